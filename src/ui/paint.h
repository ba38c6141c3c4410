/*
 * A grid on the terminal: whole lines, roles as attributes (and colours when
 * there are any and NO_COLOR is not set), the cursor at the focus.
 */
#ifndef UI_PAINT_H
#define UI_PAINT_H

#include "ui/grid.h"

/*
 * Chooses colours for the terminal that curses opened.  Called by term_open().
 */
void paint_init(void);

/* Shows the grid; curses sends only what changed. */
void paint_grid(const struct grid *g);

#endif
