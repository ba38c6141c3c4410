/*
 * Rows of the residents' file: every rule of a column, by name.
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
#include "core/resident.h"

/* A good Japanese row; a test changes one value. */
static const char *const good[RESIDENT_COUNT] = {
	[RESIDENT_resident_no] = "0001236",
	[RESIDENT_history_no] = "1",
	[RESIDENT_household_no] = "1234560",
	[RESIDENT_jumin_code] = "12345678903",
	[RESIDENT_my_number] = "123456789018",
	[RESIDENT_name] = "渡邉\U000e0102　太郎",
	[RESIDENT_name_kana] = "ワタナベ　タロウ",
	[RESIDENT_alias] = "",
	[RESIDENT_birth_date] = "1980-12-26",
	[RESIDENT_birth_date_text] = "昭和55年12月26日",
	[RESIDENT_sex] = "男",
	[RESIDENT_postal_code] = "930-0083",
	[RESIDENT_address] = "富山市総曲輪三丁目2番1号",
	[RESIDENT_relation] = "世帯主",
	[RESIDENT_nationality] = "日本",
	[RESIDENT_status] = "住民",
	[RESIDENT_event] = "転入",
	[RESIDENT_event_date] = "令和2年4月1日",
	[RESIDENT_protected] = "",
	[RESIDENT_address_since] = "令和2年4月1日",
	[RESIDENT_honseki] = "富山県富山市総曲輪三丁目2番",
	[RESIDENT_koseki_head] = "渡邉　一郎",
	[RESIDENT_resident_since] = "平成10年4月1日",
};

struct bad_list {
	size_t n;
	struct str column[RESIDENT_COUNT + 2];
};

static void
collect(void *ctx, struct str column, const char *reason)
{
	struct bad_list *list = ctx;

	assert_true(reason[0] != '\0');
	assert_true(list->n < RESIDENT_COUNT + 2);
	list->column[list->n++] = column;
}

static int
parse_with(enum resident_column a, const char *va, enum resident_column b,
    const char *vb, struct bad_list *bad, struct resident_row *row)
{
	struct str fields[RESIDENT_COUNT];
	struct resident_header h;
	int i;

	resident_header_all(&h);
	for (i = 0; i < RESIDENT_COUNT; i++)
		fields[i] = str_of(good[i]);
	fields[a] = str_of(va);
	fields[b] = str_of(vb);
	bad->n = 0;
	return resident_parse(row, &h, fields, h.n, collect, bad);
}

struct change {
	enum resident_column column;
	const char *value;
};

/* The good row with changes. */
static int
parse_changed(const struct change *base, size_t n_base, const struct change *c,
    size_t n, struct bad_list *bad, struct resident_row *row)
{
	struct str fields[RESIDENT_COUNT];
	struct resident_header h;
	size_t i;

	resident_header_all(&h);
	for (i = 0; i < RESIDENT_COUNT; i++)
		fields[i] = str_of(good[i]);
	for (i = 0; i < n_base; i++)
		fields[base[i].column] = str_of(base[i].value);
	for (i = 0; i < n; i++)
		fields[c[i].column] = str_of(c[i].value);
	bad->n = 0;
	return resident_parse(row, &h, fields, h.n, collect, bad);
}

/* A good foreign resident with changes. */
static int
parse_foreign(const struct change *c, size_t n, struct bad_list *bad,
    struct resident_row *row)
{
	static const struct change foreign[] = {
		{ RESIDENT_name, "NGUYEN VAN AN" },
		{ RESIDENT_nationality, "ベトナム" },
		{ RESIDENT_birth_date_text, "1980年12月26日" },
		{ RESIDENT_honseki, "" },
		{ RESIDENT_koseki_head, "" },
		{ RESIDENT_resident_since, "" },
		{ RESIDENT_foreign_since, "令和2年4月1日" },
		{ RESIDENT_class_30_45, "中長期在留者" },
		{ RESIDENT_residence_status, "技能実習1号ロ" },
		{ RESIDENT_residence_period, "1年" },
		{ RESIDENT_residence_until, "2027-03-31" },
		{ RESIDENT_residence_card, "AB12345678CD" },
	};

	return parse_changed(
	    foreign, sizeof(foreign) / sizeof(foreign[0]), c, n, bad, row);
}

static void
a_good_row_keeps_its_code_points(void **state)
{
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;

	(void)state;
	assert_int_equal(
	    parse_with(RESIDENT_sex, "男", RESIDENT_sex, "男", &bad, &row), 0);
	assert_true(str_eqz(row.v[RESIDENT_name], good[RESIDENT_name]));
	assert_int_equal(row.history_no, 1);
	assert_int_equal(row.birth.y, 1980);
	assert_false(row.foreign);
	assert_false(row.removed);
	resident_row_release(&row);
}

static void
every_bad_value_is_named(void **state)
{
	static const struct {
		enum resident_column column;
		const char *value;
	} rows[] = {
		{ RESIDENT_resident_no, "0001237" },
		{ RESIDENT_resident_no, "" },
		{ RESIDENT_history_no, "0" },
		{ RESIDENT_history_no, "x" },
		{ RESIDENT_household_no, "1" },
		{ RESIDENT_jumin_code, "12345678904" },
		{ RESIDENT_jumin_code, "" },
		{ RESIDENT_my_number, "123456789010" },
		{ RESIDENT_name, "a\u202eb" },
		{ RESIDENT_name_kana, "山田" },
		{ RESIDENT_birth_date, "1980-02-30" },
		{ RESIDENT_birth_date, "1980-12-27" },
		{ RESIDENT_birth_date, "" },
		{ RESIDENT_birth_date_text, "" },
		{ RESIDENT_birth_date_text, "いつか" },
		{ RESIDENT_birth_date_text, "1980年12月26日" },
		{ RESIDENT_sex, "x" },
		{ RESIDENT_postal_code, "930-008" },
		{ RESIDENT_address, "" },
		{ RESIDENT_relation, "祖父" },
		{ RESIDENT_status, "転出" },
		{ RESIDENT_event_date, "来年" },
		{ RESIDENT_protected, "X" },
	};
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse_with(rows[i].column, rows[i].value,
				     rows[i].column, rows[i].value, &bad, &row),
		    ERR_SYNTAX);
		if (bad.n != 1 ||
		    !str_eqz(bad.column[0], item_table()[rows[i].column].token))
			fail_msg("row %zu: %zu bad", i, bad.n);
	}
	assert_int_equal(
	    parse_with(RESIDENT_sex, "x", RESIDENT_relation, "孫", &bad, &row),
	    ERR_SYNTAX);
	assert_int_equal(bad.n, 2);
	resident_row_release(&row);
}

static void
forms_that_may_be_folded_are_folded(void **state)
{
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;

	(void)state;
	assert_int_equal(
	    parse_with(RESIDENT_my_number, "１２３４５６７８９０１８",
		RESIDENT_name_kana, "ﾜﾀﾅﾍﾞ たろう", &bad, &row),
	    0);
	assert_true(str_eqz(row.v[RESIDENT_my_number], "123456789018"));
	assert_true(str_eqz(row.v[RESIDENT_name_kana], "ワタナベ　タロウ"));
	assert_int_equal(parse_with(RESIDENT_postal_code, "９３０００８３",
			     RESIDENT_birth_date_text, "S55.12.26", &bad, &row),
	    0);
	assert_true(str_eqz(row.v[RESIDENT_postal_code], "930-0083"));
	assert_true(
	    str_eqz(row.v[RESIDENT_birth_date_text], "昭和55年12月26日"));
	resident_row_release(&row);
}

static void
REC_04_unknown_and_doubled_days_of_birth_are_taken(void **state)
{
	static const char *const rows[][2] = { { "", "年月日不詳" },
		{ "", "昭和12年頃" }, { "1937-03-01", "昭和12年3月　日不詳" },
		{ "", "昭和13年2月29日" }, { "1912-07-30", "明治45年7月30日" },
		{ "1912-07-30", "大正元年7月30日" },
		{ "1926-12-25", "大正15年12月25日" } };
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    parse_with(RESIDENT_birth_date, rows[i][0],
			RESIDENT_birth_date_text, rows[i][1], &bad, &row),
		    0);
		assert_true(
		    str_eqz(row.v[RESIDENT_birth_date_text], rows[i][1]));
	}
	resident_row_release(&row);
}

static void
REC_03_foreign_dates_of_birth_are_in_seireki_only(void **state)
{
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;

	(void)state;
	assert_int_equal(parse_foreign(NULL, 0, &bad, &row), 0);
	assert_true(row.foreign);
	assert_int_equal(
	    parse_foreign(&(struct change){ RESIDENT_birth_date_text,
			      "昭和55年12月26日" },
		1, &bad, &row),
	    ERR_SYNTAX);
	assert_true(str_eqz(bad.column[0], "birth_date_text"));
	resident_row_release(&row);
}

static void
REC_07_a_removed_resident_may_lack_the_code(void **state)
{
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;

	(void)state;
	assert_int_equal(parse_with(RESIDENT_jumin_code, "", RESIDENT_status,
			     "除票", &bad, &row),
	    0);
	assert_true(row.removed);
	assert_int_equal(
	    parse_with(RESIDENT_name, "", RESIDENT_my_number, "", &bad, &row),
	    0);
	resident_row_release(&row);
}

static void
REC_09_relations_are_a_closed_list(void **state)
{
	static const char *const yes[] = { "世帯主", "妻（未届）", "子の子",
		"子（子の妻）", "妻の母", "子の子の子の妻", "縁故者",
		"同居人" };
	static const char *const no[] = { "", "孫", "祖父", "おじ", "子の",
		"の子", "子のの子", "子の子の子の子の子", "子の孫",
		"妻(未届)" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (!resident_relation_ok(str_of(yes[i])))
			fail_msg("%s refused", yes[i]);
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (resident_relation_ok(str_of(no[i])))
			fail_msg("%s taken", no[i]);
}

static void
REC_03_dates_are_in_wareki_but_the_end_of_stay_in_seireki(void **state)
{
	static const struct {
		struct change c;
		const char *kept; /* NULL: refused */
	} rows[] = {
		{ { RESIDENT_address_since, "2020-04-01" }, "令和2年4月1日" },
		{ { RESIDENT_address_since, "R2.4.1" }, "令和2年4月1日" },
		{ { RESIDENT_address_since, "2020年4月1日" }, NULL },
		{ { RESIDENT_event_date, "2020-04-01" }, "令和2年4月1日" },
		{ { RESIDENT_event_date, "2020年4月1日" }, NULL },
		{ { RESIDENT_foreign_since, "2020年4月1日" }, NULL },
		{ { RESIDENT_residence_until, "2027-03-31" }, "2027年3月31日" },
		{ { RESIDENT_residence_until, "2027年3月31日" },
		    "2027年3月31日" },
		{ { RESIDENT_residence_until, "令和9年3月31日" }, NULL },
	};
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;
	size_t i;
	int err;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		err = parse_foreign(&rows[i].c, 1, &bad, &row);
		assert_int_equal(err, rows[i].kept == NULL ? ERR_SYNTAX : 0);
		if (rows[i].kept != NULL &&
		    !str_eqz(row.v[rows[i].c.column], rows[i].kept))
			fail_msg("row %zu", i);
	}
	resident_row_release(&row);
}

static void
REC_04_only_some_dates_may_be_no_calendar_days(void **state)
{
	static const struct {
		struct change c[2];
		int err;
	} rows[] = {
		{ { { RESIDENT_resident_since, "昭和12年頃" } }, 0 },
		{ { { RESIDENT_address_since, "平成23年2月29日" } }, 0 },
		{ { { RESIDENT_notified_on, "平成23年2月29日" } }, ERR_SYNTAX },
		{ { { RESIDENT_notified_on, "昭和12年頃" } }, ERR_SYNTAX },
		{ { { RESIDENT_processed_on, "年月日不詳" } }, ERR_SYNTAX },
		{ { { RESIDENT_event, "転居" },
		      { RESIDENT_event_date, "令和2年春" } },
		    ERR_SYNTAX },
		{ { { RESIDENT_event, "死亡" },
		      { RESIDENT_event_date, "令和2年春" } },
		    0 },
		{ { { RESIDENT_event, "失踪宣告" },
		      { RESIDENT_event_date, "令和2年3月　日不詳" } },
		    0 },
	};
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (parse_changed(NULL, 0, rows[i].c,
			rows[i].c[1].value != NULL ? 2 : 1, &bad,
			&row) != rows[i].err)
			fail_msg("row %zu", i);
	}
	resident_row_release(&row);
}

static void
REC_07_what_may_not_be_blank_is_named(void **state)
{
	static const struct change japanese[] = {
		{ RESIDENT_birth_date_text, "" },
		{ RESIDENT_honseki, "" },
		{ RESIDENT_koseki_head, "" },
		{ RESIDENT_resident_since, "" },
		{ RESIDENT_address, "" },
		{ RESIDENT_address_since, "" },
		{ RESIDENT_jumin_code, "" },
		{ RESIDENT_resident_no, "" },
		{ RESIDENT_household_no, "" },
	};
	static const struct change foreign[] = {
		{ RESIDENT_foreign_since, "" },
		{ RESIDENT_class_30_45, "" },
		{ RESIDENT_residence_status, "" },
		{ RESIDENT_residence_period, "" },
		{ RESIDENT_residence_until, "" },
		{ RESIDENT_residence_card, "" },
	};
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(japanese) / sizeof(japanese[0]); i++)
		if (parse_changed(NULL, 0, &japanese[i], 1, &bad, &row) !=
			ERR_SYNTAX ||
		    !str_eqz(
			bad.column[0], item_table()[japanese[i].column].token))
			fail_msg("Japanese %zu", i);
	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		assert_int_equal(
		    parse_foreign(&foreign[i], 1, &bad, &row), ERR_SYNTAX);
		for (k = 0; k < bad.n; k++)
			if (str_eqz(bad.column[k],
				item_table()[foreign[i].column].token))
				break;
		assert_true(
		    k < bad.n || foreign[i].column == RESIDENT_class_30_45);
	}
	/* 氏名 and everything else may be blank */
	assert_int_equal(
	    parse_changed(
		NULL, 0, &(struct change){ RESIDENT_name, "" }, 1, &bad, &row),
	    0);
	resident_row_release(&row);
}

static void
REC_02_items_of_the_other_nationality_or_class_are_refused(void **state)
{
	static const struct change japanese[] = {
		{ RESIDENT_alias, "安" },
		{ RESIDENT_residence_card, "AB12345678CD" },
		{ RESIDENT_foreign_since, "令和2年4月1日" },
	};
	static const struct change foreign[] = {
		{ RESIDENT_honseki, "富山県富山市" },
		{ RESIDENT_former_surname, "山田" },
		{ RESIDENT_voter, "有" },
		{ RESIDENT_special_card, "AB12345678CD" },
		{ RESIDENT_landing_period, "6月" },
		{ RESIDENT_residence_card, "AB1234567CD" },
		{ RESIDENT_class_30_45, "永住者" },
	};
	static const struct change permanent[] = {
		{ RESIDENT_residence_status, "永住者" },
		{ RESIDENT_residence_period, "" },
		{ RESIDENT_residence_until, "" },
	};
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(japanese) / sizeof(japanese[0]); i++)
		if (parse_changed(NULL, 0, &japanese[i], 1, &bad, &row) !=
		    ERR_SYNTAX)
			fail_msg("Japanese %zu", i);
	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (parse_foreign(&foreign[i], 1, &bad, &row) != ERR_SYNTAX)
			fail_msg("foreign %zu", i);
	assert_int_equal(parse_foreign(permanent, 3, &bad, &row), 0);
	resident_row_release(&row);
}

static void
REC_16_furigana_and_its_status_agree(void **state)
{
	static const struct {
		const char *reading;
		const char *status;
		int err;
	} rows[] = {
		{ "", "", 0 },
		{ "", "未公証", 0 },
		{ "ワタナベ　タロウ", "公証済", 0 },
		{ "ワタナベ", "氏のみ", 0 },
		{ "タロウ", "名のみ", 0 },
		{ "ワタナベ　タロウ", "未公証", ERR_SYNTAX },
		{ "ワタナベ　タロウ", "", ERR_SYNTAX },
		{ "ワタナベ　タロウ", "氏のみ", ERR_SYNTAX },
		{ "ワタナベ", "公証済", ERR_SYNTAX },
		{ "", "公証済", ERR_SYNTAX },
		{ "Watanabe", "氏のみ", ERR_SYNTAX },
		{ "ワタナベ", "半公証", ERR_SYNTAX },
	};
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (parse_with(RESIDENT_furigana, rows[i].reading,
			RESIDENT_furigana_status, rows[i].status, &bad,
			&row) != rows[i].err)
			fail_msg("row %zu", i);
	resident_row_release(&row);
}

static void
REC_17_small_kana_stays_small(void **state)
{
	struct resident_row row = { .history_no = 0 };
	struct bad_list bad;

	(void)state;
	assert_int_equal(parse_with(RESIDENT_furigana, "ワタナベ　キョウコ",
			     RESIDENT_furigana_status, "公証済", &bad, &row),
	    0);
	assert_true(str_eqz(row.v[RESIDENT_furigana], "ワタナベ　キョウコ"));
	assert_int_equal(parse_with(RESIDENT_furigana, "ワタナベ　キヨウコ",
			     RESIDENT_furigana_status, "公証済", &bad, &row),
	    0);
	assert_true(str_eqz(row.v[RESIDENT_furigana], "ワタナベ　キヨウコ"));
	resident_row_release(&row);
}

static void
a_file_of_the_first_edition_is_still_good(void **state)
{
	struct resident_row row = { .history_no = 0 };
	struct str fields[RESIDENT_COUNT];
	struct resident_header h;
	struct bad_list bad = { .n = 0 };
	size_t i;

	(void)state;
	resident_header_all(&h);
	h.n = ITEM_FIRST_KEPT;
	for (i = 0; i < h.n; i++)
		fields[i] = str_of(good[i]);
	assert_int_equal(
	    resident_parse(&row, &h, fields, h.n, collect, &bad), 0);
	assert_int_equal(row.v[RESIDENT_honseki].n, 0);
	resident_row_release(&row);
}

static void
headers_come_in_any_order_but_complete(void **state)
{
	struct str names[RESIDENT_COUNT + 1];
	struct resident_header h;
	struct bad_list bad = { .n = 0 };
	size_t i;

	(void)state;
	for (i = 0; i < RESIDENT_COUNT; i++)
		names[i] = str_of(item_table()[RESIDENT_COUNT - 1 - i].token);
	assert_int_equal(
	    resident_header_parse(&h, names, RESIDENT_COUNT, collect, &bad), 0);
	assert_int_equal(h.column[0], RESIDENT_last_registered);
	names[RESIDENT_COUNT] = STR("password");
	assert_int_equal(
	    resident_header_parse(&h, names, RESIDENT_COUNT + 1, collect, &bad),
	    ERR_SYNTAX);
	assert_true(str_eqz(bad.column[0], "password"));
	names[0] = STR("name");
	bad.n = 0;
	assert_int_equal(
	    resident_header_parse(&h, names, RESIDENT_COUNT, collect, &bad),
	    ERR_SYNTAX);
	/* name twice; last_registered need not be there */
	assert_int_equal(bad.n, 1);
}

static void
a_row_with_another_number_of_fields_is_refused(void **state)
{
	struct resident_row row = { .history_no = 0 };
	struct str fields[RESIDENT_COUNT] = { { "", 0 } };
	struct resident_header h;
	struct bad_list bad = { .n = 0 };

	(void)state;
	resident_header_all(&h);
	assert_int_equal(
	    resident_parse(&row, &h, fields, RESIDENT_COUNT - 1, collect, &bad),
	    ERR_SYNTAX);
	assert_int_equal(bad.n, 1);
	resident_row_release(&row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_row_keeps_its_code_points),
		cmocka_unit_test(every_bad_value_is_named),
		cmocka_unit_test(forms_that_may_be_folded_are_folded),
		cmocka_unit_test(
		    REC_04_unknown_and_doubled_days_of_birth_are_taken),
		cmocka_unit_test(
		    REC_03_foreign_dates_of_birth_are_in_seireki_only),
		cmocka_unit_test(REC_07_a_removed_resident_may_lack_the_code),
		cmocka_unit_test(REC_09_relations_are_a_closed_list),
		cmocka_unit_test(
		    REC_03_dates_are_in_wareki_but_the_end_of_stay_in_seireki),
		cmocka_unit_test(
		    REC_04_only_some_dates_may_be_no_calendar_days),
		cmocka_unit_test(REC_07_what_may_not_be_blank_is_named),
		cmocka_unit_test(
		    REC_02_items_of_the_other_nationality_or_class_are_refused),
		cmocka_unit_test(REC_16_furigana_and_its_status_agree),
		cmocka_unit_test(REC_17_small_kana_stays_small),
		cmocka_unit_test(a_file_of_the_first_edition_is_still_good),
		cmocka_unit_test(headers_come_in_any_order_but_complete),
		cmocka_unit_test(
		    a_row_with_another_number_of_fields_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
