/*
 * `mamori --script FILE`: a file instead of a keyboard, a grid instead of a
 * screen; the client around them is the real one (DESIGN §5).
 *
 *	# comment
 *	size 80 24            columns and rows, before anything else
 *	key F2                a key by name (ui/key.h)
 *	text やまだ           characters, one key each
 *	press FINGER          demo sensors
 *	wait TEXT MS          until TEXT is on the screen
 *	expect ROW COL TEXT   TEXT stands there; both count from 1
 *	absent TEXT           TEXT is nowhere on the screen
 *	dump FILE             the screen as text (synthetic sites only)
 *	sleep-until-idle MS   until nothing is under way
 */
#ifndef CLIENT_SCRIPT_H
#define CLIENT_SCRIPT_H

#include "client/app.h"
#include "ui/grid.h"

struct script;

/*
 * Reads and parses the whole file; "-" is standard input.  ERR_IO, ERR_SYNTAX
 * (said on stderr with the line).
 */
int script_load(const char *path, struct script **out)
    __attribute__((warn_unused_result));
void script_free(struct script *s);

/* The size of the screen it was written for. */
void script_size(const struct script *s, int *w, int *h);

enum script_result {
	SCRIPT_RUN,  /* keys were given: draw, then come again */
	SCRIPT_WAIT, /* nothing to do before *wait_ms or a change */
	SCRIPT_DONE,
	SCRIPT_FAILED /* said on stderr, with the screen */
};

/* Goes on as far as it can on the screen `g`, which is up to date. */
enum script_result script_step(struct script *s, struct app *app, struct ui *ui,
    const struct grid *g, int64_t now_ms, int64_t *wait_ms);

#endif
