/*
 * Writes each diagnostic as one line and one write(2), so that the lines of
 * several processes do not mix.
 *
 * SECURITY: the text was escaped by core/log.c; nothing is interpreted here.
 */
#include "net/logfile.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *program_name = "mamori";

static const char *const level_names[] = {
	[LOG_ERROR] = "error",
	[LOG_WARN] = "warn",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

static void
to_stderr(enum log_level level, const char *subsystem, const char *text)
{
	char line[1280];
	struct timespec ts = { 0 };
	struct tm tm = { 0 };
	time_t jst;
	int n;

	clock_gettime(CLOCK_REALTIME, &ts);
	jst = ts.tv_sec + 9 * 3600; /* UTC+9, never TZ (DESIGN §6) */
	gmtime_r(&jst, &tm);
	n = snprintf(line, sizeof(line),
	    "%04d-%02d-%02dT%02d:%02d:%02d.%03d+09:00 %s: %s: %s: %s\n",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, (int)(ts.tv_nsec / 1000000), program_name,
	    level_names[level], subsystem, text);
	if (n <= 0)
		return;
	if ((size_t)n >= sizeof(line))
		n = (int)sizeof(line) - 1;
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return; /* nowhere to complain */
}

void
logfile_stderr(const char *program, enum log_level most)
{
	program_name = program;
	log_set_sink(to_stderr, most);
}

_Bool
logfile_level(const char *word, enum log_level *out)
{
	unsigned i;

	for (i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
		if (strcmp(level_names[i], word) != 0)
			continue;
		*out = (enum log_level)i;
		return 1;
	}
	return 0;
}
