/*
 * A full disk: what was acknowledged stays, the rest is as if it had never
 * been, and the log goes on when there is room again (audit-log.md §4.2).
 *
 * SECURITY: tests promise 1 of DESIGN.md at the edge of the disk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "audit/signer.h"
#include "core/err.h"
#include "store/ledger.h"

#define NOW INT64_C(1795231934000)

struct world {
	char dir[64];
	char path[96];
	struct db *db;
	struct kek kek;
	struct signer signer;
	struct note_vkey vkey;
	struct ledger *l;
};

static int
sign(void *ctx, const struct checkpoint *next,
    const struct tree_proof *consistency, uint8_t sig[ED25519_SIG])
{
	return signer_sign(ctx, next, consistency, sig);
}

static void
reopen(struct world *w)
{
	ledger_close(w->l);
	db_close(w->db);
	assert_int_equal(db_open(&w->db, w->path, true), 0);
	assert_int_equal(ledger_open(&w->l, w->db, &w->kek, &w->vkey), 0);
	w->signer.last = *ledger_head(w->l);
}

static void
start(struct world *w)
{
	static const uint8_t seed[ED25519_SEED] = { 5 };
	struct checkpoint none = { .size = 0 };
	struct crypt_key *key = crypt_key_from_seed(seed);
	uint8_t pub[ED25519_PUB];
	char kek[96];

	(void)snprintf(w->dir, sizeof(w->dir), "/tmp/mamori-full-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	(void)snprintf(w->path, sizeof(w->path), "%s/t.db", w->dir);
	(void)snprintf(kek, sizeof(kek), "%s/kek", w->dir);
	crypt_key_pub(key, pub);
	assert_int_equal(note_vkey_make("test.example/2026", pub, &w->vkey), 0);
	assert_int_equal(signer_init(&w->signer, w->vkey.name, key, &none), 0);
	assert_int_equal(kek_init(&w->kek, kek), 0);
	reopen(w);
}

static void
stop(struct world *w)
{
	static const char *const names[] = { "t.db", "t.db-wal", "t.db-shm",
		"kek" };
	char file[128];
	size_t i;

	ledger_close(w->l);
	db_close(w->db);
	signer_release(&w->signer);
	for (i = 0; i < 4; i++) {
		(void)snprintf(file, sizeof(file), "%s/%s", w->dir, names[i]);
		(void)unlink(file);
	}
	(void)rmdir(w->dir);
}

/* A turn of 16 entries; its error. */
static int
turn(struct world *w)
{
	struct ledger_act act = { .kind = STR("term"),
		.node = STR("srv"),
		.now_ms = NOW,
		.body =
		    STR("audit-body/v1\nevent TEST\nresult permit TEST\n") };
	struct ledger_made made;
	int err = db_begin(w->db);
	int i;

	for (i = 0; i < 16 && err == 0; i++) {
		err = ledger_add(w->l, &act, &made);
		ledger_made_release(&made);
	}
	if (err == 0)
		err = ledger_seal(w->l, sign, &w->signer);
	if (err == 0)
		err = db_commit(w->db);
	if (err == 0)
		ledger_committed(w->l);
	else
		db_rollback(w->db);
	return err;
}

static void
a_full_disk_loses_nothing_that_was_acknowledged(void **state)
{
	struct world w = { 0 };
	uint64_t size = 0;
	int err = 0;
	int i;

	(void)state;
	start(&w);
	assert_int_equal(db_limit_pages(w.db, 80), 0);
	for (i = 0; i < 200 && err == 0; i++) {
		err = turn(&w);
		if (err == 0)
			size = ledger_head(w.l)->size;
	}
	assert_int_equal(err, ERR_LIMIT);
	assert_true(size > 0);
	assert_int_equal(ledger_head(w.l)->size, size);
	reopen(&w);
	assert_int_equal(ledger_head(w.l)->size, size);
	assert_int_equal(turn(&w), 0); /* there is room again */
	reopen(&w);
	assert_int_equal(ledger_head(w.l)->size, size + 16);
	stop(&w);
}

static void
a_key_file_that_cannot_be_written_stops_the_log(void **state)
{
	struct world w = { 0 };

	(void)state;
	start(&w);
	assert_int_equal(kek_init(&w.kek, "/nonexistent/keys/kek"), 0);
	assert_int_equal(turn(&w), ERR_IO);
	reopen(&w);
	assert_int_equal(ledger_head(w.l)->size, 0);
	stop(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_full_disk_loses_nothing_that_was_acknowledged),
		cmocka_unit_test(
		    a_key_file_that_cannot_be_written_stops_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
