/*
 * Words of the command line: options, exit codes, ids, PINs.
 *
 * SECURITY: test code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "ctl/ctl.h"
#include "ctl/pin.h"
#include "ctl_tmp.h"

struct values {
	const char *dir;
	const char *name;
	bool json;
	struct ctl_many add;
	const char *rest[2];
};

static int
parse(struct values *v, int argc, const char *const *words, size_t least,
    size_t most)
{
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &v->dir },
		{ .name = "name", .text = &v->name },
		{ .name = "json", .flag = &v->json },
		{ .name = "add", .many = &v->add },
	};
	char copy[8][64];
	char *argv[9] = { NULL };

	*v = (struct values){ .dir = NULL };
	for (int i = 0; i < argc; i++) {
		(void)snprintf(copy[i], sizeof(copy[i]), "%s", words[i]);
		argv[i] = copy[i];
	}
	argc = ctl_options(argc, argv, options, 4, v->rest, least, most);
	/* the values point into copy[]: only whether they are set is used */
	return argc;
}

#define PARSE(v, least, most, ...)                                             \
	parse(v,                                                               \
	    (int)(sizeof((const char *const[]){ __VA_ARGS__ }) /               \
		sizeof(char *)),                                               \
	    (const char *const[]){ __VA_ARGS__ }, least, most)

static void
values_stand_behind_or_after_an_equals_sign(void **state)
{
	struct values v;

	(void)state;
	assert_int_equal(PARSE(&v, 0, 0, "x", "--dir", "S", "--json"), 0);
	assert_non_null(v.dir);
	assert_true(v.json);
	assert_null(v.name);
	assert_int_equal(PARSE(&v, 0, 0, "x", "--dir=S", "--name="), 0);
	assert_non_null(v.name);
	assert_int_equal(
	    PARSE(&v, 0, 0, "x", "--dir=S", "--add", "a", "--add", "b"), 0);
	assert_int_equal(v.add.n, 2);
	assert_int_equal(PARSE(&v, 1, 1, "x", "--dir=S", "--", "--json"), 0);
	assert_false(v.json);
	assert_non_null(v.rest[0]);
}

static void
wrong_options_are_wrong_usage(void **state)
{
	struct values v;

	(void)state;
	assert_int_equal(PARSE(&v, 0, 0, "x"), CTL_USAGE);
	assert_int_equal(PARSE(&v, 0, 0, "x", "--dir"), CTL_USAGE);
	assert_int_equal(PARSE(&v, 0, 0, "x", "--di", "S"), CTL_USAGE);
	assert_int_equal(PARSE(&v, 0, 0, "x", "-d", "S"), CTL_USAGE);
	assert_int_equal(PARSE(&v, 0, 0, "x", "--dir=a", "--dir=b"), CTL_USAGE);
	assert_int_equal(
	    PARSE(&v, 0, 0, "x", "--dir=a", "--json=yes"), CTL_USAGE);
	assert_int_equal(PARSE(&v, 0, 0, "x", "--dir=a", "more"), CTL_USAGE);
	assert_int_equal(PARSE(&v, 1, 1, "x", "--dir=a"), CTL_USAGE);
}

static int
run(const char *a, const char *b, const char *c)
{
	char program[] = "mamorictl";
	char one[32];
	char two[32];
	char three[32];
	char *argv[] = { program, one, two, three, NULL };
	int argc = 1 + (a != NULL) + (b != NULL) + (c != NULL);

	(void)snprintf(one, sizeof(one), "%s", a != NULL ? a : "");
	(void)snprintf(two, sizeof(two), "%s", b != NULL ? b : "");
	(void)snprintf(three, sizeof(three), "%s", c != NULL ? c : "");
	argv[argc] = NULL;
	return ctl_main(argc, argv);
}

static void
every_command_has_help_and_version(void **state)
{
	(void)state;
	for (const struct command *c = ctl_commands; c->group != NULL; c++) {
		if (c->verb == NULL) {
			assert_int_equal(run(c->group, "--help", NULL), 0);
			assert_int_equal(run(c->group, "--version", NULL), 0);
			assert_int_equal(run(c->group, "--wrong", NULL), 2);
			continue;
		}
		assert_int_equal(run(c->group, c->verb, "--help"), 0);
		assert_int_equal(run(c->group, c->verb, "--version"), 0);
		assert_int_equal(run(c->group, c->verb, "--wrong"), 2);
		assert_int_equal(run(c->group, "wrong", NULL), 2);
	}
	assert_int_equal(run(NULL, NULL, NULL), 2);
	assert_int_equal(run("wrong", NULL, NULL), 2);
	assert_int_equal(run("--help", NULL, NULL), 0);
}

static void
an_id_has_letters_digits_and_two_signs(void **state)
{
	(void)state;
	assert_true(ctl_id_ok("M001"));
	assert_true(ctl_id_ok("a-b_C9"));
	assert_true(ctl_id_ok("12345678901234567890123456789012"));
	assert_false(ctl_id_ok("123456789012345678901234567890123"));
	assert_false(ctl_id_ok(""));
	assert_false(ctl_id_ok("M 1"));
	assert_false(ctl_id_ok("../x"));
	assert_false(ctl_id_ok("Ｍ1"));
}

/* DESIGN §9: at least eight characters */
static void
a_poor_pin_has_a_fault(void **state)
{
	(void)state;
	assert_null(pin_fault(STR("20261121"), 8));
	assert_null(pin_fault(STR("correct-horse"), 8));
	assert_non_null(pin_fault(STR("2026112"), 8));
	assert_non_null(pin_fault(STR("20261121"), 9));
	assert_non_null(pin_fault(STR("11111111"), 8));
	assert_non_null(pin_fault(STR("12345678"), 8));
	assert_non_null(pin_fault(STR("87654321"), 8));
	assert_non_null(pin_fault(STR("abcd efgh"), 8));
	assert_non_null(pin_fault(STR("暗証番号"), 8));
}

static void
a_folder_with_something_in_it_is_not_fresh(void **state)
{
	struct ctl_tmp tmp;
	bool made = true;

	(void)state;
	ctl_tmp_make(&tmp);
	assert_int_equal(ctl_fresh_dir(tmp.dir, &made), 0);
	assert_false(made);
	assert_int_equal(ctl_fresh_dir(ctl_tmp_path(&tmp, "new"), &made), 0);
	assert_true(made);
	assert_int_equal(ctl_fresh_dir(tmp.dir, &made), ERR_EXISTS);
	ctl_remove_tree(tmp.dir, false);
	assert_int_equal(ctl_fresh_dir(tmp.dir, &made), 0);
	assert_int_equal(
	    ctl_write_new(ctl_tmp_path(&tmp, "f"), STR("x"), 0600), 0);
	assert_int_equal(
	    ctl_write_new(ctl_tmp_path(&tmp, "f"), STR("y"), 0600), ERR_EXISTS);
	ctl_tmp_remove(&tmp);
}

static void
times_are_those_of_japan(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	ctl_put_time(&b, INT64_C(1795230000000));
	assert_true(str_eqz(buf_str(&b), "2026-11-21 12:00:00"));
	buf_clear(&b);
	ctl_put_time(&b, 0);
	assert_true(str_eqz(buf_str(&b), "-"));
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_stand_behind_or_after_an_equals_sign),
		cmocka_unit_test(wrong_options_are_wrong_usage),
		cmocka_unit_test(every_command_has_help_and_version),
		cmocka_unit_test(an_id_has_letters_digits_and_two_signs),
		cmocka_unit_test(a_poor_pin_has_a_fault),
		cmocka_unit_test(a_folder_with_something_in_it_is_not_fresh),
		cmocka_unit_test(times_are_those_of_japan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
