/*
 * Grows a master print for a finger, then presses it: turned, shifted, bent,
 * with another pressure, and with noise.
 *
 * SECURITY: for demo and tests only; links into no program that is installed.
 */
#include "fpgen.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define N	   FPGEN_SIZE
#define MARGIN	   28 /* the master is larger than the picture */
#define M	   (N + 2 * MARGIN)
#define PERIOD	   9.0 /* pixels between ridges */
#define DIRECTIONS 64
#define PERIODS	   5
#define HALF_MAX   17
#define SPAN	   (2 * HALF_MAX + 1)
#define GROWTH	   10
#define WAVES	   6

/*
 * The people of the demo: of the fingers 1 to 40 those whose worst score
 * against themselves is high and against all others low (fingerprint.md §11).
 * Measured with libfprint 1.94.5, five presses enrolled, 50 others each: the
 * first three match themselves in 150 of 150 tries (worst score 78, needed
 * 40), each other and the stranger in 0 of 450 (worst 28).
 */
static const struct {
	const char *name;
	uint64_t finger;
} people[] = {
	{ "clerk", 5 },
	{ "reviewer", 21 },
	{ "supervisor", 26 },
	{ "stranger", 10 },
};

/* ---- numbers ----------------------------------------------------------- */

/* splitmix64 */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static double
between(uint64_t *state, double low, double high)
{
	return low + (high - low) * ((double)(draw(state) >> 11) * 0x1p-53);
}

/* About normal: the sum of twelve. */
static double
normal(uint64_t *state)
{
	double sum = -6;
	int i;

	for (i = 0; i < 12; i++)
		sum += between(state, 0, 1);
	return sum;
}

/* ---- the flow of the ridges -------------------------------------------- */

struct point {
	double x;
	double y;
};

struct wave {
	double kx;
	double ky;
	double phase;
	double height;
};

struct flow {
	bool is_arch;
	double arch;
	unsigned loops;
	unsigned deltas;
	struct point loop[2];
	struct point delta[2];
	double turn;
	struct wave wave[WAVES];
	struct wave density[2];
};

static void
waves_make(struct wave *w, size_t n, uint64_t *rng, double cycles_low,
    double cycles_high, double height)
{
	size_t i;

	for (i = 0; i < n; i++) {
		double cycles = between(rng, cycles_low, cycles_high);
		double way = between(rng, 0, 2 * M_PI);

		w[i].kx = 2 * M_PI * cycles / 256 * cos(way);
		w[i].ky = 2 * M_PI * cycles / 256 * sin(way);
		w[i].phase = between(rng, 0, 2 * M_PI);
		w[i].height = height * normal(rng);
	}
}

static double
waves_at(const struct wave *w, size_t n, double x, double y)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum +=
		    w[i].height * sin(w[i].kx * x + w[i].ky * y + w[i].phase);
	return sum;
}

static struct point
beside(struct point p, double dx, double dy)
{
	return (struct point){ p.x + dx, p.y + dy };
}

/* Class by its share of the population, then the places of its points. */
static void
flow_make(struct flow *f, uint64_t *rng)
{
	double class = between(rng, 0, 1);
	double side = M * between(rng, 0.26, 0.38);
	double below = M * between(rng, 0.30, 0.42);

	memset(f, 0, sizeof(*f));
	f->loops = 1;
	f->deltas = 1;
	f->loop[0].x = M * between(rng, 0.40, 0.60);
	f->loop[0].y = M * between(rng, 0.34, 0.50);
	f->arch = between(rng, 0.8, 1.5);
	if (class < 0.06) {
		f->is_arch = true;
	} else if (class < 0.10) { /* tented arch */
		f->delta[0] =
		    beside(f->loop[0], 0, M * between(rng, 0.22, 0.34));
	} else if (class < 0.41) { /* left loop */
		f->delta[0] = beside(f->loop[0], side, below);
	} else if (class < 0.73) { /* right loop */
		f->delta[0] = beside(f->loop[0], -side, below);
	} else { /* whorl */
		f->loops = 2;
		f->deltas = 2;
		f->loop[1] =
		    beside(f->loop[0], 0, M * between(rng, 0.05, 0.14));
		f->delta[0] =
		    beside(f->loop[0], -M * between(rng, 0.30, 0.40), below);
		f->delta[1] =
		    beside(f->loop[0], M * between(rng, 0.30, 0.40), below);
	}
	f->turn = between(rng, -15, 15) * M_PI / 180;
	waves_make(f->wave, WAVES, rng, 0.5, 1.8, 15 * M_PI / 180 / sqrt(3));
	waves_make(f->density, 2, rng, 0.5, 1.5, 0.07);
}

static double
flow_angle(const struct flow *f, double x, double y)
{
	const double c = cos(f->turn);
	const double s = sin(f->turn);
	double dx = x - M / 2.0;
	double dy = y - M / 2.0;
	double rx = c * dx + s * dy + M / 2.0;
	double ry = -s * dx + c * dy + M / 2.0;
	double a = 0;
	unsigned i;

	if (f->is_arch) {
		double bend = 1 - 1.15 * ry / M;

		a = -atan((bend > 0 ? bend : 0) * f->arch * cos(rx / M * M_PI));
	} else {
		for (i = 0; i < f->loops; i++)
			a += atan2(ry - f->loop[i].y, rx - f->loop[i].x) / 2;
		for (i = 0; i < f->deltas; i++)
			a -= atan2(ry - f->delta[i].y, rx - f->delta[i].x) / 2;
	}
	return a + f->turn + waves_at(f->wave, WAVES, x, y);
}

/* ---- growing the ridges ------------------------------------------------ */

struct grower {
	float filter[DIRECTIONS][PERIODS][SPAN][SPAN];
	float now[M][M];
	float next[M][M];
	uint8_t direction[M][M];
	uint8_t period[M][M];
	int half[PERIODS];
};

static double
period_of(int k)
{
	return PERIOD * (0.86 + 0.07 * k);
}

/* A zero-mean ripple across the ridge under a bell. */
static void
filter_make(struct grower *g, int d, int k)
{
	const double freq = 1 / period_of(k);
	const double spread = -9 / (8 * freq * freq * log(0.001));
	const double angle = d * M_PI / DIRECTIONS;
	const int h = g->half[k];
	double sum = 0;
	double size = 0;
	int x;
	int y;

	for (y = -h; y <= h; y++)
		for (x = -h; x <= h; x++) {
			double across = -x * sin(angle) + y * cos(angle);
			double v = exp(-(x * x + y * y) / (2 * spread)) *
			    cos(2 * M_PI * freq * across);

			g->filter[d][k][y + h][x + h] = (float)v;
			sum += v;
		}
	sum /= (2 * h + 1) * (2 * h + 1);
	for (y = 0; y <= 2 * h; y++)
		for (x = 0; x <= 2 * h; x++) {
			g->filter[d][k][y][x] -= (float)sum;
			size += fabs((double)g->filter[d][k][y][x]);
		}
	for (y = 0; y <= 2 * h; y++)
		for (x = 0; x <= 2 * h; x++)
			g->filter[d][k][y][x] /= (float)size;
}

static void
grower_plan(struct grower *g, const struct flow *f)
{
	int d;
	int k;
	int x;
	int y;

	for (k = 0; k < PERIODS; k++) {
		g->half[k] = (int)(1.5 * period_of(k));
		if (g->half[k] > HALF_MAX)
			g->half[k] = HALF_MAX;
		for (d = 0; d < DIRECTIONS; d++)
			filter_make(g, d, k);
	}
	for (y = 0; y < M; y++)
		for (x = 0; x < M; x++) {
			double a = flow_angle(f, x, y) / M_PI;
			double wide = waves_at(f->density, 2, x, y);

			a -= floor(a);
			g->direction[y][x] =
			    (uint8_t)((int)(a * DIRECTIONS + 0.5) % DIRECTIONS);
			k = (int)lround(2 + wide / 0.07);
			g->period[y][x] = (uint8_t)(k < 0 ? 0
				: k >= PERIODS		  ? PERIODS - 1
							  : k);
		}
}

static float
grower_at(const struct grower *g, int x, int y)
{
	const int k = g->period[y][x];
	const int h = g->half[k];
	const float(*w)[SPAN] = g->filter[g->direction[y][x]][k];
	const int top = y - h < 0 ? -y : -h;
	const int bottom = y + h >= M ? M - 1 - y : h;
	const int left = x - h < 0 ? -x : -h;
	const int right = x + h >= M ? M - 1 - x : h;
	float sum = 0;
	int i;
	int j;

	for (j = top; j <= bottom; j++)
		for (i = left; i <= right; i++)
			sum += w[j + h][i + h] * g->now[y + j][x + i];
	return sum;
}

static void
grower_grow(struct grower *g, uint64_t *rng)
{
	float gain;
	int step;
	int x;
	int y;
	int i;

	for (i = 0; i < M * M / 220; i++) {
		x = (int)between(rng, 0, M);
		y = (int)between(rng, 0, M);
		g->now[y][x] = draw(rng) & 1 ? 1 : -1;
	}
	for (step = 0; step < GROWTH; step++) {
		gain = step < 2 ? 60 : 5;
		for (y = 0; y < M; y++)
			for (x = 0; x < M; x++)
				g->next[y][x] =
				    tanhf(gain * grower_at(g, x, y));
		memcpy(g->now, g->next, sizeof(g->now));
	}
}

/* ---- pressing ---------------------------------------------------------- */

struct press {
	double c;
	double s;
	double dx;
	double dy;
	double pressure;
	double noise;
	struct wave bend[2];
};

static void
press_make(struct press *p, double severity, uint64_t *rng)
{
	double turn = between(rng, -10, 10) * severity * M_PI / 180;

	p->c = cos(turn);
	p->s = sin(turn);
	p->dx = between(rng, -14, 14) * severity;
	p->dy = between(rng, -14, 14) * severity;
	p->pressure = between(rng, -0.25, 0.25) * severity;
	p->noise = 0.15 + 0.25 * severity;
	waves_make(p->bend, 2, rng, 1, 2, 0);
	p->bend[0].height = between(rng, 0, 2.5) * severity;
	p->bend[1].height = between(rng, 0, 2.5) * severity;
}

/* The master between its pixels. */
static double
sample(const struct grower *g, double x, double y)
{
	int i = (int)floor(x);
	int j = (int)floor(y);
	double u = x - i;
	double v = y - j;

	if (i < 0 || j < 0 || i >= M - 1 || j >= M - 1)
		return -1;
	return (1 - v) *
	    ((1 - u) * (double)g->now[j][i] + u * (double)g->now[j][i + 1]) +
	    v *
	    ((1 - u) * (double)g->now[j + 1][i] +
		u * (double)g->now[j + 1][i + 1]);
}

static double
press_at(
    const struct grower *g, const struct press *p, int x, int y, uint64_t *rng)
{
	double cx = x - N / 2.0;
	double cy = y - N / 2.0;
	double rx = cx / (0.48 * N);
	double ry = cy / (0.49 * N);
	double mx = p->c * cx - p->s * cy + p->dx + M / 2.0;
	double my = p->s * cx + p->c * cy + p->dy + M / 2.0;
	double ridge;

	if (rx * rx + ry * ry > 1)
		return 255; /* the finger does not touch here */
	mx += waves_at(&p->bend[0], 1, x, y);
	my += waves_at(&p->bend[1], 1, x, y);
	ridge = sample(g, mx, my) + p->pressure + p->noise * normal(rng);
	return 140 - 100 * tanh(1.8 * ridge);
}

/* A 3 x 3 binomial blur, as optics do. */
static void
blur(const float in[N][N], uint8_t out[FPGEN_BYTES])
{
	static const int weight[3] = { 1, 2, 1 };
	int x;
	int y;
	int i;
	int j;

	for (y = 0; y < N; y++)
		for (x = 0; x < N; x++) {
			float sum = 0;
			int all = 0;

			for (j = -1; j <= 1; j++)
				for (i = -1; i <= 1; i++) {
					int w = weight[j + 1] * weight[i + 1];

					if (x + i < 0 || x + i >= N ||
					    y + j < 0 || y + j >= N)
						continue;
					sum += (float)w * in[y + j][x + i];
					all += w;
				}
			out[y * N + x] = (uint8_t)(sum / (float)all + 0.5f);
		}
}

/*
 * The master of a finger.  The last one is kept: growing takes 0.2 s, and
 * fingers are pressed several times in a row.
 */
static const struct grower *
master(uint64_t finger)
{
	static struct grower g;
	static uint64_t kept;
	struct flow flow;
	uint64_t rng = finger;

	if (kept == finger)
		return &g;
	memset(&g, 0, sizeof(g));
	flow_make(&flow, &rng);
	grower_plan(&g, &flow);
	grower_grow(&g, &rng);
	kept = finger;
	return &g;
}

void
fpgen_press(uint64_t finger, unsigned impression, uint8_t out[FPGEN_BYTES])
{
	static float picture[N][N];
	const struct grower *g = master(finger);
	double severity = impression < FPGEN_PROBE ? 0.35 : 0.5;
	uint64_t rng = finger * 1000003 + impression + 1;
	struct press press;
	int x;
	int y;

	press_make(&press, severity, &rng);
	for (y = 0; y < N; y++)
		for (x = 0; x < N; x++)
			picture[y][x] = (float)press_at(g, &press, x, y, &rng);
	blur((const float(*)[N])picture, out);
}

void
fpgen_noise(uint64_t seed, uint8_t out[FPGEN_BYTES])
{
	int i;

	for (i = 0; i < FPGEN_BYTES; i++)
		out[i] = (uint8_t)draw(&seed);
}

uint64_t
fpgen_finger(const char *name)
{
	char *end = NULL;
	uint64_t v;
	size_t i;

	for (i = 0; i < sizeof(people) / sizeof(people[0]); i++)
		if (strcmp(name, people[i].name) == 0)
			return people[i].finger;
	if (name[0] < '1' || name[0] > '9')
		return 0;
	v = strtoull(name, &end, 10);
	return *end == '\0' ? v : 0;
}
