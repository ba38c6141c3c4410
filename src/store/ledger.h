/*
 * The log in the database (audit-log.md §4): leaves, tree nodes, the sequence
 * of every source and the signed head.
 *
 * Life of a turn: ledger_add() for each act, ledger_seal() once, COMMIT, then
 * proofs.  After a failure the whole ledger is thrown away and opened again
 * from what was committed.
 */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "audit/entry.h"
#include "audit/note.h"
#include "store/db.h"
#include "store/kek.h"

#define LEDGER_NODE_MAX 64

struct ledger;

/* Asks whoever holds the log key. */
typedef int ledger_sign(void *ctx, const struct checkpoint *next,
    const struct tree_proof *consistency, uint8_t sig[ED25519_SIG]);

/*
 * Loads the committed head and re-checks it (§4.3): signature, right edge
 * against the root, the last 1000 leaves against their hashes.  An empty log
 * has size 0.  ERR_CORRUPT, ERR_CRYPTO, ERR_IO.  db and kek are borrowed.
 */
int ledger_open(struct ledger **out, struct db *db, struct kek *kek,
    const struct note_vkey *vkey) __attribute__((warn_unused_result));
void ledger_close(struct ledger *l);

/* The committed head, and its note. */
const struct checkpoint *ledger_head(const struct ledger *l);
struct str ledger_note(const struct ledger *l);
const char *ledger_origin(const struct ledger *l);

/* Time of the last entry; 0 in an empty log. */
int64_t ledger_last_ms(const struct ledger *l);

/* Where a source stands: epoch and next number. ERR_NOTFOUND: never seen. */
int ledger_node_get(struct ledger *l, struct str node, uint64_t *epoch,
    uint64_t *next) __attribute__((warn_unused_result));

/* Starts a new epoch of a source at number 0. */
int ledger_node_put(struct ledger *l, struct str node, uint64_t epoch)
    __attribute__((warn_unused_result));

/* What ledger_add() is told. */
struct ledger_act {
	struct str kind;
	struct str node;
	uint64_t epoch; /* 0: the source's present epoch and next number */
	uint64_t seq;
	int64_t now_ms;
	uint8_t digest[32]; /* of the request, for retries */
	struct str body;    /* empty: an entry without body */
	size_t pubs;
	struct entry_pub pub[ENTRY_PUB_MAX];
};

/* … and what it made. Release with ledger_made_release(). */
struct ledger_made {
	uint64_t index;
	struct buf entry;
	uint8_t salt[32];
};
void ledger_made_release(struct ledger_made *m);

/*
 * Appends one entry.  ERR_BADSTATE when (epoch, seq) is not the next of its
 * source.  The leaf is hashed twice, once from the bytes as they were bound;
 * a difference ends the process (CT log Yeti died of one flipped bit).
 */
int ledger_add(struct ledger *l, const struct ledger_act *act,
    struct ledger_made *made) __attribute__((warn_unused_result));

/* Entries since the last committed head? */
bool ledger_grew(const struct ledger *l);

/*
 * The checkpoint over all entries: signed by `sign`, its signature verified,
 * stored.  Nothing to do without new entries.
 */
int ledger_seal(struct ledger *l, ledger_sign *sign, void *ctx)
    __attribute__((warn_unused_result));

/* After COMMIT: what was sealed is the head now. */
void ledger_committed(struct ledger *l);

/* Proofs in the committed head. */
int ledger_inclusion(struct ledger *l, uint64_t index, struct tree_proof *out);
int ledger_consistency(struct ledger *l, uint64_t old, struct tree_proof *out);

/* Entry and blob of a committed index, appended. ERR_NOTFOUND. */
int ledger_read(
    struct ledger *l, uint64_t index, struct buf *entry, struct buf *blob);

#endif
