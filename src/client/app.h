/*
 * The program around the screens: implements struct ui_port over one
 * connection to the server and one helper at a time.
 *
 *	OFF ─▶ CONNECTING ─▶ HELLO ─▶ UP
 *	 ▲__________│___________│______│      back-off 1, 2, 4, 8, 10 s
 *	STOPPED: the log was rolled back or forked; no further connection
 *
 * One request is on its way at a time, the others wait in order: the sequence
 * numbers of a terminal have no gaps.
 */
#ifndef CLIENT_APP_H
#define CLIENT_APP_H

#include "client/head.h"
#include "net/addr.h"
#include "net/loop.h"
#include "ui/ui.h"

struct app_config {
	struct loop *loop;
	const struct clock *clock;
	struct addr server;
	/* of terminal.yaml */
	const char *terminal_dir;
	const char *terminal;
	const char *place;
	const char *site_name;
	const char *origin;
	const char *vkey;
	/* sensor and the helper program for it */
	const char *sensor;
	const char *helper;
	/* as the server computes them (hello) */
	uint8_t forms_digest[SHA256_LEN];
	uint8_t masters_digest[SHA256_LEN];
	void *data;
	const struct form *(*form)(void *data, const char *id);
	const struct master *(*master)(void *data, const char *id);
};

struct app;

/*
 * Loads keys and head; strings of cfg are borrowed.  ERR_IO, ERR_CRYPTO,
 * ERR_CORRUPT (T/state/head), ERR_SYNTAX (vkey), ERR_NOMEM; *what names the
 * file for the message.
 */
int app_new(struct app **out, const struct app_config *cfg, const char **what)
    __attribute__((warn_unused_result));

/* Says good-bye, writes the head, wipes; NULL is fine. */
void app_free(struct app *a);

const struct ui_port *app_port(struct app *a);

/* Whom to tell about the connection; then connects. */
void app_start(struct app *a, struct ui *ui);

/* The ui is about to go: no callback reaches it any more. */
void app_stop(struct app *a);

/* Before each sleep: callbacks that could not be made from inside a call. */
void app_pump(struct app *a);

/* Nothing under way with server or helper (waiting for a finger is idle). */
bool app_is_idle(const struct app *a);

/* Puts a finger on the demo sensor (demo.h).  ERR_NODEV without one. */
int app_press(struct app *a, const char *finger);

#endif
