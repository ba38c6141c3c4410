/*
 * What the sensor says during a log-in: the hint of an attack goes into the
 * log as a code and decides nothing, pictures go to the screen only.
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

#define W 6u
#define H 4u

struct world {
	enum op op;
	ui_done *done;
	void *arg;
	char code[33];
	unsigned codes; /* told to the server */
	unsigned pictures;
	unsigned fingers;
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

static int
be_the_helper(void)
{
	static const uint8_t grey[W * H];
	static uint8_t msg[BIOPROTO_MAX];
	const struct bio_event doubt = { .kind = BIO_EV_FINGER,
		.flags = BIO_FINGER_ALL };
	const struct bio_event picture = { .kind = BIO_EV_PREVIEW,
		.width = W,
		.height = H,
		.image = str_n(grey, sizeof(grey)) };
	struct bio_event done = { .kind = BIO_EV_DONE, .err = ERR_AUTH };
	struct bioproto_request req;
	ssize_t n = recv(BIOPROTO_FD, msg, sizeof(msg), 0);

	if (n <= 0 || bioproto_get_request(str_n(msg, (size_t)n), &req) != 0)
		return 1;
	if (req.kind == BIO_PIN) {
		done.err = 0;
		done.verifier = STR("0123456789abcdef0123456789abcdef");
		return say(&done);
	}
	return say(&picture) + say(&doubt) + say(&picture) + say(&doubt) +
	    say(&done);
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

	if (op == OP_term_event) {
		if (str_eqz(STR_PB(ev->code), "BIO_ATTACK_HINT"))
			w->codes++;
		assert_int_equal(
		    str_copy(w->code, sizeof(w->code), STR_PB(ev->code)), 0);
		/* never more than the code and the purpose */
		assert_true(str_eqz(STR_PB(ev->detail), "login"));
		return;
	}
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

	w->pictures += ev->step == UI_LOGIN_PREVIEW && ev->width == W &&
	    ev->height == H && ev->grey.n == (size_t)W * H;
	w->fingers += ev->step == UI_LOGIN_FINGER;
	w->ended = ev->step == UI_LOGIN_FAILED;
	w->err = ev->err;
}

static void
run_helper(struct login *l, const struct world *w, enum op until)
{
	struct pollfd p;

	while (login_fd(l) >= 0 && !w->ended && w->op != until) {
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
answer_pin(struct world *w)
{
	Mamori__LoginPinAns ans = MAMORI__LOGIN_PIN_ANS__INIT;
	const struct ui_answer yes = { .ans = &ans.base };

	ans.challenge = PB_BYTES(STR("0123456789abcdef0123456789abcdef"));
	ans.share = ans.challenge;
	ans.envelope = PB_BYTES(STR("sealed"));
	ans.modality = PB_BYTES(STR("vein"));
	ans.finger = 7;
	ans.tries_left = 2;
	w->done(w->arg, &yes);
}

static void
a_doubt_is_told_once_and_the_pictures_reach_the_screen(void **state)
{
	struct world w = { .op = OP_NONE };
	const struct login_env env = {
		.ctx = &w,
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

	(void)state;
	assert_non_null(l);
	login_start(l, "login", STR("M001"), &pin, NULL, told, &w);
	answer_begin(&w);
	run_helper(l, &w, OP_login_pin);
	assert_int_equal(w.op, OP_login_pin);
	answer_pin(&w);
	run_helper(l, &w, OP_login_finish);
	assert_true(w.ended);
	/* the finger was refused for what it is, not for the doubt */
	assert_int_equal(w.err, ERR_AUTH);
	assert_string_equal(w.code, "BIO_NO_MATCH");
	assert_int_equal(w.codes, 1);
	assert_int_equal(w.pictures, 2);
	assert_int_equal(w.fingers, 2);
	login_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_doubt_is_told_once_and_the_pictures_reach_the_screen),
	};

	if (is_helper())
		return be_the_helper();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
