/*
 * fork+exec, socketpairs and UNIX sockets.
 *
 * SECURITY: close_range() leaves no descriptor behind that was not listed, and
 * PR_SET_PDEATHSIG ends a child whose parent is gone, so nobody keeps serving
 * after a crash.
 */
#include "net/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/err.h"

#define HIGH_FD 64 /* above every target */

static const char *const kept_env[] = { "PATH=", "LANG=", "LC_ALL=", "TZ=",
	"ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS=" };

#define KEPT (sizeof(kept_env) / sizeof(kept_env[0]))

static void
clean_env(char *out[KEPT + 1])
{
	size_t n = 0;
	size_t i, k;

	for (i = 0; environ[i] != NULL && n < KEPT; i++)
		for (k = 0; k < KEPT; k++)
			if (strncmp(environ[i], kept_env[k],
				strlen(kept_env[k])) == 0) {
				out[n++] = environ[i];
				break;
			}
	out[n] = NULL;
}

/* In the child: only what is listed stays open. */
static int
place_fds(const struct proc_fd *fds, unsigned n)
{
	int high[PROC_FDS_MAX];
	int top = 2;
	int null;
	unsigned i;

	for (i = 0; i < n; i++) {
		high[i] = fcntl(fds[i].from, F_DUPFD_CLOEXEC, HIGH_FD);
		if (high[i] < 0)
			return -1;
	}
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (dup2(high[i], fds[i].to) < 0)
			return -1;
		if (fds[i].to > top)
			top = fds[i].to;
	}
	return close_range((unsigned)top + 1, ~0U, 0);
}

static void
reset_signals(void)
{
	sigset_t none;
	int s;

	for (s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int
proc_spawn(const char *path, const char *const argv[],
    const struct proc_fd *fds, unsigned n, pid_t *pid)
{
	char *env[KEPT + 1];
	pid_t parent = getpid();

	BUG_ON(n > PROC_FDS_MAX);
	clean_env(env);
	*pid = fork();
	if (*pid < 0)
		return ERR_IO;
	if (*pid > 0)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(126);
	reset_signals();
	if (place_fds(fds, n) == 0)
		execve(path, (char *const *)(uintptr_t)argv, env);
	_exit(126);
}

int
proc_pair(int type, int fds[2])
{
	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) != 0)
		return ERR_IO;
	return 0;
}

/* The address of dir/name through a descriptor of dir: any length fits. */
static int
unix_addr(const char *dir, const char *name, struct sockaddr_un *sa)
{
	int dfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int n;

	*sa = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (dfd < 0)
		return errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
	n = snprintf(sa->sun_path, sizeof(sa->sun_path), "/proc/self/fd/%d/%s",
	    dfd, name);
	if (n < 0 || (size_t)n >= sizeof(sa->sun_path)) {
		close(dfd);
		return ERR_TOOLONG;
	}
	return dfd;
}

int
proc_unix_listen(const char *dir, const char *name)
{
	struct sockaddr_un sa;
	mode_t mask;
	int fd = -1;
	int rc = -1;
	int dfd = unix_addr(dir, name, &sa);

	if (dfd < 0)
		return dfd;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		unlinkat(dfd, name, 0);
		mask = umask(0177);
		rc = bind(fd, (struct sockaddr *)(void *)&sa, sizeof(sa));
		umask(mask);
		if (rc == 0)
			rc = listen(fd, 16);
	}
	close(dfd);
	if (rc == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return ERR_IO;
}

int
proc_unix_connect(const char *dir, const char *name)
{
	struct sockaddr_un sa;
	int fd;
	int rc = -1;
	int e;
	int dfd = unix_addr(dir, name, &sa);

	if (dfd < 0)
		return dfd;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		rc = connect(fd, (struct sockaddr *)(void *)&sa, sizeof(sa));
	e = errno;
	close(dfd);
	if (rc == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return e == ENOENT || e == ECONNREFUSED ? ERR_NOTFOUND : ERR_IO;
}
