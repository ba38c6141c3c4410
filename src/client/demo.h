/*
 * The finger of a demonstration: places images on libfprint's virtual sensor
 * or before the vein sensor of files, through the demo program mamori-press.
 * Exists only for "virtual:image:" and "vein:dir:" sensors; a site with real people refuses their assertions.
 */
#ifndef CLIENT_DEMO_H
#define CLIENT_DEMO_H

#include <stdbool.h>

#include "net/loop.h"

struct demo;

/* NULL for every other sensor. */
struct demo *demo_new(
    struct loop *loop, const char *sensor, const char *terminal_dir);
void demo_free(struct demo *d);

/*
 * Presses once: clerk, reviewer, supervisor, stranger, or "own": the finger
 * that the demonstration enrolled for match_id.  ERR_BUSY while the last
 * press is not over, ERR_IO, ERR_RANGE.
 */
int demo_press(struct demo *d, const char *finger, const char *match_id);

/*
 * The line of T/exercise: who may log in with which PIN.  NULL without the
 * file.  Only the demonstration writes one.
 */
const char *demo_exercise(const struct demo *d);

/* True when no press is under way. */
bool demo_is_idle(const struct demo *d);

#endif
