/*
 * Requests from the streams into the turn, answers of the turn back.
 *
 * SECURITY: what a session process sends is bytes within limits (chan_get);
 * the connection it names is looked up among its own; the store keeps state
 * and rights itself and believes nothing about them.
 */
#include "server/store.h"

#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "core/wire.h"
#include "mamori.pb-c.h"
#include "net/frame.h"
#include "server/chan.h"

#define READ_MAX      ((size_t)1 << 20) /* a stream a turn */
#define CTL_LOCAL     1u		/* an administrator's one connection */
#define CTL_IN_FLIGHT 16

static void on_peer(void *ctx, int fd, unsigned events);

static void
interest(struct peer *p)
{
	bool full = p->ctl && p->in_flight >= CTL_IN_FLIGHT;

	loop_watch_set(
	    p->watch, (full ? 0 : LOOP_READ) | (p->out.n > 0 ? LOOP_WRITE : 0));
}

struct peer *
store_add_peer(struct store *s, int fd, bool ctl, uint32_t uid)
{
	struct turn_peer tp = { .ctl = true, .uid = uid, .addr = "ctl" };
	struct peer *p = fd < 0 ? NULL : peer_add(&s->peers, fd, ctl);

	if (p == NULL)
		return NULL;
	p->owner = s;
	p->watch = loop_watch(s->loop, fd, LOOP_READ, on_peer, p);
	if (p->watch == NULL) {
		peer_remove(&s->peers, p);
		return NULL;
	}
	if (ctl &&
	    (!peer_conn_add(p, CTL_LOCAL) ||
		turn_conn_open(s->turn, peer_conn(p, CTL_LOCAL), &tp) != 0)) {
		peer_remove(&s->peers, p);
		return NULL;
	}
	return p;
}

void
store_drop_peer(struct store *s, struct peer *p, const char *cause)
{
	size_t i;

	for (i = 0; i < p->n_conns; i++)
		turn_conn_close(s->turn, peer_conn(p, p->conns[i]), cause);
	if (p == s->only) {
		s->only = NULL;
		loop_stop(s->loop, 0);
	}
	peer_remove(&s->peers, p);
}

/* ---- answers ---- */

static void
put_answer(
    struct store *s, struct peer *p, uint32_t conn, const struct chan_msg *m)
{
	struct frame f = { .op = m->op,
		.kind = FRAME_ANSWER,
		.call = m->call,
		.payload = m->payload };
	struct chan_msg copy = *m;

	if (p->ctl) {
		frame_put(&p->out, &f);
	} else {
		copy.conn = conn;
		chan_put(&p->out, &copy);
	}
	if (p->in_flight > 0)
		p->in_flight--;
	peer_dirty(&s->peers, p);
}

void
store_answer(void *ctx, uint64_t conn, uint16_t op, uint32_t call,
    enum state state, right_set rights, struct str payload, bool close)
{
	struct store *s = ctx;
	struct peer *p = peer_find(&s->peers, PEER_SERIAL(conn));
	struct chan_msg m = { .type = CHAN_ANSWER,
		.op = op,
		.call = call,
		.state = state,
		.rights = rights,
		.close = close,
		.payload = payload };

	if (p != NULL && peer_conn_has(p, PEER_LOCAL(conn)))
		put_answer(s, p, PEER_LOCAL(conn), &m);
}

/* An answer that carries a code and nothing else. */
static void
answer_code(struct store *s, struct peer *p, uint32_t conn, uint16_t op,
    uint32_t call, int code)
{
	Mamori__Answer a = MAMORI__ANSWER__INIT;
	struct chan_msg m = { .type = CHAN_ANSWER,
		.op = op,
		.call = call,
		.state = STATE_COUNT - 1,
		.err = code };
	struct buf b = BUF_INIT;

	a.code = code;
	wire_pack(&b, &a.base);
	m.payload = buf_str(&b);
	if (b.err == 0)
		put_answer(s, p, conn, &m);
	buf_release(&b);
}

/* ---- requests ---- */

static int
take_open(struct store *s, struct peer *p, const struct chan_msg *m)
{
	struct chan_msg drop = { .type = CHAN_DROP, .conn = m->conn };
	struct turn_peer tp = { 0 };

	if (m->payload.n != sizeof(tp.cert_sha256) + sizeof(tp.exporter) ||
	    str_copy(tp.addr, sizeof(tp.addr), m->text) != 0 ||
	    !peer_conn_add(p, m->conn))
		return ERR_PEER;
	memcpy(tp.cert_sha256, m->payload.p, sizeof(tp.cert_sha256));
	memcpy(tp.exporter, m->payload.p + sizeof(tp.cert_sha256),
	    sizeof(tp.exporter));
	if (turn_conn_open(s->turn, peer_conn(p, m->conn), &tp) == 0)
		return 0;
	peer_conn_remove(p, m->conn);
	chan_put(&p->out, &drop);
	peer_dirty(&s->peers, p);
	return 0;
}

static int
take_request(struct store *s, struct peer *p, uint32_t conn, uint16_t op,
    uint32_t call, struct str payload)
{
	int err;

	if (!peer_conn_has(p, conn))
		return 0; /* refused or closed meanwhile */
	p->in_flight++;
	err = turn_push(s->turn, peer_conn(p, conn), op, call, payload);
	if (err != 0)
		answer_code(s, p, conn, op, call, err);
	return 0;
}

static int
take_event(struct store *s, struct peer *p, const struct chan_msg *m)
{
	char event[32];
	char detail[256];
	uint64_t conn = 0;

	if (m->conn != 0 && peer_conn_has(p, m->conn))
		conn = peer_conn(p, m->conn);
	if (!str_eqz(m->text, "TERM_REJECT") && !str_eqz(m->text, "PROTO_ERR"))
		return ERR_PEER;
	if (str_copy(event, sizeof(event), m->text) != 0 ||
	    str_copy(detail, sizeof(detail), m->payload) != 0 ||
	    !err_is_known(m->err))
		return ERR_PEER;
	turn_event(s->turn, conn, event, m->err, detail);
	return 0;
}

static int
take_close(struct store *s, struct peer *p, const struct chan_msg *m)
{
	char cause[32];

	if (str_copy(cause, sizeof(cause), m->text) != 0)
		return ERR_PEER;
	if (!peer_conn_has(p, m->conn))
		return 0;
	turn_conn_close(s->turn, peer_conn(p, m->conn), cause);
	peer_conn_remove(p, m->conn);
	return 0;
}

static int
take_msg(struct store *s, struct peer *p, const struct chan_msg *m)
{
	switch (m->type) {
	case CHAN_OPEN:
		return m->conn == 0 ? ERR_PEER : take_open(s, p, m);
	case CHAN_REQUEST:
		return take_request(s, p, m->conn, m->op, m->call, m->payload);
	case CHAN_EVENT:
		return take_event(s, p, m);
	case CHAN_CLOSE:
		return take_close(s, p, m);
	case CHAN_ANSWER:
	case CHAN_DROP:
	case CHAN_TYPES:
		break;
	}
	return ERR_PEER;
}

/* One frame or message of p->in from `at`; as frame_get(). */
static int
take_one(struct store *s, struct peer *p, size_t at, size_t *used)
{
	struct str in = str_n(p->in.p + at, p->in.n - at);
	struct chan_msg m;
	struct frame f;
	int rc;

	*used = 0;
	if (in.n == 0)
		return 0;
	if (!p->ctl) {
		rc = chan_get(in, &m, used);
		return rc <= 0 ? rc : take_msg(s, p, &m) == 0 ? 1 : ERR_PEER;
	}
	if (p->in_flight >= CTL_IN_FLIGHT)
		return 0;
	rc = frame_get(in, FRAME_MAX, &f, used);
	if (rc <= 0)
		return rc;
	if (f.kind != FRAME_REQUEST)
		return ERR_PEER;
	take_request(s, p, CTL_LOCAL, f.op, f.call, f.payload);
	return 1;
}

/* All whole messages of p->in; p may be gone afterwards. */
static void
take_all(struct store *s, struct peer *p)
{
	size_t at = 0;
	size_t used;
	int rc;

	while ((rc = take_one(s, p, at, &used)) > 0)
		at += used;
	if (at > 0)
		buf_shift(&p->in, at);
	if (rc < 0) {
		log_warn("store", "stream %u broke the protocol", p->serial);
		store_drop_peer(s, p, "protocol");
	} else if (p->eof) {
		store_drop_peer(s, p, p->ctl ? "end" : "lost");
	} else {
		interest(p);
	}
}

void
store_flush(struct store *s)
{
	struct peer *p;

	while ((p = peer_next_dirty(&s->peers)) != NULL) {
		if (p->out.err != 0 || peer_write(p) < 0 ||
		    p->out.n > PEER_OUT_MAX)
			store_drop_peer(s, p, "lost");
		else if (p->ctl && p->in.n > 0)
			take_all(s, p); /* it waited for its answers */
		else
			interest(p);
	}
}

static void
on_peer(void *ctx, int fd, unsigned events)
{
	struct peer *p = ctx;
	struct store *s = p->owner;

	(void)fd;
	if ((events & LOOP_WRITE) != 0 && p->out.n > 0)
		peer_dirty(&s->peers, p);
	if ((events & LOOP_READ) != 0 && peer_read(p, READ_MAX) < 0 && !p->eof)
		store_drop_peer(s, p, "lost");
	else
		take_all(s, p);
}
