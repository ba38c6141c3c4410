/*
 * Accounts change.
 *
 * SECURITY: who may not work any more loses the rights of a running session at
 * once; a deleted account keeps its row, so neither its 照合ID nor its
 * operator ids can become somebody else's.
 */
#include "server/life.h"

#include <string.h>

#include "core/era.h"
#include "core/err.h"
#include "store/account.h"
#include "store/register.h"

static const struct {
	const char *name;
	const char *event;
	bool ends; /* running sessions */
} lives[] = {
	[LIFE_UNLOCK] = { "unlock", "UNLOCK_ACC", false },
	[LIFE_SUSPEND] = { "suspend", "USER_SUSPEND", true },
	[LIFE_RESUME] = { "resume", "USER_RESUME", false },
	[LIFE_RESET] = { "reset", "PIN_RESET", true },
	[LIFE_DELETE] = { "delete", "USER_DELETE", true },
};

#define LIVES (sizeof(lives) / sizeof(lives[0]))

void
life_by(const struct seat *s, char out[65])
{
	const char *who = s->peer.ctl ? s->auth : s->match_id;

	if (str_copy(out, 65, str_of(who)) != 0)
		out[0] = '\0';
}

int
life_not_self(struct op_call *c, struct str match_id)
{
	return str_eqz(match_id, c->seat->match_id)
	    ? op_refuse(c, ERR_DENIED, "match_id")
	    : 0;
}

int
life_plan(struct op_call *c, struct str when, struct change *ch)
{
	struct date day;
	int err;

	if (date_get_iso(when, &day) != 0)
		return op_refuse(c, ERR_SYNTAX, "when");
	if (date_cmp(day, date_today(c->now_ms)) <= 0)
		return op_refuse(c, ERR_RANGE, "when");
	err = str_copy(ch->day, sizeof(ch->day), when);
	life_by(c->seat, ch->ordered_by);
	ch->ordered_ms = c->now_ms;
	if (err == 0)
		err = change_add(c->db, ch);
	if (err == 0)
		op_event(c, "USER_CHANGE_SET");
	return err;
}

static void
renew(void *ctx, struct seat *s)
{
	const struct oper *o = ctx;

	if (strcmp(s->operator_id, o->operator_id) == 0)
		s->rights = o->rights;
}

void
life_renew(struct seats *all, const struct oper *o)
{
	seat_each(all, renew, (void *)(uintptr_t)o);
}

const char *
life_name(enum life what)
{
	return lives[what].name;
}

int
life_find(const char *name)
{
	size_t i;

	for (i = 0; i < LIVES; i++)
		if (strcmp(lives[i].name, name) == 0)
			return (int)i;
	return -1;
}

const char *
life_event(enum life what)
{
	return lives[what].event;
}

/* The connection is dropped when it asks for the next thing. */
static void
end_session(void *ctx, struct seat *s)
{
	const struct life_order *o = ctx;

	if (s->peer.ctl || !str_eqz(o->match_id, s->match_id))
		return;
	s->rights = 0;
	seat_login_forget(s);
	(void)state_move(&s->state, STATE_CLOSED);
}

static int
destroy(const struct life_order *o, bool all)
{
	int err;

	err = register_close(o->db, o->match_id, o->now_ms, o->by, o->reason);
	if (err != 0)
		return err;
	return all ? account_delete(o->db, o->match_id, o->now_ms)
		   : account_forget(o->db, o->match_id);
}

static int
apply(const struct life_order *o, const struct account *a)
{
	switch (o->what) {
	case LIFE_UNLOCK:
		return account_count(o->db, o->match_id, 0, false);
	case LIFE_SUSPEND:
		return a->suspended ? ERR_BADSTATE
				    : account_suspend(o->db, o->match_id, true);
	case LIFE_RESUME:
		return a->suspended ? account_suspend(o->db, o->match_id, false)
				    : ERR_BADSTATE;
	case LIFE_RESET:
		return destroy(o, false);
	case LIFE_DELETE:
		return destroy(o, true);
	}
	return ERR_RANGE;
}

int
life_apply(const struct life_order *o)
{
	struct account a;
	int err;

	err = account_get(o->db, o->match_id, &a);
	if (err == 0 && a.deleted)
		err = ERR_NOTFOUND;
	if (err == 0)
		err = apply(o, &a);
	account_wipe(&a);
	if (err == 0 && lives[o->what].ends)
		seat_each(o->seats, end_session, (void *)(uintptr_t)o);
	return err;
}
