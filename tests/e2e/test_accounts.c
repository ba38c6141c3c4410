/*
 * Accounts with the real programs: a PIN is changed at the terminal, a locked
 * account is unlocked by another person's finger, and the log that holds both
 * verifies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "city.h"

static int
run(const struct city *c, const char *script)
{
	const char *argv[16];
	int n = 0;
	int st;
	pid_t pid;

	city_mamori(c, argv, NULL, script);
	while (argv[n] != NULL)
		n++;
	argv[n++] = "--lang";
	argv[n++] = "en";
	argv[n] = NULL;
	pid = fork();
	if (pid == 0) {
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (waitpid(pid, &st, 0) != pid)
		return -1;
	return WIFEXITED(st) ? WEXITSTATUS(st) : -WTERMSIG(st);
}

static int
ctl(const struct city *c, const char *what)
{
	char cmd[2048];

	snprintf(cmd, sizeof(cmd), "'%s/mamorictl' %s", c->build, what);
	return system(cmd);
}

static void
AUT_12_a_pin_is_changed_at_the_terminal(void **state)
{
	assert_int_equal(run(*state, "tests/e2e/accounts_pin.scr"), 0);
}

/* After the change of PIN: M001 has the new one. */
static void
AUT_06_another_person_unlocks_with_a_finger_over_the_text(void **state)
{
	assert_int_equal(run(*state, "tests/e2e/accounts_unlock.scr"), 0);
	assert_int_equal(run(*state, "tests/e2e/accounts_unlock2.scr"), 0);
}

static void
AUT_11_the_command_line_keeps_the_register(void **state)
{
	struct city *c = *state;
	char what[1024];

	snprintf(what, sizeof(what),
	    "operator suspend --dir '%s' --match-id M002 --reason 休職 "
	    "--at 2099-01-01 >/dev/null",
	    c->site);
	assert_int_equal(ctl(c, what), 0);
	snprintf(what, sizeof(what),
	    "operator delete --dir '%s' --match-id M002 --reason 退職 "
	    ">/dev/null",
	    c->site);
	assert_int_equal(ctl(c, what), 0);
	snprintf(what, sizeof(what),
	    "operator register --dir '%s' --json | grep -q 退職", c->site);
	assert_int_equal(ctl(c, what), 0);
	snprintf(what, sizeof(what),
	    "operator changes --dir '%s' --json | grep -q 2099-01-01", c->site);
	assert_int_equal(ctl(c, what), 0);
	snprintf(what, sizeof(what),
	    "log export --dir '%s' --out '%s/L' >/dev/null", c->site, c->dir);
	assert_int_equal(ctl(c, what), 0);
	snprintf(what, sizeof(what),
	    "log verify '%s/L' --kek '%s/keys/kek' >/dev/null", c->dir,
	    c->site);
	assert_int_equal(ctl(c, what), 0);
}

static int
set_up(void **state)
{
	static struct city c;

	*state = &c;
	return city_open(&c) && city_start(&c) ? 0 : -1;
}

static int
tear_down(void **state)
{
	city_close(*state);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AUT_12_a_pin_is_changed_at_the_terminal),
		cmocka_unit_test(
		    AUT_06_another_person_unlocks_with_a_finger_over_the_text),
		cmocka_unit_test(AUT_11_the_command_line_keeps_the_register),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
