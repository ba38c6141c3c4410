/*
 * A short secret with a fixed place: zeroed on release, never logged.
 */
#ifndef CORE_SECRET_H
#define CORE_SECRET_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SECRET_MAX 256

struct secret {
	uint8_t p[SECRET_MAX];
	size_t n;
};

static inline void
secret_wipe(struct secret *s)
{
	explicit_bzero(s, sizeof(*s));
}

#endif
