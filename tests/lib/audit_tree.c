/*
 * A Merkle tree in memory for tests.
 *
 * SECURITY: test code; not linked into any program.
 */
#include "audit_tree.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"

void
audit_tree_add_hash(struct audit_tree *t, const struct tree_hash *leaf)
{
	struct tree_hash nodes[64];
	uint64_t first;
	unsigned count;

	tree_edge_add(&t->edge, leaf, &first, nodes, &count);
	BUG_ON(first != t->nodes);
	if (t->nodes + count > t->cap) {
		t->cap = t->cap * 2 + 128;
		t->node = realloc(t->node, t->cap * sizeof(t->node[0]));
		BUG_ON(t->node == NULL);
	}
	memcpy(t->node + t->nodes, nodes, count * sizeof(nodes[0]));
	t->nodes += count;
}

void
audit_tree_add(struct audit_tree *t, struct str leaf)
{
	struct tree_hash h = tree_leaf(leaf);

	audit_tree_add_hash(t, &h);
}

void
audit_tree_grow_tiny(struct audit_tree *t, uint64_t size)
{
	char text[24];

	while (t->edge.size < size) {
		snprintf(text, sizeof(text), "%" PRIu64, t->edge.size);
		audit_tree_add(t, str_of(text));
	}
}

void
audit_tree_release(struct audit_tree *t)
{
	free(t->node);
	memset(t, 0, sizeof(*t));
}

int
audit_tree_get(void *ctx, uint64_t index, struct tree_hash *out)
{
	const struct audit_tree *t = ctx;

	if (index >= t->nodes)
		return ERR_CORRUPT;
	*out = t->node[index];
	return 0;
}
