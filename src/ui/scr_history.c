/*
 * The history of a person: one full row per change, the newest first, with
 * an asterisk at each item that the change changed (REC-12).
 *
 * SECURITY: every old address of a protected person is absent like the
 * present one.
 */
#include <string.h>

#include "ui/items.h"

struct history {
	struct view v;
	struct wire_arena arena;
	const Mamori__PersonHistoryAns *a;
	size_t row;
	size_t page;
	size_t pages;
};

static bool
history_key(struct view *v, const struct key *k)
{
	struct history *h = (struct history *)v;
	size_t n = h->a == NULL ? 0 : h->a->n_rows;

	switch (k->id) {
	case K_UP:
	case K_LEFT:
	case K_BACKTAB:
		if (h->row > 0)
			h->row--;
		h->page = 0;
		return true;
	case K_DOWN:
	case K_RIGHT:
	case K_TAB:
		if (h->row + 1 < n)
			h->row++;
		h->page = 0;
		return true;
	case K_F7:
	case K_PGUP:
		if (h->page > 0)
			h->page--;
		return true;
	case K_F8:
	case K_PGDN:
		if (h->page + 1 < h->pages)
			h->page++;
		return true;
	case K_F11:
		if (n > 0)
			view_push(scr_codes_new(
			    v->ui, STR_PB(h->a->rows[h->row]->name)));
		return true;
	default:
		return false;
	}
}

static void
draw_head(const struct history *h, struct grid *g)
{
	const Mamori__HistoryRow *row = h->a->rows[h->row];
	struct buf b = BUF_INIT;

	/* TRANSLATORS: history number, event, day */
	buf_printf(&b, _("No. %u  %.*s  %.*s"), row->history_no,
	    STR_ARG(STR_PB(row->event)), STR_ARG(STR_PB(row->event_date)));
	grid_put(g, BODY_Y, 2, 44, ROLE_title, buf_str(&b));
	grid_put(g, BODY_Y, 47, g->w - 47 - 20, ROLE_title, STR_PB(row->name));
	buf_clear(&b);
	/* TRANSLATORS: change, changes, page, pages */
	buf_printf(&b, _("%zu/%zu  page %zu/%zu"), h->row + 1, h->a->n_rows,
	    h->page + 1, h->pages);
	grid_put(g, BODY_Y, g->w - 19, 18, ROLE_dim, buf_str(&b));
	grid_cursor(g, BODY_Y, 2);
	buf_release(&b);
}

static void
history_draw(struct view *v, struct grid *g)
{
	struct history *h = (struct history *)v;
	const Mamori__HistoryRow *row;
	struct items it = { .number = NULL };

	if (h->a == NULL || h->a->n_rows == 0)
		return;
	row = h->a->rows[h->row];
	it.list = row->items;
	it.n = row->n_items;
	it.foreign = h->a->foreign;
	it.history = true;
	it.mark = STR_PB(h->a->mark);
	if (h->row + 1 < h->a->n_rows)
		items_compare(&it, h->a->rows[h->row + 1]->items,
		    h->a->rows[h->row + 1]->n_items);
	h->pages = items_draw(&it, g, BODY_Y + 1, h->page);
	draw_head(h, g);
}

static void
history_close(struct view *v)
{
	wire_arena_release(&((struct history *)v)->arena);
}

static const char *
history_keys(const struct view *v)
{
	(void)v;
	return N_("Down: the change before   Up: the change after   * was "
		  "changed by this entry");
}

static const enum action history_actions[] = { ACT_help, ACT_search, ACT_back,
	ACT_prev, ACT_next, ACT_glyph, ACT_lock, ACT_COUNT };

static const struct view_ops history_ops = {
	.title = N_("History of a resident"),
	.help = N_("One entry for each change, the newest first. Down and Up "
		   "go from change to change, F8 and F7 to the other page of "
		   "the same one. An asterisk stands at each item that the "
		   "change changed."),
	.flags = VIEW_PERSONAL,
	.actions = history_actions,
	.key = history_key,
	.draw = history_draw,
	.close = history_close,
	.item_help = history_keys,
};

struct view *
scr_history_new(struct ui *ui, const Mamori__PersonHistoryAns *ans)
{
	struct history *h = view_new(sizeof(*h), ui, &history_ops);

	h->pages = 1;
	h->a = (const Mamori__PersonHistoryAns *)(const void *)view_keep(
	    &h->arena, &ans->base);
	if (h->a == NULL)
		view_say(&h->v, ROLE_error, "%s",
		    _("The record is too big to be shown. Call the "
		      "administrator."));
	return &h->v;
}
