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

struct pool {
	struct loop *loop;
	const struct server_args *args;
	int store_fd;
	unsigned per_process; /* K */
	unsigned most;	      /* connections in total */
	unsigned conns;
	uint32_t last_id;
	struct pool_proc *procs;
};

/* Starts the spare.  0 or an error. */
int pool_start(struct pool *p, struct loop *loop,
    const struct server_args *args, const struct site_conf *conf, int store_fd);

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
