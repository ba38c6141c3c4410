/*
 * The store process in two files: storeproc.c opens and turns, storeio.c
 * moves requests in and answers out.
 */
#ifndef SERVER_STORE_H
#define SERVER_STORE_H

#include "server/peers.h"
#include "server/roles.h"
#include "server/turn.h"

struct store {
	const struct server_args *args;
	struct loop *loop;
	struct masters *masters;
	struct turn *turn;
	struct note_vkey vkey;
	int signer_fd;
	bool introduced; /* the signer knows the committed head */
	struct peers peers;
	struct peer *only; /* --store-only: its end is ours */
	uint64_t turns;
	int checkpointer;
};

/*
 * A stream begins; fd is taken over.  ctl: an administrator with that uid.
 * NULL when refused.
 */
struct peer *store_add_peer(struct store *s, int fd, bool ctl, uint32_t uid);

/* A stream ends: its connections are closed with that cause. */
void store_drop_peer(struct store *s, struct peer *p, const char *cause);

/* turn_answer: queues one answer for its stream. */
void store_answer(void *ctx, uint64_t conn, uint16_t op, uint32_t call,
    enum state state, right_set rights, struct str payload, bool close);

/* Writes what store_answer() queued, one write a stream. */
void store_flush(struct store *s);

#endif
