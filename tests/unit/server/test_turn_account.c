/*
 * Accounts over the years, and acts that need the person anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auth/assertion.h"
#include "core/err.h"
#include "people.h"

static void
lock_out(struct people *w, struct site_term *t)
{
	static const uint8_t wrong[32] = { 1 };
	int i;

	for (i = 0; i < 3; i++) {
		assert_int_equal(site_begin(t, "M001", "login")->code, 0);
		(void)site_pin(t, wrong);
	}
	assert_int_equal(people_try(t, &w->clerk), ERR_LOCKED);
}

/* ---- an act with the person present (DESIGN §1 promise 8) -----------------
 */

static Mamori__AccountUnlockReq
unlock_req(const char *match_id)
{
	Mamori__AccountUnlockReq req = MAMORI__ACCOUNT_UNLOCK_REQ__INIT;

	req.match_id = PB_BYTES(str_of(match_id));
	SET(req.reason, "本人に確認済み");
	return req;
}

static void
AUT_06_another_person_with_the_right_unlocks_with_a_fresh_finger(void **state)
{
	struct people *w = *state;
	Mamori__AccountUnlockReq req = unlock_req("M001");
	const struct site_answer *a;

	lock_out(w, &w->t1);
	people_enter(&w->t2, &w->boss, "O002");
	a = site_act(&w->t2, &w->boss, OP_account_unlock, &req.base);
	assert_int_equal(a->code, 0);
	people_logged(a, "permit UNLOCK_ACC");
	assert_true(
	    str_eqz(body_get(a->log, "present"), "finger+pin virtual_image"));
	assert_int_equal(body_get(a->log, "assertion").n > 300, 1);
	assert_int_equal(people_try(&w->t1, &w->clerk), 0);
}

static void
PRM_20_without_a_fresh_assertion_nothing_happens(void **state)
{
	struct people *w = *state;
	Mamori__AccountUnlockReq req = unlock_req("M001");
	const struct site_answer *a;

	lock_out(w, &w->t1);
	people_enter(&w->t2, &w->boss, "O002");
	a = site_ask(&w->t2, OP_account_unlock, &req.base);
	assert_int_equal(a->code, ERR_MISSING);
	people_logged(a, "deny ERR_MISSING assertion UNLOCK_ACC");
	assert_int_equal(people_try(&w->t1, &w->clerk), ERR_LOCKED);
}

static void
an_assertion_over_another_act_is_refused(void **state)
{
	struct people *w = *state;
	Mamori__AccountUnlockReq shown = unlock_req("M003");
	Mamori__AccountUnlockReq sent = unlock_req("M001");
	uint8_t sig[ED25519_SIG];
	struct buf text = BUF_INIT;

	lock_out(w, &w->t1);
	people_enter(&w->t2, &w->boss, "O002");
	assert_int_equal(site_act_step(&w->t2, &w->boss, OP_account_unlock,
			     &shown.base, &text, sig)
			     ->code,
	    0);
	assert_int_equal(site_act_ask(&w->t2, OP_account_unlock, &sent.base,
			     buf_str(&text), sig)
			     ->code,
	    ERR_AUTH);
	assert_int_equal(people_try(&w->t1, &w->clerk), ERR_LOCKED);
	buf_release(&text);
}

static void
an_assertion_counts_once(void **state)
{
	struct people *w = *state;
	Mamori__AccountUnlockReq req = unlock_req("M001");
	uint8_t sig[ED25519_SIG];
	struct buf text = BUF_INIT;

	people_enter(&w->t2, &w->boss, "O002");
	assert_int_equal(site_act_step(&w->t2, &w->boss, OP_account_unlock,
			     &req.base, &text, sig)
			     ->code,
	    0);
	assert_int_equal(site_act_ask(&w->t2, OP_account_unlock, &req.base,
			     buf_str(&text), sig)
			     ->code,
	    0);
	assert_int_equal(site_act_ask(&w->t2, OP_account_unlock, &req.base,
			     buf_str(&text), sig)
			     ->code,
	    ERR_MISSING);
	buf_release(&text);
}

static void
another_persons_finger_does_not_stand_for_the_operator(void **state)
{
	struct people *w = *state;
	Mamori__AccountUnlockReq req = unlock_req("M001");
	struct site_person thief = w->boss;

	people_enter(&w->t2, &w->boss, "O002");
	thief.key = w->clerk.key;
	assert_int_equal(
	    site_act(&w->t2, &thief, OP_account_unlock, &req.base)->code,
	    ERR_CRYPTO);
}

static void
a_challenge_of_an_act_expires(void **state)
{
	struct people *w = *state;
	Mamori__AccountUnlockReq req = unlock_req("M001");
	uint8_t sig[ED25519_SIG];
	struct buf text = BUF_INIT;

	people_enter(&w->t2, &w->boss, "O002");
	assert_int_equal(site_act_step(&w->t2, &w->boss, OP_account_unlock,
			     &req.base, &text, sig)
			     ->code,
	    0);
	w->s.wall += 61000;
	w->s.boot += 61000;
	assert_int_equal(site_act_ask(&w->t2, OP_account_unlock, &req.base,
			     buf_str(&text), sig)
			     ->code,
	    ERR_EXPIRED);
	buf_release(&text);
}

static void
AUT_06_wrong_pins_of_an_act_end_the_session(void **state)
{
	struct people *w = *state;
	Mamori__AccountUnlockReq req = unlock_req("M001");
	struct site_person guess = w->boss;
	const struct site_answer *a = NULL;
	int i;

	people_enter(&w->t2, &w->boss, "O002");
	memset(guess.verifier, 1, sizeof(guess.verifier));
	for (i = 0; i < 3; i++)
		a = site_act(&w->t2, &guess, OP_account_unlock, &req.base);
	assert_int_equal(a->code, ERR_LOCKED);
	assert_true(a->close);
	people_logged(a, "deny ERR_LOCKED pin AUTH_LOCK");
}

/* The PIN alone is no way in: the fallback is not built (AUT-05). */
static void
AUT_05_an_assertion_without_a_finger_is_refused(void **state)
{
	struct people *w = *state;
	Mamori__AccountUnlockReq req = unlock_req("M001");
	struct buf text = BUF_INIT;
	struct buf weak = BUF_INIT;
	uint8_t sig[ED25519_SIG];
	const struct site_answer *a;
	struct assertion as;

	people_enter(&w->t2, &w->boss, "O002");
	assert_int_equal(site_act_step(&w->t2, &w->boss, OP_account_unlock,
			     &req.base, &text, sig)
			     ->code,
	    0);
	assert_int_equal(assertion_parse(buf_str(&text), &as), 0);
	as.uv = STR("pin");
	assert_int_equal(assertion_put(&as, &weak), 0);
	assert_int_equal(crypt_sign(w->boss.key, buf_str(&weak), sig), 0);
	a = site_act_ask(
	    &w->t2, OP_account_unlock, &req.base, buf_str(&weak), sig);
	assert_int_equal(a->code, ERR_AUTH);
	people_logged(a, "deny ERR_AUTH uv UNLOCK_ACC");
	buf_release(&text);
	buf_release(&weak);
}

static void
an_act_that_needs_no_finger_has_no_challenge(void **state)
{
	struct people *w = *state;
	Mamori__ActBeginReq req = MAMORI__ACT_BEGIN_REQ__INIT;
	static const uint8_t act[32];

	people_enter(&w->t2, &w->boss, "O002");
	SET(req.op, "person_search");
	req.act = PB_BYTES(str_n(act, 32));
	assert_int_equal(
	    site_ask(&w->t2, OP_act_begin, &req.base)->code, ERR_NOTFOUND);
	SET(req.op, "pin_reset"); /* not his right */
	assert_int_equal(
	    site_ask(&w->t2, OP_act_begin, &req.base)->code, ERR_DENIED);
}

static void
SD_6_nobody_unlocks_his_own_account(void **state)
{
	struct people *w = *state;
	Mamori__AccountUnlockReq req = unlock_req("M002");

	people_enter(&w->t2, &w->boss, "O002");
	assert_int_equal(
	    site_act(&w->t2, &w->boss, OP_account_unlock, &req.base)->code,
	    ERR_DENIED);
}

/* ---- suspension and changes set in advance (AUT-10) -----------------------
 */

static int
ctl_life(struct people *w, enum op op, const char *match_id, const char *when)
{
	Mamori__CtlOperatorSuspendReq a =
	    MAMORI__CTL_OPERATOR_SUSPEND_REQ__INIT;
	Mamori__CtlOperatorResumeReq b = MAMORI__CTL_OPERATOR_RESUME_REQ__INIT;
	Mamori__CtlOperatorDeleteReq d = MAMORI__CTL_OPERATOR_DELETE_REQ__INIT;

	a.match_id = b.match_id = d.match_id = PB_BYTES(str_of(match_id));
	a.when = b.when = d.when = PB_BYTES(str_of(when));
	SET(a.reason, "人事異動");
	b.reason = d.reason = a.reason;
	switch (op) {
	case OP_ctl_operator_suspend:
		return site_ctl(&w->s, op, &a.base)->code;
	case OP_ctl_operator_resume:
		return site_ctl(&w->s, op, &b.base)->code;
	default:
		return site_ctl(&w->s, op, &d.base)->code;
	}
}

static void
AUT_10_a_suspended_person_cannot_log_in_and_a_session_ends(void **state)
{
	struct people *w = *state;
	Mamori__NoticesReq req = MAMORI__NOTICES_REQ__INIT;
	const struct site_answer *a;

	people_enter(&w->t1, &w->clerk, "O001");
	assert_int_equal(ctl_life(w, OP_ctl_operator_suspend, "M001", ""), 0);
	a = site_ask(&w->t1, OP_notices, &req.base);
	assert_int_equal(a->code, ERR_BADSTATE);
	assert_true(a->close);
	site_disconnect(&w->t1);
	assert_int_equal(site_run(&w->s), 0);
	assert_int_equal(people_try(&w->t2, &w->clerk), ERR_SUSPENDED);
	assert_int_equal(
	    ctl_life(w, OP_ctl_operator_suspend, "M001", ""), ERR_BADSTATE);
	assert_int_equal(ctl_life(w, OP_ctl_operator_resume, "M001", ""), 0);
	assert_int_equal(people_try(&w->t2, &w->clerk), 0);
}

static void
AUT_10_an_administrator_suspends_and_resumes_at_a_terminal(void **state)
{
	struct people *w = *state;
	Mamori__AccountSuspendReq off = MAMORI__ACCOUNT_SUSPEND_REQ__INIT;
	Mamori__AccountResumeReq on = MAMORI__ACCOUNT_RESUME_REQ__INIT;
	const struct site_answer *a;

	SET(off.match_id, "M001");
	SET(off.reason, "休職");
	on.match_id = off.match_id;
	SET(on.reason, "復職");
	people_enter(&w->t2, &w->admin, "O003");
	a = site_act(&w->t2, &w->admin, OP_account_suspend, &off.base);
	people_logged(a, "permit USER_SUSPEND");
	assert_int_equal(people_try(&w->t1, &w->clerk), ERR_SUSPENDED);
	a = site_act(&w->t2, &w->admin, OP_account_resume, &on.base);
	people_logged(a, "permit USER_RESUME");
	assert_int_equal(people_try(&w->t1, &w->clerk), 0);
	SET(off.match_id, "M003");
	assert_int_equal(
	    site_act(&w->t2, &w->admin, OP_account_suspend, &off.base)->code,
	    ERR_DENIED);
}

static void
AUT_10_a_change_set_in_advance_is_made_on_its_day(void **state)
{
	struct people *w = *state;
	Mamori__CtlOperatorChangesReq req =
	    MAMORI__CTL_OPERATOR_CHANGES_REQ__INIT;
	const Mamori__CtlOperatorChangesAns *ans;

	assert_int_equal(
	    ctl_life(w, OP_ctl_operator_suspend, "M001", "2026-11-21"),
	    ERR_RANGE);
	assert_int_equal(
	    ctl_life(w, OP_ctl_operator_suspend, "M001", "2026-12-01"), 0);
	assert_int_equal(
	    ctl_life(w, OP_ctl_operator_resume, "M001", "2026-12-03"), 0);
	assert_int_equal(people_try(&w->t1, &w->clerk), 0);
	people_days(w, 10);
	assert_int_equal(people_try(&w->t1, &w->clerk), ERR_SUSPENDED);
	people_days(w, 2);
	assert_int_equal(people_try(&w->t1, &w->clerk), 0);
	ans = (const void *)site_ctl(&w->s, OP_ctl_operator_changes, &req.base)
		  ->msg;
	assert_int_equal(ans->n_changes, 2);
	assert_true(ans->changes[0]->done_ms > 0);
	assert_true(ans->changes[1]->done_ms > ans->changes[0]->done_ms);
}

static void
AUT_10_rights_change_on_a_day_set_in_advance(void **state)
{
	struct people *w = *state;
	Mamori__CtlOperatorGrantReq req = MAMORI__CTL_OPERATOR_GRANT_REQ__INIT;
	Mamori__AccountListReq list = MAMORI__ACCOUNT_LIST_REQ__INIT;

	SET(req.operator_id, "O001");
	SET(req.match_id, "M001");
	SET(req.template_, "supervisor");
	SET(req.when, "2026-11-23");
	assert_int_equal(
	    site_ctl(&w->s, OP_ctl_operator_grant, &req.base)->code, 0);
	SET(req.operator_id, "O002"); /* somebody else's */
	assert_int_equal(
	    site_ctl(&w->s, OP_ctl_operator_grant, &req.base)->code,
	    ERR_EXISTS);
	people_enter(&w->t1, &w->clerk, "O001");
	assert_int_equal(
	    site_ask(&w->t1, OP_account_list, &list.base)->code, ERR_DENIED);
	people_leave(&w->t1);
	people_days(w, 2);
	people_enter(&w->t1, &w->clerk, "O001");
	assert_int_equal(
	    site_ask(&w->t1, OP_account_list, &list.base)->code, 0);
}

/* ---- deletion and the register (AUT-11) -----------------------------------
 */

static bool
file_has(const struct people *w, const char *name, struct str needle)
{
	char path[128];
	struct buf all = BUF_INIT;
	char chunk[4096];
	size_t n;
	bool has;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", w->s.dir, name);
	f = fopen(path, "rb");
	if (f == NULL)
		return false;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_puts_str(&all, str_n(chunk, n));
	(void)fclose(f);
	has = memmem(all.p, all.n, needle.p, needle.n) != NULL;
	buf_release(&all);
	return has;
}

static void
AUT_11_deletion_destroys_the_credential_and_keeps_the_register(void **state)
{
	struct people *w = *state;
	const Mamori__CtlOperatorRegisterAns *reg;
	Mamori__CtlOperatorAddReq add = MAMORI__CTL_OPERATOR_ADD_REQ__INIT;
	Mamori__CtlOperatorGrantReq grant =
	    MAMORI__CTL_OPERATOR_GRANT_REQ__INIT;
	uint8_t pub[ED25519_PUB];
	uint8_t kept[ED25519_PUB];

	reg = people_register(w);
	assert_int_equal(reg->n_rows, 3);
	assert_true(str_eqz(STR_PB(reg->rows[0]->operators), "O001"));
	assert_true(str_eqz(STR_PB(reg->rows[0]->enrolled_by), "uid 1000"));
	assert_int_equal(ctl_life(w, OP_ctl_operator_delete, "M001", ""), 0);
	assert_int_equal(people_try(&w->t1, &w->clerk), ERR_AUTH);
	reg = people_register(w);
	assert_int_equal(reg->n_rows, 3);
	assert_true(str_eqz(STR_PB(reg->rows[0]->match_id), "M001"));
	assert_true(str_eqz(STR_PB(reg->rows[0]->operators), "O001"));
	assert_int_equal(reg->rows[0]->deleted_ms, w->s.wall);
	assert_true(str_eqz(STR_PB(reg->rows[0]->deleted_by), "uid 1000"));
	assert_true(str_eqz(STR_PB(reg->rows[0]->cause), "人事異動"));
	assert_int_equal(reg->rows[1]->deleted_ms, 0);
	/* neither id comes back for somebody else */
	SET(add.match_id, "M001");
	SET(add.name, "別人");
	SET(add.dept, "住民課");
	SET(add.from, "2026-04-01");
	SET(add.until, "2027-03-31");
	assert_int_equal(
	    site_ctl(&w->s, OP_ctl_operator_add, &add.base)->code, ERR_EXISTS);
	SET(grant.operator_id, "O001");
	SET(grant.match_id, "M002");
	SET(grant.template_, "clerk");
	assert_int_equal(
	    site_ctl(&w->s, OP_ctl_operator_grant, &grant.base)->code,
	    ERR_EXISTS);
	/* the key is in no page of the file any more */
	crypt_key_pub(w->clerk.key, pub);
	crypt_key_pub(w->boss.key, kept);
	turn_close(w->s.turn); /* brings the write-ahead log in */
	w->s.turn = NULL;
	assert_true(file_has(w, "db/mamori.db", str_n(kept, 32)));
	assert_false(file_has(w, "db/mamori.db", str_n(pub, 32)));
	assert_false(file_has(w, "db/mamori.db-wal", str_n(pub, 32)));
}

static void
PRM_03_only_holders_see_the_list_of_accounts(void **state)
{
	struct people *w = *state;
	Mamori__AccountListReq req = MAMORI__ACCOUNT_LIST_REQ__INIT;
	const Mamori__AccountListAns *ans;

	people_enter(&w->t1, &w->clerk, "O001");
	assert_int_equal(
	    site_ask(&w->t1, OP_account_list, &req.base)->code, ERR_DENIED);
	people_enter(&w->t2, &w->boss, "O002");
	ans = (const void *)site_ask(&w->t2, OP_account_list, &req.base)->msg;
	assert_int_equal(ans->n_accounts, 3);
	assert_true(str_eqz(STR_PB(ans->accounts[0]->operators), "O001"));
	assert_true(ans->accounts[0]->enrolled);
}

#define T(f) cmocka_unit_test_setup_teardown(f, people_setup, people_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(AUT_06_another_person_with_the_right_unlocks_with_a_fresh_finger),
		T(PRM_20_without_a_fresh_assertion_nothing_happens),
		T(an_assertion_over_another_act_is_refused),
		T(an_assertion_counts_once),
		T(another_persons_finger_does_not_stand_for_the_operator),
		T(a_challenge_of_an_act_expires),
		T(AUT_06_wrong_pins_of_an_act_end_the_session),
		T(AUT_05_an_assertion_without_a_finger_is_refused),
		T(an_act_that_needs_no_finger_has_no_challenge),
		T(SD_6_nobody_unlocks_his_own_account),
		T(AUT_10_a_suspended_person_cannot_log_in_and_a_session_ends),
		T(AUT_10_an_administrator_suspends_and_resumes_at_a_terminal),
		T(AUT_10_a_change_set_in_advance_is_made_on_its_day),
		T(AUT_10_rights_change_on_a_day_set_in_advance),
		T(AUT_11_deletion_destroys_the_credential_and_keeps_the_register),
		T(PRM_03_only_holders_see_the_list_of_accounts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
