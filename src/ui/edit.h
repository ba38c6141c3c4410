/*
 * A one-line editor on clusters, with romaji input.
 *
 * The value is UTF-8.  What is typed as romaji waits as `pending` behind the
 * cursor until it becomes a kana; leaving the field settles it.  The limit
 * in bytes is kept at every moment: what does not fit is refused and the value
 * stays as it was.  A value wider than its field scrolls.
 */
#ifndef UI_EDIT_H
#define UI_EDIT_H

#include "core/romaji.h"
#include "core/str.h"
#include "ui/grid.h"
#include "ui/key.h"

enum edit_mode { EDIT_DIRECT, EDIT_KATAKANA, EDIT_HIRAGANA };

#define EDIT_BYTES 1024

struct edit {
	char text[EDIT_BYTES];
	size_t n;      /* bytes of text */
	size_t cursor; /* byte offset, always between clusters */
	size_t scroll; /* byte offset of the first cluster on the screen */
	struct romaji romaji;
	size_t max_bytes;
	enum edit_mode mode;
	bool ascii_only; /* ids and numbers: full-width is folded, rest refused
			  */
	bool secret;	 /* shown as *; the bytes are wiped on release */
};

/* What a key did. */
enum edit_did {
	EDIT_NOT_MINE, /* not an editing key */
	EDIT_CHANGED,
	EDIT_MOVED,   /* the cursor only, or nothing to do */
	EDIT_FULL,    /* did not fit */
	EDIT_REFUSED, /* a character that is not allowed here */
};

void edit_init(struct edit *e, size_t max_bytes, enum edit_mode mode);

/* Empties and overwrites. */
void edit_clear(struct edit *e);

/* False (and unchanged) when it is too long or not clean text. */
bool edit_set(struct edit *e, struct str text);

/* The value without what is pending. */
struct str edit_text(const struct edit *e);

/*
 * Puts text in the place of the bytes from … to (between clusters), the cursor
 * behind it.  False (and unchanged) when it does not fit or is not clean.
 */
bool edit_replace(struct edit *e, size_t from, size_t to, struct str text);

/* One key. Pasted characters are taken as they are: no romaji. */
enum edit_did edit_key(struct edit *e, const struct key *k);

/* Turns what is pending into text; a lone n becomes ン or ん. */
enum edit_did edit_settle(struct edit *e);

/* F7: kana (katakana or hiragana as the field wants) on and off. */
void edit_toggle(struct edit *e, enum edit_mode kana);

/* Draws into `cols` columns; sets the cursor when `focus`. */
void edit_draw(
    struct edit *e, struct grid *g, int y, int x, int cols, bool focus);

#endif
