/*
 * The states of one connection, and the only moves between them.
 *
 * Session process and store each keep their own copy and move it with
 * state_move(); neither sets a state by assignment after the start.
 *
 *	NEW ──hello──▶ TERMINAL ──finger──▶ IDENTIFIED ──操作者ID──▶ OPERATOR
 *	                  ▲                     │                 │  ▲
 *	                  └───────logoff────────┴─────────────────┤  │ finger
 *	                  └───────logoff──────────────── LOCKED ◀─┘──┘
 *	CTL is the administrator's socket; CLOSED is the end of each.
 */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include <stdbool.h>
#include <stdint.h>

/* clang-format off */
#define STATE_LIST(X)							\
/* name         meaning                                            */	\
X(NEW,          "connected, certificate accepted, no hello yet")	\
X(TERMINAL,     "terminal known, nobody logged in (TRM-02)")		\
X(IDENTIFIED,   "person known by PIN and finger, no duty chosen")	\
X(OPERATOR,     "working under one operator id (AUT-04)")		\
X(LOCKED,       "away: same person returns, or logs off (TRM-11)")	\
X(CTL,          "administrator on the control socket")			\
X(CLOSED,       "ended")
/* clang-format on */

#define STATE_ENUM(name, meaning) STATE_##name,
enum state { STATE_LIST(STATE_ENUM) STATE_COUNT };
#undef STATE_ENUM

#define IN(name) (1u << STATE_##name)

/* "OPERATOR"; "?" out of range. */
const char *state_name(enum state s);
const char *state_meaning(enum state s);

/* True when the table allows from → to. */
bool state_may(enum state from, enum state to);

/* Moves *s, or returns ERR_BADSTATE and leaves it. */
int state_move(enum state *s, enum state to);

#endif
