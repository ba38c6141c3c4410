/*
 * A new PIN from the person in front of the terminal.
 */
#ifndef CTL_PIN_H
#define CTL_PIN_H

#include "core/secret.h"
#include "core/str.h"

/*
 * Asks twice on the controlling tty without echo; when stdin is no tty, reads
 * one line from it.  0 or CTL_FAILED after saying why; *pin is wiped then.
 */
int pin_ask(struct secret *pin, size_t least)
    __attribute__((warn_unused_result));

/*
 * Why a PIN is not good enough, or NULL: the rules of core/pin.h.
 */
const char *pin_fault(struct str pin, size_t least);

#endif
