/*
 * A terminal says who it is; a person who is known chooses a duty, goes away,
 * leaves (AUT-04, TRM-11).
 *
 * SECURITY: a duty is taken only by its holder, whose PIN is not too old, with
 * rights that may be in one hand.
 */
#include "server/ops.h"

#include <string.h>

#include "core/err.h"
#include "store/account.h"
#include "store/oper.h"

#define PROTOCOL 1

/* ---- hello -------------------------------------------------------------- */

static bool
same_digest(ProtobufCBinaryData got, const uint8_t want[32])
{
	return got.len == 32 && memcmp(got.data, want, 32) == 0;
}

/*
 * The sequence of the terminal.  One that lost its memory gets a new epoch;
 * one that knows more than we do is told the truth, so that it can see the
 * log went back (audit-log.md §6).
 */
static int
sequence(struct op_call *c, const Mamori__HelloReq *req, uint64_t *epoch,
    uint64_t *next)
{
	struct str node = str_of(c->seat->terminal);
	int err;

	err = ledger_node_get(c->ledger, node, epoch, next);
	if (err == ERR_NOTFOUND) {
		*epoch = 1;
		return ledger_node_put(c->ledger, node, *epoch);
	}
	if (err != 0)
		return err;
	if (req->epoch > *epoch ||
	    (req->epoch == *epoch && req->next_seq > *next)) {
		op_event(c, "TERM_AHEAD");
		op_fact(c, "reason", "terminal is at %u.%llu, log at %llu.%llu",
		    req->epoch, (unsigned long long)req->next_seq,
		    (unsigned long long)*epoch, (unsigned long long)*next);
		return 0;
	}
	if (req->epoch == *epoch)
		return 0;
	op_event(c, "TERM_RESET");
	op_fact(c, "before", "%llu.%llu", (unsigned long long)*epoch,
	    (unsigned long long)*next);
	*epoch += 1;
	*next = 0;
	return ledger_node_put(c->ledger, node, *epoch);
}

int
op_hello(struct op_call *c, const Mamori__HelloReq *req, Mamori__HelloAns *ans)
{
	uint64_t epoch = 0;
	uint64_t next = 0;
	int err;

	if (req->protocol != PROTOCOL)
		return op_refuse(c, ERR_VERSION, "protocol");
	if (!same_digest(req->forms_digest, c->cfg->forms_digest))
		return op_refuse(c, ERR_VERSION, "forms");
	if (!same_digest(req->masters_digest, c->cfg->masters_digest))
		return op_refuse(c, ERR_VERSION, "masters");
	err = sequence(c, req, &epoch, &next);
	if (err == 0)
		err = state_move(&c->seat->state, STATE_TERMINAL);
	if (err != 0)
		return err;
	ans->protocol = PROTOCOL;
	ans->site_name = op_text(c, c->cfg->site_name);
	ans->site_code = op_text(c, c->cfg->site_code);
	ans->origin = op_text(c, ledger_origin(c->ledger));
	ans->terminal = op_text(c, c->seat->terminal);
	ans->place = op_text(c, c->seat->place);
	ans->epoch = (uint32_t)epoch;
	ans->next_seq = next;
	ans->server_ms = c->now_ms;
	ans->idle_seconds = c->cfg->idle_seconds;
	ans->list_limit = c->cfg->list_limit;
	ans->pin_min = c->cfg->pin_min;
	ans->synthetic = c->cfg->synthetic;
	return 0;
}

/* ---- duty, leaving ------------------------------------------------------ */

int
op_operator_select(struct op_call *c, const Mamori__OperatorSelectReq *req,
    Mamori__OperatorSelectAns *ans)
{
	struct seat *s = c->seat;
	struct oper o;
	unsigned r;
	int err;

	if (s->pin_old) /* AUT-12: a new PIN comes first */
		return op_refuse(c, ERR_EXPIRED, "pin");
	err = oper_get(c->db, STR_PB(req->operator_id), &o);
	if (err == ERR_NOTFOUND ||
	    (err == 0 && strcmp(o.match_id, s->match_id) != 0))
		return op_refuse(c, ERR_DENIED, "operator_id");
	if (err == 0)
		err = right_check_set(o.rights);
	if (err == 0)
		err = state_move(&s->state, STATE_OPERATOR);
	if (err != 0)
		return err;
	s->rights = o.rights;
	memcpy(s->operator_id, o.operator_id, sizeof(s->operator_id));
	memcpy(s->template_name, o.template_name, sizeof(s->template_name));
	ans->operator_id = op_text(c, o.operator_id);
	ans->template_ = op_text(c, o.template_name);
	ans->rights = wire_alloc(c->arena, RIGHT_COUNT * sizeof(*ans->rights));
	if (ans->rights == NULL)
		return ERR_LIMIT;
	for (r = 0; r < RIGHT_COUNT; r++)
		if (right_has(o.rights, (enum right)r))
			ans->rights[ans->n_rights++] =
			    op_text(c, right_token((enum right)r));
	return 0;
}

int
op_lock(struct op_call *c, const Mamori__LockReq *req, Mamori__LockAns *ans)
{
	(void)req;
	(void)ans;
	seat_login_forget(c->seat);
	return state_move(&c->seat->state, STATE_LOCKED);
}

int
op_logoff(
    struct op_call *c, const Mamori__LogoffReq *req, Mamori__LogoffAns *ans)
{
	int err;

	(void)req;
	(void)ans;
	err = state_move(&c->seat->state, STATE_TERMINAL);
	if (err == 0)
		seat_forget(c->seat);
	return err;
}

/* ---- notices and events ------------------------------------------------- */

/* Numbers only: the wording is the terminal's (po/ja.po). */
static int
add_notice(struct op_call *c, Mamori__NoticesAns *ans, const char *code,
    uint64_t count)
{
	Mamori__Notice *n;

	if (count == 0)
		return 0;
	n = wire_alloc(c->arena, sizeof(*n));
	if (n == NULL)
		return ERR_LIMIT;
	mamori__notice__init(n);
	n->code = op_text(c, code);
	n->count = count;
	ans->notices[ans->n_notices++] = n;
	return 0;
}

#define DAY_MS	 INT64_C(86400000)
#define PIN_SOON 14 /* days before which one's own PIN is mentioned */

/* AUT-12: told before the log-in asks for a new one. */
static int
pin_notice(struct op_call *c, Mamori__NoticesAns *ans)
{
	struct account a;
	int64_t left;
	int err;

	if (c->cfg->pin_days == 0)
		return 0;
	err = account_get(c->db, str_of(c->seat->match_id), &a);
	left = (int64_t)c->cfg->pin_days - (c->now_ms - a.pin_set_ms) / DAY_MS;
	account_wipe(&a);
	if (err != 0 || left > PIN_SOON)
		return err;
	return add_notice(c, ans, "pin-expires", left < 1 ? 1 : (uint64_t)left);
}

int
op_notices(
    struct op_call *c, const Mamori__NoticesReq *req, Mamori__NoticesAns *ans)
{
	struct account_counts counts;
	int err;

	(void)req;
	ans->notices = wire_alloc(c->arena, 4 * sizeof(*ans->notices));
	if (ans->notices == NULL)
		return ERR_LIMIT;
	err = pin_notice(c, ans);
	if (err != 0 || !right_has(c->seat->rights, RIGHT_ACCOUNT_UNLOCK))
		return err;
	err = account_counts(c->db, c->cfg->failures, &counts);
	if (err != 0)
		return err;
	return add_notice(c, ans, "accounts-locked", counts.locked);
}

int
op_term_event(struct op_call *c, const Mamori__TermEventReq *req,
    Mamori__TermEventAns *ans)
{
	(void)ans;
	if (!op_is_token(STR_PB(req->code), 32))
		return op_refuse(c, ERR_SYNTAX, "code");
	return 0;
}
