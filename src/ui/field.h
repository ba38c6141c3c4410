/*
 * What each kind of field takes: one row per kind of core/form.h.
 */
#ifndef UI_FIELD_H
#define UI_FIELD_H

#include "ui/formview.h"

/*
 * Checks the text of an item, puts what is sent into it->value and what it
 * means into it->echo, and rewrites the text where the kind has one lawful
 * form.  NULL when it is fine, else a message id: reason and what to do.
 * Empty is always fine here.
 */
const char *field_check(struct form_item *it);

/* How the editor of a field starts. */
void field_start(struct form_item *it);

/* Does F7 switch between kana and letters here? */
bool field_has_kana(const struct form_item *it);
enum edit_mode field_kana(const struct form_item *it);

#endif
