/*
 * The signer: holds the log key and nothing else (DESIGN §2).
 *
 *	question  u32 BE length, u8 kind, u64 BE size, 32 root, proof
 *	          kind 'I' (first, once): the committed head, no proof
 *	          kind 'S': sign this head; proof is n × 32
 *	answer    u32 BE error (two's complement), 64 signature
 *
 * SECURITY: the store may have gone mad; the signer signs only what grows
 * consistently from what it signed before.  It sees sizes and hashes, never
 * an entry.
 */
#include "server/signer_wire.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "audit/signer.h"
#include "core/err.h"
#include "core/log.h"
#include "server/roles.h"
#include "server/sandbox.h"

int
signer_io(int fd, void *p, size_t n, bool writing)
{
	uint8_t *at = p;
	ssize_t k;

	while (n > 0) {
		k = writing ? write(fd, at, n) : read(fd, at, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return ERR_IO;
		at += k;
		n -= (size_t)k;
	}
	return 0;
}

/* Reads one question; ERR_IO at the end of the stream. */
static int
get_question(uint8_t buf[SIGNER_MAX], size_t *n)
{
	uint8_t head[4] = { 0 };
	struct rd r = rd_of(str_n(head, sizeof(head)));

	if (signer_io(FD_ASKER, head, sizeof(head), false) != 0)
		return ERR_IO;
	*n = rd_be32(&r);
	if (*n < SIGNER_FIXED || *n > SIGNER_MAX)
		return ERR_PEER;
	return signer_io(FD_ASKER, buf, *n, false);
}

static int
parse_question(
    struct str q, uint8_t *kind, struct checkpoint *c, struct tree_proof *proof)
{
	struct rd r = rd_of(q);
	struct str root;
	struct str h;

	*kind = rd_u8(&r);
	c->size = rd_be64(&r);
	root = rd_bytes(&r, SHA256_LEN);
	proof->n = 0;
	while (r.left > 0 && r.err == 0) {
		h = rd_bytes(&r, SHA256_LEN);
		if (r.err != 0 || proof->n == TREE_PROOF_MAX)
			return ERR_PEER;
		memcpy(proof->h[proof->n++].b, h.p, SHA256_LEN);
	}
	if (rd_end(&r) != 0)
		return ERR_PEER;
	memcpy(c->root.b, root.p, SHA256_LEN);
	return 0;
}

static int
put_answer(int err, const uint8_t sig[ED25519_SIG])
{
	uint8_t out[4 + ED25519_SIG];
	uint32_t e = (uint32_t)err;

	out[0] = (uint8_t)(e >> 24);
	out[1] = (uint8_t)(e >> 16);
	out[2] = (uint8_t)(e >> 8);
	out[3] = (uint8_t)e;
	memcpy(out + 4, sig, ED25519_SIG);
	return signer_io(FD_ASKER, out, sizeof(out), true);
}

static int
serve(struct signer *s, const char *origin, struct crypt_key **key)
{
	uint8_t buf[SIGNER_MAX];
	uint8_t sig[ED25519_SIG] = { 0 };
	struct checkpoint c = { 0 };
	struct tree_proof proof;
	uint8_t kind;
	size_t n;
	int err = str_copy(c.origin, sizeof(c.origin), str_of(origin));

	while (err == 0 && get_question(buf, &n) == 0) {
		memset(sig, 0, sizeof(sig));
		err = parse_question(str_n(buf, n), &kind, &c, &proof);
		if (err != 0)
			break;
		if (kind == SIGNER_INIT && *key != NULL) {
			err = signer_init(s, origin, *key, &c);
			*key = NULL;
		} else if (kind == SIGNER_SIGN && *key == NULL) {
			err = signer_sign(s, &c, &proof, sig);
		} else {
			err = ERR_PEER;
		}
		if (put_answer(err, sig) != 0)
			return 0;
	}
	if (err != 0)
		log_error("signer", "refused: %s", err_name(err));
	return err == 0 ? 0 : 1;
}

int
signer_main(const struct server_args *args, const struct site_conf *conf)
{
	char path[SERVER_PATH];
	struct crypt_key *key = NULL;
	struct signer s = { 0 };
	int err;
	int rc = 1;

	signal(SIGINT, SIG_IGN); /* the store signs its SERVER_STOP first */
	signal(SIGTERM, SIG_IGN);
	server_path(path, args->dir, "keys/log.key");
	err = crypt_key_load(path, &key);
	if (err != 0) {
		log_error("signer", "keys/log.key: %s", err_name(err));
		return 1;
	}
	err = sandbox_common(16);
	if (err == 0)
		(void)mlockall(MCL_CURRENT); /* the key, where limits allow */
	if (err == 0)
		err = sandbox_calls();
	if (err == 0)
		rc = serve(&s, conf->origin, &key);
	else
		log_error("signer", "sandbox: %s", err_name(err));
	signer_release(&s);
	crypt_key_free(key);
	return rc;
}
