/*
 * Reading households.
 *
 * SECURITY: the condition mark='' is the rule that a household does not tell
 * where a protected person lives; it stands in the one query there is.
 */
#include "store/household.h"

#include <stdlib.h>

#include "core/err.h"
#include "core/resident.h"
#include "store/keep.h"

static int
row_get(struct db_query *q, struct wire_arena *a, struct member *m)
{
	struct str *const to[] = { &m->resident_no, &m->name, &m->kana,
		&m->birth, &m->birth_text, &m->sex, &m->relation, &m->status,
		&m->event, &m->event_date };
	int err = 0;
	int i;

	for (i = 0; i < (int)(sizeof(to) / sizeof(to[0])) && err == 0; i++)
		err = keep_text(a, db_text(q, i), to[i]);
	return err;
}

bool
member_is_removed(const struct member *m)
{
	return str_eq(m->status, STR("除票"));
}

/* App. F-5: rank of the relation, then birth, then number. */
static int
by_order(const void *a, const void *b)
{
	const struct member *x = a;
	const struct member *y = b;
	int by = member_is_removed(x) - member_is_removed(y);

	if (by == 0)
		by = resident_relation_rank(x->relation) -
		    resident_relation_rank(y->relation);
	if (by == 0)
		by = str_cmp(x->birth, y->birth);
	return by == 0 ? str_cmp(x->resident_no, y->resident_no) : by;
}

int
household_members(struct db *db, struct str household_no, struct wire_arena *a,
    struct member **members, size_t *n)
{
	struct db_query *q;
	int rc = 0;

	*n = 0;
	*members = wire_alloc(a, HOUSEHOLD_MAX * sizeof(**members));
	if (*members == NULL)
		return ERR_LIMIT;
	q = db_query(db,
	    "SELECT resident_no,name,kana,birth,birth_text,sex,relation,"
	    "status,event,event_date FROM person"
	    " WHERE household_no=? AND mark='' ORDER BY resident_no");
	db_bind_text(q, household_no);
	while (*n < HOUSEHOLD_MAX && (rc = db_step(q)) == 1) {
		rc = row_get(q, a, &(*members)[*n]);
		if (rc != 0)
			break;
		(*n)++;
	}
	db_done(q);
	if (rc < 0)
		return rc;
	qsort(*members, *n, sizeof(**members), by_order);
	return 0;
}

const struct member *
household_head(const struct member *members, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!member_is_removed(&members[i]) &&
		    str_eq(members[i].relation, STR("世帯主")))
			return &members[i];
	return NULL;
}
