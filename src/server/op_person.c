/*
 * Looking residents up (SRC-01 to SRC-16) and opening a record.
 *
 * SECURITY: everything that could tell where a protected person lives is
 * left out here, before the answer exists: address, postal code, household,
 * addresses of the past, and the hit count (the store makes an address
 * condition neutral).  The terminal never receives what it may not show.
 */
#include "server/ops.h"

#include "core/codes.h"
#include "core/era.h"
#include "core/err.h"
#include "store/person.h"

#define HISTORY_MAX 200

/* A search or disclosure without a reason does not run (SRC-15, PRM-11). */
static int
check_purpose(struct op_call *c, ProtobufCBinaryData purpose)
{
	if (purpose.len == 0)
		return op_refuse(c, ERR_MISSING, "purpose");
	if (!op_is_token(STR_PB(purpose), 16))
		return op_refuse(c, ERR_SYNTAX, "purpose");
	return 0;
}

/* ---- conditions --------------------------------------------------------- */

struct numbers {
	char jumin[CODE_JUMIN + 1];
	char my[CODE_MY_NUMBER + 1];
	char atena[CODE_ATENA_MAX + 1];
};

/* A typed number must have a valid check digit before it is searched for. */
static int
check_numbers(struct op_call *c, const Mamori__PersonSearchReq *req,
    struct numbers *n, struct person_query *q)
{
	*n = (struct numbers){ 0 };
	if (req->jumin_code.len != 0 &&
	    code_jumin(STR_PB(req->jumin_code), n->jumin) != 0)
		return op_refuse(c, ERR_SYNTAX, "jumin_code");
	if (req->my_number.len != 0 &&
	    code_my_number(STR_PB(req->my_number), n->my) != 0)
		return op_refuse(c, ERR_SYNTAX, "my_number");
	if (req->resident_no.len != 0 &&
	    code_atena(STR_PB(req->resident_no), n->atena) != 0)
		return op_refuse(c, ERR_SYNTAX, "resident_no");
	q->jumin_code = str_of(n->jumin);
	q->my_number = str_of(n->my);
	q->resident_no = str_of(n->atena);
	return 0;
}

/* Without a number: a name in kanji or kana, and the birth date. */
static int
check_conditions(struct op_call *c, const struct person_query *q)
{
	struct date d;

	if (q->birth.n != 0 && date_get_iso(q->birth, &d) != 0)
		return op_refuse(c, ERR_SYNTAX, "birth");
	if (q->jumin_code.n + q->my_number.n + q->resident_no.n != 0)
		return 0;
	if (q->name.n + q->kana.n == 0)
		return op_refuse(c, ERR_MISSING, "name");
	if (q->birth.n == 0)
		return op_refuse(c, ERR_MISSING, "birth");
	return 0;
}

/* ---- the list ----------------------------------------------------------- */

static Mamori__PersonRow *
list_row(struct op_call *c, const struct person_hit *h)
{
	const struct person *p = &h->p;
	Mamori__PersonRow *r = wire_alloc(c->arena, sizeof(*r));

	if (r == NULL)
		return NULL;
	mamori__person_row__init(r);
	r->resident_no = PB_BYTES(p->resident_no);
	r->name = PB_BYTES(p->name);
	r->kana = PB_BYTES(p->kana);
	r->birth_text = PB_BYTES(p->birth_text);
	r->sex = PB_BYTES(p->sex);
	r->hidden = person_is_protected(p);
	if (!r->hidden)
		r->address = PB_BYTES(p->address);
	r->mark = PB_BYTES(p->mark);
	r->status = PB_BYTES(p->status);
	r->matched_by = PB_BYTES(str_of(h->matched_by));
	op_subject(c, p->resident_no, "list", p->mark);
	return r;
}

static int
fill_list(struct op_call *c, const struct person_hit *hits, size_t n,
    Mamori__PersonSearchAns *ans)
{
	bool address = false;
	size_t i;

	ans->rows = wire_alloc(c->arena, (n + 1) * sizeof(*ans->rows));
	if (ans->rows == NULL)
		return ERR_LIMIT;
	for (i = 0; i < n; i++) {
		ans->rows[i] = list_row(c, &hits[i]);
		if (ans->rows[i] == NULL)
			return ERR_LIMIT;
		address = address || !ans->rows[i]->hidden;
	}
	ans->n_rows = n;
	if (n == 0)
		return 0;
	op_item(c, "name kana birth sex status mark");
	if (address)
		op_item(c, "address");
	return 0;
}

int
op_person_search(struct op_call *c, const Mamori__PersonSearchReq *req,
    Mamori__PersonSearchAns *ans)
{
	struct person_query q = { .name = STR_PB(req->name),
		.kana = STR_PB(req->kana),
		.birth = STR_PB(req->birth),
		.address = STR_PB(req->address) };
	size_t limit = c->cfg->list_limit < 200 ? c->cfg->list_limit : 200;
	struct person_hit *hits;
	struct numbers numbers;
	const char *bad;
	size_t n;
	int err;

	err = check_purpose(c, req->purpose);
	if (err == 0)
		err = check_numbers(c, req, &numbers, &q);
	if (err == 0)
		err = check_conditions(c, &q);
	if (err != 0)
		return err;
	err = person_search(c->db, &q, limit, c->arena, &hits, &n, &bad);
	explicit_bzero(&numbers, sizeof(numbers));
	if (err != 0)
		return bad != NULL ? op_refuse(c, err, bad) : err;
	op_hits(c, n);
	ans->limit = (uint32_t)limit;
	ans->hits = (uint32_t)n;
	ans->over_limit = n > limit;
	if (ans->over_limit) /* SRC-14: nobody is shown, and it is counted */
		op_event(c, "SEARCH_OVER_LIMIT");
	return fill_list(c, hits, ans->over_limit ? 0 : n, ans);
}

/* ---- the record --------------------------------------------------------- */

static Mamori__PersonHistory *
history_row(struct op_call *c, const struct person *p, bool hidden)
{
	Mamori__PersonHistory *h = wire_alloc(c->arena, sizeof(*h));

	if (h == NULL)
		return NULL;
	mamori__person_history__init(h);
	h->history_no = p->history_no;
	h->event = PB_BYTES(p->event);
	h->event_date = PB_BYTES(p->event_date);
	h->name = PB_BYTES(p->name);
	h->hidden = hidden;
	if (!hidden)
		h->address = PB_BYTES(p->address);
	return h;
}

static int
fill_history(struct op_call *c, struct str resident_no, bool hidden,
    Mamori__PersonOpenAns *ans)
{
	struct person *rows;
	size_t n;
	size_t i;
	int err;

	err = person_history(
	    c->db, resident_no, HISTORY_MAX, c->arena, &rows, &n);
	if (err != 0)
		return err;
	ans->history = wire_alloc(c->arena, (n + 1) * sizeof(*ans->history));
	if (ans->history == NULL)
		return ERR_LIMIT;
	for (i = 0; i < n; i++) {
		ans->history[i] = history_row(c, &rows[i], hidden);
		if (ans->history[i] == NULL)
			return ERR_LIMIT;
	}
	ans->n_history = n;
	if (n > 0)
		op_item(c, "history");
	return 0;
}

static void
fill_record(
    struct op_call *c, const struct person *p, Mamori__PersonOpenAns *ans)
{
	ans->resident_no = PB_BYTES(p->resident_no);
	ans->name = PB_BYTES(p->name);
	ans->kana = PB_BYTES(p->kana);
	ans->alias = PB_BYTES(p->alias);
	ans->birth_text = PB_BYTES(p->birth_text);
	ans->sex = PB_BYTES(p->sex);
	ans->relation = PB_BYTES(p->relation);
	ans->nationality = PB_BYTES(p->nationality);
	ans->status = PB_BYTES(p->status);
	ans->mark = PB_BYTES(p->mark);
	ans->has_my_number = p->my_number.n != 0;
	ans->has_jumin_code = p->jumin_code.n != 0;
	op_subject(c, p->resident_no, "detail", p->mark);
	op_item(c,
	    "name kana alias birth sex relation nationality status"
	    " mark");
	ans->hidden = person_is_protected(p);
	if (ans->hidden)
		return;
	ans->household_no = PB_BYTES(p->household_no);
	ans->postal_code = PB_BYTES(p->postal_code);
	ans->address = PB_BYTES(p->address);
	op_item(c, "household postal address");
}

int
op_person_open(struct op_call *c, const Mamori__PersonOpenReq *req,
    Mamori__PersonOpenAns *ans)
{
	char atena[CODE_ATENA_MAX + 1];
	struct person p;
	int err;

	err = check_purpose(c, req->purpose);
	if (err != 0)
		return err;
	if (code_atena(STR_PB(req->resident_no), atena) != 0)
		return op_refuse(c, ERR_SYNTAX, "resident_no");
	err = person_get(c->db, str_of(atena), c->arena, &p);
	if (err == ERR_NOTFOUND)
		return op_refuse(c, err, "resident_no");
	if (err != 0)
		return err;
	op_hits(c, 1);
	fill_record(c, &p, ans);
	return fill_history(c, p.resident_no, ans->hidden, ans);
}
