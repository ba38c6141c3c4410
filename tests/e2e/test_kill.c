/*
 * kill -9 of each process of mamorid under load (issue 2, acceptance 4;
 * AUD-11): every answer that a client verified is in the exported log at its
 * index, the tree verifies, and the server is ready again within two seconds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_log.h"
#include "core/err.h"
#include "net/sysclock.h"

#define TERMINALS    4
#define READY_MS     2000
#define RECEIPTS_MAX 200000

static struct client_site site;
static struct client_person people[TERMINALS];
static char dirs[TERMINALS][192];
static char number[17];

/* What clients verified: index and hash of each entry. */
static struct receipt {
	uint64_t index;
	uint8_t leaf[SHA256_LEN];
} * receipts;
static size_t n_receipts;

static int
make_site(void **state)
{
	char id[16], m[16], o[16];
	unsigned i;

	(void)state;
	receipts = calloc(RECEIPTS_MAX, sizeof(*receipts));
	assert_non_null(receipts);
	assert_int_equal(client_site_make(&site, 50), 0);
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
	free(receipts);
	return 0;
}

/* ---- finding a process by its role ---- */

static bool
is_role(const char *pid, const char *role)
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
	return strstr(line, site.dir) != NULL && strstr(line, role) != NULL;
}

/* A process of our site with that role; 0 when there is none. */
static pid_t
find_role(const char *role)
{
	struct dirent *e;
	pid_t pid = 0;
	DIR *d = opendir("/proc");

	while (d != NULL && (e = readdir(d)) != NULL && pid == 0)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    is_role(e->d_name, role))
			pid = (pid_t)strtol(e->d_name, NULL, 10);
	if (d != NULL)
		closedir(d);
	return pid;
}

/* ---- load ---- */

struct load {
	struct loop *loop;
	struct client_term *t[TERMINALS];
	unsigned answers;
	unsigned lost;
};

static void search(struct load *l, struct client_term *t);

static void
on_answer(void *ctx, struct client_term *t, const struct client_result *r)
{
	struct load *l = ctx;

	if (r->err != 0) {
		l->lost++;
		return;
	}
	if (r->proven && n_receipts < RECEIPTS_MAX) {
		receipts[n_receipts].index = r->index;
		memcpy(receipts[n_receipts].leaf, r->leaf, SHA256_LEN);
		n_receipts++;
		l->answers++;
	}
	search(l, t);
}

static void
search(struct load *l, struct client_term *t)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;

	req.resident_no = PB_BYTES(str_of(number));
	req.purpose = PB_BYTES(STR("1"));
	if (client_begin(t, OP_person_search, &req.base, on_answer, l) != 0)
		l->lost++;
}

static void
load_start(struct load *l)
{
	unsigned i;

	*l = (struct load){ .loop = loop_new(sysclock()) };
	for (i = 0; i < TERMINALS; i++) {
		assert_int_equal(
		    client_open(&l->t[i], l->loop, dirs[i], site.addr), 0);
		assert_int_equal(client_hello(l->t[i]), 0);
		assert_int_equal(client_login(l->t[i], &people[i]), 0);
	}
	for (i = 0; i < TERMINALS; i++)
		search(l, l->t[i]);
}

static void
load_until(struct load *l, unsigned answers, unsigned lost)
{
	int64_t until = loop_now(l->loop) + 10000;

	while (
	    l->answers < answers && l->lost < lost && loop_now(l->loop) < until)
		loop_turn(l->loop, 100);
	assert_true(loop_now(l->loop) < until);
}

static void
load_end(struct load *l)
{
	unsigned i;

	for (i = 0; i < TERMINALS; i++)
		client_free(l->t[i]);
	loop_free(l->loop);
}

/* ---- the rounds ---- */

static const struct {
	const char *role; /* "" = the parent */
	bool all;	  /* everything ends with it */
} victims[] = {
	{ "", true },
	{ "--role store", true },
	{ "--role signer", true },
	{ "--role session", false },
};

#define VICTIMS (sizeof(victims) / sizeof(victims[0]))

static void
restart(void)
{
	long ms;
	int status = 0;

	waitpid(site.server, &status, 0);
	site.server = 0;
	ms = client_site_start(&site);
	assert_in_range(ms, 0, READY_MS);
}

static void
one_round(unsigned round)
{
	unsigned v = round % VICTIMS;
	struct load l;
	pid_t pid;

	load_start(&l);
	load_until(&l, 20 + round * 7 % 60, TERMINALS);
	assert_int_equal(l.lost, 0);
	pid = victims[v].role[0] == '\0' ? site.server
					 : find_role(victims[v].role);
	assert_true(pid > 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	if (victims[v].all) {
		load_until(&l, UINT32_MAX, TERMINALS);
		restart();
	} else {
		/* one terminal at most is lost, the others go on */
		load_until(&l, l.answers + 40, TERMINALS);
		assert_in_range(l.lost, 0, 1);
	}
	load_end(&l);
}

struct comparing {
	size_t at;
	size_t found;
};

static int
by_index(const void *a, const void *b)
{
	const struct receipt *x = a;
	const struct receipt *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

static void
compare(void *ctx, uint64_t index, struct str entry, struct str body)
{
	struct comparing *c = ctx;
	uint8_t leaf[SHA256_LEN];

	(void)body;
	crypt_sha256(entry, leaf);
	while (c->at < n_receipts && receipts[c->at].index <= index) {
		if (receipts[c->at].index == index &&
		    memcmp(receipts[c->at].leaf, leaf, SHA256_LEN) == 0)
			c->found++;
		c->at++;
	}
}

static void
AUD_11_what_a_client_verified_survives_kill_9(void **state)
{
	unsigned rounds = getenv("MAMORI_TORTURE") != NULL ? 200 : 12;
	struct comparing c = { 0 };
	uint64_t size = 0;
	unsigned i;

	(void)state;
	for (i = 0; i < rounds; i++)
		one_round(i);
	assert_true(n_receipts > 0);
	qsort(receipts, n_receipts, sizeof(*receipts), by_index);
	assert_int_equal(client_log_read(&site, 0, &size, compare, &c), 0);
	assert_int_equal(c.found, n_receipts);
	assert_int_equal(client_site_verify(&site, "L", &size), 0);
	assert_true(size > n_receipts);
}

static void
the_ended_session_of_a_killed_process_is_in_the_log(void **state)
{
	uint64_t from = client_log_size(&site);
	int64_t until = clock_boot(sysclock()) + 5000;
	struct load l;
	pid_t pid;
	int n = 0;

	(void)state;
	load_start(&l);
	load_until(&l, 10, TERMINALS);
	pid = find_role("--role session");
	assert_true(pid > 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	/* it may have been the spare: then the next one */
	while (n == 0 && clock_boot(sysclock()) < until) {
		loop_turn(l.loop, 20);
		n = client_log_count(&site, from, "LOGOFF", "lost");
		pid = n == 0 ? find_role("--role session") : 0;
		if (pid > 0)
			kill(pid, SIGKILL);
	}
	assert_true(n > 0);
	load_end(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AUD_11_what_a_client_verified_survives_kill_9),
		cmocka_unit_test(
		    the_ended_session_of_a_killed_process_is_in_the_log),
	};

	return cmocka_run_group_tests(tests, make_site, free_site);
}
