/*
 * Reading and writing P5 images.
 *
 * SECURITY: a hostile file can only be refused: sides and length are checked
 * before memory is taken, trailing bytes are an error.
 */
#include "auth/pgm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"

#define PGM_FILE_MAX ((size_t)16 << 20)

/* Blanks and comment lines in front of a header number. */
static void
skip_blank(struct rd *r)
{
	while (r->left > 0) {
		if (*r->p == '#') {
			while (r->left > 0 && *r->p != '\n')
				rd_u8(r);
		} else if (*r->p != ' ' && *r->p != '\n' && *r->p != '\t' &&
		    *r->p != '\r') {
			return;
		}
		rd_u8(r);
	}
}

static unsigned
get_number(struct rd *r)
{
	unsigned v = 0;
	unsigned digits = 0;

	skip_blank(r);
	while (r->left > 0 && *r->p >= '0' && *r->p <= '9' && digits < 6) {
		v = v * 10 + (unsigned)(*r->p - '0');
		digits++;
		rd_u8(r);
	}
	if (digits == 0)
		r->err = ERR_SYNTAX;
	return v;
}

int
pgm_parse(struct str bytes, struct pgm *out)
{
	struct rd r = rd_of(bytes);
	unsigned max;
	size_t n;

	*out = (struct pgm){ 0 };
	if (!str_eqz(rd_bytes(&r, 2), "P5"))
		return ERR_SYNTAX;
	out->width = get_number(&r);
	out->height = get_number(&r);
	max = get_number(&r);
	rd_u8(&r);
	if (r.err != 0)
		return ERR_SYNTAX;
	if (out->width == 0 || out->height == 0 || out->width > PGM_SIDE_MAX ||
	    out->height > PGM_SIDE_MAX || max != 255)
		return ERR_RANGE;
	n = (size_t)out->width * out->height;
	if (r.left != n)
		return ERR_SYNTAX;
	out->p = malloc(n);
	if (out->p == NULL)
		return ERR_NOMEM;
	memcpy(out->p, r.p, n);
	return 0;
}

int
pgm_load(const char *path, struct pgm *out)
{
	struct buf b = { .max = PGM_FILE_MAX };
	char chunk[8192];
	FILE *f = fopen(path, "rbe");
	size_t n;
	int err;

	*out = (struct pgm){ 0 };
	if (f == NULL)
		return ERR_IO;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_put(&b, chunk, n);
	err = ferror(f) ? ERR_IO : b.err;
	fclose(f);
	if (err == 0)
		err = pgm_parse(buf_str(&b), out);
	explicit_bzero(chunk, sizeof(chunk));
	buf_wipe(&b);
	return err;
}

int
pgm_save(const char *path, const uint8_t *p, unsigned width, unsigned height)
{
	FILE *f = fopen(path, "wbe");
	int ok;

	if (f == NULL)
		return ERR_IO;
	ok = fprintf(f, "P5\n%u %u\n255\n", width, height) > 0 &&
	    fwrite(p, width, height, f) == height;
	if (fclose(f) != 0)
		ok = 0;
	return ok ? 0 : ERR_IO;
}

void
pgm_release(struct pgm *g)
{
	if (g->p != NULL)
		explicit_bzero(g->p, (size_t)g->width * g->height);
	free(g->p);
	*g = (struct pgm){ 0 };
}
