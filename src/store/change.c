/*
 * Changes of accounts that wait for their day.
 *
 * SECURITY: a change stays in the table after it was made, with the day on
 * which that happened; the log has both acts.
 */
#include "store/change.h"

#include "core/err.h"

#define COLUMNS                                                                \
	"n,day,match_id,kind,reason,ordered_by,ordered,done,"                  \
	"operator_id,template,rights,hide"

int
change_add(struct db *db, const struct change *c)
{
	struct db_query *q;

	q = db_query(db,
	    "INSERT INTO change(day,match_id,kind,reason,ordered_by,ordered,"
	    "operator_id,template,rights,hide) VALUES(?,?,?,?,?,?,?,?,?,?)");
	db_bind_text(q, str_of(c->day));
	db_bind_text(q, str_of(c->match_id));
	db_bind_text(q, str_of(c->kind));
	db_bind_text(q, str_of(c->reason));
	db_bind_text(q, str_of(c->ordered_by));
	db_bind_int(q, c->ordered_ms);
	db_bind_text(q, str_of(c->oper.operator_id));
	db_bind_text(q, str_of(c->oper.template_name));
	db_bind_int(q, (int64_t)c->oper.rights);
	db_bind_int(q, c->oper.hide);
	return db_run(q);
}

static int
row_get(struct db_query *q, struct change *c)
{
	const struct {
		char *to;
		size_t cap;
		int column;
	} texts[] = {
		{ c->day, sizeof(c->day), 1 },
		{ c->match_id, sizeof(c->match_id), 2 },
		{ c->oper.match_id, sizeof(c->oper.match_id), 2 },
		{ c->kind, sizeof(c->kind), 3 },
		{ c->reason, sizeof(c->reason), 4 },
		{ c->ordered_by, sizeof(c->ordered_by), 5 },
		{ c->oper.operator_id, sizeof(c->oper.operator_id), 8 },
		{ c->oper.template_name, sizeof(c->oper.template_name), 9 },
	};
	size_t i;

	*c = (struct change){ .n = db_int(q, 0) };
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (str_copy(texts[i].to, texts[i].cap,
			db_text(q, texts[i].column)) != 0)
			return ERR_CORRUPT;
	c->oper.rights = (right_set)db_int(q, 10);
	c->oper.hide = (unsigned)db_int(q, 11);
	c->ordered_ms = db_int(q, 6);
	c->done_ms = db_int(q, 7);
	return 0;
}

int
change_due(struct db *db, struct str today, struct change *out)
{
	struct db_query *q;
	int err;

	*out = (struct change){ 0 };
	q = db_query(db,
	    "SELECT " COLUMNS
	    " FROM change WHERE done=0 AND day<=? ORDER BY day,n LIMIT 1");
	db_bind_text(q, today);
	err = db_one(q);
	if (err == 0)
		err = row_get(q, out);
	db_done(q);
	return err;
}

int
change_done(struct db *db, int64_t n, int64_t now_ms)
{
	struct db_query *q;

	q = db_query(db, "UPDATE change SET done=? WHERE n=?");
	db_bind_int(q, now_ms);
	db_bind_int(q, n);
	return db_run(q);
}

int
change_each(struct db *db, change_fn *fn, void *ctx)
{
	struct change c;
	struct db_query *q;
	int rc;

	q = db_query(db, "SELECT " COLUMNS " FROM change ORDER BY day,n");
	while ((rc = db_step(q)) == 1) {
		rc = row_get(q, &c);
		if (rc == 0)
			rc = fn(ctx, &c);
		if (rc != 0)
			break;
	}
	db_done(q);
	return rc;
}
