/*
 * The part of log-in and lock page that shows PIN and finger being checked:
 * one log-in of struct ui_port, its steps in words, its end in words.
 */
#ifndef UI_AUTH_H
#define UI_AUTH_H

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
	/* several operator ids: `choice` is filled; NULL picks nothing */
	void (*choose)(struct view *owner);
	bool pin_only; /* the lock page asks for no ID */
	bool running;
	enum ui_login_step step;
	int guide;
	int64_t until; /* boot clock: when the finger time is over */
	size_t n;
	struct auth_choice choice[AUTH_CHOICES];
};

/* Starts; the PIN is copied by the port. */
void auth_start(struct auth *a, const char *purpose, struct str match_id,
    const struct secret *pin);

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
