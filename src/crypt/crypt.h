/*
 * The cryptography of Mamori, and the only file that includes OpenSSL's EVP
 * (docs/decisions.md D1).  Everything else works on bytes.
 *
 * All functions return 0, ERR_CRYPTO (a check failed or the library refused)
 * or ERR_NOMEM.  Outputs are written only on success.
 */
#ifndef CRYPT_CRYPT_H
#define CRYPT_CRYPT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/secret.h"
#include "core/str.h"

#define SHA256_LEN 32
#define ED25519_PUB 32
#define ED25519_SEED 32
#define ED25519_SIG 64
#define GCM_TAG 16
#define GCM_NONCE 12

/* ---- SHA-256 ---- */

void crypt_sha256(struct str data, uint8_t out[SHA256_LEN]);

/* The hash of a, b, c one after the other; unused ones are empty slices. */
void crypt_sha256_3(struct str a, struct str b, struct str c,
    uint8_t out[SHA256_LEN]);

/* Incremental, for files. */
struct crypt_sha256;
struct crypt_sha256 *crypt_sha256_new(void) __attribute__((warn_unused_result));
void crypt_sha256_add(struct crypt_sha256 *h, struct str data);
/* Finishes and frees h. */
void crypt_sha256_end(struct crypt_sha256 *h, uint8_t out[SHA256_LEN]);

/* ---- keys from secrets ---- */

/* HKDF-SHA256 (RFC 5869), out[n], n <= 255*32. */
int crypt_hkdf(struct str ikm, struct str salt, struct str info, uint8_t *out,
    size_t n) __attribute__((warn_unused_result));

struct crypt_scrypt {
	uint32_t log2_n; /* 10..20 */
	uint32_t r;      /* 8 */
	uint32_t p;      /* 1..4 */
};
#define CRYPT_SCRYPT_DEFAULT ((struct crypt_scrypt){ 15, 8, 1 })

/* ERR_RANGE for parameters outside the limits above. About 110 ms at 2^15. */
int crypt_scrypt(struct str secret, struct str salt, struct crypt_scrypt par,
    uint8_t *out, size_t n) __attribute__((warn_unused_result));

/* ---- AES-256-GCM ---- */

/* Appends ciphertext and tag to out. */
int crypt_seal(const uint8_t key[32], const uint8_t nonce[GCM_NONCE],
    struct str aad, struct str plain, struct buf *out)
    __attribute__((warn_unused_result));

/* Appends the plaintext to out (wipe it with buf_wipe); ERR_CRYPTO. */
int crypt_open(const uint8_t key[32], const uint8_t nonce[GCM_NONCE],
    struct str aad, struct str sealed, struct buf *out)
    __attribute__((warn_unused_result));

/* ---- Ed25519 (RFC 8032, pure) ---- */

struct crypt_key; /* a private key */
struct crypt_pub; /* a public key, parsed once for many checks */

struct crypt_key *crypt_key_from_seed(const uint8_t seed[ED25519_SEED])
    __attribute__((warn_unused_result));
void crypt_key_free(struct crypt_key *k);
void crypt_key_pub(const struct crypt_key *k, uint8_t pub[ED25519_PUB]);
int crypt_sign(const struct crypt_key *k, struct str msg,
    uint8_t sig[ED25519_SIG]) __attribute__((warn_unused_result));

struct crypt_pub *crypt_pub_new(const uint8_t pub[ED25519_PUB])
    __attribute__((warn_unused_result));
void crypt_pub_free(struct crypt_pub *p);
/* 0 or ERR_CRYPTO. */
int crypt_verify(const struct crypt_pub *p, struct str msg, struct str sig)
    __attribute__((warn_unused_result));
/* The same for a key that is used once. */
int crypt_verify_raw(const uint8_t pub[ED25519_PUB], struct str msg,
    struct str sig) __attribute__((warn_unused_result));

/* ---- the rest ---- */

/* n random bytes; aborts when the system has none. */
void crypt_random(void *p, size_t n);

/* Same bytes, compared in constant time; false on different lengths. */
bool crypt_equal(struct str a, struct str b);

/*
 * Seeds of Ed25519 keys are kept in files of 32 raw bytes, mode 0600.
 * crypt_key_create() makes one (O_EXCL) and crypt_key_load() reads it;
 * ERR_IO, ERR_EXISTS, ERR_CORRUPT.
 */
int crypt_key_create(const char *path, struct crypt_key **out)
    __attribute__((warn_unused_result));
int crypt_key_load(const char *path, struct crypt_key **out)
    __attribute__((warn_unused_result));

#endif
