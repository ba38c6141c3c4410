/*
 * Many terminals in few session processes, limits driven to effect, and the
 * ends of the server: a session process that is killed, one that cannot
 * start, and an orderly stop under load (DESIGN §2; TRM-07, AUD-11).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_log.h"
#include "core/err.h"
#include "net/addr.h"
#include "net/sysclock.h"

#define TERMINALS   16
#define PER_PROCESS 8
#define CONNECTIONS 20 /* in total; 16 from one source */
#define WAIT_MS	    10000
#define STOPS	    20

static struct client_site site;
static struct client_person people[TERMINALS];
static char dirs[TERMINALS][192];
static char number[17];

struct crowd {
	struct loop *loop;
	struct client_term *t[TERMINALS];
	unsigned n;
	unsigned answers;
};

static int
make_site(void **state)
{
	char id[16], m[16], o[16];
	unsigned i;

	(void)state;
	assert_int_equal(client_site_make(&site, 50), 0);
	assert_int_equal(
	    client_site_conf(&site, PER_PROCESS, CONNECTIONS, 2), 0);
	assert_true(client_site_start(&site) >= 0);
	for (i = 0; i < TERMINALS; i++) {
		snprintf(id, sizeof(id), "T%02u", i + 1);
		snprintf(m, sizeof(m), "M%03u", i + 1);
		snprintf(o, sizeof(o), "O%03u", i + 1);
		assert_int_equal(client_site_terminal(&site, id, dirs[i]), 0);
		assert_int_equal(
		    client_site_person(&site, id, m, o, "clerk", &people[i]),
		    0);
	}
	assert_int_equal(client_site_resident(&site, 3, number), 0);
	return 0;
}

static int
free_site(void **state)
{
	(void)state;
	client_site_free(&site);
	return 0;
}

/* ---- terminals ---- */

static void
come(struct crowd *c, unsigned i)
{
	assert_int_equal(client_open(&c->t[i], c->loop, dirs[i], site.addr), 0);
	assert_int_equal(client_hello(c->t[i]), 0);
	assert_int_equal(client_login(c->t[i], &people[i]), 0);
}

static void
gather(struct crowd *c, unsigned n)
{
	unsigned i;

	*c = (struct crowd){ .loop = loop_new(sysclock()), .n = n };
	assert_non_null(c->loop);
	for (i = 0; i < n; i++)
		come(c, i);
}

static void
part(struct crowd *c)
{
	unsigned i;

	for (i = 0; i < c->n; i++)
		client_free(c->t[i]);
	loop_free(c->loop);
}

static unsigned
count_down(const struct crowd *c)
{
	unsigned down = 0;
	unsigned i;

	for (i = 0; i < c->n; i++)
		down += c->t[i]->down;
	return down;
}

static void
fill(Mamori__PersonSearchReq *req)
{
	mamori__person_search_req__init(req);
	req->resident_no = PB_BYTES(str_of(number));
	req->purpose = PB_BYTES(STR("1"));
}

/* Everybody who is there looks somebody up; how many got an answer. */
static unsigned
look_up(struct crowd *c)
{
	Mamori__PersonSearchReq req;
	unsigned answered = 0;
	unsigned i;

	fill(&req);
	for (i = 0; i < c->n; i++)
		if (!c->t[i]->down &&
		    client_ask(c->t[i], OP_person_search, &req.base) == 0 &&
		    c->t[i]->last.proven)
			answered++;
	return answered;
}

/* ---- processes ---- */

static bool
is_session(const char *pid)
{
	char path[300];
	char line[4096] = { 0 };
	ssize_t n;
	ssize_t i;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	for (i = 0; i < n; i++)
		if (line[i] == '\0')
			line[i] = ' ';
	return strstr(line, site.dir) != NULL &&
	    strstr(line, "--role session") != NULL;
}

static unsigned
find_sessions(pid_t *pids, unsigned most)
{
	struct dirent *e;
	unsigned n = 0;
	DIR *d = opendir("/proc");

	while (d != NULL && (e = readdir(d)) != NULL && n < most)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    is_session(e->d_name))
			pids[n++] = (pid_t)strtol(e->d_name, NULL, 10);
	if (d != NULL)
		closedir(d);
	return n;
}

static void
wait_down(struct crowd *c, unsigned n, int64_t ms)
{
	int64_t until = loop_now(c->loop) + ms;

	while (count_down(c) < n && loop_now(c->loop) < until)
		loop_turn(c->loop, 20);
}

/* Waits until the log has n entries with both texts after `from`. */
static bool
logged(uint64_t from, const char *one, const char *two, int n)
{
	int64_t until = clock_boot(sysclock()) + WAIT_MS;

	do {
		if (client_log_count(&site, from, one, two) >= n)
			return true;
	} while (clock_boot(sysclock()) < until);
	return false;
}

static void
a_killed_session_process_ends_only_its_own_connections(void **state)
{
	uint64_t from = client_log_size(&site);
	struct crowd c;
	pid_t pids[TERMINALS];
	unsigned n;
	unsigned i;

	(void)state;
	gather(&c, TERMINALS);
	assert_int_equal(look_up(&c), TERMINALS);
	n = find_sessions(pids, TERMINALS);
	assert_in_range(n, TERMINALS / PER_PROCESS, TERMINALS / 2);
	for (i = 0; i < n && count_down(&c) == 0; i++) {
		assert_int_equal(kill(pids[i], SIGKILL), 0);
		wait_down(&c, 1, 500); /* the spare has nobody */
	}
	wait_down(&c, PER_PROCESS, 2000);
	assert_int_equal(count_down(&c), PER_PROCESS);
	assert_int_equal(look_up(&c), TERMINALS - PER_PROCESS);
	assert_true(logged(from, "event LOGOFF", "lost", PER_PROCESS));
	/* and everybody can come back */
	for (i = 0; i < TERMINALS; i++)
		if (c.t[i]->down) {
			client_free(c.t[i]);
			come(&c, i);
		}
	assert_int_equal(look_up(&c), TERMINALS);
	part(&c);
}

/* ---- limits ---- */

static int
dial(void)
{
	struct addr a;
	int fd;

	assert_int_equal(addr_parse(site.addr, &a), 0);
	fd = socket(a.ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (void *)&a.ss, a.len), 0);
	return fd;
}

/* Does the other side close within ms? */
static bool
is_closed(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char byte;

	return poll(&p, 1, ms) == 1 && read(fd, &byte, 1) <= 0;
}

static void
TRM_07_a_source_gets_its_share_of_connections_and_no_more(void **state)
{
	uint64_t from = client_log_size(&site);
	int mute[TERMINALS];
	struct crowd c;
	unsigned i;
	int fd;

	(void)state;
	gather(&c, 2);
	for (i = 0; i < TERMINALS - c.n; i++)
		mute[i] = dial();
	fd = dial();
	assert_true(is_closed(fd, WAIT_MS));
	close(fd);
	assert_true(logged(from, "TERM_REJECT", "connections-of-source", 1));
	assert_int_equal(look_up(&c), c.n);
	/* who says nothing is cut, and the room is free again */
	for (i = 0; i < TERMINALS - c.n; i++) {
		assert_true(is_closed(mute[i], WAIT_MS));
		close(mute[i]);
	}
	c.n = 3;
	come(&c, 2);
	assert_int_equal(look_up(&c), 3);
	part(&c);
}

static void
TRM_07_unfinished_handshakes_of_a_source_are_limited(void **state)
{
	uint64_t from;
	struct crowd c;
	int mute[32];
	unsigned i;
	int fd;

	(void)state;
	assert_int_equal(client_site_stop(&site), 0);
	assert_int_equal(client_site_conf(&site, PER_PROCESS, 100, 3), 0);
	assert_true(client_site_start(&site) >= 0);
	from = client_log_size(&site);
	gather(&c, 1);
	for (i = 0; i < 32; i++)
		mute[i] = dial();
	fd = dial();
	assert_true(is_closed(fd, WAIT_MS));
	close(fd);
	assert_true(logged(from, "TERM_REJECT", "handshakes-of-source", 1));
	assert_int_equal(look_up(&c), 1);
	for (i = 0; i < 32; i++) {
		assert_true(is_closed(mute[i], WAIT_MS));
		close(mute[i]);
	}
	part(&c);
}

static void
ignore(void *ctx, int err, struct str payload)
{
	(void)ctx;
	(void)err;
	(void)payload;
}

static void
TRM_07_a_terminal_that_sends_too_much_is_cut(void **state)
{
	uint64_t from = client_log_size(&site);
	struct client_term *t = NULL;
	unsigned sent = 0;
	int i;

	(void)state;
	assert_int_equal(client_open(&t, NULL, dirs[0], site.addr), 0);
	assert_int_equal(client_hello(t), 0);
	/* each is refused in the session process: the store is not asked */
	for (i = 0; i < 5000 && !t->down; i++) {
		while (!t->down &&
		    call_send(t->calls, OP_person_search, STR(""), 5000, ignore,
			NULL) == 0)
			sent++;
		loop_turn(t->loop, 10);
	}
	assert_true(t->down);
	assert_in_range(sent, 50, 2000);
	client_free(t);
	assert_true(logged(from, "PROTO_ERR", "op 20", 1));
}

/* ---- ends ---- */

static void on_answer(
    void *ctx, struct client_term *t, const struct client_result *r);

static void
search_again(struct crowd *c, struct client_term *t)
{
	Mamori__PersonSearchReq req;

	fill(&req);
	(void)client_begin(t, OP_person_search, &req.base, on_answer, c);
}

static void
on_answer(void *ctx, struct client_term *t, const struct client_result *r)
{
	struct crowd *c = ctx;

	if (r->err != 0)
		return;
	c->answers += r->proven;
	search_again(c, t);
}

static void
an_orderly_stop_under_load_ends_with_0_and_its_entry(void **state)
{
	struct crowd c;
	uint64_t from = 0;
	unsigned round;
	unsigned i;

	(void)state;
	from = client_log_size(&site);
	for (round = 0; round < STOPS; round++) {
		gather(&c, 4);
		for (i = 0; i < c.n; i++)
			search_again(&c, c.t[i]);
		while (c.answers < 10 + round * 3 && count_down(&c) == 0)
			loop_turn(c.loop, 100);
		assert_int_equal(count_down(&c), 0);
		/* the terminals go on asking while it stops */
		assert_int_equal(kill(site.server, SIGTERM), 0);
		wait_down(&c, c.n, WAIT_MS);
		assert_int_equal(client_site_stop(&site), 0);
		part(&c);
		assert_true(client_site_start(&site) >= 0);
	}
	assert_true(logged(from, "event SERVER_STOP", NULL, STOPS));
}

static void
a_server_without_session_processes_ends(void **state)
{
	char key[256], away[256];
	int fds[16];
	int status = 0;
	unsigned i;

	(void)state;
	snprintf(key, sizeof(key), "%s/tls/server.key", site.dir);
	snprintf(away, sizeof(away), "%s/tls/away.key", site.dir);
	assert_int_equal(rename(key, away), 0);
	/* they fill the process that is there; the next one cannot start */
	for (i = 0; i < 16; i++)
		fds[i] = dial();
	assert_int_equal(waitpid(site.server, &status, 0), site.server);
	site.server = 0;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	for (i = 0; i < 16; i++)
		close(fds[i]);
	/* nor does it say that it listens when it does not */
	assert_true(client_site_start(&site) < 0);
	assert_int_equal(waitpid(site.server, &status, 0), site.server);
	assert_int_equal(WEXITSTATUS(status), 1);
	site.server = 0;
	assert_int_equal(rename(away, key), 0);
	assert_true(client_site_start(&site) >= 0);
}

static void
the_log_verifies(void **state)
{
	uint64_t size = 0;

	(void)state;
	assert_int_equal(client_site_verify(&site, "L", &size), 0);
	assert_true(size > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_killed_session_process_ends_only_its_own_connections),
		cmocka_unit_test(
		    TRM_07_a_source_gets_its_share_of_connections_and_no_more),
		cmocka_unit_test(
		    TRM_07_unfinished_handshakes_of_a_source_are_limited),
		cmocka_unit_test(TRM_07_a_terminal_that_sends_too_much_is_cut),
		cmocka_unit_test(
		    an_orderly_stop_under_load_ends_with_0_and_its_entry),
		cmocka_unit_test(a_server_without_session_processes_ends),
		cmocka_unit_test(the_log_verifies),
	};

	return cmocka_run_group_tests(tests, make_site, free_site);
}
