/*
 * --selftest-vein: images in, every intermediate result out.
 *
 * SECURITY: for test images only; it opens no sensor and no credential.
 */
#include "auth/vein_selftest.h"

#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/pgm.h"
#include "auth/vein_quality.h"
#include "core/err.h"

#define IMAGES_MAX 256
#define NAME_LEN   64

struct args {
	const char *stage;
	const char *out;
	double sigma;
	unsigned ch;
	unsigned cw;
	const char *file[2];
	int files;
};

struct image {
	char name[NAME_LEN];
	struct vein_bits bits;
};

struct run {
	struct args args;
	struct vein_work *work;
	struct image *image;
	size_t n;
	uint8_t mask[VEIN_W * VEIN_H];
	uint8_t canvas[VEIN_CANVAS];
	uint8_t canvas_mask[VEIN_CANVAS];
	uint8_t bin[VEIN_W * VEIN_H];
};

static int
fail(const char *what, const char *why)
{
	fprintf(stderr, "mamori-bio: %s: %s: see mamori-bio(8)\n", what, why);
	return 1;
}

static int
save(const struct run *r, const char *name, const char *suffix,
    const uint8_t *p, unsigned w, unsigned h)
{
	char path[4096];

	if (r->args.out == NULL)
		return 0;
	snprintf(path, sizeof(path), "%s/%s_%s.pgm", r->args.out, name, suffix);
	return pgm_save(path, p, w, h);
}

/* Scores as raw little-endian float64, row-major. */
static int
save_f64(const struct run *r, const char *name, const char *suffix,
    const float *v, size_t n)
{
	char path[4096];
	FILE *f;
	double d;
	size_t i;
	int ok = 1;

	if (r->args.out == NULL)
		return 0;
	snprintf(path, sizeof(path), "%s/%s_%s.f64", r->args.out, name, suffix);
	f = fopen(path, "wbe");
	if (f == NULL)
		return ERR_IO;
	for (i = 0; i < n && ok; i++) {
		d = (double)v[i];
		ok = fwrite(&d, sizeof(d), 1, f) == 1;
	}
	if (fclose(f) != 0)
		ok = 0;
	return ok ? 0 : ERR_IO;
}

static void
unpack_bits(const struct vein_bits *b, uint8_t out[VEIN_TPL_W * VEIN_TPL_H])
{
	unsigned x;
	unsigned y;

	for (y = 0; y < VEIN_TPL_H; y++)
		for (x = 0; x < VEIN_TPL_W; x++)
			out[y * VEIN_TPL_W + x] =
			    b->row[y][x / 64] >> x % 64 & 1 ? 255 : 0;
}

static int
save_all(struct run *r, const struct image *im)
{
	uint8_t tpl[VEIN_TPL_W * VEIN_TPL_H];
	const char *n = im->name;
	int err;

	unpack_bits(&im->bits, tpl);
	err = save(r, n, "rawmask", r->mask, VEIN_W, VEIN_H);
	err |= save(r, n, "norm", r->canvas, VEIN_W, VEIN_CANVAS_H);
	err |= save(r, n, "normmask", r->canvas_mask, VEIN_W, VEIN_CANVAS_H);
	err |= save(r, n, "mc", r->bin, VEIN_W, VEIN_CANVAS_H);
	err |= save(r, n, "tpl", tpl, VEIN_TPL_W, VEIN_TPL_H);
	err |= save_f64(r, n, "V", vein_scores(r->work), VEIN_CANVAS);
	err |= save_f64(r, n, "G", vein_connected(r->work), VEIN_CANVAS);
	return err == 0 ? 0 : ERR_IO;
}

static int
run_image(struct run *r, const char *dir, struct image *im)
{
	struct buf flags = BUF_INIT;
	struct vein_region region;
	struct vein_quality q;
	struct pgm g;
	char path[4096];
	int err;

	snprintf(path, sizeof(path), "%s/%s_raw.pgm", dir, im->name);
	if (pgm_load(path, &g) != 0)
		return fail(path, "cannot be read as an 8-bit PGM");
	if (g.width != VEIN_W || g.height != VEIN_H) {
		pgm_release(&g);
		return fail(path, "is not 376x240");
	}
	vein_region_find(r->work, g.p, &region, r->mask);
	if (vein_extract(r->work, g.p, &region, r->canvas, r->canvas_mask,
		r->bin, &im->bits)) {
		err = save_all(r, im);
		vein_quality(
		    r->work, &region, r->canvas, r->canvas_mask, r->bin, &q);
	} else {
		err = save(r, im->name, "rawmask", r->mask, VEIN_W, VEIN_H);
		q = (struct vein_quality){ .flags = VEIN_FLAG(NO_FINGER) };
	}
	vein_flags_put(q.flags, &flags);
	printf("%s a %.6f b %.4f width %.1f edge %.3f quality %u "
	       "contrast %.4f cnr %.2f sharp %.3f fine %.4f %.*s\n",
	    im->name, region.a, region.b, region.width, region.edge, q.score,
	    q.contrast, q.cnr, q.sharp, q.fine, STR_ARG(buf_str(&flags)));
	buf_release(&flags);
	pgm_release(&g);
	return err == 0 ? 0 : fail(r->args.out, "cannot be written");
}

static int
cmp_image(const void *a, const void *b)
{
	const struct image *x = a;
	const struct image *y = b;

	return strcmp(x->name, y->name);
}

static int
list_images(struct run *r, const char *dir)
{
	static const char suffix[] = "_raw.pgm";
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t len;

	if (d == NULL)
		return fail(dir, "cannot be opened");
	while ((e = readdir(d)) != NULL && r->n < IMAGES_MAX) {
		len = strlen(e->d_name);
		if (len < sizeof(suffix) || len >= NAME_LEN ||
		    strcmp(e->d_name + len - sizeof(suffix) + 1, suffix) != 0)
			continue;
		str_copy(r->image[r->n++].name, NAME_LEN,
		    str_n(e->d_name, len - sizeof(suffix) + 1));
	}
	closedir(d);
	qsort(r->image, r->n, sizeof(r->image[0]), cmp_image);
	return r->n > 0 ? 0 : fail(dir, "has no *_raw.pgm");
}

/* Same finger: the same name up to the last "_". */
static bool
same_finger(const char *a, const char *b)
{
	const char *x = strrchr(a, '_');
	const char *y = strrchr(b, '_');

	return x != NULL && y != NULL && x - a == y - b &&
	    strncmp(a, b, (size_t)(x - a)) == 0;
}

static void
print_pairs(const struct run *r)
{
	double genuine = 1;
	double impostor = 0;
	struct vein_score s;
	size_t i;
	size_t j;

	for (i = 0; i < r->n; i++) {
		for (j = 0; j < r->n; j++) {
			s = vein_match(&r->image[i].bits, &r->image[j].bits,
			    r->args.ch, r->args.cw);
			printf("pair %s %s %.12f %d %d\n", r->image[i].name,
			    r->image[j].name, s.score, s.dy, s.dx);
			if (i == j)
				continue;
			if (!same_finger(r->image[i].name, r->image[j].name)) {
				if (s.score > impostor)
					impostor = s.score;
			} else if (s.score < genuine) {
				genuine = s.score;
			}
		}
	}
	printf("genuine min %.6f impostor max %.6f\n", genuine, impostor);
}

static int
run_dir(struct run *r)
{
	size_t i;

	r->image = calloc(IMAGES_MAX, sizeof(*r->image));
	if (r->image == NULL)
		return fail("memory", "is short");
	if (list_images(r, r->args.file[0]) != 0)
		return 1;
	for (i = 0; i < r->n; i++)
		if (run_image(r, r->args.file[0], &r->image[i]) != 0)
			return 1;
	print_pairs(r);
	return 0;
}

static int
load_two(const struct args *a, struct pgm g[2])
{
	if (pgm_load(a->file[0], &g[0]) != 0)
		return fail(a->file[0], "cannot be read as an 8-bit PGM");
	if (pgm_load(a->file[1], &g[1]) != 0)
		return fail(a->file[1], "cannot be read as an 8-bit PGM");
	if (g[0].width != g[1].width || g[0].height != g[1].height)
		return fail(a->file[1], "has another size");
	return 0;
}

static int
run_mc(struct run *r, const struct pgm g[2])
{
	size_t n = (size_t)g[0].width * g[0].height;
	size_t ones = 0;
	size_t i;
	int err;

	if (!vein_curvature(r->work, g[0].p, g[1].p, g[0].width, g[0].height,
		r->args.sigma, r->bin))
		return fail(r->args.file[0], "is too large, or sigma is");
	for (i = 0; i < n; i++)
		ones += r->bin[i] != 0;
	printf("mc %ux%u sigma %g ones %zu\n", g[0].width, g[0].height,
	    r->args.sigma, ones);
	err = save_f64(r, "stage", "V", vein_scores(r->work), n);
	err |= save_f64(r, "stage", "G", vein_connected(r->work), n);
	err |= save(r, "stage", "mc", r->bin, g[0].width, g[0].height);
	return err == 0 ? 0 : fail(r->args.out, "cannot be written");
}

static int
run_stage(struct run *r)
{
	struct pgm g[2] = { { 0 } };
	struct vein_score s;
	int rc = load_two(&r->args, g);

	if (rc == 0 && strcmp(r->args.stage, "mc") == 0) {
		rc = run_mc(r, g);
	} else if (rc == 0) {
		s = vein_match_bytes(g[0].p, g[1].p, g[0].width, g[0].height,
		    r->args.ch, r->args.cw);
		printf("match %.15f %d %d\n", s.score, s.dy, s.dx);
	}
	pgm_release(&g[0]);
	pgm_release(&g[1]);
	return rc;
}

/* A decimal of an option; -1 when it is none. */
static double
option_number(const char *text)
{
	char *end = NULL;
	double v = strtod(text, &end);

	return end == text || *end != '\0' || !(v >= 0 && v <= 1000) ? -1 : v;
}

static int
parse_args(int argc, char **argv, struct args *a)
{
	static const struct option opts[] = {
		{ "stage", required_argument, NULL, 's' },
		{ "sigma", required_argument, NULL, 'g' },
		{ "out", required_argument, NULL, 'o' },
		{ "ch", required_argument, NULL, 'y' },
		{ "cw", required_argument, NULL, 'x' },
		{ NULL, 0, NULL, 0 },
	};
	double v;
	int c;

	*a = (struct args){ .sigma = VEIN_SIGMA, .ch = VEIN_CH, .cw = VEIN_CW };
	while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1) {
		v = optarg == NULL ? -1 : option_number(optarg);
		if (c == 's')
			a->stage = optarg;
		else if (c == 'o')
			a->out = optarg;
		else if (c == '?' || v < 0)
			return 2;
		else if (c == 'g')
			a->sigma = v;
		else if (c == 'y')
			a->ch = (unsigned)v;
		else
			a->cw = (unsigned)v;
	}
	for (; optind < argc && a->files < 2; optind++)
		a->file[a->files++] = argv[optind];
	if (a->stage != NULL && strcmp(a->stage, "mc") != 0 &&
	    strcmp(a->stage, "match") != 0)
		return 2;
	return optind == argc && a->files == (a->stage != NULL ? 2 : 1) ? 0 : 2;
}

int
vein_selftest(int argc, char **argv)
{
	struct run *r = calloc(1, sizeof(*r));
	int rc;

	if (r == NULL)
		return fail("memory", "is short");
	rc = parse_args(argc, argv, &r->args);
	if (rc != 0) {
		fprintf(stderr,
		    "usage: mamori-bio --selftest-vein DIR --out "
		    "OUT\n       mamori-bio --selftest-vein "
		    "--stage mc --sigma S IMAGE MASK [--out "
		    "OUT]\n       mamori-bio --selftest-vein "
		    "--stage match TEMPLATE PROBE --ch N --cw "
		    "N\n");
		free(r);
		return rc;
	}
	r->work = vein_work_new();
	if (r->work == NULL)
		rc = fail("memory", "is short");
	else
		rc = r->args.stage != NULL ? run_stage(r) : run_dir(r);
	vein_work_free(r->work);
	free(r->image);
	free(r);
	return rc;
}
