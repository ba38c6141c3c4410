/*
 * The postal dictionary as a list of addresses with their parts, and the
 * readings that the dictionary of places has for them.  Private to dict.c.
 *
 * Everything here is raw text of the dictionaries (skk.h); both are EUC and
 * spell what they share with the same bytes.
 */
#ifndef CLIENT_PLACES_H
#define CLIENT_PLACES_H

#include "client/skk.h"

#define PLACES_HEADS_MAX 4

/* One address; parts are 都道府県, 郡 or 政令市, 市区町村, the rest. */
struct place {
	struct str text;
	uint16_t part[4]; /* where each part begins; empty ones are equal */
};

struct places;

/*
 * Reads both dictionaries once (some 50 ms, 4 MB); `geo` may be empty, then
 * nothing has a reading.  NULL when memory is short.  Both must outlive it.
 */
void places_free(struct places *pl);
struct places *places_new(const struct skk *zip, const struct skk *geo)
    __attribute__((warn_unused_result));

size_t places_count(const struct places *pl);

/* Address i in the order of the postal codes. */
struct place places_at(const struct places *pl, size_t i);

/* Calls fn for each address that is exactly `raw`. */
typedef void places_fn(void *arg, size_t i);
void places_find(
    const struct places *pl, struct str raw, places_fn *fn, void *arg);

/* Calls fn for each address that the raw hiragana heads fit (dict_heads). */
void places_heads(const struct places *pl, const struct str *heads, size_t n,
    places_fn *fn, void *arg);

/*
 * Calls fn for what is directly below `raw`: below a prefecture its
 * municipalities, below a municipality its towns; in the order of the codes.
 */
void places_below(
    const struct places *pl, struct str raw, places_fn *fn, void *arg);

/* True when the whole last part of address i has a known reading. */
bool places_is_read(const struct places *pl, size_t i);

#endif
