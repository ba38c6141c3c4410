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

/* The kanji a variant folds to; itself when it is no known variant. */
int32_t namekey_fold(int32_t cp);

#endif
