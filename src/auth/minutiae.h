/*
 * Are two pictures of the same finger?  A coarse answer from their minutiae,
 * for the gate of an enrolment only: libfprint enrols noise and mixed fingers
 * without a word (fingerprint.md §0.8).  Logging in is decided by libfprint.
 */
#ifndef AUTH_MINUTIAE_H
#define AUTH_MINUTIAE_H

#include <stdbool.h>
#include <stddef.h>

#define MINUTIAE_MAX 64 /* more are not looked at */

struct minutia {
	int x;	   /* pixels */
	int y;	   /* pixels, upwards */
	int angle; /* degrees */
};

struct minutiae {
	size_t n;
	struct minutia p[MINUTIAE_MAX];
};

/* Enough for a picture of this size, and not more than skin can have. */
bool minutiae_plausible(size_t n, unsigned width, unsigned height);

/* The most minutiae that fall together under any turn and shift. */
unsigned minutiae_common(const struct minutiae *a, const struct minutiae *b);

/* minutiae_common() reaches what one finger shows twice. */
bool minutiae_same_finger(const struct minutiae *a, const struct minutiae *b);

#endif
