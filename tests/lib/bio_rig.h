/*
 * A terminal directory, a virtual reader and the real helper process for
 * tests.  No fixed waits: pictures are fed when the helper says the reader
 * wants one.
 */
#ifndef TEST_BIO_RIG_H
#define TEST_BIO_RIG_H

#include "auth/bio.h"

#define BIO_RIG_EVENTS 64

struct bio_rig;

/* Called at each BIO_EV_FINGER "needed"; n counts from 0. */
typedef void bio_rig_feed(struct bio_rig *rig, unsigned n);

struct bio_rig {
	char dir[64]; /* T, with bio/group.key */
	char socket[96];
	char sensor[128]; /* SPEC */
	char helper[4096];
	struct secret pin;
	uint8_t share[32];
	bio_rig_feed *feed;
	unsigned finger; /* for the feeders below */
	unsigned other;
	unsigned impression; /* counts up */
	unsigned needed;     /* edges seen */
	int line;	     /* to virtual_image */
	bool cancel_at_need; /* bio_cancel() instead of feeding */
	bool kill_at_need;   /* SIGKILL to the helper instead */
	/* what the last bio_rig_run() saw */
	unsigned progress;
	unsigned previews; /* pictures of a possible size */
	unsigned guides;
	enum bio_guide guide; /* the last one */
	char driver[65];
	struct bio_event done;
	struct buf verifier;
	struct buf envelope;
	struct buf public_key;
	struct buf assertion;
	struct buf signature;
};

/* kind "image" or "device" of the demo helper. */
void bio_rig_open(struct bio_rig *rig, const char *kind);
void bio_rig_close(struct bio_rig *rig);

/* build/mamori-bio (demo false) or build/demo/mamori-bio. */
void bio_rig_helper(struct bio_rig *rig, bool demo);

/* Requests with everything filled in; change what the test is about. */
struct bio_request bio_rig_request(struct bio_rig *rig, enum bio_kind kind);

/* Runs it to BIO_EV_DONE and gives its err. */
int bio_rig_run(struct bio_rig *rig, const struct bio_request *req);

/* Enrols rig->finger, asserting success. */
void bio_rig_enroll(struct bio_rig *rig);

/* Feeders. */
bio_rig_feed bio_rig_feed_finger; /* rig->finger, next impression */
bio_rig_feed bio_rig_feed_noise;
bio_rig_feed bio_rig_feed_mixed; /* every second picture of rig->other */
bio_rig_feed bio_rig_feed_nothing;

/* Two words of virtual_image's protocol (fingerprint.md §3.1). */
void bio_rig_words(struct bio_rig *rig, int a, int b);

/* One command of virtual_device, on a connection of its own. */
void bio_rig_say(struct bio_rig *rig, const char *command);

#endif
