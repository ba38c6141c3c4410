/*
 * The Merkle tree against the published vectors (audit-log.md §11 A) and
 * against itself.
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
#include "core/b64.h"
#include "core/err.h"

/* clang-format off */
static const struct {
	uint64_t size;
	const char *root;
} vectors[] = {
	{ 1, "2zQm6HgGjSjSabbIcXIyLOU3K2V1bQeJAB00g19gHAM=" },
	{ 2, "ywCYnZSlacCmeK4EK2Pc1GJduWRAUX83put5duok7Us=" },
	{ 3, "cl1SMNto9VdHDcNfHYhlgTrNfrsHrRUndBQd7LrnEyc=" },
	{ 4, "n0o/wg1BYtw31OI9kHhIcxp2BD//9taSiL8av7z/R44=" },
	{ 5, "tnSPbtepnefahP2X4aO6xvq4mZ9KQ2lcq5Uoot5DEUc=" },
	{ 6, "MoBcxelBNHQ9CqWA7y7jMmh7aH/C5OL3L+4cxxLgugw=" },
	{ 7, "o+I7Msy2v5bQktFl2KpUbgmCnejwOw6JV1gdHha5K98=" },
	{ 8, "O4WpYmwcy2TGuV7H+mSIje/izxLjnnfhCBLOX8uctY4=" },
	{ 9, "4Qy5noqcSK6KJebDerPIjmyT6M8qYs9+TcrB6ll+d9Q=" },
	{ 255, "Mvhbyqh9e80Fco8J6a66NQumovczgwCH8Fl2goSL5cs=" },
	{ 256, "goUV0DPBnYyQHzfsy4rtkZZncDSG+NL/8c9wQDIcXbE=" },
	{ 257, "HtoEmkNR2G92JSvX7At3Rq11t/oDFq1fVB29pFijEsQ=" },
	{ 511, "Xz1p4QI3C+QJEi0RouYF5rZTsHG4tLS9KDP65AZS8R0=" },
	{ 512, "1LIWJJXKYJ3AY5DTU8oMVRB3ZcYJ4CJut0fYkQXcjVU=" },
	{ 513, "wk9iB1x27Hf2v1FZ5zLPGVKBT7G+oAfjPpKtm916/aA=" },
	{ 65535, "dPE6Dhp1aJNy77mQz2jGZORMdj2TBIRJVbLq/2JOjfE=" },
	{ 65536, "8CXQbtgEhZ/SdKG9rK3W5I6odjSqkeHtsgFD+UmM0Cs=" },
	{ 65537, "3IeVol/UvVKguE9jn9MTm6FggkAj0YjkKOtdsPPOIho=" },
	{ 70000, "Gkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34=" },
};
/* clang-format on */

static void
every_published_root_is_reproduced(void **state)
{
	struct audit_tree t = { 0 };
	struct tree_hash root;
	struct tree_hash want;
	size_t i;
	size_t n;

	(void)state;
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		audit_tree_grow_tiny(&t, vectors[i].size);
		root = tree_edge_root(&t.edge);
		assert_int_equal(b64_get(str_of(vectors[i].root), want.b,
				     sizeof(want.b), &n),
		    0);
		assert_memory_equal(root.b, want.b, 32);
	}
	audit_tree_release(&t);
}

static void
the_vectors_proofs_have_the_published_lengths(void **state)
{
	struct audit_tree t = { 0 };
	struct tree_proof p;

	(void)state;
	audit_tree_grow_tiny(&t, 70000);
	assert_int_equal(
	    tree_inclusion(65536, 70000, audit_tree_get, &t, &p), 0);
	assert_int_equal(p.n, 14);
	assert_int_equal(tree_consistency(6, 70000, audit_tree_get, &t, &p), 0);
	assert_int_equal(p.n, 17);
	audit_tree_release(&t);
}

static void
nodes_are_numbered_densely_as_in_x_mod(void **state)
{
	static const struct {
		unsigned level;
		uint64_t n;
		uint64_t want;
	} row[] = { { 0, 0, 0 }, { 0, 1, 1 }, { 1, 0, 2 }, { 0, 2, 3 },
		{ 0, 3, 4 }, { 1, 1, 5 }, { 2, 0, 6 }, { 0, 4, 7 } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_int_equal(
		    tree_index(row[i].level, row[i].n), row[i].want);
}

static void
the_empty_tree_has_the_hash_of_nothing(void **state)
{
	static const uint8_t want[4] = { 0xe3, 0xb0, 0xc4, 0x42 };
	struct tree_edge e = { 0 };
	struct tree_hash h = tree_edge_root(&e);

	(void)state;
	assert_memory_equal(h.b, want, sizeof(want));
}

static void
an_edge_loaded_from_nodes_equals_the_grown_one(void **state)
{
	struct audit_tree t = { 0 };
	struct tree_edge e;
	uint64_t n;

	(void)state;
	for (n = 1; n <= 300; n++) {
		audit_tree_grow_tiny(&t, n);
		assert_int_equal(tree_edge_load(&e, n, audit_tree_get, &t), 0);
		assert_int_equal(e.n, t.edge.n);
		assert_int_equal(e.size, n);
		assert_memory_equal(e.h, t.edge.h, e.n * sizeof(e.h[0]));
	}
	assert_int_equal(
	    tree_edge_load(&e, 301, audit_tree_get, &t), ERR_CORRUPT);
	audit_tree_release(&t);
}

static void
proofs_outside_the_tree_are_refused(void **state)
{
	struct audit_tree t = { 0 };
	struct tree_proof p;

	(void)state;
	audit_tree_grow_tiny(&t, 8);
	assert_int_equal(
	    tree_inclusion(8, 8, audit_tree_get, &t, &p), ERR_RANGE);
	assert_int_equal(
	    tree_inclusion(0, 0, audit_tree_get, &t, &p), ERR_RANGE);
	assert_int_equal(
	    tree_consistency(9, 8, audit_tree_get, &t, &p), ERR_RANGE);
	assert_int_equal(tree_consistency(0, 8, audit_tree_get, &t, &p), 0);
	assert_int_equal(p.n, 0);
	audit_tree_release(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_published_root_is_reproduced),
		cmocka_unit_test(the_vectors_proofs_have_the_published_lengths),
		cmocka_unit_test(nodes_are_numbered_densely_as_in_x_mod),
		cmocka_unit_test(the_empty_tree_has_the_hash_of_nothing),
		cmocka_unit_test(
		    an_edge_loaded_from_nodes_equals_the_grown_one),
		cmocka_unit_test(proofs_outside_the_tree_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
