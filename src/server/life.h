/*
 * What happens to accounts, whoever orders it: an administrator on the control
 * socket, a person at a terminal, a change that was set in advance (AUT-06,
 * AUT-10 to AUT-12).
 */
#ifndef SERVER_LIFE_H
#define SERVER_LIFE_H

#include "server/ops.h"
#include "store/change.h"

/* "M001" of a person, "uid 1000" of the control socket. */
void life_by(const struct seat *s, char out[65]);

/* SD-6: ERR_DENIED when the account is that of the person who asks. */
int life_not_self(struct op_call *c, struct str match_id);

/*
 * Puts a change into the table for the day `when`, ordered by who asks.
 * ERR_SYNTAX, ERR_RANGE (today or before) are recorded about "when".
 */
int life_plan(struct op_call *c, struct str when, struct change *ch)
    __attribute__((warn_unused_result));

/* Who works under this duty works with the new rights from here on. */
void life_renew(struct seats *all, const struct oper *o);

enum life {
	LIFE_UNLOCK,  /* failures forgotten */
	LIFE_SUSPEND, /* closed for a while */
	LIFE_RESUME,
	LIFE_RESET,  /* PIN lost: a new enrolment is needed */
	LIFE_DELETE, /* gone: credential destroyed, id stays taken */
};

struct life_order {
	struct db *db;
	struct seats *seats;
	int64_t now_ms;
	enum life what;
	struct str match_id;
	struct str by;
	struct str reason;
};

/*
 * Does it.  Sessions of somebody who may not work any more end with their next
 * request.  ERR_NOTFOUND: no such account, or deleted; ERR_BADSTATE: already
 * so (suspended, not suspended).
 */
int life_apply(const struct life_order *o) __attribute__((warn_unused_result));

/* "suspend" and so on, as stored in the table of changes; NULL, -1: none. */
const char *life_name(enum life what);
int life_find(const char *name);

/* Event of the log for it. */
const char *life_event(enum life what);

#endif
