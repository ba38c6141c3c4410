/*
 * Administration of persons and duties: 照合ID, 操作者ID, rights (AUT-04,
 * AUT-08, AUT-10, PRM-01, PRM-02, SD-4, SD-5).
 *
 * SECURITY: rights are checked as a set before they are stored: who audits
 * does not operate, who administers does not read residents.
 */
#include "server/life.h"

#include <string.h>

#include "core/era.h"
#include "core/err.h"
#include "core/item.h"
#include "store/account.h"
#include "store/oper.h"

#define LIST_MAX 8192

/* ---- persons ------------------------------------------------------------ */

static int
check_days(struct op_call *c, const Mamori__CtlOperatorAddReq *req)
{
	struct date from;
	struct date until;

	if (date_get_iso(STR_PB(req->from), &from) != 0)
		return op_refuse(c, ERR_SYNTAX, "from");
	if (date_get_iso(STR_PB(req->until), &until) != 0)
		return op_refuse(c, ERR_SYNTAX, "until");
	if (date_cmp(until, from) < 0)
		return op_refuse(c, ERR_RANGE, "until");
	return 0;
}

int
op_ctl_operator_add(struct op_call *c, const Mamori__CtlOperatorAddReq *req,
    Mamori__CtlOperatorAddAns *ans)
{
	struct account a = { 0 };
	int err;

	(void)ans;
	if (!op_is_token(STR_PB(req->match_id), 32))
		return op_refuse(c, ERR_SYNTAX, "match_id");
	if (req->name.len == 0) /* AUT-08 */
		return op_refuse(c, ERR_MISSING, "name");
	if (req->dept.len == 0)
		return op_refuse(c, ERR_MISSING, "dept");
	err = check_days(c, req);
	if (err != 0)
		return err;
	err = str_copy(a.match_id, sizeof(a.match_id), STR_PB(req->match_id));
	if (err == 0)
		err = str_copy(a.name, sizeof(a.name), STR_PB(req->name));
	if (err == 0)
		err = str_copy(a.dept, sizeof(a.dept), STR_PB(req->dept));
	if (err == 0)
		err = str_copy(a.from, sizeof(a.from), STR_PB(req->from));
	if (err == 0)
		err = str_copy(a.until, sizeof(a.until), STR_PB(req->until));
	if (err == 0)
		err = account_add(c->db, &a, c->now_ms);
	return err == ERR_EXISTS ? op_refuse(c, err, "match_id") : err;
}

int
op_ctl_operator_unlock(struct op_call *c,
    const Mamori__CtlOperatorUnlockReq *req, Mamori__CtlOperatorUnlockAns *ans)
{
	struct account a;
	int err;

	(void)ans;
	if (req->reason.len == 0)
		return op_refuse(c, ERR_MISSING, "reason");
	err = account_get(c->db, STR_PB(req->match_id), &a);
	if (err == 0 && a.deleted)
		err = ERR_NOTFOUND;
	if (err == ERR_NOTFOUND)
		return op_refuse(c, err, "match_id");
	if (err == 0)
		op_fact(c, "before", "failures %u%s", a.failures,
		    a.locked ? ", locked" : "");
	if (err == 0)
		err = account_count(c->db, STR_PB(req->match_id), 0, false);
	account_wipe(&a);
	return err;
}

/* ---- duties ------------------------------------------------------------- */

static int
apply(struct op_call *c, const ProtobufCBinaryData *tokens, size_t n, bool add,
    right_set *set)
{
	enum right r;
	size_t i;

	for (i = 0; i < n; i++) {
		if (right_find(STR_PB(tokens[i]), &r) != 0)
			return op_refuse(
			    c, ERR_NOTFOUND, add ? "add" : "remove");
		if (add)
			*set |= RIGHT_BIT(r);
		else
			*set &= ~RIGHT_BIT(r);
	}
	return 0;
}

/* Groups of items that are not shown under this duty (PRM-07, PRM-09). */
static int
fill_hide(
    struct op_call *c, const Mamori__CtlOperatorGrantReq *req, struct oper *o)
{
	unsigned mask;
	size_t i;

	for (i = 0; i < req->n_hide; i++) {
		if (item_group_find(STR_PB(req->hide[i]), &mask) != 0)
			return op_refuse(c, ERR_NOTFOUND, "hide");
		o->hide |= mask;
	}
	return 0;
}

static ProtobufCBinaryData
tell_hide(struct op_call *c, unsigned hide)
{
	struct buf b = BUF_INIT;
	ProtobufCBinaryData text;

	item_group_put(&b, hide);
	text = op_bytes(c, buf_str(&b));
	buf_release(&b);
	return text;
}

static int
tell_rights(
    struct op_call *c, const struct oper *o, Mamori__CtlOperatorGrantAns *ans)
{
	unsigned r;

	ans->hide = tell_hide(c, o->hide);
	ans->rights = wire_alloc(c->arena, RIGHT_COUNT * sizeof(*ans->rights));
	if (ans->rights == NULL)
		return ERR_LIMIT;
	for (r = 0; r < RIGHT_COUNT; r++)
		if (right_has(o->rights, (enum right)r))
			ans->rights[ans->n_rights++] =
			    op_text(c, right_token((enum right)r));
	return 0;
}

static void
fact_rights(struct op_call *c, const char *name, const struct oper *o)
{
	struct buf b = BUF_INIT;

	right_put_set(&b, o->rights);
	if (o->hide != 0) {
		buf_puts(&b, ", hidden: ");
		item_group_put(&b, o->hide);
	}
	op_fact(c, name, STR_FMT, STR_ARG(buf_str(&b)));
	buf_release(&b);
}

static int
fill_oper(
    struct op_call *c, const Mamori__CtlOperatorGrantReq *req, struct oper *o)
{
	int err;

	if (!op_is_token(STR_PB(req->operator_id), 32))
		return op_refuse(c, ERR_SYNTAX, "operator_id");
	if (right_template(STR_PB(req->template_), &o->rights) != 0)
		return op_refuse(c, ERR_NOTFOUND, "template");
	err = apply(c, req->add, req->n_add, true, &o->rights);
	if (err == 0)
		err = apply(c, req->remove, req->n_remove, false, &o->rights);
	if (err == 0)
		err = fill_hide(c, req, o);
	if (err != 0)
		return err;
	err = right_check_set(o->rights); /* SD-4, SD-5 */
	if (err != 0)
		return op_refuse(c, err, "add");
	err = str_copy(
	    o->operator_id, sizeof(o->operator_id), STR_PB(req->operator_id));
	if (err == 0)
		err = str_copy(
		    o->match_id, sizeof(o->match_id), STR_PB(req->match_id));
	if (err == 0)
		err = str_copy(o->template_name, sizeof(o->template_name),
		    STR_PB(req->template_));
	return err;
}

/* On a day that is still to come (AUT-10). */
static int
plan_grant(struct op_call *c, struct str when, const struct oper *o,
    Mamori__CtlOperatorGrantAns *ans)
{
	struct change ch = { .kind = "grant", .oper = *o };
	struct oper now;
	int err;

	err = oper_get(c->db, str_of(o->operator_id), &now);
	if (err == 0 && strcmp(now.match_id, o->match_id) != 0)
		return op_refuse(c, ERR_EXISTS, "operator_id");
	if (err != 0 && err != ERR_NOTFOUND)
		return err;
	memcpy(ch.match_id, o->match_id, sizeof(ch.match_id));
	err = life_plan(c, when, &ch);
	if (err != 0)
		return err;
	fact_rights(c, "after", o);
	return tell_rights(c, o, ans);
}

int
op_ctl_operator_grant(struct op_call *c, const Mamori__CtlOperatorGrantReq *req,
    Mamori__CtlOperatorGrantAns *ans)
{
	struct oper o = { 0 };
	struct oper before;
	struct account a;
	int err;

	err = account_get(c->db, STR_PB(req->match_id), &a);
	if (err == 0 && a.deleted)
		err = ERR_NOTFOUND;
	account_wipe(&a);
	if (err == ERR_NOTFOUND)
		return op_refuse(c, err, "match_id");
	if (err == 0)
		err = fill_oper(c, req, &o);
	if (err == 0 && oper_get(c->db, str_of(o.operator_id), &before) == 0)
		fact_rights(c, "before", &before);
	if (err == 0 && req->when.len != 0)
		return plan_grant(c, STR_PB(req->when), &o, ans);
	if (err == 0)
		err = oper_put(c->db, &o);
	if (err == ERR_EXISTS)
		return op_refuse(c, err, "operator_id");
	if (err != 0)
		return err;
	fact_rights(c, "after", &o);
	life_renew(c->seats, &o);
	return tell_rights(c, &o, ans);
}

struct listing {
	struct op_call *c;
	Mamori__CtlOperatorListAns *ans;
};

static int
list_rights(struct op_call *c, Mamori__CtlOperator *one, right_set set)
{
	unsigned r;

	one->rights = wire_alloc(c->arena, RIGHT_COUNT * sizeof(*one->rights));
	if (one->rights == NULL)
		return ERR_LIMIT;
	for (r = 0; r < RIGHT_COUNT; r++)
		if (right_has(set, (enum right)r))
			one->rights[one->n_rights++] =
			    PB_BYTES(str_of(right_token((enum right)r)));
	return 0;
}

static int
list_operator(void *ctx, const struct oper_listed *o)
{
	struct listing *l = ctx;
	Mamori__CtlOperator *one;

	if (l->ans->n_operators == LIST_MAX)
		return ERR_LIMIT;
	one = wire_alloc(l->c->arena, sizeof(*one));
	if (one == NULL)
		return ERR_LIMIT;
	mamori__ctl_operator__init(one);
	one->operator_id = op_text(l->c, o->oper.operator_id);
	one->match_id = op_text(l->c, o->oper.match_id);
	one->name = op_bytes(l->c, o->name);
	one->dept = op_bytes(l->c, o->dept);
	one->from = op_bytes(l->c, o->from);
	one->until = op_bytes(l->c, o->until);
	one->template_ = op_text(l->c, o->oper.template_name);
	one->modality = op_bytes(l->c, o->modality);
	one->locked = o->locked || o->failures >= l->c->cfg->failures;
	one->failures = o->failures;
	one->hide = tell_hide(l->c, o->oper.hide);
	one->suspended = o->suspended;
	one->deleted = o->deleted;
	l->ans->operators[l->ans->n_operators++] = one;
	return list_rights(l->c, one, o->oper.rights);
}

int
op_ctl_operator_list(struct op_call *c, const Mamori__CtlOperatorListReq *req,
    Mamori__CtlOperatorListAns *ans)
{
	struct listing l = { c, ans };

	(void)req;
	ans->operators =
	    wire_alloc(c->arena, LIST_MAX * sizeof(*ans->operators));
	if (ans->operators == NULL)
		return ERR_LIMIT;
	return oper_list(c->db, list_operator, &l);
}
