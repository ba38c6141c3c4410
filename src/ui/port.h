/*
 * What screens ask of the program around them.  client/ implements it with
 * the network, the helper and the log checks; a test implements it with
 * canned answers.  ui/ knows nothing of sockets, TLS or sensors.
 *
 * Every request is answered exactly once through its callback, on the main
 * loop, never from inside the call; or never, after cancel().
 */
#ifndef UI_PORT_H
#define UI_PORT_H

#include "core/form.h"
#include "core/op.h"
#include "core/secret.h"
#include "core/str.h"
#include "mamori.pb-c.h"

/*
 * err 0: ans is the verified answer of the operation (valid in the callback
 * only).  Otherwise ans is NULL; item names what the refusal is about.
 * `refused` tells the server's "no" (an entry exists) from "no answer"
 * (ERR_TIMEOUT, ERR_IO: server away) and from a failed check of the log
 * (ERR_FORK, ERR_CRYPTO): the three are never shown alike.
 */
struct ui_answer {
	int err;
	bool refused;
	struct str item;
	const ProtobufCMessage *ans;
};
typedef void ui_done(void *arg, const struct ui_answer *a);

/* Steps of a log-in or unlock as the operator sees them. */
enum ui_login_step {
	UI_LOGIN_PIN,     /* PIN is being checked */
	UI_LOGIN_PLACE,   /* place the finger; seconds left */
	UI_LOGIN_FINGER,  /* finger seen */
	UI_LOGIN_GUIDE,   /* guide says what to change */
	UI_LOGIN_PREVIEW, /* what the sensor sees; the step goes on */
	UI_LOGIN_SIGNING, /* matched; server is asked */
	UI_LOGIN_CHOOSE,  /* log-in only: pick one of fin->choices */
	UI_LOGIN_REPIN,   /* log-in only: known, but the PIN is too old; the
			     end until it is changed (AUT-12) */
	UI_LOGIN_DONE,    /* in; who is set */
	UI_LOGIN_FAILED,  /* err; tries_left when known */
};
struct ui_login_event {
	enum ui_login_step step;
	int err;
	int guide;          /* enum bio_guide of auth/bio.h */
	unsigned width;     /* of the picture */
	unsigned height;
	struct str grey;    /* width * height, valid in the callback only */
	unsigned seconds;
	int tries_left;     /* -1 unknown */
	unsigned finger;    /* the one to place, 1..10; 0 unknown */
	bool other;         /* login_other() would take another one */
	const Mamori__LoginFinishAns *fin;
};
typedef void ui_login_fn(void *arg, const struct ui_login_event *ev);

/*
 * An act that needs the person anew.  new_pin only for OP_pin_change, whose
 * req is NULL.
 */
struct ui_act {
	enum op op;
	const ProtobufCMessage *req;
	const struct secret *pin;
	const struct secret *new_pin;
};

struct ui_site {
	char name[129];
	char terminal[65];
	char place[129];
	unsigned idle_seconds;
	unsigned list_limit;
	unsigned pin_min;
	bool synthetic;
};

struct ui_who {
	bool in;
	char name[257];
	char dept[129];
	char match_id[33];
	char operator_id[33];
	right_set rights;
	int64_t last_login_ms;
	char last_terminal[65];
	unsigned failures_before;
};

/* What entry help looks up (SRC-13). */
enum ui_help {
	UI_HELP_WORD,	/* a reading: any word */
	UI_HELP_PERSON, /* a reading: 氏 or 名 first */
	UI_HELP_PLACE,	/* a reading: place names first */
	UI_HELP_POSTAL, /* seven digits: addresses */
	UI_HELP_HEADS,	/* heads of the parts of an address: 「ト ヒ シ」 */
};
/* One candidate, best first; valid in the callback only. */
typedef void ui_help_fn(void *arg, struct str text, struct str beside);

struct glyphs;

struct ui_port {
	void *ctx;
	/* Copies what it needs of req. */
	void (*call)(void *ctx, enum op op, const ProtobufCMessage *req,
	    ui_done *done, void *arg);
	/* Forgets callbacks with this arg. */
	void (*cancel)(void *ctx, void *arg);
	/* purpose "login" or "unlock"; the PIN is copied and wiped by the port. */
	void (*login)(void *ctx, const char *purpose, struct str match_id,
	    const struct secret *pin, ui_login_fn *fn, void *arg);
	/* The exact text of an act: what the finger stands for (core/act.h). */
	void (*act_text)(void *ctx, enum op op, const ProtobufCMessage *req,
	    struct buf *out);
	/*
	 * PIN and finger over that text, then the request.  fn tells the steps
	 * and ends with UI_LOGIN_FAILED, or `done` gets the server's answer.
	 * login_cancel() stops it too.
	 */
	void (*act)(void *ctx, const struct ui_act *act, ui_login_fn *fn,
	    ui_done *done, void *arg);
	void (*login_choose)(void *ctx, struct str operator_id);
	void (*login_cancel)(void *ctx);
	/* the person's other registered finger is asked for instead */
	void (*login_other)(void *ctx);
	/* Demo bar: presses a finger on the virtual sensor. NULL without one. */
	void (*press)(void *ctx, const char *finger);
	/* Demo: who may log in with which PIN, for the login page; or NULL. */
	const char *exercise;
	const struct ui_site *(*site)(void *ctx);
	const struct ui_who *(*who)(void *ctx);
	const struct form *(*form)(void *ctx, const char *id);
	const struct master *(*master)(void *ctx, const char *id);
	int64_t (*wall_ms)(void *ctx);
	int64_t (*boot_ms)(void *ctx);
	/*
	 * Entry help from the terminal's own dictionaries; NULL without.
	 * Nothing is sent, learned or written.  help() calls fn from inside;
	 * ERR_SYNTAX when `typed` is nothing of that kind.
	 */
	bool (*helps)(void *ctx, enum ui_help what);
	int (*help)(void *ctx, enum ui_help what, struct str typed,
	    ui_help_fn *fn, void *arg);
	/* Message id: what is not installed; NULL when nothing is missing. */
	const char *(*help_notice)(void *ctx);
	/* Fonts for the enlargement (SRC-12); NULL, or gives NULL: none. */
	struct glyphs *(*glyphs)(void *ctx);
};

#endif
