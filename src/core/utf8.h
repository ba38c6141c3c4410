/*
 * UTF-8, one code point at a time, strictly (RFC 3629).
 */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include "core/str.h"

/*
 * The next code point of *rest, which is advanced.  A malformed sequence
 * gives -1 and advances one byte; the end of input gives -2.
 */
int32_t utf8_next(struct str *rest);

/* Appends one code point (U+FFFD when cp cannot be encoded). */
void utf8_put(struct buf *b, int32_t cp);

/* Encodes into out[4]; the number of bytes, 0 when cp cannot be encoded. */
size_t utf8_encode(int32_t cp, char out[4]);

#endif
