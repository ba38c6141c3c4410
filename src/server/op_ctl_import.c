/*
 * Importing residents: staged, checked, taken all or not at all.
 *
 * SECURITY: the answer names lines and columns, never values.
 */
#include "server/ops.h"

#include "core/err.h"
#include "store/person.h"

#define BAD_MAX 1024

int
op_ctl_import_begin(struct op_call *c, const Mamori__CtlImportBeginReq *req,
    Mamori__CtlImportBeginAns *ans)
{
	struct buf hex = BUF_INIT;
	size_t i;
	int err;

	if (req->sha256.len != 32)
		return op_refuse(c, ERR_SYNTAX, "sha256");
	err = import_begin(c->import, c->db, STR_PB(req->file));
	if (err != 0)
		return err;
	for (i = 0; i < 32; i++)
		buf_printf(&hex, "%02x", req->sha256.data[i]);
	op_fact(c, "reason", "file sha256 " STR_FMT, STR_ARG(buf_str(&hex)));
	buf_release(&hex);
	ans->ticket = c->import->ticket;
	return 0;
}

struct report {
	struct op_call *c;
	Mamori__CtlImportRowsAns *ans;
};

/* A column may be a name out of the file: cut and cleaned. */
static struct str
column_text(struct str s)
{
	if (s.n > 64 || !wire_text_ok(s, false))
		return STR("?");
	return s;
}

static void
bad_line(void *ctx, uint64_t line, struct str column, const char *reason)
{
	struct report *r = ctx;
	Mamori__BadLine *one;

	if (r->ans->n_bad == BAD_MAX)
		return;
	one = wire_alloc(r->c->arena, sizeof(*one));
	if (one == NULL)
		return;
	mamori__bad_line__init(one);
	one->line = line;
	one->column = op_bytes(r->c, column_text(column));
	one->reason = op_text(r->c, reason);
	r->ans->bad[r->ans->n_bad++] = one;
}

int
op_ctl_import_rows(struct op_call *c, const Mamori__CtlImportRowsReq *req,
    Mamori__CtlImportRowsAns *ans)
{
	struct report r = { c, ans };
	int err;

	ans->bad = wire_alloc(c->arena, BAD_MAX * sizeof(*ans->bad));
	if (ans->bad == NULL)
		return ERR_LIMIT;
	err = import_rows(c->import, c->db, req->ticket, STR_PB(req->csv),
	    req->first_line, bad_line, &r);
	if (err == ERR_BADSTATE)
		return op_refuse(c, err, "ticket");
	op_fact(c, "after", "rows %llu, bad %llu",
	    (unsigned long long)c->import->rows,
	    (unsigned long long)c->import->bad);
	return err;
}

int
op_ctl_import_commit(struct op_call *c, const Mamori__CtlImportCommitReq *req,
    Mamori__CtlImportCommitAns *ans)
{
	uint64_t rows = c->import->rows;
	uint64_t residents = 0;
	const char *item;
	int err;

	op_fact(
	    c, "reason", "file " STR_FMT, STR_ARG(buf_str(&c->import->file)));
	err = import_commit(c->import, c->db, req->ticket, req->rows, &item);
	if (err == ERR_BADSTATE)
		return op_refuse(c, err, "ticket");
	if (err != 0)
		return op_refuse(c, err, item);
	err = person_count(c->db, &residents);
	if (err != 0)
		return err;
	op_fact(c, "after", "rows %llu, residents %llu",
	    (unsigned long long)rows, (unsigned long long)residents);
	ans->residents = residents;
	ans->rows = rows;
	return 0;
}
