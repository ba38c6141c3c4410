/*
 * Every proof of every tree up to 130 leaves, and of edge sizes, verifies;
 * every changed one does not (RFC 9162 §2.1.3.2, §2.1.4.2).
 *
 * SECURITY: test code; not linked into any program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit_tree.h"
#include "core/err.h"

#define ALL	 130
#define EDGE_MAX 1025

static struct audit_tree tree;
static struct tree_hash root[EDGE_MAX + 1];
static struct tree_hash leaf[EDGE_MAX + 1];

static const uint64_t edges[] = { 255, 256, 257, 511, 512, 513, 1023, 1024,
	1025 };
#define EDGES (sizeof(edges) / sizeof(edges[0]))

static int
setup(void **state)
{
	uint64_t n;

	(void)state;
	root[0] = tree_empty();
	for (n = 1; n <= EDGE_MAX; n++) {
		audit_tree_grow_tiny(&tree, n);
		root[n] = tree_edge_root(&tree.edge);
		leaf[n - 1] = tree.node[tree_index(0, n - 1)];
	}
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	audit_tree_release(&tree);
	return 0;
}

static void
check_inclusion(uint64_t i, uint64_t n)
{
	struct tree_proof p;

	assert_int_equal(tree_inclusion(i, n, audit_tree_get, &tree, &p), 0);
	assert_int_equal(
	    tree_verify_inclusion(i, n, &leaf[i], &p, &root[n]), 0);
}

static void
check_consistency(uint64_t m, uint64_t n)
{
	struct tree_proof p;

	assert_int_equal(tree_consistency(m, n, audit_tree_get, &tree, &p), 0);
	assert_int_equal(
	    tree_verify_consistency(m, n, &root[m], &root[n], &p), 0);
}

static void
every_inclusion_proof_of_every_small_tree_verifies(void **state)
{
	uint64_t i;
	uint64_t n;

	(void)state;
	for (n = 1; n <= ALL; n++)
		for (i = 0; i < n; i++)
			check_inclusion(i, n);
}

static void
every_consistency_proof_of_every_small_tree_verifies(void **state)
{
	uint64_t m;
	uint64_t n;

	(void)state;
	for (n = 1; n <= ALL; n++)
		for (m = 0; m <= n; m++)
			check_consistency(m, n);
}

static void
proofs_around_powers_of_two_verify(void **state)
{
	uint64_t i;
	size_t k;

	(void)state;
	for (k = 0; k < EDGES; k++) {
		for (i = 0; i < edges[k]; i += 7)
			check_inclusion(i, edges[k]);
		for (i = 0; i <= edges[k]; i += 5)
			check_consistency(i, edges[k]);
		check_inclusion(edges[k] - 1, edges[k]);
		check_consistency(edges[k] - 1, edges[k]);
	}
}

/* Every way to change a proof that a test can go through in a second. */
static void
mutate_inclusion(uint64_t i, uint64_t n)
{
	struct tree_proof p;
	struct tree_proof q;
	struct tree_hash other;
	unsigned k;

	assert_int_equal(tree_inclusion(i, n, audit_tree_get, &tree, &p), 0);
#define REFUSED(idx, size, l, proof, r)                                        \
	assert_int_equal(                                                      \
	    tree_verify_inclusion(idx, size, l, proof, r), ERR_CRYPTO)
	for (k = 0; k < p.n; k++) {
		q = p;
		q.h[k].b[k % 32] ^= 1;
		REFUSED(i, n, &leaf[i], &q, &root[n]);
		q = p;
		memmove(&q.h[k], &q.h[k + 1], (p.n - k - 1) * sizeof(q.h[0]));
		q.n--;
		REFUSED(i, n, &leaf[i], &q, &root[n]);
	}
	q = p;
	q.h[q.n++] = leaf[0];
	REFUSED(i, n, &leaf[i], &q, &root[n]);
	other = leaf[i];
	other.b[31] ^= 0x80;
	REFUSED(i, n, &other, &p, &root[n]);
	REFUSED(i, n, &leaf[i], &p, &other);
	REFUSED(n, n, &leaf[i], &p, &root[n]);
	if (n > 1)
		REFUSED(i == 0 ? 1 : i - 1, n, &leaf[i], &p, &root[n]);
#undef REFUSED
}

static void
mutate_consistency(uint64_t m, uint64_t n)
{
	struct tree_proof p;
	struct tree_proof q;
	struct tree_hash other = root[m];
	unsigned k;

	assert_int_equal(tree_consistency(m, n, audit_tree_get, &tree, &p), 0);
	other.b[0] ^= 1;
#define REFUSED(a, b, ra, rb, proof)                                           \
	assert_int_equal(                                                      \
	    tree_verify_consistency(a, b, ra, rb, proof), ERR_CRYPTO)
	for (k = 0; k < p.n; k++) {
		q = p;
		q.h[k].b[k % 32] ^= 1;
		REFUSED(m, n, &root[m], &root[n], &q);
		q = p;
		memmove(&q.h[k], &q.h[k + 1], (p.n - k - 1) * sizeof(q.h[0]));
		q.n--;
		REFUSED(m, n, &root[m], &root[n], &q);
	}
	q = p;
	q.h[q.n++] = leaf[0];
	REFUSED(m, n, &root[m], &root[n], &q);
	REFUSED(m, n, &other, &root[n], &p);
	REFUSED(m, n, &root[m], &other, &p);
	REFUSED(n, m, &root[n], &root[m], &p);
#undef REFUSED
}

static void
every_changed_proof_is_refused(void **state)
{
	uint64_t i;
	uint64_t n;

	(void)state;
	for (n = 1; n <= 40; n++)
		for (i = 0; i < n; i++)
			mutate_inclusion(i, n);
	for (n = 2; n <= 40; n++)
		for (i = 1; i < n; i++)
			mutate_consistency(i, n);
}

static void
a_failing_store_fails_the_proof(void **state)
{
	struct audit_tree none = { 0 };
	struct tree_proof p;

	(void)state;
	assert_int_equal(
	    tree_inclusion(3, 9, audit_tree_get, &none, &p), ERR_CORRUPT);
	assert_int_equal(
	    tree_consistency(3, 9, audit_tree_get, &none, &p), ERR_CORRUPT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_inclusion_proof_of_every_small_tree_verifies),
		cmocka_unit_test(
		    every_consistency_proof_of_every_small_tree_verifies),
		cmocka_unit_test(proofs_around_powers_of_two_verify),
		cmocka_unit_test(every_changed_proof_is_refused),
		cmocka_unit_test(a_failing_store_fails_the_proof),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
