/*
 * Why the last load failed: "mamorid.yaml: idle_seconds: 900 is not within
 * 10..300".  One English sentence for an administrator; no personal data.
 */
#ifndef CONF_PROBLEM_H
#define CONF_PROBLEM_H

#include "core/str.h"

/* "" when nothing failed; valid until the next load. */
const char *conf_problem(void);

/* Replaces it. */
void conf_problem_set(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

#endif
