/*
 * Short messages with at most one file descriptor over a SOCK_SEQPACKET
 * socketpair: how the parent hands out connections.
 */
#ifndef NET_FDPASS_H
#define NET_FDPASS_H

#include <stddef.h>

#include "core/str.h"

#define FDPASS_MAX 256

/* fd -1: none.  0, ERR_BUSY (would block), ERR_IO. */
int fdpass_send(int sock, struct str msg, int fd);

/*
 * 1 and *n bytes in buf, *fd -1 or a new descriptor (close-on-exec); 0
 * nothing waits; ERR_IO the peer is gone; ERR_PEER cut or odd message.
 */
int fdpass_recv(int sock, uint8_t buf[FDPASS_MAX], size_t *n, int *fd);

#endif
