/*
 * One resident's record (requirements.md App. F) and its history.
 *
 * SECURITY: 個人番号 and 住民票コード are stars here (PRM-12): the server sends
 * only whether they exist.  A protected address is absent, with the reason in
 * its place, in the record and in every line of its history.
 */
#include <string.h>

#include "ui/view.h"

struct record {
	struct view v;
	struct wire_arena arena;
	const Mamori__PersonOpenAns *a;
	size_t page; /* 0 = the record, then history */
	size_t pages;
};

static bool
record_key(struct view *v, const struct key *k)
{
	struct record *r = (struct record *)v;

	switch (k->id) {
	case K_F7:
	case K_PGUP:
	case K_LEFT:
	case K_UP:
		if (r->page > 0)
			r->page--;
		return true;
	case K_F8:
	case K_PGDN:
	case K_RIGHT:
	case K_DOWN:
	case K_TAB:
		if (r->page + 1 < r->pages)
			r->page++;
		return true;
	case K_F11:
		if (r->a != NULL)
			view_push(scr_codes_new(v->ui, STR_PB(r->a->name)));
		return true;
	default:
		return false;
	}
}

static int
pair(struct grid *g, int y, const char *label, struct str value)
{
	if (value.n == 0)
		return view_pair(g, y, label, ROLE_dim, STR("-"));
	return view_pair(g, y, label, ROLE_text, value);
}

static int
number(struct grid *g, int y, const char *label, bool has, const char *stars)
{
	struct buf b = BUF_INIT;

	buf_puts(&b, has ? stars : "-");
	if (has) {
		buf_putc(&b, ' ');
		buf_puts(&b, _("(recorded, masked)"));
	}
	y = view_pair(g, y, label, ROLE_dim, buf_str(&b));
	buf_release(&b);
	return y;
}

static int
draw_head(const struct record *r, struct grid *g)
{
	const Mamori__PersonOpenAns *a = r->a;
	const char *word = mark_full(STR_PB(a->mark));
	struct buf b = BUF_INIT;
	int x = 2;

	if (word[0] != '\0')
		x += grid_puts(g, BODY_Y, x, 31, ROLE_mark, word) + 1;
	grid_put(g, BODY_Y, x, g->w - x - 20, ROLE_title, STR_PB(a->name));
	/* TRANSLATORS: page, pages */
	buf_printf(&b, _("page %zu of %zu"), r->page + 1, r->pages);
	grid_put(g, BODY_Y, g->w - 18, 17, ROLE_dim, buf_str(&b));
	grid_cursor(g, BODY_Y, 2);
	buf_release(&b);
	return BODY_Y + 1;
}

static void
draw_items(const struct record *r, struct grid *g, int y)
{
	const Mamori__PersonOpenAns *a = r->a;

	y = pair(g, y, _("Kana"), STR_PB(a->kana));
	if (a->alias.len > 0)
		y = pair(g, y, _("Alias"), STR_PB(a->alias));
	y = pair(g, y, _("Birth date"), STR_PB(a->birth_text));
	y = pair(g, y, _("Sex"), STR_PB(a->sex));
	if (a->hidden) {
		y = view_pair(g, y, _("Address"), ROLE_mark,
		    str_of(mark_instead(STR_PB(a->mark))));
	} else {
		y = pair(g, y, _("Postal code"), STR_PB(a->postal_code));
		y = pair(g, y, _("Address"), STR_PB(a->address));
	}
	y = pair(g, y, _("Relation"), STR_PB(a->relation));
	y = pair(g, y, _("Nationality"), STR_PB(a->nationality));
	y = pair(g, y, _("State"), STR_PB(a->status));
	y = pair(g, y, _("Addressee number"), STR_PB(a->resident_no));
	y = pair(g, y, _("Household number"), STR_PB(a->household_no));
	y = number(
	    g, y, _("Individual number"), a->has_my_number, "************");
	(void)number(
	    g, y, _("Resident record code"), a->has_jumin_code, "***********");
}

/* History entries take two rows, three with a long address. */
#define HISTORY_ROWS 3

static void
draw_history(const struct record *r, struct grid *g, int y, size_t per_page)
{
	const Mamori__PersonOpenAns *a = r->a;
	size_t first = (r->page - 1) * per_page;
	struct buf b = BUF_INIT;
	size_t i;

	/* TRANSLATORS: number of entries */
	buf_printf(&b, _("History (%zu entries)"), a->n_history);
	grid_put(g, y++, 2, g->w - 4, ROLE_label, buf_str(&b));
	for (i = first; i < a->n_history && i < first + per_page; i++) {
		const Mamori__PersonHistory *h = a->history[i];

		buf_clear(&b);
		buf_printf(&b, "%3u", h->history_no);
		grid_put(g, y, 2, 3, ROLE_dim, buf_str(&b));
		grid_put(g, y, 6, 22, ROLE_text, STR_PB(h->event));
		grid_put(g, y, 29, 20, ROLE_text, STR_PB(h->event_date));
		grid_put(g, y, 50, g->w - 51, ROLE_text, STR_PB(h->name));
		if (h->hidden)
			grid_puts(g, y + 1, 6, g->w - 8, ROLE_mark,
			    mark_instead(STR_PB(a->mark)));
		else
			grid_put(g, y + 1, 6, g->w - 8, ROLE_text,
			    STR_PB(h->address));
		y += HISTORY_ROWS;
	}
	buf_release(&b);
}

static void
record_draw(struct view *v, struct grid *g)
{
	struct record *r = (struct record *)v;
	size_t per_page = (size_t)(body_end(g) - BODY_Y - 2) / HISTORY_ROWS;
	int y;

	if (r->a == NULL)
		return;
	r->pages = 1 + (r->a->n_history + per_page - 1) / per_page;
	if (r->page >= r->pages)
		r->page = r->pages - 1;
	y = draw_head(r, g);
	if (r->page == 0)
		draw_items(r, g, y);
	else
		draw_history(r, g, y, per_page);
}

static void
record_close(struct view *v)
{
	wire_arena_release(&((struct record *)v)->arena);
}

static const enum action record_actions[] = { ACT_help, ACT_search, ACT_back,
	ACT_prev, ACT_next, ACT_glyph, ACT_lock, ACT_COUNT };

static const struct view_ops record_ops = {
	.title = N_("Resident record"),
	.help = N_("F8 shows the history, F7 goes back. Numbers are masked. A "
		   "protected address is not sent to this terminal; the words "
		   "in its place say why. F2 starts with the next person. F11 "
		   "shows the character codes of the name."),
	.flags = VIEW_PERSONAL,
	.actions = record_actions,
	.key = record_key,
	.draw = record_draw,
	.close = record_close,
};

struct view *
scr_record_new(struct ui *ui, const Mamori__PersonOpenAns *ans)
{
	struct record *r = view_new(sizeof(*r), ui, &record_ops);

	r->a = (const Mamori__PersonOpenAns *)view_keep(&r->arena, &ans->base);
	r->pages = 2;
	if (r->a == NULL)
		view_say(&r->v, ROLE_error, "%s",
		    _("The record is too big to be shown. Call the "
		      "administrator."));
	return &r->v;
}
