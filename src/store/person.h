/*
 * Residents: the present record and its history.
 *
 * This module hides nothing; who may see what is decided by its caller.
 * Slices point into the arena that is handed in.
 */
#ifndef STORE_PERSON_H
#define STORE_PERSON_H

#include "core/wire.h"
#include "store/db.h"

struct person {
	struct str resident_no;
	struct str household_no;
	struct str jumin_code;
	struct str my_number;
	struct str name;
	struct str kana;
	struct str alias;
	struct str birth; /* ISO or empty */
	struct str birth_text;
	struct str sex;
	struct str postal_code;
	struct str address;
	struct str relation;
	struct str nationality;
	struct str status;
	struct str event;
	struct str event_date;
	struct str mark; /* 仮 支 抑 or empty */
	struct str items; /* as item_keep() wrote them */
	uint32_t history_no;
};

/* A marked person's address may not be told (DESIGN promise 3). */
bool person_is_protected(const struct person *p);

/* The present record, with its items. ERR_NOTFOUND. */
int person_get(struct db *db, struct str resident_no, struct wire_arena *a,
    struct person *out) __attribute__((warn_unused_result));

/* All rows of the history with their items, newest first, at most max. */
int person_history(struct db *db, struct str resident_no, size_t max,
    struct wire_arena *a, struct person **rows, size_t *n)
    __attribute__((warn_unused_result));

int person_count(struct db *db, uint64_t *out)
    __attribute__((warn_unused_result));

#endif
