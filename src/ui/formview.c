/*
 * Forms: keys to fields, fields to rows.
 *
 * SECURITY: values are personal data or a PIN; formview_wipe() overwrites all
 * of them and every owner calls it in close().
 */
#include "ui/formview.h"

#include <string.h>

#include "core/err.h"
#include "core/text.h"
#include "ui/assist.h"
#include "ui/field.h"

#define LABEL_X	   2
#define LABEL_COLS 20
#define FIELD_X	   24

int
formview_init(struct formview *f, const struct ui_port *port,
    const struct form *form, const char *submit)
{
	struct form_item *it;
	size_t i;

	memset(f, 0, sizeof(*f));
	if (form == NULL || form->n == 0 || form->n > FORM_FIELDS)
		return ERR_RANGE;
	f->port = port;
	f->form = form;
	f->submit = submit;
	f->n = form->n;
	for (i = 0; i < f->n; i++) {
		it = &f->item[i];
		it->def = &form->fields[i];
		if (it->def->master != NULL)
			it->master = port->master(port->ctx, it->def->master);
		if (it->def->kind == FIELD_choice && it->master == NULL)
			return ERR_RANGE;
		field_start(it);
	}
	return 0;
}

void
formview_wipe(struct formview *f)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		edit_clear(&f->item[i].edit);
		explicit_bzero(f->item[i].value, sizeof(f->item[i].value));
		explicit_bzero(f->item[i].echo, sizeof(f->item[i].echo));
		f->item[i].choice = NO_CHOICE;
		f->item[i].wrong = false;
		f->item[i].blank = false;
	}
	f->focus = 0;
	f->kana_filled = 0;
}

static struct form_item *
focused(struct formview *f)
{
	return f->focus < f->n ? &f->item[f->focus] : NULL;
}

struct form_item *
formview_item(struct formview *f, const char *id)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (strcmp(f->item[i].def->id, id) == 0)
			return &f->item[i];
	}
	return NULL;
}

struct str
formview_value(const struct formview *f, const char *id)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (strcmp(f->item[i].def->id, id) == 0)
			return str_of(f->item[i].value);
	}
	return str_of("");
}

void
formview_secret(const struct formview *f, struct secret *out)
{
	struct str s;
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < f->n; i++) {
		if (f->item[i].def->kind != FIELD_pin)
			continue;
		s = edit_text(&f->item[i].edit);
		if (s.n <= sizeof(out->p)) {
			memcpy(out->p, s.p, s.n);
			out->n = s.n;
		}
	}
}

static void
say_fault(struct form_item *it, struct view *v, const char *fault)
{
	it->wrong = true;
	/* TRANSLATORS: item, then reason and what to do */
	view_say(v, ROLE_error, _("%s: %s"), i18n_text(it->def->label),
	    i18n_text(fault));
}

void
formview_fault(
    struct formview *f, struct view *v, const char *id, const char *fault)
{
	struct form_item *it = formview_item(f, id);

	if (it == NULL)
		return;
	f->focus = (size_t)(it - f->item);
	say_fault(it, v, fault);
}

/* Checks the field that is left.  Leaving is never refused: no dead ends. */
static void
leave(struct formview *f, struct view *v)
{
	struct form_item *it = focused(f);
	const char *fault;

	if (it == NULL)
		return;
	fault = field_check(it);
	it->wrong = fault != NULL;
	if (fault != NULL)
		say_fault(it, v, fault);
	else
		view_hush(v);
}

bool
formview_check(struct formview *f, struct view *v)
{
	struct form_item *it;
	const char *fault;
	size_t i;

	for (i = 0; i < f->n; i++) {
		it = &f->item[i];
		fault = field_check(it);
		if (fault == NULL && it->def->required &&
		    it->value[0] == '\0' && edit_text(&it->edit).n == 0)
			fault = it->master != NULL
			    ? N_("this item is required; choose with a digit "
				 "or F4")
			    : N_("this item is required; type it");
		it->wrong = fault != NULL;
		if (fault != NULL) {
			f->focus = i;
			say_fault(it, v, fault);
			return false;
		}
	}
	return true;
}

static void
go(struct formview *f, struct view *v, bool forward)
{
	size_t stops = f->n + (f->submit != NULL ? 1 : 0);

	leave(f, v);
	f->focus = (f->focus + (forward ? 1 : stops - 1)) % stops;
}

void
formview_choose(struct formview *f, struct form_item *it, size_t entry)
{
	it->choice = entry;
	it->wrong = false;
	(void)field_check(it);
	if (f->focus + 1 < f->n + (f->submit != NULL ? 1 : 0))
		f->focus++;
}

void
formview_set(struct formview *f, const char *id, struct str text)
{
	struct form_item *it = formview_item(f, id);
	size_t i;

	if (it == NULL)
		return;
	if (it->master == NULL) {
		(void)edit_set(&it->edit, text);
	} else {
		it->choice = NO_CHOICE;
		for (i = 0; i < it->master->n; i++) {
			if (str_eqz(text, it->master->entries[i].code))
				it->choice = i;
		}
	}
	(void)field_check(it);
}

/* A digit (or letter) that is the code of an entry chooses it. */
static enum form_did
choice_key(struct formview *f, struct view *v, struct form_item *it,
    const struct key *k)
{
	size_t i;

	if (k->id == K_BACKSPACE || k->id == K_DELETE || k->id == K_CTRL_U) {
		it->choice = NO_CHOICE;
		(void)field_check(it);
		return FORM_CHANGED;
	}
	if (k->id != K_CHAR)
		return FORM_NOT_MINE;
	for (i = 0; i < it->master->n; i++) {
		if (it->master->entries[i].code[0] == k->cp &&
		    it->master->entries[i].code[1] == '\0') {
			view_hush(v);
			formview_choose(f, it, i);
			return FORM_CHANGED;
		}
	}
	if (k->cp == ' ')
		view_push(choice_new(v, f, it));
	else
		say_fault(
		    it, v, N_("no such choice; F4 shows what is possible"));
	return FORM_USED;
}

static enum form_did
edit_item(struct view *v, struct form_item *it, const struct key *k)
{
	switch (edit_key(&it->edit, k)) {
	case EDIT_NOT_MINE:
		return FORM_NOT_MINE;
	case EDIT_FULL:
		say_fault(it, v,
		    N_("the field is full; delete something "
		       "first"));
		return FORM_USED;
	case EDIT_REFUSED:
		say_fault(it, v, N_("this character is not possible here"));
		return FORM_USED;
	case EDIT_CHANGED:
		it->wrong = false;
		it->echo[0] = '\0';
		view_hush(v);
		return FORM_CHANGED;
	case EDIT_MOVED:
	default:
		return FORM_USED;
	}
}

static enum form_did
item_key(struct formview *f, struct view *v, const struct key *k)
{
	struct form_item *it = focused(f);

	if (it == NULL)
		return FORM_NOT_MINE;
	if (k->id == K_F4 && it->master != NULL) {
		view_push(choice_new(v, f, it));
		return FORM_USED;
	}
	if ((k->id == K_F7 || k->id == K_ZENKAKU || k->id == K_KANA ||
		k->id == K_MUHENKAN) &&
	    field_has_kana(it)) {
		edit_toggle(&it->edit, field_kana(it));
		return FORM_USED;
	}
	if ((k->id == K_F8 || k->id == K_HENKAN) && assist_knows(f, it)) {
		assist_open(v, f, it);
		return FORM_CHANGED;
	}
	if (it->master != NULL)
		return choice_key(f, v, it, k);
	return edit_item(v, it, k);
}

enum form_did
formview_key(struct formview *f, struct view *v, const struct key *k)
{
	switch (k->id) {
	case K_ENTER:
		if (f->focus == f->n)
			return FORM_SUBMIT;
		go(f, v, true);
		return FORM_USED;
	case K_TAB:
	case K_DOWN:
		go(f, v, true);
		return FORM_USED;
	case K_BACKTAB:
	case K_UP:
		go(f, v, false);
		return FORM_USED;
	case K_F10:
		return FORM_SUBMIT;
	default:
		return item_key(f, v, k);
	}
}

const char *
formview_help(const struct formview *f)
{
	return f->focus < f->n ? f->item[f->focus].def->help : "";
}

const enum action *
formview_actions(const struct formview *f)
{
	static const enum action plain[] = { ACT_help, ACT_back, ACT_go,
		ACT_lock, ACT_COUNT };
	static const enum action choice[] = { ACT_help, ACT_back, ACT_choices,
		ACT_go, ACT_lock, ACT_COUNT };
	static const enum action kana[] = { ACT_help, ACT_back, ACT_mode,
		ACT_go, ACT_lock, ACT_COUNT };
	static const enum action kanji[] = { ACT_help, ACT_back, ACT_mode,
		ACT_convert, ACT_go, ACT_lock, ACT_COUNT };

	if (f->focus >= f->n)
		return plain;
	if (f->item[f->focus].master != NULL)
		return choice;
	if (assist_here(f, &f->item[f->focus]))
		return kanji;
	return field_has_kana(&f->item[f->focus]) ? kana : plain;
}

static void
draw_choice(
    const struct form_item *it, struct grid *g, int y, int cols, bool focus)
{
	const struct master_entry *e;
	enum role role = focus ? ROLE_focus : ROLE_field;
	bool en = strcmp(i18n_current(), "en") == 0;
	int used;

	grid_fill(g, y, FIELD_X, cols, role);
	if (it->choice != NO_CHOICE) {
		e = &it->master->entries[it->choice];
		used = grid_puts(g, y, FIELD_X, cols, role, e->code);
		grid_puts(g, y, FIELD_X + used + 1, cols - used - 1, role,
		    en ? e->label_en : e->label);
	}
	if (focus)
		grid_cursor(g, y, FIELD_X);
}

static void
draw_item(struct form_item *it, struct grid *g, int y, bool focus, bool active)
{
	int cols = (int)it->def->columns + 1;
	const char *beside = it->echo;
	enum role role = ROLE_echo;
	bool empty = it->choice == NO_CHOICE && edit_text(&it->edit).n == 0;

	if (cols > g->w - FIELD_X - 2)
		cols = g->w - FIELD_X - 2;
	grid_puts(
	    g, y, LABEL_X, LABEL_COLS, ROLE_label, i18n_text(it->def->label));
	if (it->master != NULL)
		draw_choice(it, g, y, cols, focus);
	else
		edit_draw(&it->edit, g, y, FIELD_X, cols, focus);
	if (it->blank) {
		beside = _("(people without this item)");
	} else if (it->wrong) {
		beside = _("(check this item)");
		role = ROLE_error;
	} else if (beside[0] == '\0' && focus && field_has_kana(it)) {
		beside =
		    it->edit.mode == EDIT_DIRECT ? _("(letters)") : _("(kana)");
		role = ROLE_dim;
	} else if (beside[0] == '\0' && it->def->required && empty && active) {
		beside = _("(required)");
		role = ROLE_dim;
	}
	grid_puts(
	    g, y, FIELD_X + cols + 2, g->w - FIELD_X - cols - 3, role, beside);
}

void
formview_draw(struct formview *f, struct grid *g, int y, int rows, bool active)
{
	size_t stops = f->n + (f->submit != NULL ? 1 : 0);
	size_t first = 0;
	size_t i;
	int row;

	if (rows < 1)
		return;
	/* Scrolls by field when the page is low. */
	if (f->focus >= (size_t)rows)
		first = f->focus - (size_t)rows + 1;
	for (i = first; i < f->n && i - first < (size_t)rows; i++)
		draw_item(&f->item[i], g, y + (int)(i - first),
		    active && i == f->focus, active);
	row = y + (int)(f->n - first);
	/* a blank row above it where there is room */
	if (stops > f->n && row < y + rows) {
		if (row + 1 < y + rows)
			row++;
		grid_puts(g, row, FIELD_X, g->w - FIELD_X - 2,
		    active && f->focus == f->n ? ROLE_focus : ROLE_key,
		    i18n_text(f->submit));
		if (active && f->focus == f->n)
			grid_cursor(g, row, FIELD_X);
	}
}
