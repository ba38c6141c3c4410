/*
 * Socket addresses as text: "127.0.0.1:7443", "[::1]:7443".
 *
 * Numbers only (and "localhost", which is 127.0.0.1): peers are fixed
 * (TRM-06), and no name service decides whom a terminal talks to.
 */
#ifndef NET_ADDR_H
#define NET_ADDR_H

#include <stdbool.h>
#include <sys/socket.h>

#define ADDR_TEXT 64

struct addr {
	struct sockaddr_storage ss;
	socklen_t len;
};

/* ERR_SYNTAX when it is not HOST:PORT with a numeric host. */
int addr_parse(const char *text, struct addr *out);

/* "host:port" of an address; "?" for a family we do not speak. */
void addr_put(const struct addr *a, char out[ADDR_TEXT]);

/* The same without the port. */
void addr_put_host(const struct addr *a, char out[ADDR_TEXT]);

#endif
