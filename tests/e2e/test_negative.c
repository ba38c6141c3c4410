/*
 * A real mamorid, and everything that must get nothing from it: each refusal
 * leaves an entry in the log (TRM-01, TRM-02, TRM-03, TRM-07, AUD-10).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_log.h"
#include "core/err.h"
#include "net/proc.h"
#include "net/sysclock.h"

static struct client_site site;
static struct client_person clerk;
static struct client_person second; /* failed log-ins count (AUT-06) */
static char t1[192], t2[192], revoked[192];

static int
make_site(void **state)
{
	(void)state;
	assert_int_equal(client_site_make(&site, 20), 0);
	assert_int_equal(client_site_conf(&site, 1, 64, 2), 0);
	assert_true(client_site_start(&site) >= 0);
	assert_int_equal(client_site_terminal(&site, "T01", t1), 0);
	assert_int_equal(client_site_terminal(&site, "T02", t2), 0);
	assert_int_equal(client_site_terminal(&site, "T03", revoked), 0);
	assert_int_equal(
	    client_run(&site, "mamorictl", "terminal", "revoke", "--dir",
		site.dir, "--id", "T03", "--reason", "test", NULL),
	    0);
	assert_int_equal(
	    client_site_person(&site, "T01", "M001", "O001", "clerk", &clerk),
	    0);
	assert_int_equal(
	    client_site_person(&site, "T01", "M002", "O002", "clerk", &second),
	    0);
	return 0;
}

static int
free_site(void **state)
{
	(void)state;
	client_site_free(&site);
	return 0;
}

/* Waits until the log has an entry with both texts after `from`. */
static bool
logged(uint64_t from, const char *one, const char *two)
{
	int64_t until = clock_boot(sysclock()) + 5000;

	do {
		if (client_log_count(&site, from, one, two) > 0)
			return true;
	} while (clock_boot(sysclock()) < until);
	return false;
}

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

/* Bytes that come before the end; -1 when it does not end in time. */
static ssize_t
drain(int fd, uint8_t *buf, size_t cap)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t n = 0;
	ssize_t k;

	while (n < cap && poll(&p, 1, 6000) == 1) {
		k = read(fd, buf + n, cap - n);
		if (k <= 0)
			return (ssize_t)n;
		n += (size_t)k;
	}
	return -1;
}

/* openssl s_client with a version and files; its output is thrown away. */
static int
s_client(const char *version, const char *cert, const char *key)
{
	char out[256];
	int status;
	pid_t pid;

	snprintf(out, sizeof(out), "%s/s_client", site.root);
	pid = fork();
	if (pid == 0) {
		if (freopen("/dev/null", "r", stdin) == NULL ||
		    freopen(out, "w", stdout) == NULL ||
		    freopen("/dev/null", "w", stderr) == NULL)
			_exit(127);
		if (cert == NULL)
			execlp("openssl", "openssl", "s_client", "-connect",
			    site.addr, version, "-alpn", "mamori/1",
			    (char *)NULL);
		else
			execlp("openssl", "openssl", "s_client", "-connect",
			    site.addr, version, "-alpn", "mamori/1", "-cert",
			    cert, "-key", key, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- who may not in ---- */

static void
TRM_01_no_certificate_gets_nothing(void **state)
{
	uint64_t from = client_log_size(&site);

	(void)state;
	s_client("-tls1_3", NULL, NULL);
	assert_true(logged(from, "TERM_REJECT", "no-certificate"));
}

static void
TRM_03_a_foreign_certificate_gets_nothing(void **state)
{
	struct client_site other = { 0 };
	struct client_term *t = NULL;
	char foreign[192];
	char path[256];
	uint64_t from = client_log_size(&site);
	int err;

	(void)state;
	assert_int_equal(client_site_make(&other, 0), 0);
	assert_int_equal(client_site_terminal(&other, "T01", foreign), 0);
	/* it trusts our server, so that ours is the one that refuses */
	snprintf(path, sizeof(path), "%s/ca.crt", foreign);
	unlink(path);
	snprintf(path, sizeof(path), "%s/ca.crt", t1);
	assert_int_equal(chmod(path, 0600), 0);
	{
		char to[256];

		snprintf(to, sizeof(to), "%s/ca.crt", foreign);
		assert_int_equal(symlink(path, to), 0);
	}
	err = client_open(&t, NULL, foreign, site.addr);
	if (err == 0)
		err = client_hello(t);
	assert_true(err < 0);
	assert_false(t->last.receipt);
	client_free(t);
	assert_true(logged(from, "TERM_REJECT", "unknown-ca"));
	client_site_free(&other);
}

static void
TRM_01_a_revoked_terminal_gets_nothing(void **state)
{
	struct client_term *t = NULL;
	uint64_t from = client_log_size(&site);
	int err;

	(void)state;
	err = client_open(&t, NULL, revoked, site.addr);
	if (err == 0)
		err = client_hello(t);
	assert_true(err < 0);
	assert_false(t->last.receipt);
	assert_null(t->last.ans);
	client_free(t);
	assert_true(logged(from, "TERM_REJECT", NULL));
}

static void
TRM_03_TLS_1_2_gets_nothing(void **state)
{
	char cert[256], key[256];
	uint64_t from = client_log_size(&site);

	(void)state;
	snprintf(cert, sizeof(cert), "%s/terminal.crt", t1);
	snprintf(key, sizeof(key), "%s/terminal.key", t1);
	assert_int_not_equal(s_client("-tls1_2", cert, key), 0);
	assert_true(logged(from, "TERM_REJECT", "version"));
}

static void
TRM_05_plain_text_gets_nothing(void **state)
{
	static const char hello[] = "GET / HTTP/1.1\r\nHost: mamori\r\n\r\n";
	uint8_t buf[256];
	uint64_t from = client_log_size(&site);
	ssize_t n;
	int fd = dial();

	(void)state;
	assert_int_equal(
	    write(fd, hello, sizeof(hello) - 1), sizeof(hello) - 1);
	n = drain(fd, buf, sizeof(buf));
	assert_in_range(n, 0, 7); /* at most a TLS alert */
	close(fd);
	assert_true(logged(from, "TERM_REJECT", "not-tls"));
}

static void
TRM_07_a_half_open_connection_is_cut(void **state)
{
	uint8_t buf[16];
	uint64_t from = client_log_size(&site);
	int fd = dial();

	(void)state;
	assert_int_equal(drain(fd, buf, sizeof(buf)), 0);
	close(fd);
	assert_true(logged(from, "TERM_REJECT", "handshake-timeout"));
}

static void
TRM_07_a_terminal_that_does_not_say_hello_is_cut(void **state)
{
	struct client_term *t = NULL;
	uint64_t from = client_log_size(&site);
	int i;

	(void)state;
	assert_int_equal(client_open(&t, NULL, t1, site.addr), 0);
	for (i = 0; i < 60 && !t->down; i++)
		loop_turn(t->loop, 100);
	assert_true(t->down);
	client_free(t);
	assert_true(logged(from, "PROTO_ERR", "no-hello"));
}

/* ---- what may not be asked ---- */

static struct client_term *
greet(const char *dir)
{
	struct client_term *t = NULL;

	assert_int_equal(client_open(&t, NULL, dir, site.addr), 0);
	assert_int_equal(client_hello(t), 0);
	return t;
}

static void
TRM_02_a_search_before_log_in_gets_a_bare_code(void **state)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	struct client_term *t = greet(t1);
	uint64_t from = client_log_size(&site);
	char number[17];

	(void)state;
	assert_int_equal(client_site_resident(&site, 0, number), 0);
	req.resident_no = PB_BYTES(str_of(number));
	req.purpose = PB_BYTES(STR("1"));
	assert_int_equal(
	    client_ask(t, OP_person_search, &req.base), ERR_BADSTATE);
	assert_null(t->last.ans);
	client_free(t);
	assert_true(logged(from, "PROTO_ERR", "op 20"));
}

static void
an_administrators_operation_is_not_for_terminals(void **state)
{
	Mamori__CtlStatusReq req = MAMORI__CTL_STATUS_REQ__INIT;
	struct client_term *t = greet(t1);
	uint64_t from = client_log_size(&site);

	(void)state;
	assert_int_equal(client_ask(t, OP_ctl_status, &req.base), ERR_BADSTATE);
	assert_null(t->last.ans);
	client_free(t);
	assert_true(logged(from, "PROTO_ERR", "op 200"));
}

static void
bare_answer(void *ctx, int err, struct str payload)
{
	int *out = ctx;

	*out = err != 0 ? err : (int)payload.n;
}

/* Sends raw bytes as a frame; what came back: an error, or a length. */
static int
raw(struct client_term *t, uint16_t op, struct str payload)
{
	int got = 1;
	int i;

	assert_int_equal(
	    call_send(t->calls, op, payload, 5000, bare_answer, &got), 0);
	for (i = 0; i < 100 && got == 1; i++)
		loop_turn(t->loop, 100);
	return got;
}

static void
TRM_07_an_unknown_operation_ends_the_connection(void **state)
{
	struct client_term *t = greet(t1);
	uint64_t from = client_log_size(&site);
	int i;

	(void)state;
	/* Answer{code} alone: a tag and a negative varint */
	assert_int_equal(raw(t, 999, STR("")), 11);
	for (i = 0; i < 50 && !t->down; i++)
		loop_turn(t->loop, 100);
	assert_true(t->down);
	client_free(t);
	assert_true(logged(from, "PROTO_ERR", "op 999"));
}

static void
TRM_07_an_oversized_frame_ends_the_connection(void **state)
{
	static char big[FRAME_MAX_SMALL];
	struct client_term *t = greet(t1);
	uint64_t from = client_log_size(&site);

	(void)state;
	assert_true(raw(t, OP_login_begin, str_n(big, sizeof(big))) < 0);
	client_free(t);
	assert_true(logged(from, "PROTO_ERR", "frame"));
}

static void
TRM_07_garbage_in_a_frame_is_refused(void **state)
{
	struct client_term *t = greet(t1);
	uint64_t from = client_log_size(&site);

	(void)state;
	raw(t, OP_login_begin, STR("\xff\xff\xff\xff garbage"));
	client_free(t);
	assert_true(logged(from, "PROTO_ERR", NULL));
}

static void
TRM_07_a_replayed_request_ends_the_connection(void **state)
{
	Mamori__LoginBeginReq req = MAMORI__LOGIN_BEGIN_REQ__INIT;
	struct client_term *t = greet(t1);
	uint64_t from = client_log_size(&site);

	(void)state;
	req.match_id = PB_BYTES(STR("M001"));
	req.purpose = PB_BYTES(STR("login"));
	assert_int_equal(client_ask(t, OP_login_begin, &req.base), 0);
	t->seq--; /* the same number again */
	assert_int_not_equal(client_ask(t, OP_login_begin, &req.base), 0);
	assert_null(t->last.ans);
	client_free(t);
	assert_true(logged(from, "deny", "seq"));
}

/* ---- assertions ---- */

static void
a_good_log_in_and_search_are_answered_with_receipts(void **state)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	const Mamori__PersonSearchAns *ans;
	struct client_term *t = greet(t1);
	uint64_t from = client_log_size(&site);
	char number[17];

	(void)state;
	assert_int_equal(client_login(t, &clerk), 0);
	assert_int_equal(client_site_resident(&site, 0, number), 0);
	req.resident_no = PB_BYTES(str_of(number));
	req.purpose = PB_BYTES(STR("1"));
	assert_int_equal(client_ask(t, OP_person_search, &req.base), 0);
	assert_true(t->last.proven);
	ans = (const void *)t->last.ans;
	assert_int_equal(ans->hits, 1);
	client_free(t);
	assert_true(logged(from, "event SEARCH", number));
}

static void
a_replayed_assertion_is_refused(void **state)
{
	struct client_term *t = greet(t1);
	struct client_term *u;
	struct buf old = BUF_INIT;
	uint8_t sig[ED25519_SIG];
	uint8_t challenge[32];
	uint64_t counter = 0;
	uint64_t from = client_log_size(&site);

	(void)state;
	assert_int_equal(
	    client_challenge(t, &clerk, "login", challenge, &counter), 0);
	client_assert(t, &clerk, "login", challenge, counter);
	assert_int_equal(client_finish(t, &clerk), 0);
	buf_puts_str(&old, buf_str(&t->assertion));
	memcpy(sig, t->signature, sizeof(sig));
	client_free(t);

	/* the same bytes on a new connection, under a new challenge */
	u = greet(t1);
	assert_int_equal(
	    client_challenge(u, &clerk, "login", challenge, &counter), 0);
	buf_puts_str(&u->assertion, buf_str(&old));
	memcpy(u->signature, sig, sizeof(sig));
	assert_int_not_equal(client_finish(u, &clerk), 0);
	assert_true(u->last.proven);
	assert_null(u->last.ans);
	client_free(u);

	/* an old challenge, signed anew over this connection */
	u = greet(t1);
	memset(challenge, 0x5a, sizeof(challenge));
	{
		uint8_t fresh[32];

		assert_int_equal(
		    client_challenge(u, &clerk, "login", fresh, &counter), 0);
	}
	client_assert(u, &clerk, "login", challenge, counter);
	assert_int_not_equal(client_finish(u, &clerk), 0);
	assert_null(u->last.ans);
	client_free(u);
	buf_release(&old);
	assert_true(logged(from, "result deny", "AUTH"));
}

static void
another_terminals_assertion_is_refused(void **state)
{
	struct client_term *t = greet(t1);
	struct client_term *u = greet(t2);
	uint8_t challenge[32];
	uint64_t counter = 0;
	uint64_t from = client_log_size(&site);

	(void)state;
	/* signed on T02 over T02's line, handed in on T01 */
	assert_int_equal(
	    client_challenge(t, &second, "login", challenge, &counter), 0);
	client_assert(u, &second, "login", challenge, counter);
	buf_clear(&t->assertion);
	buf_puts_str(&t->assertion, buf_str(&u->assertion));
	memcpy(t->signature, u->signature, sizeof(t->signature));
	assert_int_not_equal(client_finish(t, &second), 0);
	assert_null(t->last.ans);
	client_free(t);
	client_free(u);
	assert_true(logged(from, "result deny", "AUTH"));
}

/* ---- the server as a program ---- */

static void
a_second_server_on_the_site_is_refused(void **state)
{
	(void)state;
	assert_int_equal(client_run(&site, "mamorid", "--dir", site.dir,
			     "--listen", "127.0.0.1:0", NULL),
	    1);
}

static void
wrong_usage_is_exit_code_2(void **state)
{
	(void)state;
	assert_int_equal(client_run(&site, "mamorid", NULL), 2);
	assert_int_equal(client_run(&site, "mamorid", "--dir", site.dir,
			     "--listen", "nowhere", NULL),
	    2);
	assert_int_equal(
	    client_run(&site, "mamorid", "--dir", site.dir, "--bad", NULL), 2);
	assert_int_equal(
	    client_run(&site, "mamorid", "--dir", "/nowhere", NULL), 1);
	assert_int_equal(client_run(&site, "mamorid", "--dir", site.dir,
			     "--check-config", NULL),
	    0);
	assert_int_equal(client_run(&site, "mamorid", "--version", NULL), 0);
}

static void
the_log_verifies_and_an_orderly_stop_is_in_it(void **state)
{
	uint64_t size = 0;
	uint64_t from = client_log_size(&site);

	(void)state;
	assert_int_equal(client_site_stop(&site), 0);
	assert_true(client_site_start(&site) >= 0);
	assert_true(logged(from, "SERVER_STOP", NULL));
	assert_true(logged(from, "SERVER_START", NULL));
	assert_int_equal(client_site_verify(&site, "L", &size), 0);
	assert_true(size > from);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_good_log_in_and_search_are_answered_with_receipts),
		cmocka_unit_test(TRM_01_no_certificate_gets_nothing),
		cmocka_unit_test(TRM_03_a_foreign_certificate_gets_nothing),
		cmocka_unit_test(TRM_01_a_revoked_terminal_gets_nothing),
		cmocka_unit_test(TRM_03_TLS_1_2_gets_nothing),
		cmocka_unit_test(TRM_05_plain_text_gets_nothing),
		cmocka_unit_test(TRM_07_a_half_open_connection_is_cut),
		cmocka_unit_test(
		    TRM_07_a_terminal_that_does_not_say_hello_is_cut),
		cmocka_unit_test(
		    TRM_02_a_search_before_log_in_gets_a_bare_code),
		cmocka_unit_test(
		    an_administrators_operation_is_not_for_terminals),
		cmocka_unit_test(
		    TRM_07_an_unknown_operation_ends_the_connection),
		cmocka_unit_test(TRM_07_an_oversized_frame_ends_the_connection),
		cmocka_unit_test(TRM_07_garbage_in_a_frame_is_refused),
		cmocka_unit_test(TRM_07_a_replayed_request_ends_the_connection),
		cmocka_unit_test(a_replayed_assertion_is_refused),
		cmocka_unit_test(another_terminals_assertion_is_refused),
		cmocka_unit_test(a_second_server_on_the_site_is_refused),
		cmocka_unit_test(wrong_usage_is_exit_code_2),
		cmocka_unit_test(the_log_verifies_and_an_orderly_stop_is_in_it),
	};

	return cmocka_run_group_tests(tests, make_site, free_site);
}
