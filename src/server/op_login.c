/*
 * Log-in, return from 離席, and the PIN of an act (DESIGN §8; AUT-01 to
 * AUT-15).
 *
 * SECURITY: what an id, a PIN or a finger is worth is decided here and in
 * fresh.c, and only there.  An id that does not exist answers, fails and locks
 * like one that does; a challenge is used once, on the connection it was made
 * for, and counts as a failure until it is redeemed.
 */
#include "server/fresh.h"

#include <string.h>

#include "core/era.h"
#include "core/err.h"
#include "store/account.h"
#include "store/oper.h"
#include "store/param.h"

/* ---- log-in, step 1: 照合ID --------------------------------------------- */

/* An id that is not there has a salt all the same, always the same one. */
static int
stranger_salt(
    struct op_call *c, struct str match_id, uint8_t salt[ACCOUNT_SALT])
{
	uint8_t secret[32];
	int err;

	err = param_secret(c->db, "stranger-salt", secret, sizeof(secret));
	if (err == 0)
		err = crypt_hkdf(str_n(secret, sizeof(secret)), match_id,
		    STR("mamori-stranger/v1"), salt, ACCOUNT_SALT);
	explicit_bzero(secret, sizeof(secret));
	return err;
}

static int
check_purpose(struct op_call *c, struct str purpose, struct str match_id)
{
	bool unlock = c->seat->state == STATE_LOCKED;

	if (!str_eqz(purpose, unlock ? "unlock" : "login"))
		return op_refuse(c, ERR_BADSTATE, "purpose");
	if (unlock && !str_eqz(match_id, c->seat->match_id))
		return op_refuse(c, ERR_DENIED, "match_id");
	if (!op_is_token(match_id, 32))
		return op_refuse(c, ERR_SYNTAX, "match_id");
	return 0;
}

int
op_login_begin(struct op_call *c, const Mamori__LoginBeginReq *req,
    Mamori__LoginBeginAns *ans)
{
	struct str match_id = STR_PB(req->match_id);
	struct seat_login *l = &c->seat->login;
	uint8_t salt[ACCOUNT_SALT];
	struct account a;
	int err;

	seat_login_forget(c->seat);
	err = check_purpose(c, STR_PB(req->purpose), match_id);
	if (err != 0)
		return err;
	err = stranger_salt(c, match_id, salt);
	if (err == 0)
		err = account_get(c->db, match_id, &a);
	if (err == 0 && a.enrolled)
		memcpy(salt, a.salt, sizeof(salt));
	account_wipe(&a);
	if (err != 0 && err != ERR_NOTFOUND)
		return err;
	ans->pin_salt = op_bytes(c, str_n(salt, sizeof(salt)));
	ans->log2_n = CRYPT_SCRYPT_DEFAULT.log2_n;
	ans->r = CRYPT_SCRYPT_DEFAULT.r;
	ans->p = CRYPT_SCRYPT_DEFAULT.p;
	l->step = SEAT_PIN;
	(void)str_copy(l->match_id, sizeof(l->match_id), match_id);
	(void)str_copy(l->purpose, sizeof(l->purpose), STR_PB(req->purpose));
	return 0;
}

/* ---- step 2: PIN -------------------------------------------------------- */

/* One more failure; the last one locks (AUT-06), and the log says so. */
static int
count_failure(struct op_call *c, const struct account *a, bool known)
{
	struct str match_id = str_of(c->seat->login.match_id);
	unsigned failures = a->failures + 1;
	bool locks = failures >= c->cfg->failures;
	int err;

	op_keep(c);
	op_event(c, locks ? "AUTH_LOCK" : "AUTH_NG");
	op_fact(c, "reason", "failures %u of %u", failures, c->cfg->failures);
	if (known)
		err = account_count(c->db, match_id, failures, locks);
	else
		err = account_stranger_put(c->db, match_id, failures);
	if (err != 0)
		return err;
	/* in the middle of a session: it ends with the connection */
	c->close = locks && strcmp(c->seat->login.purpose, "act") == 0;
	return op_refuse(c, locks ? ERR_LOCKED : ERR_AUTH, "pin");
}

static int
is_locked(struct op_call *c, const struct account *a)
{
	if (!a->locked && a->failures < c->cfg->failures)
		return 0;
	op_event(c, "AUTH_LOCK");
	return op_refuse(c, ERR_LOCKED, "match_id");
}

/* AUT-10: outside the period, or suspended, nobody gets in. */
int
login_open(struct op_call *c, const struct account *a)
{
	struct date today = date_today(c->now_ms);
	struct date from;
	struct date until;

	if (a->suspended)
		return op_refuse(c, ERR_SUSPENDED, "match_id");
	if (date_get_iso(str_of(a->from), &from) != 0 ||
	    date_get_iso(str_of(a->until), &until) != 0)
		return op_refuse(c, ERR_CORRUPT, "period");
	if (date_cmp(today, from) < 0 || date_cmp(today, until) > 0)
		return op_refuse(c, ERR_EXPIRED, "period");
	return 0;
}

/* AUT-15: the refusal names the terminal where the person is logged in. */
static int
check_elsewhere(struct op_call *c, struct str match_id)
{
	struct seat *other = seat_of_person(c->seats, match_id, c->seat);

	return other == NULL ? 0 : op_refuse(c, ERR_EXISTS, other->terminal);
}

/* AUT-01: the other finger signs the same challenge. */
static int
add_other(struct op_call *c, const struct account *a, Mamori__LoginPinAns *ans)
{
	struct account_finger f;
	int err;

	err = account_finger_get(c->db, str_of(a->match_id), c->arena, &f);
	if (err == ERR_NOTFOUND)
		return 0;
	if (err != 0)
		return err;
	ans->others = wire_alloc(c->arena, sizeof(*ans->others));
	if (ans->others == NULL)
		return ERR_LIMIT;
	ans->others[0] = wire_alloc(c->arena, sizeof(**ans->others));
	if (ans->others[0] == NULL)
		return ERR_LIMIT;
	mamori__credential__init(ans->others[0]);
	ans->others[0]->envelope = PB_BYTES(f.envelope);
	ans->others[0]->finger = f.finger;
	ans->n_others = 1;
	return 0;
}

/* Counts as a failure until it is redeemed (DESIGN §8). */
static int
release_challenge(
    struct op_call *c, const struct account *a, Mamori__LoginPinAns *ans)
{
	struct seat_login *l = &c->seat->login;
	int64_t ms = (int64_t)c->cfg->challenge_seconds * 1000;
	unsigned left = c->cfg->failures - a->failures - 1;
	struct str envelope;
	int err;

	err = account_count(c->db, str_of(a->match_id), a->failures + 1, false);
	if (err == 0)
		err = account_envelope(
		    c->db, str_of(a->match_id), c->arena, &envelope);
	if (err != 0)
		return err;
	crypt_random(l->challenge, sizeof(l->challenge));
	l->counter = a->counter + 1;
	l->wall_end = c->now_ms + ms;
	l->boot_end = c->boot_ms + ms;
	l->step = SEAT_SIGN;
	ans->challenge = op_bytes(c, str_n(l->challenge, 32));
	ans->envelope = PB_BYTES(envelope);
	ans->share = op_bytes(c, str_n(a->share, sizeof(a->share)));
	ans->counter = l->counter;
	ans->expires_seconds = c->cfg->challenge_seconds;
	ans->modality = op_text(c, a->modality);
	ans->finger = a->finger;
	ans->tries_left = left;
	return add_other(c, a, ans);
}

static int
check_pin(struct op_call *c, const Mamori__LoginPinReq *req,
    const struct account *a, bool known, Mamori__LoginPinAns *ans)
{
	uint8_t digest[SHA256_LEN];
	bool same;
	int err;

	err = is_locked(c, a);
	if (err != 0)
		return err;
	crypt_sha256(STR_PB(req->verifier), digest);
	same = crypt_equal(str_n(digest, sizeof(digest)),
	    str_n(a->verifier, sizeof(a->verifier)));
	if (!known || !a->enrolled || req->verifier.len != 32 || !same)
		return count_failure(c, a, known);
	err = login_open(c, a);
	if (err == 0)
		err = check_elsewhere(c, str_of(a->match_id));
	return err != 0 ? err : release_challenge(c, a, ans);
}

int
op_login_pin(
    struct op_call *c, const Mamori__LoginPinReq *req, Mamori__LoginPinAns *ans)
{
	struct seat_login *l = &c->seat->login;
	struct account a;
	bool known;
	int err;

	if (l->step != SEAT_PIN)
		return op_refuse(c, ERR_BADSTATE, "login");
	err = account_get(c->db, str_of(l->match_id), &a);
	known = err == 0;
	if (err == ERR_NOTFOUND)
		err = account_stranger_get(
		    c->db, str_of(l->match_id), &a.failures);
	if (err == 0)
		err = check_pin(c, req, &a, known, ans);
	if (err != 0)
		seat_login_forget(c->seat);
	account_wipe(&a);
	return err;
}

/* ---- step 3: the finger's assertion ------------------------------------- */

static void
login_act(const struct seat *s, uint8_t out[SHA256_LEN])
{
	struct buf act = BUF_INIT;

	act_login_text(
	    &act, str_of(s->login.purpose), str_of(s->login.match_id));
	crypt_sha256(buf_str(&act), out);
	buf_release(&act);
}

static void
session_id(char out[33])
{
	uint8_t raw[16];
	struct buf b = BUF_INIT;
	size_t i;

	crypt_random(raw, sizeof(raw));
	for (i = 0; i < sizeof(raw); i++)
		buf_printf(&b, "%02x", raw[i]);
	(void)str_copy(out, 33, buf_str(&b));
	buf_release(&b);
}

#define DAY_MS INT64_C(86400000)

/* AUT-12: how long the PIN still counts; true when it does not any more. */
static bool
pin_age(const struct op_call *c, const struct account *a, uint32_t *left)
{
	int64_t days = (c->now_ms - a->pin_set_ms) / DAY_MS;

	*left = 0;
	if (c->cfg->pin_days == 0)
		return false;
	if (days >= (int64_t)c->cfg->pin_days)
		return true;
	*left = c->cfg->pin_days - (uint32_t)(days < 0 ? 0 : days);
	return false;
}

/* The person sits there now; on return from 離席 the session goes on. */
static int
take_seat(
    struct op_call *c, const struct account *a, const struct assertion *got)
{
	struct seat *s = c->seat;
	bool unlock = s->state == STATE_LOCKED;
	struct buf auth = BUF_INIT;
	int err;

	buf_printf(&auth, "%s:" STR_FMT " " STR_FMT, a->modality,
	    STR_ARG(got->driver), STR_ARG(got->uv));
	err = str_copy(s->auth, sizeof(s->auth), buf_str(&auth));
	buf_release(&auth);
	if (err == 0)
		err = state_move(
		    &s->state, unlock ? STATE_OPERATOR : STATE_IDENTIFIED);
	if (err != 0 || unlock)
		return err;
	memcpy(s->match_id, a->match_id, sizeof(s->match_id));
	memcpy(s->operator_name, a->name, sizeof(s->operator_name));
	memcpy(s->org, a->dept, sizeof(s->org));
	session_id(s->session);
	return 0;
}

struct choices {
	struct op_call *c;
	Mamori__LoginFinishAns *ans;
	const char *only; /* after an unlock: the duty that goes on */
};

static int
add_choice(void *ctx, const struct oper *o)
{
	struct choices *ch = ctx;
	Mamori__OperatorChoice *one;

	if (ch->only != NULL && strcmp(ch->only, o->operator_id) != 0)
		return 0;
	if (ch->ans->n_choices == 32)
		return 0;
	one = wire_alloc(ch->c->arena, sizeof(*one));
	if (one == NULL)
		return ERR_LIMIT;
	mamori__operator_choice__init(one);
	one->operator_id = op_text(ch->c, o->operator_id);
	one->template_ = op_text(ch->c, o->template_name);
	ch->ans->choices[ch->ans->n_choices++] = one;
	return 0;
}

static int
fill_finish(struct op_call *c, const struct account *a, bool unlock,
    Mamori__LoginFinishAns *ans)
{
	struct choices ch = { c, ans, unlock ? c->seat->operator_id : NULL };

	ans->choices = wire_alloc(c->arena, 32 * sizeof(*ans->choices));
	if (ans->choices == NULL)
		return ERR_LIMIT;
	ans->session = op_text(c, c->seat->session);
	ans->name = op_text(c, a->name);
	ans->dept = op_text(c, a->dept);
	ans->auth = op_text(c, c->seat->auth);
	ans->last_login_ms = a->login_ms;
	ans->last_terminal = op_text(c, a->login_terminal);
	ans->failures_before = a->failures > 0 ? a->failures - 1 : 0;
	ans->pin_must_change = pin_age(c, a, &ans->pin_days_left);
	c->seat->pin_old = !unlock && ans->pin_must_change;
	return oper_each(c->db, str_of(a->match_id), add_choice, &ch);
}

static int
finish(struct op_call *c, const Mamori__LoginFinishReq *req,
    const struct account *a, Mamori__LoginFinishAns *ans)
{
	bool unlock = c->seat->state == STATE_LOCKED;
	struct assertion got = { 0 };
	uint8_t act[SHA256_LEN];
	int err;

	login_act(c->seat, act);
	err = fresh_assertion(
	    c, STR_PB(req->assertion), STR_PB(req->signature), a, act, &got);
	if (err != 0) {
		op_event(c, "AUTH_NG");
		op_fact(c, "reason", "failures %u of %u", a->failures,
		    c->cfg->failures);
		return err;
	}
	if (a->locked)
		return op_refuse(c, ERR_LOCKED, "match_id");
	err = login_open(c, a);
	if (err == 0)
		err = check_elsewhere(c, str_of(a->match_id));
	if (err == 0)
		err = account_login(c->db, str_of(a->match_id),
		    c->seat->login.counter, c->now_ms,
		    str_of(c->seat->terminal));
	if (err == 0)
		err = take_seat(c, a, &got);
	if (err != 0)
		return err;
	op_event(c, unlock ? "UNLOCK" : "AUTH_OK");
	return fill_finish(c, a, unlock, ans);
}

int
op_login_finish(struct op_call *c, const Mamori__LoginFinishReq *req,
    Mamori__LoginFinishAns *ans)
{
	struct account a = { 0 };
	int err;

	if (c->seat->login.step != SEAT_SIGN)
		return op_refuse(c, ERR_BADSTATE, "login");
	err = account_get(c->db, str_of(c->seat->login.match_id), &a);
	if (err == 0)
		err = finish(c, req, &a, ans);
	seat_login_forget(c->seat); /* a challenge is used once */
	account_wipe(&a);
	return err;
}
