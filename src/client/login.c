/*
 * The steps of a log-in, each started by the end of the one before.
 *
 * SECURITY: the PIN lives in one locked place, is handed to mamori-bio twice
 * (verifier, then credential) and wiped as soon as the second helper runs or
 * anything fails.  Nothing here decides whether somebody is let in: the server
 * does.  Sensor trouble is told to the server as a code, never with data of
 * the person (AUT-06, TRM-14).
 */
#include "client/login.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/act.h"
#include "core/err.h"
#include "core/log.h"
#include "core/wire.h"

/* Armed sensor time of one try (DESIGN §8). */
#define FINGER_SECONDS 30

/* clang-format off */
#define STEP_LIST(X)							\
/* name    may go on to                                            */	\
X(IDLE,    TO(BEGIN))							\
X(BEGIN,   TO(PIN) | TO(IDLE))						\
X(PIN,     TO(VERIFY) | TO(IDLE))					\
X(VERIFY,  TO(FINGER) | TO(IDLE))					\
X(FINGER,  TO(FINISH) | TO(IDLE))					\
X(FINISH,  TO(CHOOSE) | TO(SELECT) | TO(IDLE))				\
X(CHOOSE,  TO(SELECT) | TO(IDLE))					\
X(SELECT,  TO(IDLE))
/* clang-format on */

#define STEP_ENUM(name, next) STEP_##name,
enum step { STEP_LIST(STEP_ENUM) STEP_COUNT };
#undef STEP_ENUM

#define TO(name)	      (1u << STEP_##name)
#define STEP_NEXT(name, next) (next),
static const unsigned step_next[] = { STEP_LIST(STEP_NEXT) };
#define STEP_NAME(name, next) #name,
static const char *const step_names[] = { STEP_LIST(STEP_NAME) };

/* What of the sensor's troubles the server is told ((e), code only). */
static const struct {
	int err;
	const char *code;
} sensor_events[] = {
	{ ERR_AUTH, "BIO_NO_MATCH" },
	{ ERR_NODEV, "BIO_NO_SENSOR" },
	{ ERR_TIMEOUT, "BIO_TIMEOUT" },
	{ ERR_LIMIT, "BIO_SENSOR_LIMIT" },
	{ ERR_CRYPTO, "BIO_CREDENTIAL" },
	{ ERR_CORRUPT, "BIO_CREDENTIAL" },
	{ ERR_IO, "BIO_HELPER" },
	{ ERR_CANCELLED, "BIO_CANCELLED" },
};

struct login {
	struct login_env env;
	enum step step;
	struct bio *bio;
	struct secret pin;
	char purpose[8];
	char match_id[33];
	char duty[33];
	int tries_left;
	ui_login_fn *fn;
	void *arg;
};

struct login *
login_new(const struct login_env *env)
{
	struct login *l;

	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	/* best effort: a kiosk without the limit still wipes */
	(void)mlock(&l->pin, sizeof(l->pin));
	l->env = *env;
	return l;
}

static void
step_to(struct login *l, enum step next)
{
	BUG_ON((step_next[l->step] & (1u << next)) == 0);
	log_debug("login", "%s -> %s", step_names[l->step], step_names[next]);
	l->step = next;
}

/* Back to IDLE from anywhere; nothing of the try remains. */
static void
stop(struct login *l)
{
	bio_free(l->bio);
	l->bio = NULL;
	secret_wipe(&l->pin);
	l->env.cancel(l->env.ctx, l);
	if (l->step != STEP_IDLE)
		step_to(l, STEP_IDLE);
}

void
login_free(struct login *l)
{
	if (l == NULL)
		return;
	stop(l);
	(void)munlock(&l->pin, sizeof(l->pin));
	free(l);
}

static void
emit(struct login *l, enum ui_login_step step)
{
	const struct ui_login_event ev = {
		.step = step,
		.tries_left = l->tries_left,
		.seconds = step == UI_LOGIN_PLACE ? FINGER_SECONDS : 0,
	};

	l->fn(l->arg, &ev);
}

static void
fail(struct login *l, int err)
{
	const struct ui_login_event ev = {
		.step = UI_LOGIN_FAILED,
		.err = err,
		.tries_left = l->tries_left,
	};
	ui_login_fn *fn = l->fn;
	void *arg = l->arg;

	stop(l);
	fn(arg, &ev);
}

static void
ignore_answer(void *arg, const struct ui_answer *a)
{
	(void)arg;
	if (a->err != 0)
		log_warn("login", "term_event: %s", err_name(a->err));
}

static void
tell_server(struct login *l, int err)
{
	Mamori__TermEventReq req = MAMORI__TERM_EVENT_REQ__INIT;
	size_t i;

	for (i = 0; i < sizeof(sensor_events) / sizeof(sensor_events[0]); i++)
		if (sensor_events[i].err == err) {
			req.code = PB_BYTES(str_of(sensor_events[i].code));
			req.detail = PB_BYTES(str_of(l->purpose));
			l->env.call(l->env.ctx, OP_term_event, &req.base,
			    ignore_answer, NULL);
			return;
		}
}

static void
ask(struct login *l, enum op op, const ProtobufCMessage *req, ui_done *done)
{
	l->env.call(l->env.ctx, op, req, done, l);
}

/* ---- the server's steps ----------------------------------------------- */

static void
done_select(void *arg, const struct ui_answer *a)
{
	struct login *l = arg;

	if (a->err != 0) {
		fail(l, a->err);
		return;
	}
	l->env.selected(l->env.ctx, (const void *)a->ans);
	step_to(l, STEP_IDLE);
	emit(l, UI_LOGIN_DONE);
}

static void
select_operator(struct login *l, struct str operator_id)
{
	Mamori__OperatorSelectReq req = MAMORI__OPERATOR_SELECT_REQ__INIT;

	step_to(l, STEP_SELECT);
	req.operator_id = PB_BYTES(operator_id);
	ask(l, OP_operator_select, &req.base, done_select);
}

/* The choice that needs no asking: the only one, or the duty to return to. */
static const Mamori__OperatorChoice *
clear_choice(const struct login *l, const Mamori__LoginFinishAns *fin)
{
	size_t i;

	if (fin->n_choices == 1)
		return fin->choices[0];
	for (i = 0; i < fin->n_choices; i++)
		if (str_eqz(STR_PB(fin->choices[i]->operator_id), l->duty))
			return fin->choices[i];
	return NULL;
}

static void
done_finish(void *arg, const struct ui_answer *a)
{
	struct login *l = arg;
	const Mamori__LoginFinishAns *fin = (const void *)a->ans;
	struct ui_login_event ev = { .step = UI_LOGIN_CHOOSE,
		.tries_left = -1 };

	bio_free(l->bio);
	l->bio = NULL;
	if (a->err != 0) {
		fail(l, a->err);
		return;
	}
	l->env.identified(l->env.ctx, str_of(l->match_id), fin);
	if (strcmp(l->purpose, "unlock") == 0) {
		step_to(l, STEP_IDLE);
		emit(l, UI_LOGIN_DONE);
	} else if (fin->n_choices == 0) {
		fail(l, ERR_DENIED);
	} else if (clear_choice(l, fin) != NULL) {
		/* nothing to choose: fewer keys in the morning ((g) 1) */
		select_operator(l, STR_PB(clear_choice(l, fin)->operator_id));
	} else {
		step_to(l, STEP_CHOOSE);
		ev.fin = fin;
		l->fn(l->arg, &ev);
	}
}

static void
finish(struct login *l, const struct bio_event *ev)
{
	Mamori__LoginFinishReq req = MAMORI__LOGIN_FINISH_REQ__INIT;

	step_to(l, STEP_FINISH);
	emit(l, UI_LOGIN_SIGNING);
	req.assertion = PB_BYTES(ev->assertion);
	req.signature = PB_BYTES(ev->signature);
	ask(l, OP_login_finish, &req.base, done_finish);
}

static int
start_finger(struct login *l, const Mamori__LoginPinAns *pa)
{
	struct bio_request req = { .kind = BIO_SIGN };
	struct buf act = BUF_INIT;
	uint8_t exporter[32];
	uint8_t digest[SHA256_LEN];
	int rc;

	rc = l->env.exporter(l->env.ctx, exporter);
	if (rc != 0)
		return rc;
	act_login_text(&act, str_of(l->purpose), str_of(l->match_id));
	rc = act.err;
	if (rc != 0)
		goto out;
	crypt_sha256(buf_str(&act), digest);
	req.sensor = l->env.sensor;
	req.terminal_dir = l->env.terminal_dir;
	req.match_id = str_of(l->match_id);
	req.pin = &l->pin;
	req.share = STR_PB(pa->share);
	req.timeout_s = FINGER_SECONDS;
	if (pa->expires_seconds > 0 && pa->expires_seconds < FINGER_SECONDS)
		req.timeout_s = pa->expires_seconds;
	req.modality = STR_PB(pa->modality);
	req.finger = pa->finger;
	req.envelope = STR_PB(pa->envelope);
	req.purpose = str_of(l->purpose);
	req.origin = str_of(l->env.origin);
	req.terminal = str_of(l->env.terminal);
	req.counter = pa->counter;
	req.challenge = STR_PB(pa->challenge);
	req.exporter = str_n(exporter, sizeof(exporter));
	req.act = str_n(digest, sizeof(digest));
	rc = bio_start(&l->bio, l->env.helper, &req);
out:
	explicit_bzero(exporter, sizeof(exporter));
	buf_release(&act);
	return rc;
}

static void
done_pin(void *arg, const struct ui_answer *a)
{
	struct login *l = arg;
	const Mamori__LoginPinAns *pa = (const void *)a->ans;
	int rc;

	if (a->err != 0) {
		fail(l, a->err);
		return;
	}
	l->tries_left =
	    pa->tries_left > INT32_MAX ? INT32_MAX : (int)pa->tries_left;
	rc = start_finger(l, pa);
	secret_wipe(&l->pin);
	if (rc != 0) {
		tell_server(l, ERR_IO);
		fail(l, rc);
		return;
	}
	step_to(l, STEP_FINGER);
}

static void
verify_pin(struct login *l, const struct bio_event *ev)
{
	Mamori__LoginPinReq req = MAMORI__LOGIN_PIN_REQ__INIT;

	step_to(l, STEP_VERIFY);
	req.verifier = PB_BYTES(ev->verifier);
	ask(l, OP_login_pin, &req.base, done_pin);
	bio_free(l->bio);
	l->bio = NULL;
}

static void
done_begin(void *arg, const struct ui_answer *a)
{
	struct login *l = arg;
	const Mamori__LoginBeginAns *b = (const void *)a->ans;
	struct bio_request req = { .kind = BIO_PIN };
	int rc;

	if (a->err != 0) {
		fail(l, a->err);
		return;
	}
	req.sensor = l->env.sensor;
	req.terminal_dir = l->env.terminal_dir;
	req.match_id = str_of(l->match_id);
	req.pin = &l->pin;
	req.pin_salt = STR_PB(b->pin_salt);
	req.scrypt = (struct crypt_scrypt){ b->log2_n, b->r, b->p };
	req.timeout_s = FINGER_SECONDS;
	rc = bio_start(&l->bio, l->env.helper, &req);
	if (rc != 0) {
		tell_server(l, ERR_IO);
		fail(l, rc);
		return;
	}
	step_to(l, STEP_PIN);
	emit(l, UI_LOGIN_PIN);
}

void
login_start(struct login *l, const char *purpose, struct str match_id,
    const struct secret *pin, const char *duty, ui_login_fn *fn, void *arg)
{
	Mamori__LoginBeginReq req = MAMORI__LOGIN_BEGIN_REQ__INIT;

	stop(l);
	l->fn = fn;
	l->arg = arg;
	l->tries_left = -1;
	l->pin = *pin;
	BUG_ON(str_copy(l->purpose, sizeof(l->purpose), str_of(purpose)) != 0);
	if (str_copy(l->duty, sizeof(l->duty), str_of(duty)) != 0)
		l->duty[0] = '\0';
	/* a longer id is nobody's: the server answers for the cut one too */
	if (match_id.n >= sizeof(l->match_id))
		match_id.n = sizeof(l->match_id) - 1;
	if (str_copy(l->match_id, sizeof(l->match_id), match_id) != 0)
		l->match_id[0] = '\0';
	step_to(l, STEP_BEGIN);
	req.match_id = PB_BYTES(str_of(l->match_id));
	req.purpose = PB_BYTES(str_of(l->purpose));
	ask(l, OP_login_begin, &req.base, done_begin);
}

void
login_choose(struct login *l, struct str operator_id)
{
	if (l->step == STEP_CHOOSE)
		select_operator(l, operator_id);
}

void
login_cancel(struct login *l)
{
	if (l->step == STEP_FINGER)
		tell_server(l, ERR_CANCELLED);
	stop(l);
}

const char *
login_match_id(const struct login *l)
{
	return l->match_id;
}

/* ---- the helper's steps ------------------------------------------------ */

int
login_fd(const struct login *l)
{
	return l->bio != NULL ? bio_fd(l->bio) : -1;
}

int
login_timeout(const struct login *l)
{
	return l->bio != NULL ? bio_deadline_ms(l->bio) : -1;
}

static void
helper_ended(struct login *l, const struct bio_event *ev)
{
	if (ev->err != 0) {
		tell_server(l, ev->err);
		fail(l, ev->err);
	} else if (l->step == STEP_PIN) {
		verify_pin(l, ev);
	} else if (l->step == STEP_FINGER) {
		finish(l, ev);
	}
}

static void
helper_said(struct login *l, const struct bio_event *ev)
{
	struct ui_login_event out = { .step = UI_LOGIN_GUIDE,
		.tries_left = l->tries_left };

	switch (ev->kind) {
	case BIO_EV_READY:
		emit(l, UI_LOGIN_PLACE);
		break;
	case BIO_EV_FINGER:
		if (ev->flags & 2u)
			emit(l, UI_LOGIN_FINGER);
		break;
	case BIO_EV_GUIDE:
		out.guide = (int)ev->guide;
		l->fn(l->arg, &out);
		break;
	case BIO_EV_PROGRESS:
	case BIO_EV_PREVIEW:
	case BIO_EV_DONE:
		break;
	}
}

void
login_io(struct login *l)
{
	struct bio_event ev;

	if (l->bio != NULL && bio_deadline_ms(l->bio) == 0)
		bio_overdue(l->bio);
	/* a callback may end this helper and start the next */
	while (l->bio != NULL && bio_read(l->bio, &ev) == 1) {
		if (ev.kind == BIO_EV_DONE) {
			helper_ended(l, &ev);
			return;
		}
		if (l->step == STEP_FINGER)
			helper_said(l, &ev);
	}
}

bool
login_is_busy(const struct login *l)
{
	return l->step != STEP_IDLE && l->step != STEP_CHOOSE &&
	    l->step != STEP_FINGER;
}
