/*
 * Parses and prints numeric socket addresses.
 *
 * SECURITY: AI_NUMERICHOST keeps the resolver (files, network) out.
 */
#include "net/addr.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/str.h"

/* Splits "[host]:port" or "host:port". */
static int
split(struct str text, struct str *host, struct str *port)
{
	const char *colon;

	colon = text.n == 0 ? NULL : memrchr(text.p, ':', text.n);
	if (colon == NULL)
		return ERR_SYNTAX;
	*host = str_n(text.p, (size_t)(colon - text.p));
	*port = str_n(colon + 1, text.n - host->n - 1);
	if (host->n >= 2 && host->p[0] == '[' && host->p[host->n - 1] == ']')
		*host = str_n(host->p + 1, host->n - 2);
	else if (memchr(host->p, ':', host->n) != NULL)
		return ERR_SYNTAX;
	return host->n == 0 ? ERR_SYNTAX : 0;
}

int
addr_parse(const char *text, struct addr *out)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *ai = NULL;
	struct str host, port;
	char h[ADDR_TEXT];
	char p[8];
	uint64_t number;

	*out = (struct addr){ 0 };
	if (split(str_of(text), &host, &port) != 0 ||
	    str_num(port, 65535, &number) != 0)
		return ERR_SYNTAX;
	if (str_eqz(host, "localhost"))
		host = STR("127.0.0.1");
	if (str_copy(h, sizeof(h), host) != 0 ||
	    str_copy(p, sizeof(p), port) != 0)
		return ERR_SYNTAX;
	if (getaddrinfo(h, p, &hints, &ai) != 0)
		return ERR_SYNTAX;
	memcpy(&out->ss, ai->ai_addr, ai->ai_addrlen);
	out->len = ai->ai_addrlen;
	freeaddrinfo(ai);
	return 0;
}

static int
names(const struct addr *a, char *host, size_t hn, char *port, size_t pn)
{
	struct sockaddr sa;

	memcpy(&sa, &a->ss, sizeof(sa));
	if (sa.sa_family != AF_INET && sa.sa_family != AF_INET6)
		return -1;
	return getnameinfo((const struct sockaddr *)(const void *)&a->ss,
	    a->len, host, (socklen_t)hn, port, (socklen_t)pn,
	    NI_NUMERICHOST | NI_NUMERICSERV);
}

void
addr_put(const struct addr *a, char out[ADDR_TEXT])
{
	char h[ADDR_TEXT - 10];
	char p[8];

	if (names(a, h, sizeof(h), p, sizeof(p)) != 0)
		snprintf(out, ADDR_TEXT, "?");
	else
		snprintf(out, ADDR_TEXT,
		    strchr(h, ':') != NULL ? "[%s]:%s" : "%s:%s", h, p);
}

void
addr_put_host(const struct addr *a, char out[ADDR_TEXT])
{
	char p[8];

	if (names(a, out, ADDR_TEXT, p, sizeof(p)) != 0)
		snprintf(out, ADDR_TEXT, "?");
}
