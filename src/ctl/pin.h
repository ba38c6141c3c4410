/*
 * A new PIN from the person in front of the terminal.
 */
#ifndef CTL_PIN_H
#define CTL_PIN_H

#include "core/secret.h"
#include "core/str.h"

#define PIN_MAX 64

/*
 * Asks twice on the controlling tty without echo; when stdin is no tty, reads
 * one line from it.  0 or CTL_FAILED after saying why; *pin is wiped then.
 */
int pin_ask(struct secret *pin, size_t least)
    __attribute__((warn_unused_result));

/*
 * Why a PIN is not good enough, or NULL: least..PIN_MAX printable ASCII
 * characters, not one character only, not a run such as 12345678.
 */
const char *pin_fault(struct str pin, size_t least);

#endif
