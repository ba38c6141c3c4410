/*
 * The steps of a log-in, each started by the end of the one before.
 *
 * SECURITY: the PIN lives in one locked place, is handed to mamori-bio twice
 * (verifier, then credential) and wiped as soon as the second helper runs or
 * anything fails; a person with two registered fingers has it kept until one
 * of them matched, or the try is over.  Nothing here decides whether somebody
 * is let in: the server does.  Sensor trouble is told to the server as a code,
 * never with data of the person (AUT-06, TRM-14).
 */
#include "client/login_impl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/act.h"
#include "core/err.h"
#include "core/log.h"
#include "core/wire.h"

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

struct login *
login_new(const struct login_env *env)
{
	struct login *l;

	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	/* best effort: a kiosk without the limit still wipes */
	(void)mlock(l, sizeof(*l));
	l->env = *env;
	return l;
}

void
login_step(struct login *l, enum step next)
{
	BUG_ON((step_next[l->step] & (1u << next)) == 0);
	log_debug("login", "%s -> %s", step_names[l->step], step_names[next]);
	l->step = next;
}

/* Back to IDLE from anywhere; nothing of the try remains. */
void
login_stop(struct login *l)
{
	bio_free(l->bio);
	l->bio = NULL;
	secret_wipe(&l->pin);
	login_fingers_forget(&l->fingers);
	login_act_forget(&l->act);
	l->env.cancel(l->env.ctx, l);
	if (l->step != STEP_IDLE)
		login_step(l, STEP_IDLE);
}

void
login_free(struct login *l)
{
	if (l == NULL)
		return;
	login_stop(l);
	(void)munlock(l, sizeof(*l));
	free(l);
}

void
login_emit(struct login *l, enum ui_login_step step)
{
	const struct ui_login_event ev = {
		.step = step,
		.tries_left = l->tries_left,
		.seconds = step == UI_LOGIN_PLACE ? login_finger_seconds(l) : 0,
		.finger = l->fingers.one[l->fingers.at].finger,
		.other = l->fingers.n > 1,
	};

	l->fn(l->arg, &ev);
}

void
login_fail(struct login *l, int err)
{
	const struct ui_login_event ev = {
		.step = UI_LOGIN_FAILED,
		.err = err,
		.tries_left = l->tries_left,
	};
	ui_login_fn *fn = l->fn;
	void *arg = l->arg;

	login_stop(l);
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
tell_code(struct login *l, const char *code)
{
	Mamori__TermEventReq req = MAMORI__TERM_EVENT_REQ__INIT;

	req.code = PB_BYTES(str_of(code));
	req.detail = PB_BYTES(str_of(l->purpose));
	l->env.call(l->env.ctx, OP_term_event, &req.base, ignore_answer, NULL);
}

static void
tell_server(struct login *l, int err)
{
	size_t i;

	for (i = 0; i < sizeof(sensor_events) / sizeof(sensor_events[0]); i++)
		if (sensor_events[i].err == err) {
			tell_code(l, sensor_events[i].code);
			return;
		}
}

void
login_ask(
    struct login *l, enum op op, const ProtobufCMessage *req, ui_done *done)
{
	l->env.call(l->env.ctx, op, req, done, l);
}

/* ---- the server's steps ----------------------------------------------- */

static void
done_select(void *arg, const struct ui_answer *a)
{
	struct login *l = arg;

	if (a->err != 0) {
		login_fail(l, a->err);
		return;
	}
	l->env.selected(l->env.ctx, (const void *)a->ans);
	login_step(l, STEP_IDLE);
	login_emit(l, UI_LOGIN_DONE);
}

static void
select_operator(struct login *l, struct str operator_id)
{
	Mamori__OperatorSelectReq req = MAMORI__OPERATOR_SELECT_REQ__INIT;

	login_step(l, STEP_SELECT);
	req.operator_id = PB_BYTES(operator_id);
	login_ask(l, OP_operator_select, &req.base, done_select);
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
		login_fail(l, a->err);
		return;
	}
	l->env.identified(l->env.ctx, str_of(l->match_id), fin);
	if (strcmp(l->purpose, "unlock") == 0) {
		login_step(l, STEP_IDLE);
		login_emit(l, UI_LOGIN_DONE);
	} else if (fin->pin_must_change) { /* AUT-12 */
		login_step(l, STEP_IDLE);
		login_emit(l, UI_LOGIN_REPIN);
	} else if (fin->n_choices == 0) {
		login_fail(l, ERR_DENIED);
	} else if (clear_choice(l, fin) != NULL) {
		/* nothing to choose: fewer keys in the morning ((g) 1) */
		select_operator(l, STR_PB(clear_choice(l, fin)->operator_id));
	} else {
		login_step(l, STEP_CHOOSE);
		ev.fin = fin;
		l->fn(l->arg, &ev);
	}
}

static void
finish(struct login *l, const struct bio_event *ev)
{
	Mamori__LoginFinishReq req = MAMORI__LOGIN_FINISH_REQ__INIT;

	login_step(l, STEP_FINISH);
	secret_wipe(&l->pin);
	l->armings = 0; /* a finger that matches is no grinding */
	login_emit(l, UI_LOGIN_SIGNING);
	if (l->act.op != OP_NONE) {
		login_act_send(l, ev);
		return;
	}
	req.assertion = PB_BYTES(ev->assertion);
	req.signature = PB_BYTES(ev->signature);
	login_ask(l, OP_login_finish, &req.base, done_finish);
}

/* Was the sensor armed so often that it must rest? */
static bool
must_rest(const struct login *l)
{
	int64_t oldest = l->armed[l->armings % ARMED_MOST];

	return l->armings >= ARMED_MOST &&
	    l->env.boot_ms(l->env.ctx) - oldest < ARMED_MS;
}

static int
what_is_signed(const struct login *l, uint8_t digest[SHA256_LEN])
{
	struct buf act = BUF_INIT;
	int rc;

	if (l->act.op != OP_NONE) {
		memcpy(digest, l->act.digest, SHA256_LEN);
		return 0;
	}
	act_login_text(&act, str_of(l->purpose), str_of(l->match_id));
	rc = act.err;
	if (rc == 0)
		crypt_sha256(buf_str(&act), digest);
	buf_release(&act);
	return rc;
}

static int
start_finger(struct login *l)
{
	const struct login_fingers *f = &l->fingers;
	struct bio_request req = { .kind = BIO_SIGN };
	uint8_t exporter[32];
	uint8_t digest[SHA256_LEN];
	int rc;

	rc = l->env.exporter(l->env.ctx, exporter);
	if (rc == 0)
		rc = what_is_signed(l, digest);
	if (rc != 0)
		return rc;
	req.sensor = l->env.sensor;
	req.terminal_dir = l->env.terminal_dir;
	req.match_id = str_of(l->match_id);
	req.pin = &l->pin;
	req.share = str_n(f->share, sizeof(f->share));
	req.timeout_s = login_finger_seconds(l);
	req.envelope = buf_str(&f->one[f->at].envelope);
	req.purpose = str_of(l->purpose);
	req.origin = str_of(l->env.origin);
	req.terminal = str_of(l->env.terminal);
	req.counter = f->counter;
	req.challenge = str_n(f->challenge, sizeof(f->challenge));
	req.exporter = str_n(exporter, sizeof(exporter));
	req.act = str_n(digest, sizeof(digest));
	login_act_finger(l, &req);
	rc = bio_start(&l->bio, l->env.helper, &req);
	explicit_bzero(exporter, sizeof(exporter));
	if (rc == 0)
		l->armed[l->armings++ % ARMED_MOST] =
		    l->env.boot_ms(l->env.ctx);
	if (f->n == 1 || rc != 0) /* nothing to switch to */
		secret_wipe(&l->pin);
	return rc;
}

/* A helper that is missing or died is a sensor that cannot be used, not a
 * broken connection (AUT-16). */
static int
helper_err(int err)
{
	return err == ERR_IO ? ERR_NODEV : err;
}

static void
done_pin(void *arg, const struct ui_answer *a)
{
	struct login *l = arg;
	const Mamori__LoginPinAns *pa = (const void *)a->ans;
	int rc;

	if (a->err != 0) {
		login_fail(l, a->err);
		return;
	}
	l->tries_left =
	    pa->tries_left > INT32_MAX ? INT32_MAX : (int)pa->tries_left;
	rc = login_fingers_take(l, pa);
	if (rc == 0)
		rc = start_finger(l);
	if (rc != 0) {
		tell_server(l, ERR_IO);
		login_fail(l, helper_err(rc));
		return;
	}
	login_step(l, STEP_FINGER);
}

static void
verify_pin(struct login *l, const struct bio_event *ev)
{
	Mamori__LoginPinReq req = MAMORI__LOGIN_PIN_REQ__INIT;

	login_step(l, STEP_VERIFY);
	req.verifier = PB_BYTES(ev->verifier);
	login_ask(l, OP_login_pin, &req.base, done_pin);
	bio_free(l->bio);
	l->bio = NULL;
}

void
login_pin_helper(struct login *l, struct str salt, struct crypt_scrypt par)
{
	struct bio_request req = { .kind = BIO_PIN };
	int rc;

	/* here, since the PIN step counts as a failure until redeemed */
	if (must_rest(l)) {
		tell_server(l, ERR_LIMIT);
		login_fail(l, ERR_LIMIT);
		return;
	}
	req.sensor = l->env.sensor;
	req.terminal_dir = l->env.terminal_dir;
	req.match_id = str_of(l->match_id);
	req.pin = &l->pin;
	req.pin_salt = salt;
	req.scrypt = par;
	req.timeout_s = FINGER_SECONDS;
	rc = bio_start(&l->bio, l->env.helper, &req);
	if (rc != 0) {
		tell_server(l, ERR_IO);
		login_fail(l, helper_err(rc));
		return;
	}
	login_step(l, STEP_PIN);
	login_emit(l, UI_LOGIN_PIN);
}

static void
done_begin(void *arg, const struct ui_answer *a)
{
	struct login *l = arg;
	const Mamori__LoginBeginAns *b = (const void *)a->ans;

	if (a->err != 0)
		login_fail(l, a->err);
	else
		login_pin_helper(l, STR_PB(b->pin_salt),
		    (struct crypt_scrypt){ b->log2_n, b->r, b->p });
}

void
login_prepare(struct login *l, const char *purpose, struct str match_id,
    const struct secret *pin, ui_login_fn *fn, void *arg)
{
	login_stop(l);
	l->fn = fn;
	l->arg = arg;
	l->tries_left = -1;
	l->doubted = false;
	l->pin = *pin;
	l->duty[0] = '\0';
	BUG_ON(str_copy(l->purpose, sizeof(l->purpose), str_of(purpose)) != 0);
	/* a longer id is nobody's: the server answers for the cut one too */
	if (match_id.n >= sizeof(l->match_id))
		match_id.n = sizeof(l->match_id) - 1;
	if (str_copy(l->match_id, sizeof(l->match_id), match_id) != 0)
		l->match_id[0] = '\0';
}

void
login_start(struct login *l, const char *purpose, struct str match_id,
    const struct secret *pin, const char *duty, ui_login_fn *fn, void *arg)
{
	Mamori__LoginBeginReq req = MAMORI__LOGIN_BEGIN_REQ__INIT;

	login_prepare(l, purpose, match_id, pin, fn, arg);
	if (str_copy(l->duty, sizeof(l->duty), str_of(duty)) != 0)
		l->duty[0] = '\0';
	login_step(l, STEP_BEGIN);
	req.match_id = PB_BYTES(str_of(l->match_id));
	req.purpose = PB_BYTES(str_of(l->purpose));
	login_ask(l, OP_login_begin, &req.base, done_begin);
}

void
login_choose(struct login *l, struct str operator_id)
{
	if (l->step == STEP_CHOOSE)
		select_operator(l, operator_id);
}

void
login_other(struct login *l)
{
	if (l->step != STEP_FINGER || l->bio == NULL || l->fingers.n < 2 ||
	    l->fingers.change || must_rest(l))
		return;
	l->fingers.change = true;
	bio_cancel(l->bio); /* its end starts the next one */
}

/* The reader is free again: the other credential, the same challenge. */
static void
next_finger(struct login *l)
{
	struct bio *old = l->bio;
	int rc;

	l->bio = NULL;
	l->fingers.change = false;
	l->fingers.at = 1 - l->fingers.at;
	rc = start_finger(l);
	/* only now: who polls login_fd() sees another number */
	bio_free(old);
	if (rc != 0) {
		tell_server(l, ERR_IO);
		login_fail(l, helper_err(rc));
	}
}

void
login_cancel(struct login *l)
{
	if (l->step == STEP_FINGER)
		tell_server(l, ERR_CANCELLED);
	login_stop(l);
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
	if (ev->err == ERR_CANCELLED && l->fingers.change) {
		next_finger(l);
	} else if (ev->err != 0) {
		tell_server(l, ev->err);
		login_fail(l, helper_err(ev->err));
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
		login_emit(l, UI_LOGIN_PLACE);
		break;
	case BIO_EV_FINGER:
		if (ev->flags & BIO_FINGER_PRESENT)
			login_emit(l, UI_LOGIN_FINGER);
		/* advice to those who read the log; once a try */
		if (ev->flags & BIO_FINGER_DOUBT && !l->doubted)
			tell_code(l, "BIO_ATTACK_HINT");
		l->doubted |= (ev->flags & BIO_FINGER_DOUBT) != 0;
		break;
	case BIO_EV_GUIDE:
		out.guide = (int)ev->guide;
		l->fn(l->arg, &out);
		break;
	case BIO_EV_PREVIEW:
		out.step = UI_LOGIN_PREVIEW;
		out.width = ev->width;
		out.height = ev->height;
		out.grey = ev->image;
		l->fn(l->arg, &out);
		break;
	case BIO_EV_PROGRESS:
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
