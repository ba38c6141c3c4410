/*
 * OpenSSL EVP behind a few functions on bytes.
 *
 * SECURITY: algorithms are fetched once (fetching per call triples the cost,
 * audit-log.md §3.4); key material is wiped; a failure of the random source
 * aborts, since nothing safe can follow.
 */
#include "crypt/crypt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "core/err.h"

struct crypt_key {
	EVP_PKEY *pkey;
	EVP_MD_CTX *ctx;
	uint8_t pub[ED25519_PUB];
};

struct crypt_pub {
	EVP_PKEY *pkey;
	EVP_MD_CTX *ctx;
};

struct crypt_sha256 {
	EVP_MD_CTX *ctx;
};

static EVP_MD *
md_sha256(void)
{
	static EVP_MD *md;

	if (md == NULL)
		md = EVP_MD_fetch(NULL, "SHA256", NULL);
	BUG_ON(md == NULL);
	return md;
}

static EVP_CIPHER *
cipher_gcm(void)
{
	static EVP_CIPHER *c;

	if (c == NULL)
		c = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	BUG_ON(c == NULL);
	return c;
}

void
crypt_sha256_3(struct str a, struct str b, struct str c,
    uint8_t out[SHA256_LEN])
{
	static EVP_MD_CTX *ctx;
	unsigned n = 0;
	int ok;

	if (ctx == NULL)
		ctx = EVP_MD_CTX_new();
	BUG_ON(ctx == NULL);
	ok = EVP_DigestInit_ex2(ctx, md_sha256(), NULL) == 1 &&
	    EVP_DigestUpdate(ctx, a.p, a.n) == 1 &&
	    EVP_DigestUpdate(ctx, b.p, b.n) == 1 &&
	    EVP_DigestUpdate(ctx, c.p, c.n) == 1 &&
	    EVP_DigestFinal_ex(ctx, out, &n) == 1;
	BUG_ON(!ok || n != SHA256_LEN);
}

void
crypt_sha256(struct str data, uint8_t out[SHA256_LEN])
{
	crypt_sha256_3(data, str_n(NULL, 0), str_n(NULL, 0), out);
}

struct crypt_sha256 *
crypt_sha256_new(void)
{
	struct crypt_sha256 *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->ctx = EVP_MD_CTX_new();
	if (h->ctx == NULL ||
	    EVP_DigestInit_ex2(h->ctx, md_sha256(), NULL) != 1) {
		EVP_MD_CTX_free(h->ctx);
		free(h);
		return NULL;
	}
	return h;
}

void
crypt_sha256_add(struct crypt_sha256 *h, struct str data)
{
	BUG_ON(EVP_DigestUpdate(h->ctx, data.p, data.n) != 1);
}

void
crypt_sha256_end(struct crypt_sha256 *h, uint8_t out[SHA256_LEN])
{
	unsigned n = 0;

	BUG_ON(EVP_DigestFinal_ex(h->ctx, out, &n) != 1 || n != SHA256_LEN);
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

int
crypt_hkdf(struct str ikm, struct str salt, struct str info, uint8_t *out,
    size_t n)
{
	static EVP_KDF *kdf;
	EVP_KDF_CTX *ctx;
	OSSL_PARAM par[5];
	OSSL_PARAM *p = par;
	char digest[] = "SHA256";
	int ok;

	if (kdf == NULL)
		kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	BUG_ON(kdf == NULL);
	ctx = EVP_KDF_CTX_new(kdf);
	if (ctx == NULL)
		return ERR_NOMEM;
	*p++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest,
	    0);
	*p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
	    (void *)(uintptr_t)ikm.p, ikm.n);
	/* OpenSSL refuses a NULL salt; without one it is RFC 5869's zeros */
	if (salt.n > 0)
		*p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
		    (void *)(uintptr_t)salt.p, salt.n);
	*p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
	    (void *)(uintptr_t)info.p, info.n);
	*p = OSSL_PARAM_construct_end();
	ok = EVP_KDF_derive(ctx, out, n, par);
	EVP_KDF_CTX_free(ctx);
	return ok == 1 ? 0 : ERR_CRYPTO;
}

int
crypt_scrypt(struct str secret, struct str salt, struct crypt_scrypt par,
    uint8_t *out, size_t n)
{
	uint64_t cost;

	if (par.log2_n < 10 || par.log2_n > 20 || par.r != 8 || par.p < 1 ||
	    par.p > 4)
		return ERR_RANGE;
	cost = (uint64_t)1 << par.log2_n;
	if (EVP_PBE_scrypt(secret.p, secret.n, (const unsigned char *)salt.p,
		salt.n, cost, par.r, par.p, cost * 1024 + (1 << 22), out,
		n) != 1)
		return ERR_CRYPTO;
	return 0;
}

/* Feeds the additional data and the text; what both directions share. */
static int
gcm_run(EVP_CIPHER_CTX *ctx, int enc, const uint8_t *key, const uint8_t *nonce,
    struct str aad, struct str in, uint8_t *out)
{
	int n = 0;

	if (aad.n > INT32_MAX || in.n > INT32_MAX)
		return ERR_TOOLONG;
	if (EVP_CipherInit_ex2(ctx, cipher_gcm(), key, nonce, enc, NULL) != 1)
		return ERR_CRYPTO;
	if (EVP_CipherUpdate(ctx, NULL, &n, (const uint8_t *)aad.p,
		(int)aad.n) != 1)
		return ERR_CRYPTO;
	if (EVP_CipherUpdate(ctx, out, &n, (const uint8_t *)in.p,
		(int)in.n) != 1)
		return ERR_CRYPTO;
	return 0;
}

int
crypt_seal(const uint8_t key[32], const uint8_t nonce[GCM_NONCE],
    struct str aad, struct str plain, struct buf *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t *c = malloc(plain.n + GCM_TAG);
	int n = 0;
	int err = ERR_NOMEM;

	if (ctx == NULL || c == NULL)
		goto out;
	err = gcm_run(ctx, 1, key, nonce, aad, plain, c);
	if (err != 0)
		goto out;
	err = ERR_CRYPTO;
	if (EVP_CipherFinal_ex(ctx, c + plain.n, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG,
		c + plain.n) != 1)
		goto out;
	buf_put(out, c, plain.n + GCM_TAG);
	err = out->err;
out:
	EVP_CIPHER_CTX_free(ctx);
	free(c);
	return err;
}

int
crypt_open(const uint8_t key[32], const uint8_t nonce[GCM_NONCE],
    struct str aad, struct str sealed, struct buf *out)
{
	EVP_CIPHER_CTX *ctx;
	uint8_t tag[GCM_TAG];
	uint8_t *p;
	size_t len;
	int n = 0;
	int err = ERR_NOMEM;

	if (sealed.n < GCM_TAG)
		return ERR_CRYPTO;
	len = sealed.n - GCM_TAG;
	memcpy(tag, sealed.p + len, GCM_TAG);
	ctx = EVP_CIPHER_CTX_new();
	p = malloc(len + 1);
	if (ctx == NULL || p == NULL)
		goto out;
	err = gcm_run(ctx, 0, key, nonce, aad, str_n(sealed.p, len), p);
	if (err != 0)
		goto out;
	err = ERR_CRYPTO;
	if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, tag) !=
		1 ||
	    EVP_CipherFinal_ex(ctx, p + len, &n) != 1)
		goto out;
	buf_put(out, p, len);
	err = out->err;
out:
	EVP_CIPHER_CTX_free(ctx);
	if (p != NULL)
		explicit_bzero(p, len + 1);
	free(p);
	return err;
}

struct crypt_key *
crypt_key_from_seed(const uint8_t seed[ED25519_SEED])
{
	struct crypt_key *k = calloc(1, sizeof(*k));
	size_t n = ED25519_PUB;

	if (k == NULL)
		return NULL;
	k->pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed,
	    ED25519_SEED);
	k->ctx = EVP_MD_CTX_new();
	if (k->pkey == NULL || k->ctx == NULL ||
	    EVP_PKEY_get_raw_public_key(k->pkey, k->pub, &n) != 1) {
		crypt_key_free(k);
		return NULL;
	}
	return k;
}

void
crypt_key_free(struct crypt_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	EVP_MD_CTX_free(k->ctx);
	free(k);
}

void
crypt_key_pub(const struct crypt_key *k, uint8_t pub[ED25519_PUB])
{
	memcpy(pub, k->pub, ED25519_PUB);
}

int
crypt_sign(const struct crypt_key *k, struct str msg, uint8_t sig[ED25519_SIG])
{
	size_t n = ED25519_SIG;

	EVP_MD_CTX_reset(k->ctx);
	if (EVP_DigestSignInit(k->ctx, NULL, NULL, NULL, k->pkey) != 1 ||
	    EVP_DigestSign(k->ctx, sig, &n, (const uint8_t *)msg.p, msg.n) !=
		1 ||
	    n != ED25519_SIG)
		return ERR_CRYPTO;
	return 0;
}

struct crypt_pub *
crypt_pub_new(const uint8_t pub[ED25519_PUB])
{
	struct crypt_pub *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, pub,
	    ED25519_PUB);
	p->ctx = EVP_MD_CTX_new();
	if (p->pkey == NULL || p->ctx == NULL) {
		crypt_pub_free(p);
		return NULL;
	}
	return p;
}

void
crypt_pub_free(struct crypt_pub *p)
{
	if (p == NULL)
		return;
	EVP_PKEY_free(p->pkey);
	EVP_MD_CTX_free(p->ctx);
	free(p);
}

int
crypt_verify(const struct crypt_pub *p, struct str msg, struct str sig)
{
	if (sig.n != ED25519_SIG)
		return ERR_CRYPTO;
	EVP_MD_CTX_reset(p->ctx);
	if (EVP_DigestVerifyInit(p->ctx, NULL, NULL, NULL, p->pkey) != 1 ||
	    EVP_DigestVerify(p->ctx, (const uint8_t *)sig.p, sig.n,
		(const uint8_t *)msg.p, msg.n) != 1)
		return ERR_CRYPTO;
	return 0;
}

int
crypt_verify_raw(const uint8_t pub[ED25519_PUB], struct str msg,
    struct str sig)
{
	struct crypt_pub *p = crypt_pub_new(pub);
	int err;

	if (p == NULL)
		return ERR_CRYPTO;
	err = crypt_verify(p, msg, sig);
	crypt_pub_free(p);
	return err;
}

void
crypt_random(void *p, size_t n)
{
	BUG_ON(n > INT32_MAX || RAND_bytes(p, (int)n) != 1);
}

bool
crypt_equal(struct str a, struct str b)
{
	return a.n == b.n && CRYPTO_memcmp(a.p, b.p, a.n) == 0;
}

int
crypt_key_create(const char *path, struct crypt_key **out)
{
	uint8_t seed[ED25519_SEED];
	ssize_t n;
	int fd;

	*out = NULL;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd < 0)
		return errno == EEXIST ? ERR_EXISTS : ERR_IO;
	crypt_random(seed, sizeof(seed));
	n = write(fd, seed, sizeof(seed));
	if (n == (ssize_t)sizeof(seed) && fsync(fd) == 0)
		*out = crypt_key_from_seed(seed);
	explicit_bzero(seed, sizeof(seed));
	if (close(fd) != 0 || *out == NULL) {
		crypt_key_free(*out);
		*out = NULL;
		unlink(path);
		return ERR_IO;
	}
	return 0;
}

int
crypt_key_load(const char *path, struct crypt_key **out)
{
	uint8_t seed[ED25519_SEED + 1];
	ssize_t n;
	int fd;

	*out = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return ERR_IO;
	n = read(fd, seed, sizeof(seed));
	close(fd);
	if (n == ED25519_SEED)
		*out = crypt_key_from_seed(seed);
	explicit_bzero(seed, sizeof(seed));
	return *out == NULL ? ERR_CORRUPT : 0;
}
