/*
 * A form on the screen: fields from the forms folder, one row each, with the
 * meaning of the value beside it.
 *
 * A field is checked when it is left and again before the form is sent; the
 * message names the item, the reason and what to do (TRM-18, ERR-03), and the
 * first wrong field gets the focus.
 */
#ifndef UI_FORMVIEW_H
#define UI_FORMVIEW_H

#include "core/form.h"
#include "ui/edit.h"
#include "ui/view.h"

#define FORM_FIELDS 24
#define FORM_ECHO   128
#define NO_CHOICE   ((size_t)-1)

struct form_item {
	const struct form_field *def;
	const struct master *master;
	struct edit edit;
	size_t choice;		/* index in master */
	char echo[FORM_ECHO];	/* "昭和55年12月26日（金）" */
	char value[EDIT_BYTES]; /* what is sent */
	bool wrong;
	bool blank; /* searched for as "no data" (SRC-03) */
};

struct formview {
	const struct ui_port *port;
	const struct form *form;
	const char *submit; /* message id of the last line; NULL without */
	size_t n;
	size_t focus; /* n = the submit line */
	size_t kana_filled; /* bytes of フリガナ that F8 put there */
	struct form_item item[FORM_FIELDS];
};

enum form_did {
	FORM_NOT_MINE,
	FORM_USED,
	FORM_CHANGED, /* a value changed */
	FORM_SUBMIT,  /* Enter on the submit line, or F10; not checked yet */
};

/* ERR_RANGE when the form has too many fields or a master is missing. */
int formview_init(struct formview *f, const struct ui_port *port,
    const struct form *form, const char *submit);

/* Overwrites every value. */
void formview_wipe(struct formview *f);

/* One key; messages go to v. */
enum form_did formview_key(
    struct formview *f, struct view *v, const struct key *k);

/* Checks all; false after saying what is wrong and moving there. */
bool formview_check(struct formview *f, struct view *v);

/* Rows from y to y + rows - 1; `active` shows the focus. */
void formview_draw(
    struct formview *f, struct grid *g, int y, int rows, bool active);

/* The checked value of a field; empty when there is no such field. */
struct str formview_value(const struct formview *f, const char *id);

/* Sets a field as if it had been typed. */
void formview_set(struct formview *f, const char *id, struct str text);

/* The item with that id, or NULL. */
struct form_item *formview_item(struct formview *f, const char *id);

/* The PIN field's bytes into `out`. */
void formview_secret(const struct formview *f, struct secret *out);

/* Moves to a field and says what is wrong with it. */
void formview_fault(
    struct formview *f, struct view *v, const char *id, const char *fault);

/* Help of the field with the focus (message id). */
const char *formview_help(const struct formview *f);

/* The action list that fits the focus: choices, kana, … */
const enum action *formview_actions(const struct formview *f);

/* One entry was chosen in the list of F4. */
void formview_choose(struct formview *f, struct form_item *it, size_t entry);

/* F4: a list over the page. */
struct view *choice_new(
    struct view *owner, struct formview *f, struct form_item *it);

#endif
