/*
 * States: only the edges that are drawn in state.h.
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
#include "core/state.h"

/* the drawing of state.h, from × to */
static const char *const drawing[STATE_COUNT] = {
	/*               N T I O L C X */
	[STATE_NEW] = "0100001",
	[STATE_TERMINAL] = "0010001",
	[STATE_IDENTIFIED] = "0101001",
	[STATE_OPERATOR] = "0100101",
	[STATE_LOCKED] = "0101001",
	[STATE_CTL] = "0000001",
	[STATE_CLOSED] = "0000000",
};

static void
only_drawn_edges_can_be_walked(void **state)
{
	enum state s;
	unsigned from;
	unsigned to;
	bool may;

	(void)state;
	for (from = 0; from < STATE_COUNT; from++) {
		for (to = 0; to < STATE_COUNT; to++) {
			may = drawing[from][to] == '1';
			s = (enum state)from;
			assert_int_equal(state_may(s, (enum state)to), may);
			assert_int_equal(state_move(&s, (enum state)to),
			    may ? 0 : ERR_BADSTATE);
			assert_int_equal(s, may ? to : from);
		}
	}
}

static void
random_walks_never_leave_the_table(void **state)
{
	uint64_t rng = 20261121;
	enum state s = STATE_NEW;
	enum state before;
	unsigned to;
	int i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		rng = rng * UINT64_C(6364136223846793005) + 1442695040888963407;
		to = (unsigned)(rng >> 40) % (STATE_COUNT + 3);
		before = s;
		if (state_move(&s, (enum state)to) == 0)
			assert_int_equal(drawing[before][to], '1');
		else
			assert_int_equal(s, before);
		if (s == STATE_CLOSED)
			s = STATE_NEW;
	}
}

static void
nobody_works_without_being_identified(void **state)
{
	(void)state;
	/* AUT-04: OPERATOR is reached from IDENTIFIED or by return only */
	assert_false(state_may(STATE_NEW, STATE_OPERATOR));
	assert_false(state_may(STATE_TERMINAL, STATE_OPERATOR));
	assert_false(state_may(STATE_LOCKED, STATE_IDENTIFIED));
	assert_false(state_may(STATE_CTL, STATE_OPERATOR));
}

static void
names_are_known_and_bounded(void **state)
{
	(void)state;
	assert_string_equal(state_name(STATE_LOCKED), "LOCKED");
	assert_string_equal(state_name(STATE_COUNT), "?");
	assert_string_equal(state_meaning((enum state)77), "?");
	assert_false(state_may((enum state)77, STATE_NEW));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_drawn_edges_can_be_walked),
		cmocka_unit_test(random_walks_never_leave_the_table),
		cmocka_unit_test(nobody_works_without_being_identified),
		cmocka_unit_test(names_are_known_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
