/*
 * One connection to the database, its statements and transactions.
 *
 * SECURITY: SQL text is always a literal of our own and values are always
 * bound, so nothing of a request is ever parsed as SQL.  Functions in the
 * schema are not trusted, deleted content is overwritten, and a failure of
 * the engine sticks until the transaction is rolled back: nobody can commit
 * over it by not looking.
 */
#include "store/db.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/err.h"
#include "core/log.h"
#include "store/schema.h"

#define DB_STATEMENTS 1024 /* slots; a power of two, at most half used */
#define DB_BUDGET_OPS 200  /* steps of the engine between looks at the clock */

struct db_query {
	struct db *db;
	const char *sql;
	sqlite3_stmt *stmt;
	int next; /* parameter that db_bind_*() fills */
	int err;
};

struct db {
	sqlite3 *sql;
	int failed;
	unsigned wal_pages;
	unsigned used;
	int64_t budget; /* ns a query may take; 0: no limit */
	int64_t began;	/* when db_budget() was called */
	int64_t began_cpu;
	struct db_query query[DB_STATEMENTS];
};

static int
map_constraint(int extended)
{
	if (extended == SQLITE_CONSTRAINT_UNIQUE ||
	    extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
	    extended == SQLITE_CONSTRAINT_ROWID)
		return ERR_EXISTS;
	return ERR_RANGE;
}

static int
map_error(int rc, int extended)
{
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
		return map_constraint(extended);
	case SQLITE_FULL:
		return ERR_LIMIT;
	case SQLITE_NOMEM:
		return ERR_NOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_SCHEMA:
		return ERR_CORRUPT;
	case SQLITE_CANTOPEN:
		return ERR_NOTFOUND;
	case SQLITE_INTERRUPT:
		return ERR_TIMEOUT;
	case SQLITE_MISUSE:
	case SQLITE_ERROR:
		return ERR_CORRUPT;
	default:
		return ERR_IO;
	}
}

/* Maps, and keeps what is not the fault of a value. */
static int
note_error(struct db *db, int rc)
{
	int err = map_error(rc, sqlite3_extended_errcode(db->sql));

	if ((rc & 0xff) == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_INTERRUPT)
		return err;
	if (db->failed == 0) {
		db->failed = err;
		log_error("db", "%s (%d)", sqlite3_errstr(rc),
		    sqlite3_extended_errcode(db->sql));
	}
	return err;
}

int
db_failed(const struct db *db)
{
	return db->failed;
}

static unsigned
slot_of(const char *sql)
{
	uint64_t x = (uint64_t)(uintptr_t)sql;

	x *= UINT64_C(0x9e3779b97f4a7c15);
	return (unsigned)(x >> 48) & (DB_STATEMENTS - 1);
}

static void
prepare(struct db *db, struct db_query *q, const char *sql)
{
	int rc;

	BUG_ON(db->used >= DB_STATEMENTS / 2);
	rc = sqlite3_prepare_v3(
	    db->sql, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
	q->db = db;
	q->sql = sql;
	q->err = rc == SQLITE_OK ? 0 : note_error(db, rc);
	if (q->err != 0)
		log_error("db", "%s: %s", sqlite3_errmsg(db->sql), sql);
	db->used++;
}

struct db_query *
db_query(struct db *db, const char *sql)
{
	unsigned i = slot_of(sql);

	while (db->query[i].sql != NULL && db->query[i].sql != sql)
		i = (i + 1) & (DB_STATEMENTS - 1);
	if (db->query[i].sql == NULL)
		prepare(db, &db->query[i], sql);
	db_done(&db->query[i]);
	return &db->query[i];
}

static void
bound(struct db_query *q, int rc)
{
	if (rc != SQLITE_OK && q->err == 0)
		q->err = note_error(q->db, rc);
}

void
db_bind_int(struct db_query *q, int64_t v)
{
	bound(q, sqlite3_bind_int64(q->stmt, q->next++, v));
}

void
db_bind_text(struct db_query *q, struct str s)
{
	bound(q,
	    sqlite3_bind_text64(q->stmt, q->next++, s.p == NULL ? "" : s.p, s.n,
		SQLITE_STATIC, SQLITE_UTF8));
}

void
db_bind_blob(struct db_query *q, const void *p, size_t n)
{
	bound(q,
	    sqlite3_bind_blob64(
		q->stmt, q->next++, p == NULL ? "" : p, n, SQLITE_STATIC));
}

void
db_bind_null(struct db_query *q)
{
	bound(q, sqlite3_bind_null(q->stmt, q->next++));
}

void
db_done(struct db_query *q)
{
	q->next = 1;
	if (q->stmt != NULL)
		(void)sqlite3_reset(q->stmt);
}

static int64_t
now_ns(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/*
 * The time of this process counts, so that a busy machine refuses nobody;
 * waiting for the disk counts at a tenth.
 */
static int
over_budget(void *ctx)
{
	const struct db *db = ctx;
	int64_t over;

	if (db->budget == 0)
		return 0;
	over = now_ns(CLOCK_MONOTONIC) - db->began - db->budget;
	if (over <= 0)
		return 0;
	return over > 9 * db->budget ||
	    now_ns(CLOCK_PROCESS_CPUTIME_ID) - db->began_cpu > db->budget;
}

int
db_step(struct db_query *q)
{
	int rc;
	int err;

	if (q->err != 0)
		return q->err;
	rc = sqlite3_step(q->stmt);
	if (rc == SQLITE_ROW && !over_budget(q->db))
		return 1;
	if (rc == SQLITE_ROW)
		rc = SQLITE_INTERRUPT;
	err = rc == SQLITE_DONE ? 0 : note_error(q->db, rc);
	db_done(q);
	return err;
}

int
db_run(struct db_query *q)
{
	int rc;

	do {
		rc = db_step(q);
	} while (rc == 1);
	return rc;
}

int
db_one(struct db_query *q)
{
	int rc = db_step(q);

	if (rc == 0)
		return ERR_NOTFOUND;
	return rc < 0 ? rc : 0;
}

int64_t
db_int(struct db_query *q, int col)
{
	return sqlite3_column_int64(q->stmt, col);
}

struct str
db_text(struct db_query *q, int col)
{
	const void *p = sqlite3_column_blob(q->stmt, col);

	return str_n(
	    p, p == NULL ? 0 : (size_t)sqlite3_column_bytes(q->stmt, col));
}

int
db_blob(struct db_query *q, int col, void *out, size_t n)
{
	struct str s = db_text(q, col);

	memset(out, 0, n);
	if (s.n != n)
		return ERR_CORRUPT;
	memcpy(out, s.p, n);
	return 0;
}

void
db_budget(struct db *db, int64_t us)
{
	db->budget = us > 0 ? us * 1000 : 0;
	db->began = now_ns(CLOCK_MONOTONIC);
	db->began_cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	sqlite3_progress_handler(
	    db->sql, us > 0 ? DB_BUDGET_OPS : 0, over_budget, db);
}

int64_t
db_changes(const struct db *db)
{
	return sqlite3_changes64(db->sql);
}

int
db_exec(struct db *db, const char *sql)
{
	int rc = sqlite3_exec(db->sql, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : note_error(db, rc);
}

int
db_begin(struct db *db)
{
	return db_run(db_query(db, "BEGIN IMMEDIATE"));
}

int
db_commit(struct db *db)
{
	if (db->failed != 0)
		return db->failed;
	return db_run(db_query(db, "COMMIT"));
}

void
db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->sql))
		(void)sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
	db->failed = 0;
}

int
db_savepoint(struct db *db)
{
	return db_run(db_query(db, "SAVEPOINT request"));
}

int
db_release(struct db *db)
{
	return db_run(db_query(db, "RELEASE request"));
}

int
db_rollback_to(struct db *db)
{
	int err = db_run(db_query(db, "ROLLBACK TO request"));

	return err != 0 ? err : db_release(db);
}

int
db_limit_pages(struct db *db, unsigned n)
{
	char sql[64];

	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA max_page_count=%u", n);
	return db_exec(db, sql);
}

unsigned
db_wal_pages(const struct db *db)
{
	return db->wal_pages;
}

static int
wal_grew(void *ctx, sqlite3 *sql, const char *name, int pages)
{
	struct db *db = ctx;

	(void)sql;
	(void)name;
	db->wal_pages = (unsigned)pages;
	return SQLITE_OK;
}

/* ---- opening ------------------------------------------------------------ */

static int
pragma_int(struct db *db, const char *sql, int64_t *out)
{
	struct db_query *q = db_query(db, sql);
	int err = db_one(q);

	*out = err == 0 ? db_int(q, 0) : 0;
	db_done(q);
	return err;
}

static const char settings[] = "PRAGMA journal_mode=WAL;"
			       "PRAGMA synchronous=FULL;"
			       "PRAGMA wal_autocheckpoint=0;"
			       "PRAGMA foreign_keys=ON;"
			       "PRAGMA secure_delete=ON;"
			       "PRAGMA trusted_schema=OFF;"
			       "PRAGMA cell_size_check=ON;"
			       "PRAGMA cache_size=-65536;"
			       "PRAGMA temp_store=MEMORY;";

static int
set_version(struct db *db, int64_t version)
{
	char sql[96];

	sqlite3_snprintf(sizeof(sql), sql,
	    "PRAGMA application_id=%d; PRAGMA user_version=%d",
	    DB_APPLICATION_ID, (int)version);
	return db_exec(db, sql);
}

static int
migrate_step(struct db *db, int64_t version)
{
	const char *sql;
	unsigned part = 0;
	int err;

	if (schema_step((int)version, 0) == NULL)
		return ERR_VERSION;
	err = db_begin(db);
	while (err == 0 && (sql = schema_step((int)version, part++)) != NULL)
		err = db_exec(db, sql);
	if (err == 0)
		err = set_version(db, version + 1);
	if (err == 0)
		err = db_commit(db);
	if (err != 0)
		db_rollback(db);
	return err;
}

static int
migrate(struct db *db)
{
	int64_t id;
	int64_t version;
	int err;

	err = pragma_int(db, "PRAGMA application_id", &id);
	if (err == 0)
		err = pragma_int(db, "PRAGMA user_version", &version);
	if (err != 0)
		return err;
	if (id != (version == 0 ? 0 : DB_APPLICATION_ID))
		return ERR_CORRUPT;
	if (version > DB_VERSION)
		return ERR_VERSION;
	while (err == 0 && version < DB_VERSION)
		err = migrate_step(db, version++);
	return err;
}

int
db_open(struct db **out, const char *path, bool create)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_NOFOLLOW | (create ? SQLITE_OPEN_CREATE : 0);
	struct db *db;
	int rc;
	int err;

	*out = NULL;
	db = calloc(1, sizeof(*db));
	if (db == NULL)
		return ERR_NOMEM;
	rc = sqlite3_open_v2(path, &db->sql, flags, NULL);
	if (rc != SQLITE_OK) {
		err = map_error(rc, rc);
		db_close(db);
		return err;
	}
	(void)sqlite3_extended_result_codes(db->sql, 0);
	(void)sqlite3_busy_timeout(db->sql, 2000);
	(void)sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	err = db_exec(db, settings);
	if (err == 0)
		err = migrate(db);
	if (err != 0) {
		db_close(db);
		return err;
	}
	(void)sqlite3_wal_hook(db->sql, wal_grew, db);
	*out = db;
	return 0;
}

void
db_close(struct db *db)
{
	size_t i;

	if (db == NULL)
		return;
	for (i = 0; i < DB_STATEMENTS; i++)
		(void)sqlite3_finalize(db->query[i].stmt);
	(void)sqlite3_close(db->sql);
	free(db);
}

int
db_wal_checkpoint(const char *path)
{
	sqlite3 *sql = NULL;
	int rc;

	rc = sqlite3_open_v2(
	    path, &sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_wal_checkpoint_v2(
		    sql, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	(void)sqlite3_close(sql);
	return rc == SQLITE_OK ? 0 : map_error(rc, rc);
}
