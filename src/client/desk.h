/*
 * Who sits at this terminal, as far as the server said so: the lines that
 * both ends know of each other (core/act.h), and what screens show.
 */
#ifndef CLIENT_DESK_H
#define CLIENT_DESK_H

#include "core/act.h"
#include "ui/port.h"

struct desk {
	enum state state; /* of the connection, as the server moves it */
	struct ui_site site;
	struct ui_who who;
	char template_name[33];
	char auth[65];
	char session[33];
	char duty[33]; /* operator id to go back to after a lost line */
};

/* hello was answered. */
void desk_hello(struct desk *s, const Mamori__HelloAns *ans);

/* PIN and finger were accepted. */
void desk_identified(
    struct desk *s, struct str match_id, const Mamori__LoginFinishAns *fin);

/* Works under an operator id. */
void desk_selected(struct desk *s, const Mamori__OperatorSelectAns *sel);

/* An operation of the table succeeded: lock, logoff. */
void desk_after(struct desk *s, enum op op);

/* The line is lost: rights and session go, the name stays for the return. */
void desk_lost(struct desk *s);

/* The slices for act_lines(), borrowed. */
struct act_who desk_act(const struct desk *s);

#endif
