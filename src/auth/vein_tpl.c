/*
 * FVT1 records, enrolment and decision.
 *
 * SECURITY: the length decides before anything is read; every field has one
 * allowed value or a range; what two different configurations made is never
 * compared.
 */
#include "auth/vein_tpl.h"

#include <string.h>

#include "core/err.h"

#define EXTRACTOR_MC  1
#define PX_PER_MM_100 640

static void
put_le(struct buf *b, uint64_t v, unsigned bytes)
{
	while (bytes-- > 0) {
		buf_putc(b, (char)(v & 0xff));
		v >>= 8;
	}
}

static uint64_t
get_le(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | p[bytes];
	return v;
}

int
vein_tpl_put(const struct vein_tpl *t, struct buf *out)
{
	static const uint8_t zero[3];
	unsigned s;
	unsigned y;
	unsigned i;

	if (t->samples < 1 || t->samples > VEIN_SAMPLES_MAX ||
	    t->modality < 1 || t->modality > 2 || t->quality > 100)
		return ERR_RANGE;
	buf_put(out, "FVT1", 4);
	put_le(out, 1, 1);
	put_le(out, t->modality, 1);
	put_le(out, t->subtype, 1);
	put_le(out, EXTRACTOR_MC, 1);
	put_le(out, VEIN_TPL_W, 2);
	put_le(out, VEIN_TPL_H, 2);
	put_le(out, t->samples, 1);
	put_le(out, 0, 1);
	put_le(out, (uint64_t)(VEIN_SIGMA * 100), 2);
	put_le(out, PX_PER_MM_100, 2);
	put_le(out, VEIN_CH, 1);
	put_le(out, VEIN_CW, 1);
	put_le(out, t->quality, 1);
	buf_put(out, zero, sizeof(zero));
	put_le(out, (uint64_t)t->created_ms, 8);
	buf_put(out, t->device, sizeof(t->device));
	for (s = 0; s < t->samples; s++)
		for (y = 0; y < VEIN_TPL_H; y++)
			for (i = 0; i < 3; i++)
				put_le(out, t->bits[s].row[y][i], 8);
	return out->err;
}

static int
parse_sample(const uint8_t *p, struct vein_bits *out)
{
	const unsigned area = VEIN_TPL_W * VEIN_TPL_H;
	unsigned ones = 0;
	unsigned y;
	unsigned i;

	memset(out, 0, sizeof(*out));
	for (y = 0; y < VEIN_TPL_H; y++) {
		for (i = 0; i < 3; i++, p += 8) {
			out->row[y][i] = get_le(p, 8);
			ones += (unsigned)__builtin_popcountll(out->row[y][i]);
		}
		if (out->row[y][2] >> (VEIN_TPL_W - 128) != 0)
			return ERR_CORRUPT;
	}
	return ones * 200 < area || ones * 4 > area ? ERR_CORRUPT : 0;
}

int
vein_tpl_parse(struct str bytes, struct vein_tpl *out)
{
	const uint8_t *p = (const uint8_t *)bytes.p;
	unsigned s;
	int err;

	memset(out, 0, sizeof(*out));
	if (bytes.n < FVT1_HEAD + FVT1_SAMPLE ||
	    (bytes.n - FVT1_HEAD) % FVT1_SAMPLE != 0)
		return ERR_CORRUPT;
	out->samples = p[12];
	if (out->samples < 1 || out->samples > VEIN_SAMPLES_MAX ||
	    bytes.n != FVT1_HEAD + (size_t)out->samples * FVT1_SAMPLE)
		return ERR_CORRUPT;
	if (memcmp(p, "FVT1", 4) != 0 || p[4] != 1 || p[5] < 1 || p[5] > 2 ||
	    p[7] != EXTRACTOR_MC || get_le(p + 8, 2) != VEIN_TPL_W ||
	    get_le(p + 10, 2) != VEIN_TPL_H || p[13] != 0 ||
	    get_le(p + 14, 2) != (uint64_t)(VEIN_SIGMA * 100) ||
	    get_le(p + 16, 2) != PX_PER_MM_100 || p[18] != VEIN_CH ||
	    p[19] != VEIN_CW || p[20] > 100 || get_le(p + 21, 3) != 0)
		return ERR_CORRUPT;
	out->modality = p[5];
	out->subtype = p[6];
	out->quality = p[20];
	out->created_ms = (int64_t)get_le(p + 24, 8);
	memcpy(out->device, p + 32, sizeof(out->device));
	for (s = 0; s < out->samples; s++) {
		err = parse_sample(
		    p + FVT1_HEAD + (size_t)s * FVT1_SAMPLE, &out->bits[s]);
		if (err != 0)
			return err;
	}
	return 0;
}

double
vein_tpl_score(const struct vein_tpl *t, const struct vein_bits *probe)
{
	double sum = 0;
	unsigned s;

	for (s = 0; s < t->samples; s++)
		sum += vein_match(&t->bits[s], probe, VEIN_CH, VEIN_CW).score;
	return t->samples == 0 ? 0 : sum / t->samples;
}

/* Mean of both directions: the match is not symmetric. */
static double
pair_score(const struct vein_bits *a, const struct vein_bits *b)
{
	return (vein_match(a, b, VEIN_CH, VEIN_CW).score +
		   vein_match(b, a, VEIN_CH, VEIN_CW).score) /
	    2;
}

int
vein_tpl_enroll(struct vein_tpl *t, const struct vein_bits *samples, unsigned n,
    unsigned *odd)
{
	double score[5][5] = { { 0 } };
	double mean[5] = { 0 };
	bool used[5] = { false };
	unsigned i;
	unsigned j;
	unsigned k;

	*odd = 0;
	if (n < VEIN_SAMPLES || n > 5)
		return ERR_RANGE;
	for (i = 0; i < n; i++)
		for (j = i + 1; j < n; j++)
			score[i][j] = score[j][i] =
			    pair_score(&samples[i], &samples[j]);
	for (i = 0; i < n; i++) {
		for (j = 0; j < n; j++)
			mean[i] += score[i][j];
		if (mean[i] < mean[*odd])
			*odd = i;
	}
	for (t->samples = 0; t->samples < VEIN_SAMPLES; t->samples++) {
		for (i = 0, k = n; i < n; i++)
			if (!used[i] && (k == n || mean[i] > mean[k]))
				k = i;
		for (i = 0; i < n; i++) {
			if (used[i] && score[i][k] < VEIN_SAME) {
				t->samples = 0;
				return ERR_AUTH;
			}
		}
		used[k] = true;
		t->bits[t->samples] = samples[k];
	}
	return 0;
}

unsigned
vein_subtype(unsigned finger)
{
	/* FpFinger: left thumb 1 … little 5, right thumb 6 … little 10 */
	if (finger < 1 || finger > 10)
		return 0;
	return (finger <= 5 ? 1u : 2u) | 4u << (finger - 1) % 5;
}
