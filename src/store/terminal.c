/*
 * The register of terminals.
 *
 * SECURITY: rows are never deleted, so an id or a certificate that was
 * revoked can never come back as another terminal.
 */
#include "store/terminal.h"

#include "core/err.h"

#define COLUMNS "id,place,cert,sign,added,revoked,not_after"

static int
row_get(struct db_query *q, struct terminal *t)
{
	int err;

	err = str_copy(t->id, sizeof(t->id), db_text(q, 0));
	if (err == 0)
		err = str_copy(t->place, sizeof(t->place), db_text(q, 1));
	if (err == 0)
		err = db_blob(q, 2, t->cert, sizeof(t->cert));
	if (err == 0)
		err = db_blob(q, 3, t->sign, sizeof(t->sign));
	t->added_ms = db_int(q, 4);
	t->revoked_ms = db_int(q, 5);
	t->not_after = db_int(q, 6);
	return err == 0 ? 0 : ERR_CORRUPT;
}

static int
one(struct db_query *q, struct terminal *out)
{
	int err;

	*out = (struct terminal){ 0 };
	err = db_one(q);
	if (err == 0)
		err = row_get(q, out);
	db_done(q);
	return err;
}

int
terminal_by_cert(struct db *db, const uint8_t cert[32], struct terminal *out)
{
	struct db_query *q;

	q = db_query(db, "SELECT " COLUMNS " FROM terminal WHERE cert=?");
	db_bind_blob(q, cert, 32);
	return one(q, out);
}

int
terminal_by_id(struct db *db, struct str id, struct terminal *out)
{
	struct db_query *q;

	q = db_query(db, "SELECT " COLUMNS " FROM terminal WHERE id=?");
	db_bind_text(q, id);
	return one(q, out);
}

int
terminal_add(struct db *db, const struct terminal *t)
{
	struct db_query *q;

	q = db_query(db,
	    "INSERT INTO terminal(id,place,cert,sign,added,"
	    "not_after) VALUES(?,?,?,?,?,?)");
	db_bind_text(q, str_of(t->id));
	db_bind_text(q, str_of(t->place));
	db_bind_blob(q, t->cert, sizeof(t->cert));
	db_bind_blob(q, t->sign, sizeof(t->sign));
	db_bind_int(q, t->added_ms);
	db_bind_int(q, t->not_after);
	return db_run(q);
}

int
terminal_revoke(struct db *db, struct str id, struct str reason, int64_t now_ms)
{
	struct terminal t;
	struct db_query *q;
	int err;

	err = terminal_by_id(db, id, &t);
	if (err != 0)
		return err;
	if (t.revoked_ms != 0)
		return ERR_BADSTATE;
	q = db_query(db, "UPDATE terminal SET revoked=?,reason=? WHERE id=?");
	db_bind_int(q, now_ms);
	db_bind_text(q, reason);
	db_bind_text(q, id);
	return db_run(q);
}

int
terminal_each(struct db *db, terminal_fn *fn, void *ctx)
{
	struct terminal t;
	struct db_query *q;
	int rc;

	q = db_query(db, "SELECT " COLUMNS " FROM terminal ORDER BY id");
	while ((rc = db_step(q)) == 1) {
		rc = row_get(q, &t);
		if (rc == 0)
			rc = fn(ctx, &t);
		if (rc != 0)
			break;
	}
	db_done(q);
	return rc;
}

int
terminal_count(struct db *db, uint64_t *out)
{
	struct db_query *q;
	int err;

	q = db_query(db, "SELECT count(*) FROM terminal WHERE revoked=0");
	err = db_one(q);
	*out = err == 0 ? (uint64_t)db_int(q, 0) : 0;
	db_done(q);
	return err;
}
