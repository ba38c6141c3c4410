/*
 * Kana conversions by small tables.
 *
 * SECURITY: pure functions of code points; malformed bytes become U+FFFD or an
 * error, never output.
 */
#include "core/kana.h"

#include "core/err.h"
#include "core/utf8.h"

#define VOICED_MARK 0x3099
#define SEMI_MARK   0x309a
#define HALF_FIRST  0xff61
#define HALF_LAST   0xff9f

/* full-width form of U+FF61–FF9F: 。「」、・ヲァ … ン゛゜ */
/* clang-format off */
static const uint16_t half_to_full[HALF_LAST - HALF_FIRST + 1] = {
	0x3002, 0x300c, 0x300d, 0x3001, 0x30fb, 0x30f2, 0x30a1, 0x30a3,
	0x30a5, 0x30a7, 0x30a9, 0x30e3, 0x30e5, 0x30e7, 0x30c3, 0x30fc,
	0x30a2, 0x30a4, 0x30a6, 0x30a8, 0x30aa, 0x30ab, 0x30ad, 0x30af,
	0x30b1, 0x30b3, 0x30b5, 0x30b7, 0x30b9, 0x30bb, 0x30bd, 0x30bf,
	0x30c1, 0x30c4, 0x30c6, 0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd,
	0x30ce, 0x30cf, 0x30d2, 0x30d5, 0x30d8, 0x30db, 0x30de, 0x30df,
	0x30e0, 0x30e1, 0x30e2, 0x30e4, 0x30e6, 0x30e8, 0x30e9, 0x30ea,
	0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3, 0x309b, 0x309c,
};

/* small katakana → large; hiragana is 0x60 lower */
static const struct {
	uint16_t small;
	uint16_t large;
} sizes[] = {
	{ 0x30a1, 0x30a2 }, { 0x30a3, 0x30a4 }, { 0x30a5, 0x30a6 },
	{ 0x30a7, 0x30a8 }, { 0x30a9, 0x30aa }, { 0x30c3, 0x30c4 },
	{ 0x30e3, 0x30e4 }, { 0x30e5, 0x30e6 }, { 0x30e7, 0x30e8 },
	{ 0x30ee, 0x30ef }, { 0x30f5, 0x30ab }, { 0x30f6, 0x30b1 },
};
/* clang-format on */

bool
kana_is_katakana(int32_t cp)
{
	return (cp >= 0x30a1 && cp <= 0x30fa) || cp == 0x30fc;
}

bool
kana_is_hiragana(int32_t cp)
{
	return cp >= 0x3041 && cp <= 0x3096;
}

/* カキクケコ … ト, ハ … ホ: those with a voiced neighbour in the code */
static bool
has_voiced(int32_t kata)
{
	if (kata >= 0x30ab && kata <= 0x30c2)
		return (kata & 1) == 1;
	if (kata >= 0x30c4 && kata <= 0x30c8)
		return (kata & 1) == 0;
	return kata >= 0x30cf && kata <= 0x30dd && kata % 3 == 0x30cf % 3;
}

int32_t
kana_compose(int32_t base, int32_t mark)
{
	int32_t shift = kana_is_hiragana(base) ? 0x60 : 0;
	int32_t k = base + shift;

	if (mark == SEMI_MARK)
		return k >= 0x30cf && k <= 0x30dd && has_voiced(k) ? base + 2
								   : 0;
	if (mark != VOICED_MARK)
		return 0;
	if (has_voiced(k) || base == 0x30fd || base == 0x309d)
		return base + 1;
	if (k == 0x30a6)
		return 0x30f4 - shift;
	return shift == 0 && k >= 0x30ef && k <= 0x30f2 ? base + 8 : 0;
}

int32_t
kana_large(int32_t cp)
{
	int32_t shift = kana_is_hiragana(cp) ? 0x60 : 0;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (sizes[i].small == cp + shift)
			return sizes[i].large - shift;
	return cp;
}

int32_t
kana_unvoiced(int32_t cp)
{
	if (cp == 0x30f4)
		return 0x30a6;
	if (cp >= 0x30f7 && cp <= 0x30fa)
		return cp - 8;
	if (cp > 0x30ab && has_voiced(cp - 1))
		return cp - 1;
	if (cp >= 0x30d1 && cp <= 0x30dd && has_voiced(cp - 2))
		return cp - 2;
	return cp;
}

/*
 * The next code point with half-width kana made full-width and a mark that
 * follows composed.
 */
static int32_t
next_full(struct str *rest)
{
	struct str ahead;
	int32_t both;
	int32_t mark;
	int32_t cp = utf8_next(rest);

	if (cp >= HALF_FIRST && cp <= HALF_LAST)
		cp = half_to_full[cp - HALF_FIRST];
	ahead = *rest;
	mark = utf8_next(&ahead);
	if (mark == 0xff9e || mark == 0x309b)
		mark = VOICED_MARK;
	else if (mark == 0xff9f || mark == 0x309c)
		mark = SEMI_MARK;
	both = kana_compose(cp, mark);
	if (both == 0)
		return cp;
	*rest = ahead;
	return both;
}

static int32_t
to_katakana(int32_t cp)
{
	if (kana_is_hiragana(cp) || cp == 0x309d || cp == 0x309e)
		return cp + 0x60;
	return cp;
}

void
kana_to_katakana(struct buf *out, struct str s)
{
	int32_t cp;

	while ((cp = next_full(&s)) != -2)
		utf8_put(out, to_katakana(cp));
}

void
kana_to_hiragana(struct buf *out, struct str s)
{
	int32_t cp;

	while ((cp = next_full(&s)) != -2) {
		if ((cp >= 0x30a1 && cp <= 0x30f6) || cp == 0x30fd ||
		    cp == 0x30fe)
			cp -= 0x60;
		utf8_put(out, cp);
	}
}

/* The half-width form of one katakana without a mark; 0 when none. */
static int32_t
half_of(int32_t cp)
{
	int32_t i;

	for (i = 0; i <= HALF_LAST - HALF_FIRST; i++)
		if (half_to_full[i] == cp)
			return HALF_FIRST + i;
	return 0;
}

void
kana_to_half(struct buf *out, struct str s)
{
	int32_t plain;
	int32_t half;
	int32_t cp;

	while ((cp = next_full(&s)) != -2) {
		cp = to_katakana(cp);
		plain = kana_unvoiced(cp);
		half = half_of(plain);
		if (half == 0) {
			utf8_put(out, cp);
			continue;
		}
		utf8_put(out, half);
		if (plain != cp)
			utf8_put(out,
			    kana_compose(plain, SEMI_MARK) == cp ? 0xff9f
								 : 0xff9e);
	}
}

/* What a フリガナ may have beside katakana. */
static bool
may_stand(int32_t cp)
{
	if (kana_is_katakana(cp) || cp == 0x30fd || cp == 0x30fe)
		return true;
	if (cp == 0x3000 || cp == 0x30fb || cp == '\'' || cp == '-' ||
	    cp == '.' || cp == ',')
		return true;
	return (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
}

int
kana_clean(struct buf *out, struct str s)
{
	size_t start = out->n;
	int32_t cp;

	while ((cp = next_full(&s)) != -2) {
		cp = to_katakana(cp);
		if (cp == ' ')
			cp = 0x3000;
		if (!may_stand(cp)) {
			out->n = start;
			return ERR_UTF8;
		}
		utf8_put(out, cp);
	}
	return out->err;
}
