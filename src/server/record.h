/*
 * What of a resident's record may go into an answer: the one place where
 * protection (DESIGN promise 3) and the operator's groups of hidden items
 * (PRM-07, PRM-09) are applied.
 */
#ifndef SERVER_RECORD_H
#define SERVER_RECORD_H

#include "core/item.h"
#include "server/ops.h"
#include "store/person.h"

enum record_withheld {
	RECORD_SHOWN = 0,
	RECORD_PROTECTED = 1, /* could tell where a protected person lives */
	RECORD_NO_RIGHT = 2,  /* the operator may not see such items */
	RECORD_MASKED = 3,    /* a number: only after person_unmask */
};

struct record {
	struct person p;
	bool hidden; /* protected: no item of a place */
	bool foreign;
	bool removed;
	unsigned hide;	       /* groups the operator may not see */
	bool told[ITEM_COUNT]; /* went into the answer */
};

/*
 * Checks purpose and number, reads the person and what the operator may see.
 * A refusal names its item.
 */
int record_open(struct op_call *c, ProtobufCBinaryData resident_no,
    ProtobufCBinaryData purpose, ProtobufCBinaryData ref, struct record *r)
    __attribute__((warn_unused_result));

/* The same without a reason, for what discloses nothing. */
int record_find(struct op_call *c, ProtobufCBinaryData resident_no,
    struct record *r) __attribute__((warn_unused_result));

/*
 * The items of one row of the person's history, those that have a value or a
 * reason for having none.  `head` is the head of the household, or empty.
 * ERR_CORRUPT, ERR_LIMIT.
 */
int record_items(struct op_call *c, struct record *r, const struct person *row,
    struct str head, Mamori__RecordItem ***items, size_t *n)
    __attribute__((warn_unused_result));

/* Writes the names of all items that were told into the log entry. */
void record_told(struct op_call *c, const struct record *r);

#endif
