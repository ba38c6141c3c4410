/* The steps of a log-in, with a server of canned answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <time.h>

#include "client/login.h"
#include "core/err.h"
#include "core/wire.h"

struct world {
	enum op op; /* last asked */
	unsigned asked;
	char code[33];
	ui_done *done;
	void *arg;
	/* what the screen was told */
	unsigned events;
	enum ui_login_step step;
	int err;
	bool in_call;
};

static void
fake_call(void *ctx, enum op op, const ProtobufCMessage *req, ui_done *done,
    void *arg)
{
	struct world *w = ctx;
	const Mamori__TermEventReq *ev = (const void *)req;

	w->asked++;
	if (op == OP_term_event) {
		assert_int_equal(
		    str_copy(w->code, sizeof(w->code), STR_PB(ev->code)), 0);
		return;
	}
	w->op = op;
	w->done = done;
	w->arg = arg;
}

static void
fake_cancel(void *ctx, void *arg)
{
	struct world *w = ctx;

	if (w->arg == arg)
		w->done = NULL;
}

static int
no_exporter(void *ctx, uint8_t out[32])
{
	(void)ctx;
	(void)out;
	return ERR_BADSTATE;
}

static void
identified(void *ctx, struct str match_id, const Mamori__LoginFinishAns *fin)
{
	(void)ctx;
	(void)match_id;
	(void)fin;
	fail();
}

static void
selected(void *ctx, const Mamori__OperatorSelectAns *sel)
{
	(void)ctx;
	(void)sel;
	fail();
}

static void
told(void *arg, const struct ui_login_event *ev)
{
	struct world *w = arg;

	assert_false(w->in_call);
	w->events++;
	w->step = ev->step;
	w->err = ev->err;
}

static struct login *
make(struct world *w)
{
	const struct login_env env = {
		.ctx = w,
		.call = fake_call,
		.cancel = fake_cancel,
		.exporter = no_exporter,
		.identified = identified,
		.selected = selected,
		.sensor = "fprint",
		.terminal_dir = "/nonexistent",
		.helper = "/nonexistent/mamori-bio",
		.origin = "log.example/2026",
		.terminal = "T01",
	};
	struct login *l;

	memset(w, 0, sizeof(*w));
	l = login_new(&env);
	assert_non_null(l);
	return l;
}

static void
start(struct login *l, struct world *w)
{
	struct secret pin = { .n = 8 };

	memcpy(pin.p, "20261121", 8);
	w->in_call = true;
	login_start(l, "login", STR("M001"), &pin, NULL, told, w);
	w->in_call = false;
}

static void
the_server_is_asked_first_and_nothing_is_said_inside_the_call(void **state)
{
	struct world w;
	struct login *l = make(&w);

	(void)state;
	start(l, &w);
	assert_int_equal(w.op, OP_login_begin);
	assert_int_equal(w.events, 0);
	assert_true(login_is_busy(l));
	assert_int_equal(login_fd(l), -1);
	login_free(l);
}

static void
a_refused_begin_ends_the_log_in(void **state)
{
	const struct ui_answer no = { .err = ERR_LOCKED, .refused = true };
	struct world w;
	struct login *l = make(&w);

	(void)state;
	start(l, &w);
	w.done(w.arg, &no);
	assert_int_equal(w.step, UI_LOGIN_FAILED);
	assert_int_equal(w.err, ERR_LOCKED);
	assert_false(login_is_busy(l));
	login_free(l);
}

static void
a_helper_that_is_missing_fails_the_log_in_and_the_server_is_told(void **state)
{
	Mamori__LoginBeginAns ans = MAMORI__LOGIN_BEGIN_ANS__INIT;
	struct ui_answer yes = { .ans = &ans.base };
	struct world w;
	struct login *l = make(&w);
	int i;

	(void)state;
	ans.pin_salt = PB_BYTES(STR("0123456789abcdef"));
	ans.log2_n = 10;
	ans.r = 8;
	ans.p = 1;
	start(l, &w);
	w.done(w.arg, &yes);
	for (i = 0; i < 100 && w.step != UI_LOGIN_FAILED; i++) {
		struct timespec ms20 = { 0, 20000000 };

		nanosleep(&ms20, NULL);
		login_io(l);
	}
	assert_int_equal(w.step, UI_LOGIN_FAILED);
	assert_int_not_equal(w.err, 0);
	assert_string_not_equal(w.code, "");
	login_free(l);
}

static void
a_cancelled_log_in_hears_nothing_more(void **state)
{
	struct world w;
	struct login *l = make(&w);

	(void)state;
	start(l, &w);
	login_cancel(l);
	assert_null(w.done);
	assert_int_equal(w.events, 0);
	assert_false(login_is_busy(l));
	login_free(l);
}

static void
a_second_log_in_replaces_the_first(void **state)
{
	struct world w;
	struct login *l = make(&w);

	(void)state;
	start(l, &w);
	start(l, &w);
	assert_int_equal(w.asked, 2);
	assert_int_equal(w.events, 0);
	login_free(l);
}

static void
a_choice_that_nobody_asked_for_is_ignored(void **state)
{
	struct world w;
	struct login *l = make(&w);

	(void)state;
	login_choose(l, STR("O001"));
	assert_int_equal(w.asked, 0);
	start(l, &w);
	login_choose(l, STR("O001"));
	assert_int_equal(w.asked, 1);
	login_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_server_is_asked_first_and_nothing_is_said_inside_the_call),
		cmocka_unit_test(a_refused_begin_ends_the_log_in),
		cmocka_unit_test(
		    a_helper_that_is_missing_fails_the_log_in_and_the_server_is_told),
		cmocka_unit_test(a_cancelled_log_in_hears_nothing_more),
		cmocka_unit_test(a_second_log_in_replaces_the_first),
		cmocka_unit_test(a_choice_that_nobody_asked_for_is_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
