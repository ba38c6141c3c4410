/*
 * One resident's record (requirements.md App. F): all items on two pages;
 * S household, R history, N memos, M and J one number.
 *
 * SECURITY: 個人番号 and 住民票コード are stars here (PRM-12): the server sends
 * one when it is asked for by M or J, and it is wiped with the next key, when
 * anything covers the page and when the page is left.  A protected address is
 * absent, with the reason in its place.
 */
#include <string.h>

#include "core/codes.h"
#include "ui/items.h"

struct record {
	struct view v;
	struct wire_arena arena;
	const Mamori__PersonOpenAns *a;
	size_t page;
	size_t pages;
	char purpose[UI_PURPOSE];
	char ref[UI_REF];
	char number[CODE_MY_NUMBER + 1];
	unsigned number_at;
	bool covered; /* no key since something stood over the page */
};

static void
forget_number(struct view *v)
{
	struct record *r = (struct record *)v;

	explicit_bzero(r->number, sizeof(r->number));
	r->number_at = 0;
	r->covered = true;
	ui_touch(v->ui);
}

/* ---- what is asked of the server ---------------------------------------- */

static void
unmasked(void *arg, const struct ui_answer *a)
{
	struct record *r = arg;
	const Mamori__PersonUnmaskAns *ans;

	if (a->err != 0) {
		view_say_answer(&r->v, a);
		return;
	}
	ans = (const Mamori__PersonUnmaskAns *)(const void *)a->ans;
	if (r->covered) /* nobody looks at this page any more */
		return;
	if (str_copy(r->number, sizeof(r->number), STR_PB(ans->value)) != 0)
		return;
	r->number_at = str_eqz(STR_PB(ans->item), "my_number")
	    ? RESIDENT_my_number
	    : RESIDENT_jumin_code;
	view_say(&r->v, ROLE_info, "%s",
	    _("The number is shown and was recorded. The next key hides it."));
}

static void
unmask(struct record *r, const char *item)
{
	Mamori__PersonUnmaskReq req = MAMORI__PERSON_UNMASK_REQ__INIT;

	req.resident_no = r->a->resident_no;
	req.item = PB_BYTES(str_of(item));
	req.purpose = PB_BYTES(str_of(r->purpose));
	req.ref = PB_BYTES(str_of(r->ref));
	view_call(&r->v, OP_person_unmask, &req.base, unmasked);
}

static void
unmask_my_number(struct record *r)
{
	unmask(r, "my_number");
}

static void
unmask_jumin_code(struct record *r)
{
	unmask(r, "jumin_code");
}

static void
house_came(void *arg, const struct ui_answer *a)
{
	struct record *r = arg;

	if (a->err != 0)
		view_say_answer(&r->v, a);
	else
		view_push_over(&r->v,
		    scr_house_new(r->v.ui,
			(const Mamori__PersonHouseAns *)(const void *)a->ans,
			str_of(r->purpose), str_of(r->ref)));
}

static void
ask_house(struct record *r)
{
	Mamori__PersonHouseReq req = MAMORI__PERSON_HOUSE_REQ__INIT;

	req.resident_no = r->a->resident_no;
	req.purpose = PB_BYTES(str_of(r->purpose));
	req.ref = PB_BYTES(str_of(r->ref));
	view_call(&r->v, OP_person_house, &req.base, house_came);
}

static void
history_came(void *arg, const struct ui_answer *a)
{
	struct record *r = arg;

	if (a->err != 0)
		view_say_answer(&r->v, a);
	else
		view_push_over(&r->v,
		    scr_history_new(r->v.ui,
			(const Mamori__PersonHistoryAns *)(const void *)
			    a->ans));
}

static void
ask_history(struct record *r)
{
	Mamori__PersonHistoryReq req = MAMORI__PERSON_HISTORY_REQ__INIT;

	req.resident_no = r->a->resident_no;
	req.purpose = PB_BYTES(str_of(r->purpose));
	req.ref = PB_BYTES(str_of(r->ref));
	view_call(&r->v, OP_person_history, &req.base, history_came);
}

static void
memos_came(void *arg, const struct ui_answer *a)
{
	struct record *r = arg;

	if (a->err != 0)
		view_say_answer(&r->v, a);
	else
		view_push_over(&r->v,
		    scr_memo_new(r->v.ui,
			(const Mamori__MemoListAns *)(const void *)a->ans,
			str_of(r->purpose), str_of(r->ref)));
}

static void
ask_memos(struct record *r)
{
	Mamori__MemoListReq req = MAMORI__MEMO_LIST_REQ__INIT;

	req.resident_no = r->a->resident_no;
	req.purpose = PB_BYTES(str_of(r->purpose));
	req.ref = PB_BYTES(str_of(r->ref));
	view_call(&r->v, OP_memo_list, &req.base, memos_came);
}

/* ---- keys --------------------------------------------------------------- */

static const struct {
	char key;
	void (*go)(struct record *r);
} letters[] = {
	{ 's', ask_house },
	{ 'r', ask_history },
	{ 'n', ask_memos },
	{ 'm', unmask_my_number },
	{ 'j', unmask_jumin_code },
};

static bool
letter_key(struct record *r, const struct key *k)
{
	size_t i;

	if (k->id != K_CHAR || k->pasted || r->a == NULL)
		return false;
	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if ((k->cp | 0x20) == letters[i].key) {
			letters[i].go(r);
			return true;
		}
	}
	return false;
}

static bool
record_key(struct view *v, const struct key *k)
{
	struct record *r = (struct record *)v;

	view_hush(v);
	forget_number(v);
	r->covered = false;
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
		return letter_key(r, k);
	}
}

/* ---- the page ----------------------------------------------------------- */

static void
draw_head(const struct record *r, struct grid *g)
{
	const Mamori__PersonOpenAns *a = r->a;
	const char *word = mark_full(STR_PB(a->mark));
	struct buf b = BUF_INIT;
	int x = 2;

	if (word[0] != '\0')
		x += grid_puts(g, BODY_Y, x, 31, ROLE_mark, word) + 1;
	if (a->removed)
		x += grid_puts(g, BODY_Y, x, 16, ROLE_mark, _("[Removed]")) + 1;
	grid_put(g, BODY_Y, x, g->w - x - 20, ROLE_title, STR_PB(a->name));
	/* TRANSLATORS: page, pages */
	buf_printf(&b, _("page %zu of %zu"), r->page + 1, r->pages);
	grid_put(g, BODY_Y, g->w - 18, 17, ROLE_dim, buf_str(&b));
	grid_cursor(g, BODY_Y, 2);
	buf_release(&b);
}

static void
record_draw(struct view *v, struct grid *g)
{
	struct record *r = (struct record *)v;
	struct items it = { .number = NULL };

	if (r->a == NULL)
		return;
	it.list = r->a->items;
	it.n = r->a->n_items;
	it.foreign = r->a->foreign;
	it.mark = STR_PB(r->a->mark);
	it.number_at = r->number_at;
	it.number = r->number[0] != '\0' ? r->number : NULL;
	r->pages = items_draw(&it, g, BODY_Y + 1, r->page);
	if (r->page >= r->pages) {
		r->page = r->pages - 1;
		(void)items_draw(&it, g, BODY_Y + 1, r->page);
	}
	draw_head(r, g);
}

static void
record_close(struct view *v)
{
	struct record *r = (struct record *)v;

	wire_arena_release(&r->arena);
	explicit_bzero(r->number, sizeof(r->number));
	explicit_bzero(r->ref, sizeof(r->ref));
}

static const char *
record_keys(const struct view *v)
{
	(void)v;
	return N_("S Household   R History   N Memos   M Individual number   "
		  "J Resident record code");
}

static const enum action record_actions[] = { ACT_help, ACT_search, ACT_back,
	ACT_prev, ACT_next, ACT_glyph, ACT_lock, ACT_COUNT };

static const struct view_ops record_ops = {
	.title = N_("Resident record"),
	.help = N_("F8 shows the rest of the items. S shows the household, R "
		   "the history, N the memos. M and J ask for one number; that "
		   "is recorded, and the next key hides it again. A protected "
		   "address is not sent to this terminal; the words in its "
		   "place say why. F2 starts with the next person. F11 shows "
		   "the character codes of the name."),
	.flags = VIEW_PERSONAL,
	.actions = record_actions,
	.key = record_key,
	.draw = record_draw,
	.close = record_close,
	.covered = forget_number,
	.item_help = record_keys,
};

struct view *
scr_record_new(struct ui *ui, const Mamori__PersonOpenAns *ans,
    struct str purpose, struct str ref)
{
	struct record *r = view_new(sizeof(*r), ui, &record_ops);

	r->a = (const Mamori__PersonOpenAns *)(const void *)view_keep(
	    &r->arena, &ans->base);
	r->pages = 2;
	(void)str_copy(r->purpose, sizeof(r->purpose), purpose);
	(void)str_copy(r->ref, sizeof(r->ref), ref);
	if (r->a == NULL)
		view_say(&r->v, ROLE_error, "%s",
		    _("The record is too big to be shown. Call the "
		      "administrator."));
	return &r->v;
}
