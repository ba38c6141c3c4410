/*
 * A raw terminal for tests and load: TLS, frames, log-in with a credential in
 * software, every receipt checked.  No screens, no sensor; it can also say
 * what the real one never would.
 */
#ifndef TESTS_CLIENT_TERM_H
#define TESTS_CLIENT_TERM_H

#include "audit/receipt.h"
#include "core/act.h"
#include "core/wire.h"
#include "net/call.h"

struct client_term;

/* What became of a request. */
struct client_result {
	int err;      /* 0: an answer came; else ERR_* of the connection */
	int code;     /* Answer.code */
	bool proven;  /* a receipt came and holds */
	bool receipt; /* a receipt came */
	uint64_t index;
	uint8_t leaf[SHA256_LEN];    /* SHA-256 of the entry's text */
	const ProtobufCMessage *ans; /* until the next request */
};

typedef void client_done(
    void *ctx, struct client_term *t, const struct client_result *r);

struct client_person {
	char match_id[33];
	char operator_id[33];
	char pin[33];
	uint8_t seed[ED25519_SEED];
};

struct client_term {
	struct loop *loop; /* shared when given */
	bool own_loop;
	struct tls_ctx *tls;
	struct calls *calls;
	struct crypt_key *sign;
	struct receipt_state log;
	struct wire_arena arena;
	char id[33];
	char origin[201];
	uint64_t epoch;
	uint64_t seq;
	bool up;
	bool down;
	int down_err;
	char down_reason[64];
	/* what act_lines() needs */
	char place[129], match_id[33], name[257], dept[129], auth[65];
	char session[33], operator_id[33], template_name[33];
	/* the request under way */
	const struct op_row *row;
	struct buf lines;
	uint8_t tsig[ED25519_SIG];
	client_done *done;
	void *ctx;
	struct client_result last;
	/* the last assertion that was sent, for replays */
	struct buf assertion;
	uint8_t signature[ED25519_SIG];
};

/*
 * Connects (dir: a terminal's directory; addr: HOST:PORT) and waits for TLS.
 * loop NULL: one of its own.  0 or the error of the connection, *out set in
 * both cases when the files could be read.
 */
int client_open(struct client_term **out, struct loop *loop, const char *dir,
    const char *addr);
void client_free(struct client_term *t);

/* Starts a request; done comes from the loop. */
int client_begin(struct client_term *t, enum op op, const ProtobufCMessage *req,
    client_done *done, void *ctx);

/* The same and waits; t->last has the details.  0, t->last.err or code. */
int client_ask(struct client_term *t, enum op op, const ProtobufCMessage *req);

/* hello; then epoch and sequence are known. */
int client_hello(struct client_term *t);

/* The steps of a log-in, and all of them. */
int client_challenge(struct client_term *t, const struct client_person *p,
    const char *purpose, uint8_t challenge[32], uint64_t *counter);
void client_assert(struct client_term *t, const struct client_person *p,
    const char *purpose, const uint8_t challenge[32], uint64_t counter);
int client_finish(struct client_term *t, const struct client_person *p);
int client_login(struct client_term *t, const struct client_person *p);

#endif
