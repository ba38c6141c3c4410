/*
 * The tty: raw mode, alternate screen, keys.  With paint.c the only place
 * where curses is known.
 *
 * The caller owns the loop: it polls term_fd() for POLLIN, calls term_read()
 * until it gives 0, and tells term_resized() of SIGWINCH (which it must have
 * blocked before term_open(), c-style-models.md D.1).
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include "ui/grid.h"
#include "ui/key.h"

struct term;

/*
 * Takes standard input and output.  ERR_NODEV when they are no terminal,
 * ERR_NOTFOUND when TERM names none with a screen, ERR_UTF8 when the locale
 * cannot measure kanji, ERR_NOMEM.
 */
int term_open(struct term **out) __attribute__((warn_unused_result));

/* Clears the screen and the scrollback and restores the tty; NULL is fine. */
void term_close(struct term *t);

int term_fd(const struct term *t);

/* 1 and a key; 0 nothing more now; ERR_IO when the terminal is gone. */
int term_read(struct term *t, struct key *k);

/* Asks the kernel for the size again. */
void term_resized(struct term *t);
void term_size(const struct term *t, int *w, int *h);

/* Everything is sent anew with the next paint(). */
void term_redraw(struct term *t);

/* One bell. */
void term_bell(struct term *t);

#endif
