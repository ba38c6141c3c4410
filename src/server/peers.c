/*
 * Slots, buffers and socket I/O of the store's streams.
 *
 * SECURITY: a serial is used once: a late answer for a peer that is gone
 * cannot reach the one that got its slot.
 */
#include "server/peers.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/err.h"

#define READ_CHUNK ((size_t)64 << 10)

struct peer *
peer_add(struct peers *ps, int fd, bool ctl)
{
	struct peer *p = ps->count == PEERS_MAX ? NULL : calloc(1, sizeof(*p));

	if (p == NULL) {
		close(fd);
		return NULL;
	}
	do {
		BUG_ON(ps->last_serial == UINT32_MAX);
		ps->last_serial++;
	} while (ps->slot[ps->last_serial % PEERS_MAX] != NULL);
	p->serial = ps->last_serial;
	p->fd = fd;
	p->ctl = ctl;
	ps->slot[p->serial % PEERS_MAX] = p;
	ps->count++;
	return p;
}

void
peer_remove(struct peers *ps, struct peer *p)
{
	struct peer **at;

	for (at = &ps->dirty; *at != NULL; at = &(*at)->next_dirty)
		if (*at == p) {
			*at = p->next_dirty;
			break;
		}
	ps->slot[p->serial % PEERS_MAX] = NULL;
	ps->count--;
	loop_unwatch(p->watch);
	close(p->fd);
	buf_wipe(&p->in);
	buf_wipe(&p->out);
	free(p->conns);
	free(p);
}

struct peer *
peer_find(const struct peers *ps, uint32_t serial)
{
	struct peer *p = ps->slot[serial % PEERS_MAX];

	return p != NULL && p->serial == serial ? p : NULL;
}

uint64_t
peer_conn(const struct peer *p, uint32_t local)
{
	return (uint64_t)p->serial << 32 | local;
}

static size_t
conn_at(const struct peer *p, uint32_t local)
{
	size_t i;

	for (i = 0; i < p->n_conns; i++)
		if (p->conns[i] == local)
			break;
	return i;
}

bool
peer_conn_has(const struct peer *p, uint32_t local)
{
	return conn_at(p, local) < p->n_conns;
}

bool
peer_conn_add(struct peer *p, uint32_t local)
{
	uint32_t *more;
	size_t cap;

	if (peer_conn_has(p, local))
		return false;
	if (p->n_conns == p->cap_conns) {
		cap = p->cap_conns == 0 ? 4 : p->cap_conns * 2;
		more = reallocarray(p->conns, cap, sizeof(*more));
		if (more == NULL)
			return false;
		p->conns = more;
		p->cap_conns = cap;
	}
	p->conns[p->n_conns++] = local;
	return true;
}

void
peer_conn_remove(struct peer *p, uint32_t local)
{
	size_t i = conn_at(p, local);

	if (i < p->n_conns)
		p->conns[i] = p->conns[--p->n_conns];
}

void
peer_dirty(struct peers *ps, struct peer *p)
{
	if (p->dirty)
		return;
	p->dirty = true;
	p->next_dirty = ps->dirty;
	ps->dirty = p;
}

struct peer *
peer_next_dirty(struct peers *ps)
{
	struct peer *p = ps->dirty;

	if (p != NULL) {
		ps->dirty = p->next_dirty;
		p->next_dirty = NULL;
		p->dirty = false;
	}
	return p;
}

int
peer_read(struct peer *p, size_t most)
{
	uint8_t chunk[READ_CHUNK];
	size_t got = 0;
	ssize_t n;

	while (got < most) {
		n = recv(p->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0) {
			p->eof = true;
			break;
		}
		buf_put(&p->in, chunk, (size_t)n);
		got += (size_t)n;
		if ((size_t)n < sizeof(chunk))
			break; /* that was all: spares the EAGAIN */
	}
	if (p->in.err != 0)
		return p->in.err;
	if (got > 0)
		return 1;
	return p->eof ? ERR_IO : 0;
}

int
peer_write(struct peer *p)
{
	size_t sent = 0;
	ssize_t n;

	while (sent < p->out.n) {
		n = send(p->fd, p->out.p + sent, p->out.n - sent,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			return ERR_IO;
		sent += (size_t)n;
	}
	if (sent == p->out.n) {
		buf_clear(&p->out);
		return 0;
	}
	buf_shift(&p->out, sent);
	return 1;
}
