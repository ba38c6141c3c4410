/*
 * Puts link, log-in and desk together behind struct ui_port.
 *
 * SECURITY: whatever ends a session (lock, log-off, a lost line) ends a
 * log-in that is under way and wipes what the desk holds; the screens are
 * told and blank themselves (TRM-11, TRM-19).
 */
#include "client/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/demo.h"
#include "client/help.h"
#include "client/link.h"
#include "client/login.h"
#include "core/err.h"
#include "core/log.h"
#include "core/wire.h"

struct app {
	struct app_config cfg;
	struct ui_port port;
	struct ui *ui;
	struct head head;
	struct desk desk;
	struct tls_ctx *tls;
	struct crypt_key *sign_key;
	struct link *link;
	struct login *login;
	struct demo *demo;
	struct help *help;
	struct loop_watch *helper_watch;
	int helper_fd;
	struct loop_timer *helper_timer;
};

/* ---- the port ----------------------------------------------------------- */

static void
port_call(void *ctx, enum op op, const ProtobufCMessage *req, ui_done *done,
    void *arg)
{
	struct app *a = ctx;

	link_call(a->link, op, req, done, arg);
}

static void
port_cancel(void *ctx, void *arg)
{
	struct app *a = ctx;

	link_cancel(a->link, arg);
}

/*
 * After a lost line the server knows nobody: an unlock becomes a log-in of
 * the same person, who goes back to the same duty without choosing.
 */
static void
port_login(void *ctx, const char *purpose, struct str match_id,
    const struct secret *pin, ui_login_fn *fn, void *arg)
{
	struct app *a = ctx;
	const char *duty = NULL;

	if (strcmp(purpose, "unlock") == 0 && a->desk.state == STATE_TERMINAL) {
		purpose = "login";
		if (str_eqz(match_id, a->desk.who.match_id))
			duty = a->desk.duty;
	}
	login_start(a->login, purpose, match_id, pin, duty, fn, arg);
}

static void
port_act_text(
    void *ctx, enum op op, const ProtobufCMessage *req, struct buf *out)
{
	struct app *a = ctx;
	const struct act_who who = desk_act(&a->desk);
	struct buf body = BUF_INIT;
	uint8_t digest[SHA256_LEN];

	wire_pack(&body, req);
	crypt_sha256(buf_str(&body), digest);
	act_text(out, op_find(op), &who, req, digest);
	buf_wipe(&body);
}

static void
port_act(void *ctx, const struct ui_act *act, ui_login_fn *fn, ui_done *done,
    void *arg)
{
	struct app *a = ctx;
	struct buf text = BUF_INIT;
	uint8_t digest[SHA256_LEN] = { 0 };

	if (act->new_pin == NULL) {
		port_act_text(ctx, act->op, act->req, &text);
		BUG_ON(text.err != 0);
		crypt_sha256(buf_str(&text), digest);
		buf_release(&text);
	}
	login_act(a->login,
	    &(struct login_act_start){ .op = act->op,
		.req = act->req,
		.digest = digest,
		.match_id = str_of(a->desk.who.match_id),
		.pin = act->pin,
		.new_pin = act->new_pin,
		.fn = fn,
		.done = done,
		.arg = arg });
}

static void
port_login_choose(void *ctx, struct str operator_id)
{
	struct app *a = ctx;

	login_choose(a->login, operator_id);
}

static void
port_login_cancel(void *ctx)
{
	struct app *a = ctx;

	login_cancel(a->login);
}

static void
port_login_other(void *ctx)
{
	struct app *a = ctx;

	login_other(a->login);
}

static void
port_press(void *ctx, const char *finger)
{
	struct app *a = ctx;

	if (app_press(a, finger) != 0)
		log_warn("app", "the finger could not be placed");
}

static const struct ui_site *
port_site(void *ctx)
{
	struct app *a = ctx;

	return &a->desk.site;
}

static const struct ui_who *
port_who(void *ctx)
{
	struct app *a = ctx;

	return &a->desk.who;
}

static const struct form *
port_form(void *ctx, const char *id)
{
	struct app *a = ctx;

	return a->cfg.form(a->cfg.data, id);
}

static const struct master *
port_master(void *ctx, const char *id)
{
	struct app *a = ctx;

	return a->cfg.master(a->cfg.data, id);
}

static int64_t
port_wall_ms(void *ctx)
{
	struct app *a = ctx;

	return clock_wall(a->cfg.clock);
}

static int64_t
port_boot_ms(void *ctx)
{
	struct app *a = ctx;

	return clock_boot(a->cfg.clock);
}

static bool
port_helps(void *ctx, enum ui_help what)
{
	struct app *a = ctx;

	return help_has(a->help, what);
}

static int
port_help(void *ctx, enum ui_help what, struct str typed, ui_help_fn *fn,
    void *arg)
{
	struct app *a = ctx;

	return help_look(a->help, what, typed, fn, arg);
}

static const char *
port_help_notice(void *ctx)
{
	struct app *a = ctx;

	return help_notice(a->help);
}

static struct glyphs *
port_glyphs(void *ctx)
{
	struct app *a = ctx;

	return help_glyphs(a->help);
}

static const struct ui_port port_template = {
	.call = port_call,
	.cancel = port_cancel,
	.login = port_login,
	.act_text = port_act_text,
	.act = port_act,
	.login_choose = port_login_choose,
	.login_cancel = port_login_cancel,
	.login_other = port_login_other,
	.site = port_site,
	.who = port_who,
	.form = port_form,
	.master = port_master,
	.wall_ms = port_wall_ms,
	.boot_ms = port_boot_ms,
	.helps = port_helps,
	.help = port_help,
	.help_notice = port_help_notice,
	.glyphs = port_glyphs,
};

/* ---- what the parts need of each other ------------------------------------
 */

static void
env_call_act(void *ctx, enum op op, const ProtobufCMessage *req,
    struct str assertion, struct str signature, ui_done *done, void *arg)
{
	struct app *a = ctx;

	link_call_act(a->link, op, req, assertion, signature, done, arg);
}

static int
env_exporter(void *ctx, uint8_t out[32])
{
	struct app *a = ctx;

	return link_exporter(a->link, out);
}

static void
env_identified(
    void *ctx, struct str match_id, const Mamori__LoginFinishAns *fin)
{
	struct app *a = ctx;

	desk_identified(&a->desk, match_id, fin);
}

static void
env_selected(void *ctx, const Mamori__OperatorSelectAns *sel)
{
	struct app *a = ctx;

	desk_selected(&a->desk, sel);
}

static void
link_changed(void *ctx, enum ui_link link, int err)
{
	struct app *a = ctx;

	if (link != UI_LINK_UP)
		login_cancel(a->login);
	if (a->ui != NULL)
		ui_link(a->ui, link, err);
}

/* ---- the helper on the loop ------------------------------------------------
 */

static void
helper_due(void *ctx)
{
	struct app *a = ctx;

	login_io(a->login);
}

static void
helper_ready(void *ctx, int fd, unsigned events)
{
	(void)fd;
	(void)events;
	helper_due(ctx);
}

/* The log-in starts and ends helpers as it goes: follow its descriptor. */
static void
follow_helper(struct app *a)
{
	const int fd = login_fd(a->login);
	const int ms = login_timeout(a->login);

	if (fd != a->helper_fd) {
		loop_unwatch(a->helper_watch);
		a->helper_watch = NULL;
		a->helper_fd = fd;
		if (fd >= 0) {
			a->helper_watch = loop_watch(
			    a->cfg.loop, fd, LOOP_READ, helper_ready, a);
			BUG_ON(a->helper_watch == NULL);
		}
	}
	if (ms >= 0)
		loop_timer_set(a->helper_timer, ms);
	else
		loop_timer_stop(a->helper_timer);
}

void
app_pump(struct app *a)
{
	link_pump(a->link);
	follow_helper(a);
}

bool
app_is_idle(const struct app *a)
{
	return link_is_idle(a->link) && !login_is_busy(a->login) &&
	    (a->demo == NULL || demo_is_idle(a->demo));
}

int
app_press(struct app *a, const char *finger)
{
	if (a->demo == NULL)
		return ERR_NODEV;
	return demo_press(a->demo, finger, login_match_id(a->login));
}

/* ---- life
 * -------------------------------------------------------------------- */

static int
file_in(const struct app *a, const char *name, char out[600])
{
	int n;

	n = snprintf(out, 600, "%s/%s", a->cfg.terminal_dir, name);
	return n < 0 || n >= 600 ? ERR_TOOLONG : 0;
}

static int
load_keys(struct app *a, const char **what)
{
	char cert[600];
	char key[600];
	char ca[600];
	char sign[600];
	const struct tls_files files = { .cert = cert, .key = key, .ca = ca };
	int rc;

	*what = "sign.key";
	if (file_in(a, "terminal.crt", cert) != 0 ||
	    file_in(a, "terminal.key", key) != 0 ||
	    file_in(a, "ca.crt", ca) != 0 || file_in(a, "sign.key", sign) != 0)
		return ERR_TOOLONG;
	rc = crypt_key_load(sign, &a->sign_key);
	if (rc != 0)
		return rc;
	*what = "terminal.crt, terminal.key, ca.crt";
	rc = tls_ctx_client(&files, &a->tls);
	if (rc != 0)
		return rc;
	*what = "state/head";
	return head_load(&a->head, a->cfg.terminal_dir, str_of(a->cfg.vkey));
}

static int
make_parts(struct app *a)
{
	const struct link_config lc = {
		.loop = a->cfg.loop,
		.clock = a->cfg.clock,
		.server = a->cfg.server,
		.terminal = a->cfg.terminal,
		.origin = a->cfg.origin,
		.tls = a->tls,
		.sign_key = a->sign_key,
		.head = &a->head,
		.desk = &a->desk,
		.changed = link_changed,
		.ctx = a,
	};
	const struct login_env env = {
		.ctx = a,
		.call = port_call,
		.cancel = port_cancel,
		.call_act = env_call_act,
		.boot_ms = port_boot_ms,
		.exporter = env_exporter,
		.identified = env_identified,
		.selected = env_selected,
		.sensor = a->cfg.sensor,
		.terminal_dir = a->cfg.terminal_dir,
		.helper = a->cfg.helper,
		.origin = a->cfg.origin,
		.terminal = a->cfg.terminal,
	};
	struct link_config full = lc;

	memcpy(full.forms_digest, a->cfg.forms_digest, SHA256_LEN);
	memcpy(full.masters_digest, a->cfg.masters_digest, SHA256_LEN);
	a->link = link_new(&full);
	a->helper_timer = loop_timer_new(a->cfg.loop, helper_due, a);
	if (a->link == NULL || a->helper_timer == NULL)
		return ERR_NOMEM;
	a->login = login_new(&env);
	return a->login == NULL ? ERR_NOMEM : 0;
}

int
app_new(struct app **out, const struct app_config *cfg, const char **what)
{
	struct app *a;
	int rc;

	*out = NULL;
	*what = "memory";
	a = calloc(1, sizeof(*a));
	if (a == NULL)
		return ERR_NOMEM;
	a->cfg = *cfg;
	a->helper_fd = -1;
	rc = load_keys(a, what);
	if (rc == 0)
		rc = make_parts(a);
	if (rc != 0) {
		app_free(a);
		return rc;
	}
	/* what is known before the server said anything */
	(void)str_copy(a->desk.site.name, sizeof(a->desk.site.name),
	    str_of(cfg->site_name));
	(void)str_copy(a->desk.site.terminal, sizeof(a->desk.site.terminal),
	    str_of(cfg->terminal));
	(void)str_copy(
	    a->desk.site.place, sizeof(a->desk.site.place), str_of(cfg->place));
	a->help = help_new(NULL, str_of(""));
	if (a->help == NULL) {
		*what = "memory";
		app_free(a);
		return ERR_NOMEM;
	}
	a->demo = demo_new(cfg->loop, cfg->sensor, cfg->terminal_dir);
	a->port = port_template;
	a->port.ctx = a;
	if (a->demo != NULL) {
		a->port.press = port_press;
		a->port.exercise = demo_exercise(a->demo);
	}
	*out = a;
	return 0;
}

void
app_free(struct app *a)
{
	if (a == NULL)
		return;
	loop_unwatch(a->helper_watch);
	loop_timer_free(a->helper_timer);
	login_free(a->login);
	if (a->link != NULL && head_save(&a->head) != 0)
		log_error("app", "T/state/head cannot be written");
	link_free(a->link);
	demo_free(a->demo);
	help_free(a->help);
	head_release(&a->head);
	tls_ctx_free(a->tls);
	crypt_key_free(a->sign_key);
	explicit_bzero(a, sizeof(*a));
	free(a);
}

const struct ui_port *
app_port(struct app *a)
{
	return &a->port;
}

void
app_start(struct app *a, struct ui *ui)
{
	a->ui = ui;
	link_start(a->link);
}

void
app_stop(struct app *a)
{
	a->ui = NULL;
	login_cancel(a->login);
	link_silence(a->link);
}
