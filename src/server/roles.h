/*
 * The processes of mamorid: one program, started again by the parent with
 * --role and the descriptors below (DESIGN §2).
 */
#ifndef SERVER_ROLES_H
#define SERVER_ROLES_H

#include <stdbool.h>

#include "conf/site.h"

struct server_args {
	const char *dir;
	const char *listen; /* NULL: from the configuration */
	bool create;	    /* --store-only: make database and genesis */
};

/* Descriptors of the children. */
#define FD_CONTROL 3 /* store, session: SOCK_SEQPACKET to the parent */
#define FD_SIGNER  4 /* store: stream to the signer */
#define FD_LOCK	   5 /* store: keeps S/run/lock */
#define FD_STORE   4 /* session: stream to the store */
#define FD_ASKER   3 /* signer: stream to the store */

/* Messages on FD_CONTROL: one byte, then what is said here. */
#define CTL_READY     'R' /* store, session: it can begin */
#define CTL_PEER      'P' /* to store: a session's socket comes along */
#define CTL_REJECT    'E' /* to store: detail of a refused connection */
#define CTL_STOP      'X' /* to store: orderly end */
#define CTL_CONN      'A' /* to session: u32 id, address; socket along */
#define CTL_HANDSHAKE 'H' /* from session: u32 id, its handshake is done */
#define CTL_GONE      'C' /* from session: u32 id, it ended */

/* Each returns the exit code. */
int parent_main(const struct server_args *args, const struct site_conf *conf);
int store_main(const struct server_args *args, const struct site_conf *conf);
int store_only_main(
    const struct server_args *args, const struct site_conf *conf);
int session_main(const struct server_args *args, const struct site_conf *conf);
int signer_main(const struct server_args *args, const struct site_conf *conf);
int checkpoint_main(
    const struct server_args *args, const struct site_conf *conf);

/*
 * Takes S/run/lock; waits up to a second for one that a killed server is
 * about to leave.  The descriptor, ERR_BUSY (another server runs) or ERR_IO.
 */
int server_lock(const char *dir);

/* Starts --role `role` with those descriptors. */
struct proc_fd;
int server_spawn(const char *role, const struct server_args *args,
    const struct proc_fd *fds, unsigned n, int *pid);

/* "DIR/NAME" in a buffer of PATH_MAX; aborts when it does not fit. */
#define SERVER_PATH 4096
void server_path(char out[SERVER_PATH], const char *dir, const char *name);

#endif
