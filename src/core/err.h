/*
 * Errors: one list for every layer and for the wire.
 *
 * A function that can fail returns 0 or one of these (negative).  The number
 * travels in Answer.code, so a value is never reused or renumbered.  The last
 * column is the English message id that po/ja.po translates; it says the
 * reason, the caller adds the item and what to do (ERR-03, TRM-18).
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

/* clang-format off */
#define ERR_LIST(X)							\
/* name        no   message id                                       */	\
X(NOMEM,       -1,  "out of memory")					\
X(IO,          -2,  "reading or writing failed")			\
X(SYNTAX,      -3,  "the form of the input is wrong")			\
X(RANGE,       -4,  "the value is out of range")			\
X(TOOLONG,     -5,  "the value is too long")				\
X(UTF8,        -6,  "the text has characters that are not allowed")	\
X(NOTFOUND,    -7,  "not found")					\
X(EXISTS,      -8,  "already exists")					\
X(BADSTATE,    -9,  "not possible at this point")			\
X(DENIED,      -10, "you do not have the right")			\
X(AUTH,        -11, "authentication failed")				\
X(LOCKED,      -12, "the account is locked")				\
X(EXPIRED,     -13, "the period or the time is over")			\
X(PEER,        -14, "the other side broke the protocol")		\
X(CRYPTO,      -15, "a cryptographic check failed")			\
X(CORRUPT,     -16, "stored data is damaged")				\
X(FORK,        -17, "the log was rolled back or forked")		\
X(BUSY,        -18, "busy, try again")					\
X(LIMIT,       -19, "a limit was reached")				\
X(TIMEOUT,     -20, "no answer in time")				\
X(CANCELLED,   -21, "cancelled")					\
X(NODEV,       -22, "the sensor is not available")			\
X(VERSION,     -23, "the versions do not fit")				\
X(CLOCK,       -24, "the clock is in doubt")				\
X(MISSING,     -25, "a required item is missing")			\
X(SUSPENDED,   -26, "the account is suspended")
/* clang-format on */

#define ERR_ENUM(name, no, text) ERR_##name = (no),
enum err { ERR_LIST(ERR_ENUM) ERR_OK = 0 };
#undef ERR_ENUM

/* "ERR_DENIED" for -10; "ERR_?" for a number not in the list. */
const char *err_name(int err);

/* The English message id; "" for 0.  Never NULL, static storage. */
const char *err_text(int err);

/* True when err is 0 or in the list: a number from a peer is checked. */
_Bool err_is_known(int err);

/* An impossible state: says where and aborts; never returns. */
_Noreturn void bug(const char *file, int line, const char *what);
#define BUG(what) bug(__FILE__, __LINE__, (what))
#define BUG_ON(cond)                                                           \
	do {                                                                   \
		if (cond)                                                      \
			bug(__FILE__, __LINE__, #cond);                        \
	} while (0)

#endif
