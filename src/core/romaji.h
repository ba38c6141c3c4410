/*
 * Romaji to kana while typing, as MS-IME does it (terminal-ui.md §2.4).
 *
 * The engine keeps what it cannot decide yet as pending ASCII, which the field
 * draws underlined behind the cursor.
 */
#ifndef CORE_ROMAJI_H
#define CORE_ROMAJI_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

#define ROMAJI_PENDING_MAX 8

enum romaji_script { ROMAJI_KATAKANA, ROMAJI_HIRAGANA };

struct romaji {
	enum romaji_script script;
	uint8_t n;
	char pending[ROMAJI_PENDING_MAX];
};

void romaji_init(struct romaji *r, enum romaji_script script);

/*
 * One typed character; kana that is decided now is appended to out, and so is
 * a character that is no romaji (kanji, digits), after the pending text was
 * flushed.  Upper case counts as lower case.
 */
void romaji_put(struct romaji *r, int32_t cp, struct buf *out);

/* What is typed but not decided: "k", "sh", "n".  Lives as long as r. */
struct str romaji_pending(const struct romaji *r);

/* The field is left: a pending n becomes ン, other pending text stays ASCII. */
void romaji_flush(struct romaji *r, struct buf *out);

/* Esc: forgets the pending text. */
void romaji_cancel(struct romaji *r);

/* Backspace: takes the last pending character; false when there was none. */
bool romaji_erase(struct romaji *r);

/* A whole text at once, flushed: "yamada" → ヤマダ. */
void romaji_convert(struct buf *out, struct str s, enum romaji_script script);

#endif
