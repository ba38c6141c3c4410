/*
 * Kana: one script into another.  Half-width kana becomes full-width on every
 * way; a voiced mark that follows is composed.
 */
#ifndef CORE_KANA_H
#define CORE_KANA_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/* ヤマダ from やまだ and ﾔﾏﾀﾞ; other characters as they are. */
void kana_to_katakana(struct buf *out, struct str s);

/* やまだ from ヤマダ and ﾔﾏﾀﾞ; ヷヸヹヺ have no hiragana and stay. */
void kana_to_hiragana(struct buf *out, struct str s);

/* Full-width katakana to half-width; others as they are (for F8 by turns). */
void kana_to_half(struct buf *out, struct str s);

/* ァ→ア … ヮ→ワ, ヵ→カ, ヶ→ケ; hiragana alike; others unchanged. */
int32_t kana_large(int32_t cp);

/* ガ→カ, パ→ハ, ヴ→ウ, ヂ→チ; others unchanged.  Katakana only. */
int32_t kana_unvoiced(int32_t cp);

/*
 * The value of a フリガナ field: katakana of s, spaces to U+3000.  Small kana
 * stays small (REC-17).  ERR_UTF8 when a character is neither katakana, ー,
 * ・, space nor a Latin letter of a foreign name; out is unchanged then.
 */
int kana_clean(struct buf *out, struct str s)
    __attribute__((warn_unused_result));

/*
 * The one character for base + U+3099 or U+309A: か + ゙ = が; 0 when there is
 * none.
 */
int32_t kana_compose(int32_t base, int32_t mark);

/* U+30A1–30FA and ー; U+3041–3096. */
bool kana_is_katakana(int32_t cp);
bool kana_is_hiragana(int32_t cp);

#endif
