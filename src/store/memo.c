/*
 * Memos.
 *
 * SECURITY: rows are only added; the author is who was logged in, under the
 * name of that day (trap 37).
 */
#include "store/memo.h"

#include "core/err.h"
#include "store/keep.h"

int
memo_add(struct db *db, struct str resident_no, const struct memo *m)
{
	struct db_query *q;
	int err;

	q = db_query(db,
	    "INSERT INTO memo(resident_no,at,operator_id,name,dept,text)"
	    " VALUES(?,?,?,?,?,?)");
	db_bind_text(q, resident_no);
	db_bind_int(q, m->at_ms);
	db_bind_text(q, m->operator_id);
	db_bind_text(q, m->name);
	db_bind_text(q, m->dept);
	db_bind_text(q, m->text);
	err = db_run(q);
	db_done(q);
	return err;
}

static int
row_get(struct db_query *q, struct wire_arena *a, struct memo *m)
{
	struct str *const to[] = { &m->operator_id, &m->name, &m->dept,
		&m->text };
	int err = 0;
	int i;

	m->n = (uint64_t)db_int(q, 0);
	m->at_ms = db_int(q, 1);
	for (i = 0; i < (int)(sizeof(to) / sizeof(to[0])) && err == 0; i++)
		err = keep_text(a, db_text(q, i + 2), to[i]);
	return err;
}

static int
count(struct db *db, struct str resident_no, uint64_t *total)
{
	struct db_query *q;
	int err;

	q = db_query(db, "SELECT count(*) FROM memo WHERE resident_no=?");
	db_bind_text(q, resident_no);
	err = db_one(q);
	*total = err == 0 ? (uint64_t)db_int(q, 0) : 0;
	db_done(q);
	return err;
}

int
memo_list(struct db *db, struct str resident_no, struct wire_arena *a,
    struct memo **memos, size_t *n, uint64_t *total)
{
	struct db_query *q;
	int rc;

	*n = 0;
	rc = count(db, resident_no, total);
	*memos = wire_alloc(a, MEMO_MAX * sizeof(**memos));
	if (rc != 0 || *memos == NULL)
		return rc != 0 ? rc : ERR_LIMIT;
	q = db_query(db,
	    "SELECT n,at,operator_id,name,dept,text FROM memo"
	    " WHERE resident_no=? ORDER BY n DESC");
	db_bind_text(q, resident_no);
	while (*n < MEMO_MAX && (rc = db_step(q)) == 1) {
		rc = row_get(q, a, &(*memos)[*n]);
		if (rc != 0)
			break;
		(*n)++;
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}
