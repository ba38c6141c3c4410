/*
 * Frames on every stream of Mamori: terminal ↔ session and administrator ↔
 * store.
 *
 *	u32 BE  length of what follows (8 .. max)
 *	u16 BE  operation (core/op.h)
 *	u8      0 request, 1 answer
 *	u8      0
 *	u32 BE  call id, chosen by the asker, repeated in the answer
 *	...     packed mamori.Request or mamori.Answer
 */
#ifndef NET_FRAME_H
#define NET_FRAME_H

#include "core/str.h"

#define FRAME_HEAD 12
#define FRAME_MAX_SMALL ((size_t)16 << 10) /* before log-in */
#define FRAME_MAX ((size_t)1 << 20)

enum frame_kind { FRAME_REQUEST = 0, FRAME_ANSWER = 1 };

struct frame {
	uint16_t op;
	enum frame_kind kind;
	uint32_t call;
	struct str payload;
};

void frame_put(struct buf *out, const struct frame *f);

/*
 * Looks at the front of `in`: 1 and *f (payload points into in; *used bytes
 * belong to the frame), 0 when more bytes are needed, ERR_PEER for a frame
 * that cannot be (length, kind, reserved byte).
 */
int frame_get(struct str in, size_t max, struct frame *f, size_t *used);

#endif
