/*
 * Maximum curvature (Miura 2005; reference/vein.md §3.3).
 *
 * SECURITY: pure arithmetic on bounded planes; sizes are checked once at the
 * entrance.
 */
#ifdef __GNUC__
#ifndef __clang__
#pragma GCC optimize("O3")
#endif
#endif
#include <math.h>
#include <string.h>

#include "auth/vein_work.h"

#define TAPS_MAX 33 /* radius of the largest kernel: sigma <= 8 */

enum { KERNEL_G, KERNEL_G1, KERNEL_G2, KERNELS };
enum { FX, FY, FXX, FYY, FXY };

struct kernel {
	int radius;
	float k[KERNELS][2 * TAPS_MAX + 1];
};

struct size {
	int w;
	int h;
};

static void
kernel_make(struct kernel *k, double sigma)
{
	double s2 = sigma * sigma;
	double g;
	int j;

	k->radius = (int)ceil(4 * sigma);
	for (j = -k->radius; j <= k->radius; j++) {
		g = exp(-j * j / (2 * s2)) / (sqrt(2 * M_PI) * sigma);
		k->k[KERNEL_G][j + k->radius] = (float)g;
		k->k[KERNEL_G1][j + k->radius] = (float)(-j / s2 * g);
		k->k[KERNEL_G2][j + k->radius] =
		    (float)((j * j - s2) / (s2 * s2) * g);
	}
}

/*
 * One row with all three kernels.  Even kernels add the two neighbours, the
 * odd one subtracts them, which halves the multiplications.
 */
static void
row_pass(const struct kernel *k, const uint8_t *img, int w, float *g, float *g1,
    float *g2)
{
	float line[VEIN_W + 2 * TAPS_MAX];
	const float *c = line + k->radius;
	int r = k->radius;
	int x;
	int j;

	for (x = -r; x < w + r; x++)
		line[x + r] = (float)img[x < 0 ? 0
				      : x >= w ? w - 1
					       : x] /
		    255.0f;
	for (x = 0; x < w; x++) {
		g[x] = k->k[KERNEL_G][r] * c[x];
		g1[x] = 0;
		g2[x] = k->k[KERNEL_G2][r] * c[x];
	}
	for (j = 1; j <= r; j++) {
		float kg = k->k[KERNEL_G][r + j];
		float kg1 = k->k[KERNEL_G1][r + j];
		float kg2 = k->k[KERNEL_G2][r + j];

		for (x = 0; x < w; x++) {
			float sum = c[x - j] + c[x + j];
			float dif = c[x - j] - c[x + j];

			g[x] += kg * sum;
			g1[x] += kg1 * dif;
			g2[x] += kg2 * sum;
		}
	}
}

/* Column pass of one plane with one kernel; odd: the kernel is g1. */
static void
column_pass(const float *k, int r, const float *in, float *out,
    const struct size *sz, int odd)
{
	int w = sz->w;
	int y;
	int x;
	int j;

	for (y = 0; y < sz->h; y++) {
		float *restrict o = out + y * w;
		const float *restrict mid = in + y * w;

		for (x = 0; x < w; x++)
			o[x] = k[r] * mid[x];
		for (j = 1; j <= r; j++) {
			int up = y - j < 0 ? 0 : y - j;
			int down = y + j >= sz->h ? sz->h - 1 : y + j;
			const float *restrict a = in + up * w;
			const float *restrict b = in + down * w;
			float t = k[r + j];

			if (odd)
				for (x = 0; x < w; x++)
					o[x] += t * (a[x] - b[x]);
			else
				for (x = 0; x < w; x++)
					o[x] += t * (a[x] + b[x]);
		}
	}
}

static float
curvature(float second, float first)
{
	float t = 1 + first * first;

	return second / (t * sqrtf(t));
}

/* Derivatives become the curvature in four directions, in place. */
static void
curvatures(struct vein_work *w, const uint8_t *mask, int n)
{
	const float half = 0.70710678118654752f;
	int i;

	for (i = 0; i < n; i++) {
		float fx = w->plane[FX][i], fy = w->plane[FY][i];
		float fxx = w->plane[FXX][i], fyy = w->plane[FYY][i];
		float fxy = w->plane[FXY][i];
		float m = mask[i] != 0 ? 1.0f : 0.0f;

		w->plane[0][i] = m * curvature(fxx, fx);
		w->plane[1][i] = m * curvature(fyy, fy);
		w->plane[2][i] =
		    m * curvature(fxx / 2 + fxy + fyy / 2, (fx + fy) * half);
		w->plane[3][i] =
		    m * curvature(fxx / 2 - fxy + fyy / 2, (fx - fy) * half);
	}
}

/* Scores one line that starts at `at` and has `len` pixels `step` apart. */
static void
score_line(const float *k, float *v, int at, int len, int step)
{
	int run = 0;
	int top = 0;
	float best = 0;
	int i;

	for (i = 0; i < len; i++, at += step) {
		if (k[at] > 0) {
			if (run == 0 || k[at] > best) {
				best = k[at];
				top = at;
			}
			run++;
		} else if (run > 0) {
			v[top] += best * (float)run;
			run = 0;
		}
	}
	if (run > 0)
		v[top] += best * (float)run;
}

static int
min_int(int a, int b)
{
	return a < b ? a : b;
}

static void
score_all(struct vein_work *w, const struct size *sz)
{
	int width = sz->w;
	int height = sz->h;
	int i;

	memset(w->scores, 0, sizeof(float) * (size_t)(width * height));
	for (i = 0; i < height; i++)
		score_line(w->plane[0], w->scores, i * width, width, 1);
	for (i = 0; i < width; i++)
		score_line(w->plane[1], w->scores, i, height, width);
	/* down to the right: from the top row, then from the left column */
	for (i = 0; i < width; i++)
		score_line(w->plane[2], w->scores, i,
		    min_int(height, width - i), width + 1);
	for (i = 1; i < height; i++)
		score_line(w->plane[2], w->scores, i * width,
		    min_int(height - i, width), width + 1);
	/* down to the left: from the top row, then from the right column */
	for (i = 0; i < width; i++)
		score_line(w->plane[3], w->scores, i, min_int(height, i + 1),
		    width - 1);
	for (i = 1; i < height; i++)
		score_line(w->plane[3], w->scores, i * width + width - 1,
		    min_int(height - i, width), width - 1);
}

static float
link_score(const float *v, int at, int d)
{
	float fwd = fmaxf(v[at + d], v[at + 2 * d]);
	float back = fmaxf(v[at - d], v[at - 2 * d]);

	return fminf(fwd, back);
}

static void
connect_scores(struct vein_work *w, const struct size *sz)
{
	const int step[4] = { 1, sz->w, sz->w + 1, sz->w - 1 };
	float g;
	int at;
	int x;
	int y;
	int d;

	memset(w->connected, 0, sizeof(float) * (size_t)(sz->w * sz->h));
	for (y = 2; y < sz->h - 2; y++) {
		for (x = 2; x < sz->w - 2; x++) {
			at = y * sz->w + x;
			g = 0;
			for (d = 0; d < 4; d++)
				g = fmaxf(
				    g, link_score(w->scores, at, step[d]));
			w->connected[at] = g;
		}
	}
}

/* The k-th smallest of v[n]; reorders v. */
static float
select_kth(float *v, int n, int k)
{
	int lo = 0;
	int hi = n - 1;

	while (lo < hi) {
		float pivot = v[lo + (hi - lo) / 2];
		int i = lo;
		int j = hi;

		while (i <= j) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i <= j) {
				float t = v[i];

				v[i++] = v[j];
				v[j--] = t;
			}
		}
		if (k <= j)
			hi = j;
		else if (k >= i)
			lo = i;
		else
			break;
	}
	return v[k];
}

/* Median of the positive scores; an even count gives the middle of two. */
static double
median_positive(struct vein_work *w, int n)
{
	double low;
	int count = 0;
	int i;

	for (i = 0; i < n; i++)
		if (w->connected[i] > 0)
			w->sorted[count++] = w->connected[i];
	if (count == 0)
		return 0;
	if (count % 2)
		return (double)select_kth(w->sorted, count, count / 2);
	low = (double)select_kth(w->sorted, count, count / 2 - 1);
	return (low + (double)select_kth(w->sorted, count, count / 2)) / 2;
}

bool
vein_curvature(struct vein_work *w, const uint8_t *img, const uint8_t *mask,
    unsigned width, unsigned height, double sigma, uint8_t *bin)
{
	struct size sz = { (int)width, (int)height };
	struct kernel k;
	double median;
	int n;
	int y;

	if (width < 8 || height < 8 || width > VEIN_W || height > VEIN_H ||
	    !(sigma >= 0.5 && sigma <= 8))
		return false;
	n = sz.w * sz.h;
	kernel_make(&k, sigma);
	for (y = 0; y < sz.h; y++)
		row_pass(&k, img + y * sz.w, sz.w, w->row[0] + y * sz.w,
		    w->row[1] + y * sz.w, w->row[2] + y * sz.w);
	column_pass(k.k[KERNEL_G], k.radius, w->row[1], w->plane[FX], &sz, 0);
	column_pass(k.k[KERNEL_G1], k.radius, w->row[0], w->plane[FY], &sz, 1);
	column_pass(k.k[KERNEL_G], k.radius, w->row[2], w->plane[FXX], &sz, 0);
	column_pass(k.k[KERNEL_G2], k.radius, w->row[0], w->plane[FYY], &sz, 0);
	column_pass(k.k[KERNEL_G1], k.radius, w->row[1], w->plane[FXY], &sz, 1);
	curvatures(w, mask, n);
	score_all(w, &sz);
	connect_scores(w, &sz);
	if (bin == NULL)
		return true;
	median = median_positive(w, n);
	for (y = 0; y < n; y++)
		bin[y] = (double)w->connected[y] > median ? 255 : 0;
	return true;
}

const float *
vein_scores(const struct vein_work *w)
{
	return w->scores;
}

const float *
vein_connected(const struct vein_work *w)
{
	return w->connected;
}
