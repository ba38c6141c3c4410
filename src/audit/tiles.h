/*
 * What writer and verifier of a tlog-tiles directory share: paths, the tiles
 * of all levels as a log grows, and whole files (audit-log.md §3.7).
 */
#ifndef AUDIT_TILES_H
#define AUDIT_TILES_H

#include "audit/tree.h"

#define TILE_WIDTH    256
#define TILE_LEVELS   8
#define TILE_PATH_MAX 64

/* A tile is ready: w hashes (256, or fewer for the rightmost). */
typedef int tile_done(void *ctx, unsigned level, uint64_t n,
    const struct tree_hash *h, unsigned w);

/* The rightmost tile of every level; zeroed = empty. */
struct tiles {
	struct {
		struct tree_hash h[TILE_WIDTH];
		unsigned w;
		uint64_t n;
	} level[TILE_LEVELS];
};

/* Appends a leaf hash and hands out every tile that it fills. */
int tiles_add(
    struct tiles *t, const struct tree_hash *leaf, tile_done *done, void *ctx);

/* Hands out the partial tiles, lowest level first. */
int tiles_end(const struct tiles *t, tile_done *done, void *ctx);

/*
 * "tile/0/x001/234", with ".p/<w>" when w < 256.  kind is "tile/0",
 * "tile/entries" or "blob".
 */
void tile_path(
    char out[TILE_PATH_MAX], const char *kind, uint64_t n, unsigned w);
/* The same for hashes of a level. */
void tile_path_level(
    char out[TILE_PATH_MAX], unsigned level, uint64_t n, unsigned w);

/*
 * Writes dir/path so that it is there whole or not at all: temporary file,
 * fdatasync, rename, fsync of the folder; makes missing folders. ERR_EXISTS
 * when it is there already.
 */
int tile_write(const char *dir, const char *path, struct str bytes);

/* Appends the whole file to out. ERR_NOTFOUND, ERR_IO, ERR_TOOLONG. */
int tile_read(const char *dir, const char *path, struct buf *out);

#endif
