/*
 * Requests of a terminal that wait, are on their way or have failed, as lists
 * in the order in which they were made.
 */
#ifndef CLIENT_ASK_H
#define CLIENT_ASK_H

#include "core/op.h"
#include "crypt/crypt.h"
#include "ui/port.h"

struct ask {
	struct ask *next;
	const struct op_row *row;
	struct buf body;  /* packed request */
	struct buf lines; /* as signed */
	struct buf assertion; /* of a fresh act; else empty */
	struct buf signature;
	uint8_t tsig[ED25519_SIG];
	uint64_t epoch;
	uint64_t seq;
	ui_done *done; /* NULL: nobody wants the answer */
	void *arg;
	int err; /* completed without an answer */
};

/* Packs req, which must be the request of op; memory failure is fatal. */
struct ask *ask_new(enum op op, const ProtobufCMessage *req, ui_done *done,
    void *arg) __attribute__((warn_unused_result));

/* Wipes and frees; NULL is fine. */
void ask_free(struct ask *q);

/* At the end of a list. */
void ask_append(struct ask **list, struct ask *q);

/* The first of a list, taken out; NULL. */
struct ask *ask_take(struct ask **list);

/* Callbacks with this argument, or all, are forgotten. */
void ask_forget(struct ask *list, const void *arg);
void ask_silence(struct ask *list);

#endif
