/*
 * A change of PIN in the real helper: old PIN and finger open, the new PIN
 * seals, the key signs what was sealed (AUT-12).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/assertion.h"
#include "bio_rig.h"
#include "core/act.h"
#include "core/err.h"

static struct bio_rig rig;
static struct secret new_pin;

static int
setup(void **state)
{
	(void)state;
	bio_rig_open(&rig, "image");
	bio_rig_enroll(&rig);
	memcpy(new_pin.p, "kX83-tango", 10);
	new_pin.n = 10;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	bio_rig_close(&rig);
	return 0;
}

static struct bio_request
repin(void)
{
	struct bio_request req = bio_rig_request(&rig, BIO_REPIN);

	req.new_pin = &new_pin;
	req.pin_salt = STR("fedcba9876543210");
	req.purpose = STR("act");
	return req;
}

static void
want_act(const struct bio_request *req, uint8_t act[SHA256_LEN])
{
	struct act_pin d;
	struct buf text = BUF_INIT;

	crypt_sha256(req->pin_salt, d.salt);
	crypt_sha256(buf_str(&rig.verifier), d.verifier);
	crypt_sha256(buf_str(&rig.envelope), d.envelope);
	act_pin_text(&text, req->match_id, &d);
	crypt_sha256(buf_str(&text), act);
	buf_release(&text);
}

static void
AUT_12_the_new_pin_opens_what_the_old_one_does_not_any_more(void **state)
{
	struct bio_request req = repin();
	struct assertion want = { .purpose = req.purpose,
		.site = req.origin,
		.terminal = req.terminal,
		.match_id = req.match_id,
		.finger = 7,
		.counter = 42 };
	struct assertion got;
	uint8_t pub[ED25519_PUB];
	uint8_t verifier[32];

	(void)state;
	memcpy(pub, rig.public_key.p, sizeof(pub));
	assert_int_equal(bio_rig_run(&rig, &req), 0);
	memcpy(want.challenge, req.challenge.p, 32);
	memcpy(want.exporter, req.exporter.p, 32);
	want_act(&req, want.act);
	assert_int_equal(assertion_check(buf_str(&rig.assertion),
			     buf_str(&rig.signature), pub, &want, &got),
	    0);
	assert_int_equal(crypt_scrypt(str_n(new_pin.p, new_pin.n), req.pin_salt,
			     req.scrypt, verifier, 32),
	    0);
	assert_memory_equal(verifier, rig.verifier.p, 32);
	req = bio_rig_request(&rig, BIO_SIGN);
	assert_int_equal(bio_rig_run(&rig, &req), ERR_CRYPTO);
	req.pin = &new_pin;
	assert_int_equal(bio_rig_run(&rig, &req), 0);
}

static void
AUT_12_another_finger_changes_nothing(void **state)
{
	struct bio_request req = repin();

	(void)state;
	rig.finger = rig.other;
	assert_int_equal(bio_rig_run(&rig, &req), ERR_AUTH);
	assert_int_equal(rig.signature.n, 0);
	assert_int_equal(rig.verifier.n, 0);
}

static void
AUT_12_weak_and_same_pins_are_refused_before_the_finger(void **state)
{
	static const struct {
		const char *pin;
		int err;
	} weak[] = {
		{ "1357902", ERR_RANGE },
		{ "12345678", ERR_RANGE },
		{ "98765432", ERR_RANGE },
		{ "abcabcabc", ERR_RANGE },
		{ "11111111", ERR_RANGE },
		{ "13579024", ERR_EXISTS },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
		struct bio_request req = repin();

		new_pin.n = strlen(weak[i].pin);
		memcpy(new_pin.p, weak[i].pin, new_pin.n);
		assert_int_equal(bio_rig_run(&rig, &req), weak[i].err);
		assert_int_equal(rig.needed, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(AUT_12_the_new_pin_opens_what_the_old_one_does_not_any_more),
		T(AUT_12_another_finger_changes_nothing),
		T(AUT_12_weak_and_same_pins_are_refused_before_the_finger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
