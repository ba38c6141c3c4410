/*
 * 自分の暗証番号の変更: the old PIN, the new one twice, the finger (AUT-12).
 *
 * SECURITY: what was typed is overwritten as soon as the port has its copy;
 * the helper checks the new PIN again.  Forced, before any duty, the page
 * leads nowhere but to log-off.
 */
#include <string.h>

#include "core/err.h"
#include "core/pin.h"
#include "ui/auth.h"
#include "ui/formview.h"

struct pin {
	struct view v;
	struct formview form;
	struct auth auth;
	bool forced;
	bool changed;
};

static void
clear(struct pin *p)
{
	size_t i;

	for (i = 0; i < p->form.n; i++)
		edit_clear(&p->form.item[i].edit);
	p->form.focus = 0;
}

static void
leave(struct pin *p)
{
	if (p->forced)
		ui_log_off(p->v.ui);
	else
		view_close(&p->v);
}

static void
ended(struct view *v, int err)
{
	(void)err;
	clear((struct pin *)v);
}

static void
acted(struct view *v, const struct ui_answer *a)
{
	struct pin *p = (struct pin *)v;

	if (a->err != 0) {
		view_say_answer(v, a);
		return;
	}
	p->changed = true;
	view_say(v, ROLE_info, "%s",
	    p->forced ? _("The PIN was changed. Enter leads to the log-in: use "
			  "the new PIN.")
		      : _("The PIN was changed. Enter goes back."));
}

static struct str
typed(const struct pin *p, const char *id)
{
	size_t i;

	for (i = 0; i < p->form.n; i++)
		if (strcmp(p->form.item[i].def->id, id) == 0)
			return edit_text(&p->form.item[i].edit);
	return (struct str){ 0 };
}

static void
keep(struct secret *out, struct str s)
{
	memset(out, 0, sizeof(*out));
	if (s.n == 0 || s.n > sizeof(out->p))
		return;
	memcpy(out->p, s.p, s.n);
	out->n = s.n;
}

/* What is wrong with the new PIN; NULL. */
static const char *
fault(const struct pin *p)
{
	const struct ui_port *port = ui_port(p->v.ui);
	struct str again = typed(p, "new_again");
	struct str pin = typed(p, "new_pin");
	int err;

	err = pin_check(pin, port->site(port->ctx)->pin_min);
	if (err != 0)
		return pin_check_text(err);
	if (str_eq(pin, typed(p, "pin")))
		return N_("The new PIN is the old one.");
	if (!str_eq(pin, again))
		return N_("The two new PINs are not the same.");
	return NULL;
}

static void
start(struct pin *p)
{
	struct secret old;
	struct secret new_pin;
	const char *wrong;

	if (!formview_check(&p->form, &p->v))
		return;
	wrong = fault(p);
	if (wrong != NULL) {
		edit_clear(&formview_item(&p->form, "new_pin")->edit);
		edit_clear(&formview_item(&p->form, "new_again")->edit);
		formview_fault(&p->form, &p->v, "new_pin", wrong);
		return;
	}
	keep(&old, typed(p, "pin"));
	keep(&new_pin, typed(p, "new_pin"));
	clear(p);
	auth_start_act(&p->auth,
	    &(struct ui_act){
		.op = OP_pin_change, .pin = &old, .new_pin = &new_pin });
	secret_wipe(&old);
	secret_wipe(&new_pin);
}

static bool
pin_key(struct view *v, const struct key *k)
{
	struct pin *p = (struct pin *)v;
	bool last = p->form.focus + 1 == p->form.n;

	if (p->auth.running)
		return auth_key(&p->auth, k);
	if (k->id == K_F3 || (p->changed && k->id == K_ENTER)) {
		leave(p);
		return true;
	}
	if (p->changed)
		return k->id != K_F1 && k->id != K_F12;
	if (k->id == K_ENTER && last) {
		start(p);
		return true;
	}
	switch (formview_key(&p->form, v, k)) {
	case FORM_SUBMIT:
		start(p);
		return true;
	case FORM_NOT_MINE:
		return false;
	default:
		return true;
	}
}

static void
pin_draw(struct view *v, struct grid *g)
{
	struct pin *p = (struct pin *)v;
	int y = BODY_Y;

	if (p->forced)
		y = view_paragraph(g, y, 2, g->w - 4, ROLE_warn,
			_("Your PIN is too old. Choose a new one; then log in "
			  "with it.")) +
		    1;
	if (p->changed)
		return;
	formview_draw(&p->form, g, y + 1, 3, !p->auth.running);
	auth_draw(&p->auth, g, y + 6);
}

static int
pin_tick(struct view *v)
{
	return auth_tick(&((struct pin *)v)->auth);
}

static void
pin_close(struct view *v)
{
	struct pin *p = (struct pin *)v;

	auth_stop(&p->auth);
	formview_wipe(&p->form);
}

static const char *
pin_help(const struct view *v)
{
	const struct pin *p = (const struct pin *)v;

	return p->auth.running || p->changed ? "" : formview_help(&p->form);
}

static const enum action pin_actions[] = { ACT_help, ACT_back, ACT_go,
	ACT_COUNT };

static const enum action running_actions[] = { ACT_help, ACT_stop, ACT_COUNT };

static const enum action *
pin_now(const struct view *v)
{
	const struct pin *p = (const struct pin *)v;

	return p->auth.running ? running_actions : pin_actions;
}

#define PIN_OPS(name, extra)                                                   \
	static const struct view_ops name = {                                  \
		.title = N_("Change your PIN"),                                \
		.help = N_("Type the PIN of now, then the new one twice, and " \
			   "place your registered finger. A PIN has at least " \
			   "8 letters, digits and signs, no repeated group "   \
			   "and no run such as 12345678. Nobody else can "     \
			   "read or set it."),                                 \
		.flags = (extra),                                              \
		.actions = pin_actions,                                        \
		.key = pin_key,                                                \
		.draw = pin_draw,                                              \
		.tick = pin_tick,                                              \
		.close = pin_close,                                            \
		.actions_now = pin_now,                                        \
		.item_help = pin_help,                                         \
	}

PIN_OPS(pin_ops, 0);
PIN_OPS(forced_ops, VIEW_PLAIN);

struct view *
scr_pin_new(struct ui *ui, bool forced)
{
	const struct ui_port *port = ui_port(ui);
	struct pin *p =
	    view_new(sizeof(*p), ui, forced ? &forced_ops : &pin_ops);

	if (formview_init(
		&p->form, port, port->form(port->ctx, "pin_change"), NULL) != 0)
		view_say(&p->v, ROLE_error, "%s",
		    _("The form files are missing. Call the administrator."));
	p->forced = forced;
	p->auth.pin_only = true;
	p->auth.owner = &p->v;
	p->auth.ended = ended;
	p->auth.acted = acted;
	return &p->v;
}
