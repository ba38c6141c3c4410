/*
 * X.509 with Ed25519: the site's own CA, the server's certificate and those
 * of the terminals (TRM-01, TRM-03).  Used by mamorictl and by tests; the
 * server and the terminals only load what was issued (net/tls.h).
 *
 * All files are PEM, mode 0600, and are never overwritten.
 */
#ifndef NET_PKI_H
#define NET_PKI_H

#include "crypt/crypt.h"

#define PKI_CA_DAYS   3650
#define PKI_CERT_DAYS 730
#define PKI_WARN_DAYS 60 /* DESIGN §9: announced so long before */

enum pki_role { PKI_SERVER, PKI_TERMINAL };

struct pki_files {
	const char *cert;
	const char *key;
};

struct pki_cert {
	char name[65];		    /* CN */
	uint8_t sha256[SHA256_LEN]; /* of the DER: what the store knows */
	int64_t not_before;	    /* seconds since 1970 */
	int64_t not_after;
};

/*
 * What to put into a certificate.  Its time starts an hour before `now`, so
 * that a peer whose clock is a little behind accepts it.
 */
struct pki_spec {
	const char *name; /* ASCII, 1..64 */
	int64_t now;	  /* seconds since 1970 */
	unsigned days;
};

/*
 * A new key and a certificate of its own.  ERR_EXISTS when a file is there,
 * ERR_IO, ERR_CRYPTO, ERR_RANGE (name).  On failure no file is left behind.
 */
int pki_ca_create(const struct pki_files *ca, const struct pki_spec *spec)
    __attribute__((warn_unused_result));

/*
 * A new key and a certificate by `ca`: PKI_SERVER for serverAuth with the
 * name as SAN, PKI_TERMINAL for clientAuth.  out may be NULL.  Errors as
 * above, ERR_NOTFOUND and ERR_CORRUPT for the CA's files.
 */
int pki_issue(const struct pki_files *ca, enum pki_role role,
    const struct pki_spec *spec, const struct pki_files *to,
    struct pki_cert *out) __attribute__((warn_unused_result));

/* Reads a certificate. ERR_NOTFOUND, ERR_IO, ERR_CORRUPT. */
int pki_read(const char *path, struct pki_cert *out)
    __attribute__((warn_unused_result));

/*
 * Do key and certificate belong together, and did the CA of `ca_cert` sign
 * it?  The time is not looked at.  ERR_CRYPTO when not; errors of pki_read().
 */
int pki_check(const struct pki_files *f, const char *ca_cert)
    __attribute__((warn_unused_result));

#endif
