/*
 * Scratch folders for tests.
 *
 * SECURITY: test code; the folder is made by mkdtemp() with mode 0700.
 */
#include "ctl_tmp.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"

void
ctl_tmp_make(struct ctl_tmp *t)
{
	(void)snprintf(t->dir, sizeof(t->dir), "/tmp/mamori-test-XXXXXX");
	BUG_ON(mkdtemp(t->dir) == NULL);
}

static int
drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void
ctl_tmp_remove(struct ctl_tmp *t)
{
	(void)nftw(t->dir, drop, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
ctl_tmp_path(const struct ctl_tmp *t, const char *name)
{
	static char ring[4][512];
	static unsigned next;
	char *path = ring[next++ % 4];

	(void)snprintf(path, sizeof(ring[0]), "%s/%s", t->dir, name);
	return path;
}

void
ctl_tmp_write_n(
    const struct ctl_tmp *t, const char *name, const void *p, size_t n)
{
	char path[512];
	char *slash;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", t->dir, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	(void)mkdir(path, 0700);
	*slash = '/';
	f = fopen(path, "we");
	BUG_ON(f == NULL);
	BUG_ON(fwrite(p, 1, n, f) != n);
	BUG_ON(fclose(f) != 0);
}

void
ctl_tmp_write(const struct ctl_tmp *t, const char *name, const char *text)
{
	ctl_tmp_write_n(t, name, text, strlen(text));
}
