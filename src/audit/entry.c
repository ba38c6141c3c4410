/*
 * The public leaf of one log entry: put and parse (audit-log.md §3.1), and
 * the making of a whole entry.
 *
 * SECURITY: the leaf is what is hashed and signed, so there is exactly one
 * text for one entry: parse serialises again and compares.
 */
#include "audit/entry.h"

#include <inttypes.h>
#include <string.h>

#include "core/b64.h"
#include "core/err.h"
#include "core/wire.h"

#define TOKEN_MAX 64

/* kinds that may carry public lines (§3.1) */
static const char *const pub_kinds[] = { "genesis", "close", "key", "policy",
	"expire", "anchor", "alarm" };

static bool
is_token(struct str s)
{
	size_t i;
	char c;

	for (i = 0; i < s.n; i++) {
		c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return s.n > 0 && s.n <= TOKEN_MAX;
}

static bool
may_have_pub(struct str kind)
{
	size_t i;

	for (i = 0; i < sizeof(pub_kinds) / sizeof(pub_kinds[0]); i++)
		if (str_eqz(kind, pub_kinds[i]))
			return true;
	return false;
}

static bool
is_empty_hash(const struct tree_hash *h)
{
	struct tree_hash e = tree_empty();

	return memcmp(e.b, h->b, sizeof(e.b)) == 0;
}

/* No body: no lines, no blob, no key, and both hashes those of "". */
static bool
is_body_consistent(const struct entry *e)
{
	bool none = str_eqz(e->kek, "none");

	if (none != (e->body_lines == 0) || none != (e->blob_len == 0))
		return false;
	return !none ||
	    (is_empty_hash(&e->body_root) && is_empty_hash(&e->blob_sha));
}

static int
check_entry(const struct entry *e)
{
	size_t i;

	if (e->index > INT64_MAX || e->time_ms < 0 || e->epoch > INT64_MAX ||
	    e->seq > INT64_MAX || e->body_lines > BODY_LINES_MAX ||
	    e->blob_len > INT64_MAX || e->pubs > ENTRY_PUB_MAX)
		return ERR_SYNTAX;
	if (!is_token(e->kind) || !is_token(e->node) || !is_token(e->class_) ||
	    !is_token(e->kek) || !is_body_consistent(e))
		return ERR_SYNTAX;
	if (e->pubs > 0 && !may_have_pub(e->kind))
		return ERR_SYNTAX;
	for (i = 0; i < e->pubs; i++)
		if (!is_token(e->pub[i].key) || e->pub[i].value.n == 0 ||
		    !wire_text_ok(e->pub[i].value, false))
			return ERR_SYNTAX;
	return 0;
}

static void
put_sized(
    struct buf *b, const char *name, uint64_t n, const struct tree_hash *h)
{
	buf_printf(b, "%s %" PRIu64 " ", name, n);
	b64_put(b, h->b, sizeof(h->b));
	buf_putc(b, '\n');
}

int
entry_put(const struct entry *e, struct buf *out)
{
	size_t start = out->n;
	size_t i;

	if (check_entry(e) != 0)
		return ERR_SYNTAX;
	buf_printf(out, "audit-entry/v1\nindex %" PRIu64 "\ntime %" PRId64 "\n",
	    e->index, e->time_ms);
	buf_printf(out, "kind " STR_FMT "\n", STR_ARG(e->kind));
	buf_printf(out, "source " STR_FMT ".%" PRIu64 ".%" PRIu64 "\n",
	    STR_ARG(e->node), e->epoch, e->seq);
	buf_printf(out, "class " STR_FMT "\nkek " STR_FMT "\nnonce ",
	    STR_ARG(e->class_), STR_ARG(e->kek));
	b64_put(out, e->nonce, sizeof(e->nonce));
	buf_putc(out, '\n');
	put_sized(out, "body", e->body_lines, &e->body_root);
	put_sized(out, "blob", e->blob_len, &e->blob_sha);
	for (i = 0; i < e->pubs; i++)
		buf_printf(out, "pub " STR_FMT " " STR_FMT "\n",
		    STR_ARG(e->pub[i].key), STR_ARG(e->pub[i].value));
	if (out->err != 0)
		return out->err;
	return out->n - start > ENTRY_MAX ? ERR_SYNTAX : 0;
}

/* The value of the next line, which must be `name SP value LF`. */
static int
take(struct str *rest, const char *name, struct str *value)
{
	struct str word;

	if (rest->n == 0 || memchr(rest->p, '\n', rest->n) == NULL ||
	    !str_cut(rest, '\n', value))
		return ERR_SYNTAX;
	if (!str_cut(value, ' ', &word) || !str_eqz(word, name))
		return ERR_SYNTAX;
	return 0;
}

static int
take_num(struct str *rest, const char *name, uint64_t *out)
{
	struct str v;

	if (take(rest, name, &v) != 0)
		return ERR_SYNTAX;
	return str_num(v, INT64_MAX, out) != 0 ? ERR_SYNTAX : 0;
}

static int
get_hash(struct str s, uint8_t out[32])
{
	size_t n;

	return b64_get(s, out, 32, &n) != 0 || n != 32 ? ERR_SYNTAX : 0;
}

static int
take_source(struct str *rest, struct entry *e)
{
	struct str v;
	struct str part;

	if (take(rest, "source", &v) != 0 || !str_cut(&v, '.', &e->node) ||
	    !str_cut(&v, '.', &part))
		return ERR_SYNTAX;
	if (str_num(part, INT64_MAX, &e->epoch) != 0 ||
	    str_num(v, INT64_MAX, &e->seq) != 0)
		return ERR_SYNTAX;
	return 0;
}

static int
take_sized(struct str *rest, const char *name, uint64_t *n, struct tree_hash *h)
{
	struct str v;
	struct str part;

	if (take(rest, name, &v) != 0 || !str_cut(&v, ' ', &part) ||
	    str_num(part, INT64_MAX, n) != 0)
		return ERR_SYNTAX;
	return get_hash(v, h->b);
}

static int
take_pubs(struct str *rest, struct entry *e)
{
	struct str v;

	while (rest->n > 0) {
		if (e->pubs == ENTRY_PUB_MAX || take(rest, "pub", &v) != 0 ||
		    !str_cut(&v, ' ', &e->pub[e->pubs].key))
			return ERR_SYNTAX;
		e->pub[e->pubs++].value = v;
	}
	return 0;
}

static int
parse_fields(struct str rest, struct entry *e)
{
	struct str v;
	uint64_t t = 0;

	if (!str_cut(&rest, '\n', &v) || !str_eqz(v, "audit-entry/v1"))
		return ERR_SYNTAX;
	if (take_num(&rest, "index", &e->index) != 0 ||
	    take_num(&rest, "time", &t) != 0 ||
	    take(&rest, "kind", &e->kind) != 0 || take_source(&rest, e) != 0 ||
	    take(&rest, "class", &e->class_) != 0 ||
	    take(&rest, "kek", &e->kek) != 0 || take(&rest, "nonce", &v) != 0)
		return ERR_SYNTAX;
	e->time_ms = (int64_t)t;
	if (get_hash(v, e->nonce) != 0 ||
	    take_sized(&rest, "body", &e->body_lines, &e->body_root) != 0 ||
	    take_sized(&rest, "blob", &e->blob_len, &e->blob_sha) != 0)
		return ERR_SYNTAX;
	return take_pubs(&rest, e);
}

int
entry_parse(struct str text, struct entry *out)
{
	struct buf again = BUF_INIT;
	struct entry e = { 0 };
	int err;

	memset(out, 0, sizeof(*out));
	if (text.n > ENTRY_MAX || parse_fields(text, &e) != 0)
		return ERR_SYNTAX;
	err = entry_put(&e, &again);
	if (err == 0 && !str_eq(buf_str(&again), text))
		err = ERR_SYNTAX;
	buf_release(&again);
	if (err == 0)
		*out = e;
	return err;
}

static int
make_body(struct entry *e, const uint8_t *kek_key, const char *origin,
    struct str body, const uint8_t salt[32], struct buf *blob_out)
{
	struct buf blob = BUF_INIT;
	int err;

	err = body_root(body, salt, &e->body_lines, &e->body_root);
	if (err == 0)
		err = blob_seal(kek_key, e->nonce, origin, salt, body, &blob);
	if (err == 0) {
		e->blob_len = blob.n;
		crypt_sha256(buf_str(&blob), e->blob_sha.b);
		buf_puts_str(blob_out, buf_str(&blob));
		err = blob_out->err;
	}
	buf_release(&blob);
	return err;
}

int
entry_make(struct entry *e, const uint8_t *kek_key, const char *origin,
    struct str body, uint8_t salt[32], struct buf *entry_out,
    struct buf *blob_out)
{
	int err;

	crypt_random(e->nonce, sizeof(e->nonce));
	if (kek_key == NULL) {
		memset(salt, 0, 32);
		e->kek = STR("none");
		e->body_lines = 0;
		e->blob_len = 0;
		e->body_root = tree_empty();
		e->blob_sha = tree_empty();
		return entry_put(e, entry_out);
	}
	crypt_random(salt, 32);
	err = make_body(e, kek_key, origin, body, salt, blob_out);
	return err != 0 ? err : entry_put(e, entry_out);
}
