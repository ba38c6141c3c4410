/*
 * A TLS connection that carries frames.
 *
 * SECURITY: the peer is hostile until proven otherwise.  What it may make us
 * hold is bounded: one frame of at most frame_max, CONN_OUT_MAX bytes of
 * answers, one handshake of at most handshake_ms.
 */
#include "net/conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/err.h"

#define HANDSHAKE_MS   10000
#define READ_CHUNK     ((size_t)16 << 10)
#define READS_PER_TURN 16 /* then the others' turn */

enum phase { CONNECTING, HANDSHAKE, READY, FINISHING, CLOSED };

struct conn {
	struct loop *loop;
	int fd;
	struct tls *tls;
	struct loop_watch *watch;
	struct loop_timer *timer; /* handshake, then flush-before-sleep */
	enum phase phase;
	bool paused;
	bool read_wants_write;
	bool busy;   /* inside a callback: freeing waits */
	bool doomed; /* conn_free() came while busy */
	size_t frame_max;
	struct buf in;
	struct buf out;
	size_t sent; /* bytes of out that are gone */
	const char *finish_reason;
	const struct conn_handler *handler;
	void *ctx;
};

static void on_fd(void *ctx, int fd, unsigned events);
static void on_timer(void *ctx);

static void
destroy(struct conn *c)
{
	loop_timer_free(c->timer);
	loop_unwatch(c->watch);
	if (c->tls != NULL && c->phase >= READY && c->phase != CLOSED)
		tls_bye(c->tls);
	tls_free(c->tls);
	if (c->fd >= 0)
		close(c->fd);
	buf_wipe(&c->in);
	buf_wipe(&c->out);
	free(c);
}

void
conn_free(struct conn *c)
{
	if (c == NULL)
		return;
	if (c->busy) {
		c->doomed = true;
		return;
	}
	destroy(c);
}

/* Ends a stretch of work that may have called the handler. */
static void
leave(struct conn *c)
{
	c->busy = false;
	if (c->doomed)
		destroy(c);
}

static void
end(struct conn *c, int err, const char *reason)
{
	if (c->phase == CLOSED)
		return;
	if (c->phase >= READY && err != ERR_IO && err != ERR_CRYPTO)
		tls_bye(c->tls);
	c->phase = CLOSED;
	loop_timer_stop(c->timer);
	loop_unwatch(c->watch);
	c->watch = NULL;
	if (!c->doomed)
		c->handler->closed(c->ctx, c, err, reason);
}

static void
set_interest(struct conn *c)
{
	unsigned want = 0;

	if (c->phase != READY && c->phase != FINISHING)
		return;
	if (!c->paused || c->phase == FINISHING)
		want |= LOOP_READ;
	if (c->sent < c->out.n || c->read_wants_write)
		want |= LOOP_WRITE;
	loop_watch_set(c->watch, want);
}

/* ---- opening ---- */

static int
make(struct loop *l, int fd, struct tls_ctx *tls,
    const struct conn_options *opt, enum phase phase, struct conn **out)
{
	struct conn *c = calloc(1, sizeof(*c));
	int one = 1;
	unsigned want = phase == CONNECTING ? LOOP_WRITE : LOOP_READ;

	*out = NULL;
	if (c == NULL) {
		close(fd);
		return ERR_NOMEM;
	}
	c->loop = l;
	c->fd = fd;
	c->phase = phase;
	c->handler = opt->handler;
	c->ctx = opt->ctx;
	c->frame_max = opt->frame_max == 0 ? FRAME_MAX : opt->frame_max;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->timer = loop_timer_new(l, on_timer, c);
	c->watch = loop_watch(l, fd, want, on_fd, c);
	if (c->timer == NULL || c->watch == NULL ||
	    tls_new(tls, fd, &c->tls) != 0) {
		destroy(c);
		return ERR_NOMEM;
	}
	loop_timer_set(c->timer,
	    opt->handshake_ms == 0 ? HANDSHAKE_MS : opt->handshake_ms);
	*out = c;
	return 0;
}

int
conn_connect(struct loop *l, const struct addr *to, struct tls_ctx *tls,
    const struct conn_options *opt, struct conn **out)
{
	int fd;

	*out = NULL;
	fd = socket(
	    to->ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return ERR_IO;
	if (connect(fd, (const struct sockaddr *)(const void *)&to->ss,
		to->len) != 0 &&
	    errno != EINPROGRESS) {
		close(fd);
		return ERR_IO;
	}
	return make(l, fd, tls, opt, CONNECTING, out);
}

int
conn_accept(struct loop *l, int fd, struct tls_ctx *tls,
    const struct conn_options *opt, struct conn **out)
{
	return make(l, fd, tls, opt, HANDSHAKE, out);
}

static void
do_connected(struct conn *c)
{
	int e = 0;
	socklen_t n = sizeof(e);

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &n) != 0 || e != 0) {
		end(c, ERR_IO, "connect");
		return;
	}
	c->phase = HANDSHAKE;
}

static void
do_handshake(struct conn *c)
{
	int rc = tls_handshake(c->tls);

	if (rc == TLS_WANT_READ) {
		loop_watch_set(c->watch, LOOP_READ);
	} else if (rc == TLS_WANT_WRITE) {
		loop_watch_set(c->watch, LOOP_WRITE);
	} else if (rc == TLS_DONE) {
		loop_timer_stop(c->timer);
		c->phase = READY;
		c->handler->ready(c->ctx, c);
	} else if (rc == TLS_EOF) {
		end(c, ERR_IO, "cut");
	} else {
		end(c, rc, tls_reason(c->tls));
	}
}

/* ---- reading ---- */

static void
take_frames(struct conn *c)
{
	struct frame f;
	size_t used;
	size_t at = 0;
	int rc = 0;

	while (c->phase == READY && !c->paused && !c->doomed) {
		rc = frame_get(
		    str_n(c->in.p + at, c->in.n - at), c->frame_max, &f, &used);
		if (rc <= 0)
			break;
		at += used;
		c->handler->frame(c->ctx, c, &f);
	}
	if (at > 0)
		buf_shift(&c->in, at);
	if (rc < 0)
		end(c, ERR_PEER, "frame");
}

static void
do_read(struct conn *c)
{
	uint8_t chunk[READ_CHUNK];
	size_t n;
	int rc = TLS_DONE;
	int i;

	c->read_wants_write = false;
	for (i = 0; i < READS_PER_TURN && rc == TLS_DONE; i++) {
		if (c->phase > FINISHING || c->paused || c->doomed)
			break;
		rc = tls_read(c->tls, chunk, sizeof(chunk), &n);
		if (rc != TLS_DONE)
			break;
		if (c->phase == READY)
			buf_put(&c->in, chunk, n);
		if (c->in.err != 0) {
			end(c, ERR_NOMEM, "memory");
			break;
		}
		take_frames(c);
		if (tls_pending(c->tls) == 0)
			break;
	}
	explicit_bzero(chunk, sizeof(chunk));
	if (rc == TLS_WANT_WRITE)
		c->read_wants_write = true;
	else if (rc == TLS_EOF)
		end(c, 0, "bye");
	else if (rc < 0)
		end(c, rc, tls_reason(c->tls));
	else if (rc == TLS_DONE && i == READS_PER_TURN)
		loop_timer_set(c->timer, 0);
}

/* ---- writing ---- */

static void
do_write(struct conn *c)
{
	size_t n;
	int rc;

	while (c->sent < c->out.n) {
		rc = tls_write(
		    c->tls, c->out.p + c->sent, c->out.n - c->sent, &n);
		if (rc == TLS_WANT_READ || rc == TLS_WANT_WRITE)
			break;
		if (rc != TLS_DONE) {
			end(c, rc < 0 ? rc : ERR_IO, tls_reason(c->tls));
			return;
		}
		c->sent += n;
	}
	if (c->sent == c->out.n) {
		buf_clear(&c->out);
		c->sent = 0;
		if (c->phase == FINISHING)
			end(c, 0, c->finish_reason);
	} else if (c->sent > c->out.n / 2) {
		buf_shift(&c->out, c->sent);
		c->sent = 0;
	}
}

void
conn_flush(struct conn *c)
{
	bool outer = c->busy;

	if (c->phase != READY && c->phase != FINISHING)
		return;
	c->busy = true;
	do_write(c);
	set_interest(c);
	if (!outer)
		leave(c);
}

int
conn_send(struct conn *c, const struct frame *f)
{
	if (c->phase != READY)
		return ERR_BADSTATE;
	if (c->out.n - c->sent + FRAME_HEAD + f->payload.n > CONN_OUT_MAX)
		return ERR_LIMIT;
	frame_put(&c->out, f);
	if (c->out.err != 0)
		return c->out.err;
	/* one write for all that is queued in this turn */
	if (!loop_timer_running(c->timer))
		loop_timer_set(c->timer, 0);
	return 0;
}

void
conn_finish(struct conn *c, const char *reason)
{
	if (c->phase != READY) {
		return;
	}
	c->phase = FINISHING;
	c->finish_reason = reason;
	loop_timer_set(c->timer, 0);
}

/* ---- the loop calls ---- */

static void
on_fd(void *ctx, int fd, unsigned events)
{
	struct conn *c = ctx;

	(void)fd;
	c->busy = true;
	if (c->phase == CONNECTING)
		do_connected(c);
	if (c->phase == HANDSHAKE)
		do_handshake(c);
	if ((c->phase == READY || c->phase == FINISHING) && !c->doomed) {
		if ((events & LOOP_READ) != 0 || c->read_wants_write)
			do_read(c);
	}
	if ((c->phase == READY || c->phase == FINISHING) && !c->doomed)
		do_write(c);
	set_interest(c);
	leave(c);
}

/* Before READY: too slow.  After: something was queued or left over. */
static void
on_timer(void *ctx)
{
	struct conn *c = ctx;

	c->busy = true;
	if (c->phase < READY) {
		end(c, ERR_TIMEOUT, "handshake-timeout");
	} else if (c->phase != CLOSED) {
		if (!c->paused) {
			take_frames(c);
			if (c->phase == READY && !c->doomed)
				do_read(c);
		}
		if (c->phase != CLOSED && !c->doomed)
			do_write(c);
	}
	set_interest(c);
	leave(c);
}

void
conn_frame_max(struct conn *c, size_t max)
{
	c->frame_max = max;
}

void
conn_pause(struct conn *c, bool pause)
{
	if (c->paused == pause)
		return;
	c->paused = pause;
	if (!pause && c->phase == READY)
		loop_timer_set(c->timer, 0); /* what waits inside TLS */
	set_interest(c);
}

size_t
conn_waiting(const struct conn *c)
{
	return c->out.n - c->sent;
}

bool
conn_is_ready(const struct conn *c)
{
	return c->phase == READY;
}

int
conn_exporter(const struct conn *c, uint8_t out[TLS_EXPORTER_LEN])
{
	return tls_exporter(c->tls, out);
}

int
conn_peer(const struct conn *c, struct tls_peer *out)
{
	return tls_peer(c->tls, out);
}
