/*
 * What makes a PIN too weak.
 *
 * SECURITY: the helper that seals a credential asks this, so no other program
 * can make one with a weak PIN; screens ask it first for a better sentence.
 */
#include "core/pin.h"

#include <stdbool.h>

#include "core/err.h"
#include "core/i18n.h"

/* Is it one group of n characters again and again? */
static bool
repeats(struct str pin, size_t n)
{
	size_t i;

	for (i = n; i < pin.n; i++)
		if (pin.p[i] != pin.p[i - n])
			return false;
	return true;
}

/* Does each character follow the one before by the same step? 90 after 89. */
static bool
runs(struct str pin, int step)
{
	size_t i;

	for (i = 1; i < pin.n; i++) {
		int a = (unsigned char)pin.p[i - 1];
		int b = (unsigned char)pin.p[i];

		if (b == a + step)
			continue;
		if (a == (step > 0 ? '9' : '0') && b == (step > 0 ? '0' : '9'))
			continue;
		return false;
	}
	return true;
}

int
pin_check(struct str pin, size_t least)
{
	size_t i;

	if (pin.n < least || pin.n < PIN_FLOOR)
		return ERR_MISSING;
	if (pin.n > PIN_LONGEST)
		return ERR_TOOLONG;
	for (i = 0; i < pin.n; i++)
		if (pin.p[i] <= ' ' || pin.p[i] > '~')
			return ERR_SYNTAX;
	for (i = 1; i <= 4; i++)
		if (repeats(pin, i))
			return ERR_RANGE;
	return runs(pin, 1) || runs(pin, -1) ? ERR_RANGE : 0;
}

const char *
pin_check_text(int err)
{
	switch (err) {
	case 0:
		return "";
	case ERR_MISSING:
		return N_("The new PIN is too short.");
	case ERR_TOOLONG:
		return N_("The new PIN is too long.");
	case ERR_SYNTAX:
		return N_("The new PIN has a character that is not allowed.");
	default:
		return N_("The new PIN is too easy to guess. Avoid repeated "
			  "groups and runs such as 12345678.");
	}
}
