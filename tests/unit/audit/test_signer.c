/*
 * The signer never signs two histories, whatever it is asked.
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

#include "audit/signer.h"
#include "audit_log.h"
#include "audit_tree.h"
#include "core/err.h"

static struct audit_tree tree;
static struct signer s;

static int
setup(void **state)
{
	struct checkpoint none = { .size = 0 };
	struct note_vkey k;

	(void)state;
	return signer_init(&s, AUDIT_LOG_ORIGIN, audit_log_key(&k), &none);
}

static int
teardown(void **state)
{
	(void)state;
	signer_release(&s);
	audit_tree_release(&tree);
	return 0;
}

static struct checkpoint
grown_to(uint64_t size, struct tree_proof *p)
{
	struct checkpoint c = { .origin = AUDIT_LOG_ORIGIN, .size = size };

	audit_tree_grow_tiny(&tree, size);
	c.root = tree_edge_root(&tree.edge);
	assert_int_equal(
	    tree_consistency(s.last.size, size, audit_tree_get, &tree, p), 0);
	return c;
}

static void
a_growing_log_is_signed_and_the_signature_opens(void **state)
{
	static const uint64_t sizes[] = { 1, 2, 5, 5, 64, 300 };
	uint8_t sig[ED25519_SIG];
	struct buf note = BUF_INIT;
	struct checkpoint c;
	struct checkpoint got;
	struct tree_proof p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		c = grown_to(sizes[i], &p);
		assert_int_equal(signer_sign(&s, &c, &p, sig), 0);
		buf_clear(&note);
		note_assemble(&c, &s.vkey, sig, &note);
		assert_int_equal(note_open(buf_str(&note), &s.vkey, &got), 0);
		assert_int_equal(got.size, sizes[i]);
	}
	buf_release(&note);
}

static void
a_fork_a_rollback_and_an_empty_log_are_not_signed(void **state)
{
	uint8_t sig[ED25519_SIG];
	struct checkpoint c;
	struct checkpoint bad;
	struct tree_proof p;
	struct tree_proof none = { .n = 0 };

	(void)state;
	c = grown_to(7, &p);
	assert_int_equal(signer_sign(&s, &c, &p, sig), 0);
	bad = c;
	bad.root.b[3] ^= 1;
	assert_int_equal(signer_sign(&s, &bad, &none, sig), ERR_FORK);
	bad = c;
	bad.size = 6;
	assert_int_equal(signer_sign(&s, &bad, &none, sig), ERR_FORK);
	bad.size = 0;
	assert_int_equal(signer_sign(&s, &bad, &none, sig), ERR_FORK);
	c = grown_to(12, &p);
	assert_int_equal(signer_sign(&s, &c, &none, sig), ERR_FORK);
	p.h[0].b[0] ^= 1;
	assert_int_equal(signer_sign(&s, &c, &p, sig), ERR_FORK);
	p.h[0].b[0] ^= 1;
	bad = c;
	bad.origin[0] = 'x';
	assert_int_equal(signer_sign(&s, &bad, &p, sig), ERR_FORK);
	assert_int_equal(s.last.size, 7);
	assert_int_equal(signer_sign(&s, &c, &p, sig), 0);
	assert_int_equal(s.last.size, 12);
}

static void
a_committed_head_of_another_log_is_refused_at_the_start(void **state)
{
	struct checkpoint other = { .origin = "other/2026", .size = 4 };
	struct note_vkey k;
	struct crypt_key *key = audit_log_key(&k);
	struct signer t;

	(void)state;
	assert_int_equal(
	    signer_init(&t, AUDIT_LOG_ORIGIN, key, &other), ERR_FORK);
	assert_int_equal(
	    signer_init(&t, "not a name", key, &other), ERR_SYNTAX);
	crypt_key_free(key);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_growing_log_is_signed_and_the_signature_opens),
		T(a_fork_a_rollback_and_an_empty_log_are_not_signed),
		T(a_committed_head_of_another_log_is_refused_at_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
