/*
 * One entry of a directory under verification.
 *
 * SECURITY: everything that an auditor relies on is rebuilt from the entry's
 * own bytes; stored hashes are only compared with, so a forged tile
 * (CVE-2026-56865) cannot help.
 */
#include "audit/verify.h"

#include <string.h>

#include "core/err.h"

static const char *
check_order(struct verify *v, const struct entry *e)
{
	if (e->index != v->edge.size)
		return "its index is not its place in the log";
	if (e->time_ms < v->time_ms)
		return "its time is before that of the entry before it";
	v->time_ms = e->time_ms;
	return NULL;
}

static const char *
check_body(const struct verify *v, const struct entry *e, struct str blob)
{
	const uint8_t *kek = keks_find(&v->keks, e->kek);
	struct buf body = BUF_INIT;
	const char *bad = NULL;
	struct tree_hash root;
	uint8_t salt[32];
	uint64_t lines;

	if (kek == NULL)
		return "its bucket key is not in the key file";
	if (blob_open(kek, e->nonce, v->key.name, blob, salt, &body) != 0)
		bad = "its body cannot be decrypted";
	else if (body_root(buf_str(&body), salt, &lines, &root) != 0)
		bad = "its body has a wrong form";
	else if (lines != e->body_lines ||
	    memcmp(root.b, e->body_root.b, sizeof(root.b)) != 0)
		bad = "its body is not the one the entry commits to";
	explicit_bzero(salt, sizeof(salt));
	buf_wipe(&body);
	return bad;
}

static const char *
check_blob(const struct verify *v, const struct entry *e, struct str blob)
{
	uint8_t sha[SHA256_LEN];

	if (blob.n == 0 && e->blob_len > 0)
		return v->opt->allow_missing_blobs ? NULL
						   : "its body is missing";
	if (blob.n != e->blob_len)
		return "its body has another length";
	crypt_sha256(blob, sha);
	if (memcmp(sha, e->blob_sha.b, sizeof(sha)) != 0)
		return "its body was changed";
	if (blob.n == 0 || v->opt->kek_file == NULL)
		return NULL;
	return check_body(v, e, blob);
}

/* Remembers the first entry whose leaf hash is not the stored one. */
static void
compare_leaf(struct verify *v, const struct tree_hash *leaf)
{
	size_t at = (size_t)(v->edge.size % TILE_WIDTH) * sizeof(leaf->b);

	if (v->leaf_differs || v->hashes.n < at + sizeof(leaf->b) ||
	    memcmp(v->hashes.p + at, leaf->b, sizeof(leaf->b)) == 0)
		return;
	v->leaf_differs = true;
	v->first_leaf = v->edge.size;
}

int
verify_entry(
    struct verify *v, struct str text, struct str blob, tile_done *done)
{
	struct tree_hash leaf = tree_leaf(text);
	struct tree_hash nodes[64];
	const char *bad;
	struct entry e;
	uint64_t first;
	unsigned count;
	int err;

	compare_leaf(v, &leaf);
	bad = entry_parse(text, &e) != 0 ? "it has a wrong form" : NULL;
	if (bad == NULL)
		bad = check_order(v, &e);
	if (bad == NULL) {
		err = sources_add(&v->sources, &e);
		if (err == ERR_NOMEM)
			return err;
		if (err != 0)
			bad = "the numbers of its source have a gap or a "
			      "repeat";
	}
	if (bad == NULL)
		bad = check_blob(v, &e, blob);
	if (bad != NULL)
		return verify_bad_entry(v, ERR_CORRUPT, v->edge.size, bad);
	tree_edge_add(&v->edge, &leaf, &first, nodes, &count);
	if (v->edge.size == v->old.size)
		v->old_root = tree_edge_root(&v->edge);
	return tiles_add(&v->tiles, &leaf, done, v);
}
