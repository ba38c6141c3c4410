/*
 * 照合ID: persons who can log in, and what recognises them (AUT-04, AUT-08,
 * AUT-10).
 */
#ifndef STORE_ACCOUNT_H
#define STORE_ACCOUNT_H

#include "core/wire.h"
#include "store/db.h"

#define ACCOUNT_ID   33
#define ACCOUNT_SALT 16

struct account {
	char match_id[ACCOUNT_ID];
	char name[257];
	char dept[129];
	char from[11];	/* first day, ISO */
	char until[11]; /* last day, ISO */
	bool enrolled;	/* what follows up to `counter` is set */
	uint8_t salt[ACCOUNT_SALT];
	uint8_t verifier[32]; /* SHA-256 of the verifier */
	uint8_t share[32];
	uint8_t pub[32];
	char uuid[37];
	char modality[17];
	char driver[65];
	unsigned finger;
	uint64_t counter;
	unsigned failures;
	bool locked;
	int64_t login_ms;
	char login_terminal[33];
	bool suspended;
	bool deleted;	    /* gone; the id stays taken */
	int64_t pin_set_ms; /* age of the PIN (AUT-12) */
};

/* All but the envelope. ERR_NOTFOUND. */
int account_get(struct db *db, struct str match_id, struct account *out)
    __attribute__((warn_unused_result));
void account_wipe(struct account *a);

/* The opaque envelope (DESIGN §8), in the arena. */
int account_envelope(struct db *db, struct str match_id, struct wire_arena *a,
    struct str *out) __attribute__((warn_unused_result));

/* A person without credential. ERR_EXISTS. */
int account_add(struct db *db, const struct account *a, int64_t now_ms)
    __attribute__((warn_unused_result));

/* Counted failures and the lock (AUT-06). */
int account_count(struct db *db, struct str match_id, unsigned failures,
    bool locked) __attribute__((warn_unused_result));

/* A log-in succeeded: counter, time, place; failures start again at 0. */
int account_login(struct db *db, struct str match_id, uint64_t counter,
    int64_t now_ms, struct str terminal) __attribute__((warn_unused_result));

/* The person was there anew for an act: as account_login() without a place. */
int account_present(struct db *db, struct str match_id, uint64_t counter)
    __attribute__((warn_unused_result));

/* Closed for a while, and open again (AUT-10). */
int account_suspend(struct db *db, struct str match_id, bool suspended)
    __attribute__((warn_unused_result));

/*
 * Envelope, share, verifier, salt and key are gone for good (AUT-11); nobody
 * logs in before a new enrolment.
 */
int account_forget(struct db *db, struct str match_id)
    __attribute__((warn_unused_result));

/* account_forget(), and the account is over: its id is never used again. */
int account_delete(struct db *db, struct str match_id, int64_t now_ms)
    __attribute__((warn_unused_result));

/* The same credential under another PIN (AUT-12). */
struct account_pin {
	uint8_t salt[ACCOUNT_SALT];
	uint8_t verifier[32]; /* SHA-256 of it */
	struct str envelope;
};
int account_pin_put(struct db *db, struct str match_id,
    const struct account_pin *pin, int64_t now_ms)
    __attribute__((warn_unused_result));

/* All accounts that are not deleted, with their operator ids. */
struct account_listed {
	struct account a;     /* no credential in it */
	struct str operators; /* "O001 O002" */
};
typedef int account_list_fn(void *ctx, const struct account_listed *l);
int account_list(struct db *db, account_list_fn *fn, void *ctx)
    __attribute__((warn_unused_result));

/* Failures of an id that does not exist, so that it locks like one that does.
 */
int account_stranger_get(struct db *db, struct str match_id, unsigned *failures)
    __attribute__((warn_unused_result));
int account_stranger_put(struct db *db, struct str match_id, unsigned failures)
    __attribute__((warn_unused_result));

/* An enrolment that was begun and waits for its credential. */
struct account_enrol {
	char terminal[33];
	char modality[17];
	uint8_t salt[ACCOUNT_SALT];
	uint8_t share[32];
	char uuid[37];
	unsigned finger; /* 0: chosen at the sensor */
	int64_t started_ms;
	char started_by[65];
	char approved_by[65]; /* "" until a second person agreed (AUT-13) */
};
int account_enrol_begin(struct db *db, struct str match_id,
    const struct account_enrol *e) __attribute__((warn_unused_result));
int account_enrol_get(struct db *db, struct str match_id,
    struct account_enrol *out) __attribute__((warn_unused_result));

int account_enrol_approve(struct db *db, struct str match_id,
    struct str approved_by) __attribute__((warn_unused_result));

/* Nothing waits any more. */
int account_enrol_end(struct db *db, struct str match_id)
    __attribute__((warn_unused_result));

/* Ends it: the credential takes the place of all that may be there. */
struct account_credential {
	uint8_t pub[32];
	uint8_t verifier[32]; /* SHA-256 of it */
	struct str envelope;
	struct str driver;
	unsigned finger;
};
int account_enrol_store(struct db *db, struct str match_id,
    const struct account_enrol *e, const struct account_credential *c,
    int64_t now_ms) __attribute__((warn_unused_result));

/*
 * The second finger of a person (AUT-01), in account_finger.c.  The account
 * has the first one; PIN, salt, share, counter and failures are for both.
 */
struct account_finger {
	uint8_t pub[32];
	char uuid[37];
	char driver[65];
	unsigned finger;
	struct str envelope; /* in the arena */
};

/* ERR_NOTFOUND when there is none; without arena no envelope. */
int account_finger_get(struct db *db, struct str match_id, struct wire_arena *a,
    struct account_finger *out) __attribute__((warn_unused_result));

/* In the place of one that may be there. */
int account_finger_put(struct db *db, struct str match_id,
    const struct account_finger *f, int64_t now_ms)
    __attribute__((warn_unused_result));

/* Gone for good; fine when there is none. */
int account_finger_forget(struct db *db, struct str match_id)
    __attribute__((warn_unused_result));

/* The first finger is replaced by `f`, all else of the account stays. */
int account_finger_first(struct db *db, struct str match_id,
    const struct account_finger *f, int64_t now_ms)
    __attribute__((warn_unused_result));

/* Accounts, those with a credential, those that are locked. */
struct account_counts {
	uint64_t all;
	uint64_t enrolled;
	uint64_t locked;
};
int account_counts(struct db *db, unsigned limit, struct account_counts *out)
    __attribute__((warn_unused_result));

#endif
