/*
 * What happens to an account after it was made: suspended, reset, deleted,
 * listed; a PIN changed (AUT-06, AUT-10 to AUT-12).
 *
 * SECURITY: a credential that is forgotten is overwritten in the file
 * (secure_delete, store/db.c); only its line in the register stays.
 */
#include "store/account.h"

#include "core/err.h"

int
account_present(struct db *db, struct str match_id, uint64_t counter)
{
	struct db_query *q;

	q = db_query(
	    db, "UPDATE account SET counter=?,failures=0 WHERE match_id=?");
	db_bind_int(q, (int64_t)counter);
	db_bind_text(q, match_id);
	return db_run(q);
}

int
account_suspend(struct db *db, struct str match_id, bool suspended)
{
	struct db_query *q;

	q = db_query(db, "UPDATE account SET suspended=? WHERE match_id=?");
	db_bind_int(q, suspended);
	db_bind_text(q, match_id);
	return db_run(q);
}

int
account_forget(struct db *db, struct str match_id)
{
	struct db_query *q;
	int err;

	q = db_query(db,
	    "UPDATE account SET salt=NULL,verifier=NULL,share=NULL,"
	    "envelope=NULL,pub=NULL,uuid='',modality='',driver='',"
	    "finger=0,enrolled=0,pin_set=0,failures=0,locked=0"
	    " WHERE match_id=?");
	db_bind_text(q, match_id);
	err = db_run(q);
	if (err == 0)
		err = account_finger_forget(db, match_id);
	return err != 0 ? err : account_enrol_end(db, match_id);
}

int
account_delete(struct db *db, struct str match_id, int64_t now_ms)
{
	struct db_query *q;
	int err;

	err = account_forget(db, match_id);
	if (err != 0)
		return err;
	q = db_query(db, "UPDATE account SET deleted=? WHERE match_id=?");
	db_bind_int(q, now_ms);
	db_bind_text(q, match_id);
	err = db_run(q);
	if (err != 0)
		return err;
	/* the row stays: an operator id never changes its holder */
	q = db_query(db, "UPDATE oper SET rights=0 WHERE match_id=?");
	db_bind_text(q, match_id);
	return db_run(q);
}

int
account_pin_put(struct db *db, struct str match_id,
    const struct account_pin *pin, int64_t now_ms)
{
	struct db_query *q;

	q = db_query(db,
	    "UPDATE account SET salt=?,verifier=?,envelope=?,pin_set=?"
	    " WHERE match_id=?");
	db_bind_blob(q, pin->salt, sizeof(pin->salt));
	db_bind_blob(q, pin->verifier, sizeof(pin->verifier));
	db_bind_blob(q, pin->envelope.p, pin->envelope.n);
	db_bind_int(q, now_ms);
	db_bind_text(q, match_id);
	return db_run(q);
}

static int
listed_get(struct db_query *q, struct account_listed *l)
{
	struct account *a = &l->a;
	const struct {
		char *to;
		size_t cap;
	} texts[] = {
		{ a->match_id, sizeof(a->match_id) },
		{ a->name, sizeof(a->name) },
		{ a->dept, sizeof(a->dept) },
		{ a->from, sizeof(a->from) },
		{ a->until, sizeof(a->until) },
	};
	int i;

	*l = (struct account_listed){ 0 };
	for (i = 0; i < 5; i++)
		if (str_copy(texts[i].to, texts[i].cap, db_text(q, i)) != 0)
			return ERR_CORRUPT;
	a->enrolled = db_int(q, 5) != 0;
	a->locked = db_int(q, 6) != 0;
	a->suspended = db_int(q, 7) != 0;
	a->failures = (unsigned)db_int(q, 8);
	l->operators = db_text(q, 9);
	return 0;
}

int
account_list(struct db *db, account_list_fn *fn, void *ctx)
{
	struct account_listed l;
	struct db_query *q;
	int rc;

	q = db_query(db,
	    "SELECT a.match_id,a.name,a.dept,a.start,a.until,a.enrolled,"
	    "a.locked,a.suspended,a.failures,coalesce((SELECT"
	    " group_concat(operator_id,' ') FROM oper o"
	    " WHERE o.match_id=a.match_id),'') FROM account a"
	    " WHERE a.deleted=0 ORDER BY a.match_id");
	while ((rc = db_step(q)) == 1) {
		rc = listed_get(q, &l);
		if (rc == 0)
			rc = fn(ctx, &l);
		if (rc != 0)
			break;
	}
	db_done(q);
	return rc;
}
