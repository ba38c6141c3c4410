/*
 * Makes and reads certificates.
 *
 * SECURITY: keys are made here, written once with mode 0600 and never
 * printed.  A certificate says one thing only: CA certificates sign, server
 * certificates serve, terminal certificates ask; path length 0, so nobody
 * below the CA can sign another.  Which terminal may in is not decided by
 * the certificate but by the store, from its fingerprint (TRM-01).
 */
#include "net/pki.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "core/err.h"

/* clang-format off */
struct extension {
	int nid;
	const char *value; /* NULL: "DNS:" and the name */
};

static const struct extension ca_extensions[] = {
	{ NID_basic_constraints, "critical,CA:TRUE,pathlen:0" },
	{ NID_key_usage, "critical,keyCertSign,cRLSign" },
	{ NID_subject_key_identifier, "hash" },
};

static const struct extension server_extensions[] = {
	{ NID_basic_constraints, "critical,CA:FALSE" },
	{ NID_key_usage, "critical,digitalSignature" },
	{ NID_ext_key_usage, "serverAuth" },
	{ NID_subject_key_identifier, "hash" },
	{ NID_authority_key_identifier, "keyid:always" },
	{ NID_subject_alt_name, NULL },
};

static const struct extension terminal_extensions[] = {
	{ NID_basic_constraints, "critical,CA:FALSE" },
	{ NID_key_usage, "critical,digitalSignature" },
	{ NID_ext_key_usage, "clientAuth" },
	{ NID_subject_key_identifier, "hash" },
	{ NID_authority_key_identifier, "keyid:always" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
static const struct {
	const struct extension *e;
	size_t n;
} role_extensions[] = {
	[PKI_SERVER] = { server_extensions, COUNT(server_extensions) },
	[PKI_TERMINAL] = { terminal_extensions, COUNT(terminal_extensions) },
};
/* clang-format on */

static int
add_extension(
    X509 *x, X509V3_CTX *ctx, const struct extension *e, const char *name)
{
	char san[80];
	X509_EXTENSION *ext;
	int ok;

	(void)snprintf(san, sizeof(san), "DNS:%s", name);
	ext = X509V3_EXT_conf_nid(
	    NULL, ctx, e->nid, e->value != NULL ? e->value : san);
	if (ext == NULL)
		return ERR_CRYPTO;
	ok = X509_add_ext(x, ext, -1);
	X509_EXTENSION_free(ext);
	return ok == 1 ? 0 : ERR_CRYPTO;
}

/* Positive, 127 random bits: never guessed, never repeated. */
static int
set_serial(X509 *x)
{
	uint8_t raw[16];
	BIGNUM *n;
	int err = ERR_CRYPTO;

	crypt_random(raw, sizeof(raw));
	raw[0] &= 0x7f;
	raw[0] |= 0x40;
	n = BN_bin2bn(raw, sizeof(raw), NULL);
	if (n != NULL &&
	    BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL)
		err = 0;
	BN_free(n);
	return err;
}

static bool
name_ok(const char *name)
{
	size_t n = strlen(name);

	for (const char *p = name; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == ',' || *p == '=')
			return false;
	return n >= 1 && n <= 64;
}

static int
set_subject(X509 *x, const char *cn)
{
	X509_NAME *name = X509_get_subject_name(x);
	const unsigned char *p = (const unsigned char *)cn;

	return X509_NAME_add_entry_by_txt(
		   name, "CN", MBSTRING_UTF8, p, -1, -1, 0) == 1
	    ? 0
	    : ERR_CRYPTO;
}

/* Everything but the extensions and the signature. */
static int
fill(X509 *x, EVP_PKEY *key, X509 *issuer, const struct pki_spec *spec)
{
	time_t from = (time_t)(spec->now - 3600);
	time_t until = (time_t)(spec->now + (int64_t)spec->days * 86400);
	int err;

	if (X509_set_version(x, X509_VERSION_3) != 1 ||
	    X509_set_pubkey(x, key) != 1 ||
	    ASN1_TIME_set(X509_getm_notBefore(x), from) == NULL ||
	    ASN1_TIME_set(X509_getm_notAfter(x), until) == NULL)
		return ERR_CRYPTO;
	err = set_serial(x);
	if (err == 0)
		err = set_subject(x, spec->name);
	if (err == 0 &&
	    X509_set_issuer_name(x, X509_get_subject_name(issuer)) != 1)
		err = ERR_CRYPTO;
	return err;
}

/* issuer NULL: signs itself. */
static int
make_cert(EVP_PKEY *key, X509 *issuer, EVP_PKEY *signer,
    const struct pki_spec *spec, const struct extension *e, size_t n,
    X509 **out)
{
	X509 *x = X509_new();
	X509V3_CTX ctx;
	int err;

	*out = NULL;
	if (x == NULL)
		return ERR_NOMEM;
	if (issuer == NULL)
		issuer = x;
	err = fill(x, key, issuer, spec);
	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	for (size_t i = 0; err == 0 && i < n; i++)
		err = add_extension(x, &ctx, &e[i], spec->name);
	/* Ed25519 takes no digest of its own */
	if (err == 0 && X509_sign(x, signer, NULL) <= 0)
		err = ERR_CRYPTO;
	if (err != 0) {
		X509_free(x);
		ERR_clear_error();
		return err;
	}
	*out = x;
	return 0;
}

/* A new private file as a stream. */
static int
open_new(const char *path, FILE **out)
{
	int fd;

	*out = NULL;
	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno == EEXIST ? ERR_EXISTS : ERR_IO;
	*out = fdopen(fd, "w");
	if (*out == NULL) {
		close(fd);
		(void)unlink(path);
		return ERR_IO;
	}
	return 0;
}

/* Flushed to the disk; removes the file when that fails. */
static int
close_new(FILE *f, const char *path, bool good)
{
	if (fflush(f) != 0 || fsync(fileno(f)) != 0)
		good = false;
	if (fclose(f) != 0)
		good = false;
	if (!good)
		(void)unlink(path);
	return good ? 0 : ERR_IO;
}

static int
write_pair(const struct pki_files *to, EVP_PKEY *key, X509 *x)
{
	FILE *f = NULL;
	int err;

	err = open_new(to->key, &f);
	if (err != 0)
		return err;
	err = close_new(f, to->key,
	    PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1);
	if (err != 0)
		return err;
	err = open_new(to->cert, &f);
	if (err == 0)
		err = close_new(f, to->cert, PEM_write_X509(f, x) == 1);
	if (err != 0)
		(void)unlink(to->key);
	return err;
}

/* Refuses a passphrase: keys are kept by file mode, prompts hang daemons. */
static int
no_passphrase(char *out, int cap, int rw, void *ctx)
{
	(void)out;
	(void)cap;
	(void)rw;
	(void)ctx;
	return -1;
}

static FILE *
open_pem(const char *path, int *err)
{
	FILE *f = fopen(path, "re");

	*err = f != NULL ? 0 : errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
	return f;
}

static int
read_cert(const char *path, X509 **out)
{
	FILE *f;
	int err;

	*out = NULL;
	f = open_pem(path, &err);
	if (f == NULL)
		return err;
	*out = PEM_read_X509(f, NULL, no_passphrase, NULL);
	fclose(f);
	ERR_clear_error();
	return *out != NULL ? 0 : ERR_CORRUPT;
}

static int
read_key(const char *path, EVP_PKEY **out)
{
	FILE *f;
	int err;

	*out = NULL;
	f = open_pem(path, &err);
	if (f == NULL)
		return err;
	*out = PEM_read_PrivateKey(f, NULL, no_passphrase, NULL);
	fclose(f);
	ERR_clear_error();
	return *out != NULL ? 0 : ERR_CORRUPT;
}

static int
to_seconds(const ASN1_TIME *t, int64_t *out)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return ERR_CORRUPT;
	*out = (int64_t)timegm(&tm);
	return 0;
}

static int
describe(X509 *x, struct pki_cert *out)
{
	unsigned n = sizeof(out->sha256);
	int err;

	*out = (struct pki_cert){ .not_after = 0 };
	if (X509_digest(x, EVP_sha256(), out->sha256, &n) != 1)
		return ERR_CRYPTO;
	if (X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName,
		out->name, sizeof(out->name)) <= 0)
		return ERR_CORRUPT;
	err = to_seconds(X509_get0_notBefore(x), &out->not_before);
	if (err == 0)
		err = to_seconds(X509_get0_notAfter(x), &out->not_after);
	return err;
}

int
pki_ca_create(const struct pki_files *ca, const struct pki_spec *spec)
{
	EVP_PKEY *key = NULL;
	X509 *x = NULL;
	int err;

	if (!name_ok(spec->name))
		return ERR_RANGE;
	key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	if (key == NULL)
		return ERR_CRYPTO;
	err = make_cert(
	    key, NULL, key, spec, ca_extensions, COUNT(ca_extensions), &x);
	if (err == 0)
		err = write_pair(ca, key, x);
	X509_free(x);
	EVP_PKEY_free(key);
	return err;
}

int
pki_issue(const struct pki_files *ca, enum pki_role role,
    const struct pki_spec *spec, const struct pki_files *to,
    struct pki_cert *out)
{
	EVP_PKEY *ca_key = NULL;
	EVP_PKEY *key = NULL;
	X509 *ca_cert = NULL;
	X509 *x = NULL;
	struct pki_cert cert;
	int err;

	if (!name_ok(spec->name))
		return ERR_RANGE;
	err = read_cert(ca->cert, &ca_cert);
	if (err == 0)
		err = read_key(ca->key, &ca_key);
	if (err == 0 && X509_check_private_key(ca_cert, ca_key) != 1)
		err = ERR_CORRUPT;
	if (err != 0)
		goto out;
	key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	if (key == NULL) {
		err = ERR_CRYPTO;
		goto out;
	}
	err = make_cert(key, ca_cert, ca_key, spec, role_extensions[role].e,
	    role_extensions[role].n, &x);
	if (err == 0)
		err = describe(x, &cert);
	if (err == 0)
		err = write_pair(to, key, x);
	if (err == 0 && out != NULL)
		*out = cert;
out:
	ERR_clear_error();
	X509_free(x);
	X509_free(ca_cert);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	return err;
}

int
pki_read(const char *path, struct pki_cert *out)
{
	X509 *x = NULL;
	int err;

	err = read_cert(path, &x);
	if (err == 0)
		err = describe(x, out);
	X509_free(x);
	return err;
}

int
pki_check(const struct pki_files *f, const char *ca_cert)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY *ca_key = NULL;
	X509 *x = NULL;
	X509 *ca = NULL;
	int err;

	err = read_cert(f->cert, &x);
	if (err == 0)
		err = read_key(f->key, &key);
	if (err == 0)
		err = read_cert(ca_cert, &ca);
	if (err != 0)
		goto out;
	ca_key = X509_get0_pubkey(ca);
	if (X509_check_private_key(x, key) != 1 || ca_key == NULL ||
	    X509_check_issued(ca, x) != X509_V_OK ||
	    X509_verify(x, ca_key) != 1)
		err = ERR_CRYPTO;
out:
	ERR_clear_error();
	EVP_PKEY_free(key);
	X509_free(x);
	X509_free(ca);
	return err;
}
