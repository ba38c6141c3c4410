/*
 * mamorictl operator suspend|resume|delete|reset-pin|register|changes, at once
 * or on a day that is set in advance (AUT-10 to AUT-12).
 *
 * SECURITY: an order for a later day is checked when it is given and again
 * when its day comes.
 */
#include "server/life.h"

#include <string.h>

#include "core/err.h"
#include "store/account.h"
#include "store/register.h"

#define LIST_MAX 8192

struct order {
	enum life what;
	struct str match_id;
	struct str reason;
	struct str when;
};

static int
check_known(struct op_call *c, struct str match_id)
{
	struct account a;
	int err;

	err = account_get(c->db, match_id, &a);
	if (err == 0 && a.deleted)
		err = ERR_NOTFOUND;
	account_wipe(&a);
	return err == ERR_NOTFOUND ? op_refuse(c, err, "match_id") : err;
}

static int
plan(struct op_call *c, const struct order *o)
{
	struct change ch = { 0 };
	int err;

	err = check_known(c, o->match_id);
	if (err == 0)
		err = str_copy(ch.match_id, sizeof(ch.match_id), o->match_id);
	if (err == 0)
		err = str_copy(
		    ch.kind, sizeof(ch.kind), str_of(life_name(o->what)));
	if (err == 0)
		err = str_copy(ch.reason, sizeof(ch.reason), o->reason);
	return err != 0 ? err : life_plan(c, o->when, &ch);
}

static int
obey(struct op_call *c, const struct order *o)
{
	char by[65];
	struct life_order now = { .db = c->db,
		.seats = c->seats,
		.now_ms = c->now_ms,
		.what = o->what,
		.match_id = o->match_id,
		.reason = o->reason };
	int err;

	if (o->reason.n == 0)
		return op_refuse(c, ERR_MISSING, "reason");
	if (o->when.n != 0)
		return plan(c, o);
	life_by(c->seat, by);
	now.by = str_of(by);
	err = life_apply(&now);
	if (err == ERR_NOTFOUND || err == ERR_BADSTATE)
		return op_refuse(c, err, "match_id");
	return err;
}

int
op_ctl_operator_suspend(struct op_call *c,
    const Mamori__CtlOperatorSuspendReq *req,
    Mamori__CtlOperatorSuspendAns *ans)
{
	(void)ans;
	return obey(c,
	    &(struct order){ LIFE_SUSPEND, STR_PB(req->match_id),
		STR_PB(req->reason), STR_PB(req->when) });
}

int
op_ctl_operator_resume(struct op_call *c,
    const Mamori__CtlOperatorResumeReq *req, Mamori__CtlOperatorResumeAns *ans)
{
	(void)ans;
	return obey(c,
	    &(struct order){ LIFE_RESUME, STR_PB(req->match_id),
		STR_PB(req->reason), STR_PB(req->when) });
}

int
op_ctl_operator_delete(struct op_call *c,
    const Mamori__CtlOperatorDeleteReq *req, Mamori__CtlOperatorDeleteAns *ans)
{
	(void)ans;
	return obey(c,
	    &(struct order){ LIFE_DELETE, STR_PB(req->match_id),
		STR_PB(req->reason), STR_PB(req->when) });
}

int
op_ctl_operator_reset_pin(struct op_call *c,
    const Mamori__CtlOperatorResetPinReq *req,
    Mamori__CtlOperatorResetPinAns *ans)
{
	(void)ans;
	return obey(c,
	    &(struct order){ LIFE_RESET, STR_PB(req->match_id),
		STR_PB(req->reason), { 0 } });
}

/* ---- 照合情報認証管理簿 ------------------------------------------------- */

struct rows {
	struct op_call *c;
	Mamori__CtlOperatorRegisterAns *ans;
};

static int
add_row(void *ctx, const struct register_row *r)
{
	struct rows *to = ctx;
	Mamori__CtlRegisterRow *row;

	if (to->ans->n_rows == LIST_MAX)
		return ERR_LIMIT;
	row = wire_alloc(to->c->arena, sizeof(*row));
	if (row == NULL)
		return ERR_LIMIT;
	mamori__ctl_register_row__init(row);
	row->match_id = op_bytes(to->c, r->match_id);
	row->name = op_bytes(to->c, r->name);
	row->dept = op_bytes(to->c, r->dept);
	row->operators = op_bytes(to->c, r->operators);
	row->uuid = op_bytes(to->c, r->uuid);
	row->modality = op_bytes(to->c, r->modality);
	row->driver = op_bytes(to->c, r->driver);
	row->finger = r->finger;
	row->terminal = op_bytes(to->c, r->terminal);
	row->enrolled_ms = r->enrolled_ms;
	row->enrolled_by = op_bytes(to->c, r->enrolled_by);
	row->approved_by = op_bytes(to->c, r->approved_by);
	row->deleted_ms = r->deleted_ms;
	row->deleted_by = op_bytes(to->c, r->deleted_by);
	row->cause = op_bytes(to->c, r->cause);
	to->ans->rows[to->ans->n_rows++] = row;
	return 0;
}

int
op_ctl_operator_register(struct op_call *c,
    const Mamori__CtlOperatorRegisterReq *req,
    Mamori__CtlOperatorRegisterAns *ans)
{
	struct rows to = { c, ans };

	(void)req;
	ans->rows = wire_alloc(c->arena, LIST_MAX * sizeof(*ans->rows));
	if (ans->rows == NULL)
		return ERR_LIMIT;
	return register_each(c->db, add_row, &to);
}

/* ---- changes set in advance ---------------------------------------------- */

struct changes {
	struct op_call *c;
	Mamori__CtlOperatorChangesAns *ans;
};

static int
add_change(void *ctx, const struct change *ch)
{
	struct changes *to = ctx;
	Mamori__CtlChangeRow *row;

	if (to->ans->n_changes == LIST_MAX)
		return ERR_LIMIT;
	row = wire_alloc(to->c->arena, sizeof(*row));
	if (row == NULL)
		return ERR_LIMIT;
	mamori__ctl_change_row__init(row);
	row->day = op_text(to->c, ch->day);
	row->match_id = op_text(to->c, ch->match_id);
	row->kind = op_text(to->c, ch->kind);
	row->reason = op_text(to->c, ch->reason);
	row->ordered_by = op_text(to->c, ch->ordered_by);
	row->done_ms = ch->done_ms;
	to->ans->changes[to->ans->n_changes++] = row;
	return 0;
}

int
op_ctl_operator_changes(struct op_call *c,
    const Mamori__CtlOperatorChangesReq *req,
    Mamori__CtlOperatorChangesAns *ans)
{
	struct changes to = { c, ans };

	(void)req;
	ans->changes = wire_alloc(c->arena, LIST_MAX * sizeof(*ans->changes));
	if (ans->changes == NULL)
		return ERR_LIMIT;
	return change_each(c->db, add_change, &to);
}
