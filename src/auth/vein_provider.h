/*
 * The seat for vendors: a shared library that owns a vein (or palm) sensor.
 *
 * The library exports one symbol,
 *
 *	const struct bp_provider *bp_provider_get(uint32_t abi);
 *
 * which returns its table, or NULL when it cannot serve that ABI.  The shape
 * follows BioAPI (reference/vein.md §11), so that PalmSecure-like SDKs can be
 * wrapped in a page of code.  A function that is not supported is NULL, never
 * a stub.  mamori-bio loads the library in its own process for one request
 * and may be killed at any time.
 *
 * All calls come from one thread.  Memory a provider hands out is released
 * through bir_free(), which zeroes it.
 */
#ifndef AUTH_VEIN_PROVIDER_H
#define AUTH_VEIN_PROVIDER_H

#include <stddef.h>
#include <stdint.h>

#define BP_ABI 1

/* Status: 0 done; < 0 final; > 0 try again, tell the person. */
enum bp_status {
	BP_OK = 0,
	BP_E_NODEV = -1,
	BP_E_BUSY = -2,
	BP_E_IO = -3,
	BP_E_TIMEOUT = -4,
	BP_E_CANCELLED = -5,
	BP_E_NOMEM = -6,
	BP_E_ARG = -7,
	BP_E_FORMAT = -8,
	BP_E_LICENCE = -9,
	BP_E_INTERNAL = -10,
	BP_AGAIN_QUALITY = 1,
	BP_AGAIN_DARK = 2,
	BP_AGAIN_BRIGHT = 3,
	BP_AGAIN_MISPLACED = 4,
	BP_AGAIN_NEAR = 5,
	BP_AGAIN_FAR = 6,
	BP_AGAIN_MOVED = 7,
	BP_AGAIN_INCONSISTENT = 8,
};

enum bp_purpose { BP_VERIFY = 1, BP_ENROL = 3 };

/* A biometric record of the provider: opaque bytes with their format. */
struct bp_bir {
	uint16_t format_owner;
	uint16_t format_id;
	size_t n;
	uint8_t *p;
};

/* What a provider may tell while it captures. */
struct bp_progress {
	unsigned stage; /* of its own stages */
	unsigned stages;
	int guidance;	/* a BP_AGAIN_… or 0 */
	int present;	/* 1: something is on the sensor */
	unsigned width; /* optional 8-bit preview */
	unsigned height;
	const uint8_t *preview;
};

struct bp_host {
	void *ctx;
	/* non-zero: stop capturing and return BP_E_CANCELLED within 200 ms */
	int (*progress)(void *ctx, const struct bp_progress *p);
	/* never biometric data */
	void (*log)(void *ctx, const char *text);
};

struct bp_session; /* the provider's own */

struct bp_provider {
	uint32_t abi;
	uint32_t size;	      /* sizeof(struct bp_provider) it was built with */
	const char *product;  /* ASCII, at most 40 characters */
	const char *modality; /* "vein" or "palm": veins of either kind */
	unsigned samples;     /* captures an enrolment takes, 1..8 */

	int (*init)(const struct bp_host *host);
	void (*fini)(void);
	int (*open)(struct bp_session **out);
	void (*close)(struct bp_session *s);
	/* blocking; subtype as in FVT1: left 1, right 2, thumb 4, index 8 … */
	int (*capture)(struct bp_session *s, int purpose, unsigned subtype,
	    unsigned timeout_ms, struct bp_bir *out);
	int (*create_template)(struct bp_session *s,
	    const struct bp_bir *samples, unsigned n, struct bp_bir *out);
	/* *match 1 when the probe reaches max_fmr, as N / (2^31 - 1) */
	int (*verify)(struct bp_session *s, const struct bp_bir *probe,
	    const struct bp_bir *reference, uint32_t max_fmr, int *match);
	void (*bir_free)(struct bp_bir *b);
};

typedef const struct bp_provider *bp_provider_get_fn(uint32_t abi);

#endif
