/*
 * F8 in a text field: kanji for the reading before the cursor, an address for
 * a postal code or for the heads of its parts (SRC-13), other forms of the
 * kanji before the cursor.  Where the port has no dictionaries F8 is no key.
 */
#ifndef UI_ASSIST_H
#define UI_ASSIST_H

#include "ui/formview.h"

/* Is F8 a key here?  Without the packages it says what to install. */
bool assist_knows(const struct formview *f, const struct form_item *it);

/* Is there anything to look up in: the key line names F8. */
bool assist_here(const struct formview *f, const struct form_item *it);

/* Looks up and shows the candidates over the page, or says why not. */
void assist_open(struct view *owner, struct formview *f, struct form_item *it);

#endif
