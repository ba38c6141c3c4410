/*
 * Administration of persons and duties: 照合ID, 操作者ID, rights, enrolment
 * (AUT-04, AUT-08, AUT-10, PRM-01, PRM-02, SD-4, SD-5).
 *
 * SECURITY: rights are checked as a set before they are stored: who audits
 * does not operate, who administers does not read residents.
 */
#include "server/ops.h"

#include <string.h>

#include "auth/assertion.h"
#include "core/era.h"
#include "core/err.h"
#include "store/account.h"
#include "store/oper.h"
#include "store/terminal.h"

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

/* Who works under this duty now works with the new rights from here on. */
static void
renew(void *ctx, struct seat *s)
{
	const struct oper *o = ctx;

	if (strcmp(s->operator_id, o->operator_id) == 0)
		s->rights = o->rights;
}

static int
tell_rights(struct op_call *c, right_set set, Mamori__CtlOperatorGrantAns *ans)
{
	unsigned r;

	ans->rights = wire_alloc(c->arena, RIGHT_COUNT * sizeof(*ans->rights));
	if (ans->rights == NULL)
		return ERR_LIMIT;
	for (r = 0; r < RIGHT_COUNT; r++)
		if (right_has(set, (enum right)r))
			ans->rights[ans->n_rights++] =
			    op_text(c, right_token((enum right)r));
	return 0;
}

static void
fact_rights(struct op_call *c, const char *name, right_set set)
{
	struct buf b = BUF_INIT;

	right_put_set(&b, set);
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

int
op_ctl_operator_grant(struct op_call *c, const Mamori__CtlOperatorGrantReq *req,
    Mamori__CtlOperatorGrantAns *ans)
{
	struct oper o = { 0 };
	struct oper before;
	struct account a;
	int err;

	err = account_get(c->db, STR_PB(req->match_id), &a);
	account_wipe(&a);
	if (err == ERR_NOTFOUND)
		return op_refuse(c, err, "match_id");
	if (err == 0)
		err = fill_oper(c, req, &o);
	if (err == 0 && oper_get(c->db, str_of(o.operator_id), &before) == 0)
		fact_rights(c, "before", before.rights);
	if (err == 0)
		err = oper_put(c->db, &o);
	if (err == ERR_EXISTS)
		return op_refuse(c, err, "operator_id");
	if (err != 0)
		return err;
	fact_rights(c, "after", o.rights);
	seat_each(c->seats, renew, &o);
	return tell_rights(c, o.rights, ans);
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

/* ---- enrolment ---------------------------------------------------------- */

/* RFC 9562 version 4. */
static void
uuid_make(char out[37])
{
	uint8_t raw[16];
	struct buf b = BUF_INIT;
	size_t i;

	crypt_random(raw, sizeof(raw));
	raw[6] = (uint8_t)((raw[6] & 0x0f) | 0x40);
	raw[8] = (uint8_t)((raw[8] & 0x3f) | 0x80);
	for (i = 0; i < sizeof(raw); i++)
		buf_printf(&b, "%s%02x",
		    i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", raw[i]);
	(void)str_copy(out, 37, buf_str(&b));
	buf_release(&b);
}

static int
check_terminal(struct op_call *c, struct str id)
{
	struct terminal t;
	int err;

	err = terminal_by_id(c->db, id, &t);
	if (err == 0 && t.revoked_ms != 0)
		err = ERR_DENIED;
	return err == 0 ? 0 : op_refuse(c, err, "terminal");
}

int
op_ctl_enroll_begin(struct op_call *c, const Mamori__CtlEnrollBeginReq *req,
    Mamori__CtlEnrollBeginAns *ans)
{
	struct account_enrol e = { 0 };
	struct account a;
	int err;

	err = account_get(c->db, STR_PB(req->match_id), &a);
	account_wipe(&a);
	if (err == ERR_NOTFOUND)
		return op_refuse(c, err, "match_id");
	if (err == 0)
		err = check_terminal(c, STR_PB(req->terminal));
	if (err != 0)
		return err;
	if (!str_eqz(STR_PB(req->modality), "fingerprint") &&
	    !str_eqz(STR_PB(req->modality), "vein"))
		return op_refuse(c, ERR_RANGE, "modality");
	crypt_random(e.salt, sizeof(e.salt));
	crypt_random(e.share, sizeof(e.share));
	uuid_make(e.uuid);
	err = str_copy(e.terminal, sizeof(e.terminal), STR_PB(req->terminal));
	if (err == 0)
		err = str_copy(
		    e.modality, sizeof(e.modality), STR_PB(req->modality));
	if (err == 0)
		err = account_enrol_begin(c->db, STR_PB(req->match_id), &e);
	if (err != 0)
		return err;
	ans->share = op_bytes(c, str_n(e.share, sizeof(e.share)));
	ans->pin_salt = op_bytes(c, str_n(e.salt, sizeof(e.salt)));
	ans->log2_n = CRYPT_SCRYPT_DEFAULT.log2_n;
	ans->r = CRYPT_SCRYPT_DEFAULT.r;
	ans->p = CRYPT_SCRYPT_DEFAULT.p;
	ans->record_uuid = op_text(c, e.uuid);
	return 0;
}

static int
check_credential(struct op_call *c, const Mamori__CtlEnrollStoreReq *req,
    struct account_credential *cred)
{
	struct crypt_pub *pub;

	if (req->public_key.len != sizeof(cred->pub))
		return op_refuse(c, ERR_SYNTAX, "public_key");
	if (req->verifier.len != 32)
		return op_refuse(c, ERR_SYNTAX, "verifier");
	if (req->envelope.len == 0 || req->driver.len == 0)
		return op_refuse(c, ERR_MISSING, "envelope");
	if (req->finger < 1 || req->finger > 10)
		return op_refuse(c, ERR_RANGE, "finger");
	memcpy(cred->pub, req->public_key.data, sizeof(cred->pub));
	pub = crypt_pub_new(cred->pub);
	if (pub == NULL)
		return op_refuse(c, ERR_CRYPTO, "public_key");
	crypt_pub_free(pub);
	crypt_sha256(STR_PB(req->verifier), cred->verifier);
	cred->envelope = STR_PB(req->envelope);
	cred->driver = STR_PB(req->driver);
	cred->finger = req->finger;
	if (assertion_driver_is_synthetic(cred->driver) && !c->cfg->synthetic)
		return op_refuse(c, ERR_DENIED, "driver");
	return 0;
}

int
op_ctl_enroll_store(struct op_call *c, const Mamori__CtlEnrollStoreReq *req,
    Mamori__CtlEnrollStoreAns *ans)
{
	struct account_credential cred = { 0 };
	struct account_enrol e;
	int err;

	(void)ans;
	err = account_enrol_get(c->db, STR_PB(req->match_id), &e);
	if (err == ERR_NOTFOUND)
		return op_refuse(c, ERR_BADSTATE, "match_id");
	if (err == 0 &&
	    (!str_eqz(STR_PB(req->record_uuid), e.uuid) ||
		!str_eqz(STR_PB(req->terminal), e.terminal) ||
		!str_eqz(STR_PB(req->modality), e.modality)))
		err = op_refuse(c, ERR_BADSTATE, "record_uuid");
	if (err == 0)
		err = check_terminal(c, STR_PB(req->terminal));
	if (err == 0)
		err = check_credential(c, req, &cred);
	if (err == 0)
		err = account_enrol_store(
		    c->db, STR_PB(req->match_id), &e, &cred, c->now_ms);
	explicit_bzero(&e, sizeof(e));
	explicit_bzero(&cred, sizeof(cred));
	return err;
}
