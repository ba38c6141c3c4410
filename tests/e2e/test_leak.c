/*
 * Acceptance 5 (TRM-04, TRM-14): a relay records every byte between terminal
 * and server during a working session; neither the recording nor any file of
 * the terminal has the planted name, address or numbers.  The same search
 * finds them where they must be: in the server's database.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "city.h"

struct scene {
	struct city city;
	char record[300]; /* folder with the recording and nothing else */
	char relay[64];	  /* its address */
	pid_t pid;
};

/* ---- the relay, in a process of its own -----------------------------------
 */

static int
dial(const char *addr)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const char *colon = strrchr(addr, ':');
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	sin.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (fd < 0 || connect(fd, (void *)&sin, sizeof(sin)) != 0)
		return -1;
	return fd;
}

/* One direction's bytes; false at the end. */
static bool
carry(int from, int to, FILE *record)
{
	char block[16384];
	ssize_t n = read(from, block, sizeof(block));

	if (n <= 0)
		return false;
	fwrite(block, 1, (size_t)n, record);
	fflush(record);
	return write(to, block, (size_t)n) == n;
}

static void
relay_one(int client, const char *server, FILE *record)
{
	struct pollfd pf[2] = { { .fd = client, .events = POLLIN },
		{ .events = POLLIN } };
	bool on = true;

	pf[1].fd = dial(server);
	while (on && pf[1].fd >= 0 && poll(pf, 2, 60000) > 0) {
		if (pf[0].revents != 0)
			on = carry(client, pf[1].fd, record);
		if (on && pf[1].revents != 0)
			on = carry(pf[1].fd, client, record);
	}
	close(client);
	close(pf[1].fd);
}

static void
relay_main(int lfd, const struct scene *s)
{
	char path[400];
	FILE *record;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	snprintf(path, sizeof(path), "%s/bytes", s->record);
	record = fopen(path, "we");
	if (record == NULL)
		_exit(1);
	while ((fd = accept(lfd, NULL, NULL)) >= 0)
		relay_one(fd, s->city.addr, record);
	_exit(0);
}

static bool
start_relay(struct scene *s)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(s->record, sizeof(s->record), "%s/record", s->city.dir);
	if (fd < 0 || mkdir(s->record, 0700) != 0 ||
	    bind(fd, (void *)&sin, sizeof(sin)) != 0 || listen(fd, 8) != 0 ||
	    getsockname(fd, (void *)&sin, &len) != 0)
		return false;
	snprintf(s->relay, sizeof(s->relay), "127.0.0.1:%u",
	    (unsigned)ntohs(sin.sin_port));
	s->pid = fork();
	if (s->pid == 0)
		relay_main(fd, s);
	close(fd);
	return s->pid > 0;
}

/* ---- the scene
 * ---------------------------------------------------------------- */

static int
work(const struct scene *s)
{
	const char *argv[16];
	char home[400];
	int n = 0;
	int st;
	pid_t pid;

	city_mamori(&s->city, argv, s->relay, "tests/e2e/main_job.scr");
	while (argv[n] != NULL)
		n++;
	argv[n++] = "--lang";
	argv[n++] = "en";
	argv[n] = NULL;
	snprintf(home, sizeof(home), "%s/home", s->city.dir);
	pid = fork();
	if (pid == 0) {
		/* files that a library would write for the user land here */
		mkdir(home, 0700);
		setenv("HOME", home, 1);
		setenv("TMPDIR", home, 1);
		setenv("XDG_CACHE_HOME", home, 1);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (waitpid(pid, &st, 0) != pid)
		return -1;
	return WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static int
set_up(void **state)
{
	static struct scene s;

	*state = &s;
	if (!city_open(&s.city) || !city_start(&s.city) || !start_relay(&s))
		return -1;
	return work(&s);
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
	}
	city_close(&s->city);
	return 0;
}

/* What must not be found; the address in full and its telling part. */
static bool
has_planted(const struct city *c, const char *dir, const char **which)
{
	const char *const needles[] = { PLANT_NAME, PLANT_ADDRESS,
		"七丁目77番7号", "ミナモト", c->number, c->my_number,
		CITY_PIN };
	char found[512];
	size_t i;

	for (i = 0; i < sizeof(needles) / sizeof(needles[0]); i++) {
		*which = needles[i];
		if (needles[i][0] != '\0' &&
		    city_scan(dir, needles[i], strlen(needles[i]), found)) {
			fprintf(stderr, "# %s in %s\n", needles[i], found);
			return true;
		}
	}
	return false;
}

static void
TRM_04_the_recording_of_the_line_has_nothing(void **state)
{
	struct scene *s = *state;
	const char *which;
	char path[400];
	struct stat st;

	snprintf(path, sizeof(path), "%s/bytes", s->record);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > 10000); /* the session went through it */
	assert_false(has_planted(&s->city, s->record, &which));
}

static void
TRM_14_the_files_of_the_terminal_have_nothing(void **state)
{
	struct scene *s = *state;
	const char *which;
	char home[400];
	char found[512];

	/* the terminal did write its state, and it is not empty */
	assert_true(city_scan(s->city.terminal, "mamori-head/v1", 14, found));
	assert_false(has_planted(&s->city, s->city.terminal, &which));
	snprintf(home, sizeof(home), "%s/home", s->city.dir);
	assert_false(has_planted(&s->city, home, &which));
}

static void
the_log_of_the_server_process_has_nothing(void **state)
{
	struct scene *s = *state;
	char path[400];
	char cmd[900];

	snprintf(path, sizeof(path), "%s/mamorid.log", s->city.dir);
	snprintf(cmd, sizeof(cmd), "! grep -a -q -e '%s' -e '%s' '%s'",
	    PLANT_NAME, PLANT_ADDRESS, path);
	assert_int_equal(system(cmd), 0);
}

static void
the_same_search_finds_them_in_the_database(void **state)
{
	struct scene *s = *state;
	char db[400];
	char found[512];

	snprintf(db, sizeof(db), "%s/db", s->city.site);
	assert_true(city_scan(db, PLANT_NAME, strlen(PLANT_NAME), found));
	assert_true(city_scan(db, PLANT_ADDRESS, strlen(PLANT_ADDRESS), found));
	assert_true(
	    city_scan(db, s->city.number, strlen(s->city.number), found));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(TRM_04_the_recording_of_the_line_has_nothing),
		cmocka_unit_test(TRM_14_the_files_of_the_terminal_have_nothing),
		cmocka_unit_test(the_log_of_the_server_process_has_nothing),
		cmocka_unit_test(the_same_search_finds_them_in_the_database),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
