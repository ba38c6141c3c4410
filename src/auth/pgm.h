/*
 * Binary 8-bit PGM (P5) files: test images of vein:dir and --selftest-vein.
 */
#ifndef AUTH_PGM_H
#define AUTH_PGM_H

#include <stdint.h>

#include "core/str.h"

#define PGM_SIDE_MAX 4096

struct pgm {
	unsigned width;
	unsigned height;
	uint8_t *p; /* width * height grey values, owned */
};

/* Parses a whole file; maxval must be 255. ERR_SYNTAX, ERR_RANGE, ERR_NOMEM. */
int pgm_parse(struct str bytes, struct pgm *out);

/* Reads a file of at most 16 MiB; also ERR_IO. */
int pgm_load(const char *path, struct pgm *out);

int pgm_save(
    const char *path, const uint8_t *p, unsigned width, unsigned height);

/* Zeroes and frees the pixels. */
void pgm_release(struct pgm *g);

#endif
