/*
 * The terminal's own copy of who is logged in.
 *
 * SECURITY: it decides nothing; the server has its own copy and compares the
 * signed lines with it.  What is here goes away with log-off and with the
 * line (TRM-19).
 */
#include "client/desk.h"

#include <string.h>

#include "core/err.h"

/* Text that came checked from the wire; its limits fit by the schema. */
static void
take(char *dst, size_t cap, struct str s)
{
	if (str_copy(dst, cap, s) != 0)
		dst[0] = '\0';
}

static void
move(struct desk *s, enum state to)
{
	if (s->state != to)
		BUG_ON(state_move(&s->state, to) != 0);
}

static void
forget_person(struct desk *s)
{
	explicit_bzero(&s->who, sizeof(s->who));
	explicit_bzero(s->template_name, sizeof(s->template_name));
	explicit_bzero(s->auth, sizeof(s->auth));
	explicit_bzero(s->session, sizeof(s->session));
	explicit_bzero(s->duty, sizeof(s->duty));
}

void
desk_hello(struct desk *s, const Mamori__HelloAns *ans)
{
	take(s->site.name, sizeof(s->site.name), STR_PB(ans->site_name));
	take(s->site.terminal, sizeof(s->site.terminal), STR_PB(ans->terminal));
	take(s->site.place, sizeof(s->site.place), STR_PB(ans->place));
	s->site.idle_seconds = ans->idle_seconds;
	s->site.list_limit = ans->list_limit;
	s->site.pin_min = ans->pin_min;
	s->site.synthetic = ans->synthetic != 0;
	move(s, STATE_TERMINAL);
}

void
desk_identified(
    struct desk *s, struct str match_id, const Mamori__LoginFinishAns *fin)
{
	take(s->who.match_id, sizeof(s->who.match_id), match_id);
	take(s->who.name, sizeof(s->who.name), STR_PB(fin->name));
	take(s->who.dept, sizeof(s->who.dept), STR_PB(fin->dept));
	take(s->who.last_terminal, sizeof(s->who.last_terminal),
	    STR_PB(fin->last_terminal));
	take(s->auth, sizeof(s->auth), STR_PB(fin->auth));
	take(s->session, sizeof(s->session), STR_PB(fin->session));
	s->who.last_login_ms = fin->last_login_ms;
	s->who.failures_before = fin->failures_before;
	if (s->state == STATE_LOCKED) {
		s->who.in = true;
		move(s, STATE_OPERATOR);
		return;
	}
	/* a fresh session: nothing of an earlier duty counts */
	s->who.in = false;
	s->who.rights = 0;
	s->who.operator_id[0] = '\0';
	s->template_name[0] = '\0';
	move(s, STATE_IDENTIFIED);
}

void
desk_selected(struct desk *s, const Mamori__OperatorSelectAns *sel)
{
	enum right r;
	size_t i;

	take(s->who.operator_id, sizeof(s->who.operator_id),
	    STR_PB(sel->operator_id));
	take(s->duty, sizeof(s->duty), STR_PB(sel->operator_id));
	take(
	    s->template_name, sizeof(s->template_name), STR_PB(sel->template_));
	s->who.rights = 0;
	for (i = 0; i < sel->n_rights; i++)
		if (right_find(STR_PB(sel->rights[i]), &r) == 0)
			s->who.rights |= RIGHT_BIT(r);
	s->who.in = true;
	move(s, STATE_OPERATOR);
}

void
desk_after(struct desk *s, enum op op)
{
	if (op == OP_lock) {
		s->who.in = false;
		move(s, STATE_LOCKED);
	} else if (op == OP_logoff) {
		forget_person(s);
		move(s, STATE_TERMINAL);
	}
}

void
desk_lost(struct desk *s)
{
	s->who.in = false;
	s->who.rights = 0;
	s->template_name[0] = '\0';
	s->auth[0] = '\0';
	s->session[0] = '\0';
	s->state = STATE_NEW;
}

struct act_who
desk_act(const struct desk *s)
{
	const bool person = s->state == STATE_IDENTIFIED ||
	    s->state == STATE_OPERATOR || s->state == STATE_LOCKED;
	struct act_who who;

	memset(&who, 0, sizeof(who));
	who.terminal = str_of(s->site.terminal);
	who.place = str_of(s->site.place);
	if (!person)
		return who;
	who.match_id = str_of(s->who.match_id);
	who.operator_name = str_of(s->who.name);
	who.org = str_of(s->who.dept);
	who.auth = str_of(s->auth);
	who.session = str_of(s->session);
	if (s->state == STATE_IDENTIFIED)
		return who;
	who.operator_id = str_of(s->who.operator_id);
	who.template_name = str_of(s->template_name);
	return who;
}
