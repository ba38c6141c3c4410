/*
 * The database file: settings, versions, statements, errors.
 *
 * SECURITY: a file that is not ours, or newer than this program, is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/err.h"
#include "store/db.h"
#include "store/param.h"
#include "store/schema.h"

static char dir[64];
static char path[96];

static int
setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/mamori-db-XXXXXX");
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/t.db", dir);
	return 0;
}

static int
teardown(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char file[128];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		(void)snprintf(file, sizeof(file), "%s%s", path, ends[i]);
		(void)unlink(file);
	}
	(void)rmdir(dir);
	return 0;
}

static int64_t
number(struct db *db, const char *sql)
{
	struct db_query *q = db_query(db, sql);
	int64_t v;

	assert_int_equal(db_one(q), 0);
	v = db_int(q, 0);
	db_done(q);
	return v;
}

static void
a_new_file_has_the_settings_of_the_audit_log(void **state)
{
	struct db *db;

	(void)state;
	assert_int_equal(db_open(&db, path, false), ERR_NOTFOUND);
	assert_int_equal(db_open(&db, path, true), 0);
	assert_int_equal(
	    number(db, "PRAGMA application_id"), DB_APPLICATION_ID);
	assert_int_equal(number(db, "PRAGMA user_version"), DB_VERSION);
	assert_int_equal(number(db, "PRAGMA synchronous"), 2);
	assert_int_equal(number(db, "PRAGMA wal_autocheckpoint"), 0);
	assert_int_equal(number(db, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number(db, "PRAGMA secure_delete"), 1);
	assert_int_equal(number(db, "PRAGMA trusted_schema"), 0);
	db_close(db);
}

static void
a_newer_or_foreign_file_is_refused(void **state)
{
	struct db *db;

	(void)state;
	assert_int_equal(db_open(&db, path, true), 0);
	assert_int_equal(db_exec(db, "PRAGMA user_version=99"), 0);
	db_close(db);
	assert_int_equal(db_open(&db, path, true), ERR_VERSION);
	assert_null(db);
	(void)unlink(path);
	assert_int_equal(db_open(&db, path, true), 0);
	assert_int_equal(db_exec(db, "PRAGMA application_id=7"), 0);
	db_close(db);
	assert_int_equal(db_open(&db, path, false), ERR_CORRUPT);
}

static void
every_version_has_a_step_and_the_last_has_none(void **state)
{
	int v;

	(void)state;
	for (v = 0; v < DB_VERSION; v++)
		assert_non_null(schema_step(v, 0));
	assert_null(schema_step(DB_VERSION, 0));
}

static void
a_file_that_is_no_database_is_refused(void **state)
{
	struct db *db;
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	assert_true(fputs("this is not a database, it is some text that is"
			  " long enough to be taken for a header of one......"
			  "...................................",
			f) >= 0);
	(void)fclose(f);
	assert_int_equal(db_open(&db, path, true), ERR_CORRUPT);
}

static void
a_value_twice_is_an_error_of_the_value_not_of_the_engine(void **state)
{
	struct db_query *q;
	struct db *db;
	int i;

	(void)state;
	assert_int_equal(db_open(&db, path, true), 0);
	for (i = 0; i < 2; i++) {
		q = db_query(db, "INSERT INTO param(name,value) VALUES(?,?)");
		db_bind_text(q, STR("a"));
		db_bind_blob(q, "x", 1);
		assert_int_equal(db_run(q), i == 0 ? 0 : ERR_EXISTS);
	}
	assert_int_equal(db_failed(db), 0);
	q = db_query(db, "INSERT INTO hash(i,h) VALUES(1,x'00')");
	assert_int_equal(db_run(q), ERR_RANGE);
	db_close(db);
}

static void
a_failure_of_the_engine_sticks_until_rollback(void **state)
{
	struct db *db;

	(void)state;
	assert_int_equal(db_open(&db, path, true), 0);
	assert_int_equal(db_begin(db), 0);
	assert_true(db_exec(db, "SELECT * FROM nothing") < 0);
	assert_true(db_failed(db) < 0);
	assert_true(db_commit(db) < 0);
	db_rollback(db);
	assert_int_equal(db_failed(db), 0);
	assert_int_equal(db_begin(db), 0);
	assert_int_equal(db_commit(db), 0);
	db_close(db);
}

static void
a_savepoint_takes_back_only_what_is_inside(void **state)
{
	struct db *db;
	uint8_t v[4];

	(void)state;
	assert_int_equal(db_open(&db, path, true), 0);
	assert_int_equal(db_begin(db), 0);
	assert_int_equal(param_put(db, "out", "1234", 4), 0);
	assert_int_equal(db_savepoint(db), 0);
	assert_int_equal(param_put(db, "in", "1234", 4), 0);
	assert_int_equal(db_rollback_to(db), 0);
	assert_int_equal(db_commit(db), 0);
	assert_int_equal(param_get(db, "out", v, 4), 0);
	assert_memory_equal(v, "1234", 4);
	assert_int_equal(param_get(db, "in", v, 4), ERR_NOTFOUND);
	assert_int_equal(param_get(db, "out", v, 3), ERR_CORRUPT);
	db_close(db);
}

static void
a_secret_is_made_once(void **state)
{
	struct db *db;
	uint8_t a[32];
	uint8_t b[32];

	(void)state;
	assert_int_equal(db_open(&db, path, true), 0);
	assert_int_equal(param_secret(db, "s", a, 32), 0);
	assert_int_equal(param_secret(db, "s", b, 32), 0);
	assert_memory_equal(a, b, 32);
	db_close(db);
}

static void
the_wal_is_copied_back_by_another_connection(void **state)
{
	struct db *db;
	uint8_t v[4];

	(void)state;
	assert_int_equal(db_open(&db, path, true), 0);
	assert_int_equal(param_put(db, "x", "1234", 4), 0);
	assert_true(db_wal_pages(db) > 0);
	assert_int_equal(db_wal_checkpoint(path), 0);
	assert_int_equal(param_get(db, "x", v, 4), 0);
	db_close(db);
	assert_true(db_wal_checkpoint("/nonexistent/x.db") < 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_new_file_has_the_settings_of_the_audit_log),
		T(a_newer_or_foreign_file_is_refused),
		T(every_version_has_a_step_and_the_last_has_none),
		T(a_file_that_is_no_database_is_refused),
		T(a_value_twice_is_an_error_of_the_value_not_of_the_engine),
		T(a_failure_of_the_engine_sticks_until_rollback),
		T(a_savepoint_takes_back_only_what_is_inside),
		T(a_secret_is_made_once),
		T(the_wal_is_copied_back_by_another_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
