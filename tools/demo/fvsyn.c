/*
 * Draws invented fingers: trunks and branches as random walks in the plane of
 * the finger, placed, rolled and blurred by depth, lit from above.
 *
 * SECURITY: test data only; never linked into a program that is installed.
 */
#include "fvsyn.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PX_MM	  6.4
#define LAYERS	  4
#define VEINS_MAX 24
#define STEPS_MAX 96
#define AREA	  (FVSYN_W * FVSYN_H)

struct rng {
	uint64_t s[4];
	bool has_spare;
	double spare;
};

struct node {
	double u; /* mm along the finger */
	double v; /* mm across */
};

struct vein {
	int n;
	double depth;
	double r0;
	double taper;
	struct node at[STEPS_MAX];
};

struct finger {
	double width;
	int veins;
	struct vein vein[VEINS_MAX];
	double crease[6];
	int creases;
	double joint[2];
};

/* spread of a placement (§5 table) */
static const struct level {
	const char *name;
	double du, dv;	  /* mm */
	double rot, roll; /* degrees */
	double scale;
	double vein_lo, vein_hi;
	double noise;
} levels[] = {
	[FVSYN_EASY] = { "easy", 1.5, 0.8, 2, 2, 0.01, 0.90, 1.10, 1.0 },
	[FVSYN_NORMAL] = { "normal", 3, 1.5, 4, 6, 0.02, 0.70, 1.15, 1.5 },
	[FVSYN_REAL] = { "real", 3.5, 1.5, 4.5, 8, 0.025, 0.26, 0.50, 0.45 },
	[FVSYN_HARD] = { "hard", 5, 2.5, 6, 12, 0.04, 0.45, 1.15, 2.5 },
};

static uint64_t
splitmix(uint64_t *x)
{
	uint64_t z = *x += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static void
rng_init(struct rng *r, uint64_t a, uint64_t b)
{
	uint64_t x = a * 0xd1342543de82ef95u ^ b;
	int i;

	for (i = 0; i < 4; i++)
		r->s[i] = splitmix(&x);
	r->has_spare = false;
}

static uint64_t
rotl(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

/* xoshiro256** as a number in 0..1 */
static double
uni(struct rng *r)
{
	uint64_t out = rotl(r->s[1] * 5, 7) * 9;
	uint64_t t = r->s[1] << 17;

	r->s[2] ^= r->s[0];
	r->s[3] ^= r->s[1];
	r->s[1] ^= r->s[2];
	r->s[0] ^= r->s[3];
	r->s[2] ^= t;
	r->s[3] = rotl(r->s[3], 45);
	return (double)(out >> 11) * 0x1p-53;
}

static double
span(struct rng *r, double lo, double hi)
{
	return lo + (hi - lo) * uni(r);
}

static double
gauss(struct rng *r)
{
	double a;
	double b;

	if (r->has_spare) {
		r->has_spare = false;
		return r->spare;
	}
	a = sqrt(-2 * log(1 - uni(r)));
	b = 2 * M_PI * uni(r);
	r->spare = a * sin(b);
	r->has_spare = true;
	return a * cos(b);
}

/* A curved walk of n steps of 0.8 mm with soft walls at 0.46 width. */
static void
walk(struct rng *r, struct vein *v, int n, double heading, double width)
{
	double bend = 0;
	double wall = 0.46 * width;
	int i;

	v->n = n;
	for (i = 1; i < n; i++) {
		bend = 0.85 * bend + 0.022 * gauss(r);
		heading += bend - 0.03 * heading;
		if (fabs(v->at[i - 1].v) > wall * 0.85)
			heading -= 0.12 * v->at[i - 1].v / wall;
		v->at[i].u = v->at[i - 1].u + 0.8 * cos(heading);
		v->at[i].v = v->at[i - 1].v + 0.8 * sin(heading);
	}
}

static void
grow_trunks(struct rng *r, struct finger *f)
{
	int n = 3 + (int)(uni(r) * 3);
	int i;

	for (i = 0; i < n; i++) {
		struct vein *v = &f->vein[f->veins++];

		v->at[0].u = -38;
		v->at[0].v = f->width * (-0.4 + 0.8 * (i + 0.5) / n) +
		    0.06 * f->width * gauss(r);
		v->r0 = span(r, 0.45, 0.80);
		v->taper = span(r, 0, 0.35);
		v->depth = span(r, 1.0, 3.2);
		walk(r, v, STEPS_MAX, 0.05 * gauss(r), f->width);
	}
}

static void
grow_branches(struct rng *r, struct finger *f)
{
	int trunks = f->veins;
	int n = 7 + (int)(uni(r) * 7);
	int i;

	for (i = 0; i < n && f->veins < VEINS_MAX; i++) {
		const struct vein *from = &f->vein[(int)(uni(r) * trunks)];
		struct vein *v = &f->vein[f->veins++];
		int at = (int)(uni(r) * (from->n - 1));
		double turn = span(r, 0.35, 1.15);
		double len = span(r, 6, 24);

		v->at[0] = from->at[at];
		v->r0 = from->r0 * span(r, 0.5, 0.85);
		v->taper = span(r, 0.2, 0.6);
		v->depth = from->depth + 0.3 * gauss(r);
		if (v->depth < 0.8)
			v->depth = 0.8;
		if (uni(r) < 0.5)
			turn = -turn;
		if (uni(r) < 0.3)
			turn += M_PI;
		walk(r, v, 1 + (int)(len / 0.8), turn, f->width);
	}
}

static void
finger_grow(uint64_t seed, struct finger *f)
{
	struct rng r;
	int i;

	memset(f, 0, sizeof(*f));
	rng_init(&r, seed, 0x66696e676572u);
	f->width = span(&r, 15.5, 19.5);
	grow_trunks(&r, f);
	grow_branches(&r, f);
	/* creases and joints sit alike in all fingers: harder impostors */
	f->joint[0] = -9 + 0.6 * gauss(&r);
	f->joint[1] = 12 + 0.6 * gauss(&r);
	f->creases = 2 + (int)(uni(&r) * 5);
	for (i = 0; i < f->creases; i++)
		f->crease[i] =
		    f->joint[i % 2] + (i / 2 - 1) * 1.1 + 0.15 * gauss(&r);
}

struct pose {
	double du, dv, rot, roll, scale, bend, dilate;
};

static void
pose_draw(struct rng *r, const struct level *l, struct pose *p)
{
	p->du = l->du * (2 * uni(r) - 1);
	p->dv = l->dv * (2 * uni(r) - 1);
	p->rot = l->rot * (2 * uni(r) - 1) * M_PI / 180;
	p->roll = l->roll * (2 * uni(r) - 1) * M_PI / 180;
	p->scale = 1 + l->scale * (2 * uni(r) - 1);
	p->bend = 0.4 * (2 * uni(r) - 1);
	p->dilate = 1 + 0.12 * (2 * uni(r) - 1);
}

/* Finger millimetres to image pixels. */
static void
place(const struct pose *p, double u, double v, double *x, double *y)
{
	double b = v + p->bend * sin(u / 14);
	double c = cos(p->rot);
	double s = sin(p->rot);

	*x = FVSYN_W / 2.0 + PX_MM * p->scale * (c * u - s * b) + PX_MM * p->du;
	*y = FVSYN_H / 2.0 + PX_MM * p->scale * (s * u + c * b) + PX_MM * p->dv;
}

/* A chord-length disc of the vein, kept as maximum within its layer. */
static void
stamp(float *layer, double x, double y, double radius)
{
	int x0 = (int)floor(x - radius);
	int x1 = (int)ceil(x + radius);
	int y0 = (int)floor(y - radius);
	int y1 = (int)ceil(y + radius);
	int i;
	int j;

	for (j = y0 < 0 ? 0 : y0; j <= y1 && j < FVSYN_H; j++) {
		for (i = x0 < 0 ? 0 : x0; i <= x1 && i < FVSYN_W; i++) {
			double d2 = ((i - x) * (i - x) + (j - y) * (j - y)) /
			    (radius * radius);
			float chord;

			if (d2 >= 1)
				continue;
			chord = (float)(2 * radius / PX_MM * sqrt(1 - d2));
			if (chord > layer[j * FVSYN_W + i])
				layer[j * FVSYN_W + i] = chord;
		}
	}
}

static void
draw_vein(const struct finger *f, const struct vein *v, const struct pose *p,
    float *layer)
{
	double half = f->width / 2;
	int i;
	int k;

	for (i = 0; i + 1 < v->n; i++) {
		for (k = 0; k < 6; k++) {
			double t = k / 6.0;
			double u = v->at[i].u * (1 - t) + v->at[i + 1].u * t;
			double w = v->at[i].v * (1 - t) + v->at[i + 1].v * t;
			double q = w / half;
			double height =
			    half * sqrt(q * q < 1 ? 1 - q * q : 0) - v->depth;
			double r =
			    v->r0 * p->dilate * (1 - v->taper * i / v->n);
			double x;
			double y;

			/* roll about the finger's axis */
			w = w * cos(p->roll) + height * sin(p->roll);
			if (fabs(w) > half * 0.98)
				continue;
			place(p, u, w, &x, &y);
			stamp(layer, x, y, r * PX_MM * p->scale);
		}
	}
}

static void
gauss_blur(float *a, double sigma, float *tmp)
{
	float k[65];
	int r = (int)ceil(3 * sigma);
	float total = 0;
	int x, y, j;

	if (r < 1)
		return;
	if (r > 32)
		r = 32;
	for (j = -r; j <= r; j++)
		total += k[j + r] = (float)exp(-j * j / (2 * sigma * sigma));
	for (y = 0; y < FVSYN_H; y++) {
		for (x = 0; x < FVSYN_W; x++) {
			float s = 0;

			for (j = -r; j <= r; j++)
				if (x + j >= 0 && x + j < FVSYN_W)
					s += k[j + r] * a[y * FVSYN_W + x + j];
			tmp[y * FVSYN_W + x] = s / total;
		}
	}
	for (y = 0; y < FVSYN_H; y++) {
		for (x = 0; x < FVSYN_W; x++) {
			float s = 0;

			for (j = -r; j <= r; j++)
				if (y + j >= 0 && y + j < FVSYN_H)
					s += k[j + r] *
					    tmp[(y + j) * FVSYN_W + x];
			a[y * FVSYN_W + x] = s / total;
		}
	}
}

/* Absorbance of all veins, layers blurred by their depth. */
static void
absorb(const struct finger *f, const struct pose *p, float *out, float *layer,
    float *tmp)
{
	int l;
	int i;

	memset(out, 0, AREA * sizeof(float));
	for (l = 0; l < LAYERS; l++) {
		double z = 1.0 + l * 0.7;
		float gain = (float)exp(-0.22 * (z - 1));

		memset(layer, 0, AREA * sizeof(float));
		for (i = 0; i < f->veins; i++) {
			int at = (int)((f->vein[i].depth - 0.65) / 0.7);

			at = at < 0 ? 0 : at >= LAYERS ? LAYERS - 1 : at;
			if (at == l)
				draw_vein(f, &f->vein[i], p, layer);
		}
		gauss_blur(layer, 0.55 * z * PX_MM / 2.2, tmp);
		for (i = 0; i < AREA; i++)
			out[i] += gain * layer[i];
	}
}

struct light {
	double amp[6], fu[6], fv[6], ph[6];
	double level, gx, gy, ground;
};

static void
light_draw(struct rng *r, struct light *l)
{
	int i;

	for (i = 0; i < 6; i++) {
		l->amp[i] = 0.035 * gauss(r);
		l->fu[i] = span(r, 0.02, 0.16);
		l->fv[i] = span(r, 0.02, 0.16);
		l->ph[i] = 2 * M_PI * uni(r);
	}
	l->level = span(r, 0.88, 1.12);
	l->gx = 0.08 * (2 * uni(r) - 1);
	l->gy = 0.06 * (2 * uni(r) - 1);
	l->ground = span(r, 7, 23);
}

/* Transmitted light of a vein-free finger at (u, q = v / half width). */
static double
tissue(const struct finger *f, const struct light *l, double u, double q,
    enum fvsyn_kind kind)
{
	double b = 125 * exp(-0.75 * (sqrt(q * q < 1 ? 1 - q * q : 0) - 0.55));
	double m = 1;
	int i;

	if (kind != FVSYN_LIVE)
		b = 120; /* flat: paper and glass have no bright rim */
	for (i = 0; i < 2; i++)
		m += 0.16 * exp(-pow((u - f->joint[i]) / 3.2, 2));
	for (i = 0; i < f->creases; i++)
		m -= 0.05 * exp(-pow((u - f->crease[i]) / 0.22, 2));
	for (i = 0; i < 6; i++)
		m += l->amp[i] *
		    sin(l->fu[i] * u * 2 + l->fv[i] * q * 14 + l->ph[i]);
	return b * m;
}

/* Back from a pixel to finger coordinates (bend left out: below a pixel). */
static void
unplace(const struct pose *p, int x, int y, double *u, double *v)
{
	double dx = (x - FVSYN_W / 2.0 - PX_MM * p->du) / (PX_MM * p->scale);
	double dy = (y - FVSYN_H / 2.0 - PX_MM * p->dv) / (PX_MM * p->scale);
	double c = cos(p->rot);
	double s = sin(p->rot);

	*u = c * dx + s * dy;
	*v = -s * dx + c * dy - p->bend * sin(*u / 14);
}

static void
shade(const struct finger *f, const struct pose *p, const struct light *l,
    const struct fvsyn_view *view, double strength, float *img)
{
	double half = f->width / 2;
	double tip = 31; /* mm: the finger ends near the image's border */
	int x;
	int y;

	for (y = 0; y < FVSYN_H; y++) {
		for (x = 0; x < FVSYN_W; x++) {
			float *at = &img[y * FVSYN_W + x];
			double absorbance = (double)*at;
			double u;
			double v;
			double g;

			unplace(p, x, y, &u, &v);
			g = l->ground;
			if (view->kind != FVSYN_EMPTY && fabs(v) < half &&
			    (view->shift_x == 0 || u < tip))
				g = tissue(f, l, u, v / half, view->kind) *
				    exp(-0.85 * strength * absorbance);
			g *= l->level *
			    (1 + l->gx * (x - 188) / 188.0 +
				l->gy * (y - 120) / 120.0);
			*at = (float)g;
		}
	}
}

static void
motion(float *img, double px, float *tmp)
{
	int n = (int)px;
	int x, y, j;

	if (n < 2)
		return;
	memcpy(tmp, img, AREA * sizeof(float));
	for (y = 0; y < FVSYN_H; y++) {
		for (x = 0; x < FVSYN_W; x++) {
			float s = 0;

			for (j = 0; j < n; j++) {
				int at = x + j - n / 2;

				at = at < 0	    ? 0
				    : at >= FVSYN_W ? FVSYN_W - 1
						    : at;
				s += tmp[y * FVSYN_W + at];
			}
			img[y * FVSYN_W + x] = s / (float)n;
		}
	}
}

/* Shot and read noise, raster of a display, eight bits. */
static void
expose(struct rng *r, const struct fvsyn_view *view, double noise,
    const float *img, uint8_t *out)
{
	int i;

	for (i = 0; i < AREA; i++) {
		double v = (double)img[i];

		if (view->kind == FVSYN_SCREEN)
			v *= (i % FVSYN_W) % 3 == 0 ? 0.9 : 1.03;
		v += noise * gauss(r) * sqrt(0.5 + v / 200);
		out[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
	}
}

void
fvsyn_draw(uint64_t finger, uint64_t sample, const struct fvsyn_view *view,
    uint8_t *img)
{
	const struct level *l = &levels[view->level];
	struct finger *f = malloc(sizeof(*f));
	float *plane = malloc(3 * AREA * sizeof(float));
	struct light light;
	struct pose pose;
	struct rng r;
	double strength;

	if (f == NULL || plane == NULL)
		abort();
	finger_grow(finger, f);
	rng_init(&r, finger, sample + 1);
	pose_draw(&r, l, &pose);
	pose.du += view->shift_x;
	light_draw(&r, &light);
	strength = span(&r, l->vein_lo, l->vein_hi) * (1 - 0.7 * view->cold);
	if (view->kind == FVSYN_PRINT || view->kind == FVSYN_SCREEN)
		strength *= 1.6;
	if (view->kind == FVSYN_EMPTY)
		memset(plane, 0, AREA * sizeof(float));
	else
		absorb(f, &pose, plane, plane + AREA, plane + 2 * AREA);
	shade(f, &pose, &light, view, strength, plane);
	gauss_blur(plane, view->kind == FVSYN_PRINT ? 3.0 : 0.8, plane + AREA);
	motion(plane, view->blur_x, plane + AREA);
	expose(&r, view, l->noise, plane, img);
	free(plane);
	free(f);
}

int
fvsyn_level_find(const char *name)
{
	int i;

	for (i = 0; i < (int)(sizeof(levels) / sizeof(levels[0])); i++)
		if (strcmp(levels[i].name, name) == 0)
			return i;
	return -1;
}
