/*
 * Boxes over a page: a question, a list of choices, help.
 *
 * SECURITY: the default of a question protects: Enter means no (DESIGN §7).
 */
#include <stdio.h>
#include <string.h>

#include "ui/formview.h"

/* ---- a question
 * -------------------------------------------------------------- */

struct ask {
	struct view v;
	const char *question;
	void (*yes)(struct ui *ui);
};

static bool
ask_key(struct view *v, const struct key *k)
{
	struct ask *a = (struct ask *)v;
	void (*yes)(struct ui * ui) = a->yes;
	struct ui *ui = v->ui;

	if (k->id == K_F10 ||
	    (k->id == K_CHAR && !k->pasted && (k->cp == 'y' || k->cp == 'Y'))) {
		view_close(v);
		yes(ui);
	} else if (k->id == K_ENTER || k->id == K_F3 || k->id == K_ESC ||
	    (k->id == K_CHAR && (k->cp == 'n' || k->cp == 'N'))) {
		view_close(v);
	}
	return k->id != K_F1;
}

static void
ask_draw(struct view *v, struct grid *g)
{
	const struct ask *a = (const struct ask *)v;
	int y;
	int x;

	view_box(g, 60, 7, &y, &x);
	(void)view_paragraph(
	    g, y + 1, x, 56, ROLE_title, i18n_text(a->question));
	grid_puts(g, y + 4, x, 56, ROLE_focus, _("Enter: No    Y or F10: Yes"));
	grid_cursor(g, y + 4, x);
}

static const enum action ask_actions[] = { ACT_help, ACT_no, ACT_yes,
	ACT_COUNT };

static const struct view_ops ask_ops = {
	.title = N_("Question"),
	.help = N_("Enter leaves everything as it is. Y or F10 does what is "
		   "asked."),
	.flags = VIEW_POPUP,
	.actions = ask_actions,
	.key = ask_key,
	.draw = ask_draw,
};

struct view *
scr_ask_new(struct ui *ui, const char *question, void (*yes)(struct ui *ui))
{
	struct ask *a = view_new(sizeof(*a), ui, &ask_ops);

	a->question = question;
	a->yes = yes;
	return &a->v;
}

/* ---- choices of a field (F4)
 * --------------------------------------------------- */

struct choice {
	struct view v;
	struct view *owner; /* directly below, outlives this box */
	struct formview *form;
	struct form_item *item;
	size_t row;
};

static void
take(struct choice *c)
{
	struct view *owner = c->owner;

	formview_choose(c->form, c->item, c->row);
	view_close(&c->v);
	view_hush(owner);
}

static bool
choice_key(struct view *v, const struct key *k)
{
	struct choice *c = (struct choice *)v;
	size_t n = c->item->master->n;
	size_t i;

	if (k->id == K_UP || k->id == K_BACKTAB) {
		c->row = (c->row + n - 1) % n;
	} else if (k->id == K_DOWN || k->id == K_TAB) {
		c->row = (c->row + 1) % n;
	} else if (k->id == K_ENTER || k->id == K_F10) {
		take(c);
	} else if (k->id == K_F3 || k->id == K_ESC || k->id == K_F4) {
		view_close(v);
	} else if (k->id == K_CHAR) {
		for (i = 0; i < n; i++) {
			if (c->item->master->entries[i].code[0] == k->cp &&
			    c->item->master->entries[i].code[1] == '\0') {
				c->row = i;
				take(c);
				return true;
			}
		}
	}
	return k->id != K_F1;
}

static void
choice_draw(struct view *v, struct grid *g)
{
	const struct choice *c = (const struct choice *)v;
	const struct master *m = c->item->master;
	bool en = strcmp(i18n_current(), "en") == 0;
	size_t rows = m->n < 12 ? m->n : 12;
	size_t first = c->row >= rows ? c->row - rows + 1 : 0;
	const struct master_entry *e;
	char text[160];
	size_t i;
	int y;
	int x;

	view_box(g, 64, (int)rows + 4, &y, &x);
	/* TRANSLATORS: item, number of entries */
	(void)snprintf(text, sizeof(text), _("%s (%zu)"),
	    i18n_text(c->item->def->label), m->n);
	grid_puts(g, y, x, 60, ROLE_title, text);
	for (i = first; i < m->n && i < first + rows; i++) {
		enum role role = i == c->row ? ROLE_focus : ROLE_text;
		int row = y + 2 + (int)(i - first);

		e = &m->entries[i];
		grid_fill(g, row, x, 60, role);
		grid_puts(g, row, x + 1, 8, role, e->code);
		grid_puts(g, row, x + 6, 54, role, en ? e->label_en : e->label);
		if (i == c->row)
			grid_cursor(g, row, x + 1);
	}
}

static const enum action choice_actions[] = { ACT_help, ACT_close, ACT_choose,
	ACT_COUNT };

static const struct view_ops choice_ops = {
	.title = N_("Choices"),
	.help = N_("Arrow keys and Enter, or the digit in front, choose a "
		   "line. F3 closes the list without a choice."),
	.flags = VIEW_POPUP,
	.actions = choice_actions,
	.key = choice_key,
	.draw = choice_draw,
};

struct view *
choice_new(struct view *owner, struct formview *f, struct form_item *it)
{
	struct choice *c = view_new(sizeof(*c), owner->ui, &choice_ops);

	c->owner = owner;
	c->form = f;
	c->item = it;
	c->row = it->choice == NO_CHOICE ? 0 : it->choice;
	return &c->v;
}

/* ---- help (TRM-10)
 * --------------------------------------------------------------- */

struct help {
	struct view v;
	const struct view_ops *about;
	const char *item;
	const enum action *actions;
};

static bool
help_key(struct view *v, const struct key *k)
{
	if (k->id == K_F3 || k->id == K_ESC || k->id == K_ENTER ||
	    k->id == K_F1)
		view_close(v);
	return true;
}

static void
help_draw(struct view *v, struct grid *g)
{
	const struct help *h = (const struct help *)v;
	const struct action_row *row;
	const enum action *a;
	int y = BODY_Y + 1;

	grid_clear(g);
	view_heading(g, y, i18n_text(h->about->title));
	y = view_paragraph(
	    g, y + 2, 2, g->w - 4, ROLE_text, i18n_text(h->about->help));
	if (h->item != NULL && h->item[0] != '\0')
		y = view_paragraph(
		    g, y + 1, 2, g->w - 4, ROLE_echo, i18n_text(h->item));
	y++;
	for (a = h->actions; *a != ACT_COUNT && y < body_end(g); a++, y++) {
		row = action_row(*a);
		grid_puts(g, y, 4, 7, ROLE_key, action_key_name(*a));
		grid_puts(g, y, 12, 16, ROLE_label, i18n_text(row->label));
		grid_puts(g, y, 30, g->w - 32, ROLE_text, i18n_text(row->help));
	}
	if (y < body_end(g))
		grid_puts(g, y, 4, g->w - 6, ROLE_dim,
		    _("Keyboards without function keys: Esc and a digit, or "
		      "Alt and a digit."));
	grid_cursor(g, BODY_Y + 1, 2);
}

static const enum action help_actions[] = { ACT_close, ACT_COUNT };

static const struct view_ops help_ops = {
	.title = N_("Help"),
	.help = N_("This page. F3 or Enter closes it."),
	.flags = VIEW_POPUP,
	.actions = help_actions,
	.key = help_key,
	.draw = help_draw,
};

struct view *
scr_help_new(struct ui *ui, const struct view *about)
{
	struct help *h = view_new(sizeof(*h), ui, &help_ops);

	h->about = about->ops;
	h->item =
	    about->ops->item_help != NULL ? about->ops->item_help(about) : NULL;
	h->actions = about->ops->actions_now != NULL
	    ? about->ops->actions_now(about)
	    : about->ops->actions;
	return &h->v;
}
