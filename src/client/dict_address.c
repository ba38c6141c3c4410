/*
 * Addresses: postal codes both ways and heads of the parts (SRC-13).
 *
 * SECURITY: as dict.c: what is typed is compared, wiped and kept nowhere.
 */
#include "client/dict_priv.h"

#include <string.h>
#include <sys/mman.h>

#include "core/err.h"
#include "core/kana.h"
#include "core/text.h"
#include "core/utf8.h"

/* The pages that indexing touched are not needed again soon. */
static void
forget_pages(struct str map)
{
	if (map.p != NULL)
		(void)madvise((void *)(uintptr_t)map.p, map.n, MADV_DONTNEED);
}

/* 0, ERR_NOTFOUND without a postal dictionary, ERR_NOMEM. */
static int
need_places(struct dict *d)
{
	if (!dict_have(d, FILE_ZIP))
		return ERR_NOTFOUND;
	if (d->places == NULL) {
		d->places = places_new(&d->skk[FILE_ZIP], &d->skk[FILE_GEO]);
		forget_pages(d->map[FILE_ZIP]);
		forget_pages(d->map[FILE_GEO]);
	}
	return d->places == NULL ? ERR_NOMEM : 0;
}

struct adding {
	struct dict *d;
	struct dict_hits *hits;
	struct str code; /* only addresses with it; empty: all */
	size_t skip;	 /* so many are left out */
};

static void
add_place(void *arg, size_t i)
{
	struct adding *a = arg;
	const struct skk *zip = &a->d->skk[FILE_ZIP];
	struct dict_hits *h = a->hits;
	struct place p = places_at(a->d->places, i);
	struct str code = skk_key_of(zip, p.text);
	struct dict_hit hit = { .at = (uint32_t)h->text.n };
	struct str part[3];
	size_t ends[3];
	size_t k;

	if (code.n != 7 || (a->code.n > 0 && !str_eq(code, a->code)))
		return;
	h->total++;
	if (h->n == DICT_HITS_MAX || h->total <= a->skip)
		return;
	part[0] = str_n(p.text.p, p.part[1]);
	part[1] = str_n(p.text.p + p.part[1], (size_t)(p.part[3] - p.part[1]));
	part[2] = str_n(p.text.p + p.part[3], p.text.n - p.part[3]);
	for (k = 0; k < 3; k++) {
		if (skk_utf8(zip, &h->text, part[k]) != 0) {
			h->text.n = hit.at;
			return;
		}
		ends[k] = h->text.n - hit.at;
	}
	if (ends[2] > UINT16_MAX)
		return;
	hit.city = (uint16_t)ends[0];
	hit.town = (uint16_t)ends[1];
	hit.n = (uint16_t)ends[2];
	memcpy(hit.postal, code.p, 3);
	hit.postal[3] = '-';
	memcpy(hit.postal + 4, code.p + 3, 4);
	h->hit[h->n++] = hit;
}

/* Seven digits out of 191-0024, 〒１９１００２４ … */
static int
read_code(struct str s, char code[7])
{
	struct buf text = BUF_INIT;
	struct str rest;
	size_t n = 0;
	int32_t cp;
	int err;

	err = text_nfkc(&text, s);
	rest = buf_str(&text);
	while (err == 0 && (cp = utf8_next(&rest)) != -2) {
		if (cp >= '0' && cp <= '9' && n < 7)
			code[n++] = (char)cp;
		else if (cp != '-' && cp != ' ' && cp != 0x3012 &&
		    cp != 0x30fc && cp != 0x2010 && cp != 0x2212)
			err = ERR_SYNTAX;
	}
	buf_wipe(&text);
	return err == 0 && n != 7 ? ERR_SYNTAX : err;
}

int
dict_postal(struct dict *d, struct str code, struct dict_hits *hits)
{
	struct adding a = { .d = d, .hits = hits };
	char digits[7];
	struct str words;
	struct str word;
	int err;

	dict_start(hits);
	err = read_code(code, digits);
	if (err != 0)
		return err;
	err = need_places(d);
	if (err != 0)
		return err == ERR_NOTFOUND ? 0 : err;
	a.code = str_n(digits, 7);
	if (!skk_find(&d->skk[FILE_ZIP], a.code, &words))
		return 0;
	while (skk_word(&words, &word))
		places_find(d->places, word, add_place, &a);
	return hits->text.err;
}

/* 字 behind a municipality is not part of the name that follows. */
static bool
is_aza(int32_t before, int32_t cp)
{
	return cp == 0x5b57 &&
	    (before == 0x5e02 || before == 0x533a || before == 0x753a ||
		before == 0x6751);
}

/* A beginning of an address, 大字 and 字 gone, the other ケ if asked. */
static int
spell_address(struct buf *raw, const struct skk *zip, struct str s, bool other)
{
	static const struct str oaza = { "大字", 6 };
	struct buf text = BUF_INIT;
	int32_t before = 0;
	int32_t cp;
	int err;

	while (s.n > 0) {
		if (str_starts(s, oaza)) {
			s = str_n(s.p + oaza.n, s.n - oaza.n);
			continue;
		}
		cp = utf8_next(&s);
		if (is_aza(before, cp))
			continue;
		before = cp;
		if (other && (cp == 0x30b1 || cp == 0x30f6))
			cp = cp == 0x30b1 ? 0x30f6 : 0x30b1; /* ケ ヶ */
		if (cp != ' ' && cp != 0x3000)
			utf8_put(&text, cp);
	}
	err = text.err != 0 ? text.err : skk_raw(zip, raw, buf_str(&text));
	buf_wipe(&text);
	return err;
}

int
dict_postal_of(struct dict *d, struct str address, struct dict_hits *hits)
{
	struct adding a = { .d = d, .hits = hits };
	struct buf raw = BUF_INIT;
	struct str s = text_clip(address, 120); /* no address name is longer */
	int spelling;
	int err;

	dict_start(hits);
	err = need_places(d);
	if (err != 0)
		return err == ERR_NOTFOUND ? 0 : err;
	/* the longest beginning that is known */
	while (s.n > 0 && hits->n == 0) {
		for (spelling = 0; spelling < 2 && hits->n == 0; spelling++) {
			buf_clear(&raw);
			if (spell_address(
				&raw, &d->skk[FILE_ZIP], s, spelling == 1) == 0)
				places_find(
				    d->places, buf_str(&raw), add_place, &a);
		}
		do
			s.n--;
		while (s.n > 0 && ((uint8_t)s.p[s.n] & 0xc0) == 0x80);
	}
	buf_wipe(&raw);
	return hits->text.err;
}

/* One head as raw hiragana, behind the others in raw. */
static int
read_head(const struct skk *zip, struct buf *raw, struct str s)
{
	struct buf kana = BUF_INIT;
	struct str rest;
	int32_t cp;
	int err;

	err = dict_spell(&kana, s);
	rest = buf_str(&kana);
	while (err == 0 && (cp = utf8_next(&rest)) != -2)
		if (!kana_is_hiragana(cp) && cp != 0x30fc && cp != 0x309b)
			err = ERR_SYNTAX;
	if (err == 0)
		err = skk_raw(zip, raw, buf_str(&kana));
	buf_wipe(&kana);
	return err;
}

/* The next part before a space of either width. */
static bool
cut_head(struct str *rest, struct str *head)
{
	struct str at = *rest;
	int32_t cp;

	*head = str_n(rest->p, 0);
	while ((cp = utf8_next(&at)) != -2) {
		if (cp != ' ' && cp != 0x3000)
			head->n = (size_t)(at.p - head->p);
		else if (head->n > 0)
			break;
		else
			head->p = at.p;
	}
	*rest = at;
	return head->n > 0;
}

/* Cuts 「ト ヒ シ」 into raw heads that lie in raw. */
static int
read_heads(const struct skk *zip, struct str s, struct buf *raw,
    struct str *heads, size_t *n)
{
	size_t ends[PLACES_HEADS_MAX];
	struct str head;
	size_t at = 0;
	size_t i;
	int err;

	*n = 0;
	while (cut_head(&s, &head)) {
		if (*n == PLACES_HEADS_MAX)
			return ERR_SYNTAX;
		err = read_head(zip, raw, head);
		if (err != 0)
			return err;
		ends[(*n)++] = raw->n;
	}
	for (i = 0; i < *n; i++) {
		heads[i] = str_n(raw->p + at, ends[i] - at);
		at = ends[i];
	}
	return *n == 0 ? ERR_SYNTAX : raw->err;
}

/* The first addresses of the site's own area, and the first others. */
struct sorting {
	const struct places *pl;
	struct str home; /* raw */
	size_t found[2][DICT_HITS_MAX];
	size_t n[2];
};

static void
sort_place(void *arg, size_t i)
{
	struct sorting *s = arg;
	bool other = !str_starts(places_at(s->pl, i).text, s->home);

	if (s->n[other] < DICT_HITS_MAX)
		s->found[other][s->n[other]] = i;
	s->n[other]++;
}

static void
add_sorted(struct adding *a, const struct sorting *s)
{
	size_t other;
	size_t i;

	for (other = 0; other < 2; other++)
		for (i = 0; i < s->n[other] && i < DICT_HITS_MAX; i++)
			add_place(a, s->found[other][i]);
	a->hits->total = s->n[0] + s->n[1];
}

int
dict_heads(
    struct dict *d, struct str heads, struct str home, struct dict_hits *hits)
{
	struct adding a = { .d = d, .hits = hits };
	struct sorting sort = { .n = { 0, 0 } };
	struct str head[PLACES_HEADS_MAX];
	struct buf home_raw = BUF_INIT;
	struct buf raw = BUF_INIT;
	size_t n;
	int err;

	dict_start(hits);
	err = need_places(d);
	if (err != 0)
		return err == ERR_NOTFOUND ? 0 : err;
	err = read_heads(&d->skk[FILE_ZIP], heads, &raw, head, &n);
	/* an area that the dictionary cannot spell only loses its place */
	if (skk_raw(&d->skk[FILE_ZIP], &home_raw, home) != 0)
		buf_clear(&home_raw);
	if (err == 0) {
		sort.pl = d->places;
		sort.home = buf_str(&home_raw);
		places_heads(d->places, head, n, sort_place, &sort);
		add_sorted(&a, &sort);
	}
	buf_release(&home_raw);
	buf_wipe(&raw);
	return err != 0 ? err : hits->text.err;
}

/* JIS X 0401: a prefecture's number is its place here + 1 */
static const char *const prefectures[] = { "北海道", "青森県", "岩手県",
	"宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県",
	"埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県",
	"福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
	"滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県",
	"島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県",
	"高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県",
	"鹿児島県", "沖縄県" };

static void
add_prefectures(size_t skip, struct dict_hits *h)
{
	const size_t n = sizeof(prefectures) / sizeof(prefectures[0]);
	struct str name;
	size_t i;

	h->total = n;
	for (i = skip; i < n; i++) {
		name = str_of(prefectures[i]);
		h->hit[h->n++] = (struct dict_hit){
			.at = (uint32_t)h->text.n,
			.n = (uint16_t)name.n,
			.city = (uint16_t)name.n,
			.town = (uint16_t)name.n,
		};
		buf_puts_str(&h->text, name);
	}
}

int
dict_below(
    struct dict *d, struct str parent, size_t skip, struct dict_hits *hits)
{
	struct adding a = { .d = d, .hits = hits, .skip = skip };
	struct buf raw = BUF_INIT;
	int err;

	dict_start(hits);
	err = need_places(d);
	if (err != 0)
		return err == ERR_NOTFOUND ? 0 : err;
	if (parent.n == 0)
		add_prefectures(skip, hits);
	else if (skk_raw(&d->skk[FILE_ZIP], &raw, parent) == 0)
		places_below(d->places, buf_str(&raw), add_place, &a);
	buf_wipe(&raw);
	return hits->text.err;
}
