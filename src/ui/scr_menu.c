/*
 * Menu and お知らせ: what there is to do, what must not be forgotten ((g)
 * task 1), and when this person was here last.
 *
 * SECURITY: only what the rights of this duty allow is listed; the server
 * checks again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/era.h"
#include "core/err.h"
#include "ui/auth.h"

#define NOTICES 64

struct notice {
	char code[65];
	char text[513];
	uint64_t count;
};

struct menu {
	struct view v;
	size_t row;
	size_t n;
	struct notice *notice;
	bool failed;
};

static void
language(struct ui *ui)
{
	(void)i18n_language(strcmp(i18n_current(), "ja") == 0 ? "en" : "ja");
	ui_touch(ui);
}

static void
jukinet(struct ui *ui)
{
	view_push(scr_jukinet_new(ui));
}

static void
lock_now(struct ui *ui)
{
	ui_lock(ui, "key");
}

static void
accounts(struct ui *ui)
{
	view_push(scr_accounts_new(ui));
}

static void
own_pin(struct ui *ui)
{
	view_push(scr_pin_new(ui, false));
}

/* One row: digit, words, right it needs, what it does. */
/* clang-format off */
static const struct menu_row {
	char digit;
	const char *label;
	enum right right;
	void (*run)(struct ui *ui);
} rows[] = {
	{ '1', N_("Find a resident (F2)"),          RIGHT_PERSON_SEARCH, ui_search },
	{ '6', N_("Accounts"),                      RIGHT_ACCOUNT_UNLOCK, accounts },
	{ '7', N_("Change your PIN"),               RIGHT_NONE, own_pin },
	{ '8', N_("Inquiry of identification data"), RIGHT_JUKINET_INQUIRY, jukinet },
	{ '9', N_("Leave the seat: lock (F12)"),    RIGHT_NONE, lock_now },
	{ 'L', N_("English / Japanese"),            RIGHT_NONE, language },
	{ '0', N_("Log off"),                       RIGHT_NONE, ui_ask_log_off },
};

/* Codes of notices as sentences; the server's own text for the others. */
static const struct { const char *code; const char *text; } sentences[] = {
	{ "period-over",     N_("Support measures whose period is over") },
	{ "period-month",    N_("Support measures that end within a month") },
	{ "temporary-over",  N_("Provisional measures older than allowed") },
	{ "link-error",      N_("Errors towards other systems") },
	{ "release-returned", N_("Releases that were taken back by themselves") },
	{ "account-expires", N_("Days until your account ends") },
	{ "pin-expires",     N_("Days until your PIN must be changed") },
	{ "accounts-locked", N_("Accounts that are locked") },
};
/* clang-format on */

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool
allowed(const struct menu *m, size_t i)
{
	const struct ui_port *port = ui_port(m->v.ui);

	return rows[i].right == RIGHT_NONE ||
	    right_has(port->who(port->ctx)->rights, rows[i].right);
}

static void
noticed(void *arg, const struct ui_answer *a)
{
	struct menu *m = arg;
	const Mamori__NoticesAns *ans = (const Mamori__NoticesAns *)a->ans;
	struct notice *n;
	size_t i;

	m->v.loading = false;
	m->n = 0;
	m->failed = a->err != 0;
	ui_touch(m->v.ui);
	if (a->err != 0) {
		view_say_answer(&m->v, a);
		return;
	}
	for (i = 0; i < ans->n_notices && m->n < NOTICES; i++) {
		n = &m->notice[m->n];
		if (str_copy(n->code, sizeof(n->code),
			STR_PB(ans->notices[i]->code)) != 0 ||
		    str_copy(n->text, sizeof(n->text),
			STR_PB(ans->notices[i]->text)) != 0)
			continue;
		n->count = ans->notices[i]->count;
		m->n++;
	}
}

static void
refresh(struct menu *m)
{
	Mamori__NoticesReq req = MAMORI__NOTICES_REQ__INIT;
	const struct ui_port *port = ui_port(m->v.ui);

	if (m->v.loading)
		return;
	m->v.loading = true;
	port->call(port->ctx, OP_notices, &req.base, noticed, m);
}

static void
step(struct menu *m, size_t by)
{
	do {
		m->row = (m->row + by) % ROWS;
	} while (!allowed(m, m->row));
}

static int32_t
upper(int32_t cp)
{
	return cp >= 'a' && cp <= 'z' ? cp - 'a' + 'A' : cp;
}

static bool
menu_key(struct view *v, const struct key *k)
{
	struct menu *m = (struct menu *)v;
	size_t i;

	switch (k->id) {
	case K_UP:
	case K_BACKTAB:
		step(m, ROWS - 1);
		return true;
	case K_DOWN:
	case K_TAB:
		step(m, 1);
		return true;
	case K_ENTER:
		rows[m->row].run(v->ui);
		return true;
	case K_F3:
		ui_ask_log_off(v->ui);
		return true;
	case K_F5:
		view_hush(v);
		refresh(m);
		return true;
	case K_CHAR:
		for (i = 0; i < ROWS; i++) {
			if (rows[i].digit == upper(k->cp) && allowed(m, i)) {
				m->row = i;
				rows[i].run(v->ui);
				return true;
			}
		}
		return false;
	default:
		return false;
	}
}

static const char *
sentence(const struct notice *n)
{
	size_t i;

	for (i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		if (strcmp(sentences[i].code, n->code) == 0)
			return i18n_text(sentences[i].text);
	}
	return n->text[0] != '\0' ? n->text : n->code;
}

static void
put_moment(struct buf *b, int64_t ms)
{
	int64_t minute = (ms / 60000 + INT64_C(540)) % 1440;
	struct date d = date_today(ms);

	if (strcmp(i18n_current(), "en") == 0)
		date_put_iso(b, d);
	else
		date_put_wareki(b, d, 0);
	buf_printf(b, " %02d:%02d", (int)(minute / 60), (int)(minute % 60));
}

/* When somebody else used the account, its owner sees it here. */
static int
draw_last(const struct menu *m, struct grid *g, int y)
{
	const struct ui_port *port = ui_port(m->v.ui);
	const struct ui_who *who = port->who(port->ctx);
	struct buf b = BUF_INIT;

	if (who->last_login_ms > 0) {
		buf_puts(&b, _("Your last log-in:"));
		buf_putc(&b, ' ');
		put_moment(&b, who->last_login_ms);
		buf_puts(&b, "  ");
		buf_puts(&b, who->last_terminal);
	} else {
		buf_puts(&b, _("This is your first log-in."));
	}
	grid_put(g, y, 2, g->w - 4, ROLE_dim, buf_str(&b));
	if (who->failures_before > 0) {
		buf_clear(&b);
		/* TRANSLATORS: number of failed log-ins */
		buf_printf(&b,
		    _("%u failed log-ins before this one. Not you? Tell the "
		      "administrator."),
		    who->failures_before);
		buf_putc(&b, '\0');
		y = view_paragraph(g, y + 1, 2, g->w - 4, ROLE_warn,
			b.err == 0 ? (const char *)b.p : "") -
		    1;
	}
	buf_release(&b);
	return y + 1;
}

static void
draw_notices(const struct menu *m, struct grid *g, int y)
{
	struct buf b = BUF_INIT;
	size_t i;

	/* TRANSLATORS: number of notices */
	buf_printf(&b, _("Notices (%zu)"), m->n);
	grid_put(g, y++, 2, g->w - 4, ROLE_title, buf_str(&b));
	if (m->v.loading)
		grid_puts(g, y, 4, g->w - 6, ROLE_dim, _("Being fetched..."));
	else if (m->failed)
		grid_puts(g, y, 4, g->w - 6, ROLE_error,
		    _("Could not be fetched. F5 tries again."));
	else if (m->n == 0)
		grid_puts(g, y, 4, g->w - 6, ROLE_dim, _("Nothing to tell."));
	for (i = 0; i < m->n && y < body_end(g); i++, y++) {
		if (y + 1 == body_end(g) && i + 1 < m->n) {
			buf_clear(&b);
			/* TRANSLATORS: number of notices without room */
			buf_printf(&b, _("and %zu more"), m->n - i);
			grid_put(g, y, 4, g->w - 6, ROLE_dim, buf_str(&b));
			break;
		}
		buf_clear(&b);
		buf_printf(&b, "%s  %llu", sentence(&m->notice[i]),
		    (unsigned long long)m->notice[i].count);
		grid_put(g, y, 4, g->w - 6, ROLE_text, buf_str(&b));
	}
	buf_release(&b);
}

static void
menu_draw(struct view *v, struct grid *g)
{
	struct menu *m = (struct menu *)v;
	char text[96];
	int y;
	size_t i;

	y = draw_last(m, g, BODY_Y) + 1;
	for (i = 0; i < ROWS; i++) {
		enum role role = i == m->row ? ROLE_focus : ROLE_text;

		if (!allowed(m, i))
			continue;
		(void)snprintf(text, sizeof(text), "%c  %s", rows[i].digit,
		    i18n_text(rows[i].label));
		grid_fill(g, y, 3, 40, role);
		grid_puts(g, y, 4, 38, role, text);
		if (i == m->row)
			grid_cursor(g, y, 4);
		y++;
	}
	draw_notices(m, g, y + 1);
}

static void
menu_close(struct view *v)
{
	struct menu *m = (struct menu *)v;

	free(m->notice);
}

static const enum action menu_actions[] = { ACT_help, ACT_search, ACT_logoff,
	ACT_refresh, ACT_open, ACT_lock, ACT_COUNT };

static const struct view_ops menu_ops = {
	.title = N_("Menu and notices"),
	.help = N_("A digit opens a line at once; arrow keys and Enter do too. "
		   "F2 opens the look-up form from everywhere. F12 clears the "
		   "screen when you leave the seat. Log off at the end of your "
		   "shift."),
	.actions = menu_actions,
	.key = menu_key,
	.draw = menu_draw,
	.close = menu_close,
};

struct view *
scr_menu_new(struct ui *ui)
{
	struct menu *m = view_new(sizeof(*m), ui, &menu_ops);

	m->notice = calloc(NOTICES, sizeof(*m->notice));
	if (m->notice == NULL)
		BUG("out of memory");
	if (!allowed(m, m->row))
		step(m, 1);
	refresh(m);
	return &m->v;
}
