/*
 * Exports: the published tile files (audit-log.md §11 A), every interesting
 * size through verify_dir(), and --since.
 *
 * Called with DIR SIZE it writes an export instead, for
 * tests/e2e/goverify.sh; with DIR SIZE KEKFILE it writes the key file too.
 *
 * SECURITY: test code; not linked into any program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audit/export.h"
#include "audit/tiles.h"
#include "audit_log.h"
#include "core/b64.h"
#include "core/err.h"

static void
tiles_of_the_tiny_log_have_the_published_hashes(void **state)
{
	/* clang-format off */
	static const struct {
		const char *path;
		const char *sha;
	} row[] = {
		{ "tile/0/000",
		  "b9704a8bfbee2c61185ceb38904a49f3f703c81e194b5b2ccdc254c2bdaaa62b" },
		{ "tile/0/273.p/112",
		  "4d21244557c976993a9a89bf928a46b5a876585228df279878239fd84489e5a5" },
		{ "tile/1/000",
		  "ea7b038bc73489c89c31a27ac355aaca65a4ed73f0dd7484e68deb29d30f10a2" },
		{ "tile/1/001.p/17",
		  "adfaca2731630fe7944a4b98a0f98ef3e98685eafda09e6f81070218fb759ce4" },
		{ "tile/2/000.p/1",
		  "f0113c8bad855b49f9a5dd661d50012cd94f19aae87a45eb8334666835e3caea" },
		{ "tile/entries/000",
		  "94693d5c6d6a0355ec07bac8214516c1ce6a5100b0588f226fd95f26571157d7" },
		{ "tile/entries/273.p/112",
		  "36c3ec44895d1b8098dbe8523078d6750bf09e0f12cd64671ebfe165b7647405" },
	};
	/* clang-format on */
	char *tmp = audit_log_tmpdir();
	char *dir = audit_log_join(tmp, "log");
	struct buf file = BUF_INIT;
	uint8_t want[32];
	uint8_t got[32];
	size_t i;

	(void)state;
	audit_log_export_tiny(dir, 70000);
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		buf_clear(&file);
		assert_int_equal(tile_read(dir, row[i].path, &file), 0);
		crypt_sha256(buf_str(&file), got);
		assert_int_equal(hex_get(str_of(row[i].sha), want, 32), 0);
		assert_memory_equal(got, want, 32);
	}
	buf_release(&file);
	free(dir);
	audit_log_rmdir(tmp);
}

static void
check_size(const char *tmp, uint64_t size)
{
	struct verify_options opt = { .kek_file = NULL };
	struct verify_result res;
	char *kek = audit_log_join(tmp, "kek");
	char name[24];
	char *dir;

	snprintf(name, sizeof(name), "log%u", (unsigned)size);
	dir = audit_log_join(tmp, name);
	audit_log_export(dir, size);
	audit_log_write_kek(kek);
	assert_int_equal(verify_dir(dir, NULL, &res), 0);
	assert_int_equal(res.size, size);
	assert_int_equal(res.sources, size < 9 ? size : 9);
	opt.kek_file = kek;
	assert_int_equal(verify_dir(dir, &opt, &res), 0);
	free(kek);
	free(dir);
}

static void
every_size_verifies_with_and_without_keys(void **state)
{
	static const uint64_t edge[] = { 255, 256, 257, 511, 512, 513 };
	char *tmp = audit_log_tmpdir();
	uint64_t n;
	size_t i;

	(void)state;
	for (n = 1; n <= 64; n++)
		check_size(tmp, n);
	for (i = 0; i < sizeof(edge) / sizeof(edge[0]); i++)
		check_size(tmp, edge[i]);
	audit_log_rmdir(tmp);
}

static void
an_export_is_not_written_twice_to_one_folder(void **state)
{
	char *tmp = audit_log_tmpdir();
	struct export *x;

	(void)state;
	assert_int_equal(export_open(tmp, &x), ERR_EXISTS);
	assert_null(x);
	export_free(NULL);
	audit_log_rmdir(tmp);
}

static void
a_checkpoint_of_another_size_does_not_close_an_export(void **state)
{
	char *tmp = audit_log_tmpdir();
	char *dir = audit_log_join(tmp, "log");
	struct checkpoint c = { .origin = AUDIT_LOG_ORIGIN, .size = 2 };
	struct buf note = BUF_INIT;
	struct buf file = BUF_INIT;
	struct note_vkey k;
	struct crypt_key *key = audit_log_key(&k);
	struct export *x;

	(void)state;
	assert_int_equal(export_open(dir, &x), 0);
	assert_int_equal(export_add(x, STR("0"), str_n(NULL, 0)), 0);
	c.root = tree_leaf(STR("0"));
	assert_int_equal(note_sign(&c, &k, key, &note), 0);
	assert_int_equal(export_close(x, buf_str(&note), &k), ERR_CORRUPT);
	assert_int_equal(tile_read(dir, "checkpoint", &file), ERR_NOTFOUND);
	export_free(x);
	crypt_key_free(key);
	buf_release(&note);
	buf_release(&file);
	free(dir);
	audit_log_rmdir(tmp);
}

static void
since_finds_growth_rollback_and_fork(void **state)
{
	struct verify_options opt = { .vkey = NULL };
	char *tmp = audit_log_tmpdir();
	char *small = audit_log_join(tmp, "small");
	char *big = audit_log_join(tmp, "big");
	char *fork = audit_log_join(tmp, "fork");
	char *small_note = audit_log_join(small, "checkpoint");
	char *big_note = audit_log_join(big, "checkpoint");
	char *fork_note = audit_log_join(fork, "checkpoint");
	struct verify_result res;

	(void)state;
	audit_log_export(small, 40);
	audit_log_export(big, 70);
	audit_log_export_tiny(fork, 50);
	opt.since = small_note;
	assert_int_equal(verify_dir(big, &opt, &res), 0);
	assert_int_equal(verify_dir(small, &opt, &res), 0);
	opt.since = big_note;
	assert_int_equal(verify_dir(small, &opt, &res), ERR_FORK);
	assert_non_null(strstr(res.what, "ROLLED BACK"));
	opt.since = fork_note;
	assert_int_equal(verify_dir(big, &opt, &res), ERR_FORK);
	assert_non_null(strstr(res.what, "FORK"));
	opt.since = "/nonexistent/note";
	assert_int_equal(verify_dir(big, &opt, &res), ERR_IO);
	free(small_note);
	free(big_note);
	free(fork_note);
	free(small);
	free(big);
	free(fork);
	audit_log_rmdir(tmp);
}

static void
the_key_from_paper_decides(void **state)
{
	struct verify_options opt = {
		.vkey = "audit.city.example.lg.jp/2026+b88e461e+"
			"AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
	};
	char *tmp = audit_log_tmpdir();
	char *dir = audit_log_join(tmp, "log");
	struct verify_result res;

	(void)state;
	audit_log_export(dir, 5);
	assert_int_equal(verify_dir(dir, &opt, &res), 0);
	opt.vkey = "audit.city.example.lg.jp/2026+64f307d6+"
		   "ARdFU7RW3d/GkI7KscEB/mqyHiuqBhd5W31DpjSCmT/V";
	assert_int_equal(verify_dir(dir, &opt, &res), ERR_CORRUPT);
	assert_string_equal(res.file, "key.vkey");
	free(dir);
	audit_log_rmdir(tmp);
}

static int
write_export(int argc, char **argv)
{
	audit_log_export(argv[1], strtoull(argv[2], NULL, 10));
	if (argc > 3)
		audit_log_write_kek(argv[3]);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    tiles_of_the_tiny_log_have_the_published_hashes),
		cmocka_unit_test(every_size_verifies_with_and_without_keys),
		cmocka_unit_test(an_export_is_not_written_twice_to_one_folder),
		cmocka_unit_test(
		    a_checkpoint_of_another_size_does_not_close_an_export),
		cmocka_unit_test(since_finds_growth_rollback_and_fork),
		cmocka_unit_test(the_key_from_paper_decides),
	};

	if (argc >= 3)
		return write_export(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
