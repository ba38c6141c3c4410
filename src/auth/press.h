/*
 * A finger for a virtual sensor: starts demo/mamori-press, which sends one
 * synthetic picture.  Only the demo has that program; elsewhere it fails.
 *
 * Call it once per BIO_EV_FINGER with flags == 1 (needed, not present): then
 * libfprint waits for exactly one picture.  Pictures sent earlier than the
 * helper's start wait in mamori-press for up to 5 s, later ones are lost.
 */
#ifndef AUTH_PRESS_H
#define AUTH_PRESS_H

#include <sys/types.h>

/* Impressions below are for enrolment, from here on for log-ins. */
#define PRESS_PROBE 100

/*
 * self_dir is the folder of the calling program, finger a number or a name of
 * the demo (clerk, reviewer, supervisor, stranger).  The caller counts
 * impression up, so that no picture is shown twice: 0.. while it enrols,
 * PRESS_PROBE.. when it logs in.  *pid is to be reaped.  0 or ERR_IO,
 * ERR_TOOLONG.
 */
int press_spawn(const char *self_dir, const char *socket, const char *finger,
    unsigned impression, pid_t *pid);

/*
 * Where to press: the socket of "virtual:image:SOCKET", the whole of
 * "vein:dir:PATH", or NULL for another SPEC.
 */
const char *press_socket(const char *spec);

#endif
