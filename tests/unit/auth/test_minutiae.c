/*
 * The gate of an enrolment: same points turned and shifted are one finger,
 * others are not.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auth/minutiae.h"

static unsigned
draw(unsigned *state, unsigned below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % below;
}

static struct minutiae
finger(unsigned seed, size_t n)
{
	struct minutiae m = { .n = n };
	size_t i;

	for (i = 0; i < n; i++)
		m.p[i] = (struct minutia){ (int)draw(&seed, 160),
			(int)draw(&seed, 160), (int)draw(&seed, 360) - 180 };
	return m;
}

static struct minutiae
moved(const struct minutiae *m, int degrees, int dx, int dy)
{
	struct minutiae out = *m;
	const double c = cos(degrees * M_PI / 180);
	const double s = sin(degrees * M_PI / 180);
	size_t i;

	for (i = 0; i < m->n; i++) {
		const struct minutia *p = &m->p[i];

		out.p[i].x = (int)lround(c * p->x - s * p->y) + dx;
		out.p[i].y = (int)lround(s * p->x + c * p->y) + dy;
		out.p[i].angle = p->angle + degrees;
	}
	return out;
}

static void
a_turned_and_shifted_finger_is_the_same(void **state)
{
	const struct minutiae a = finger(1, 24);
	const struct minutiae b = moved(&a, 20, -13, 9);
	const struct minutiae c = moved(&a, -30, 40, 0);

	(void)state;
	assert_int_equal(minutiae_common(&a, &b), 24);
	assert_true(minutiae_same_finger(&a, &c));
}

static void
unrelated_points_are_another_finger(void **state)
{
	unsigned seed;

	(void)state;
	for (seed = 2; seed < 22; seed++) {
		const struct minutiae a = finger(seed, 22);
		const struct minutiae b = finger(seed + 1000, 22);

		assert_false(minutiae_same_finger(&a, &b));
	}
}

static void
few_points_never_agree(void **state)
{
	const struct minutiae a = finger(1, 6);
	const struct minutiae none = { 0 };

	(void)state;
	assert_false(minutiae_same_finger(&a, &a));
	assert_false(minutiae_same_finger(&none, &none));
}

static void
too_few_and_too_many_are_not_plausible(void **state)
{
	(void)state;
	assert_false(minutiae_plausible(0, 160, 160));
	assert_false(minutiae_plausible(11, 160, 160));
	assert_true(minutiae_plausible(13, 160, 160));
	assert_true(minutiae_plausible(27, 160, 160));
	assert_false(minutiae_plausible(60, 160, 160));
	assert_false(minutiae_plausible(19, 256, 256));
	assert_true(minutiae_plausible(20, 256, 256));
	assert_true(minutiae_plausible(58, 256, 256));
	assert_false(minutiae_plausible(20, 0, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_turned_and_shifted_finger_is_the_same),
		cmocka_unit_test(unrelated_points_are_another_finger),
		cmocka_unit_test(few_points_never_agree),
		cmocka_unit_test(too_few_and_too_many_are_not_plausible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
