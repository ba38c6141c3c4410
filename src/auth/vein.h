/*
 * Finger veins from a grey image to a score (reference/vein.md §3, "FV1"):
 * region → alignment → maximum curvature → half-size bit map → displacement
 * match.  Pure computation on caller's memory; no device, no allocation
 * beyond struct vein_work.
 *
 * Images are row-major, 8-bit grey, x along the finger, 6.4 px/mm.
 */
#ifndef AUTH_VEIN_H
#define AUTH_VEIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VEIN_W	      376 /* image and canvas width */
#define VEIN_H	      240 /* image height */
#define VEIN_CANVAS_H 160
#define VEIN_CANVAS   (VEIN_W * VEIN_CANVAS_H)
#define VEIN_TPL_W    188
#define VEIN_TPL_H    80
#define VEIN_SIGMA    4.0
#define VEIN_CH	      12 /* displacement searched: +-CH rows, +-CW columns */
#define VEIN_CW	      32
#define VEIN_OUTSIDE  51 /* grey of rows outside the image (§3.1) */

/* Where the finger lies: centre line y = a x + b, median width, contrast of
 * its edges in grey levels per pixel, share of columns that count. */
struct vein_region {
	bool found;
	double a;
	double b;
	double width;
	double edge;
	double valid;
	int16_t upper[VEIN_W];
	int16_t lower[VEIN_W]; /* lower < upper: column dropped */
};

/* Bit map 188x80; bit x of row y is row[y][x / 64] >> (x % 64) & 1. */
struct vein_bits {
	uint64_t row[VEIN_TPL_H][4];
};

/* Scratch planes, about 2.6 MB; zeroed by vein_work_free(). */
struct vein_work;
struct vein_work *vein_work_new(void) __attribute__((warn_unused_result));
void vein_work_free(struct vein_work *w);

/* Finds the finger in a 376x240 image; mask (0/255) may be NULL. */
void vein_region_find(struct vein_work *w, const uint8_t *img,
    struct vein_region *out, uint8_t *mask);

/*
 * Turns and centres the finger onto the 376x160 canvas, outside = 0; canvas
 * mask 0/255.  Bilinear for the image, nearest for the mask, no scaling.
 */
void vein_align(const uint8_t *img, const uint8_t *mask,
    const struct vein_region *r, uint8_t *canvas, uint8_t *canvas_mask);

/* Shrinks a canvas mask by n pixels. */
void vein_erode(struct vein_work *w, uint8_t *mask, unsigned n);

/*
 * Maximum curvature on a width x height image (width*height <= VEIN_W *
 * VEIN_H) inside mask.  Results stay in w: scores V, connected scores G, and
 * the map.  bin (0/255) may be NULL.  False when the size is not possible.
 */
bool vein_curvature(struct vein_work *w, const uint8_t *img,
    const uint8_t *mask, unsigned width, unsigned height, double sigma,
    uint8_t *bin);
const float *vein_scores(const struct vein_work *w);
const float *vein_connected(const struct vein_work *w);

/* 2x2 OR-pooling of a 376x160 map into a template. */
void vein_pool(const uint8_t *bin, struct vein_bits *out);

struct vein_score {
	double score; /* 0..0.5 */
	int dy;
	int dx;
};

/*
 * Miura's match as a ratio: the enrolled template first (the measure is not
 * symmetric), over displacements +-ch, +-cw.  ch < 40, cw < 94.
 */
struct vein_score vein_match(const struct vein_bits *tpl,
    const struct vein_bits *probe, unsigned ch, unsigned cw);

/* The same on byte maps of any even size, for comparison with others. */
struct vein_score vein_match_bytes(const uint8_t *tpl, const uint8_t *probe,
    unsigned width, unsigned height, unsigned ch, unsigned cw);

/* All of it: image to template. False when no finger was found. */
bool vein_extract(struct vein_work *w, const uint8_t *img,
    struct vein_region *region, uint8_t *canvas, uint8_t *canvas_mask,
    uint8_t *bin, struct vein_bits *out);

#endif
