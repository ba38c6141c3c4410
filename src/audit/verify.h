/*
 * The state of one verification of a directory, shared by verify.c (files)
 * and verify_entry.c (entries and bodies).
 */
#ifndef AUDIT_VERIFY_H
#define AUDIT_VERIFY_H

#include "audit/export.h"
#include "audit/keks.h"
#include "audit/source.h"
#include "audit/tiles.h"

struct verify {
	const char *dir;
	const struct verify_options *opt;
	struct verify_result *res;
	struct note_vkey key;
	struct checkpoint head;
	struct checkpoint old;	   /* --since; size 0 = none */
	struct tree_hash old_root; /* rebuilt at old.size */
	struct tree_edge edge;
	struct tiles tiles;
	struct sources sources;
	struct keks keks;
	int64_t time_ms;	       /* of the last entry */
	struct buf hashes;	       /* tile/0 file of the current bundle */
	bool leaf_differs;	       /* first_leaf below is valid */
	uint64_t first_leaf;	       /* first entry whose leaf hash differs */
	char tile_file[TILE_PATH_MAX]; /* first tile that differs, or "" */
	uint64_t tile_offset;
	const char *tile_what;
};

/* Fills the result with a bad entry or a bad place in a file; returns err. */
int verify_bad_entry(
    struct verify *v, int err, uint64_t index, const char *what);
int verify_bad_file(struct verify *v, int err, const char *file,
    uint64_t offset, const char *what);

/*
 * The entry that follows v->edge.size: form, order, blob, body and its leaf
 * hash against the tile; grows edge and tiles by it.  blob.n == 0: none is
 * stored.  0 or an error with the result filled.
 */
int verify_entry(
    struct verify *v, struct str text, struct str blob, tile_done *done);

#endif
