/*
 * Messages between a session process and the store: one stream socketpair,
 * many in one write (DESIGN §2).
 *
 *	u32 BE  length of what follows
 *	u8      type (enum chan_type)
 *	u8      state after an answer
 *	u8      1: drop the connection after this answer
 *	u8      length of text
 *	u16 BE  operation
 *	u32 BE  connection, numbered by the session process
 *	u32 BE  call
 *	u32 BE  error, two's complement
 *	u64 BE  rights after an answer
 *	...     text, then payload
 */
#ifndef SERVER_CHAN_H
#define SERVER_CHAN_H

#include "core/right.h"
#include "core/state.h"
#include "core/str.h"
#include "net/frame.h"

#define CHAN_HEAD     32
#define CHAN_MAX      (FRAME_MAX + 512)
#define CHAN_TEXT_MAX 200

enum chan_type {
	CHAN_OPEN = 1, /* text: address; payload: certificate, exporter */
	CHAN_REQUEST,  /* op, call, payload: mamori.Request as received */
	CHAN_EVENT,    /* text: event code; err; payload: detail */
	CHAN_CLOSE,    /* text: cause */
	CHAN_ANSWER,   /* op, call, state, rights, close, payload */
	CHAN_DROP,     /* the store knows no such terminal */
	CHAN_TYPES,
};

struct chan_msg {
	enum chan_type type;
	uint32_t conn;
	uint16_t op;
	uint32_t call;
	int err;
	enum state state;
	right_set rights;
	bool close;
	struct str text;
	struct str payload;
};

/* Text is cut at CHAN_TEXT_MAX. */
void chan_put(struct buf *out, const struct chan_msg *m);

/*
 * 1 and *m (slices into in, *used bytes), 0 when more is needed, ERR_PEER for
 * what chan_put() does not make.
 */
int chan_get(struct str in, struct chan_msg *m, size_t *used);

#endif
