/*
 * Rights and templates against matrix (d) of requirements.md.
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
#include "core/right.h"

/*
 * Rows of matrix (d) that a right stands for; one mark for each of CL RS SV
 * AD AU OT: a letter where the template holds the right.
 */
static const struct {
	int row;
	const char *token;
	const char *marks;
} matrix[] = {
	/*                           CRSAUO */
	{ 2, "person.search", "xxx--x" },
	{ 2, "person.open", "xxx--x" },
	{ 4, "measure.detail", "-x----" },
	{ 5, "protected.address", "-xx---" },
	{ 6, "number.unmask", "xxx---" },
	{ 7, "jukinet.inquiry", "xxx---" },
	{ 8, "bulk.approve", "--x---" },
	{ 9, "measure.accept", "xxx---" },
	{ 10, "measure.check", "xxx---" },
	{ 11, "measure.start", "-xx---" },
	{ 12, "measure.end", "-xx---" },
	{ 13, "measure.extend", "-xx---" },
	{ 14, "measure.reopen", "--x---" },
	{ 15, "suppress.set", "xxx---" },
	{ 16, "suppress.lift", "-xx---" },
	{ 17, "release.request", "xxx---" },
	{ 18, "release.approve", "-xx---" },
	{ 19, "release.return", "xxx---" },
	{ 20, "release.list", "-xx-x-" },
	{ 21, "cert.issue", "xxx---" },
	{ 23, "move.enter", "xxx---" },
	{ 24, "move.decide", "--x---" },
	{ 25, "code.assign", "x-x---" },
	{ 26, "memo.write", "xxx---" },
	{ 27, "operator.admin", "---x--" },
	{ 27, "operator.approve", "--x---" },
	{ 28, "bio.enrol", "---x--" },
	{ 29, "account.unlock", "--xx--" },
	{ 30, "param.change", "---x--" },
	{ 31, "master.change", "--xx--" },
	{ 32, "audit.search", "----x-" },
	{ 33, "audit.report", "----x-" },
	{ 35, "audit.purge", "---x--" },
	{ 36, "server.run", "---x--" },
	{ 37, "drill", "xxxx--" },
	{ 38, "selfcheck", "--xx--" },
};

#define ROWS (sizeof(matrix) / sizeof(matrix[0]))

static void
PRM_02_templates_are_the_rows_of_matrix_d(void **state)
{
	const char *const *names = right_template_names();
	right_set set;
	enum right r;
	size_t t;
	size_t i;

	(void)state;
	assert_int_equal(ROWS, RIGHT_COUNT);
	for (t = 0; names[t] != NULL; t++) {
		assert_int_equal(right_template(str_of(names[t]), &set), 0);
		for (i = 0; i < ROWS; i++) {
			assert_int_equal(
			    right_find(str_of(matrix[i].token), &r), 0);
			if (right_has(set, r) != (matrix[i].marks[t] == 'x'))
				fail_msg("row %d: %s of %s", matrix[i].row,
				    matrix[i].token, names[t]);
		}
	}
	assert_int_equal(t, 6);
}

static void
every_template_keeps_the_duties_apart(void **state)
{
	const char *const *names = right_template_names();
	right_set set;

	(void)state;
	for (; *names != NULL; names++) {
		assert_int_equal(right_template(str_of(*names), &set), 0);
		assert_int_equal(right_check_set(set), 0);
	}
	assert_int_equal(right_template(STR("root"), &set), ERR_NOTFOUND);
	assert_int_equal(set, 0);
}

static void
SD_5_an_auditor_cannot_operate(void **state)
{
	right_set auditor;
	unsigned r;

	(void)state;
	assert_int_equal(right_template(STR("auditor"), &auditor), 0);
	for (r = 0; r < RIGHT_COUNT; r++)
		assert_int_equal(right_check_set(auditor | RIGHT_BIT(r)),
		    right_has(auditor, (enum right)r) ? 0 : ERR_DENIED);
}

static void
SD_4_an_administrator_holds_no_right_of_anybody_else(void **state)
{
	right_set admin;
	unsigned r;

	(void)state;
	assert_int_equal(right_template(STR("admin"), &admin), 0);
	for (r = 0; r < RIGHT_COUNT; r++)
		assert_int_equal(right_check_set(admin | RIGHT_BIT(r)),
		    right_has(admin, (enum right)r) ? 0 : ERR_DENIED);
}

static void
tokens_lead_back_and_are_written_in_order(void **state)
{
	struct buf b = BUF_INIT;
	enum right out;
	unsigned r;

	(void)state;
	for (r = 0; r < RIGHT_COUNT; r++) {
		assert_int_equal(
		    right_find(str_of(right_token((enum right)r)), &out), 0);
		assert_int_equal(out, r);
	}
	assert_int_equal(right_find(STR("none"), &out), ERR_NOTFOUND);
	assert_int_equal(right_find(STR(""), &out), ERR_NOTFOUND);
	right_put_set(
	    &b, RIGHT_BIT(RIGHT_DRILL) | RIGHT_BIT(RIGHT_PERSON_SEARCH));
	assert_true(str_eqz(buf_str(&b), "person.search drill"));
	buf_release(&b);
}

static void
a_right_out_of_range_is_not_held(void **state)
{
	(void)state;
	assert_false(right_has(~(right_set)0, RIGHT_COUNT));
	assert_false(right_has(~(right_set)0, (enum right)200));
	assert_true(right_has(0, RIGHT_NONE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PRM_02_templates_are_the_rows_of_matrix_d),
		cmocka_unit_test(every_template_keeps_the_duties_apart),
		cmocka_unit_test(SD_5_an_auditor_cannot_operate),
		cmocka_unit_test(SD_4_an_administrator_holds_no_right_of_anybody_else),
		cmocka_unit_test(tokens_lead_back_and_are_written_in_order),
		cmocka_unit_test(a_right_out_of_range_is_not_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
