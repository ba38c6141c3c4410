/*
 * The parent: takes the lock, binds, starts the others and hands out
 * connections (DESIGN §2).  It reads no byte of a connection.
 *
 * SECURITY: connections are limited in total, per source and while their
 * handshake lasts, before any process sees them.  When store or signer ends,
 * everything ends.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/err.h"
#include "core/log.h"
#include "net/addr.h"
#include "net/fdpass.h"
#include "net/proc.h"
#include "net/sysclock.h"
#include "server/pool.h"
#include "server/roles.h"
#include "server/sandbox.h"

#define STOP_MS		 5000  /* for the store to write SERVER_STOP */
#define START_MS	 30000 /* for the store to open and check */
#define BACKLOG		 256
#define ACCEPTS_PER_TURN 64
#define REFUSALS_SAID	 20 /* lines a minute on stderr */

struct parent {
	const struct server_args *args;
	const struct site_conf *conf;
	struct loop *loop;
	int lock;
	int listener;
	int64_t refused_at; /* the minute that `refusals` counts */
	uint64_t refusals;
	int store_fd;
	int store_pid;
	int signer_pid;
	bool store_ready;
	bool ready; /* listening */
	bool stopping;
	struct loop_watch *store_watch;
	struct loop_watch *listen_watch;
	struct loop_timer *deadline;
	struct pool pool;
};

/* ---- ends ---- */

static void
fail(struct parent *p, const char *what)
{
	log_error("parent", "%s: everything ends", what);
	loop_stop(p->loop, 1);
}

static void
on_deadline(void *ctx)
{
	struct parent *p = ctx;

	fail(p, p->stopping ? "the store does not stop" : "it does not start");
}

static void
begin_stop(struct parent *p)
{
	uint8_t stop = CTL_STOP;

	if (p->stopping)
		return;
	p->stopping = true;
	loop_unwatch(p->listen_watch);
	p->listen_watch = NULL;
	loop_timer_set(p->deadline, STOP_MS);
	if (!p->store_ready ||
	    fdpass_send(p->store_fd, str_n(&stop, 1), -1) != 0)
		loop_stop(p->loop, p->store_ready ? 1 : 0);
}

static void
reap(struct parent *p)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == p->store_pid) {
			p->store_pid = 0;
			if (p->stopping && WIFEXITED(status) &&
			    WEXITSTATUS(status) == 0)
				loop_stop(p->loop, 0);
			else
				fail(p, "the store has ended");
		} else if (pid == p->signer_pid) {
			p->signer_pid = 0;
			if (!p->stopping)
				fail(p, "the signer has ended");
		} else {
			if (!WIFEXITED(status))
				log_warn("parent",
				    "session process %d: signal %d", (int)pid,
				    WTERMSIG(status));
			pool_process_ended(&p->pool, (int)pid);
		}
	}
}

static void
on_signal(void *ctx, int signo)
{
	struct parent *p = ctx;

	if (signo == SIGCHLD)
		reap(p);
	else if (signo != SIGHUP)
		begin_stop(p);
}

/* ---- connections ---- */

static void
keep_alive(int fd)
{
	const int on = 1, idle = 30, interval = 10, count = 3;

	/* a terminal that lost its cable is noticed within a minute (TRM-19) */
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
}

/* A flood is the first lines of each minute, not thousands. */
static bool
is_news(struct parent *p)
{
	int64_t now = loop_now(p->loop);

	if (p->refusals == 0 || now - p->refused_at >= 60000) {
		p->refusals = 0;
		p->refused_at = now;
	}
	return p->refusals++ < REFUSALS_SAID;
}

static void
reject(struct parent *p, const char *why, const char *host)
{
	char msg[FDPASS_MAX];
	int n = snprintf(msg, sizeof(msg), "%c%s %s", CTL_REJECT, why, host);

	if (is_news(p))
		log_warn("parent", "refused %s: %s", host, why);
	/* a store that is behind misses a count of a flood, no more */
	if (n > 0 && (size_t)n < sizeof(msg) &&
	    fdpass_send(p->store_fd, str_n(msg, (size_t)n), -1) != 0)
		log_warn("parent", "the store does not listen");
}

static void
on_listener(void *ctx, int fd, unsigned events)
{
	struct parent *p = ctx;
	struct addr from;
	char host[ADDR_TEXT];
	char full[ADDR_TEXT];
	const char *why;
	int c, i;

	(void)events;
	for (i = 0; i < ACCEPTS_PER_TURN; i++) {
		from = (struct addr){ .len = sizeof(from.ss) };
		c = accept4(fd, (struct sockaddr *)(void *)&from.ss, &from.len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (c < 0)
			return;
		keep_alive(c);
		addr_put_host(&from, host);
		addr_put(&from, full);
		why = pool_add(&p->pool, c, host, full);
		if (why != NULL)
			reject(p, why, host);
		close(c);
	}
}

/* ---- start ---- */

static int
bind_listener(struct parent *p)
{
	const char *text =
	    p->args->listen != NULL ? p->args->listen : p->conf->listen;
	struct addr a;
	int on = 1;
	int fd;

	if (addr_parse(text, &a) != 0) {
		fprintf(stderr,
		    "mamorid: %s: not HOST:PORT in numbers: "
		    "correct 'listen' in mamorid.yaml\n",
		    text);
		return ERR_SYNTAX;
	}
	fd = socket(
	    a.ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    bind(fd, (struct sockaddr *)(void *)&a.ss, a.len) == 0) {
		p->listener = fd;
		return 0;
	}
	fprintf(stderr,
	    "mamorid: %s: %s: choose another address with "
	    "--listen\n",
	    text, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ERR_IO;
}

/* Store and signer, joined by a socketpair of their own. */
static int
start_store(struct parent *p)
{
	int sign[2] = { -1, -1 };
	int control[2] = { -1, -1 };
	struct proc_fd signer_fds[1];
	struct proc_fd store_fds[3];
	int err = proc_pair(SOCK_STREAM, sign);

	if (err == 0)
		err = proc_pair(SOCK_SEQPACKET | SOCK_NONBLOCK, control);
	if (err == 0) {
		signer_fds[0] = (struct proc_fd){ sign[1], FD_ASKER };
		err = server_spawn(
		    "signer", p->args, signer_fds, 1, &p->signer_pid);
	}
	if (err == 0) {
		store_fds[0] = (struct proc_fd){ control[1], FD_CONTROL };
		store_fds[1] = (struct proc_fd){ sign[0], FD_SIGNER };
		store_fds[2] = (struct proc_fd){ p->lock, FD_LOCK };
		err =
		    server_spawn("store", p->args, store_fds, 3, &p->store_pid);
	}
	if (sign[0] >= 0) {
		close(sign[0]);
		close(sign[1]);
	}
	if (control[1] >= 0)
		close(control[1]);
	p->store_fd = control[0];
	return err;
}

/* A session process waits for connections: so they may come. */
static void
announce(struct parent *p)
{
	struct addr a = { .len = sizeof(a.ss) };
	char text[ADDR_TEXT];

	if (listen(p->listener, BACKLOG) != 0 ||
	    getsockname(
		p->listener, (struct sockaddr *)(void *)&a.ss, &a.len) != 0) {
		fail(p, "listen");
		return;
	}
	p->listen_watch =
	    loop_watch(p->loop, p->listener, LOOP_READ, on_listener, p);
	if (p->listen_watch == NULL) {
		fail(p, "listen");
		return;
	}
	addr_put(&a, text);
	printf("mamorid: listening on %s\n", text);
	fflush(stdout);
	p->ready = true;
	loop_timer_stop(p->deadline);
}

static void
on_sessions(void *ctx, bool ready)
{
	struct parent *p = ctx;

	if (p->stopping)
		return;
	if (!ready)
		fail(p, "session processes do not start");
	else if (!p->ready)
		announce(p);
}

static void
start_sessions(struct parent *p)
{
	const struct pool_config cfg = { .loop = p->loop,
		.args = p->args,
		.conf = p->conf,
		.store_fd = p->store_fd,
		.event = on_sessions,
		.ctx = p };

	if (pool_start(&p->pool, &cfg) != 0)
		fail(p, "starting sessions");
}

static void
on_store(void *ctx, int fd, unsigned events)
{
	struct parent *p = ctx;
	uint8_t msg[FDPASS_MAX];
	size_t n;
	int passed;
	int rc;

	(void)events;
	while ((rc = fdpass_recv(fd, msg, &n, &passed)) > 0) {
		if (passed >= 0)
			close(passed);
		if (msg[0] == CTL_READY && !p->store_ready && !p->stopping) {
			p->store_ready = true;
			start_sessions(p);
		}
	}
	if (rc < 0) {
		/* its exit status comes with SIGCHLD */
		loop_unwatch(p->store_watch);
		p->store_watch = NULL;
	}
}

static int
begin(struct parent *p)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	int err;

	p->loop = loop_new(sysclock());
	if (p->loop == NULL)
		return ERR_NOMEM;
	err = loop_signals(p->loop, signals,
	    sizeof(signals) / sizeof(signals[0]), on_signal, p);
	if (err == 0)
		err = start_store(p);
	if (err != 0)
		return err;
	p->deadline = loop_timer_new(p->loop, on_deadline, p);
	p->store_watch =
	    loop_watch(p->loop, p->store_fd, LOOP_READ, on_store, p);
	if (p->deadline == NULL || p->store_watch == NULL)
		return ERR_NOMEM;
	loop_timer_set(p->deadline, START_MS);
	return 0;
}

static void
finish(struct parent *p)
{
	int pids[2] = { p->store_pid, p->signer_pid };
	int i;

	pool_stop(&p->pool);
	for (i = 0; i < 2; i++)
		if (pids[i] > 0) {
			kill(pids[i], SIGKILL);
			waitpid(pids[i], NULL, 0);
		}
	loop_unwatch(p->store_watch);
	loop_unwatch(p->listen_watch);
	loop_timer_free(p->deadline);
	loop_free(p->loop);
	if (p->store_fd >= 0)
		close(p->store_fd);
	if (p->listener >= 0)
		close(p->listener);
	close(p->lock);
}

int
parent_main(const struct server_args *args, const struct site_conf *conf)
{
	struct parent p = { .args = args,
		.conf = conf,
		.listener = -1,
		.store_fd = -1,
		.lock = server_lock(args->dir) };
	int rc = 1;

	if (p.lock < 0) {
		if (p.lock == ERR_BUSY)
			fprintf(stderr,
			    "mamorid: %s: another server runs on "
			    "this site: stop it first\n",
			    args->dir);
		else
			fprintf(stderr,
			    "mamorid: %s/run/lock: %s: make the site "
			    "with 'mamorictl site init'\n",
			    args->dir, strerror(errno));
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	if (sandbox_common(0) == 0 && bind_listener(&p) == 0 && begin(&p) == 0)
		rc = loop_run(p.loop);
	finish(&p);
	return rc == 0 ? 0 : 1;
}
