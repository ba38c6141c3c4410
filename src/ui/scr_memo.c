/*
 * メモ of a person: who wrote what when; new ones are added below, old ones
 * stay as they are (REC-13).
 *
 * SECURITY: memos of protected people are not sent; nothing here is ever
 * printed.
 */
#include <string.h>

#include "core/era.h"
#include "core/text.h"
#include "ui/edit.h"
#include "ui/view.h"

#define TEXT_MAX  1024
#define DAY_MS	  INT64_C(86400000)
#define JAPAN_MS  INT64_C(32400000)
#define TEXT_ROWS 3

struct memos {
	struct view v;
	struct wire_arena arena;
	const Mamori__MemoListAns *a;
	size_t first; /* on the screen */
	size_t shown; /* of the last drawing */
	bool typing;
	struct edit text;
	char purpose[UI_PURPOSE];
	char ref[UI_REF];
};

static void
keep(struct memos *m, const Mamori__MemoListAns *ans)
{
	wire_arena_release(&m->arena);
	m->first = 0;
	m->a = (const Mamori__MemoListAns *)(const void *)view_keep(
	    &m->arena, &ans->base);
	if (m->a == NULL)
		view_say(&m->v, ROLE_error, "%s",
		    _("The list is too big. Narrow the conditions."));
}

static void
listed(void *arg, const struct ui_answer *a)
{
	struct memos *m = arg;

	if (a->err != 0)
		view_say_answer(&m->v, a);
	else
		keep(m, (const Mamori__MemoListAns *)(const void *)a->ans);
}

static void
added(void *arg, const struct ui_answer *a)
{
	struct memos *m = arg;
	Mamori__MemoListReq req = MAMORI__MEMO_LIST_REQ__INIT;

	if (a->err != 0) {
		view_say_answer(&m->v, a);
		return;
	}
	m->typing = false;
	edit_clear(&m->text);
	view_say(&m->v, ROLE_info, "%s", _("The memo was added."));
	req.resident_no = m->a->resident_no;
	req.purpose = PB_BYTES(str_of(m->purpose));
	req.ref = PB_BYTES(str_of(m->ref));
	view_call(&m->v, OP_memo_list, &req.base, listed);
}

static void
add(struct memos *m)
{
	Mamori__MemoAddReq req = MAMORI__MEMO_ADD_REQ__INIT;

	(void)edit_settle(&m->text);
	if (edit_text(&m->text).n == 0) {
		view_say(&m->v, ROLE_error, "%s",
		    _("The memo is empty. Type it, or go back with F3."));
		return;
	}
	req.resident_no = m->a->resident_no;
	req.text = PB_BYTES(edit_text(&m->text));
	view_call(&m->v, OP_memo_add, &req.base, added);
}

static bool
typing_key(struct memos *m, const struct key *k)
{
	switch (k->id) {
	case K_F10:
	case K_ENTER:
		add(m);
		return true;
	case K_F3:
	case K_ESC:
		m->typing = false;
		edit_clear(&m->text);
		return true;
	case K_F7:
		edit_toggle(&m->text, EDIT_HIRAGANA);
		return true;
	default:
		return edit_key(&m->text, k) != EDIT_NOT_MINE;
	}
}

static bool
memos_key(struct view *v, const struct key *k)
{
	struct memos *m = (struct memos *)v;
	size_t n = m->a == NULL ? 0 : m->a->n_memos;

	view_hush(v);
	if (m->a == NULL)
		return false;
	if (m->typing)
		return typing_key(m, k);
	switch (k->id) {
	case K_F8:
	case K_PGDN:
	case K_DOWN:
		if (m->first + m->shown < n)
			m->first += m->shown;
		return true;
	case K_F7:
	case K_PGUP:
	case K_UP:
		m->first = m->first > m->shown ? m->first - m->shown : 0;
		return true;
	case K_CHAR:
		if (k->pasted || (k->cp | 0x20) != 'n')
			return false;
		m->typing = true;
		return true;
	default:
		return false;
	}
}

/* 令和8年11月21日 14:03  山田花子(O001)  住民課 */
static void
put_author(struct buf *b, const Mamori__Memo *m)
{
	int64_t minute = (m->at_ms + JAPAN_MS) % DAY_MS / 60000;

	date_put_wareki(b, date_today(m->at_ms), '\0');
	buf_printf(b, " %02d:%02d  ", (int)(minute / 60), (int)(minute % 60));
	buf_puts_str(b, STR_PB(m->name));
	buf_putc(b, '(');
	buf_puts_str(b, STR_PB(m->operator_id));
	buf_puts(b, ")  ");
	buf_puts_str(b, STR_PB(m->dept));
}

static int
draw_memo(const Mamori__Memo *m, struct grid *g, int y, int end)
{
	struct str rest = STR_PB(m->text);
	struct str part;
	struct buf b = BUF_INIT;

	put_author(&b, m);
	grid_put(g, y++, 2, g->w - 4, ROLE_label, buf_str(&b));
	buf_release(&b);
	while (rest.n > 0 && y < end) {
		part = text_clip(rest, (unsigned)g->w - 6);
		if (part.n == 0)
			break;
		grid_put(g, y++, 4, g->w - 6, ROLE_text, part);
		rest.p += part.n;
		rest.n -= part.n;
	}
	return y;
}

static void
memos_draw(struct view *v, struct grid *g)
{
	struct memos *m = (struct memos *)v;
	int end = body_end(g) - (m->typing ? TEXT_ROWS : 0);
	struct buf b = BUF_INIT;
	int y = BODY_Y;
	size_t i;

	if (m->a == NULL)
		return;
	if (m->a->hidden) {
		grid_puts(g, y, 2, g->w - 4, ROLE_mark,
		    mark_instead(STR_PB(m->a->mark)));
		grid_cursor(g, y, 2);
	} else {
		/* TRANSLATORS: number of memos */
		buf_printf(
		    &b, _("Memos (%llu)"), (unsigned long long)m->a->total);
		grid_put(g, y, 2, g->w - 4, ROLE_title, buf_str(&b));
		grid_cursor(g, y, 2);
	}
	buf_release(&b);
	for (i = m->first, y++; i < m->a->n_memos && y + 1 < end; i++)
		y = draw_memo(m->a->memos[i], g, y, end);
	m->shown = i > m->first ? i - m->first : 1;
	if (!m->typing)
		return;
	grid_rule(g, end, 0, g->w);
	grid_puts(g, end + 1, 2, 14, ROLE_label, _("New memo"));
	edit_draw(&m->text, g, end + 1, 17, g->w - 19, true);
}

static void
memos_close(struct view *v)
{
	struct memos *m = (struct memos *)v;

	wire_arena_release(&m->arena);
	edit_clear(&m->text);
	explicit_bzero(m->ref, sizeof(m->ref));
}

static const char *
memos_help(const struct view *v)
{
	const struct memos *m = (const struct memos *)v;

	return m->typing ? N_("F10 adds the memo. It cannot be changed later.")
			 : N_("N New memo");
}

static const enum action list_actions[] = { ACT_help, ACT_search, ACT_back,
	ACT_prev, ACT_next, ACT_lock, ACT_COUNT };
static const enum action typing_actions[] = { ACT_help, ACT_close, ACT_mode,
	ACT_go, ACT_lock, ACT_COUNT };

static const enum action *
memos_actions(const struct view *v)
{
	return ((const struct memos *)v)->typing ? typing_actions
						 : list_actions;
}

static const struct view_ops memos_ops = {
	.title = N_("Memos"),
	.help = N_("Memos about a resident, the newest first, with author and "
		   "time. N begins a new one, F10 adds it. A memo is never "
		   "changed and never printed; write a new one to correct an "
		   "old one."),
	.flags = VIEW_PERSONAL,
	.actions = list_actions,
	.actions_now = memos_actions,
	.key = memos_key,
	.draw = memos_draw,
	.close = memos_close,
	.item_help = memos_help,
};

struct view *
scr_memo_new(struct ui *ui, const Mamori__MemoListAns *ans, struct str purpose,
    struct str ref)
{
	struct memos *m = view_new(sizeof(*m), ui, &memos_ops);

	edit_init(&m->text, TEXT_MAX, EDIT_DIRECT);
	(void)str_copy(m->purpose, sizeof(m->purpose), purpose);
	(void)str_copy(m->ref, sizeof(m->ref), ref);
	keep(m, ans);
	return &m->v;
}
