/*
 * The store's streams: session processes and administrators, each with its
 * buffers and the connections it has open.
 */
#ifndef SERVER_PEERS_H
#define SERVER_PEERS_H

#include "core/str.h"
#include "net/loop.h"

#define PEERS_MAX 8192
/* A peer that lets more answers than this wait is cut. */
#define PEER_OUT_MAX ((size_t)32 << 20)

struct peer {
	uint32_t serial; /* counts up; modulo PEERS_MAX the slot */
	int fd;
	bool ctl;   /* an administrator: frames, one connection */
	bool dirty; /* in the list below: has answers to write */
	bool eof;
	struct peer *next_dirty;
	struct loop_watch *watch;
	struct buf in;
	struct buf out;
	unsigned in_flight;
	uint32_t *conns; /* open connections, by the session's number */
	size_t n_conns;
	size_t cap_conns;
	void *owner;
};

struct peers {
	struct peer *slot[PEERS_MAX];
	uint32_t last_serial;
	size_t count;
	struct peer *dirty;
};

/* Takes fd over; NULL when full or out of memory (fd is closed). */
struct peer *peer_add(struct peers *ps, int fd, bool ctl);
void peer_remove(struct peers *ps, struct peer *p);

/* NULL when that peer is gone. */
struct peer *peer_find(const struct peers *ps, uint32_t serial);

/* The store's number of a peer's connection, and back. */
uint64_t peer_conn(const struct peer *p, uint32_t local);
#define PEER_SERIAL(conn) ((uint32_t)((conn) >> 32))
#define PEER_LOCAL(conn)  ((uint32_t)((conn)&0xffffffffu))

/* The open connections of a peer. false: it is there already / no memory. */
bool peer_conn_add(struct peer *p, uint32_t local);
bool peer_conn_has(const struct peer *p, uint32_t local);
void peer_conn_remove(struct peer *p, uint32_t local);

/* Remembers that p->out has grown. */
void peer_dirty(struct peers *ps, struct peer *p);
/* Takes the next one out of the list; NULL at the end. */
struct peer *peer_next_dirty(struct peers *ps);

/*
 * Appends what waits in the socket to p->in, at most `most` bytes: 1 some, 0
 * nothing, ERR_IO the end (p->eof).
 */
int peer_read(struct peer *p, size_t most);

/* Writes p->out: 0 all, 1 some is left, ERR_IO. */
int peer_write(struct peer *p);

#endif
