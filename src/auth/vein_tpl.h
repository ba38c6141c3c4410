/*
 * FVT1, the vein template that a credential carries (reference/vein.md §12),
 * and what is decided with it: enrolment (§3.6) and comparison (§3.7).
 *
 * SECURITY: the bit map is the vein pattern.  It exists in clear only inside
 * mamori-bio and is sealed in mamori-cred/v1 everywhere else.
 */
#ifndef AUTH_VEIN_TPL_H
#define AUTH_VEIN_TPL_H

#include "auth/vein.h"
#include "core/str.h"

#define VEIN_SAMPLES	 3 /* kept of 3..5 (§3.6) */
#define VEIN_SAMPLES_MAX 8
#define VEIN_SAME	 0.18 /* every pair of an enrolment reaches this */
#define VEIN_THRESHOLD	 0.16 /* mean over the samples; FMR in docs/bio.md */
#define FVT1_HEAD	 48
#define FVT1_SAMPLE	 (VEIN_TPL_H * 24)

struct vein_tpl {
	unsigned modality; /* 1 finger, 2 palm */
	unsigned subtype;  /* BioAPI bits: left 1 right 2 thumb 4 index 8 … */
	unsigned quality;  /* lowest of the samples */
	int64_t created_ms;
	uint8_t device[16];
	unsigned samples;
	struct vein_bits bits[VEIN_SAMPLES_MAX];
};

/* Serialises; ERR_RANGE for a template that cannot be. */
int vein_tpl_put(const struct vein_tpl *t, struct buf *out);

/*
 * Parses and refuses any other version, geometry, extractor, scale, length,
 * bits beyond column 187 or a fill outside 0.5–25 %: ERR_CORRUPT.
 */
int vein_tpl_parse(struct str bytes, struct vein_tpl *out);

/* Mean score of a probe over the samples. */
double vein_tpl_score(const struct vein_tpl *t, const struct vein_bits *probe);

/*
 * Picks the VEIN_SAMPLES with the highest mutual mean out of n (3..5) and
 * puts them into t; ERR_AUTH when a chosen pair is below VEIN_SAME, *odd then
 * names the sample that fits least.
 */
int vein_tpl_enroll(struct vein_tpl *t, const struct vein_bits *samples,
    unsigned n, unsigned *odd);

/* BioAPI subtype bits of an FpFinger number (1..10), 0 for another. */
unsigned vein_subtype(unsigned finger);

#endif
