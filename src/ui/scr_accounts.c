/*
 * 利用者の管理: who has an account, and what one may do to another's (AUT-06,
 * AUT-10, AUT-12; SD-6).
 *
 * SECURITY: a digit only leads to the page with the text of the act, PIN and
 * finger; the server decides.  Lines whose right is not held are not shown.
 */
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "ui/formview.h"

struct accounts {
	struct view v;
	struct wire_arena arena;
	const Mamori__AccountListAns *ans;
	size_t row;
	size_t page_rows;
};

/* What can be done, by digit. */
/* clang-format off */
static const struct deed {
	char digit;
	enum op op;
	enum right right;
	const char *label;
	const char *done;
} deeds[] = {
	{ '1', OP_account_unlock,  RIGHT_ACCOUNT_UNLOCK, N_("Unlock"),    N_("Unlocked.") },
	{ '2', OP_account_suspend, RIGHT_OPERATOR_ADMIN, N_("Suspend"),   N_("Suspended.") },
	{ '3', OP_account_resume,  RIGHT_OPERATOR_ADMIN, N_("Resume"),    N_("Resumed.") },
	{ '4', OP_pin_reset,       RIGHT_OPERATOR_ADMIN, N_("Reset PIN"), N_("The PIN was reset. The person must be enrolled again.") },
};
/* clang-format on */

#define DEEDS (sizeof(deeds) / sizeof(deeds[0]))

static bool
allowed(struct ui *ui, size_t i)
{
	const struct ui_port *port = ui_port(ui);

	return right_has(port->who(port->ctx)->rights, deeds[i].right);
}

static size_t
count(const struct accounts *a)
{
	return a->ans == NULL ? 0 : a->ans->n_accounts;
}

/* ---- list --------------------------------------------------------------- */

static void
listed(void *arg, const struct ui_answer *answer)
{
	struct accounts *a = arg;

	if (answer->err != 0) {
		view_say_answer(&a->v, answer);
		return;
	}
	wire_arena_release(&a->arena);
	a->ans = (const void *)view_keep(&a->arena, answer->ans);
	if (a->row >= count(a))
		a->row = 0;
}

static void
refresh(struct accounts *a)
{
	Mamori__AccountListReq req = MAMORI__ACCOUNT_LIST_REQ__INIT;

	view_call(&a->v, OP_account_list, &req.base, listed);
}

/* ---- the reason --------------------------------------------------------- */

struct reason {
	struct view v;
	struct accounts *owner;
	const struct deed *deed;
	struct formview form;
	char match_id[33];
};

static void
deed_done(struct view *v, const struct ui_answer *answer)
{
	struct reason *r = (struct reason *)v;
	struct accounts *a = r->owner;

	if (answer->err != 0) {
		view_say_answer(v, answer);
		return;
	}
	refresh(a);
	view_say(
	    &a->v, ROLE_info, "%s: %s", r->match_id, i18n_text(r->deed->done));
	view_close(v);
}

/* The four requests are alike: whose, and why. */
static void
ask_finger(struct reason *r)
{
	Mamori__AccountUnlockReq unlock = MAMORI__ACCOUNT_UNLOCK_REQ__INIT;
	Mamori__AccountSuspendReq off = MAMORI__ACCOUNT_SUSPEND_REQ__INIT;
	Mamori__AccountResumeReq on = MAMORI__ACCOUNT_RESUME_REQ__INIT;
	Mamori__PinResetReq reset = MAMORI__PIN_RESET_REQ__INIT;
	const struct {
		enum op op;
		ProtobufCMessage *req;
		ProtobufCBinaryData *match_id;
		ProtobufCBinaryData *reason;
	} requests[] = {
		{ OP_account_unlock, &unlock.base, &unlock.match_id,
		    &unlock.reason },
		{ OP_account_suspend, &off.base, &off.match_id, &off.reason },
		{ OP_account_resume, &on.base, &on.match_id, &on.reason },
		{ OP_pin_reset, &reset.base, &reset.match_id, &reset.reason },
	};
	size_t i;

	if (!formview_check(&r->form, &r->v))
		return;
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		if (requests[i].op != r->deed->op)
			continue;
		*requests[i].match_id = PB_BYTES(str_of(r->match_id));
		*requests[i].reason =
		    PB_BYTES(formview_value(&r->form, "reason"));
		view_hush(&r->v);
		view_push(scr_act_new(
		    &r->v, r->deed->op, requests[i].req, deed_done));
	}
}

static bool
reason_key(struct view *v, const struct key *k)
{
	struct reason *r = (struct reason *)v;

	if (k->id == K_F3) {
		view_close(v);
		return true;
	}
	switch (formview_key(&r->form, v, k)) {
	case FORM_SUBMIT:
		ask_finger(r);
		return true;
	case FORM_NOT_MINE:
		return false;
	default:
		return true;
	}
}

static void
reason_draw(struct view *v, struct grid *g)
{
	struct reason *r = (struct reason *)v;
	char text[128];

	(void)snprintf(text, sizeof(text), "%s: %s", i18n_text(r->deed->label),
	    r->match_id);
	view_heading(g, BODY_Y, text);
	formview_draw(&r->form, g, BODY_Y + 2, 3, true);
}

static void
reason_close(struct view *v)
{
	formview_wipe(&((struct reason *)v)->form);
}

static const char *
reason_help(const struct view *v)
{
	return formview_help(&((const struct reason *)v)->form);
}

static const enum action reason_actions[] = { ACT_help, ACT_back, ACT_mode,
	ACT_go, ACT_lock, ACT_COUNT };

static const struct view_ops reason_ops = {
	.title = N_("Reason"),
	.help = N_("Say why, then F10. The next page shows the whole text of "
		   "what you are about to do; nothing happens before your "
		   "finger."),
	.actions = reason_actions,
	.key = reason_key,
	.draw = reason_draw,
	.close = reason_close,
	.item_help = reason_help,
};

static void
ask_reason(struct accounts *a, const struct deed *deed)
{
	const struct ui_port *port = ui_port(a->v.ui);
	struct reason *r = view_new(sizeof(*r), a->v.ui, &reason_ops);

	if (formview_init(&r->form, port,
		port->form(port->ctx, "account_reason"), N_("Go on")) != 0)
		view_say(&r->v, ROLE_error, "%s",
		    _("The form files are missing. Call the administrator."));
	r->owner = a;
	r->deed = deed;
	(void)str_copy(r->match_id, sizeof(r->match_id),
	    STR_PB(a->ans->accounts[a->row]->match_id));
	view_hush(&a->v);
	view_push(&r->v);
}

/* ---- the page ----------------------------------------------------------- */

static bool
deed_key(struct accounts *a, const struct key *k)
{
	size_t i;

	for (i = 0; i < DEEDS; i++) {
		if (k->cp == deeds[i].digit && !k->pasted &&
		    allowed(a->v.ui, i)) {
			ask_reason(a, &deeds[i]);
			return true;
		}
	}
	return false;
}

static bool
accounts_key(struct view *v, const struct key *k)
{
	struct accounts *a = (struct accounts *)v;
	size_t n = count(a);
	size_t page = a->page_rows > 0 ? a->page_rows : 1;

	if (k->id == K_F5) {
		view_hush(v);
		refresh(a);
		return true;
	}
	if (n == 0)
		return false;
	switch (k->id) {
	case K_UP:
		a->row = (a->row + n - 1) % n;
		return true;
	case K_DOWN:
		a->row = (a->row + 1) % n;
		return true;
	case K_F7:
	case K_PGUP:
		a->row = a->row > page ? a->row - page : 0;
		return true;
	case K_F8:
	case K_PGDN:
		a->row = a->row + page < n ? a->row + page : n - 1;
		return true;
	case K_CHAR:
		return deed_key(a, k);
	default:
		return false;
	}
}

static const char *
state_text(const Mamori__AccountRow *r)
{
	if (r->suspended)
		return _("suspended");
	if (r->locked)
		return _("locked");
	return r->enrolled ? _("in use") : _("not enrolled");
}

#define COL_ID	  1
#define COL_NAME  12
#define COL_DEPT  32
#define COL_UNTIL 50
#define COL_STATE 62

static void
draw_row(const struct accounts *a, struct grid *g, int y, size_t i)
{
	const Mamori__AccountRow *r = a->ans->accounts[i];
	enum role role = i == a->row ? ROLE_focus : ROLE_text;

	grid_fill(g, y, 0, g->w, role);
	grid_put(
	    g, y, COL_ID, COL_NAME - COL_ID - 1, role, STR_PB(r->match_id));
	grid_put(
	    g, y, COL_NAME, COL_DEPT - COL_NAME - 1, role, STR_PB(r->name));
	grid_put(
	    g, y, COL_DEPT, COL_UNTIL - COL_DEPT - 1, role, STR_PB(r->dept));
	grid_put(
	    g, y, COL_UNTIL, COL_STATE - COL_UNTIL - 1, role, STR_PB(r->until));
	grid_puts(g, y, COL_STATE, g->w - COL_STATE - 1, role, state_text(r));
	if (i == a->row)
		grid_cursor(g, y, COL_ID);
}

static void
draw_deeds(const struct accounts *a, struct grid *g, int y)
{
	char text[64];
	size_t i;
	int x = 1;

	for (i = 0; i < DEEDS; i++) {
		if (!allowed(a->v.ui, i))
			continue;
		(void)snprintf(text, sizeof(text), "%c %s", deeds[i].digit,
		    i18n_text(deeds[i].label));
		x += grid_puts(g, y, x, g->w - x - 1, ROLE_key, text) + 3;
	}
}

static void
accounts_draw(struct view *v, struct grid *g)
{
	struct accounts *a = (struct accounts *)v;
	size_t n = count(a);
	size_t rows = (size_t)(body_end(g) - BODY_Y - 4);
	size_t first;
	size_t i;

	a->page_rows = rows;
	grid_puts(g, BODY_Y, COL_ID, 10, ROLE_label, _("Match ID"));
	grid_puts(g, BODY_Y, COL_NAME, 18, ROLE_label, _("Name"));
	grid_puts(g, BODY_Y, COL_DEPT, 16, ROLE_label, _("Section"));
	grid_puts(g, BODY_Y, COL_UNTIL, 11, ROLE_label, _("Last day"));
	grid_puts(g, BODY_Y, COL_STATE, 16, ROLE_label, _("Condition"));
	if (n == 0)
		return;
	first = a->row / rows * rows;
	for (i = first; i < n && i < first + rows; i++)
		draw_row(a, g, BODY_Y + 1 + (int)(i - first), i);
	grid_rule(g, body_end(g) - 3, 0, g->w);
	grid_puts(g, body_end(g) - 2, 1, 12, ROLE_label, _("Operator IDs"));
	grid_put(g, body_end(g) - 2, 15, g->w - 16, ROLE_text,
	    STR_PB(a->ans->accounts[a->row]->operators));
	draw_deeds(a, g, body_end(g) - 1);
}

static void
accounts_close(struct view *v)
{
	wire_arena_release(&((struct accounts *)v)->arena);
}

static const enum action accounts_actions[] = { ACT_help, ACT_back, ACT_refresh,
	ACT_prev, ACT_next, ACT_lock, ACT_COUNT };

static const struct view_ops accounts_ops = {
	.title = N_("Accounts"),
	.help = N_("Arrow keys choose a person, a digit what is done: asked "
		   "for are a reason, your PIN and your finger. Your own "
		   "account is handled by somebody else."),
	.flags = VIEW_PERSONAL,
	.actions = accounts_actions,
	.key = accounts_key,
	.draw = accounts_draw,
	.close = accounts_close,
};

struct view *
scr_accounts_new(struct ui *ui)
{
	struct accounts *a = view_new(sizeof(*a), ui, &accounts_ops);

	refresh(a);
	return &a->v;
}
