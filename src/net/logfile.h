/* Where diagnostics go: stderr, with time and the program's name. */
#ifndef NET_LOGFILE_H
#define NET_LOGFILE_H

#include "core/log.h"

/* Installs the sink; `program` ("mamorid[store]") must stay valid. */
void logfile_stderr(const char *program, enum log_level most);

/* "error", "warn", "info", "debug"; false for another word. */
_Bool logfile_level(const char *word, enum log_level *out);

#endif
