/*
 * Synthetic finger-vein images (reference/vein.md §5): a finger is a seed,
 * a sample is another placement of the same finger.  No person is depicted.
 * Deterministic for a given compiler; compare results, not pixels.
 */
#ifndef TOOLS_FVSYN_H
#define TOOLS_FVSYN_H

#include <stdint.h>

enum fvsyn_level { FVSYN_EASY, FVSYN_NORMAL, FVSYN_REAL, FVSYN_HARD };

/* What else is in front of the camera than a finger. */
enum fvsyn_kind {
	FVSYN_LIVE,
	FVSYN_PRINT,  /* laser print: soft edges, flat, strong contrast */
	FVSYN_SCREEN, /* display: raster, glow, no bright rim */
	FVSYN_EMPTY,  /* background and sensor noise */
};

#define FVSYN_W 376
#define FVSYN_H 240

struct fvsyn_view {
	enum fvsyn_level level;
	enum fvsyn_kind kind;
	double cold;	/* 0 normal .. 1 cold finger: vein contrast falls */
	double shift_x; /* mm on top of the placement: half a finger, border */
	double blur_x;	/* px of motion along x */
};

/* Draws sample `sample` of finger `finger` into img[376*240]. */
void fvsyn_draw(uint64_t finger, uint64_t sample, const struct fvsyn_view *view,
    uint8_t *img);

/* Level by name: easy normal real hard; -1 for another. */
int fvsyn_level_find(const char *name);

#endif
