/*
 * Strict UTF-8.
 *
 * SECURITY: overlong forms, surrogates and values above U+10FFFF are
 * malformed, so no check can be passed by a second spelling.
 */
#include "core/utf8.h"

int32_t
utf8_next(struct str *rest)
{
	static const int32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)rest->p;
	size_t need;
	size_t i;
	int32_t cp;

	if (rest->n == 0)
		return -2;
	if (p[0] < 0x80) {
		need = 1;
		cp = p[0];
	} else if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		need = 2;
		cp = p[0] & 0x1f;
	} else if ((p[0] & 0xf0) == 0xe0) {
		need = 3;
		cp = p[0] & 0x0f;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		need = 4;
		cp = p[0] & 0x07;
	} else {
		goto bad;
	}
	if (need > rest->n)
		goto bad;
	for (i = 1; i < need; i++) {
		if ((p[i] & 0xc0) != 0x80)
			goto bad;
		cp = cp << 6 | (p[i] & 0x3f);
	}
	if (need > 1 && (cp < least[need] || cp > 0x10ffff ||
	    (cp >= 0xd800 && cp <= 0xdfff)))
		goto bad;
	rest->p += need;
	rest->n -= need;
	return cp;
bad:
	rest->p++;
	rest->n--;
	return -1;
}

size_t
utf8_encode(int32_t cp, char out[4])
{
	if (cp < 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

void
utf8_put(struct buf *b, int32_t cp)
{
	char out[4];
	size_t n = utf8_encode(cp, out);

	if (n == 0)
		n = utf8_encode(0xfffd, out);
	buf_put(b, out, n);
}
