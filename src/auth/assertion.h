/*
 * The text an operator's key signs (DESIGN §8), LF lines in this order:
 *
 *	mamori-assertion/v1
 *	purpose login
 *	site <origin>
 *	terminal <id>
 *	match-id <照合ID>
 *	uv finger+pin
 *	driver <driver>
 *	finger <n>
 *	counter <n>
 *	challenge <base64 of 32>
 *	exporter <base64 of 32>
 *	act <base64 of 32>
 */
#ifndef AUTH_ASSERTION_H
#define AUTH_ASSERTION_H

#include "core/str.h"
#include "crypt/crypt.h"

struct assertion {
	struct str purpose;
	struct str site;
	struct str terminal;
	struct str match_id;
	struct str uv; /* "finger+pin" or "pin" (AUT-05) */
	struct str driver;
	unsigned finger;
	uint64_t counter;
	uint8_t challenge[32];
	uint8_t exporter[32];
	uint8_t act[32];
};

int assertion_put(const struct assertion *a, struct buf *out);

/* Slices point into text; what does not serialise back is ERR_SYNTAX. */
int assertion_parse(struct str text, struct assertion *out);

/*
 * Parses `text`, checks every value against `want` (uv and driver excepted:
 * *got has them for the caller's policy) and the signature by pub.
 * ERR_SYNTAX, ERR_AUTH (a value differs), ERR_CRYPTO (signature).
 */
int assertion_check(struct str text, struct str sig,
    const uint8_t pub[ED25519_PUB], const struct assertion *want,
    struct assertion *got);

/* Drivers that only a synthetic site accepts: virtual_* and vein:dir. */
bool assertion_driver_is_synthetic(struct str driver);

#endif
