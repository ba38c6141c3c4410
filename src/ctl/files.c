/*
 * Files and folders that commands make.
 *
 * SECURITY: new files are created with O_EXCL and their final mode, so a
 * key is never readable for a moment; a folder is only emptied by the command
 * that just filled it, and links are never followed while doing so.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/era.h"
#include "core/err.h"
#include "ctl/ctl.h"

bool
ctl_path(char out[CTL_PATH], const char *dir, const char *name)
{
	int n = snprintf(out, CTL_PATH, "%s/%s", dir, name);

	return n > 0 && n < CTL_PATH;
}

bool
ctl_id_ok(const char *id)
{
	size_t n = strspn(id,
	    "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	return id[n] == '\0' && n >= 1 && n <= 32;
}

static int
write_all(int fd, struct str text)
{
	ssize_t n;

	while (text.n > 0) {
		n = write(fd, text.p, text.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ERR_IO;
		text.p += n;
		text.n -= (size_t)n;
	}
	return fsync(fd) == 0 ? 0 : ERR_IO;
}

int
ctl_write_new(const char *path, struct str text, mode_t mode)
{
	int fd;
	int err;

	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return errno == EEXIST ? ERR_EXISTS : ERR_IO;
	err = write_all(fd, text);
	if (close(fd) != 0 && err == 0)
		err = ERR_IO;
	if (err != 0)
		(void)unlink(path);
	return err;
}

int
ctl_read(const char *path, size_t max, struct buf *out)
{
	uint8_t piece[4096];
	size_t total = 0;
	ssize_t n;
	int err = 0;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
	while (err == 0 && (n = read(fd, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err = ERR_IO;
			break;
		}
		total += (size_t)n;
		if (total > max)
			err = ERR_TOOLONG;
		buf_put(out, piece, (size_t)n);
	}
	explicit_bzero(piece, sizeof(piece));
	close(fd);
	return err != 0 ? err : out->err;
}

static bool
is_empty(const char *dir)
{
	struct dirent *e;
	bool empty = true;
	DIR *d = opendir(dir);

	if (d == NULL)
		return false;
	while (empty && (e = readdir(d)) != NULL)
		empty =
		    strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	closedir(d);
	return empty;
}

int
ctl_fresh_dir(const char *dir, bool *made)
{
	*made = mkdir(dir, 0700) == 0;
	if (*made)
		return 0;
	if (errno != EEXIST)
		return ERR_IO;
	if (!is_empty(dir))
		return ERR_EXISTS;
	return chmod(dir, 0700) == 0 ? 0 : ERR_IO;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	if (at->level > 0)
		(void)remove(path);
	return 0;
}

void
ctl_remove_tree(const char *dir, bool made)
{
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (made)
		(void)rmdir(dir);
}

int
ctl_sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return ERR_IO;
	err = fsync(fd) == 0 ? 0 : ERR_IO;
	close(fd);
	return err;
}

int64_t
ctl_now_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_REALTIME, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
ctl_put_time(struct buf *b, int64_t ms)
{
	int64_t japan = ms / 1000 + INT64_C(9) * 3600;

	if (ms <= 0) {
		buf_putc(b, '-');
		return;
	}
	date_put_iso(b, date_today(ms));
	buf_printf(b, " %02d:%02d:%02d", (int)(japan / 3600 % 24),
	    (int)(japan / 60 % 60), (int)(japan % 60));
}

void
ctl_put_column(struct buf *b, struct str s)
{
	buf_puts_str(b, s.n > 0 ? s : STR("-"));
	buf_putc(b, '\t');
}
