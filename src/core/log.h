/*
 * Diagnostics for administrators: levels, ids and numbers; never a name, a
 * number of a person or a template (STYLE 14).  core does no I/O: a program
 * installs a sink (net/logfile.c writes to stderr); without one, messages go
 * nowhere.
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

typedef void log_sink(enum log_level level, const char *subsystem,
    const char *text);

/* NULL removes the sink. */
void log_set_sink(log_sink *sink, enum log_level most);

/*
 * One line.  Control and non-ASCII bytes that came in through %s are escaped
 * (\xNN) before the sink sees them; the line is cut at 1 KiB.
 */
void log_at(enum log_level level, const char *subsystem, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define log_error(sub, ...) log_at(LOG_ERROR, sub, __VA_ARGS__)
#define log_warn(sub, ...) log_at(LOG_WARN, sub, __VA_ARGS__)
#define log_info(sub, ...) log_at(LOG_INFO, sub, __VA_ARGS__)
#define log_debug(sub, ...) log_at(LOG_DEBUG, sub, __VA_ARGS__)

#endif
