/*
 * Messages to and from bytes, with every limit explicit (DESIGN §4).
 *
 * Unpacking allocates from an arena with a cap, refuses unknown fields,
 * fields longer than their "max", lists longer than their "rep", text that is
 * not valid UTF-8 or has control characters (proto/mamori.proto says which).
 */
#ifndef CORE_WIRE_H
#define CORE_WIRE_H

#include <protobuf-c/protobuf-c.h>

#include "core/str.h"

/*
 * A capped bump allocator.  One per request; wire_arena_reset() forgets all
 * messages that were unpacked into it, and zeroes what they used.
 */
struct wire_arena {
	uint8_t *p;
	size_t used;
	size_t cap;
};

/* cap bytes; ERR_NOMEM. */
int wire_arena_init(struct wire_arena *a, size_t cap);
void wire_arena_reset(struct wire_arena *a);
void wire_arena_release(struct wire_arena *a);

/* Zeroed memory, aligned for any type; NULL when the cap is reached. */
void *wire_alloc(struct wire_arena *a, size_t n);

/*
 * A message of `desc` from all of `bytes`.  The result lives in the arena
 * and may point into it only.  ERR_PEER on malformed or unknown fields,
 * ERR_TOOLONG, ERR_UTF8, ERR_LIMIT (arena).  *out is NULL on failure.
 */
int wire_unpack(const ProtobufCMessageDescriptor *desc, struct str bytes,
    struct wire_arena *a, ProtobufCMessage **out);

/* Appends the packed message. Errors are sticky in b. */
void wire_pack(struct buf *b, const ProtobufCMessage *m);

/* The checks of wire_unpack() on a message that was built here. */
int wire_check(const ProtobufCMessage *m);

/*
 * True when text is valid UTF-8 without C0/C1 controls, U+2028/2029,
 * surrogates or non-characters.  `lines`: LF is allowed.
 */
bool wire_text_ok(struct str s, bool lines);

/* Fills a protobuf-c bytes field from a slice (borrowed). */
#define PB_BYTES(s)                                                            \
	((ProtobufCBinaryData){ .len = (s).n, .data = (uint8_t *)(uintptr_t)(s).p })

#endif
