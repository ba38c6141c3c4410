/*
 * A Merkle tree in memory for tests: every stored node in dense order.
 */
#ifndef TESTS_AUDIT_TREE_H
#define TESTS_AUDIT_TREE_H

#include "audit/tree.h"

struct audit_tree {
	struct tree_edge edge;
	struct tree_hash *node;
	uint64_t nodes;
	uint64_t cap;
};

void audit_tree_add(struct audit_tree *t, struct str leaf);
void audit_tree_add_hash(struct audit_tree *t, const struct tree_hash *leaf);
/* Leaf i is the ASCII decimal i ("tiny" of audit-log.md §11). */
void audit_tree_grow_tiny(struct audit_tree *t, uint64_t size);
void audit_tree_release(struct audit_tree *t);

/* tree_get over ctx = struct audit_tree. */
int audit_tree_get(void *ctx, uint64_t index, struct tree_hash *out);

#endif
