/*
 * Log-in, lock, return, log-off through a whole in-process turn.
 *
 * SECURITY: tests promises 1 and 8 of DESIGN.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "audit/entry.h"
#include "core/err.h"
#include "site_turn.h"

struct world {
	struct site s;
	struct site_term t1;
	struct site_term t2;
	struct site_person clerk;
	struct site_person boss;
};

static int
setup(void **state)
{
	static struct world w;

	site_make(&w.s, true);
	site_terminal(&w.s, &w.t1, "T01");
	site_terminal(&w.s, &w.t2, "T02");
	site_person(&w.s, &w.clerk, "M001", "O001", "clerk");
	site_person(&w.s, &w.boss, "M002", "O002", "supervisor");
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	site_person_free(&w->clerk);
	site_person_free(&w->boss);
	site_term_free(&w->t1);
	site_term_free(&w->t2);
	site_free(&w->s);
	return 0;
}

static void
logged(const struct site_answer *a, const char *result)
{
	struct str got = body_get(a->log, "result");

	if (!str_eqz(got, result))
		fail_msg(
		    "result is '" STR_FMT "', not '%s'", STR_ARG(got), result);
	assert_int_equal(a->receipt, 0);
}

static const struct site_answer *
search_nothing(struct site_term *t)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;

	req.kana = PB_BYTES(STR("ヤマダ"));
	req.birth = PB_BYTES(STR("1980-12-26"));
	req.purpose = PB_BYTES(STR("1"));
	return site_ask(t, OP_person_search, &req.base);
}

static void
AUT_01_finger_and_pin_log_in_and_every_answer_has_a_good_receipt(void **state)
{
	struct world *w = *state;
	const struct site_answer *a;

	a = site_login(&w->t1, &w->clerk, "login", NULL);
	assert_int_equal(a->code, 0);
	assert_int_equal(a->state, STATE_IDENTIFIED);
	logged(a, "permit AUTH_OK");
	assert_int_equal(
	    site_login(&w->t2, &w->boss, "login", "O002")->code, 0);
	a = search_nothing(&w->t2);
	assert_int_equal(a->code, 0);
	logged(a, "permit SEARCH");
	assert_true(str_eqz(body_get(a->log, "hits"), "0"));
	assert_true(str_eqz(body_get(a->log, "operator"), "O002"));
	assert_true(str_eqz(body_get(a->log, "match-id"), "M002"));
}

static void
TRM_11_lock_and_return_of_the_same_person_keep_the_session(void **state)
{
	struct world *w = *state;
	Mamori__LockReq lock = MAMORI__LOCK_REQ__INIT;
	Mamori__LogoffReq off = MAMORI__LOGOFF_REQ__INIT;
	const struct site_answer *a;
	char session[33];

	assert_int_equal(
	    site_login(&w->t1, &w->clerk, "login", "O001")->code, 0);
	memcpy(session, w->t1.session, sizeof(session));
	a = site_ask(&w->t1, OP_lock, &lock.base);
	assert_int_equal(a->code, 0);
	assert_int_equal(a->state, STATE_LOCKED);
	a = search_nothing(&w->t1);
	assert_int_equal(a->code, ERR_BADSTATE);
	logged(a, "deny ERR_BADSTATE person_search SEARCH");
	assert_int_equal(
	    site_begin(&w->t1, "M002", "unlock")->code, ERR_DENIED);
	a = site_login(&w->t1, &w->clerk, "unlock", NULL);
	assert_int_equal(a->code, 0);
	logged(a, "permit UNLOCK");
	assert_int_equal(a->state, STATE_OPERATOR);
	assert_string_equal(session, w->t1.session);
	assert_int_equal(search_nothing(&w->t1)->code, 0);
	a = site_ask(&w->t1, OP_logoff, &off.base);
	assert_int_equal(a->code, 0);
	assert_int_equal(a->state, STATE_TERMINAL);
	assert_int_equal(a->rights, 0);
}

static void
a_replayed_assertion_is_refused(void **state)
{
	struct world *w = *state;
	Mamori__LogoffReq off = MAMORI__LOGOFF_REQ__INIT;
	uint8_t sig[ED25519_SIG];
	struct buf text = BUF_INIT;

	assert_int_equal(site_begin(&w->t1, "M001", "login")->code, 0);
	site_assert(&w->t1, &w->clerk, "login",
	    site_pin(&w->t1, w->clerk.verifier), &text, sig);
	assert_int_equal(site_finish(&w->t1, buf_str(&text), sig)->code, 0);
	memcpy(w->t1.match_id, "M001", 5);
	assert_int_equal(site_ask(&w->t1, OP_logoff, &off.base)->code, 0);
	w->t1.match_id[0] = w->t1.operator_name[0] = w->t1.org[0] = '\0';
	w->t1.auth[0] = w->t1.session[0] = '\0';
	/* without a challenge, and with another one */
	assert_int_equal(
	    site_finish(&w->t1, buf_str(&text), sig)->code, ERR_BADSTATE);
	assert_int_equal(site_begin(&w->t1, "M001", "login")->code, 0);
	assert_int_equal(site_pin(&w->t1, w->clerk.verifier)->code, 0);
	assert_int_equal(
	    site_finish(&w->t1, buf_str(&text), sig)->code, ERR_AUTH);
	buf_release(&text);
}

static void
another_terminals_assertion_is_refused(void **state)
{
	struct world *w = *state;
	const struct site_answer *a;
	uint8_t sig[ED25519_SIG];
	struct buf text = BUF_INIT;

	assert_int_equal(site_begin(&w->t1, "M001", "login")->code, 0);
	a = site_pin(&w->t1, w->clerk.verifier);
	site_assert(&w->t2, &w->clerk, "login", a, &text, sig);
	a = site_finish(&w->t1, buf_str(&text), sig);
	assert_int_equal(a->code, ERR_AUTH);
	logged(a, "deny ERR_AUTH assertion AUTH_NG");
	buf_release(&text);
}

static void
another_persons_key_is_refused(void **state)
{
	struct world *w = *state;
	struct site_person thief = w->clerk;
	uint8_t sig[ED25519_SIG];
	struct buf text = BUF_INIT;

	thief.key = w->boss.key;
	assert_int_equal(site_begin(&w->t1, "M001", "login")->code, 0);
	site_assert(&w->t1, &thief, "login",
	    site_pin(&w->t1, w->clerk.verifier), &text, sig);
	assert_int_equal(
	    site_finish(&w->t1, buf_str(&text), sig)->code, ERR_CRYPTO);
	buf_release(&text);
}

static void
AUT_06_three_wrong_pins_lock_and_only_an_administrator_unlocks(void **state)
{
	static const uint8_t wrong[32] = { 1 };
	struct world *w = *state;
	Mamori__CtlOperatorUnlockReq un = MAMORI__CTL_OPERATOR_UNLOCK_REQ__INIT;
	const struct site_answer *a = NULL;
	int i;

	for (i = 0; i < 3; i++) {
		assert_int_equal(site_begin(&w->t1, "M001", "login")->code, 0);
		a = site_pin(&w->t1, wrong);
		assert_int_equal(a->code, i < 2 ? ERR_AUTH : ERR_LOCKED);
	}
	logged(a, "deny ERR_LOCKED pin AUTH_LOCK");
	assert_true(str_eqz(body_get(a->log, "reason"), "failures 3 of 3"));
	assert_int_equal(
	    site_login(&w->t1, &w->clerk, "login", NULL)->code, ERR_LOCKED);
	un.match_id = PB_BYTES(STR("M001"));
	un.reason = PB_BYTES(STR("本人確認済み"));
	assert_int_equal(
	    site_ctl(&w->s, OP_ctl_operator_unlock, &un.base)->code, 0);
	assert_int_equal(site_login(&w->t1, &w->clerk, "login", NULL)->code, 0);
}

static void
a_challenge_that_is_not_redeemed_counts_as_a_failure(void **state)
{
	struct world *w = *state;
	int i;

	for (i = 0; i < 3; i++) {
		assert_int_equal(site_begin(&w->t1, "M001", "login")->code, 0);
		assert_int_equal(site_pin(&w->t1, w->clerk.verifier)->code, 0);
	}
	assert_int_equal(site_begin(&w->t1, "M001", "login")->code, 0);
	assert_int_equal(site_pin(&w->t1, w->clerk.verifier)->code, ERR_LOCKED);
}

static void
an_unknown_id_answers_fails_and_locks_like_a_known_one(void **state)
{
	static const uint8_t wrong[32] = { 1 };
	struct world *w = *state;
	const char *const ids[] = { "M001", "M999" };
	const struct site_answer *a;
	uint8_t salt[2][16];
	int code[2][4];
	int i;
	int k;

	for (k = 0; k < 2; k++) {
		for (i = 0; i < 4; i++) {
			a = site_begin(&w->t1, ids[k], "login");
			assert_int_equal(a->code, 0);
			assert_int_equal(a->body.n, 24);
			assert_int_equal(
			    ((const Mamori__LoginBeginAns *)(const void *)
				    a->msg)
				->pin_salt.len,
			    16);
			if (i > 0)
				assert_memory_equal(salt[k],
				    ((const Mamori__LoginBeginAns *)(const void
					     *)a->msg)
					->pin_salt.data,
				    16);
			memcpy(salt[k],
			    ((const Mamori__LoginBeginAns *)(const void *)
				    a->msg)
				->pin_salt.data,
			    16);
			code[k][i] = site_pin(&w->t1, wrong)->code;
		}
	}
	assert_memory_equal(code[0], code[1], sizeof(code[0]));
	assert_memory_not_equal(salt[0], salt[1], 16);
}

static void
AUT_10_outside_the_period_nobody_logs_in(void **state)
{
	struct world *w = *state;

	w->s.wall += INT64_C(150) * 86400000; /* April 2027 */
	w->s.boot += INT64_C(150) * 86400000;
	assert_int_equal(
	    site_login(&w->t1, &w->clerk, "login", NULL)->code, ERR_EXPIRED);
}

static void
AUT_15_a_second_session_is_refused_and_names_the_terminal(void **state)
{
	struct world *w = *state;
	const struct site_answer *a;

	assert_int_equal(
	    site_login(&w->t1, &w->clerk, "login", "O001")->code, 0);
	a = site_login(&w->t2, &w->clerk, "login", "O001");
	assert_int_equal(a->code, ERR_EXISTS);
	assert_string_equal(a->item, "T01");
	site_disconnect(&w->t1);
	assert_int_equal(site_run(&w->s), 0);
	assert_int_equal(
	    site_login(&w->t2, &w->clerk, "login", "O001")->code, 0);
}

static void
a_challenge_expires(void **state)
{
	struct world *w = *state;
	uint8_t sig[ED25519_SIG];
	struct buf text = BUF_INIT;

	assert_int_equal(site_begin(&w->t1, "M001", "login")->code, 0);
	site_assert(&w->t1, &w->clerk, "login",
	    site_pin(&w->t1, w->clerk.verifier), &text, sig);
	w->s.wall += 61000;
	w->s.boot += 61000;
	assert_int_equal(
	    site_finish(&w->t1, buf_str(&text), sig)->code, ERR_EXPIRED);
	buf_release(&text);
}

static void
AUT_09_a_terminal_that_forgets_to_lock_is_locked_here(void **state)
{
	struct world *w = *state;

	assert_int_equal(
	    site_login(&w->t1, &w->clerk, "login", "O001")->code, 0);
	w->s.wall += 331000;
	w->s.boot += 331000;
	assert_int_equal(search_nothing(&w->t1)->code, ERR_BADSTATE);
	assert_int_equal(search_nothing(&w->t1)->state, STATE_LOCKED);
}

static void
PRM_02_a_right_that_is_not_held_is_refused_and_logged(void **state)
{
	struct world *w = *state;
	struct site_person admin;
	const struct site_answer *a;

	site_person(&w->s, &admin, "M003", "O003", "admin");
	assert_int_equal(site_login(&w->t1, &admin, "login", "O003")->code, 0);
	a = search_nothing(&w->t1);
	assert_int_equal(a->code, ERR_DENIED);
	logged(a, "deny ERR_DENIED person_search SEARCH");
	site_person_free(&admin);
}

static void
somebody_elses_operator_id_is_refused(void **state)
{
	struct world *w = *state;

	assert_int_equal(
	    site_login(&w->t1, &w->clerk, "login", "O002")->code, ERR_DENIED);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(AUT_01_finger_and_pin_log_in_and_every_answer_has_a_good_receipt),
		T(TRM_11_lock_and_return_of_the_same_person_keep_the_session),
		T(a_replayed_assertion_is_refused),
		T(another_terminals_assertion_is_refused),
		T(another_persons_key_is_refused),
		T(AUT_06_three_wrong_pins_lock_and_only_an_administrator_unlocks),
		T(a_challenge_that_is_not_redeemed_counts_as_a_failure),
		T(an_unknown_id_answers_fails_and_locks_like_a_known_one),
		T(AUT_10_outside_the_period_nobody_logs_in),
		T(AUT_15_a_second_session_is_refused_and_names_the_terminal),
		T(a_challenge_expires),
		T(AUT_09_a_terminal_that_forgets_to_lock_is_locked_here),
		T(PRM_02_a_right_that_is_not_held_is_refused_and_logged),
		T(somebody_elses_operator_id_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
