/*
 * Is a vein image good enough, and what should the person do if not
 * (reference/vein.md §3.9); hints of a presentation attack (§8).
 */
#ifndef AUTH_VEIN_QUALITY_H
#define AUTH_VEIN_QUALITY_H

#include "auth/bio.h"
#include "auth/vein.h"

/* clang-format off */
#define VEIN_FLAG_LIST(X)						\
/* name        what the operator can do            guide        */	\
X(NO_FINGER,   "put the finger on the rest",       BIO_GUIDE_AGAIN)	\
X(DARK,        "press less, cover the sensor",     BIO_GUIDE_POOR)	\
X(BRIGHT,      "shade the sensor from light",      BIO_GUIDE_POOR)	\
X(CONTRAST,    "warm the finger, try another",     BIO_GUIDE_POOR)	\
X(BLURRED,     "hold still, wipe the window",      BIO_GUIDE_HOLD)	\
X(MISPLACED,   "lay the finger fully on the rest", BIO_GUIDE_CENTER)	\
X(TILTED,      "point the finger straight ahead",  BIO_GUIDE_CENTER)
/* clang-format on */

#define VEIN_FLAG_ENUM(name, text, guide) VEIN_FLAG_BIT_##name,
enum { VEIN_FLAG_LIST(VEIN_FLAG_ENUM) VEIN_FLAG_COUNT };
#undef VEIN_FLAG_ENUM
#define VEIN_FLAG(name) (1u << VEIN_FLAG_BIT_##name)

struct vein_quality {
	unsigned flags;	  /* 0: usable */
	unsigned score;	  /* 0..100, 0 with a flag */
	double mean;	  /* grey inside the mask */
	double contrast;  /* (B - I) / B over vein pixels */
	double cnr;	  /* mean(B - I) / (noise + 0.5) */
	double sharp;	  /* edge contrast / mean */
	double noise;	  /* Immerkaer's estimate */
	double fine;	  /* energy of fine against medium detail (hf of §8) */
	bool attack_hint; /* static features look like a print: advice only */
};

/* On the results of vein_extract(). */
void vein_quality(struct vein_work *w, const struct vein_region *r,
    const uint8_t *canvas, const uint8_t *canvas_mask, const uint8_t *bin,
    struct vein_quality *out);

/* What to tell the person about the gravest flag; BIO_GUIDE_NONE for 0. */
enum bio_guide vein_guide(unsigned flags);

/* "no-finger dark" for logs and selftest output; "ok" for 0. */
void vein_flags_put(unsigned flags, struct buf *out);

/*
 * Did the finger move between two canvases?  Mean difference of three grey
 * levels or more inside both masks (§3.9: the only cure for motion blur).
 */
bool vein_moved(const uint8_t *a, const uint8_t *a_mask, const uint8_t *b,
    const uint8_t *b_mask);

#endif
