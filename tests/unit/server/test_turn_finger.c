/*
 * Two fingers of one person over the wire (AUT-01, AUT-05, AUT-06, AUT-13).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "people.h"

static char uuid[37];

/* Begins; the code.  *existing: is there an envelope to be opened? */
static int
begin(struct people *w, unsigned finger, bool *existing)
{
	Mamori__CtlEnrollBeginReq req = MAMORI__CTL_ENROLL_BEGIN_REQ__INIT;
	const Mamori__CtlEnrollBeginAns *ans;
	const struct site_answer *a;

	SET(req.match_id, "M001");
	SET(req.terminal, "T01");
	SET(req.modality, "fingerprint");
	req.finger = finger;
	a = site_ctl(&w->s, OP_ctl_enroll_begin, &req.base);
	if (a->code != 0)
		return a->code;
	ans = (const void *)a->msg;
	assert_int_equal(
	    str_copy(uuid, sizeof(uuid), STR_PB(ans->record_uuid)), 0);
	*existing = ans->existing.len > 0;
	return 0;
}

static int
store(struct people *w, const struct site_person *p)
{
	Mamori__CtlEnrollStoreReq req = MAMORI__CTL_ENROLL_STORE_REQ__INIT;
	uint8_t pub[ED25519_PUB];

	crypt_key_pub(p->key, pub);
	SET(req.match_id, "M001");
	SET(req.terminal, "T01");
	SET(req.modality, "fingerprint");
	SET(req.driver, "virtual_image");
	SET(req.envelope, "sealed second");
	req.record_uuid = PB_BYTES(str_of(uuid));
	req.finger = p->finger;
	req.public_key = PB_BYTES(str_n(pub, 32));
	req.verifier = PB_BYTES(str_n(p->verifier, 32));
	return site_ctl(&w->s, OP_ctl_enroll_store, &req.base)->code;
}

/* The clerk with another finger and another key; PIN and id are the same. */
static struct site_person
other_finger(const struct people *w, unsigned finger)
{
	struct site_person p = w->clerk;
	uint8_t seed[ED25519_SEED];

	crypt_random(seed, sizeof(seed));
	p.key = crypt_key_from_seed(seed);
	p.finger = finger;
	return p;
}

static struct site_person
enrol_second(struct people *w)
{
	struct site_person p = other_finger(w, 7);
	bool existing = false;

	assert_int_equal(begin(w, 7, &existing), 0);
	assert_true(existing);
	assert_int_equal(store(w, &p), 0);
	return p;
}

static unsigned
fingers_in_use(struct people *w)
{
	const Mamori__CtlOperatorRegisterAns *r = people_register(w);
	unsigned n = 0;

	for (size_t i = 0; i < r->n_rows; i++)
		n += str_eqz(STR_PB(r->rows[i]->match_id), "M001") &&
		    r->rows[i]->deleted_ms == 0;
	return n;
}

static void
AUT_01_either_of_two_fingers_logs_in_and_unlocks(void **state)
{
	struct people *w = *state;
	struct site_person p = enrol_second(w);
	Mamori__LockReq lock = MAMORI__LOCK_REQ__INIT;
	const Mamori__LoginPinAns *pin;

	assert_int_equal(fingers_in_use(w), 2); /* AUT-11 */
	assert_int_equal(people_try(&w->t1, &w->clerk), 0);
	assert_int_equal(people_try(&w->t1, &p), 0);
	(void)site_begin(&w->t1, "M001", "login");
	pin = (const void *)site_pin(&w->t1, p.verifier)->msg;
	assert_int_equal(pin->finger, 2);
	assert_int_equal(pin->n_others, 1);
	assert_int_equal(pin->others[0]->finger, 7);
	assert_true(str_eqz(STR_PB(pin->envelope), "sealed"));
	assert_true(str_eqz(STR_PB(pin->others[0]->envelope), "sealed second"));
	assert_int_equal(site_login(&w->t1, &p, "login", "O001")->code, 0);
	assert_int_equal(site_ask(&w->t1, OP_lock, &lock.base)->code, 0);
	assert_int_equal(
	    site_login(&w->t1, &w->clerk, "unlock", NULL)->code, 0);
	crypt_key_free(p.key);
}

static void
AUT_05_a_finger_signs_with_its_own_key_and_number_only(void **state)
{
	struct people *w = *state;
	struct site_person p = enrol_second(w);
	struct site_person q = p;

	q.finger = 3; /* nobody's */
	assert_int_equal(people_try(&w->t1, &q), ERR_AUTH);
	q.finger = w->clerk.finger; /* the first's number, the second's key */
	assert_int_equal(people_try(&w->t1, &q), ERR_CRYPTO);
	assert_int_equal(people_try(&w->t1, &p), 0);
	crypt_key_free(p.key);
}

static void
AUT_13_a_third_finger_is_refused(void **state)
{
	struct people *w = *state;
	struct site_person p = enrol_second(w);
	bool existing = false;

	assert_int_equal(begin(w, 4, &existing), ERR_LIMIT);
	assert_int_equal(begin(w, 11, &existing), ERR_RANGE);
	crypt_key_free(p.key);
}

static void
AUT_13_a_second_finger_takes_the_pin_of_the_first(void **state)
{
	struct people *w = *state;
	struct site_person p = other_finger(w, 7);
	bool existing = false;

	assert_int_equal(begin(w, 7, &existing), 0);
	p.verifier[0] ^= 1;
	assert_int_equal(store(w, &p), ERR_AUTH);
	p.verifier[0] ^= 1;
	p.finger = 8; /* not what was begun */
	assert_int_equal(store(w, &p), ERR_BADSTATE);
	assert_int_equal(fingers_in_use(w), 1);
	crypt_key_free(p.key);
}

static void
AUT_13_each_finger_is_replaced_by_its_own_number(void **state)
{
	struct people *w = *state;
	struct site_person p = enrol_second(w);
	struct site_person q = other_finger(w, 2);
	bool existing = false;

	assert_int_equal(begin(w, 2, &existing), 0);
	assert_true(existing);
	assert_int_equal(store(w, &q), 0);
	assert_int_equal(fingers_in_use(w), 2);
	assert_int_equal(people_try(&w->t1, &w->clerk), ERR_CRYPTO);
	assert_int_equal(people_try(&w->t1, &q), 0);
	assert_int_equal(people_try(&w->t1, &p), 0);
	crypt_key_free(p.key);
	crypt_key_free(q.key);
}

static void
AUT_06_both_fingers_share_one_count_of_failures(void **state)
{
	struct people *w = *state;
	struct site_person p = enrol_second(w);
	struct site_person bad = p;

	bad.verifier[0] ^= 1;
	assert_int_equal(people_try(&w->t1, &bad), ERR_AUTH);
	/* a PIN without a finger counts, whichever it would have been */
	(void)site_begin(&w->t1, "M001", "login");
	assert_int_equal(site_pin(&w->t1, p.verifier)->code, 0);
	assert_int_equal(people_try(&w->t1, &bad), ERR_LOCKED);
	assert_int_equal(people_try(&w->t1, &p), ERR_LOCKED);
	assert_int_equal(people_try(&w->t1, &w->clerk), ERR_LOCKED);
	crypt_key_free(p.key);
}

static void
AUT_12_a_new_pin_keeps_the_finger_that_signed_it(void **state)
{
	struct people *w = *state;
	struct site_person p = enrol_second(w);
	Mamori__PinChangeReq req = MAMORI__PIN_CHANGE_REQ__INIT;
	uint8_t salt[16];
	uint8_t verifier[32];
	const struct site_answer *a;

	crypt_random(salt, sizeof(salt));
	crypt_random(verifier, sizeof(verifier));
	req.pin_salt = PB_BYTES(str_n(salt, 16));
	req.verifier = PB_BYTES(str_n(verifier, 32));
	SET(req.envelope, "sealed again");
	assert_int_equal(site_login(&w->t1, &p, "login", "O001")->code, 0);
	a = site_act(&w->t1, &p, OP_pin_change, &req.base);
	assert_int_equal(a->code, 0);
	assert_non_null(memmem(a->log.p, a->log.n, "removed-finger 2", 16));
	people_leave(&w->t1);
	assert_int_equal(fingers_in_use(w), 1);
	memcpy(p.verifier, verifier, 32);
	memcpy(w->clerk.verifier, verifier, 32);
	assert_int_equal(people_try(&w->t1, &w->clerk), ERR_AUTH);
	assert_int_equal(people_try(&w->t1, &p), 0);
	crypt_key_free(p.key);
}

#define T(f) cmocka_unit_test_setup_teardown(f, people_setup, people_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(AUT_01_either_of_two_fingers_logs_in_and_unlocks),
		T(AUT_05_a_finger_signs_with_its_own_key_and_number_only),
		T(AUT_13_a_third_finger_is_refused),
		T(AUT_13_a_second_finger_takes_the_pin_of_the_first),
		T(AUT_13_each_finger_is_replaced_by_its_own_number),
		T(AUT_06_both_fingers_share_one_count_of_failures),
		T(AUT_12_a_new_pin_keeps_the_finger_that_signed_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
