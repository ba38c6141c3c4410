/*
 * Check digits: every vector of App. C.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/codes.h"
#include "core/err.h"

static void
my_numbers_of_appendix_C_1_are_good(void **state)
{
	static const char *const good[] = { "123456789018", "983205673214",
		"100000633520", "100000871090", "023456789013",
		"１２３４５６７８９０１８", "1234-5678-9018",
		"1234 5678 9018" };
	static const char *const bad[] = { "123456789010", "983205673210" };
	static const char *const form[] = { "12345678901", "1234567890188", "",
		"12345678901x", "一23456789018" };
	char out[CODE_MY_NUMBER + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(code_my_number(str_of(good[i]), out), 0);
		assert_int_equal(strlen(out), CODE_MY_NUMBER);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
		    code_my_number(str_of(bad[i]), out), ERR_RANGE);
		assert_string_equal(out, "");
	}
	for (i = 0; i < sizeof(form) / sizeof(form[0]); i++)
		assert_int_equal(
		    code_my_number(str_of(form[i]), out), ERR_SYNTAX);
}

static void
jumin_codes_of_appendix_C_2_are_good_and_keep_their_zero(void **state)
{
	static const char *const good[] = { "12345678903", "01234567892",
		"98765432103", "10203040500", "10000871090" };
	char out[CODE_JUMIN + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(code_jumin(str_of(good[i]), out), 0);
		assert_string_equal(out, good[i]);
	}
	assert_int_equal(code_jumin(STR("12345678904"), out), ERR_RANGE);
	assert_int_equal(code_jumin(STR("1234567890"), out), ERR_SYNTAX);
}

static void
REC_11_atena_numbers_of_appendix_C_3_are_good(void **state)
{
	char out[CODE_ATENA_MAX + 1];

	(void)state;
	assert_int_equal(code_atena(STR("0001236"), out), 0);
	assert_int_equal(code_atena(STR("1234560"), out), 0);
	assert_int_equal(code_atena(STR("0000000060"), out), 0); /* r = 1 */
	assert_int_equal(code_atena(STR("0000001"), out), ERR_RANGE);
	assert_int_equal(code_atena(STR("0"), out), ERR_SYNTAX);
	assert_int_equal(code_atena(STR("1234567890123456"), out), ERR_SYNTAX);
	assert_int_equal(code_atena_digit(STR("000123")), 6);
}

static void
city_codes_of_appendix_C_4_have_another_rule(void **state)
{
	static const char *const good[] = { "162019", "131016", "011002",
		"271004" };
	char out[CODE_CITY + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(code_city(str_of(good[i]), out), 0);
	assert_int_equal(code_city(STR("162010"), out), ERR_RANGE);
	assert_int_equal(code_city_digit(STR("16201")), 9);
}

static void
every_single_wrong_digit_is_found_outside_the_zero_class(void **state)
{
	char number[] = "123456789018";
	char out[CODE_MY_NUMBER + 1];
	size_t i;
	char c;

	(void)state;
	for (i = 0; i < 12; i++) {
		char right = number[i];

		for (c = '0'; c <= '9'; c++) {
			number[i] = c;
			assert_int_equal(code_my_number(str_of(number), out),
			    c == right ? 0 : ERR_RANGE);
		}
		number[i] = right;
	}
}

static void
a_mask_leaves_four_digits(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	code_mask(&b, STR("983205673214"));
	assert_true(str_eqz(buf_str(&b), "********3214"));
	buf_clear(&b);
	code_mask(&b, STR("12"));
	assert_true(str_eqz(buf_str(&b), "12"));
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(my_numbers_of_appendix_C_1_are_good),
		cmocka_unit_test(
		    jumin_codes_of_appendix_C_2_are_good_and_keep_their_zero),
		cmocka_unit_test(REC_11_atena_numbers_of_appendix_C_3_are_good),
		cmocka_unit_test(city_codes_of_appendix_C_4_have_another_rule),
		cmocka_unit_test(
		    every_single_wrong_digit_is_found_outside_the_zero_class),
		cmocka_unit_test(a_mask_leaves_four_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
