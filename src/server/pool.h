/*
 * The parent's session processes: who has which connection, how many, and one
 * spare process so that an accept is fast.
 */
#ifndef SERVER_POOL_H
#define SERVER_POOL_H

#include "net/loop.h"
#include "server/roles.h"

struct pool_conn;
struct pool_proc;

/*
 * ready: the first session process waits for connections.  Not ready: so many
 * in a row ended before they did that there will be none.
 */
typedef void pool_event(void *ctx, bool ready);

struct pool {
	struct loop *loop;
	const struct server_args *args;
	int store_fd;
	unsigned per_process; /* K */
	unsigned most;	      /* connections in total */
	unsigned conns;
	uint32_t last_id;
	unsigned false_starts; /* in a row */
	pool_event *event;
	void *ctx;
	struct pool_proc *procs;
};

struct pool_config {
	struct loop *loop;
	const struct server_args *args;
	const struct site_conf *conf;
	int store_fd;
	pool_event *event;
	void *ctx;
};

/* Starts the spare.  0 or an error. */
int pool_start(struct pool *p, const struct pool_config *cfg);

/*
 * Hands a connection (fd stays the caller's) to a session process.  NULL, or
 * why it was refused, as a token.
 */
const char *pool_add(
    struct pool *p, int fd, const char *host, const char *addr);

/* A child that is neither store nor signer has ended. */
void pool_process_ended(struct pool *p, int pid);

/* Kills what is left. */
void pool_stop(struct pool *p);

#endif
