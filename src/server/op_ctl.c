/*
 * Administration of the site: status, terminals, reading the log.
 *
 * SECURITY: only S/run/ctl.sock gets here (state CTL); the peer's uid is in
 * every entry.  Nothing here returns a resident's data; the log is handed
 * out as it is stored, bodies encrypted.
 */
#include "server/ops.h"

#include <string.h>

#include "core/err.h"
#include "store/account.h"
#include "store/oper.h"
#include "store/person.h"
#include "store/terminal.h"

#define TERMINALS_MAX 4096
#define LOG_ITEMS     256
#define LOG_BYTES     ((size_t)700 << 10) /* of one answer */

int
op_ctl_status(struct op_call *c, const Mamori__CtlStatusReq *req,
    Mamori__CtlStatusAns *ans)
{
	struct account_counts counts;
	uint64_t residents = 0;
	uint64_t terminals = 0;
	uint64_t approvers = 0;
	int err;

	(void)req;
	err = account_counts(c->db, c->cfg->failures, &counts);
	if (err == 0)
		err = person_count(c->db, &residents);
	if (err == 0)
		err = terminal_count(c->db, &terminals);
	if (err == 0)
		err = oper_count(c->db, RIGHT_RELEASE_APPROVE, &approvers);
	if (err != 0)
		return err;
	ans->version = op_text(c, MAMORI_VERSION);
	ans->site_name = op_text(c, c->cfg->site_name);
	ans->site_code = op_text(c, c->cfg->site_code);
	ans->origin = op_text(c, ledger_origin(c->ledger));
	ans->log_size = ledger_head(c->ledger)->size;
	ans->residents = residents;
	ans->terminals = terminals;
	ans->accounts = counts.all;
	ans->enrolled = counts.enrolled;
	ans->locked = counts.locked;
	ans->approvers = approvers;
	ans->synthetic = c->cfg->synthetic;
	return 0;
}

/* ---- terminals ---------------------------------------------------------- */

/* "srv" and "ctl" are sources of this server (audit-log.md §6). */
static bool
is_terminal_id(struct str id)
{
	return op_is_token(id, 32) && !str_eqz(id, "srv") &&
	    !str_eqz(id, "ctl");
}

int
op_ctl_terminal_add(struct op_call *c, const Mamori__CtlTerminalAddReq *req,
    Mamori__CtlTerminalAddAns *ans)
{
	struct terminal t = { .added_ms = c->now_ms,
		.not_after = req->not_after };
	struct crypt_pub *pub;
	int err;

	(void)ans;
	if (!is_terminal_id(STR_PB(req->id)))
		return op_refuse(c, ERR_SYNTAX, "id");
	if (req->place.len == 0)
		return op_refuse(c, ERR_MISSING, "place");
	if (req->cert_sha256.len != sizeof(t.cert))
		return op_refuse(c, ERR_SYNTAX, "cert_sha256");
	if (req->sign_pub.len != sizeof(t.sign))
		return op_refuse(c, ERR_SYNTAX, "sign_pub");
	memcpy(t.cert, req->cert_sha256.data, sizeof(t.cert));
	memcpy(t.sign, req->sign_pub.data, sizeof(t.sign));
	pub = crypt_pub_new(t.sign);
	if (pub == NULL)
		return op_refuse(c, ERR_CRYPTO, "sign_pub");
	crypt_pub_free(pub);
	err = str_copy(t.id, sizeof(t.id), STR_PB(req->id));
	if (err == 0)
		err = str_copy(t.place, sizeof(t.place), STR_PB(req->place));
	if (err == 0)
		err = terminal_add(c->db, &t);
	return err == ERR_EXISTS ? op_refuse(c, err, "id") : err;
}

struct list {
	struct op_call *c;
	Mamori__CtlTerminalListAns *ans;
};

static int
list_terminal(void *ctx, const struct terminal *t)
{
	struct list *l = ctx;
	Mamori__CtlTerminal *one;

	if (l->ans->n_terminals == TERMINALS_MAX)
		return ERR_LIMIT;
	one = wire_alloc(l->c->arena, sizeof(*one));
	if (one == NULL)
		return ERR_LIMIT;
	mamori__ctl_terminal__init(one);
	one->id = op_text(l->c, t->id);
	one->place = op_text(l->c, t->place);
	one->added_ms = t->added_ms;
	one->revoked_ms = t->revoked_ms;
	one->not_after = t->not_after;
	one->cert_sha256 = op_bytes(l->c, str_n(t->cert, sizeof(t->cert)));
	l->ans->terminals[l->ans->n_terminals++] = one;
	return 0;
}

int
op_ctl_terminal_list(struct op_call *c, const Mamori__CtlTerminalListReq *req,
    Mamori__CtlTerminalListAns *ans)
{
	struct list l = { c, ans };

	(void)req;
	ans->terminals =
	    wire_alloc(c->arena, TERMINALS_MAX * sizeof(*ans->terminals));
	if (ans->terminals == NULL)
		return ERR_LIMIT;
	return terminal_each(c->db, list_terminal, &l);
}

struct revoked {
	struct str id;
	unsigned seats;
};

/* It loses everything at once; the next request of it is refused. */
static void
cut_off(void *ctx, struct seat *s)
{
	struct revoked *r = ctx;

	if (!str_eqz(r->id, s->terminal) || s->state == STATE_CLOSED)
		return;
	seat_forget(s);
	if (state_move(&s->state, STATE_CLOSED) == 0)
		r->seats++;
}

int
op_ctl_terminal_revoke(struct op_call *c,
    const Mamori__CtlTerminalRevokeReq *req, Mamori__CtlTerminalRevokeAns *ans)
{
	struct revoked r = { .id = STR_PB(req->id) };
	int err;

	(void)ans;
	if (req->reason.len == 0)
		return op_refuse(c, ERR_MISSING, "reason");
	err = terminal_revoke(c->db, r.id, STR_PB(req->reason), c->now_ms);
	if (err != 0)
		return op_refuse(c, err, "id");
	seat_each(c->seats, cut_off, &r);
	op_fact(c, "after", "revoked, %u connections cut", r.seats);
	return 0;
}

/* ---- the log ------------------------------------------------------------ */

static int
log_item(
    struct op_call *c, uint64_t index, Mamori__LogItem **out, size_t *bytes)
{
	struct buf entry = BUF_INIT;
	struct buf blob = BUF_INIT;
	Mamori__LogItem *one;
	int err;

	*out = NULL;
	one = wire_alloc(c->arena, sizeof(*one));
	err = one == NULL ? ERR_LIMIT
			  : ledger_read(c->ledger, index, &entry, &blob);
	if (err == 0) {
		mamori__log_item__init(one);
		one->entry = op_bytes(c, buf_str(&entry));
		one->blob = op_bytes(c, buf_str(&blob));
		*bytes += entry.n + blob.n;
		*out = one;
	}
	buf_release(&entry);
	buf_release(&blob);
	return err;
}

/*
 * The committed log from `from` on.  `size` is the tree the asker wants a
 * checkpoint for: 0 the present one, which the answer then names; entries of
 * later calls are read up to that size.
 */
int
op_ctl_log_read(struct op_call *c, const Mamori__CtlLogReadReq *req,
    Mamori__CtlLogReadAns *ans)
{
	uint64_t size = ledger_head(c->ledger)->size;
	uint64_t count = req->count < LOG_ITEMS ? req->count : LOG_ITEMS;
	size_t bytes = 0;
	uint64_t i;
	int err = 0;

	if (req->size > size || req->from > size)
		return op_refuse(c, ERR_RANGE, "size");
	if (req->size != 0)
		size = req->size;
	ans->items = wire_alloc(c->arena, LOG_ITEMS * sizeof(*ans->items));
	if (ans->items == NULL)
		return ERR_LIMIT;
	for (i = 0; i < count && req->from + i < size; i++) {
		err = log_item(c, req->from + i, &ans->items[i], &bytes);
		if (err != 0)
			return err;
		if (bytes > LOG_BYTES && i > 0)
			break; /* this one goes with the next call */
		ans->n_items = (size_t)i + 1;
	}
	ans->checkpoint = op_bytes(c, ledger_note(c->ledger));
	return 0;
}
