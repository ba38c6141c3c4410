/*
 * What the store knows of each connection: its terminal, its state, who sits
 * there with which rights, and a log-in that is under way.
 *
 * The session process has a copy of state and rights; this one decides
 * (DESIGN §2).
 */
#ifndef SERVER_SEAT_H
#define SERVER_SEAT_H

#include "core/act.h"
#include "core/right.h"
#include "core/state.h"
#include "crypt/crypt.h"
#include "server/turn.h"

#define SEAT_BUCKETS 1024

enum seat_step {
	SEAT_IDLE, /* no log-in under way */
	SEAT_PIN,  /* 照合ID named, PIN awaited */
	SEAT_SIGN, /* challenge released, assertion awaited */
};

/* A log-in or unlock; forgotten as a whole after each end. */
struct seat_login {
	enum seat_step step;
	char purpose[17];
	char match_id[33];
	uint8_t challenge[32];
	uint64_t counter;
	enum op op; /* purpose "act": which, and the digest of its text */
	bool has_act;
	uint8_t act[32];
	int64_t wall_end; /* the earlier of both ends it (DESIGN §6) */
	int64_t boot_end;
};

struct seat {
	struct seat *next; /* in its bucket */
	uint64_t conn;
	struct turn_peer peer;
	enum state state;
	right_set rights;
	bool gone; /* the connection ended; requests of it may still wait */
	unsigned queued;
	/* the terminal */
	char terminal[33];
	char place[129];
	struct crypt_pub *sign;
	char key_id[9];
	/* the person and the duty */
	char match_id[33];
	char operator_id[33];
	char operator_name[257];
	char org[129];
	char template_name[33];
	char auth[129];
	char session[33];
	bool pin_old; /* must change the PIN before a duty (AUT-12) */
	struct seat_login login;
	int64_t active_boot; /* last request, for TRM-11 */
};

struct seats {
	struct seat *bucket[SEAT_BUCKETS];
};

/* NULL when there is none. */
struct seat *seat_find(struct seats *all, uint64_t conn);

/* A seat in state NEW (or CTL); ERR_EXISTS, ERR_NOMEM. */
int seat_add(struct seats *all, uint64_t conn, const struct turn_peer *peer,
    struct seat **out) __attribute__((warn_unused_result));

/* Wipes and frees one; all. */
void seat_remove(struct seats *all, struct seat *s);
void seat_clear(struct seats *all);

/* Another seat where this person is logged in or away (AUT-15); NULL. */
struct seat *seat_of_person(
    struct seats *all, struct str match_id, const struct seat *other_than);

/* Calls fn for each seat. */
typedef void seat_fn(void *ctx, struct seat *s);
void seat_each(struct seats *all, seat_fn *fn, void *ctx);

/* Forgets person, duty, rights and log-in; the state is not touched. */
void seat_forget(struct seat *s);
void seat_login_forget(struct seat *s);

/* The request lines' view of it, borrowed. */
void seat_who(const struct seat *s, struct act_who *who);

#endif
