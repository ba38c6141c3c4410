/*
 * Unpacks messages into a capped arena and checks every limit of the schema.
 *
 * SECURITY: the bytes come from a hostile peer.  Memory is bounded by the
 * arena, depth by the schema (no message contains itself), and nothing that
 * fails a check is handed out.
 */
#include "core/wire.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/utf8.h"
#include "core/wire_text.h"

#define WIRE_DEPTH 8

struct limit {
	const char *message;
	const char *field;
	size_t max;
	size_t rep;
	int text; /* 0 bytes, 1 text, 2 text with LF */
};

static const struct limit limits[] = {
#include "wire_limits.inc"
};

int
wire_arena_init(struct wire_arena *a, size_t cap)
{
	*a = (struct wire_arena){ 0 };
	a->p = aligned_alloc(64, (cap + 63) / 64 * 64);
	if (a->p == NULL)
		return ERR_NOMEM;
	a->cap = cap;
	return 0;
}

void
wire_arena_reset(struct wire_arena *a)
{
	if (a->p != NULL && a->used > 0)
		explicit_bzero(a->p, a->used);
	a->used = 0;
}

void
wire_arena_release(struct wire_arena *a)
{
	wire_arena_reset(a);
	free(a->p);
	*a = (struct wire_arena){ 0 };
}

void *
wire_alloc(struct wire_arena *a, size_t n)
{
	size_t at = (a->used + alignof(max_align_t) - 1) /
	    alignof(max_align_t) * alignof(max_align_t);
	void *p;

	if (at > a->cap || n > a->cap - at)
		return NULL;
	p = a->p + at;
	a->used = at + n;
	memset(p, 0, n);
	return p;
}

static void *
arena_alloc(void *ctx, size_t n)
{
	return wire_alloc(ctx, n);
}

static void
arena_free(void *ctx, void *p)
{
	(void)ctx;
	(void)p;
}

static const struct limit *
limit_find(const char *message, const char *field)
{
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (strcmp(limits[i].field, field) == 0 &&
		    strcmp(limits[i].message, message) == 0)
			return &limits[i];
	return NULL;
}

bool
wire_text_ok(struct str s, bool lines)
{
	int32_t c;

	while ((c = utf8_next(&s)) != -2) {
		if (c == '\n' && lines)
			continue;
		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
		    c == 0x2029 || (c & 0xfffe) == 0xfffe ||
		    (c >= 0xfdd0 && c <= 0xfdef))
			return false;
	}
	return true;
}

static int
check_bytes(const struct limit *l, const ProtobufCBinaryData *b)
{
	if (l == NULL)
		return ERR_LIMIT;
	if (b->len > l->max)
		return ERR_TOOLONG;
	if (l->text != 0 && !wire_text_ok(STR_PB(*b), l->text == 2))
		return ERR_UTF8;
	return 0;
}

#define CACHE_MESSAGES 256
#define CACHE_FIELDS 32

/* Limits of the fields of a message, found once: a look-up by name for every
 * field of every request would cost more than unpacking it. */
struct cached {
	const ProtobufCMessageDescriptor *d;
	const struct limit *limit[CACHE_FIELDS];
};

static const struct limit *const *
limits_of(const ProtobufCMessageDescriptor *d)
{
	static struct cached cache[CACHE_MESSAGES];
	size_t at = ((uintptr_t)d >> 5) % CACHE_MESSAGES;
	struct cached *c;
	unsigned i;

	BUG_ON(d->n_fields > CACHE_FIELDS);
	while (cache[at].d != NULL && cache[at].d != d)
		at = (at + 1) % CACHE_MESSAGES;
	c = &cache[at];
	if (c->d == NULL) {
		for (i = 0; i < d->n_fields; i++)
			c->limit[i] = limit_find(d->name, d->fields[i].name);
		c->d = d;
	}
	return c->limit;
}

static int check_message(const ProtobufCMessage *m, int depth);

/* One value of a field at `at`: only bytes and messages need a look. */
static int
check_value(const ProtobufCFieldDescriptor *f, const struct limit *l,
    const void *at, int depth)
{
	const ProtobufCMessage *const *sub;

	if (f->type == PROTOBUF_C_TYPE_BYTES)
		return check_bytes(l, at);
	if (f->type != PROTOBUF_C_TYPE_MESSAGE)
		return 0;
	sub = at;
	return *sub == NULL ? 0 : check_message(*sub, depth + 1);
}

static int
check_repeated(const ProtobufCFieldDescriptor *f, const struct limit *l,
    const ProtobufCMessage *m, int depth)
{
	const uint8_t *base = (const uint8_t *)m;
	const uint8_t *values;
	size_t count;
	size_t size;
	size_t i;
	int err;

	memcpy(&count, base + f->quantifier_offset, sizeof(count));
	memcpy(&values, base + f->offset, sizeof(values));
	if (l == NULL || count > l->rep)
		return ERR_LIMIT;
	size = f->type == PROTOBUF_C_TYPE_BYTES ? sizeof(ProtobufCBinaryData) :
	    sizeof(void *);
	if (f->type != PROTOBUF_C_TYPE_BYTES &&
	    f->type != PROTOBUF_C_TYPE_MESSAGE)
		return 0;
	for (i = 0; i < count; i++) {
		err = check_value(f, l, values + i * size, depth);
		if (err != 0)
			return err;
	}
	return 0;
}

static int
check_message(const ProtobufCMessage *m, int depth)
{
	const ProtobufCMessageDescriptor *d = m->descriptor;
	const struct limit *const *known = limits_of(d);
	const ProtobufCFieldDescriptor *f;
	unsigned i;
	int err;

	if (depth > WIRE_DEPTH || m->n_unknown_fields != 0)
		return ERR_PEER;
	for (i = 0; i < d->n_fields; i++) {
		f = &d->fields[i];
		if (f->label == PROTOBUF_C_LABEL_REPEATED)
			err = check_repeated(f, known[i], m, depth);
		else
			err = check_value(f, known[i],
			    (const uint8_t *)m + f->offset, depth);
		if (err != 0)
			return err;
	}
	return 0;
}

int
wire_check(const ProtobufCMessage *m)
{
	return check_message(m, 0);
}

int
wire_unpack(const ProtobufCMessageDescriptor *desc, struct str bytes,
    struct wire_arena *a, ProtobufCMessage **out)
{
	/* cppcheck-suppress legacyUninitvar */
	ProtobufCAllocator alloc = { .alloc = arena_alloc,
		.free = arena_free,
		.allocator_data = a };
	ProtobufCMessage *m;
	size_t left;
	int err;

	*out = NULL;
	m = protobuf_c_message_unpack(desc, &alloc, bytes.n,
	    (const uint8_t *)bytes.p);
	if (m == NULL) {
		left = a->cap - a->used;
		return left < bytes.n ? ERR_LIMIT : ERR_PEER;
	}
	err = wire_check(m);
	if (err != 0)
		return err;
	*out = m;
	return 0;
}

void
wire_pack(struct buf *b, const ProtobufCMessage *m)
{
	size_t n = protobuf_c_message_get_packed_size(m);
	uint8_t *p;

	if (n == 0)
		return;
	p = malloc(n);
	if (p == NULL) {
		b->err = b->err ? b->err : ERR_NOMEM;
		return;
	}
	protobuf_c_message_pack(m, p);
	buf_put(b, p, n);
	explicit_bzero(p, n);
	free(p);
}

bool
wire_is_text(const char *message, const char *field)
{
	const struct limit *l = limit_find(message, field);

	return l != NULL && l->text == 1;
}
