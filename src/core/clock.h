/*
 * Injected time (DESIGN §6).  Nothing in core, store or audit asks the
 * system; a test hands in a clock of its own.
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdint.h>

struct clock {
	/* ms since 1970-01-01 UTC, wall clock */
	int64_t (*wall_ms)(void *ctx);
	/* ms since boot, counts suspend, never goes back */
	int64_t (*boot_ms)(void *ctx);
	void *ctx;
};

static inline int64_t
clock_wall(const struct clock *c)
{
	return c->wall_ms(c->ctx);
}

static inline int64_t
clock_boot(const struct clock *c)
{
	return c->boot_ms(c->ctx);
}

#endif
