/*
 * SCM_RIGHTS, one descriptor at a time.
 *
 * SECURITY: descriptors that come unasked are closed; a message that was cut
 * is refused, for a cut control part would lose a descriptor silently.
 */
#include "net/fdpass.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/err.h"

union control {
	char space[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

int
fdpass_send(int sock, struct str msg, int fd)
{
	union control ctl = { 0 };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)msg.p,
		.iov_len = msg.n };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	ssize_t n;

	BUG_ON(msg.n == 0 || msg.n > FDPASS_MAX);
	if (fd >= 0) {
		h.msg_control = ctl.space;
		h.msg_controllen = sizeof(ctl.space);
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	do {
		n = sendmsg(sock, &h, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? ERR_BUSY : ERR_IO;
	return 0;
}

/* The descriptor of a control part, -1 for none. */
static int
take_fd(struct msghdr *h)
{
	struct cmsghdr *c;
	int fd = -1;

	for (c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
		    c->cmsg_len != CMSG_LEN(sizeof(int)))
			continue;
		if (fd >= 0)
			close(fd);
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	}
	return fd;
}

int
fdpass_recv(int sock, uint8_t buf[FDPASS_MAX], size_t *n, int *fd)
{
	union control ctl = { 0 };
	struct iovec iov = { .iov_base = buf, .iov_len = FDPASS_MAX };
	struct msghdr h = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = ctl.space,
		.msg_controllen = sizeof(ctl.space) };
	ssize_t got;

	*n = 0;
	*fd = -1;
	do {
		got = recvmsg(sock, &h, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? 0 : ERR_IO;
	if (got == 0)
		return ERR_IO;
	*fd = take_fd(&h);
	if ((h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		if (*fd >= 0)
			close(*fd);
		*fd = -1;
		return ERR_PEER;
	}
	*n = (size_t)got;
	return 1;
}
