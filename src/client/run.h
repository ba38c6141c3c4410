/*
 * The loop of the terminal: keys or script in, one drawing a turn out.
 */
#ifndef CLIENT_RUN_H
#define CLIENT_RUN_H

#include "client/app.h"
#include "client/script.h"

/*
 * Runs until the operator leaves, the tty or a signal ends it, or the script
 * is over.  script NULL: on the terminal of standard input.  Exit status of
 * the program; what failed is said on stderr.
 */
int run(struct loop *loop, struct app *app, struct script *script);

#endif
