/*
 * Accounts at a terminal: the list, unlocking, suspending and resetting by
 * another person, changing one's own PIN (AUT-06, AUT-10, AUT-12; SD-6).
 *
 * SECURITY: each of these acts but the list carries a fresh assertion
 * (fresh.c); none can be done to one's own account.  The PIN never arrives:
 * the helper sealed the credential under the new one and the store gets
 * verifier and envelope.
 */
#include "server/life.h"

#include <string.h>

#include "core/err.h"
#include "store/account.h"
#include "store/register.h"

#define LIST_MAX 2048

/* ---- list --------------------------------------------------------------- */

struct listing {
	struct op_call *c;
	Mamori__AccountListAns *ans;
};

static int
list_account(void *ctx, const struct account_listed *l)
{
	struct listing *to = ctx;
	Mamori__AccountRow *row;

	if (to->ans->n_accounts == LIST_MAX)
		return ERR_LIMIT;
	row = wire_alloc(to->c->arena, sizeof(*row));
	if (row == NULL)
		return ERR_LIMIT;
	mamori__account_row__init(row);
	row->match_id = op_text(to->c, l->a.match_id);
	row->name = op_text(to->c, l->a.name);
	row->dept = op_text(to->c, l->a.dept);
	row->from = op_text(to->c, l->a.from);
	row->until = op_text(to->c, l->a.until);
	row->operators = op_bytes(to->c, l->operators);
	row->enrolled = l->a.enrolled;
	row->locked = l->a.locked || l->a.failures >= to->c->cfg->failures;
	row->suspended = l->a.suspended;
	row->failures = l->a.failures;
	to->ans->accounts[to->ans->n_accounts++] = row;
	return 0;
}

int
op_account_list(struct op_call *c, const Mamori__AccountListReq *req,
    Mamori__AccountListAns *ans)
{
	struct listing to = { c, ans };

	(void)req;
	ans->accounts = wire_alloc(c->arena, LIST_MAX * sizeof(*ans->accounts));
	if (ans->accounts == NULL)
		return ERR_LIMIT;
	return account_list(c->db, list_account, &to);
}

/* ---- what one person does to another's account --------------------------- */

static int
order(struct op_call *c, enum life what, ProtobufCBinaryData match_id,
    ProtobufCBinaryData reason)
{
	const struct life_order o = { .db = c->db,
		.seats = c->seats,
		.now_ms = c->now_ms,
		.what = what,
		.match_id = STR_PB(match_id),
		.by = str_of(c->seat->match_id),
		.reason = STR_PB(reason) };
	int err;

	if (reason.len == 0)
		return op_refuse(c, ERR_MISSING, "reason");
	err = life_not_self(c, o.match_id); /* SD-6 */
	if (err == 0)
		err = life_apply(&o);
	if (err == ERR_NOTFOUND || err == ERR_BADSTATE)
		return op_refuse(c, err, "match_id");
	return err;
}

int
op_account_unlock(struct op_call *c, const Mamori__AccountUnlockReq *req,
    Mamori__AccountUnlockAns *ans)
{
	(void)ans;
	return order(c, LIFE_UNLOCK, req->match_id, req->reason);
}

int
op_account_suspend(struct op_call *c, const Mamori__AccountSuspendReq *req,
    Mamori__AccountSuspendAns *ans)
{
	(void)ans;
	return order(c, LIFE_SUSPEND, req->match_id, req->reason);
}

int
op_account_resume(struct op_call *c, const Mamori__AccountResumeReq *req,
    Mamori__AccountResumeAns *ans)
{
	(void)ans;
	return order(c, LIFE_RESUME, req->match_id, req->reason);
}

int
op_pin_reset(
    struct op_call *c, const Mamori__PinResetReq *req, Mamori__PinResetAns *ans)
{
	(void)ans;
	return order(c, LIFE_RESET, req->match_id, req->reason);
}

/* ---- one's own PIN ------------------------------------------------------- */

/*
 * The finger that was there is sealed under the new PIN, the other one is
 * not: it goes, and is enrolled again when it is wanted.
 */
static int
keep_one_finger(struct op_call *c)
{
	struct str match_id = str_of(c->seat->match_id);
	struct account_finger second;
	struct account a;
	char by[65];
	int err;

	err = account_finger_get(c->db, match_id, NULL, &second);
	if (err == ERR_NOTFOUND)
		return 0;
	if (err == 0)
		err = account_get(c->db, match_id, &a);
	if (err != 0)
		return err;
	if (c->finger == second.finger)
		err = account_finger_first(c->db, match_id, &second, c->now_ms);
	life_by(c->seat, by);
	if (err == 0)
		err = register_close_one(c->db,
		    str_of(c->finger == second.finger ? a.uuid : second.uuid),
		    c->now_ms, str_of(by), STR("暗証番号の変更"));
	if (err == 0)
		err = account_finger_forget(c->db, match_id);
	op_fact(c, "removed-finger", "%u",
	    c->finger == second.finger ? a.finger : second.finger);
	account_wipe(&a);
	return err;
}

int
op_pin_change(struct op_call *c, const Mamori__PinChangeReq *req,
    Mamori__PinChangeAns *ans)
{
	struct account_pin pin = { .envelope = STR_PB(req->envelope) };
	int err;

	(void)ans;
	if (req->pin_salt.len != sizeof(pin.salt))
		return op_refuse(c, ERR_SYNTAX, "pin_salt");
	if (req->verifier.len != 32)
		return op_refuse(c, ERR_SYNTAX, "verifier");
	if (req->envelope.len == 0)
		return op_refuse(c, ERR_MISSING, "envelope");
	memcpy(pin.salt, req->pin_salt.data, sizeof(pin.salt));
	crypt_sha256(STR_PB(req->verifier), pin.verifier);
	err = keep_one_finger(c);
	if (err == 0)
		err = account_pin_put(
		    c->db, str_of(c->seat->match_id), &pin, c->now_ms);
	explicit_bzero(&pin, sizeof(pin));
	if (err == 0)
		c->seat->pin_old = false;
	return err;
}
