/*
 * The register of persons and credentials.
 *
 * SECURITY: nothing here opens a credential: envelope and share are kept
 * apart from the PIN and from the terminals' group key, and the PIN itself
 * never arrives (DESIGN §8, D3).  There is no account without a named person
 * (AUT-08).
 */
#include "store/account.h"

#include <string.h>

#include "core/err.h"

#define STRANGERS_MAX 4096

static int
credential_get(struct db_query *q, struct account *a)
{
	int err;

	err = db_blob(q, 4, a->salt, sizeof(a->salt));
	if (err == 0)
		err = db_blob(q, 5, a->verifier, sizeof(a->verifier));
	if (err == 0)
		err = db_blob(q, 6, a->share, sizeof(a->share));
	if (err == 0)
		err = db_blob(q, 7, a->pub, sizeof(a->pub));
	return err;
}

static int
text_get(struct db_query *q, struct account *a)
{
	const struct {
		char *to;
		size_t cap;
		int column;
	} texts[] = {
		{ a->name, sizeof(a->name), 0 },
		{ a->dept, sizeof(a->dept), 1 },
		{ a->from, sizeof(a->from), 2 },
		{ a->until, sizeof(a->until), 3 },
		{ a->uuid, sizeof(a->uuid), 8 },
		{ a->modality, sizeof(a->modality), 9 },
		{ a->driver, sizeof(a->driver), 10 },
		{ a->login_terminal, sizeof(a->login_terminal), 17 },
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (str_copy(texts[i].to, texts[i].cap,
			db_text(q, texts[i].column)) != 0)
			return ERR_CORRUPT;
	return 0;
}

int
account_get(struct db *db, struct str match_id, struct account *out)
{
	struct db_query *q;
	int err;

	*out = (struct account){ 0 };
	if (match_id.n >= sizeof(out->match_id))
		return ERR_NOTFOUND;
	q = db_query(db,
	    "SELECT name,dept,start,until,salt,verifier,share,pub,"
	    "uuid,modality,driver,finger,counter,failures,locked,"
	    "enrolled,login,login_terminal,suspended,deleted,pin_set"
	    " FROM account"
	    " WHERE match_id=?");
	db_bind_text(q, match_id);
	err = db_one(q);
	if (err == 0)
		err = text_get(q, out);
	if (err == 0)
		err = str_copy(out->match_id, sizeof(out->match_id), match_id);
	if (err == 0) {
		out->finger = (unsigned)db_int(q, 11);
		out->counter = (uint64_t)db_int(q, 12);
		out->failures = (unsigned)db_int(q, 13);
		out->locked = db_int(q, 14) != 0;
		out->enrolled = db_int(q, 15) != 0;
		out->login_ms = db_int(q, 16);
		out->suspended = db_int(q, 18) != 0;
		out->deleted = db_int(q, 19) != 0;
		out->pin_set_ms = db_int(q, 20);
		if (out->enrolled)
			err = credential_get(q, out);
	}
	db_done(q);
	return err;
}

void
account_wipe(struct account *a)
{
	explicit_bzero(a, sizeof(*a));
}

int
account_envelope(
    struct db *db, struct str match_id, struct wire_arena *a, struct str *out)
{
	struct db_query *q;
	struct str got;
	char *p;
	int err;

	*out = (struct str){ 0 };
	q = db_query(db, "SELECT envelope FROM account WHERE match_id=?");
	db_bind_text(q, match_id);
	err = db_one(q);
	if (err == 0) {
		got = db_text(q, 0);
		p = wire_alloc(a, got.n);
		if (p == NULL)
			err = ERR_LIMIT;
		else if (got.n > 0)
			*out = str_n(memcpy(p, got.p, got.n), got.n);
	}
	db_done(q);
	return err;
}

int
account_add(struct db *db, const struct account *a, int64_t now_ms)
{
	struct db_query *q;

	q = db_query(db,
	    "INSERT INTO account(match_id,name,dept,start,until,"
	    "added) VALUES(?,?,?,?,?,?)");
	db_bind_text(q, str_of(a->match_id));
	db_bind_text(q, str_of(a->name));
	db_bind_text(q, str_of(a->dept));
	db_bind_text(q, str_of(a->from));
	db_bind_text(q, str_of(a->until));
	db_bind_int(q, now_ms);
	return db_run(q);
}

int
account_count(
    struct db *db, struct str match_id, unsigned failures, bool locked)
{
	struct db_query *q;

	q = db_query(db,
	    "UPDATE account SET failures=?,locked=?"
	    " WHERE match_id=?");
	db_bind_int(q, failures);
	db_bind_int(q, locked);
	db_bind_text(q, match_id);
	return db_run(q);
}

int
account_login(struct db *db, struct str match_id, uint64_t counter,
    int64_t now_ms, struct str terminal)
{
	struct db_query *q;

	q = db_query(db,
	    "UPDATE account SET counter=?,failures=0,login=?,"
	    "login_terminal=? WHERE match_id=?");
	db_bind_int(q, (int64_t)counter);
	db_bind_int(q, now_ms);
	db_bind_text(q, terminal);
	db_bind_text(q, match_id);
	return db_run(q);
}

int
account_stranger_get(struct db *db, struct str match_id, unsigned *failures)
{
	struct db_query *q;
	int rc;

	q = db_query(db, "SELECT failures FROM stranger WHERE match_id=?");
	db_bind_text(q, match_id);
	rc = db_step(q);
	*failures = rc == 1 ? (unsigned)db_int(q, 0) : 0;
	db_done(q);
	return rc < 0 ? rc : 0;
}

int
account_stranger_put(struct db *db, struct str match_id, unsigned failures)
{
	struct db_query *q;
	int err;

	q = db_query(db,
	    "INSERT INTO stranger(match_id,failures) VALUES(?,?)"
	    " ON CONFLICT(match_id) DO UPDATE SET"
	    " failures=excluded.failures");
	db_bind_text(q, match_id);
	db_bind_int(q, failures);
	err = db_run(q);
	if (err != 0)
		return err;
	q = db_query(db,
	    "DELETE FROM stranger WHERE n <="
	    " (SELECT max(n) FROM stranger) - ?");
	db_bind_int(q, STRANGERS_MAX);
	return db_run(q);
}

int
account_counts(struct db *db, unsigned limit, struct account_counts *out)
{
	struct db_query *q;
	int err;

	*out = (struct account_counts){ 0 };
	q = db_query(db,
	    "SELECT count(*),coalesce(sum(enrolled<>0),0),"
	    "coalesce(sum(locked<>0 OR failures>=?),0)"
	    " FROM account WHERE deleted=0");
	db_bind_int(q, limit);
	err = db_one(q);
	if (err == 0) {
		out->all = (uint64_t)db_int(q, 0);
		out->enrolled = (uint64_t)db_int(q, 1);
		out->locked = (uint64_t)db_int(q, 2);
	}
	db_done(q);
	return err;
}
