/*
 * Looking at the samples of an enrolment: enough minutiae, always one finger.
 *
 * SECURITY: libfprint enrols noise and mixed fingers without a word
 * (fingerprint.md §0.8); pictures are overwritten after one look (AUT-03).
 */
#include "auth/sensor_fprint.h"

#include <string.h>

#include <fprint.h>

#define PREVIEW_SIDE 96

void
fprint_wipe(struct _FpPrint *print)
{
	FpImage *image = print == NULL ? NULL : fp_print_get_image(print);
	const guchar *data;
	gsize n = 0;

	if (image == NULL)
		return;
	data = fp_image_get_data(image, &n);
	explicit_bzero((void *)(uintptr_t)data, n);
}

void
fprint_preview(const struct sensor_host *host, struct _FpPrint *print)
{
	static uint8_t grey[PREVIEW_SIDE * PREVIEW_SIDE];
	FpImage *image = print == NULL ? NULL : fp_print_get_image(print);
	const guchar *data;
	unsigned w, h, x, y, step;
	gsize n = 0;

	if (image == NULL)
		return;
	data = fp_image_get_data(image, &n);
	w = fp_image_get_width(image);
	h = fp_image_get_height(image);
	step = 1 + (w > h ? w : h) / (PREVIEW_SIDE + 1);
	if (w == 0 || h == 0 || data == NULL || n < (gsize)w * h)
		return;
	w /= step;
	h /= step;
	for (y = 0; y < h; y++) {
		for (x = 0; x < w; x++) {
			guchar v = data[y * step * fp_image_get_width(image) +
			    x * step];

			/* 255 would be an outline */
			grey[y * w + x] = v == 255 ? 254 : v;
		}
	}
	host->preview(host->ctx, w, h, grey);
	explicit_bzero(grey, sizeof(grey));
}

/* The last scan in the serialised print; false when it is none of NBIS. */
static bool
read_minutiae(GVariant *v, struct minutiae *out)
{
	GVariant *boxed = g_variant_get_child_value(v, 9);
	GVariant *data = g_variant_get_variant(boxed);
	GVariant *scans = NULL;
	GVariant *scan = NULL;
	const gint32 *axis[3] = { NULL };
	gsize n[3] = { 0 };
	GVariant *list[3] = { NULL };
	gsize i;
	bool ok = false;

	if (!g_variant_is_of_type(data, G_VARIANT_TYPE("(a(aiaiai))")))
		goto out;
	scans = g_variant_get_child_value(data, 0);
	if (g_variant_n_children(scans) == 0)
		goto out;
	scan =
	    g_variant_get_child_value(scans, g_variant_n_children(scans) - 1);
	for (i = 0; i < 3; i++) {
		list[i] = g_variant_get_child_value(scan, i);
		axis[i] =
		    g_variant_get_fixed_array(list[i], &n[i], sizeof(gint32));
	}
	if (n[0] != n[1] || n[0] != n[2])
		goto out;
	for (i = 0; i < n[0] && i < MINUTIAE_MAX; i++)
		out->p[i] = (struct minutia){ GINT32_FROM_LE(axis[0][i]),
			GINT32_FROM_LE(axis[1][i]),
			GINT32_FROM_LE(axis[2][i]) };
	out->n = i;
	ok = true;
out:
	for (i = 0; i < 3; i++)
		if (list[i] != NULL)
			g_variant_unref(list[i]);
	if (scan != NULL)
		g_variant_unref(scan);
	if (scans != NULL)
		g_variant_unref(scans);
	g_variant_unref(data);
	g_variant_unref(boxed);
	return ok;
}

/*
 * libfprint shows the places of minutiae but not their directions; its own
 * serialised form has both (fingerprint.md §4).  Only ever fed with what
 * libfprint wrote a moment before.
 */
static bool
minutiae_of(FpPrint *print, struct minutiae *out)
{
	guchar *raw = NULL;
	guchar *copy;
	gsize n = 0;
	GVariant *v;
	bool ok;

	out->n = 0;
	if (!fp_print_serialize(print, &raw, &n, NULL) || n <= 3)
		return false;
	copy = g_memdup2(raw + 3, n - 3); /* GVariant wants alignment */
	explicit_bzero(raw, n);
	g_free(raw);
	v = g_variant_new_from_data(G_VARIANT_TYPE("(issbymsmsia{sv}v)"), copy,
	    n - 3, FALSE, NULL, NULL);
	g_variant_ref_sink(v);
	ok = read_minutiae(v, out);
	g_variant_unref(v);
	explicit_bzero(copy, n - 3);
	g_free(copy);
	return ok;
}

enum bio_guide
fprint_judge(struct fprint_samples *s, struct _FpPrint *print)
{
	FpImage *image = fp_print_get_image(print);
	GPtrArray *points;
	struct minutiae m;
	unsigned i;

	/* matched in the chip: the chip judges */
	if (image == NULL || !minutiae_of(print, &m))
		return BIO_GUIDE_NONE;
	points = fp_image_get_minutiae(image);
	if (points == NULL ||
	    !minutiae_plausible(points->len, fp_image_get_width(image),
		fp_image_get_height(image)))
		return BIO_GUIDE_POOR;
	if (s->taken == FPRINT_SAMPLES)
		return BIO_GUIDE_AGAIN;
	for (i = 0; i < s->taken; i++)
		if (minutiae_same_finger(&s->sample[i], &m))
			break;
	if (s->taken > 0 && i == s->taken)
		return BIO_GUIDE_OTHER;
	s->sample[s->taken++] = m;
	return BIO_GUIDE_NONE;
}
