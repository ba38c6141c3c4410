/*
 * A stranger's check finds every single change of an exported log and names
 * the first bad entry or the place in the file (DESIGN §1).
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
#include <unistd.h>

#include <cmocka.h>

#include "audit/export.h"
#include "audit/tiles.h"
#include "audit_log.h"
#include "core/err.h"

#define SIZE 300

/* The files of a log of 300 entries; head = bytes of a length prefix. */
static const struct file {
	const char *path;
	size_t head;
	uint64_t first;
} files[] = {
	{ "tile/entries/000", 2, 0 },
	{ "tile/entries/001.p/44", 2, 256 },
	{ "blob/000", 4, 0 },
	{ "blob/001.p/44", 4, 256 },
	{ "tile/0/000", 0, 0 },
	{ "tile/0/001.p/44", 0, 0 },
	{ "tile/1/000.p/1", 0, 0 },
	{ "checkpoint", 0, 0 },
	{ "key.vkey", 0, 0 },
};
#define FILES (sizeof(files) / sizeof(files[0]))

static char *tmp;
static char *dir;

static void
store(const char *path, struct str bytes)
{
	char *full = audit_log_join(dir, path);
	FILE *f = fopen(full, "we");

	assert_non_null(f);
	if (bytes.n > 0)
		assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
	free(full);
}

/* Offset of item i of a bundle. */
static size_t
item_at(struct str bytes, size_t head, uint64_t i)
{
	struct rd r = rd_of(bytes);

	while (i-- > 0)
		(void)rd_bytes(&r, head == 2 ? rd_be16(&r) : rd_be32(&r));
	assert_int_equal(r.err, 0);
	return bytes.n - r.left;
}

/* The entry that the byte at `offset` belongs to. */
static uint64_t
entry_of(const struct file *f, struct str bytes, size_t offset)
{
	uint64_t i = 0;
	uint64_t n = f->first == 0 ? 256 : SIZE - 256;

	while (i + 1 < n && item_at(bytes, f->head, i + 1) <= offset)
		i++;
	return f->first + i;
}

static void
expect_entry(uint64_t index)
{
	struct verify_result res;

	assert_int_equal(verify_dir(dir, NULL, &res), ERR_CORRUPT);
	assert_true(res.has_index);
	assert_int_equal(res.index, index);
	assert_true(res.what[0] != '\0');
}

static void
expect_file(const char *path)
{
	struct verify_result res;

	assert_int_not_equal(verify_dir(dir, NULL, &res), 0);
	assert_false(res.has_index);
	assert_string_equal(res.file, path);
	assert_true(res.what[0] != '\0');
}

static void
flip(const struct file *f, struct buf *b, size_t offset)
{
	struct verify_result res;
	uint64_t index;

	index = f->head > 0 ? entry_of(f, buf_str(b), offset) : 0;
	b->p[offset] ^= (uint8_t)(1U << offset % 8);
	store(f->path, buf_str(b));
	b->p[offset] ^= (uint8_t)(1U << offset % 8);
	if (f->head > 0) {
		expect_entry(index);
		return;
	}
	expect_file(f->path);
	if (strncmp(f->path, "tile/", 5) == 0) {
		(void)verify_dir(dir, NULL, &res);
		assert_int_equal(res.offset, offset);
	}
}

static void
every_flipped_bit_is_found_and_named(void **state)
{
	struct buf b = BUF_INIT;
	size_t step;
	size_t at;
	size_t i;

	(void)state;
	for (i = 0; i < FILES; i++) {
		buf_clear(&b);
		assert_int_equal(tile_read(dir, files[i].path, &b), 0);
		step = b.n / 25 + 1;
		for (at = 0; at < b.n; at += step)
			flip(&files[i], &b, at);
		flip(&files[i], &b, b.n - 1);
		store(files[i].path, buf_str(&b));
	}
	buf_release(&b);
}

static void
every_cut_added_or_removed_byte_is_found(void **state)
{
	struct buf b = BUF_INIT;
	char *full;
	uint64_t last;
	size_t i;

	(void)state;
	for (i = 0; i < FILES; i++) {
		buf_clear(&b);
		assert_int_equal(tile_read(dir, files[i].path, &b), 0);
		last = files[i].head == 0
		    ? 0
		    : entry_of(&files[i], buf_str(&b), b.n - 1);
		store(files[i].path, str_n(b.p, b.n - 1));
		if (files[i].head > 0)
			expect_entry(last);
		else
			expect_file(files[i].path);
		store(files[i].path, str_n(NULL, 0));
		if (files[i].head > 0)
			expect_entry(files[i].first);
		else
			expect_file(files[i].path);
		buf_putc(&b, '\n');
		store(files[i].path, buf_str(&b));
		expect_file(files[i].path);
		full = audit_log_join(dir, files[i].path);
		assert_int_equal(unlink(full), 0);
		expect_file(files[i].path);
		free(full);
		store(files[i].path, str_n(b.p, b.n - 1));
	}
	buf_release(&b);
}

/* b with items i and j (i < j) of bundle f exchanged, or i dropped. */
static void
rearrange(const struct file *f, struct str b, uint64_t i, uint64_t j, bool drop,
    struct buf *out)
{
	size_t a = item_at(b, f->head, i);
	size_t a_end = item_at(b, f->head, i + 1);
	size_t c = item_at(b, f->head, j);
	size_t c_end = item_at(b, f->head, j + 1);

	buf_clear(out);
	buf_put(out, b.p, a);
	if (!drop)
		buf_put(out, b.p + c, c_end - c);
	buf_put(out, b.p + a_end, c - a_end);
	if (!drop)
		buf_put(out, b.p + a, a_end - a);
	else
		buf_put(out, b.p + c, c_end - c);
	buf_put(out, b.p + c_end, b.n - c_end);
}

static void
swapped_and_dropped_entries_are_named(void **state)
{
	static const uint64_t pair[][2] = { { 0, 1 }, { 3, 40 }, { 41, 42 },
		{ 7, 15 } };
	struct buf b = BUF_INIT;
	struct buf out = BUF_INIT;
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < 4; i++) {
		buf_clear(&b);
		assert_int_equal(tile_read(dir, files[i].path, &b), 0);
		for (k = 0; k < 4; k++) {
			rearrange(&files[i], buf_str(&b), pair[k][0],
			    pair[k][1], false, &out);
			store(files[i].path, buf_str(&out));
			expect_entry(files[i].first + pair[k][0]);
			rearrange(&files[i], buf_str(&b), pair[k][0],
			    pair[k][1], true, &out);
			store(files[i].path, buf_str(&out));
			expect_entry(files[i].first + pair[k][0]);
		}
		store(files[i].path, buf_str(&b));
	}
	buf_release(&b);
	buf_release(&out);
}

static void
swapped_leaf_hashes_are_found_although_old_clients_accept_them(void **state)
{
	/* CVE-2026-56865: audit-log.md §1 */
	struct buf b = BUF_INIT;
	uint8_t t[32];

	(void)state;
	assert_int_equal(tile_read(dir, "tile/0/001.p/44", &b), 0);
	memcpy(t, b.p, 32);
	memcpy(b.p, b.p + 32, 32);
	memcpy(b.p + 32, t, 32);
	store("tile/0/001.p/44", buf_str(&b));
	expect_file("tile/0/001.p/44");
	memcpy(b.p + 32, b.p, 32);
	memcpy(b.p, t, 32);
	store("tile/0/001.p/44", buf_str(&b));
	buf_release(&b);
}

static void
a_stray_file_is_named(void **state)
{
	static const char *const stray[] = { "tile/0/002", "note",
		"tile/entries/001.p/43", "tile/1/000" };
	char *full;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(stray) / sizeof(stray[0]); i++) {
		store(stray[i], STR("x"));
		expect_file(stray[i]);
		full = audit_log_join(dir, stray[i]);
		assert_int_equal(unlink(full), 0);
		free(full);
	}
}

static void
missing_bodies_pass_only_when_that_is_allowed(void **state)
{
	struct verify_options opt = { .allow_missing_blobs = true };
	struct verify_result res;
	struct buf b = BUF_INIT;
	char *full = audit_log_join(dir, "blob/001.p/44");

	(void)state;
	assert_int_equal(tile_read(dir, "blob/001.p/44", &b), 0);
	assert_int_equal(unlink(full), 0);
	expect_file("blob/001.p/44");
	assert_int_equal(verify_dir(dir, &opt, &res), 0);
	store("blob/001.p/44", buf_str(&b));
	free(full);
	buf_release(&b);
}

static void
a_missing_bucket_key_is_named_with_its_entry(void **state)
{
	struct verify_options opt = { .kek_file = NULL };
	struct verify_result res;
	char *kek = audit_log_join(tmp, "kek");
	FILE *f = fopen(kek, "we");

	(void)state;
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	opt.kek_file = kek;
	assert_int_equal(verify_dir(dir, &opt, &res), ERR_CORRUPT);
	assert_true(res.has_index);
	assert_int_equal(res.index, 1);
	free(kek);
}

static void
nothing_was_left_changed_by_these_tests(void **state)
{
	struct verify_result res;

	(void)state;
	assert_int_equal(verify_dir(dir, NULL, &res), 0);
	assert_int_equal(res.size, SIZE);
}

static int
setup(void **state)
{
	(void)state;
	tmp = audit_log_tmpdir();
	dir = audit_log_join(tmp, "log");
	audit_log_export(dir, SIZE);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(dir);
	audit_log_rmdir(tmp);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_flipped_bit_is_found_and_named),
		cmocka_unit_test(every_cut_added_or_removed_byte_is_found),
		cmocka_unit_test(swapped_and_dropped_entries_are_named),
		cmocka_unit_test(
		    swapped_leaf_hashes_are_found_although_old_clients_accept_them),
		cmocka_unit_test(a_stray_file_is_named),
		cmocka_unit_test(missing_bodies_pass_only_when_that_is_allowed),
		cmocka_unit_test(a_missing_bucket_key_is_named_with_its_entry),
		cmocka_unit_test(nothing_was_left_changed_by_these_tests),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
