/*
 * Paths, growth and files of a tlog-tiles directory.
 *
 * SECURITY: files of an export are never changed once they have their name;
 * a crash leaves a folder without a checkpoint, which nobody accepts.
 */
#include "audit/tiles.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"

/* Root of a full tile. */
static struct tree_hash
tile_root(const struct tree_hash h[TILE_WIDTH])
{
	struct tree_hash t[TILE_WIDTH / 2];
	unsigned w = TILE_WIDTH / 2;
	unsigned i;

	for (i = 0; i < w; i++)
		t[i] = tree_node(&h[2 * i], &h[2 * i + 1]);
	for (; w > 1; w /= 2)
		for (i = 0; i < w / 2; i++)
			t[i] = tree_node(&t[2 * i], &t[2 * i + 1]);
	return t[0];
}

int
tiles_add(
    struct tiles *t, const struct tree_hash *leaf, tile_done *done, void *ctx)
{
	struct tree_hash h = *leaf;
	unsigned l;
	int err;

	for (l = 0; l < TILE_LEVELS; l++) {
		t->level[l].h[t->level[l].w++] = h;
		if (t->level[l].w < TILE_WIDTH)
			return 0;
		err = done(ctx, l, t->level[l].n, t->level[l].h, TILE_WIDTH);
		if (err != 0)
			return err;
		h = tile_root(t->level[l].h);
		t->level[l].w = 0;
		t->level[l].n++;
	}
	return 0;
}

int
tiles_end(const struct tiles *t, tile_done *done, void *ctx)
{
	unsigned l;
	int err;

	for (l = 0; l < TILE_LEVELS; l++) {
		if (t->level[l].w == 0)
			continue;
		err = done(ctx, l, t->level[l].n, t->level[l].h, t->level[l].w);
		if (err != 0)
			return err;
	}
	return 0;
}

void
tile_path(char out[TILE_PATH_MAX], const char *kind, uint64_t n, unsigned w)
{
	unsigned group[8];
	unsigned count = 0;
	size_t at;

	do {
		group[count++] = (unsigned)(n % 1000);
		n /= 1000;
	} while (n > 0);
	at = (size_t)snprintf(out, TILE_PATH_MAX, "%s", kind);
	while (count-- > 0)
		at += (size_t)snprintf(out + at, TILE_PATH_MAX - at, "/%s%03u",
		    count > 0 ? "x" : "", group[count]);
	if (w < TILE_WIDTH)
		snprintf(out + at, TILE_PATH_MAX - at, ".p/%u", w);
}

void
tile_path_level(char out[TILE_PATH_MAX], unsigned level, uint64_t n, unsigned w)
{
	char kind[16];

	snprintf(kind, sizeof(kind), "tile/%u", level);
	tile_path(out, kind, n, w);
}

static int
join(char out[PATH_MAX], const char *dir, const char *path, const char *suffix)
{
	int n = snprintf(out, PATH_MAX, "%s/%s%s", dir, path, suffix);

	return n < 0 || n >= PATH_MAX ? ERR_TOOLONG : 0;
}

static int
sync_folder_of(const char *path)
{
	char copy[PATH_MAX];
	int err;
	int fd;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	err = fsync(fd) == 0 ? 0 : ERR_IO;
	close(fd);
	return err;
}

/* Makes the folders between dir and the file, and makes them durable. */
static int
make_folders(const char *dir, const char *path)
{
	char full[PATH_MAX];
	char *at;
	int err;

	err = join(full, dir, path, "");
	if (err != 0)
		return err;
	for (at = full + strlen(dir) + 1; (at = strchr(at, '/')) != NULL;
	     at++) {
		*at = '\0';
		if (mkdir(full, 0700) == 0)
			err = sync_folder_of(full);
		else if (errno != EEXIST)
			err = ERR_IO;
		*at = '/';
		if (err != 0)
			return err;
	}
	return 0;
}

static int
write_all(int fd, struct str bytes)
{
	ssize_t n;

	while (bytes.n > 0) {
		n = write(fd, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ERR_IO;
		bytes.p += n;
		bytes.n -= (size_t)n;
	}
	return fdatasync(fd) == 0 ? 0 : ERR_IO;
}

int
tile_write(const char *dir, const char *path, struct str bytes)
{
	char full[PATH_MAX];
	char tmp[PATH_MAX];
	int err;
	int fd;

	err = join(full, dir, path, "");
	if (err == 0)
		err = join(tmp, dir, path, ".tmp");
	if (err == 0)
		err = make_folders(dir, path);
	if (err != 0)
		return err;
	if (access(full, F_OK) == 0)
		return ERR_EXISTS;
	fd = open(
	    tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno == EEXIST ? ERR_EXISTS : ERR_IO;
	err = write_all(fd, bytes);
	if (close(fd) != 0 && err == 0)
		err = ERR_IO;
	if (err == 0 && rename(tmp, full) != 0)
		err = ERR_IO;
	if (err != 0) {
		unlink(tmp);
		return err;
	}
	return sync_folder_of(full);
}

static int
read_all(int fd, struct buf *out)
{
	uint8_t chunk[16384];
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? 0 : ERR_IO;
		buf_put(out, chunk, (size_t)n);
		if (out->err != 0)
			return out->err;
	}
}

int
tile_read(const char *dir, const char *path, struct buf *out)
{
	char full[PATH_MAX];
	struct stat st;
	int err;
	int fd;

	err = join(full, dir, path, "");
	if (err != 0)
		return err;
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? ERR_NOTFOUND
							   : ERR_IO;
	err = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? 0 : ERR_IO;
	if (err == 0)
		err = read_all(fd, out);
	close(fd);
	return err;
}
