/*
 * The register of credentials.
 *
 * SECURITY: it holds who and when, nothing of a finger and nothing that opens
 * a credential.
 */
#include "store/register.h"

#include "core/err.h"

int
register_add(struct db *db, const struct register_row *r)
{
	struct db_query *q;

	q = db_query(db,
	    "INSERT INTO register(match_id,name,dept,uuid,modality,driver,"
	    "finger,terminal,enrolled,enrolled_by,approved_by)"
	    " SELECT match_id,name,dept,?,?,?,?,?,?,?,? FROM account"
	    " WHERE match_id=?");
	db_bind_text(q, r->uuid);
	db_bind_text(q, r->modality);
	db_bind_text(q, r->driver);
	db_bind_int(q, r->finger);
	db_bind_text(q, r->terminal);
	db_bind_int(q, r->enrolled_ms);
	db_bind_text(q, r->enrolled_by);
	db_bind_text(q, r->approved_by);
	db_bind_text(q, r->match_id);
	return db_run(q);
}

#define CLOSE                                                                  \
	"UPDATE register SET deleted=?,deleted_by=?,cause=?,"                  \
	"operators=coalesce((SELECT group_concat(operator_id,' ')"             \
	" FROM oper o WHERE o.match_id=register.match_id),'')"                 \
	" WHERE deleted=0 AND "

static int
close_rows(struct db_query *q, int64_t now_ms, struct str by, struct str cause,
    struct str key)
{
	db_bind_int(q, now_ms);
	db_bind_text(q, by);
	db_bind_text(q, cause);
	db_bind_text(q, key);
	return db_run(q);
}

int
register_close(struct db *db, struct str match_id, int64_t now_ms,
    struct str by, struct str cause)
{
	return close_rows(
	    db_query(db, CLOSE "match_id=?"), now_ms, by, cause, match_id);
}

int
register_close_one(struct db *db, struct str uuid, int64_t now_ms,
    struct str by, struct str cause)
{
	return close_rows(
	    db_query(db, CLOSE "uuid=?"), now_ms, by, cause, uuid);
}

static void
row_get(struct db_query *q, struct register_row *r)
{
	*r = (struct register_row){
		.match_id = db_text(q, 0),
		.name = db_text(q, 1),
		.dept = db_text(q, 2),
		.operators = db_text(q, 3),
		.uuid = db_text(q, 4),
		.modality = db_text(q, 5),
		.driver = db_text(q, 6),
		.finger = (unsigned)db_int(q, 7),
		.terminal = db_text(q, 8),
		.enrolled_ms = db_int(q, 9),
		.enrolled_by = db_text(q, 10),
		.approved_by = db_text(q, 11),
		.deleted_ms = db_int(q, 12),
		.deleted_by = db_text(q, 13),
		.cause = db_text(q, 14),
	};
}

int
register_each(struct db *db, register_fn *fn, void *ctx)
{
	struct register_row r;
	struct db_query *q;
	int rc;

	q = db_query(db,
	    "SELECT match_id,name,dept,CASE WHEN deleted<>0 THEN operators"
	    " ELSE coalesce((SELECT group_concat(operator_id,' ') FROM oper o"
	    " WHERE o.match_id=register.match_id),'') END,uuid,modality,"
	    "driver,finger,terminal,enrolled,enrolled_by,approved_by,deleted,"
	    "deleted_by,cause FROM register ORDER BY n");
	while ((rc = db_step(q)) == 1) {
		row_get(q, &r);
		rc = fn(ctx, &r);
		if (rc != 0)
			break;
	}
	db_done(q);
	return rc;
}
