/*
 * The 14 不詳日 patterns as entry help (REC-04, App. D).
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
#include "core/text.h"
#include "core/unknown_date.h"

/* the value typed for each kind of blank, in the pattern's order */
static const char *const typed[] = {
	[UNKNOWN_YEAR] = "r8",
	[UNKNOWN_MONTH] = "０４",
	[UNKNOWN_DAY] = "9",
	[UNKNOWN_SEASON] = "秋",
	[UNKNOWN_PART] = "中旬",
};

static int
fill(struct buf *out, int pattern, const char *first)
{
	enum unknown_blank blanks[UNKNOWN_BLANKS_MAX];
	struct str values[UNKNOWN_BLANKS_MAX];
	size_t n = unknown_date_blanks(pattern, blanks);
	size_t bad;
	size_t i;

	for (i = 0; i < n; i++)
		values[i] =
		    str_of(i == 0 && first != NULL ? first : typed[blanks[i]]);
	buf_clear(out);
	return unknown_date_fill(out, pattern, values, n, &bad);
}

static void
REC_04_each_of_the_14_patterns_can_be_filled(void **state)
{
	static const char *const expected[] = { "令和8年頃", "令和8年4月頃",
		"令和8年4月9日頃", "推定令和8年4月9日", "推定令和8年4月",
		"令和8年秋", "令和8年4月中旬", "令和8年4月中旬頃", "年月日不詳",
		"令和8年　月日不詳", "令和8年4月　日不詳",
		"令和8年4月9日から4月9日頃までの間",
		"令和8年4月推定9日から9日までの間",
		"令和8年4月9日頃から9日頃までの間" };
	struct buf out = BUF_INIT;
	struct date_text t;
	int i;

	(void)state;
	for (i = 1; i <= UNKNOWN_DATES; i++) {
		assert_int_equal(fill(&out, i, NULL), 0);
		if (!str_eqz(buf_str(&out), expected[i - 1]))
			fail_msg("%d: " STR_FMT, i, STR_ARG(buf_str(&out)));
		assert_int_equal(date_text_parse(buf_str(&out), &t), 0);
		assert_int_equal(t.pattern, i);
	}
	buf_release(&out);
}

static void
years_are_typed_in_every_usual_way(void **state)
{
	static const char *const rows[][2] = { { "R8", "令和8年頃" },
		{ "s23", "昭和23年頃" }, { "令和元", "令和元年頃" },
		{ "H1", "平成元年頃" }, { "Ｓ０５", "昭和5年頃" },
		{ "昭和64", "昭和64年頃" }, { "1980", "1980年頃" } };
	static const char *const wrong[] = { "8", "S65", "R0", "X3", "198", "R",
		"令和", "R8年", "-1", "12345" };
	struct buf out = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (fill(&out, 1, rows[i][0]) != 0 ||
		    !str_eqz(buf_str(&out), rows[i][1]))
			fail_msg(
			    "%s: " STR_FMT, rows[i][0], STR_ARG(buf_str(&out)));
	}
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (fill(&out, 1, wrong[i]) == 0)
			fail_msg("%s was taken", wrong[i]);
	assert_int_equal(fill(&out, 1, " "), ERR_MISSING);
	assert_int_equal(fill(&out, 1, "\xe4"), ERR_UTF8);
	assert_int_equal(out.n, 0);
	buf_release(&out);
}

static void
the_wrong_blank_is_named(void **state)
{
	struct str v[5] = { STR("R8"), STR("4"), STR("9"), STR("13"),
		STR("1") };
	struct buf out = BUF_INIT;
	size_t bad;

	(void)state;
	assert_int_equal(unknown_date_fill(&out, 12, v, 5, &bad), ERR_RANGE);
	assert_int_equal(bad, 3);
	v[3] = STR("5");
	v[4] = STR("0");
	assert_int_equal(unknown_date_fill(&out, 12, v, 5, &bad), ERR_RANGE);
	assert_int_equal(bad, 4);
	assert_int_equal(unknown_date_fill(&out, 12, v, 4, &bad), ERR_MISSING);
	assert_int_equal(bad, 4);
	v[1] = STR("春");
	assert_int_equal(unknown_date_fill(&out, 12, v, 5, &bad), ERR_SYNTAX);
	assert_int_equal(bad, 1);
	v[1] = STR("夏");
	assert_int_equal(unknown_date_fill(&out, 6, v, 2, &bad), 0);
	assert_int_equal(unknown_date_fill(&out, 6, v, 3, &bad), ERR_SYNTAX);
	v[1] = STR("梅雨");
	assert_int_equal(unknown_date_fill(&out, 6, v, 2, &bad), ERR_SYNTAX);
	buf_release(&out);
}

static void
the_list_shows_each_pattern_in_certain_widths(void **state)
{
	struct buf out = BUF_INIT;
	const char *const *c;
	int i;

	(void)state;
	for (i = 1; i <= UNKNOWN_DATES; i++) {
		buf_clear(&out);
		unknown_date_shape(&out, i);
		/* full-width only: two columns for three bytes */
		assert_int_equal(text_width(buf_str(&out)) * 3, out.n * 2);
		assert_in_range(text_width(buf_str(&out)), 8, 60);
	}
	assert_null(unknown_date_choices(UNKNOWN_DAY));
	for (c = unknown_date_choices(UNKNOWN_SEASON); *c != NULL; c++)
		assert_int_equal(text_width(str_of(*c)), 2);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(REC_04_each_of_the_14_patterns_can_be_filled),
		cmocka_unit_test(years_are_typed_in_every_usual_way),
		cmocka_unit_test(the_wrong_blank_is_named),
		cmocka_unit_test(the_list_shows_each_pattern_in_certain_widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
