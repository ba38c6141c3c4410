/*
 * The user interface as one object: keys in, a grid of cells out.  It owns no
 * file descriptor; ui/term.c puts it on a terminal, client/script.c on none.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include "ui/grid.h"
#include "ui/key.h"
#include "ui/port.h"

enum ui_link { UI_LINK_CONNECTING, UI_LINK_UP, UI_LINK_DOWN, UI_LINK_REFUSED };

struct ui;

/* Starts on the waiting screen; `port` must outlive it. */
struct ui *ui_new(const struct ui_port *port) __attribute__((warn_unused_result));
void ui_free(struct ui *ui);

/* One key (or character). */
void ui_key(struct ui *ui, const struct key *k);

/*
 * The connection changed.  DOWN blanks personal data at once (TRM-19) and
 * shows a waiting page that names the reason; UP after it asks for PIN and
 * finger and brings the draft back.
 */
void ui_link(struct ui *ui, enum ui_link link, int err);

/* Time passed: idle lock, countdowns.  Returns ms until it wants to be called
 * again, -1 for never. */
int ui_tick(struct ui *ui);

/* True once after anything visible changed. */
bool ui_take_dirty(struct ui *ui);

/* Draws everything into g (any size; below 80x24 a page says so). */
void ui_draw(struct ui *ui, struct grid *g);

/* True when the operator asked to leave the program (from the login screen). */
bool ui_wants_quit(const struct ui *ui);

/* Idle for scripts and tests: nothing asked and unanswered. */
bool ui_is_idle(const struct ui *ui);

#endif
