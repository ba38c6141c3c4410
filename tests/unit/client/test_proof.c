/* What you see is what was logged (audit-log.md §5, rules 1 and 6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "client/proof.h"
#include "core/err.h"

#define ITEMS "items name kana birth sex status mark"

static int
covers(const char *body, bool address)
{
	Mamori__PersonRow row = MAMORI__PERSON_ROW__INIT;
	Mamori__PersonRow *rows[1] = { &row };
	Mamori__PersonSearchAns ans = MAMORI__PERSON_SEARCH_ANS__INIT;
	const struct receipt_seen seen = { .body = str_of(body) };

	row.resident_no = PB_BYTES(STR("1000001593"));
	row.name = PB_BYTES(STR("源典子"));
	row.kana = PB_BYTES(STR("ミナモト"));
	if (address)
		row.address = PB_BYTES(STR("例示市潜町"));
	ans.n_rows = 1;
	ans.rows = rows;
	return proof_covers(op_find(OP_person_search), &ans.base, &seen);
}

static void
a_row_whose_person_and_items_are_logged_is_shown(void **state)
{
	(void)state;
	assert_int_equal(covers("audit-body/v1\n"
				"subject atena:1000001593 list\n" ITEMS "\n",
			     false),
	    0);
	assert_int_equal(
	    covers("audit-body/v1\n"
		   "subject atena:1000001593 list\n" ITEMS " address\n",
		true),
	    0);
}

static void
SRC_16_a_person_who_is_not_in_the_entry_is_not_shown(void **state)
{
	(void)state;
	assert_int_equal(
	    covers("audit-body/v1\n" ITEMS "\n", false), ERR_CRYPTO);
	assert_int_equal(covers("audit-body/v1\n"
				"subject atena:1000001594 list\n" ITEMS "\n",
			     false),
	    ERR_CRYPTO);
	/* a longer number that begins alike is somebody else */
	assert_int_equal(covers("audit-body/v1\n"
				"subject atena:10000015930 list\n" ITEMS "\n",
			     false),
	    ERR_CRYPTO);
}

static void
a_field_that_the_entry_does_not_name_is_not_shown(void **state)
{
	(void)state;
	assert_int_equal(covers("audit-body/v1\n"
				"subject atena:1000001593 list\n" ITEMS "\n",
			     true),
	    ERR_CRYPTO);
	assert_int_equal(covers("audit-body/v1\n"
				"subject atena:1000001593 list\n",
			     false),
	    ERR_CRYPTO);
}

static int
check(const Mamori__Answer *a, struct proof *p)
{
	struct receipt_state state;
	struct proof_ask ask = { .row = op_find(OP_notices) };
	struct wire_arena arena;
	struct buf b = BUF_INIT;
	int rc;

	memset(&state, 0, sizeof(state));
	assert_int_equal(wire_arena_init(&arena, 65536), 0);
	wire_pack(&b, &a->base);
	rc = proof_check(&state, &ask, buf_str(&b), &arena, p);
	p->ans = NULL; /* lived in the arena */
	buf_release(&b);
	wire_arena_release(&arena);
	return rc;
}

static void
an_answer_without_a_receipt_is_none(void **state)
{
	Mamori__Answer a = MAMORI__ANSWER__INIT;
	struct proof p;

	(void)state;
	assert_int_equal(check(&a, &p), ERR_CRYPTO);
	assert_false(p.proven);
}

static void
a_bare_refusal_is_taken_but_proves_nothing(void **state)
{
	Mamori__Answer a = MAMORI__ANSWER__INIT;
	struct proof p;

	(void)state;
	a.code = ERR_DENIED;
	assert_int_equal(check(&a, &p), 0);
	assert_int_equal(p.code, ERR_DENIED);
	assert_false(p.proven);
	/* not when it carries something */
	a.body = PB_BYTES(STR("x"));
	assert_int_equal(check(&a, &p), ERR_CRYPTO);
}

static void
a_code_that_is_no_error_of_ours_is_a_broken_peer(void **state)
{
	Mamori__Answer a = MAMORI__ANSWER__INIT;
	struct proof p;

	(void)state;
	a.code = 12345;
	assert_int_equal(check(&a, &p), ERR_PEER);
}

static void
an_empty_receipt_proves_nothing(void **state)
{
	Mamori__Answer a = MAMORI__ANSWER__INIT;
	Mamori__Receipt r = MAMORI__RECEIPT__INIT;
	struct proof p;

	(void)state;
	a.receipt = &r;
	assert_int_equal(check(&a, &p), ERR_CRYPTO);
	assert_false(p.proven);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_row_whose_person_and_items_are_logged_is_shown),
		cmocka_unit_test(
		    SRC_16_a_person_who_is_not_in_the_entry_is_not_shown),
		cmocka_unit_test(
		    a_field_that_the_entry_does_not_name_is_not_shown),
		cmocka_unit_test(an_answer_without_a_receipt_is_none),
		cmocka_unit_test(a_bare_refusal_is_taken_but_proves_nothing),
		cmocka_unit_test(
		    a_code_that_is_no_error_of_ours_is_a_broken_peer),
		cmocka_unit_test(an_empty_receipt_proves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
