/*
 * The register of duties.
 *
 * SECURITY: rights are stored as bits of core/right.h; a bit that this
 * program does not know gives nothing.  An operator id never changes its
 * holder.
 */
#include "store/oper.h"

#include "core/err.h"

#define COLUMNS "operator_id,match_id,template,rights,hide"

static int
row_get(struct db_query *q, struct oper *o)
{
	int err;

	*o = (struct oper){ 0 };
	err = str_copy(o->operator_id, sizeof(o->operator_id), db_text(q, 0));
	if (err == 0)
		err = str_copy(o->match_id, sizeof(o->match_id), db_text(q, 1));
	if (err == 0)
		err = str_copy(
		    o->template_name, sizeof(o->template_name), db_text(q, 2));
	o->rights = (right_set)db_int(q, 3);
	o->hide = (unsigned)db_int(q, 4);
	return err == 0 ? 0 : ERR_CORRUPT;
}

int
oper_get(struct db *db, struct str operator_id, struct oper *out)
{
	struct db_query *q;
	int err;

	*out = (struct oper){ 0 };
	q = db_query(db,
	    "SELECT " COLUMNS " FROM oper"
	    " WHERE operator_id=?");
	db_bind_text(q, operator_id);
	err = db_one(q);
	if (err == 0)
		err = row_get(q, out);
	db_done(q);
	return err;
}

int
oper_put(struct db *db, const struct oper *o)
{
	struct db_query *q;
	int err;

	q = db_query(db,
	    "INSERT INTO oper(operator_id,match_id,template,"
	    "rights,hide) VALUES(?,?,?,?,?) ON CONFLICT(operator_id)"
	    " DO UPDATE SET template=excluded.template,"
	    "rights=excluded.rights,hide=excluded.hide"
	    " WHERE match_id=excluded.match_id");
	db_bind_text(q, str_of(o->operator_id));
	db_bind_text(q, str_of(o->match_id));
	db_bind_text(q, str_of(o->template_name));
	db_bind_int(q, (int64_t)o->rights);
	db_bind_int(q, o->hide);
	err = db_run(q);
	if (err == 0 && db_changes(db) != 1)
		err = ERR_EXISTS;
	return err;
}

int
oper_each(struct db *db, struct str match_id, oper_fn *fn, void *ctx)
{
	struct db_query *q;
	struct oper o;
	int rc;

	q = db_query(db,
	    "SELECT " COLUMNS " FROM oper"
	    " WHERE match_id=? ORDER BY operator_id");
	db_bind_text(q, match_id);
	while ((rc = db_step(q)) == 1) {
		rc = row_get(q, &o);
		if (rc == 0)
			rc = fn(ctx, &o);
		if (rc != 0)
			break;
	}
	db_done(q);
	return rc;
}

int
oper_list(struct db *db, oper_list_fn *fn, void *ctx)
{
	struct db_query *q;
	struct oper_listed o;
	int rc;

	q = db_query(db,
	    "SELECT coalesce(o.operator_id,''),a.match_id,"
	    "coalesce(o.template,''),coalesce(o.rights,0),"
	    "coalesce(o.hide,0),a.name,"
	    "a.dept,a.start,a.until,a.modality,a.locked,"
	    "a.failures,a.suspended,a.deleted FROM account a LEFT JOIN oper o"
	    " ON o.match_id=a.match_id"
	    " ORDER BY a.match_id,o.operator_id");
	while ((rc = db_step(q)) == 1) {
		rc = row_get(q, &o.oper);
		o.name = db_text(q, 5);
		o.dept = db_text(q, 6);
		o.from = db_text(q, 7);
		o.until = db_text(q, 8);
		o.modality = db_text(q, 9);
		o.locked = db_int(q, 10) != 0;
		o.failures = (unsigned)db_int(q, 11);
		o.suspended = db_int(q, 12) != 0;
		o.deleted = db_int(q, 13) != 0;
		if (rc == 0)
			rc = fn(ctx, &o);
		if (rc != 0)
			break;
	}
	db_done(q);
	return rc;
}

int
oper_count(struct db *db, enum right r, uint64_t *out)
{
	struct db_query *q;
	int err;

	q = db_query(db,
	    "SELECT count(DISTINCT o.match_id) FROM oper o"
	    " JOIN account a ON a.match_id=o.match_id"
	    " WHERE a.enrolled<>0 AND (o.rights & ?)<>0");
	db_bind_int(q, (int64_t)RIGHT_BIT(r));
	err = db_one(q);
	*out = err == 0 ? (uint64_t)db_int(q, 0) : 0;
	db_done(q);
	return err;
}
