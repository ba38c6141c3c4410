/*
 * Starts mamori-bio for one request, or has systemd start it by connecting to
 * BIO_SOCKET, and reads what it says.
 *
 * SECURITY: the helper gets descriptor 3, /dev/null and an empty environment,
 * nothing else: libfprint's FP_VIRTUAL_* variables would replace the reader
 * (fingerprint.md §1).  Its messages are parsed as hostile; a helper that
 * breaks the protocol, is silent or talks for ever is killed.
 */
#include "auth/bio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "auth/bioproto.h"
#include "core/err.h"

#define GRACE_MS    10000 /* opening, scrypt, matching */
#define CANCEL_MS   2000  /* a cancelled helper has this long */
#define EXIT_MS	    100	  /* a helper that has answered has this long */
#define SAMPLES_MAX 20	  /* of an enrolment, retries included */

struct bio {
	pid_t pid; /* 0 when reaped */
	int pidfd;
	int fd;
	bool done; /* BIO_EV_DONE was given out */
	bool cancelled;
	int forced;	/* DONE with this error comes next */
	int64_t silent; /* how long it may be silent, ms */
	int64_t next;	/* kill at, if nothing comes */
	int64_t last;	/* kill at, whatever comes */
	uint8_t *in;	/* BIOPROTO_MAX */
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Between fork and exec: only calls that are safe there. */
_Noreturn static void
child(const char *helper, int sock)
{
	char *const argv[] = { (char[]){ "mamori-bio" }, NULL };
	char *const envp[] = { NULL };
	struct sigaction sa = { .sa_handler = SIG_DFL };
	sigset_t none;
	int null;
	int s;

	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0)
		_exit(126);
	/* inherited for tests only: GLib's words would destroy the screen */
	if (secure_getenv("MAMORI_BIO_STDERR") == NULL && dup2(null, 2) < 0)
		_exit(126);
	/* last: null itself may be descriptor 3, sock is never below 4 */
	if (dup2(sock, BIOPROTO_FD) < 0)
		_exit(126);
	if (syscall(SYS_close_range, BIOPROTO_FD + 1, UINT_MAX, 0) != 0)
		_exit(126);
	for (s = 1; s < NSIG; s++)
		(void)sigaction(s, &sa, NULL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	execve(helper, argv, envp);
	_exit(127);
}

static int
spawn(struct bio *b, const char *helper)
{
	int room = BIOPROTO_MAX * 2;
	int sv[2] = { -1, -1 };
	int low;
	int rc = ERR_IO;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) != 0)
		goto out;
	/* the child's dup2() to 3 must not be a no-op that keeps CLOEXEC */
	low = fcntl(sv[1], F_DUPFD_CLOEXEC, BIOPROTO_FD + 1);
	if (low < 0)
		goto out;
	close(sv[1]);
	sv[1] = low;
	(void)setsockopt(sv[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	(void)setsockopt(sv[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	b->pid = fork();
	if (b->pid == 0)
		child(helper, sv[1]);
	if (b->pid < 0) {
		b->pid = 0;
		goto out;
	}
	b->pidfd = (int)syscall(SYS_pidfd_open, b->pid, 0);
	b->fd = sv[0];
	sv[0] = -1;
	rc = 0;
out:
	if (sv[0] >= 0)
		close(sv[0]);
	if (sv[1] >= 0)
		close(sv[1]);
	return rc;
}

/* A helper that systemd starts for the connection, as a user of its own. */
static int
join(struct bio *b, const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int room = BIOPROTO_MAX * 2;
	size_t n = strlen(path);
	int fd;

	if (n >= sizeof(sa.sun_path))
		return ERR_IO;
	memcpy(sa.sun_path, path, n + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return ERR_IO;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	if (connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) != 0) {
		close(fd);
		return ERR_IO;
	}
	b->fd = fd;
	return 0;
}

static bool
is_socket(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int
send_msg(int fd, const struct buf *msg)
{
	ssize_t n;

	do {
		n = send(fd, msg->p, msg->n, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)msg->n ? 0 : ERR_IO;
}

static void
request_of(const struct bio_request *req, struct bioproto_request *out)
{
	*out = (struct bioproto_request){
		.kind = req->kind,
		.sensor = str_of(req->sensor),
		.terminal_dir = str_of(req->terminal_dir),
		.match_id = req->match_id,
		.pin_salt = req->pin_salt,
		.share = req->share,
		.modality = req->modality,
		.record_uuid = req->record_uuid,
		.existing = req->existing,
		.envelope = req->envelope,
		.purpose = req->purpose,
		.origin = req->origin,
		.terminal = req->terminal,
		.challenge = req->challenge,
		.exporter = req->exporter,
		.act = req->act,
		.log2_n = req->scrypt.log2_n,
		.r = req->scrypt.r,
		.p = req->scrypt.p,
		.timeout_s = req->timeout_s,
		.finger = req->finger,
		.counter = req->counter,
	};
	if (req->pin != NULL)
		out->pin = str_n(req->pin->p, req->pin->n);
	if (req->new_pin != NULL)
		out->new_pin = str_n(req->new_pin->p, req->new_pin->n);
	if (out->timeout_s > BIOPROTO_TIMEOUT_MAX)
		out->timeout_s = BIOPROTO_TIMEOUT_MAX;
}

int
bio_start(struct bio **out, const char *helper, const struct bio_request *req)
{
	struct bioproto_request wire;
	struct buf msg = BUF_INIT;
	struct bio *b = NULL;
	int64_t armed;
	int rc;

	*out = NULL;
	request_of(req, &wire);
	rc = bioproto_put_request(&msg, &wire);
	if (rc != 0)
		goto out;
	rc = ERR_NOMEM;
	b = calloc(1, sizeof(*b));
	if (b == NULL)
		goto out;
	b->fd = -1;
	b->pidfd = -1;
	b->in = malloc(BIOPROTO_MAX);
	if (b->in == NULL)
		goto out;
	rc = is_socket(helper) ? join(b, helper) : spawn(b, helper);
	if (rc != 0)
		goto out;
	/* a helper that is gone already ends like one that goes later */
	if (send_msg(b->fd, &msg) != 0)
		b->forced = ERR_IO;
	armed = (int64_t)wire.timeout_s * 1000;
	b->silent = armed + GRACE_MS;
	b->next = now_ms() + b->silent;
	b->last = now_ms() + GRACE_MS +
	    armed * (req->kind == BIO_ENROLL ? SAMPLES_MAX : 1);
	*out = b;
	b = NULL;
out:
	buf_wipe(&msg);
	explicit_bzero(&wire, sizeof(wire));
	bio_free(b);
	return rc;
}

int
bio_fd(const struct bio *b)
{
	return b->fd;
}

static void
force(struct bio *b, int err)
{
	if (b->pid > 0)
		(void)kill(b->pid, SIGKILL);
	else if (b->fd >= 0) /* its end of the line tells it to stop */
		(void)shutdown(b->fd, SHUT_RDWR);
	b->forced = err;
}

/* The end that this side decided. */
static int
put_end(struct bio *b, struct bio_event *ev, int err)
{
	*ev = (struct bio_event){ .kind = BIO_EV_DONE, .err = err };
	if (b->cancelled)
		ev->err = ERR_CANCELLED;
	b->done = true;
	return 1;
}

int
bio_read(struct bio *b, struct bio_event *ev)
{
	ssize_t n;

	*ev = (struct bio_event){ 0 };
	if (b->done)
		return 0;
	if (b->forced != 0)
		return put_end(b, ev, b->forced);
	do {
		/* with MSG_TRUNC a longer record shows its true length */
		n = recv(b->fd, b->in, BIOPROTO_MAX, MSG_DONTWAIT | MSG_TRUNC);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return put_end(b, ev, ERR_IO);
	if (n > BIOPROTO_MAX ||
	    bioproto_get_event(str_n(b->in, (size_t)n), ev) != 0) {
		force(b, ERR_IO);
		return put_end(b, ev, ERR_IO);
	}
	b->done = ev->kind == BIO_EV_DONE;
	if (!b->cancelled)
		b->next = now_ms() + b->silent;
	return 1;
}

void
bio_cancel(struct bio *b)
{
	struct buf msg = BUF_INIT;

	if (b->done || b->cancelled)
		return;
	b->cancelled = true;
	b->next = now_ms() + CANCEL_MS;
	bioproto_put_cancel(&msg);
	if (msg.err != 0 || send_msg(b->fd, &msg) != 0)
		force(b, ERR_CANCELLED);
	buf_release(&msg);
}

int
bio_deadline_ms(const struct bio *b)
{
	int64_t at = b->next < b->last ? b->next : b->last;
	int64_t left = at - now_ms();

	if (b->done)
		return -1;
	if (b->forced != 0 || left < 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

void
bio_overdue(struct bio *b)
{
	if (!b->done && b->forced == 0)
		force(b, ERR_TIMEOUT);
}

/* A helper that answered is leaving: give it a moment to go by itself. */
static void
reap(struct bio *b)
{
	struct pollfd p = { .fd = b->pidfd, .events = POLLIN };

	if (b->pid <= 0)
		return;
	if (!b->done || b->pidfd < 0 || poll(&p, 1, EXIT_MS) != 1)
		(void)kill(b->pid, SIGKILL);
	while (waitpid(b->pid, NULL, 0) < 0 && errno == EINTR)
		;
	b->pid = 0;
}

void
bio_free(struct bio *b)
{
	if (b == NULL)
		return;
	if (b->fd >= 0)
		close(b->fd);
	reap(b);
	if (b->pidfd >= 0)
		close(b->pidfd);
	if (b->in != NULL)
		explicit_bzero(b->in, BIOPROTO_MAX);
	free(b->in);
	explicit_bzero(b, sizeof(*b));
	free(b);
}

int
bio_helper_path(const char *sensor, char *out, size_t cap)
{
	static const char *const demo[] = { "virtual:", "vein:dir:" };
	char self[PATH_MAX];
	const char *sub = "";
	const char *slash;
	ssize_t n;
	size_t i;
	int k;

	for (i = 0; i < sizeof(demo) / sizeof(demo[0]); i++)
		if (str_starts(str_of(sensor), str_of(demo[i])))
			sub = "demo/";
	if (sub[0] == '\0' && is_socket(BIO_SOCKET)) {
		k = snprintf(out, cap, "%s", BIO_SOCKET);
		return (size_t)k < cap ? 0 : ERR_TOOLONG;
	}
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		return ERR_IO;
	self[n] = '\0';
	slash = strrchr(self, '/');
	k = snprintf(out, cap, "%.*s/%smamori-bio",
	    slash == NULL ? 0 : (int)(slash - self), self, sub);
	/* installed, it stands where no shell looks for programs */
	if (sub[0] == '\0' && k > 0 && (size_t)k < cap &&
	    access(out, X_OK) != 0)
		k = snprintf(
		    out, cap, "%s/libexec/mamori/mamori-bio", MAMORI_PREFIX);
	return k > 0 && (size_t)k < cap ? 0 : ERR_TOOLONG;
}
