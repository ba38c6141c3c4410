/*
 * mamorictl residents import: the whole file is checked here first, every bad
 * line is named, and only a file without one goes to the store, which checks
 * it again and takes all of it or nothing.
 *
 * SECURITY: no value of a resident is printed, only line, column and reason.
 * The file is read twice; one that changed in between is refused.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/csv.h"
#include "core/err.h"
#include "core/resident.h"
#include "crypt/crypt.h"
#include "ctl/ctl.h"
#include "ctl/json.h"
#include "mamori.pb-c.h"

/* A request stays below the schema's 786,432 bytes. */
#define IMPORT_BATCH ((size_t)700 << 10)

struct import_file {
	const char *path;
	struct link *link; /* NULL while the file is only checked */
	struct csv csv;
	struct resident_header header;
	struct resident_row row;
	struct json *bad; /* an open list */
	bool has_header;
	uint64_t line; /* of the record at hand */
	uint64_t rows;
	uint64_t bad_lines;
	uint64_t last_bad;
	uint64_t ticket;
	uint64_t batch_line; /* line of the first record in `batch` */
	struct buf batch;
	int refused; /* exit code of a request that failed */
	uint8_t sha256[SHA256_LEN];
};

static void
name_bad(
    struct import_file *f, uint64_t line, struct str column, const char *reason)
{
	if (column.n == 0)
		column = STR("record");
	fprintf(stderr, "%s:%llu: " STR_FMT ": %s\n", f->path,
	    (unsigned long long)line, STR_ARG(column), reason);
	json_open(f->bad, '{');
	json_pair_num(f->bad, "line", line);
	json_pair(f->bad, "column", column);
	json_pair(f->bad, "reason", str_of(reason));
	json_close(f->bad);
	if (line != f->last_bad || f->bad_lines == 0)
		f->bad_lines++;
	f->last_bad = line;
}

static void
on_bad(void *ctx, struct str column, const char *reason)
{
	struct import_file *f = ctx;

	name_bad(f, f->line, column, reason);
}

/* What the store found and this program could not: doubles, mostly. */
static int
name_refused(struct import_file *f, const Mamori__CtlImportRowsAns *ans)
{
	char reason[257];

	for (size_t i = 0; i < ans->n_bad; i++) {
		if (str_copy(reason, sizeof(reason),
			STR_PB(ans->bad[i]->reason)) != 0)
			reason[0] = '\0';
		name_bad(
		    f, ans->bad[i]->line, STR_PB(ans->bad[i]->column), reason);
	}
	return 0;
}

static int
send_batch(struct import_file *f)
{
	Mamori__CtlImportRowsReq req = MAMORI__CTL_IMPORT_ROWS_REQ__INIT;
	const ProtobufCMessage *ans;

	if (f->batch.n == 0)
		return f->batch.err;
	req.ticket = f->ticket;
	req.csv = PB_BYTES(buf_str(&f->batch));
	req.first_line = f->batch_line;
	f->refused =
	    ctl_ask(f->link, OP_ctl_import_rows, &req.base, f->path, &ans);
	buf_clear(&f->batch);
	if (f->refused != 0)
		return ERR_CANCELLED;
	return name_refused(
	    f, (const Mamori__CtlImportRowsAns *)(const void *)ans);
}

static int
on_record(void *ctx, uint64_t line, const struct str *fields, size_t n)
{
	struct import_file *f = ctx;
	int err;

	f->line = line;
	if (!f->has_header) {
		f->has_header = true;
		return resident_header_parse(&f->header, fields, n, on_bad, f);
	}
	f->rows++;
	err = resident_parse(&f->row, &f->header, fields, n, on_bad, f);
	if (err == ERR_SYNTAX)
		return 0; /* named; go on to name the others */
	if (err != 0 || f->link == NULL)
		return err;
	if (f->batch.n == 0)
		f->batch_line = line;
	resident_put(&f->batch, &f->row);
	if (f->batch.n >= IMPORT_BATCH)
		return send_batch(f);
	return f->batch.err;
}

/* One pass over the file. */
static int
read_file(struct import_file *f)
{
	char piece[65536];
	struct crypt_sha256 *hash = crypt_sha256_new();
	FILE *in = fopen(f->path, "re");
	size_t n;
	int err = 0;

	csv_init(&f->csv, on_record, f);
	f->has_header = false;
	f->rows = 0;
	if (in == NULL || hash == NULL)
		err = hash == NULL    ? ERR_NOMEM
		    : errno == ENOENT ? ERR_NOTFOUND
				      : ERR_IO;
	while (err == 0 && (n = fread(piece, 1, sizeof(piece), in)) > 0) {
		crypt_sha256_add(hash, str_n(piece, n));
		err = csv_feed(&f->csv, str_n(piece, n));
	}
	if (err == 0 && ferror(in))
		err = ERR_IO;
	if (err == 0)
		err = csv_end(&f->csv);
	if (f->csv.fault != CSV_FAULT_NONE)
		name_bad(f, f->csv.line, STR("record"),
		    csv_fault_text(f->csv.fault));
	if (hash != NULL)
		crypt_sha256_end(hash, f->sha256);
	if (in != NULL)
		fclose(in);
	explicit_bzero(piece, sizeof(piece));
	csv_release(&f->csv);
	return err;
}

static int
check_file(struct import_file *f)
{
	char count[64];
	int err = read_file(f);

	if (err == 0 && !f->has_header)
		return ctl_fail(f->path, "empty",
		    "give a CSV file with a "
		    "header line");
	if (f->bad_lines > 0) {
		(void)snprintf(count, sizeof(count), "%llu bad line%s",
		    (unsigned long long)f->bad_lines,
		    f->bad_lines == 1 ? "" : "s");
		return ctl_fail(f->path, count,
		    "nothing was imported; mend the lines named above");
	}
	return err == 0 ? 0 : ctl_fail_err(f->path, err, NULL);
}

static int
begin(struct import_file *f)
{
	Mamori__CtlImportBeginReq req = MAMORI__CTL_IMPORT_BEGIN_REQ__INIT;
	const ProtobufCMessage *ans;
	const char *slash = strrchr(f->path, '/');
	int rc;

	req.file = CTL_PB(slash != NULL ? slash + 1 : f->path);
	req.sha256 = PB_BYTES(str_n(f->sha256, sizeof(f->sha256)));
	rc = ctl_ask(f->link, OP_ctl_import_begin, &req.base, f->path, &ans);
	if (rc == 0)
		f->ticket =
		    ((const Mamori__CtlImportBeginAns *)(const void *)ans)
			->ticket;
	return rc;
}

static int
commit(struct import_file *f, uint64_t *residents)
{
	Mamori__CtlImportCommitReq req = MAMORI__CTL_IMPORT_COMMIT_REQ__INIT;
	const ProtobufCMessage *ans;
	int rc;

	req.ticket = f->ticket;
	req.rows = f->rows;
	rc = ctl_ask(f->link, OP_ctl_import_commit, &req.base, f->path, &ans);
	if (rc == 0)
		*residents =
		    ((const Mamori__CtlImportCommitAns *)(const void *)ans)
			->residents;
	return rc;
}

/* The second pass: what was checked goes to the store. */
static int
send_file(struct import_file *f, uint64_t *residents)
{
	uint8_t seen[SHA256_LEN];
	int err;
	int rc;

	memcpy(seen, f->sha256, sizeof(seen));
	rc = begin(f);
	if (rc != 0)
		return rc;
	err = read_file(f);
	if (err == 0)
		err = send_batch(f);
	if (f->refused != 0)
		return f->refused;
	if (memcmp(seen, f->sha256, sizeof(seen)) != 0)
		return ctl_fail(f->path, "changed while it was read",
		    "nothing was imported; try again");
	if (f->bad_lines > 0)
		return ctl_fail(f->path, "the store refused lines",
		    "nothing was imported; mend the lines named above");
	if (err != 0)
		return ctl_fail_err(f->path, err, NULL);
	return commit(f, residents);
}

static void
tell(const struct import_file *f, struct json *j, uint64_t residents,
    bool as_json, int rc)
{
	if (as_json) {
		json_close(j);
		json_pair(j, "file", str_of(f->path));
		json_pair_num(j, "rows", f->rows);
		json_pair_num(j, "residents", residents);
		json_pair_bool(j, "imported", rc == 0);
		json_close(j);
		(void)json_print(j);
	} else if (rc == 0) {
		printf("%llu residents with %llu rows imported from %s\n",
		    (unsigned long long)residents, (unsigned long long)f->rows,
		    f->path);
	}
}

int
cmd_residents_import(int argc, char **argv)
{
	struct ctl_named n = { .dir = NULL };
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &n.dir },
		{ .name = "json", .flag = &n.json },
	};
	struct json j = { .depth = 0 };
	struct import_file f = { .bad = &j };
	uint64_t residents = 0;
	int rc;

	rc = ctl_options(argc, argv, options, 2, &f.path, 1, 1);
	if (rc != 0)
		return rc;
	json_open(&j, '{');
	json_key(&j, "bad");
	json_open(&j, '[');
	rc = check_file(&f);
	if (rc == 0)
		rc = ctl_open(n.dir, &f.link);
	if (rc == 0)
		rc = send_file(&f, &residents);
	tell(&f, &j, residents, n.json, rc);
	link_close(f.link);
	resident_row_release(&f.row);
	buf_wipe(&f.batch);
	buf_release(&j.b);
	return rc;
}
