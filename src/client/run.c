/*
 * Turns of the terminal (STYLE 12: no handler draws, no handler blocks).
 *
 * SECURITY: every way out clears the screen and its scrollback before the
 * program ends (TRM-14); a tty that is gone ends it as well.
 */
#include "client/run.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "ui/paint.h"
#include "ui/term.h"

struct run {
	struct loop *loop;
	struct app *app;
	struct ui *ui;
	struct term *term; /* NULL with a script */
	struct script *script;
	struct grid grid;
	struct loop_timer *tick;
	struct loop_timer *wake;
	bool redraw;
};

static void
again(void *ctx)
{
	struct run *r = ctx;

	loop_again(r->loop);
}

static void
draw(struct run *r)
{
	if (!ui_take_dirty(r->ui) && !r->redraw)
		return;
	r->redraw = false;
	grid_clear(&r->grid);
	ui_draw(r->ui, &r->grid);
	if (r->term != NULL)
		paint_grid(&r->grid);
}

static void
step_script(struct run *r)
{
	int64_t wait_ms;

	switch (script_step(
	    r->script, r->app, r->ui, &r->grid, loop_now(r->loop), &wait_ms)) {
	case SCRIPT_RUN:
		loop_again(r->loop);
		break;
	case SCRIPT_WAIT:
		loop_timer_set(r->wake, wait_ms);
		break;
	case SCRIPT_DONE:
		loop_stop(r->loop, 0);
		break;
	case SCRIPT_FAILED:
		loop_stop(r->loop, 1);
		break;
	}
}

/* Before each sleep: deliver, let time pass, draw once. */
static void
turn(void *ctx)
{
	struct run *r = ctx;
	int ms;

	app_pump(r->app);
	ms = ui_tick(r->ui);
	if (ms >= 0)
		loop_timer_set(r->tick, ms);
	else
		loop_timer_stop(r->tick);
	draw(r);
	if (r->script != NULL)
		step_script(r);
	if (ui_wants_quit(r->ui))
		loop_stop(r->loop, 0);
}

static void
keys(void *ctx, int fd, unsigned events)
{
	struct run *r = ctx;
	struct key k;
	int rc;

	(void)fd;
	(void)events;
	while ((rc = term_read(r->term, &k)) == 1)
		ui_key(r->ui, &k);
	if (rc < 0)
		loop_stop(r->loop, 0); /* the tty is gone */
}

static void
resized(struct run *r)
{
	int w, h;

	if (r->term == NULL)
		return;
	term_resized(r->term);
	term_size(r->term, &w, &h);
	BUG_ON(grid_resize(&r->grid, w, h) != 0);
	term_redraw(r->term);
	r->redraw = true;
}

static void
on_signal(void *ctx, int signo)
{
	struct run *r = ctx;

	if (signo == SIGWINCH)
		resized(r);
	else
		loop_stop(r->loop, r->script != NULL ? 1 : 0);
}

/* Signals first: SIGWINCH must be blocked before curses starts. */
static int
catch_signals(struct run *r)
{
	/* a script is stopped by Ctrl-C; at the counter it is a key */
	static const int all[] = { SIGHUP, SIGTERM, SIGWINCH, SIGINT };

	return loop_signals(
	    r->loop, all, r->script != NULL ? 4 : 3, on_signal, r);
}

static int
open_screen(struct run *r, struct loop_watch **watch)
{
	int w, h;
	int rc;

	if (r->script != NULL) {
		script_size(r->script, &w, &h);
		return grid_init(&r->grid, w, h);
	}
	rc = term_open(&r->term);
	if (rc != 0)
		return rc;
	term_size(r->term, &w, &h);
	rc = grid_init(&r->grid, w, h);
	if (rc != 0)
		return rc;
	*watch = loop_watch(r->loop, term_fd(r->term), LOOP_READ, keys, r);
	return *watch == NULL ? ERR_IO : 0;
}

static const char *
screen_advice(int rc)
{
	if (rc == ERR_UTF8)
		return "the locale cannot show kanji: install ja_JP.UTF-8";
	if (rc == ERR_NOTFOUND)
		return "TERM names no terminal with a screen: set it to the "
		       "terminal's type (foot, xterm-256color, linux)";
	if (rc == ERR_NODEV)
		return "start it on a terminal, or with --script FILE";
	return "see the log";
}

int
run(struct loop *loop, struct app *app, struct script *script)
{
	struct run r = {
		.loop = loop, .app = app, .script = script, .redraw = true
	};
	struct loop_watch *watch = NULL;
	int code = 1;
	int rc;

	rc = catch_signals(&r);
	if (rc == 0)
		rc = open_screen(&r, &watch);
	r.tick = loop_timer_new(loop, again, &r);
	r.wake = loop_timer_new(loop, again, &r);
	r.ui = ui_new(app_port(app));
	if (rc == 0 && (r.tick == NULL || r.wake == NULL || r.ui == NULL))
		rc = ERR_NOMEM;
	if (rc == 0) {
		app_start(app, r.ui);
		loop_before_sleep(loop, turn, &r);
		code = loop_run(loop);
		loop_before_sleep(loop, NULL, NULL);
	}
	app_stop(app);
	loop_unwatch(watch);
	loop_timer_free(r.tick);
	loop_timer_free(r.wake);
	ui_free(r.ui);
	grid_release(&r.grid);
	term_close(r.term);
	if (rc != 0)
		fprintf(stderr, "mamori: screen: %s: %s\n", err_text(rc),
		    screen_advice(rc));
	return code < 0 ? 1 : code;
}
