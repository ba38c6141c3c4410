/*
 * A synthetic vein finger laid before the sensor vein:dir:PATH.
 */
#ifndef DEMO_PRESS_VEIN_H
#define DEMO_PRESS_VEIN_H

#include <stdbool.h>
#include <stdint.h>

/* How the finger lies there; all zero: as the impression says. */
struct press_view {
	int level; /* 1 + enum fvsyn_level; 0: easy below FPGEN_PROBE, normal */
	int kind;  /* enum fvsyn_kind */
	double shift; /* mm along the finger */
};

/* --level, --kind, --shift; false when it is none of them, or the value. */
bool press_vein_option(
    struct press_view *v, const char *name, const char *value);

/* The directory in "vein:PATH" or "vein:dir:PATH", else NULL. */
const char *press_vein_dir(const char *target);

/*
 * Writes DIR/press-NNN.pgm whole or not at all.  0 or an errno value.
 */
int press_vein(const char *dir, const struct press_view *v, uint64_t finger,
    unsigned impression, bool garbage);

#endif
