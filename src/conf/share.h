/*
 * Where forms/ and masters/ lie.
 */
#ifndef CONF_SHARE_H
#define CONF_SHARE_H

#include <stddef.h>

/*
 * The folder that holds forms/ and masters/: the program's own or one up to
 * five above it (a build tree), else PREFIX/share/mamori.  No environment
 * variable overrides it.  ERR_NOTFOUND when neither has both, ERR_TOOLONG.
 */
int conf_share_dir(char *out, size_t cap) __attribute__((warn_unused_result));

/* The folder of the running program itself, without the last slash. */
int conf_exe_dir(char *out, size_t cap) __attribute__((warn_unused_result));

#endif
