/*
 * The connections as the store knows them.
 *
 * SECURITY: a seat is wiped when it goes; challenges and exporters do not
 * outlive their connection, so an assertion cannot be used on another.
 */
#include "server/seat.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"

static struct seat **
bucket_of(struct seats *all, uint64_t conn)
{
	return &all->bucket[conn % SEAT_BUCKETS];
}

struct seat *
seat_find(struct seats *all, uint64_t conn)
{
	struct seat *s;

	for (s = *bucket_of(all, conn); s != NULL; s = s->next)
		if (s->conn == conn)
			return s;
	return NULL;
}

int
seat_add(struct seats *all, uint64_t conn, const struct turn_peer *peer,
    struct seat **out)
{
	struct seat **bucket = bucket_of(all, conn);
	struct seat *s;

	*out = NULL;
	if (seat_find(all, conn) != NULL)
		return ERR_EXISTS;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ERR_NOMEM;
	s->conn = conn;
	s->peer = *peer;
	s->state = peer->ctl ? STATE_CTL : STATE_NEW;
	s->next = *bucket;
	*bucket = s;
	*out = s;
	return 0;
}

static void
seat_free(struct seat *s)
{
	crypt_pub_free(s->sign);
	explicit_bzero(s, sizeof(*s));
	free(s);
}

void
seat_remove(struct seats *all, struct seat *s)
{
	struct seat **at = bucket_of(all, s->conn);

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	seat_free(s);
}

void
seat_clear(struct seats *all)
{
	struct seat *s;
	size_t i;

	for (i = 0; i < SEAT_BUCKETS; i++) {
		while ((s = all->bucket[i]) != NULL) {
			all->bucket[i] = s->next;
			seat_free(s);
		}
	}
}

struct seat *
seat_of_person(
    struct seats *all, struct str match_id, const struct seat *other_than)
{
	struct seat *s;
	size_t i;

	for (i = 0; i < SEAT_BUCKETS; i++)
		for (s = all->bucket[i]; s != NULL; s = s->next)
			if (s != other_than && !s->gone &&
			    s->match_id[0] != '\0' &&
			    str_eqz(match_id, s->match_id))
				return s;
	return NULL;
}

void
seat_each(struct seats *all, seat_fn *fn, void *ctx)
{
	struct seat *s;
	size_t i;

	for (i = 0; i < SEAT_BUCKETS; i++)
		for (s = all->bucket[i]; s != NULL; s = s->next)
			fn(ctx, s);
}

void
seat_login_forget(struct seat *s)
{
	explicit_bzero(&s->login, sizeof(s->login));
}

void
seat_forget(struct seat *s)
{
	s->rights = 0;
	s->match_id[0] = '\0';
	s->operator_id[0] = '\0';
	s->operator_name[0] = '\0';
	s->org[0] = '\0';
	s->template_name[0] = '\0';
	s->auth[0] = '\0';
	s->session[0] = '\0';
	s->pin_old = false;
	seat_login_forget(s);
}

void
seat_who(const struct seat *s, struct act_who *who)
{
	*who = (struct act_who){
		.match_id = str_of(s->match_id),
		.operator_id = str_of(s->operator_id),
		.operator_name = str_of(s->operator_name),
		.org = str_of(s->org),
		.template_name = str_of(s->template_name),
		.auth = str_of(s->auth),
		.session = str_of(s->session),
		.terminal = str_of(s->terminal),
		.place = str_of(s->place),
	};
}
