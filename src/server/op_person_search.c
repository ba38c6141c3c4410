/*
 * Looking residents up (SRC-01 to SRC-16), and the conditions of the last
 * searches (SRC-08).
 *
 * SECURITY: everything that could tell where a protected person lives is
 * left out here, before the answer exists: the address, and the hit count
 * (the store makes conditions about a place neutral).  The terminal never
 * receives what it may not show.
 */
#include "server/ops.h"

#include "core/codes.h"
#include "core/era.h"
#include "core/err.h"
#include "store/saved.h"
#include "store/search.h"

#define QUERY_US 20000 /* DESIGN §2: a turn waits no longer for a query */

/* ---- conditions --------------------------------------------------------- */

struct numbers {
	char jumin[CODE_JUMIN + 1];
	char my[CODE_MY_NUMBER + 1];
	char atena[CODE_ATENA_MAX + 1];
	char household[CODE_ATENA_MAX + 1];
};

/* A typed number must have a valid check digit before it is searched for. */
static int
check_numbers(struct op_call *c, const Mamori__PersonSearchReq *req,
    struct numbers *n, struct search_query *q)
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
	if (req->household_no.len != 0 &&
	    code_atena(STR_PB(req->household_no), n->household) != 0)
		return op_refuse(c, ERR_SYNTAX, "household_no");
	q->v[SEARCH_jumin_code] = str_of(n->jumin);
	q->v[SEARCH_my_number] = str_of(n->my);
	q->v[SEARCH_resident_no] = str_of(n->atena);
	q->v[SEARCH_household_no] = str_of(n->household);
	return 0;
}

/* Items that are searched for as "no data" (SRC-03). */
static int
check_blank(struct op_call *c, const Mamori__PersonSearchReq *req,
    struct search_query *q)
{
	enum search_key k;
	size_t i;

	for (i = 0; i < req->n_blank; i++) {
		if (search_key_blank(STR_PB(req->blank[i]), &k) != 0)
			return op_refuse(c, ERR_SYNTAX, "blank");
		if (q->v[k].n > 0) /* a value, and no value */
			return op_refuse(c, ERR_SYNTAX, search_key_name(k));
		q->blank[k] = true;
	}
	return 0;
}

static int
check_conditions(struct op_call *c, const struct search_query *q)
{
	const char *item;
	struct date d;
	int err;

	if (q->v[SEARCH_birth].n != 0 &&
	    date_get_iso(q->v[SEARCH_birth], &d) != 0)
		return op_refuse(c, ERR_SYNTAX, "birth");
	err = search_enough(q, &item);
	return err != 0 ? op_refuse(c, err, item) : 0;
}

static int
conditions(struct op_call *c, const Mamori__PersonSearchReq *req,
    struct numbers *n, struct search_query *q)
{
	int err;

	*q = (struct search_query){ .exact = req->exact != 0 };
	q->v[SEARCH_kana] = STR_PB(req->kana);
	q->v[SEARCH_name] = STR_PB(req->name);
	q->v[SEARCH_birth] = STR_PB(req->birth);
	q->v[SEARCH_address] = STR_PB(req->address);
	q->v[SEARCH_building] = STR_PB(req->building);
	q->v[SEARCH_postal_code] = STR_PB(req->postal_code);
	q->v[SEARCH_address_code] = STR_PB(req->address_code);
	q->v[SEARCH_relation] = STR_PB(req->relation);
	q->v[SEARCH_removed_reason] = STR_PB(req->removed_reason);
	q->v[SEARCH_card_no] = STR_PB(req->card_no);
	err = op_sex(c, req->sex, &q->v[SEARCH_sex]);
	if (err == 0)
		err = check_numbers(c, req, n, q);
	if (err == 0)
		err = check_blank(c, req, q);
	return err == 0 ? check_conditions(c, q) : err;
}

/* ---- the list ----------------------------------------------------------- */

static Mamori__PersonRow *
list_row(struct op_call *c, const struct search_hit *h)
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
	r->matched_by = PB_BYTES(str_of(search_hit_word(h)));
	op_subject(c, p->resident_no, "list", p->mark);
	return r;
}

static int
fill_list(struct op_call *c, const struct search_hit *hits, size_t n,
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
op_search(struct op_call *c, const struct search_query *q, size_t limit,
    struct search_hit **hits, size_t *n)
{
	const char *bad;
	int err;

	db_budget(c->db, c->cfg->query_us > 0 ? c->cfg->query_us : QUERY_US);
	err = search_run(c->db, q, limit, c->arena, hits, n, &bad);
	db_budget(c->db, 0);
	if (err == 0 || bad != NULL)
		return err == 0 ? 0 : op_refuse(c, err, bad);
	/* too much to look through in a turn: it must be narrowed */
	if (err == ERR_TIMEOUT || err == ERR_LIMIT)
		return op_refuse(c, ERR_LIMIT, "conditions");
	return err;
}

/*
 * What was asked, for the next time, but for the reason, which is asked
 * anew; numbers that are masked everywhere else are not kept (PRM-12).
 */
static int
remember(struct op_call *c, const Mamori__PersonSearchReq *req)
{
	Mamori__PersonSearchReq kept = *req;
	struct buf b = BUF_INIT;
	int err;

	if (req->jumin_code.len + req->my_number.len > 0)
		return 0;
	kept.purpose = kept.ref = (ProtobufCBinaryData){ 0 };
	wire_pack(&b, &kept.base);
	err = b.err;
	if (err == 0)
		err = saved_put(
		    c->db, str_of(c->seat->match_id), c->now_ms, buf_str(&b));
	buf_wipe(&b);
	return err;
}

int
op_person_search(struct op_call *c, const Mamori__PersonSearchReq *req,
    Mamori__PersonSearchAns *ans)
{
	size_t limit = c->cfg->list_limit < 200 ? c->cfg->list_limit : 200;
	struct search_query q;
	struct search_hit *hits;
	struct numbers numbers;
	size_t n = 0;
	int err;

	err = op_purpose(c, req->purpose, req->ref);
	if (err == 0)
		err = conditions(c, req, &numbers, &q);
	if (err == 0)
		err = op_search(c, &q, limit, &hits, &n);
	explicit_bzero(&numbers, sizeof(numbers));
	if (err == 0)
		err = remember(c, req);
	if (err != 0)
		return err;
	op_hits(c, n);
	ans->limit = (uint32_t)limit;
	ans->hits = (uint32_t)n;
	ans->over_limit = n > limit;
	if (ans->over_limit) /* SRC-14: nobody is shown, and it is counted */
		op_event(c, "SEARCH_OVER_LIMIT");
	return fill_list(c, hits, ans->over_limit ? 0 : n, ans);
}

/* ---- the last searches -------------------------------------------------- */

int
op_search_saved(struct op_call *c, const Mamori__SearchSavedReq *req,
    Mamori__SearchSavedAns *ans)
{
	struct saved rows[SAVED_MAX];
	Mamori__SavedSearch *s;
	ProtobufCMessage *m;
	size_t n;
	size_t i;
	int err;

	(void)req;
	err = saved_list(c->db, str_of(c->seat->match_id), c->arena, rows, &n);
	if (err != 0)
		return err;
	ans->searches = wire_alloc(c->arena, (n + 1) * sizeof(*ans->searches));
	if (ans->searches == NULL)
		return ERR_LIMIT;
	for (i = 0; i < n; i++) {
		s = wire_alloc(c->arena, sizeof(*s));
		if (s == NULL)
			return ERR_LIMIT;
		mamori__saved_search__init(s);
		if (wire_unpack(&mamori__person_search_req__descriptor,
			rows[i].conditions, c->arena, &m) != 0)
			continue; /* of an older program: no longer asked so */
		s->at_ms = rows[i].at_ms;
		s->conditions = (void *)m;
		ans->searches[ans->n_searches++] = s;
	}
	return 0;
}
