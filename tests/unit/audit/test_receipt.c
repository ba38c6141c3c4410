/*
 * What a terminal accepts as a receipt (audit-log.md §5) and, by far more,
 * what it does not.
 *
 * SECURITY: test code; not linked into any program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "audit/receipt.h"
#include "audit_log.h"
#include "audit_tree.h"
#include "core/b64.h"
#include "core/err.h"

#define OLD  11
#define MINE 12
#define SIZE 20

static const char lines[] =
    "event person-open\nwhen 1782831600037\noperator 100007\n"
    "terminal T0001\nfunction person_open\nquery no=0000000001\n";

/* A log in which entry MINE is ours, and the receipt for it. */
static struct {
	struct audit_tree tree;
	struct buf entry;
	struct buf body;
	struct buf note;
	uint8_t salt[32];
	uint8_t tsig[ED25519_SIG];
	struct tree_proof proof;
	struct tree_proof growth;
	ProtobufCBinaryData proof_pb[TREE_PROOF_MAX];
	ProtobufCBinaryData growth_pb[TREE_PROOF_MAX];
	Mamori__Receipt r;
	struct receipt_state state;
	struct receipt_want want;
} w;

static void
make_body(void)
{
	memset(w.tsig, 7, sizeof(w.tsig));
	buf_puts(&w.body, "audit-body/v1\n");
	buf_puts(&w.body, lines);
	buf_puts(&w.body, "tsig 01020304 ");
	b64_put(&w.body, w.tsig, sizeof(w.tsig));
	buf_puts(&w.body,
	    "\nhits 1\nsubject atena:0000000001 plain -\n"
	    "subject atena:0000000002\n"
	    "items basic4 address-history\nresult permit 1\n");
}

static void
make_mine(void)
{
	struct entry e = { .index = MINE,
		.time_ms = 1782831600037,
		.kind = STR("disclose"),
		.node = STR("T0001"),
		.epoch = 1,
		.seq = 4,
		.class_ = STR("7y"),
		.kek = STR("7y-2026-07") };
	struct buf blob = BUF_INIT;
	uint8_t kek[32];

	audit_log_kek(kek);
	make_body();
	assert_int_equal(entry_make(&e, kek, AUDIT_LOG_ORIGIN, buf_str(&w.body),
			     w.salt, &w.entry, &blob),
	    0);
	buf_release(&blob);
}

static void
list_proof(const struct tree_proof *p, ProtobufCBinaryData *out)
{
	unsigned i;

	for (i = 0; i < p->n; i++)
		out[i] = (ProtobufCBinaryData){ .len = 32,
			.data = (uint8_t *)(uintptr_t)p->h[i].b };
}

static void
fill_receipt(void)
{
	mamori__receipt__init(&w.r);
	w.r.entry = (ProtobufCBinaryData){ w.entry.n, w.entry.p };
	w.r.salt = (ProtobufCBinaryData){ sizeof(w.salt), w.salt };
	w.r.body = (ProtobufCBinaryData){ w.body.n, w.body.p };
	w.r.checkpoint = (ProtobufCBinaryData){ w.note.n, w.note.p };
	w.r.old_size = OLD;
	list_proof(&w.proof, w.proof_pb);
	list_proof(&w.growth, w.growth_pb);
	w.r.n_proof = w.proof.n;
	w.r.proof = w.proof_pb;
	w.r.n_consistency = w.growth.n;
	w.r.consistency = w.growth_pb;
}

static int
setup(void **state)
{
	struct crypt_key *key;
	struct checkpoint c = { .origin = AUDIT_LOG_ORIGIN, .size = SIZE };
	uint64_t i;

	(void)state;
	memset(&w, 0, sizeof(w));
	key = audit_log_key(&w.state.key);
	make_mine();
	for (i = 0; i < SIZE; i++) {
		audit_tree_add(&w.tree,
		    i == MINE ? buf_str(&w.entry) : str_n(&i, sizeof(i)));
		if (i + 1 == OLD)
			w.state.last.root = tree_edge_root(&w.tree.edge);
	}
	snprintf(w.state.last.origin, sizeof(w.state.last.origin), "%s",
	    AUDIT_LOG_ORIGIN);
	w.state.last.size = OLD;
	c.root = tree_edge_root(&w.tree.edge);
	assert_int_equal(note_sign(&c, &w.state.key, key, &w.note), 0);
	assert_int_equal(
	    tree_inclusion(MINE, SIZE, audit_tree_get, &w.tree, &w.proof), 0);
	assert_int_equal(
	    tree_consistency(OLD, SIZE, audit_tree_get, &w.tree, &w.growth), 0);
	fill_receipt();
	w.want = (struct receipt_want){ .node = STR("T0001"),
		.epoch = 1,
		.seq = 4,
		.lines = STR(lines),
		.tsig = str_n(w.tsig, sizeof(w.tsig)),
		.kind = "disclose" };
	crypt_key_free(key);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	audit_tree_release(&w.tree);
	buf_release(&w.entry);
	buf_release(&w.body);
	buf_release(&w.note);
	return 0;
}

static int
check(void)
{
	struct receipt_seen seen;

	return receipt_check(&w.r, &w.state, &w.want, &seen);
}

static void
a_true_receipt_is_accepted(void **state)
{
	struct receipt_seen seen;

	(void)state;
	assert_int_equal(receipt_check(&w.r, &w.state, &w.want, &seen), 0);
	assert_int_equal(seen.index, MINE);
	assert_int_equal(seen.time_ms, 1782831600037);
	assert_int_equal(seen.head.size, SIZE);
	assert_true(str_eq(seen.body, buf_str(&w.body)));
}

static void
flip_all(uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		p[i] ^= (uint8_t)(1U << i % 8);
		assert_int_not_equal(check(), 0);
		p[i] ^= (uint8_t)(1U << i % 8);
	}
	assert_int_equal(check(), 0);
}

static void
every_flipped_bit_of_a_receipt_is_refused(void **state)
{
	unsigned i;

	(void)state;
	flip_all(w.entry.p, w.entry.n);
	flip_all(w.body.p, w.body.n);
	flip_all(w.note.p, w.note.n);
	flip_all(w.salt, sizeof(w.salt));
	for (i = 0; i < w.proof.n; i++)
		flip_all(w.proof.h[i].b, 32);
	for (i = 0; i < w.growth.n; i++)
		flip_all(w.growth.h[i].b, 32);
}

static void
parts_of_a_wrong_length_are_refused(void **state)
{
	(void)state;
	w.r.salt.len = 31;
	assert_int_equal(check(), ERR_SYNTAX);
	w.r.salt.len = 32;
	w.proof_pb[1].len = 31;
	assert_int_equal(check(), ERR_SYNTAX);
	w.proof_pb[1].len = 32;
	w.r.n_proof--;
	assert_int_not_equal(check(), 0);
	w.r.n_proof++;
	w.r.n_consistency--;
	assert_int_equal(check(), ERR_FORK);
	w.r.n_consistency = TREE_PROOF_MAX + 1;
	assert_int_equal(check(), ERR_SYNTAX);
}

static void
a_smaller_log_is_a_rollback(void **state)
{
	(void)state;
	w.state.last.size = SIZE + 1;
	w.r.old_size = SIZE + 1;
	assert_int_equal(check(), ERR_FORK);
}

static void
a_log_with_another_past_is_a_fork(void **state)
{
	(void)state;
	w.state.last.root.b[0] ^= 1;
	assert_int_equal(check(), ERR_FORK);
}

static void
a_proof_from_another_size_than_ours_is_refused(void **state)
{
	(void)state;
	w.r.old_size = OLD - 1;
	assert_int_equal(check(), ERR_SYNTAX);
}

static void
the_first_receipt_needs_no_growth_proof(void **state)
{
	(void)state;
	w.state.last.size = 0;
	w.r.old_size = 0;
	w.r.n_consistency = 0;
	assert_int_equal(check(), 0);
}

static void
an_entry_about_another_request_is_refused(void **state)
{
	(void)state;
	w.want.node = STR("T0002");
	assert_int_equal(check(), ERR_CRYPTO);
	w.want.node = STR("T0001");
	w.want.seq = 5;
	assert_int_equal(check(), ERR_CRYPTO);
	w.want.seq = 4;
	w.want.epoch = 2;
	assert_int_equal(check(), ERR_CRYPTO);
	w.want.node = str_n(NULL, 0);
	assert_int_equal(check(), 0);
	w.want.kind = "deny";
	assert_int_equal(check(), ERR_CRYPTO);
}

static void
a_body_without_our_very_lines_or_signature_is_refused(void **state)
{
	uint8_t other[ED25519_SIG] = { 8 };

	(void)state;
	w.want.lines = STR("event person-open\nwhen 1782831600038\n");
	assert_int_equal(check(), ERR_CRYPTO);
	/* a beginning of our lines is not all of them */
	w.want.lines = str_n(lines, sizeof("event person-open\n") - 1);
	assert_int_equal(check(), ERR_CRYPTO);
	w.want.lines = STR(lines);
	w.want.tsig = str_n(other, sizeof(other));
	assert_int_equal(check(), ERR_CRYPTO);
	w.want.lines = str_n(NULL, 0);
	assert_int_equal(check(), 0);
}

static void
subjects_and_items_are_found_whole_words_only(void **state)
{
	struct receipt_seen seen;

	(void)state;
	assert_int_equal(receipt_check(&w.r, &w.state, &w.want, &seen), 0);
	assert_true(receipt_has_subject(&seen, STR("0000000001")));
	assert_true(receipt_has_subject(&seen, STR("0000000002")));
	assert_false(receipt_has_subject(&seen, STR("0000000003")));
	assert_false(receipt_has_subject(&seen, STR("000000000")));
	assert_false(receipt_has_subject(&seen, str_n(NULL, 0)));
	assert_true(receipt_has_item(&seen, "basic4"));
	assert_true(receipt_has_item(&seen, "address-history"));
	assert_false(receipt_has_item(&seen, "basic"));
	assert_false(receipt_has_item(&seen, "my-number"));
	assert_false(receipt_has_item(&seen, ""));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_true_receipt_is_accepted),
		T(every_flipped_bit_of_a_receipt_is_refused),
		T(parts_of_a_wrong_length_are_refused),
		T(a_smaller_log_is_a_rollback),
		T(a_log_with_another_past_is_a_fork),
		T(a_proof_from_another_size_than_ours_is_refused),
		T(the_first_receipt_needs_no_growth_proof),
		T(an_entry_about_another_request_is_refused),
		T(a_body_without_our_very_lines_or_signature_is_refused),
		T(subjects_and_items_are_found_whole_words_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
