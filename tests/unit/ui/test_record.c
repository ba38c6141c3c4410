/*
 * The pages about one resident: record, numbers, household, history, memos.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/err.h"
#include "uifake.h"

static void
open_one(struct uifake *f)
{
	uifake_open(f, "ja", 80, 24);
	uifake_log_in(f);
	uifake_keys(f, "F2 yamada Tab S551226 Tab 1 F10");
	uifake_find(f, 3);
	uifake_keys(f, "Enter");
	uifake_record(f, false);
}

static void
PRM_12_a_number_is_asked_for_and_gone_with_the_next_key(void **state)
{
	static const char *const leave[] = { "F8", "F1", "F11", "x", "F7" };
	struct uifake f;
	size_t i;

	(void)state;
	open_one(&f);
	for (i = 0; i < sizeof(leave) / sizeof(leave[0]); i++) {
		assert_true(uifake_shows(&f, "************"));
		uifake_keys(&f, "m");
		assert_int_equal(f.op, OP_person_unmask);
		uifake_number(&f, "my_number", "123456789018");
		assert_true(uifake_shows(&f, "1234 5678 9018"));
		uifake_keys(&f, leave[i]);
		assert_false(uifake_shows(&f, "1234"));
		if (leave[i][0] == 'F' && leave[i][1] == '1')
			uifake_keys(&f, "F3");
		uifake_keys(&f, "F7");
		assert_false(uifake_shows(&f, "1234"));
	}
	uifake_keys(&f, "j");
	uifake_number(&f, "jumin_code", "12345678903");
	assert_true(uifake_shows(&f, "1234 5678 903"));
	uifake_close(&f);
}

static void
PRM_12_a_number_that_comes_late_is_not_shown(void **state)
{
	struct uifake f;

	(void)state;
	open_one(&f);
	uifake_keys(&f, "m F12");
	uifake_number(&f, "my_number", "123456789018");
	assert_false(uifake_shows(&f, "1234 5678"));
	uifake_keys(&f, "12345678 Enter");
	uifake_step(&f, UI_LOGIN_DONE, 0, -1);
	assert_false(uifake_shows(&f, "1234 5678"));
	assert_true(uifake_shows(&f, "************"));
	uifake_close(&f);
}

static void
a_refused_number_says_which_item_and_what_to_do(void **state)
{
	struct uifake f;

	(void)state;
	open_one(&f);
	uifake_keys(&f, "m");
	(void)uifake_fail(&f, ERR_DENIED, true, "my_number");
	assert_true(uifake_shows(&f, "個人番号"));
	assert_true(uifake_shows(&f, "************"));
	uifake_close(&f);
}

static void
SRC_10_one_key_shows_the_household_and_enter_its_member(void **state)
{
	struct uifake f;

	(void)state;
	open_one(&f);
	uifake_keys(&f, "s");
	assert_int_equal(f.op, OP_person_house);
	uifake_house(&f, false);
	assert_true(uifake_shows(&f, "除票"));
	uifake_keys(&f, "Down Down Down Enter");
	assert_int_equal(f.op, OP_person_open);
	uifake_record(&f, false);
	uifake_keys(&f, "F3");
	assert_true(uifake_shows(&f, "世帯番号 0000000502"));
	uifake_close(&f);
}

static void
REC_12_one_key_shows_the_history_with_what_changed(void **state)
{
	struct uifake f;

	(void)state;
	open_one(&f);
	uifake_keys(&f, "r");
	assert_int_equal(f.op, OP_person_history);
	uifake_history(&f);
	assert_true(uifake_shows(&f, "*住所"));
	assert_false(uifake_shows(&f, "*本籍"));
	uifake_keys(&f, "Down");
	assert_true(uifake_shows(&f, "例示市本町5番地"));
	assert_false(uifake_shows(&f, "*住所"));
	uifake_close(&f);
}

static void
REC_13_a_memo_is_typed_added_and_listed_again(void **state)
{
	struct uifake f;
	Mamori__MemoAddAns ok = MAMORI__MEMO_ADD_ANS__INIT;

	(void)state;
	open_one(&f);
	uifake_keys(&f, "n");
	assert_int_equal(f.op, OP_memo_list);
	uifake_memos(&f);
	uifake_keys(&f, "n F10");
	assert_int_equal(f.op, OP_memo_list); /* an empty one goes nowhere */
	uifake_keys(&f, "abc F10");
	assert_int_equal(f.op, OP_memo_add);
	(void)uifake_answer(&f, &ok.base);
	assert_int_equal(f.op, OP_memo_list);
	uifake_memos(&f);
	assert_true(uifake_shows(&f, "メモを登録しました"));
	uifake_close(&f);
}

static void
REC_every_item_is_on_one_of_two_pages(void **state)
{
	struct uifake f;

	(void)state;
	open_one(&f);
	assert_true(uifake_shows(&f, "1／2頁"));
	uifake_keys(&f, "F8");
	assert_true(uifake_shows(&f, "2／2頁"));
	uifake_keys(&f, "F3 Enter");
	uifake_foreign(&f);
	assert_true(uifake_shows(&f, "1／2頁"));
	uifake_keys(&f, "F8");
	assert_true(uifake_shows(&f, "（表示権限なし）"));
	uifake_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    PRM_12_a_number_is_asked_for_and_gone_with_the_next_key),
		cmocka_unit_test(PRM_12_a_number_that_comes_late_is_not_shown),
		cmocka_unit_test(
		    a_refused_number_says_which_item_and_what_to_do),
		cmocka_unit_test(
		    SRC_10_one_key_shows_the_household_and_enter_its_member),
		cmocka_unit_test(
		    REC_12_one_key_shows_the_history_with_what_changed),
		cmocka_unit_test(REC_13_a_memo_is_typed_added_and_listed_again),
		cmocka_unit_test(REC_every_item_is_on_one_of_two_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
