/*
 * The whole: a stack of views, the link, the lock, the idle time.
 *
 * SECURITY: what a locked or disconnected terminal shows is decided here and
 * nowhere else.  A covering view is drawn alone; pages with residents are
 * dropped when the link breaks (TRM-19); drafts stay, unseen, for the same
 * person only (TRM-11, (g)).  No view can stop F12.
 */
#include "ui/ui.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/wire.h"
#include "ui/view.h"

#define IDLE_DEFAULT_S 300 /* TRM-11: never longer */
#define IDLE_WARN_MS   60000
#define AHEAD	       64

struct ui {
	const struct ui_port *port;
	struct view *top;
	enum ui_link link;
	bool in; /* somebody is logged in, locked or not */
	bool locked;
	bool quit;
	bool dirty;
	bool pasting;
	int64_t last_key;
	int64_t shown_minute;
	char match_id[33];
	char operator_id[33];
	struct ui_reason reason;
	struct key ahead[AHEAD]; /* typed while an answer is awaited */
	size_t n_ahead;
};

const struct ui_port *
ui_port(const struct ui *ui)
{
	return ui->port;
}

void
ui_touch(struct ui *ui)
{
	ui->dirty = true;
}

const char *
ui_match_id(const struct ui *ui)
{
	return ui->match_id;
}

const char *
ui_operator_id(const struct ui *ui)
{
	return ui->operator_id;
}

struct ui_reason *
ui_reason(struct ui *ui)
{
	return &ui->reason;
}

/* ---- stack -----------------------------------------------------------------
 */

void *
view_new(size_t size, struct ui *ui, const struct view_ops *ops)
{
	struct view *v = calloc(1, size);

	if (v == NULL)
		BUG("out of memory");
	v->ui = ui;
	v->ops = ops;
	return v;
}

static void
destroy(struct view *v)
{
	v->ui->port->cancel(v->ui->port->ctx, v);
	if (v->ops->close != NULL)
		v->ops->close(v);
	explicit_bzero(v->say, sizeof(v->say));
	free(v);
}

void
view_push(struct view *v)
{
	v->below = v->ui->top;
	if (v->below != NULL && v->below->ops->covered != NULL)
		v->below->ops->covered(v->below);
	v->ui->top = v;
	ui_touch(v->ui);
}

void
view_push_over(struct view *under, struct view *v)
{
	struct view *above = under->ui->top;

	if (above == under) {
		view_push(v);
		return;
	}
	while (above->below != under)
		above = above->below;
	v->below = under;
	above->below = v;
	ui_touch(v->ui);
}

void
view_close(struct view *v)
{
	struct ui *ui = v->ui;
	struct view **link = &ui->top;

	while (*link != NULL && *link != v)
		link = &(*link)->below;
	BUG_ON(*link == NULL);
	*link = v->below;
	destroy(v);
	ui_touch(ui);
}

void
view_reset(struct ui *ui, struct view *v)
{
	while (ui->top != NULL)
		view_close(ui->top);
	ui->n_ahead = 0;
	if (v != NULL)
		view_push(v);
}

/* Closes every view with one of these flags. */
static void
drop(struct ui *ui, unsigned flags)
{
	struct view *v = ui->top;
	struct view *below;

	while (v != NULL) {
		below = v->below;
		if ((v->ops->flags & flags) != 0)
			view_close(v);
		v = below;
	}
}

/* ---- calls -----------------------------------------------------------------
 */

static void replay(struct ui *ui);

static void
answered(void *arg, const struct ui_answer *a)
{
	struct view *v = arg;
	struct ui *ui = v->ui;
	ui_done *done = v->done;

	v->busy = false;
	v->done = NULL;
	ui_touch(ui);
	if (a->err != 0)
		ui->n_ahead = 0; /* not meant for the page that stays */
	done(v, a);
	replay(ui);
}

void
view_call(
    struct view *v, enum op op, const ProtobufCMessage *req, ui_done *done)
{
	BUG_ON(v->busy);
	v->busy = true;
	v->done = done;
	ui_touch(v->ui);
	v->ui->port->call(v->ui->port->ctx, op, req, answered, v);
}

const ProtobufCMessage *
view_keep(struct wire_arena *a, const ProtobufCMessage *m)
{
	struct buf b = BUF_INIT;
	ProtobufCMessage *copy = NULL;

	wire_pack(&b, m);
	if (b.err != 0 || wire_arena_init(a, 8 * b.n + 65536) != 0 ||
	    wire_unpack(m->descriptor, buf_str(&b), a, &copy) != 0)
		copy = NULL;
	buf_wipe(&b);
	return copy;
}

void
view_cancel(struct view *v)
{
	v->ui->port->cancel(v->ui->port->ctx, v);
	v->busy = false;
	v->ui->n_ahead = 0;
	view_say(v, ROLE_info, "%s", _("Stopped waiting for the answer."));
}

/* ---- the session ------------------------------------------------------------
 */

static void
forget_answer(void *arg, const struct ui_answer *a)
{
	(void)arg;
	(void)a;
}

static int64_t
now(const struct ui *ui)
{
	return ui->port->boot_ms(ui->port->ctx);
}

static int64_t
idle_ms(const struct ui *ui)
{
	unsigned s = ui->port->site(ui->port->ctx)->idle_seconds;

	return (int64_t)(s == 0 || s > IDLE_DEFAULT_S ? IDLE_DEFAULT_S : s) *
	    1000;
}

int
ui_idle_left(const struct ui *ui)
{
	int64_t left;

	if (!ui->in || ui->locked || ui->link != UI_LINK_UP)
		return -1;
	left = ui->last_key + idle_ms(ui) - now(ui);
	return left < 0 ? 0 : (int)left;
}

void
ui_lock(struct ui *ui, const char *cause)
{
	Mamori__LockReq req = MAMORI__LOCK_REQ__INIT;

	if (!ui->in || ui->locked)
		return;
	ui->locked = true;
	ui->n_ahead = 0;
	drop(ui, VIEW_POPUP);
	req.cause = PB_BYTES(str_of(cause));
	ui->port->call(ui->port->ctx, OP_lock, &req.base, forget_answer, ui);
	view_push(scr_lock_new(ui, false));
}

void
ui_unlocked(struct ui *ui)
{
	ui->locked = false;
	ui->last_key = now(ui);
	ui->n_ahead = 0;
	drop(ui, VIEW_COVER | VIEW_POPUP);
}

void
ui_logged_in(struct ui *ui)
{
	const struct ui_who *who = ui->port->who(ui->port->ctx);
	bool same = ui->in && strcmp(ui->operator_id, who->operator_id) == 0;

	(void)str_copy(
	    ui->match_id, sizeof(ui->match_id), str_of(who->match_id));
	(void)str_copy(
	    ui->operator_id, sizeof(ui->operator_id), str_of(who->operator_id));
	ui->in = true;
	if (same) {
		ui_unlocked(ui);
		return;
	}
	ui->locked = false;
	ui->last_key = now(ui);
	explicit_bzero(&ui->reason, sizeof(ui->reason));
	view_reset(ui, scr_menu_new(ui));
}

void
ui_log_off(struct ui *ui)
{
	Mamori__LogoffReq req = MAMORI__LOGOFF_REQ__INIT;

	req.cause = PB_BYTES(STR("key"));
	if (ui->link == UI_LINK_UP)
		ui->port->call(
		    ui->port->ctx, OP_logoff, &req.base, forget_answer, ui);
	ui->in = false;
	ui->locked = false;
	explicit_bzero(ui->match_id, sizeof(ui->match_id));
	explicit_bzero(ui->operator_id, sizeof(ui->operator_id));
	explicit_bzero(&ui->reason, sizeof(ui->reason));
	view_reset(ui,
	    ui->link == UI_LINK_UP ? scr_login_new(ui)
				   : scr_wait_new(ui, ui->link, 0));
}

void
ui_ask_log_off(struct ui *ui)
{
	view_push(scr_ask_new(ui,
	    ui->locked ? N_("Log off? What was being typed is lost.")
		       : N_("Log off and end the work at this terminal?"),
	    ui_log_off));
}

static void
quit_now(struct ui *ui)
{
	ui->quit = true;
}

void
ui_ask_quit(struct ui *ui)
{
	view_push(scr_ask_new(ui, N_("End the program?"), quit_now));
}

void
ui_search(struct ui *ui)
{
	const struct view_ops *ops;
	struct view *v = scr_search_new(ui);
	struct view *open;

	ops = v->ops;
	for (open = ui->top; open != NULL; open = open->below) {
		if (open->ops == ops)
			break;
	}
	if (open == ui->top) {
		destroy(v);
		return;
	}
	/* the next person: an empty form, the pages of the last one go */
	while (open != NULL && ui->top != open)
		view_close(ui->top);
	if (open != NULL)
		view_close(open);
	view_push(v);
}

/* ---- what the program around calls
 * -------------------------------------------- */

struct ui *
ui_new(const struct ui_port *port)
{
	struct ui *ui = calloc(1, sizeof(*ui));

	if (ui == NULL)
		return NULL;
	ui->port = port;
	ui->last_key = now(ui);
	view_push(scr_wait_new(ui, UI_LINK_CONNECTING, 0));
	return ui;
}

void
ui_free(struct ui *ui)
{
	if (ui == NULL)
		return;
	view_reset(ui, NULL);
	ui->port->cancel(ui->port->ctx, ui);
	explicit_bzero(ui, sizeof(*ui));
	free(ui);
}

void
ui_link(struct ui *ui, enum ui_link link, int err)
{
	ui->link = link;
	ui->n_ahead = 0;
	drop(ui, VIEW_COVER | VIEW_POPUP | VIEW_PERSONAL);
	if (link == UI_LINK_UP && !ui->in) {
		view_reset(ui, scr_login_new(ui));
	} else if (link == UI_LINK_UP) {
		view_push(scr_lock_new(ui, true));
	} else {
		ui->locked = ui->in;
		if (!ui->in)
			view_reset(ui, NULL);
		view_push(scr_wait_new(ui, link, err));
	}
}

static bool
common_key(struct ui *ui, const struct key *k)
{
	struct view *top = ui->top;
	bool plain = (top->ops->flags & (VIEW_PLAIN | VIEW_COVER)) != 0;

	switch (k->id) {
	case K_F1:
		view_push(scr_help_new(ui, top));
		return true;
	case K_F2:
		if (!plain && ui->in && !ui->locked &&
		    right_has(ui->port->who(ui->port->ctx)->rights,
			RIGHT_PERSON_SEARCH))
			ui_search(ui);
		return true;
	case K_F3:
	case K_ESC:
		if (top->below != NULL && k->id == K_F3 &&
		    (top->ops->flags & VIEW_COVER) == 0)
			view_close(top);
		return true;
	case K_CTRL_C:
	case K_CTRL_Z:
		view_say(top, ROLE_info, "%s",
		    _("F3 goes back, F12 locks the terminal."));
		return true;
	default:
		return false;
	}
}

static void
deliver(struct ui *ui, const struct key *k)
{
	struct view *top = ui->top;

	if (top->busy && k->id == K_F3) {
		view_cancel(top);
		return;
	}
	if (top->busy) {
		if (ui->n_ahead < AHEAD)
			ui->ahead[ui->n_ahead++] = *k;
		return;
	}
	if (!top->ops->key(top, k))
		(void)common_key(ui, k);
}

/* Type-ahead: what was typed while the answer was under way. */
static void
replay(struct ui *ui)
{
	struct key k;

	while (ui->n_ahead > 0 && !ui->top->busy) {
		k = ui->ahead[0];
		ui->n_ahead--;
		memmove(ui->ahead, ui->ahead + 1,
		    ui->n_ahead * sizeof(ui->ahead[0]));
		deliver(ui, &k);
	}
	explicit_bzero(&k, sizeof(k));
}

void
ui_key(struct ui *ui, const struct key *key)
{
	struct key k = *key;

	ui->last_key = now(ui);
	ui_touch(ui);
	if (k.id == K_PASTE || k.id == K_PASTE_END) {
		ui->pasting = k.id == K_PASTE;
		return;
	}
	if (k.id == K_F12) {
		ui->pasting = false;
		ui_lock(ui, "key");
		return;
	}
	if (ui->pasting && k.id != K_CHAR)
		return; /* a pasted newline or tab is no command */
	k.pasted = ui->pasting;
	deliver(ui, &k);
}

int
ui_tick(struct ui *ui)
{
	int64_t minute = ui->port->wall_ms(ui->port->ctx) / 60000;
	int left;
	int next = 60000 - (int)(ui->port->wall_ms(ui->port->ctx) % 60000);
	int own;

	if (minute != ui->shown_minute) {
		ui->shown_minute = minute;
		ui_touch(ui);
	}
	left = ui_idle_left(ui);
	if (left == 0)
		ui_lock(ui, "idle");
	if (left > 0 && left <= IDLE_WARN_MS) {
		ui_touch(ui);
		left = left < 1000 ? left : 1000;
	} else if (left > IDLE_WARN_MS) {
		left -= IDLE_WARN_MS;
	}
	if (left > 0 && left < next)
		next = left;
	own = ui->top->ops->tick != NULL ? ui->top->ops->tick(ui->top) : -1;
	return own >= 0 && own < next ? own : next;
}

bool
ui_take_dirty(struct ui *ui)
{
	bool was = ui->dirty;

	ui->dirty = false;
	return was;
}

static void
draw_view(struct view *v, struct grid *g)
{
	if ((v->ops->flags & VIEW_POPUP) != 0 && v->below != NULL)
		draw_view(v->below, g);
	else
		grid_clear(g);
	v->ops->draw(v, g);
}

void
ui_draw(struct ui *ui, struct grid *g)
{
	grid_clear(g);
	if (g->w < 80 || g->h < 24) {
		(void)view_paragraph(g, 0, 0, g->w, ROLE_text,
		    _("The window is too small: 80 columns and 24 rows are "
		      "needed. Enlarge it; nothing is lost."));
		grid_cursor(g, 0, 0);
		return;
	}
	draw_view(ui->top, g);
	frame_draw(ui, ui->top, g);
}

bool
ui_wants_quit(const struct ui *ui)
{
	return ui->quit;
}

bool
ui_is_idle(const struct ui *ui)
{
	const struct view *v;

	for (v = ui->top; v != NULL; v = v->below) {
		if (v->busy || v->loading)
			return false;
	}
	return true;
}
