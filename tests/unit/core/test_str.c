/*
 * Slices, buffers, readers, UTF-8.
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
#include "core/str.h"
#include "core/utf8.h"

static void
numbers_have_one_spelling_and_a_limit(void **state)
{
	static const char *const bad[] = { "", "01", "00", "-1", "+1", " 1",
		"1 ", "1x", "0x1" };
	uint64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(str_num(str_of(bad[i]), 100, &v), ERR_SYNTAX);
	assert_int_equal(str_num(STR("0"), 0, &v), 0);
	assert_int_equal(str_num(STR("1"), 0, &v), ERR_RANGE);
	assert_int_equal(str_num(STR("100"), 100, &v), 0);
	assert_int_equal(v, 100);
	assert_int_equal(str_num(STR("101"), 100, &v), ERR_RANGE);
	assert_int_equal(str_num(STR("9"), 5, &v), ERR_RANGE);
	assert_int_equal(
	    str_num(STR("18446744073709551615"), UINT64_MAX, &v), 0);
	assert_true(v == UINT64_MAX);
	assert_int_equal(
	    str_num(STR("18446744073709551616"), UINT64_MAX, &v), ERR_RANGE);
	assert_int_equal(
	    str_num(STR("99999999999999999999"), UINT64_MAX, &v), ERR_RANGE);
}

static void
slices_compare_cut_and_copy(void **state)
{
	struct str rest = STR("a,,b");
	struct str part;
	char z[3];

	(void)state;
	assert_true(str_cut(&rest, ',', &part));
	assert_true(str_eqz(part, "a"));
	assert_true(str_cut(&rest, ',', &part));
	assert_int_equal(part.n, 0);
	assert_true(str_cut(&rest, ',', &part));
	assert_true(str_eqz(part, "b"));
	assert_false(str_cut(&rest, ',', &part));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_int_equal(str_cmp(STR(""), str_of(NULL)), 0);
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_false(str_starts(STR("a"), STR("ab")));
	assert_int_equal(str_copy(z, sizeof(z), STR("ab")), 0);
	assert_string_equal(z, "ab");
	assert_int_equal(str_copy(z, sizeof(z), STR("abc")), ERR_TOOLONG);
	assert_string_equal(z, "");
	assert_int_equal(str_copy(z, sizeof(z), str_n("a\0", 2)), ERR_SYNTAX);
}

static void
a_buffer_that_is_full_stays_full(void **state)
{
	struct buf b = { .max = 4 };

	(void)state;
	buf_puts(&b, "abcd");
	assert_int_equal(b.err, 0);
	buf_putc(&b, 'e');
	assert_int_not_equal(b.err, 0);
	buf_puts(&b, "");
	assert_true(str_eqz(buf_str(&b), "abcd"));
	buf_clear(&b);
	assert_int_equal(b.err, 0);
	buf_printf(&b, "%d", 12);
	buf_shift(&b, 1);
	assert_true(str_eqz(buf_str(&b), "2"));
	buf_wipe(&b);
	assert_null(b.p);
}

static void
a_reader_fails_once_and_for_all(void **state)
{
	struct buf b = BUF_INIT;
	struct rd r;

	(void)state;
	buf_put_be16(&b, 0x1234);
	buf_put_be32(&b, 0x56789abc);
	buf_put_be64(&b, UINT64_C(0x0102030405060708));
	r = rd_of(buf_str(&b));
	assert_int_equal(rd_be16(&r), 0x1234);
	assert_int_equal(rd_be32(&r), 0x56789abc);
	assert_int_equal(rd_end(&r), ERR_SYNTAX);
	assert_true(rd_be64(&r) == UINT64_C(0x0102030405060708));
	assert_int_equal(rd_end(&r), 0);
	assert_int_equal(rd_u8(&r), 0);
	assert_int_not_equal(rd_end(&r), 0);
	r = rd_of(buf_str(&b));
	assert_int_equal(rd_bytes(&r, 15).n, 0);
	assert_int_not_equal(r.err, 0);
	assert_int_equal(rd_u8(&r), 0);
	r = rd_of(buf_str(&b));
	assert_int_equal(rd_bytes(&r, SIZE_MAX).n, 0);
	buf_release(&b);
}

static void
every_code_point_survives_and_no_other_bytes_pass(void **state)
{
	static const char *const bad[] = { "\x80", "\xc0\x80", "\xc1\xbf",
		"\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe3\x81", "\xff" };
	struct str s;
	char out[4];
	int32_t cp;
	size_t i;

	(void)state;
	for (cp = 0; cp <= 0x10ffff; cp++) {
		s = str_n(out, utf8_encode(cp, out));
		if (cp >= 0xd800 && cp <= 0xdfff) {
			assert_int_equal(s.n, 0);
			continue;
		}
		if (utf8_next(&s) != cp || s.n != 0)
			fail_msg("U+%04X", (unsigned)cp);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		s = str_of(bad[i]);
		assert_int_equal(utf8_next(&s), -1);
		assert_int_equal(s.n, strlen(bad[i]) - 1);
	}
	s = STR("");
	assert_int_equal(utf8_next(&s), -2);
	assert_int_equal(utf8_encode(0x110000, out), 0);
	assert_int_equal(utf8_encode(-1, out), 0);
}

static void
errors_have_names_texts_and_numbers_of_their_own(void **state)
{
	int e;

	(void)state;
	for (e = -26; e < 0; e++) {
		assert_true(err_is_known(e));
		assert_true(err_text(e)[0] != '\0');
	}
	assert_true(err_is_known(0));
	assert_false(err_is_known(1));
	assert_false(err_is_known(-27));
	assert_string_equal(err_name(ERR_DENIED), "ERR_DENIED");
	assert_string_equal(err_name(-99), "ERR_?");
	assert_string_equal(err_text(0), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_one_spelling_and_a_limit),
		cmocka_unit_test(slices_compare_cut_and_copy),
		cmocka_unit_test(a_buffer_that_is_full_stays_full),
		cmocka_unit_test(a_reader_fails_once_and_for_all),
		cmocka_unit_test(
		    every_code_point_survives_and_no_other_bytes_pass),
		cmocka_unit_test(
		    errors_have_names_texts_and_numbers_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
