/*
 * Draws a vein finger with fvsyn and puts it where vein:dir looks.
 *
 * SECURITY: as press.c: the people are invented, and only a --synthetic site
 * takes the sensor that reads these files.
 */
#include "press_vein.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fpgen.h"
#include "fvsyn.h"

#define AREA (FVSYN_W * FVSYN_H)

static const char *const kinds[] = {
	[FVSYN_LIVE] = "live",
	[FVSYN_PRINT] = "print",
	[FVSYN_SCREEN] = "screen",
	[FVSYN_EMPTY] = "empty",
};

static bool
kind_find(const char *name, int *out)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i], name) != 0)
			continue;
		*out = (int)i;
		return true;
	}
	return false;
}

bool
press_vein_option(struct press_view *v, const char *name, const char *value)
{
	char *end = NULL;

	if (strcmp(name, "--level") == 0) {
		v->level = 1 + fvsyn_level_find(value);
		return v->level > 0;
	}
	if (strcmp(name, "--kind") == 0)
		return kind_find(value, &v->kind);
	if (strcmp(name, "--shift") != 0)
		return false;
	v->shift = strtod(value, &end);
	return end != value && *end == '\0' && v->shift >= -100 &&
	    v->shift <= 100;
}

const char *
press_vein_dir(const char *target)
{
	static const char *const prefix[] = { "vein:dir:", "vein:" };
	size_t i;

	for (i = 0; i < sizeof(prefix) / sizeof(prefix[0]); i++)
		if (strncmp(target, prefix[i], strlen(prefix[i])) == 0)
			return target + strlen(prefix[i]);
	return NULL;
}

static int
write_pgm(const char *path, const uint8_t *img)
{
	FILE *f = fopen(path, "wbe");
	int err = 0;

	if (f == NULL)
		return errno;
	if (fprintf(f, "P5\n%d %d\n255\n", FVSYN_W, FVSYN_H) < 0 ||
	    fwrite(img, AREA, 1, f) != 1)
		err = EIO;
	if (fclose(f) != 0 && err == 0)
		err = errno;
	return err;
}

int
press_vein(const char *dir, const struct press_view *v, uint64_t finger,
    unsigned impression, bool garbage)
{
	static uint8_t img[AREA];
	struct fvsyn_view view = { .level = FVSYN_NORMAL,
		.kind = (enum fvsyn_kind)v->kind,
		.shift_x = v->shift };
	char tmp[4096];
	char to[4096];
	int n;
	int err;

	if (v->level > 0)
		view.level = (enum fvsyn_level)(v->level - 1);
	else if (impression < FPGEN_PROBE)
		view.level = FVSYN_EASY;
	fvsyn_draw(finger, impression, &view, img);
	if (garbage)
		for (n = 0; n + FPGEN_BYTES <= AREA; n += FPGEN_BYTES)
			fpgen_noise(finger + (uint64_t)n, img + n);
	n = snprintf(tmp, sizeof(tmp), "%s/press-%03u.%ld.tmp", dir, impression,
	    (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(tmp))
		return ENAMETOOLONG;
	snprintf(to, sizeof(to), "%s/press-%03u.pgm", dir, impression);
	err = write_pgm(tmp, img);
	if (err == 0 && rename(tmp, to) != 0)
		err = errno;
	if (err != 0)
		(void)unlink(tmp);
	return err;
}
