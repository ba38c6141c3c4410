/*
 * The client as a kiosk: whatever comes from the keyboard, the line or the
 * machine's set-up, no shell, no crash, no dump, and a clear screen behind
 * it (TRM-08, TRM-14).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "city.h"
#include "pty_term.h"

#define SLOW 20000
#define FAST 5000

static struct city city;
static struct pty *open_pty;

static struct pty *
sit_down(void)
{
	const char *argv[16];
	int n = 0;

	city_mamori(&city, argv, NULL, NULL);
	while (argv[n] != NULL)
		n++;
	argv[n++] = "--lang";
	argv[n++] = "en";
	argv[n] = NULL;
	open_pty = pty_start((char *const *)(uintptr_t)argv, 24, 80);
	assert_true(pty_wait(open_pty, "Match ID", SLOW));
	return open_pty;
}

static int
make_city(void **state)
{
	(void)state;
	assert_true(city_open(&city));
	assert_true(city_start(&city));
	return 0;
}

static int
free_city(void **state)
{
	(void)state;
	city_close(&city);
	return 0;
}

static int
leave_seat(void **state)
{
	(void)state;
	if (open_pty != NULL)
		(void)pty_end(open_pty);
	open_pty = NULL;
	return 0;
}

/* ---- keys and signals ---- */

static void
TRM_08_control_keys_reach_no_shell(void **state)
{
	static const char *const keys[] = { "\003", "\032", "\034", "\023",
		"\021", "\004", "\031", "\017", "\026", "\033\033", "\033!",
		"\033:" };
	struct pty *p = sit_down();
	int status;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		pty_send(p, keys[i]);
		assert_true(pty_wait(p, "Match ID", FAST));
		assert_int_equal(
		    waitpid(pty_pid(p), &status, WNOHANG | WUNTRACED), 0);
	}
	/* ^S has not stopped the line: what is typed is still shown */
	pty_send(p, "\003");
	assert_true(pty_wait(p, "Match ID", FAST));
	pty_send(p, "M777");
	assert_true(pty_wait(p, "M777", FAST));
}

static void
TRM_08_stop_signals_do_not_stop_it(void **state)
{
	static const int signals[] = { SIGTSTP, SIGINT, SIGQUIT, SIGPIPE };
	struct pty *p = sit_down();
	int status;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		assert_int_equal(kill(pty_pid(p), signals[i]), 0);
	pty_send(p, "M888");
	assert_true(pty_wait(p, "M888", FAST));
	assert_int_equal(waitpid(pty_pid(p), &status, WNOHANG | WUNTRACED), 0);
}

static void
TRM_14_a_term_signal_clears_the_screen_and_ends_well(void **state)
{
	struct pty *p = sit_down();
	int status = -1;
	size_t n;

	(void)state;
	pty_send(p, "M123");
	assert_true(pty_wait(p, "M123", FAST));
	assert_int_equal(kill(pty_pid(p), SIGTERM), 0);
	assert_true(pty_wait_exit(p, FAST, &status));
	assert_int_equal(status, 0);
	assert_false(pty_has(p, "M123"));
	assert_non_null(strstr(pty_output(p, &n), "\033[3J"));
}

static void
a_storm_of_sizes_leaves_a_whole_screen(void **state)
{
	struct pty *p = sit_down();
	int i;

	(void)state;
	for (i = 0; i < 200; i++)
		pty_resize(p, 1 + (i * 7) % 60, 1 + (i * 13) % 200);
	pty_resize(p, 24, 80);
	assert_true(pty_wait(p, "Match ID", FAST));
	pty_send(p, "M999");
	assert_true(pty_wait(p, "M999", FAST));
}

static void
answers_of_a_mad_terminal_are_only_bytes(void **state)
{
	static const char *const junk[] = { "\033[24;80R", "\033[?64;4c",
		"\033P1$r0m\033\\", "\033]11;rgb:0000/0000/0000\007",
		"\033[99999999999999999999;1R", "\033[M\377\377\377",
		"\033[200~\033[201~", "\302", "\355\240\200", "\377\376",
		"\033[", "\033O" };
	struct pty *p = sit_down();
	int status;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(junk) / sizeof(junk[0]); i++)
		pty_send(p, junk[i]);
	assert_true(pty_wait(p, "Match ID", FAST));
	assert_int_equal(waitpid(pty_pid(p), &status, WNOHANG | WUNTRACED), 0);
}

/* ---- set-up ---- */

struct run {
	int code;
	char err[4096];
};

/*
 * mamori with the variable set (NULL: unset), on a pty or on /dev/null; what
 * it said.
 */
static void
run_with(struct run *r, const char *name, const char *value, bool tty)
{
	const char *argv[16];
	int to[2];
	int fd = -1;
	int status;
	size_t n = 0;
	ssize_t k;
	pid_t pid;

	city_mamori(&city, argv, NULL, NULL);
	assert_int_equal(pipe(to), 0);
	pid = tty ? forkpty(&fd, NULL, NULL, NULL) : fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		if (!tty && (dup2(null, 0) < 0 || dup2(null, 1) < 0))
			_exit(126);
		dup2(to[1], 2);
		close(to[0]);
		setenv("TERM", "xterm-256color", 1);
		if (value != NULL)
			setenv(name, value, 1);
		else
			unsetenv(name);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(to[1]);
	while (n < sizeof(r->err) - 1 &&
	    (k = read(to[0], r->err + n, sizeof(r->err) - 1 - n)) > 0)
		n += (size_t)k;
	r->err[n] = '\0';
	close(to[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (fd >= 0)
		close(fd);
	r->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
an_unusable_terminal_is_told_in_one_sentence(void **state)
{
	static const char *const terms[] = { "no-such-terminal", "dumb", "" };
	struct run r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		run_with(&r, "TERM", terms[i], true);
		assert_int_equal(r.code, 1);
		assert_non_null(strstr(r.err, "mamori: "));
		assert_non_null(strstr(r.err, "TERM"));
	}
}

static void
without_a_tty_it_says_so(void **state)
{
	struct run r;

	(void)state;
	run_with(&r, "TERM", "xterm-256color", false);
	assert_int_equal(r.code, 1);
	assert_non_null(strstr(r.err, "mamori: "));
}

/* LANG missing: C.UTF-8 or ja_JP.UTF-8 is taken, whatever is installed. */
static void
without_a_language_it_still_shows_kanji(void **state)
{
	const char *argv[16];
	struct pty *p;

	(void)state;
	city_mamori(&city, argv, NULL, NULL);
	{
		const char *env[24] = { "/usr/bin/env", "-u", "LANG", "-u",
			"LC_ALL" };
		size_t n = 5;
		size_t i;

		for (i = 0; argv[i] != NULL; i++)
			env[n++] = argv[i];
		env[n] = NULL;
		p = pty_start((char *const *)(uintptr_t)env, 24, 80);
	}
	open_pty = p;
	assert_true(pty_wait(p, "照合", SLOW));
}

/* ---- dumps ---- */

static bool
has_core(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	bool found = false;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		found = found || strncmp(e->d_name, "core", 4) == 0;
	closedir(d);
	return found;
}

/*
 * Is the process one that no fault can dump?  Its core limit is 0 and it is
 * not dumpable (then its /proc files belong to root, whoever runs it).
 */
static void
no_dump_of(pid_t pid)
{
	char path[64];
	char line[256];
	bool seen = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/limits", (int)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "Max core file size", 18) == 0)
			seen = strstr(line, " 0                    0 ") != NULL;
	fclose(f);
	assert_true(seen);
}

static void
TRM_14_a_crash_leaves_no_core_file(void **state)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	struct pty *p;
	char dir[] = "/tmp/mamori-core.XXXXXX";
	char old[512];
	int status = 0;

	(void)state;
	assert_non_null(getcwd(old, sizeof(old)));
	assert_non_null(mkdtemp(dir));
	assert_int_equal(setrlimit(RLIMIT_CORE, &all), 0);
	assert_int_equal(chdir(dir), 0);
	p = sit_down();
	no_dump_of(pty_pid(p));
	assert_int_equal(kill(pty_pid(p), SIGSEGV), 0);
	assert_true(pty_wait_exit(p, FAST, &status));
	assert_int_equal(status, -SIGSEGV);
	no_dump_of(city.server);
	assert_false(has_core(dir));
	assert_int_equal(chdir(old), 0);
	assert_int_equal(rmdir(dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_teardown(f, leave_seat)
		T(TRM_08_control_keys_reach_no_shell),
		T(TRM_08_stop_signals_do_not_stop_it),
		T(TRM_14_a_term_signal_clears_the_screen_and_ends_well),
		T(a_storm_of_sizes_leaves_a_whole_screen),
		T(answers_of_a_mad_terminal_are_only_bytes),
		T(an_unusable_terminal_is_told_in_one_sentence),
		T(without_a_tty_it_says_so),
		T(without_a_language_it_still_shows_kanji),
		T(TRM_14_a_crash_leaves_no_core_file),
	};

	return cmocka_run_group_tests(tests, make_city, free_city);
}
