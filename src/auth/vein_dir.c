/*
 * vein:dir:PATH — a directory of images in the place of a camera, for demo
 * and tests.  Images are taken in name order; a name that begins with
 * "press-" is a finger pressed once (demo/mamori-press) and is removed: when
 * taken, or when the camera starts, because it was laid there for nobody.  A
 * file NAME.err holds the number of an error that the "camera" returns
 * instead.  With no image left it waits for one.
 *
 * SECURITY: exists only in the demo build; a server whose site is not
 * synthetic refuses its driver name.
 */
#ifdef MAMORI_DEMO
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/pgm.h"
#include "auth/vein_source.h"
#include "core/err.h"

#define NAME_LEN 128
#define LOOK_MS	 40

struct vein_source {
	char dir[512];
	char last[NAME_LEN]; /* name of the image taken before */
};

static void
dir_close(struct vein_source *s)
{
	free(s);
}

static bool
is_press(const char *name)
{
	return strncmp(name, "press-", 6) == 0;
}

/* Fingers that were laid there before the camera ran. */
static void
drop_stale(DIR *d)
{
	struct dirent *e;

	while ((e = readdir(d)) != NULL)
		if (is_press(e->d_name))
			(void)unlinkat(dirfd(d), e->d_name, 0);
}

static int
dir_open(struct vein_source **out, struct str device)
{
	struct vein_source *s;
	DIR *d;

	*out = NULL;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ERR_NOMEM;
	if (str_copy(s->dir, sizeof(s->dir), device) != 0) {
		free(s);
		return ERR_RANGE;
	}
	d = opendir(s->dir);
	if (d == NULL) {
		free(s);
		return ERR_NODEV;
	}
	drop_stale(d);
	closedir(d);
	*out = s;
	return 0;
}

static bool
ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name);
	size_t k = strlen(suffix);

	return n > k && strcmp(name + n - k, suffix) == 0;
}

/* The next name after the last one; false when there is none. */
static bool
next_name(struct vein_source *s, DIR *d, char name[NAME_LEN])
{
	struct dirent *e;

	name[0] = '\0';
	while ((e = readdir(d)) != NULL) {
		if (!ends_with(e->d_name, ".pgm") &&
		    !ends_with(e->d_name, ".err"))
			continue;
		if (strlen(e->d_name) >= NAME_LEN ||
		    (!is_press(e->d_name) && strcmp(e->d_name, s->last) <= 0))
			continue;
		if (name[0] == '\0' || strcmp(e->d_name, name) < 0)
			(void)str_copy(name, NAME_LEN, str_of(e->d_name));
	}
	return name[0] != '\0';
}

/* The error number in a .err file; ERR_IO when it holds none. */
static int
read_error(const char *path)
{
	FILE *f = fopen(path, "re");
	int err = 0;

	if (f == NULL)
		return ERR_IO;
	if (fscanf(f, "%d", &err) != 1 || err >= 0 || !err_is_known(err))
		err = ERR_IO;
	fclose(f);
	return err;
}

static int
take(struct vein_source *s, const char *name, uint8_t *img)
{
	char path[1024];
	struct pgm g;
	int err;

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	if (!is_press(name))
		snprintf(s->last, sizeof(s->last), "%s", name);
	if (ends_with(name, ".err")) {
		err = read_error(path);
	} else {
		err = pgm_load(path, &g) == 0 ? 0 : ERR_CORRUPT;
		if (err == 0 && (g.width != VEIN_W || g.height != VEIN_H))
			err = ERR_CORRUPT;
		if (err == 0)
			memcpy(img, g.p, (size_t)VEIN_W * VEIN_H);
		pgm_release(&g);
	}
	if (is_press(name))
		(void)unlink(path);
	return err;
}

static int
dir_frame(struct vein_source *s, const struct sensor_host *host,
    unsigned timeout_ms, uint8_t img[VEIN_W * VEIN_H])
{
	char name[NAME_LEN];
	unsigned waited = 0;
	bool found;
	DIR *d;
	int err;

	for (;;) {
		d = opendir(s->dir);
		if (d == NULL)
			return ERR_NODEV;
		found = next_name(s, d, name);
		closedir(d);
		if (found)
			return take(s, name, img);
		if (waited >= timeout_ms)
			return ERR_TIMEOUT;
		err = vein_wait(-1, host, LOOK_MS);
		if (err != ERR_TIMEOUT)
			return err;
		waited += LOOK_MS;
	}
}

const struct vein_source_ops vein_source_dir = {
	.prefix = "vein:dir:",
	.driver = "vein:dir",
	.live = false,
	.open = dir_open,
	.frame = dir_frame,
	.close = dir_close,
};
#else
/* ISO C wants a declaration in every file. */
typedef int vein_dir_is_in_the_demo_build_only;
#endif
