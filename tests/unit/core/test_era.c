/*
 * Dates: App. D, terminal-ui.md §2.3, REC-03, REC-04, REC-05.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/era.h"
#include "core/err.h"

static void
put_iso(struct str in, char out[16])
{
	struct era_date d;
	struct buf b = BUF_INIT;

	out[0] = '\0';
	if (date_parse(in, &d, NULL) == 0) {
		date_put_iso(&b, d.date);
		assert_int_equal(str_copy(out, 16, buf_str(&b)), 0);
	}
	buf_release(&b);
}

static void
every_typed_form_gives_the_same_day(void **state)
{
	static const char *const forms[] = { "r8.11.21", "R8/11/21", "R8-11-21",
		"令和8年11月21日", "㋿8年11月21日", "20261121",
		"2026-11-21", "2026/11/21", "2026年11月21日", "R081121",
		"5081121", "R8・11・21", "Ｒ８．１１．２１",
		"令和 8年 11月 21日", "ｒ０８１１２１", "２０２６１１２１",
		"西暦2026年11月21日", "令和８年１１月２１日" };
	char iso[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		put_iso(str_of(forms[i]), iso);
		if (strcmp(iso, "2026-11-21") != 0)
			fail_msg("%s gave '%s'", forms[i], iso);
	}
	put_iso(STR("令和元年5月1日"), iso);
	assert_string_equal(iso, "2019-05-01");
	put_iso(STR("S551226"), iso);
	assert_string_equal(iso, "1980-12-26");
	put_iso(STR("平成31年4月30日"), iso);
	assert_string_equal(iso, "2019-04-30");
	put_iso(STR("昭和64年1月7日"), iso);
	assert_string_equal(iso, "1989-01-07");
	put_iso(STR("1080229"), iso);
	assert_string_equal(iso, "");
}

static void
every_refusal_has_its_own_reason(void **state)
{
	static const struct {
		const char *in;
		enum date_fault fault;
	} rows[] = {
		{ "", DATE_FAULT_FORM },
		{ "abc", DATE_FAULT_FORM },
		{ "R8.11", DATE_FAULT_FORM },
		{ "R8.11-21", DATE_FAULT_FORM },
		{ "R8.11.21x", DATE_FAULT_FORM },
		{ "9081121", DATE_FAULT_FORM },
		{ "123456789", DATE_FAULT_FORM },
		{ "R8.2.30", DATE_FAULT_RANGE },
		{ "R8.13.1", DATE_FAULT_RANGE },
		{ "2025-02-29", DATE_FAULT_RANGE },
		{ "20261131", DATE_FAULT_RANGE },
		{ "平成31年5月1日", DATE_FAULT_ERA },
		{ "令和1年4月30日", DATE_FAULT_ERA },
		{ "S64.1.8", DATE_FAULT_ERA },
		{ "M45.7.31", DATE_FAULT_ERA },
		{ "T15.12.26", DATE_FAULT_ERA },
		{ "M5.12.2", DATE_FAULT_EARLY },
		{ "1872-12-31", DATE_FAULT_EARLY },
		{ "8.11.21", DATE_FAULT_NOERA },
		{ "261121", DATE_FAULT_NOERA },
		{ "8年11月21日", DATE_FAULT_NOERA },
	};
	enum date_fault fault;
	struct era_date d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_not_equal(
		    date_parse(str_of(rows[i].in), &d, &fault), 0);
		if (fault != rows[i].fault)
			fail_msg("%s: fault %d", rows[i].in, (int)fault);
		assert_true(date_fault_text(fault)[0] != '\0');
	}
	/* the first day of the solar calendar is good */
	assert_int_equal(date_parse(STR("M6.1.1"), &d, &fault), 0);
}

static void
REC_04_days_of_two_eras_are_taken_and_shown_as_written(void **state)
{
	static const char *const days[] = { "明治45年7月30日",
		"大正元年7月30日", "大正15年12月25日", "昭和元年12月25日" };
	struct era_date d;
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_int_equal(date_parse(str_of(days[i]), &d, NULL), 0);
		buf_clear(&b);
		date_put_wareki(&b, d.date, d.era);
		assert_true(str_eqz(buf_str(&b), days[i]));
	}
	buf_release(&b);
}

static void
REC_03_the_lawful_form_has_one_calendar_and_the_weekday(void **state)
{
	struct era_date d = { { 2026, 11, 21 }, 'R' };
	struct buf b = BUF_INIT;

	(void)state;
	date_put_lawful(&b, &d, false);
	assert_true(str_eqz(buf_str(&b), "令和8年11月21日（土）"));
	buf_clear(&b);
	date_put_lawful(&b, &d, true);
	assert_true(str_eqz(buf_str(&b), "2026年11月21日（土）"));
	buf_clear(&b);
	date_put_wareki(&b, (struct date){ 1980, 12, 26 }, 0);
	assert_true(str_eqz(buf_str(&b), "昭和55年12月26日"));
	buf_release(&b);
}

static void
periods_end_and_alert_as_the_table_of_appendix_D_says(void **state)
{
	static const char *const rows[][4] = {
		/* start, end, alert, start of the extension's alert: end+1 */
		{ "2020-04-01", "2021-03-31", "2021-02-28", "2021-04-01" },
		{ "2024-02-29", "2025-02-28", "2025-01-28", "2025-03-01" },
		{ "2023-03-01", "2024-02-29", "2024-01-29", "2024-03-01" },
		{ "2024-03-01", "2025-02-28", "2025-01-28", "2025-03-01" },
		{ "2025-01-01", "2025-12-31", "2025-11-30", "2026-01-01" },
		{ "2025-05-26", "2026-05-25", "2026-04-25", "2026-05-26" },
		{ "2025-10-31", "2026-10-30", "2026-09-30", "2026-10-31" },
	};
	struct date d[4];
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (k = 0; k < 4; k++)
			assert_int_equal(
			    date_get_iso(str_of(rows[i][k]), &d[k]), 0);
		assert_int_equal(date_cmp(date_period_end(d[0]), d[1]), 0);
		assert_int_equal(date_cmp(date_period_alert(d[1]), d[2]), 0);
		assert_int_equal(date_cmp(date_add_days(d[1], 1), d[3]), 0);
	}
}

static void
REC_04_the_14_unknown_forms_are_known_and_others_are_not(void **state)
{
	static const char *const forms[14] = { "令和3年頃", "令和3年4月頃",
		"令和3年4月5日頃", "推定令和3年4月5日", "推定令和3年4月",
		"令和3年春", "令和3年4月上旬", "令和3年4月中旬頃", "年月日不詳",
		"令和3年　月日不詳", "令和3年10月　日不詳",
		"令和3年4月5日から5月6日頃までの間",
		"令和3年10月推定5日から6日までの間",
		"昭和元年12月26日頃から30日頃までの間" };
	static const char *const others[] = { "", "不詳", "令和年頃",
		"令和3年13月頃", "令和3年4月32日頃", "R3.4.5", "令和0年春",
		"平成40年春", "21年頃", "令和3年4月5日頃まで",
		"平成31年5月1日" };
	struct date_text t;
	size_t i;

	(void)state;
	for (i = 0; i < 14; i++) {
		assert_int_equal(date_text_parse(str_of(forms[i]), &t), 0);
		assert_int_equal(t.kind, DATE_TEXT_UNKNOWN);
		assert_int_equal(t.pattern, (int)i + 1);
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (date_text_parse(str_of(others[i]), &t) == 0)
			fail_msg("'%s' was taken", others[i]);
	assert_int_equal(date_text_parse(STR("平成23年2月29日"), &t), 0);
	assert_int_equal(t.kind, DATE_TEXT_UNREAL);
	assert_int_equal(date_text_parse(STR("明治45年7月30日"), &t), 0);
	assert_int_equal(t.kind, DATE_TEXT_WAREKI);
	assert_int_equal(t.date.date.y, 1912);
	assert_int_equal(date_text_parse(STR("1980年12月26日"), &t), 0);
	assert_int_equal(t.kind, DATE_TEXT_SEIREKI);
	assert_true(t.seireki);
}

static void
REC_05_a_new_era_needs_only_a_row(void **state)
{
	static const struct era_row rows[] = {
		{ 'R', 5, "令和", NULL, { 2019, 5, 1 }, { 2039, 12, 31 } },
		{ 'X', 6, "新元", NULL, { 2040, 1, 1 }, { 9999, 12, 31 } },
	};
	static const struct era_row gap[] = {
		{ 'R', 5, "令和", NULL, { 2019, 5, 1 }, { 2039, 12, 30 } },
		{ 'X', 6, "新元", NULL, { 2040, 1, 1 }, { 9999, 12, 31 } },
	};
	struct buf b = BUF_INIT;
	char iso[16];

	(void)state;
	assert_int_equal(era_set_table(gap, 2), ERR_RANGE);
	assert_int_equal(era_set_table(rows, 2), 0);
	put_iso(STR("x1.1.2"), iso);
	assert_string_equal(iso, "2040-01-02");
	put_iso(STR("6010102"), iso);
	assert_string_equal(iso, "2040-01-02");
	date_put_wareki(&b, (struct date){ 2040, 1, 2 }, 0);
	assert_true(str_eqz(buf_str(&b), "新元元年1月2日"));
	assert_int_equal(era_set_table(NULL, 0), 0);
	buf_release(&b);
}

static void
today_is_the_day_in_japan(void **state)
{
	struct date d;

	(void)state;
	d = date_today(INT64_C(1763737199999)); /* 2025-11-21 14:59:59.999 Z */
	assert_int_equal(date_cmp(d, (struct date){ 2025, 11, 21 }), 0);
	d = date_today(INT64_C(1763737200000));
	assert_int_equal(date_cmp(d, (struct date){ 2025, 11, 22 }), 0);
	d = date_today(-INT64_C(32400001));
	assert_int_equal(date_cmp(d, (struct date){ 1969, 12, 31 }), 0);
}

static void
only_strict_iso_is_iso(void **state)
{
	static const char *const bad[] = { "2026-1-01", "2026/01/01",
		"2026-02-29", "2026-00-10", "0000-01-01", "2026-01-011",
		" 2026-01-01", "２026-01-01" };
	struct date d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_not_equal(date_get_iso(str_of(bad[i]), &d), 0);
		assert_int_equal(d.y, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_typed_form_gives_the_same_day),
		cmocka_unit_test(every_refusal_has_its_own_reason),
		cmocka_unit_test(
		    REC_04_days_of_two_eras_are_taken_and_shown_as_written),
		cmocka_unit_test(
		    REC_03_the_lawful_form_has_one_calendar_and_the_weekday),
		cmocka_unit_test(
		    periods_end_and_alert_as_the_table_of_appendix_D_says),
		cmocka_unit_test(
		    REC_04_the_14_unknown_forms_are_known_and_others_are_not),
		cmocka_unit_test(REC_05_a_new_era_needs_only_a_row),
		cmocka_unit_test(today_is_the_day_in_japan),
		cmocka_unit_test(only_strict_iso_is_iso),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
