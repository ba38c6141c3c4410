/*
 * Every pair of minutiae proposes one turn and shift; the proposal under which
 * most others fall together wins.
 *
 * SECURITY: numbers come from the extractor on pictures of a sensor; sizes are
 * capped, the work is bounded by MINUTIAE_MAX^4.
 */
#include "auth/minutiae.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define NEAR_PX	  10 /* skin stretches by about a ridge */
#define NEAR_DEG  25
#define TURN_DEG  45 /* how far people turn a finger between presses */
#define LEAST	  12 /* bozorth3 gives up below 10 */
#define LEAST_256 20 /* wanted of 256 x 256 (fingerprint.md §9.6) */
#define MOST_256  90
/*
 * Measured on 160 x 160 pictures of tools/demo/fpgen.c: two presses of one
 * finger share 72 % of their minutiae or more, of two fingers 65 % or less in
 * 99.8 % of pairs.  Lower, because real skin agrees less.
 */
#define SHARE_PERCENT 60
#define SHARE_LEAST   7

bool
minutiae_plausible(size_t n, unsigned width, unsigned height)
{
	size_t area = (size_t)width * height;
	size_t least = area * LEAST_256 / (256 * 256);
	size_t most = area * MOST_256 / (256 * 256);

	if (least < LEAST)
		least = LEAST;
	if (least > LEAST_256)
		least = LEAST_256;
	return n >= least && n <= most;
}

static int
turn(int from, int to)
{
	int d = (to - from) % 360;

	if (d > 180)
		d -= 360;
	return d < -180 ? d + 360 : d;
}

/* How many of a, turned and shifted so that a[i] lies on b[j], find one. */
static unsigned
fall_together(
    const struct minutiae *a, size_t i, const struct minutiae *b, size_t j)
{
	const int by = turn(a->p[i].angle, b->p[j].angle);
	const double c = cos(by * M_PI / 180);
	const double s = sin(by * M_PI / 180);
	uint64_t used = 0;
	unsigned found = 0;
	size_t k;
	size_t m;

	for (k = 0; k < a->n; k++) {
		double dx = a->p[k].x - a->p[i].x;
		double dy = a->p[k].y - a->p[i].y;
		double x = c * dx - s * dy + b->p[j].x;
		double y = s * dx + c * dy + b->p[j].y;

		for (m = 0; m < b->n; m++) {
			if (used >> m & 1)
				continue;
			if (fabs(b->p[m].x - x) > NEAR_PX ||
			    fabs(b->p[m].y - y) > NEAR_PX ||
			    abs(turn(a->p[k].angle + by, b->p[m].angle)) >
				NEAR_DEG)
				continue;
			used |= (uint64_t)1 << m;
			found++;
			break;
		}
	}
	return found;
}

unsigned
minutiae_common(const struct minutiae *a, const struct minutiae *b)
{
	unsigned best = 0;
	unsigned n;
	size_t i;
	size_t j;

	for (i = 0; i < a->n; i++)
		for (j = 0; j < b->n; j++) {
			if (abs(turn(a->p[i].angle, b->p[j].angle)) > TURN_DEG)
				continue;
			n = fall_together(a, i, b, j);
			if (n > best)
				best = n;
		}
	return best;
}

bool
minutiae_same_finger(const struct minutiae *a, const struct minutiae *b)
{
	size_t fewer = a->n < b->n ? a->n : b->n;
	size_t want = fewer * SHARE_PERCENT / 100;

	if (want < SHARE_LEAST)
		want = SHARE_LEAST;
	return minutiae_common(a, b) >= want;
}
