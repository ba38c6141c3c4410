/*
 * Two registered fingers at one log-in (AUT-01): F7 changes to the other one
 * over the same challenge, with the PIN that was typed once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "auth/bioproto.h"
#include "client/login.h"
#include "core/err.h"
#include "core/wire.h"

struct world {
	enum op op;
	ui_done *done;
	void *arg;
	char code[33];
	unsigned finger; /* asked for last */
	unsigned placed; /* how often */
	bool other;
	char assertion[65];
	int err;
	bool ended;
};

/* ---- the helper: this program, started again ----------------------------- */

static int
say(const struct bio_event *ev)
{
	struct buf out = BUF_INIT;
	ssize_t n = -1;

	if (bioproto_put_event(&out, ev) == 0)
		n = send(BIOPROTO_FD, out.p, out.n, 0);
	buf_release(&out);
	return n > 0 ? 0 : 1;
}

/* The first finger never comes; the second signs what it was told. */
static int
sign(const struct bioproto_request *req)
{
	const struct bio_event ready = { .kind = BIO_EV_READY };
	struct bio_event done = { .kind = BIO_EV_DONE, .err = ERR_CANCELLED };
	struct pollfd p = { .fd = BIOPROTO_FD, .events = POLLIN };

	if (say(&ready) != 0)
		return 1;
	if (str_eqz(req->envelope, "sealed")) {
		if (poll(&p, 1, 10000) != 1)
			return 1;
		return say(&done);
	}
	if (!str_eqz(req->pin, "20261121") ||
	    !str_eqz(req->challenge, "0123456789abcdef0123456789abcdef") ||
	    req->counter != 9)
		return 1;
	done.err = 0;
	done.assertion = STR("signed by the second");
	done.signature = STR("0123456789abcdef0123456789abcdef"
			     "0123456789abcdef0123456789abcdef");
	done.finger = 2;
	return say(&done);
}

static int
be_the_helper(void)
{
	static uint8_t msg[BIOPROTO_MAX];
	struct bio_event done = { .kind = BIO_EV_DONE };
	struct bioproto_request req;
	ssize_t n = recv(BIOPROTO_FD, msg, sizeof(msg), 0);

	if (n <= 0 || bioproto_get_request(str_n(msg, (size_t)n), &req) != 0)
		return 1;
	if (req.kind == BIO_SIGN)
		return sign(&req);
	done.verifier = STR("0123456789abcdef0123456789abcdef");
	return say(&done);
}

static bool
is_helper(void)
{
	socklen_t n = sizeof(int);
	int type = 0;

	return getsockopt(BIOPROTO_FD, SOL_SOCKET, SO_TYPE, &type, &n) == 0 &&
	    type == SOCK_SEQPACKET;
}

/* ---- the program around the log-in --------------------------------------- */

static void
fake_call(void *ctx, enum op op, const ProtobufCMessage *req, ui_done *done,
    void *arg)
{
	struct world *w = ctx;
	const Mamori__TermEventReq *ev = (const void *)req;
	const Mamori__LoginFinishReq *fin = (const void *)req;

	if (op == OP_term_event) {
		assert_int_equal(
		    str_copy(w->code, sizeof(w->code), STR_PB(ev->code)), 0);
		return;
	}
	if (op == OP_login_finish)
		assert_int_equal(str_copy(w->assertion, sizeof(w->assertion),
				     STR_PB(fin->assertion)),
		    0);
	w->op = op;
	w->done = done;
	w->arg = arg;
}

static void
fake_cancel(void *ctx, void *arg)
{
	(void)ctx;
	(void)arg;
}

static int64_t
fake_boot(void *ctx)
{
	(void)ctx;
	return 1000;
}

static int
some_exporter(void *ctx, uint8_t out[32])
{
	(void)ctx;
	memset(out, 7, 32);
	return 0;
}

static void
told(void *arg, const struct ui_login_event *ev)
{
	struct world *w = arg;

	if (ev->step == UI_LOGIN_PLACE) {
		w->finger = ev->finger;
		w->other = ev->other;
		w->placed++;
	}
	w->ended = ev->step == UI_LOGIN_FAILED;
	w->err = ev->err;
}

/* Until `until` is asked or a finger was asked for `placed` times. */
static void
run_helper(
    struct login *l, const struct world *w, enum op until, unsigned placed)
{
	struct pollfd p;

	while (login_fd(l) >= 0 && !w->ended && w->op != until &&
	    w->placed < placed) {
		p = (struct pollfd){ .fd = login_fd(l), .events = POLLIN };
		assert_int_equal(poll(&p, 1, 10000), 1);
		login_io(l);
	}
}

static void
answer_begin(struct world *w)
{
	Mamori__LoginBeginAns ans = MAMORI__LOGIN_BEGIN_ANS__INIT;
	const struct ui_answer yes = { .ans = &ans.base };

	ans.pin_salt = PB_BYTES(STR("0123456789abcdef"));
	ans.log2_n = 10;
	ans.r = 8;
	ans.p = 1;
	w->done(w->arg, &yes);
}

static void
answer_pin(struct world *w, bool two)
{
	Mamori__LoginPinAns ans = MAMORI__LOGIN_PIN_ANS__INIT;
	Mamori__Credential second = MAMORI__CREDENTIAL__INIT;
	Mamori__Credential *others[] = { &second };
	const struct ui_answer yes = { .ans = &ans.base };

	ans.challenge = PB_BYTES(STR("0123456789abcdef0123456789abcdef"));
	ans.share = ans.challenge;
	ans.envelope = PB_BYTES(STR("sealed"));
	ans.modality = PB_BYTES(STR("vein"));
	ans.finger = 7;
	ans.counter = 9;
	ans.tries_left = 2;
	second.envelope = PB_BYTES(STR("sealed second"));
	second.finger = 2;
	ans.others = others;
	ans.n_others = two ? 1 : 0;
	w->done(w->arg, &yes);
}

/* A log-in that waits for its first finger. */
static struct login *
waiting(struct world *w, bool two)
{
	const struct login_env env = {
		.ctx = w,
		.call = fake_call,
		.cancel = fake_cancel,
		.boot_ms = fake_boot,
		.exporter = some_exporter,
		.sensor = "vein:dir:/nonexistent",
		.terminal_dir = "/nonexistent",
		.helper = "/proc/self/exe",
		.origin = "log.example/2026",
		.terminal = "T01",
	};
	struct secret pin = { .n = 8, .p = "20261121" };
	struct login *l = login_new(&env);

	assert_non_null(l);
	login_start(l, "login", STR("M001"), &pin, NULL, told, w);
	answer_begin(w);
	run_helper(l, w, OP_login_pin, 1);
	answer_pin(w, two);
	run_helper(l, w, OP_login_finish, 1);
	assert_int_equal(w->finger, 7);
	assert_int_equal(w->other, two);
	return l;
}

static void
AUT_01_the_other_finger_signs_the_same_challenge(void **state)
{
	struct world w = { .op = OP_NONE };
	struct login *l = waiting(&w, true);

	(void)state;
	login_other(l);
	login_other(l); /* it stops already */
	run_helper(l, &w, OP_login_finish, 2);
	assert_int_equal(w.finger, 2);
	run_helper(l, &w, OP_login_finish, 3);
	assert_int_equal(w.op, OP_login_finish);
	assert_string_equal(w.assertion, "signed by the second");
	assert_string_equal(w.code, ""); /* no cancelled try in the log */
	assert_false(w.ended);
	login_free(l);
}

static void
with_one_finger_there_is_no_other(void **state)
{
	struct world w = { .op = OP_NONE };
	struct login *l = waiting(&w, false);

	(void)state;
	login_other(l);
	assert_int_equal(w.placed, 1);
	login_cancel(l);
	assert_string_equal(w.code, "BIO_CANCELLED");
	login_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    AUT_01_the_other_finger_signs_the_same_challenge),
		cmocka_unit_test(with_one_finger_there_is_no_other),
	};

	if (is_helper())
		return be_the_helper();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
