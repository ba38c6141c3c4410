/*
 * Call ids and their completions over one connection.
 *
 * SECURITY: an answer for a call that is not open, or for another operation
 * than was asked, ends the connection: the server broke the protocol.
 */
#include "net/call.h"

#include <stdlib.h>

#include "core/err.h"

struct call {
	uint32_t id; /* 0: free */
	uint16_t op;
	int64_t due;
	call_done *done;
	void *ctx;
};

struct calls {
	struct loop *loop;
	struct conn *conn;
	struct loop_timer *timer;
	struct call open[CALL_OPEN_MAX];
	unsigned count;
	uint32_t last_id;
	bool up;
	bool busy;
	bool doomed;
	const struct calls_handler *handler;
	void *ctx;
};

static void
destroy(struct calls *c)
{
	conn_free(c->conn);
	loop_timer_free(c->timer);
	free(c);
}

static void
complete(struct calls *c, struct call *k, int err, struct str payload)
{
	struct call done = *k;

	*k = (struct call){ 0 };
	c->count--;
	done.done(done.ctx, err, payload);
}

static void
complete_all(struct calls *c, int err)
{
	unsigned i;

	for (i = 0; i < CALL_OPEN_MAX; i++)
		if (c->open[i].id != 0)
			complete(c, &c->open[i], err, STR(""));
}

void
calls_free(struct calls *c)
{
	if (c == NULL || c->doomed)
		return;
	c->doomed = true;
	c->up = false;
	if (c->busy)
		return; /* leave() finishes it */
	complete_all(c, ERR_CANCELLED);
	destroy(c);
}

static void
leave(struct calls *c)
{
	c->busy = false;
	if (!c->doomed)
		return;
	complete_all(c, ERR_CANCELLED);
	destroy(c);
}

static void
arm(struct calls *c)
{
	int64_t first = INT64_MAX;
	unsigned i;

	for (i = 0; i < CALL_OPEN_MAX; i++)
		if (c->open[i].id != 0 && c->open[i].due < first)
			first = c->open[i].due;
	if (first == INT64_MAX)
		loop_timer_stop(c->timer);
	else
		loop_timer_set(c->timer, first - loop_now(c->loop));
}

static void
go_down(struct calls *c, int err, const char *reason)
{
	struct conn *conn = c->conn;

	c->up = false;
	c->conn = NULL;
	conn_free(conn);
	loop_timer_stop(c->timer);
	complete_all(c, err == 0 ? ERR_IO : err);
	if (!c->doomed)
		c->handler->down(c->ctx, c, err, reason);
}

static void
on_ready(void *ctx, struct conn *conn)
{
	struct calls *c = ctx;

	(void)conn;
	c->busy = true;
	c->up = true;
	c->handler->up(c->ctx, c);
	leave(c);
}

static void
on_frame(void *ctx, struct conn *conn, const struct frame *f)
{
	struct calls *c = ctx;
	unsigned i;

	(void)conn;
	c->busy = true;
	for (i = 0; i < CALL_OPEN_MAX; i++)
		if (c->open[i].id != 0 && c->open[i].id == f->call)
			break;
	if (f->kind != FRAME_ANSWER || i == CALL_OPEN_MAX ||
	    c->open[i].op != f->op)
		go_down(c, ERR_PEER, "answer");
	else
		complete(c, &c->open[i], 0, f->payload);
	if (c->up && c->count == 0)
		loop_timer_stop(c->timer);
	leave(c);
}

static void
on_closed(void *ctx, struct conn *conn, int err, const char *reason)
{
	struct calls *c = ctx;

	(void)conn;
	if (c->conn == NULL)
		return;
	c->busy = true;
	go_down(c, err, reason);
	leave(c);
}

static void
on_due(void *ctx)
{
	struct calls *c = ctx;
	int64_t now = loop_now(c->loop);
	unsigned i;

	c->busy = true;
	for (i = 0; i < CALL_OPEN_MAX; i++)
		if (c->open[i].id != 0 && c->open[i].due <= now)
			break;
	if (i < CALL_OPEN_MAX)
		go_down(c, ERR_TIMEOUT, "answer-timeout");
	else
		arm(c);
	leave(c);
}

static const struct conn_handler handler = {
	.ready = on_ready,
	.frame = on_frame,
	.closed = on_closed,
};

int
calls_connect(struct loop *l, const struct addr *to, struct tls_ctx *tls,
    const struct calls_handler *h, void *ctx, struct calls **out)
{
	struct conn_options opt = { .handler = &handler };
	struct calls *c;
	int err;

	*out = NULL;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return ERR_NOMEM;
	c->loop = l;
	c->handler = h;
	c->ctx = ctx;
	opt.ctx = c;
	c->timer = loop_timer_new(l, on_due, c);
	err = c->timer == NULL ? ERR_NOMEM
			       : conn_connect(l, to, tls, &opt, &c->conn);
	if (err != 0) {
		destroy(c);
		return err;
	}
	*out = c;
	return 0;
}

int
call_send(struct calls *c, uint16_t op, struct str payload, int64_t timeout_ms,
    call_done *done, void *ctx)
{
	struct frame f = {
		.op = op, .kind = FRAME_REQUEST, .payload = payload
	};
	unsigned i;
	int err;

	if (!c->up)
		return ERR_BADSTATE;
	if (payload.n > FRAME_MAX - FRAME_HEAD)
		return ERR_TOOLONG;
	for (i = 0; i < CALL_OPEN_MAX && c->open[i].id != 0; i++)
		;
	if (i == CALL_OPEN_MAX)
		return ERR_BUSY;
	c->last_id = c->last_id == UINT32_MAX ? 1 : c->last_id + 1;
	f.call = c->last_id;
	err = conn_send(c->conn, &f);
	if (err != 0)
		return err;
	c->open[i] = (struct call){ .id = f.call,
		.op = op,
		.due = loop_now(c->loop) + timeout_ms,
		.done = done,
		.ctx = ctx };
	c->count++;
	arm(c);
	return 0;
}

bool
calls_up(const struct calls *c)
{
	return c->up;
}

unsigned
calls_open(const struct calls *c)
{
	return c->count;
}

int
calls_exporter(const struct calls *c, uint8_t out[TLS_EXPORTER_LEN])
{
	return c->up ? conn_exporter(c->conn, out) : ERR_BADSTATE;
}

int
calls_peer(const struct calls *c, struct tls_peer *out)
{
	return c->up ? conn_peer(c->conn, out) : ERR_BADSTATE;
}
