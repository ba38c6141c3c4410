/*
 * The result list (SRC-09, SRC-14, SRC-16): one person a row, marks in words,
 * the count always visible, the rest of the selected row below.
 *
 * SECURITY: a protected address is not here to be hidden: the server did not
 * send it.  What is shown instead says why.
 */
#include <string.h>

#include "ui/view.h"

struct list {
	struct view v;
	struct wire_arena arena;
	const Mamori__PersonSearchAns *ans;
	size_t row;
	size_t page_rows; /* of the last drawing */
	char purpose[UI_PURPOSE];
	char ref[UI_REF];
};

/* clang-format off */
static const struct { const char *mark; const char *word; const char *full; const char *instead; } marks[] = {
	{ "支", N_("[Sup]"),  N_("[Support measures]"), N_("(cannot be shown: support measures)") },
	{ "仮", N_("[Prov]"), N_("[Provisional support measures]"), N_("(cannot be shown: provisional support measures)") },
	{ "抑", N_("[Held]"), N_("[Suppressed]"), N_("(cannot be shown: suppressed)") },
};
/* clang-format on */

#define MARKS (sizeof(marks) / sizeof(marks[0]))

/* Row of a mark; MARKS when there is none. */
static size_t
mark_row(struct str mark)
{
	size_t i = 0;

	while (i < MARKS && !str_eqz(mark, marks[i].mark))
		i++;
	return i;
}

const char *
mark_word(struct str mark)
{
	size_t i = mark_row(mark);

	return i < MARKS ? i18n_text(marks[i].word) : "";
}

const char *
mark_full(struct str mark)
{
	size_t i = mark_row(mark);

	return i < MARKS ? i18n_text(marks[i].full) : "";
}

const char *
mark_instead(struct str mark)
{
	size_t i = mark_row(mark);

	return i < MARKS ? i18n_text(marks[i].instead) : _("(cannot be shown)");
}

static void
opened(void *arg, const struct ui_answer *a)
{
	struct list *l = arg;

	if (a->err != 0)
		view_say_answer(&l->v, a);
	else
		view_push_over(&l->v,
		    scr_record_new(l->v.ui,
			(const Mamori__PersonOpenAns *)a->ans,
			str_of(l->purpose), str_of(l->ref)));
}

static void
open_row(struct list *l)
{
	Mamori__PersonOpenReq req = MAMORI__PERSON_OPEN_REQ__INIT;

	if (l->ans == NULL || l->row >= l->ans->n_rows)
		return;
	req.resident_no = l->ans->rows[l->row]->resident_no;
	req.purpose = PB_BYTES(str_of(l->purpose));
	req.ref = PB_BYTES(str_of(l->ref));
	view_hush(&l->v);
	view_call(&l->v, OP_person_open, &req.base, opened);
}

static bool
list_key(struct view *v, const struct key *k)
{
	struct list *l = (struct list *)v;
	size_t n = l->ans == NULL ? 0 : l->ans->n_rows;
	size_t page = l->page_rows > 0 ? l->page_rows : 1;

	if (n == 0)
		return false;
	switch (k->id) {
	case K_UP:
	case K_BACKTAB:
		l->row = (l->row + n - 1) % n;
		return true;
	case K_DOWN:
	case K_TAB:
		l->row = (l->row + 1) % n;
		return true;
	case K_F7:
	case K_PGUP:
		l->row = l->row > page ? l->row - page : 0;
		return true;
	case K_F8:
	case K_PGDN:
		l->row = l->row + page < n ? l->row + page : n - 1;
		return true;
	case K_HOME:
		l->row = 0;
		return true;
	case K_END:
		l->row = n - 1;
		return true;
	case K_ENTER:
	case K_F10:
		open_row(l);
		return true;
	case K_F11:
		view_push(
		    scr_codes_new(v->ui, STR_PB(l->ans->rows[l->row]->name)));
		return true;
	default:
		return false;
	}
}

#define COL_NO	   1
#define COL_MARK   5
#define COL_NAME   12
#define COL_BIRTH  39
#define COL_SEX	   61
#define COL_STATUS 67

static void
draw_row(const struct list *l, struct grid *g, int y, size_t i)
{
	const Mamori__PersonRow *r = l->ans->rows[i];
	enum role role = i == l->row ? ROLE_focus : ROLE_text;
	struct buf b = BUF_INIT;

	grid_fill(g, y, 0, g->w, role);
	buf_printf(&b, "%3zu", i + 1);
	grid_put(g, y, COL_NO, 3, role, buf_str(&b));
	grid_puts(g, y, COL_MARK, COL_NAME - COL_MARK - 1,
	    i == l->row ? role : ROLE_mark, mark_word(STR_PB(r->mark)));
	grid_put(
	    g, y, COL_NAME, COL_BIRTH - COL_NAME - 1, role, STR_PB(r->name));
	grid_put(g, y, COL_BIRTH, COL_SEX - COL_BIRTH - 1, role,
	    STR_PB(r->birth_text));
	grid_put(g, y, COL_SEX, COL_STATUS - COL_SEX - 1, role, STR_PB(r->sex));
	grid_put(g, y, COL_STATUS, g->w < 96 ? g->w - COL_STATUS : 12, role,
	    STR_PB(r->status));
	if (g->w >= 96)
		grid_put(g, y, 80, g->w - 81, role,
		    r->hidden ? str_of(mark_instead(STR_PB(r->mark)))
			      : STR_PB(r->address));
	if (i == l->row)
		grid_cursor(g, y, COL_NO);
	buf_release(&b);
}

/* The rest of the selected row, at a fixed place. */
static void
draw_detail(const struct list *l, struct grid *g, int y)
{
	const Mamori__PersonRow *r = l->ans->rows[l->row];

	grid_rule(g, y, 0, g->w);
	(void)view_pair(g, y + 1, _("Kana"), ROLE_text, STR_PB(r->kana));
	grid_puts(g, y + 1, g->w - 33, 16, ROLE_label, _("Addressee number"));
	grid_put(g, y + 1, g->w - 15, 15, ROLE_text, STR_PB(r->resident_no));
	if (r->hidden)
		(void)view_pair(g, y + 2, _("Address"), ROLE_mark,
		    str_of(mark_instead(STR_PB(r->mark))));
	else
		(void)view_pair(
		    g, y + 2, _("Address"), ROLE_text, STR_PB(r->address));
}

static void
list_draw(struct view *v, struct grid *g)
{
	struct list *l = (struct list *)v;
	struct buf b = BUF_INIT;
	size_t n = l->ans == NULL ? 0 : l->ans->n_rows;
	size_t rows = (size_t)(body_end(g) - BODY_Y - 6);
	size_t first;
	size_t i;

	l->page_rows = rows;
	if (n == 0)
		return;
	first = l->row / rows * rows;
	/* TRANSLATORS: persons found, page, pages */
	buf_printf(&b, _("%zu found  (page %zu of %zu)"), n, first / rows + 1,
	    (n + rows - 1) / rows);
	grid_put(g, BODY_Y, 1, g->w - 2, ROLE_title, buf_str(&b));
	buf_release(&b);
	grid_puts(g, BODY_Y + 1, COL_NO, 3, ROLE_label, _("No."));
	grid_puts(g, BODY_Y + 1, COL_MARK, 6, ROLE_label, _("Mark"));
	grid_puts(g, BODY_Y + 1, COL_NAME, 26, ROLE_label, _("Name"));
	grid_puts(g, BODY_Y + 1, COL_BIRTH, 21, ROLE_label, _("Birth date"));
	grid_puts(g, BODY_Y + 1, COL_SEX, 5, ROLE_label, _("Sex"));
	grid_puts(g, BODY_Y + 1, COL_STATUS, 12, ROLE_label, _("State"));
	if (g->w >= 96)
		grid_puts(
		    g, BODY_Y + 1, 80, g->w - 81, ROLE_label, _("Address"));
	for (i = first; i < n && i < first + rows; i++)
		draw_row(l, g, BODY_Y + 2 + (int)(i - first), i);
	draw_detail(l, g, body_end(g) - 4);
}

static void
list_close(struct view *v)
{
	struct list *l = (struct list *)v;

	wire_arena_release(&l->arena);
	explicit_bzero(l->ref, sizeof(l->ref));
}

static const enum action list_actions[] = { ACT_help, ACT_search, ACT_back,
	ACT_prev, ACT_next, ACT_open, ACT_glyph, ACT_lock, ACT_COUNT };

static const struct view_ops list_ops = {
	.title = N_("Residents found"),
	.help = N_("Arrow keys choose a row, Enter opens the record. The words "
		   "in front of a name say that the person is protected. F3 "
		   "goes back to the conditions, F2 starts with the next "
		   "person. Everybody on this list was recorded as shown."),
	.flags = VIEW_PERSONAL,
	.actions = list_actions,
	.key = list_key,
	.draw = list_draw,
	.close = list_close,
};

struct view *
scr_list_new(struct ui *ui, const Mamori__PersonSearchAns *ans,
    struct str purpose, struct str ref)
{
	struct list *l = view_new(sizeof(*l), ui, &list_ops);

	l->ans =
	    (const Mamori__PersonSearchAns *)view_keep(&l->arena, &ans->base);
	if (l->ans == NULL)
		view_say(&l->v, ROLE_error, "%s",
		    _("The list is too big. Narrow the conditions."));
	(void)str_copy(l->purpose, sizeof(l->purpose), purpose);
	(void)str_copy(l->ref, sizeof(l->ref), ref);
	return &l->v;
}
