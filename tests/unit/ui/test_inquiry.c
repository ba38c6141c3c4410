/*
 * Looking up and inquiring by keys, with the keystrokes of (g) tasks 2 and 11
 * counted.
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

static struct wire_arena arena;

static const void *
asked(struct uifake *f, const ProtobufCMessageDescriptor *d)
{
	ProtobufCMessage *m;

	wire_arena_reset(&arena);
	assert_int_equal(wire_unpack(d, buf_str(&f->req), &arena, &m), 0);
	return m;
}

static const Mamori__PersonSearchReq *
search_asked(struct uifake *f)
{
	assert_int_equal(f->op, OP_person_search);
	return asked(f, &mamori__person_search_req__descriptor);
}

static const Mamori__JukinetInquiryReq *
inquiry_asked(struct uifake *f)
{
	assert_int_equal(f->op, OP_jukinet_inquiry);
	return asked(f, &mamori__jukinet_inquiry_req__descriptor);
}

/* Presses the words one by one and counts them; `typed`: letters in between. */
static unsigned
press(struct uifake *f, const char *keys, bool typed)
{
	uifake_keys(f, keys);
	return typed ? 0 : 1;
}

/* (g) task 2: at most 6 keys besides what is typed. */
static void
task_2_takes_six_keys_after_typing(void **state)
{
	struct uifake f;
	unsigned n = 0;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	n += press(&f, "F2", false);
	n += press(&f, "yamada", true);
	n += press(&f, "Tab", false);
	n += press(&f, "S551226", true);
	n += press(&f, "Tab", false);
	n += press(&f, "1", true);
	n += press(&f, "F10", false);
	assert_true(str_eqz(STR_PB(search_asked(&f)->kana), "ヤマダ"));
	assert_true(str_eqz(STR_PB(search_asked(&f)->birth), "1980-12-26"));
	uifake_find(&f, 3);
	n += press(&f, "Down", false);
	n += press(&f, "Enter", false);
	assert_int_equal(f.op, OP_person_open);
	assert_int_equal(n, 6);
	uifake_close(&f);
}

/* (g) task 11 */
static void
task_11_takes_three_keys_after_typing(void **state)
{
	struct uifake f;
	unsigned n = 0;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	n += press(&f, "8", false);
	n += press(&f, "1", true); /* 事務 */
	n += press(&f, "2", true); /* 利用事由 */
	n += press(&f, "12345678903", true);
	n += press(&f, "F10", false);
	assert_true(
	    str_eqz(STR_PB(inquiry_asked(&f)->jumin_code), "12345678903"));
	assert_true(str_eqz(STR_PB(inquiry_asked(&f)->purpose), "1"));
	assert_true(str_eqz(STR_PB(inquiry_asked(&f)->use), "2"));
	uifake_jukinet(&f, 1, false);
	assert_true(uifake_shows(&f, "例示市中央町一丁目2番3号"));
	n += press(&f, "m", false);
	assert_int_equal(f.op, OP_person_unmask);
	assert_int_equal(n, 3);
	uifake_close(&f);
}

static void
INQ_03_a_check_digit_is_verified_on_leaving_the_field(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "8 1 2 12345678901 Tab");
	assert_true(uifake_shows(&f, "検査数字"));
	uifake_keys(&f, "F10");
	assert_int_not_equal(f.op, OP_jukinet_inquiry);
	uifake_close(&f);
}

static void
INQ_04_a_name_alone_is_refused(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "8 1 2 Tab Tab yamada F10");
	assert_int_not_equal(f.op, OP_jukinet_inquiry);
	assert_true(uifake_shows(&f, "氏名だけの照会はできません"));
	uifake_keys(&f, "S551226 F10");
	assert_int_equal(f.op, OP_jukinet_inquiry);
	uifake_close(&f);
}

static void
INQ_10_nobody_and_no_answer_are_different_words(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "8 1 2 12345678903 F10");
	uifake_jukinet(&f, 0, false);
	assert_true(uifake_shows(&f, "該当なし"));
	uifake_keys(&f, "F10");
	(void)uifake_fail(&f, ERR_TIMEOUT, false, "");
	assert_false(uifake_shows(&f, "該当なし"));
	uifake_close(&f);
}

static void
INQ_01_the_answer_shows_identification_data_and_changes_in_order(void **state)
{
	struct uifake f;
	char *page;
	const char *birth;
	const char *move;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "8 1 2 12345678903 F10");
	uifake_jukinet(&f, 1, true);
	assert_true(uifake_shows(&f, "************"));
	assert_true(uifake_shows(&f, "保留"));
	assert_false(uifake_shows(&f, "世帯"));
	assert_false(uifake_shows(&f, "続柄"));
	assert_false(uifake_shows(&f, "支援"));
	assert_false(uifake_shows(&f, "抑止"));
	page = uifake_screen(&f);
	birth = strstr(page, "出生"); /* INQ-09 */
	move = strstr(page, "転入");
	assert_true(birth != NULL && move != NULL && birth < move);
	free(page);
	uifake_close(&f);
}

static void
INQ_02_there_is_no_inquiry_without_an_affair(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "8 Tab Tab 12345678903 F10");
	assert_int_not_equal(f.op, OP_jukinet_inquiry);
	assert_true(uifake_shows(&f, "提供事務区分"));
	uifake_close(&f);
}

static void
SRC_03_an_equals_sign_asks_for_people_without_the_item(void **state)
{
	const Mamori__PersonSearchReq *q;
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "F2 yamada Tab = Tab 1");
	assert_true(uifake_shows(&f, "この項目が空欄の者"));
	uifake_keys(&f, "F10");
	q = search_asked(&f);
	assert_int_equal(q->birth.len, 0);
	assert_int_equal(q->n_blank, 1);
	assert_true(str_eqz(STR_PB(q->blank[0]), "birth"));
	uifake_find(&f, 0);
	/* typing makes it a value again */
	uifake_keys(&f, "F2 BackTab BackTab S551226 F10");
	uifake_close(&f);
}

static void
SRC_15_a_name_needs_something_beside_it(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "F2 yamada Tab Tab 1 F10");
	assert_int_not_equal(f.op, OP_person_search);
	assert_true(uifake_shows(&f, "氏名だけでは検索できません"));
	uifake_close(&f);
}

static void
SRC_14_a_search_that_takes_too_long_asks_for_narrower_conditions(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "F2 yamada Tab S551226 Tab 1 F10");
	(void)uifake_fail(&f, ERR_LIMIT, true, "conditions");
	assert_true(uifake_shows(&f, "条件を絞ってください"));
	uifake_close(&f);
}

static void
SRC_08_the_last_searches_come_back_and_can_be_changed(void **state)
{
	const Mamori__PersonSearchReq *q;
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	uifake_log_in(&f);
	uifake_keys(&f, "F2 F5");
	assert_int_equal(f.op, OP_search_saved);
	uifake_saved(&f);
	assert_true(uifake_shows(&f, "渡邉 ／ 神明一丁目"));
	uifake_keys(&f, "Down Enter");
	assert_true(uifake_shows(&f, "神明一丁目"));
	/* the reason is asked anew */
	uifake_keys(&f, "F10");
	assert_int_equal(f.op, OP_search_saved);
	uifake_keys(&f, "1 F10");
	q = search_asked(&f);
	assert_true(str_eqz(STR_PB(q->name), "渡邉"));
	assert_true(str_eqz(STR_PB(q->sex), "2"));
	assert_int_equal(q->n_blank, 1);
	uifake_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(task_2_takes_six_keys_after_typing),
		cmocka_unit_test(task_11_takes_three_keys_after_typing),
		cmocka_unit_test(
		    INQ_01_the_answer_shows_identification_data_and_changes_in_order),
		cmocka_unit_test(INQ_02_there_is_no_inquiry_without_an_affair),
		cmocka_unit_test(
		    INQ_03_a_check_digit_is_verified_on_leaving_the_field),
		cmocka_unit_test(INQ_04_a_name_alone_is_refused),
		cmocka_unit_test(
		    INQ_10_nobody_and_no_answer_are_different_words),
		cmocka_unit_test(
		    SRC_03_an_equals_sign_asks_for_people_without_the_item),
		cmocka_unit_test(
		    SRC_08_the_last_searches_come_back_and_can_be_changed),
		cmocka_unit_test(SRC_15_a_name_needs_something_beside_it),
		cmocka_unit_test(
		    SRC_14_a_search_that_takes_too_long_asks_for_narrower_conditions),
	};
	int rc;

	if (wire_arena_init(&arena, 1 << 20) != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	wire_arena_release(&arena);
	return rc;
}
