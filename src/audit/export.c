/*
 * Writes a log as a C2SP tlog-tiles directory.
 *
 * SECURITY: the checkpoint is written last and only when it signs exactly
 * what was added, so a half-written or wrong folder has none.
 */
#include "audit/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/tiles.h"
#include "core/err.h"

struct export
{
	char *dir;
	struct tree_edge edge;
	struct tiles tiles;
	struct buf entries; /* the bundle that fills now */
	struct buf blobs;
};

int
export_open(const char *dir, struct export **out)
{
	struct export *x;

	*out = NULL;
	if (mkdir(dir, 0700) != 0)
		return errno == EEXIST ? ERR_EXISTS : ERR_IO;
	x = calloc(1, sizeof(*x));
	if (x == NULL)
		return ERR_NOMEM;
	x->dir = str_dup(str_of(dir));
	if (x->dir == NULL) {
		free(x);
		return ERR_NOMEM;
	}
	*out = x;
	return 0;
}

void
export_free(struct export *x)
{
	if (x == NULL)
		return;
	buf_release(&x->entries);
	buf_release(&x->blobs);
	free(x->dir);
	free(x);
}

static int
write_tile(void *ctx, unsigned level, uint64_t n, const struct tree_hash *h,
    unsigned w)
{
	struct export *x = ctx;
	char path[TILE_PATH_MAX];

	tile_path_level(path, level, n, w);
	return tile_write(x->dir, path, str_n(h, w * sizeof(h[0])));
}

/* Writes bundle n of entries and of blobs, w of each. */
static int
write_bundles(struct export *x, uint64_t n, unsigned w)
{
	char path[TILE_PATH_MAX];
	int err;

	err = x->entries.err != 0 ? x->entries.err : x->blobs.err;
	if (err != 0)
		return err;
	tile_path(path, "tile/entries", n, w);
	err = tile_write(x->dir, path, buf_str(&x->entries));
	if (err != 0)
		return err;
	tile_path(path, "blob", n, w);
	err = tile_write(x->dir, path, buf_str(&x->blobs));
	buf_clear(&x->entries);
	buf_clear(&x->blobs);
	return err;
}

int
export_add(struct export *x, struct str entry, struct str blob)
{
	struct tree_hash leaf = tree_leaf(entry);
	struct tree_hash nodes[64];
	uint64_t first;
	unsigned count;
	int err;

	if (entry.n == 0 || entry.n > ENTRY_MAX || blob.n > UINT32_MAX)
		return ERR_RANGE;
	buf_put_be16(&x->entries, (uint16_t)entry.n);
	buf_puts_str(&x->entries, entry);
	buf_put_be32(&x->blobs, (uint32_t)blob.n);
	buf_puts_str(&x->blobs, blob);
	tree_edge_add(&x->edge, &leaf, &first, nodes, &count);
	err = tiles_add(&x->tiles, &leaf, write_tile, x);
	if (err == 0 && x->edge.size % TILE_WIDTH == 0)
		err =
		    write_bundles(x, x->edge.size / TILE_WIDTH - 1, TILE_WIDTH);
	return err;
}

/* The checkpoint must be about what was added, to the last bit. */
static int
check_note(const struct export *x, struct str note, const struct note_vkey *k)
{
	struct tree_hash root = tree_edge_root(&x->edge);
	struct checkpoint c;
	int err;

	err = note_open(note, k, &c);
	if (err != 0)
		return err;
	if (c.size != x->edge.size ||
	    memcmp(c.root.b, root.b, sizeof(root.b)) != 0)
		return ERR_CORRUPT;
	return 0;
}

static int
write_key(const struct export *x, const struct note_vkey *k)
{
	struct buf text = BUF_INIT;
	int err;

	note_vkey_put(k, &text);
	buf_putc(&text, '\n');
	err = text.err;
	if (err == 0)
		err = tile_write(x->dir, "key.vkey", buf_str(&text));
	buf_release(&text);
	return err;
}

int
export_close(struct export *x, struct str note, const struct note_vkey *k)
{
	unsigned w = (unsigned)(x->edge.size % TILE_WIDTH);
	int err;

	err = check_note(x, note, k);
	if (err == 0 && w > 0)
		err = write_bundles(x, x->edge.size / TILE_WIDTH, w);
	if (err == 0)
		err = tiles_end(&x->tiles, write_tile, x);
	if (err == 0)
		err = write_key(x, k);
	if (err == 0)
		err = tile_write(x->dir, "checkpoint", note);
	return err;
}
