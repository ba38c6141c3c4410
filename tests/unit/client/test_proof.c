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

/* A record with one item. */
static int
record_covers(const char *body, unsigned number, const char *value)
{
	Mamori__PersonOpenAns ans = MAMORI__PERSON_OPEN_ANS__INIT;
	Mamori__RecordItem item = MAMORI__RECORD_ITEM__INIT;
	Mamori__RecordItem *items[1] = { &item };
	const struct receipt_seen seen = { .body = str_of(body) };

	ans.resident_no = PB_BYTES(STR("1000001593"));
	item.number = number;
	item.value = PB_BYTES(str_of(value));
	ans.items = items;
	ans.n_items = 1;
	return proof_covers(op_find(OP_person_open), &ans.base, &seen);
}

#define SUBJECT "audit-body/v1\nsubject atena:1000001593 detail\n"

static void
every_item_of_a_record_must_be_in_the_entry(void **state)
{
	(void)state;
	assert_int_equal(
	    record_covers(SUBJECT "items honseki\n", 36, "例示市"), 0);
	assert_int_equal(
	    record_covers(SUBJECT "items address\n", 36, "例示市"), ERR_CRYPTO);
	/* withheld: nothing is shown, nothing must be logged */
	assert_int_equal(record_covers(SUBJECT, 36, ""), 0);
	/* an item that this terminal does not know is not drawn */
	assert_int_equal(
	    record_covers(SUBJECT "items honseki\n", 999, "例示市"),
	    ERR_CRYPTO);
}

static int
house_covers(const char *body)
{
	Mamori__PersonHouseAns ans = MAMORI__PERSON_HOUSE_ANS__INIT;
	Mamori__HouseMember m = MAMORI__HOUSE_MEMBER__INIT;
	Mamori__HouseMember *members[1] = { &m };
	const struct receipt_seen seen = { .body = str_of(body) };

	m.resident_no = PB_BYTES(STR("1000001593"));
	m.name = PB_BYTES(STR("源典子"));
	ans.members = members;
	ans.n_members = 1;
	return proof_covers(op_find(OP_person_house), &ans.base, &seen);
}

static int
number_covers(const char *body)
{
	Mamori__PersonUnmaskAns ans = MAMORI__PERSON_UNMASK_ANS__INIT;
	const struct receipt_seen seen = { .body = str_of(body) };

	ans.resident_no = PB_BYTES(STR("1000001593"));
	ans.item = PB_BYTES(STR("my_number"));
	ans.value = PB_BYTES(STR("123456789018"));
	return proof_covers(op_find(OP_person_unmask), &ans.base, &seen);
}

static void
PRM_12_a_number_or_member_that_is_not_logged_is_not_shown(void **state)
{
	(void)state;
	assert_int_equal(number_covers(SUBJECT "items my_number\n"), 0);
	assert_int_equal(
	    number_covers(SUBJECT "items jumin_code\n"), ERR_CRYPTO);
	assert_int_equal(
	    number_covers("audit-body/v1\nitems my_number\n"), ERR_CRYPTO);
	assert_int_equal(house_covers(SUBJECT "items name\n"), 0);
	assert_int_equal(
	    house_covers("audit-body/v1\nitems name\n"), ERR_CRYPTO);
	assert_int_equal(house_covers(SUBJECT), ERR_CRYPTO);
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
		cmocka_unit_test(every_item_of_a_record_must_be_in_the_entry),
		cmocka_unit_test(
		    PRM_12_a_number_or_member_that_is_not_logged_is_not_shown),
		cmocka_unit_test(an_answer_without_a_receipt_is_none),
		cmocka_unit_test(a_bare_refusal_is_taken_but_proves_nothing),
		cmocka_unit_test(
		    a_code_that_is_no_error_of_ours_is_a_broken_peer),
		cmocka_unit_test(an_empty_receipt_proves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
