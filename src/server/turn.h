/*
 * The heart of the store process (DESIGN §2): requests wait, a turn runs them
 * all in one transaction with their log entries and the signed checkpoint,
 * commits once, and only then hands out the answers.
 *
 * The process around it (server/storeproc.c) moves bytes; everything that
 * decides is here and below.  Not thread-safe; one turn object per process.
 */
#ifndef SERVER_TURN_H
#define SERVER_TURN_H

#include "audit/note.h"
#include "conf/masters.h"
#include "core/clock.h"
#include "core/op.h"
#include "core/str.h"

#define TURN_MAX 256

/* Asks the signer; 0 or an error, which ends the process. */
typedef int turn_sign(void *ctx, const struct checkpoint *next,
    const struct tree_proof *consistency, uint8_t sig[ED25519_SIG]);

struct turn_config {
	const char *site_dir; /* S: S/db/mamori.db, S/keys/kek */
	const struct clock *clock;
	const struct note_vkey *vkey;
	turn_sign *sign;
	void *sign_ctx;
	bool create; /* make the database and the genesis entry if absent */
	/* from S/mamorid.yaml */
	const char *site_name;
	const char *site_code;
	bool synthetic;
	unsigned idle_seconds;   /* <= 300 (TRM-11) */
	unsigned list_limit;     /* SRC-14 */
	unsigned failures;       /* AUT-06 */
	unsigned challenge_seconds;
	unsigned pin_min;	 /* AUT-12 */
	unsigned pin_days;	 /* 0: a PIN does not age */
	unsigned query_us;       /* longest query of a turn (DESIGN §2); 0: 20 ms */
	const struct masters *masters; /* codes a request may name; theirs */
	uint8_t forms_digest[32];
	uint8_t masters_digest[32];
};

struct turn;

/* Opens database and edge, re-checks them (audit-log.md §4.3); ERR_CORRUPT. */
int turn_open(struct turn **out, const struct turn_config *cfg)
    __attribute__((warn_unused_result));
void turn_close(struct turn *t);

/* The committed head, for the signer's start. */
const struct checkpoint *turn_head(const struct turn *t);

struct turn_peer {
	bool ctl;
	uint8_t cert_sha256[32]; /* terminal's certificate */
	uint8_t exporter[32];    /* TLS exporter of this connection */
	char addr[64];
	uint32_t uid;            /* ctl: peer's uid */
};

/*
 * A connection begins.  An unknown or revoked terminal gets ERR_DENIED and a
 * TERM_REJECT entry in the next turn; no state is kept for it.
 */
int turn_conn_open(struct turn *t, uint64_t conn, const struct turn_peer *peer);

/* It ended: what it held is closed, and an entry says why. */
void turn_conn_close(struct turn *t, uint64_t conn, const char *cause);

/*
 * Something worth an entry that is no request: a refused handshake
 * ("TERM_REJECT"), a broken frame or an operation that the session process
 * did not let through ("PROTO_ERR").  conn 0: before a connection.  Floods
 * are counted, not logged one by one, after the first 20 a minute.
 */
void turn_event(struct turn *t, uint64_t conn, const char *event, int err,
    const char *detail);

/* Queues a request; payload is copied. ERR_BUSY over 64 per connection. */
int turn_push(struct turn *t, uint64_t conn, uint16_t op, uint32_t call,
    struct str payload);

/* Is there anything for a turn? */
bool turn_has_work(const struct turn *t);

/*
 * One answer of a committed turn.  state and rights are the connection's
 * after it; close: the session must drop the connection after sending.
 */
typedef void turn_answer(void *ctx, uint64_t conn, uint16_t op, uint32_t call,
    enum state state, right_set rights, struct str payload, bool close);

/*
 * Runs one turn.  0: committed, answers were handed out.  Anything else is
 * fatal: nothing was handed out and the process must end (closed, not open).
 */
int turn_run(struct turn *t, turn_answer *answer, void *ctx)
    __attribute__((warn_unused_result));

#endif
