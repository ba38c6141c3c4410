/*
 * The part of log-in and lock page that shows PIN and finger being checked:
 * one log-in of struct ui_port, its steps in words, its end in words.
 */
#ifndef UI_AUTH_H
#define UI_AUTH_H

#include "ui/picture.h"
#include "ui/view.h"

#define AUTH_CHOICES 32

struct auth_choice {
	char operator_id[33];
	char template_name[33];
};

struct auth {
	struct view *owner;
	/* 0: in; else it failed and the owner's message line says why */
	void (*ended)(struct view *owner, int err);
	/* several operator ids: `choice` is filled; NULL for acts */
	void (*choose)(struct view *owner);
	/* log-in only: the PIN is too old (AUT-12); else NULL */
	void (*repin)(struct view *owner);
	/* an act: the server answered it; the log-in parts stay unused */
	void (*acted)(struct view *owner, const struct ui_answer *a);
	bool pin_only; /* the lock page asks for no ID */
	bool running;
	enum ui_login_step step;
	int guide;
	unsigned finger; /* the one to place; 0 unknown */
	bool other;	 /* F7 asks for the other one */
	struct picture picture; /* while the finger is awaited, not longer */
	int64_t until; /* boot clock: when the finger time is over */
	size_t n;
	struct auth_choice choice[AUTH_CHOICES];
};

/* Starts; the PIN is copied by the port. */
void auth_start(struct auth *a, const char *purpose, struct str match_id,
    const struct secret *pin);

/* An act that needs the person anew; ends in `acted` or `ended`. */
void auth_start_act(struct auth *a, const struct ui_act *act);

/* Stops without a word; fine when nothing runs. */
void auth_stop(struct auth *a);

/* F3 stops, the demo keys press; true when the key was used. */
bool auth_key(struct auth *a, const struct key *k);

/* The step in words, from row y on. */
void auth_draw(const struct auth *a, struct grid *g, int y);

/* ms until the countdown changes; -1 when there is none. */
int auth_tick(struct auth *a);

/* "職員（窓口）" of a template name, translated. */
const char *auth_template(const char *name);

#endif
