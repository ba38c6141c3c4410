/*
 * Named values.
 *
 * SECURITY: secrets that are made here never leave the store process.
 */
#include "store/param.h"

#include "core/err.h"
#include "crypt/crypt.h"

int
param_get(struct db *db, const char *name, void *out, size_t n)
{
	struct db_query *q;
	int err;

	q = db_query(db, "SELECT value FROM param WHERE name=?");
	db_bind_text(q, str_of(name));
	err = db_one(q);
	if (err == 0)
		err = db_blob(q, 0, out, n);
	db_done(q);
	return err;
}

int
param_put(struct db *db, const char *name, const void *value, size_t n)
{
	struct db_query *q;

	q = db_query(db,
	    "INSERT INTO param(name,value) VALUES(?,?)"
	    " ON CONFLICT(name) DO UPDATE SET"
	    " value=excluded.value");
	db_bind_text(q, str_of(name));
	db_bind_blob(q, value, n);
	return db_run(q);
}

int
param_secret(struct db *db, const char *name, void *out, size_t n)
{
	int err = param_get(db, name, out, n);

	if (err != ERR_NOTFOUND)
		return err;
	crypt_random(out, n);
	return param_put(db, name, out, n);
}
