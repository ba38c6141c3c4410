/*
 * Finds stray files in a log directory.
 *
 * SECURITY: links are not followed; anything that is not a regular file with
 * an expected name is named.
 */
#include "audit/verify_list.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/tiles.h"
#include "core/err.h"

struct list {
	char (*path)[TILE_PATH_MAX];
	size_t n;
	size_t cap;
	int err;
};

/* A place for one more path; NULL when memory is short (sticky). */
static char *
next_path(struct list *l)
{
	char(*more)[TILE_PATH_MAX];
	size_t cap;

	if (l->n == l->cap) {
		cap = l->cap * 2 + 64;
		more = reallocarray(l->path, cap, sizeof(*more));
		if (more == NULL) {
			l->err = ERR_NOMEM;
			return NULL;
		}
		l->path = more;
		l->cap = cap;
	}
	return l->path[l->n++];
}

/* All files of `count` items in tiles of 256. */
static void
add_kind(struct list *l, const char *kind, uint64_t count)
{
	uint64_t full = count / TILE_WIDTH;
	unsigned w = (unsigned)(count % TILE_WIDTH);
	uint64_t n;
	char *p;

	for (n = 0; n < full + (w > 0); n++) {
		p = next_path(l);
		if (p == NULL)
			return;
		tile_path(p, kind, n, n < full ? TILE_WIDTH : w);
	}
}

static void
add_all(struct list *l, uint64_t size)
{
	static const char *const fixed[] = { "checkpoint", "key.vkey" };
	char kind[16];
	unsigned level;
	size_t i;
	char *p;

	for (i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		p = next_path(l);
		if (p == NULL)
			return;
		snprintf(p, TILE_PATH_MAX, "%s", fixed[i]);
	}
	add_kind(l, "tile/entries", size);
	add_kind(l, "blob", size);
	for (level = 0; level < TILE_LEVELS; level++, size /= TILE_WIDTH) {
		snprintf(kind, sizeof(kind), "tile/%u", level);
		add_kind(l, kind, size);
	}
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int
check_node(const struct list *l, const FTSENT *f, size_t skip)
{
	if (f->fts_info == FTS_D || f->fts_info == FTS_DP)
		return 0;
	if (f->fts_info == FTS_DNR || f->fts_info == FTS_ERR ||
	    f->fts_info == FTS_NS)
		return ERR_IO;
	if (f->fts_info == FTS_F && f->fts_pathlen > skip &&
	    bsearch(f->fts_path + skip, l->path, l->n, sizeof(l->path[0]),
		compare) != NULL)
		return 0;
	return ERR_CORRUPT;
}

int
verify_list(const char *dir, uint64_t size, char *file, size_t cap)
{
	struct list l = { 0 };
	char *root = str_dup(str_of(dir));
	char *roots[2] = { root, NULL };
	size_t skip = strlen(dir);
	FTS *fts = NULL;
	FTSENT *f;
	int err = 0;

	file[0] = '\0';
	while (root != NULL && skip > 1 && root[skip - 1] == '/')
		root[--skip] = '\0';
	skip++;
	add_all(&l, size);
	if (l.err == 0 && root != NULL)
		fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (fts == NULL) {
		err = ERR_IO;
		goto out;
	}
	qsort(l.path, l.n, sizeof(l.path[0]), compare);
	while (err == 0 && (f = fts_read(fts)) != NULL) {
		err = check_node(&l, f, skip);
		if (err != 0)
			snprintf(file, cap, "%s",
			    f->fts_pathlen > skip ? f->fts_path + skip
						  : f->fts_path);
	}
	fts_close(fts);
out:
	free(root);
	free(l.path);
	return err;
}
