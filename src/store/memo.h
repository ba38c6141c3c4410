/*
 * メモ of a person: written once, never changed, never printed (REC-13).
 */
#ifndef STORE_MEMO_H
#define STORE_MEMO_H

#include "core/wire.h"
#include "store/db.h"

#define MEMO_MAX   100	/* shown, the newest first */
#define MEMO_BYTES 1024 /* of one text */

struct memo {
	uint64_t n;
	int64_t at_ms;
	struct str operator_id;
	struct str name; /* of the author, as then */
	struct str dept;
	struct str text;
};

int memo_add(struct db *db, struct str resident_no, const struct memo *m)
    __attribute__((warn_unused_result));

/* The newest MEMO_MAX; *total is how many there are. */
int memo_list(struct db *db, struct str resident_no, struct wire_arena *a,
    struct memo **memos, size_t *n, uint64_t *total)
    __attribute__((warn_unused_result));

#endif
