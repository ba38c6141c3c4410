/*
 * Households: who belongs to one, 消除 members too (SRC-10).
 *
 * Protected people are left out here, whoever asks: that they are missing
 * must look like their living elsewhere (DESIGN promise 3, decision D6).
 */
#ifndef STORE_HOUSEHOLD_H
#define STORE_HOUSEHOLD_H

#include "core/wire.h"
#include "store/db.h"

#define HOUSEHOLD_MAX 100

struct member {
	struct str resident_no;
	struct str name;
	struct str kana;
	struct str birth; /* ISO or empty */
	struct str birth_text;
	struct str sex;
	struct str relation;
	struct str status;
	struct str event;
	struct str event_date;
};

/*
 * The members in the order of App. F-5, those who are 除票 behind the others;
 * at most HOUSEHOLD_MAX.
 */
int household_members(struct db *db, struct str household_no,
    struct wire_arena *a, struct member **members, size_t *n)
    __attribute__((warn_unused_result));

bool member_is_removed(const struct member *m);

/* The 世帯主 who is not 除票; NULL: none that may be told (REC-10). */
const struct member *household_head(const struct member *members, size_t n);

#endif
