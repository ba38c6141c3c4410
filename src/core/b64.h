/*
 * Canonical base64 (RFC 4648 §4, with padding) and lowercase hex.
 * Decoders refuse everything that does not encode back to the same text
 * (audit-log.md §3).
 */
#ifndef CORE_B64_H
#define CORE_B64_H

#include <stdint.h>

#include "core/str.h"

void b64_put(struct buf *b, const void *p, size_t n);

/* Decoded bytes into out[cap]; *n gets their number.  ERR_SYNTAX, ERR_TOOLONG. */
int b64_get(struct str s, uint8_t *out, size_t cap, size_t *n);

void hex_put(struct buf *b, const void *p, size_t n);

/* Exactly cap bytes from 2*cap lowercase digits.  ERR_SYNTAX. */
int hex_get(struct str s, uint8_t *out, size_t cap);

#endif
