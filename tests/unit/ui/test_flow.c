/*
 * A day at the terminal: log-in, look-up, list, record.
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
search(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "F2 yamada Tab S551226 Tab 1 F10");
}

/* (g) task 1 */
static void
three_inputs_lead_to_work(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	ui_link(f.ui, UI_LINK_UP, 0);
	uifake_keys(&f, "M001 Enter 12345678 Enter");
	assert_string_equal(f.match_id, "M001");
	assert_string_equal(f.pin, "12345678");
	assert_string_equal(f.purpose_of_login, "login");
	uifake_step(&f, UI_LOGIN_PLACE, 0, -1);
	uifake_step(&f, UI_LOGIN_CHOOSE, 0, 1);
	assert_string_equal(f.chosen, "O001");
	uifake_step(&f, UI_LOGIN_DONE, 0, -1);
	assert_true(uifake_shows(&f, "お知らせ"));
	assert_true(uifake_shows(&f, "前回のログイン"));
	uifake_close(&f);
}

static void
AUT_04_several_duties_are_a_question_and_one_is_not(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	ui_link(f.ui, UI_LINK_UP, 0);
	uifake_keys(&f, "M001 Enter 12345678 Enter");
	uifake_step(&f, UI_LOGIN_PLACE, 0, -1);
	uifake_step(&f, UI_LOGIN_CHOOSE, 0, 2);
	assert_string_equal(f.chosen, "");
	assert_true(uifake_shows(&f, "支援措置責任者"));
	uifake_keys(&f, "Down Enter");
	assert_string_equal(f.chosen, "O002");
	uifake_close(&f);
}

static void
GOV_05_the_banner_names_secrecy_and_the_penalty(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	ui_link(f.ui, UI_LINK_UP, 0);
	assert_true(uifake_shows(&f, "秘密保持の義務"));
	assert_true(uifake_shows(&f, "２年以下の懲役"));
	assert_true(uifake_shows(&f, "100万円以下の罰金"));
	uifake_close(&f);
}

static void
TRM_02_before_log_in_there_is_only_log_in_help_and_end(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	ui_link(f.ui, UI_LINK_UP, 0);
	uifake_keys(&f, "F2 F4 F5 F6 F9 F10 F11 F12 Ctrl-C Ctrl-Z");
	assert_int_equal(f.calls, 0);
	assert_true(uifake_shows(&f, "照合ＩＤ"));
	uifake_keys(&f, "F1");
	assert_true(uifake_shows(&f, "登録した指を"));
	uifake_keys(&f, "F3 F3 Enter");
	assert_false(ui_wants_quit(f.ui));
	uifake_keys(&f, "F3 y");
	assert_true(ui_wants_quit(f.ui));
	uifake_close(&f);
}

static void
every_failed_log_in_has_its_own_words(void **state)
{
	static const struct {
		enum ui_login_step after;
		int err;
		int tries;
		const char *words;
	} cases[] = {
		{ UI_LOGIN_PIN, ERR_AUTH, 2, "暗証番号が違います" },
		{ UI_LOGIN_FINGER, ERR_AUTH, 2, "指が登録と一致しません" },
		{ UI_LOGIN_PLACE, ERR_TIMEOUT, -1, "指が置かれませんでした" },
		{ UI_LOGIN_PIN, ERR_TIMEOUT, -1, "応答がありません" },
		{ UI_LOGIN_PLACE, ERR_NODEV, -1, "センサーが接続されて" },
		{ UI_LOGIN_PIN, ERR_LOCKED, 0, "使用停止中" },
		{ UI_LOGIN_FINGER, ERR_AUTH, 0, "使用停止中" },
		{ UI_LOGIN_PIN, ERR_IO, -1, "通信が切れました" },
		{ UI_LOGIN_PIN, ERR_BUSY, -1, "他の端末でログイン中" },
		{ UI_LOGIN_SIGNING, ERR_FORK, -1, "検証できません" },
		{ UI_LOGIN_PIN, ERR_CORRUPT, -1, "壊れています" },
	};
	struct uifake f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uifake_open(&f, "ja", 80, 24);
		ui_link(f.ui, UI_LINK_UP, 0);
		uifake_keys(&f, "M001 Enter 12345678 Enter");
		uifake_step(&f, cases[i].after, 0, -1);
		uifake_step(&f, UI_LOGIN_FAILED, cases[i].err, cases[i].tries);
		if (!uifake_shows(&f, cases[i].words))
			fail_msg("%s: %s", cases[i].words, uifake_screen(&f));
		assert_int_equal(
		    uifake_shows(&f, "あと 2 回"), cases[i].tries == 2);
		/* the same person tries again without typing the ID */
		uifake_keys(&f, "87654321 Enter");
		assert_string_equal(f.match_id, "M001");
		assert_string_equal(f.pin, "87654321");
		uifake_close(&f);
	}
}

static void
F3_stops_waiting_for_the_finger(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	ui_link(f.ui, UI_LINK_UP, 0);
	uifake_keys(&f, "M001 Enter 12345678 Enter");
	uifake_step(&f, UI_LOGIN_PLACE, 0, -1);
	uifake_keys(&f, "F5 F6 F3");
	assert_int_equal(f.presses, 2);
	assert_int_equal(f.cancels, 1);
	assert_true(uifake_shows(&f, "中止しました"));
	uifake_close(&f);
}

/* (g) task 2: F2 Tab Tab 1 F10 Enter */
static void
six_keys_beside_the_typing_open_a_record(void **state)
{
	struct uifake f;
	struct wire_arena a;
	ProtobufCMessage *m;
	const Mamori__PersonSearchReq *q;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	search(&f);
	assert_int_equal(f.op, OP_person_search);
	assert_int_equal(wire_arena_init(&a, 65536), 0);
	assert_int_equal(wire_unpack(&mamori__person_search_req__descriptor,
			     buf_str(&f.req), &a, &m),
	    0);
	q = (const Mamori__PersonSearchReq *)m;
	assert_true(str_eqz(STR_PB(q->kana), "ヤマダ"));
	assert_true(str_eqz(STR_PB(q->birth), "1980-12-26"));
	assert_true(str_eqz(STR_PB(q->purpose), "1"));
	wire_arena_release(&a);
	assert_false(ui_is_idle(f.ui));
	uifake_find(&f, 3);
	assert_true(ui_is_idle(f.ui));
	assert_true(uifake_shows(&f, "該当 3件"));
	uifake_keys(&f, "Enter");
	assert_int_equal(f.op, OP_person_open);
	uifake_record(&f, false);
	assert_true(uifake_shows(&f, "住民情報照会"));
	assert_true(uifake_shows(&f, "************"));
	uifake_close(&f);
}

static void
SRC_15_no_search_leaves_without_a_reason_or_a_condition(void **state)
{
	struct uifake f;
	unsigned before;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	before = f.calls;
	uifake_keys(&f, "F2 yamada F10");
	assert_true(uifake_shows(&f, "利用事由：必須項目です"));
	uifake_keys(&f, "F3 F2 Tab Tab 1 F10");
	assert_true(uifake_shows(&f, "検索条件がありません"));
	uifake_keys(&f, "F3 F2 yamada Tab Tab 1 F10");
	assert_true(uifake_shows(&f, "氏名だけでは検索できません"));
	assert_int_equal(f.calls, before);
	uifake_close(&f);
}

static void
ERR_03_a_wrong_field_is_named_with_reason_and_remedy(void **state)
{
	static const struct {
		const char *keys;
		const char *words;
	} cases[] = {
		{ "Tab 551226 Tab", "生年月日：" },
		{ "Tab S640108 Tab", "その元号にはない日です" },
		{ "Tab H230229 Tab", "暦にない日です" },
		{ "BackTab BackTab 123456789012 Tab", "検査数字が合いません" },
		{ "BackTab BackTab 1234 Tab", "１２桁です" },
		{ "BackTab BackTab BackTab 1 Tab", "１１桁です" },
		{ "Tab Tab x", "候補はありません" },
	};
	struct uifake f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uifake_open(&f, "ja", 80, 24);
		uifake_log_in(&f);
		uifake_keys(&f, "F2");
		uifake_keys(&f, cases[i].keys);
		if (!uifake_shows(&f, cases[i].words))
			fail_msg("%s: %s", cases[i].keys, uifake_screen(&f));
		uifake_close(&f);
	}
}

static void
no_hit_refusal_and_silence_never_look_alike(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	search(&f);
	uifake_find(&f, 0);
	assert_true(uifake_shows(&f, "該当なし"));
	uifake_keys(&f, "F10");
	assert_true(uifake_fail(&f, ERR_DENIED, true, ""));
	assert_true(uifake_shows(&f, "拒否されました"));
	assert_false(uifake_shows(&f, "該当なし"));
	uifake_keys(&f, "F10");
	assert_true(uifake_fail(&f, ERR_TIMEOUT, false, ""));
	assert_true(uifake_shows(&f, "該当があるかどうかは分かりません"));
	assert_false(uifake_shows(&f, "該当なし"));
	uifake_keys(&f, "F10");
	assert_true(uifake_fail(&f, ERR_FORK, false, ""));
	assert_true(uifake_shows(&f, "検証できないため"));
	uifake_close(&f);
}

static void
SRC_14_over_the_limit_there_is_no_list(void **state)
{
	struct uifake f;
	Mamori__PersonSearchAns ans = MAMORI__PERSON_SEARCH_ANS__INIT;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	search(&f);
	ans.over_limit = 1;
	ans.limit = 50;
	assert_true(uifake_answer(&f, &ans.base));
	assert_true(uifake_shows(&f, "条件を絞ってください"));
	assert_true(uifake_shows(&f, "本人検索"));
	uifake_close(&f);
}

static void
SRC_09_marks_are_words_and_hidden_addresses_say_why(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	search(&f);
	uifake_find(&f, 3);
	assert_true(uifake_shows(&f, "【支】"));
	assert_true(uifake_shows(&f, "【抑】"));
	uifake_keys(&f, "Down");
	assert_true(uifake_shows(&f, "（支援措置により表示できません）"));
	uifake_keys(&f, "Enter");
	uifake_record(&f, true);
	assert_true(uifake_shows(&f, "【支援措置】"));
	assert_true(uifake_shows(&f, "（支援措置により表示できません）"));
	assert_false(uifake_shows(&f, "930-0001"));
	assert_false(uifake_shows(&f, "例示市中央町"));
	uifake_keys(&f, "s");
	uifake_house(&f, true);
	assert_true(uifake_shows(&f, "（支援措置により表示できません）"));
	uifake_close(&f);
}

static void
the_reason_is_kept_for_the_same_reception_number_only(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "F2 yamada Tab S551226 Tab 1 A-17 F10");
	uifake_find(&f, 3);
	uifake_keys(&f, "F2");
	assert_false(uifake_shows(&f, "ヤマダ"));
	assert_true(uifake_shows(&f, "住民票の写し等の交付"));
	uifake_keys(&f, "Tab Tab 2");
	assert_true(uifake_shows(&f, "異動届"));
	uifake_keys(&f, "F3 F2 Tab Tab Tab 8");
	assert_false(uifake_shows(&f, "住民票の写し等の交付"));
	/* without a number nothing is remembered */
	uifake_keys(&f,
	    "F3 F2 Tab Tab Tab Ctrl-U BackTab 2 BackTab BackTab "
	    "BackTab suzuki Tab S551226 F10");
	uifake_find(&f, 3);
	uifake_keys(&f, "F2");
	assert_false(uifake_shows(&f, "異動届"));
	uifake_close(&f);
}

static void
keys_typed_ahead_wait_for_the_answer(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	search(&f);
	uifake_keys(&f, "Down Enter");
	uifake_find(&f, 3);
	assert_int_equal(f.op, OP_person_open);
	uifake_record(&f, true);
	assert_true(uifake_shows(&f, "【支援措置】"));
	uifake_close(&f);
}

static void
keys_typed_ahead_are_dropped_when_the_answer_is_no(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	search(&f);
	uifake_keys(&f, "F3");
	assert_true(uifake_shows(&f, "中止"));
	uifake_keys(&f, "F10 x x x");
	assert_true(uifake_fail(&f, ERR_DENIED, true, ""));
	assert_true(uifake_shows(&f, "拒否されました"));
	uifake_close(&f);
}

static void
pasted_newlines_never_submit(void **state)
{
	struct uifake f;
	unsigned before;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	before = f.calls;
	uifake_keys(&f, "F2 Paste ヤマダ Enter Tab F10 タロウ PasteEnd");
	assert_int_equal(f.calls, before);
	assert_true(uifake_shows(&f, "ヤマダタロウ"));
	/* F12 works even in a paste that never ends */
	uifake_keys(&f, "Paste x F12");
	assert_int_equal(f.locks, 1);
	uifake_close(&f);
}

static void
the_language_changes_at_run_time(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "l");
	assert_true(uifake_shows(&f, "Menu and notices"));
	uifake_keys(&f, "l");
	assert_true(uifake_shows(&f, "メニュー"));
	uifake_close(&f);
}

static void
a_person_without_the_right_is_not_offered_the_search(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	f.who.rights = 0;
	uifake_keys(&f, "F2 1");
	assert_false(uifake_shows(&f, "本人検索"));
	uifake_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_inputs_lead_to_work),
		cmocka_unit_test(
		    AUT_04_several_duties_are_a_question_and_one_is_not),
		cmocka_unit_test(
		    GOV_05_the_banner_names_secrecy_and_the_penalty),
		cmocka_unit_test(
		    TRM_02_before_log_in_there_is_only_log_in_help_and_end),
		cmocka_unit_test(every_failed_log_in_has_its_own_words),
		cmocka_unit_test(F3_stops_waiting_for_the_finger),
		cmocka_unit_test(six_keys_beside_the_typing_open_a_record),
		cmocka_unit_test(
		    SRC_15_no_search_leaves_without_a_reason_or_a_condition),
		cmocka_unit_test(
		    ERR_03_a_wrong_field_is_named_with_reason_and_remedy),
		cmocka_unit_test(no_hit_refusal_and_silence_never_look_alike),
		cmocka_unit_test(SRC_14_over_the_limit_there_is_no_list),
		cmocka_unit_test(
		    SRC_09_marks_are_words_and_hidden_addresses_say_why),
		cmocka_unit_test(
		    the_reason_is_kept_for_the_same_reception_number_only),
		cmocka_unit_test(keys_typed_ahead_wait_for_the_answer),
		cmocka_unit_test(
		    keys_typed_ahead_are_dropped_when_the_answer_is_no),
		cmocka_unit_test(pasted_newlines_never_submit),
		cmocka_unit_test(the_language_changes_at_run_time),
		cmocka_unit_test(
		    a_person_without_the_right_is_not_offered_the_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
