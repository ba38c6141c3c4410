/*
 * A person's second finger (AUT-01): enrolled beside the first one, under its
 * PIN, and never the same one twice.  Real minutiae, the real helper.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bio_rig.h"
#include "core/err.h"
#include "fpgen.h"

static struct bio_rig rig;
static struct buf first; /* the envelope of finger 7 */

static int
setup(void **state)
{
	(void)state;
	bio_rig_open(&rig, "image");
	rig.finger = (unsigned)fpgen_finger("clerk");
	rig.other = (unsigned)fpgen_finger("stranger");
	bio_rig_enroll(&rig);
	buf_puts_str(&first, buf_str(&rig.envelope));
	assert_int_equal(first.err, 0);
	rig.impression = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	buf_wipe(&first);
	bio_rig_close(&rig);
	return 0;
}

static struct bio_request
second(unsigned finger)
{
	struct bio_request req = bio_rig_request(&rig, BIO_ENROLL);

	req.finger = finger;
	req.existing = buf_str(&first);
	return req;
}

static void
AUT_01_another_finger_enrols_beside_the_first_and_signs(void **state)
{
	struct bio_request req = second(2);

	(void)state;
	rig.finger = rig.other;
	assert_int_equal(bio_rig_run(&rig, &req), 0);
	assert_int_equal(rig.needed, 5 + 1); /* the last one for the check */
	assert_int_equal(rig.done.finger, 2);
	rig.impression = FPGEN_PROBE;
	req = bio_rig_request(&rig, BIO_SIGN);
	assert_int_equal(bio_rig_run(&rig, &req), 0);
	assert_int_equal(rig.done.finger, 2);
	req = bio_rig_request(&rig, BIO_SIGN);
	req.envelope = buf_str(&first);
	rig.finger = (unsigned)fpgen_finger("clerk");
	rig.impression = FPGEN_PROBE;
	assert_int_equal(bio_rig_run(&rig, &req), 0);
	assert_int_equal(rig.done.finger, 7);
}

static void
AUT_01_the_same_finger_under_another_number_is_refused(void **state)
{
	const struct bio_request req = second(2);

	(void)state;
	assert_int_equal(bio_rig_run(&rig, &req), ERR_EXISTS);
	assert_int_equal(rig.needed, 5 + 1);
	assert_int_equal(rig.public_key.n, 0);
	assert_int_equal(rig.verifier.n, 0);
}

static void
the_same_number_is_refused_before_the_sensor_is_armed(void **state)
{
	const struct bio_request req = second(7);

	(void)state;
	assert_int_equal(bio_rig_run(&rig, &req), ERR_EXISTS);
	assert_int_equal(rig.needed, 0);
}

static void
AUT_02_another_pin_enrols_no_second_finger(void **state)
{
	const struct bio_request req = second(2);

	(void)state;
	rig.pin.p[5] ^= 1;
	assert_int_equal(bio_rig_run(&rig, &req), ERR_CRYPTO);
	assert_int_equal(rig.needed, 0);
	assert_int_equal(rig.public_key.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(AUT_01_another_finger_enrols_beside_the_first_and_signs),
		T(AUT_01_the_same_finger_under_another_number_is_refused),
		T(the_same_number_is_refused_before_the_sensor_is_armed),
		T(AUT_02_another_pin_enrols_no_second_finger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
