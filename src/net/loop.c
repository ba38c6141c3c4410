/*
 * The event loop: epoll, a list of timers, one signalfd.
 *
 * SECURITY: nothing from a peer is looked at here.  A removed watch is kept
 * until the turn is over, so a stale event finds a dead watch and not freed
 * memory.
 */
#include "net/loop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/err.h"

#define EVENTS_MAX 128

struct loop_watch {
	struct loop *loop;
	struct loop_watch *next_dead;
	struct loop_watch *prev, *next; /* list of always-ready ones */
	int fd;
	unsigned events;
	bool dead;
	bool always; /* epoll does not take it */
	loop_fd_fn *fn;
	void *ctx;
};

struct loop_timer {
	struct loop *loop;
	struct loop_timer *prev, *next;
	int64_t due; /* boot ms; -1: not running */
	bool dead;
	loop_fn *fn;
	void *ctx;
};

struct loop {
	const struct clock *clock;
	int ep;
	int sigfd;
	bool again;
	bool stop;
	bool in_timers;
	int code;
	int64_t next_due; /* no timer is due before; INT64_MAX: none */
	struct loop_timer *timers;
	struct loop_watch *always;
	struct loop_watch *dead;
	struct loop_watch *sigwatch;
	loop_fn *hook;
	void *hook_ctx;
	loop_signal_fn *sig_fn;
	void *sig_ctx;
};

struct loop *
loop_new(const struct clock *clock)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->clock = clock;
	l->sigfd = -1;
	l->next_due = INT64_MAX;
	l->ep = epoll_create1(EPOLL_CLOEXEC);
	if (l->ep < 0) {
		free(l);
		return NULL;
	}
	return l;
}

static void
bury(struct loop *l)
{
	struct loop_watch *w;

	while ((w = l->dead) != NULL) {
		l->dead = w->next_dead;
		free(w);
	}
}

void
loop_free(struct loop *l)
{
	struct loop_timer *t;

	if (l == NULL)
		return;
	loop_unwatch(l->sigwatch);
	while (l->always != NULL)
		loop_unwatch(l->always);
	bury(l);
	while ((t = l->timers) != NULL) {
		l->timers = t->next;
		free(t);
	}
	if (l->sigfd >= 0)
		close(l->sigfd);
	close(l->ep);
	free(l);
}

int64_t
loop_now(const struct loop *l)
{
	return clock_boot(l->clock);
}

/* ---- descriptors ---- */

static uint32_t
epoll_bits(unsigned events)
{
	return ((events & LOOP_READ) != 0 ? (uint32_t)EPOLLIN : 0) |
	    ((events & LOOP_WRITE) != 0 ? (uint32_t)EPOLLOUT : 0);
}

static void
always_add(struct loop *l, struct loop_watch *w)
{
	w->always = true;
	w->next = l->always;
	if (l->always != NULL)
		l->always->prev = w;
	l->always = w;
}

struct loop_watch *
loop_watch(struct loop *l, int fd, unsigned events, loop_fd_fn *fn, void *ctx)
{
	struct loop_watch *w = calloc(1, sizeof(*w));
	struct epoll_event ev = { .events = epoll_bits(events) };

	if (w == NULL)
		return NULL;
	*w = (struct loop_watch){
		.loop = l, .fd = fd, .events = events, .fn = fn, .ctx = ctx
	};
	ev.data.ptr = w;
	if (epoll_ctl(l->ep, EPOLL_CTL_ADD, fd, &ev) == 0)
		return w;
	if (errno != EPERM) {
		free(w);
		return NULL;
	}
	always_add(l, w);
	return w;
}

void
loop_watch_set(struct loop_watch *w, unsigned events)
{
	struct epoll_event ev = { .events = epoll_bits(events) };

	if (w->events == events)
		return;
	w->events = events;
	ev.data.ptr = w;
	if (!w->always)
		BUG_ON(epoll_ctl(w->loop->ep, EPOLL_CTL_MOD, w->fd, &ev) != 0);
}

void
loop_unwatch(struct loop_watch *w)
{
	struct loop *l;

	if (w == NULL || w->dead)
		return;
	l = w->loop;
	w->dead = true;
	if (!w->always) {
		epoll_ctl(l->ep, EPOLL_CTL_DEL, w->fd, NULL);
	} else {
		if (w->prev != NULL)
			w->prev->next = w->next;
		else
			l->always = w->next;
		if (w->next != NULL)
			w->next->prev = w->prev;
	}
	w->next_dead = l->dead;
	l->dead = w;
}

/* ---- timers ---- */

struct loop_timer *
loop_timer_new(struct loop *l, loop_fn *fn, void *ctx)
{
	struct loop_timer *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	*t = (struct loop_timer){ .loop = l, .due = -1, .fn = fn, .ctx = ctx };
	t->next = l->timers;
	if (l->timers != NULL)
		l->timers->prev = t;
	l->timers = t;
	return t;
}

void
loop_timer_set(struct loop_timer *t, int64_t ms)
{
	int64_t now = loop_now(t->loop);

	if (ms < 0)
		ms = 0;
	t->due = now > INT64_MAX - 1 - ms ? INT64_MAX - 1 : now + ms;
	if (t->due < t->loop->next_due)
		t->loop->next_due = t->due;
}

void
loop_timer_stop(struct loop_timer *t)
{
	if (t != NULL)
		t->due = -1;
}

bool
loop_timer_running(const struct loop_timer *t)
{
	return t->due >= 0;
}

static void
timer_drop(struct loop_timer *t)
{
	if (t->prev != NULL)
		t->prev->next = t->next;
	else
		t->loop->timers = t->next;
	if (t->next != NULL)
		t->next->prev = t->prev;
	free(t);
}

void
loop_timer_free(struct loop_timer *t)
{
	if (t == NULL)
		return;
	if (!t->loop->in_timers) {
		timer_drop(t);
		return;
	}
	/* the walk of run_timers() still stands on it or its neighbour */
	t->due = -1;
	t->dead = true;
}

static void
run_timers(struct loop *l)
{
	struct loop_timer *t, *next;
	int64_t now = loop_now(l);

	if (now < l->next_due)
		return;
	l->next_due = INT64_MAX;
	l->in_timers = true;
	for (t = l->timers; t != NULL; t = t->next) {
		if (t->due < 0 || t->due > now)
			continue;
		t->due = -1;
		t->fn(t->ctx);
	}
	l->in_timers = false;
	for (t = l->timers; t != NULL; t = next) {
		next = t->next;
		if (t->dead)
			timer_drop(t);
		else if (t->due >= 0 && t->due < l->next_due)
			l->next_due = t->due;
	}
}

/* ---- signals ---- */

static void
on_signal(void *ctx, int fd, unsigned events)
{
	struct loop *l = ctx;
	struct signalfd_siginfo si;

	(void)events;
	while (read(fd, &si, sizeof(si)) == (ssize_t)sizeof(si))
		l->sig_fn(l->sig_ctx, (int)si.ssi_signo);
}

int
loop_signals(struct loop *l, const int *signals, unsigned n, loop_signal_fn *fn,
    void *ctx)
{
	sigset_t set;
	unsigned i;

	sigemptyset(&set);
	for (i = 0; i < n; i++)
		sigaddset(&set, signals[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return ERR_IO;
	l->sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (l->sigfd < 0)
		return ERR_IO;
	l->sig_fn = fn;
	l->sig_ctx = ctx;
	l->sigwatch = loop_watch(l, l->sigfd, LOOP_READ, on_signal, l);
	return l->sigwatch == NULL ? ERR_NOMEM : 0;
}

/* ---- turning ---- */

void
loop_before_sleep(struct loop *l, loop_fn *fn, void *ctx)
{
	l->hook = fn;
	l->hook_ctx = ctx;
}

void
loop_again(struct loop *l)
{
	l->again = true;
}

static int
sleep_ms(struct loop *l, int64_t max_ms)
{
	int64_t ms = max_ms;
	int64_t left;

	if (l->again || l->stop) {
		l->again = false;
		return 0;
	}
	if (l->next_due != INT64_MAX) {
		left = l->next_due - loop_now(l);
		if (left < 0)
			left = 0;
		if (ms < 0 || left < ms)
			ms = left;
	}
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* Runs the always-ready ones; true when there was one that wants events. */
static bool
run_always(struct loop *l, bool call)
{
	struct loop_watch *w, *next;
	bool any = false;

	for (w = l->always; w != NULL; w = next) {
		next = w->next;
		if (w->events == 0)
			continue;
		any = true;
		if (call)
			w->fn(w->ctx, w->fd, w->events);
		if (w->dead)
			break; /* the list changed: the rest next turn */
	}
	return any;
}

static void
dispatch(const struct epoll_event *ev)
{
	struct loop_watch *w = ev->data.ptr;
	unsigned got = 0;

	if (w->dead)
		return;
	if ((ev->events & (uint32_t)EPOLLIN) != 0)
		got |= LOOP_READ;
	if ((ev->events & (uint32_t)EPOLLOUT) != 0)
		got |= LOOP_WRITE;
	if ((ev->events & (uint32_t)(EPOLLHUP | EPOLLERR)) != 0)
		got |= LOOP_READ | LOOP_WRITE;
	w->fn(w->ctx, w->fd, got);
}

int
loop_turn(struct loop *l, int64_t max_ms)
{
	struct epoll_event ev[EVENTS_MAX];
	int n, i;

	if (l->hook != NULL)
		l->hook(l->hook_ctx);
	if (run_always(l, false))
		l->again = true;
	n = epoll_wait(l->ep, ev, EVENTS_MAX, sleep_ms(l, max_ms));
	if (n < 0 && errno != EINTR)
		return ERR_IO;
	for (i = 0; i < n; i++)
		dispatch(&ev[i]);
	run_always(l, true);
	run_timers(l);
	bury(l);
	return 0;
}

int
loop_run(struct loop *l)
{
	int err;

	l->stop = false;
	while (!l->stop) {
		err = loop_turn(l, -1);
		if (err != 0)
			return err;
	}
	return l->code;
}

void
loop_stop(struct loop *l, int code)
{
	l->stop = true;
	l->code = code;
}
