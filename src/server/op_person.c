/*
 * Opening a record, its history and its household.
 *
 * SECURITY: what of a record may be told is decided in server/record.c; a
 * household has no protected member in it (store/household.c), and that of a
 * protected person is not told at all.  The terminal never receives what it
 * may not show.
 */
#include "server/record.h"

#include "core/err.h"
#include "store/household.h"

#define HISTORY_MAX 200

/* ---- the record --------------------------------------------------------- */

/* The name of the head, who is then somebody who was shown (SRC-16). */
static int
find_head(struct op_call *c, const struct record *r, struct str *name)
{
	const struct member *head;
	struct member *members;
	size_t n;
	int err;

	*name = (struct str){ 0 };
	if (r->hidden)
		return 0;
	err =
	    household_members(c->db, r->p.household_no, c->arena, &members, &n);
	if (err != 0)
		return err;
	head = household_head(members, n);
	if (head == NULL)
		return 0;
	*name = head->name;
	if (!str_eq(head->resident_no, r->p.resident_no))
		op_subject(c, head->resident_no, "head", (struct str){ 0 });
	return 0;
}

int
op_person_open(struct op_call *c, const Mamori__PersonOpenReq *req,
    Mamori__PersonOpenAns *ans)
{
	struct record r;
	struct str head;
	int err;

	err = record_open(c, req->resident_no, req->purpose, req->ref, &r);
	if (err != 0)
		return err;
	op_hits(c, 1);
	op_subject(c, r.p.resident_no, "detail", r.p.mark);
	ans->resident_no = PB_BYTES(r.p.resident_no);
	ans->name = PB_BYTES(r.p.name);
	ans->kana = PB_BYTES(r.p.kana);
	ans->mark = PB_BYTES(r.p.mark);
	ans->hidden = r.hidden;
	ans->foreign = r.foreign;
	ans->removed = r.removed;
	r.told[RESIDENT_name] = true;
	r.told[RESIDENT_protected] = true;
	err = find_head(c, &r, &head);
	if (err == 0)
		err =
		    record_items(c, &r, &r.p, head, &ans->items, &ans->n_items);
	record_told(c, &r);
	return err;
}

/* ---- the history -------------------------------------------------------- */

static int
history_row(struct op_call *c, struct record *r, const struct person *row,
    Mamori__HistoryRow **out)
{
	Mamori__HistoryRow *h = wire_alloc(c->arena, sizeof(*h));

	*out = h;
	if (h == NULL)
		return ERR_LIMIT;
	mamori__history_row__init(h);
	h->history_no = row->history_no;
	h->event = PB_BYTES(row->event);
	h->event_date = PB_BYTES(row->event_date);
	h->name = PB_BYTES(row->name);
	return record_items(
	    c, r, row, (struct str){ 0 }, &h->items, &h->n_items);
}

int
op_person_history(struct op_call *c, const Mamori__PersonHistoryReq *req,
    Mamori__PersonHistoryAns *ans)
{
	struct record r;
	struct person *rows;
	size_t n;
	size_t i;
	int err;

	err = record_open(c, req->resident_no, req->purpose, req->ref, &r);
	if (err == 0)
		err = person_history(
		    c->db, r.p.resident_no, HISTORY_MAX, c->arena, &rows, &n);
	if (err != 0)
		return err;
	op_hits(c, 1);
	op_subject(c, r.p.resident_no, "history", r.p.mark);
	ans->resident_no = PB_BYTES(r.p.resident_no);
	ans->mark = PB_BYTES(r.p.mark);
	ans->hidden = r.hidden;
	ans->foreign = r.foreign;
	ans->rows = wire_alloc(c->arena, (n + 1) * sizeof(*ans->rows));
	if (ans->rows == NULL)
		return ERR_LIMIT;
	for (i = 0; i < n && err == 0; i++)
		err = history_row(c, &r, &rows[i], &ans->rows[i]);
	ans->n_rows = n;
	r.told[RESIDENT_name] = true;
	r.told[RESIDENT_history_no] = true;
	r.told[RESIDENT_protected] = true;
	r.told[RESIDENT_event] = true;
	r.told[RESIDENT_event_date] = true;
	record_told(c, &r);
	return err;
}

/* ---- the household ------------------------------------------------------ */

static Mamori__HouseMember *
house_row(struct op_call *c, const struct member *m)
{
	Mamori__HouseMember *h = wire_alloc(c->arena, sizeof(*h));

	if (h == NULL)
		return NULL;
	mamori__house_member__init(h);
	h->resident_no = PB_BYTES(m->resident_no);
	h->name = PB_BYTES(m->name);
	h->kana = PB_BYTES(m->kana);
	h->birth_text = PB_BYTES(m->birth_text);
	h->sex = PB_BYTES(m->sex);
	h->relation = PB_BYTES(m->relation);
	h->status = PB_BYTES(m->status);
	h->event = PB_BYTES(m->event);
	h->event_date = PB_BYTES(m->event_date);
	op_subject(c, m->resident_no, "household", (struct str){ 0 });
	return h;
}

static int
fill_house(
    struct op_call *c, struct str household_no, Mamori__PersonHouseAns *ans)
{
	struct member *members;
	size_t n;
	size_t i;
	int err;

	err = household_members(c->db, household_no, c->arena, &members, &n);
	if (err != 0)
		return err;
	ans->members = wire_alloc(c->arena, (n + 1) * sizeof(*ans->members));
	if (ans->members == NULL)
		return ERR_LIMIT;
	for (i = 0; i < n; i++) {
		ans->members[i] = house_row(c, &members[i]);
		if (ans->members[i] == NULL)
			return ERR_LIMIT;
	}
	ans->n_members = n;
	ans->household_no = PB_BYTES(household_no);
	op_hits(c, n);
	op_item(c,
	    "household_no name name_kana birth_date_text sex relation status"
	    " event event_date");
	return 0;
}

int
op_person_house(struct op_call *c, const Mamori__PersonHouseReq *req,
    Mamori__PersonHouseAns *ans)
{
	struct record r;
	int err;

	err = record_open(c, req->resident_no, req->purpose, req->ref, &r);
	if (err != 0)
		return err;
	ans->resident_no = PB_BYTES(r.p.resident_no);
	ans->mark = PB_BYTES(r.p.mark);
	ans->hidden = r.hidden;
	if (!r.hidden)
		return fill_house(c, r.p.household_no, ans);
	op_hits(c, 0);
	op_subject(c, r.p.resident_no, "household", r.p.mark);
	op_item(c, "protected");
	return 0;
}
