/*
 * What the processes of mamorid share: paths, the lock, starting a role.
 *
 * SECURITY: the program that is started is this very one (/proc/self/exe), not
 * a name looked up in a PATH.
 */
#include "server/roles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "core/err.h"
#include "net/proc.h"

#define LOCK_STEP_MS 20
#define LOCK_TRIES   50

void
server_path(char out[SERVER_PATH], const char *dir, const char *name)
{
	int n = snprintf(out, SERVER_PATH, "%s/%s", dir, name);

	BUG_ON(n < 0 || n >= SERVER_PATH);
}

int
server_lock(const char *dir)
{
	const struct timespec step = { .tv_nsec = LOCK_STEP_MS * 1000000 };
	char path[SERVER_PATH];
	int fd, i;

	server_path(path, dir, "run/lock");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return ERR_IO;
	for (i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		if (errno != EWOULDBLOCK && errno != EINTR)
			break;
		nanosleep(&step, NULL);
	}
	close(fd);
	return i == LOCK_TRIES ? ERR_BUSY : ERR_IO;
}

int
server_spawn(const char *role, const struct server_args *args,
    const struct proc_fd *fds, unsigned n, int *pid)
{
	const char *argv[] = { "mamorid", "--dir", args->dir, "--role", role,
		NULL, NULL };
	pid_t p = 0;
	int err;

	if (args->create)
		argv[5] = "--create";
	err = proc_spawn("/proc/self/exe", argv, fds, n, &p);
	*pid = err == 0 ? (int)p : 0;
	return err;
}
