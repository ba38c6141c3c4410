/*
 * Bodies of log entries, and the receipts that go out with answers.
 *
 * SECURITY: an answer is packed from the entry that was committed; there is
 * no other way to make one.
 */
#include "server/turn_impl.h"

#include <inttypes.h>
#include <string.h>

#include "core/b64.h"
#include "core/err.h"

static void
put_tsig(struct buf *b, const struct turn_entry *e)
{
	if (e->tsig.n == 0)
		return;
	buf_printf(b, "tsig %s ", e->key_id);
	b64_put(b, e->tsig.p, e->tsig.n);
	buf_putc(b, '\n');
}

static void
put_recorded(struct buf *b, const struct op_call *c)
{
	buf_puts_str(b, buf_str(&c->facts));
	if (c->has_hits)
		buf_printf(b, "hits %" PRIu64 "\n", c->hits);
	buf_puts_str(b, buf_str(&c->subjects));
	body_put(b, "items", buf_str(&c->items));
}

static void
put_result(struct buf *b, const struct turn_entry *e)
{
	if (e->code == 0) {
		buf_printf(b, "result permit %s\n", e->event);
		return;
	}
	buf_printf(b, "result deny %s", err_name(e->code));
	if (e->item != NULL && e->item[0] != '\0')
		buf_printf(b, " %s", e->item);
	buf_printf(b, " %s\n", e->event);
}

/* A refusal tells who was about to be shown to nobody. */
static int
build_body(struct buf *b, const struct turn_entry *e)
{
	buf_puts(b, "audit-body/v1\n");
	buf_puts_str(b, e->lines);
	put_tsig(b, e);
	if (e->call != NULL) {
		if (e->code == 0)
			put_recorded(b, e->call);
		else
			buf_puts_str(b, buf_str(&e->call->facts));
		if (e->call->facts.err != 0 || e->call->subjects.err != 0 ||
		    e->call->items.err != 0)
			return ERR_NOMEM;
	}
	put_result(b, e);
	return b->err;
}

int
turn_log(struct turn *t, struct work *w, const struct turn_entry *e)
{
	struct ledger_act act = { .kind = e->kind,
		.node = e->node,
		.epoch = e->epoch,
		.seq = e->seq,
		.now_ms = t->now_ms };
	int err;

	memcpy(act.digest, e->digest, sizeof(act.digest));
	err = build_body(&w->text, e);
	if (err != 0)
		return err;
	act.body = buf_str(&w->text);
	return ledger_add(t->ledger, &act, &w->made);
}

/* ---- what is no request ------------------------------------------------- */

static void
event_lines(struct buf *b, const struct turn *t, const struct work *w,
    const struct seat *s)
{
	struct act_who who = { 0 };

	if (s != NULL)
		seat_who(s, &who);
	else
		who.terminal = str_of(w->terminal);
	body_put(b, "event", str_of(w->event));
	buf_printf(b, "when %" PRId64 "\n", t->now_ms);
	body_put(b, "match-id", who.match_id);
	body_put(b, "operator", who.operator_id);
	body_put(b, "operator-name", who.operator_name);
	body_put(b, "org", who.org);
	body_put(b, "session", who.session);
	body_put(b, "terminal", who.terminal);
	body_put(b, "place", who.place);
	body_put(b, "reason", str_of(w->detail));
}

int
turn_log_event(struct turn *t, struct work *w)
{
	struct seat *s = seat_find(&t->seats, w->conn);
	bool in = s != NULL && s->match_id[0] != '\0';
	struct buf lines = BUF_INIT;
	struct turn_entry e = {
		.node = STR("srv"), .code = w->err, .event = w->event
	};
	int err;

	if (w->kind == WORK_CLOSE && !in)
		memcpy(w->event, "TERM_BYE", sizeof("TERM_BYE"));
	e.kind = w->err != 0		  ? STR("deny")
	    : w->kind == WORK_CLOSE && in ? STR("logout")
					  : STR("term");
	event_lines(&lines, t, w, s);
	e.lines = buf_str(&lines);
	crypt_sha256(e.lines, e.digest);
	err = lines.err != 0 ? lines.err : turn_log(t, w, &e);
	buf_wipe(&lines);
	return err;
}

/* ---- answers ------------------------------------------------------------ */

struct receipt_room {
	Mamori__Receipt receipt;
	struct tree_proof proof;
	struct tree_proof growth;
	ProtobufCBinaryData hashes[2 * TREE_PROOF_MAX];
};

static void
fill_hashes(ProtobufCBinaryData *to, const struct tree_proof *p)
{
	unsigned i;

	for (i = 0; i < p->n; i++)
		to[i] = PB_BYTES(str_n(p->h[i].b, sizeof(p->h[i].b)));
}

static int
fill_receipt(struct turn *t, const struct work *w, struct receipt_room *room)
{
	Mamori__Receipt *r = &room->receipt;
	uint64_t size = ledger_head(t->ledger)->size;
	int err;

	mamori__receipt__init(r);
	err = ledger_inclusion(t->ledger, w->made.index, &room->proof);
	/* a peer that knows more than there is sees that from the size */
	if (err == 0 && w->known > 0 && w->known <= size) {
		r->old_size = w->known;
		err = ledger_consistency(t->ledger, w->known, &room->growth);
	}
	if (err != 0)
		return err;
	fill_hashes(room->hashes, &room->proof);
	fill_hashes(room->hashes + TREE_PROOF_MAX, &room->growth);
	r->entry = PB_BYTES(buf_str(&w->made.entry));
	r->salt = PB_BYTES(str_n(w->made.salt, sizeof(w->made.salt)));
	r->body = PB_BYTES(buf_str(&w->text));
	r->checkpoint = PB_BYTES(ledger_note(t->ledger));
	r->n_proof = room->proof.n;
	r->proof = room->hashes;
	r->n_consistency = room->growth.n;
	r->consistency = room->hashes + TREE_PROOF_MAX;
	return 0;
}

int
turn_answer_pack(struct turn *t, const struct work *w, struct buf *out)
{
	struct receipt_room room = { 0 };
	Mamori__Answer a = MAMORI__ANSWER__INIT;
	int err;

	err = fill_receipt(t, w, &room);
	if (err != 0)
		return err;
	a.code = w->code;
	a.item = PB_BYTES(str_of(w->item));
	if (w->code == 0)
		a.body = PB_BYTES(buf_str(&w->answer));
	a.receipt = &room.receipt;
	wire_pack(out, &a.base);
	return out->err;
}
