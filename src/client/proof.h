/*
 * From the bytes of an answer to something that may be shown: the checks of
 * audit-log.md §5 in their order.  Nothing reaches the ui before them.
 */
#ifndef CLIENT_PROOF_H
#define CLIENT_PROOF_H

#include "audit/receipt.h"
#include "core/op.h"
#include "core/wire.h"

/* What was asked, as it was signed. */
struct proof_ask {
	const struct op_row *row;
	struct receipt_want want; /* kind is set by proof_check() */
};

/* A verified answer; everything lives in the arena. */
struct proof {
	bool proven; /* rules 1 to 5 hold; false with 0 from
			proof_check(): a bare refusal */
	int code;    /* 0, or the server's refusal */
	struct str item;
	const ProtobufCMessage *ans; /* NULL with a code */
	struct receipt_seen seen;
	struct str note; /* the checkpoint as it came */
};

/*
 * Rules 1 to 5.  0, also for a bare refusal: what the session process did not
 * let through has a code, no receipt, and took no number.  ERR_FORK (rolled
 * back or forked; out->note has the evidence), ERR_CRYPTO (no receipt, or one
 * that does not prove this request), ERR_PEER (not an answer at all).
 */
int proof_check(const struct receipt_state *state, struct proof_ask *ask,
    struct str payload, struct wire_arena *a, struct proof *out);

/*
 * Rule 6: every person in the answer has a `subject` line and every field
 * that would be shown is named in `items`.  ERR_CRYPTO.
 */
int proof_covers(const struct op_row *row, const ProtobufCMessage *ans,
    const struct receipt_seen *seen);

#endif
