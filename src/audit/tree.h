/*
 * The Merkle tree of RFC 6962 over log entries (audit-log.md §3.1, §3.7,
 * §3.8): hashes, dense node numbering, growth, roots and proofs.  Pure: nodes
 * come from a callback, nothing is stored here.
 */
#ifndef AUDIT_TREE_H
#define AUDIT_TREE_H

#include <stdint.h>

#include "core/str.h"
#include "crypt/crypt.h"

#define TREE_PROOF_MAX 64

struct tree_hash {
	uint8_t b[SHA256_LEN];
};

/* SHA-256(0x00 || data), SHA-256(0x01 || l || r), SHA-256(""). */
struct tree_hash tree_leaf(struct str data);
struct tree_hash tree_node(const struct tree_hash *l,
    const struct tree_hash *r);
struct tree_hash tree_empty(void);

/* Dense number of node n of a level (same as x/mod StoredHashIndex). */
uint64_t tree_index(unsigned level, uint64_t n);

/* Fetches a stored node by dense number; 0 or an error. */
typedef int tree_get(void *ctx, uint64_t index, struct tree_hash *out);

/*
 * The right edge: all that is needed to grow.  size 0 = empty tree.
 * tree_edge_load() reads it from stored nodes.
 */
struct tree_edge {
	uint64_t size;
	unsigned n; /* full subtrees, largest first */
	struct tree_hash h[64];
};

int tree_edge_load(struct tree_edge *e, uint64_t size, tree_get *get,
    void *ctx);

/*
 * Appends one leaf hash.  nodes[] gets the 1 + trailing_ones(old size) new
 * nodes in dense order, *count their number, *first the dense number of
 * nodes[0]; they are consecutive.
 */
void tree_edge_add(struct tree_edge *e, const struct tree_hash *leaf,
    uint64_t *first, struct tree_hash nodes[64], unsigned *count);

struct tree_hash tree_edge_root(const struct tree_edge *e);

/* A proof: hashes leaf-sibling first. */
struct tree_proof {
	unsigned n;
	struct tree_hash h[TREE_PROOF_MAX];
};

/* Proof that leaf `index` is in the tree of `size`. ERR_RANGE. */
int tree_inclusion(uint64_t index, uint64_t size, tree_get *get, void *ctx,
    struct tree_proof *out);

/* Proof that the tree of `old` is a prefix of that of `size`. ERR_RANGE. */
int tree_consistency(uint64_t old, uint64_t size, tree_get *get, void *ctx,
    struct tree_proof *out);

/* RFC 9162 §2.1.3.2 / §2.1.4.2: 0 or ERR_CRYPTO. */
int tree_verify_inclusion(uint64_t index, uint64_t size,
    const struct tree_hash *leaf, const struct tree_proof *proof,
    const struct tree_hash *root);
int tree_verify_consistency(uint64_t old, uint64_t size,
    const struct tree_hash *old_root, const struct tree_hash *root,
    const struct tree_proof *proof);

#endif
