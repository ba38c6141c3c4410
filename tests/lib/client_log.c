/*
 * Reads and decrypts a site's log.
 *
 * SECURITY: needs the site's own keys; prints nothing.
 */
#include "client_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/entry.h"
#include "core/err.h"

struct reading {
	const struct client_site *s;
	struct buf keks; /* text of S/keys/kek */
	char origin[NOTE_ORIGIN_MAX + 1];
	uint64_t next;
	uint64_t size; /* 0: not known yet */
	client_log_fn *fn;
	void *ctx;
};

static int
load_keks(struct reading *r)
{
	char path[256];
	char chunk[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/keys/kek", r->s->dir);
	f = fopen(path, "r");
	if (f == NULL)
		return ERR_IO;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_put(&r->keks, chunk, n);
	fclose(f);
	return r->keks.err;
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? 0 : (int)(at - digits);
}

static int
find_kek(const struct reading *r, struct str name, uint8_t key[32])
{
	struct str rest = buf_str(&r->keks);
	struct str line;
	struct str first;
	size_t i;

	while (str_cut(&rest, '\n', &line)) {
		if (!str_cut(&line, ' ', &first) || !str_eq(first, name) ||
		    line.n != 64)
			continue;
		for (i = 0; i < 32; i++)
			key[i] = (uint8_t)(hex_digit(line.p[2 * i]) << 4 |
			    hex_digit(line.p[2 * i + 1]));
		return 0;
	}
	return ERR_NOTFOUND;
}

static int
take_item(struct reading *r, const Mamori__LogItem *item)
{
	struct buf body = BUF_INIT;
	struct entry e;
	uint8_t key[32];
	uint8_t salt[32];
	int err = entry_parse(STR_PB(item->entry), &e);

	if (err == 0 && item->blob.len > 0) {
		err = find_kek(r, e.kek, key);
		if (err == 0)
			err = blob_open(key, e.nonce, r->origin,
			    STR_PB(item->blob), salt, &body);
	}
	if (err == 0)
		r->fn(r->ctx, r->next, STR_PB(item->entry), buf_str(&body));
	buf_wipe(&body);
	return err;
}

/* Origin and size: the first two lines of the note. */
static int
take_head(struct reading *r, struct str note)
{
	struct str line;

	if (r->size != 0)
		return 0;
	if (!str_cut(&note, '\n', &line) ||
	    str_copy(r->origin, sizeof(r->origin), line) != 0 ||
	    !str_cut(&note, '\n', &line))
		return ERR_SYNTAX;
	return str_num(line, UINT64_MAX, &r->size);
}

static int
read_chunk(struct reading *r)
{
	Mamori__CtlLogReadReq req = MAMORI__CTL_LOG_READ_REQ__INIT;
	const Mamori__CtlLogReadAns *ans;
	struct wire_arena a = { 0 };
	ProtobufCMessage *m = NULL;
	struct buf out = BUF_INIT;
	size_t i;
	int err = wire_arena_init(&a, (size_t)8 << 20);

	req.from = r->next;
	req.count = 200;
	req.size = r->size;
	if (err == 0)
		err = client_ctl(r->s, OP_ctl_log_read, &req.base, &out);
	if (err == 0)
		err = wire_unpack(&mamori__ctl_log_read_ans__descriptor,
		    buf_str(&out), &a, &m);
	if (err != 0)
		goto out;
	ans = (const void *)m;
	err = take_head(r, STR_PB(ans->checkpoint));
	if (ans->n_items == 0 && r->next < r->size)
		err = ERR_PEER;
	for (i = 0; i < ans->n_items && err == 0; i++) {
		err = take_item(r, ans->items[i]);
		r->next++;
	}
out:
	wire_arena_release(&a);
	buf_release(&out);
	return err;
}

int
client_log_read(const struct client_site *s, uint64_t from, uint64_t *size,
    client_log_fn *fn, void *ctx)
{
	struct reading r = { .s = s, .next = from, .fn = fn, .ctx = ctx };
	int err = load_keks(&r);

	while (err == 0 && (r.size == 0 || r.next < r.size))
		err = read_chunk(&r);
	buf_wipe(&r.keks);
	*size = r.size;
	return err;
}

struct counting {
	const char *one;
	const char *two;
	int n;
};

static bool
has(struct str body, const char *text)
{
	return text == NULL ||
	    (body.n > 0 && memmem(body.p, body.n, text, strlen(text)) != NULL);
}

static void
count(void *ctx, uint64_t index, struct str entry, struct str body)
{
	struct counting *c = ctx;

	(void)index;
	(void)entry;
	if (has(body, c->one) && has(body, c->two))
		c->n++;
}

int
client_log_count(const struct client_site *s, uint64_t from, const char *one,
    const char *two)
{
	struct counting c = { one, two, 0 };
	uint64_t size;
	int err = client_log_read(s, from, &size, count, &c);

	return err != 0 ? err : c.n;
}

static void
ignore(void *ctx, uint64_t index, struct str entry, struct str body)
{
	(void)ctx;
	(void)index;
	(void)entry;
	(void)body;
}

uint64_t
client_log_size(const struct client_site *s)
{
	uint64_t size = 0;
	int err = client_log_read(s, 0, &size, ignore, NULL);

	return err != 0 ? 0 : size;
}
