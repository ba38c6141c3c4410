/*
 * Starting a process of our own with exactly the descriptors it is meant to
 * have (the model is OpenSMTPD's fork+exec of itself).
 */
#ifndef NET_PROC_H
#define NET_PROC_H

#include <sys/types.h>

/* Descriptor `from` of the caller becomes `to` (>= 3) of the child. */
struct proc_fd {
	int from;
	int to;
};

#define PROC_FDS_MAX 8

/*
 * fork and exec.  The child gets stdin from /dev/null, our stdout and stderr,
 * the n listed descriptors and nothing else; default signals, empty mask, an
 * environment without anything but PATH, LANG, TZ and the sanitizers'
 * options; it is killed when this process ends.  *pid, or ERR_IO, ERR_NOMEM.
 */
int proc_spawn(const char *path, const char *const argv[],
    const struct proc_fd *fds, unsigned n, pid_t *pid)
    __attribute__((warn_unused_result));

/* Two connected AF_UNIX sockets, close-on-exec; type SOCK_STREAM or
 * SOCK_SEQPACKET, with SOCK_NONBLOCK where wanted.  ERR_IO. */
int proc_pair(int type, int fds[2]) __attribute__((warn_unused_result));

/*
 * A socket in a directory, whatever the length of the directory's name:
 * S/run/ctl.sock.  Listening: mode 0600, an old one is replaced.  The
 * descriptor (close-on-exec) or ERR_IO, ERR_NOTFOUND.
 */
int proc_unix_listen(const char *dir, const char *name);
int proc_unix_connect(const char *dir, const char *name);

#endif
