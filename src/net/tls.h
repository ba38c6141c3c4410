/*
 * TLS 1.3 with certificates on both sides (TRM-03, TRM-04): the only file
 * that includes OpenSSL's SSL.
 *
 * Fixed peers: a server takes certificates of the site's CA only, a terminal
 * takes the certificate named "mamorid" of that CA only.  ALPN "mamori/1"; no
 * tickets, no resumption, no early data.  Which terminal may in is decided
 * by the store, from the certificate's SHA-256 (TRM-01).
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stddef.h>
#include <stdint.h>

#include "crypt/crypt.h"

#define TLS_SERVER_NAME	 "mamorid"
#define TLS_EXPORTER_LEN 32

/* Results of a step; negative ones are ERR_*. */
#define TLS_DONE       0
#define TLS_WANT_READ  1
#define TLS_WANT_WRITE 2
#define TLS_EOF	       3 /* the peer said good-bye */

struct tls_ctx;
struct tls;

/* Paths of PEM files. */
struct tls_files {
	const char *cert;
	const char *key;
	const char *ca;
};

void tls_ctx_free(struct tls_ctx *c);

/*
 * Loads the files: 0, ERR_IO (a file cannot be read), ERR_CRYPTO (it is not
 * what it should be, key and certificate do not fit).
 */
int tls_ctx_server(const struct tls_files *f, struct tls_ctx **out)
    __attribute__((warn_unused_result));
int tls_ctx_client(const struct tls_files *f, struct tls_ctx **out)
    __attribute__((warn_unused_result));

/* A connection over fd (non-blocking, stays the caller's). ERR_NOMEM. */
int tls_new(struct tls_ctx *c, int fd, struct tls **out)
    __attribute__((warn_unused_result));
void tls_free(struct tls *t);

/*
 * Steps: TLS_DONE, TLS_WANT_*, TLS_EOF or ERR_CRYPTO/ERR_IO, after which only
 * tls_reason() and tls_free() are of use.  *n is set on TLS_DONE only.  A
 * write that wanted something must be repeated with the same bytes in front.
 */
int tls_handshake(struct tls *t) __attribute__((warn_unused_result));
int tls_read(struct tls *t, void *p, size_t cap, size_t *n)
    __attribute__((warn_unused_result));
int tls_write(struct tls *t, const void *p, size_t n, size_t *written)
    __attribute__((warn_unused_result));

/* Sends close_notify, without waiting for the peer's. */
void tls_bye(struct tls *t);

/* Decrypted bytes that wait inside: read before sleeping. */
size_t tls_pending(const struct tls *t);

/*
 * Why the last step failed, as one token for the log: "no-certificate",
 * "unknown-ca", "expired", "version", "not-tls", "name", "peer-refused", …
 * "ok" when nothing failed.
 */
const char *tls_reason(const struct tls *t);

/* After the handshake: RFC 8446 §7.5 exporter, label EXPORTER-mamori-v1. */
int tls_exporter(const struct tls *t, uint8_t out[TLS_EXPORTER_LEN])
    __attribute__((warn_unused_result));

struct tls_peer {
	uint8_t cert_sha256[SHA256_LEN];
	int64_t not_after; /* seconds since 1970 */
};

int tls_peer(const struct tls *t, struct tls_peer *out)
    __attribute__((warn_unused_result));

#endif
