/*
 * The second finger of a person: an injured one shall not keep anybody out
 * (AUT-01).
 *
 * SECURITY: it is sealed by the same PIN, share and group key as the first one
 * and of no use without them; forgotten, it is overwritten in the file
 * (secure_delete, store/db.c).
 */
#include "store/account.h"

#include <string.h>

#include "core/err.h"

static int
envelope_get(struct db_query *q, struct wire_arena *a, struct str *out)
{
	struct str got = db_text(q, 4);
	char *p;

	if (a == NULL || got.n == 0)
		return 0;
	p = wire_alloc(a, got.n);
	if (p == NULL)
		return ERR_LIMIT;
	*out = str_n(memcpy(p, got.p, got.n), got.n);
	return 0;
}

int
account_finger_get(struct db *db, struct str match_id, struct wire_arena *a,
    struct account_finger *out)
{
	struct db_query *q;
	int err;

	*out = (struct account_finger){ 0 };
	q = db_query(db,
	    "SELECT pub,uuid,driver,finger,envelope FROM finger"
	    " WHERE match_id=?");
	db_bind_text(q, match_id);
	err = db_one(q);
	if (err == 0)
		err = db_blob(q, 0, out->pub, sizeof(out->pub));
	if (err == 0)
		err = str_copy(out->uuid, sizeof(out->uuid), db_text(q, 1));
	if (err == 0)
		err = str_copy(out->driver, sizeof(out->driver), db_text(q, 2));
	if (err == 0) {
		out->finger = (unsigned)db_int(q, 3);
		err = envelope_get(q, a, &out->envelope);
	}
	db_done(q);
	return err;
}

int
account_finger_put(struct db *db, struct str match_id,
    const struct account_finger *f, int64_t now_ms)
{
	struct db_query *q;

	q = db_query(db,
	    "INSERT OR REPLACE INTO finger(match_id,envelope,pub,uuid,driver,"
	    "finger,enrolled) VALUES(?,?,?,?,?,?,?)");
	db_bind_text(q, match_id);
	db_bind_blob(q, f->envelope.p, f->envelope.n);
	db_bind_blob(q, f->pub, sizeof(f->pub));
	db_bind_text(q, str_of(f->uuid));
	db_bind_text(q, str_of(f->driver));
	db_bind_int(q, f->finger);
	db_bind_int(q, now_ms);
	return db_run(q);
}

int
account_finger_forget(struct db *db, struct str match_id)
{
	struct db_query *q;

	q = db_query(db, "DELETE FROM finger WHERE match_id=?");
	db_bind_text(q, match_id);
	return db_run(q);
}

int
account_finger_first(struct db *db, struct str match_id,
    const struct account_finger *f, int64_t now_ms)
{
	struct db_query *q;

	q = db_query(db,
	    "UPDATE account SET envelope=?,pub=?,uuid=?,driver=?,finger=?,"
	    "enrolled=? WHERE match_id=?");
	db_bind_blob(q, f->envelope.p, f->envelope.n);
	db_bind_blob(q, f->pub, sizeof(f->pub));
	db_bind_text(q, str_of(f->uuid));
	db_bind_text(q, str_of(f->driver));
	db_bind_int(q, f->finger);
	db_bind_int(q, now_ms);
	db_bind_text(q, match_id);
	return db_run(q);
}
