/*
 * Saved conditions.
 *
 * SECURITY: they are personal data of those who were searched for.  Only the
 * person who searched gets them back; the oldest are overwritten
 * (secure_delete).
 */
#include "store/saved.h"

#include <string.h>

#include "core/err.h"

static int
run(struct db_query *q, struct str match_id)
{
	db_bind_text(q, match_id);
	return db_run(q);
}

int
saved_put(
    struct db *db, struct str match_id, int64_t now_ms, struct str conditions)
{
	struct db_query *q;
	int err;

	q = db_query(db, "DELETE FROM saved WHERE match_id=? AND conditions=?");
	db_bind_text(q, match_id);
	db_bind_blob(q, conditions.p, conditions.n);
	err = db_run(q);
	if (err != 0)
		return err;
	q = db_query(
	    db, "INSERT INTO saved(match_id,at,conditions) VALUES(?,?,?)");
	db_bind_text(q, match_id);
	db_bind_int(q, now_ms);
	db_bind_blob(q, conditions.p, conditions.n);
	err = db_run(q);
	if (err != 0)
		return err;
	return run(db_query(db,
		       "DELETE FROM saved WHERE n IN (SELECT n FROM saved"
		       " WHERE match_id=? ORDER BY n DESC LIMIT -1 OFFSET 20)"),
	    match_id);
}

int
saved_list(struct db *db, struct str match_id, struct wire_arena *a,
    struct saved rows[SAVED_MAX], size_t *n)
{
	struct db_query *q;
	struct str s;
	char *p;
	int rc = 0;

	*n = 0;
	q = db_query(db,
	    "SELECT at,conditions FROM saved WHERE match_id=?"
	    " ORDER BY n DESC LIMIT 20");
	db_bind_text(q, match_id);
	while (*n < SAVED_MAX && (rc = db_step(q)) == 1) {
		s = db_text(q, 1);
		p = wire_alloc(a, s.n + 1);
		if (p == NULL) {
			rc = ERR_LIMIT;
			break;
		}
		memcpy(p, s.p, s.n);
		rows[*n].at_ms = db_int(q, 0);
		rows[*n].conditions = str_n(p, s.n);
		(*n)++;
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}
