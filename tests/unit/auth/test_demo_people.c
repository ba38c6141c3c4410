/*
 * The people of the demo match themselves and nobody else, whatever the press
 * (fingerprint.md §11).  The measurement behind the choice of their fingers
 * is told in tools/demo/fpgen.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bio_rig.h"
#include "core/err.h"
#include "fpgen.h"

static const char *const people[] = { "clerk", "reviewer", "supervisor",
	"stranger" };
#define PEOPLE (sizeof(people) / sizeof(people[0]))

static unsigned
finger_of(size_t i)
{
	return (unsigned)fpgen_finger(people[i]);
}

static void
a_person_matches_only_himself(void **state)
{
	struct bio_rig rig;
	struct bio_request req;
	size_t owner;
	size_t who;

	(void)state;
	for (owner = 0; owner + 1 < PEOPLE; owner++) {
		bio_rig_open(&rig, "image");
		rig.finger = finger_of(owner);
		bio_rig_enroll(&rig);
		req = bio_rig_request(&rig, BIO_SIGN);
		for (who = 0; who < PEOPLE; who++) {
			rig.finger = finger_of(who);
			assert_int_equal(bio_rig_run(&rig, &req),
			    who == owner ? 0 : ERR_AUTH);
		}
		bio_rig_close(&rig);
	}
}

static void
names_and_numbers_are_fingers(void **state)
{
	(void)state;
	assert_int_equal(fpgen_finger("12"), 12);
	assert_int_equal(fpgen_finger("0"), 0);
	assert_int_equal(fpgen_finger("-1"), 0);
	assert_int_equal(fpgen_finger("12x"), 0);
	assert_int_equal(fpgen_finger("nobody"), 0);
	assert_true(fpgen_finger("clerk") != 0);
}

static void
a_press_is_the_same_picture_every_time(void **state)
{
	uint8_t a[FPGEN_BYTES];
	uint8_t b[FPGEN_BYTES];

	(void)state;
	fpgen_press(3, 0, a);
	fpgen_press(4, 0, b);
	assert_memory_not_equal(a, b, FPGEN_BYTES);
	fpgen_press(3, 0, b);
	assert_memory_equal(a, b, FPGEN_BYTES);
	fpgen_press(3, 1, b);
	assert_memory_not_equal(a, b, FPGEN_BYTES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_person_matches_only_himself),
		cmocka_unit_test(names_and_numbers_are_fingers),
		cmocka_unit_test(a_press_is_the_same_picture_every_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
