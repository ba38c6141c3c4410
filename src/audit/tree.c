/*
 * The Merkle tree of RFC 6962: hashes, growth, roots, proofs and their checks.
 *
 * SECURITY: a proof comes from the server and is the terminal's only evidence;
 * the checks follow RFC 9162 §2.1.3.2 and §2.1.4.2 step by step and refuse a
 * proof that is longer or shorter than the sizes say.
 */
#include "audit/tree.h"

#include <string.h>

#include "core/err.h"

#define TREE_SIZE_MAX ((uint64_t)INT64_MAX)

struct tree_hash
tree_leaf(struct str data)
{
	struct tree_hash h = { 0 };

	crypt_sha256_3(str_n("\0", 1), data, str_n(NULL, 0), h.b);
	return h;
}

struct tree_hash
tree_node(const struct tree_hash *l, const struct tree_hash *r)
{
	struct tree_hash h = { 0 };

	crypt_sha256_3(str_n("\1", 1), str_n(l->b, sizeof(l->b)),
	    str_n(r->b, sizeof(r->b)), h.b);
	return h;
}

struct tree_hash
tree_empty(void)
{
	struct tree_hash h = { 0 };

	crypt_sha256(str_n(NULL, 0), h.b);
	return h;
}

uint64_t
tree_index(unsigned level, uint64_t n)
{
	uint64_t i = 0;
	unsigned l;

	for (l = level; l > 0; l--)
		n = 2 * n + 1;
	for (; n > 0; n >>= 1)
		i += n;
	return i + level;
}

static bool
same(const struct tree_hash *a, const struct tree_hash *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

/* The level of the largest full subtree of a tree of n > 0 leaves. */
static unsigned
top_level(uint64_t n)
{
	return 63U - (unsigned)__builtin_clzll(n);
}

/*
 * Fetches the full subtrees of leaves [lo, lo + n), largest first.  lo is a
 * multiple of the largest of them, as in every split of RFC 6962.
 */
static int
get_subtrees(uint64_t lo, uint64_t n, tree_get *get, void *ctx,
    struct tree_hash h[64], unsigned *count)
{
	unsigned level;
	int err;

	*count = 0;
	while (n > 0) {
		level = top_level(n);
		err = get(ctx, tree_index(level, lo >> level), &h[*count]);
		if (err != 0)
			return err;
		(*count)++;
		lo += UINT64_C(1) << level;
		n -= UINT64_C(1) << level;
	}
	return 0;
}

/* Folds subtrees, largest first, from the right. */
static struct tree_hash
fold(const struct tree_hash h[], unsigned n)
{
	struct tree_hash r;

	if (n == 0)
		return tree_empty();
	r = h[n - 1];
	while (--n > 0)
		r = tree_node(&h[n - 1], &r);
	return r;
}

static int
range_root(
    uint64_t lo, uint64_t n, tree_get *get, void *ctx, struct tree_hash *out)
{
	struct tree_hash h[64];
	unsigned count;
	int err;

	err = get_subtrees(lo, n, get, ctx, h, &count);
	if (err == 0)
		*out = fold(h, count);
	return err;
}

int
tree_edge_load(struct tree_edge *e, uint64_t size, tree_get *get, void *ctx)
{
	int err;

	memset(e, 0, sizeof(*e));
	if (size > TREE_SIZE_MAX)
		return ERR_RANGE;
	err = get_subtrees(0, size, get, ctx, e->h, &e->n);
	if (err == 0)
		e->size = size;
	return err;
}

void
tree_edge_add(struct tree_edge *e, const struct tree_hash *leaf,
    uint64_t *first, struct tree_hash nodes[64], unsigned *count)
{
	uint64_t bits = e->size;
	struct tree_hash h = *leaf;

	BUG_ON(e->size >= TREE_SIZE_MAX);
	*first = tree_index(0, e->size);
	nodes[0] = h;
	*count = 1;
	for (; bits & 1; bits >>= 1) {
		h = tree_node(&e->h[e->n - 1], &h);
		e->n--;
		nodes[(*count)++] = h;
	}
	e->h[e->n++] = h;
	e->size++;
}

struct tree_hash
tree_edge_root(const struct tree_edge *e)
{
	return fold(e->h, e->n);
}

static void
reverse(struct tree_proof *p)
{
	struct tree_hash t;
	unsigned i;

	for (i = 0; i < p->n / 2; i++) {
		t = p->h[i];
		p->h[i] = p->h[p->n - 1 - i];
		p->h[p->n - 1 - i] = t;
	}
}

/* The largest power of two below n (n >= 2). */
static uint64_t
split(uint64_t n)
{
	return UINT64_C(1) << top_level(n - 1);
}

int
tree_inclusion(uint64_t index, uint64_t size, tree_get *get, void *ctx,
    struct tree_proof *out)
{
	uint64_t lo = 0;
	uint64_t n = size;
	uint64_t k;
	int err;

	out->n = 0;
	if (index >= size || size > TREE_SIZE_MAX)
		return ERR_RANGE;
	while (n > 1) {
		k = split(n);
		if (index - lo < k) {
			err = range_root(
			    lo + k, n - k, get, ctx, &out->h[out->n]);
			n = k;
		} else {
			err = range_root(lo, k, get, ctx, &out->h[out->n]);
			lo += k;
			n -= k;
		}
		if (err != 0)
			return err;
		out->n++;
	}
	reverse(out);
	return 0;
}

int
tree_consistency(uint64_t old, uint64_t size, tree_get *get, void *ctx,
    struct tree_proof *out)
{
	uint64_t lo = 0;
	uint64_t n = size;
	uint64_t k;
	int err = 0;

	out->n = 0;
	if (old > size || size > TREE_SIZE_MAX)
		return ERR_RANGE;
	if (old == 0)
		return 0;
	while (lo + n != old && err == 0) {
		k = split(n);
		if (old - lo <= k) {
			err = range_root(
			    lo + k, n - k, get, ctx, &out->h[out->n]);
			n = k;
		} else {
			err = range_root(lo, k, get, ctx, &out->h[out->n]);
			lo += k;
			n -= k;
		}
		out->n++;
	}
	if (err == 0 && lo > 0)
		err = range_root(lo, n, get, ctx, &out->h[out->n++]);
	reverse(out);
	return err;
}

/* Drops the levels at which the node is a left child or alone. */
static void
skip_levels(uint64_t *fn, uint64_t *sn)
{
	while ((*fn & 1) == 0 && *fn != 0) {
		*fn >>= 1;
		*sn >>= 1;
	}
}

int
tree_verify_inclusion(uint64_t index, uint64_t size,
    const struct tree_hash *leaf, const struct tree_proof *proof,
    const struct tree_hash *root)
{
	struct tree_hash r = *leaf;
	uint64_t fn = index;
	uint64_t sn = size - 1;
	unsigned i;

	if (index >= size || proof->n > TREE_PROOF_MAX)
		return ERR_CRYPTO;
	for (i = 0; i < proof->n; i++) {
		if (sn == 0)
			return ERR_CRYPTO;
		if ((fn & 1) != 0 || fn == sn) {
			r = tree_node(&proof->h[i], &r);
			skip_levels(&fn, &sn);
		} else {
			r = tree_node(&r, &proof->h[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && same(&r, root) ? 0 : ERR_CRYPTO;
}

/* Steps 3 to 7 of RFC 9162 §2.1.4.2 from the first hash on. */
static int
verify_growth(uint64_t fn, uint64_t sn, const struct tree_hash *first,
    const struct tree_hash rest[], unsigned n, struct tree_hash roots[2])
{
	unsigned i;

	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	roots[0] = *first;
	roots[1] = *first;
	for (i = 0; i < n; i++) {
		if (sn == 0)
			return ERR_CRYPTO;
		if ((fn & 1) != 0 || fn == sn) {
			roots[0] = tree_node(&rest[i], &roots[0]);
			roots[1] = tree_node(&rest[i], &roots[1]);
			skip_levels(&fn, &sn);
		} else {
			roots[1] = tree_node(&roots[1], &rest[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 ? 0 : ERR_CRYPTO;
}

int
tree_verify_consistency(uint64_t old, uint64_t size,
    const struct tree_hash *old_root, const struct tree_hash *root,
    const struct tree_proof *proof)
{
	bool whole = old != 0 && (old & (old - 1)) == 0;
	struct tree_hash roots[2];
	unsigned skip = whole ? 0 : 1;
	int err;

	if (old > size || proof->n > TREE_PROOF_MAX)
		return ERR_CRYPTO;
	if (old == 0)
		return proof->n == 0 ? 0 : ERR_CRYPTO;
	if (old == size)
		return proof->n == 0 && same(old_root, root) ? 0 : ERR_CRYPTO;
	if (proof->n == 0)
		return ERR_CRYPTO;
	err = verify_growth(old - 1, size - 1, whole ? old_root : &proof->h[0],
	    &proof->h[skip], proof->n - skip, roots);
	if (err != 0)
		return err;
	return same(&roots[0], old_root) && same(&roots[1], root) ? 0
								  : ERR_CRYPTO;
}
