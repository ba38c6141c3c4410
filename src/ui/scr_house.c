/*
 * The household: its members in the order of App. F-5, 消除 members behind
 * them (SRC-10).
 *
 * SECURITY: protected people are not in the answer and are not counted, so
 * the page says the same whether one lives here or not.
 */
#include <string.h>

#include "ui/view.h"

struct house {
	struct view v;
	struct wire_arena arena;
	const Mamori__PersonHouseAns *a;
	size_t row;
	size_t page_rows;
	char purpose[UI_PURPOSE];
	char ref[UI_REF];
};

static void
opened(void *arg, const struct ui_answer *a)
{
	struct house *h = arg;

	if (a->err != 0)
		view_say_answer(&h->v, a);
	else
		view_push_over(&h->v,
		    scr_record_new(h->v.ui,
			(const Mamori__PersonOpenAns *)(const void *)a->ans,
			str_of(h->purpose), str_of(h->ref)));
}

static void
open_member(struct house *h)
{
	Mamori__PersonOpenReq req = MAMORI__PERSON_OPEN_REQ__INIT;

	req.resident_no = h->a->members[h->row]->resident_no;
	req.purpose = PB_BYTES(str_of(h->purpose));
	req.ref = PB_BYTES(str_of(h->ref));
	view_hush(&h->v);
	view_call(&h->v, OP_person_open, &req.base, opened);
}

static bool
house_key(struct view *v, const struct key *k)
{
	struct house *h = (struct house *)v;
	size_t n = h->a == NULL ? 0 : h->a->n_members;
	size_t page = h->page_rows > 0 ? h->page_rows : 1;

	if (n == 0)
		return false;
	switch (k->id) {
	case K_UP:
	case K_BACKTAB:
		h->row = (h->row + n - 1) % n;
		return true;
	case K_DOWN:
	case K_TAB:
		h->row = (h->row + 1) % n;
		return true;
	case K_F7:
	case K_PGUP:
		h->row = h->row > page ? h->row - page : 0;
		return true;
	case K_F8:
	case K_PGDN:
		h->row = h->row + page < n ? h->row + page : n - 1;
		return true;
	case K_ENTER:
	case K_F10:
		open_member(h);
		return true;
	case K_F11:
		view_push(
		    scr_codes_new(v->ui, STR_PB(h->a->members[h->row]->name)));
		return true;
	default:
		return false;
	}
}

#define COL_NO	     1
#define COL_RELATION 4
#define COL_NAME     19
#define COL_BIRTH    46
#define COL_SEX	     65
#define COL_STATUS   70

static void
draw_row(const struct house *h, struct grid *g, int y, size_t i)
{
	const Mamori__HouseMember *m = h->a->members[i];
	enum role role = i == h->row ? ROLE_focus : ROLE_text;
	struct buf b = BUF_INIT;

	if (i == h->row)
		grid_fill(g, y, 0, g->w, role);
	buf_printf(&b, "%zu", i + 1);
	grid_put(g, y, COL_NO, 3, role, buf_str(&b));
	grid_put(g, y, COL_RELATION, 14, role, STR_PB(m->relation));
	grid_put(g, y, COL_NAME, 26, role, STR_PB(m->name));
	grid_put(g, y, COL_BIRTH, 18, role, STR_PB(m->birth_text));
	grid_put(g, y, COL_SEX, 4, role, STR_PB(m->sex));
	grid_put(
	    g, y, COL_STATUS, g->w - COL_STATUS - 1, role, STR_PB(m->status));
	if (i == h->row)
		grid_cursor(g, y, COL_NO);
	buf_release(&b);
}

static void
draw_heads(struct grid *g, int y)
{
	grid_puts(g, y, COL_NO, 3, ROLE_label, _("No."));
	grid_puts(g, y, COL_RELATION, 14, ROLE_label, _("Relation"));
	grid_puts(g, y, COL_NAME, 26, ROLE_label, _("Name"));
	grid_puts(g, y, COL_BIRTH, 18, ROLE_label, _("Birth date"));
	grid_puts(g, y, COL_SEX, 4, ROLE_label, _("Sex"));
	grid_puts(g, y, COL_STATUS, 9, ROLE_label, _("State"));
}

/* The rest of the selected row, at a fixed place. */
static void
draw_detail(const struct house *h, struct grid *g, int y)
{
	const Mamori__HouseMember *m = h->a->members[h->row];
	struct buf b = BUF_INIT;

	grid_rule(g, y, 0, g->w);
	(void)view_pair(g, y + 1, _("Kana"), ROLE_text, STR_PB(m->kana));
	buf_puts_str(&b, STR_PB(m->event));
	buf_puts(&b, "  ");
	buf_puts_str(&b, STR_PB(m->event_date));
	(void)view_pair(g, y + 2, _("Event"), ROLE_text, buf_str(&b));
	buf_release(&b);
}

static void
house_draw(struct view *v, struct grid *g)
{
	struct house *h = (struct house *)v;
	size_t rows = (size_t)(body_end(g) - BODY_Y - 6);
	size_t n = h->a == NULL ? 0 : h->a->n_members;
	size_t first = h->row / rows * rows;
	struct buf b = BUF_INIT;
	size_t i;

	h->page_rows = rows;
	if (h->a == NULL)
		return;
	if (h->a->hidden) {
		grid_puts(g, BODY_Y, 2, g->w - 4, ROLE_mark,
		    mark_instead(STR_PB(h->a->mark)));
		grid_cursor(g, BODY_Y, 2);
		return;
	}
	buf_puts(&b, _("Household number"));
	buf_putc(&b, ' ');
	buf_puts_str(&b, STR_PB(h->a->household_no));
	grid_put(g, BODY_Y, 2, 40, ROLE_title, buf_str(&b));
	grid_puts(g, BODY_Y, 43, g->w - 44, ROLE_dim,
	    _("Protected people are never listed here."));
	draw_heads(g, BODY_Y + 1);
	for (i = first; i < n && i < first + rows; i++)
		draw_row(h, g, BODY_Y + 2 + (int)(i - first), i);
	if (n > 0)
		draw_detail(h, g, body_end(g) - 4);
	buf_release(&b);
}

static void
house_close(struct view *v)
{
	struct house *h = (struct house *)v;

	wire_arena_release(&h->arena);
	explicit_bzero(h->ref, sizeof(h->ref));
}

static const enum action house_actions[] = { ACT_help, ACT_search, ACT_back,
	ACT_prev, ACT_next, ACT_open, ACT_glyph, ACT_lock, ACT_COUNT };

static const struct view_ops house_ops = {
	.title = N_("Household"),
	.help = N_("The members of the household, those who left or died "
		   "behind the others. Arrow keys choose, Enter opens the "
		   "record. People who are protected are never listed, so the "
		   "list may be shorter than the household."),
	.flags = VIEW_PERSONAL,
	.actions = house_actions,
	.key = house_key,
	.draw = house_draw,
	.close = house_close,
};

struct view *
scr_house_new(struct ui *ui, const Mamori__PersonHouseAns *ans,
    struct str purpose, struct str ref)
{
	struct house *h = view_new(sizeof(*h), ui, &house_ops);

	h->a = (const Mamori__PersonHouseAns *)(const void *)view_keep(
	    &h->arena, &ans->base);
	(void)str_copy(h->purpose, sizeof(h->purpose), purpose);
	(void)str_copy(h->ref, sizeof(h->ref), ref);
	if (h->a == NULL)
		view_say(&h->v, ROLE_error, "%s",
		    _("The list is too big. Narrow the conditions."));
	return &h->v;
}
