/*
 * A terminal says who it is, a person logs in, chooses a duty, goes away,
 * comes back, leaves (DESIGN §8; AUT-01 to AUT-15, TRM-11).
 *
 * SECURITY: what an id, a PIN or a finger is worth is decided here and only
 * here.  An id that does not exist answers, fails and locks like one that
 * does; a challenge is used once, on the connection it was made for, and
 * counts as a failure until it is redeemed.
 */
#include "server/ops.h"

#include <string.h>

#include "auth/assertion.h"
#include "core/era.h"
#include "core/err.h"
#include "store/account.h"
#include "store/oper.h"
#include "store/param.h"

#define PROTOCOL 1
#define PIN_MIN	 8

/* ---- hello -------------------------------------------------------------- */

static bool
same_digest(ProtobufCBinaryData got, const uint8_t want[32])
{
	return got.len == 32 && memcmp(got.data, want, 32) == 0;
}

/*
 * The sequence of the terminal.  One that lost its memory gets a new epoch;
 * one that knows more than we do is told the truth, so that it can see the
 * log went back (audit-log.md §6).
 */
static int
sequence(struct op_call *c, const Mamori__HelloReq *req, uint64_t *epoch,
    uint64_t *next)
{
	struct str node = str_of(c->seat->terminal);
	int err;

	err = ledger_node_get(c->ledger, node, epoch, next);
	if (err == ERR_NOTFOUND) {
		*epoch = 1;
		return ledger_node_put(c->ledger, node, *epoch);
	}
	if (err != 0)
		return err;
	if (req->epoch > *epoch ||
	    (req->epoch == *epoch && req->next_seq > *next)) {
		op_event(c, "TERM_AHEAD");
		op_fact(c, "reason", "terminal is at %u.%llu, log at %llu.%llu",
		    req->epoch, (unsigned long long)req->next_seq,
		    (unsigned long long)*epoch, (unsigned long long)*next);
		return 0;
	}
	if (req->epoch == *epoch)
		return 0;
	op_event(c, "TERM_RESET");
	op_fact(c, "before", "%llu.%llu", (unsigned long long)*epoch,
	    (unsigned long long)*next);
	*epoch += 1;
	*next = 0;
	return ledger_node_put(c->ledger, node, *epoch);
}

int
op_hello(struct op_call *c, const Mamori__HelloReq *req, Mamori__HelloAns *ans)
{
	uint64_t epoch = 0;
	uint64_t next = 0;
	int err;

	if (req->protocol != PROTOCOL)
		return op_refuse(c, ERR_VERSION, "protocol");
	if (!same_digest(req->forms_digest, c->cfg->forms_digest))
		return op_refuse(c, ERR_VERSION, "forms");
	if (!same_digest(req->masters_digest, c->cfg->masters_digest))
		return op_refuse(c, ERR_VERSION, "masters");
	err = sequence(c, req, &epoch, &next);
	if (err == 0)
		err = state_move(&c->seat->state, STATE_TERMINAL);
	if (err != 0)
		return err;
	ans->protocol = PROTOCOL;
	ans->site_name = op_text(c, c->cfg->site_name);
	ans->site_code = op_text(c, c->cfg->site_code);
	ans->origin = op_text(c, ledger_origin(c->ledger));
	ans->terminal = op_text(c, c->seat->terminal);
	ans->place = op_text(c, c->seat->place);
	ans->epoch = (uint32_t)epoch;
	ans->next_seq = next;
	ans->server_ms = c->now_ms;
	ans->idle_seconds = c->cfg->idle_seconds;
	ans->list_limit = c->cfg->list_limit;
	ans->pin_min = PIN_MIN;
	ans->synthetic = c->cfg->synthetic;
	return 0;
}

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

/* AUT-10: outside the period nobody gets in. */
static int
check_period(struct op_call *c, const struct account *a)
{
	struct date today = date_today(c->now_ms);
	struct date from;
	struct date until;

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
	return 0;
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
	err = check_period(c, a);
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
wanted(const struct op_call *c, const struct account *a, struct assertion *want)
{
	const struct seat_login *l = &c->seat->login;
	struct buf act = BUF_INIT;

	*want = (struct assertion){ .purpose = str_of(l->purpose),
		.site = str_of(ledger_origin(c->ledger)),
		.terminal = str_of(c->seat->terminal),
		.match_id = str_of(l->match_id),
		.finger = a->finger,
		.counter = l->counter };
	memcpy(want->challenge, l->challenge, sizeof(want->challenge));
	memcpy(want->exporter, c->seat->peer.exporter, sizeof(want->exporter));
	act_login_text(&act, want->purpose, want->match_id);
	crypt_sha256(buf_str(&act), want->act);
	buf_release(&act);
}

static int
check_assertion(struct op_call *c, const Mamori__LoginFinishReq *req,
    const struct account *a, struct assertion *got)
{
	const struct seat_login *l = &c->seat->login;
	struct assertion want;
	int err;

	if (c->now_ms > l->wall_end || c->boot_ms > l->boot_end)
		return op_refuse(c, ERR_EXPIRED, "challenge");
	wanted(c, a, &want);
	err = assertion_check(
	    STR_PB(req->assertion), STR_PB(req->signature), a->pub, &want, got);
	if (err != 0)
		return op_refuse(c, err, "assertion");
	if (!str_eqz(got->uv, "finger+pin"))
		return op_refuse(c, ERR_AUTH, "uv");
	if (assertion_driver_is_synthetic(got->driver) && !c->cfg->synthetic)
		return op_refuse(c, ERR_AUTH, "driver");
	return 0;
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
	return oper_each(c->db, str_of(a->match_id), add_choice, &ch);
}

static int
finish(struct op_call *c, const Mamori__LoginFinishReq *req,
    const struct account *a, Mamori__LoginFinishAns *ans)
{
	bool unlock = c->seat->state == STATE_LOCKED;
	struct assertion got;
	int err;

	err = check_assertion(c, req, a, &got);
	if (err != 0) {
		op_event(c, "AUTH_NG");
		op_fact(c, "reason", "failures %u of %u", a->failures,
		    c->cfg->failures);
		return err;
	}
	if (a->locked)
		return op_refuse(c, ERR_LOCKED, "match_id");
	err = check_period(c, a);
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

/* ---- duty, leaving ------------------------------------------------------ */

int
op_operator_select(struct op_call *c, const Mamori__OperatorSelectReq *req,
    Mamori__OperatorSelectAns *ans)
{
	struct seat *s = c->seat;
	struct oper o;
	unsigned r;
	int err;

	err = oper_get(c->db, STR_PB(req->operator_id), &o);
	if (err == ERR_NOTFOUND ||
	    (err == 0 && strcmp(o.match_id, s->match_id) != 0))
		return op_refuse(c, ERR_DENIED, "operator_id");
	if (err == 0)
		err = right_check_set(o.rights);
	if (err == 0)
		err = state_move(&s->state, STATE_OPERATOR);
	if (err != 0)
		return err;
	s->rights = o.rights;
	memcpy(s->operator_id, o.operator_id, sizeof(s->operator_id));
	memcpy(s->template_name, o.template_name, sizeof(s->template_name));
	ans->operator_id = op_text(c, o.operator_id);
	ans->template_ = op_text(c, o.template_name);
	ans->rights = wire_alloc(c->arena, RIGHT_COUNT * sizeof(*ans->rights));
	if (ans->rights == NULL)
		return ERR_LIMIT;
	for (r = 0; r < RIGHT_COUNT; r++)
		if (right_has(o.rights, (enum right)r))
			ans->rights[ans->n_rights++] =
			    op_text(c, right_token((enum right)r));
	return 0;
}

int
op_lock(struct op_call *c, const Mamori__LockReq *req, Mamori__LockAns *ans)
{
	(void)req;
	(void)ans;
	seat_login_forget(c->seat);
	return state_move(&c->seat->state, STATE_LOCKED);
}

int
op_logoff(
    struct op_call *c, const Mamori__LogoffReq *req, Mamori__LogoffAns *ans)
{
	int err;

	(void)req;
	(void)ans;
	err = state_move(&c->seat->state, STATE_TERMINAL);
	if (err == 0)
		seat_forget(c->seat);
	return err;
}

/* ---- notices and events ------------------------------------------------- */

/* Numbers only: the wording is the terminal's (po/ja.po). */
static int
add_notice(struct op_call *c, Mamori__NoticesAns *ans, const char *code,
    uint64_t count)
{
	Mamori__Notice *n;

	if (count == 0)
		return 0;
	n = wire_alloc(c->arena, sizeof(*n));
	if (n == NULL)
		return ERR_LIMIT;
	mamori__notice__init(n);
	n->code = op_text(c, code);
	n->count = count;
	ans->notices[ans->n_notices++] = n;
	return 0;
}

int
op_notices(
    struct op_call *c, const Mamori__NoticesReq *req, Mamori__NoticesAns *ans)
{
	struct account_counts counts;
	int err;

	(void)req;
	ans->notices = wire_alloc(c->arena, 4 * sizeof(*ans->notices));
	if (ans->notices == NULL)
		return ERR_LIMIT;
	if (!right_has(c->seat->rights, RIGHT_ACCOUNT_UNLOCK))
		return 0;
	err = account_counts(c->db, c->cfg->failures, &counts);
	if (err != 0)
		return err;
	return add_notice(c, ans, "accounts-locked", counts.locked);
}

int
op_term_event(struct op_call *c, const Mamori__TermEventReq *req,
    Mamori__TermEventAns *ans)
{
	(void)ans;
	if (!op_is_token(STR_PB(req->code), 32))
		return op_refuse(c, ERR_SYNTAX, "code");
	return 0;
}
