/*
 * The monthly body keys in their file.
 *
 * SECURITY: destroying a key is how old bodies are deleted, so keys lie in a
 * file of their own, mode 0600, never in the database or its backups.  A file
 * that does not parse is refused whole: writing a new one over it would lose
 * the bodies of years.
 */
#include "store/kek.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/era.h"
#include "core/err.h"
#include "crypt/crypt.h"

#define KEK_FILE_MAX ((size_t)1 << 20)

int
kek_init(struct kek *k, const char *path)
{
	*k = (struct kek){ 0 };
	return str_copy(k->path, sizeof(k->path), str_of(path));
}

void
kek_wipe(struct kek *k)
{
	explicit_bzero(k, sizeof(*k));
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static int
hex_key(struct str hex, uint8_t key[32])
{
	size_t i;
	int hi;
	int lo;

	if (hex.n != 64)
		return ERR_CORRUPT;
	for (i = 0; i < 32; i++) {
		hi = hex_digit(hex.p[2 * i]);
		lo = hex_digit(hex.p[2 * i + 1]);
		if (hi < 0 || lo < 0)
			return ERR_CORRUPT;
		key[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}

static int
read_all(const char *path, struct buf *out)
{
	uint8_t part[4096];
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? 0 : ERR_IO;
	out->max = KEK_FILE_MAX;
	while ((n = read(fd, part, sizeof(part))) > 0)
		buf_put(out, part, (size_t)n);
	explicit_bzero(part, sizeof(part));
	(void)close(fd);
	return n < 0 ? ERR_IO : out->err;
}

/* ERR_NOTFOUND when no line has the name. */
static int
find_key(struct str file, const char *name, uint8_t key[32])
{
	struct str line;
	struct str word;
	uint8_t got[32];
	int found = ERR_NOTFOUND;

	while (str_cut(&file, '\n', &line)) {
		if (!str_cut(&line, ' ', &word) || hex_key(line, got) != 0) {
			found = ERR_CORRUPT;
			break;
		}
		if (str_eqz(word, name)) {
			memcpy(key, got, sizeof(got));
			found = 0;
		}
	}
	explicit_bzero(got, sizeof(got));
	return found;
}

static int
sync_folder(const char *path)
{
	char copy[512];
	int fd;
	int rc;

	(void)snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	rc = fsync(fd);
	(void)close(fd);
	return rc == 0 ? 0 : ERR_IO;
}

static int
write_all(int fd, struct str s)
{
	ssize_t n;

	while (s.n > 0) {
		n = write(fd, s.p, s.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ERR_IO;
		s.p += n;
		s.n -= (size_t)n;
	}
	return fsync(fd) == 0 ? 0 : ERR_IO;
}

static int
replace_file(const char *path, struct str text)
{
	char tmp[520];
	int err;
	int fd;

	(void)snprintf(tmp, sizeof(tmp), "%s.new", path);
	if (unlink(tmp) != 0 && errno != ENOENT)
		return ERR_IO;
	fd = open(
	    tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return ERR_IO;
	err = write_all(fd, text);
	if (close(fd) != 0)
		err = ERR_IO;
	if (err == 0 && rename(tmp, path) != 0)
		err = ERR_IO;
	return err == 0 ? sync_folder(path) : err;
}

static void
add_key(struct buf *file, const char *name, uint8_t key[32])
{
	size_t i;

	crypt_random(key, 32);
	if (file->n > 0 && file->p[file->n - 1] != '\n')
		buf_putc(file, '\n');
	buf_printf(file, "%s ", name);
	for (i = 0; i < 32; i++)
		buf_printf(file, "%02x", key[i]);
	buf_putc(file, '\n');
}

int
kek_for(struct kek *k, int64_t now_ms)
{
	struct date today = date_today(now_ms);
	char name[KEK_NAME];
	struct buf file = BUF_INIT;
	uint8_t key[32];
	int err;

	(void)snprintf(name, sizeof(name), "7y-%04u-%02u",
	    (unsigned)today.y % 10000u, (unsigned)today.m % 100u);
	if (strcmp(name, k->name) == 0)
		return 0;
	err = read_all(k->path, &file);
	if (err == 0)
		err = find_key(buf_str(&file), name, key);
	if (err == ERR_NOTFOUND) {
		add_key(&file, name, key);
		err = file.err;
		if (err == 0)
			err = replace_file(k->path, buf_str(&file));
	}
	if (err == 0) {
		memcpy(k->key, key, sizeof(key));
		memcpy(k->name, name, sizeof(name));
	}
	explicit_bzero(key, sizeof(key));
	buf_wipe(&file);
	return err;
}
