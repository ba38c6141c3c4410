/*
 * mamori-cred/v1 (DESIGN §8): an operator's credential, sealed.
 *
 *	"mamori-cred/v1\n"
 *	u8  log2_n, u8 r, u8 p      scrypt of the PIN
 *	16  salt, 12 nonce
 *	u8  finger                  FpFinger numbering
 *	modality, driver, uuid      be16 length, bytes
 *	be32 length, sealed         AES-256-GCM, tag last
 *
 * Additional data: everything before the sealed length, then the 照合ID
 * (be16 length, bytes), which the envelope itself does not tell.  Key:
 * HKDF(scrypt(PIN, salt) || group key || server share) with the same salt and
 * the info "mamori-cred/v1".
 * Plaintext: 照合ID, modality, driver, uuid (be16 length, bytes), u8 finger,
 * 32 Ed25519 seed, template (be32 length, bytes).
 */
#ifndef AUTH_CRED_H
#define AUTH_CRED_H

#include "core/secret.h"
#include "core/str.h"
#include "crypt/crypt.h"

#define CRED_MATCH_ID_MAX 64
#define CRED_MODALITY_MAX 32
#define CRED_DRIVER_MAX	  64
#define CRED_UUID_MAX	  64
#define CRED_TEMPLATE_MAX 24576
#define CRED_SALT	  16
#define CRED_SHARE	  32
#define CRED_GROUP	  32
#define CRED_LOG2_N_MAX	  17 /* 128 MiB: an envelope must not exhaust a kiosk */

/* What can be read without a key; slices point into the envelope. */
struct cred_header {
	struct crypt_scrypt scrypt;
	uint8_t salt[CRED_SALT];
	uint8_t nonce[GCM_NONCE];
	unsigned finger;
	struct str modality;
	struct str driver;
	struct str uuid;
	struct str head; /* the additional data without 照合ID */
	struct str sealed;
};

/* ERR_SYNTAX for anything cred_seal() would not write. */
int cred_header_parse(struct str envelope, struct cred_header *out);

/* The three parts of the key (DESIGN §8). */
struct cred_keys {
	struct str pin;
	struct str group; /* CRED_GROUP */
	struct str share; /* CRED_SHARE */
};

/* An open credential; slices point into `plain`. */
struct cred {
	struct str match_id;
	struct str modality;
	struct str driver;
	struct str uuid;
	unsigned finger; /* 1..10 */
	struct str tpl;
	uint8_t seed[ED25519_SEED];
	struct buf plain;
};

/*
 * Appends the envelope with a fresh salt and nonce.  ERR_RANGE (a field or
 * the parameters), ERR_NOMEM, ERR_CRYPTO.  c->plain is not used.
 */
int cred_seal(const struct cred *c, const struct cred_keys *keys,
    struct crypt_scrypt par, struct buf *out);

/*
 * Opens an envelope for this 照合ID.  ERR_SYNTAX (form), ERR_CRYPTO (a wrong
 * PIN, share, group key, 照合ID or a changed byte: they cannot be told apart),
 * ERR_CORRUPT (sealed, but not by us).  Release with cred_wipe().
 */
int cred_open(struct str envelope, struct str match_id,
    const struct cred_keys *keys, struct cred *out);

void cred_wipe(struct cred *c);

/* The group key of a terminal, T/bio/group.key; ERR_IO, ERR_CORRUPT. */
int cred_group_key(const char *terminal_dir, uint8_t out[CRED_GROUP]);

#endif
