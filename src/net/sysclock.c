/*
 * Reads the clocks of the machine.
 *
 * SECURITY: a clock that cannot be read ends the program: no decision on
 * time is taken on a guess (DESIGN promise 2).
 */
#include "net/sysclock.h"

#include <time.h>

#include "core/err.h"

static int64_t
read_ms(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0)
		BUG("the clock cannot be read");
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t
wall(void *ctx)
{
	(void)ctx;
	return read_ms(CLOCK_REALTIME);
}

static int64_t
boot(void *ctx)
{
	(void)ctx;
	return read_ms(CLOCK_BOOTTIME);
}

const struct clock *
sysclock(void)
{
	static const struct clock c = { .wall_ms = wall, .boot_ms = boot };

	return &c;
}
