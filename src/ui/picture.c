/*
 * Grey values to shades.
 *
 * SECURITY: lives as long as the finger is awaited; auth.c wipes it at the end
 * of that step, and nothing writes it anywhere but on the screen.
 */
#include "ui/picture.h"

#include <string.h>

#define OUTLINE 255

/* dark to bright */
static const char shades[] = " .:-=+*%@";

/* A cell: the mean of what it covers; one outline value makes it outline. */
static int
cell(
    const uint8_t *p, unsigned width, unsigned height, unsigned cx, unsigned cy)
{
	unsigned x0 = cx * width / PICTURE_W;
	unsigned x1 = (cx + 1) * width / PICTURE_W;
	unsigned y0 = cy * height / PICTURE_H;
	unsigned y1 = (cy + 1) * height / PICTURE_H;
	unsigned sum = 0;
	unsigned n = 0;
	unsigned x, y;

	for (y = y0; y < y1 || y == y0; y++) {
		for (x = x0; x < x1 || x == x0; x++) {
			if (p[y * width + x] == OUTLINE)
				return OUTLINE;
			sum += p[y * width + x];
			n++;
		}
	}
	return (int)(sum / n);
}

/* The values between the darkest and the brightest use all shades. */
static void
shade(struct picture *p, int grey[PICTURE_H][PICTURE_W])
{
	int low = OUTLINE;
	int high = 0;
	int x, y;

	for (y = 0; y < PICTURE_H; y++)
		for (x = 0; x < PICTURE_W; x++) {
			if (grey[y][x] < low)
				low = grey[y][x];
			if (grey[y][x] > high && grey[y][x] != OUTLINE)
				high = grey[y][x];
		}
	for (y = 0; y < PICTURE_H; y++)
		for (x = 0; x < PICTURE_W; x++) {
			p->shade[y][x] = '#';
			if (grey[y][x] != OUTLINE)
				p->shade[y][x] = shades[(grey[y][x] - low) *
				    (int)(sizeof(shades) - 2) /
				    (high > low ? high - low : 1)];
		}
}

void
picture_set(struct picture *p, unsigned width, unsigned height, struct str grey)
{
	int v[PICTURE_H][PICTURE_W];
	unsigned x, y;

	picture_wipe(p);
	if (width == 0 || height == 0 || width > 65535 || height > 65535 ||
	    grey.n != (size_t)width * height)
		return;
	for (y = 0; y < PICTURE_H; y++)
		for (x = 0; x < PICTURE_W; x++)
			v[y][x] =
			    cell((const uint8_t *)grey.p, width, height, x, y);
	shade(p, v);
	p->on = true;
	explicit_bzero(v, sizeof(v));
}

void
picture_wipe(struct picture *p)
{
	explicit_bzero(p, sizeof(*p));
}

void
picture_draw(const struct picture *p, struct grid *g, int y, int x)
{
	int i;

	for (i = 0; p->on && i < PICTURE_H; i++)
		grid_put(g, y + i, x, PICTURE_W, ROLE_text,
		    str_n(p->shade[i], PICTURE_W));
}
