/* T/state/head: what a terminal remembers of the log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/head.h"
#include "core/err.h"

static char dir[64];
static struct crypt_key *key;
static struct note_vkey vkey;
static struct buf vtext;

static int
set_up(void **state)
{
	static const uint8_t seed[ED25519_SEED] = { 7 };
	uint8_t pub[ED25519_PUB];

	(void)state;
	memcpy(
	    dir, "/tmp/mamori-head-XXXXXX", sizeof("/tmp/mamori-head-XXXXXX"));
	assert_non_null(mkdtemp(dir));
	key = crypt_key_from_seed(seed);
	assert_non_null(key);
	crypt_key_pub(key, pub);
	assert_int_equal(note_vkey_make("log.example/2026", pub, &vkey), 0);
	vtext = BUF_INIT;
	note_vkey_put(&vkey, &vtext);
	return 0;
}

static void
path_of(const char *name, char out[256])
{
	snprintf(out, 256, "%s/state/%s", dir, name);
}

static int
tear_down(void **state)
{
	char cmd[128];

	(void)state;
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	assert_int_equal(system(cmd), 0);
	crypt_key_free(key);
	buf_release(&vtext);
	return 0;
}

static void
advance(struct head *h, uint64_t size, uint8_t fill)
{
	struct checkpoint c = { .size = size };
	struct buf note = BUF_INIT;

	snprintf(c.origin, sizeof(c.origin), "log.example/2026");
	memset(c.root.b, fill, sizeof(c.root.b));
	assert_int_equal(note_sign(&c, &vkey, key, &note), 0);
	head_advance(h, &c, buf_str(&note));
	buf_release(&note);
}

static void
a_terminal_that_saw_nothing_starts_at_zero(void **state)
{
	struct head h;

	(void)state;
	assert_int_equal(head_load(&h, dir, buf_str(&vtext)), 0);
	assert_int_equal(h.state.last.size, 0);
	assert_int_equal(h.next_seq, 0);
	head_release(&h);
}

static void
what_is_saved_comes_back(void **state)
{
	struct head h;
	struct head g;

	(void)state;
	assert_int_equal(head_load(&h, dir, buf_str(&vtext)), 0);
	advance(&h, 12, 0xAB);
	h.epoch = 3;
	h.next_seq = 99;
	assert_int_equal(head_save(&h), 0);
	assert_int_equal(head_load(&g, dir, buf_str(&vtext)), 0);
	assert_int_equal(g.epoch, 3);
	assert_int_equal(g.next_seq, 99);
	assert_int_equal(g.state.last.size, 12);
	assert_memory_equal(g.state.last.root.b, h.state.last.root.b, 32);
	head_release(&g);
	head_release(&h);
}

static void
every_damaged_byte_stops_the_terminal(void **state)
{
	struct head h;
	char path[256];
	uint8_t text[2048];
	ssize_t n;
	ssize_t i;
	int fd;

	(void)state;
	assert_int_equal(head_load(&h, dir, buf_str(&vtext)), 0);
	advance(&h, 12, 1);
	h.epoch = 1;
	h.next_seq = 5;
	assert_int_equal(head_save(&h), 0);
	head_release(&h);
	path_of("head", path);
	fd = open(path, O_RDWR | O_CLOEXEC);
	n = pread(fd, text, sizeof(text), 0);
	assert_true(n > 100);
	for (i = 0; i < n; i++) {
		uint8_t bad = text[i] ^ 0x20;
		int rc;

		assert_int_equal(pwrite(fd, &bad, 1, i), 1);
		rc = head_load(&h, dir, buf_str(&vtext));
		if (rc == 0) {
			fprintf(stderr, "# byte %zd\n", i);
			head_release(&h);
		}
		/* the two numbers are not signed: a server that knows better
		 * corrects them at hello */
		assert_int_equal(rc, ERR_CORRUPT);
		assert_int_equal(pwrite(fd, &text[i], 1, i), 1);
	}
	close(fd);
}

static void
the_note_of_another_log_is_refused(void **state)
{
	static const uint8_t seed[ED25519_SEED] = { 8 };
	struct crypt_key *other = crypt_key_from_seed(seed);
	struct note_vkey ok;
	struct buf text = BUF_INIT;
	uint8_t pub[ED25519_PUB];
	struct head h;

	(void)state;
	assert_int_equal(head_load(&h, dir, buf_str(&vtext)), 0);
	advance(&h, 12, 1);
	assert_int_equal(head_save(&h), 0);
	head_release(&h);
	crypt_key_pub(other, pub);
	assert_int_equal(note_vkey_make("log.example/2026", pub, &ok), 0);
	note_vkey_put(&ok, &text);
	assert_int_equal(head_load(&h, dir, buf_str(&text)), ERR_CORRUPT);
	buf_release(&text);
	crypt_key_free(other);
}

static void
evidence_keeps_both_notes(void **state)
{
	struct head h;
	struct stat st;
	char path[256];

	(void)state;
	assert_int_equal(head_load(&h, dir, buf_str(&vtext)), 0);
	advance(&h, 12, 1);
	assert_int_equal(head_evidence(&h, STR("seen\n"), 1234), 0);
	path_of("known-1234.note", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal((size_t)st.st_size, h.note.n);
	assert_int_equal(st.st_mode & 077, 0);
	path_of("seen-1234.note", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 5);
	head_release(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_terminal_that_saw_nothing_starts_at_zero, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    what_is_saved_comes_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    every_damaged_byte_stops_the_terminal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    the_note_of_another_log_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    evidence_keeps_both_notes, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
