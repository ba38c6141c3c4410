/*
 * Packs and unpacks the messages between session and store.
 *
 * SECURITY: a session process may have been taken over: the store takes
 * nothing from here but bytes within limits, and looks everything else up in
 * its own tables.
 */
#include "server/chan.h"

#include "core/err.h"

void
chan_put(struct buf *out, const struct chan_msg *m)
{
	struct str text = m->text;

	if (text.n > CHAN_TEXT_MAX)
		text.n = CHAN_TEXT_MAX;
	BUG_ON(m->payload.n > CHAN_MAX - CHAN_HEAD - CHAN_TEXT_MAX);
	buf_put_be32(out, (uint32_t)(CHAN_HEAD - 4 + text.n + m->payload.n));
	buf_putc(out, (char)m->type);
	buf_putc(out, (char)m->state);
	buf_putc(out, m->close ? 1 : 0);
	buf_putc(out, (char)text.n);
	buf_put_be16(out, m->op);
	buf_put_be16(out, 0);
	buf_put_be32(out, m->conn);
	buf_put_be32(out, m->call);
	buf_put_be32(out, (uint32_t)m->err);
	buf_put_be64(out, m->rights);
	buf_puts_str(out, text);
	buf_puts_str(out, m->payload);
}

/* A negative number from its two's complement, without overflow. */
static int
to_int(uint32_t v)
{
	return v <= INT32_MAX ? (int)v : -(int)(UINT32_MAX - v) - 1;
}

int
chan_get(struct str in, struct chan_msg *m, size_t *used)
{
	struct rd r = rd_of(in);
	uint32_t len;
	uint8_t type, state, close, text_n;
	uint16_t zero;

	*used = 0;
	*m = (struct chan_msg){ 0 };
	if (in.n < 4)
		return 0;
	len = rd_be32(&r);
	if (len < CHAN_HEAD - 4 || len > CHAN_MAX - 4)
		return ERR_PEER;
	if (r.left < len)
		return 0;
	r.left = len;
	type = rd_u8(&r);
	state = rd_u8(&r);
	close = rd_u8(&r);
	text_n = rd_u8(&r);
	m->op = rd_be16(&r);
	zero = rd_be16(&r);
	m->conn = rd_be32(&r);
	m->call = rd_be32(&r);
	m->err = to_int(rd_be32(&r));
	m->rights = rd_be64(&r);
	if (type == 0 || type >= CHAN_TYPES || state >= STATE_COUNT ||
	    close > 1 || zero != 0 || text_n > CHAN_TEXT_MAX)
		return ERR_PEER;
	m->type = (enum chan_type)type;
	m->state = (enum state)state;
	m->close = close == 1;
	m->text = rd_bytes(&r, text_n);
	m->payload = rd_bytes(&r, r.left);
	if (r.err != 0)
		return ERR_PEER;
	*used = (size_t)len + 4;
	return 1;
}
