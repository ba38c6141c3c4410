/*
 * What surrounds every page: header (処理名／端末／操作者／時刻), standing
 * line, messages, key line; and the small pieces pages are drawn with.
 *
 * SECURITY: the operator's own name is all that is personal here, and it goes
 * with the lock too.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/text.h"
#include "ui/view.h"

#define MESSAGE_ROWS 2
#define SAY_COLUMNS  240

int
body_end(const struct grid *g)
{
	return g->h - MESSAGE_ROWS - 2;
}

void
view_heading(struct grid *g, int y, const char *text)
{
	grid_puts(g, y, 2, g->w - 4, ROLE_title, text);
}

/* A line may not begin with these (禁則). */
static bool
may_not_start(struct str cluster)
{
	static const char *const stops[] = { "。", "、", "）", "」", "ー", ".",
		",", ")", "！", "？", "』", "】" };
	size_t i;

	for (i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		if (str_eqz(cluster, stops[i]))
			return true;
	}
	return false;
}

/*
 * Length of the longest head of s that fits: Latin text breaks at blanks,
 * Japanese anywhere but before a closing mark.
 */
static size_t
line_length(struct str s, int cols)
{
	struct str rest = s;
	struct str c;
	size_t at = 0;
	size_t good = 0; /* last place where the line may end */
	int used = 0;
	int before = 0; /* width of the cluster before */
	int w;

	while (text_cluster_next(&rest, &c, &w)) {
		w = w < 0 ? 2 : w;
		if (at > 0 && !may_not_start(c) &&
		    (str_eqz(c, " ") || w == 2 || before == 2))
			good = at;
		if (used + w > cols)
			return good > 0 ? good : at > 0 ? at : c.n;
		used += w;
		at += c.n;
		before = w;
	}
	return s.n;
}

static int
wrapped(struct grid *g, int y, int y_end, int x, int cols, enum role role,
    struct str s)
{
	struct str line;
	struct str part;
	size_t n;

	while (s.n > 0 && y < y_end) {
		part = s;
		(void)str_cut(&part, '\n', &line);
		if (line.n == 0) {
			s.p++;
			s.n--;
			y++;
			continue;
		}
		n = line_length(line, cols);
		grid_put(g, y++, x, cols, role, str_n(s.p, n));
		s = str_n(s.p + n, s.n - n);
		if (s.n > 0 && s.p[0] == '\n')
			s = str_n(s.p + 1, s.n - 1);
		while (s.n > 0 && s.p[0] == ' ')
			s = str_n(s.p + 1, s.n - 1);
	}
	return y;
}

int
view_paragraph(
    struct grid *g, int y, int x, int cols, enum role role, const char *text)
{
	return wrapped(g, y, g->h, x, cols, role, str_of(text));
}

int
view_pair(
    struct grid *g, int y, const char *label, enum role role, struct str value)
{
	int end;

	grid_puts(g, y, 2, 20, ROLE_label, label);
	end = wrapped(g, y, body_end(g), 23, g->w - 25, role, value);
	return end > y ? end : y + 1;
}

void
view_say(struct view *v, enum role role, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	/* two rows of the widest screen hold less than this */
	if (b.err != 0 ||
	    str_copy(v->say, sizeof(v->say),
		text_clip(buf_str(&b), SAY_COLUMNS)) != 0)
		v->say[0] = '\0';
	v->say_role = role;
	buf_wipe(&b);
	ui_touch(v->ui);
}

void
view_hush(struct view *v)
{
	v->say[0] = '\0';
	ui_touch(v->ui);
}

/*
 * Refusals, by what the person can do about it.  A refusal of the server, no
 * answer and a failed check of the log never look alike.
 */
/* clang-format off */
static const struct { int err; const char *text; } refusals[] = {
	{ ERR_DENIED,   N_("you do not have the right; ask the supervisor") },
	{ ERR_BADSTATE, N_("not possible at this point; go back with F3 and start again") },
	{ ERR_NOTFOUND, N_("there is no such record; search again") },
	{ ERR_MISSING,  N_("a required item is empty; type it") },
	{ ERR_SYNTAX,   N_("the form of the value is wrong; type it again") },
	{ ERR_RANGE,    N_("the value is not possible; check it") },
	{ ERR_TOOLONG,  N_("the value is too long; shorten it") },
	{ ERR_LIMIT,    N_("a limit was reached; narrow the conditions") },
	{ ERR_LOCKED,   N_("the account is locked; ask the administrator") },
	{ ERR_EXPIRED,  N_("the period is over; ask the administrator") },
	{ ERR_CLOCK,    N_("the clock of the server is in doubt; call the administrator") },
	{ ERR_BUSY,     N_("the server is busy; try again in a moment") },
	{ ERR_VERSION,  N_("this terminal is too old for the server; call the administrator") },
	{ ERR_CORRUPT,  N_("a stored record is damaged; call the administrator") },
};

/* The server's field names as people read them. */
static const struct { const char *item; const char *label; } items[] = {
	{ "purpose",     N_("Reason for use") },
	{ "kana",        N_("Kana") },
	{ "name",        N_("Name") },
	{ "birth",       N_("Birth date") },
	{ "address",     N_("Address") },
	{ "jumin_code",  N_("Resident record code") },
	{ "my_number",   N_("Individual number") },
	{ "resident_no", N_("Addressee number") },
	{ "ref",         N_("Reception number") },
	{ "match_id",    N_("Match ID") },
	{ "operator_id", N_("Operator ID") },
	{ "memo",        N_("Memo") },
	{ "text",        N_("Memo text") },
};
/* clang-format on */

static const char *
refusal_text(int err)
{
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (refusals[i].err == err)
			return i18n_text(refusals[i].text);
	}
	return _("the server refused; call the administrator");
}

static const char *
item_label(struct str item)
{
	size_t i;

	for (i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		if (str_eqz(item, items[i].item))
			return i18n_text(items[i].label);
	}
	return _("Request");
}

void
view_say_answer(struct view *v, const struct ui_answer *a)
{
	if (a->refused)
		/* TRANSLATORS: item, reason and what to do, error number */
		view_say(v, ROLE_error, _("Refused. %s: %s (%d)"),
		    item_label(a->item), refusal_text(a->err), -a->err);
	else if (a->err == ERR_FORK || a->err == ERR_CRYPTO)
		view_say(v, ROLE_error,
		    _("The log of the server could not be verified. Nothing "
		      "is shown. Call the administrator. (%d)"),
		    -a->err);
	else
		view_say(v, ROLE_error,
		    _("No answer from the server: whether there is such a "
		      "record is not known. Try again. (%d)"),
		    -a->err);
}

void
view_box(struct grid *g, int w, int h, int *y, int *x)
{
	int top = (g->h - h) / 2;
	int left = (g->w - w) / 2;
	int i;

	for (i = 0; i < h; i++)
		grid_fill(g, top + i, 0, g->w, ROLE_text);
	grid_rule(g, top, 2, g->w - 4);
	grid_rule(g, top + h - 1, 2, g->w - 4);
	*y = top + 1;
	*x = left + 2;
	g->cur_y = -1;
}

static int
right_part(struct grid *g, int y, int x_end, enum role role, const char *text)
{
	int w = (int)text_width(str_of(text));

	grid_puts(g, y, x_end - w, w, role, text);
	return x_end - w;
}

static void
header(struct ui *ui, const struct view *v, struct grid *g)
{
	const struct ui_port *port = ui_port(ui);
	const struct ui_site *site = port->site(port->ctx);
	const struct ui_who *who = port->who(port->ctx);
	int64_t minute =
	    (port->wall_ms(port->ctx) / 60000 + INT64_C(540)) % 1440;
	const struct view *page = v;
	char text[512];

	while ((page->ops->flags & VIEW_POPUP) != 0 && page->below != NULL)
		page = page->below;
	grid_fill(g, 0, 0, g->w, ROLE_header);
	grid_puts(
	    g, 0, 1, g->w / 2 - 8, ROLE_header, i18n_text(page->ops->title));
	if (who->in && (page->ops->flags & (VIEW_COVER | VIEW_PLAIN)) == 0)
		/* TRANSLATORS: terminal, operator, operator id, hour, minute */
		(void)snprintf(text, sizeof(text),
		    _("Terminal %s  %s (%s)  %02d:%02d"), site->terminal,
		    who->name, who->operator_id, (int)(minute / 60),
		    (int)(minute % 60));
	else
		(void)snprintf(text, sizeof(text), _("Terminal %s  %02d:%02d"),
		    site->terminal, (int)(minute / 60), (int)(minute % 60));
	right_part(g, 0, g->w - 1, ROLE_header, text);
}

/* Row 1: where this is, what must not be forgotten. */
static void
standing_line(struct ui *ui, const struct view *v, struct grid *g)
{
	const struct ui_port *port = ui_port(ui);
	const struct ui_site *site = port->site(port->ctx);
	int left = ui_idle_left(ui);
	char text[128];
	int x;

	(void)v;
	x = 1 + grid_puts(g, 1, 1, 40, ROLE_dim, site->name);
	grid_puts(g, 1, x + 2, 24, ROLE_dim, site->place);
	if (left >= 0 && left <= 60000) {
		/* TRANSLATORS: minutes and seconds */
		(void)snprintf(text, sizeof(text), _("Locks in %d:%02d"),
		    (left + 999) / 60000, (left + 999) / 1000 % 60);
		right_part(g, 1, g->w - 1, ROLE_warn, text);
	} else if (site->synthetic) {
		right_part(
		    g, 1, g->w - 1, ROLE_warn, _("Exercise: invented people"));
	}
}

static void
messages(const struct view *v, struct grid *g)
{
	const char *text = v->say;
	enum role role = v->say_role;

	grid_rule(g, g->h - MESSAGE_ROWS - 2, 0, g->w);
	if (v->busy) {
		text = _("Waiting for the server... F3 stops waiting.");
		role = ROLE_info;
	} else if (text[0] == '\0' && v->ops->item_help != NULL) {
		text = i18n_text(v->ops->item_help(v));
		role = ROLE_dim;
	}
	(void)wrapped(g, g->h - MESSAGE_ROWS - 1, g->h - 1, 1, g->w - 2, role,
	    str_of(text));
}

static void
key_line(const struct view *v, struct grid *g)
{
	const enum action *a = v->ops->actions_now != NULL
	    ? v->ops->actions_now(v)
	    : v->ops->actions;
	const struct action_row *row;
	int x = 1;

	for (; *a != ACT_COUNT && x < g->w; a++) {
		row = action_row(*a);
		x += grid_puts(
		    g, g->h - 1, x, g->w - x, ROLE_key, action_key_name(*a));
		x += grid_puts(g, g->h - 1, x, g->w - x, ROLE_action,
		    i18n_text(row->label));
		x += 2;
	}
}

void
frame_draw(struct ui *ui, struct view *v, struct grid *g)
{
	header(ui, v, g);
	standing_line(ui, v, g);
	messages(v, g);
	key_line(v, g);
}
