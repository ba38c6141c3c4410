/*
 * The table of items: numbers, groups, what is kept, what a certificate says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/err.h"
#include "core/resident.h"

static void
numbers_and_tokens_are_there_once(void **state)
{
	const struct item_row *t = item_table();
	unsigned at;
	unsigned i;
	unsigned k;

	(void)state;
	for (i = 0; i < ITEM_COUNT; i++) {
		assert_int_equal(item_find(t[i].number, &at), 0);
		assert_int_equal(at, i);
		assert_true(t[i].max > 0 && t[i].label[0] != '\0');
		for (k = 0; k < i; k++) {
			assert_string_not_equal(t[i].token, t[k].token);
			assert_true(t[i].at == 0 || t[i].at != t[k].at);
		}
	}
	assert_int_equal(item_find(0, &at), ERR_NOTFOUND);
	assert_int_equal(item_find(67, &at), ERR_NOTFOUND);
}

static void
REC_01_REC_02_every_item_of_appendix_F_is_in_the_table(void **state)
{
	/* F-1, F-2; the name is the heading of the page */
	static const enum resident_column items[] = { RESIDENT_name,
		RESIDENT_former_surname, RESIDENT_birth_date_text, RESIDENT_sex,
		RESIDENT_relation, RESIDENT_honseki, RESIDENT_koseki_head,
		RESIDENT_resident_since, RESIDENT_address, RESIDENT_building,
		RESIDENT_address_since, RESIDENT_notified_on,
		RESIDENT_previous_address, RESIDENT_my_number, RESIDENT_voter,
		RESIDENT_insurance_nhi, RESIDENT_insurance_old,
		RESIDENT_insurance_care, RESIDENT_pension,
		RESIDENT_child_allowance, RESIDENT_jumin_code,
		RESIDENT_removed_reason, RESIDENT_moved_to_planned,
		RESIDENT_removed_on, RESIDENT_moved_to, RESIDENT_move_notice_on,
		RESIDENT_moved_out_on, RESIDENT_name_kanji, RESIDENT_alias,
		RESIDENT_alias_on, RESIDENT_alias_on_city, RESIDENT_alias_off,
		RESIDENT_alias_off_city, RESIDENT_nationality,
		RESIDENT_foreign_since, RESIDENT_class_30_45,
		RESIDENT_residence_status, RESIDENT_residence_period,
		RESIDENT_residence_until, RESIDENT_residence_card,
		RESIDENT_special_card, RESIDENT_landing_period,
		RESIDENT_stay_period, RESIDENT_furigana,
		RESIDENT_furigana_status };
	unsigned order[ITEM_COUNT];
	size_t n = item_screen(order);
	size_t i;
	size_t k;

	(void)state;
	for (i = 1; i < n; i++)
		assert_true(
		    item_table()[order[i - 1]].at < item_table()[order[i]].at);
	for (i = 1; i < sizeof(items) / sizeof(items[0]); i++) {
		for (k = 0; k < n && order[k] != items[i]; k++)
			continue;
		if (k == n)
			fail_msg(
			    "%s is not shown", item_table()[items[i]].token);
	}
}

static void
what_is_kept_comes_back(void **state)
{
	struct str v[RESIDENT_COUNT] = { { 0 } };
	struct str w[RESIDENT_COUNT] = { { 0 } };
	struct buf b = BUF_INIT;
	unsigned i;

	(void)state;
	v[RESIDENT_name] = STR("not kept here");
	v[RESIDENT_honseki] = STR("富山県富山市総曲輪 三丁目2番");
	v[RESIDENT_last_registered] = STR("例示市");
	item_keep(&b, v);
	assert_int_equal(item_read(buf_str(&b), w), 0);
	for (i = ITEM_FIRST_KEPT; i < RESIDENT_COUNT; i++)
		assert_true(str_eq(v[i], w[i]));
	buf_release(&b);
}

static void
damaged_items_are_refused(void **state)
{
	static const char *const bad[] = { "x", "20", "20 \n", "20 a",
		"6 name\n", "901 x\n", "67 x\n", "020 a\n", "20 a\n20 b\n",
		"48 01234567890123456\n", "\n" };
	struct str v[RESIDENT_COUNT] = { { 0 } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (item_read(str_of(bad[i]), v) != ERR_CORRUPT)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(item_read(STR(""), v), 0);
}

static void
PRM_07_the_groups_of_the_standard_exist(void **state)
{
	static const struct {
		const char *token;
		enum resident_column column;
	} rows[] = { { "koseki", RESIDENT_honseki },
		{ "koseki", RESIDENT_koseki_head },
		{ "my-number", RESIDENT_my_number },
		{ "jumin-code", RESIDENT_jumin_code },
		{ "residence", RESIDENT_residence_status },
		{ "residence", RESIDENT_class_30_45 } };
	struct buf b = BUF_INIT;
	unsigned mask;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    item_group_find(str_of(rows[i].token), &mask), 0);
		assert_int_equal(item_table()[rows[i].column].hide, mask);
	}
	assert_int_equal(item_group_find(STR("name"), &mask), ERR_NOTFOUND);
	item_group_put(&b, ITEM_HIDE_KOSEKI | ITEM_HIDE_RESIDENCE);
	assert_true(str_eqz(buf_str(&b), "koseki residence"));
	buf_release(&b);
}

static void
promise_3_every_item_that_tells_a_place_says_so(void **state)
{
	static const enum resident_column places[] = { RESIDENT_household_no,
		RESIDENT_postal_code, RESIDENT_address, RESIDENT_building,
		RESIDENT_address_code, RESIDENT_previous_address,
		RESIDENT_honseki, RESIDENT_koseki_head, RESIDENT_moved_to,
		RESIDENT_moved_to_planned, RESIDENT_last_registered,
		RESIDENT_remarks };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		assert_true(item_table()[places[i]].place);
	assert_true(item_table()[ITEM_head_name].place);
}

static void
REC_16_the_certificate_says_what_is_not_certified(void **state)
{
	static const struct {
		const char *reading;
		const char *status;
		bool foreign;
		const char *text;
	} rows[] = {
		{ "ワタナベ　タロウ", "公証済", false, "ワタナベ　タロウ" },
		{ "ワタナベ", "氏のみ", false, "ワタナベ　【名空欄】" },
		{ "タロウ", "名のみ", false, "【氏空欄】　タロウ" },
		{ "", "未公証", false, "********" },
		{ "", "", false, "********" },
		{ "アン", "公証済", true, "********" },
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&b);
		item_furigana_put(&b, str_of(rows[i].reading),
		    str_of(rows[i].status), rows[i].foreign);
		assert_true(str_eqz(buf_str(&b), rows[i].text));
	}
	buf_release(&b);
}

static void
F_5_members_stand_in_the_order_of_the_standard(void **state)
{
	static const char *const order[] = { "世帯主", "妻", "子", "子の妻",
		"父", "姉", "父の母", "妻の母", "縁故者", "同居人", "" };
	size_t i;

	(void)state;
	for (i = 1; i < sizeof(order) / sizeof(order[0]); i++)
		if (resident_relation_rank(str_of(order[i - 1])) >=
		    resident_relation_rank(str_of(order[i])))
			fail_msg("%s before %s", order[i - 1], order[i]);
	assert_int_equal(resident_relation_rank(STR("子の子の妻")),
	    resident_relation_rank(STR("子の妻")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_tokens_are_there_once),
		cmocka_unit_test(
		    REC_01_REC_02_every_item_of_appendix_F_is_in_the_table),
		cmocka_unit_test(what_is_kept_comes_back),
		cmocka_unit_test(damaged_items_are_refused),
		cmocka_unit_test(PRM_07_the_groups_of_the_standard_exist),
		cmocka_unit_test(
		    promise_3_every_item_that_tells_a_place_says_so),
		cmocka_unit_test(
		    REC_16_the_certificate_says_what_is_not_certified),
		cmocka_unit_test(
		    F_5_members_stand_in_the_order_of_the_standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
