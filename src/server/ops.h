/*
 * What a handler of an operation gets, and how it records what it does.
 *
 * A handler reads its request, fills its answer and returns 0, or returns a
 * refusal (negative ERR_*).  A refusal undoes all it did to the database
 * unless it said op_keep(); its log entry is written either way, from what
 * was recorded here.  Handlers use the functions of src/store and never SQL.
 */
#ifndef SERVER_OPS_H
#define SERVER_OPS_H

#include "core/op.h"
#include "core/wire.h"
#include "mamori.pb-c.h"
#include "server/seat.h"
#include "store/import.h"
#include "store/ledger.h"

#define OP_ITEM_MAX 64 /* Answer.item */

struct op_call {
	const struct turn_config *cfg;
	const struct op_row *row;
	struct db *db;
	struct ledger *ledger;
	struct import *import;
	struct seats *seats;
	struct seat *seat;
	struct wire_arena *arena; /* strings of the answer */
	int64_t now_ms;
	int64_t boot_ms;
	/* recorded */
	char item[OP_ITEM_MAX + 1];
	const char *event; /* of the result line */
	bool keep;
	bool close;
	unsigned finger; /* of the assertion that was good */
	bool has_hits;
	uint64_t hits;
	struct buf facts;    /* reason, before, after … lines */
	struct buf subjects; /* subject lines */
	struct buf items;    /* names of disclosed fields */
};

/* One handler for each row of OP_LIST. */
#define OP_HANDLER(id, name, Type, st, right, fresh, second, kind, event)      \
	int op_##name(struct op_call *c, const Mamori__##Type##Req *req,       \
	    Mamori__##Type##Ans *ans);
OP_LIST(OP_HANDLER)
#undef OP_HANDLER

/* A refusal about `item`: returns err. */
int op_refuse(struct op_call *c, int err, const char *item);

/*
 * A search or disclosure without a reason does not run (SRC-15, PRM-11): the
 * code must be one of masters/purpose.yaml, and an entry that asks for more
 * needs the reference of the case.  0 or the refusal.
 */
int op_purpose(struct op_call *c, ProtobufCBinaryData purpose,
    ProtobufCBinaryData ref);

/*
 * The search of the store within its budget.  What takes longer is refused
 * as "conditions": they must be narrowed.
 */
struct search_query;
struct search_hit;
int op_search(struct op_call *c, const struct search_query *q, size_t limit,
    struct search_hit **hits, size_t *n);

/* The entry of a master with that code; a refusal about `item`. */
int op_code(struct op_call *c, const char *item, const char *master,
    ProtobufCBinaryData code, const struct master_entry **out);

/* 性別 as the register writes it, from the code of its master; may be empty. */
int op_sex(struct op_call *c, ProtobufCBinaryData code, struct str *out);

/* Database changes stay although the request is refused (counters). */
void op_keep(struct op_call *c);

/* Event of the result line, when it says more than the row's (AUTH_LOCK). */
void op_event(struct op_call *c, const char *event);

/* A person whose data is in the answer (SRC-16); mark may be empty. */
void op_subject(struct op_call *c, struct str resident_no, const char *shown_as,
    struct str mark);

/* The name of a disclosed field; and how many people were found. */
void op_item(struct op_call *c, const char *name);
void op_hits(struct op_call *c, uint64_t hits);

/* A line of its own: "reason", "before", "after". */
void op_fact(struct op_call *c, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Copies into the arena; an empty field when the arena is full. */
ProtobufCBinaryData op_bytes(struct op_call *c, struct str s);
ProtobufCBinaryData op_text(struct op_call *c, const char *z);

/* Is it a token 1*max of A-Z a-z 0-9 - _ ?  For ids. */
bool op_is_token(struct str s, size_t max);

/* Calls the handler of c->row; *ans lives in the arena. */
int op_dispatch(struct op_call *c, const ProtobufCMessage *req,
    ProtobufCMessage **ans) __attribute__((warn_unused_result));

void op_call_release(struct op_call *c);

#endif
