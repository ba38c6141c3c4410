/*
 * The person anew: the assertion of a log-in or of an act, and the check that
 * every operation with `fresh` in its row goes through (DESIGN §1 promise 8;
 * PRM-20).
 *
 *	act_begin {op, act}   salt; the act is bound to this connection
 *	login_pin {verifier}  counted; challenge, envelope, share
 *	<op> with Request.assertion and Request.signature over the act
 */
#ifndef SERVER_FRESH_H
#define SERVER_FRESH_H

#include "auth/assertion.h"
#include "server/ops.h"
#include "store/account.h"

/*
 * The challenge of this seat, redeemed over `act` by the person of `a`.
 * ERR_EXPIRED, ERR_AUTH, ERR_CRYPTO, ERR_SYNTAX; the refusal is recorded.
 */
int fresh_assertion(struct op_call *c, struct str text, struct str sig,
    const struct account *a, const uint8_t act[SHA256_LEN],
    struct assertion *got) __attribute__((warn_unused_result));

/*
 * For a request whose row is fresh: the assertion is good, over exactly this
 * body, by the person who sits here.  The challenge is used up either way.
 * What it finds is recorded for the log: uv, driver, assertion, signature.
 */
int fresh_check(struct op_call *c, const struct act_who *who,
    const Mamori__Request *env, const ProtobufCMessage *body)
    __attribute__((warn_unused_result));

/* May this person work now: neither suspended nor outside the period. */
int login_open(struct op_call *c, const struct account *a)
    __attribute__((warn_unused_result));

#endif
