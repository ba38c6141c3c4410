/*
 * Writing JSON (RFC 8259), one value, onto stdout or into a buffer.
 */
#ifndef CTL_JSON_H
#define CTL_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

#define JSON_DEPTH 16

/* Start with { 0 }; release b with buf_release(). */
struct json {
	struct buf b;
	unsigned depth;
	bool more[JSON_DEPTH + 1]; /* a value stands before at this depth */
	bool keyed;		   /* a key waits for its value */
	char close[JSON_DEPTH + 1];
};

/* kind is '{' or '['. */
void json_open(struct json *j, char kind);
void json_close(struct json *j);

/* The name of the next value; only inside {}. */
void json_key(struct json *j, const char *key);

/*
 * Text: quotes, backslash, control characters, DEL and U+2028/2029 are
 * escaped; bytes that are not UTF-8 become U+FFFD.
 */
void json_str(struct json *j, struct str s);
void json_text(struct json *j, const char *z);
void json_num(struct json *j, int64_t n);
void json_unum(struct json *j, uint64_t n);
void json_bool(struct json *j, bool v);
void json_null(struct json *j);

/* Prints what was written and a line end on stdout; 0 or ERR_*. */
int json_print(struct json *j);

/* A key and its text, number or truth. */
void json_pair(struct json *j, const char *key, struct str v);
void json_pair_num(struct json *j, const char *key, uint64_t v);
void json_pair_bool(struct json *j, const char *key, bool v);

#endif
