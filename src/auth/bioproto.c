/*
 * The codec of the helper's messages, driven by the tables of the header.
 *
 * SECURITY: each side takes the other's messages as hostile: the helper holds
 * keys, the caller holds the session.  Every length is checked against its
 * table and against what is left, and trailing bytes refuse the message.
 */
#include "auth/bioproto.h"

#include <string.h>

#include "core/err.h"

#define VERSION 1

struct field {
	size_t at; /* of a struct str in struct bioproto_request */
	bool text;
	size_t min;
	size_t max;
	unsigned kinds;
};

struct number {
	size_t at; /* of a uint64_t */
	uint64_t min;
	uint64_t max;
	unsigned kinds;
};

#define FIELD(name, text, min, max, kinds)                                     \
	{ offsetof(struct bioproto_request, name), text, min, max, kinds },
static const struct field fields[] = { BIOPROTO_FIELDS(FIELD) };
#undef FIELD
#define NUMBER(name, min, max, kinds)                                          \
	{ offsetof(struct bioproto_request, name), min, max, kinds },
static const struct number numbers[] = { BIOPROTO_NUMBERS(NUMBER) };
#undef NUMBER

/* The byte fields of a result; only BIO_EV_DONE with err 0 may carry them. */
struct result {
	size_t at;
	size_t max;
	bool exact; /* empty or max bytes */
};

/* clang-format off */
static const struct result results[] = {
	{ offsetof(struct bio_event, verifier),   32,   true },
	{ offsetof(struct bio_event, envelope),   BIOPROTO_ENVELOPE_MAX, false },
	{ offsetof(struct bio_event, public_key), ED25519_PUB, true },
	{ offsetof(struct bio_event, assertion),  2048, false },
	{ offsetof(struct bio_event, signature),  ED25519_SIG, true },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct str *
str_at(void *base, size_t at)
{
	return (struct str *)(void *)((char *)base + at);
}

static struct str
str_get(const void *base, size_t at)
{
	struct str s;

	memcpy(&s, (const char *)base + at, sizeof(s));
	return s;
}

static uint64_t
number_get(const void *base, size_t at)
{
	uint64_t v;

	memcpy(&v, (const char *)base + at, sizeof(v));
	return v;
}

static void
put_bytes(struct buf *out, struct str s)
{
	buf_put_be32(out, (uint32_t)s.n);
	buf_puts_str(out, s);
}

static struct str
get_bytes(struct rd *r, size_t max)
{
	uint32_t n = rd_be32(r);

	if (n > max && r->err == 0)
		r->err = ERR_SYNTAX;
	return rd_bytes(r, r->err == 0 ? n : 0);
}

static bool
field_fits(const struct field *f, struct str s, unsigned kind)
{
	if ((f->kinds & kind) == 0)
		return s.n == 0;
	if (s.n < f->min || s.n > f->max)
		return false;
	return !f->text || memchr(s.p, '\0', s.n) == NULL;
}

static bool
number_fits(const struct number *f, uint64_t v, unsigned kind)
{
	if ((f->kinds & kind) == 0)
		return v == 0;
	return v >= f->min && v <= f->max;
}

int
bioproto_put_request(struct buf *out, const struct bioproto_request *r)
{
	unsigned kind;
	struct str s;
	uint64_t v;
	size_t i;

	if (r->kind > BIO_REPIN)
		return ERR_RANGE;
	kind = 1u << r->kind;
	buf_putc(out, VERSION);
	buf_putc(out, 'R');
	buf_putc(out, (char)r->kind);
	for (i = 0; i < COUNT(fields); i++) {
		s = str_get(r, fields[i].at);
		if ((fields[i].kinds & kind) == 0)
			s.n = 0;
		if (!field_fits(&fields[i], s, kind))
			return ERR_RANGE;
		put_bytes(out, s);
	}
	for (i = 0; i < COUNT(numbers); i++) {
		v = number_get(r, numbers[i].at);
		if ((numbers[i].kinds & kind) == 0)
			v = 0;
		if (!number_fits(&numbers[i], v, kind))
			return ERR_RANGE;
		buf_put_be64(out, v);
	}
	return out->err;
}

/* The reader behind version and type; r.err when they differ. */
static struct rd
begin(struct str msg, char type)
{
	struct rd r = rd_of(msg);

	if (rd_u8(&r) != VERSION || rd_u8(&r) != (uint8_t)type)
		r.err = ERR_SYNTAX;
	return r;
}

int
bioproto_get_request(struct str msg, struct bioproto_request *out)
{
	struct rd r = begin(msg, 'R');
	uint8_t kind = rd_u8(&r);
	uint64_t v;
	size_t i;
	int rc;

	memset(out, 0, sizeof(*out));
	if (r.err != 0 || kind > BIO_REPIN)
		return ERR_SYNTAX;
	out->kind = (enum bio_kind)kind;
	for (i = 0; i < COUNT(fields); i++) {
		struct str s = get_bytes(&r, fields[i].max);

		if (r.err != 0 || !field_fits(&fields[i], s, 1u << kind))
			goto bad;
		*str_at(out, fields[i].at) = s;
	}
	for (i = 0; i < COUNT(numbers); i++) {
		v = rd_be64(&r);
		if (r.err != 0 || !number_fits(&numbers[i], v, 1u << kind))
			goto bad;
		memcpy((char *)out + numbers[i].at, &v, sizeof(v));
	}
	rc = rd_end(&r);
	if (rc == 0)
		return 0;
bad:
	memset(out, 0, sizeof(*out));
	return ERR_SYNTAX;
}

void
bioproto_put_cancel(struct buf *out)
{
	buf_putc(out, VERSION);
	buf_putc(out, 'C');
}

bool
bioproto_is_cancel(struct str msg)
{
	const struct rd r = begin(msg, 'C');

	return rd_end(&r) == 0;
}

/* ---- events ------------------------------------------------------------ */

static bool
event_fits(const struct bio_event *ev)
{
	size_t i;

	if (ev->kind > BIO_EV_DONE || ev->guide > BIO_GUIDE_HOLD)
		return false;
	if (ev->err > 0 || !err_is_known(ev->err))
		return false;
	if (ev->kind != BIO_EV_DONE && ev->err != 0)
		return false;
	if (ev->flags > BIO_FINGER_ALL || ev->stages > 100 || ev->stage > ev->stages ||
	    ev->finger > 10)
		return false;
	if (ev->width > 1024 || ev->height > 1024 ||
	    (size_t)ev->width * ev->height != ev->image.n ||
	    ev->image.n > BIOPROTO_IMAGE_MAX)
		return false;
	if ((ev->kind == BIO_EV_PREVIEW) != (ev->image.n > 0))
		return false;
	for (i = 0; i < COUNT(results); i++) {
		struct str s = str_get(ev, results[i].at);

		if (s.n == 0)
			continue;
		if (ev->kind != BIO_EV_DONE || ev->err != 0 ||
		    s.n > results[i].max ||
		    (results[i].exact && s.n != results[i].max))
			return false;
	}
	return true;
}

int
bioproto_put_event(struct buf *out, const struct bio_event *ev)
{
	size_t i;

	if (!event_fits(ev))
		return ERR_RANGE;
	buf_putc(out, VERSION);
	buf_putc(out, 'E');
	buf_putc(out, (char)ev->kind);
	buf_put_be32(out, (uint32_t)ev->err);
	buf_putc(out, (char)ev->flags);
	buf_putc(out, (char)ev->stage);
	buf_putc(out, (char)ev->stages);
	buf_putc(out, (char)ev->guide);
	buf_putc(out, (char)ev->finger);
	buf_put_be16(out, (uint16_t)ev->width);
	buf_put_be16(out, (uint16_t)ev->height);
	put_bytes(out, str_of(ev->driver));
	put_bytes(out, ev->image);
	for (i = 0; i < COUNT(results); i++)
		put_bytes(out, str_get(ev, results[i].at));
	return out->err;
}

int
bioproto_get_event(struct str msg, struct bio_event *out)
{
	struct rd r = begin(msg, 'E');
	struct str driver;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->kind = (enum bio_event_kind)rd_u8(&r);
	out->err = (int)(int32_t)rd_be32(&r);
	out->flags = rd_u8(&r);
	out->stage = rd_u8(&r);
	out->stages = rd_u8(&r);
	out->guide = (enum bio_guide)rd_u8(&r);
	out->finger = rd_u8(&r);
	out->width = rd_be16(&r);
	out->height = rd_be16(&r);
	driver = get_bytes(&r, sizeof(out->driver) - 1);
	out->image = get_bytes(&r, BIOPROTO_IMAGE_MAX);
	for (i = 0; i < COUNT(results); i++)
		*str_at(out, results[i].at) = get_bytes(&r, results[i].max);
	if (rd_end(&r) != 0 || !event_fits(out) ||
	    str_copy(out->driver, sizeof(out->driver), driver) != 0) {
		memset(out, 0, sizeof(*out));
		return ERR_SYNTAX;
	}
	return 0;
}
