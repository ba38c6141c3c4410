/*
 * What a request must pass before a handler sees it, and what a turn does
 * when something fails.
 *
 * SECURITY: tests promises 1 and 2 of DESIGN.md: no audit, no answer;
 * unknown is locked.
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
	struct site_term t;
	struct site_person clerk;
};

static int
setup(void **state)
{
	static struct world w;

	site_make(&w.s, true);
	site_terminal(&w.s, &w.t, "T01");
	site_person(&w.s, &w.clerk, "M001", "O001", "clerk");
	assert_int_equal(site_login(&w.t, &w.clerk, "login", "O001")->code, 0);
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	site_person_free(&w->clerk);
	site_term_free(&w->t);
	site_free(&w->s);
	return 0;
}

static void
fill(Mamori__PersonSearchReq *req)
{
	mamori__person_search_req__init(req);
	req->kana = PB_BYTES(STR("ヤマダ"));
	req->birth = PB_BYTES(STR("1980-12-26"));
	req->purpose = PB_BYTES(STR("1"));
}

static const struct site_answer *
search(struct world *w)
{
	Mamori__PersonSearchReq req;

	fill(&req);
	return site_ask(&w->t, OP_person_search, &req.base);
}

static uint64_t
log_size(struct world *w)
{
	return turn_head(w->s.turn)->size;
}

static void
a_request_whose_lines_were_changed_is_refused_logged_and_cut(void **state)
{
	struct world *w = *state;
	Mamori__PersonSearchReq req;
	Mamori__Request r;
	uint8_t tsig[ED25519_SIG];
	struct buf body = BUF_INIT;
	struct buf lines = BUF_INIT;
	const struct site_answer *a;
	uint64_t size = log_size(w);

	fill(&req);
	site_sign(&w->t, OP_person_search, &req.base, &r, &body, &lines, tsig);
	r.when_ms++;
	a = site_ask_raw(&w->t, OP_person_search, &r, buf_str(&lines));
	assert_int_equal(a->code, ERR_CRYPTO);
	assert_string_equal(a->item, "tsig");
	assert_true(a->close);
	assert_true(str_eqz(
	    body_get(a->log, "result"), "deny ERR_CRYPTO tsig PROTO_ERR"));
	assert_int_equal(log_size(w), size + 1);
	buf_release(&body);
	buf_release(&lines);
}

static void
a_number_that_is_not_the_next_is_refused(void **state)
{
	struct world *w = *state;
	const struct site_answer *a;

	w->t.seq++;
	a = search(w);
	assert_int_equal(a->code, ERR_BADSTATE);
	assert_string_equal(a->item, "seq");
	assert_true(a->close);
	w->t.seq -= 2;
	a = search(w);
	assert_int_equal(a->code, ERR_BADSTATE);
	w->t.seq++;
	assert_int_equal(search(w)->code, 0);
}

static void
bytes_that_are_no_request_are_refused_and_logged(void **state)
{
	struct world *w = *state;
	static const char junk[] = "\xff\xff\xff junk";
	Mamori__Request r = MAMORI__REQUEST__INIT;
	const struct site_answer *a;
	uint64_t size = log_size(w);

	r.body = PB_BYTES(STR(junk));
	a = site_ask_raw(&w->t, OP_person_search, &r, (struct str){ 0 });
	assert_int_equal(a->code, ERR_PEER);
	assert_true(a->close);
	assert_int_equal(log_size(w), size + 1);
}

static void
an_operation_that_does_not_exist_is_refused(void **state)
{
	struct world *w = *state;
	Mamori__Request r = MAMORI__REQUEST__INIT;
	struct buf payload = BUF_INIT;
	unsigned answers = w->s.answers;

	wire_pack(&payload, &r.base);
	assert_int_equal(
	    turn_push(w->s.turn, w->t.conn, 999, 1, buf_str(&payload)), 0);
	assert_int_equal(site_run(&w->s), 0);
	assert_int_equal(w->s.answers, answers + 1);
	buf_release(&payload);
}

static void
an_administrators_operation_from_a_terminal_is_refused(void **state)
{
	struct world *w = *state;
	Mamori__CtlStatusReq req = MAMORI__CTL_STATUS_REQ__INIT;
	const struct site_answer *a;

	a = site_ask(&w->t, OP_ctl_status, &req.base);
	assert_int_equal(a->code, ERR_BADSTATE);
	assert_int_equal(a->receipt, 0);
}

static void
an_unknown_terminal_is_refused_and_logged(void **state)
{
	struct world *w = *state;
	struct site_term foreign = w->t;
	uint64_t size = log_size(w);

	memset(foreign.cert, 9, sizeof(foreign.cert));
	assert_int_equal(site_connect(&foreign), ERR_DENIED);
	assert_int_equal(
	    turn_push(w->s.turn, foreign.conn, OP_hello, 1, STR("")),
	    ERR_NOTFOUND);
	assert_int_equal(site_run(&w->s), 0);
	assert_int_equal(log_size(w), size + 1);
}

static void
a_revoked_terminal_loses_its_connection_and_gets_no_other(void **state)
{
	struct world *w = *state;
	Mamori__CtlTerminalRevokeReq req =
	    MAMORI__CTL_TERMINAL_REVOKE_REQ__INIT;
	const struct site_answer *a;

	req.id = PB_BYTES(STR("T01"));
	req.reason = PB_BYTES(STR("紛失"));
	assert_int_equal(
	    site_ctl(&w->s, OP_ctl_terminal_revoke, &req.base)->code, 0);
	a = search(w);
	assert_int_not_equal(a->code, 0);
	assert_true(a->close);
	assert_int_equal(a->body.n, 0);
	assert_int_equal(site_connect(&w->t), ERR_DENIED);
}

static void
DESIGN_6_a_clock_behind_the_log_discloses_nothing_but_logs(void **state)
{
	struct world *w = *state;
	const struct site_answer *a;
	struct entry e;

	w->s.wall -= 3000;
	a = search(w);
	assert_int_equal(a->code, ERR_CLOCK);
	assert_int_equal(a->receipt, 0);
	assert_int_equal(entry_parse(a->entry, &e), 0);
	assert_int_equal(e.time_ms, SITE_T0); /* never goes back */
	w->s.wall += 3000;
	assert_int_equal(search(w)->code, 0);
}

static void
DESIGN_6_wall_and_boot_time_that_drift_apart_disclose_nothing(void **state)
{
	struct world *w = *state;

	w->s.wall += 5001;
	assert_int_equal(search(w)->code, ERR_CLOCK);
	w->s.boot += 5001;
	assert_int_equal(search(w)->code, 0);
}

static void
no_signature_no_answer_and_nothing_is_kept(void **state)
{
	struct world *w = *state;
	uint64_t size = log_size(w);
	const struct site_answer *a;

	w->s.sign_fails = true;
	a = search(w);
	assert_false(a->got);
	assert_int_equal(site_run(&w->s), ERR_CRYPTO); /* and for ever */
	w->s.sign_fails = false;
	assert_int_equal(site_run(&w->s), ERR_CRYPTO);
	assert_int_equal(site_reopen(&w->s), 0);
	assert_int_equal(log_size(w), size);
	assert_int_equal(site_connect(&w->t), 0);
	assert_int_equal(site_hello(&w->t)->code, 0);
	assert_int_equal(
	    site_login(&w->t, &w->clerk, "login", "O001")->code, 0);
}

static void
after_a_restart_the_log_goes_on_and_receipts_stay_consistent(void **state)
{
	struct world *w = *state;
	int i;

	for (i = 0; i < 5; i++) {
		assert_int_equal(site_reopen(&w->s), 0);
		assert_int_equal(site_connect(&w->t), 0);
		assert_int_equal(site_hello(&w->t)->code, 0);
		assert_int_equal(search(w)->code, ERR_BADSTATE);
		assert_int_equal(
		    site_login(&w->t, &w->clerk, "login", "O001")->code, 0);
		assert_int_equal(search(w)->receipt, 0);
	}
}

static void
a_turn_answers_many_requests_with_one_checkpoint(void **state)
{
	struct world *w = *state;
	Mamori__TermEventReq req = MAMORI__TERM_EVENT_REQ__INIT;
	unsigned answers = w->s.answers;
	uint64_t size = log_size(w);
	struct buf payload = BUF_INIT;
	struct buf lines = BUF_INIT;
	struct buf body = BUF_INIT;
	uint8_t tsig[ED25519_SIG];
	Mamori__Request r;
	int i;

	req.code = PB_BYTES(STR("USB"));
	for (i = 0; i < 64; i++) {
		buf_clear(&payload);
		buf_clear(&lines);
		buf_clear(&body);
		site_sign(
		    &w->t, OP_term_event, &req.base, &r, &body, &lines, tsig);
		w->t.seq++;
		wire_pack(&payload, &r.base);
		assert_int_equal(turn_push(w->s.turn, w->t.conn, OP_term_event,
				     1, buf_str(&payload)),
		    0);
	}
	assert_int_equal(turn_push(w->s.turn, w->t.conn, OP_term_event, 1,
			     buf_str(&payload)),
	    ERR_BUSY);
	assert_int_equal(site_run(&w->s), 0);
	assert_int_equal(w->s.answers, answers + 64);
	assert_int_equal(log_size(w), size + 64);
	assert_false(turn_has_work(w->s.turn));
	buf_release(&payload);
	buf_release(&lines);
	buf_release(&body);
}

static void
a_flood_of_events_is_counted_not_logged(void **state)
{
	struct world *w = *state;
	uint64_t size = log_size(w);
	int i;

	for (i = 0; i < 500; i++)
		turn_event(w->s.turn, 0, "TERM_REJECT", ERR_CRYPTO, "a\tb\xff");
	assert_int_equal(site_run(&w->s), 0);
	assert_int_equal(log_size(w), size + 20);
	w->s.wall += 60000;
	w->s.boot += 60000;
	turn_event(w->s.turn, 0, "TERM_REJECT", ERR_CRYPTO, "x");
	assert_int_equal(site_run(&w->s), 0);
	assert_int_equal(log_size(w), size + 21);
}

static void
a_terminal_that_lost_its_memory_gets_a_new_epoch(void **state)
{
	struct world *w = *state;
	const struct site_answer *a;

	w->t.epoch = 0;
	w->t.seq = 0;
	site_disconnect(&w->t);
	assert_int_equal(site_connect(&w->t), 0);
	a = site_hello(&w->t);
	assert_int_equal(a->code, 0);
	assert_true(str_eqz(body_get(a->log, "result"), "permit TERM_RESET"));
	assert_int_equal(w->t.epoch, 2);
	assert_int_equal(w->t.seq, 0);
	assert_int_equal(
	    site_login(&w->t, &w->clerk, "login", "O001")->code, 0);
}

static void
other_forms_or_another_protocol_are_refused(void **state)
{
	struct world *w = *state;
	static uint8_t zero[32];
	static uint8_t other[32] = { 1 };
	Mamori__HelloReq req = MAMORI__HELLO_REQ__INIT;
	const struct site_answer *a;

	assert_int_equal(site_connect(&w->t), 0);
	req.protocol = 1;
	req.forms_digest = PB_BYTES(str_n(zero, 32));
	req.masters_digest = PB_BYTES(str_n(other, 32));
	a = site_ask(&w->t, OP_hello, &req.base);
	assert_int_equal(a->code, ERR_VERSION);
	assert_string_equal(a->item, "masters");
	req.protocol = 9;
	a = site_ask(&w->t, OP_hello, &req.base);
	assert_string_equal(a->item, "protocol");
}

static void
a_first_hello_may_be_signed_without_names(void **state)
{
	struct world *w = *state;
	char id[33];
	char place[64];

	assert_int_equal(site_connect(&w->t), 0);
	memcpy(id, w->t.id, sizeof(id));
	memcpy(place, w->t.place, sizeof(place));
	w->t.id[0] = w->t.place[0] = '\0';
	assert_int_equal(site_hello(&w->t)->code, 0);
	memcpy(w->t.id, id, sizeof(id));
	memcpy(w->t.place, place, sizeof(place));
	assert_int_equal(
	    site_login(&w->t, &w->clerk, "login", "O001")->code, ERR_EXISTS);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_request_whose_lines_were_changed_is_refused_logged_and_cut),
		T(a_number_that_is_not_the_next_is_refused),
		T(bytes_that_are_no_request_are_refused_and_logged),
		T(an_operation_that_does_not_exist_is_refused),
		T(an_administrators_operation_from_a_terminal_is_refused),
		T(an_unknown_terminal_is_refused_and_logged),
		T(a_revoked_terminal_loses_its_connection_and_gets_no_other),
		T(DESIGN_6_a_clock_behind_the_log_discloses_nothing_but_logs),
		T(DESIGN_6_wall_and_boot_time_that_drift_apart_disclose_nothing),
		T(no_signature_no_answer_and_nothing_is_kept),
		T(after_a_restart_the_log_goes_on_and_receipts_stay_consistent),
		T(a_turn_answers_many_requests_with_one_checkpoint),
		T(a_flood_of_events_is_counted_not_logged),
		T(a_terminal_that_lost_its_memory_gets_a_new_epoch),
		T(other_forms_or_another_protocol_are_refused),
		T(a_first_hello_may_be_signed_without_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
