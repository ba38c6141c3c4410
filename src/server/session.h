/* What a session process holds; private to session.c and its tests. */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include "net/conn.h"
#include "server/chan.h"
#include "server/roles.h"

struct session;

/* One connection and this process's copy of its state. */
struct terminal {
	struct session *session;
	struct terminal *next;
	struct conn *conn;
	struct loop_timer *hello; /* runs until the first answer */
	uint32_t id;		  /* given by the parent; never 0 */
	enum state state;
	right_set rights;
	bool opened; /* the store was told */
	unsigned in_flight;
	int64_t tokens; /* thousandths of a frame */
	int64_t tokens_at;
	char addr[ADDR_TEXT];
};

struct session {
	struct loop *loop;
	struct tls_ctx *tls;
	struct loop_watch *store;
	struct loop_watch *control;
	struct buf in;
	struct buf out;
	struct terminal *terminals;
	bool once; /* K = 1: ends with its connection */
	int64_t handshake_ms;
};

#endif
