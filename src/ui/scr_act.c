/*
 * An act that needs the person anew: its exact text, then PIN and finger
 * (DESIGN §1 promise 8, PRM-20).
 *
 * SECURITY: the text comes from the same function as the bytes that the key
 * signs and is shown whole, in one language for all, before the PIN is asked.
 * Enter alone carries nothing out.
 */
#include <string.h>

#include "core/err.h"
#include "ui/auth.h"
#include "ui/formview.h"

struct act {
	struct view v;
	struct view *owner;
	act_done *done;
	enum op op;
	struct wire_arena arena;
	const ProtobufCMessage *req;
	struct buf text;
	struct formview form;
	struct auth auth;
};

static void
ended(struct view *v, int err)
{
	(void)v; /* the message line says why; the PIN is typed again */
	(void)err;
}

static void
acted(struct view *v, const struct ui_answer *answer)
{
	struct act *a = (struct act *)v;

	a->done(a->owner, answer);
	view_close(v);
}

static void
start(struct act *a)
{
	struct form_item *pin = formview_item(&a->form, "pin");
	struct secret s;

	if (pin == NULL || a->req == NULL || !formview_check(&a->form, &a->v))
		return;
	formview_secret(&a->form, &s);
	auth_start_act(&a->auth,
	    &(struct ui_act){ .op = a->op, .req = a->req, .pin = &s });
	edit_clear(&pin->edit);
	secret_wipe(&s);
}

static bool
act_key(struct view *v, const struct key *k)
{
	struct act *a = (struct act *)v;

	if (a->auth.running)
		return auth_key(&a->auth, k);
	if (k->id == K_F3) {
		view_close(v);
		return true;
	}
	if (k->id == K_ENTER) {
		start(a);
		return true;
	}
	switch (formview_key(&a->form, v, k)) {
	case FORM_SUBMIT:
		start(a);
		return true;
	case FORM_NOT_MINE:
		return false;
	default:
		return true;
	}
}

static int
draw_text(const struct act *a, struct grid *g, int y)
{
	struct str rest = buf_str(&a->text);
	struct str line;

	while (str_cut(&rest, '\n', &line) && y < body_end(g) - 6)
		grid_put(g, y++, 4, g->w - 6, ROLE_text, line);
	return y;
}

static void
act_draw(struct view *v, struct grid *g)
{
	struct act *a = (struct act *)v;
	int y;

	y = view_paragraph(g, BODY_Y, 2, g->w - 4, ROLE_title,
	    _("Your finger stands for exactly this text. Read it:"));
	y = draw_text(a, g, y + 1);
	formview_draw(&a->form, g, y + 1, 1, !a->auth.running);
	auth_draw(&a->auth, g, y + 3);
}

static int
act_tick(struct view *v)
{
	return auth_tick(&((struct act *)v)->auth);
}

static void
act_close(struct view *v)
{
	struct act *a = (struct act *)v;

	auth_stop(&a->auth);
	formview_wipe(&a->form);
	buf_wipe(&a->text);
	wire_arena_release(&a->arena);
}

static const enum action act_actions[] = { ACT_help, ACT_back, ACT_go, ACT_lock,
	ACT_COUNT };

static const enum action running_actions[] = { ACT_help, ACT_stop, ACT_COUNT };

static const enum action *
act_now(const struct view *v)
{
	const struct act *a = (const struct act *)v;

	return a->auth.running ? running_actions : act_actions;
}

static const struct view_ops act_ops = {
	.title = N_("Confirm with PIN and finger"),
	.help = N_("Read the text. If it is what you want, type your PIN, "
		   "Enter, and place your registered finger. The text, your "
		   "finger's signature over it and the time are recorded. F3 "
		   "goes back and does nothing."),
	.actions = act_actions,
	.key = act_key,
	.draw = act_draw,
	.tick = act_tick,
	.close = act_close,
	.actions_now = act_now,
};

struct view *
scr_act_new(
    struct view *owner, enum op op, const ProtobufCMessage *req, act_done *done)
{
	const struct ui_port *port = ui_port(owner->ui);
	struct act *a = view_new(sizeof(*a), owner->ui, &act_ops);

	a->owner = owner;
	a->done = done;
	a->op = op;
	a->req = view_keep(&a->arena, req);
	if (a->req != NULL)
		port->act_text(port->ctx, op, a->req, &a->text);
	if (a->text.err != 0 ||
	    formview_init(
		&a->form, port, port->form(port->ctx, "unlock"), NULL) != 0) {
		a->req = NULL;
		view_say(&a->v, ROLE_error, "%s",
		    _("The form files are missing. Call the administrator."));
	}
	a->auth.pin_only = true;
	a->auth.owner = &a->v;
	a->auth.ended = ended;
	a->auth.acted = acted;
	return &a->v;
}
