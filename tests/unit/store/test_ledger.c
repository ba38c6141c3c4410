/*
 * The log in the database: growth, sources, start-up checks, monthly keys.
 *
 * SECURITY: a log that was touched behind our back is not continued.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "audit/signer.h"
#include "core/err.h"
#include "store/ledger.h"

#define NOVEMBER INT64_C(1795231934000) /* 2026-11-21 */

struct world {
	char dir[64];
	char path[96];
	char kek_path[96];
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

static int
open_ledger(struct world *w)
{
	int err;

	ledger_close(w->l);
	w->l = NULL;
	db_close(w->db);
	err = db_open(&w->db, w->path, true);
	return err != 0 ? err : ledger_open(&w->l, w->db, &w->kek, &w->vkey);
}

static int
setup(void **state)
{
	static const uint8_t seed[ED25519_SEED] = { 3 };
	static struct world w;
	struct checkpoint none = { .size = 0 };
	struct crypt_key *key = crypt_key_from_seed(seed);
	uint8_t pub[ED25519_PUB];

	memset(&w, 0, sizeof(w));
	(void)snprintf(w.dir, sizeof(w.dir), "/tmp/mamori-ledger-XXXXXX");
	assert_non_null(mkdtemp(w.dir));
	(void)snprintf(w.path, sizeof(w.path), "%s/t.db", w.dir);
	(void)snprintf(w.kek_path, sizeof(w.kek_path), "%s/kek", w.dir);
	crypt_key_pub(key, pub);
	assert_int_equal(note_vkey_make("test.example/2026", pub, &w.vkey), 0);
	assert_int_equal(signer_init(&w.signer, w.vkey.name, key, &none), 0);
	assert_int_equal(kek_init(&w.kek, w.kek_path), 0);
	assert_int_equal(open_ledger(&w), 0);
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	static const char *const ends[] = { "t.db", "t.db-wal", "t.db-shm",
		"kek" };
	struct world *w = *state;
	char file[128];
	size_t i;

	ledger_close(w->l);
	db_close(w->db);
	signer_release(&w->signer);
	for (i = 0; i < 4; i++) {
		(void)snprintf(file, sizeof(file), "%s/%s", w->dir, ends[i]);
		(void)unlink(file);
	}
	(void)rmdir(w->dir);
	return 0;
}

static int
add(struct world *w, const char *node, uint64_t epoch, uint64_t seq, int64_t ms)
{
	struct ledger_act act = { .kind = STR("term"),
		.node = str_of(node),
		.epoch = epoch,
		.seq = seq,
		.now_ms = ms,
		.body =
		    STR("audit-body/v1\nevent TEST\nresult permit TEST\n") };
	struct ledger_made made;
	int err = ledger_add(w->l, &act, &made);

	ledger_made_release(&made);
	return err;
}

static void
turn(struct world *w, unsigned n, int64_t ms)
{
	assert_int_equal(db_begin(w->db), 0);
	while (n-- > 0)
		assert_int_equal(add(w, "srv", 0, 0, ms), 0);
	assert_int_equal(ledger_seal(w->l, sign, &w->signer), 0);
	assert_int_equal(db_commit(w->db), 0);
	ledger_committed(w->l);
}

static void
growth_proves_every_entry_and_every_older_head(void **state)
{
	struct world *w = *state;
	struct tree_proof proof;
	struct tree_hash old[40];
	struct buf e = BUF_INIT;
	struct buf b = BUF_INIT;
	struct tree_hash leaf;
	uint64_t i;
	unsigned n;

	for (n = 1; n <= 5; n++) {
		turn(w, n, NOVEMBER);
		old[ledger_head(w->l)->size] = ledger_head(w->l)->root;
	}
	assert_int_equal(ledger_head(w->l)->size, 15);
	for (i = 0; i < 15; i++) {
		buf_clear(&e);
		buf_clear(&b);
		assert_int_equal(ledger_read(w->l, i, &e, &b), 0);
		leaf = tree_leaf(buf_str(&e));
		assert_int_equal(ledger_inclusion(w->l, i, &proof), 0);
		assert_int_equal(tree_verify_inclusion(i, 15, &leaf, &proof,
				     &ledger_head(w->l)->root),
		    0);
	}
	assert_int_equal(ledger_consistency(w->l, 6, &proof), 0);
	assert_int_equal(tree_verify_consistency(
			     6, 15, &old[6], &ledger_head(w->l)->root, &proof),
	    0);
	assert_int_equal(ledger_read(w->l, 15, &e, &b), ERR_NOTFOUND);
	buf_release(&e);
	buf_release(&b);
}

static void
a_source_counts_without_gaps_and_a_new_epoch_starts_at_0(void **state)
{
	struct world *w = *state;
	uint64_t epoch;
	uint64_t next;

	assert_int_equal(
	    ledger_node_get(w->l, STR("T01"), &epoch, &next), ERR_NOTFOUND);
	assert_int_equal(ledger_node_put(w->l, STR("T01"), 1), 0);
	assert_int_equal(add(w, "T01", 1, 0, NOVEMBER), 0);
	assert_int_equal(add(w, "T01", 1, 0, NOVEMBER), ERR_BADSTATE);
	assert_int_equal(add(w, "T01", 1, 2, NOVEMBER), ERR_BADSTATE);
	assert_int_equal(add(w, "T01", 1, 1, NOVEMBER), 0);
	assert_int_equal(ledger_node_put(w->l, STR("T01"), 2), 0);
	assert_int_equal(add(w, "T01", 1, 2, NOVEMBER), ERR_BADSTATE);
	assert_int_equal(add(w, "T01", 2, 0, NOVEMBER), 0);
}

static void
an_abandoned_turn_leaves_the_committed_head(void **state)
{
	struct world *w = *state;

	turn(w, 7, NOVEMBER);
	assert_int_equal(db_begin(w->db), 0);
	assert_int_equal(add(w, "srv", 0, 0, NOVEMBER), 0);
	assert_int_equal(open_ledger(w), 0); /* as after kill -9 */
	assert_int_equal(ledger_head(w->l)->size, 7);
	turn(w, 3, NOVEMBER);
	assert_int_equal(open_ledger(w), 0);
	assert_int_equal(ledger_head(w->l)->size, 10);
	assert_int_equal(ledger_last_ms(w->l), NOVEMBER);
}

static void
a_touched_log_is_not_opened(void **state)
{
	static const char *const harm[] = {
		"UPDATE leaf SET entry=zeroblob(99) WHERE idx=2",
		"DELETE FROM leaf WHERE idx=4",
		"UPDATE hash SET h=zeroblob(32) WHERE i=3",
		"UPDATE head SET size=6",
		"UPDATE head SET root=zeroblob(32)",
		"DELETE FROM head",
	};
	struct world *w = *state;
	size_t i;

	turn(w, 7, NOVEMBER);
	assert_int_equal(db_exec(w->db,
			     "CREATE TABLE keep AS SELECT * FROM"
			     " leaf; CREATE TABLE keeph AS SELECT *"
			     " FROM hash; CREATE TABLE keep1 AS"
			     " SELECT * FROM head"),
	    0);
	for (i = 0; i < sizeof(harm) / sizeof(harm[0]); i++) {
		assert_int_equal(db_exec(w->db, harm[i]), 0);
		assert_true(open_ledger(w) < 0);
		assert_int_equal(
		    db_exec(w->db,
			"DELETE FROM leaf; INSERT INTO leaf SELECT * FROM keep;"
			"DELETE FROM hash; INSERT INTO hash SELECT * FROM "
			"keeph;"
			"DELETE FROM head; INSERT INTO head SELECT * FROM "
			"keep1"),
		    0);
		assert_int_equal(open_ledger(w), 0);
	}
}

static void
another_log_key_does_not_open_it(void **state)
{
	static const uint8_t seed[ED25519_SEED] = { 4 };
	struct world *w = *state;
	struct crypt_key *key = crypt_key_from_seed(seed);
	uint8_t pub[ED25519_PUB];

	turn(w, 2, NOVEMBER);
	crypt_key_pub(key, pub);
	crypt_key_free(key);
	assert_int_equal(note_vkey_make("test.example/2026", pub, &w->vkey), 0);
	assert_true(open_ledger(w) < 0);
}

static void
a_new_month_in_japan_gets_a_new_key_and_old_ones_stay(void **state)
{
	/* 2026-11-30 23:59:59 and 2026-12-01 00:00:00 at UTC+9 */
	const int64_t last = INT64_C(1796050799000);
	struct world *w = *state;
	struct kek other;
	uint8_t first[32];
	struct stat st;

	assert_int_equal(kek_for(&w->kek, last), 0);
	assert_string_equal(w->kek.name, "7y-2026-11");
	memcpy(first, w->kek.key, 32);
	assert_int_equal(kek_for(&w->kek, last + 1000), 0);
	assert_string_equal(w->kek.name, "7y-2026-12");
	assert_memory_not_equal(first, w->kek.key, 32);
	assert_int_equal(kek_init(&other, w->kek_path), 0);
	assert_int_equal(kek_for(&other, last), 0);
	assert_memory_equal(first, other.key, 32);
	assert_int_equal(stat(w->kek_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
a_damaged_key_file_is_not_written_over(void **state)
{
	struct world *w = *state;
	FILE *f = fopen(w->kek_path, "w");

	assert_non_null(f);
	assert_true(fputs("7y-2026-10 0011\n", f) >= 0);
	(void)fclose(f);
	assert_int_equal(kek_for(&w->kek, NOVEMBER), ERR_CORRUPT);
	assert_int_equal(add(w, "srv", 0, 0, NOVEMBER), ERR_CORRUPT);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(growth_proves_every_entry_and_every_older_head),
		T(a_source_counts_without_gaps_and_a_new_epoch_starts_at_0),
		T(an_abandoned_turn_leaves_the_committed_head),
		T(a_touched_log_is_not_opened),
		T(another_log_key_does_not_open_it),
		T(a_new_month_in_japan_gets_a_new_key_and_old_ones_stay),
		T(a_damaged_key_file_is_not_written_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
