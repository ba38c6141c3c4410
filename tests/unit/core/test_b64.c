/*
 * Canonical base64 and hex.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/b64.h"
#include "core/err.h"

static void
the_vectors_of_rfc_4648_hold(void **state)
{
	static const char *const rows[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };
	uint8_t out[8];
	struct buf b = BUF_INIT;
	size_t i;
	size_t n;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&b);
		b64_put(&b, rows[i][0], strlen(rows[i][0]));
		assert_true(str_eqz(buf_str(&b), rows[i][1]));
		assert_int_equal(b64_get(buf_str(&b), out, sizeof(out), &n), 0);
		assert_true(str_eqz(str_n(out, n), rows[i][0]));
	}
	buf_release(&b);
}

static void
a_second_spelling_is_refused(void **state)
{
	static const char *const bad[] = { "Zg",
		"Zg=", "Zg===", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "Zm9-",
		"=Zg=", "Z===", "====" };
	uint8_t out[8];
	size_t i;
	size_t n;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (b64_get(str_of(bad[i]), out, sizeof(out), &n) == 0)
			fail_msg("%s was taken", bad[i]);
	assert_int_equal(b64_get(STR("Zm9vYmFy"), out, 5, &n), ERR_TOOLONG);
}

static void
hex_is_lower_case_and_exact(void **state)
{
	static const char *const bad[] = { "00f", "00F0", "00g0", "00f000",
		"" };
	uint8_t out[2];
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	hex_put(&b, "\x00\xf1", 2);
	assert_true(str_eqz(buf_str(&b), "00f1"));
	assert_int_equal(hex_get(buf_str(&b), out, 2), 0);
	assert_int_equal(out[1], 0xf1);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(hex_get(str_of(bad[i]), out, 2), 0);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_rfc_4648_hold),
		cmocka_unit_test(a_second_spelling_is_refused),
		cmocka_unit_test(hex_is_lower_case_and_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
