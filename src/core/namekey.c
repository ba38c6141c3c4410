/*
 * Search keys.
 *
 * SECURITY: keys are derived from personal data and are personal data; the
 * temporary buffers are wiped.  A key never decides who somebody is.
 */
#include "core/namekey.h"

#include <string.h>

#include "core/err.h"
#include "core/kana.h"
#include "core/text.h"
#include "core/utf8.h"

#define CHOON 0x30fc /* ー */

/* ー ― － ‐ ｰ - and their relatives (SRC-05) */
static bool
is_hyphen(int32_t cp)
{
	return cp == CHOON || cp == '-' || (cp >= 0x2010 && cp <= 0x2015) ||
	    cp == 0x2212 || cp == 0xff0d || cp == 0xff70 || cp == 0x2500;
}

static bool
is_gap(int32_t cp)
{
	return cp == ' ' || cp == '\t' || cp == 0x3000 || cp == 0xa0 ||
	    cp == 0x30fb || cp == 0xff65 || cp == 0xb7;
}

/* NFKC makes ゛ of its own a space and a mark; as a mark it joins its kana. */
static int
join_marks(struct buf *out, struct str s)
{
	int32_t cp;

	while ((cp = utf8_next(&s)) != -2) {
		if (cp == -1)
			return ERR_UTF8;
		if (cp == 0x309b || cp == 0x309c)
			cp -= 2;
		utf8_put(out, cp);
	}
	return out->err;
}

/* A mark that joined no kana; keys have none. */
static bool
is_stray_mark(int32_t cp)
{
	return cp == 0x3099 || cp == 0x309a;
}

/* NFKC without selectors, as katakana, into a buffer the caller wipes. */
static int
prepare(struct buf *out, struct str s)
{
	struct buf marked = BUF_INIT;
	struct buf nfkc = BUF_INIT;
	int err;

	err = join_marks(&marked, s);
	if (err == 0)
		err = text_nfkc(&nfkc, buf_str(&marked));
	if (err == 0)
		kana_to_katakana(out, buf_str(&nfkc));
	buf_wipe(&marked);
	buf_wipe(&nfkc);
	return err != 0 ? err : out->err;
}

/* The one katakana (or small letter) that SRC-05 merges cp into. */
static int32_t
kana_class(int32_t cp)
{
	/*
	 * ヅ = ズ and ヂ = ジ join the voiced, 清濁 joins each with its
	 * unvoiced form: so ツ ス and チ シ are one class each.
	 */
	static const struct {
		int32_t from;
		int32_t to;
	} merged[] = {
		{ 0x30f2 /* ヲ */, 0x30aa /* オ */ },
		{ 0x30f0 /* ヰ */, 0x30a4 /* イ */ },
		{ 0x30f1 /* ヱ */, 0x30a8 /* エ */ },
		{ 0x30ef /* ワ */, 0x30cf /* ハ */ },
		{ 0x30c4 /* ツ */, 0x30b9 /* ス */ },
		{ 0x30c1 /* チ */, 0x30b7 /* シ */ },
	};
	size_t i;

	if (cp >= 'A' && cp <= 'Z')
		return cp - 'A' + 'a';
	cp = kana_large(kana_unvoiced(cp));
	for (i = 0; i < sizeof(merged) / sizeof(merged[0]); i++)
		if (cp == merged[i].from)
			return merged[i].to;
	return cp;
}

/* ヴ with the small vowel behind it: ヴァ → ハ, ヴィ → ヒ, ヴ → フ … */
static int32_t
take_vu(struct str *rest)
{
	static const struct {
		int32_t vowel;
		int32_t kana;
	} row[] = {
		{ 0x30a1, 0x30cf }, /* ァ ハ */
		{ 0x30a3, 0x30d2 }, /* ィ ヒ */
		{ 0x30a7, 0x30d8 }, /* ェ ヘ */
		{ 0x30a9, 0x30db }, /* ォ ホ */
	};
	struct str ahead = *rest;
	int32_t next = utf8_next(&ahead);
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (next == row[i].vowel) {
			*rest = ahead;
			return row[i].kana;
		}
	}
	return 0x30d5;
}

/* オコソトノホモヨロ: ウ behind them is a long オ */
static bool
is_o_row(int32_t cp)
{
	static const uint16_t row[] = { 0x30aa, 0x30b3, 0x30bd, 0x30c8, 0x30ce,
		0x30db, 0x30e2, 0x30e8, 0x30ed };
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (row[i] == cp)
			return true;
	return false;
}

int
namekey_kana(struct buf *out, struct str s)
{
	struct buf text = BUF_INIT;
	struct str rest;
	int32_t before = 0;
	int32_t cp;
	int err;

	err = prepare(&text, s);
	if (err != 0)
		goto out;
	rest = buf_str(&text);
	while ((cp = utf8_next(&rest)) != -2) {
		if (is_hyphen(cp) || is_gap(cp) || is_stray_mark(cp))
			continue;
		cp = cp == 0x30f4 ? take_vu(&rest) : kana_class(cp);
		if (cp == 0x30a6 && is_o_row(before))
			cp = 0x30aa;
		utf8_put(out, cp);
		before = cp;
	}
	err = out->err;
out:
	buf_wipe(&text);
	return err;
}

/* The name key; `gaps`: spaces and middle dots become one space each. */
static int
put_name(struct buf *out, struct str s, bool gaps)
{
	struct buf text = BUF_INIT;
	struct str rest;
	int32_t cp;
	int err;

	err = prepare(&text, s);
	if (err != 0)
		goto out;
	rest = buf_str(&text);
	while ((cp = utf8_next(&rest)) != -2) {
		if ((is_gap(cp) && !gaps) || is_stray_mark(cp))
			continue;
		if (is_gap(cp))
			cp = ' ';
		else if (is_hyphen(cp))
			cp = CHOON;
		else if (cp >= 'A' && cp <= 'Z')
			cp = cp - 'A' + 'a';
		utf8_put(out, namekey_fold(kana_large(cp)));
	}
	err = out->err;
out:
	buf_wipe(&text);
	return err;
}

int
namekey_name(struct buf *out, struct str s)
{
	return put_name(out, s, false);
}

/* The value of 〇 一 … 九 十 百; -1 for another character. */
static int
kanji_digit(int32_t cp)
{
	static const int32_t digits[10] = { 0x3007, 0x4e00, 0x4e8c, 0x4e09,
		0x56db, 0x4e94, 0x516d, 0x4e03, 0x516b, 0x4e5d };
	int i;

	for (i = 0; i < 10; i++)
		if (digits[i] == cp)
			return i;
	if (cp == 0x5341)
		return 10;
	return cp == 0x767e ? 100 : -1;
}

/* 丁目 番地 番 号 の: what stands between the numbers of an address. */
static bool
take_unit(struct str *rest)
{
	static const char *const units[] = { "丁目", "番地", "番", "号", "ノ",
		"之" };
	struct str unit;
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		unit = str_of(units[i]);
		if (str_starts(*rest, unit)) {
			rest->p += unit.n;
			rest->n -= unit.n;
			return true;
		}
	}
	return false;
}

/*
 * A number in kanji that a unit follows (二十三番): its value, and *rest
 * behind it.  -1 when there is none: 三 of 三郷 stays.
 */
static int
take_kanji_number(struct str *rest)
{
	struct str at = *rest;
	struct str unit;
	int total = 0;
	int last = 0;
	int d;

	unit = at;
	while ((d = kanji_digit(utf8_next(&unit))) >= 0 && total < 10000) {
		if (d >= 10) {
			total += (last == 0 ? 1 : last) * d;
			last = 0;
		} else {
			last = last * 10 + d;
		}
		at = unit;
		if (last >= 10000)
			return -1;
	}
	unit = at;
	if (at.p == rest->p || !take_unit(&unit))
		return -1;
	*rest = at;
	return total + last;
}

/* Numbers and what joins them; `joined` says a unit or hyphen was last. */
static void
put_address(struct buf *out, struct str rest)
{
	bool number = false;
	bool joined = false;
	struct str before;
	int32_t cp;
	int v;

	while (rest.n > 0) {
		v = take_kanji_number(&rest);
		before = rest;
		cp = v >= 0 ? '0' : utf8_next(&rest);
		if (cp >= '0' && cp <= '9') {
			if (joined)
				buf_putc(out, '-');
			if (v >= 0)
				buf_printf(out, "%d", v);
			else
				utf8_put(out, cp);
			number = true;
			joined = false;
			continue;
		}
		rest = before;
		if (number &&
		    (take_unit(&rest) || is_hyphen(cp) || cp == ' ')) {
			if (rest.p == before.p)
				(void)utf8_next(&rest);
			joined = true;
			continue;
		}
		(void)utf8_next(&rest);
		if (cp == ' ')
			continue;
		utf8_put(out, cp);
		number = false;
		joined = false;
	}
}

int
namekey_address(struct buf *out, struct str s)
{
	struct buf text = BUF_INIT;
	int err;

	err = put_name(&text, s, true);
	if (err == 0) {
		put_address(out, buf_str(&text));
		err = out->err;
	}
	buf_wipe(&text);
	return err;
}
