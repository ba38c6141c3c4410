/*
 * Dispatch of operations, and the record a handler makes for the log.
 *
 * SECURITY: the table is generated from OP_LIST; an operation without a
 * handler does not link.
 */
#include "server/ops.h"

#include <string.h>

#include "core/err.h"

#define OP_WRAP(id, name, Type, st, right, fresh, second, kind, event)         \
	static int call_##name(struct op_call *c, const ProtobufCMessage *req, \
	    ProtobufCMessage *ans)                                             \
	{                                                                      \
		return op_##name(c, (const void *)req, (void *)ans);           \
	}
OP_LIST(OP_WRAP)
#undef OP_WRAP

static const struct {
	enum op op;
	int (*call)(struct op_call *c, const ProtobufCMessage *req,
	    ProtobufCMessage *ans);
} handlers[] = {
#define OP_ENTRY(id, name, Type, st, right, fresh, second, kind, event)        \
	{ OP_##name, call_##name },
	OP_LIST(OP_ENTRY)
#undef OP_ENTRY
};

int
op_dispatch(
    struct op_call *c, const ProtobufCMessage *req, ProtobufCMessage **ans)
{
	size_t i;

	*ans = wire_alloc(c->arena, c->row->ans->sizeof_message);
	if (*ans == NULL)
		return ERR_LIMIT;
	protobuf_c_message_init(c->row->ans, *ans);
	for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (handlers[i].op == c->row->id)
			return handlers[i].call(c, req, *ans);
	return ERR_PEER;
}

void
op_call_release(struct op_call *c)
{
	buf_wipe(&c->facts);
	buf_wipe(&c->subjects);
	buf_wipe(&c->items);
}

int
op_refuse(struct op_call *c, int err, const char *item)
{
	struct str s = str_of(item);

	if (s.n > OP_ITEM_MAX)
		s.n = OP_ITEM_MAX;
	if (str_copy(c->item, sizeof(c->item), s) != 0)
		c->item[0] = '\0';
	return err;
}

void
op_keep(struct op_call *c)
{
	c->keep = true;
}

void
op_event(struct op_call *c, const char *event)
{
	c->event = event;
}

void
op_subject(struct op_call *c, struct str resident_no, const char *shown_as,
    struct str mark)
{
	buf_printf(&c->subjects, "subject atena:" STR_FMT " %s",
	    STR_ARG(resident_no), shown_as);
	if (mark.n != 0)
		buf_printf(&c->subjects, " " STR_FMT, STR_ARG(mark));
	buf_putc(&c->subjects, '\n');
}

void
op_item(struct op_call *c, const char *name)
{
	if (c->items.n != 0)
		buf_putc(&c->items, ' ');
	buf_puts(&c->items, name);
}

void
op_hits(struct op_call *c, uint64_t hits)
{
	c->has_hits = true;
	c->hits = hits;
}

void
op_fact(struct op_call *c, const char *name, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	body_put(&c->facts, name, buf_str(&text));
	if (text.err != 0 && c->facts.err == 0)
		c->facts.err = text.err;
	buf_wipe(&text);
}

ProtobufCBinaryData
op_bytes(struct op_call *c, struct str s)
{
	ProtobufCBinaryData out = { 0 };

	if (s.n == 0)
		return out;
	out.data = wire_alloc(c->arena, s.n);
	if (out.data == NULL)
		return out;
	memcpy(out.data, s.p, s.n);
	out.len = s.n;
	return out;
}

ProtobufCBinaryData
op_text(struct op_call *c, const char *z)
{
	return op_bytes(c, str_of(z));
}

bool
op_is_token(struct str s, size_t max)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t i;

	for (i = 0; i < s.n; i++)
		if (memchr(set, s.p[i], sizeof(set) - 1) == NULL)
			return false;
	return s.n > 0 && s.n <= max;
}
