/*
 * Where the finger is, and turning it straight (reference/vein.md §3.1, §3.2).
 *
 * SECURITY: the image comes from a sensor that may be hostile; every index is
 * clamped, nothing is kept, and the caller's planes are wiped by
 * vein_work_free().
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "auth/vein_work.h"

#define FILTER_W 40
#define MEDIAN	 21

struct vein_work *
vein_work_new(void)
{
	return calloc(1, sizeof(struct vein_work));
}

void
vein_work_free(struct vein_work *w)
{
	if (w == NULL)
		return;
	explicit_bzero(w, sizeof(*w));
	free(w);
}

static int
clamp(int v, int lo, int hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

static int
grey_or_outside(const uint8_t *img, int y, int x)
{
	return y < 0 || y >= VEIN_H ? VEIN_OUTSIDE : img[y * VEIN_W + x];
}

/* The 4x40 edge filter of one row, columns clamped. */
static void
filter_row(const uint8_t *img, int y, int32_t f[VEIN_W])
{
	int32_t d[VEIN_W];
	int32_t sum = 0;
	int x;
	int j;

	for (x = 0; x < VEIN_W; x++)
		d[x] = grey_or_outside(img, y + 1, x) +
		    grey_or_outside(img, y + 2, x) -
		    grey_or_outside(img, y, x) - grey_or_outside(img, y - 1, x);
	for (j = -(FILTER_W / 2 - 1); j <= FILTER_W / 2; j++)
		sum += d[clamp(j, 0, VEIN_W - 1)];
	for (x = 0; x < VEIN_W; x++) {
		f[x] = sum;
		sum += d[clamp(x + FILTER_W / 2 + 1, 0, VEIN_W - 1)] -
		    d[clamp(x - (FILTER_W / 2 - 1), 0, VEIN_W - 1)];
	}
}

static int
cmp_i32(const void *a, const void *b)
{
	const int32_t *x = a;
	const int32_t *y = b;

	return (*x > *y) - (*x < *y);
}

/* Median filter along the finger; the border columns repeat. */
static void
smooth(const int16_t in[VEIN_W], int16_t out[VEIN_W])
{
	int32_t win[MEDIAN];
	int x;
	int j;

	for (x = 0; x < VEIN_W; x++) {
		for (j = 0; j < MEDIAN; j++)
			win[j] = in[clamp(x + j - MEDIAN / 2, 0, VEIN_W - 1)];
		qsort(win, MEDIAN, sizeof(win[0]), cmp_i32);
		out[x] = (int16_t)win[MEDIAN / 2];
	}
}

static double
median_i32(int32_t *v, size_t n)
{
	if (n == 0)
		return 0;
	qsort(v, n, sizeof(v[0]), cmp_i32);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2.0;
}

/* Strongest rising edge above, strongest falling edge below, per column. */
static void
find_edges(const uint8_t *img, int16_t upper[VEIN_W], int16_t lower[VEIN_W],
    int32_t contrast[VEIN_W])
{
	int32_t f[VEIN_W];
	int32_t most[VEIN_W];
	int32_t least[VEIN_W];
	int y;
	int x;

	for (x = 0; x < VEIN_W; x++) {
		most[x] = INT32_MIN;
		least[x] = INT32_MAX;
	}
	for (y = 0; y < VEIN_H; y++) {
		filter_row(img, y, f);
		for (x = 0; x < VEIN_W; x++) {
			if (y < VEIN_H / 2 && f[x] > most[x]) {
				most[x] = f[x];
				upper[x] = (int16_t)y;
			} else if (y >= VEIN_H / 2 && f[x] < least[x]) {
				least[x] = f[x];
				lower[x] = (int16_t)y;
			}
		}
	}
	for (x = 0; x < VEIN_W; x++)
		contrast[x] = most[x] - least[x];
}

/* Least-squares centre line and median width over the kept columns. */
static void
fit_line(struct vein_region *r, const int32_t contrast[VEIN_W])
{
	double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, edge = 0;
	int32_t widths[VEIN_W];
	size_t k = 0;
	double c;
	double d;
	int x;

	for (x = 0; x < VEIN_W; x++) {
		if (r->lower[x] < r->upper[x])
			continue;
		c = (r->upper[x] + r->lower[x]) / 2.0;
		n++;
		sx += x;
		sy += c;
		sxx += (double)x * x;
		sxy += x * c;
		edge += contrast[x];
		widths[k++] = r->lower[x] - r->upper[x];
	}
	d = n * sxx - sx * sx;
	r->a = d > 0 ? (n * sxy - sx * sy) / d : 0;
	r->b = n > 0 ? (sy - r->a * sx) / n : 0;
	r->width = median_i32(widths, k);
	r->edge = edge / (2.0 * VEIN_W * 2 * FILTER_W);
	r->valid = n / VEIN_W;
	r->found =
	    r->edge > 6 && r->width > 0.2 * VEIN_H && r->width < 0.95 * VEIN_H;
}

void
vein_region_find(struct vein_work *w, const uint8_t *img,
    struct vein_region *out, uint8_t *mask)
{
	int16_t upper[VEIN_W];
	int16_t lower[VEIN_W];
	int32_t contrast[VEIN_W];
	int32_t sorted[VEIN_W];
	uint8_t *m = mask == NULL ? w->mask : mask;
	double least;
	int x;
	int y;

	find_edges(img, upper, lower, contrast);
	smooth(upper, out->upper);
	smooth(lower, out->lower);
	memcpy(sorted, contrast, sizeof(sorted));
	least = median_i32(sorted, VEIN_W) / 5;
	memset(m, 0, VEIN_AREA);
	for (x = 0; x < VEIN_W; x++) {
		if (contrast[x] < least) {
			out->upper[x] = 1;
			out->lower[x] = 0;
		}
		for (y = out->upper[x]; y <= out->lower[x]; y++)
			m[y * VEIN_W + x] = 255;
	}
	fit_line(out, contrast);
}

static uint8_t
bilinear(const uint8_t *img, int iy, int ix, double fy, double fx)
{
	const uint8_t *p = img + iy * VEIN_W + ix;
	double top = p[0] * (1 - fx) + p[1] * fx;
	double bottom = p[VEIN_W] * (1 - fx) + p[VEIN_W + 1] * fx;

	return (uint8_t)(top * (1 - fy) + bottom * fy + 0.5);
}

void
vein_align(const uint8_t *img, const uint8_t *mask, const struct vein_region *r,
    uint8_t *canvas, uint8_t *canvas_mask)
{
	double t = atan(r->a);
	double c = cos(t);
	double s = sin(t);
	double cx = VEIN_W / 2.0;
	double cy = r->a * cx + r->b;
	double sx;
	double sy;
	int ix;
	int iy;
	int x;
	int y;
	int at;

	for (y = 0; y < VEIN_CANVAS_H; y++) {
		for (x = 0; x < VEIN_W; x++) {
			at = y * VEIN_W + x;
			sx = cx + c * (x - VEIN_W / 2) -
			    s * (y - VEIN_CANVAS_H / 2);
			sy = cy + s * (x - VEIN_W / 2) +
			    c * (y - VEIN_CANVAS_H / 2);
			ix = (int)floor(sx);
			iy = (int)floor(sy);
			canvas[at] = canvas_mask[at] = 0;
			if (ix < 0 || iy < 0 || ix + 1 >= VEIN_W ||
			    iy + 1 >= VEIN_H)
				continue;
			canvas[at] = bilinear(img, iy, ix, sy - iy, sx - ix);
			canvas_mask[at] =
			    mask[(int)(sy + 0.5) * VEIN_W + (int)(sx + 0.5)];
		}
	}
}

/* One pixel off in a 3x3 square; outside the canvas counts as unmasked. */
static void
erode_once(const uint8_t *in, uint8_t *out)
{
	int x;
	int y;
	int i;

	for (y = 0; y < VEIN_CANVAS_H; y++) {
		for (x = 0; x < VEIN_W; x++) {
			const uint8_t *p = in + y * VEIN_W + x;
			uint8_t all = 255;

			if (x == 0 || y == 0 || x == VEIN_W - 1 ||
			    y == VEIN_CANVAS_H - 1)
				all = 0;
			for (i = -1; all != 0 && i <= 1; i++)
				all &= p[i * VEIN_W - 1] & p[i * VEIN_W] &
				    p[i * VEIN_W + 1];
			out[y * VEIN_W + x] = all;
		}
	}
}

void
vein_erode(struct vein_work *w, uint8_t *mask, unsigned n)
{
	while (n-- > 0) {
		memcpy(w->mask, mask, VEIN_CANVAS);
		erode_once(w->mask, mask);
	}
}
