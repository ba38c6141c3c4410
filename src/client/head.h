/*
 * What a terminal remembers between runs: the last checkpoint it verified and
 * its own place in the sequence of requests (audit-log.md §5, DESIGN §2).
 *
 *	mamori-head/v1
 *	epoch 1
 *	next 42
 *
 *	<signed note as it came>
 *
 * in T/state/head.  No personal data: origin, a number, two hashes.
 */
#ifndef CLIENT_HEAD_H
#define CLIENT_HEAD_H

#include "audit/receipt.h"

struct head {
	char path[512];		    /* T/state */
	struct receipt_state state; /* pinned key, last verified checkpoint */
	struct buf note;	    /* its signed note; empty: nothing seen */
	uint64_t epoch;
	uint64_t next_seq;
};

/*
 * Reads T/state/head; a missing file is a terminal that saw nothing yet.
 * `vkey` is the log key of terminal.yaml.  ERR_SYNTAX (vkey), ERR_CORRUPT (a
 * damaged file, or one of another log), ERR_IO.
 */
int head_load(struct head *h, const char *terminal_dir, struct str vkey);
void head_release(struct head *h);

/* Takes the checkpoint of a verified receipt. */
void head_advance(struct head *h, const struct checkpoint *c, struct str note);

/* Writes the file (tmp + rename). ERR_IO. */
int head_save(const struct head *h);

/*
 * Keeps both notes of a fork or rollback in T/state as evidence
 * (audit-log.md §5 rule 2): known-<ms>.note and seen-<ms>.note.  ERR_IO.
 */
int head_evidence(const struct head *h, struct str seen, int64_t now_ms);

#endif
