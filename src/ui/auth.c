/*
 * PIN and finger, step by step, in words (AUT-02, AUT-06, AUT-16).
 *
 * SECURITY: nothing is decided here: who is in, the server says.  A wrong
 * match ID, a wrong PIN and an unknown ID are one sentence, so that nobody
 * learns which IDs exist; a missing sensor, a locked account and a server
 * that does not answer each have their own.
 */
#include "ui/auth.h"

#include <string.h>

#include "core/err.h"
#include "core/text.h"

/* enum bio_guide of auth/bio.h, which ui may not include */
/* clang-format off */
static const char *const guides[] = {
	NULL,
	N_("Place the same finger once more."),
	N_("That was too short: keep the finger on the sensor longer."),
	N_("Place the finger in the middle of the sensor."),
	N_("Lift the finger and place it again."),
	N_("That was too fast: move slowly."),
	N_("Hard to read: dry the finger and press evenly."),
	N_("Not the finger of before: use the registered finger."),
	N_("Hold still."),
};

/* FpFinger numbering, 1..10 */
static const char *const fingers[] = {
	NULL,
	N_("left thumb"),
	N_("left index finger"),
	N_("left middle finger"),
	N_("left ring finger"),
	N_("left little finger"),
	N_("right thumb"),
	N_("right index finger"),
	N_("right middle finger"),
	N_("right ring finger"),
	N_("right little finger"),
};

/* Why a log-in ended, and what to do.  finger 1: after the PIN was right. */
static const struct { int err; int finger; const char *text; } ends[] = {
	{ ERR_AUTH,      0, N_("The match ID or the PIN is wrong. Type both again.") },
	{ ERR_AUTH,      1, N_("The finger does not match. Use the registered finger and try again.") },
	{ ERR_LOCKED,   -1, N_("This account is locked after repeated failures. Ask an administrator to release it.") },
	{ ERR_NODEV,    -1, N_("The sensor is not connected. Check its cable; if that does not help, call the administrator.") },
	{ ERR_TIMEOUT,   1, N_("No finger was placed in time. Start again.") },
	{ ERR_TIMEOUT,   0, N_("No answer from the server. Wait a moment and try again.") },
	{ ERR_IO,       -1, N_("The connection broke. Wait a moment and try again.") },
	{ ERR_EXPIRED,  -1, N_("The period of this account is over or has not begun, or the time for this log-in ran out. Try again, else ask the administrator.") },
	{ ERR_SUSPENDED,-1, N_("This account is suspended. Ask the administrator.") },
	{ ERR_RANGE,    -1, N_("The new PIN is too easy to guess. Avoid repeated groups and runs such as 12345678.") },
	{ ERR_DENIED,   -1, N_("No duty is assigned to you. Ask the administrator.") },
	{ ERR_EXISTS,   -1, N_("You are logged in at another terminal. Log off there first.") },
	{ ERR_BUSY,     -1, N_("You are logged in at another terminal, or the sensor is in use. Log off there or wait a moment.") },
	{ ERR_LIMIT,    -1, N_("The sensor rests after many tries. Wait one minute.") },
	{ ERR_CANCELLED,-1, N_("Stopped.") },
	{ ERR_CRYPTO,   -1, N_("The registration of your finger or the log could not be verified. Call the administrator.") },
	{ ERR_CORRUPT,  -1, N_("The registration of your finger is damaged. Ask the administrator to register it again.") },
	{ ERR_FORK,     -1, N_("The log of the server could not be verified. Call the administrator.") },
	{ ERR_CLOCK,    -1, N_("The clock of the server is in doubt. Call the administrator.") },
	{ ERR_NOTFOUND, -1, N_("No finger is registered for you. Ask the administrator.") },
};

static const struct { const char *name; const char *label; } templates[] = {
	{ "clerk",         N_("Clerk (counter)") },
	{ "reviewer",      N_("Officer for support measures") },
	{ "supervisor",    N_("Supervisor") },
	{ "admin",         N_("System administrator") },
	{ "auditor",       N_("Auditor") },
	{ "other-section", N_("Reference by another section") },
};
/* clang-format on */

const char *
auth_template(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
		if (strcmp(templates[i].name, name) == 0)
			return i18n_text(templates[i].label);
	}
	return name;
}

static int64_t
now(const struct auth *a)
{
	const struct ui_port *port = ui_port(a->owner->ui);

	return port->boot_ms(port->ctx);
}

static const char *
end_text(const struct auth *a, int err, bool finger)
{
	size_t i;

	if (err == ERR_AUTH && !finger && a->pin_only)
		return _("The PIN is wrong. Type it again.");

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (ends[i].err == err &&
		    (ends[i].finger < 0 || ends[i].finger == (finger ? 1 : 0)))
			return i18n_text(ends[i].text);
	}
	return _("The server refused. Call the administrator.");
}

static void
failed(struct auth *a, const struct ui_login_event *ev)
{
	struct view *v = a->owner;
	bool finger = a->step != UI_LOGIN_PIN;

	a->running = false;
	picture_wipe(&a->picture);
	if (ev->tries_left > 0 && ev->err == ERR_AUTH)
		/* TRANSLATORS: reason, tries left */
		view_say(v, ROLE_error,
		    _("%s\nTries left before the account is locked: %d."),
		    end_text(a, ev->err, finger), ev->tries_left);
	else if (ev->tries_left == 0 && ev->err == ERR_AUTH)
		view_say(v, ROLE_error, "%s", end_text(a, ERR_LOCKED, finger));
	else
		view_say(v, ev->err == ERR_CANCELLED ? ROLE_info : ROLE_error,
		    _("%s (%d)"), end_text(a, ev->err, finger), -ev->err);
	a->ended(v, ev->err);
}

static void
choices(struct auth *a, const Mamori__LoginFinishAns *fin)
{
	size_t i;

	a->n = 0;
	for (i = 0; i < fin->n_choices && a->n < AUTH_CHOICES; i++) {
		struct auth_choice *c = &a->choice[a->n];

		if (str_copy(c->operator_id, sizeof(c->operator_id),
			STR_PB(fin->choices[i]->operator_id)) == 0 &&
		    str_copy(c->template_name, sizeof(c->template_name),
			STR_PB(fin->choices[i]->template_)) == 0)
			a->n++;
	}
	a->choose(a->owner);
}

static bool
awaits_finger(const struct auth *a)
{
	return a->step == UI_LOGIN_PLACE || a->step == UI_LOGIN_GUIDE ||
	    a->step == UI_LOGIN_FINGER;
}

static void
stepped(void *arg, const struct ui_login_event *ev)
{
	struct auth *a = arg;

	if (!a->running)
		return;
	ui_touch(a->owner->ui);
	if (ev->step == UI_LOGIN_FAILED) {
		failed(a, ev);
		return;
	}
	if (ev->step == UI_LOGIN_PREVIEW) {
		if (awaits_finger(a))
			picture_set(
			    &a->picture, ev->width, ev->height, ev->grey);
		return;
	}
	a->step = ev->step;
	if (!awaits_finger(a))
		picture_wipe(&a->picture);
	switch (ev->step) {
	case UI_LOGIN_PLACE:
		a->until = now(a) + (int64_t)ev->seconds * 1000;
		a->finger = ev->finger;
		a->other = ev->other;
		a->guide = 0;
		break;
	case UI_LOGIN_GUIDE:
		a->guide = ev->guide;
		break;
	case UI_LOGIN_FINGER:
		a->guide = 0;
		break;
	case UI_LOGIN_CHOOSE:
		if (ev->fin != NULL && a->choose != NULL)
			choices(a, ev->fin);
		break;
	case UI_LOGIN_REPIN:
		a->running = false;
		if (a->repin != NULL)
			a->repin(a->owner);
		break;
	case UI_LOGIN_DONE:
		a->running = false;
		a->ended(a->owner, 0);
		break;
	default:
		break;
	}
}

static void
begin(struct auth *a)
{
	a->running = true;
	a->step = UI_LOGIN_PIN;
	a->guide = 0;
	a->until = 0;
	a->finger = 0;
	a->other = false;
	a->n = 0;
	view_hush(a->owner);
}

static void
acted(void *arg, const struct ui_answer *answer)
{
	struct auth *a = arg;

	if (!a->running)
		return;
	a->running = false;
	picture_wipe(&a->picture);
	ui_touch(a->owner->ui);
	a->acted(a->owner, answer); /* may close the owner */
}

void
auth_start_act(struct auth *a, const struct ui_act *act)
{
	const struct ui_port *port = ui_port(a->owner->ui);

	begin(a);
	port->act(port->ctx, act, stepped, acted, a);
}

void
auth_start(struct auth *a, const char *purpose, struct str match_id,
    const struct secret *pin)
{
	const struct ui_port *port = ui_port(a->owner->ui);

	begin(a);
	port->login(port->ctx, purpose, match_id, pin, stepped, a);
}

void
auth_stop(struct auth *a)
{
	const struct ui_port *port = ui_port(a->owner->ui);

	if (!a->running)
		return;
	a->running = false;
	picture_wipe(&a->picture);
	port->login_cancel(port->ctx);
	explicit_bzero(a->choice, sizeof(a->choice));
}

bool
auth_key(struct auth *a, const struct key *k)
{
	const struct ui_port *port = ui_port(a->owner->ui);

	if (!a->running)
		return false;
	if (k->id == K_F3) {
		auth_stop(a);
		view_say(a->owner, ROLE_info, "%s", _("Stopped."));
		a->ended(a->owner, ERR_CANCELLED);
		return true;
	}
	if (k->id == K_F7 && a->other && awaits_finger(a))
		port->login_other(port->ctx);
	if (port->press != NULL && k->id == K_F5)
		port->press(port->ctx, "own");
	if (port->press != NULL && k->id == K_F6)
		port->press(port->ctx, "stranger");
	return k->id != K_F1;
}

static int
seconds_left(const struct auth *a)
{
	int64_t left = a->until - now(a);

	return left <= 0 ? 0 : (int)((left + 999) / 1000);
}

static const char *
step_text(const struct auth *a)
{
	switch (a->step) {
	case UI_LOGIN_PIN:
		return _("The PIN is being checked...");
	case UI_LOGIN_PLACE:
	case UI_LOGIN_GUIDE:
		return _("Place your registered finger on the sensor.");
	case UI_LOGIN_FINGER:
		return _("Finger seen: hold still.");
	case UI_LOGIN_SIGNING:
		return _("The finger matches. The server is asked...");
	default:
		return "";
	}
}

static void
draw_countdown(const struct auth *a, struct grid *g, int y, int x)
{
	struct buf b = BUF_INIT;

	/* TRANSLATORS: seconds left to place the finger */
	buf_printf(&b, _("(%d s left)"), seconds_left(a));
	grid_put(g, y, x, 20, ROLE_dim, buf_str(&b));
	buf_release(&b);
}

static const char *
guide_text(const struct auth *a)
{
	size_t guide = a->guide < 0 ? 0 : (size_t)a->guide;

	return guide > 0 && guide < sizeof(guides) / sizeof(guides[0])
	    ? i18n_text(guides[guide])
	    : "";
}

/* Which finger it is, and the key for another one (AUT-01); the next row. */
static int
draw_finger(const struct auth *a, struct grid *g, int y, int cols)
{
	struct buf b = BUF_INIT;

	if (!a->other || a->finger < 1 || a->finger > 10)
		return y;
	/* TRANSLATORS: name of the finger that is awaited */
	buf_printf(&b, _("Awaited: %s. F7: another finger"),
	    i18n_text(fingers[a->finger]));
	grid_put(g, y, 4, cols, ROLE_key, buf_str(&b));
	buf_release(&b);
	return y + 1;
}

static const char *
press_text(const struct auth *a)
{
	const struct ui_port *port = ui_port(a->owner->ui);

	return port->press == NULL
	    ? ""
	    : _("Exercise: F5 presses the own finger, F6 a stranger's");
}

/* What the sensor sees on the right, the words wrapped beside it. */
static void
draw_beside_picture(const struct auth *a, struct grid *g, int y)
{
	int cols = g->w - 10 - PICTURE_W;

	picture_draw(&a->picture, g, y - 3, g->w - 4 - PICTURE_W);
	grid_cursor(g, y, 4);
	y = view_paragraph(g, y, 4, cols, ROLE_info, step_text(a));
	draw_countdown(a, g, y, 4);
	y = view_paragraph(g, y + 1, 4, cols, ROLE_warn, guide_text(a));
	y = draw_finger(a, g, y, cols);
	(void)view_paragraph(g, y, 4, cols, ROLE_key, press_text(a));
}

void
auth_draw(const struct auth *a, struct grid *g, int y)
{
	int x;

	if (!a->running)
		return;
	if (a->picture.on) {
		draw_beside_picture(a, g, y);
		return;
	}
	x = 4 + grid_puts(g, y, 4, g->w - 8, ROLE_info, step_text(a));
	grid_cursor(g, y, 4);
	if (!awaits_finger(a))
		return;
	if (a->until > 0)
		draw_countdown(a, g, y, x + 2);
	(void)view_paragraph(g, y + 1, 4, g->w - 8, ROLE_warn, guide_text(a));
	y = draw_finger(a, g, y + 2, g->w - 8);
	grid_puts(g, y, 4, g->w - 8, ROLE_key, press_text(a));
}

int
auth_tick(struct auth *a)
{
	int64_t left = a->until - now(a);

	if (!a->running || a->until == 0 || left <= 0)
		return -1;
	ui_touch(a->owner->ui);
	return (int)(left % 1000) + 1;
}
