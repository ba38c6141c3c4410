/*
 * Slices, growing buffers and readers: the only place with length arithmetic.
 *
 * SECURITY: lengths come from peers.  Nothing here adds a length to a pointer
 * before it was compared with what is left.
 */
#include "core/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"

struct str
str_of(const char *s)
{
	return s == NULL ? (struct str){ "", 0 } : (struct str){ s, strlen(s) };
}

struct str
str_n(const void *p, size_t n)
{
	return p == NULL ? (struct str){ "", 0 } : (struct str){ p, n };
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
str_eqz(struct str a, const char *z)
{
	return str_eq(a, str_of(z));
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && memcmp(s.p, prefix.p, prefix.n) == 0;
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool
str_cut(struct str *rest, char sep, struct str *part)
{
	const char *at;

	if (rest->n == 0)
		return false;
	at = memchr(rest->p, sep, rest->n);
	if (at == NULL) {
		*part = *rest;
		rest->p += rest->n;
		rest->n = 0;
		return true;
	}
	part->p = rest->p;
	part->n = (size_t)(at - rest->p);
	rest->p = at + 1;
	rest->n -= part->n + 1;
	return true;
}

int
str_num(struct str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;
	uint64_t d;
	size_t i;

	*out = 0;
	if (s.n == 0 || (s.n > 1 && s.p[0] == '0'))
		return ERR_SYNTAX;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return ERR_SYNTAX;
		d = (uint64_t)(s.p[i] - '0');
		if (v > (max - (d < max ? d : max)) / 10 || v * 10 + d > max)
			return ERR_RANGE;
		v = v * 10 + d;
	}
	*out = v;
	return 0;
}

int
str_copy(char *dst, size_t cap, struct str s)
{
	if (cap == 0)
		return ERR_TOOLONG;
	dst[0] = '\0';
	if (s.n >= cap)
		return ERR_TOOLONG;
	if (s.n > 0 && memchr(s.p, '\0', s.n) != NULL)
		return ERR_SYNTAX;
	if (s.n > 0)
		memcpy(dst, s.p, s.n);
	dst[s.n] = '\0';
	return 0;
}

char *
str_dup(struct str s)
{
	char *d = malloc(s.n + 1);

	if (d == NULL)
		return NULL;
	if (s.n > 0)
		memcpy(d, s.p, s.n);
	d[s.n] = '\0';
	return d;
}

void
buf_release(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

void
buf_wipe(struct buf *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	buf_release(b);
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->err = 0;
}

static bool
buf_grow(struct buf *b, size_t more)
{
	size_t max = b->max == 0 ? BUF_MAX : b->max;
	size_t cap = b->cap < 64 ? 64 : b->cap;
	uint8_t *p;

	if (b->err != 0)
		return false;
	if (b->n > max || more > max - b->n) {
		b->err = ERR_TOOLONG;
		return false;
	}
	if (more <= b->cap - b->n)
		return true;
	while (cap - b->n < more)
		cap *= 2;
	p = malloc(cap);
	if (p == NULL) {
		b->err = ERR_NOMEM;
		return false;
	}
	if (b->n > 0)
		memcpy(p, b->p, b->n);
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	free(b->p);
	b->p = p;
	b->cap = cap;
	return true;
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	if (n == 0 || !buf_grow(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
buf_puts(struct buf *b, const char *z)
{
	buf_put(b, z, strlen(z));
}

void
buf_puts_str(struct buf *b, struct str s)
{
	buf_put(b, s.p, s.n);
}

void
buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_put_be16(struct buf *b, uint16_t v)
{
	uint8_t x[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	buf_put(b, x, sizeof(x));
}

void
buf_put_be32(struct buf *b, uint32_t v)
{
	uint8_t x[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16),
		(uint8_t)(v >> 8), (uint8_t)v };

	buf_put(b, x, sizeof(x));
}

void
buf_put_be64(struct buf *b, uint64_t v)
{
	buf_put_be32(b, (uint32_t)(v >> 32));
	buf_put_be32(b, (uint32_t)v);
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again); /* NOLINT: copied above */
	va_end(again);
	if (n < 0) {
		b->err = b->err ? b->err : ERR_SYNTAX;
		return;
	}
	if (!buf_grow(b, (size_t)n + 1))
		return;
	vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
buf_shift(struct buf *b, size_t n)
{
	BUG_ON(n > b->n);
	b->n -= n;
	if (b->n > 0 && n > 0)
		memmove(b->p, b->p + n, b->n);
}

struct str
buf_str(const struct buf *b)
{
	return str_n(b->p, b->n);
}

struct rd
rd_of(struct str s)
{
	return (struct rd){ .p = (const uint8_t *)s.p, .left = s.n };
}

static const uint8_t *
rd_take(struct rd *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->err != 0)
		return NULL;
	if (n > r->left) {
		r->err = ERR_SYNTAX;
		r->left = 0;
		return NULL;
	}
	r->p += n;
	r->left -= n;
	return p;
}

uint8_t
rd_u8(struct rd *r)
{
	const uint8_t *p = rd_take(r, 1);

	return p == NULL ? 0 : p[0];
}

uint16_t
rd_be16(struct rd *r)
{
	const uint8_t *p = rd_take(r, 2);

	return (uint16_t)(p == NULL ? 0u : (unsigned)p[0] << 8 | p[1]);
}

uint32_t
rd_be32(struct rd *r)
{
	const uint8_t *p = rd_take(r, 4);

	if (p == NULL)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

uint64_t
rd_be64(struct rd *r)
{
	uint64_t hi = rd_be32(r);

	return hi << 32 | rd_be32(r);
}

struct str
rd_bytes(struct rd *r, size_t n)
{
	const uint8_t *p = rd_take(r, n);

	return p == NULL ? str_n(NULL, 0) : str_n(p, n);
}

int
rd_end(const struct rd *r)
{
	if (r->err != 0)
		return r->err;
	return r->left == 0 ? 0 : ERR_SYNTAX;
}
