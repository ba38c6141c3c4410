/* What a log-in holds; shared by login.c and login_act.c only. */
#ifndef CLIENT_LOGIN_IMPL_H
#define CLIENT_LOGIN_IMPL_H

#include "client/login.h"

/* Armed sensor time of one try, and tries within a minute (DESIGN §8). */
#define FINGER_SECONDS 30
#define ARMED_MOST     3
#define ARMED_MS       60000

/* clang-format off */
#define STEP_LIST(X)							\
/* name    may go on to                                            */	\
X(IDLE,    TO(BEGIN))							\
X(BEGIN,   TO(PIN) | TO(IDLE))						\
X(PIN,     TO(VERIFY) | TO(IDLE))					\
X(VERIFY,  TO(FINGER) | TO(IDLE))					\
X(FINGER,  TO(FINISH) | TO(IDLE))					\
X(FINISH,  TO(CHOOSE) | TO(SELECT) | TO(IDLE))				\
X(CHOOSE,  TO(SELECT) | TO(IDLE))					\
X(SELECT,  TO(IDLE))
/* clang-format on */

#define STEP_ENUM(name, next) STEP_##name,
enum step { STEP_LIST(STEP_ENUM) STEP_COUNT };
#undef STEP_ENUM

/* An act that needs the person anew; op is OP_NONE for a log-in. */
struct login_act {
	enum op op;
	struct buf body;	    /* packed request */
	uint8_t digest[SHA256_LEN]; /* of its text */
	/* a change of PIN */
	struct secret new_pin;
	uint8_t salt[16];
	struct crypt_scrypt par;
	ui_done *done;
};

/* What one PIN released: a challenge and one or two fingers to sign it. */
struct login_fingers {
	uint8_t challenge[32];
	uint8_t share[32];
	uint64_t counter;
	int64_t until; /* boot time: the challenge is over */
	struct {
		struct buf envelope;
		unsigned finger;
	} one[2];
	size_t n;
	size_t at;
	bool change; /* the helper was told to stop for the other one */
};

struct login {
	struct login_env env;
	enum step step;
	struct bio *bio;
	struct secret pin;
	char purpose[8];
	char match_id[33];
	char duty[33];
	int tries_left;
	int64_t armed[ARMED_MOST]; /* boot time of the last ones, a ring */
	unsigned armings;
	struct login_fingers fingers;
	bool doubted; /* the hint of an attack was told */
	struct login_act act;
	ui_login_fn *fn;
	void *arg;
};

/* Copies the answer; ERR_PEER, ERR_NOMEM. */
int login_fingers_take(struct login *l, const Mamori__LoginPinAns *pa);
void login_fingers_forget(struct login_fingers *f);

/* The sensor waits no longer than the challenge is good. */
unsigned login_finger_seconds(const struct login *l);

/* Moves on; a move that the table does not have is a bug. */
void login_step(struct login *l, enum step next);

/* Back to IDLE from anywhere; nothing of the try remains. */
void login_stop(struct login *l);

/* login_stop(), then UI_LOGIN_FAILED. */
void login_fail(struct login *l, int err);

void login_emit(struct login *l, enum ui_login_step step);
void login_ask(
    struct login *l, enum op op, const ProtobufCMessage *req, ui_done *done);

/* What log-ins and acts begin with. */
void login_prepare(struct login *l, const char *purpose, struct str match_id,
    const struct secret *pin, ui_login_fn *fn, void *arg);

/* The helper for the verifier of the PIN. */
void login_pin_helper(
    struct login *l, struct str salt, struct crypt_scrypt par);

/* An act: the sensor's request, what goes out with the assertion, the end. */
void login_act_finger(const struct login *l, struct bio_request *req);
void login_act_send(struct login *l, const struct bio_event *ev);
void login_act_forget(struct login_act *act);

#endif
