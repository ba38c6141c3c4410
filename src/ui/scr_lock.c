/*
 * The locked terminal (TRM-11, TRM-12) and the way back after the link broke
 * (TRM-19): the same person with PIN and finger, or log off.
 *
 * SECURITY: this page covers everything and is drawn alone.  The drafts below
 * it are kept in memory, unseen, for the same person; F3 forgets them.
 */
#include <stdio.h>
#include <string.h>

#include "ui/auth.h"
#include "ui/formview.h"

struct lock {
	struct view v;
	struct formview form;
	struct auth auth;
	bool again; /* the connection is new: a whole log-in is needed */
};

static void
ended(struct view *v, int err)
{
	struct lock *l = (struct lock *)v;

	if (err != 0)
		return;
	if (l->again)
		ui_logged_in(v->ui);
	else
		ui_unlocked(v->ui);
}

static void
repin(struct view *v)
{
	view_push(scr_pin_new(v->ui, true));
}

/* After a new connection the duty of before is chosen without a question. */
static void
choose(struct view *v)
{
	struct lock *l = (struct lock *)v;
	const struct ui_port *port = ui_port(v->ui);
	size_t pick = 0;
	size_t i;

	for (i = 0; i < l->auth.n; i++) {
		if (strcmp(l->auth.choice[i].operator_id,
			ui_operator_id(v->ui)) == 0)
			pick = i;
	}
	if (l->auth.n > 0)
		port->login_choose(
		    port->ctx, str_of(l->auth.choice[pick].operator_id));
}

static void
start(struct lock *l)
{
	struct form_item *pin = formview_item(&l->form, "pin");
	struct secret s;

	if (pin == NULL || !formview_check(&l->form, &l->v))
		return;
	formview_secret(&l->form, &s);
	auth_start(&l->auth, l->again ? "login" : "unlock",
	    str_of(ui_match_id(l->v.ui)), &s);
	edit_clear(&pin->edit);
	secret_wipe(&s);
}

static bool
lock_key(struct view *v, const struct key *k)
{
	struct lock *l = (struct lock *)v;

	if (l->auth.running)
		return auth_key(&l->auth, k);
	if (k->id == K_F3) {
		ui_ask_log_off(v->ui);
		return true;
	}
	if (k->id == K_ENTER) {
		start(l);
		return true;
	}
	switch (formview_key(&l->form, v, k)) {
	case FORM_SUBMIT:
		start(l);
		return true;
	case FORM_NOT_MINE:
		return false;
	default:
		return true;
	}
}

static void
lock_draw(struct view *v, struct grid *g)
{
	struct lock *l = (struct lock *)v;
	char text[128];
	int y;

	(void)snprintf(
	    text, sizeof(text), _("Locked for %s"), ui_match_id(v->ui));
	view_heading(g, BODY_Y + 2, text);
	y = view_paragraph(g, BODY_Y + 4, 2, g->w - 4, ROLE_text,
	    l->again
		? _("The connection is back. Type your PIN and place your "
		    "finger: what you were typing is still there.")
		: _("Type your PIN and place your finger to return to your "
		    "work. Somebody else logs you off with F3."));
	formview_draw(&l->form, g, y + 1, 1, !l->auth.running);
	auth_draw(&l->auth, g, y + 3);
}

static int
lock_tick(struct view *v)
{
	return auth_tick(&((struct lock *)v)->auth);
}

static void
lock_close(struct view *v)
{
	struct lock *l = (struct lock *)v;

	auth_stop(&l->auth);
	formview_wipe(&l->form);
}

static const char *
lock_help(const struct view *v)
{
	const struct lock *l = (const struct lock *)v;

	return l->auth.running ? "" : formview_help(&l->form);
}

static const enum action lock_actions[] = { ACT_help, ACT_logoff, ACT_go,
	ACT_COUNT };

static const enum action running_actions[] = { ACT_help, ACT_stop, ACT_COUNT };

static const enum action *
lock_now(const struct view *v)
{
	const struct lock *l = (const struct lock *)v;

	return l->auth.running ? running_actions : lock_actions;
}

static const struct view_ops lock_ops = {
	.title = N_("Locked"),
	.help = N_("The screen was cleared. The person who worked here types "
		   "the PIN, Enter, and places the finger, and finds "
		   "everything as it was. Anybody else presses F3 and logs "
		   "that person off; what was being typed is lost then."),
	.flags = VIEW_COVER,
	.actions = lock_actions,
	.key = lock_key,
	.draw = lock_draw,
	.tick = lock_tick,
	.close = lock_close,
	.actions_now = lock_now,
	.item_help = lock_help,
};

struct view *
scr_lock_new(struct ui *ui, bool again)
{
	const struct ui_port *port = ui_port(ui);
	struct lock *l = view_new(sizeof(*l), ui, &lock_ops);

	if (formview_init(
		&l->form, port, port->form(port->ctx, "unlock"), NULL) != 0)
		view_say(&l->v, ROLE_error, "%s",
		    _("The form files are missing. Call the administrator."));
	l->again = again;
	l->auth.pin_only = true;
	l->auth.owner = &l->v;
	l->auth.ended = ended;
	l->auth.repin = repin;
	l->auth.choose = choose;
	return &l->v;
}
