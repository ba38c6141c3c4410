/*
 * The rules of a PIN (AUT-12): long enough, printable ASCII, not one that
 * everybody tries first.
 */
#ifndef CORE_PIN_H
#define CORE_PIN_H

#include "core/str.h"

#define PIN_FLOOR   8 /* no site goes below */
#define PIN_LONGEST 64

/*
 * 0; ERR_MISSING (shorter than `least` or PIN_FLOOR), ERR_TOOLONG, ERR_SYNTAX
 * (a character that is not printable ASCII), ERR_RANGE (one repeated group of
 * up to four characters, or a run upwards or downwards).
 */
int pin_check(struct str pin, size_t least);

/* A message id that says what pin_check() found; "" for 0. */
const char *pin_check_text(int err);

#endif
