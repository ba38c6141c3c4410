/*
 * The rules of the one who holds the log key.
 *
 * SECURITY: the store asks, and may be mad or taken over.  Nothing is signed
 * that does not grow from the last checkpoint signed here, so one key never
 * signs two histories (audit-log.md §2, C2SP tlog-checkpoint).
 */
#include "audit/signer.h"

#include <string.h>

#include "core/err.h"

int
signer_init(struct signer *s, const char *origin, struct crypt_key *key,
    const struct checkpoint *committed)
{
	uint8_t pub[ED25519_PUB];
	int err;

	memset(s, 0, sizeof(*s));
	crypt_key_pub(key, pub);
	err = note_vkey_make(origin, pub, &s->vkey);
	if (err != 0)
		return err;
	if (committed->size != 0 && strcmp(committed->origin, origin) != 0)
		return ERR_FORK;
	s->key = key;
	s->last = *committed;
	return 0;
}

void
signer_release(struct signer *s)
{
	crypt_key_free(s->key);
	memset(s, 0, sizeof(*s));
}

static int
check_growth(const struct signer *s, const struct checkpoint *next,
    const struct tree_proof *consistency)
{
	if (next->size == 0 || next->size > (uint64_t)INT64_MAX ||
	    strcmp(next->origin, s->vkey.name) != 0)
		return ERR_FORK;
	if (tree_verify_consistency(s->last.size, next->size, &s->last.root,
		&next->root, consistency) != 0)
		return ERR_FORK;
	return 0;
}

int
signer_sign(struct signer *s, const struct checkpoint *next,
    const struct tree_proof *consistency, uint8_t sig[ED25519_SIG])
{
	uint8_t mine[ED25519_SIG];
	struct buf text = BUF_INIT;
	int err;

	err = check_growth(s, next, consistency);
	if (err != 0)
		return err;
	note_text(next, &text);
	err = text.err;
	if (err == 0)
		err = crypt_sign(s->key, buf_str(&text), mine);
	/* a signature that a broken CPU made must not leave (§4.2) */
	if (err == 0)
		err = crypt_verify_raw(
		    s->vkey.pub, buf_str(&text), str_n(mine, sizeof(mine)));
	buf_release(&text);
	if (err != 0)
		return err;
	memcpy(sig, mine, sizeof(mine));
	s->last = *next;
	return 0;
}
