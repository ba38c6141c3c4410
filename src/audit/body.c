/*
 * The confidential body beside a leaf: its lines, its tree of hidden hashes
 * (audit-log.md §3.2) and its encryption (§3.4).
 *
 * SECURITY: the body says who looked at whom.  It leaves the server only
 * sealed under a bucket key or inside a receipt; plaintext and derived keys
 * are wiped.
 */
#include "audit/entry.h"

#include <string.h>

#include "core/err.h"
#include "core/wire.h"

#define BODY_V1	 "audit-body/v1"
#define BLOB_V1	 "audit-blob/v1"
#define SALT_LEN 32

static const uint8_t zero_iv[GCM_NONCE];

static bool
is_line_name(struct str s)
{
	size_t i;
	char c;

	for (i = 0; i < s.n; i++) {
		c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '-'))
			return false;
	}
	return s.n > 0;
}

static int
check_line(struct str line, uint64_t i)
{
	struct str name;

	if (line.n > BODY_LINE_MAX)
		return ERR_LIMIT;
	if (i == 0)
		return str_eqz(line, BODY_V1) ? 0 : ERR_SYNTAX;
	if (!str_cut(&line, ' ', &name) || !is_line_name(name) || line.n == 0)
		return ERR_SYNTAX;
	return wire_text_ok(line, false) ? 0 : ERR_SYNTAX;
}

/* SHA-256(0x00 || salt_i || line), salt_i = SHA-256(salt || v1 || BE32(i)) */
static struct tree_hash
line_hash(const uint8_t salt[SALT_LEN], uint64_t i, struct str line)
{
	uint8_t be[4] = { (uint8_t)(i >> 24), (uint8_t)(i >> 16),
		(uint8_t)(i >> 8), (uint8_t)i };
	uint8_t salt_i[SHA256_LEN];
	struct tree_hash h;

	crypt_sha256_3(
	    str_n(salt, SALT_LEN), STR(BODY_V1), str_n(be, sizeof(be)), salt_i);
	crypt_sha256_3(
	    str_n("\0", 1), str_n(salt_i, sizeof(salt_i)), line, h.b);
	return h;
}

int
body_root(struct str body, const uint8_t salt[32], uint64_t *lines,
    struct tree_hash *root)
{
	struct tree_edge edge = { 0 };
	struct tree_hash nodes[64];
	struct tree_hash leaf;
	struct str line;
	uint64_t first;
	unsigned count;
	int err;

	*lines = 0;
	memset(root, 0, sizeof(*root));
	if (body.n > BODY_MAX)
		return ERR_LIMIT;
	if (body.n == 0 || body.p[body.n - 1] != '\n')
		return ERR_SYNTAX;
	while (str_cut(&body, '\n', &line)) {
		if (edge.size == BODY_LINES_MAX)
			return ERR_LIMIT;
		err = check_line(line, edge.size);
		if (err != 0)
			return err;
		leaf = line_hash(salt, edge.size, line);
		tree_edge_add(&edge, &leaf, &first, nodes, &count);
	}
	*lines = edge.size;
	*root = tree_edge_root(&edge);
	return 0;
}

bool
body_next(struct str *rest, struct str *name, struct str *value)
{
	*name = str_n(NULL, 0);
	if (!str_cut(rest, '\n', value)) {
		*value = str_n(NULL, 0);
		return false;
	}
	(void)str_cut(value, ' ', name);
	return true;
}

struct str
body_get(struct str body, const char *name)
{
	struct str word;
	struct str value;

	while (body_next(&body, &word, &value))
		if (str_eqz(word, name))
			return value;
	return str_n(NULL, 0);
}

void
body_put(struct buf *b, const char *name, struct str value)
{
	size_t i;
	char c;

	if (value.n == 0)
		return;
	buf_puts(b, name);
	buf_putc(b, ' ');
	for (i = 0; i < value.n; i++) {
		c = value.p[i];
		buf_putc(b, c == '\t' || c == '\r' || c == '\n' ? ' ' : c);
	}
	buf_putc(b, '\n');
}

static int
blob_key(const uint8_t kek[32], const uint8_t nonce[32], uint8_t key[32])
{
	return crypt_hkdf(
	    str_n(kek, 32), str_n(nonce, 32), STR(BLOB_V1), key, 32);
}

static void
blob_aad(struct buf *aad, const char *origin)
{
	buf_puts(aad, BLOB_V1 "\n");
	buf_puts(aad, origin);
}

int
blob_seal(const uint8_t kek[32], const uint8_t nonce[32], const char *origin,
    const uint8_t salt[32], struct str body, struct buf *out)
{
	struct buf aad = BUF_INIT;
	struct buf plain = BUF_INIT;
	uint8_t key[32];
	int err;

	blob_aad(&aad, origin);
	buf_put(&plain, salt, SALT_LEN);
	buf_puts_str(&plain, body);
	err = aad.err != 0 ? aad.err : plain.err;
	if (err == 0)
		err = blob_key(kek, nonce, key);
	if (err == 0)
		err = crypt_seal(
		    key, zero_iv, buf_str(&aad), buf_str(&plain), out);
	explicit_bzero(key, sizeof(key));
	buf_wipe(&plain);
	buf_release(&aad);
	return err;
}

int
blob_open(const uint8_t kek[32], const uint8_t nonce[32], const char *origin,
    struct str blob, uint8_t salt[32], struct buf *body)
{
	struct buf aad = BUF_INIT;
	struct buf plain = BUF_INIT;
	uint8_t key[32];
	int err;

	blob_aad(&aad, origin);
	err = aad.err;
	if (err == 0)
		err = blob_key(kek, nonce, key);
	if (err == 0)
		err = crypt_open(key, zero_iv, buf_str(&aad), blob, &plain);
	if (err == 0 && plain.n < SALT_LEN)
		err = ERR_CRYPTO;
	if (err == 0) {
		memcpy(salt, plain.p, SALT_LEN);
		buf_put(body, plain.p + SALT_LEN, plain.n - SALT_LEN);
		err = body->err;
	}
	explicit_bzero(key, sizeof(key));
	buf_wipe(&plain);
	buf_release(&aad);
	return err;
}
