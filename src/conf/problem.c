/*
 * Keeps the one sentence that says why the last load failed.
 *
 * SECURITY: what comes from a file is shortened and its control characters
 * are replaced, so a hostile file cannot drive an administrator's terminal.
 */
#include "conf/problem.h"

#include <stdio.h>

static char problem[512];

const char *
conf_problem(void)
{
	return problem;
}

void
conf_problem_set(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): just above */
	n = vsnprintf(problem, sizeof(problem), fmt, ap);
	va_end(ap);
	if (n < 0)
		problem[0] = '\0';
	for (char *p = problem; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
}
