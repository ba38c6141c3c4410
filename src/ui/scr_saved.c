/*
 * The last searches of this operator (SRC-08): one a line, Enter puts the
 * conditions back into the form, F10 searches again.
 *
 * SECURITY: the list comes from the server each time and lives in this box
 * only (TRM-14); it is personal data and goes with the link.
 */
#include <string.h>

#include "core/era.h"
#include "ui/view.h"

#define SAVED_ROWS 12

struct savedbox {
	struct view v;
	struct view *owner; /* directly below, outlives this box */
	scr_saved_take *take;
	struct wire_arena arena;
	const Mamori__SearchSavedAns *ans;
	size_t row;
};

static void
finish(struct savedbox *b, bool run)
{
	struct view *owner = b->owner;
	scr_saved_take *take = b->take;

	if (b->ans->n_searches > 0)
		take(owner, b->ans->searches[b->row]->conditions, run);
	view_close(&b->v);
	ui_touch(owner->ui);
}

static bool
saved_key(struct view *v, const struct key *k)
{
	struct savedbox *b = (struct savedbox *)v;
	size_t n = b->ans == NULL ? 0 : b->ans->n_searches;

	if (k->id == K_F3 || k->id == K_ESC || k->id == K_F5 || n == 0) {
		if (k->id != K_F1)
			view_close(v);
	} else if (k->id == K_UP || k->id == K_BACKTAB) {
		b->row = (b->row + n - 1) % n;
	} else if (k->id == K_DOWN || k->id == K_TAB) {
		b->row = (b->row + 1) % n;
	} else if (k->id == K_ENTER || k->id == K_F10) {
		finish(b, k->id == K_F10);
	}
	return k->id != K_F1;
}

static void
put(struct buf *b, ProtobufCBinaryData value)
{
	if (value.len == 0)
		return;
	if (b->n > 0)
		buf_puts(b, " ／ ");
	buf_puts_str(b, STR_PB(value));
}

static void
put_birth(struct buf *b, ProtobufCBinaryData value)
{
	struct date d;

	if (value.len == 0 || date_get_iso(STR_PB(value), &d) != 0)
		return;
	if (b->n > 0)
		buf_puts(b, " ／ ");
	date_put_wareki(b, d, 0);
}

/* The conditions on one line, names first. */
static void
put_line(struct buf *b, const Mamori__PersonSearchReq *r)
{
	const ProtobufCBinaryData rest[] = { r->address, r->building,
		r->resident_no, r->household_no, r->card_no, r->postal_code,
		r->address_code, r->relation, r->removed_reason };
	size_t i;

	put(b, r->kana);
	put(b, r->name);
	put_birth(b, r->birth);
	for (i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		put(b, rest[i]);
	if (r->n_blank > 0)
		buf_puts(b, _(" ／ (no data)"));
}

static void
saved_draw(struct view *v, struct grid *g)
{
	const struct savedbox *b = (const struct savedbox *)v;
	size_t n = b->ans == NULL ? 0 : b->ans->n_searches;
	size_t rows = n < SAVED_ROWS ? n : SAVED_ROWS;
	size_t first = b->row >= SAVED_ROWS ? b->row - SAVED_ROWS + 1 : 0;
	struct buf line = BUF_INIT;
	size_t i;
	int y;
	int x;

	view_box(g, 72, (int)rows + 4, &y, &x);
	grid_puts(g, y, x, 70, ROLE_title,
	    n == 0 ? _("No search is kept yet")
		   : _("Your last searches: Enter to change, F10 to search"));
	for (i = 0; i < rows; i++) {
		enum role role = first + i == b->row ? ROLE_focus : ROLE_text;

		buf_clear(&line);
		put_line(&line, b->ans->searches[first + i]->conditions);
		grid_fill(g, y + 2 + (int)i, x, 70, role);
		grid_put(g, y + 2 + (int)i, x, 70, role, buf_str(&line));
	}
	grid_cursor(g, y + (n == 0 ? 0 : 2 + (int)(b->row - first)), x);
	buf_wipe(&line);
}

static void
saved_close(struct view *v)
{
	wire_arena_release(&((struct savedbox *)v)->arena);
}

static const enum action saved_actions[] = { ACT_help, ACT_close, ACT_choose,
	ACT_go, ACT_COUNT };

static const struct view_ops saved_ops = {
	.title = N_("Your last searches"),
	.help = N_("Enter puts the conditions into the form, where they can be "
		   "changed; F10 searches with them at once. The reason for "
		   "use is asked anew. Numbers that are masked are not kept."),
	.flags = VIEW_POPUP | VIEW_PERSONAL,
	.actions = saved_actions,
	.key = saved_key,
	.draw = saved_draw,
	.close = saved_close,
};

struct view *
scr_saved_new(
    struct view *owner, const Mamori__SearchSavedAns *ans, scr_saved_take *take)
{
	struct savedbox *b = view_new(sizeof(*b), owner->ui, &saved_ops);

	b->owner = owner;
	b->take = take;
	b->ans =
	    (const Mamori__SearchSavedAns *)view_keep(&b->arena, &ans->base);
	return &b->v;
}
