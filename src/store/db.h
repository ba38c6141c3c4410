/*
 * SQLite, and the only file that includes it (DESIGN §3).
 *
 * Statements are prepared once and found again by the address of their text:
 * `sql` of db_query() must be a string literal.  Bound values are borrowed
 * until the statement is stepped to its end or used again.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

#define DB_APPLICATION_ID 0x41554431 /* "AUD1" (audit-log.md §4.1) */
#define DB_VERSION	  6	     /* PRAGMA user_version */

struct db;
struct db_query;

/*
 * Opens the file with the settings of audit-log.md §4.1 and brings its schema
 * up to DB_VERSION.  `create`: an absent file is made.  ERR_NOTFOUND,
 * ERR_CORRUPT (not ours, or damaged), ERR_VERSION (a newer program wrote it),
 * ERR_IO, ERR_LIMIT (disk full).
 */
int db_open(struct db **out, const char *path, bool create)
    __attribute__((warn_unused_result));
void db_close(struct db *db);

/*
 * The statement of a literal, reset and ready to bind.  Never NULL: when it
 * cannot be prepared, the failure sticks to the database and every step of
 * the statement returns it.
 */
struct db_query *db_query(struct db *db, const char *sql);

/* Parameters count from 1, in the order of their `?`. */
void db_bind_int(struct db_query *q, int64_t v);
void db_bind_text(struct db_query *q, struct str s);
void db_bind_blob(struct db_query *q, const void *p, size_t n);
void db_bind_null(struct db_query *q);

/*
 * 1 a row, 0 the end (the statement is reset), or an error: ERR_EXISTS for a
 * value that must be unique, ERR_RANGE for another constraint; the rest as
 * db_failed() has it.
 */
int db_step(struct db_query *q) __attribute__((warn_unused_result));

/* Steps to the end and ignores rows; 0 or an error. */
int db_run(struct db_query *q) __attribute__((warn_unused_result));

/* One row is wanted: 0, ERR_NOTFOUND or an error. Then db_done(). */
int db_one(struct db_query *q) __attribute__((warn_unused_result));

/* Ends a statement early. */
void db_done(struct db_query *q);

/* Values of the present row, columns from 0; slices live until the next step.
 */
int64_t db_int(struct db_query *q, int col);
struct str db_text(struct db_query *q, int col);
/* Copies exactly n bytes; ERR_CORRUPT when the column has another length. */
int db_blob(struct db_query *q, int col, void *out, size_t n);

/*
 * From now on reading may take this many microseconds of this process's
 * time, or ten times that on the clock; then db_step() gives ERR_TIMEOUT,
 * nothing else changes, and the transaction goes on.  0: no limit.
 */
void db_budget(struct db *db, int64_t us);

/* Rows the last statement changed. */
int64_t db_changes(const struct db *db);

/* Several statements without parameters. */
int db_exec(struct db *db, const char *sql) __attribute__((warn_unused_result));

/* A write transaction, and one level inside it. */
int db_begin(struct db *db) __attribute__((warn_unused_result));
int db_commit(struct db *db) __attribute__((warn_unused_result));
void db_rollback(struct db *db);
int db_savepoint(struct db *db) __attribute__((warn_unused_result));
int db_release(struct db *db) __attribute__((warn_unused_result));
int db_rollback_to(struct db *db) __attribute__((warn_unused_result));

/*
 * The first failure of the engine itself (not of a constraint): ERR_IO,
 * ERR_LIMIT (full), ERR_CORRUPT, ERR_NOMEM, ERR_BUSY.  It sticks until
 * db_rollback(); nothing of the transaction may be trusted after it.
 */
int db_failed(const struct db *db);

/* Limits the file to n pages: for tests of a full disk. */
int db_limit_pages(struct db *db, unsigned n);

/* Pages in the WAL that were not copied back when the last COMMIT returned. */
unsigned db_wal_pages(const struct db *db);

/*
 * Copies the WAL back into the file at `path` with a connection of its own
 * (PASSIVE: waits for nobody).  To be run between turns in another process,
 * as the WAL grows.  0, ERR_BUSY (readers were in the way: later), ERR_IO.
 */
int db_wal_checkpoint(const char *path) __attribute__((warn_unused_result));

#endif
