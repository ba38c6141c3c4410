/*
 * A site with three people at two terminals.
 *
 * SECURITY: for tests only; keys are in memory.
 */
#include "people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"

int
people_setup(void **state)
{
	static struct people w;

	site_make(&w.s, true);
	w.s.cfg.pin_days = 180;
	assert_int_equal(site_reopen(&w.s), 0);
	site_terminal(&w.s, &w.t1, "T01");
	site_terminal(&w.s, &w.t2, "T02");
	site_person(&w.s, &w.clerk, "M001", "O001", "clerk");
	site_person(&w.s, &w.boss, "M002", "O002", "supervisor");
	site_person(&w.s, &w.admin, "M003", "O003", "admin");
	*state = &w;
	return 0;
}

int
people_teardown(void **state)
{
	struct people *w = *state;

	site_person_free(&w->clerk);
	site_person_free(&w->boss);
	site_person_free(&w->admin);
	site_term_free(&w->t1);
	site_term_free(&w->t2);
	site_free(&w->s);
	return 0;
}

void
people_days(struct people *w, int n)
{
	w->s.wall += (int64_t)n * 86400000;
	w->s.boot += (int64_t)n * 86400000;
}

void
people_enter(struct site_term *t, const struct site_person *p, const char *duty)
{
	assert_int_equal(site_login(t, p, "login", duty)->code, 0);
}

void
people_leave(struct site_term *t)
{
	Mamori__LogoffReq off = MAMORI__LOGOFF_REQ__INIT;

	assert_int_equal(site_ask(t, OP_logoff, &off.base)->code, 0);
	t->match_id[0] = t->operator_id[0] = t->operator_name[0] = '\0';
	t->org[0] = t->template_name[0] = t->auth[0] = t->session[0] = '\0';
}

int
people_try(struct site_term *t, const struct site_person *p)
{
	int code = site_login(t, p, "login", NULL)->code;

	if (code == 0)
		people_leave(t);
	return code;
}

void
people_logged(const struct site_answer *a, const char *result)
{
	struct str got = body_get(a->log, "result");

	if (!str_eqz(got, result))
		fail_msg(
		    "result is '" STR_FMT "', not '%s'", STR_ARG(got), result);
	assert_int_equal(a->receipt, 0);
}

const Mamori__CtlOperatorRegisterAns *
people_register(struct people *w)
{
	Mamori__CtlOperatorRegisterReq req =
	    MAMORI__CTL_OPERATOR_REGISTER_REQ__INIT;

	return (const void *)site_ctl(
	    &w->s, OP_ctl_operator_register, &req.base)
	    ->msg;
}
