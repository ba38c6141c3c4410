/*
 * Staging and taking residents.
 *
 * SECURITY: the file is hostile: every row is parsed and checked again here,
 * whatever mamorictl did before.  A row takes effect only together with all
 * others, in the transaction that logs the import.
 */
#include "store/import.h"

#include "core/csv.h"
#include "core/err.h"
#include "store/search.h"

/* what stage, past and person have in common, in the order of bind_row() */
#define PRESENT                                                                \
	"resident_no,history_no,household_no,jumin_code,my_number,name,kana,"  \
	"alias,birth,birth_text,sex,postal_code,address,relation,nationality," \
	"status,event,event_date,mark"
/* what stage and past have in common */
#define COLUMNS PRESENT ",items"

struct load {
	struct import *im;
	struct db *db;
	uint64_t first_line;
	uint64_t line; /* of the record at hand */
	bool first;
	bool line_bad;
	import_bad *bad;
	void *ctx;
	struct resident_row row;
	struct buf birth;
	struct buf items;
};

void
import_release(struct import *im)
{
	buf_release(&im->file);
	*im = (struct import){ 0 };
}

int
import_begin(struct import *im, struct db *db, struct str file)
{
	uint64_t ticket = im->ticket + 1;

	buf_release(&im->file);
	*im = (struct import){ .ticket = ticket };
	resident_header_all(&im->header);
	buf_puts_str(&im->file, file);
	if (im->file.err != 0)
		return im->file.err;
	return db_exec(db, "DELETE FROM stage");
}

static void
report(struct load *ld, struct str column, const char *reason)
{
	ld->line_bad = true;
	ld->bad(ld->ctx, ld->line, column, reason);
}

static void
report_column(void *ctx, struct str column, const char *reason)
{
	report(ctx, column, reason);
}

/* ---- one row ------------------------------------------------------------ */

/* What of the row is kept in another form. */
static int
make_values(struct load *ld)
{
	buf_clear(&ld->birth);
	if (ld->row.birth.y != 0)
		date_put_iso(&ld->birth, ld->row.birth);
	buf_clear(&ld->items);
	item_keep(&ld->items, ld->row.v);
	return ld->items.err != 0 ? ld->items.err : ld->birth.err;
}

/* A number belongs to one person only, here and in the register. */
static int
check_owner(
    struct load *ld, const char *sql, struct str number, const char *column)
{
	struct db_query *q;
	int rc;

	if (number.n == 0)
		return 0;
	q = db_query(ld->db, sql);
	db_bind_text(q, number);
	db_bind_text(q, ld->row.v[RESIDENT_resident_no]);
	rc = db_step(q);
	db_done(q);
	if (rc == 1)
		report(ld, str_of(column),
		    "the number belongs to another person; correct one of"
		    " them");
	return rc < 0 ? rc : 0;
}

static int
check_numbers(struct load *ld)
{
	const struct str *v = ld->row.v;
	int err;

	err = check_owner(ld,
	    "SELECT 1 FROM stage WHERE jumin_code=?1"
	    " AND resident_no<>?2 UNION ALL SELECT 1 FROM"
	    " person WHERE jumin_code=?1 AND resident_no<>?2"
	    " LIMIT 1",
	    v[RESIDENT_jumin_code], "jumin_code");
	if (err == 0)
		err = check_owner(ld,
		    "SELECT 1 FROM stage WHERE my_number=?1"
		    " AND resident_no<>?2 UNION ALL SELECT 1"
		    " FROM person WHERE my_number=?1"
		    " AND resident_no<>?2 LIMIT 1",
		    v[RESIDENT_my_number], "my_number");
	return err;
}

static void
bind_number(struct db_query *q, struct str s)
{
	if (s.n == 0)
		db_bind_null(q);
	else
		db_bind_text(q, s);
}

static void
bind_row(struct db_query *q, const struct load *ld)
{
	static const enum resident_column texts[] = { RESIDENT_name,
		RESIDENT_name_kana, RESIDENT_alias };
	static const enum resident_column rest[] = { RESIDENT_birth_date_text,
		RESIDENT_sex, RESIDENT_postal_code, RESIDENT_address,
		RESIDENT_relation, RESIDENT_nationality, RESIDENT_status,
		RESIDENT_event, RESIDENT_event_date, RESIDENT_protected };
	const struct str *v = ld->row.v;
	size_t i;

	db_bind_text(q, v[RESIDENT_resident_no]);
	db_bind_int(q, ld->row.history_no);
	db_bind_text(q, v[RESIDENT_household_no]);
	bind_number(q, v[RESIDENT_jumin_code]);
	bind_number(q, v[RESIDENT_my_number]);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		db_bind_text(q, v[texts[i]]);
	db_bind_text(q, buf_str(&ld->birth));
	for (i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		db_bind_text(q, v[rest[i]]);
	db_bind_text(q, buf_str(&ld->items));
}

static int
stage_row(struct load *ld)
{
	struct db_query *q;
	int err;

	q = db_query(ld->db,
	    "INSERT INTO stage(ticket,line," COLUMNS ") VALUES(?,?,"
	    "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	db_bind_int(q, (int64_t)ld->im->ticket);
	db_bind_int(q, (int64_t)ld->line);
	bind_row(q, ld);
	err = db_run(q);
	if (err == ERR_EXISTS) {
		report(ld, STR("history_no"),
		    "the person has this history number twice; number the"
		    " rows of a person 1, 2, 3");
		return 0;
	}
	return err;
}

/* ---- records ------------------------------------------------------------ */

static bool
is_header(const struct str *fields, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eqz(fields[i], "resident_no"))
			return true;
	return false;
}

static int
header(struct load *ld, const struct str *fields, size_t n)
{
	int err;

	err = resident_header_parse(
	    &ld->im->header, fields, n, report_column, ld);
	if (ld->line_bad || err != 0)
		ld->im->bad++;
	return err == ERR_SYNTAX ? 0 : err;
}

static int
record(void *ctx, uint64_t line, const struct str *fields, size_t n)
{
	struct load *ld = ctx;
	bool first = ld->first;
	int err;

	ld->first = false;
	ld->line = ld->first_line + line - 1;
	ld->line_bad = false;
	if (first && is_header(fields, n))
		return header(ld, fields, n);
	err = resident_parse(
	    &ld->row, &ld->im->header, fields, n, report_column, ld);
	if (err == ERR_SYNTAX) {
		ld->im->bad++;
		return 0;
	}
	if (err == 0)
		err = make_values(ld);
	if (err == 0)
		err = check_numbers(ld);
	if (err == 0 && !ld->line_bad)
		err = stage_row(ld);
	if (err == 0 && ld->line_bad)
		ld->im->bad++;
	else if (err == 0)
		ld->im->rows++;
	return err;
}

int
import_rows(struct import *im, struct db *db, uint64_t ticket, struct str text,
    uint64_t first_line, import_bad *bad, void *ctx)
{
	struct load ld = { .im = im,
		.db = db,
		.first_line = first_line == 0 ? 1 : first_line,
		.first = true,
		.bad = bad,
		.ctx = ctx };
	struct csv csv;
	int err;

	if (ticket == 0 || ticket != im->ticket)
		return ERR_BADSTATE;
	csv_init(&csv, record, &ld);
	err = csv_feed(&csv, text);
	if (err == 0)
		err = csv_end(&csv);
	if (err != 0 && csv.fault != CSV_FAULT_NONE) {
		ld.line = ld.first_line + csv.line - 1;
		report(&ld, STR("csv"), csv_fault_text(csv.fault));
		im->bad++;
		err = 0;
	}
	csv_release(&csv);
	resident_row_release(&ld.row);
	buf_wipe(&ld.birth);
	buf_wipe(&ld.items);
	return err;
}

/* ---- taking ------------------------------------------------------------- */

/* clang-format off */
static const char take_rows[] =
"DELETE FROM past WHERE resident_no IN (SELECT resident_no FROM stage);"
"DELETE FROM person WHERE resident_no IN (SELECT resident_no FROM stage);"
"INSERT INTO past(" COLUMNS ") SELECT " COLUMNS " FROM stage"
"  ORDER BY resident_no,history_no;"
"INSERT INTO person(" PRESENT ") SELECT " PRESENT " FROM past p"
"  WHERE p.resident_no IN (SELECT resident_no FROM stage)"
"  AND p.history_no=(SELECT max(history_no) FROM past x"
"  WHERE x.resident_no=p.resident_no);";
/* clang-format on */

/* REC-08: a 通称 is recorded and deleted, and never changed into another. */
static int
check_aliases(struct db *db)
{
	struct db_query *q;
	int rc;

	q = db_query(db,
	    "SELECT 1 FROM stage a JOIN stage b ON b.resident_no=a.resident_no"
	    " AND b.history_no=(SELECT min(history_no) FROM stage x WHERE"
	    " x.resident_no=a.resident_no AND x.history_no>a.history_no)"
	    " WHERE a.alias<>'' AND b.alias<>'' AND a.alias<>b.alias LIMIT 1");
	rc = db_step(q);
	db_done(q);
	return rc == 1 ? ERR_SYNTAX : rc;
}

/* The index follows the register, person by person. */
static int
each_staged(struct db *db, int (*change)(struct db *, struct str))
{
	struct db_query *q;
	struct buf no = BUF_INIT;
	int rc;

	q = db_query(
	    db, "SELECT DISTINCT resident_no FROM stage ORDER BY resident_no");
	while ((rc = db_step(q)) == 1) {
		buf_clear(&no);
		buf_puts_str(&no, db_text(q, 0));
		rc = no.err != 0 ? no.err : change(db, buf_str(&no));
		if (rc != 0)
			break;
	}
	db_done(q);
	buf_wipe(&no);
	return rc;
}

int
import_commit(struct import *im, struct db *db, uint64_t ticket, uint64_t rows,
    const char **item)
{
	uint64_t staged = im->rows;
	uint64_t bad = im->bad;
	int err;

	*item = "rows";
	if (ticket == 0 || ticket != im->ticket)
		return ERR_BADSTATE;
	im->rows = 0;
	im->bad = 1; /* this ticket never commits again */
	if (bad != 0)
		return ERR_SYNTAX;
	if (staged != rows)
		return ERR_RANGE;
	*item = "alias";
	err = check_aliases(db);
	if (err != 0)
		return err;
	*item = "rows";
	err = each_staged(db, search_drop);
	if (err == 0)
		err = db_exec(db, take_rows);
	if (err == 0)
		err = each_staged(db, search_add);
	if (err == 0)
		err = db_exec(db, "DELETE FROM stage");
	return err;
}
