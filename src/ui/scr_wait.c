/*
 * Waiting for the server: why, and what happens next.  Never looks like "no
 * such record" and never like a refusal (issue 2; TRM-19).
 *
 * SECURITY: covers everything; the drafts below are not drawn.
 */
#include <stdio.h>

#include "core/err.h"
#include "ui/view.h"

struct wait {
	struct view v;
	enum ui_link link;
	int err;
};

/* clang-format off */
static const struct { int err; const char *text; } reasons[] = {
	{ ERR_IO,      N_("The server cannot be reached.") },
	{ ERR_TIMEOUT, N_("The server does not answer.") },
	{ ERR_AUTH,    N_("The certificate of the server or of this terminal was not accepted.") },
	{ ERR_CRYPTO,  N_("The certificate of the server or of this terminal was not accepted.") },
	{ ERR_DENIED,  N_("This terminal is not registered or was revoked.") },
	{ ERR_VERSION, N_("This terminal is too old for the server.") },
	{ ERR_FORK,    N_("The log of the server could not be verified.") },
	{ ERR_PEER,    N_("The server does not speak as expected.") },
	{ ERR_EXPIRED, N_("The certificate of this terminal has expired.") },
	{ ERR_CLOCK,   N_("The clock of the server is in doubt.") },
};
/* clang-format on */

static const char *
reason(int err)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].err == err)
			return i18n_text(reasons[i].text);
	}
	return _("The connection broke.");
}

static bool
wait_key(struct view *v, const struct key *k)
{
	if (k->id != K_F3)
		return false;
	ui_ask_quit(v->ui);
	return true;
}

static void
wait_draw(struct view *v, struct grid *g)
{
	const struct wait *w = (const struct wait *)v;
	char text[64];
	int y = BODY_Y + 4;

	grid_cursor(g, y, 2);
	if (w->link == UI_LINK_CONNECTING && w->err == 0) {
		view_heading(g, y, _("Connecting to the server..."));
		return;
	}
	view_heading(g, y,
	    w->link == UI_LINK_REFUSED ? _("The server refuses this terminal")
				       : _("No connection to the server"));
	y = view_paragraph(g, y + 2, 2, g->w - 4, ROLE_error, reason(w->err));
	if (w->link == UI_LINK_REFUSED)
		y = view_paragraph(g, y + 1, 2, g->w - 4, ROLE_text,
		    _("Nobody can work here until the administrator has "
		      "mended this. Tell the administrator the number below."));
	else
		y = view_paragraph(g, y + 1, 2, g->w - 4, ROLE_text,
		    _("The terminal tries again by itself. What was being "
		      "typed is kept and comes back after PIN and finger. If "
		      "this lasts, call the administrator."));
	if (w->err != 0) {
		/* TRANSLATORS: number of the error */
		(void)snprintf(text, sizeof(text), _("Number: %d"), -w->err);
		grid_puts(g, y + 1, 2, 40, ROLE_dim, text);
	}
}

static const enum action wait_actions[] = { ACT_help, ACT_quit, ACT_COUNT };

static const struct view_ops wait_ops = {
	.title = N_("Waiting for the server"),
	.help = N_("Without the server nothing can be looked up and nothing is "
		   "lost. The terminal connects again by itself."),
	.flags = VIEW_COVER,
	.actions = wait_actions,
	.key = wait_key,
	.draw = wait_draw,
};

struct view *
scr_wait_new(struct ui *ui, enum ui_link link, int err)
{
	struct wait *w = view_new(sizeof(*w), ui, &wait_ops);

	w->link = link;
	w->err = err;
	return &w->v;
}
