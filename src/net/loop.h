/*
 * One event loop a process (STYLE 11): file descriptors, timers on the boot
 * clock, signals as a file descriptor, and a hook before it sleeps in which a
 * program paints once or commits once.
 *
 * Callbacks may add and remove any watch or timer, their own included; what
 * was removed is not called again, also not in the same turn.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdbool.h>

#include "core/clock.h"

#define LOOP_READ  1u
#define LOOP_WRITE 2u

struct loop;
struct loop_watch;
struct loop_timer;

/* events: the LOOP_READ/LOOP_WRITE that are ready; hang-up counts as both. */
typedef void loop_fd_fn(void *ctx, int fd, unsigned events);
typedef void loop_fn(void *ctx);
typedef void loop_signal_fn(void *ctx, int signo);

void loop_free(struct loop *l);

/* NULL when the system refuses.  The clock must outlive the loop. */
struct loop *loop_new(const struct clock *clock)
    __attribute__((warn_unused_result));

/*
 * Watches fd, which stays the caller's; unwatch before closing it.  A file
 * that epoll does not take (a regular file, /dev/null) counts as always
 * ready.  NULL on failure.
 */
struct loop_watch *loop_watch(struct loop *l, int fd, unsigned events,
    loop_fd_fn *fn, void *ctx) __attribute__((warn_unused_result));

/* Changes what is waited for; 0 rests. */
void loop_watch_set(struct loop_watch *w, unsigned events);

/* Ends a watch; NULL is fine. */
void loop_unwatch(struct loop_watch *w);

/* A timer that is not running.  NULL on failure. */
struct loop_timer *loop_timer_new(struct loop *l, loop_fn *fn, void *ctx)
    __attribute__((warn_unused_result));

/* Runs once in ms milliseconds (>= 0); set again inside fn to repeat. */
void loop_timer_set(struct loop_timer *t, int64_t ms);
void loop_timer_stop(struct loop_timer *t);
bool loop_timer_running(const struct loop_timer *t);

/* NULL is fine. */
void loop_timer_free(struct loop_timer *t);

/*
 * Blocks the n signals and delivers them to fn; call once.  0 or ERR_IO.
 */
int loop_signals(struct loop *l, const int *signals, unsigned n,
    loop_signal_fn *fn, void *ctx) __attribute__((warn_unused_result));

/* fn runs before each sleep; one hook, NULL removes it. */
void loop_before_sleep(struct loop *l, loop_fn *fn, void *ctx);

/* The next sleep ends at once: there is work left over. */
void loop_again(struct loop *l);

/*
 * One turn: hook, sleep at most max_ms (< 0: until something happens), then
 * callbacks.  0 or ERR_IO.
 */
int loop_turn(struct loop *l, int64_t max_ms);

/* Turns until loop_stop(); returns its code, or ERR_IO. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l, int code);

/* Boot-clock milliseconds, as of now. */
int64_t loop_now(const struct loop *l);

#endif
