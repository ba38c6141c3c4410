/*
 * A session process: TLS, frames and the state of its terminals (DESIGN §2).
 *
 * SECURITY: this is the process that meets strangers.  It has no files, no
 * database and no key but the server's TLS key; it can ask the store, never
 * assert.  What it does not let through it reports, and answers with a code
 * and nothing else.
 */
#include "server/session.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "core/op.h"
#include "core/wire.h"
#include "mamori.pb-c.h"
#include "net/fdpass.h"
#include "net/sysclock.h"
#include "server/sandbox.h"

#define FRAME_AFTER_LOGIN ((size_t)256 << 10)
#define IN_FLIGHT_MAX	  32 /* then the terminal waits */
#define STORE_READ	  ((size_t)64 << 10)
/* Frames a second: before log-in, and after (a drill, or a load test). */
#define FRAMES_BEFORE 50
#define FRAMES_AFTER  20000

/* ---- to the store ---- */

static void
flush_store(struct session *s)
{
	size_t sent = 0;
	ssize_t n;

	while (sent < s->out.n) {
		n = send(FD_STORE, s->out.p + sent, s->out.n - sent,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			_exit(1); /* the store is gone */
		if (n < 0)
			break;
		sent += (size_t)n;
	}
	if (s->out.err != 0)
		_exit(1);
	if (sent == s->out.n)
		buf_clear(&s->out);
	else
		buf_shift(&s->out, sent);
	loop_watch_set(s->store, LOOP_READ | (s->out.n > 0 ? LOOP_WRITE : 0));
}

static void
report(struct session *s, uint32_t conn, const char *event, int err,
    const char *detail)
{
	struct chan_msg m = { .type = CHAN_EVENT,
		.conn = conn,
		.err = err,
		.text = str_of(event),
		.payload = str_of(detail) };

	chan_put(&s->out, &m);
}

static void
tell_parent(struct terminal *t, char what)
{
	struct buf b = BUF_INIT;

	buf_putc(&b, what);
	buf_put_be32(&b, t->id);
	/* a parent that does not read loses a count, not a connection */
	if (b.err == 0 && fdpass_send(FD_CONTROL, buf_str(&b), -1) != 0)
		log_warn("session", "the parent does not listen");
	buf_release(&b);
}

/* ---- ends ---- */

static void
drop(struct terminal *t, const char *cause)
{
	struct session *s = t->session;
	struct chan_msg m = {
		.type = CHAN_CLOSE, .conn = t->id, .text = str_of(cause)
	};
	struct terminal **at;

	if (t->opened)
		chan_put(&s->out, &m);
	tell_parent(t, CTL_GONE);
	for (at = &s->terminals; *at != t; at = &(*at)->next)
		;
	*at = t->next;
	conn_free(t->conn);
	loop_timer_free(t->hello);
	free(t);
	if (s->once && s->terminals == NULL)
		loop_stop(s->loop, 0);
}

static void
on_closed(void *ctx, struct conn *c, int err, const char *reason)
{
	struct terminal *t = ctx;
	char detail[160];

	(void)c;
	snprintf(detail, sizeof(detail), "%s %s", reason, t->addr);
	if (!t->opened)
		report(t->session, 0, "TERM_REJECT", err == 0 ? ERR_PEER : err,
		    detail);
	else if (err == ERR_PEER || err == ERR_CRYPTO || err == ERR_LIMIT)
		report(t->session, t->id, "PROTO_ERR", err, detail);
	log_info("session", "conn %u: closed: %s", t->id, reason);
	drop(t, err == 0 ? "end" : "lost");
}

static void
on_no_hello(void *ctx)
{
	struct terminal *t = ctx;

	report(t->session, t->id, "PROTO_ERR", ERR_TIMEOUT, "no-hello");
	drop(t, "timeout");
}

/* ---- from the terminal ---- */

static void
on_ready(void *ctx, struct conn *c)
{
	struct terminal *t = ctx;
	struct session *s = t->session;
	struct tls_peer peer;
	uint8_t both[SHA256_LEN + TLS_EXPORTER_LEN];
	struct chan_msg m = { .type = CHAN_OPEN,
		.conn = t->id,
		.text = str_of(t->addr),
		.payload = { (char *)both, sizeof(both) } };

	if (conn_peer(c, &peer) != 0 ||
	    conn_exporter(c, both + SHA256_LEN) != 0) {
		drop(t, "lost");
		return;
	}
	memcpy(both, peer.cert_sha256, SHA256_LEN);
	chan_put(&s->out, &m);
	explicit_bzero(both, sizeof(both));
	t->opened = true;
	loop_timer_set(t->hello, s->handshake_ms);
	tell_parent(t, CTL_HANDSHAKE);
}

/* An answer that carries a code and nothing else. */
static void
refuse(struct terminal *t, const struct frame *f, int err)
{
	Mamori__Answer a = MAMORI__ANSWER__INIT;
	struct frame out = {
		.op = f->op, .kind = FRAME_ANSWER, .call = f->call
	};
	struct buf b = BUF_INIT;
	char detail[32];

	snprintf(detail, sizeof(detail), "op %u", f->op);
	report(t->session, t->id, "PROTO_ERR", err, detail);
	a.code = err;
	wire_pack(&b, &a.base);
	out.payload = buf_str(&b);
	if (b.err == 0)
		conn_send(t->conn, &out);
	buf_release(&b);
	if (err == ERR_PEER)
		conn_finish(t->conn, "protocol");
}

/* A bucket of frames that fills with time (TRM-07). */
static bool
too_many(struct terminal *t)
{
	int64_t rate =
	    t->state == STATE_OPERATOR ? FRAMES_AFTER : FRAMES_BEFORE;
	int64_t now = loop_now(t->session->loop);

	t->tokens += (now - t->tokens_at) * rate;
	if (t->tokens > rate * 2000)
		t->tokens = rate * 2000;
	t->tokens_at = now;
	if (t->tokens < 1000)
		return true;
	t->tokens -= 1000;
	return false;
}

static void
on_frame(void *ctx, struct conn *c, const struct frame *f)
{
	struct terminal *t = ctx;
	struct chan_msg m = { .type = CHAN_REQUEST,
		.conn = t->id,
		.op = f->op,
		.call = f->call,
		.payload = f->payload };
	int err;

	if (f->kind != FRAME_REQUEST) {
		refuse(t, f, ERR_PEER);
		return;
	}
	if (too_many(t)) {
		report(t->session, t->id, "PROTO_ERR", ERR_LIMIT, "rate");
		conn_finish(c, "rate");
		return;
	}
	err = op_allowed(op_find(f->op), t->state, t->rights);
	if (err != 0) {
		refuse(t, f, err);
		return;
	}
	chan_put(&t->session->out, &m);
	if (++t->in_flight >= IN_FLIGHT_MAX)
		conn_pause(c, true);
}

static const struct conn_handler handler = {
	.ready = on_ready,
	.frame = on_frame,
	.closed = on_closed,
};

/* ---- from the store ---- */

static struct terminal *
find_terminal(struct session *s, uint32_t id)
{
	struct terminal *t;

	for (t = s->terminals; t != NULL; t = t->next)
		if (t->id == id)
			break;
	return t;
}

/* The copy of state and rights, moved as the store moved its own. */
static int
follow(struct terminal *t, const struct chan_msg *m)
{
	if (m->err != 0)
		return 0; /* it never ran: nothing has moved */
	t->rights = m->rights;
	if (m->state == t->state)
		return 0;
	if (t->state == STATE_NEW)
		loop_timer_stop(t->hello);
	if (m->state != STATE_NEW && m->state != STATE_TERMINAL)
		conn_frame_max(t->conn, FRAME_AFTER_LOGIN);
	return state_move(&t->state, m->state);
}

static void
take_answer(struct session *s, const struct chan_msg *m)
{
	struct terminal *t = find_terminal(s, m->conn);
	struct frame f = { .op = m->op,
		.kind = FRAME_ANSWER,
		.call = m->call,
		.payload = m->payload };

	if (t == NULL)
		return;
	if (m->type == CHAN_DROP) {
		t->opened = false; /* the store never knew it */
		log_info("session", "conn %u: terminal not registered", t->id);
		drop(t, "unknown");
		return;
	}
	if (t->in_flight > 0)
		t->in_flight--;
	if (follow(t, m) != 0)
		BUG("the store moved a state that cannot move");
	if (conn_send(t->conn, &f) == ERR_LIMIT) {
		report(s, t->id, "PROTO_ERR", ERR_LIMIT, "slow reader");
		drop(t, "lost");
		return;
	}
	if (m->close)
		conn_finish(t->conn, "closed");
	else if (t->in_flight < IN_FLIGHT_MAX / 2)
		conn_pause(t->conn, false);
}

static void
on_store(void *ctx, int fd, unsigned events)
{
	struct session *s = ctx;
	uint8_t chunk[STORE_READ];
	struct chan_msg m;
	size_t at = 0;
	size_t used;
	ssize_t n;
	int rc;

	if ((events & LOOP_READ) == 0)
		return; /* the hook writes */
	n = recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		_exit(1); /* closed, not open */
	buf_put(&s->in, chunk, (size_t)n);
	while (
	    (rc = chan_get(str_n(s->in.p + at, s->in.n - at), &m, &used)) > 0) {
		at += used;
		if (m.type == CHAN_ANSWER || m.type == CHAN_DROP)
			take_answer(s, &m);
	}
	if (rc < 0 || s->in.err != 0)
		_exit(1);
	buf_shift(&s->in, at);
	explicit_bzero(chunk, (size_t)n);
}

/* ---- from the parent ---- */

static int
add_terminal(struct session *s, uint32_t id, struct str addr, int fd)
{
	struct terminal *t = calloc(1, sizeof(*t));
	struct conn_options opt = { .handler = &handler,
		.ctx = t,
		.frame_max = FRAME_MAX_SMALL,
		.handshake_ms = s->handshake_ms };

	if (t == NULL) {
		close(fd);
		return ERR_NOMEM;
	}
	*t = (struct terminal){ .session = s,
		.id = id,
		.state = STATE_NEW,
		.tokens = FRAMES_BEFORE * 1000,
		.tokens_at = loop_now(s->loop) };
	t->hello = loop_timer_new(s->loop, on_no_hello, t);
	if (t->hello == NULL || str_copy(t->addr, sizeof(t->addr), addr) != 0) {
		loop_timer_free(t->hello);
		free(t);
		close(fd);
		return ERR_NOMEM;
	}
	t->next = s->terminals;
	s->terminals = t;
	if (conn_accept(s->loop, fd, s->tls, &opt, &t->conn) != 0)
		drop(t, "lost");
	return 0;
}

static void
on_control(void *ctx, int fd, unsigned events)
{
	struct session *s = ctx;
	uint8_t msg[FDPASS_MAX];
	struct rd r;
	uint32_t id;
	size_t n;
	int passed;
	int rc;

	(void)events;
	while ((rc = fdpass_recv(fd, msg, &n, &passed)) > 0) {
		r = rd_of(str_n(msg, n));
		if (rd_u8(&r) != CTL_CONN || passed < 0)
			_exit(1);
		id = rd_be32(&r);
		if (r.err != 0 || id == 0 ||
		    add_terminal(s, id, rd_bytes(&r, r.left), passed) != 0)
			_exit(1);
	}
	if (rc < 0)
		_exit(1); /* the parent is gone */
}

static void
before_sleep(void *ctx)
{
	struct session *s = ctx;

	if (s->out.n > 0)
		flush_store(s);
}

/* ---- the process ---- */

static int
begin(struct session *s, const struct server_args *args,
    const struct site_conf *conf)
{
	char cert[SERVER_PATH];
	char key[SERVER_PATH];
	char ca[SERVER_PATH];
	struct tls_files files = { cert, key, ca };
	const char ready = CTL_READY;
	int err;

	server_path(cert, args->dir, "tls/server.crt");
	server_path(key, args->dir, "tls/server.key");
	server_path(ca, args->dir, "tls/ca.crt");
	s->once = conf->sessions_per_process == 1;
	s->handshake_ms = (int64_t)conf->handshake_seconds * 1000;
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	err = tls_ctx_server(&files, &s->tls);
	if (err != 0) {
		log_error("session", "tls/: %s", err_name(err));
		return err;
	}
	s->loop = loop_new(sysclock());
	if (s->loop == NULL)
		return ERR_NOMEM;
	loop_before_sleep(s->loop, before_sleep, s);
	s->store = loop_watch(s->loop, FD_STORE, LOOP_READ, on_store, s);
	s->control = loop_watch(s->loop, FD_CONTROL, LOOP_READ, on_control, s);
	if (s->store == NULL || s->control == NULL)
		return ERR_NOMEM;
	err = sandbox_common(conf->sessions_per_process + 32);
	if (err == 0)
		err = sandbox_calls();
	if (err == 0)
		err = fdpass_send(FD_CONTROL, str_n(&ready, 1), -1);
	return err;
}

int
session_main(const struct server_args *args, const struct site_conf *conf)
{
	struct session s = { 0 };
	int rc = 1;

	if (begin(&s, args, conf) == 0)
		rc = loop_run(s.loop);
	else
		log_error("session", "cannot start");
	if (rc == 0 && s.out.n > 0)
		flush_store(&s);
	while (s.terminals != NULL)
		drop(s.terminals, "stop"); /* NOLINT: it unlinks itself */
	loop_unwatch(s.store);
	loop_unwatch(s.control);
	loop_free(s.loop);
	tls_ctx_free(s.tls);
	buf_wipe(&s.in);
	buf_wipe(&s.out);
	return rc == 0 ? 0 : 1;
}
