/*
 * base64 and hex.
 *
 * SECURITY: decoders take bytes of peers and of files.
 */
#include "core/b64.h"

#include <string.h>

#include "core/err.h"

static const char b64_digit[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char hex_digit[] = "0123456789abcdef";

void
b64_put(struct buf *b, const void *p, size_t n)
{
	const uint8_t *s = p;
	char q[4];
	size_t i;

	for (i = 0; i < n; i += 3) {
		size_t k = n - i < 3 ? n - i : 3;
		uint32_t v = (uint32_t)s[i] << 16;

		if (k > 1)
			v |= (uint32_t)s[i + 1] << 8;
		if (k > 2)
			v |= s[i + 2];
		q[0] = b64_digit[v >> 18];
		q[1] = b64_digit[v >> 12 & 63];
		q[2] = k > 1 ? b64_digit[v >> 6 & 63] : '=';
		q[3] = k > 2 ? b64_digit[v & 63] : '=';
		buf_put(b, q, 4);
	}
}

static int
b64_value(char c)
{
	const char *at = c == '\0' ? NULL : strchr(b64_digit, c);

	return at == NULL ? -1 : (int)(at - b64_digit);
}

/* The four digits at s.p+i into at most three bytes; number or ERR_SYNTAX. */
static int
b64_quad(struct str s, size_t i, uint8_t out[3])
{
	int d[4] = { 0 };
	int pad = 0;
	int k;

	for (k = 0; k < 4; k++) {
		char c = s.p[i + (size_t)k];

		if (c == '=' && k >= 2 && i + 4 == s.n) {
			pad++;
			continue;
		}
		d[k] = b64_value(c);
		if (d[k] < 0 || pad > 0)
			return ERR_SYNTAX;
	}
	if ((pad == 1 && (d[2] & 3)) || (pad == 2 && (d[1] & 15)))
		return ERR_SYNTAX;
	out[0] = (uint8_t)(d[0] << 2 | d[1] >> 4);
	out[1] = (uint8_t)((d[1] & 15) << 4 | d[2] >> 2);
	out[2] = (uint8_t)((d[2] & 3) << 6 | d[3]);
	return 3 - pad;
}

int
b64_get(struct str s, uint8_t *out, size_t cap, size_t *n)
{
	uint8_t three[3];
	size_t i;
	int k;

	*n = 0;
	if (s.n % 4 != 0)
		return ERR_SYNTAX;
	for (i = 0; i < s.n; i += 4) {
		k = b64_quad(s, i, three);
		if (k < 0)
			return k;
		if ((size_t)k > cap - *n)
			return ERR_TOOLONG;
		memcpy(out + *n, three, (size_t)k);
		*n += (size_t)k;
	}
	return 0;
}

void
hex_put(struct buf *b, const void *p, size_t n)
{
	const uint8_t *s = p;
	size_t i;

	for (i = 0; i < n; i++) {
		buf_putc(b, hex_digit[s[i] >> 4]);
		buf_putc(b, hex_digit[s[i] & 15]);
	}
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
hex_get(struct str s, uint8_t *out, size_t cap)
{
	size_t i;

	if (s.n != cap * 2)
		return ERR_SYNTAX;
	for (i = 0; i < cap; i++) {
		int hi = hex_value(s.p[2 * i]);
		int lo = hex_value(s.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return ERR_SYNTAX;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}
