/*
 * The conditions a person searched with (SRC-08): the last ones, on the
 * server and nowhere else (TRM-14).
 */
#ifndef STORE_SAVED_H
#define STORE_SAVED_H

#include "core/wire.h"
#include "store/db.h"

#define SAVED_MAX 20

struct saved {
	int64_t at_ms;
	struct str conditions; /* as they were put */
};

/*
 * Keeps conditions as the newest of this person; the same ones are there
 * only once, and the oldest beyond SAVED_MAX go.
 */
int saved_put(struct db *db, struct str match_id, int64_t now_ms,
    struct str conditions) __attribute__((warn_unused_result));

/* Newest first, in the arena; at most SAVED_MAX. */
int saved_list(struct db *db, struct str match_id, struct wire_arena *a,
    struct saved rows[SAVED_MAX], size_t *n)
    __attribute__((warn_unused_result));

#endif
