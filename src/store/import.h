/*
 * Bringing residents in: rows are staged and checked first, then taken all
 * or not at all.  One import at a time; beginning another forgets the first.
 */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include "core/resident.h"
#include "store/db.h"

struct import {
	uint64_t ticket; /* 0: none */
	uint64_t rows;	 /* staged */
	uint64_t bad;	 /* lines refused */
	struct resident_header header;
	struct buf file; /* name, for the log */
};

void import_release(struct import *im);

/* Empties the stage and gives a new ticket. */
int import_begin(struct import *im, struct db *db, struct str file)
    __attribute__((warn_unused_result));

/* One bad line: `column` and an English sentence why. */
typedef void import_bad(
    void *ctx, uint64_t line, struct str column, const char *reason);

/*
 * Stages whole records; the first one counts as line `first_line`.  A chunk
 * may begin with a header line (then its columns hold from there on; before,
 * all columns in table order).  Bad lines are reported and counted, not
 * staged.  ERR_BADSTATE for another ticket.
 */
int import_rows(struct import *im, struct db *db, uint64_t ticket,
    struct str csv, uint64_t first_line, import_bad *bad, void *ctx)
    __attribute__((warn_unused_result));

/*
 * Takes all staged people with their histories; those that exist are
 * replaced.  ERR_SYNTAX when a line was bad, ERR_RANGE when not `rows` rows
 * are staged, ERR_BADSTATE for another ticket; *item says what was wrong
 * ("alias": a 通称 was changed and not deleted first, REC-08).  The ticket
 * ends in any case but the last.
 */
int import_commit(struct import *im, struct db *db, uint64_t ticket,
    uint64_t rows, const char **item) __attribute__((warn_unused_result));

#endif
