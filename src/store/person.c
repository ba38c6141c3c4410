/*
 * Reading residents.
 *
 * SECURITY: this file hides nothing; its callers decide who may see what.
 */
#include "store/person.h"

#include <string.h>

#include "core/err.h"

#define COLUMNS(t)                                                             \
	t ".resident_no," t ".history_no," t ".household_no," t                \
	  ".jumin_code," t ".my_number," t ".name," t ".kana," t ".alias," t   \
	  ".birth," t ".birth_text," t ".sex," t ".postal_code," t             \
	  ".address," t ".relation," t ".nationality," t ".status," t          \
	  ".event," t ".event_date," t ".mark"

bool
person_is_protected(const struct person *p)
{
	return p->mark.n != 0;
}

static int
keep(struct wire_arena *a, struct str s, struct str *out)
{
	char *p;

	*out = (struct str){ 0 };
	if (s.n == 0)
		return 0;
	p = wire_alloc(a, s.n);
	if (p == NULL)
		return ERR_LIMIT;
	memcpy(p, s.p, s.n);
	*out = str_n(p, s.n);
	return 0;
}

static int
row_get(struct db_query *q, struct wire_arena *a, struct person *p)
{
	struct str *const to[] = { &p->resident_no, NULL, &p->household_no,
		&p->jumin_code, &p->my_number, &p->name, &p->kana, &p->alias,
		&p->birth, &p->birth_text, &p->sex, &p->postal_code,
		&p->address, &p->relation, &p->nationality, &p->status,
		&p->event, &p->event_date, &p->mark };
	int err = 0;
	int i;

	p->history_no = (uint32_t)db_int(q, 1);
	for (i = 0; i < (int)(sizeof(to) / sizeof(to[0])) && err == 0; i++)
		if (to[i] != NULL)
			err = keep(a, db_text(q, i), to[i]);
	return err;
}

/* The items of the row that is the present one. */
static int
items_get(struct db *db, struct wire_arena *a, struct person *p)
{
	struct db_query *q;
	int err;

	q = db_query(db,
	    "SELECT items FROM past WHERE resident_no=? AND history_no=?");
	db_bind_text(q, p->resident_no);
	db_bind_int(q, p->history_no);
	err = db_one(q);
	if (err == 0)
		err = keep(a, db_text(q, 0), &p->items);
	db_done(q);
	return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
}

int
person_get(struct db *db, struct str resident_no, struct wire_arena *a,
    struct person *out)
{
	struct db_query *q;
	int err;

	*out = (struct person){ 0 };
	q = db_query(db,
	    "SELECT " COLUMNS("p") " FROM person p"
				   " WHERE p.resident_no=?");
	db_bind_text(q, resident_no);
	err = db_one(q);
	if (err == 0)
		err = row_get(q, a, out);
	db_done(q);
	return err == 0 ? items_get(db, a, out) : err;
}

int
person_history(struct db *db, struct str resident_no, size_t max,
    struct wire_arena *a, struct person **rows, size_t *n)
{
	struct db_query *q;
	int rc;

	*n = 0;
	*rows = wire_alloc(a, max * sizeof(**rows));
	if (*rows == NULL)
		return ERR_LIMIT;
	q = db_query(db,
	    "SELECT " COLUMNS("p") ",p.items FROM past p"
				   " WHERE p.resident_no=?"
				   " ORDER BY p.history_no DESC");
	db_bind_text(q, resident_no);
	while (*n < max && (rc = db_step(q)) != 0) {
		if (rc == 1)
			rc = row_get(q, a, &(*rows)[*n]);
		if (rc == 0)
			rc = keep(a, db_text(q, 19), &(*rows)[*n].items);
		if (rc != 0) {
			db_done(q);
			return rc;
		}
		(*n)++;
	}
	db_done(q);
	return 0;
}

int
person_count(struct db *db, uint64_t *out)
{
	struct db_query *q;
	int err;

	q = db_query(db, "SELECT count(*) FROM person");
	err = db_one(q);
	*out = err == 0 ? (uint64_t)db_int(q, 0) : 0;
	db_done(q);
	return err;
}
