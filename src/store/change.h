/*
 * Changes of accounts that were set in advance (AUT-10, 人事異動): a row with
 * the day from which it counts.
 */
#ifndef STORE_CHANGE_H
#define STORE_CHANGE_H

#include "store/oper.h"

struct change {
	int64_t n; /* its number */
	char day[11];
	char match_id[33];
	char kind[17]; /* suspend, resume, delete, grant */
	struct oper oper; /* grant: what it will be */
	char reason[257];
	char ordered_by[65];
	int64_t ordered_ms;
	int64_t done_ms; /* 0: still to come */
};

int change_add(struct db *db, const struct change *c)
    __attribute__((warn_unused_result));

/* The next that is due on this day (ISO); ERR_NOTFOUND. */
int change_due(struct db *db, struct str today, struct change *out)
    __attribute__((warn_unused_result));
int change_done(struct db *db, int64_t n, int64_t now_ms)
    __attribute__((warn_unused_result));

/* All, by day. */
typedef int change_fn(void *ctx, const struct change *c);
int change_each(struct db *db, change_fn *fn, void *ctx)
    __attribute__((warn_unused_result));

#endif
