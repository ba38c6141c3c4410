/*
 * Asking mamori-bio (DESIGN §2, §8): one helper process per request, one
 * request, progress, one result.  The caller polls bio_fd(); nothing blocks.
 *
 * SECURITY: the PIN goes to the helper over a socketpair and is wiped here
 * at once; the environment of the helper is empty; a helper that does not
 * answer in time is killed.
 */
#ifndef AUTH_BIO_H
#define AUTH_BIO_H

#include "core/secret.h"
#include "core/str.h"
#include "crypt/crypt.h"

enum bio_kind {
	BIO_INFO,   /* which sensor, is it there */
	BIO_PIN,    /* verifier of a PIN: no sensor */
	BIO_ENROLL, /* new credential */
	BIO_SIGN,   /* match the finger, then sign an assertion */
	BIO_REPIN,  /* match the finger, seal under a new PIN, sign that */
};

struct bio_request {
	enum bio_kind kind;
	const char *sensor;       /* SPEC of DESIGN §5 */
	const char *terminal_dir; /* T: the helper reads T/bio/group.key */
	struct str match_id;
	const struct secret *pin;
	const struct secret *new_pin; /* BIO_REPIN */
	struct str pin_salt;      /* BIO_PIN, BIO_ENROLL, BIO_REPIN (a new one):
				     for the verifier */
	struct crypt_scrypt scrypt;
	struct str share;         /* server share, 32 bytes */
	unsigned timeout_s;       /* armed time of the sensor, at most 30 */
	/* BIO_ENROLL */
	struct str modality;      /* "fingerprint" */
	unsigned finger;          /* FpFinger numbering, 1..10 */
	struct str record_uuid;
	struct str existing;      /* envelope of the person's other finger, if
				     any: opened by the same PIN, and the
				     new finger must not match it */
	/* BIO_SIGN, BIO_REPIN */
	struct str envelope;
	struct str purpose;       /* "login", "unlock" */
	struct str origin;
	struct str terminal;
	uint64_t counter;
	struct str challenge;     /* 32 */
	struct str exporter;      /* 32 */
	struct str act;           /* SHA-256 of the act's text; BIO_REPIN makes
				     its own: act_pin_text() */
};

enum bio_event_kind {
	BIO_EV_READY,    /* sensor open: driver, stages */
	BIO_EV_FINGER,   /* flags: BIO_FINGER_… */
	BIO_EV_PROGRESS, /* stage of stages done (enrolment) */
	BIO_EV_GUIDE,    /* what the person should do: guide */
	BIO_EV_PREVIEW,  /* small grey image of what the sensor sees */
	BIO_EV_DONE,     /* the end: err and, on success, the result */
};

/* What to tell the person (fingerprint.md §2, vein.md). */
enum bio_guide {
	BIO_GUIDE_NONE,
	BIO_GUIDE_AGAIN,
	BIO_GUIDE_TOO_SHORT,
	BIO_GUIDE_CENTER,
	BIO_GUIDE_REMOVE,
	BIO_GUIDE_TOO_FAST,
	BIO_GUIDE_POOR,     /* too few features: press evenly, dry finger */
	BIO_GUIDE_OTHER,    /* not the same finger as the samples before */
	BIO_GUIDE_HOLD,
};

/* DOUBT: it may be a print or a screen; advice, it decides nothing. */
enum bio_finger {
	BIO_FINGER_NEEDED = 1,
	BIO_FINGER_PRESENT = 2,
	BIO_FINGER_DOUBT = 4,
	BIO_FINGER_ALL = 7,
};

struct bio_event {
	enum bio_event_kind kind;
	int err;            /* DONE: 0, ERR_AUTH (no match, wrong PIN), ERR_NODEV,
			       ERR_TIMEOUT, ERR_CANCELLED, ERR_LIMIT (too hot),
			       ERR_CRYPTO (envelope), ERR_IO,
			       ERR_EXISTS (enrolled already, the same PIN) */
	unsigned flags;
	unsigned stage;
	unsigned stages;
	enum bio_guide guide;
	char driver[65];
	unsigned width, height;
	struct str image;   /* PREVIEW: width*height grey, valid until next read */
	/* DONE results, valid until bio_free() */
	struct str verifier;   /* BIO_PIN, BIO_ENROLL: 32 bytes */
	struct str envelope;   /* BIO_ENROLL */
	struct str public_key; /* BIO_ENROLL: 32 bytes */
	struct str assertion;  /* BIO_SIGN: the signed text */
	struct str signature;  /* BIO_SIGN: 64 bytes */
	unsigned finger;
};

struct bio;

/* Of mamori-bio.socket, where the helper has a user of its own. */
#define BIO_SOCKET "/run/mamori/bio.sock"

/*
 * Starts the helper for one request.  `helper` is the path of the program, or
 * of a socket behind which one is started per connection;
 * bio_helper_path() finds it.  0 or ERR_IO, ERR_NOMEM, ERR_RANGE.
 */
int bio_start(struct bio **out, const char *helper,
    const struct bio_request *req) __attribute__((warn_unused_result));

/* To poll for POLLIN. */
int bio_fd(const struct bio *b);

/* 1 and an event, 0 nothing yet; after BIO_EV_DONE only 0. */
int bio_read(struct bio *b, struct bio_event *ev);

/* Asks it to stop; BIO_EV_DONE with ERR_CANCELLED follows. */
void bio_cancel(struct bio *b);

/*
 * Milliseconds until the helper must be killed for silence; call
 * bio_overdue() then, which kills it and makes the next event DONE with
 * ERR_TIMEOUT.
 */
int bio_deadline_ms(const struct bio *b);
void bio_overdue(struct bio *b);

/* Kills and reaps if needed, wipes, frees; NULL is fine. */
void bio_free(struct bio *b);

/*
 * Path of the helper beside `self` (argv[0]/proc/self/exe): the demo build for
 * sensors that begin with "virtual:" or "vein:dir:", else BIO_SOCKET where
 * it is, else the real one.
 */
int bio_helper_path(const char *sensor, char *out, size_t cap);

#endif
