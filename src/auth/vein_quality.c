/*
 * The quality gate of the vein pipeline.
 *
 * SECURITY: an empty frame with sensor noise gives more "veins" than a finger
 * (vein.md §0.4), so nothing is enrolled or matched without passing here.
 */
#include "auth/vein_quality.h"

#include <math.h>
#include <string.h>

#include "auth/vein_work.h"

#define BOX	   9 /* half of the 19x19 neighbourhood */
#define FINE_ERODE 14
#define SUM_W	   (VEIN_W + 1)

static const struct {
	const char *name;
	enum bio_guide guide;
} flags[VEIN_FLAG_COUNT] = {
#define VEIN_FLAG_ROW(name, text, guide)                                       \
	[VEIN_FLAG_BIT_##name] = { #name, guide },
	VEIN_FLAG_LIST(VEIN_FLAG_ROW)
#undef VEIN_FLAG_ROW
};

/* Running sums of the masked pixels that are no veins. */
static void
sum_tissue(struct vein_work *w, const uint8_t *img, const uint8_t *mask,
    const uint8_t *bin)
{
	int x;
	int y;

	memset(w->sum, 0, sizeof(w->sum));
	memset(w->count, 0, sizeof(w->count));
	for (y = 0; y < VEIN_CANVAS_H; y++) {
		for (x = 0; x < VEIN_W; x++) {
			int at = y * VEIN_W + x;
			int to = (y + 1) * SUM_W + x + 1;
			int use = mask[at] != 0 && bin[at] == 0;

			w->sum[to] = w->sum[to - 1] + w->sum[to - SUM_W] -
			    w->sum[to - SUM_W - 1] + (use ? img[at] : 0);
			w->count[to] = w->count[to - 1] + w->count[to - SUM_W] -
			    w->count[to - SUM_W - 1] + use;
		}
	}
}

/* Mean tissue grey in the box around a pixel, or 0 without any. */
static double
tissue_at(const struct vein_work *w, int y, int x)
{
	int y0 = y - BOX < 0 ? 0 : y - BOX;
	int x0 = x - BOX < 0 ? 0 : x - BOX;
	int y1 = y + BOX + 1 > VEIN_CANVAS_H ? VEIN_CANVAS_H : y + BOX + 1;
	int x1 = x + BOX + 1 > VEIN_W ? VEIN_W : x + BOX + 1;
	int a = y0 * SUM_W + x0;
	int b = y0 * SUM_W + x1;
	int c = y1 * SUM_W + x0;
	int d = y1 * SUM_W + x1;
	int n = w->count[d] - w->count[b] - w->count[c] + w->count[a];

	if (n == 0)
		return 0;
	return (double)(w->sum[d] - w->sum[b] - w->sum[c] + w->sum[a]) / n;
}

static void
measure_veins(struct vein_work *w, const uint8_t *img, const uint8_t *mask,
    const uint8_t *bin, struct vein_quality *q)
{
	double rel = 0;
	double dif = 0;
	double n = 0;
	double tissue;
	int x;
	int y;

	sum_tissue(w, img, mask, bin);
	for (y = 0; y < VEIN_CANVAS_H; y++) {
		for (x = 0; x < VEIN_W; x++) {
			int at = y * VEIN_W + x;

			if (mask[at] == 0 || bin[at] == 0)
				continue;
			tissue = tissue_at(w, y, x);
			if (tissue <= 0)
				continue;
			rel += (tissue - img[at]) / tissue;
			dif += tissue - img[at];
			n++;
		}
	}
	q->contrast = n > 0 ? rel / n : 0;
	q->cnr = n > 0 ? dif / n / (q->noise + 0.5) : 0;
}

/* Immerkaer's noise estimate and the grey statistics inside the mask. */
static void
measure_grey(const uint8_t *img, const uint8_t *mask, struct vein_quality *q,
    double *dark, double *bright)
{
	static const int k[9] = { 1, -2, 1, -2, 4, -2, 1, -2, 1 };
	double sum = 0;
	double n = 0;
	double noise = 0;
	double noise_n = 0;
	int x;
	int y;
	int i;

	*dark = *bright = 0;
	for (y = 0; y < VEIN_CANVAS_H; y++) {
		for (x = 0; x < VEIN_W; x++) {
			const uint8_t *p = img + y * VEIN_W + x;
			int v = 0;

			if (mask[y * VEIN_W + x] == 0)
				continue;
			sum += *p;
			n++;
			*dark += *p <= 12;
			*bright += *p >= 250;
			if (x == 0 || y == 0 || x == VEIN_W - 1 ||
			    y == VEIN_CANVAS_H - 1)
				continue;
			for (i = 0; i < 9; i++)
				v += k[i] * p[(i / 3 - 1) * VEIN_W + i % 3 - 1];
			noise += v < 0 ? -v : v;
			noise_n++;
		}
	}
	q->mean = n > 0 ? sum / n : 0;
	*dark = n > 0 ? *dark / n : 1;
	*bright = n > 0 ? *bright / n : 0;
	q->noise = noise_n > 0 ? sqrt(M_PI / 2) / 6 * noise / noise_n : 0;
}

/* Gaussian blur of sigma s along x then y, into out, using w->row as scratch.
 */
static void
blur(struct vein_work *w, const uint8_t *img, double s, float *out)
{
	float *tmp = w->row[0];
	float k[33] = { 0 };
	int r = (int)ceil(3 * s);
	float total = 0;
	int x;
	int y;
	int j;

	for (j = -r; j <= r; j++) {
		k[j + r] = (float)exp(-j * j / (2 * s * s));
		total += k[j + r];
	}
	for (y = 0; y < VEIN_CANVAS_H; y++) {
		for (x = 0; x < VEIN_W; x++) {
			float v = 0;

			for (j = -r; j <= r; j++) {
				int at = x + j < 0    ? 0
				    : x + j >= VEIN_W ? VEIN_W - 1
						      : x + j;

				v += k[j + r] * (float)img[y * VEIN_W + at];
			}
			tmp[y * VEIN_W + x] = v / total;
		}
	}
	for (y = 0; y < VEIN_CANVAS_H; y++) {
		for (x = 0; x < VEIN_W; x++) {
			float v = 0;

			for (j = -r; j <= r; j++) {
				int at = y + j < 0	     ? 0
				    : y + j >= VEIN_CANVAS_H ? VEIN_CANVAS_H - 1
							     : y + j;

				v += k[j + r] * tmp[at * VEIN_W + x];
			}
			out[y * VEIN_W + x] = v / total;
		}
	}
}

/*
 * hf of §8: energy of I-G1(I) over energy of I-G4(I), both relative to G4,
 * well inside the finger.  A printed finger lacks fine detail.
 */
static void
measure_fine(struct vein_work *w, const uint8_t *img, const uint8_t *mask,
    struct vein_quality *q)
{
	uint8_t *inner = (uint8_t *)w->plane[2];
	double fine = 0;
	double medium = 0;
	int i;

	memcpy(inner, mask, VEIN_CANVAS);
	vein_erode(w, inner, FINE_ERODE);
	blur(w, img, 1, w->plane[0]);
	blur(w, img, 4, w->plane[1]);
	for (i = 0; i < VEIN_CANVAS; i++) {
		double base = (double)w->plane[1][i];
		double a;
		double b;

		if (inner[i] == 0 || base < 1)
			continue;
		a = (img[i] - (double)w->plane[0][i]) / base;
		b = (img[i] - base) / base;
		fine += a * a;
		medium += b * b;
	}
	q->fine = medium > 0 ? fine / medium : 0;
}

/*
 * The share of columns where the image ends before the finger does: its line
 * is then a wrong one, and the score falls below the threshold.
 */
static double
cut_columns(const struct vein_region *r)
{
	unsigned cut = 0;
	unsigned x;

	for (x = 0; x < VEIN_W; x++)
		cut += r->lower[x] >= r->upper[x] &&
		    (r->upper[x] <= 1 || r->lower[x] >= VEIN_H - 2);
	return (double)cut / VEIN_W;
}

static double
ramp(double v, double from, double span)
{
	v = (v - from) / span;
	return v < 0 ? 0 : v > 1 ? 1 : v;
}

void
vein_quality(struct vein_work *w, const struct vein_region *r,
    const uint8_t *canvas, const uint8_t *canvas_mask, const uint8_t *bin,
    struct vein_quality *out)
{
	double dark = 0;
	double bright = 0;

	*out = (struct vein_quality){ 0 };
	if (!r->found) {
		out->flags = VEIN_FLAG(NO_FINGER);
		return;
	}
	measure_grey(canvas, canvas_mask, out, &dark, &bright);
	measure_veins(w, canvas, canvas_mask, bin, out);
	measure_fine(w, canvas, canvas_mask, out);
	out->sharp = out->mean > 0 ? r->edge / out->mean : 0;
	if (out->mean < 35 || dark > 0.05)
		out->flags |= VEIN_FLAG(DARK);
	if (out->mean > 215 || bright > 0.03)
		out->flags |= VEIN_FLAG(BRIGHT);
	if (out->contrast < 0.045 || out->cnr < 2.5)
		out->flags |= VEIN_FLAG(CONTRAST);
	if (out->sharp < 0.30)
		out->flags |= VEIN_FLAG(BLURRED);
	if (r->valid < 0.85 || cut_columns(r) > 0.15)
		out->flags |= VEIN_FLAG(MISPLACED);
	if (fabs(atan(r->a)) > 10 * M_PI / 180)
		out->flags |= VEIN_FLAG(TILTED);
	/* A print has soft edges, a raster more fine detail than any skin
	 * (0.18 at most in §8).  fine < 0.06 of §8 is not used: without a
	 * calibrated camera it flags nine live fingers of ten. */
	out->attack_hint = out->sharp < 0.40 || out->fine > 0.20;
	if (out->flags == 0)
		out->score = (unsigned)(100 *
		    cbrt(ramp(out->contrast, 0.03, 0.05) *
			ramp(out->cnr, 1.5, 4.5) *
			ramp(out->sharp, 0.2, 0.25)));
}

enum bio_guide
vein_guide(unsigned set)
{
	unsigned i;

	for (i = 0; i < VEIN_FLAG_COUNT; i++)
		if (set & 1u << i)
			return flags[i].guide;
	return BIO_GUIDE_NONE;
}

void
vein_flags_put(unsigned set, struct buf *out)
{
	const char *sep = "";
	const char *p;
	unsigned i;

	if (set == 0)
		buf_puts(out, "ok");
	for (i = 0; i < VEIN_FLAG_COUNT; i++) {
		if ((set & 1u << i) == 0)
			continue;
		buf_puts(out, sep);
		for (p = flags[i].name; *p != '\0'; p++)
			buf_putc(out, (char)(*p == '_' ? '-' : *p | 0x20));
		sep = " ";
	}
}

bool
vein_moved(const uint8_t *a, const uint8_t *a_mask, const uint8_t *b,
    const uint8_t *b_mask)
{
	double sum = 0;
	double n = 0;
	int i;

	for (i = 0; i < VEIN_CANVAS; i++) {
		if (a_mask[i] == 0 || b_mask[i] == 0)
			continue;
		sum += a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
		n++;
	}
	return n < VEIN_CANVAS / 8 || sum / n >= 3;
}
