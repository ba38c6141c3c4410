/*
 * Accounts at the screen: what needs which right, what the finger stands for,
 * one's own PIN.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "core/wire.h"
#include "uifake.h"

static void
open_accounts(struct uifake *f, right_set more)
{
	uifake_open(f, "ja", 80, 24);
	uifake_log_in(f);
	f->who.rights |= more;
	uifake_keys(f, "6");
}

static void
PRM_03_accounts_are_reachable_only_with_the_right(void **state)
{
	struct uifake f;
	unsigned before;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	before = f.calls;
	assert_false(uifake_shows(&f, "利用者の管理"));
	uifake_keys(&f, "6");
	assert_int_equal(f.calls, before);
	f.who.rights |= RIGHT_BIT(RIGHT_ACCOUNT_UNLOCK);
	ui_key(f.ui, &(struct key){ .id = K_CHAR, .cp = '6' });
	assert_int_equal(f.op, OP_account_list);
	uifake_close(&f);
}

static void
PRM_03_each_deed_is_shown_only_with_its_right(void **state)
{
	struct uifake f;

	(void)state;
	open_accounts(&f, RIGHT_BIT(RIGHT_ACCOUNT_UNLOCK));
	uifake_accounts(&f);
	assert_true(uifake_shows(&f, "1 利用停止の解除"));
	assert_false(uifake_shows(&f, "4 暗証番号の初期化"));
	uifake_keys(&f, "2");
	assert_false(uifake_shows(&f, "理由"));
	f.who.rights |= RIGHT_BIT(RIGHT_OPERATOR_ADMIN);
	assert_true(uifake_shows(&f, "4 暗証番号の初期化"));
	uifake_keys(&f, "2");
	assert_true(uifake_shows(&f, "理由"));
	uifake_close(&f);
}

/* DESIGN §1 promise 8 */
static void
AUT_06_the_exact_text_is_shown_before_pin_and_finger(void **state)
{
	struct uifake f;

	(void)state;
	open_accounts(&f, RIGHT_BIT(RIGHT_ACCOUNT_UNLOCK));
	uifake_accounts(&f);
	uifake_keys(&f, "Down 1 kakunin F10");
	assert_true(uifake_shows(&f, "mamori-act/v1"));
	assert_true(uifake_shows(&f, "操作 利用停止の解除"));
	assert_true(uifake_shows(&f, "照合ID M002"));
	assert_true(uifake_shows(&f, "理由 カクニン") ||
	    uifake_shows(&f, "理由 かくにん") ||
	    uifake_shows(&f, "理由 kakunin"));
	assert_null(f.act_done);
	uifake_keys(&f, "Enter"); /* no PIN: nothing */
	assert_null(f.act_done);
	uifake_keys(&f, "12345678 Enter");
	assert_non_null(f.act_done);
	assert_int_equal(f.op, OP_account_unlock);
	assert_string_equal(f.pin, "12345678");
	uifake_step(&f, UI_LOGIN_PLACE, 0, -1);
	assert_true(uifake_shows(&f, "指を"));
	uifake_acted(&f, 0, "");
	assert_int_equal(f.op, OP_account_list); /* seen anew */
	uifake_accounts(&f);
	assert_true(uifake_shows(&f, "M002: 利用停止を解除しました"));
	uifake_close(&f);
}

static void
a_refused_act_goes_back_and_says_why(void **state)
{
	struct uifake f;

	(void)state;
	open_accounts(&f, RIGHT_BIT(RIGHT_ACCOUNT_UNLOCK));
	uifake_accounts(&f);
	uifake_keys(&f, "1 kakunin F10 12345678 Enter");
	uifake_step(&f, UI_LOGIN_PLACE, 0, -1);
	uifake_acted(&f, ERR_DENIED, "match_id");
	assert_false(uifake_shows(&f, "mamori-act/v1"));
	assert_true(uifake_shows(&f, "権限"));
	uifake_close(&f);
}

static void
a_wrong_finger_leaves_the_page_for_another_try(void **state)
{
	struct uifake f;

	(void)state;
	open_accounts(&f, RIGHT_BIT(RIGHT_ACCOUNT_UNLOCK));
	uifake_accounts(&f);
	uifake_keys(&f, "1 kakunin F10 12345678 Enter");
	uifake_step(&f, UI_LOGIN_FINGER, 0, -1);
	uifake_step(&f, UI_LOGIN_FAILED, ERR_AUTH, 2);
	assert_true(uifake_shows(&f, "mamori-act/v1"));
	assert_true(uifake_shows(&f, "指が登録と一致しません"));
	uifake_keys(&f, "87654321 Enter");
	assert_string_equal(f.pin, "87654321");
	uifake_keys(&f, "F3 F3"); /* stops, goes back */
	assert_int_equal(f.cancels, 1);
	assert_false(uifake_shows(&f, "mamori-act/v1"));
	uifake_close(&f);
}

static void
AUT_12_ones_own_pin_is_changed_with_the_old_one_and_a_finger(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "7 20261121 Tab 86420975 Tab 86420975 Enter");
	assert_non_null(f.act_done);
	assert_int_equal(f.op, OP_pin_change);
	assert_string_equal(f.pin, "20261121");
	assert_string_equal(f.new_pin, "86420975");
	assert_false(uifake_shows(&f, "86420975"));
	uifake_acted(&f, 0, "");
	assert_true(uifake_shows(&f, "暗証番号を変更しました"));
	uifake_keys(&f, "Enter");
	assert_true(uifake_shows(&f, "お知らせ"));
	uifake_close(&f);
}

static void
AUT_12_weak_pins_are_refused_with_their_reason(void **state)
{
	static const struct {
		const char *keys;
		const char *words;
	} cases[] = {
		{ "20261121 Tab 8642097 Tab 8642097 Enter", "短すぎます" },
		{ "20261121 Tab 12345678 Tab 12345678 Enter",
		    "推測されやすい" },
		{ "20261121 Tab 20261121 Tab 20261121 Enter",
		    "現在のものと同じ" },
		{ "20261121 Tab 86420975 Tab 86420976 Enter", "一致しません" },
	};
	struct uifake f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uifake_open(&f, "ja", 80, 24);
		uifake_log_in(&f);
		uifake_keys(&f, "7");
		uifake_keys(&f, cases[i].keys);
		if (!uifake_shows(&f, cases[i].words))
			fail_msg("%s: %s", cases[i].words, uifake_screen(&f));
		assert_null(f.act_done);
		uifake_close(&f);
	}
}

static void
AUT_12_an_old_pin_leads_to_a_new_one_and_nowhere_else(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	ui_link(f.ui, UI_LINK_UP, 0);
	uifake_keys(&f, "M001 Enter 20261121 Enter");
	uifake_step(&f, UI_LOGIN_PLACE, 0, -1);
	uifake_step(&f, UI_LOGIN_REPIN, 0, -1);
	assert_true(uifake_shows(&f, "有効期間が過ぎました"));
	uifake_keys(&f, "F2 F12");
	assert_int_equal(f.locks, 0);
	uifake_keys(&f, "20261121 Tab 86420975 Tab 86420975 Enter");
	assert_int_equal(f.op, OP_pin_change);
	uifake_acted(&f, 0, "");
	uifake_keys(&f, "Enter");
	assert_int_equal(f.logoffs, 1);
	assert_true(uifake_shows(&f, "照合ＩＤ"));
	uifake_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    PRM_03_accounts_are_reachable_only_with_the_right),
		cmocka_unit_test(PRM_03_each_deed_is_shown_only_with_its_right),
		cmocka_unit_test(
		    AUT_06_the_exact_text_is_shown_before_pin_and_finger),
		cmocka_unit_test(a_refused_act_goes_back_and_says_why),
		cmocka_unit_test(
		    a_wrong_finger_leaves_the_page_for_another_try),
		cmocka_unit_test(
		    AUT_12_ones_own_pin_is_changed_with_the_old_one_and_a_finger),
		cmocka_unit_test(
		    AUT_12_weak_pins_are_refused_with_their_reason),
		cmocka_unit_test(
		    AUT_12_an_old_pin_leads_to_a_new_one_and_nowhere_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
