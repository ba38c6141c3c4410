/*
 * One request from bytes to its log entry: every check, then the handler.
 *
 * SECURITY: the order is fixed: is the operation allowed here, is the
 * request signed by this terminal over exactly these lines, is it the next of
 * its sequence, is the clock sure; only then does a handler see it.  A
 * request whose signature or number does not hold is logged under the
 * server's own source and ends the connection.
 */
#include "server/fresh.h"
#include "server/turn_impl.h"

#include <string.h>

#include "core/err.h"

struct request {
	struct turn *t;
	struct work *w;
	struct op_call c;
	const Mamori__Request *env;
	const ProtobufCMessage *body;
	struct buf lines;
	bool own; /* proven to come from the terminal, with its number */
	int code;
};

/* The first refusal counts. */
static void
refuse(struct request *r, int err, const char *item)
{
	if (r->code != 0 || err == 0)
		return;
	r->code = op_refuse(&r->c, err, item);
}

/* What a peer that keeps to the protocol cannot send: the connection ends. */
static void
breach(struct request *r, int err, const char *item)
{
	r->code = op_refuse(&r->c, err, item);
	r->c.event = "PROTO_ERR";
	r->c.close = true;
}

static void
unpack(struct request *r)
{
	ProtobufCMessage *m;
	int err;

	err = wire_unpack(&mamori__request__descriptor,
	    str_n(r->w->payload, r->w->len), &r->t->arena, &m);
	if (err != 0) {
		breach(r, err, "request");
		return;
	}
	r->env = (const void *)m;
	r->w->known = r->env->known_size;
	if (r->c.row == NULL) {
		breach(r, ERR_PEER, "operation");
		return;
	}
	err =
	    wire_unpack(r->c.row->req, STR_PB(r->env->body), &r->t->arena, &m);
	if (err != 0 || r->env->when_ms < 0) {
		breach(r, err != 0 ? err : ERR_PEER, "body");
		return;
	}
	r->body = m;
}

/* The lines as this server knows them. */
static void
rebuild(struct request *r, const struct act_who *who)
{
	int64_t when = r->env->when_ms;

	if (r->c.seat->peer.ctl && when == 0)
		when = r->t->now_ms;
	buf_clear(&r->lines);
	act_lines(&r->lines, r->c.row, when, who, r->body);
}

static int
check_tsig(struct request *r)
{
	struct buf text = BUF_INIT;
	int err;

	act_signed(&text, buf_str(&r->lines));
	err = text.err != 0 ? text.err
			    : crypt_verify(r->c.seat->sign, buf_str(&text),
				  STR_PB(r->env->tsig));
	buf_wipe(&text);
	return err;
}

/*
 * A terminal that never said hello does not know yet what it is called here:
 * its hello is signed without names, and the log gets them beside it.
 */
static bool
check_hello(struct request *r)
{
	struct act_who who = { 0 };

	if (check_tsig(r) == 0)
		return true;
	who.terminal = str_of(r->c.seat->terminal);
	rebuild(r, &who);
	if (check_tsig(r) == 0)
		return true;
	who.terminal = (struct str){ 0 };
	rebuild(r, &who);
	op_fact(&r->c, "terminal", "%s", r->c.seat->terminal);
	return check_tsig(r) == 0;
}

/* Is it this terminal's, and the next of its sequence? */
static void
check_source(struct request *r)
{
	struct seat *s = r->c.seat;
	bool hello = r->c.row->id == OP_hello;
	uint64_t epoch;
	uint64_t next;
	int err;

	if (s->peer.ctl)
		return;
	if (hello ? !check_hello(r) : check_tsig(r) != 0) {
		breach(r, ERR_CRYPTO, "tsig");
		return;
	}
	if (hello) /* cannot know its number yet (decision D4) */
		return;
	err = ledger_node_get(r->t->ledger, str_of(s->terminal), &epoch, &next);
	if (err == 0 && r->env->epoch == epoch && r->env->seq == next)
		r->own = true;
	else
		breach(r, ERR_BADSTATE, "seq");
}

/* Operations that tell something of a resident, or let a person in. */
static bool
discloses(const struct op_row *row)
{
	static const char *const kinds[] = { "search", "disclose", "print",
		"login" };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(row->kind, kinds[i]) == 0)
			return true;
	return false;
}

/* The terminal locks at its own time; this is for one that does not. */
static void
lock_idle(struct request *r)
{
	struct seat *s = r->c.seat;
	int64_t limit =
	    (int64_t)r->t->cfg.idle_seconds * 1000 + TURN_IDLE_GRACE_MS;
	int64_t idle = r->t->boot_ms - s->active_boot;

	s->active_boot = r->t->boot_ms;
	if (s->state != STATE_OPERATOR || idle <= limit ||
	    r->c.row->id == OP_lock || r->c.row->id == OP_logoff)
		return;
	if (state_move(&s->state, STATE_LOCKED) == 0)
		op_fact(&r->c, "reason", "idle for %lld s",
		    (long long)(idle / 1000));
}

static int
run_handler(struct request *r)
{
	ProtobufCMessage *ans;
	int err;

	err = db_savepoint(r->t->db);
	if (err != 0)
		return err;
	r->code = op_dispatch(&r->c, r->body, &ans);
	if (db_failed(r->t->db) != 0)
		return db_failed(r->t->db);
	if (r->code == 0) {
		if (wire_check(ans) != 0) /* a row of ours is damaged */
			r->code = op_refuse(&r->c, ERR_CORRUPT, "answer");
		else
			wire_pack(&r->w->answer, ans);
		if (r->w->answer.err != 0)
			return r->w->answer.err;
	}
	if (r->code == 0 || r->c.keep)
		return db_release(r->t->db);
	return db_rollback_to(r->t->db);
}

static int
run_checks(struct request *r)
{
	struct seat *s = r->c.seat;
	struct act_who who;

	unpack(r);
	if (r->body == NULL)
		return 0;
	seat_who(s, &who);
	rebuild(r, &who);
	if (r->lines.err != 0)
		return r->lines.err;
	lock_idle(r);
	refuse(r, op_allowed(r->c.row, s->state, s->rights), r->c.row->name);
	check_source(r);
	if (r->t->doubtful && discloses(r->c.row))
		refuse(r, ERR_CLOCK, "clock");
	if (r->code == 0 && r->c.row->fresh)
		r->code = fresh_check(&r->c, &who, r->env, r->body);
	if (db_failed(r->t->db) != 0)
		return db_failed(r->t->db);
	return r->code == 0 ? run_handler(r) : 0;
}

static void
fill_digest(struct request *r, uint8_t digest[32])
{
	struct str tsig = { 0 };
	struct str body = str_n(r->w->payload, r->w->len);

	if (r->env != NULL) {
		tsig = STR_PB(r->env->tsig);
		body = STR_PB(r->env->body);
	}
	crypt_sha256_3(tsig, body, (struct str){ 0 }, digest);
}

static int
log_request(struct request *r)
{
	struct seat *s = r->c.seat;
	struct turn_entry e = { .call = &r->c,
		.code = r->code,
		.item = r->c.item,
		.lines = buf_str(&r->lines),
		.key_id = s->key_id };

	e.kind = r->code != 0 || r->c.row == NULL ? STR("deny")
						  : str_of(r->c.row->kind);
	e.event = r->c.event != NULL ? r->c.event
	    : r->c.row != NULL	     ? r->c.row->event
				     : "PROTO_ERR";
	e.node = s->peer.ctl ? STR("ctl") : STR("srv");
	if (r->own) {
		e.node = str_of(s->terminal);
		e.epoch = r->env->epoch;
		e.seq = r->env->seq;
	}
	if (r->env != NULL && r->body != NULL && !s->peer.ctl)
		e.tsig = STR_PB(r->env->tsig);
	fill_digest(r, e.digest);
	return turn_log(r->t, r->w, &e);
}

/* ctl: the administrator's uid stands where an operator's finger does. */
static void
name_ctl(struct seat *s)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "uid %u", (unsigned)s->peer.uid);
	(void)str_copy(s->auth, sizeof(s->auth), buf_str(&b));
	buf_release(&b);
}

int
turn_request(struct turn *t, struct work *w)
{
	struct request r = { .t = t, .w = w };
	struct seat *s = seat_find(&t->seats, w->conn);
	int err;

	wire_arena_reset(&t->arena);
	r.c = (struct op_call){ .cfg = &t->cfg,
		.row = op_find(w->op),
		.db = t->db,
		.ledger = t->ledger,
		.import = &t->import,
		.seats = &t->seats,
		.seat = s,
		.arena = &t->arena,
		.now_ms = t->now_ms,
		.boot_ms = t->boot_ms };
	if (s->peer.ctl)
		name_ctl(s);
	err = run_checks(&r);
	if (err == 0)
		err = log_request(&r);
	w->code = r.code;
	memcpy(w->item, r.c.item, sizeof(w->item));
	w->state = s->state;
	w->rights = s->rights;
	w->close = r.c.close || s->state == STATE_CLOSED;
	op_call_release(&r.c);
	buf_wipe(&r.lines);
	return err;
}
