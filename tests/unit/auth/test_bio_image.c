/*
 * The whole way of a finger: bio_start() → mamori-bio → libfprint's
 * virtual_image → credential → signed assertion.  Real minutiae, real
 * matching, the real helper process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auth/assertion.h"
#include "bio_rig.h"
#include "core/err.h"
#include "fpgen.h"

static struct bio_rig rig;

static int
setup(void **state)
{
	(void)state;
	bio_rig_open(&rig, "image");
	return 0;
}

static int
setup_enrolled(void **state)
{
	(void)setup(state);
	rig.finger = (unsigned)fpgen_finger("clerk");
	rig.other = (unsigned)fpgen_finger("stranger");
	bio_rig_enroll(&rig);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	bio_rig_close(&rig);
	return 0;
}

static int
run_sign(void)
{
	const struct bio_request req = bio_rig_request(&rig, BIO_SIGN);

	return bio_rig_run(&rig, &req);
}

/* ---- enrolment ---------------------------------------------------------- */

static void
five_presses_make_a_credential(void **state)
{
	struct bio_request req = bio_rig_request(&rig, BIO_ENROLL);

	(void)state;
	assert_int_equal(bio_rig_run(&rig, &req), 0);
	assert_string_equal(rig.driver, "virtual_image");
	assert_int_equal(rig.progress, 5);
	assert_int_equal(rig.previews, 5); /* half of 160 x 160 each */
	assert_int_equal(rig.needed, 5);
	assert_int_equal(rig.verifier.n, 32);
	assert_int_equal(rig.public_key.n, 32);
	assert_int_equal(rig.done.finger, 7);
	assert_true(rig.envelope.n > 200);
}

static void
AUT_03_the_envelope_shows_neither_template_nor_match_id(void **state)
{
	struct bio_request req = bio_rig_request(&rig, BIO_ENROLL);

	(void)state;
	req.match_id = STR("M-PLAIN-TEXT");
	assert_int_equal(bio_rig_run(&rig, &req), 0);
	assert_null(memmem(rig.envelope.p, rig.envelope.n, "FP3", 3));
	assert_null(memmem(rig.envelope.p, rig.envelope.n, "M-PLAIN", 7));
}

static void
noise_is_refused_at_enrolment(void **state)
{
	struct bio_request req = bio_rig_request(&rig, BIO_ENROLL);

	(void)state;
	rig.feed = bio_rig_feed_noise;
	assert_int_equal(bio_rig_run(&rig, &req), ERR_AUTH);
	/* noise has minutiae enough, but never the same twice */
	assert_true(
	    rig.guide == BIO_GUIDE_POOR || rig.guide == BIO_GUIDE_OTHER);
	assert_int_equal(rig.envelope.n, 0);
}

static void
two_fingers_in_one_enrolment_are_refused(void **state)
{
	struct bio_request req = bio_rig_request(&rig, BIO_ENROLL);

	(void)state;
	rig.feed = bio_rig_feed_mixed;
	assert_int_equal(bio_rig_run(&rig, &req), ERR_AUTH);
	assert_int_equal(rig.guide, BIO_GUIDE_OTHER);
	assert_int_equal(rig.guides, 3);
	assert_int_equal(rig.envelope.n, 0);
}

static void
feed_one_wrong_finger(struct bio_rig *r, unsigned n)
{
	unsigned right = r->finger;

	if (n == 2)
		r->finger = r->other;
	bio_rig_feed_finger(r, n);
	r->finger = right;
}

static void
one_wrong_finger_starts_the_enrolment_again(void **state)
{
	struct bio_request req = bio_rig_request(&rig, BIO_ENROLL);

	(void)state;
	rig.feed = feed_one_wrong_finger;
	assert_int_equal(bio_rig_run(&rig, &req), 0);
	assert_int_equal(rig.guide, BIO_GUIDE_OTHER);
	assert_int_equal(rig.needed, 3 + 5);
}

/* finger-on, "centre the finger", finger-off, then the picture (§3.1) */
static void
feed_retry_then_finger(struct bio_rig *r, unsigned n)
{
	if (n == 1) {
		bio_rig_words(r, -4, 1);
		bio_rig_words(r, -1, 2);
		bio_rig_words(r, -4, 0);
		return;
	}
	bio_rig_feed_finger(r, n);
}

static void
a_retry_while_enrolling_is_told_and_costs_no_stage(void **state)
{
	struct bio_request req = bio_rig_request(&rig, BIO_ENROLL);

	(void)state;
	rig.feed = feed_retry_then_finger;
	assert_int_equal(bio_rig_run(&rig, &req), 0);
	assert_int_equal(rig.guide, BIO_GUIDE_CENTER);
	assert_int_equal(rig.guides, 1);
}

static void
another_modality_is_no_reader_for_it(void **state)
{
	struct bio_request req = bio_rig_request(&rig, BIO_ENROLL);

	(void)state;
	req.modality = STR("vein");
	assert_int_equal(bio_rig_run(&rig, &req), ERR_NODEV);
}

/* ---- log-in ---------------------------------------------------------------
 */

static void
AUT_01_the_same_finger_signs_the_challenge(void **state)
{
	const struct bio_request req = bio_rig_request(&rig, BIO_SIGN);
	struct assertion want = { .purpose = req.purpose,
		.site = req.origin,
		.terminal = req.terminal,
		.match_id = req.match_id,
		.finger = 7,
		.counter = 42 };
	struct assertion got;
	uint8_t pub[ED25519_PUB];

	(void)state;
	memcpy(pub, rig.public_key.p, sizeof(pub));
	memcpy(want.challenge, req.challenge.p, 32);
	memcpy(want.exporter, req.exporter.p, 32);
	memcpy(want.act, req.act.p, 32);
	assert_int_equal(bio_rig_run(&rig, &req), 0);
	assert_int_equal(assertion_check(buf_str(&rig.assertion),
			     buf_str(&rig.signature), pub, &want, &got),
	    0);
	assert_true(str_eqz(got.uv, "finger+pin"));
	assert_true(assertion_driver_is_synthetic(got.driver));
}

static void
another_finger_does_not_sign(void **state)
{
	(void)state;
	rig.finger = rig.other;
	assert_int_equal(run_sign(), ERR_AUTH);
	assert_int_equal(rig.signature.n, 0);
	assert_int_equal(rig.assertion.n, 0);
}

/* Refused before a sensor is opened, so before libfprint sees a template. */
static void
assert_refused_early(const struct bio_request *req)
{
	assert_int_equal(bio_rig_run(&rig, req), ERR_CRYPTO);
	assert_string_equal(rig.driver, "");
	assert_int_equal(rig.needed, 0);
	assert_int_equal(rig.signature.n, 0);
}

static void
AUT_02_the_wrong_pin_opens_nothing(void **state)
{
	const struct bio_request req = bio_rig_request(&rig, BIO_SIGN);

	(void)state;
	rig.pin.p[5] ^= 1;
	assert_refused_early(&req);
}

static void
a_wrong_server_share_opens_nothing(void **state)
{
	const struct bio_request req = bio_rig_request(&rig, BIO_SIGN);

	(void)state;
	rig.share[31] ^= 1;
	assert_refused_early(&req);
}

static void
the_envelope_of_another_person_opens_nothing(void **state)
{
	struct bio_request req = bio_rig_request(&rig, BIO_SIGN);

	(void)state;
	req.match_id = STR("M002");
	assert_refused_early(&req);
}

static void
a_changed_envelope_opens_nothing(void **state)
{
	const struct bio_request req = bio_rig_request(&rig, BIO_SIGN);

	(void)state;
	rig.envelope.p[rig.envelope.n / 2] ^= 0x10;
	assert_refused_early(&req);
}

static void
feed_poor_then_finger(struct bio_rig *r, unsigned n)
{
	if (n < 2)
		bio_rig_words(r, -1, 1); /* too short */
	else
		bio_rig_feed_finger(r, n);
}

static void
poor_quality_asks_again_and_then_matches(void **state)
{
	(void)state;
	rig.feed = feed_poor_then_finger;
	assert_int_equal(run_sign(), 0);
	assert_int_equal(rig.guide, BIO_GUIDE_TOO_SHORT);
	assert_int_equal(rig.needed, 3);
}

static void
feed_poor_for_ever(struct bio_rig *r, unsigned n)
{
	(void)n;
	bio_rig_words(r, -1, 0);
}

static void
poor_quality_asks_again_three_times_at_most(void **state)
{
	(void)state;
	rig.feed = feed_poor_for_ever;
	assert_int_equal(run_sign(), ERR_AUTH);
	assert_int_equal(rig.needed, 4);
}

static void
feed_hot(struct bio_rig *r, unsigned n)
{
	(void)n;
	bio_rig_words(r, -2, 257);
}

static void
a_hot_reader_is_a_limit(void **state)
{
	(void)state;
	rig.feed = feed_hot;
	assert_int_equal(run_sign(), ERR_LIMIT);
}

static void
feed_unplug(struct bio_rig *r, unsigned n)
{
	(void)n;
	bio_rig_words(r, -5, 0);
}

static void
AUT_16_an_unplugged_reader_is_told_as_such(void **state)
{
	(void)state;
	rig.feed = feed_unplug;
	assert_int_equal(run_sign(), ERR_NODEV);
}

static void
a_cancel_ends_the_wait(void **state)
{
	(void)state;
	rig.cancel_at_need = true;
	assert_int_equal(run_sign(), ERR_CANCELLED);
	assert_int_equal(rig.signature.n, 0);
}

static void
nobody_comes_and_the_time_is_over(void **state)
{
	struct bio_request req = bio_rig_request(&rig, BIO_SIGN);

	(void)state;
	req.timeout_s = 1;
	rig.feed = bio_rig_feed_nothing;
	assert_int_equal(bio_rig_run(&rig, &req), ERR_TIMEOUT);
}

static void
a_killed_helper_is_an_error_not_a_login(void **state)
{
	(void)state;
	rig.kill_at_need = true;
	assert_int_equal(run_sign(), ERR_IO);
	assert_int_equal(rig.signature.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define FRESH(f)    cmocka_unit_test_setup_teardown(f, setup, teardown)
#define ENROLLED(f) cmocka_unit_test_setup_teardown(f, setup_enrolled, teardown)
		FRESH(five_presses_make_a_credential),
		FRESH(AUT_03_the_envelope_shows_neither_template_nor_match_id),
		FRESH(noise_is_refused_at_enrolment),
		FRESH(two_fingers_in_one_enrolment_are_refused),
		FRESH(one_wrong_finger_starts_the_enrolment_again),
		FRESH(a_retry_while_enrolling_is_told_and_costs_no_stage),
		FRESH(another_modality_is_no_reader_for_it),
		ENROLLED(AUT_01_the_same_finger_signs_the_challenge),
		ENROLLED(another_finger_does_not_sign),
		ENROLLED(AUT_02_the_wrong_pin_opens_nothing),
		ENROLLED(a_wrong_server_share_opens_nothing),
		ENROLLED(the_envelope_of_another_person_opens_nothing),
		ENROLLED(a_changed_envelope_opens_nothing),
		ENROLLED(poor_quality_asks_again_and_then_matches),
		ENROLLED(poor_quality_asks_again_three_times_at_most),
		ENROLLED(a_hot_reader_is_a_limit),
		ENROLLED(AUT_16_an_unplugged_reader_is_told_as_such),
		ENROLLED(a_cancel_ends_the_wait),
		ENROLLED(nobody_comes_and_the_time_is_over),
		ENROLLED(a_killed_helper_is_an_error_not_a_login),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
