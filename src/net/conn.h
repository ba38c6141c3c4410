/*
 * One TLS connection that carries frames, never blocking: what the session
 * process and the terminal both hold (the model is OpenSMTPD's ioev.h).
 *
 * A connection lives until conn_free(); after `closed` was called nothing
 * more comes from it.  Handlers may call conn_free() on it.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include "net/addr.h"
#include "net/frame.h"
#include "net/loop.h"
#include "net/tls.h"

/* More waiting for the peer than this and the connection ends. */
#define CONN_OUT_MAX ((size_t)4 << 20)

struct conn;

struct conn_handler {
	/* TLS stands; exporter and peer can be asked for. */
	void (*ready)(void *ctx, struct conn *c);
	/* A whole frame; f->payload lives until the return. */
	void (*frame)(void *ctx, struct conn *c, const struct frame *f);
	/*
	 * It ended.  err: 0 the peer said good-bye, ERR_CRYPTO handshake or
	 * record refused, ERR_PEER broken frame, ERR_TIMEOUT, ERR_LIMIT,
	 * ERR_IO.  reason is a token for the log.
	 */
	void (*closed)(void *ctx, struct conn *c, int err, const char *reason);
};

struct conn_options {
	const struct conn_handler *handler;
	void *ctx;
	size_t frame_max;     /* 0: FRAME_MAX */
	int64_t handshake_ms; /* 0: 10 s, TCP connect included */
};

/* Starts connecting; the outcome comes through the handler. */
int conn_connect(struct loop *l, const struct addr *to, struct tls_ctx *tls,
    const struct conn_options *opt, struct conn **out)
    __attribute__((warn_unused_result));

/* Takes over an accepted socket (closed by conn_free, also on failure). */
int conn_accept(struct loop *l, int fd, struct tls_ctx *tls,
    const struct conn_options *opt, struct conn **out)
    __attribute__((warn_unused_result));

/* Says good-bye if TLS stands, closes, frees; no callback. NULL is fine. */
void conn_free(struct conn *c);

/*
 * Queues a frame; it leaves before the loop sleeps or at conn_flush().
 * ERR_LIMIT over CONN_OUT_MAX, ERR_BADSTATE when closed or not ready.
 */
int conn_send(struct conn *c, const struct frame *f);

/* Writes what can be written now. */
void conn_flush(struct conn *c);

/* Sends what is queued, then closes and calls `closed` with err 0 and reason.
 * No more frames are delivered. */
void conn_finish(struct conn *c, const char *reason);

/* Largest frame that is taken from now on. */
void conn_frame_max(struct conn *c, size_t max);

/* true: frames wait in the socket; false: go on. */
void conn_pause(struct conn *c, bool pause);

size_t conn_waiting(const struct conn *c); /* bytes not yet written */
bool conn_is_ready(const struct conn *c);
int conn_exporter(const struct conn *c, uint8_t out[TLS_EXPORTER_LEN]);
int conn_peer(const struct conn *c, struct tls_peer *out);

#endif
