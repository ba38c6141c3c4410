/*
 * Two real ends over loopback TLS: who may in, what is refused and why
 * (TRM-03, TRM-04, TRM-07), and calls with their answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/err.h"
#include "net/call.h"
#include "net/pki.h"
#include "net/sysclock.h"

static char dir[64];

struct both {
	struct loop *l;
	struct tls_ctx *sctx, *cctx;
	int listener;
	struct loop_watch *lw;
	struct addr at;
	struct conn *server;
	struct calls *client;
	bool mute;
	bool up, down, server_ready, server_closed;
	int down_err, server_err;
	char down_reason[64], server_reason[64];
	int answers;
	int answer_err;
	uint8_t s_exp[32], c_exp[32];
	struct tls_peer peer;
};

static const char *
in_dir(const char *name)
{
	static char path[8][128];
	static unsigned at;

	at = (at + 1) % 8;
	snprintf(path[at], sizeof(path[at]), "%s/%s", dir, name);
	return path[at];
}

static struct tls_files
files(const char *who, const char *ca)
{
	char name[64];
	struct tls_files f;

	snprintf(name, sizeof(name), "%s.crt", who);
	f.cert = in_dir(name);
	snprintf(name, sizeof(name), "%s.key", who);
	f.key = in_dir(name);
	snprintf(name, sizeof(name), "%s.crt", ca);
	f.ca = in_dir(name);
	return f;
}

static void
issue(const char *ca, enum pki_role role, const char *file, const char *name,
    int64_t now)
{
	struct tls_files caf = files(ca, ca);
	struct tls_files f = files(file, ca);
	struct pki_files from = { caf.cert, caf.key };
	struct pki_files to = { f.cert, f.key };
	struct pki_spec spec = { name, now, 30 };

	assert_int_equal(pki_issue(&from, role, &spec, &to, NULL), 0);
}

static int
make_keys(void **state)
{
	struct pki_spec spec = { "test-ca", time(NULL), 300 };
	struct pki_files ca = { in_dir("ca.crt"), in_dir("ca.key") };
	struct pki_files ca2 = { in_dir("ca2.crt"), in_dir("ca2.key") };

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/mamori-call-XXXXXX");
	assert_non_null(mkdtemp(dir));
	ca.cert = in_dir("ca.crt");
	ca.key = in_dir("ca.key");
	ca2.cert = in_dir("ca2.crt");
	ca2.key = in_dir("ca2.key");
	assert_int_equal(pki_ca_create(&ca, &spec), 0);
	assert_int_equal(pki_ca_create(&ca2, &spec), 0);
	issue("ca", PKI_SERVER, "server", "mamorid", time(NULL));
	issue("ca", PKI_SERVER, "other", "another", time(NULL));
	issue("ca", PKI_TERMINAL, "t1", "T01", time(NULL));
	issue("ca", PKI_TERMINAL, "named", "mamorid", time(NULL));
	issue("ca", PKI_TERMINAL, "old", "T02", time(NULL) - 86400 * 60);
	issue("ca2", PKI_TERMINAL, "foreign", "T01", time(NULL));
	return 0;
}

static int
remove_keys(void **state)
{
	static const char *const names[] = { "ca", "ca2", "server", "other",
		"t1", "named", "old", "foreign" };
	struct tls_files f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		f = files(names[i], names[i]);
		unlink(f.cert);
		unlink(f.key);
	}
	rmdir(dir);
	return 0;
}

/* ---- the server's end ---- */

static void
s_ready(void *ctx, struct conn *c)
{
	struct both *b = ctx;

	b->server_ready = true;
	assert_int_equal(conn_exporter(c, b->s_exp), 0);
	assert_int_equal(conn_peer(c, &b->peer), 0);
}

static void
s_frame(void *ctx, struct conn *c, const struct frame *f)
{
	struct both *b = ctx;
	struct frame out = *f;

	out.kind = FRAME_ANSWER;
	if (f->op == 99)
		out.call = f->call + 1; /* a broken server */
	if (!b->mute)
		assert_int_equal(conn_send(c, &out), 0);
}

static void
s_closed(void *ctx, struct conn *c, int err, const char *reason)
{
	struct both *b = ctx;

	(void)c;
	b->server_closed = true;
	b->server_err = err;
	snprintf(b->server_reason, sizeof(b->server_reason), "%s", reason);
}

static const struct conn_handler s_handler = { s_ready, s_frame, s_closed };

static void
on_accept(void *ctx, int fd, unsigned events)
{
	struct both *b = ctx;
	struct conn_options opt = { .handler = &s_handler,
		.ctx = b,
		.frame_max = FRAME_MAX_SMALL,
		.handshake_ms = 200 };
	int c = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	assert_true(c >= 0);
	assert_int_equal(conn_accept(b->l, c, b->sctx, &opt, &b->server), 0);
}

/* ---- the terminal's end ---- */

static void
c_up(void *ctx, struct calls *c)
{
	struct both *b = ctx;

	b->up = true;
	assert_int_equal(calls_exporter(c, b->c_exp), 0);
}

static void
c_down(void *ctx, struct calls *c, int err, const char *reason)
{
	struct both *b = ctx;

	(void)c;
	b->down = true;
	b->down_err = err;
	snprintf(b->down_reason, sizeof(b->down_reason), "%s", reason);
}

static const struct calls_handler c_handler = { c_up, c_down };

static void
on_answer(void *ctx, int err, struct str payload)
{
	struct both *b = ctx;

	b->answers++;
	b->answer_err = err;
	if (err == 0)
		assert_true(payload.n == 0 || payload.p[0] == 'x');
}

static void
begin(struct both *b, const char *server)
{
	struct tls_files f = files(server, "ca");

	*b = (struct both){ 0 };
	b->l = loop_new(sysclock());
	assert_int_equal(tls_ctx_server(&f, &b->sctx), 0);
	assert_int_equal(addr_parse("127.0.0.1:0", &b->at), 0);
	b->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(b->listener, (void *)&b->at.ss, b->at.len), 0);
	assert_int_equal(listen(b->listener, 5), 0);
	assert_int_equal(
	    getsockname(b->listener, (void *)&b->at.ss, &b->at.len), 0);
	b->lw = loop_watch(b->l, b->listener, LOOP_READ, on_accept, b);
}

static void
dial(struct both *b, const char *terminal)
{
	struct tls_files f = files(terminal, "ca");

	assert_int_equal(tls_ctx_client(&f, &b->cctx), 0);
	assert_int_equal(
	    calls_connect(b->l, &b->at, b->cctx, &c_handler, b, &b->client), 0);
}

static void
turn_until(struct both *b, const bool *flag)
{
	int i;

	for (i = 0; i < 2000 && !*flag; i++)
		loop_turn(b->l, 10);
	assert_true(*flag);
}

static void
end(struct both *b)
{
	calls_free(b->client);
	conn_free(b->server);
	loop_unwatch(b->lw);
	loop_free(b->l);
	close(b->listener);
	tls_ctx_free(b->sctx);
	tls_ctx_free(b->cctx);
}

/* ---- tests ---- */

static void
TRM_03_both_ends_prove_themselves_and_share_an_exporter(void **state)
{
	struct both b;
	struct pki_cert cert;
	int i;

	(void)state;
	begin(&b, "server");
	dial(&b, "t1");
	turn_until(&b, &b.server_ready);
	turn_until(&b, &b.up);
	assert_memory_equal(b.s_exp, b.c_exp, 32);
	assert_int_equal(pki_read(in_dir("t1.crt"), &cert), 0);
	assert_memory_equal(b.peer.cert_sha256, cert.sha256, SHA256_LEN);
	assert_true(b.peer.not_after == cert.not_after);
	for (i = 0; i < 20; i++)
		assert_int_equal(
		    call_send(b.client, 5, STR("xyz"), 1000, on_answer, &b), 0);
	for (i = 0; i < 100 && b.answers < 20; i++)
		loop_turn(b.l, 10);
	assert_int_equal(b.answers, 20);
	assert_int_equal(b.answer_err, 0);
	assert_int_equal(calls_open(b.client), 0);
	end(&b);
}

/* The server's reason and no `ready` on its side. */
static void
refused_by_server(const char *terminal, const char *reason)
{
	struct both b;

	begin(&b, "server");
	dial(&b, terminal);
	turn_until(&b, &b.server_closed);
	assert_false(b.server_ready);
	assert_int_equal(b.server_err, ERR_CRYPTO);
	assert_string_equal(b.server_reason, reason);
	turn_until(&b, &b.down);
	assert_int_equal(b.answers, 0);
	end(&b);
}

static void
TRM_03_a_foreign_terminal_is_refused(void **state)
{
	(void)state;
	refused_by_server("foreign", "unknown-ca");
}

static void
TRM_03_an_expired_terminal_is_refused(void **state)
{
	(void)state;
	refused_by_server("old", "expired");
}

static void
TRM_03_a_server_certificate_is_no_terminal(void **state)
{
	(void)state;
	refused_by_server("other", "purpose");
}

static void
refused_by_client(const char *server, const char *reason)
{
	struct both b;

	begin(&b, server);
	dial(&b, "t1");
	turn_until(&b, &b.down);
	assert_false(b.up);
	assert_int_equal(b.down_err, ERR_CRYPTO);
	assert_string_equal(b.down_reason, reason);
	end(&b);
}

static void
TRM_03_a_server_with_another_name_is_refused(void **state)
{
	(void)state;
	refused_by_client("other", "name");
}

static void
TRM_03_a_terminal_that_plays_the_server_is_refused(void **state)
{
	(void)state;
	refused_by_client("named", "purpose");
}

static int
raw_connect(struct both *b)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (void *)&b->at.ss, b->at.len), 0);
	return fd;
}

static void
plain_text_is_refused(void **state)
{
	struct both b;
	int fd;

	(void)state;
	begin(&b, "server");
	fd = raw_connect(&b);
	assert_int_equal(write(fd, "GET / HTTP/1.1\r\n\r\n", 18), 18);
	turn_until(&b, &b.server_closed);
	assert_string_equal(b.server_reason, "not-tls");
	close(fd);
	end(&b);
}

static void
a_handshake_that_does_not_end_is_cut(void **state)
{
	struct both b;
	int fd;

	(void)state;
	begin(&b, "server");
	fd = raw_connect(&b);
	turn_until(&b, &b.server_closed);
	assert_int_equal(b.server_err, ERR_TIMEOUT);
	close(fd);
	end(&b);
}

static void
TRM_07_an_oversized_frame_ends_the_connection(void **state)
{
	static char big[FRAME_MAX_SMALL + 1];
	struct both b;

	(void)state;
	begin(&b, "server");
	dial(&b, "t1");
	turn_until(&b, &b.up);
	assert_int_equal(call_send(b.client, 5, str_n(big, sizeof(big)), 1000,
			     on_answer, &b),
	    0);
	turn_until(&b, &b.server_closed);
	assert_int_equal(b.server_err, ERR_PEER);
	turn_until(&b, &b.down);
	assert_int_equal(b.answers, 1);
	assert_true(b.answer_err < 0);
	end(&b);
}

static void
an_answer_that_does_not_come_takes_the_connection_down(void **state)
{
	struct both b;

	(void)state;
	begin(&b, "server");
	dial(&b, "t1");
	turn_until(&b, &b.up);
	b.mute = true;
	assert_int_equal(call_send(b.client, 5, STR(""), 50, on_answer, &b), 0);
	turn_until(&b, &b.down);
	assert_int_equal(b.down_err, ERR_TIMEOUT);
	assert_int_equal(b.answer_err, ERR_TIMEOUT);
	assert_int_equal(
	    call_send(b.client, 5, STR(""), 50, on_answer, &b), ERR_BADSTATE);
	end(&b);
}

static void
an_answer_to_another_call_is_a_broken_server(void **state)
{
	struct both b;

	(void)state;
	begin(&b, "server");
	dial(&b, "t1");
	turn_until(&b, &b.up);
	assert_int_equal(
	    call_send(b.client, 99, STR(""), 500, on_answer, &b), 0);
	turn_until(&b, &b.down);
	assert_int_equal(b.down_err, ERR_PEER);
	assert_int_equal(b.answer_err, ERR_PEER);
	end(&b);
}

static void
calls_that_are_open_at_the_end_are_cancelled(void **state)
{
	struct both b;

	(void)state;
	begin(&b, "server");
	dial(&b, "t1");
	turn_until(&b, &b.up);
	assert_int_equal(
	    call_send(b.client, 5, STR(""), 500, on_answer, &b), 0);
	calls_free(b.client);
	b.client = NULL;
	assert_int_equal(b.answers, 1);
	assert_int_equal(b.answer_err, ERR_CANCELLED);
	turn_until(&b, &b.server_closed);
	assert_int_equal(b.server_err, 0);
	end(&b);
}

static void
addresses_are_numbers_only(void **state)
{
	struct addr a;
	char text[ADDR_TEXT];

	(void)state;
	assert_int_equal(addr_parse("[::1]:7443", &a), 0);
	addr_put(&a, text);
	assert_string_equal(text, "[::1]:7443");
	assert_int_equal(addr_parse("localhost:1", &a), 0);
	addr_put(&a, text);
	assert_string_equal(text, "127.0.0.1:1");
	assert_int_equal(addr_parse("example.com:1", &a), ERR_SYNTAX);
	assert_int_equal(addr_parse("127.0.0.1", &a), ERR_SYNTAX);
	assert_int_equal(addr_parse("127.0.0.1:65536", &a), ERR_SYNTAX);
	assert_int_equal(addr_parse("::1:7443", &a), ERR_SYNTAX);
	assert_int_equal(addr_parse("", &a), ERR_SYNTAX);
	assert_int_equal(addr_parse(":1", &a), ERR_SYNTAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    TRM_03_both_ends_prove_themselves_and_share_an_exporter),
		cmocka_unit_test(TRM_03_a_foreign_terminal_is_refused),
		cmocka_unit_test(TRM_03_an_expired_terminal_is_refused),
		cmocka_unit_test(TRM_03_a_server_certificate_is_no_terminal),
		cmocka_unit_test(TRM_03_a_server_with_another_name_is_refused),
		cmocka_unit_test(
		    TRM_03_a_terminal_that_plays_the_server_is_refused),
		cmocka_unit_test(plain_text_is_refused),
		cmocka_unit_test(a_handshake_that_does_not_end_is_cut),
		cmocka_unit_test(TRM_07_an_oversized_frame_ends_the_connection),
		cmocka_unit_test(
		    an_answer_that_does_not_come_takes_the_connection_down),
		cmocka_unit_test(an_answer_to_another_call_is_a_broken_server),
		cmocka_unit_test(calls_that_are_open_at_the_end_are_cancelled),
		cmocka_unit_test(addresses_are_numbers_only),
	};

	return cmocka_run_group_tests(tests, make_keys, remove_keys);
}
