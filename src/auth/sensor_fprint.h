/*
 * What the files of the fingerprint driver share.  libfprint's types are named
 * by their structs, so that its header stays in the sources.
 */
#ifndef AUTH_SENSOR_FPRINT_H
#define AUTH_SENSOR_FPRINT_H

#include "auth/minutiae.h"
#include "auth/sensor.h"

#define FPRINT_SAMPLES 16

struct _FpContext;
struct _FpDevice;
struct _FpPrint;

/* ---- sensor_fprint_driver.c ---- */

bool fprint_takes(struct str spec);

/*
 * Tells libfprint, through its environment variables, which drivers it may
 * load for this SPEC.  Before the first call to libfprint.  ERR_NODEV for a
 * driver that is not let in, ERR_RANGE for a path it would cut.
 */
int fprint_allow(struct str spec);

/* The first device that may be used, borrowed from the context, or NULL. */
struct _FpDevice *fprint_choose(struct _FpContext *context);

/* ---- sensor_fprint_sample.c ---- */

struct fprint_samples {
	unsigned taken;
	struct minutiae sample[FPRINT_SAMPLES];
};

/* Shows the picture of a print, smaller; nothing where the chip matches. */
void fprint_preview(const struct sensor_host *host, struct _FpPrint *print);

/* Overwrites the picture of a print: nobody needs it any more (AUT-03). */
void fprint_wipe(struct _FpPrint *print);

/*
 * What is wrong with one more sample of an enrolment; BIO_GUIDE_NONE when
 * nothing, and then it is remembered in *s.
 */
enum bio_guide fprint_judge(struct fprint_samples *s, struct _FpPrint *print);

#endif
