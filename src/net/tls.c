/*
 * TLS 1.3 between a terminal and its server.
 *
 * SECURITY: every byte is the peer's until the handshake is done, and whom
 * the certificate stands for is decided elsewhere.  What TLS offers beyond
 * our need (older versions, tickets, early data, other signature schemes) is
 * switched off.  No OpenSSL configuration file is read.
 */
#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/err.h"

#define ALPN  "\x08mamori/1"
#define LABEL "EXPORTER-mamori-v1"

struct tls_ctx {
	SSL_CTX *ssl;
	bool server;
};

struct tls {
	SSL *ssl;
	const char *reason;
};

/* clang-format off */
/* verification result → token for the log */
static const struct {
	long code;
	const char *token;
} verify_tokens[] = {
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,         "unknown-ca" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "unknown-ca" },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,   "unknown-ca" },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,         "unknown-ca" },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,       "unknown-ca" },
	{ X509_V_ERR_CERT_SIGNATURE_FAILURE,            "unknown-ca" },
	{ X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH,       "unknown-ca" },
	{ X509_V_ERR_CERT_CHAIN_TOO_LONG,               "chain" },
	{ X509_V_ERR_CERT_HAS_EXPIRED,                  "expired" },
	{ X509_V_ERR_CERT_NOT_YET_VALID,                "not-yet-valid" },
	{ X509_V_ERR_INVALID_PURPOSE,                   "purpose" },
	{ X509_V_ERR_HOSTNAME_MISMATCH,                 "name" },
};

/* reason of the library → token for the log */
static const struct {
	int code;
	const char *token;
} ssl_tokens[] = {
	{ SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, "no-certificate" },
	{ SSL_R_UNSUPPORTED_PROTOCOL,              "version" },
	{ SSL_R_WRONG_SSL_VERSION,                 "version" },
	{ SSL_R_WRONG_VERSION_NUMBER,              "not-tls" },
	{ SSL_R_VERSION_TOO_LOW,                   "version" },
	{ SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,      "version" },
	{ SSL_R_NO_PROTOCOLS_AVAILABLE,            "version" },
	{ SSL_R_HTTP_REQUEST,                      "not-tls" },
	{ SSL_R_HTTPS_PROXY_REQUEST,               "not-tls" },
	{ SSL_R_UNEXPECTED_MESSAGE,                "not-tls" },
	{ SSL_R_RECORD_LENGTH_MISMATCH,            "not-tls" },
	{ SSL_R_PACKET_LENGTH_TOO_LONG,            "not-tls" },
	{ SSL_R_ENCRYPTED_LENGTH_TOO_LONG,         "not-tls" },
	{ SSL_R_NO_SHARED_CIPHER,                  "cipher" },
	{ SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,   "signature" },
	{ SSL_R_NO_SUITABLE_KEY_SHARE,             "group" },
	{ SSL_R_NO_APPLICATION_PROTOCOL,           "protocol" },
	{ SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, "peer-wants-certificate" },
	{ SSL_R_TLSV1_ALERT_UNKNOWN_CA,            "peer-unknown-ca" },
	{ SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,   "peer-expired" },
	{ SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,       "peer-refused" },
	{ SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, "peer-refused" },
	{ SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,   "peer-refused" },
	{ SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,     "peer-refused" },
	{ SSL_R_TLSV1_ALERT_ACCESS_DENIED,         "peer-refused" },
	{ SSL_R_UNEXPECTED_EOF_WHILE_READING,      "cut" },
};
/* clang-format on */

/* ---- contexts ---- */

/* ALPN: ours or nothing. */
static int
choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *outlen,
    const unsigned char *in, unsigned int inlen, void *arg)
{
	unsigned int i = 0;

	(void)ssl;
	(void)arg;
	while (i < inlen) {
		unsigned int n = in[i];

		if (n >= inlen - i)
			break;
		if (n + 1 == sizeof(ALPN) - 1 &&
		    memcmp(in + i, ALPN, n + 1) == 0) {
			*out = in + i + 1;
			*outlen = (unsigned char)n;
			return SSL_TLSEXT_ERR_OK;
		}
		i += n + 1;
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool
set_options(SSL_CTX *c)
{
	/* not const: the macros of OpenSSL cast it away */
	static char groups[] = "X25519";
	static char sigalgs[] = "ed25519";

	SSL_CTX_set_options(c,
	    SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
		SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(c,
	    SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_clear_mode(c, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_read_ahead(c, 1); /* one read(2) a record, not two */
	SSL_CTX_set_verify_depth(c, 0);
	return SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION) == 1 &&
	    SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION) == 1 &&
	    SSL_CTX_set_max_early_data(c, 0) == 1 &&
	    SSL_CTX_set_num_tickets(c, 0) == 1 &&
	    SSL_CTX_set_ciphersuites(c,
		"TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1 &&
	    SSL_CTX_set1_groups_list(c, groups) == 1 &&
	    SSL_CTX_set1_sigalgs_list(c, sigalgs) == 1 &&
	    SSL_CTX_set1_client_sigalgs_list(c, sigalgs) == 1;
}

/* Missing file: ERR_IO; a file that is not what it should be: ERR_CRYPTO. */
static int
load_files(SSL_CTX *c, const struct tls_files *f, bool server)
{
	const char *paths[] = { f->cert, f->key, f->ca };
	STACK_OF(X509_NAME) * names;
	size_t i;
	BIO *b;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		b = BIO_new_file(paths[i], "r");
		if (b == NULL)
			return ERR_IO;
		BIO_free(b);
	}
	if (SSL_CTX_use_certificate_file(c, f->cert, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file(c, f->key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(c) != 1 ||
	    SSL_CTX_load_verify_file(c, f->ca) != 1)
		return ERR_CRYPTO;
	if (!server)
		return 0;
	names = SSL_load_client_CA_file(f->ca);
	if (names == NULL)
		return ERR_CRYPTO;
	SSL_CTX_set_client_CA_list(c, names);
	return 0;
}

static int
ctx_new(const struct tls_files *f, bool server, struct tls_ctx **out)
{
	struct tls_ctx *c;
	int err = ERR_CRYPTO;

	*out = NULL;
	signal(SIGPIPE, SIG_IGN); /* a dead peer is an error, not our end */
	OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return ERR_NOMEM;
	c->server = server;
	c->ssl =
	    SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
	if (c->ssl == NULL || !set_options(c->ssl))
		goto out;
	err = load_files(c->ssl, f, server);
	if (err != 0)
		goto out;
	SSL_CTX_set_verify(
	    c->ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	if (server)
		SSL_CTX_set_alpn_select_cb(c->ssl, choose_alpn, NULL);
	else if (SSL_CTX_set_alpn_protos(c->ssl, (const unsigned char *)ALPN,
		     sizeof(ALPN) - 1) != 0)
		err = ERR_CRYPTO;
out:
	ERR_clear_error();
	if (err != 0) {
		tls_ctx_free(c);
		return err;
	}
	*out = c;
	return 0;
}

int
tls_ctx_server(const struct tls_files *f, struct tls_ctx **out)
{
	return ctx_new(f, true, out);
}

int
tls_ctx_client(const struct tls_files *f, struct tls_ctx **out)
{
	return ctx_new(f, false, out);
}

void
tls_ctx_free(struct tls_ctx *c)
{
	if (c == NULL)
		return;
	SSL_CTX_free(c->ssl);
	free(c);
}

/* ---- one connection ---- */

int
tls_new(struct tls_ctx *c, int fd, struct tls **out)
{
	struct tls *t;

	*out = NULL;
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return ERR_NOMEM;
	t->reason = "ok";
	t->ssl = SSL_new(c->ssl);
	if (t->ssl == NULL || SSL_set_fd(t->ssl, fd) != 1 ||
	    (!c->server && SSL_set1_host(t->ssl, TLS_SERVER_NAME) != 1)) {
		tls_free(t);
		return ERR_NOMEM;
	}
	if (c->server)
		SSL_set_accept_state(t->ssl);
	else
		SSL_set_connect_state(t->ssl);
	*out = t;
	return 0;
}

void
tls_free(struct tls *t)
{
	if (t == NULL)
		return;
	SSL_free(t->ssl);
	ERR_clear_error();
	free(t);
}

const char *
tls_reason(const struct tls *t)
{
	return t->reason;
}

static const char *
find_reason(const struct tls *t, unsigned long e)
{
	long v = SSL_get_verify_result(t->ssl);
	size_t i;

	for (i = 0; i < sizeof(verify_tokens) / sizeof(verify_tokens[0]); i++)
		if (verify_tokens[i].code == v)
			return verify_tokens[i].token;
	if (v != X509_V_OK)
		return "certificate";
	if (e == 0)
		return "cut";
	if (ERR_GET_LIB(e) == ERR_LIB_SSL)
		for (i = 0; i < sizeof(ssl_tokens) / sizeof(ssl_tokens[0]); i++)
			if (ssl_tokens[i].code == ERR_GET_REASON(e))
				return ssl_tokens[i].token;
	return "tls";
}

static int
step(struct tls *t, int rc)
{
	unsigned long e;

	switch (SSL_get_error(t->ssl, rc)) {
	case SSL_ERROR_NONE:
		return TLS_DONE;
	case SSL_ERROR_WANT_READ:
		return TLS_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_EOF;
	case SSL_ERROR_SYSCALL:
		t->reason = "cut";
		ERR_clear_error();
		return ERR_IO;
	default:
		e = ERR_peek_error();
		t->reason = find_reason(t, e);
		ERR_clear_error();
		return strcmp(t->reason, "cut") == 0 ? ERR_IO : ERR_CRYPTO;
	}
}

int
tls_handshake(struct tls *t)
{
	const unsigned char *alpn = NULL;
	unsigned int n = 0;
	int rc;

	ERR_clear_error();
	rc = step(t, SSL_do_handshake(t->ssl));
	if (rc != TLS_DONE)
		return rc;
	SSL_get0_alpn_selected(t->ssl, &alpn, &n);
	if (n != sizeof(ALPN) - 2 || memcmp(alpn, &ALPN[1], n) != 0) {
		t->reason = "protocol";
		return ERR_CRYPTO;
	}
	return TLS_DONE;
}

int
tls_read(struct tls *t, void *p, size_t cap, size_t *n)
{
	ERR_clear_error();
	return step(t, SSL_read_ex(t->ssl, p, cap, n));
}

int
tls_write(struct tls *t, const void *p, size_t n, size_t *written)
{
	ERR_clear_error();
	return step(t, SSL_write_ex(t->ssl, p, n, written));
}

void
tls_bye(struct tls *t)
{
	ERR_clear_error();
	if (SSL_is_init_finished(t->ssl) == 1)
		SSL_shutdown(t->ssl);
	ERR_clear_error();
}

size_t
tls_pending(const struct tls *t)
{
	return SSL_has_pending(t->ssl) == 1 ? 1 : 0;
}

int
tls_exporter(const struct tls *t, uint8_t out[TLS_EXPORTER_LEN])
{
	if (SSL_is_init_finished(t->ssl) != 1 ||
	    SSL_export_keying_material(t->ssl, out, TLS_EXPORTER_LEN, LABEL,
		sizeof(LABEL) - 1, NULL, 0, 0) != 1)
		return ERR_CRYPTO;
	return 0;
}

int
tls_peer(const struct tls *t, struct tls_peer *out)
{
	X509 *x = SSL_get0_peer_certificate(t->ssl);
	unsigned int n = SHA256_LEN;
	struct tm tm;

	*out = (struct tls_peer){ 0 };
	if (x == NULL ||
	    X509_digest(x, EVP_sha256(), out->cert_sha256, &n) != 1 ||
	    n != SHA256_LEN || ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) != 1)
		return ERR_CRYPTO;
	out->not_after = (int64_t)timegm(&tm);
	return 0;
}
