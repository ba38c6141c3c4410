/* Who sits here: what is signed, and what a lost line takes away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "client/desk.h"
#include "core/wire.h"

static void
say_hello(struct desk *s)
{
	Mamori__HelloAns h = MAMORI__HELLO_ANS__INIT;

	h.site_name = PB_BYTES(STR("例示市"));
	h.terminal = PB_BYTES(STR("T01"));
	h.place = PB_BYTES(STR("本庁1階"));
	h.idle_seconds = 300;
	desk_hello(s, &h);
}

static void
log_in(struct desk *s)
{
	Mamori__LoginFinishAns f = MAMORI__LOGIN_FINISH_ANS__INIT;

	f.name = PB_BYTES(STR("山田花子"));
	f.dept = PB_BYTES(STR("住民課"));
	f.auth = PB_BYTES(STR("fingerprint:virtual_image finger+pin"));
	f.session = PB_BYTES(STR("s1"));
	desk_identified(s, STR("M001"), &f);
}

static void
choose(struct desk *s)
{
	Mamori__OperatorSelectAns o = MAMORI__OPERATOR_SELECT_ANS__INIT;
	ProtobufCBinaryData rights[1];

	rights[0] = PB_BYTES(STR("person.search"));
	o.operator_id = PB_BYTES(STR("O001"));
	o.template_ = PB_BYTES(STR("clerk"));
	o.n_rights = 1;
	o.rights = rights;
	desk_selected(s, &o);
}

static void
AUT_04_before_the_duty_is_chosen_no_operator_is_signed(void **state)
{
	struct desk s = { 0 };
	struct act_who w;

	(void)state;
	say_hello(&s);
	w = desk_act(&s);
	assert_true(str_eqz(w.terminal, "T01"));
	assert_true(str_eqz(w.place, "本庁1階"));
	assert_int_equal(w.match_id.n, 0);
	log_in(&s);
	w = desk_act(&s);
	assert_true(str_eqz(w.match_id, "M001"));
	assert_true(str_eqz(w.session, "s1"));
	assert_int_equal(w.operator_id.n, 0);
	assert_false(s.who.in);
	choose(&s);
	w = desk_act(&s);
	assert_true(str_eqz(w.operator_id, "O001"));
	assert_true(str_eqz(w.template_name, "clerk"));
	assert_true(s.who.in);
	assert_true(right_has(s.who.rights, RIGHT_PERSON_SEARCH));
	assert_false(right_has(s.who.rights, RIGHT_MEASURE_DETAIL));
}

static void
TRM_11_a_lock_and_its_end_keep_the_duty(void **state)
{
	struct desk s = { 0 };

	(void)state;
	say_hello(&s);
	log_in(&s);
	choose(&s);
	desk_after(&s, OP_lock);
	assert_false(s.who.in);
	assert_int_equal(s.state, STATE_LOCKED);
	log_in(&s);
	assert_true(s.who.in);
	assert_int_equal(s.state, STATE_OPERATOR);
	assert_true(right_has(s.who.rights, RIGHT_PERSON_SEARCH));
}

static void
TRM_19_a_lost_line_takes_rights_and_session(void **state)
{
	struct desk s = { 0 };
	struct act_who w;

	(void)state;
	say_hello(&s);
	log_in(&s);
	choose(&s);
	desk_lost(&s);
	assert_int_equal(s.state, STATE_NEW);
	assert_int_equal(s.who.rights, 0);
	assert_false(s.who.in);
	assert_string_equal(s.who.match_id, "M001");
	assert_string_equal(s.duty, "O001");
	say_hello(&s);
	w = desk_act(&s);
	assert_int_equal(w.match_id.n, 0);
	assert_int_equal(w.session.n, 0);
}

static void
after_log_off_nothing_of_the_person_remains(void **state)
{
	struct desk s = { 0 };
	struct ui_who none = { 0 };

	(void)state;
	say_hello(&s);
	log_in(&s);
	choose(&s);
	desk_after(&s, OP_logoff);
	assert_int_equal(s.state, STATE_TERMINAL);
	assert_memory_equal(&s.who, &none, sizeof(none));
	assert_string_equal(s.duty, "");
	assert_string_equal(s.session, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    AUT_04_before_the_duty_is_chosen_no_operator_is_signed),
		cmocka_unit_test(TRM_11_a_lock_and_its_end_keep_the_duty),
		cmocka_unit_test(TRM_19_a_lost_line_takes_rights_and_session),
		cmocka_unit_test(after_log_off_nothing_of_the_person_remains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
