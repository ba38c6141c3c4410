/*
 * Log-in and unlock as a state machine (DESIGN §8):
 *
 *	IDLE ─▶ BEGIN ─▶ PIN ─▶ VERIFY ─▶ FINGER ─▶ FINISH ─▶ CHOOSE ─▶ SELECT
 *
 * BEGIN, VERIFY, FINISH and SELECT wait for the server, PIN and FINGER for
 * mamori-bio, CHOOSE for the operator.  An unlock ends after FINISH.
 */
#ifndef CLIENT_LOGIN_H
#define CLIENT_LOGIN_H

#include "auth/bio.h"
#include "ui/port.h"

/* What a log-in needs of the program around it. */
struct login_env {
	void *ctx;
	/* as in struct ui_port */
	void (*call)(void *ctx, enum op op, const ProtobufCMessage *req,
	    ui_done *done, void *arg);
	void (*cancel)(void *ctx, void *arg);
	/* boot-time clock, for the budget of the armed sensor */
	int64_t (*boot_ms)(void *ctx);
	/* call() of an operation whose row is fresh */
	void (*call_act)(void *ctx, enum op op, const ProtobufCMessage *req,
	    struct str assertion, struct str signature, ui_done *done,
	    void *arg);
	/* the TLS exporter of the connection; ERR_BADSTATE without one */
	int (*exporter)(void *ctx, uint8_t out[32]);
	/* the server accepted the assertion */
	void (*identified)(
	    void *ctx, struct str match_id, const Mamori__LoginFinishAns *fin);
	/* the person works under an operator id from now on */
	void (*selected)(void *ctx, const Mamori__OperatorSelectAns *sel);
	const char *sensor;
	const char *terminal_dir;
	const char *helper;
	const char *origin; /* borrowed for the life of the login object */
	const char *terminal;
};

struct login;

struct login *login_new(const struct login_env *env)
    __attribute__((warn_unused_result));

/* Kills a helper that still runs, wipes, frees; NULL is fine. */
void login_free(struct login *l);

/*
 * Starts; one at a time: a second start cancels the first silently.  The PIN
 * is copied.  Events arrive through fn, never from inside this call, and end
 * with UI_LOGIN_DONE or UI_LOGIN_FAILED.  `duty` is the operator id that is
 * taken without asking when it is among the choices; NULL for none.  Within a
 * minute the sensor is armed three times at most without a match (DESIGN §8):
 * a fourth start ends with ERR_LIMIT before the server counts a try.
 */
void login_start(struct login *l, const char *purpose, struct str match_id,
    const struct secret *pin, const char *duty, ui_login_fn *fn, void *arg);

/*
 * An act of the person who sits here: PIN and finger over `digest`, the
 * SHA-256 of act_text(), then the request.  When the server answered the
 * request, `done` gets that answer and fn nothing more; anything that fails
 * before ends with UI_LOGIN_FAILED.  For OP_pin_change req and digest are NULL
 * and new_pin is what the credential is sealed with.
 */
struct login_act_start {
	enum op op;
	const ProtobufCMessage *req;
	const uint8_t *digest;
	struct str match_id;
	const struct secret *pin;
	const struct secret *new_pin;
	ui_login_fn *fn;
	ui_done *done;
	void *arg;
};
void login_act(struct login *l, const struct login_act_start *start);

/* The operator id of UI_LOGIN_CHOOSE; otherwise nothing happens. */
void login_choose(struct login *l, struct str operator_id);

/*
 * While a finger is awaited: the sensor waits for the person's other
 * registered finger instead, over the same challenge, so no further try is
 * counted (AUT-01).  Nothing happens without one or while the sensor must
 * rest.
 */
void login_other(struct login *l);

/* Stops without a further event. */
void login_cancel(struct login *l);

/* Whose log-in is or was last under way. */
const char *login_match_id(const struct login *l);

/* The helper's descriptor to poll for POLLIN, -1 for none. */
int login_fd(const struct login *l);

/* Reads what the helper says; call it when login_fd() is ready or a deadline
 * may have passed. */
void login_io(struct login *l);

/* ms until login_io() must be called, -1 for never. */
int login_timeout(const struct login *l);

/* True while a log-in is under way and not waiting for the operator's choice
 * or finger. */
bool login_is_busy(const struct login *l);

#endif
