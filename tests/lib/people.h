/*
 * A site with a clerk (M001, O001), a supervisor (M002, O002) and an
 * administrator (M003, O003), at terminals T01 and T02, for tests of accounts.
 */
#ifndef TESTS_PEOPLE_H
#define TESTS_PEOPLE_H

#include "site_turn.h"

struct people {
	struct site s;
	struct site_term t1;
	struct site_term t2;
	struct site_person clerk;
	struct site_person boss;
	struct site_person admin;
};

#define SET(field, text) ((field) = PB_BYTES(STR(text)))

/* cmocka fixtures; *state is the struct people. */
int people_setup(void **state);
int people_teardown(void **state);

/* Time passes; a log-in, a log-off; a log-in that is left again: its code. */
void people_days(struct people *w, int n);
void people_enter(
    struct site_term *t, const struct site_person *p, const char *duty);
void people_leave(struct site_term *t);
int people_try(struct site_term *t, const struct site_person *p);

/* The entry's result line, and a good receipt. */
void people_logged(const struct site_answer *a, const char *result);

/* 照合情報認証管理簿; valid until the next request. */
const Mamori__CtlOperatorRegisterAns *people_register(struct people *w);

#endif
