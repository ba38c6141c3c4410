/*
 * Puts and gets the frames of every stream.
 *
 * SECURITY: the length comes from the peer; it is compared with the limit of
 * the connection's state before anything is kept, and with what is left
 * before anything is read.
 */
#include "net/frame.h"

#include "core/err.h"

void
frame_put(struct buf *out, const struct frame *f)
{
	BUG_ON(f->payload.n > FRAME_MAX - FRAME_HEAD);
	buf_put_be32(out, (uint32_t)(FRAME_HEAD - 4 + f->payload.n));
	buf_put_be16(out, f->op);
	buf_putc(out, (char)f->kind);
	buf_putc(out, 0);
	buf_put_be32(out, f->call);
	buf_puts_str(out, f->payload);
}

int
frame_get(struct str in, size_t max, struct frame *f, size_t *used)
{
	struct rd r = rd_of(in);
	uint32_t len;
	uint8_t kind;
	uint8_t zero;

	*used = 0;
	*f = (struct frame){ 0 };
	if (in.n < 4)
		return 0;
	len = rd_be32(&r);
	if (len < FRAME_HEAD - 4 || len > max - 4)
		return ERR_PEER;
	/* the fixed part is judged before the rest is waited for */
	if (r.left < FRAME_HEAD - 4)
		return 0;
	f->op = rd_be16(&r);
	kind = rd_u8(&r);
	zero = rd_u8(&r);
	f->call = rd_be32(&r);
	if (kind > FRAME_ANSWER || zero != 0)
		return ERR_PEER;
	f->kind = kind == FRAME_ANSWER ? FRAME_ANSWER : FRAME_REQUEST;
	if (r.left < len - (FRAME_HEAD - 4))
		return 0;
	f->payload = rd_bytes(&r, len - (FRAME_HEAD - 4));
	*used = (size_t)len + 4;
	return 1;
}
