/*
 * Requests and their answers over one connection: call id → completion.
 *
 * One `calls` owns one connection.  When it ends, every open call is
 * completed with the error, then `down` is called; whether to connect again is
 * the owner's decision (calls_free and calls_connect anew).
 */
#ifndef NET_CALL_H
#define NET_CALL_H

#include "net/conn.h"

#define CALL_OPEN_MAX 32

struct calls;

/*
 * err 0: payload is the packed mamori.Answer, valid until the return.
 * Otherwise ERR_TIMEOUT (the connection is then given up, too), ERR_IO,
 * ERR_PEER, ERR_CRYPTO, ERR_CANCELLED (calls_free).
 */
typedef void call_done(void *ctx, int err, struct str payload);

struct calls_handler {
	void (*up)(void *ctx, struct calls *c); /* TLS stands */
	/* It ended; reason is a token.  calls_free() is allowed here. */
	void (*down)(void *ctx, struct calls *c, int err, const char *reason);
};

int calls_connect(struct loop *l, const struct addr *to, struct tls_ctx *tls,
    const struct calls_handler *handler, void *ctx, struct calls **out)
    __attribute__((warn_unused_result));

/* Open calls get ERR_CANCELLED; NULL is fine. */
void calls_free(struct calls *c);

/*
 * Asks.  payload is copied.  ERR_BADSTATE before `up` or after `down`,
 * ERR_BUSY over CALL_OPEN_MAX, ERR_LIMIT, ERR_TOOLONG; done is not called
 * then.
 */
int call_send(struct calls *c, uint16_t op, struct str payload,
    int64_t timeout_ms, call_done *done, void *ctx)
    __attribute__((warn_unused_result));

bool calls_up(const struct calls *c);
unsigned calls_open(const struct calls *c);
int calls_exporter(const struct calls *c, uint8_t out[TLS_EXPORTER_LEN]);
int calls_peer(const struct calls *c, struct tls_peer *out);

#endif
