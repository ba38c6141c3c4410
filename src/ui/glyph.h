/*
 * The exact shape of a character, enlarged (SRC-12): the terminal shows only
 * the base of a kanji with a selector, so the panel draws the registered form
 * itself, from a font that has it, as rows of text.
 *
 * Rows hold braille patterns or ASCII only: one column each everywhere, no
 * character of ambiguous width.
 */
#ifndef UI_GLYPH_H
#define UI_GLYPH_H

#include "core/str.h"

#define GLYPH_PX_MIN 16
#define GLYPH_PX_MAX 64

/* A font file that may be there; `face` counts inside a collection. */
struct glyph_font {
	const char *path;
	unsigned face;
	const char *name;
};

enum glyph_style {
	GLYPH_BRAILLE, /* 2x4 points a cell: 48 px are 24 columns, 12 rows */
	GLYPH_ASCII,   /* 1x2 points a cell, for fonts without braille */
};

struct glyph {
	unsigned px;	  /* the square's side */
	const char *font; /* where the shape is from; static */
	bool exact;	  /* false: the selector or mark is not shown */
	uint8_t grey[GLYPH_PX_MAX][GLYPH_PX_MAX]; /* [row][column], 255 ink */
};

struct glyphs;

/*
 * Opens those of n fonts that are there, in order of trust (NULL: the built-in
 * list, IPAmj Mincho first).  NULL when memory is short.  The list must
 * outlive the result.
 */
void glyph_close(struct glyphs *gs);
struct glyphs *glyph_open(const struct glyph_font *fonts, size_t n)
    __attribute__((warn_unused_result));

/*
 * What the panel says when something is missing: an English msgid, NULL when
 * government selectors can be drawn.
 */
const char *glyph_notice(const struct glyphs *gs);

/*
 * Draws one cluster (base and selector) px high.  The first font that has
 * base and selector together wins; else the first that has the base, and
 * exact is false.  ERR_NODEV without any font, ERR_NOTFOUND when no font has
 * the character (say 〓 and the code), ERR_UTF8, ERR_RANGE for px.
 */
int glyph_render(struct glyphs *gs, struct str cluster, unsigned px,
    struct glyph *g) __attribute__((warn_unused_result));

/* Size of the drawing in cells. */
unsigned glyph_columns(const struct glyph *g, enum glyph_style style);
unsigned glyph_rows(const struct glyph *g, enum glyph_style style);

/* Appends row `row`, always glyph_columns() wide. */
void glyph_row(const struct glyph *g, enum glyph_style style, unsigned row,
    struct buf *out);

#endif
