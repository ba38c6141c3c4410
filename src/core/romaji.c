/*
 * Romaji to kana by a table and four rules: longest match, a doubled
 * consonant is っ, n before a consonant is ん, what leads nowhere stays ASCII.
 *
 * SECURITY: typed text only; pending text is bounded by the longest row.
 */
#include "core/romaji.h"

#include <string.h>

#include "core/kana.h"
#include "core/utf8.h"

struct romaji_row {
	const char *keys;
	const char *kana;
};

/* clang-format off */
/* keys, hiragana; sorted by keys */
static const struct romaji_row rows[] = {
	{ "-", "ー" }, { "a", "あ" }, { "ba", "ば" }, { "be", "べ" },
	{ "bi", "び" }, { "bo", "ぼ" }, { "bu", "ぶ" }, { "bya", "びゃ" },
	{ "bye", "びぇ" }, { "byi", "びぃ" }, { "byo", "びょ" },
	{ "byu", "びゅ" }, { "ca", "か" }, { "ce", "せ" }, { "cha", "ちゃ" },
	{ "che", "ちぇ" }, { "chi", "ち" }, { "cho", "ちょ" },
	{ "chu", "ちゅ" }, { "ci", "し" }, { "co", "こ" }, { "cu", "く" },
	{ "cya", "ちゃ" }, { "cye", "ちぇ" }, { "cyi", "ちぃ" },
	{ "cyo", "ちょ" }, { "cyu", "ちゅ" }, { "da", "だ" }, { "de", "で" },
	{ "dha", "でゃ" }, { "dhe", "でぇ" }, { "dhi", "でぃ" },
	{ "dho", "でょ" }, { "dhu", "でゅ" }, { "di", "ぢ" }, { "do", "ど" },
	{ "du", "づ" }, { "dwa", "どぁ" }, { "dwe", "どぇ" }, { "dwi", "どぃ" },
	{ "dwo", "どぉ" }, { "dwu", "どぅ" }, { "dya", "ぢゃ" },
	{ "dye", "ぢぇ" }, { "dyi", "ぢぃ" }, { "dyo", "ぢょ" },
	{ "dyu", "ぢゅ" }, { "e", "え" }, { "fa", "ふぁ" }, { "fe", "ふぇ" },
	{ "fi", "ふぃ" }, { "fo", "ふぉ" }, { "fu", "ふ" }, { "fwa", "ふぁ" },
	{ "fwe", "ふぇ" }, { "fwi", "ふぃ" }, { "fwo", "ふぉ" },
	{ "fwu", "ふぅ" }, { "fya", "ふゃ" }, { "fye", "ふぇ" },
	{ "fyi", "ふぃ" }, { "fyo", "ふょ" }, { "fyu", "ふゅ" }, { "ga", "が" },
	{ "ge", "げ" }, { "gi", "ぎ" }, { "go", "ご" }, { "gu", "ぐ" },
	{ "gwa", "ぐぁ" }, { "gwe", "ぐぇ" }, { "gwi", "ぐぃ" },
	{ "gwo", "ぐぉ" }, { "gwu", "ぐぅ" }, { "gya", "ぎゃ" },
	{ "gye", "ぎぇ" }, { "gyi", "ぎぃ" }, { "gyo", "ぎょ" },
	{ "gyu", "ぎゅ" }, { "ha", "は" }, { "he", "へ" }, { "hi", "ひ" },
	{ "ho", "ほ" }, { "hu", "ふ" }, { "hya", "ひゃ" }, { "hye", "ひぇ" },
	{ "hyi", "ひぃ" }, { "hyo", "ひょ" }, { "hyu", "ひゅ" }, { "i", "い" },
	{ "ja", "じゃ" }, { "je", "じぇ" }, { "ji", "じ" }, { "jo", "じょ" },
	{ "ju", "じゅ" }, { "jya", "じゃ" }, { "jye", "じぇ" },
	{ "jyi", "じぃ" }, { "jyo", "じょ" }, { "jyu", "じゅ" }, { "ka", "か" },
	{ "ke", "け" }, { "ki", "き" }, { "ko", "こ" }, { "ku", "く" },
	{ "kwa", "くぁ" }, { "kwe", "くぇ" }, { "kwi", "くぃ" },
	{ "kwo", "くぉ" }, { "kwu", "くぅ" }, { "kya", "きゃ" },
	{ "kye", "きぇ" }, { "kyi", "きぃ" }, { "kyo", "きょ" },
	{ "kyu", "きゅ" }, { "la", "ぁ" }, { "le", "ぇ" }, { "li", "ぃ" },
	{ "lka", "ゕ" }, { "lke", "ゖ" }, { "lo", "ぉ" }, { "ltsu", "っ" },
	{ "ltu", "っ" }, { "lu", "ぅ" }, { "lwa", "ゎ" }, { "lya", "ゃ" },
	{ "lye", "ぇ" }, { "lyi", "ぃ" }, { "lyo", "ょ" }, { "lyu", "ゅ" },
	{ "ma", "ま" }, { "me", "め" }, { "mi", "み" }, { "mo", "も" },
	{ "mu", "む" }, { "mya", "みゃ" }, { "mye", "みぇ" }, { "myi", "みぃ" },
	{ "myo", "みょ" }, { "myu", "みゅ" }, { "n'", "ん" }, { "na", "な" },
	{ "ne", "ね" }, { "ni", "に" }, { "nn", "ん" }, { "no", "の" },
	{ "nu", "ぬ" }, { "nya", "にゃ" }, { "nye", "にぇ" }, { "nyi", "にぃ" },
	{ "nyo", "にょ" }, { "nyu", "にゅ" }, { "o", "お" }, { "pa", "ぱ" },
	{ "pe", "ぺ" }, { "pi", "ぴ" }, { "po", "ぽ" }, { "pu", "ぷ" },
	{ "pya", "ぴゃ" }, { "pye", "ぴぇ" }, { "pyi", "ぴぃ" },
	{ "pyo", "ぴょ" }, { "pyu", "ぴゅ" }, { "qa", "くぁ" },
	{ "qe", "くぇ" }, { "qi", "くぃ" }, { "qo", "くぉ" }, { "qu", "く" },
	{ "qwa", "くぁ" }, { "qwe", "くぇ" }, { "qwi", "くぃ" },
	{ "qwo", "くぉ" }, { "qwu", "くぅ" }, { "qya", "くゃ" },
	{ "qye", "くぇ" }, { "qyi", "くぃ" }, { "qyo", "くょ" },
	{ "qyu", "くゅ" }, { "ra", "ら" }, { "re", "れ" }, { "ri", "り" },
	{ "ro", "ろ" }, { "ru", "る" }, { "rya", "りゃ" }, { "rye", "りぇ" },
	{ "ryi", "りぃ" }, { "ryo", "りょ" }, { "ryu", "りゅ" }, { "sa", "さ" },
	{ "se", "せ" }, { "sha", "しゃ" }, { "she", "しぇ" }, { "shi", "し" },
	{ "sho", "しょ" }, { "shu", "しゅ" }, { "si", "し" }, { "so", "そ" },
	{ "su", "す" }, { "swa", "すぁ" }, { "swe", "すぇ" }, { "swi", "すぃ" },
	{ "swo", "すぉ" }, { "swu", "すぅ" }, { "sya", "しゃ" },
	{ "sye", "しぇ" }, { "syi", "しぃ" }, { "syo", "しょ" },
	{ "syu", "しゅ" }, { "ta", "た" }, { "te", "て" }, { "tha", "てゃ" },
	{ "the", "てぇ" }, { "thi", "てぃ" }, { "tho", "てょ" },
	{ "thu", "てゅ" }, { "ti", "ち" }, { "to", "と" }, { "tsa", "つぁ" },
	{ "tse", "つぇ" }, { "tsi", "つぃ" }, { "tso", "つぉ" },
	{ "tsu", "つ" }, { "tu", "つ" }, { "twa", "とぁ" }, { "twe", "とぇ" },
	{ "twi", "とぃ" }, { "two", "とぉ" }, { "twu", "とぅ" },
	{ "tya", "ちゃ" }, { "tye", "ちぇ" }, { "tyi", "ちぃ" },
	{ "tyo", "ちょ" }, { "tyu", "ちゅ" }, { "u", "う" }, { "va", "ゔぁ" },
	{ "ve", "ゔぇ" }, { "vi", "ゔぃ" }, { "vo", "ゔぉ" }, { "vu", "ゔ" },
	{ "vya", "ゔゃ" }, { "vye", "ゔぇ" }, { "vyi", "ゔぃ" },
	{ "vyo", "ゔょ" }, { "vyu", "ゔゅ" }, { "wa", "わ" }, { "we", "うぇ" },
	{ "wha", "うぁ" }, { "whe", "うぇ" }, { "whi", "うぃ" },
	{ "who", "うぉ" }, { "whu", "う" }, { "wi", "うぃ" }, { "wo", "を" },
	{ "wu", "う" }, { "wye", "ゑ" }, { "wyi", "ゐ" }, { "xa", "ぁ" },
	{ "xe", "ぇ" }, { "xi", "ぃ" }, { "xka", "ゕ" }, { "xke", "ゖ" },
	{ "xn", "ん" }, { "xo", "ぉ" }, { "xtsu", "っ" }, { "xtu", "っ" },
	{ "xu", "ぅ" }, { "xwa", "ゎ" }, { "xya", "ゃ" }, { "xye", "ぇ" },
	{ "xyi", "ぃ" }, { "xyo", "ょ" }, { "xyu", "ゅ" }, { "ya", "や" },
	{ "ye", "いぇ" }, { "yi", "い" }, { "yo", "よ" }, { "yu", "ゆ" },
	{ "za", "ざ" }, { "ze", "ぜ" }, { "zi", "じ" }, { "zo", "ぞ" },
	{ "zu", "ず" }, { "zya", "じゃ" }, { "zye", "じぇ" }, { "zyi", "じぃ" },
	{ "zyo", "じょ" }, { "zyu", "じゅ" },
};
/* clang-format on */

#define ROWS (sizeof(rows) / sizeof(rows[0]))

void
romaji_init(struct romaji *r, enum romaji_script script)
{
	*r = (struct romaji){ .script = script };
}

/*
 * The first row whose keys start with the pending text; NULL.  Its keys are
 * the pending text itself if there is such a row.
 */
static const struct romaji_row *
find(const struct romaji *r)
{
	size_t low = 0;
	size_t high = ROWS;
	size_t mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (strncmp(rows[mid].keys, r->pending, r->n) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == ROWS || strncmp(rows[low].keys, r->pending, r->n) != 0)
		return NULL;
	return &rows[low];
}

static void
emit(const struct romaji *r, struct str kana, struct buf *out)
{
	if (r->script == ROMAJI_KATAKANA)
		kana_to_katakana(out, kana);
	else
		buf_puts_str(out, kana);
}

static void
drop_first(struct romaji *r)
{
	r->n--;
	memmove(r->pending, r->pending + 1, r->n);
}

static bool
is_vowel(char c)
{
	return c == 'a' || c == 'i' || c == 'u' || c == 'e' || c == 'o';
}

/* Emits what is decided; stops when the pending text may still grow. */
static void
resolve(struct romaji *r, struct buf *out)
{
	const struct romaji_row *row;
	char first;

	while (r->n > 0) {
		row = find(r);
		if (row != NULL && strlen(row->keys) > r->n)
			return;
		if (row != NULL) {
			emit(r, str_of(row->kana), out);
			r->n = 0;
			return;
		}
		first = r->pending[0];
		if (first == 'n')
			emit(r, STR("ん"), out);
		else if (r->n >= 2 && !is_vowel(first) && first >= 'a' &&
		    (r->pending[1] == first ||
			(first == 't' && r->pending[1] == 'c')))
			emit(r, STR("っ"), out);
		else
			buf_putc(out, first);
		drop_first(r);
	}
}

void
romaji_put(struct romaji *r, int32_t cp, struct buf *out)
{
	if (cp >= 'A' && cp <= 'Z')
		cp += 'a' - 'A';
	if ((cp < 'a' || cp > 'z') && cp != '-' &&
	    !(cp == '\'' && r->n == 1 && r->pending[0] == 'n')) {
		romaji_flush(r, out);
		utf8_put(out, cp);
		return;
	}
	r->pending[r->n++] = (char)cp;
	resolve(r, out);
}

struct str
romaji_pending(const struct romaji *r)
{
	return str_n(r->pending, r->n);
}

void
romaji_flush(struct romaji *r, struct buf *out)
{
	if (r->n == 1 && r->pending[0] == 'n')
		emit(r, STR("ん"), out);
	else
		buf_put(out, r->pending, r->n);
	r->n = 0;
}

void
romaji_cancel(struct romaji *r)
{
	r->n = 0;
}

bool
romaji_erase(struct romaji *r)
{
	if (r->n == 0)
		return false;
	r->n--;
	return true;
}

void
romaji_convert(struct buf *out, struct str s, enum romaji_script script)
{
	struct romaji r;
	int32_t cp;

	romaji_init(&r, script);
	while ((cp = utf8_next(&s)) != -2)
		romaji_put(&r, cp, out);
	romaji_flush(&r, out);
}
