/*
 * Reads folders and files of configuration.
 *
 * SECURITY: only regular files up to CONF_FILE_MAX are read, and a file that
 * grows while it is read is refused at the limit.
 */
#include "conf/digest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/problem.h"
#include "core/err.h"

void
conf_list_free(struct conf_list *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->n; i++)
		free(l->name[i]);
	free(l);
}

static int
by_name(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;

	return strcmp(*x, *y);
}

static int
list_add(struct conf_list *l, const char *dir, const char *name)
{
	if (l->n == CONF_FILES_MAX) {
		conf_problem_set("%s: more than %d files", dir, CONF_FILES_MAX);
		return ERR_LIMIT;
	}
	l->name[l->n] = strdup(name);
	if (l->name[l->n] == NULL)
		return ERR_NOMEM;
	l->n++;
	return 0;
}

static bool
ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name);
	size_t s = strlen(suffix);

	return name[0] != '.' && n > s && strcmp(name + n - s, suffix) == 0;
}

int
conf_list(const char *dir, const char *suffix, struct conf_list **out)
{
	struct conf_list *l = NULL;
	struct dirent *e;
	DIR *d;
	int err = 0;

	*out = NULL;
	d = opendir(dir);
	if (d == NULL) {
		conf_problem_set("%s: %s", dir, strerror(errno));
		return errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
	}
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		err = ERR_NOMEM;
	while (err == 0 && (e = readdir(d)) != NULL)
		if (ends_with(e->d_name, suffix))
			err = list_add(l, dir, e->d_name);
	closedir(d);
	if (err == 0 && l->n == 0) {
		conf_problem_set("%s: no file ends in %s", dir, suffix);
		err = ERR_NOTFOUND;
	}
	if (err != 0) {
		conf_list_free(l);
		return err;
	}
	qsort(l->name, l->n, sizeof(l->name[0]), by_name);
	*out = l;
	return 0;
}

static int
read_all(int fd, const char *path, struct buf *out)
{
	uint8_t piece[8192];
	struct stat st;
	size_t total = 0;
	ssize_t n;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		conf_problem_set("%s: not a regular file", path);
		return ERR_IO;
	}
	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			conf_problem_set("%s: %s", path, strerror(errno));
			return ERR_IO;
		}
		total += (size_t)n;
		if (total > CONF_FILE_MAX) {
			conf_problem_set(
			    "%s: longer than %zu bytes", path, CONF_FILE_MAX);
			return ERR_TOOLONG;
		}
		buf_put(out, piece, (size_t)n);
	}
	return out->err;
}

int
conf_read(const char *dir, const char *name, struct buf *out)
{
	char path[4096];
	int len;
	int fd;
	int err;

	len = snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (len < 0 || (size_t)len >= sizeof(path)) {
		conf_problem_set("%s: the path is too long", name);
		return ERR_TOOLONG;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		conf_problem_set("%s: %s", path, strerror(errno));
		return errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
	}
	err = read_all(fd, path, out);
	close(fd);
	return err;
}

int
conf_digest(const char *dir, const char *suffix, uint8_t out[SHA256_LEN])
{
	struct conf_list *l = NULL;
	struct crypt_sha256 *h = NULL;
	struct buf head = BUF_INIT;
	struct buf text = BUF_INIT;
	int err;

	err = conf_list(dir, suffix, &l);
	if (err != 0)
		return err;
	h = crypt_sha256_new();
	if (h == NULL)
		err = ERR_NOMEM;
	for (size_t i = 0; err == 0 && i < l->n; i++) {
		buf_clear(&head);
		buf_clear(&text);
		err = conf_read(dir, l->name[i], &text);
		if (err != 0)
			break;
		buf_put(&head, l->name[i], strlen(l->name[i]) + 1);
		buf_put_be64(&head, text.n);
		err = head.err;
		crypt_sha256_add(h, buf_str(&head));
		crypt_sha256_add(h, buf_str(&text));
	}
	if (h != NULL)
		crypt_sha256_end(h, out);
	buf_release(&head);
	buf_release(&text);
	conf_list_free(l);
	return err;
}
