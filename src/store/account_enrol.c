/*
 * Enrolment: begun, approved, ended with a credential (AUT-13).
 *
 * SECURITY: share and salt of an enrolment wait apart from the account; the
 * credential of before works until the new one is complete.
 */
#include "store/account.h"

#include "core/err.h"

int
account_enrol_begin(
    struct db *db, struct str match_id, const struct account_enrol *e)
{
	struct db_query *q;

	q = db_query(db,
	    "INSERT OR REPLACE INTO enrol(match_id,terminal,"
	    "modality,salt,share,uuid,finger,started,started_by,"
	    "approved_by) VALUES(?,?,?,?,?,?,?,?,?,'')");
	db_bind_text(q, match_id);
	db_bind_text(q, str_of(e->terminal));
	db_bind_text(q, str_of(e->modality));
	db_bind_blob(q, e->salt, sizeof(e->salt));
	db_bind_blob(q, e->share, sizeof(e->share));
	db_bind_text(q, str_of(e->uuid));
	db_bind_int(q, e->finger);
	db_bind_int(q, e->started_ms);
	db_bind_text(q, str_of(e->started_by));
	return db_run(q);
}

static int
enrol_texts(struct db_query *q, struct account_enrol *out)
{
	const struct {
		char *to;
		size_t cap;
		int column;
	} texts[] = {
		{ out->terminal, sizeof(out->terminal), 0 },
		{ out->modality, sizeof(out->modality), 1 },
		{ out->uuid, sizeof(out->uuid), 4 },
		{ out->started_by, sizeof(out->started_by), 7 },
		{ out->approved_by, sizeof(out->approved_by), 8 },
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (str_copy(texts[i].to, texts[i].cap,
			db_text(q, texts[i].column)) != 0)
			return ERR_CORRUPT;
	return 0;
}

int
account_enrol_get(struct db *db, struct str match_id, struct account_enrol *out)
{
	struct db_query *q;
	int err;

	*out = (struct account_enrol){ 0 };
	q = db_query(db,
	    "SELECT terminal,modality,salt,share,uuid,finger,started,"
	    "started_by,approved_by FROM enrol WHERE match_id=?");
	db_bind_text(q, match_id);
	err = db_one(q);
	if (err == 0)
		err = enrol_texts(q, out);
	if (err == 0)
		err = db_blob(q, 2, out->salt, sizeof(out->salt));
	if (err == 0)
		err = db_blob(q, 3, out->share, sizeof(out->share));
	if (err == 0) {
		out->finger = (unsigned)db_int(q, 5);
		out->started_ms = db_int(q, 6);
	}
	db_done(q);
	return err;
}

int
account_enrol_approve(
    struct db *db, struct str match_id, struct str approved_by)
{
	struct db_query *q;

	q = db_query(db, "UPDATE enrol SET approved_by=? WHERE match_id=?");
	db_bind_text(q, approved_by);
	db_bind_text(q, match_id);
	return db_run(q);
}

int
account_enrol_end(struct db *db, struct str match_id)
{
	struct db_query *q;

	q = db_query(db, "DELETE FROM enrol WHERE match_id=?");
	db_bind_text(q, match_id);
	return db_run(q);
}

int
account_enrol_store(struct db *db, struct str match_id,
    const struct account_enrol *e, const struct account_credential *c,
    int64_t now_ms)
{
	struct db_query *q;
	int err;

	q = db_query(db,
	    "UPDATE account SET salt=?,verifier=?,share=?,"
	    "envelope=?,pub=?,uuid=?,modality=?,driver=?,finger=?,"
	    "failures=0,locked=0,enrolled=?,pin_set=? WHERE match_id=?");
	db_bind_blob(q, e->salt, sizeof(e->salt));
	db_bind_blob(q, c->verifier, sizeof(c->verifier));
	db_bind_blob(q, e->share, sizeof(e->share));
	db_bind_blob(q, c->envelope.p, c->envelope.n);
	db_bind_blob(q, c->pub, sizeof(c->pub));
	db_bind_text(q, str_of(e->uuid));
	db_bind_text(q, str_of(e->modality));
	db_bind_text(q, c->driver);
	db_bind_int(q, c->finger);
	db_bind_int(q, now_ms);
	db_bind_int(q, now_ms);
	db_bind_text(q, match_id);
	err = db_run(q);
	if (err == 0) /* sealed with the share and PIN of before */
		err = account_finger_forget(db, match_id);
	return err != 0 ? err : account_enrol_end(db, match_id);
}
