/*
 * The connection of a terminal: connects, says hello, asks one thing at a
 * time, checks every answer, comes back after a loss.  Knows nothing of
 * screens or sensors.
 */
#ifndef CLIENT_LINK_H
#define CLIENT_LINK_H

#include "client/head.h"
#include "client/desk.h"
#include "net/addr.h"
#include "net/loop.h"
#include "net/tls.h"
#include "ui/ui.h"

struct link_config {
	struct loop *loop;
	const struct clock *clock;
	struct addr server;
	const char *terminal; /* id, as registered */
	const char *origin;
	struct tls_ctx *tls;	    /* borrowed */
	struct crypt_key *sign_key; /* borrowed */
	struct head *head;	    /* borrowed */
	struct desk *desk;	    /* borrowed */
	uint8_t forms_digest[SHA256_LEN];
	uint8_t masters_digest[SHA256_LEN];
	/* the connection changed; comes on the loop only */
	void (*changed)(void *ctx, enum ui_link link, int err);
	void *ctx;
};

struct link;

struct link *link_new(const struct link_config *cfg)
    __attribute__((warn_unused_result));
void link_free(struct link *k);

/* Begins to connect; once. */
void link_start(struct link *k);

/* As struct ui_port. */
void link_call(struct link *k, enum op op, const ProtobufCMessage *req,
    ui_done *done, void *arg);
void link_cancel(struct link *k, void *arg);

/* link_call() of an operation whose row is fresh (DESIGN §1 promise 8). */
void link_call_act(struct link *k, enum op op, const ProtobufCMessage *req,
    struct str assertion, struct str signature, ui_done *done, void *arg);

/* Forgets all callbacks: whom they would tell is going away. */
void link_silence(struct link *k);

/* Completes what failed at once; before each sleep of the loop. */
void link_pump(struct link *k);

int link_exporter(const struct link *k, uint8_t out[TLS_EXPORTER_LEN]);

/* Nothing asked and unanswered, and not about to connect. */
bool link_is_idle(const struct link *k);

#endif
