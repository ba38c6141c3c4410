/*
 * The gate of every request: each id × state × right, and ids that are none.
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
#include "core/op.h"

/*
 * What the table should say, written down a second time on purpose: a change
 * of a right or a state must be made in two places.
 */
static const struct {
	const char *name;
	uint32_t states;
	enum right right;
} expected[] = {
	{ "hello", IN(NEW), RIGHT_NONE },
	{ "login_begin", IN(TERMINAL) | IN(LOCKED), RIGHT_NONE },
	{ "login_pin", S_PIN, RIGHT_NONE },
	{ "login_finish", IN(TERMINAL) | IN(LOCKED), RIGHT_NONE },
	{ "operator_select", IN(IDENTIFIED), RIGHT_NONE },
	{ "lock", IN(OPERATOR), RIGHT_NONE },
	{ "logoff", IN(IDENTIFIED) | IN(OPERATOR) | IN(LOCKED), RIGHT_NONE },
	{ "notices", IN(OPERATOR), RIGHT_NONE },
	{ "term_event",
	    IN(TERMINAL) | IN(IDENTIFIED) | IN(OPERATOR) | IN(LOCKED),
	    RIGHT_NONE },
	{ "person_search", IN(OPERATOR), RIGHT_PERSON_SEARCH },
	{ "person_open", IN(OPERATOR), RIGHT_PERSON_OPEN },
	{ "person_history", IN(OPERATOR), RIGHT_PERSON_OPEN },
	{ "person_house", IN(OPERATOR), RIGHT_PERSON_OPEN },
	{ "person_unmask", IN(OPERATOR), RIGHT_NUMBER_UNMASK },
	{ "memo_list", IN(OPERATOR), RIGHT_PERSON_OPEN },
	{ "memo_add", IN(OPERATOR), RIGHT_MEMO_WRITE },
	{ "act_begin", S_HERE, RIGHT_NONE },
	{ "pin_change", S_HERE, RIGHT_NONE },
	{ "account_list", IN(OPERATOR), RIGHT_ACCOUNT_UNLOCK },
	{ "account_unlock", IN(OPERATOR), RIGHT_ACCOUNT_UNLOCK },
	{ "account_suspend", IN(OPERATOR), RIGHT_OPERATOR_ADMIN },
	{ "account_resume", IN(OPERATOR), RIGHT_OPERATOR_ADMIN },
	{ "pin_reset", IN(OPERATOR), RIGHT_OPERATOR_ADMIN },
	{ "enrol_start", IN(OPERATOR), RIGHT_BIO_ENROL },
	{ "enrol_approve", IN(OPERATOR), RIGHT_OPERATOR_APPROVE },
	{ "enrol_take", IN(OPERATOR), RIGHT_BIO_ENROL },
	{ "enrol_put", IN(OPERATOR), RIGHT_BIO_ENROL },
	{ "search_saved", IN(OPERATOR), RIGHT_PERSON_SEARCH },
	{ "jukinet_inquiry", IN(OPERATOR), RIGHT_JUKINET_INQUIRY },
};

static void
only_state_and_right_together_open_an_operation(void **state)
{
	const struct op_row *ops;
	size_t n;
	size_t i;
	unsigned s;
	unsigned r;

	(void)state;
	ops = op_table(&n);
	for (i = 0; i < n; i++) {
		for (s = 0; s < STATE_COUNT; s++) {
			for (r = 0; r <= RIGHT_COUNT; r++) {
				/* RIGHT_COUNT: a person without any right */
				right_set set =
				    r < RIGHT_COUNT ? RIGHT_BIT(r) : 0;
				bool in = (ops[i].states >> s & 1) != 0;
				bool may = ops[i].right == RIGHT_NONE ||
				    (unsigned)ops[i].right == r;
				int want = !in ? ERR_BADSTATE
				    : may      ? 0
					       : ERR_DENIED;

				assert_int_equal(
				    op_allowed(&ops[i], (enum state)s, set),
				    want);
			}
		}
	}
}

static void
all_rights_but_the_one_are_not_enough(void **state)
{
	right_set all =
	    (RIGHT_BIT(RIGHT_COUNT - 1) - 1) | RIGHT_BIT(RIGHT_COUNT - 1);
	const struct op_row *ops;
	size_t n;
	size_t i;
	unsigned s;

	(void)state;
	ops = op_table(&n);
	for (i = 0; i < n; i++) {
		if (ops[i].right == RIGHT_NONE)
			continue;
		for (s = 0; s < STATE_COUNT; s++)
			assert_int_not_equal(
			    op_allowed(&ops[i], (enum state)s,
				all & ~RIGHT_BIT(ops[i].right)),
			    0);
	}
}

static void
ids_that_are_in_no_row_are_refused(void **state)
{
	uint32_t id;
	size_t n;
	size_t known = 0;

	(void)state;
	(void)op_table(&n);
	for (id = 0; id < 70000; id++)
		known += op_find(id) != NULL;
	assert_int_equal(known, n);
	assert_null(op_find(0));
	assert_null(op_find(UINT32_MAX));
	assert_null(op_find(0x80000001));
	assert_int_equal(
	    op_allowed(op_find(0), STATE_OPERATOR, ~(right_set)0), ERR_PEER);
}

static void
states_out_of_range_are_refused(void **state)
{
	const struct op_row *ops;
	size_t n;
	size_t i;

	(void)state;
	ops = op_table(&n);
	for (i = 0; i < n; i++) {
		assert_int_equal(
		    op_allowed(&ops[i], STATE_COUNT, ~(right_set)0),
		    ERR_BADSTATE);
		assert_int_equal(
		    op_allowed(&ops[i], (enum state)99, ~(right_set)0),
		    ERR_BADSTATE);
		assert_int_equal(
		    op_allowed(&ops[i], STATE_CLOSED, ~(right_set)0),
		    ERR_BADSTATE);
	}
}

static void
ids_and_names_are_there_once_and_lead_back(void **state)
{
	const struct op_row *ops;
	size_t n;
	size_t i;

	(void)state;
	ops = op_table(&n);
	for (i = 0; i < n; i++) {
		assert_ptr_equal(op_find((uint32_t)ops[i].id), &ops[i]);
		assert_ptr_equal(op_find_name(ops[i].name), &ops[i]);
		assert_non_null(ops[i].req);
		assert_non_null(ops[i].ans);
		assert_true(ops[i].kind[0] != '\0');
		assert_true(ops[i].event[0] != '\0');
	}
	assert_null(op_find_name(""));
	assert_null(op_find_name("person_delete"));
}

static void
the_administrators_operations_are_on_his_socket_only(void **state)
{
	const struct op_row *ops;
	size_t n;
	size_t i;
	bool ctl;

	(void)state;
	ops = op_table(&n);
	for (i = 0; i < n; i++) {
		ctl = strncmp(ops[i].name, "ctl_", 4) == 0;
		assert_int_equal(ops[i].states == IN(CTL), ctl);
		assert_int_equal((ops[i].states & IN(CTL)) != 0, ctl);
		assert_int_equal((int)ops[i].id >= 200, ctl);
	}
}

static void
the_rows_of_terminals_say_what_is_written_here(void **state)
{
	const struct op_row *row;
	const struct op_row *ops;
	size_t terminal = 0;
	size_t n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		row = op_find_name(expected[i].name);
		assert_non_null(row);
		assert_int_equal(row->states, expected[i].states);
		assert_int_equal(row->right, expected[i].right);
	}
	ops = op_table(&n);
	for (i = 0; i < n; i++)
		terminal += (ops[i].states & IN(CTL)) == 0;
	assert_int_equal(terminal, sizeof(expected) / sizeof(expected[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    only_state_and_right_together_open_an_operation),
		cmocka_unit_test(all_rights_but_the_one_are_not_enough),
		cmocka_unit_test(ids_that_are_in_no_row_are_refused),
		cmocka_unit_test(states_out_of_range_are_refused),
		cmocka_unit_test(ids_and_names_are_there_once_and_lead_back),
		cmocka_unit_test(
		    the_administrators_operations_are_on_his_socket_only),
		cmocka_unit_test(
		    the_rows_of_terminals_say_what_is_written_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
