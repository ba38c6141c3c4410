/*
 * Checks a tlog-tiles directory as a stranger would: everything is rebuilt
 * from the entries and then compared with what is stored and signed.
 *
 * SECURITY: the directory comes from a medium that an attacker may have
 * held.  Nothing in it is believed; without the key from paper
 * (options.vkey) the result only says that the folder agrees with itself.
 */
#include "audit/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/verify_list.h"
#include "core/err.h"

int
verify_bad_entry(struct verify *v, int err, uint64_t index, const char *what)
{
	/* an earlier entry that differs from its stored hash came first */
	if (v->leaf_differs && v->first_leaf < index) {
		index = v->first_leaf;
		what = "it is not what its stored hash says";
	}
	v->res->has_index = true;
	v->res->index = index;
	snprintf(v->res->what, sizeof(v->res->what), "entry %" PRIu64 ": %s",
	    index, what);
	return err;
}

int
verify_bad_file(struct verify *v, int err, const char *file, uint64_t offset,
    const char *what)
{
	snprintf(v->res->file, sizeof(v->res->file), "%s", file);
	v->res->offset = offset;
	snprintf(v->res->what, sizeof(v->res->what),
	    "%s at byte %" PRIu64 ": %s", file, offset, what);
	return err;
}

/* Reads dir/file; a missing one is damage, not an error of the machine. */
static int
load(struct verify *v, const char *file, struct buf *out)
{
	int err = tile_read(v->dir, file, out);

	if (err == 0)
		return 0;
	if (err == ERR_NOTFOUND)
		return verify_bad_file(
		    v, ERR_CORRUPT, file, 0, "the file is missing");
	if (err == ERR_IO || err == ERR_NOMEM)
		return verify_bad_file(v, err, file, 0, "it cannot be read");
	return verify_bad_file(v, ERR_CORRUPT, file, 0, "it is too long");
}

/* key.vkey must be the text of the key, one line with its LF. */
static int
load_key(struct verify *v)
{
	struct buf stored = { .max = NOTE_MAX };
	struct buf want = BUF_INIT;
	struct str text;
	int err;

	err = load(v, "key.vkey", &stored);
	if (err != 0)
		goto out;
	text = v->opt->vkey != NULL ? str_of(v->opt->vkey) : buf_str(&stored);
	if (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	if (note_vkey_parse(text, &v->key) != 0) {
		err = verify_bad_file(v, ERR_CORRUPT,
		    v->opt->vkey != NULL ? "(key)" : "key.vkey", 0,
		    "it is not a verifier key");
		goto out;
	}
	note_vkey_put(&v->key, &want);
	buf_putc(&want, '\n');
	if (!str_eq(buf_str(&want), buf_str(&stored)))
		err = verify_bad_file(v, ERR_CORRUPT, "key.vkey", 0,
		    "it is not the key of this log");
out:
	buf_release(&stored);
	buf_release(&want);
	return err;
}

static int
open_note(
    struct verify *v, const char *file, struct str note, struct checkpoint *out)
{
	int err = note_open(note, &v->key, out);

	if (err == 0)
		return 0;
	if (err == ERR_CRYPTO)
		return verify_bad_file(v, ERR_CRYPTO, file, 0,
		    "the checkpoint is not signed by this key");
	return verify_bad_file(
	    v, ERR_CORRUPT, file, 0, "it is not a checkpoint");
}

static int
load_head(struct verify *v)
{
	struct buf note = { .max = NOTE_MAX };
	int err;

	err = load(v, "checkpoint", &note);
	if (err == 0)
		err = open_note(v, "checkpoint", buf_str(&note), &v->head);
	buf_release(&note);
	v->res->size = v->head.size;
	return err;
}

/* The older checkpoint that somebody kept (--since). */
static int
load_since(struct verify *v)
{
	const char *path = v->opt->since;
	struct buf note = { .max = NOTE_MAX };
	int err;

	if (path == NULL)
		return 0;
	if (tile_read(path[0] == '/' ? "" : ".", path, &note) != 0)
		err = verify_bad_file(v, ERR_IO, path, 0, "it cannot be read");
	else
		err = open_note(v, path, buf_str(&note), &v->old);
	buf_release(&note);
	if (err == 0 && v->old.size > v->head.size)
		err = verify_bad_file(v, ERR_FORK, "checkpoint", 0,
		    "ROLLED BACK: the log is shorter than the older "
		    "checkpoint says");
	return err;
}

static int
load_keks(struct verify *v)
{
	if (v->opt->kek_file == NULL ||
	    keks_load(&v->keks, v->opt->kek_file) == 0)
		return 0;
	return verify_bad_file(
	    v, ERR_IO, v->opt->kek_file, 0, "the key file cannot be read");
}

/* ---- tiles ---- */

static void
note_tile(struct verify *v, const char *file, uint64_t offset, const char *what)
{
	if (v->tile_file[0] != '\0')
		return;
	snprintf(v->tile_file, sizeof(v->tile_file), "%s", file);
	v->tile_offset = offset;
	v->tile_what = what;
}

/*
 * tile_done: compares a rebuilt tile with its file.  A difference is only
 * remembered: whose fault it is, is known when the root is.
 */
static int
compare_tile(void *ctx, unsigned level, uint64_t n, const struct tree_hash *h,
    unsigned w)
{
	struct verify *v = ctx;
	struct buf file = { .max = 4 * TILE_WIDTH * SHA256_LEN };
	const uint8_t *want = (const uint8_t *)h;
	size_t len = w * sizeof(h[0]);
	char path[TILE_PATH_MAX];
	size_t i = 0;
	int err;

	tile_path_level(path, level, n, w);
	err = tile_read(v->dir, path, &file);
	while (err == 0 && i < len && i < file.n && file.p[i] == want[i])
		i++;
	if (err == ERR_NOTFOUND)
		note_tile(v, path, 0, "the file is missing");
	else if (err != 0 || file.n != len)
		note_tile(v, path, i, "it has a wrong length");
	else if (i < len)
		note_tile(v, path, i, "it is not what the entries say");
	buf_release(&file);
	return err == ERR_NOMEM || err == ERR_IO ? err : 0;
}

/* ---- bundles ---- */

/* One bundle of w entries and their blobs. */
struct bundle {
	char entries_path[TILE_PATH_MAX];
	char blobs_path[TILE_PATH_MAX];
	struct buf entries;
	struct buf blobs;
	bool no_blobs; /* file missing, and that is allowed */
};

static int
load_bundle(struct verify *v, struct bundle *b, uint64_t n, unsigned w)
{
	char path[TILE_PATH_MAX];
	int err;

	buf_clear(&b->entries);
	buf_clear(&b->blobs);
	buf_clear(&v->hashes);
	tile_path(b->entries_path, "tile/entries", n, w);
	tile_path(b->blobs_path, "blob", n, w);
	tile_path_level(path, 0, n, w);
	err = load(v, b->entries_path, &b->entries);
	if (err != 0)
		return err;
	/* trouble with the tile itself is found by compare_tile() */
	(void)tile_read(v->dir, path, &v->hashes);
	err = tile_read(v->dir, b->blobs_path, &b->blobs);
	b->no_blobs = err == ERR_NOTFOUND && v->opt->allow_missing_blobs;
	if (err == 0 || b->no_blobs)
		return 0;
	return load(v, b->blobs_path, &b->blobs);
}

static int
verify_bundle(struct verify *v, const struct bundle *b, unsigned w)
{
	struct rd entries = rd_of(buf_str(&b->entries));
	struct rd blobs = rd_of(buf_str(&b->blobs));
	struct str blob = str_n(NULL, 0);
	struct str text;
	unsigned i;
	int err;

	for (i = 0; i < w; i++) {
		text = rd_bytes(&entries, rd_be16(&entries));
		if (!b->no_blobs)
			blob = rd_bytes(&blobs, rd_be32(&blobs));
		if (entries.err != 0 || blobs.err != 0)
			return verify_bad_entry(v, ERR_CORRUPT, v->edge.size,
			    entries.err != 0
				? "its bundle ends too early"
				: "the bundle of its body ends too early");
		err = verify_entry(v, text, blob, compare_tile);
		if (err != 0)
			return err;
	}
	if (entries.left > 0)
		return verify_bad_file(v, ERR_CORRUPT, b->entries_path,
		    b->entries.n - entries.left, "bytes follow the last entry");
	if (blobs.left > 0)
		return verify_bad_file(v, ERR_CORRUPT, b->blobs_path,
		    b->blobs.n - blobs.left, "bytes follow the last body");
	return 0;
}

static int
verify_bundles(struct verify *v)
{
	struct bundle b = { .entries = { .max = 32U << 20 } };
	uint64_t left;
	unsigned w;
	int err = 0;

	while (err == 0 && v->edge.size < v->head.size) {
		left = v->head.size - v->edge.size;
		w = left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH;
		err = load_bundle(v, &b, v->edge.size / TILE_WIDTH, w);
		if (err == 0)
			err = verify_bundle(v, &b, w);
	}
	if (err == 0)
		err = tiles_end(&v->tiles, compare_tile, v);
	buf_release(&b.entries);
	buf_release(&b.blobs);
	return err;
}

/* ---- the whole ---- */

/* The rebuilt root decides whether entries or tiles are wrong. */
static int
check_root(struct verify *v)
{
	struct tree_hash root = tree_edge_root(&v->edge);
	bool same = memcmp(root.b, v->head.root.b, sizeof(root.b)) == 0;

	if (!same && v->leaf_differs)
		return verify_bad_entry(v, ERR_CORRUPT, v->first_leaf,
		    "it is not what its stored hash says");
	if (v->tile_file[0] != '\0')
		return verify_bad_file(
		    v, ERR_CORRUPT, v->tile_file, v->tile_offset, v->tile_what);
	if (!same)
		return verify_bad_file(v, ERR_CORRUPT, "checkpoint", 0,
		    "its root is not the one of the entries");
	return 0;
}

static int
check_since(struct verify *v)
{
	if (v->old.size == 0 ||
	    memcmp(v->old.root.b, v->old_root.b, sizeof(v->old_root.b)) == 0)
		return 0;
	return verify_bad_file(v, ERR_FORK, "checkpoint", 0,
	    "FORK: the older checkpoint is not a beginning of this log");
}

static int
check_stray(struct verify *v)
{
	char file[sizeof(v->res->file)];
	int err;

	err = verify_list(v->dir, v->head.size, file, sizeof(file));
	if (err == ERR_CORRUPT)
		return verify_bad_file(
		    v, err, file, 0, "the file does not belong to this log");
	if (err != 0)
		return verify_bad_file(
		    v, err, ".", 0, "the folder cannot be read");
	return 0;
}

int
verify_dir(const char *dir, const struct verify_options *opt,
    struct verify_result *res)
{
	static const struct verify_options plain;
	static int (*const steps[])(struct verify *) = { load_key, load_head,
		load_since, load_keks, verify_bundles, check_root, check_stray,
		check_since };
	struct verify *v;
	size_t i;
	int err = 0;

	memset(res, 0, sizeof(*res));
	v = calloc(1, sizeof(*v));
	if (v == NULL)
		return ERR_NOMEM;
	v->dir = dir;
	v->opt = opt != NULL ? opt : &plain;
	v->res = res;
	for (i = 0; err == 0 && i < sizeof(steps) / sizeof(steps[0]); i++)
		err = steps[i](v);
	res->sources = v->sources.n;
	if (err != 0 && res->what[0] == '\0')
		snprintf(res->what, sizeof(res->what), "%s", err_text(err));
	sources_release(&v->sources);
	keks_release(&v->keks);
	buf_release(&v->hashes);
	free(v);
	return err;
}
