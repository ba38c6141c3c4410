/*
 * The JSON writer: commas, nesting, and text that wants to break out.
 *
 * SECURITY: test code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/json.h"

static void
becomes(struct json *j, const char *want)
{
	buf_putc(&j->b, '\0');
	assert_int_equal(j->b.err, 0);
	assert_string_equal((const char *)j->b.p, want);
	buf_release(&j->b);
}

static void
text_becomes(struct str s, const char *want)
{
	struct json j = { .depth = 0 };

	json_str(&j, s);
	becomes(&j, want);
}

static void
lists_and_records_nest_with_commas_where_they_belong(void **state)
{
	struct json j = { .depth = 0 };

	(void)state;
	json_open(&j, '{');
	json_key(&j, "a");
	json_open(&j, '[');
	json_num(&j, -1);
	json_unum(&j, UINT64_MAX);
	json_open(&j, '{');
	json_close(&j);
	json_close(&j);
	json_pair_bool(&j, "b", true);
	json_key(&j, "c");
	json_null(&j);
	json_pair(&j, "d", STR("x"));
	json_close(&j);
	becomes(&j,
	    "{\"a\":[-1,18446744073709551615,{}],\"b\":true,\"c\":null,"
	    "\"d\":\"x\"}");
}

static void
quotes_backslashes_and_controls_are_escaped(void **state)
{
	(void)state;
	text_becomes(STR("a\"b\\c/"), "\"a\\\"b\\\\c/\"");
	text_becomes(STR("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
	text_becomes(STR("\x01\x1b[2J\x7f"), "\"\\u0001\\u001b[2J\\u007f\"");
	text_becomes(str_n("\0", 1), "\"\\u0000\"");
	text_becomes(STR("\xc2\x9b"), "\"\\u009b\"");
	text_becomes(STR("\xe2\x80\xa8"), "\"\\u2028\"");
}

static void
japanese_stays_and_broken_utf8_is_replaced(void **state)
{
	(void)state;
	text_becomes(STR("山田𠮷"), "\"山田𠮷\"");
	text_becomes(STR("a\xff"), "\"a\xef\xbf\xbd\"");
	text_becomes(STR(""), "\"\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    lists_and_records_nest_with_commas_where_they_belong),
		cmocka_unit_test(quotes_backslashes_and_controls_are_escaped),
		cmocka_unit_test(japanese_stays_and_broken_utf8_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
