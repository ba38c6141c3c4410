/*
 * The table of allowed moves between the states of a connection.
 *
 * SECURITY: what is not in the table cannot happen; unknown is refused.
 */
#include "core/state.h"

#include "core/err.h"

/* clang-format off */
/* from → set of states that may follow */
static const uint32_t edges[STATE_COUNT] = {
	[STATE_NEW]        = IN(TERMINAL) | IN(CLOSED),
	[STATE_TERMINAL]   = IN(IDENTIFIED) | IN(CLOSED),
	[STATE_IDENTIFIED] = IN(OPERATOR) | IN(TERMINAL) | IN(CLOSED),
	[STATE_OPERATOR]   = IN(LOCKED) | IN(TERMINAL) | IN(CLOSED),
	[STATE_LOCKED]     = IN(OPERATOR) | IN(TERMINAL) | IN(CLOSED),
	[STATE_CTL]        = IN(CLOSED),
	[STATE_CLOSED]     = 0,
};

static const struct {
	const char *name;
	const char *meaning;
} states[STATE_COUNT] = {
#define STATE_ROW(name, meaning) [STATE_##name] = { #name, meaning },
	STATE_LIST(STATE_ROW)
#undef STATE_ROW
};
/* clang-format on */

const char *
state_name(enum state s)
{
	return (unsigned)s < STATE_COUNT ? states[s].name : "?";
}

const char *
state_meaning(enum state s)
{
	return (unsigned)s < STATE_COUNT ? states[s].meaning : "?";
}

bool
state_may(enum state from, enum state to)
{
	if ((unsigned)from >= STATE_COUNT || (unsigned)to >= STATE_COUNT)
		return false;
	return (edges[from] & 1u << to) != 0;
}

int
state_move(enum state *s, enum state to)
{
	if (!state_may(*s, to))
		return ERR_BADSTATE;
	*s = to;
	return 0;
}
