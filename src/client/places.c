/*
 * Addresses of the postal dictionary, their parts and their readings.
 *
 * SECURITY: reads mapped system files within their bounds; what a clerk looks
 * up is nowhere kept.
 */
#include "client/places.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"

#define NO_TOWN UINT16_MAX /* the address is a municipality of its own */
#define CHARS	32	   /* an address part is not longer */

/* EUC of 市 区 町 村 郡 県 */
#define EUC_SHI "\xbb\xd4"
#define EUC_KU	"\xb6\xe8"
#define EUC_CHO "\xc4\xae"
#define EUC_SON "\xc2\xbc"
#define EUC_GUN "\xb7\xb4"
#define EUC_KEN "\xb8\xa9"

struct muni {
	struct str text;
	uint16_t pref;	/* where 郡, 政令市 or the municipality begins */
	uint16_t group; /* where the municipality itself begins */
};

struct row {
	uint32_t at; /* in zip->entries */
	uint16_t n;
	uint16_t muni; /* index or NO_TOWN */
};

/* Open addressing; a slot is a number + 1. */
struct table {
	uint32_t *slot;
	size_t mask;
};

struct places {
	const struct skk *zip;
	const struct skk *geo;
	struct row *rows;
	size_t n_rows;
	struct muni *munis; /* sorted; none begins another */
	size_t n_munis;
	struct table by_text; /* rows */
	struct table by_word; /* bytes of geo->entries */
};

static uint32_t
hash(struct str s)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * 16777619u;
	return h;
}

static bool
table_init(struct table *t, size_t n)
{
	size_t size = 16;

	while (size < n * 2)
		size *= 2;
	t->slot = calloc(size, sizeof(*t->slot));
	t->mask = size - 1;
	return t->slot != NULL;
}

static void
table_put(struct table *t, struct str key, size_t value)
{
	size_t i = hash(key) & t->mask;

	while (t->slot[i] != 0)
		i = (i + 1) & t->mask;
	t->slot[i] = (uint32_t)value + 1;
}

/* Bytes of the character at p; it may be cut off. */
static size_t
euc_len(struct str s)
{
	size_t n = (uint8_t)s.p[0] < 0x80 ? 1 : (uint8_t)s.p[0] == 0x8f ? 3 : 2;

	return n < s.n ? n : s.n;
}

static bool
ends(struct str s, const char *euc)
{
	return s.n > 2 && memcmp(s.p + s.n - 2, euc, 2) == 0;
}

static bool
is_municipality(struct str s)
{
	return ends(s, EUC_SHI) || ends(s, EUC_KU) || ends(s, EUC_CHO) ||
	    ends(s, EUC_SON);
}

/* 神奈川県 和歌山県 鹿児島県 have four characters, all others three. */
static uint16_t
prefecture(struct str s)
{
	if (s.n >= 8 && memcmp(s.p + 6, EUC_KEN, 2) == 0)
		return 8;
	return s.n < 6 ? (uint16_t)s.n : 6;
}

/*
 * Where `sign` stands in a municipality behind `from`, after at least one
 * character: behind 郡 of 郡町村, behind 市 of 市区; `from` when nowhere.
 */
static uint16_t
group_end(struct str s, uint16_t from)
{
	const char *sign = ends(s, EUC_KU) ? EUC_SHI : EUC_GUN;
	struct str rest = str_n(s.p + from, s.n - from);
	size_t n;

	if (ends(s, EUC_SHI) || rest.n == 0)
		return from;
	n = euc_len(rest);
	rest = str_n(rest.p + n, rest.n - n);
	while (rest.n > 2) {
		n = euc_len(rest);
		if (n == 2 && memcmp(rest.p, sign, 2) == 0)
			return (uint16_t)(rest.p + 2 - s.p);
		rest = str_n(rest.p + n, rest.n - n);
	}
	return from;
}

static int
by_text(const void *a, const void *b)
{
	const struct muni *x = a;
	const struct muni *y = b;

	return str_cmp(x->text, y->text);
}

/*
 * Every municipality has an entry of its own (以下に掲載がない場合), with a
 * code that ends in 00.  A town with such a code is dropped again: its
 * municipality begins it.
 */
static void
settle_munis(struct places *pl)
{
	struct muni *m = pl->munis;
	size_t kept = 0;
	size_t i;

	if (pl->n_munis > 0)
		qsort(m, pl->n_munis, sizeof(*m), by_text);
	for (i = 0; i < pl->n_munis; i++) {
		if (kept > 0 && str_starts(m[i].text, m[kept - 1].text))
			continue;
		m[kept] = m[i];
		m[kept].pref = prefecture(m[i].text);
		m[kept].group = group_end(m[i].text, m[kept].pref);
		kept++;
	}
	pl->n_munis = kept;
}

static uint16_t
muni_of(const struct places *pl, struct str text)
{
	size_t low = 0;
	size_t high = pl->n_munis;
	size_t mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (str_cmp(pl->munis[mid].text, text) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0 || low > NO_TOWN ||
	    !str_starts(text, pl->munis[low - 1].text))
		return NO_TOWN;
	return (uint16_t)(low - 1);
}

static struct str
row_text(const struct places *pl, size_t i)
{
	return str_n(pl->zip->entries.p + pl->rows[i].at, pl->rows[i].n);
}

/* One pass that counts (rows NULL) or fills. */
static void
walk_zip(struct places *pl)
{
	struct str rest = pl->zip->entries;
	struct str key;
	struct str words;
	struct str word;
	size_t n = 0;
	size_t m = 0;

	while (skk_entry(&rest, &key, &words)) {
		while (skk_word(&words, &word)) {
			if (word.n > UINT16_MAX)
				continue;
			if (pl->rows != NULL) {
				pl->rows[n].at =
				    (uint32_t)(word.p - pl->zip->entries.p);
				pl->rows[n].n = (uint16_t)word.n;
			}
			n++;
			if (key.n != 7 || memcmp(key.p + 5, "00", 2) != 0 ||
			    !is_municipality(word))
				continue;
			if (pl->munis != NULL)
				pl->munis[m].text = word;
			m++;
		}
	}
	pl->n_rows = n;
	pl->n_munis = m;
}

static bool
index_zip(struct places *pl)
{
	size_t i;

	walk_zip(pl);
	pl->rows = calloc(pl->n_rows + 1, sizeof(*pl->rows));
	pl->munis = calloc(pl->n_munis + 1, sizeof(*pl->munis));
	if (pl->rows == NULL || pl->munis == NULL ||
	    !table_init(&pl->by_text, pl->n_rows))
		return false;
	walk_zip(pl);
	settle_munis(pl);
	for (i = 0; i < pl->n_rows; i++) {
		pl->rows[i].muni = muni_of(pl, row_text(pl, i));
		table_put(&pl->by_text, row_text(pl, i), i);
	}
	return true;
}

static bool
index_geo(struct places *pl)
{
	struct str rest = pl->geo->entries;
	struct str key;
	struct str words;
	struct str word;
	size_t n = 0;

	while (skk_entry(&rest, &key, &words))
		while (skk_word(&words, &word))
			n++;
	if (!table_init(&pl->by_word, n))
		return false;
	rest = pl->geo->entries;
	while (skk_entry(&rest, &key, &words))
		while (skk_word(&words, &word))
			table_put(&pl->by_word, word,
			    (size_t)(word.p - pl->geo->entries.p));
	return true;
}

static void
release(struct places *pl)
{
	free(pl->rows);
	free(pl->munis);
	free(pl->by_text.slot);
	free(pl->by_word.slot);
}

struct places *
places_new(const struct skk *zip, const struct skk *geo)
{
	struct places *pl = calloc(1, sizeof(*pl));

	if (pl == NULL)
		return NULL;
	pl->zip = zip;
	pl->geo = geo;
	if (!index_zip(pl) || !index_geo(pl)) {
		release(pl);
		free(pl);
		return NULL;
	}
	return pl;
}

void
places_free(struct places *pl)
{
	if (pl == NULL)
		return;
	release(pl);
	free(pl);
}

size_t
places_count(const struct places *pl)
{
	return pl->n_rows;
}

struct place
places_at(const struct places *pl, size_t i)
{
	struct place p = { .text = row_text(pl, i) };
	const struct muni *m;

	if (pl->rows[i].muni == NO_TOWN) {
		p.part[1] = prefecture(p.text);
		p.part[2] = group_end(p.text, p.part[1]);
		p.part[3] = (uint16_t)p.text.n;
		return p;
	}
	m = &pl->munis[pl->rows[i].muni];
	p.part[1] = m->pref;
	p.part[2] = m->group;
	p.part[3] = (uint16_t)m->text.n;
	return p;
}

void
places_find(const struct places *pl, struct str raw, places_fn *fn, void *arg)
{
	size_t i = hash(raw) & pl->by_text.mask;
	size_t row;

	for (; pl->by_text.slot[i] != 0; i = (i + 1) & pl->by_text.mask) {
		row = pl->by_text.slot[i] - 1;
		if (str_eq(row_text(pl, row), raw))
			fn(arg, row);
	}
}

/* What is known of the reading of a word against a typed head. */
enum fit { FIT_UNKNOWN, FIT_NO, FIT_YES };

/* `open`: the word is only the beginning; the head may be the longer one. */
static bool
begins(struct str reading, struct str head, bool open)
{
	return str_starts(reading, head) || (open && str_starts(head, reading));
}

static enum fit
fit_word(const struct places *pl, struct str word, struct str head, bool open)
{
	const struct str all = pl->geo->entries;
	enum fit fit = FIT_UNKNOWN;
	size_t i = hash(word) & pl->by_word.mask;
	size_t at;

	for (; pl->by_word.slot[i] != 0; i = (i + 1) & pl->by_word.mask) {
		at = pl->by_word.slot[i] - 1;
		if (all.n - at <= word.n ||
		    memcmp(all.p + at, word.p, word.n) != 0 ||
		    (all.p[at + word.n] != '/' && all.p[at + word.n] != ';'))
			continue;
		fit = FIT_NO;
		if (begins(skk_key_of(pl->geo, str_n(all.p + at, word.n)), head,
			open))
			return FIT_YES;
	}
	return fit;
}

/* A part that begins in kana is its own reading: つくばみらい市. */
static enum fit
fit_kana(struct str part, struct str head)
{
	char kana[CHARS * 2];
	size_t n = 0;

	while (n + 1 < part.n && n + 1 < sizeof(kana) &&
	    ((uint8_t)part.p[n] == 0xa4 || (uint8_t)part.p[n] == 0xa5)) {
		kana[n] = (char)0xa4;
		kana[n + 1] = part.p[n + 1];
		n += 2;
	}
	if (n == 0)
		return FIT_UNKNOWN;
	return begins(str_n(kana, n), head, true) ? FIT_YES : FIT_NO;
}

/* The whole part, its kana, or its longest known beginning of two or more. */
static enum fit
fit_part(const struct places *pl, struct str part, struct str head)
{
	size_t ends_at[CHARS];
	struct str rest = part;
	size_t n = 0;
	size_t len;
	enum fit fit;

	fit = fit_word(pl, part, head, false);
	if (fit == FIT_UNKNOWN)
		fit = fit_kana(part, head);
	while (rest.n > 0 && n < CHARS) {
		len = euc_len(rest);
		rest = str_n(rest.p + len, rest.n - len);
		ends_at[n++] = part.n - rest.n;
	}
	while (fit == FIT_UNKNOWN && n > 2) {
		n--;
		fit = fit_word(pl, str_n(part.p, ends_at[n - 1]), head, true);
	}
	return fit;
}

static struct str
part_of(const struct place *p, size_t k)
{
	size_t end = k < 3 ? p->part[k + 1] : p->text.n;

	return str_n(p->text.p + p->part[k], end - p->part[k]);
}

/* True when all heads stand in order in parts 0 … last−1. */
static bool
heads_fit(const struct places *pl, const struct place *p, size_t last,
    const struct str *heads, size_t n)
{
	size_t h = 0;
	size_t k;

	for (k = 0; k < last && h < n; k++)
		if (part_of(p, k).n > 0 &&
		    fit_part(pl, part_of(p, k), heads[h]) == FIT_YES)
			h++;
	return h == n;
}

/*
 * The heads before the last belong to what many addresses have in common, so
 * the answer for the address before is used again.
 */
void
places_heads(const struct places *pl, const struct str *heads, size_t n,
    places_fn *fn, void *arg)
{
	struct str before = { NULL, 0 };
	struct place p;
	size_t last;
	bool fits = false;
	size_t i;

	if (n == 0 || n > PLACES_HEADS_MAX)
		return;
	for (i = 0; i < pl->n_rows; i++) {
		p = places_at(pl, i);
		last = p.part[3] < p.text.n ? 3 : 2;
		if (before.n != p.part[last] || !str_starts(p.text, before)) {
			before = str_n(p.text.p, p.part[last]);
			fits = heads_fit(pl, &p, last, heads, n - 1);
		}
		if (fits &&
		    fit_part(pl, part_of(&p, last), heads[n - 1]) == FIT_YES)
			fn(arg, i);
	}
}

/*
 * A municipality may have several codes and so several addresses without a
 * town: the first stands for it.
 */
void
places_below(const struct places *pl, struct str raw, places_fn *fn, void *arg)
{
	struct place p;
	bool *listed = calloc(pl->n_munis + 1, sizeof(*listed));
	uint16_t muni;
	bool town;
	size_t i;

	for (i = 0; listed != NULL && i < pl->n_rows; i++) {
		p = places_at(pl, i);
		muni = pl->rows[i].muni;
		town = p.part[3] < p.text.n;
		if (p.part[town ? 3 : 1] != raw.n || !str_starts(p.text, raw))
			continue;
		if (!town && muni != NO_TOWN) {
			if (listed[muni])
				continue;
			listed[muni] = true;
		}
		fn(arg, i);
	}
	free(listed);
}

bool
places_is_read(const struct places *pl, size_t i)
{
	struct place p = places_at(pl, i);
	size_t last = p.part[3] < p.text.n ? 3 : 2;

	return fit_word(pl, part_of(&p, last), str_n("", 0), false) == FIT_YES;
}
