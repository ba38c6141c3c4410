/*
 * Session processes and their connections, as the parent counts them.
 *
 * SECURITY: a source that opens connections and never finishes its handshake
 * gets HANDSHAKES_PER_SOURCE of them and no more; the rest stays free for the
 * terminals.  A session process can end only its own connections.
 */
#include "server/pool.h"

#include <signal.h>
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

#define HANDSHAKES	      128
#define HANDSHAKES_PER_SOURCE 32
#define PER_SOURCE_LEAST      16
#define FALSE_STARTS	      3

struct pool_conn {
	struct pool_conn *next;
	uint32_t id;
	bool handshake;
	char host[ADDR_TEXT];
};

struct pool_proc {
	struct pool *pool;
	struct pool_proc *next;
	int pid;
	int fd;
	bool used; /* K = 1: had its connection, ends by itself */
	bool ready;
	unsigned n;
	struct loop_watch *watch;
	struct pool_conn *conns;
};

/* ---- connections ---- */

static bool
conn_remove(struct pool_proc *pr, uint32_t id)
{
	struct pool_conn **at, *c;

	for (at = &pr->conns; (c = *at) != NULL; at = &c->next)
		if (c->id == id)
			break;
	if (c == NULL)
		return false;
	*at = c->next;
	free(c);
	pr->n--;
	pr->pool->conns--;
	return true;
}

static void
handshake_done(struct pool_proc *pr, uint32_t id)
{
	struct pool_conn *c;

	for (c = pr->conns; c != NULL; c = c->next)
		if (c->id == id)
			c->handshake = false;
}

/* NULL or the limit that is reached. */
static const char *
check_limits(const struct pool *p, const char *host)
{
	const struct pool_proc *pr;
	const struct pool_conn *c;
	unsigned same = 0, same_hs = 0, hs = 0;
	unsigned most = p->most * 3 / 4;

	for (pr = p->procs; pr != NULL; pr = pr->next)
		for (c = pr->conns; c != NULL; c = c->next) {
			bool mine = strcmp(c->host, host) == 0;

			same += mine;
			hs += c->handshake;
			same_hs += mine && c->handshake;
		}
	if (most < PER_SOURCE_LEAST)
		most = PER_SOURCE_LEAST;
	if (p->conns >= p->most)
		return "connections";
	if (same >= most)
		return "connections-of-source";
	if (hs >= HANDSHAKES)
		return "handshakes";
	if (same_hs >= HANDSHAKES_PER_SOURCE)
		return "handshakes-of-source";
	return NULL;
}

/* ---- processes ---- */

static void
proc_remove(struct pool_proc *pr)
{
	struct pool_proc **at;

	while (pr->conns != NULL)
		conn_remove(pr, pr->conns->id);
	for (at = &pr->pool->procs; *at != pr; at = &(*at)->next)
		;
	*at = pr->next;
	loop_unwatch(pr->watch);
	close(pr->fd);
	free(pr);
}

static struct pool_proc *proc_start(struct pool *p);

static void
proc_ready(struct pool_proc *pr)
{
	pr->ready = true;
	pr->pool->false_starts = 0;
	pr->pool->event(pr->pool->ctx, true);
}

/*
 * One that could not even begin (a file that is gone, no memory) would take
 * connections with it for ever: after some, the parent is told.
 */
static void
proc_ended(struct pool_proc *pr)
{
	struct pool *p = pr->pool;
	bool ready = pr->ready;

	if (!ready)
		log_error(
		    "parent", "session process %d could not start", pr->pid);
	proc_remove(pr);
	if (ready)
		return;
	if (++p->false_starts >= FALSE_STARTS || proc_start(p) == NULL)
		p->event(p->ctx, false);
}

static void
on_control(void *ctx, int fd, unsigned events)
{
	struct pool_proc *pr = ctx;
	uint8_t msg[FDPASS_MAX];
	struct rd r;
	uint32_t id;
	uint8_t what;
	size_t n;
	int passed;
	int rc;

	(void)events;
	while ((rc = fdpass_recv(fd, msg, &n, &passed)) > 0) {
		if (passed >= 0)
			close(passed);
		r = rd_of(str_n(msg, n));
		what = rd_u8(&r);
		if (what == CTL_READY) {
			proc_ready(pr);
			continue;
		}
		id = rd_be32(&r);
		if (rd_end(&r) != 0)
			continue;
		if (what == CTL_HANDSHAKE)
			handshake_done(pr, id);
		else if (what == CTL_GONE)
			conn_remove(pr, id);
	}
	if (rc < 0)
		proc_ended(pr); /* the pid is reaped with SIGCHLD */
}

/* A session process; its stream to the store goes to the store. */
static struct pool_proc *
proc_start(struct pool *p)
{
	uint8_t what = CTL_PEER;
	int control[2] = { -1, -1 };
	int stream[2] = { -1, -1 };
	struct proc_fd fds[2];
	struct pool_proc *pr = calloc(1, sizeof(*pr));
	int err = pr == NULL
	    ? ERR_NOMEM
	    : proc_pair(SOCK_SEQPACKET | SOCK_NONBLOCK, control);

	if (err == 0)
		err = proc_pair(SOCK_STREAM | SOCK_NONBLOCK, stream);
	if (err == 0)
		err = fdpass_send(p->store_fd, str_n(&what, 1), stream[0]);
	if (err == 0) {
		fds[0] = (struct proc_fd){ control[1], FD_CONTROL };
		fds[1] = (struct proc_fd){ stream[1], FD_STORE };
		err = server_spawn("session", p->args, fds, 2, &pr->pid);
	}
	if (err == 0) {
		pr->watch =
		    loop_watch(p->loop, control[0], LOOP_READ, on_control, pr);
		err = pr->watch == NULL ? ERR_NOMEM : 0;
	}
	if (stream[0] >= 0) {
		close(stream[0]);
		close(stream[1]);
	}
	if (control[1] >= 0)
		close(control[1]);
	if (err != 0) {
		if (control[0] >= 0)
			close(control[0]);
		free(pr);
		log_error("parent", "no session process: %s", err_name(err));
		return NULL;
	}
	pr->pool = p;
	pr->fd = control[0];
	pr->next = p->procs;
	p->procs = pr;
	return pr;
}

static bool
has_room(const struct pool_proc *pr)
{
	return pr->pool->per_process == 1 ? !pr->used
					  : pr->n < pr->pool->per_process;
}

static struct pool_proc *
find_room(struct pool *p)
{
	struct pool_proc *pr;
	struct pool_proc *best = NULL;

	/* the fullest one first: few processes, and the spare stays spare */
	for (pr = p->procs; pr != NULL; pr = pr->next)
		if (has_room(pr) && (best == NULL || pr->n > best->n))
			best = pr;
	return best;
}

int
pool_start(struct pool *p, const struct pool_config *cfg)
{
	*p = (struct pool){ .loop = cfg->loop,
		.args = cfg->args,
		.store_fd = cfg->store_fd,
		.event = cfg->event,
		.ctx = cfg->ctx,
		.per_process = cfg->conf->sessions_per_process,
		.most = cfg->conf->max_connections };
	return proc_start(p) == NULL ? ERR_IO : 0;
}

const char *
pool_add(struct pool *p, int fd, const char *host, const char *addr)
{
	struct buf b = BUF_INIT;
	struct pool_proc *pr;
	struct pool_conn *c;
	const char *why = check_limits(p, host);

	if (why != NULL)
		return why;
	pr = find_room(p);
	if (pr == NULL)
		pr = proc_start(p);
	c = pr == NULL ? NULL : calloc(1, sizeof(*c));
	if (c == NULL)
		return "no-process";
	p->last_id = p->last_id == UINT32_MAX ? 1 : p->last_id + 1;
	c->id = p->last_id;
	c->handshake = true;
	c->next = pr->conns;
	if (str_copy(c->host, sizeof(c->host), str_of(host)) != 0)
		c->host[0] = '\0';
	buf_putc(&b, CTL_CONN);
	buf_put_be32(&b, c->id);
	buf_puts(&b, addr);
	if (b.err != 0 || fdpass_send(pr->fd, buf_str(&b), fd) != 0)
		why = "no-process";
	buf_release(&b);
	if (why != NULL) {
		free(c);
		return why;
	}
	pr->conns = c;
	pr->n++;
	pr->used = true;
	p->conns++;
	if (find_room(p) == NULL)
		proc_start(p); /* the next spare */
	return NULL;
}

static struct pool_proc *
find_pid(struct pool *p, int pid)
{
	struct pool_proc *pr;

	for (pr = p->procs; pr != NULL; pr = pr->next)
		if (pr->pid == pid)
			break;
	return pr;
}

void
pool_process_ended(struct pool *p, int pid)
{
	struct pool_proc *pr = find_pid(p, pid);

	/*
	 * SIGCHLD may be seen before what the process said: without this a
	 * flood of cut connections looked like processes that do not start,
	 * and three of those end the server (TRM-07).
	 */
	if (pr != NULL)
		on_control(pr, pr->fd, LOOP_READ);
	pr = find_pid(p, pid);
	if (pr != NULL)
		proc_ended(pr);
}

void
pool_stop(struct pool *p)
{
	while (p->procs != NULL) {
		int pid = p->procs->pid; /* NOLINT: proc_remove unlinks */

		proc_remove(p->procs);
		if (pid > 0 && kill(pid, SIGKILL) == 0)
			waitpid(pid, NULL, 0);
	}
}
