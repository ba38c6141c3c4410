/*
 * What a terminal checks before it draws anything (audit-log.md §5), and what
 * it remembers between runs.
 */
#ifndef AUDIT_RECEIPT_H
#define AUDIT_RECEIPT_H

#include "audit/entry.h"
#include "audit/note.h"
#include "mamori.pb-c.h"

/* The remembered log head: size 0 = nothing seen yet (trust on first use of
 * the pinned key). */
struct receipt_state {
	struct note_vkey key; /* pinned */
	struct checkpoint last;
};

/* What this terminal asked, to be found in the logged body. */
struct receipt_want {
	struct str node;  /* terminal id; empty: accept the server's source */
	uint64_t epoch;
	uint64_t seq;
	struct str lines; /* request lines as signed; empty: not checked */
	struct str tsig;  /* 64 raw bytes */
	const char *kind; /* expected kind when code == 0; else "deny" */
};

/* What the entry says, borrowed from the receipt. */
struct receipt_seen {
	uint64_t index;
	int64_t time_ms;
	struct str body;
	struct checkpoint head;
};

/*
 * Rules 1-5 of §5: note by the pinned key, growth and consistency from
 * state->last, inclusion, source, kind, body root, our lines and signature
 * in it.  0, ERR_FORK (smaller or inconsistent), ERR_CRYPTO, ERR_SYNTAX.
 * Does not change state: the caller does after rule 6.
 */
int receipt_check(const Mamori__Receipt *r, const struct receipt_state *state,
    const struct receipt_want *want, struct receipt_seen *seen);

/* Rule 6: is `subject atena:<no>` in the body? */
bool receipt_has_subject(const struct receipt_seen *seen, struct str no);
/* Rule 6: is the item named in the `items` line? */
bool receipt_has_item(const struct receipt_seen *seen, const char *item);

#endif
