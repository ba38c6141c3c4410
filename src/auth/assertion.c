/*
 * Writing and checking the text an operator's key signs.
 *
 * SECURITY: what is signed is these bytes and no others, so the parser takes
 * only what assertion_put() would write: one order, one form of each number,
 * canonical base64, no line more.  A value is compared with what the server
 * itself knows before the signature is looked at.
 */
#include "auth/assertion.h"

#include <string.h>

#include "core/b64.h"
#include "core/err.h"

static const char first_line[] = "mamori-assertion/v1";

enum item_kind {
	ITEM_TEXT,   /* struct str */
	ITEM_FINGER, /* unsigned */
	ITEM_NUMBER, /* uint64_t */
	ITEM_DIGEST, /* uint8_t[32] */
};

struct item {
	const char *name;
	size_t at;
	enum item_kind kind;
	size_t max;  /* bytes of a text, value of a number */
	bool policy; /* the caller of assertion_check() decides about it */
};

#define AT(field) offsetof(struct assertion, field)
/* clang-format off */
static const struct item items[] = {
	/* name        place          kind          max  policy */
	{ "purpose",   AT(purpose),   ITEM_TEXT,    32,  false },
	{ "site",      AT(site),      ITEM_TEXT,    255, false },
	{ "terminal",  AT(terminal),  ITEM_TEXT,    64,  false },
	{ "match-id",  AT(match_id),  ITEM_TEXT,    64,  false },
	{ "uv",        AT(uv),        ITEM_TEXT,    16,  true },
	{ "driver",    AT(driver),    ITEM_TEXT,    64,  true },
	{ "finger",    AT(finger),    ITEM_FINGER,  10,  false },
	{ "counter",   AT(counter),   ITEM_NUMBER,  0,   false },
	{ "challenge", AT(challenge), ITEM_DIGEST,  32,  false },
	{ "exporter",  AT(exporter),  ITEM_DIGEST,  32,  false },
	{ "act",       AT(act),       ITEM_DIGEST,  32,  false },
};
/* clang-format on */
#undef AT

#define ITEMS (sizeof(items) / sizeof(items[0]))

static const void *
place0(const struct assertion *a, const struct item *it)
{
	return (const char *)a + it->at;
}

static void *
place(struct assertion *a, const struct item *it)
{
	return (char *)a + it->at;
}

/* One line of printable bytes; the values are ids, never free text. */
static bool
text_ok(struct str s, size_t max)
{
	size_t i;

	if (s.n == 0 || s.n > max)
		return false;
	for (i = 0; i < s.n; i++)
		if ((uint8_t)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static bool
uv_ok(struct str uv)
{
	return str_eqz(uv, "finger+pin") || str_eqz(uv, "pin");
}

static void
put_item(struct buf *out, const struct assertion *a, const struct item *it)
{
	struct str s;
	uint64_t v;
	unsigned f;

	buf_printf(out, "%s ", it->name);
	switch (it->kind) {
	case ITEM_TEXT:
		memcpy(&s, place0(a, it), sizeof(s));
		if (!text_ok(s, it->max) && out->err == 0)
			out->err = ERR_SYNTAX;
		buf_puts_str(out, s);
		break;
	case ITEM_FINGER:
		memcpy(&f, place0(a, it), sizeof(f));
		if (f > it->max && out->err == 0)
			out->err = ERR_RANGE;
		buf_printf(out, "%u", f);
		break;
	case ITEM_NUMBER:
		memcpy(&v, place0(a, it), sizeof(v));
		buf_printf(out, "%llu", (unsigned long long)v);
		break;
	case ITEM_DIGEST:
		b64_put(out, place0(a, it), 32);
		break;
	}
	buf_putc(out, '\n');
}

int
assertion_put(const struct assertion *a, struct buf *out)
{
	size_t i;

	if (!uv_ok(a->uv))
		return ERR_SYNTAX;
	buf_puts(out, first_line);
	buf_putc(out, '\n');
	for (i = 0; i < ITEMS; i++)
		put_item(out, a, &items[i]);
	return out->err;
}

/* Cuts one line with its LF off *rest. */
static bool
cut_line(struct str *rest, struct str *line)
{
	const char *lf = rest->n == 0 ? NULL : memchr(rest->p, '\n', rest->n);

	if (lf == NULL)
		return false;
	line->p = rest->p;
	line->n = (size_t)(lf - rest->p);
	rest->p += line->n + 1;
	rest->n -= line->n + 1;
	return true;
}

static int
get_value(struct str value, const struct item *it, void *to)
{
	uint64_t v = 0;
	unsigned f;
	size_t n;
	int rc;

	switch (it->kind) {
	case ITEM_TEXT:
		if (!text_ok(value, it->max))
			return ERR_SYNTAX;
		memcpy(to, &value, sizeof(value));
		return 0;
	case ITEM_FINGER:
		rc = str_num(value, it->max, &v);
		f = (unsigned)v;
		memcpy(to, &f, sizeof(f));
		return rc == 0 ? 0 : ERR_SYNTAX;
	case ITEM_NUMBER:
		rc = str_num(value, UINT64_MAX, &v);
		memcpy(to, &v, sizeof(v));
		return rc == 0 ? 0 : ERR_SYNTAX;
	case ITEM_DIGEST:
		rc = b64_get(value, to, 32, &n);
		return rc == 0 && n == 32 ? 0 : ERR_SYNTAX;
	}
	return ERR_SYNTAX;
}

int
assertion_parse(struct str text, struct assertion *out)
{
	struct assertion a = { 0 };
	struct str line;
	struct str name;
	size_t i;

	memset(out, 0, sizeof(*out));
	if (!cut_line(&text, &line) || !str_eqz(line, first_line))
		return ERR_SYNTAX;
	for (i = 0; i < ITEMS; i++) {
		if (!cut_line(&text, &line) || !str_cut(&line, ' ', &name) ||
		    !str_eqz(name, items[i].name) ||
		    get_value(line, &items[i], place(&a, &items[i])) != 0)
			return ERR_SYNTAX;
	}
	if (text.n != 0 || !uv_ok(a.uv))
		return ERR_SYNTAX;
	*out = a;
	return 0;
}

static bool
same(
    const struct assertion *a, const struct assertion *b, const struct item *it)
{
	struct str s;
	struct str t;

	switch (it->kind) {
	case ITEM_TEXT:
		memcpy(&s, place0(a, it), sizeof(s));
		memcpy(&t, place0(b, it), sizeof(t));
		return str_eq(s, t);
	case ITEM_FINGER:
		return a->finger == b->finger;
	case ITEM_NUMBER:
		return a->counter == b->counter;
	case ITEM_DIGEST:
		return crypt_equal(
		    str_n(place0(a, it), 32), str_n(place0(b, it), 32));
	}
	return false;
}

int
assertion_check(struct str text, struct str sig, const uint8_t pub[ED25519_PUB],
    const struct assertion *want, struct assertion *got)
{
	struct assertion a;
	size_t i;
	int rc;

	memset(got, 0, sizeof(*got));
	rc = assertion_parse(text, &a);
	if (rc != 0)
		return rc;
	for (i = 0; i < ITEMS; i++)
		if (!items[i].policy && !same(&a, want, &items[i]))
			return ERR_AUTH;
	if (crypt_verify_raw(pub, text, sig) != 0)
		return ERR_CRYPTO;
	*got = a;
	return 0;
}

bool
assertion_driver_is_synthetic(struct str driver)
{
	return str_starts(driver, STR("virtual_")) ||
	    str_starts(driver, STR("vein:dir"));
}
