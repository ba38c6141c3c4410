/*
 * Does the picture follow the light?
 *
 * SECURITY: advice only.  It says that the light under the finger reaches the
 * camera, not that the finger lives.
 */
#include <math.h>
#include <string.h>

#include "auth/vein_source.h"
#include "crypt/crypt.h"

#define STEPS	   8
#define SETTLE	   2 /* frames until a switch is seen */
#define FOLLOWS	   0.95
#define DARK_MOST  15.0 /* mean grey with the light off */
#define CHANGE_ONE 3	/* at least so many steps of either kind */

/* Bit i: light at step i; neither all the same nor nearly so. */
static unsigned
draw_sequence(void)
{
	uint8_t r;
	unsigned ones;

	do {
		crypt_random(&r, sizeof(r));
		ones = (unsigned)__builtin_popcount(r);
	} while (ones < CHANGE_ONE || ones > STEPS - CHANGE_ONE);
	return r;
}

static double
mean_of(const uint8_t *img)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < (size_t)VEIN_W * VEIN_H; i++)
		sum += img[i];
	return sum / (VEIN_W * VEIN_H);
}

/* Correlation with the sequence, and dark when it was dark. */
static bool
follows(unsigned sequence, const double mean[STEPS])
{
	double x, mx = 0, my = 0, xy = 0, xx = 0, yy = 0;
	int i;

	for (i = 0; i < STEPS; i++) {
		mx += (double)(sequence >> i & 1) / STEPS;
		my += mean[i] / STEPS;
	}
	for (i = 0; i < STEPS; i++) {
		x = (double)(sequence >> i & 1);
		if (x < 0.5 && mean[i] >= DARK_MOST)
			return false;
		xy += (x - mx) * (mean[i] - my);
		xx += (x - mx) * (x - mx);
		yy += (mean[i] - my) * (mean[i] - my);
	}
	return yy > 0 && xy / sqrt(xx * yy) >= FOLLOWS;
}

int
vein_challenge(const struct vein_source_ops *ops, struct vein_source *s,
    const struct sensor_host *host, unsigned timeout_ms,
    uint8_t img[VEIN_W * VEIN_H], bool *doubt)
{
	unsigned sequence = draw_sequence();
	double mean[STEPS];
	int on_err;
	int err = 0;
	int i, k;

	*doubt = false;
	for (i = 0; i < STEPS && err == 0; i++) {
		err = ops->light(s, (sequence >> i & 1) != 0);
		for (k = 0; k < SETTLE && err == 0; k++)
			err = ops->frame(s, host, timeout_ms, img);
		mean[i] = mean_of(img);
	}
	on_err = ops->light(s, true);
	explicit_bzero(img, (size_t)VEIN_W * VEIN_H);
	if (err == 0)
		*doubt = !follows(sequence, mean);
	return err != 0 ? err : on_err;
}
