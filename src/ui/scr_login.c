/*
 * Log-in and the choice of a duty: 照合ID, PIN, finger, 操作者ID (AUT-02,
 * AUT-04), under the banner on secrecy (GOV-05).
 *
 * SECURITY: before log-in nothing but this page, help and the end of the
 * program is reachable (TRM-02).  The PIN is overwritten as soon as the port
 * has its copy.
 */
#include <stdio.h>
#include <string.h>

#include "ui/auth.h"
#include "ui/formview.h"

struct login {
	struct view v;
	struct formview form;
	struct auth auth;
	bool choosing;
	size_t row;
};

static const char banner[] =
    N_("You must keep secret what you learn here about residents. Whoever "
       "betrays it is punished with imprisonment of up to two years or a "
       "fine of up to 1,000,000 yen. Look up nobody without need: every "
       "operation is recorded.");

static void
ended(struct view *v, int err)
{
	struct login *l = (struct login *)v;

	l->choosing = false;
	if (err == 0)
		ui_logged_in(v->ui);
}

static void
repin(struct view *v)
{
	view_push(scr_pin_new(v->ui, true));
}

static void
picked(struct login *l)
{
	const struct ui_port *port = ui_port(l->v.ui);

	l->choosing = false;
	l->auth.step = UI_LOGIN_SIGNING;
	port->login_choose(
	    port->ctx, str_of(l->auth.choice[l->row].operator_id));
}

/* One duty needs no question ((g) task 1: at most 3 inputs to work). */
static void
choose(struct view *v)
{
	struct login *l = (struct login *)v;

	l->row = 0;
	l->choosing = l->auth.n > 1;
	if (l->auth.n == 1)
		picked(l);
	else if (l->auth.n == 0)
		view_say(v, ROLE_error, "%s",
		    _("No duty is assigned to you. Ask the administrator."));
}

static void
start(struct login *l)
{
	const struct ui_port *port = ui_port(l->v.ui);
	const struct ui_site *site = port->site(port->ctx);
	struct form_item *pin = formview_item(&l->form, "pin");
	struct secret s;

	if (!formview_check(&l->form, &l->v))
		return;
	if (pin == NULL)
		return;
	formview_secret(&l->form, &s);
	if (s.n < site->pin_min) {
		formview_fault(&l->form, &l->v, "pin",
		    N_("the PIN is too short; type all of it"));
	} else {
		auth_start(&l->auth, "login",
		    formview_value(&l->form, "match_id"), &s);
		edit_clear(&pin->edit);
		l->form.focus = (size_t)(pin - l->form.item);
	}
	secret_wipe(&s);
}

static bool
choice_list_key(struct login *l, const struct key *k)
{
	size_t n = l->auth.n;

	if (k->id == K_UP || k->id == K_BACKTAB)
		l->row = (l->row + n - 1) % n;
	else if (k->id == K_DOWN || k->id == K_TAB)
		l->row = (l->row + 1) % n;
	else if (k->id == K_ENTER || k->id == K_F10)
		picked(l);
	else if (k->id == K_CHAR && k->cp >= '1' && k->cp <= '9' &&
	    (size_t)(k->cp - '1') < n) {
		l->row = (size_t)(k->cp - '1');
		picked(l);
	} else {
		return auth_key(&l->auth, k);
	}
	return true;
}

static bool
login_key(struct view *v, const struct key *k)
{
	struct login *l = (struct login *)v;
	bool last = l->form.focus + 1 == l->form.n;

	if (l->choosing)
		return choice_list_key(l, k);
	if (l->auth.running)
		return auth_key(&l->auth, k);
	if (k->id == K_F3) {
		ui_ask_quit(v->ui);
		return true;
	}
	/* Enter behind the PIN goes on to the finger: nothing is decided yet */
	if (k->id == K_ENTER && last) {
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
draw_choices(const struct login *l, struct grid *g, int y)
{
	const struct auth_choice *c;
	char text[128];
	size_t i;

	/* TRANSLATORS: number of duties */
	(void)snprintf(text, sizeof(text),
	    _("Choose the duty for this session (%zu)"), l->auth.n);
	view_heading(g, y, text);
	for (i = 0; i < l->auth.n && y + 1 + (int)i < body_end(g); i++) {
		c = &l->auth.choice[i];
		(void)snprintf(text, sizeof(text), "%zu  %-16s %s", i + 1,
		    c->operator_id, auth_template(c->template_name));
		grid_fill(g, y + 1 + (int)i, 4, 60,
		    i == l->row ? ROLE_focus : ROLE_text);
		grid_puts(g, y + 1 + (int)i, 4, 60,
		    i == l->row ? ROLE_focus : ROLE_text, text);
		if (i == l->row)
			grid_cursor(g, y + 1 + (int)i, 4);
	}
}

static void
login_draw(struct view *v, struct grid *g)
{
	struct login *l = (struct login *)v;
	const struct ui_port *port = ui_port(v->ui);
	int y;

	y = view_paragraph(
	    g, BODY_Y + 1, 2, g->w - 4, ROLE_text, i18n_text(banner));
	grid_rule(g, y + 1, 2, g->w - 4);
	formview_draw(&l->form, g, y + 3, (int)l->form.n,
	    !l->auth.running && !l->choosing);
	y += 4 + (int)l->form.n;
	if (l->choosing)
		draw_choices(l, g, y);
	else
		auth_draw(&l->auth, g, y);
	if (port->exercise != NULL)
		grid_puts(g, body_end(g) - 1, 2, g->w - 4, ROLE_dim,
		    port->exercise);
}

static int
login_tick(struct view *v)
{
	return auth_tick(&((struct login *)v)->auth);
}

static void
login_close(struct view *v)
{
	struct login *l = (struct login *)v;

	auth_stop(&l->auth);
	formview_wipe(&l->form);
}

static const char *
login_help(const struct view *v)
{
	const struct login *l = (const struct login *)v;

	return l->auth.running ? "" : formview_help(&l->form);
}

static const enum action login_actions[] = { ACT_help, ACT_quit, ACT_go,
	ACT_COUNT };

static const enum action running_actions[] = { ACT_help, ACT_stop, ACT_COUNT };

static const enum action *
login_now(const struct view *v)
{
	const struct login *l = (const struct login *)v;

	return l->auth.running ? running_actions : login_actions;
}

static const struct view_ops login_ops = {
	.title = N_("Log in"),
	.help = N_("Type the match ID that stands for you, Enter, your PIN, "
		   "Enter, and place your registered finger on the sensor. If "
		   "you have several duties, choose one with the arrow keys or "
		   "a digit. After repeated failures the account is locked; "
		   "an administrator releases it. F3 ends the program."),
	.flags = VIEW_PLAIN,
	.actions = login_actions,
	.key = login_key,
	.draw = login_draw,
	.tick = login_tick,
	.close = login_close,
	.actions_now = login_now,
	.item_help = login_help,
};

struct view *
scr_login_new(struct ui *ui)
{
	const struct ui_port *port = ui_port(ui);
	struct login *l = view_new(sizeof(*l), ui, &login_ops);

	if (formview_init(
		&l->form, port, port->form(port->ctx, "login"), NULL) != 0)
		view_say(&l->v, ROLE_error, "%s",
		    _("The form files are missing. Call the administrator."));
	l->auth.owner = &l->v;
	l->auth.ended = ended;
	l->auth.repin = repin;
	l->auth.choose = choose;
	return &l->v;
}
