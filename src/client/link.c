/*
 * One connection, one request on its way, every answer proven.
 *
 * SECURITY: an answer is given on only after its log entry was verified
 * (proof.c); a log that was rolled back or forked stops the terminal for
 * good and both notes are kept (audit-log.md §5).  A lost line fails all
 * that waits: nothing is sent twice, the operator asks again.
 */
#include "client/link.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/ask.h"
#include "client/proof.h"
#include "core/err.h"
#include "core/log.h"
#include "net/call.h"

#define PROTOCOL  1
#define ANSWER_MS 10000
#define SAVE_MS	  1000
#define SKEW_MS	  ((int64_t)5 * 60 * 1000)
/* A refused terminal must be registered by somebody first. */
#define REFUSED_MS 30000
#define ARENA_MAX  ((size_t)8 << 20)
#define ASKS_MAX   32

static const unsigned backoff_ms[] = { 1000, 2000, 4000, 8000, 10000 };
#define BACKOFFS (sizeof(backoff_ms) / sizeof(backoff_ms[0]))

/* clang-format off */
#define LINK_LIST(X)							\
/* name        may go on to                                        */	\
X(OFF,         TO(CONNECTING))						\
X(CONNECTING,  TO(HELLO) | TO(OFF))					\
X(HELLO,       TO(UP) | TO(OFF) | TO(STOPPED))				\
X(UP,          TO(OFF) | TO(STOPPED))					\
X(STOPPED,     0)
/* clang-format on */

#define LINK_ENUM(name, next) LINK_##name,
enum link_state { LINK_LIST(LINK_ENUM) LINK_COUNT };
#undef LINK_ENUM

#define TO(name)	      (1u << LINK_##name)
#define LINK_NEXT(name, next) (next),
static const unsigned link_next[] = { LINK_LIST(LINK_NEXT) };
#define LINK_NAME(name, next) #name,
static const char *const link_names[] = { LINK_LIST(LINK_NAME) };

struct link {
	struct link_config cfg;
	enum link_state state;
	struct calls *calls;
	struct loop_timer *retry;
	struct loop_timer *save;
	unsigned tries;
	struct ask *queue; /* head is on its way when busy */
	bool busy;
	struct ask *failed; /* to be completed by link_pump() */
	struct wire_arena arena;
	bool told;	/* the screens know that we connect */
	bool answering; /* the arena holds an answer: nothing is sent */
};

static void send_next(struct link *k);

static void
to_state(struct link *k, enum link_state next)
{
	BUG_ON((link_next[k->state] & (1u << next)) == 0);
	log_debug("link", "%s -> %s", link_names[k->state], link_names[next]);
	k->state = next;
}

/* ---- asks --------------------------------------------------------------- */

static void
deliver(struct ask *q, const struct ui_answer *ans)
{
	if (q->done != NULL)
		q->done(q->arg, ans);
}

static void
put_off(struct link *k, struct ask *q, int err)
{
	q->err = err;
	ask_append(&k->failed, q);
	loop_again(k->cfg.loop);
}

static void
fail_all(struct link *k, int err)
{
	struct ask *q;

	k->busy = false;
	while ((q = ask_take(&k->queue)) != NULL)
		put_off(k, q, err);
}

void
link_pump(struct link *k)
{
	struct ask *q;

	while ((q = ask_take(&k->failed)) != NULL) {
		const struct ui_answer ans = { .err = q->err };

		deliver(q, &ans);
		ask_free(q);
	}
}

void
link_cancel(struct link *k, void *arg)
{
	ask_forget(k->queue, arg);
	ask_forget(k->failed, arg);
}

void
link_silence(struct link *k)
{
	ask_silence(k->queue);
	ask_silence(k->failed);
}

static unsigned
waiting(const struct link *k)
{
	const struct ask *q;
	unsigned n = 0;

	for (q = k->queue; q != NULL; q = q->next)
		n++;
	return n;
}

static void
call(struct link *k, struct ask *q, bool good)
{
	if (!good) {
		put_off(k, q, ERR_SYNTAX);
	} else if (k->state != LINK_UP) {
		put_off(k, q, ERR_IO);
	} else if (waiting(k) >= ASKS_MAX) {
		put_off(k, q, ERR_BUSY);
	} else {
		ask_append(&k->queue, q);
		send_next(k);
	}
}

void
link_call(struct link *k, enum op op, const ProtobufCMessage *req,
    ui_done *done, void *arg)
{
	call(k, ask_new(op, req, done, arg), wire_check(req) == 0);
}

void
link_call_act(struct link *k, enum op op, const ProtobufCMessage *req,
    struct str assertion, struct str signature, ui_done *done, void *arg)
{
	struct ask *q = ask_new(op, req, done, arg);

	buf_puts_str(&q->assertion, assertion);
	buf_puts_str(&q->signature, signature);
	BUG_ON(q->assertion.err != 0 || q->signature.err != 0);
	call(k, q, wire_check(req) == 0);
}

/* ---- sending ------------------------------------------------------------ */

/* Builds and signs the request lines of q as of now, and packs the frame. */
static int
seal(struct link *k, struct ask *q, struct buf *out)
{
	Mamori__Request r = MAMORI__REQUEST__INIT;
	const struct act_who who = desk_act(k->cfg.desk);
	struct buf text = BUF_INIT;
	ProtobufCMessage *msg;
	int rc;

	r.when_ms = clock_wall(k->cfg.clock);
	rc = wire_unpack(q->row->req, buf_str(&q->body), &k->arena, &msg);
	if (rc == 0) {
		act_lines(&q->lines, q->row, r.when_ms, &who, msg);
		act_signed(&text, buf_str(&q->lines));
		rc = q->lines.err != 0 ? q->lines.err : text.err;
	}
	wire_arena_reset(&k->arena);
	if (rc == 0)
		rc = crypt_sign(k->cfg.sign_key, buf_str(&text), q->tsig);
	buf_wipe(&text);
	if (rc != 0)
		return rc;
	r.epoch = (uint32_t)q->epoch;
	r.seq = q->seq;
	r.known_size = k->cfg.head->state.last.size;
	r.body = PB_BYTES(buf_str(&q->body));
	r.tsig.data = q->tsig;
	r.tsig.len = sizeof(q->tsig);
	r.assertion = PB_BYTES(buf_str(&q->assertion));
	r.signature = PB_BYTES(buf_str(&q->signature));
	wire_pack(out, &r.base);
	return out->err;
}

static void
hang_up(struct link *k)
{
	struct calls *c = k->calls;

	k->calls = NULL;
	calls_free(c);
}

static void
lose(struct link *k, enum ui_link how, int err, int64_t retry_ms)
{
	to_state(k, LINK_OFF);
	hang_up(k);
	fail_all(k, ERR_IO);
	desk_lost(k->cfg.desk);
	k->cfg.changed(k->cfg.ctx, how, err);
	loop_timer_set(k->retry, retry_ms);
}

static int64_t
next_backoff(struct link *k)
{
	unsigned i = k->tries < BACKOFFS ? k->tries : BACKOFFS - 1;

	k->tries++;
	return backoff_ms[i];
}

static void
lose_line(struct link *k, int err)
{
	lose(k, UI_LINK_DOWN, err, next_backoff(k));
}

/* ---- answers ------------------------------------------------------------ */

static void
stop_for_fork(struct link *k, struct str note)
{
	log_error("link", "the log was rolled back or forked: evidence kept");
	if (head_evidence(k->cfg.head, note, clock_wall(k->cfg.clock)) != 0)
		log_error("link", "evidence could not be written");
	to_state(k, LINK_STOPPED);
	hang_up(k);
	fail_all(k, ERR_FORK);
	desk_lost(k->cfg.desk);
	k->cfg.changed(k->cfg.ctx, UI_LINK_REFUSED, ERR_FORK);
}

static void
remember(struct link *k, const struct proof *p)
{
	int64_t skew = p->seen.time_ms - clock_wall(k->cfg.clock);

	if (skew > SKEW_MS || skew < -SKEW_MS)
		log_warn("link",
		    "clock differs from the server's: %" PRId64 " ms", skew);
	head_advance(k->cfg.head, &p->seen.head, p->note);
	if (!loop_timer_running(k->save))
		loop_timer_set(k->save, SAVE_MS);
}

static void
took_hello(struct link *k, const struct proof *p)
{
	const Mamori__HelloAns *ans = (const void *)p->ans;
	struct head *h = k->cfg.head;

	if (p->code != 0) {
		lose(k, UI_LINK_REFUSED, p->code, REFUSED_MS);
		return;
	}
	if (!str_eqz(STR_PB(ans->terminal), k->cfg.terminal) ||
	    !str_eqz(STR_PB(ans->origin), k->cfg.origin) ||
	    ans->protocol != PROTOCOL) {
		lose(k, UI_LINK_REFUSED, ERR_PEER, REFUSED_MS);
		return;
	}
	/* fewer of our requests than we hold proofs for: a copy went back */
	if (ans->epoch < h->epoch ||
	    (ans->epoch == h->epoch && ans->next_seq < h->next_seq)) {
		stop_for_fork(k, p->note);
		return;
	}
	h->epoch = ans->epoch;
	h->next_seq = ans->next_seq;
	k->tries = 0;
	desk_hello(k->cfg.desk, ans);
	to_state(k, LINK_UP);
	k->cfg.changed(k->cfg.ctx, UI_LINK_UP, 0);
}

/* 0 when the answer may be used; otherwise the connection has been dealt
 * with. */
static int
prove(struct link *k, struct ask *q, struct str payload, struct proof *p)
{
	struct proof_ask pa = { .row = q->row };
	int rc;

	if (q->row->id != OP_hello) {
		pa.want.node = str_of(k->cfg.terminal);
		pa.want.epoch = q->epoch;
		pa.want.seq = q->seq;
	}
	pa.want.lines = buf_str(&q->lines);
	pa.want.tsig = str_n(q->tsig, sizeof(q->tsig));
	rc = proof_check(&k->cfg.head->state, &pa, payload, &k->arena, p);
	if (rc != 0 || !p->proven)
		return rc;
	remember(k, p);
	if (q->row->id != OP_hello)
		k->cfg.head->next_seq = q->seq + 1;
	return p->code != 0 ? 0 : proof_covers(q->row, p->ans, &p->seen);
}

static void
finish_ask(struct link *k, struct ask *q, const struct proof *p, int rc)
{
	struct ui_answer ans = { .err = rc };

	if (rc == 0 && p->code == 0) {
		desk_after(k->cfg.desk, q->row->id);
		ans.ans = p->ans;
	} else if (rc == 0) {
		ans.err = p->code;
		ans.refused = true;
		ans.item = p->item;
	}
	deliver(q, &ans);
}

static void
took_answer(struct link *k, struct ask *q, struct str payload)
{
	struct proof p = { 0 };
	int rc;

	rc = prove(k, q, payload, &p);
	if (rc == ERR_FORK) {
		stop_for_fork(k, p.note);
		put_off(k, q, ERR_FORK);
		return;
	}
	if (rc != 0) {
		log_error("link", "%s: the answer is not proven: %s",
		    q->row->name, err_name(rc));
		rc = ERR_CRYPTO;
	}
	if (q->row->id != OP_hello)
		finish_ask(k, q, &p, rc);
	else if (rc == 0)
		took_hello(k, &p);
	/* rule 6 alone leaves the sequence known on both ends */
	if (rc != 0 && (!p.proven || q->row->id == OP_hello) &&
	    (k->state == LINK_UP || k->state == LINK_HELLO))
		lose_line(k, ERR_FORK); /* the page that names the log */
	ask_free(q);
}

static void
answered(void *ctx, int err, struct str payload)
{
	struct link *k = ctx;
	struct ask *q = ask_take(&k->queue);

	BUG_ON(q == NULL);
	k->busy = false;
	if (err != 0) {
		/* the line goes with it: calls tells us next */
		put_off(k, q, err == ERR_CANCELLED ? ERR_IO : err);
		return;
	}
	k->answering = true;
	took_answer(k, q, payload);
	k->answering = false;
	wire_arena_reset(&k->arena);
	send_next(k);
}

static void
send_next(struct link *k)
{
	struct ask *q = k->queue;
	struct buf frame = BUF_INIT;
	int rc;

	if (q == NULL || k->busy || k->answering ||
	    (k->state != LINK_UP && k->state != LINK_HELLO))
		return;
	q->epoch = k->cfg.head->epoch;
	q->seq = k->cfg.head->next_seq;
	rc = seal(k, q, &frame);
	if (rc == 0)
		rc = call_send(k->calls, (uint16_t)q->row->id, buf_str(&frame),
		    ANSWER_MS, answered, k);
	buf_wipe(&frame);
	if (rc == 0) {
		k->busy = true;
		return;
	}
	(void)ask_take(&k->queue);
	put_off(k, q, rc);
}

/* ---- the connection ----------------------------------------------------- */

static void
say_hello(struct link *k)
{
	Mamori__HelloReq req = MAMORI__HELLO_REQ__INIT;

	req.protocol = PROTOCOL;
	req.version = PB_BYTES(STR(MAMORI_VERSION));
	req.forms_digest.data = k->cfg.forms_digest;
	req.forms_digest.len = sizeof(k->cfg.forms_digest);
	req.masters_digest.data = k->cfg.masters_digest;
	req.masters_digest.len = sizeof(k->cfg.masters_digest);
	req.epoch = (uint32_t)k->cfg.head->epoch;
	req.next_seq = k->cfg.head->next_seq;
	ask_append(&k->queue, ask_new(OP_hello, &req.base, NULL, NULL));
	send_next(k);
}

static void
on_up(void *ctx, struct calls *c)
{
	struct link *k = ctx;

	if (c != k->calls)
		return;
	to_state(k, LINK_HELLO);
	say_hello(k);
}

static void
on_down(void *ctx, struct calls *c, int err, const char *reason)
{
	struct link *k = ctx;

	if (c != k->calls)
		return;
	log_info("link", "connection ended: %s (%s)", reason, err_name(err));
	/* a certificate that one side does not take is no broken cable; a
	 * good-bye before hello was answered: not, or no longer, registered */
	if (err == ERR_CRYPTO && k->state != LINK_UP)
		lose(k, UI_LINK_REFUSED, ERR_CRYPTO, REFUSED_MS);
	else if (err == 0 && k->state == LINK_HELLO)
		lose(k, UI_LINK_REFUSED, ERR_DENIED, REFUSED_MS);
	else
		lose_line(k, err == 0 ? ERR_IO : err);
}

static void
connect_now(void *ctx)
{
	static const struct calls_handler handler = { .up = on_up,
		.down = on_down };
	struct link *k = ctx;
	int rc;

	to_state(k, LINK_CONNECTING);
	/* a page that says why the line broke stays until it is back */
	if (!k->told)
		k->cfg.changed(k->cfg.ctx, UI_LINK_CONNECTING, 0);
	k->told = true;
	rc = calls_connect(
	    k->cfg.loop, &k->cfg.server, k->cfg.tls, &handler, k, &k->calls);
	if (rc != 0)
		lose_line(k, rc);
}

static void
save_now(void *ctx)
{
	struct link *k = ctx;

	if (head_save(k->cfg.head) != 0)
		log_error("link", "T/state/head cannot be written");
}

struct link *
link_new(const struct link_config *cfg)
{
	struct link *k;

	k = calloc(1, sizeof(*k));
	if (k == NULL)
		return NULL;
	k->cfg = *cfg;
	k->retry = loop_timer_new(cfg->loop, connect_now, k);
	k->save = loop_timer_new(cfg->loop, save_now, k);
	if (k->retry == NULL || k->save == NULL ||
	    wire_arena_init(&k->arena, ARENA_MAX) != 0) {
		link_free(k);
		return NULL;
	}
	return k;
}

void
link_free(struct link *k)
{
	struct ask *q;

	if (k == NULL)
		return;
	while ((q = ask_take(&k->failed)) != NULL)
		ask_free(q);
	link_silence(k);
	calls_free(k->calls); /* moves what was on its way to `failed` */
	while ((q = ask_take(&k->queue)) != NULL)
		ask_free(q);
	while ((q = ask_take(&k->failed)) != NULL)
		ask_free(q);
	loop_timer_free(k->retry);
	loop_timer_free(k->save);
	wire_arena_release(&k->arena);
	free(k);
}

void
link_start(struct link *k)
{
	loop_timer_set(k->retry, 0);
}

int
link_exporter(const struct link *k, uint8_t out[TLS_EXPORTER_LEN])
{
	if (k->state != LINK_UP)
		return ERR_BADSTATE;
	return calls_exporter(k->calls, out);
}

bool
link_is_idle(const struct link *k)
{
	return k->queue == NULL && k->failed == NULL &&
	    k->state != LINK_CONNECTING && k->state != LINK_HELLO;
}
