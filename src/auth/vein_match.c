/*
 * Vein templates and their comparison (reference/vein.md §3.5).
 *
 * SECURITY: maps are fixed-size; the score is a policy input of mamori-bio
 * and never leaves it.
 */
#include <string.h>

#include "auth/vein_work.h"

#if defined(__x86_64__) && !defined(MAMORI_ASAN) && !defined(__clang__)
#define VEIN_CLONES __attribute__((target_clones("default", "popcnt")))
#else
#define VEIN_CLONES
#endif

void
vein_pool(const uint8_t *bin, struct vein_bits *out)
{
	const uint8_t *a;
	const uint8_t *b;
	unsigned x;
	unsigned y;

	memset(out, 0, sizeof(*out));
	for (y = 0; y < VEIN_TPL_H; y++) {
		a = bin + (size_t)2 * y * VEIN_W;
		b = a + VEIN_W;
		for (x = 0; x < VEIN_TPL_W; x++)
			if (a[2 * x] | a[2 * x + 1] | b[2 * x] | b[2 * x + 1])
				out->row[y][x / 64] |= (uint64_t)1 << x % 64;
	}
}

/* Columns from s on, `width` of them, of every row. */
static void
cut_columns(const struct vein_bits *in, unsigned s, unsigned width,
    struct vein_bits *out)
{
	unsigned word = s / 64;
	unsigned bit = s % 64;
	unsigned y;
	unsigned i;

	for (y = 0; y < VEIN_TPL_H; y++) {
		for (i = 0; i < 3; i++) {
			uint64_t v = 0;

			if (word + i < 4)
				v = in->row[y][word + i] >> bit;
			if (bit > 0 && word + i + 1 < 4)
				v |= in->row[y][word + i + 1] << (64 - bit);
			if (width < 64 * (i + 1))
				v &= width <= 64 * i
				    ? 0
				    : ((uint64_t)1 << (width - 64 * i)) - 1;
			out->row[y][i] = v;
		}
		out->row[y][3] = 0;
	}
}

static unsigned
row_bits(const uint64_t r[4])
{
	return (unsigned)(__builtin_popcountll(r[0]) +
	    __builtin_popcountll(r[1]) + __builtin_popcountll(r[2]));
}

/*
 * overlap[t] += common bits of the template's middle rows with the probe's
 * rows shifted by t.  The inner loop of the whole match.
 */
VEIN_CLONES static void
overlaps(const struct vein_bits *tpl, const struct vein_bits *probe,
    unsigned ch, unsigned overlap[VEIN_TPL_H])
{
	unsigned rows = VEIN_TPL_H - 2 * ch;
	unsigned t;
	unsigned y;

	for (t = 0; t <= 2 * ch; t++) {
		unsigned n = 0;

		for (y = 0; y < rows; y++) {
			const uint64_t *a = tpl->row[ch + y];
			const uint64_t *b = probe->row[t + y];

			n += (unsigned)__builtin_popcountll(a[0] & b[0]);
			n += (unsigned)__builtin_popcountll(a[1] & b[1]);
			n += (unsigned)__builtin_popcountll(a[2] & b[2]);
		}
		overlap[t] = n;
	}
}

static unsigned
window_bits(const struct vein_bits *b, unsigned from, unsigned rows)
{
	unsigned n = 0;
	unsigned y;

	for (y = 0; y < rows; y++)
		n += row_bits(b->row[from + y]);
	return n;
}

struct vein_score
vein_match(const struct vein_bits *tpl, const struct vein_bits *probe,
    unsigned ch, unsigned cw)
{
	struct vein_score best = { 0, 0, 0 };
	unsigned overlap[VEIN_TPL_H];
	unsigned most = 0;
	unsigned best_t = 0;
	unsigned best_s = 0;
	bool any = false;
	struct vein_bits middle;
	struct vein_bits cut;
	unsigned width;
	unsigned total;
	unsigned s;
	unsigned t;

	if (2 * ch >= VEIN_TPL_H || 2 * cw >= VEIN_TPL_W)
		return best;
	width = VEIN_TPL_W - 2 * cw;
	cut_columns(tpl, cw, width, &middle);
	for (s = 0; s <= 2 * cw; s++) {
		cut_columns(probe, s, width, &cut);
		overlaps(&middle, &cut, ch, overlap);
		for (t = 0; t <= 2 * ch; t++) {
			/* first maximum in row-major (t, s) order */
			if (any &&
			    (overlap[t] < most ||
				(overlap[t] == most && t >= best_t)))
				continue;
			any = true;
			most = overlap[t];
			best_t = t;
			best_s = s;
		}
	}
	cut_columns(probe, best_s, width, &cut);
	total = window_bits(&middle, ch, VEIN_TPL_H - 2 * ch) +
	    window_bits(&cut, best_t, VEIN_TPL_H - 2 * ch);
	best.score = total == 0 ? 0 : (double)most / total;
	best.dy = (int)best_t - (int)ch;
	best.dx = (int)best_s - (int)cw;
	return best;
}

struct vein_score
vein_match_bytes(const uint8_t *tpl, const uint8_t *probe, unsigned width,
    unsigned height, unsigned ch, unsigned cw)
{
	struct vein_score best = { 0, 0, 0 };
	unsigned long most = 0;
	unsigned long total = 0;
	unsigned bt = 0, bs = 0;
	unsigned t, s, y, x;
	bool any = false;

	if (2 * ch >= height || 2 * cw >= width)
		return best;
	for (t = 0; t <= 2 * ch; t++) {
		for (s = 0; s <= 2 * cw; s++) {
			unsigned long n = 0;

			for (y = ch; y < height - ch; y++)
				for (x = cw; x < width - cw; x++)
					n += tpl[y * width + x] &&
					    probe[(y - ch + t) * width + x -
						cw + s];
			if (any && n <= most)
				continue;
			any = true;
			most = n;
			bt = t;
			bs = s;
		}
	}
	for (y = ch; y < height - ch; y++)
		for (x = cw; x < width - cw; x++)
			total += (tpl[y * width + x] != 0) +
			    (unsigned long)(probe[(y - ch + bt) * width + x -
						cw + bs] != 0);
	best.score = total == 0 ? 0 : (double)most / (double)total;
	best.dy = (int)bt - (int)ch;
	best.dx = (int)bs - (int)cw;
	return best;
}

bool
vein_extract(struct vein_work *w, const uint8_t *img,
    struct vein_region *region, uint8_t *canvas, uint8_t *canvas_mask,
    uint8_t *bin, struct vein_bits *out)
{
	uint8_t *mask = (uint8_t *)w->row[0];

	memset(out, 0, sizeof(*out));
	vein_region_find(w, img, region, mask);
	if (!region->found)
		return false;
	vein_align(img, mask, region, canvas, canvas_mask);
	vein_erode(w, canvas_mask, 2);
	if (!vein_curvature(
		w, canvas, canvas_mask, VEIN_W, VEIN_CANVAS_H, VEIN_SIGMA, bin))
		return false;
	vein_pool(bin, out);
	return true;
}
