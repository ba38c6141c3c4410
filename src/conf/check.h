/*
 * Values of a YAML file, one at a time: length, characters, range.  Each sets
 * conf_problem() to "file: key: reason" when it refuses.
 */
#ifndef CONF_CHECK_H
#define CONF_CHECK_H

#include <stdbool.h>

#include "core/str.h"

/* Where a value stands. */
struct conf_at {
	const char *file;
	const char *key;
};

/*
 * Text without control characters of 1 to `max` bytes.  ERR_MISSING (NULL or
 * empty), ERR_TOOLONG, ERR_UTF8.
 */
int conf_text_ok(struct conf_at at, const char *v, size_t max);

/* The same, copied; cap counts the NUL. */
int conf_text(struct conf_at at, const char *v, char *dst, size_t cap);

/* Letters, digits, '-' and '_' only; ERR_SYNTAX. */
int conf_id_ok(struct conf_at at, const char *v, size_t max);

/* Decimal within least..most; ERR_MISSING for NULL, ERR_RANGE. */
int conf_number(struct conf_at at, const char *v, uint32_t least, uint32_t most,
    uint32_t *out);

/* "true" or "false"; NULL leaves *out as it is.  ERR_SYNTAX. */
int conf_bool(struct conf_at at, const char *v, bool *out);

/* Appends "key: 'value'" LF, quoted so that any text comes back. */
void conf_put(struct buf *out, const char *key, const char *value);

#endif
