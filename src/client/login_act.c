/*
 * An act that needs the person anew: as a log-in, but over the text of one
 * request, which goes out with the assertion (DESIGN §1 promise 8).
 *
 * SECURITY: what is sent is what was packed when its text was shown; it does
 * not change between screen, sensor and server.  A new PIN lives in the locked
 * memory of the log-in object and is wiped with the old one.
 */
#include "client/login_impl.h"

#include <string.h>

#include "core/err.h"
#include "core/wire.h"

#define ACT_ARENA ((size_t)1 << 20)

void
login_act_forget(struct login_act *act)
{
	buf_wipe(&act->body);
	explicit_bzero(act, sizeof(*act));
}

void
login_act_finger(const struct login *l, struct bio_request *req)
{
	if (l->act.op != OP_pin_change)
		return;
	req->kind = BIO_REPIN;
	req->new_pin = &l->act.new_pin;
	req->pin_salt = str_n(l->act.salt, sizeof(l->act.salt));
	req->scrypt = l->act.par;
}

/* The server answered the act itself. */
static void
done_act(void *arg, const struct ui_answer *a)
{
	struct login *l = arg;
	ui_done *done = l->act.done;
	void *to = l->arg;

	login_stop(l);
	done(to, a);
}

static void
send_pin_change(struct login *l, const struct bio_event *ev)
{
	Mamori__PinChangeReq req = MAMORI__PIN_CHANGE_REQ__INIT;

	req.pin_salt = PB_BYTES(str_n(l->act.salt, sizeof(l->act.salt)));
	req.verifier = PB_BYTES(ev->verifier);
	req.envelope = PB_BYTES(ev->envelope);
	l->env.call_act(l->env.ctx, OP_pin_change, &req.base, ev->assertion,
	    ev->signature, done_act, l);
}

void
login_act_send(struct login *l, const struct bio_event *ev)
{
	struct wire_arena arena = { 0 };
	ProtobufCMessage *req;
	int err;

	if (l->act.op == OP_pin_change) {
		send_pin_change(l, ev);
		return;
	}
	err = wire_arena_init(&arena, ACT_ARENA);
	if (err == 0)
		err = wire_unpack(op_find(l->act.op)->req,
		    buf_str(&l->act.body), &arena, &req);
	if (err == 0)
		l->env.call_act(l->env.ctx, l->act.op, req, ev->assertion,
		    ev->signature, done_act, l);
	wire_arena_release(&arena);
	if (err != 0)
		login_fail(l, err);
}

static void
done_act_begin(void *arg, const struct ui_answer *a)
{
	struct login *l = arg;
	const Mamori__ActBeginAns *b = (const void *)a->ans;

	if (a->err != 0) {
		login_fail(l, a->err);
		return;
	}
	l->act.par = (struct crypt_scrypt){ b->log2_n, b->r, b->p };
	login_pin_helper(l, STR_PB(b->pin_salt), l->act.par);
}

void
login_act(struct login *l, const struct login_act_start *start)
{
	Mamori__ActBeginReq req = MAMORI__ACT_BEGIN_REQ__INIT;

	login_prepare(
	    l, "act", start->match_id, start->pin, start->fn, start->arg);
	l->act.op = start->op;
	l->act.done = start->done;
	if (start->new_pin != NULL) {
		l->act.new_pin = *start->new_pin;
		crypt_random(l->act.salt, sizeof(l->act.salt));
	} else {
		wire_pack(&l->act.body, start->req);
		BUG_ON(l->act.body.err != 0);
		memcpy(l->act.digest, start->digest, SHA256_LEN);
		req.act = PB_BYTES(str_n(l->act.digest, SHA256_LEN));
	}
	login_step(l, STEP_BEGIN);
	req.op = PB_BYTES(str_of(op_find(start->op)->name));
	login_ask(l, OP_act_begin, &req.base, done_act_begin);
}
