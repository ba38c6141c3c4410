/*
 * Checkpoints as C2SP signed notes (audit-log.md §3.5).
 */
#ifndef AUDIT_NOTE_H
#define AUDIT_NOTE_H

#include "audit/tree.h"

#define NOTE_MAX 2048
#define NOTE_ORIGIN_MAX 200

/* A verifier key: "name+hex(key id)+base64(0x01 || pub)". */
struct note_vkey {
	char name[NOTE_ORIGIN_MAX + 1];
	uint8_t id[4];
	uint8_t pub[ED25519_PUB];
};

struct checkpoint {
	char origin[NOTE_ORIGIN_MAX + 1];
	uint64_t size;
	struct tree_hash root;
};

/* Key of that name; ERR_SYNTAX for a name that C2SP does not allow. */
int note_vkey_make(const char *name, const uint8_t pub[ED25519_PUB],
    struct note_vkey *out);
int note_vkey_parse(struct str text, struct note_vkey *out);
void note_vkey_put(const struct note_vkey *k, struct buf *out);

/* The signed text: origin LF size LF base64(root) LF. */
void note_text(const struct checkpoint *c, struct buf *out);

/* Text, blank line and the signature line of `key` (named k). */
int note_sign(const struct checkpoint *c, const struct note_vkey *k,
    const struct crypt_key *key, struct buf *out);
/* The same with a signature that a signer process made. */
void note_assemble(const struct checkpoint *c, const struct note_vkey *k,
    const uint8_t sig[ED25519_SIG], struct buf *out);

/*
 * Opens a note: exactly the three lines, no extensions, canonical numbers and
 * base64, origin == k->name, at least one signature by k, none of k bad,
 * unknown signature lines ignored but well-formed.  ERR_SYNTAX, ERR_CRYPTO.
 */
int note_open(struct str note, const struct note_vkey *k,
    struct checkpoint *out);

#endif
