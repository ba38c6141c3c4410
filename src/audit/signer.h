/*
 * The rules of the one who holds the log key (DESIGN §2): it signs only a
 * checkpoint that grows from the last one it signed and is consistent with
 * it, so a store gone mad cannot make it fork the log.
 */
#ifndef AUDIT_SIGNER_H
#define AUDIT_SIGNER_H

#include "audit/note.h"

struct signer {
	struct note_vkey vkey;
	struct crypt_key *key; /* owned */
	struct checkpoint last;
};

/* Starts from the committed head (size 0 for a new log). */
int signer_init(struct signer *s, const char *origin, struct crypt_key *key,
    const struct checkpoint *committed);
void signer_release(struct signer *s);

/*
 * Checks size > last.size (or equal with the same root) and the consistency
 * proof, then signs.  ERR_FORK refuses.
 */
int signer_sign(struct signer *s, const struct checkpoint *next,
    const struct tree_proof *consistency, uint8_t sig[ED25519_SIG]);

#endif
