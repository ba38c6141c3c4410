/*
 * Leaving the seat, losing the link, handing over: nobody is shown to the next
 * person, nothing typed is lost for the same one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "uifake.h"

static void
search(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "F2 yamada Tab S551226 Tab 1 F10");
}

static void
assert_nothing_personal(struct uifake *f)
{
	static const char *const data[] = { "山田", "渡邉", "ヤマダ",
		"例示市中央", "551226", "昭和55", "0000001", "JOHNSON",
		"930-0001" };
	size_t i;

	for (i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
		if (uifake_shows(f, data[i]))
			fail_msg("the page shows %s", data[i]);
	}
}

static void
TRM_11_a_locked_screen_shows_nobody_and_the_draft_comes_back(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "F2 yamada Tab S551226 F12");
	assert_int_equal(f.locks, 1);
	assert_nothing_personal(&f);
	uifake_keys(&f, "F2 F4 F10 F12 Down Esc Tab");
	assert_nothing_personal(&f);
	uifake_keys(&f, "F1");
	assert_nothing_personal(&f);
	uifake_keys(&f, "F3 12345678 Enter");
	assert_string_equal(f.purpose_of_login, "unlock");
	assert_string_equal(f.match_id, "M001");
	assert_nothing_personal(&f);
	uifake_step(&f, UI_LOGIN_PLACE, 0, -1);
	uifake_step(&f, UI_LOGIN_DONE, 0, -1);
	assert_true(uifake_shows(&f, "ヤマダ"));
	assert_true(uifake_shows(&f, "S551226"));
	uifake_close(&f);
}

static void
an_answer_that_comes_while_locked_stays_unseen(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	search(&f);
	uifake_keys(&f, "F12");
	uifake_find(&f, 3);
	assert_nothing_personal(&f);
	uifake_keys(&f, "12345678 Enter");
	uifake_step(&f, UI_LOGIN_DONE, 0, -1);
	assert_true(uifake_shows(&f, "該当 3件"));
	uifake_close(&f);
}

static void
idle_time_warns_and_locks(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	search(&f);
	uifake_find(&f, 3);
	f.boot += 239000;
	(void)ui_tick(f.ui);
	assert_false(uifake_shows(&f, "自動ロックまで"));
	f.boot += 2000;
	assert_true(ui_tick(f.ui) <= 1000);
	assert_true(uifake_shows(&f, "自動ロックまで 0:59"));
	uifake_keys(&f, "Down");
	assert_false(uifake_shows(&f, "自動ロックまで"));
	f.boot += 300000;
	(void)ui_tick(f.ui);
	assert_nothing_personal(&f);
	assert_int_equal(f.locks, 1);
	uifake_close(&f);
}

static void
a_site_cannot_make_the_idle_time_longer_than_five_minutes(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	f.site.idle_seconds = 36000;
	uifake_log_in(&f);
	f.boot += 300000;
	(void)ui_tick(f.ui);
	assert_int_equal(f.locks, 1);
	uifake_close(&f);
}

static void
TRM_19_without_the_link_residents_vanish_and_the_draft_waits(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	search(&f);
	uifake_find(&f, 3);
	uifake_keys(&f, "Enter");
	uifake_record(&f, false);
	f.who.in = false;
	ui_link(f.ui, UI_LINK_DOWN, ERR_IO);
	assert_nothing_personal(&f);
	assert_true(uifake_shows(&f, "サーバーに接続できません"));
	assert_false(uifake_shows(&f, "該当"));
	ui_link(f.ui, UI_LINK_CONNECTING, 0);
	assert_nothing_personal(&f);
	ui_link(f.ui, UI_LINK_UP, 0);
	assert_nothing_personal(&f);
	uifake_keys(&f, "12345678 Enter");
	assert_string_equal(f.purpose_of_login, "login");
	assert_string_equal(f.match_id, "M001");
	uifake_step(&f, UI_LOGIN_PLACE, 0, -1);
	uifake_step(&f, UI_LOGIN_CHOOSE, 0, 2);
	assert_string_equal(f.chosen, "O001");
	uifake_step(&f, UI_LOGIN_DONE, 0, -1);
	/* the record is gone, what was typed is there */
	assert_true(uifake_shows(&f, "ヤマダ"));
	assert_false(uifake_shows(&f, "例示市中央"));
	uifake_close(&f);
}

static void
somebody_else_logs_the_locked_person_off(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	search(&f);
	uifake_keys(&f, "F12 F3 Enter");
	assert_true(uifake_shows(&f, "ロック中"));
	uifake_keys(&f, "F3 Y");
	assert_int_equal(f.logoffs, 1);
	assert_true(uifake_shows(&f, "秘密保持の義務"));
	uifake_keys(&f, "M002 Enter 11111111 Enter");
	assert_string_equal(f.match_id, "M002");
	uifake_step(&f, UI_LOGIN_CHOOSE, 0, 1);
	uifake_step(&f, UI_LOGIN_DONE, 0, -1);
	uifake_keys(&f, "F2");
	assert_false(uifake_shows(&f, "ヤマダ"));
	uifake_close(&f);
}

static void
a_log_off_asks_first_and_Enter_means_no(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "0 Enter");
	assert_int_equal(f.logoffs, 0);
	assert_true(uifake_shows(&f, "お知らせ"));
	uifake_keys(&f, "0 F10");
	assert_int_equal(f.logoffs, 1);
	uifake_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    TRM_11_a_locked_screen_shows_nobody_and_the_draft_comes_back),
		cmocka_unit_test(
		    an_answer_that_comes_while_locked_stays_unseen),
		cmocka_unit_test(idle_time_warns_and_locks),
		cmocka_unit_test(
		    a_site_cannot_make_the_idle_time_longer_than_five_minutes),
		cmocka_unit_test(
		    TRM_19_without_the_link_residents_vanish_and_the_draft_waits),
		cmocka_unit_test(somebody_else_logs_the_locked_person_off),
		cmocka_unit_test(a_log_off_asks_first_and_Enter_means_no),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
