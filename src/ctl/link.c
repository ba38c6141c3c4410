/*
 * The connection to the store.
 *
 * SECURITY: there is one path to the database.  The store logs every request
 * with the Unix uid it learns from the kernel; nothing said here about who
 * asks is believed.  Answers are checked like those of any peer.
 */
#include "ctl/link.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conf/share.h"
#include "core/err.h"
#include "core/wire.h"
#include "mamori.pb-c.h"
#include "net/frame.h"
#include "net/proc.h"

#define LINK_TIMEOUT_MS 600000 /* a million residents commit slowly */
#define LINK_ARENA	((size_t)24 << 20)
#define LINK_CHILD_FD	3

struct link {
	int fd;
	pid_t pid; /* of the store we started; 0: a server's */
	uint32_t call;
	struct buf in;
	struct buf out;
	struct wire_arena arena;
	char item[65];
};

static int
start_store(struct link *l, const char *dir, bool create)
{
	char exe[4096];
	char path[4096 + 16];
	const char *argv[] = { "mamorid", "--dir", dir, "--store-only",
		create ? "--create" : NULL, NULL };
	struct proc_fd fd;
	int pair[2];
	int err;

	err = conf_exe_dir(exe, sizeof(exe));
	if (err != 0)
		return err;
	(void)snprintf(path, sizeof(path), "%s/mamorid", exe);
	if (access(path, X_OK) != 0)
		return ERR_NOTFOUND;
	err = proc_pair(SOCK_STREAM, pair);
	if (err != 0)
		return err;
	fd = (struct proc_fd){ .from = pair[1], .to = LINK_CHILD_FD };
	err = proc_spawn(path, argv, &fd, 1, &l->pid);
	close(pair[1]);
	if (err != 0) {
		close(pair[0]);
		return err;
	}
	l->fd = pair[0];
	return 0;
}

int
link_open(const char *dir, bool create, struct link **out)
{
	char run[4096];
	struct link *l;
	struct stat st;
	int n;
	int err;

	*out = NULL;
	n = snprintf(run, sizeof(run), "%s/run", dir);
	if (n < 0 || (size_t)n >= sizeof(run))
		return ERR_TOOLONG;
	if (stat(run, &st) != 0 || !S_ISDIR(st.st_mode))
		return ERR_NOTFOUND;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return ERR_NOMEM;
	l->fd = -1;
	err = wire_arena_init(&l->arena, LINK_ARENA);
	if (err == 0 && !create)
		l->fd = proc_unix_connect(run, "ctl.sock");
	if (err == 0 && l->fd < 0)
		err = start_store(l, dir, create);
	if (err != 0) {
		link_close(l);
		return err;
	}
	*out = l;
	return 0;
}

void
link_close(struct link *l)
{
	if (l == NULL)
		return;
	if (l->fd >= 0)
		close(l->fd);
	/* it ends when its descriptor does, after its last commit */
	while (l->pid > 0 && waitpid(l->pid, NULL, 0) < 0 && errno == EINTR)
		;
	buf_wipe(&l->in);
	buf_wipe(&l->out);
	wire_arena_release(&l->arena);
	free(l);
}

static int64_t
now_ms(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* 0 when fd is ready before the deadline. */
static int
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int n;

	for (;;) {
		left = deadline - now_ms(CLOCK_BOOTTIME);
		if (left <= 0)
			return ERR_TIMEOUT;
		n = poll(&p, 1, (int)left);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return ERR_IO;
	}
}

static int
send_all(struct link *l, int64_t deadline)
{
	ssize_t n;
	int err;

	while (l->out.n > 0) {
		n = send(
		    l->fd, l->out.p, l->out.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0) {
			buf_shift(&l->out, (size_t)n);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			return ERR_IO;
		err = wait_for(l->fd, POLLOUT, deadline);
		if (err != 0)
			return err;
	}
	return 0;
}

static int
read_some(struct link *l, int64_t deadline)
{
	uint8_t piece[65536];
	ssize_t n;
	int err;

	err = wait_for(l->fd, POLLIN, deadline);
	if (err != 0)
		return err;
	n = recv(l->fd, piece, sizeof(piece), MSG_DONTWAIT);
	if (n == 0)
		return ERR_IO;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : ERR_IO;
	buf_put(&l->in, piece, (size_t)n);
	explicit_bzero(piece, (size_t)n);
	return l->in.err;
}

/* The frame that answers this call; anything else breaks the protocol. */
static int
receive(
    struct link *l, enum op op, int64_t deadline, struct frame *f, size_t *used)
{
	int err;

	for (;;) {
		err = frame_get(buf_str(&l->in), FRAME_MAX, f, used);
		if (err < 0)
			return err;
		if (err == 1)
			break;
		err = read_some(l, deadline);
		if (err != 0)
			return err;
	}
	if (f->kind != FRAME_ANSWER || f->op != (uint16_t)op ||
	    f->call != l->call)
		return ERR_PEER;
	return 0;
}

static int
take_answer(struct link *l, const struct op_row *row, struct str payload,
    const ProtobufCMessage **ans)
{
	ProtobufCMessage *m = NULL;
	const Mamori__Answer *a;
	int err;

	err = wire_unpack(&mamori__answer__descriptor, payload, &l->arena, &m);
	if (err != 0)
		return err;
	a = (const Mamori__Answer *)(const void *)m;
	if (a->code > 0 || !err_is_known(a->code))
		return ERR_PEER;
	if (str_copy(l->item, sizeof(l->item), STR_PB(a->item)) != 0)
		l->item[0] = '\0';
	if (a->code != 0)
		return a->code;
	err = wire_unpack(row->ans, STR_PB(a->body), &l->arena, &m);
	if (err == 0)
		*ans = m;
	return err;
}

static int
put_request(struct link *l, enum op op, const ProtobufCMessage *req)
{
	Mamori__Request envelope = MAMORI__REQUEST__INIT;
	struct buf body = BUF_INIT;
	struct buf payload = BUF_INIT;
	struct frame f;
	int err;

	wire_pack(&body, req);
	envelope.when_ms = now_ms(CLOCK_REALTIME);
	envelope.body = PB_BYTES(buf_str(&body));
	wire_pack(&payload, &envelope.base);
	err = body.err != 0 ? body.err : payload.err;
	if (err == 0)
		err = wire_check(&envelope.base);
	if (err == 0) {
		f = (struct frame){ .op = (uint16_t)op,
			.kind = FRAME_REQUEST,
			.call = ++l->call,
			.payload = buf_str(&payload) };
		buf_clear(&l->out);
		frame_put(&l->out, &f);
		err = l->out.err;
	}
	buf_wipe(&body);
	buf_wipe(&payload);
	return err;
}

int
link_ask(struct link *l, enum op op, const ProtobufCMessage *req,
    const ProtobufCMessage **ans)
{
	const struct op_row *row = op_find(op);
	int64_t deadline = now_ms(CLOCK_BOOTTIME) + LINK_TIMEOUT_MS;
	struct frame f;
	size_t used = 0;
	int err;

	*ans = NULL;
	l->item[0] = '\0';
	BUG_ON(row == NULL);
	wire_arena_reset(&l->arena);
	err = wire_check(req);
	if (err == 0)
		err = put_request(l, op, req);
	if (err == 0)
		err = send_all(l, deadline);
	if (err == 0)
		err = receive(l, op, deadline, &f, &used);
	if (err == 0) {
		err = take_answer(l, row, f.payload, ans);
		buf_shift(&l->in, used);
	}
	return err;
}

const char *
link_item(const struct link *l)
{
	return l->item;
}

bool
link_is_server(const struct link *l)
{
	return l->pid == 0;
}
