/*
 * Acceptance 1 without a display: the real mamori against the real mamorid,
 * with pictures of fingers matched by libfprint, driven by main_job.scr.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void
the_main_job_can_be_done_by_keys_alone(void **state)
{
	struct city *c = *state;

	assert_int_equal(run(c, "tests/e2e/main_job.scr"), 0);
}

static void
REC_12_SRC_10_PRM_12_every_page_of_a_record_is_one_key_away(void **state)
{
	struct city *c = *state;

	assert_int_equal(run(c, "tests/e2e/record.scr"), 0);
}

static void
the_first_mismatch_of_a_script_ends_it_with_status_1(void **state)
{
	struct city *c = *state;
	char path[400];
	FILE *f;

	snprintf(path, sizeof(path), "%s/bad.scr", c->dir);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs("wait Match ID 15000\nexpect 1 1 nobody wrote this\n"
	      "key F3\n",
	    f);
	fclose(f);
	assert_int_equal(run(c, path), 1);
}

/*
 * The site's database is put back to an older copy with the same keys: the
 * terminal has seen more of the log than the server now shows
 * (audit-log.md §5 rule 2).
 */
static void
a_log_that_went_back_stops_the_terminal_and_evidence_is_kept(void **state)
{
	struct city *c = *state;
	char cmd[1400];
	char path[400];
	char found[512];
	FILE *f;

	city_stop(c);
	snprintf(cmd, sizeof(cmd),
	    "rm -rf '%s' && cp -a '%s/e2e-city/city/S' '%s'", c->site, c->build,
	    c->site);
	assert_int_equal(system(cmd), 0);
	assert_true(city_start(c));
	snprintf(path, sizeof(path), "%s/fork.scr", c->dir);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs("wait The log of the server could not be verified 15000\n"
	      "absent Match ID\n",
	    f);
	fclose(f);
	assert_int_equal(run(c, path), 0);
	snprintf(path, sizeof(path), "%s/state", c->terminal);
	assert_true(city_scan(path, "\n\n\xE2\x80\x94 ", 6, found));
	snprintf(cmd, sizeof(cmd), "ls '%s'/known-*.note '%s'/seen-*.note",
	    path, path);
	assert_int_equal(system(cmd), 0);
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
		cmocka_unit_test(the_main_job_can_be_done_by_keys_alone),
		cmocka_unit_test(
		    REC_12_SRC_10_PRM_12_every_page_of_a_record_is_one_key_away),
		cmocka_unit_test(
		    the_first_mismatch_of_a_script_ends_it_with_status_1),
		/* the last: the terminal is of no use afterwards */
		cmocka_unit_test(
		    a_log_that_went_back_stops_the_terminal_and_evidence_is_kept),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
