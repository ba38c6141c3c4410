/*
 * What the sensor sees, as shades of a few characters: enough to lay a finger
 * down well, not enough to recognise anybody.
 *
 * Half blocks have no certain width in a Japanese terminal (terminal-ui.md
 * §1.1), so the shades are ASCII; the outline of the finger is '#'.
 */
#ifndef UI_PICTURE_H
#define UI_PICTURE_H

#include "ui/grid.h"

#define PICTURE_W 30
#define PICTURE_H 9

struct picture {
	bool on;
	char shade[PICTURE_H][PICTURE_W];
};

/*
 * Shrinks width x height grey values; 255 is the outline.  A size of 0 or one
 * that does not fit the bytes switches the picture off.
 */
void picture_set(
    struct picture *p, unsigned width, unsigned height, struct str grey);

/* Nothing of it remains. */
void picture_wipe(struct picture *p);

/* Draws it with its upper left corner at (y, x), when it is on. */
void picture_draw(const struct picture *p, struct grid *g, int y, int x);

#endif
