/*
 * A real site for tests and load: made by mamorictl in a temporary directory,
 * served by a real mamorid, with people whose credentials are in software.
 */
#ifndef TESTS_CLIENT_SITE_H
#define TESTS_CLIENT_SITE_H

#include <sys/types.h>

#include "client_term.h"

struct client_site {
	char root[128]; /* temporary; S is root/S, terminals root/T01 … */
	char dir[160];	/* S */
	char addr[64];	/* of the running server */
	pid_t server;
	int out; /* its stdout */
};

/* $BUILD, default "build". */
const char *client_build(void);

/*
 * Runs a program of $BUILD with arguments (NULL at the end), output to
 * root/log.  Its exit code, -1 when it was killed.
 */
int client_run(const struct client_site *s, const char *program, ...)
    __attribute__((sentinel));

/* site init --synthetic; with `residents` of them.  0 or -1. */
int client_site_make(struct client_site *s, unsigned residents);

/* Rewrites S/mamorid.yaml with K and the most connections; server down. */
int client_site_conf(const struct client_site *s, unsigned per_process,
    unsigned connections, unsigned handshake_seconds);

/* Starts mamorid, waits for its ready line.  The milliseconds, or -1. */
long client_site_start(struct client_site *s);

/* SIGTERM and its exit code; -1 when it was killed. */
int client_site_stop(struct client_site *s);

/* Stops, removes everything. */
void client_site_free(struct client_site *s);

/* terminal add; dir gets root/ID. */
int client_site_terminal(
    const struct client_site *s, const char *id, char dir[192]);

/*
 * One request on S/run/ctl.sock, blocking.  0 and the packed answer body in
 * out, Answer.code, or ERR_IO.
 */
int client_ctl(const struct client_site *s, enum op op,
    const ProtobufCMessage *req, struct buf *out);

/* A person with all rights of `template`, enrolled in software. */
int client_site_person(const struct client_site *s, const char *terminal,
    const char *match_id, const char *operator_id, const char *template,
    struct client_person *out);

/*
 * log export into root/NAME, then log verify; *size entries.  0 or -1.
 */
int client_site_verify(
    const struct client_site *s, const char *name, uint64_t *size);

/* Number of the n-th resident (from 0) of the site's CSV. */
int client_site_resident(const struct client_site *s, unsigned n, char out[17]);

#endif
