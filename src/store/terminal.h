/*
 * Registered terminals (TRM-02): a certificate for TLS, a key for requests.
 */
#ifndef STORE_TERMINAL_H
#define STORE_TERMINAL_H

#include "store/db.h"

#define TERMINAL_ID    33
#define TERMINAL_PLACE 129

struct terminal {
	char id[TERMINAL_ID];
	char place[TERMINAL_PLACE];
	uint8_t cert[32]; /* SHA-256 of the certificate */
	uint8_t sign[32]; /* Ed25519, for tsig */
	int64_t added_ms;
	int64_t revoked_ms; /* 0: in use */
	int64_t not_after;  /* seconds; end of the certificate */
};

/* Also revoked ones. ERR_NOTFOUND. */
int terminal_by_cert(struct db *db, const uint8_t cert[32],
    struct terminal *out) __attribute__((warn_unused_result));
int terminal_by_id(struct db *db, struct str id, struct terminal *out)
    __attribute__((warn_unused_result));

/* ERR_EXISTS for an id or certificate that was ever registered. */
int terminal_add(struct db *db, const struct terminal *t)
    __attribute__((warn_unused_result));

/* ERR_NOTFOUND; ERR_BADSTATE when it was revoked before. */
int terminal_revoke(struct db *db, struct str id, struct str reason,
    int64_t now_ms) __attribute__((warn_unused_result));

/* Calls fn for each, by id; stops at what is not 0. */
typedef int terminal_fn(void *ctx, const struct terminal *t);
int terminal_each(struct db *db, terminal_fn *fn, void *ctx)
    __attribute__((warn_unused_result));

/* Terminals in use. */
int terminal_count(struct db *db, uint64_t *out)
    __attribute__((warn_unused_result));

#endif
