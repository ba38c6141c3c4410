/*
 * 本人確認情報照会 (INQ-01 to INQ-11): 都度照会 of one person, answered from
 * the register of this municipality.
 *
 * SECURITY: the answer has 本人確認情報 and nothing else: no household, no
 * relation, no domicile, no mark (INQ-01).  The address of a protected person
 * is withheld here as everywhere: no statutory channel ends at a counter
 * (DESIGN promise 3, decision D10).  A name alone, or an address alone, finds
 * nobody (INQ-04, INQ-11).
 */
#include "server/ops.h"

#include "conf/masters.h"
#include "core/codes.h"
#include "core/era.h"
#include "core/err.h"
#include "core/item.h"
#include "store/search.h"

#define JUKINET_LIMIT 10  /* a short list; more is no inquiry of one person */
#define CHANGES_MAX   200 /* rep of JukinetRow.changes */

/* Routes ① 住民票コード ② 個人番号 ③ 4情報 (INQ-03, INQ-04). */
static int
conditions(struct op_call *c, const Mamori__JukinetInquiryReq *req,
    char jumin[CODE_JUMIN + 1], char my[CODE_MY_NUMBER + 1],
    struct search_query *q)
{
	struct date d;
	int err;

	*q = (struct search_query){ .whole = true };
	err = op_sex(c, req->sex, &q->v[SEARCH_sex]);
	if (err != 0)
		return err;
	if (req->jumin_code.len != 0 &&
	    code_jumin(STR_PB(req->jumin_code), jumin) != 0)
		return op_refuse(c, ERR_SYNTAX, "jumin_code");
	if (req->my_number.len != 0 &&
	    code_my_number(STR_PB(req->my_number), my) != 0)
		return op_refuse(c, ERR_SYNTAX, "my_number");
	if (req->birth.len != 0 && date_get_iso(STR_PB(req->birth), &d) != 0)
		return op_refuse(c, ERR_SYNTAX, "birth");
	q->v[SEARCH_jumin_code] = str_of(jumin);
	q->v[SEARCH_my_number] = str_of(my);
	q->v[SEARCH_name] = STR_PB(req->name);
	q->v[SEARCH_birth] = STR_PB(req->birth);
	q->v[SEARCH_address] = STR_PB(req->address);
	if (req->jumin_code.len + req->my_number.len > 0)
		return 0;
	if (req->name.len == 0)
		return op_refuse(c, ERR_MISSING, "name");
	if (req->birth.len + req->address.len == 0)
		return op_refuse(c, ERR_MISSING, "birth");
	return 0;
}

/* The eight items a resident may later be told (INQ-05), beside the time. */
static int
record(struct op_call *c, const Mamori__JukinetInquiryReq *req)
{
	const struct master_entry *affair;
	const struct master_entry *use;
	int err;

	err = op_code(c, "purpose", "jukinet_affair", req->purpose, &affair);
	if (err == 0)
		err = op_code(c, "use", "jukinet_use", req->use, &use);
	if (err == 0 && (affair->needs_ref || use->needs_ref) &&
	    req->ref.len == 0)
		err = op_refuse(c, ERR_MISSING, "ref");
	if (err != 0)
		return err;
	op_fact(c, "method", "都度照会");
	op_fact(c, "use", "%s %s", use->code, use->label);
	op_fact(c, "affair", "%s %s", affair->code, affair->label);
	/* the numbers themselves are not in the answer: UNMASK logs them */
	op_fact(c, "number-affair", "提供なし");
	op_fact(c, "provider", "%s", c->cfg->site_name);
	op_fact(c, "recipient", "%s %s", c->cfg->site_name, c->seat->org);
	return 0;
}

/* 異動事由 and 異動年月日, the oldest first (INQ-09). */
static int
fill_changes(struct op_call *c, struct str no, Mamori__JukinetRow *r)
{
	Mamori__JukinetChange *change;
	struct person *rows;
	size_t n;
	size_t i;
	int err;

	err = person_history(c->db, no, CHANGES_MAX, c->arena, &rows, &n);
	if (err != 0)
		return err;
	r->changes = wire_alloc(c->arena, (n + 1) * sizeof(*r->changes));
	if (r->changes == NULL)
		return ERR_LIMIT;
	for (i = n; i > 0; i--) {
		if (rows[i - 1].event.n + rows[i - 1].event_date.n == 0)
			continue;
		change = wire_alloc(c->arena, sizeof(*change));
		if (change == NULL)
			return ERR_LIMIT;
		mamori__jukinet_change__init(change);
		change->event = PB_BYTES(rows[i - 1].event);
		change->event_date = PB_BYTES(rows[i - 1].event_date);
		r->changes[r->n_changes++] = change;
	}
	return 0;
}

static int
fill_row(struct op_call *c, const struct person *p, Mamori__JukinetRow **out)
{
	Mamori__JukinetRow *r = wire_alloc(c->arena, sizeof(*r));
	struct str v[RESIDENT_COUNT] = { 0 };
	int err = item_read(p->items, v);

	*out = r;
	if (r == NULL || err != 0)
		return r == NULL ? ERR_LIMIT : err;
	mamori__jukinet_row__init(r);
	r->resident_no = PB_BYTES(p->resident_no);
	r->name = PB_BYTES(p->name);
	r->former_surname = PB_BYTES(v[RESIDENT_former_surname]);
	r->alias = PB_BYTES(p->alias);
	r->birth_text = PB_BYTES(p->birth_text);
	r->sex = PB_BYTES(p->sex);
	r->has_my_number = p->my_number.n > 0;
	r->has_jumin_code = p->jumin_code.n > 0;
	r->hidden = person_is_protected(p);
	if (!r->hidden)
		r->address = PB_BYTES(p->address);
	op_subject(c, p->resident_no, "detail", p->mark);
	return fill_changes(c, p->resident_no, r);
}

static int
fill(struct op_call *c, const struct search_hit *hits, size_t n,
    Mamori__JukinetInquiryAns *ans)
{
	bool address = false;
	size_t i;
	int err = 0;

	ans->rows = wire_alloc(c->arena, (n + 1) * sizeof(*ans->rows));
	if (ans->rows == NULL)
		return ERR_LIMIT;
	for (i = 0; i < n && err == 0; i++) {
		err = fill_row(c, &hits[i].p, &ans->rows[i]);
		address = address || (err == 0 && !ans->rows[i]->hidden);
	}
	if (err != 0)
		return err;
	ans->n_rows = n;
	if (n > 0)
		op_item(c, "name former-surname alias birth sex changes");
	if (address)
		op_item(c, "address");
	return 0;
}

int
op_jukinet_inquiry(struct op_call *c, const Mamori__JukinetInquiryReq *req,
    Mamori__JukinetInquiryAns *ans)
{
	char jumin[CODE_JUMIN + 1] = "";
	char my[CODE_MY_NUMBER + 1] = "";
	struct search_query q;
	struct search_hit *hits;
	size_t n = 0;
	int err;

	op_event(c, "JUKINET_NG");
	err = record(c, req);
	if (err == 0)
		err = conditions(c, req, jumin, my, &q);
	if (err == 0)
		err = op_search(c, &q, JUKINET_LIMIT, &hits, &n);
	explicit_bzero(jumin, sizeof(jumin));
	explicit_bzero(my, sizeof(my));
	if (err != 0)
		return err;
	op_hits(c, n);
	ans->limit = JUKINET_LIMIT;
	ans->hits = (uint32_t)n;
	ans->over_limit = n > JUKINET_LIMIT;
	op_event(c, ans->over_limit ? "SEARCH_OVER_LIMIT" : "JUKINET_INQ");
	return fill(c, hits, ans->over_limit ? 0 : n, ans);
}
