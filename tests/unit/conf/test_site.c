/*
 * S/mamorid.yaml and T/terminal.yaml: what is taken, what is refused and why.
 *
 * SECURITY: test code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf/problem.h"
#include "conf/site.h"
#include "conf/terminal.h"
#include "core/err.h"
#include "ctl_tmp.h"

#define SITE                                                                   \
	"origin: mamori.162019.example/2026\n"                                 \
	"site_name: 例示市\n"                                               \
	"site_code: \"162019\"\n"

static struct ctl_tmp tmp;

static int
setup(void **state)
{
	(void)state;
	ctl_tmp_make(&tmp);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	ctl_tmp_remove(&tmp);
	return 0;
}

static int
load(const char *text, struct site_conf **c)
{
	ctl_tmp_write(&tmp, SITE_CONF_FILE, text);
	return site_conf_load(tmp.dir, c);
}

static void
refused(const char *text, int err, const char *says)
{
	struct site_conf *c = NULL;

	if (load(text, &c) != err || strstr(conf_problem(), says) == NULL)
		fail_msg("%s: %s", text, conf_problem());
	assert_null(c);
}

static void
absent_keys_have_documented_defaults(void **state)
{
	struct site_conf *c;

	(void)state;
	assert_int_equal(load(SITE, &c), 0);
	assert_string_equal(c->site_name, "例示市");
	assert_string_equal(c->listen, "127.0.0.1:7443");
	assert_string_equal(c->server_name, "mamorid");
	assert_false(c->synthetic);
	assert_int_equal(c->idle_seconds, 180);
	assert_int_equal(c->list_limit, 50);
	assert_int_equal(c->failures, 3);
	assert_int_equal(c->challenge_seconds, 60);
	assert_int_equal(c->sessions_per_process, 1);
	site_conf_free(c);
}

static void
what_is_written_is_read_back(void **state)
{
	struct site_conf a;
	struct site_conf *b;
	struct buf text = BUF_INIT;

	(void)state;
	site_conf_init(&a);
	(void)str_copy(a.origin, sizeof(a.origin), STR("x.example/1"));
	(void)str_copy(
	    a.site_name, sizeof(a.site_name), STR("it's a 'city': # {x}"));
	(void)str_copy(a.site_code, sizeof(a.site_code), STR("162019"));
	a.synthetic = true;
	a.idle_seconds = 300;
	site_conf_put(&a, &text);
	ctl_tmp_write_n(&tmp, SITE_CONF_FILE, text.p, text.n);
	assert_int_equal(site_conf_load(tmp.dir, &b), 0);
	memcpy(a.digest, b->digest, sizeof(a.digest));
	assert_string_equal(a.site_name, b->site_name);
	assert_string_equal(a.origin, b->origin);
	assert_true(b->synthetic);
	assert_int_equal(b->idle_seconds, 300);
	site_conf_free(b);
	buf_release(&text);
}

/* TRM-11: no idle time over five minutes; DESIGN §6: 0 is never "for ever" */
static void
every_number_has_two_limits(void **state)
{
	static const struct {
		const char *key;
		uint32_t least;
		uint32_t most;
	} rows[] = {
#define ROW(key, least, most, normal) { #key, (least), (most) },
		SITE_NUMBER_LIST(ROW)
#undef ROW
	};
	struct site_conf *c;
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(text, sizeof(text), SITE "%s: %u\n", rows[i].key,
		    rows[i].least);
		assert_int_equal(load(text, &c), 0);
		site_conf_free(c);
		(void)snprintf(text, sizeof(text), SITE "%s: %u\n", rows[i].key,
		    rows[i].most);
		assert_int_equal(load(text, &c), 0);
		site_conf_free(c);
		(void)snprintf(text, sizeof(text), SITE "%s: %u\n", rows[i].key,
		    rows[i].least - 1);
		refused(text, ERR_RANGE, rows[i].key);
		(void)snprintf(text, sizeof(text), SITE "%s: %u\n", rows[i].key,
		    rows[i].most + 1);
		refused(text, ERR_RANGE, rows[i].key);
	}
	refused(SITE "idle_seconds: 0\n", ERR_RANGE, "idle_seconds");
}

static void
numbers_are_plain_decimal(void **state)
{
	(void)state;
	refused(SITE "idle_seconds: 0x40\n", ERR_RANGE, "0x40");
	refused(SITE "idle_seconds: 0100\n", ERR_RANGE, "0100");
	refused(SITE "idle_seconds: -60\n", ERR_RANGE, "-60");
	refused(SITE "idle_seconds: 60.0\n", ERR_RANGE, "60.0");
	refused(SITE "idle_seconds: \"\"\n", ERR_RANGE, "idle_seconds");
}

static void
a_misspelt_truth_is_refused(void **state)
{
	(void)state;
	refused(SITE "synthetic: flase\n", ERR_SYNTAX, "flase");
	refused(SITE "synthetic: yes\n", ERR_SYNTAX, "yes");
}

static void
unknown_repeated_and_missing_keys_are_refused(void **state)
{
	(void)state;
	refused(SITE "idle_second: 60\n", ERR_SYNTAX, "idle_second");
	refused(SITE "failures: 3\nfailures: 9\n", ERR_SYNTAX, "failures");
	refused("origin: x\nsite_name: y\n", ERR_MISSING, "site_code");
	refused("origin: ''\nsite_name: y\nsite_code: '162019'\n", ERR_MISSING,
	    "origin");
}

static void
aliases_second_documents_and_odd_shapes_are_refused(void **state)
{
	(void)state;
	refused("origin: &a x\nsite_name: *a\nsite_code: '162019'\n",
	    ERR_SYNTAX, "lias");
	refused(SITE "---\n" SITE, ERR_SYNTAX, "document");
	refused("- " SITE, ERR_SYNTAX, SITE_CONF_FILE);
	refused("", ERR_SYNTAX, "empty");
	refused("origin: [a, b]\n", ERR_SYNTAX, SITE_CONF_FILE);
	refused(SITE "listen: \"a\\0b\"\n", ERR_SYNTAX, "NUL");
}

static void
text_is_utf8_without_control_characters(void **state)
{
	(void)state;
	refused("origin: x\nsite_name: \"a\\nb\"\nsite_code: '162019'\n",
	    ERR_UTF8, "site_name");
	refused("origin: x\nsite_name: \xff\nsite_code: '162019'\n", ERR_UTF8,
	    "UTF-8");
	refused("origin: x\nsite_name: \xed\xa0\x80\nsite_code: '162019'\n",
	    ERR_UTF8, "UTF-8");
}

static void
lengths_and_forms_are_checked(void **state)
{
	char text[512];

	(void)state;
	(void)snprintf(text, sizeof(text),
	    "origin: x\nsite_name: %0150d\nsite_code: '162019'\n", 1);
	refused(text, ERR_TOOLONG, "site_name");
	refused("origin: a b\nsite_name: y\nsite_code: '162019'\n", ERR_SYNTAX,
	    "origin");
	refused("origin: a+b\nsite_name: y\nsite_code: '162019'\n", ERR_SYNTAX,
	    "origin");
	refused("origin: x\nsite_name: y\nsite_code: '162018'\n", ERR_RANGE,
	    "site_code");
	refused(SITE "server_name: a/b\n", ERR_SYNTAX, "server_name");
}

static void
a_file_over_256_kib_is_refused(void **state)
{
	struct site_conf *c;
	size_t n = (256 << 10) + 1;
	char *big = malloc(n);

	(void)state;
	assert_non_null(big);
	memset(big, '#', n);
	ctl_tmp_write_n(&tmp, SITE_CONF_FILE, big, n);
	assert_int_equal(site_conf_load(tmp.dir, &c), ERR_TOOLONG);
	free(big);
}

static void
a_missing_file_is_not_found(void **state)
{
	struct site_conf *c;

	(void)state;
	assert_int_equal(
	    site_conf_load(ctl_tmp_path(&tmp, "none"), &c), ERR_NOTFOUND);
	assert_null(c);
	assert_int_not_equal(strlen(conf_problem()), 0);
}

static void
a_terminal_is_read_back_as_written(void **state)
{
	struct terminal_conf a = { .id = "T01",
		.place = "本庁1階",
		.server = "127.0.0.1:7443",
		.site_name = "例示市",
		.origin = "x.example/1",
		.log_vkey = "x.example/1+00000000+AA==",
		.sensor = "fprint",
		.language = "en" };
	struct terminal_conf *b;
	struct buf text = BUF_INIT;

	(void)state;
	terminal_conf_put(&a, &text);
	ctl_tmp_write_n(&tmp, TERMINAL_CONF_FILE, text.p, text.n);
	assert_int_equal(terminal_conf_load(tmp.dir, &b), 0);
	assert_memory_equal(&a, b, sizeof(a));
	terminal_conf_free(b);
	buf_release(&text);
}

static void
a_terminal_has_an_id_and_one_of_two_languages(void **state)
{
	static const char rest[] = "place: p\nserver: s\nsite_name: n\n"
				   "origin: o\nlog_vkey: v\n";
	struct terminal_conf *c;
	char text[256];

	(void)state;
	(void)snprintf(text, sizeof(text), "id: T 1\n%s", rest);
	ctl_tmp_write(&tmp, TERMINAL_CONF_FILE, text);
	assert_int_equal(terminal_conf_load(tmp.dir, &c), ERR_SYNTAX);
	(void)snprintf(text, sizeof(text), "id: T1\nlanguage: de\n%s", rest);
	ctl_tmp_write(&tmp, TERMINAL_CONF_FILE, text);
	assert_int_equal(terminal_conf_load(tmp.dir, &c), ERR_RANGE);
	(void)snprintf(text, sizeof(text), "id: T1\n%s", rest);
	ctl_tmp_write(&tmp, TERMINAL_CONF_FILE, text);
	assert_int_equal(terminal_conf_load(tmp.dir, &c), 0);
	assert_string_equal(c->language, "ja");
	assert_string_equal(c->sensor, "fprint");
	terminal_conf_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent_keys_have_documented_defaults),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(every_number_has_two_limits),
		cmocka_unit_test(numbers_are_plain_decimal),
		cmocka_unit_test(a_misspelt_truth_is_refused),
		cmocka_unit_test(unknown_repeated_and_missing_keys_are_refused),
		cmocka_unit_test(
		    aliases_second_documents_and_odd_shapes_are_refused),
		cmocka_unit_test(text_is_utf8_without_control_characters),
		cmocka_unit_test(lengths_and_forms_are_checked),
		cmocka_unit_test(a_file_over_256_kib_is_refused),
		cmocka_unit_test(a_missing_file_is_not_found),
		cmocka_unit_test(a_terminal_is_read_back_as_written),
		cmocka_unit_test(a_terminal_has_an_id_and_one_of_two_languages),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
