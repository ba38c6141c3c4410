/* LINK: auth crypt core */
/*
 * Whole 376x240 images from a hostile camera through region, alignment,
 * curvature, quality gate and match (AUT-16).  The first byte says how the
 * rest becomes an image: byte for byte, or every fourth pixel.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "auth/vein_quality.h"
#include "core/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
fill(const uint8_t *data, size_t n, unsigned step, uint8_t *img)
{
	unsigned x, y;

	for (y = 0; y < VEIN_H; y++)
		for (x = 0; x < VEIN_W; x++)
			img[y * VEIN_W + x] =
			    data[(y / step * (VEIN_W / step) + x / step) % n];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static uint8_t img[VEIN_W * VEIN_H];
	static uint8_t canvas[VEIN_CANVAS];
	static uint8_t mask[VEIN_CANVAS];
	static uint8_t bin[VEIN_W * VEIN_H];
	static struct vein_work *w;
	struct vein_region region;
	struct vein_quality q;
	struct vein_score s;
	struct vein_bits bits;

	if (w == NULL)
		w = vein_work_new();
	if (w == NULL || n < 2)
		return 0;
	fill(data + 1, n - 1, data[0] % 2 == 0 ? 1 : 4, img);
	(void)vein_extract(w, img, &region, canvas, mask, bin, &bits);
	vein_quality(w, &region, canvas, mask, bin, &q);
	BUG_ON(q.score > 100 || (q.flags != 0 && q.score != 0));
	BUG_ON(!isfinite(q.mean) || !isfinite(q.contrast) || !isfinite(q.cnr) ||
	    !isfinite(q.sharp) || !isfinite(q.fine));
	BUG_ON(q.flags == 0 && vein_moved(canvas, mask, canvas, mask));
	s = vein_match(&bits, &bits, VEIN_CH, VEIN_CW);
	BUG_ON(!(s.score >= 0 && s.score <= 0.5));
	return 0;
}
