/* Scripts are read as a whole before anything runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/script.h"
#include "core/err.h"

static int
load(const char *text, struct script **s)
{
	char path[] = "/tmp/mamori-script-XXXXXX";
	int fd = mkstemp(path);
	int rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	rc = script_load(path, s);
	unlink(path);
	return rc;
}

static void
every_directive_of_the_manual_is_understood(void **state)
{
	static const char text[] =
	    "# all of mamori(1)\n\nsize 100 30\nkey F2\nkey あ\ntext やまだ\n"
	    "press stranger\nwait 照合 ID 5000\nexpect 1 1 例示市\n"
	    "absent 山田\ndump /tmp/x\nsleep-until-idle 1000\n";
	struct script *s;
	int w, h;

	(void)state;
	assert_int_equal(load(text, &s), 0);
	script_size(s, &w, &h);
	assert_int_equal(w, 100);
	assert_int_equal(h, 30);
	script_free(s);
}

static void
what_is_not_understood_is_refused(void **state)
{
	static const char *const bad[] = { "hello\n", "key\n", "key F99\n",
		"wait 5000\n", "wait text\n", "wait text 5s\n",
		"expect 0 1 x\n", "expect 1 x\n", "expect 1 1\n", "size 80\n",
		"size 80 24 1\n", "sleep-until-idle\n",
		"sleep-until-idle 999999999\n", "dump\n", "press\n" };
	struct script *s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(load(bad[i], &s), ERR_SYNTAX);
		assert_null(s);
	}
}

static void
a_missing_file_is_an_error(void **state)
{
	struct script *s;

	(void)state;
	assert_int_equal(script_load("/nonexistent/x", &s), ERR_IO);
	assert_null(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_directive_of_the_manual_is_understood),
		cmocka_unit_test(what_is_not_understood_is_refused),
		cmocka_unit_test(a_missing_file_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
