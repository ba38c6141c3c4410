/*
 * Search keys (SRC-05, SRC-06; App. E).
 *
 * A key answers "may be the same", never "is the same": it is not shown, not
 * stored as data and not used to identify anybody.
 */
#ifndef CORE_NAMEKEY_H
#define CORE_NAMEKEY_H

#include "core/str.h"

/*
 * Key of a フリガナ: every equivalence of SRC-05.  ERR_UTF8 for malformed
 * input (out unchanged).  May be empty: "ー" has no key.
 */
int namekey_kana(struct buf *out, struct str s)
    __attribute__((warn_unused_result));

/*
 * Key of a name in kanji or Latin letters: selectors, spaces and middle dots
 * gone, NFKC, Latin in lower case, hiragana as katakana, hyphens one, variant
 * kanji folded (渡邊 渡邉 → 渡辺).
 */
int namekey_name(struct buf *out, struct str s)
    __attribute__((warn_unused_result));

/*
 * Key of an address: namekey_name plus numerals and hyphens of 丁目番号 in one
 * form (三丁目２番１号 = 3-2-1).
 */
int namekey_address(struct buf *out, struct str s)
    __attribute__((warn_unused_result));

/*
 * How near a name found is to what was asked, best first: the order of a
 * result list.  WHOLE is the whole item, PART a part of it (SRC-05).
 */
enum namekey_rank {
	NAMEKEY_EXACT_WHOLE, /* the same characters, but for spaces */
	NAMEKEY_EXACT_PART,
	NAMEKEY_FOLD_WHOLE, /* the same but for variant kanji, width, case */
	NAMEKEY_FOLD_PART,
	NAMEKEY_KANA_WHOLE, /* the フリガナ may be the same */
	NAMEKEY_KANA_PART,
	NAMEKEY_NONE,
};

/*
 * Rank of the person with `name` and `kana` for what was asked; an empty
 * asked item asks nothing.  Asking for both gives the worse of the two: both
 * must fit.  Asking for nothing gives NAMEKEY_NONE.  ERR_UTF8, ERR_NOMEM.
 */
struct namekey_pair {
	struct str name;
	struct str kana;
};
int namekey_rank(const struct namekey_pair *asked,
    const struct namekey_pair *found, enum namekey_rank *rank)
    __attribute__((warn_unused_result));

/*
 * The 名 of 氏 名: what stands behind the first space; empty without one
 * (search by 名 only, SRC-05).  Borrows s.
 */
struct str namekey_given(struct str s);

/* The kanji a variant folds to; itself when it is no known variant. */
int32_t namekey_fold(int32_t cp);

/*
 * The other forms of a kanji for the picker: the form searched under first,
 * then by code; cp itself is left out.  Writes at most `max`; the result is
 * how many there are.
 */
size_t namekey_variants(int32_t cp, int32_t *out, size_t max);

/*
 * Changes whenever keys may: stored keys made under another version must be
 * made again, or a search misses people.
 */
uint32_t namekey_version(void);

/* The table's variants one by one, sorted: for tests and doctor. */
size_t namekey_fold_count(void);
int32_t namekey_fold_at(size_t i);

#endif
