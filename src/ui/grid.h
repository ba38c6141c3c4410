/*
 * A screen as cells: what a view draws into, what paint.c puts on a terminal
 * and what tests and scripts read back.
 *
 * A cell holds one cluster (base character and its marks) and its width.  The
 * right half of a wide cluster is a cell of width 0.  Nothing is ever cut in
 * the middle of a cluster: a wide one that does not fit becomes a space
 * (terminal-ui.md §1.2).
 */
#ifndef UI_GRID_H
#define UI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

/* What a cell is for; paint.c maps roles to attributes and colours. */
/* clang-format off */
#define ROLE_LIST(X)							\
/* name      letter  what                                          */	\
X(text,      ' ',  "ordinary text")					\
X(header,    'h',  "status line: process, terminal, operator, time")	\
X(title,     't',  "heading inside a page")				\
X(label,     'l',  "label of a field")					\
X(field,     'f',  "input field")					\
X(focus,     'F',  "input field or line with the focus")		\
X(pending,   'p',  "romaji that waits for its vowel")			\
X(echo,      'e',  "what a field's value means, beside it")		\
X(key,       'k',  "key names of the key line")				\
X(action,    'a',  "words of the key line")				\
X(info,      'i',  "message: for your information")			\
X(warn,      'w',  "message: countdown, something to acknowledge")	\
X(error,     'E',  "message: refused or wrong")				\
X(mark,      'm',  "mark of a protected record, always a word")		\
X(dim,       'd',  "secondary text")					\
X(rule,      'r',  "a line between parts of a page")
/* clang-format on */

#define ROLE_ENUM(name, letter, what) ROLE_##name,
enum role { ROLE_LIST(ROLE_ENUM) ROLE_COUNT };
#undef ROLE_ENUM

/* A base and at most four marks: what curses takes (CCHARW_MAX). */
#define CELL_BYTES 20

struct cell {
	char t[CELL_BYTES];
	uint8_t n;    /* bytes of t */
	uint8_t w;    /* 1, 2; 0 = right half of the cell before */
	uint8_t role; /* enum role */
};

struct grid {
	int w, h;
	struct cell *cells; /* h rows of w */
	int cur_y, cur_x;   /* the focus, -1 = none */
};

/* Blank cells; 1..500 each.  ERR_NOMEM, ERR_RANGE. */
int grid_init(struct grid *g, int w, int h);

/* Wipes and frees; a zeroed grid is fine. */
void grid_release(struct grid *g);

/* Blank again in the same size; the old content is overwritten. */
void grid_clear(struct grid *g);

/* Same as release and init. */
int grid_resize(struct grid *g, int w, int h);

/*
 * Puts text at (y, x), at most `cols` columns, clipped to the grid too.
 * Control and bidi characters vanish; what has no width shows as a
 * replacement.  Returns the columns used, also when clipped away.
 */
int grid_put(
    struct grid *g, int y, int x, int cols, enum role role, struct str s);

/* The same for a C string. */
int grid_puts(
    struct grid *g, int y, int x, int cols, enum role role, const char *s);

/* Blanks `cols` columns with a role. */
void grid_fill(struct grid *g, int y, int x, int cols, enum role role);

/* A horizontal line; '-' in a dump. */
void grid_rule(struct grid *g, int y, int x, int cols);

/* Changes the role only. */
void grid_role(struct grid *g, int y, int x, int cols, enum role role);

/* Where the focus is. */
void grid_cursor(struct grid *g, int y, int x);

/* The cell at (y, x), NULL outside. */
const struct cell *grid_at(const struct grid *g, int y, int x);

/* Appends row y as UTF-8, right-hand blanks cut, no LF. */
void grid_row(const struct grid *g, int y, struct buf *out);

/* Appends all rows, each with LF; empty rows too. */
void grid_dump(const struct grid *g, struct buf *out);

/* Appends the role letters the same way, one letter a column. */
void grid_dump_roles(const struct grid *g, struct buf *out);

/* True when any row contains the text. */
bool grid_has(const struct grid *g, struct str text);

#endif
