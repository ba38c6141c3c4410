/* The steps of a log-in, with a server of canned answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "auth/bioproto.h"
#include "client/login.h"
#include "core/err.h"
#include "core/wire.h"

struct world {
	enum op op; /* last asked */
	unsigned asked;
	char code[33];
	int64_t boot;
	bool finger; /* the helper sees the right one */
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
some_exporter(void *ctx, uint8_t out[32])
{
	(void)ctx;
	memset(out, 7, 32);
	return 0;
}

static int64_t
fake_boot(void *ctx)
{
	return ((struct world *)ctx)->boot;
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
make_with(struct world *w, const char *helper)
{
	const struct login_env env = {
		.ctx = w,
		.call = fake_call,
		.cancel = fake_cancel,
		.boot_ms = fake_boot,
		.exporter = some_exporter,
		.identified = identified,
		.selected = selected,
		.sensor = "fprint",
		.terminal_dir = "/nonexistent",
		.helper = helper,
		.origin = "log.example/2026",
		.terminal = "T01",
	};
	struct login *l;

	memset(w, 0, sizeof(*w));
	l = login_new(&env);
	assert_non_null(l);
	return l;
}

static struct login *
make(struct world *w)
{
	return make_with(w, "/nonexistent/mamori-bio");
}

static void
start(struct login *l, struct world *w)
{
	struct secret pin = { .n = 8 };

	memcpy(pin.p, "20261121", 8);
	w->in_call = true;
	login_start(l, "login", w->finger ? STR("M002") : STR("M001"), &pin,
	    NULL, told, w);
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
	assert_int_equal(w.err, ERR_NODEV); /* a sensor, not a connection */
	assert_string_equal(w.code, "BIO_HELPER");
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

/* ---- the budget of the armed sensor ------------------------------------ */

/* A helper that knows every PIN and sees no finger but that of M002. */
static int
be_the_helper(void)
{
	static uint8_t msg[BIOPROTO_MAX];
	struct bio_event ev = { .kind = BIO_EV_DONE, .err = ERR_TIMEOUT };
	struct bioproto_request req;
	struct buf out = BUF_INIT;
	uint8_t sig[ED25519_SIG];
	ssize_t n = recv(BIOPROTO_FD, msg, sizeof(msg), 0);

	if (n <= 0 || bioproto_get_request(str_n(msg, (size_t)n), &req) != 0)
		return 1;
	if (req.kind == BIO_PIN) {
		ev.err = 0;
		ev.verifier = STR("0123456789abcdef0123456789abcdef");
	}
	if (req.kind == BIO_SIGN && str_eqz(req.match_id, "M002")) {
		memset(sig, 7, sizeof(sig));
		ev.err = 0;
		ev.assertion = STR("the signed text");
		ev.signature = str_n(sig, sizeof(sig));
	}
	bioproto_put_event(&out, &ev);
	n = send(BIOPROTO_FD, out.p, out.n, 0);
	buf_release(&out);
	return n > 0 ? 0 : 1;
}

/* Lets the helper run until the server is asked or the log-in ends. */
static void
run_helper(struct login *l, struct world *w)
{
	unsigned asked = w->asked;
	struct pollfd p;

	while (login_fd(l) >= 0 && w->asked == asked &&
	    w->step != UI_LOGIN_FAILED) {
		p = (struct pollfd){ .fd = login_fd(l), .events = POLLIN };
		assert_int_equal(poll(&p, 1, 10000), 1);
		login_io(l);
	}
}

static void
begin_answered(struct login *l, struct world *w)
{
	Mamori__LoginBeginAns ans = MAMORI__LOGIN_BEGIN_ANS__INIT;
	const struct ui_answer yes = { .ans = &ans.base };

	w->step = UI_LOGIN_PIN;
	start(l, w);
	ans.pin_salt = PB_BYTES(STR("0123456789abcdef"));
	ans.log2_n = 10;
	ans.r = 8;
	ans.p = 1;
	w->done(w->arg, &yes);
}

/* One whole try up to the end of the helper. */
static void
try_once(struct login *l, struct world *w)
{
	Mamori__LoginPinAns ans = MAMORI__LOGIN_PIN_ANS__INIT;
	const struct ui_answer yes = { .ans = &ans.base };

	begin_answered(l, w);
	run_helper(l, w);
	assert_int_equal(w->op, OP_login_pin);
	ans.challenge = PB_BYTES(STR("0123456789abcdef0123456789abcdef"));
	ans.share = ans.challenge;
	ans.envelope = PB_BYTES(STR("sealed"));
	ans.modality = PB_BYTES(STR("fingerprint"));
	ans.finger = 2;
	ans.tries_left = 3;
	w->done(w->arg, &yes);
	run_helper(l, w);
}

static void
try_without_finger(struct login *l, struct world *w)
{
	w->finger = false;
	try_once(l, w);
	assert_int_equal(w->step, UI_LOGIN_FAILED);
	assert_int_equal(w->err, ERR_TIMEOUT);
}

static void
the_sensor_is_armed_three_times_a_minute_and_then_rests(void **state)
{
	struct world w;
	struct login *l = make_with(&w, "/proc/self/exe");
	int i;

	(void)state;
	w.boot = 1000;
	for (i = 0; i < 3; i++) {
		try_without_finger(l, &w);
		w.boot += 15000;
	}
	/* refused before a challenge is released that would count */
	w.boot = 60999;
	begin_answered(l, &w);
	assert_int_equal(w.op, OP_login_begin);
	assert_int_equal(w.step, UI_LOGIN_FAILED);
	assert_int_equal(w.err, ERR_LIMIT);
	assert_string_equal(w.code, "BIO_SENSOR_LIMIT");
	assert_int_equal(login_fd(l), -1);
	/* a minute after the first of them one more is free */
	w.boot = 61000;
	try_without_finger(l, &w);
	begin_answered(l, &w);
	assert_int_equal(w.err, ERR_LIMIT);
	login_free(l);
}

static void
a_match_gives_the_sensor_its_budget_back(void **state)
{
	struct world w;
	struct login *l = make_with(&w, "/proc/self/exe");
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		w.finger = true;
		try_once(l, &w);
		assert_int_equal(w.op, OP_login_finish);
		assert_int_equal(w.step, UI_LOGIN_SIGNING);
	}
	for (i = 0; i < 3; i++)
		try_without_finger(l, &w);
	begin_answered(l, &w);
	assert_int_equal(w.err, ERR_LIMIT);
	login_free(l);
}

static bool
is_helper(void)
{
	socklen_t n = sizeof(int);
	int type = 0;

	return getsockopt(BIOPROTO_FD, SOL_SOCKET, SO_TYPE, &type, &n) == 0 &&
	    type == SOCK_SEQPACKET;
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
		cmocka_unit_test(
		    the_sensor_is_armed_three_times_a_minute_and_then_rests),
		cmocka_unit_test(a_match_gives_the_sensor_its_budget_back),
	};

	if (is_helper()) /* started by the last tests */
		return be_the_helper();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
