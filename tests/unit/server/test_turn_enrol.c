/*
 * PINs and enrolment over the wire (AUT-12, AUT-13).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "people.h"

/* ---- PIN (AUT-12) ---------------------------------------------------------
 */

static Mamori__PinChangeReq
new_pin(uint8_t salt[16], uint8_t verifier[32])
{
	Mamori__PinChangeReq req = MAMORI__PIN_CHANGE_REQ__INIT;

	crypt_random(salt, 16);
	crypt_random(verifier, 32);
	req.pin_salt = PB_BYTES(str_n(salt, 16));
	req.verifier = PB_BYTES(str_n(verifier, 32));
	SET(req.envelope, "sealed again");
	return req;
}

static void
AUT_12_a_person_changes_the_own_pin_with_the_old_one_and_a_finger(void **state)
{
	struct people *w = *state;
	uint8_t old[32];
	uint8_t salt[16];
	uint8_t verifier[32];
	Mamori__PinChangeReq req = new_pin(salt, verifier);
	const struct site_answer *a;

	people_enter(&w->t1, &w->clerk, "O001");
	a = site_act(&w->t1, &w->clerk, OP_pin_change, &req.base);
	assert_int_equal(a->code, 0);
	people_logged(a, "permit PIN_CHANGE");
	people_leave(&w->t1);
	memcpy(old, w->clerk.verifier, sizeof(old));
	assert_int_equal(people_try(&w->t1, &w->clerk), ERR_AUTH);
	memcpy(w->clerk.verifier, verifier, 32);
	a = site_begin(&w->t1, "M001", "login");
	assert_memory_equal(
	    ((const Mamori__LoginBeginAns *)(const void *)a->msg)
		->pin_salt.data,
	    salt, 16);
	assert_int_equal(people_try(&w->t1, &w->clerk), 0);
}

static void
AUT_12_a_changed_envelope_is_not_the_one_that_was_signed(void **state)
{
	struct people *w = *state;
	uint8_t salt[16];
	uint8_t verifier[32];
	uint8_t sig[ED25519_SIG];
	Mamori__PinChangeReq req = new_pin(salt, verifier);
	struct buf text = BUF_INIT;

	people_enter(&w->t1, &w->clerk, "O001");
	assert_int_equal(site_act_step(&w->t1, &w->clerk, OP_pin_change,
			     &req.base, &text, sig)
			     ->code,
	    0);
	SET(req.envelope, "somebody else's");
	assert_int_equal(
	    site_act_ask(&w->t1, OP_pin_change, &req.base, buf_str(&text), sig)
		->code,
	    ERR_AUTH);
	buf_release(&text);
}

static void
AUT_12_an_old_pin_must_be_changed_before_any_duty(void **state)
{
	struct people *w = *state;
	uint8_t salt[16];
	uint8_t verifier[32];
	Mamori__PinChangeReq req = new_pin(salt, verifier);
	const Mamori__LoginFinishAns *fin;
	Mamori__OperatorSelectReq sel = MAMORI__OPERATOR_SELECT_REQ__INIT;

	w->s.cfg.pin_days = 100; /* the account itself ends in March */
	assert_int_equal(site_reopen(&w->s), 0);
	people_days(w, 99);
	assert_int_equal(site_connect(&w->t1), 0);
	assert_int_equal(site_hello(&w->t1)->code, 0);
	fin = (const void *)site_login(&w->t1, &w->clerk, "login", NULL)->msg;
	assert_false(fin->pin_must_change);
	assert_int_equal(fin->pin_days_left, 1);
	people_leave(&w->t1);
	people_days(w, 1);
	fin = (const void *)site_login(&w->t1, &w->clerk, "login", NULL)->msg;
	assert_true(fin->pin_must_change);
	SET(sel.operator_id, "O001");
	assert_int_equal(
	    site_ask(&w->t1, OP_operator_select, &sel.base)->code, ERR_EXPIRED);
	assert_int_equal(
	    site_act(&w->t1, &w->clerk, OP_pin_change, &req.base)->code, 0);
	assert_int_equal(
	    site_ask(&w->t1, OP_operator_select, &sel.base)->code, 0);
}

static void
AUT_12_the_end_of_a_pin_is_told_two_weeks_before(void **state)
{
	struct people *w = *state;
	Mamori__NoticesReq req = MAMORI__NOTICES_REQ__INIT;
	const Mamori__NoticesAns *ans;

	w->s.cfg.pin_days = 100;
	assert_int_equal(site_reopen(&w->s), 0);
	assert_int_equal(site_connect(&w->t1), 0);
	assert_int_equal(site_hello(&w->t1)->code, 0);
	people_days(w, 85);
	people_enter(&w->t1, &w->clerk, "O001");
	ans = (const void *)site_ask(&w->t1, OP_notices, &req.base)->msg;
	assert_int_equal(ans->n_notices, 0);
	people_leave(&w->t1);
	people_days(w, 1);
	people_enter(&w->t1, &w->clerk, "O001");
	ans = (const void *)site_ask(&w->t1, OP_notices, &req.base)->msg;
	assert_int_equal(ans->n_notices, 1);
	assert_true(str_eqz(STR_PB(ans->notices[0]->code), "pin-expires"));
	assert_int_equal(ans->notices[0]->count, 14);
}

static void
AUT_12_a_reset_by_an_administrator_asks_for_a_new_enrolment(void **state)
{
	struct people *w = *state;
	Mamori__PinResetReq req = MAMORI__PIN_RESET_REQ__INIT;
	const struct site_answer *a;

	SET(req.match_id, "M001");
	SET(req.reason, "失念");
	people_enter(&w->t2, &w->admin, "O003");
	a = site_act(&w->t2, &w->admin, OP_pin_reset, &req.base);
	people_logged(a, "permit PIN_RESET");
	assert_int_equal(people_try(&w->t1, &w->clerk), ERR_AUTH);
	assert_true(
	    str_eqz(STR_PB(people_register(w)->rows[0]->cause), "失念"));
}

/* ---- enrolment over the wire (AUT-13) -------------------------------------
 */

static Mamori__EnrolStartReq
start_req(const char *match_id)
{
	Mamori__EnrolStartReq req = MAMORI__ENROL_START_REQ__INIT;

	req.match_id = PB_BYTES(str_of(match_id));
	SET(req.modality, "fingerprint");
	req.finger = 7;
	return req;
}

static const struct site_answer *
approve(struct site_term *t, const struct site_person *p)
{
	Mamori__EnrolApproveReq req = MAMORI__ENROL_APPROVE_REQ__INIT;

	SET(req.match_id, "M001");
	SET(req.terminal, "T01");
	return site_act(t, p, OP_enrol_approve, &req.base);
}

static const struct site_answer *
take(struct people *w)
{
	Mamori__EnrolTakeReq req = MAMORI__ENROL_TAKE_REQ__INIT;

	SET(req.match_id, "M001");
	return site_ask(&w->t1, OP_enrol_take, &req.base);
}

static const struct site_answer *
put(struct people *w, struct str uuid)
{
	Mamori__EnrolPutReq req = MAMORI__ENROL_PUT_REQ__INIT;
	uint8_t pub[ED25519_PUB];

	crypt_key_pub(w->clerk.key, pub);
	SET(req.match_id, "M001");
	req.record_uuid = PB_BYTES(uuid);
	SET(req.driver, "virtual_image");
	req.public_key = PB_BYTES(str_n(pub, 32));
	SET(req.envelope, "sealed anew");
	req.verifier = PB_BYTES(str_n(w->clerk.verifier, 32));
	return site_ask(&w->t1, OP_enrol_put, &req.base);
}

static void
AUT_13_an_administrator_and_a_supervisor_enrol_a_third_person(void **state)
{
	struct people *w = *state;
	Mamori__EnrolStartReq start = start_req("M001");
	const Mamori__CtlRegisterRow *row;
	const struct site_answer *a;
	char uuid[37];

	people_enter(&w->t1, &w->admin, "O003");
	people_enter(&w->t2, &w->boss, "O002");
	people_logged(site_act(&w->t1, &w->admin, OP_enrol_start, &start.base),
	    "permit BIO_ENROL_BEGIN");
	assert_int_equal(take(w)->code, ERR_BADSTATE); /* not approved */
	people_logged(approve(&w->t2, &w->boss), "permit BIO_ENROL_APPROVE");
	a = take(w);
	assert_int_equal(a->code, 0);
	assert_int_equal(
	    str_copy(uuid, sizeof(uuid),
		STR_PB(((const Mamori__EnrolTakeAns *)(const void *)a->msg)
			   ->record_uuid)),
	    0);
	crypt_random(w->clerk.verifier, 32);
	w->clerk.finger = 7;
	a = put(w, str_of(uuid));
	people_logged(a, "permit BIO_ENROL");
	assert_true(str_eqz(body_get(a->log, "match-id"), "M003"));
	assert_true(str_eqz(body_get(a->log, "approved-by"), "M002"));
	assert_int_equal(put(w, str_of(uuid))->code, ERR_NOTFOUND);
	row = people_register(w)->rows[3];
	assert_true(str_eqz(STR_PB(row->match_id), "M001"));
	assert_true(str_eqz(STR_PB(row->enrolled_by), "M003"));
	assert_true(str_eqz(STR_PB(row->approved_by), "M002"));
	assert_true(str_eqz(STR_PB(row->terminal), "T01"));
	people_leave(&w->t1);
	assert_int_equal(people_try(&w->t1, &w->clerk), 0);
}

static void
SD_6_nobody_enrols_or_approves_himself(void **state)
{
	struct people *w = *state;
	Mamori__EnrolStartReq self = start_req("M003");
	Mamori__EnrolStartReq boss = start_req("M002");
	Mamori__EnrolApproveReq req = MAMORI__ENROL_APPROVE_REQ__INIT;

	people_enter(&w->t1, &w->admin, "O003");
	people_enter(&w->t2, &w->boss, "O002");
	assert_int_equal(
	    site_act(&w->t1, &w->admin, OP_enrol_start, &self.base)->code,
	    ERR_DENIED);
	assert_int_equal(
	    site_act(&w->t1, &w->admin, OP_enrol_start, &boss.base)->code, 0);
	SET(req.match_id, "M002");
	SET(req.terminal, "T01");
	assert_int_equal(
	    site_act(&w->t2, &w->boss, OP_enrol_approve, &req.base)->code,
	    ERR_DENIED);
}

static void
AUT_13_one_person_with_both_duties_does_not_approve_his_own_start(void **state)
{
	struct people *w = *state;
	Mamori__EnrolStartReq start = start_req("M001");
	Mamori__CtlOperatorGrantReq grant =
	    MAMORI__CTL_OPERATOR_GRANT_REQ__INIT;

	SET(grant.operator_id, "O009");
	SET(grant.match_id, "M003");
	SET(grant.template_, "supervisor");
	assert_int_equal(
	    site_ctl(&w->s, OP_ctl_operator_grant, &grant.base)->code, 0);
	people_enter(&w->t1, &w->admin, "O003");
	assert_int_equal(
	    site_act(&w->t1, &w->admin, OP_enrol_start, &start.base)->code, 0);
	people_leave(&w->t1);
	people_enter(&w->t1, &w->admin, "O009");
	assert_int_equal(approve(&w->t1, &w->admin)->code, ERR_DENIED);
}

static void
AUT_13_an_enrolment_is_for_half_an_hour_and_one_terminal(void **state)
{
	struct people *w = *state;
	Mamori__EnrolStartReq start = start_req("M001");
	Mamori__EnrolTakeReq req = MAMORI__ENROL_TAKE_REQ__INIT;

	people_enter(&w->t1, &w->admin, "O003");
	people_enter(&w->t2, &w->boss, "O002");
	assert_int_equal(
	    site_act(&w->t1, &w->admin, OP_enrol_start, &start.base)->code, 0);
	assert_int_equal(approve(&w->t2, &w->boss)->code, 0);
	people_leave(&w->t1);
	people_leave(&w->t2);
	people_enter(&w->t2, &w->admin, "O003");
	SET(req.match_id, "M001");
	assert_int_equal(
	    site_ask(&w->t2, OP_enrol_take, &req.base)->code, ERR_DENIED);
	people_leave(&w->t2);
	w->s.wall += 1800001;
	w->s.boot += 1800001;
	people_enter(&w->t1, &w->admin, "O003");
	assert_int_equal(take(w)->code, ERR_EXPIRED);
}

#define T(f) cmocka_unit_test_setup_teardown(f, people_setup, people_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(AUT_12_a_person_changes_the_own_pin_with_the_old_one_and_a_finger),
		T(AUT_12_a_changed_envelope_is_not_the_one_that_was_signed),
		T(AUT_12_an_old_pin_must_be_changed_before_any_duty),
		T(AUT_12_the_end_of_a_pin_is_told_two_weeks_before),
		T(AUT_12_a_reset_by_an_administrator_asks_for_a_new_enrolment),
		T(AUT_13_an_administrator_and_a_supervisor_enrol_a_third_person),
		T(SD_6_nobody_enrols_or_approves_himself),
		T(AUT_13_one_person_with_both_duties_does_not_approve_his_own_start),
		T(AUT_13_an_enrolment_is_for_half_an_hour_and_one_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
