/*
 * Cells to curses.
 *
 * SECURITY: a cell never holds control characters (grid.c takes them out),
 * so nothing a resident's record contains can steer the terminal.
 *
 * Whole lines are written from column 0, cluster by cluster with setcchar():
 * the string functions of ncurses 6.4 lose variation selectors after a wide
 * base, and a write into the middle of a kanji corrupts the row
 * (terminal-ui.md §1.2).
 */
#include "ui/paint.h"

#include <curses.h>
#include <stdlib.h>

#include "core/utf8.h"

/*
 * The colours of the CUD set, which people with colour weakness can tell
 * apart, as the eight names of curses; the kiosk's palette has their shades.
 * Attributes alone say the same: a terminal without colour loses nothing.
 */
/* clang-format off */
static const struct { attr_t attr; short fg; } style[ROLE_COUNT] = {
	[ROLE_text]    = { A_NORMAL,               -1 },
	[ROLE_header]  = { A_REVERSE,              -1 },
	[ROLE_title]   = { A_BOLD,                 COLOR_CYAN },
	[ROLE_label]   = { A_NORMAL,               COLOR_CYAN },
	[ROLE_field]   = { A_UNDERLINE,            -1 },
	[ROLE_focus]   = { A_REVERSE,              -1 },
	[ROLE_pending] = { A_UNDERLINE | A_BOLD,   COLOR_YELLOW },
	[ROLE_echo]    = { A_NORMAL,               COLOR_GREEN },
	[ROLE_key]     = { A_REVERSE,              -1 },
	[ROLE_action]  = { A_NORMAL,               -1 },
	[ROLE_info]    = { A_BOLD,                 COLOR_GREEN },
	[ROLE_warn]    = { A_BOLD | A_REVERSE,     COLOR_YELLOW },
	[ROLE_error]   = { A_BOLD,                 COLOR_RED },
	[ROLE_mark]    = { A_BOLD,                 COLOR_YELLOW },
	[ROLE_dim]     = { A_DIM,                  -1 },
	[ROLE_rule]    = { A_DIM,                  -1 },
};
/* clang-format on */

static bool colours;

void
paint_init(void)
{
	const char *no = getenv("NO_COLOR");
	int i;

	colours = false;
	if ((no != NULL && no[0] != '\0') || !has_colors())
		return;
	if (start_color() != OK || use_default_colors() != OK)
		return;
	for (i = 0; i < ROLE_COUNT; i++) {
		if (init_pair((short)(i + 1), style[i].fg, -1) != OK)
			return;
	}
	colours = true;
}

static void
paint_cell(int y, int x, const struct cell *c)
{
	wchar_t text[CCHARW_MAX + 1] = { 0 };
	struct str rest = str_n(c->t, c->n);
	short pair = colours ? (short)(c->role + 1) : (short)0;
	cchar_t cc;
	int32_t cp;
	int n = 0;

	if (c->role == ROLE_rule) {
		mvaddch(y, x, ACS_HLINE | A_DIM);
		return;
	}
	while (n < CCHARW_MAX && (cp = utf8_next(&rest)) > 0)
		text[n++] = (wchar_t)cp;
	if (n == 0)
		text[0] = L' ';
	if (setcchar(&cc, text, style[c->role].attr, pair, NULL) == OK)
		mvadd_wch(y, x, &cc);
}

void
paint_grid(const struct grid *g)
{
	const struct cell *c;
	int y;
	int x;

	erase();
	for (y = 0; y < g->h && y < LINES; y++) {
		for (x = 0; x < g->w && x < COLS; x++) {
			c = grid_at(g, y, x);
			if (c->w != 0 && x + c->w <= COLS)
				paint_cell(y, x, c);
		}
	}
	if (g->cur_y >= 0 && g->cur_y < LINES && g->cur_x < COLS) {
		curs_set(1);
		move(g->cur_y, g->cur_x);
	} else {
		curs_set(0);
	}
	refresh();
}
