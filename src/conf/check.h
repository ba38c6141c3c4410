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

/*
 * The id a file of a folder carries: conf_id_ok, and the file is called
 * id.yaml.  ERR_SYNTAX.
 */
int conf_id_of_file(const char *file, const char *id);

/* A text a file may (or must) carry, and where its copy goes. */
struct conf_want {
	const char *key;
	const char *v;
	char *dst;
	size_t cap;
	bool must;
};

/* conf_text for each; an absent one that need not be leaves dst as it is. */
int conf_texts(const char *file, const struct conf_want *want, size_t n);

/* Decimal within least..most; ERR_MISSING for NULL, ERR_RANGE. */
int conf_number(struct conf_at at, const char *v, uint32_t least, uint32_t most,
    uint32_t *out);

/* "true" or "false"; NULL leaves *out as it is.  ERR_SYNTAX. */
int conf_bool(struct conf_at at, const char *v, bool *out);

/* Appends "key: 'value'" LF, quoted so that any text comes back. */
void conf_put(struct buf *out, const char *key, const char *value);

#endif
