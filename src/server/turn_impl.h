/*
 * The turn's own parts, shared by turn*.c only.
 */
#ifndef SERVER_TURN_IMPL_H
#define SERVER_TURN_IMPL_H

#include "core/era.h"
#include "server/ops.h"
#include "store/kek.h"

#define TURN_ARENA	   ((size_t)4 << 20) /* one request and its answer */
#define TURN_QUEUE	   64	 /* requests that wait per connection */
#define TURN_EVENTS	   20	 /* events logged a minute */
#define TURN_IDLE_GRACE_MS 30000 /* the terminal locks first */

enum work_kind { WORK_REQUEST, WORK_EVENT, WORK_CLOSE };

/* One thing to do; afterwards, what is to be sent. */
struct work {
	struct work *next;
	enum work_kind kind;
	uint64_t conn;
	uint16_t op;
	uint32_t call;
	uint8_t *payload;
	size_t len;
	/* event */
	char event[33];
	int err;
	char detail[201];
	char terminal[33];
	/* result */
	int code;
	char item[OP_ITEM_MAX + 1];
	struct buf answer; /* packed body */
	struct buf text;   /* of the log entry */
	struct ledger_made made;
	uint64_t known;
	enum state state;
	right_set rights;
	bool close;
};

/* Events of the running minute; beyond TURN_EVENTS they are counted only. */
struct turn_flood {
	int64_t boot;
	unsigned logged;
	unsigned lost;
};

struct turn {
	struct turn_config cfg;
	struct db *db;
	struct kek kek;
	struct ledger *ledger;
	struct import import;
	struct seats seats;
	struct wire_arena arena;
	struct work *first;
	struct work *last;
	size_t waiting;
	int dead;	/* a turn failed: nothing runs any more */
	int64_t drift;	/* wall − boot at the start (DESIGN §6) */
	int64_t now_ms; /* of the running turn */
	int64_t boot_ms;
	bool doubtful;
	struct date changed; /* day whose changes are made */
	/* floods of events */
	struct turn_flood strangers;
	struct turn_flood ours; /* registered terminals */
};

/*
 * Runs one request up to its log entry, inside the transaction.  0, or an
 * error that ends the turn.
 */
int turn_request(struct turn *t, struct work *w);

/* Makes the changes of accounts that are due, once a day. */
int turn_changes(struct turn *t);

/* Logs an event or the end of a connection. */
int turn_log_event(struct turn *t, struct work *w);

/* What an entry is about; empty parts leave their lines out. */
struct turn_entry {
	struct str kind;
	struct str node;
	uint64_t epoch; /* 0: next of the node */
	uint64_t seq;
	uint8_t digest[32];
	struct str lines;
	struct str tsig;
	const char *key_id;
	const struct op_call *call; /* what the handler recorded; may be NULL */
	int code;
	const char *event;
	const char *item;
};

/* Builds the body into w->text and appends it; fills w->made. */
int turn_log(struct turn *t, struct work *w, const struct turn_entry *e);

/* Puts an event into the queue; text is made safe. */
void turn_enqueue(struct turn *t, struct work *w);
struct work *turn_work_new(enum work_kind kind, uint64_t conn);
void turn_work_free(struct work *w);

/* The packed Answer with its receipt, after COMMIT. */
int turn_answer_pack(struct turn *t, const struct work *w, struct buf *out);

#endif
