/*
 * Width, clusters, cleaning and display of text.
 *
 * SECURITY: names and addresses come from files and peers.  text_clean()
 * decides what may be stored, text_display() what reaches the terminal: no
 * control, no bidi control, nothing without a width.  The only user of
 * utf8proc; input lengths are bounded by the callers' field limits.
 */
#include "core/text.h"

#include <stdlib.h>

#include <utf8proc.h>

#include "core/err.h"
#include "core/kana.h"
#include "core/utf8.h"

struct width_row {
	int32_t first;
	int32_t last;
	int width;
};

/*
 * Where glibc 2.36 (Unicode 14) and the rules of cp_width_rule() differ;
 * sorted.  -1 rows are characters of Unicode 15, which it does not draw yet.
 */
/* clang-format off */
static const struct width_row overrides[] = {
	{ 0x0600, 0x0605, 1 },	{ 0x06dd, 0x06dd, 1 },
	{ 0x070f, 0x070f, 1 },	{ 0x0890, 0x0891, 1 },
	{ 0x08e2, 0x08e2, 1 },	{ 0x0cf3, 0x0cf3, -1 },
	{ 0x0ece, 0x0ece, -1 },	{ 0x1160, 0x11ff, 0 },
	{ 0x2028, 0x2029, -1 },	{ 0x302e, 0x302f, 2 },
	{ 0x3248, 0x324f, 2 },	{ 0x4dc0, 0x4dff, 2 },
	{ 0xd7b0, 0xd7c6, 0 },	{ 0xd7cb, 0xd7fb, 0 },
	{ 0x10efd, 0x10eff, -1 }, { 0x110bd, 0x110bd, 1 },
	{ 0x110cd, 0x110cd, 1 }, { 0x1123f, 0x11241, -1 },
	{ 0x11b00, 0x11b09, -1 }, { 0x11f00, 0x11f59, -1 },
	{ 0x1342f, 0x1342f, -1 }, { 0x13439, 0x13455, -1 },
	{ 0x16ff0, 0x16ff1, 2 }, { 0x1b132, 0x1b132, -1 },
	{ 0x1b155, 0x1b155, -1 }, { 0x1d2c0, 0x1d2d3, -1 },
	{ 0x1df25, 0x1df2a, -1 }, { 0x1e030, 0x1e06d, -1 },
	{ 0x1e08f, 0x1e08f, -1 }, { 0x1e4d0, 0x1e4f9, -1 },
	{ 0x1f6dc, 0x1f6dc, -1 }, { 0x1f774, 0x1f776, -1 },
	{ 0x1f77b, 0x1f77f, -1 }, { 0x1f7d9, 0x1f7d9, -1 },
	{ 0x1fa75, 0x1fa77, -1 }, { 0x1fa87, 0x1fa88, -1 },
	{ 0x1faad, 0x1faaf, -1 }, { 0x1fabb, 0x1fabd, -1 },
	{ 0x1fabf, 0x1fabf, -1 }, { 0x1face, 0x1facf, -1 },
	{ 0x1fada, 0x1fadb, -1 }, { 0x1fae8, 0x1fae8, -1 },
	{ 0x1faf7, 0x1faf8, -1 }, { 0x2b739, 0x2b739, -1 },
	{ 0x31350, 0x323af, -1 },
};
/* clang-format on */

static int
by_range(const void *key, const void *row)
{
	const int32_t *cp = key;
	const struct width_row *r = row;

	if (*cp < r->first)
		return -1;
	return *cp > r->last;
}

static int
cp_width_rule(int32_t cp)
{
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CS:
		return -1;
	case UTF8PROC_CATEGORY_MC:
		return 1;
	default:
		return utf8proc_charwidth(cp);
	}
}

int
text_cp_width(int32_t cp)
{
	const struct width_row *row;

	if (cp >= 0x20 && cp < 0x7f)
		return 1;
	if (cp < 0xa0 || cp > 0x10ffff)
		return -1;
	if ((cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x30a0 && cp <= 0x30ff) ||
	    (cp >= 0x4e00 && cp <= 0x9fff))
		return 2;
	row = bsearch(&cp, overrides, sizeof(overrides) / sizeof(overrides[0]),
	    sizeof(overrides[0]), by_range);
	return row != NULL ? row->width : cp_width_rule(cp);
}

bool
text_is_vs(int32_t cp)
{
	return (cp >= 0xfe00 && cp <= 0xfe0f) ||
	    (cp >= 0xe0100 && cp <= 0xe01ef) || (cp >= 0x180b && cp <= 0x180d);
}

static bool
is_ivs(int32_t cp)
{
	return cp >= 0xe0100 && cp <= 0xe01ef;
}

bool
text_is_han(int32_t cp)
{
	return (cp >= 0x4e00 && cp <= 0x9fff) ||
	    (cp >= 0x3400 && cp <= 0x4dbf) || (cp >= 0xf900 && cp <= 0xfaff) ||
	    (cp >= 0x20000 && cp <= 0x3fffd) || (cp >= 0x3005 && cp <= 0x3007);
}

static bool
is_private(int32_t cp)
{
	return utf8proc_category(cp) == UTF8PROC_CATEGORY_CO;
}

/* Formats, among them all bidi controls, joiners, BOM and tags. */
static bool
is_format(int32_t cp)
{
	return cp >= 0x80 && utf8proc_category(cp) == UTF8PROC_CATEGORY_CF;
}

static bool
is_mark(int32_t cp)
{
	return text_cp_width(cp) == 0 && !is_format(cp);
}

bool
text_cluster_next(struct str *rest, struct str *cluster, int *width)
{
	struct str ahead;
	int32_t cp;
	int n = 1;

	*cluster = (struct str){ rest->p, 0 };
	*width = 0;
	cp = utf8_next(rest);
	if (cp == -2)
		return false;
	*width = cp < 0 || is_format(cp) ? -1 : text_cp_width(cp);
	if (*width == 0)
		*width = -1;
	ahead = *rest;
	while (*width > 0 && n < TEXT_CLUSTER_MAX) {
		cp = utf8_next(&ahead);
		if (cp < 0 || !is_mark(cp))
			break;
		*rest = ahead;
		n++;
	}
	cluster->n = (size_t)(rest->p - cluster->p);
	return true;
}

unsigned
text_width(struct str s)
{
	struct str cluster;
	unsigned total = 0;
	int width;

	while (text_cluster_next(&s, &cluster, &width))
		total += width < 0 ? 2u : (unsigned)width;
	return total;
}

size_t
text_clusters(struct str s)
{
	struct str cluster;
	size_t n = 0;
	int width;

	while (text_cluster_next(&s, &cluster, &width))
		n++;
	return n;
}

struct str
text_clip(struct str s, unsigned columns)
{
	struct str head = { s.p, 0 };
	struct str cluster;
	unsigned w;
	int width;

	while (text_cluster_next(&s, &cluster, &width)) {
		w = width < 0 ? 2u : (unsigned)width;
		if (w > columns)
			break;
		columns -= w;
		head.n += cluster.n;
	}
	return head;
}

/* Bytes of the space a text starts with: 0, 1 or 3 (U+3000). */
static size_t
space_at(const char *p, size_t n)
{
	if (n >= 1 && (p[0] == ' ' || p[0] == '\t'))
		return 1;
	return n >= 3 && str_starts(str_n(p, n), STR("\xe3\x80\x80")) ? 3 : 0;
}

struct str
text_trim(struct str s)
{
	size_t n;

	while ((n = space_at(s.p, s.n)) > 0) {
		s.p += n;
		s.n -= n;
	}
	for (;;) {
		if (s.n >= 1 && space_at(s.p + s.n - 1, 1) == 1)
			s.n -= 1;
		else if (s.n >= 3 && space_at(s.p + s.n - 3, 3) == 3)
			s.n -= 3;
		else
			return s;
	}
}

/* True when `cp` may stand in stored text behind `before` (-1 at the start) */
static bool
may_store(int32_t cp, int32_t before)
{
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return false;
	if (is_ivs(cp))
		return text_is_han(before);
	if (text_is_vs(cp) || is_format(cp) || cp == 0x2028 || cp == 0x2029)
		return false;
	return (cp & 0xfffe) != 0xfffe && (cp < 0xfdd0 || cp > 0xfdef);
}

int
text_clean(struct buf *out, struct str s)
{
	struct str rest = text_trim(s);
	size_t start = out->n;
	int32_t before = -1;
	int32_t both;
	int32_t cp;

	while ((cp = utf8_next(&rest)) != -2) {
		if (!may_store(cp, before)) {
			out->n = start;
			return ERR_UTF8;
		}
		both = kana_compose(before, cp);
		if (both != 0) {
			out->n -= 3; /* kana take three bytes */
			cp = both;
		}
		utf8_put(out, cp);
		before = cp;
	}
	return out->err;
}

void
text_display(struct buf *out, struct str s)
{
	struct str cluster;
	struct str in;
	int32_t cp;
	int width;

	while (text_cluster_next(&s, &cluster, &width)) {
		in = cluster;
		cp = utf8_next(&in);
		if (width > 0 && !is_private(cp))
			buf_puts_str(out, cluster);
		else if (cp < 0 || cp >= 0xa0) {
			if (cp < 0 || !is_format(cp))
				buf_puts(out, TEXT_GETA);
		}
	}
}

void
text_fold_digits(struct buf *out, struct str s)
{
	int32_t cp;

	while ((cp = utf8_next(&s)) != -2) {
		if (cp >= 0xff10 && cp <= 0xff19)
			cp = cp - 0xff10 + '0';
		else if (cp == 0xff0d || cp == 0x2212 || cp == 0x2010)
			cp = '-';
		utf8_put(out, cp);
	}
}

int
text_nfkc(struct buf *out, struct str s)
{
	utf8proc_uint8_t *p = NULL;
	utf8proc_ssize_t n;

	n = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n,
	    &p,
	    UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
		UTF8PROC_IGNORE);
	if (n < 0)
		return n == UTF8PROC_ERROR_NOMEM ? ERR_NOMEM : ERR_UTF8;
	buf_put(out, p, (size_t)n);
	free(p);
	return out->err;
}

bool
text_is_special(struct str s)
{
	int32_t cp;

	while ((cp = utf8_next(&s)) != -2)
		if (cp < 0 || text_is_vs(cp) || is_private(cp) ||
		    (cp >= 0xf900 && cp <= 0xfaff) ||
		    (cp >= 0x2f800 && cp <= 0x2fa1f) || text_cp_width(cp) < 0)
			return true;
	return false;
}

/* VS1–16 and VS17–256; 0 for another character. */
static unsigned
selector_number(int32_t cp)
{
	if (cp >= 0xfe00 && cp <= 0xfe0f)
		return (unsigned)(cp - 0xfe00 + 1);
	if (cp >= 0xe0100 && cp <= 0xe01ef)
		return (unsigned)(cp - 0xe0100 + 17);
	return 0;
}

void
text_codes(struct buf *out, struct str cluster)
{
	const char *gap = "";
	uint8_t byte;
	unsigned vs;
	int32_t cp;

	while (cluster.n > 0) {
		byte = (uint8_t)cluster.p[0];
		cp = utf8_next(&cluster);
		vs = selector_number(cp);
		if (cp < 0)
			buf_printf(out, "%s<%02X>", gap, byte);
		else if (vs != 0)
			buf_printf(
			    out, "%sVS%u (U+%04X)", gap, vs, (unsigned)cp);
		else
			buf_printf(out, "%sU+%04X", gap, (unsigned)cp);
		gap = " ";
	}
}
