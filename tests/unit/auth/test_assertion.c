/*
 * The signed text: one form only, checked against what the server knows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auth/assertion.h"
#include "core/err.h"

static const char exact[] =
    "mamori-assertion/v1\n"
    "purpose login\n"
    "site 162019.example/log\n"
    "terminal T01\n"
    "match-id M001\n"
    "uv finger+pin\n"
    "driver virtual_image\n"
    "finger 7\n"
    "counter 42\n"
    "challenge AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "exporter AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "act AwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

static struct assertion
sample(void)
{
	return (struct assertion){
		.purpose = STR("login"),
		.site = STR("162019.example/log"),
		.terminal = STR("T01"),
		.match_id = STR("M001"),
		.uv = STR("finger+pin"),
		.driver = STR("virtual_image"),
		.finger = 7,
		.counter = 42,
		.challenge = { 1 },
		.exporter = { 2 },
		.act = { 3 },
	};
}

static void
the_text_is_exactly_that_of_the_design(void **state)
{
	struct assertion a = sample();
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(assertion_put(&a, &out), 0);
	assert_true(str_eqz(buf_str(&out), exact));
	buf_release(&out);
}

static void
what_is_parsed_serialises_back(void **state)
{
	struct assertion a;
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(assertion_parse(str_of(exact), &a), 0);
	assert_int_equal(a.finger, 7);
	assert_int_equal(a.counter, 42);
	assert_int_equal(assertion_put(&a, &out), 0);
	assert_true(str_eqz(buf_str(&out), exact));
	buf_release(&out);
}

static void
every_truncation_is_refused(void **state)
{
	struct assertion a;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(exact) - 1; n++)
		assert_int_equal(
		    assertion_parse(str_n(exact, n), &a), ERR_SYNTAX);
}

/* exact with `from` replaced by `to`. */
static int
parse_changed(const char *from, const char *to)
{
	const char *at = strstr(exact, from);
	struct buf b = BUF_INIT;
	struct assertion a;
	int rc;

	assert_non_null(at);
	buf_put(&b, exact, (size_t)(at - exact));
	buf_puts(&b, to);
	buf_puts(&b, at + strlen(from));
	rc = assertion_parse(buf_str(&b), &a);
	buf_release(&b);
	return rc;
}

static void
other_spellings_are_refused(void **state)
{
	static const char *const change[][2] = {
		{ "/v1", "/v2" },
		{ "finger 7", "finger 07" },
		{ "finger 7", "finger 11" },
		{ "finger 7", "finger +7" },
		{ "counter 42", "counter 42 " },
		{ "counter 42", "counter -1" },
		{ "counter 42", "counter 18446744073709551616" },
		{ "terminal T01", "terminal " },
		{ "terminal T01\n", "terminal T01\r\n" },
		{ "terminal T01", "Terminal T01" },
		{ "purpose login\n", "" },
		{ "purpose login\n", "purpose login\npurpose login\n" },
		{ "uv finger+pin", "uv none" },
		{ "AAA=\nexporter", "AAB=\nexporter" },
		{ "AAA=\nexporter", "AAA\nexporter" },
		{ "AwAA", "Aw==" },
		{ "act ", "act \t" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(change) / sizeof(change[0]); i++)
		assert_int_equal(
		    parse_changed(change[i][0], change[i][1]), ERR_SYNTAX);
}

static void
bytes_after_the_end_are_refused(void **state)
{
	(void)state;
	assert_int_equal(parse_changed("AAA=\n", "AAA=\n\n"), ERR_SYNTAX);
}

static void
a_text_that_would_break_the_lines_is_not_written(void **state)
{
	struct assertion a = sample();
	struct buf out = BUF_INIT;

	(void)state;
	a.terminal = STR("T01\nmatch-id M999");
	assert_int_equal(assertion_put(&a, &out), ERR_SYNTAX);
	buf_release(&out);
}

/* ---- checking ------------------------------------------------------------ */

static uint8_t pub[ED25519_PUB];
static uint8_t sig[ED25519_SIG];

static int
sign_exact(void **state)
{
	static const uint8_t seed[ED25519_SEED] = { 9 };
	struct crypt_key *key = crypt_key_from_seed(seed);

	(void)state;
	assert_non_null(key);
	crypt_key_pub(key, pub);
	assert_int_equal(crypt_sign(key, str_of(exact), sig), 0);
	crypt_key_free(key);
	return 0;
}

static int
check(const struct assertion *want)
{
	struct assertion got;

	return assertion_check(
	    str_of(exact), str_n(sig, sizeof(sig)), pub, want, &got);
}

static void
the_right_values_and_signature_pass(void **state)
{
	struct assertion want = sample();

	(void)state;
	assert_int_equal(check(&want), 0);
	want.driver = STR("uru4000"); /* the caller's own policy */
	want.uv = STR("pin");
	assert_int_equal(check(&want), 0);
}

static void
each_value_that_differs_is_refused(void **state)
{
	struct assertion want[9];
	size_t i;

	(void)state;
	for (i = 0; i < 9; i++)
		want[i] = sample();
	want[0].purpose = STR("unlock");
	want[1].site = STR("162019.example/log2");
	want[2].terminal = STR("T02");
	want[3].match_id = STR("M002");
	want[4].finger = 6;
	want[5].counter = 43;
	want[6].challenge[31] = 1;
	want[7].exporter[31] = 1;
	want[8].act[31] = 1;
	for (i = 0; i < 9; i++)
		assert_int_equal(check(&want[i]), ERR_AUTH);
}

static void
another_key_is_refused(void **state)
{
	struct assertion want = sample();

	(void)state;
	sig[0] ^= 1;
	assert_int_equal(check(&want), ERR_CRYPTO);
	sig[0] ^= 1;
	assert_int_equal(check(&want), 0);
}

static void
demo_sensors_are_known_as_synthetic(void **state)
{
	(void)state;
	assert_true(assertion_driver_is_synthetic(STR("virtual_image")));
	assert_true(assertion_driver_is_synthetic(STR("virtual_device")));
	assert_true(assertion_driver_is_synthetic(STR("vein:dir")));
	assert_false(assertion_driver_is_synthetic(STR("uru4000")));
	assert_false(assertion_driver_is_synthetic(STR("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_is_exactly_that_of_the_design),
		cmocka_unit_test(what_is_parsed_serialises_back),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(other_spellings_are_refused),
		cmocka_unit_test(bytes_after_the_end_are_refused),
		cmocka_unit_test(
		    a_text_that_would_break_the_lines_is_not_written),
		cmocka_unit_test(the_right_values_and_signature_pass),
		cmocka_unit_test(each_value_that_differs_is_refused),
		cmocka_unit_test(another_key_is_refused),
		cmocka_unit_test(demo_sensors_are_known_as_synthetic),
	};

	return cmocka_run_group_tests(tests, sign_exact, NULL);
}
