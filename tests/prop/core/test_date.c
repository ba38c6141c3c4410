/*
 * Every day from 1873 to 2099, written in both calendars, is read back.
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

/* Reads b back in each way and compares. */
static void
reads_back(const struct buf *b, struct date d, bool seireki)
{
	struct era_date got;
	struct date_text t;

	assert_int_equal(date_parse(buf_str(b), &got, NULL), 0);
	assert_int_equal(date_cmp(got.date, d), 0);
	assert_int_equal(got.era == '\0', seireki);
	assert_int_equal(date_text_parse(buf_str(b), &t), 0);
	assert_int_equal(
	    t.kind, seireki ? DATE_TEXT_SEIREKI : DATE_TEXT_WAREKI);
	assert_int_equal(date_cmp(t.date.date, d), 0);
}

static void
every_day_is_read_back_in_both_calendars(void **state)
{
	struct date d = { 1873, 1, 1 };
	int64_t day = date_days(d);
	struct buf b = BUF_INIT;
	struct date iso;
	int weekday = 3; /* a Wednesday */

	(void)state;
	for (; d.y < 2100; d = date_of_days(++day)) {
		assert_true(date_is_valid(d));
		assert_int_equal(date_days(d), day);
		assert_int_equal(date_weekday(d), weekday);
		weekday = (weekday + 1) % 7;
		buf_clear(&b);
		date_put_wareki(&b, d, 0);
		reads_back(&b, d, false);
		buf_clear(&b);
		date_put_seireki(&b, d);
		reads_back(&b, d, true);
		buf_clear(&b);
		date_put_iso(&b, d);
		assert_int_equal(date_get_iso(buf_str(&b), &iso), 0);
		assert_int_equal(date_cmp(iso, d), 0);
	}
	buf_release(&b);
}

static void
a_year_of_support_never_ends_later_than_the_day_before(void **state)
{
	struct date d = { 2000, 1, 1 };
	int64_t days;
	struct date end;
	struct date alert;

	(void)state;
	for (; d.y < 2060; d = date_add_days(d, 1)) {
		end = date_period_end(d);
		days = date_days(end) - date_days(d);
		assert_in_range(days, 364, 365);
		alert = date_period_alert(end);
		assert_int_equal((end.m + 10) % 12, alert.m - 1);
		assert_true(alert.d <= end.d);
		/* the extension follows without a gap */
		assert_int_equal(date_cmp(date_add_days(end, 1), end), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_is_read_back_in_both_calendars),
		cmocka_unit_test(
		    a_year_of_support_never_ends_later_than_the_day_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
