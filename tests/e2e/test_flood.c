/*
 * Floods from outside while somebody works at the counter: thousands of
 * connections, half-open ones, and one byte a second.  The counter's answers
 * stay under a second, and the log has the first of each flood and then a
 * count (TRM-07, AUD-10).
 *
 * 500 attempts in `make check`, 10,000 in `make torture`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client_log.h"
#include "core/err.h"
#include "net/sysclock.h"

#define OPEN_AT_ONCE 256
#define ANSWER_MS    1000 /* at most, for each answer */
#define LOGGED	     20	  /* entries a minute; see server/turn.h */

static struct client_site site;
static struct client_person clerk;
static struct client_term *term;
static char t1[192], number[17];

static int
make_site(void **state)
{
	(void)state;
	assert_int_equal(client_site_make(&site, 50), 0);
	assert_int_equal(client_site_conf(&site, 1, 64, 3), 0);
	assert_true(client_site_start(&site) >= 0);
	assert_int_equal(client_site_terminal(&site, "T01", t1), 0);
	assert_int_equal(
	    client_site_person(&site, "T01", "M001", "O001", "clerk", &clerk),
	    0);
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

/* A fresh server, so that the minute's count begins at 0; one who works. */
static int
sit_down(void **state)
{
	(void)state;
	(void)client_site_stop(&site);
	assert_true(client_site_start(&site) >= 0);
	assert_int_equal(client_open(&term, NULL, t1, site.addr), 0);
	assert_int_equal(client_hello(term), 0);
	assert_int_equal(client_login(term, &clerk), 0);
	return 0;
}

static int
get_up(void **state)
{
	(void)state;
	client_free(term);
	term = NULL;
	return 0;
}

/* One search; how long its answer took. */
static int64_t
work(void)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	int64_t from = clock_boot(sysclock());

	req.resident_no = PB_BYTES(str_of(number));
	req.purpose = PB_BYTES(STR("1"));
	if (client_ask(term, OP_person_search, &req.base) != 0)
		print_message("# the counter lost its line: %s\n",
		    term->down ? term->down_reason : "no");
	assert_true(term->last.proven);
	return clock_boot(sysclock()) - from;
}

static unsigned
attempts(void)
{
	return getenv("MAMORI_TORTURE") != NULL ? 10000 : 500;
}

static int
dial(void)
{
	struct addr a;
	int fd;

	assert_int_equal(addr_parse(site.addr, &a), 0);
	fd = socket(
	    a.ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(fd >= 0);
	if (connect(fd, (void *)&a.ss, a.len) != 0)
		assert_int_equal(errno, EINPROGRESS);
	return fd;
}

/* Entries from `from`; the administrator's socket may be one too many. */
static int
count(uint64_t from, const char *reason)
{
	int64_t until = clock_boot(sysclock()) + 5000;
	int n;

	do {
		n = client_log_count(&site, from, "TERM_REJECT", reason);
		if (n <= 0)
			poll(NULL, 0, 50);
	} while (n <= 0 && clock_boot(sysclock()) < until);
	return n;
}

/* What the flood left in the log: a few entries, never one for each. */
static void
is_bounded(uint64_t from, const char *reason)
{
	int n = count(from, reason);

	print_message("# %d entries of the flood\n", n);
	assert_in_range(n, 1, LOGGED);
	assert_in_range(count(from, NULL), 1, LOGGED);
}

static void
TRM_07_a_flood_of_connections_does_not_reach_the_counter(void **state)
{
	uint64_t from = client_log_size(&site);
	int fds[OPEN_AT_ONCE];
	int64_t worst = 0;
	int64_t began = clock_boot(sysclock());
	unsigned n = attempts();
	unsigned i;

	(void)state;
	memset(fds, -1, sizeof(fds));
	for (i = 0; i < n; i++) {
		int *slot = &fds[i % OPEN_AT_ONCE];
		int64_t took;

		if (*slot >= 0)
			close(*slot);
		*slot = dial();
		if (i % 100 != 99)
			continue;
		took = work();
		if (took > worst)
			worst = took;
	}
	print_message("# %u attempts in %lld ms, slowest answer %lld ms\n", n,
	    (long long)(clock_boot(sysclock()) - began), (long long)worst);
	assert_true(worst < ANSWER_MS);
	for (i = 0; i < OPEN_AT_ONCE; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	is_bounded(from, NULL);
}

static void
TRM_07_half_open_connections_do_not_reach_the_counter(void **state)
{
	uint64_t from = client_log_size(&site);
	int64_t until = clock_boot(sysclock()) + 4000;
	int64_t worst = 0;
	int fds[64];
	unsigned i;

	(void)state;
	for (i = 0; i < 64; i++)
		fds[i] = dial();
	/* past handshake_seconds: who says nothing is cut */
	do {
		int64_t took = work();

		if (took > worst)
			worst = took;
		poll(NULL, 0, 50);
	} while (clock_boot(sysclock()) < until);
	print_message("# slowest answer %lld ms\n", (long long)worst);
	assert_true(worst < ANSWER_MS);
	for (i = 0; i < 64; i++) {
		struct pollfd p = { .fd = fds[i], .events = POLLIN };

		assert_int_equal(poll(&p, 1, 6000), 1);
		close(fds[i]);
	}
	is_bounded(from, "handshake");
}

/* Each is cut by the clock of the handshake, however it spreads its bytes. */
static void
TRM_07_one_byte_at_a_time_gains_no_time(void **state)
{
	static const uint8_t hello[] = { 22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3 };
	uint64_t from = client_log_size(&site);
	int64_t began = clock_boot(sysclock());
	int64_t worst = 0;
	int fds[16];
	unsigned step;
	unsigned i;
	unsigned alive = 16;

	(void)state;
	for (i = 0; i < 16; i++)
		fds[i] = dial();
	for (step = 0; alive > 0 && step < 20; step++) {
		int64_t took;

		for (i = 0; i < 16; i++) {
			struct pollfd p = { .fd = fds[i],
				.events = POLLIN | POLLOUT };

			if (fds[i] < 0 || poll(&p, 1, 0) != 1)
				continue;
			if ((p.revents & (POLLIN | POLLHUP | POLLERR)) != 0 ||
			    send(fds[i], hello + step % sizeof(hello), 1,
				MSG_NOSIGNAL) < 0) {
				close(fds[i]);
				fds[i] = -1;
				alive--;
			}
		}
		took = work();
		if (took > worst)
			worst = took;
		poll(NULL, 0, 500);
	}
	print_message("# all cut after %lld ms, slowest answer %lld ms\n",
	    (long long)(clock_boot(sysclock()) - began), (long long)worst);
	assert_int_equal(alive, 0);
	assert_true(worst < ANSWER_MS);
	is_bounded(from, "handshake-timeout");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, sit_down, get_up)
		T(TRM_07_a_flood_of_connections_does_not_reach_the_counter),
		T(TRM_07_half_open_connections_do_not_reach_the_counter),
		T(TRM_07_one_byte_at_a_time_gains_no_time),
	};

	return cmocka_run_group_tests(tests, make_site, free_site);
}
