/*
 * Messages between the caller (bio.c) and mamori-bio on descriptor 3, a
 * SOCK_SEQPACKET pair: one message is one record.
 *
 *	request   0x01 'R' kind, byte fields (be32 length, bytes) in the order
 *	          of BIOPROTO_FIELDS, numbers in the order of BIOPROTO_NUMBERS
 *	          (be64 each)
 *	cancel    0x01 'C'
 *	event     0x01 'E' kind, err (be32), numbers, byte fields
 *
 * A field that the kind does not use is empty; what does not fit is refused
 * as a whole.
 */
#ifndef AUTH_BIOPROTO_H
#define AUTH_BIOPROTO_H

#include "auth/bio.h"

#define BIOPROTO_FD	      3
#define BIOPROTO_MAX	      131072
#define BIOPROTO_IMAGE_MAX    65536
#define BIOPROTO_ENVELOPE_MAX 32768
#define BIOPROTO_TIMEOUT_MAX  30

/* clang-format off */
#define K_INFO   (1u << BIO_INFO)
#define K_PIN    (1u << BIO_PIN)
#define K_ENROLL (1u << BIO_ENROLL)
#define K_SIGN   (1u << BIO_SIGN)
#define K_REPIN	 (1u << BIO_REPIN)
#define K_KEY	 (K_SIGN | K_REPIN) /* opens a credential and signs */
#define K_SEAL	 (K_ENROLL | K_REPIN)
#define K_SENSOR (K_INFO | K_ENROLL | K_KEY)

#define BIOPROTO_FIELDS(X)						\
/* name         text min  max   kinds that carry it                  */	\
X(sensor,       1,   1,   1024, K_SENSOR)				\
X(terminal_dir, 1,   1,   4095, K_ENROLL | K_KEY)			\
X(match_id,     1,   1,   64,   K_ENROLL | K_KEY)			\
X(pin,          0,   1,   SECRET_MAX, K_PIN | K_ENROLL | K_KEY)	\
X(new_pin,      0,   1,   SECRET_MAX, K_REPIN)				\
X(pin_salt,     0,   8,   64,   K_PIN | K_SEAL)			\
X(share,        0,   32,  32,   K_ENROLL | K_KEY)			\
X(modality,     1,   1,   32,   K_ENROLL)				\
X(record_uuid,  1,   1,   64,   K_ENROLL)				\
X(existing,     0,   0,   BIOPROTO_ENVELOPE_MAX, K_ENROLL)		\
X(envelope,     0,   1,   BIOPROTO_ENVELOPE_MAX, K_KEY)		\
X(purpose,      1,   1,   32,   K_KEY)					\
X(origin,       1,   1,   255,  K_KEY)					\
X(terminal,     1,   1,   64,   K_KEY)					\
X(challenge,    0,   32,  32,   K_KEY)					\
X(exporter,     0,   32,  32,   K_KEY)					\
X(act,          0,   32,  32,   K_SIGN)

#define BIOPROTO_NUMBERS(X)						\
/* name         min max                   kinds                      */	\
X(log2_n,       10, 17,                   K_PIN | K_SEAL)		\
X(r,            8,  8,                    K_PIN | K_SEAL)		\
X(p,            1,  4,                    K_PIN | K_SEAL)		\
X(timeout_s,    1,  BIOPROTO_TIMEOUT_MAX, K_ENROLL | K_KEY)		\
X(finger,       1,  10,                   K_ENROLL)			\
X(counter,      0,  UINT64_MAX,           K_KEY)
/* clang-format on */

/* A request as the helper sees it; slices point into the message. */
struct bioproto_request {
	enum bio_kind kind;
#define BIOPROTO_FIELD(name, text, min, max, kinds) struct str name;
	BIOPROTO_FIELDS(BIOPROTO_FIELD)
#undef BIOPROTO_FIELD
#define BIOPROTO_NUMBER(name, min, max, kinds) uint64_t name;
	BIOPROTO_NUMBERS(BIOPROTO_NUMBER)
#undef BIOPROTO_NUMBER
};

/*
 * Appends the message; only what the kind carries is looked at.  ERR_RANGE
 * for a field outside its limits, ERR_NOMEM.
 */
int bioproto_put_request(struct buf *out, const struct bioproto_request *r);
int bioproto_get_request(struct str msg, struct bioproto_request *out);

void bioproto_put_cancel(struct buf *out);
bool bioproto_is_cancel(struct str msg);

/*
 * An event that contradicts itself (a result with an error, a picture of
 * another size) is ERR_RANGE on the way out and ERR_SYNTAX on the way in.
 */
int bioproto_put_event(struct buf *out, const struct bio_event *ev);
int bioproto_get_event(struct str msg, struct bio_event *out);

#endif
