/*
 * Synthetic fingerprints for the demo and the tests (fingerprint.md §11): no
 * person's finger.  The same finger and impression give the same picture on
 * every machine.  The method (orientation of loops and deltas, ridges grown by
 * oriented filters) is the published one of Sherlock & Monro and of
 * Cappelli & Maltoni; the code is our own.
 */
#ifndef DEMO_FPGEN_H
#define DEMO_FPGEN_H

#include <stdint.h>

/* 160 x 160: 8 mm at 500 dpi, the size with the fewest false matches (§5). */
#define FPGEN_SIZE  160
#define FPGEN_BYTES (FPGEN_SIZE * FPGEN_SIZE)

/* Impressions from here on are pressed less carefully: log-ins. */
#define FPGEN_PROBE 100

/* Dark ridges on light ground, top row first.  finger > 0. */
void fpgen_press(
    uint64_t finger, unsigned impression, uint8_t out[FPGEN_BYTES]);

/* White noise: what a broken reader sends. */
void fpgen_noise(uint64_t seed, uint8_t out[FPGEN_BYTES]);

/* The number of a finger from "7" or a name of the demo; 0 for others. */
uint64_t fpgen_finger(const char *name);

#endif
