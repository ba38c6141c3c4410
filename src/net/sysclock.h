/* The clock of the machine, for programs that are not tests (DESIGN §6). */
#ifndef NET_SYSCLOCK_H
#define NET_SYSCLOCK_H

#include "core/clock.h"

/* CLOCK_REALTIME and CLOCK_BOOTTIME; static storage. */
const struct clock *sysclock(void);

#endif
