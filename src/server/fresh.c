/*
 * Challenges redeemed: by a log-in, and by the finger that stands behind one
 * act.
 *
 * SECURITY: an assertion counts once, on the connection whose challenge and
 * exporter it names, for the person who sits there, over the digest of the
 * act that was announced before the PIN and that the request now carries.
 * Nothing of a fresh operation runs before.
 */
#include "server/fresh.h"

#include <string.h>

#include "core/b64.h"
#include "core/err.h"

static void
wanted(const struct op_call *c, unsigned finger, struct assertion *want)
{
	const struct seat_login *l = &c->seat->login;

	*want = (struct assertion){ .purpose = str_of(l->purpose),
		.site = str_of(ledger_origin(c->ledger)),
		.terminal = str_of(c->seat->terminal),
		.match_id = str_of(l->match_id),
		.finger = finger,
		.counter = l->counter };
	memcpy(want->challenge, l->challenge, sizeof(want->challenge));
	memcpy(want->exporter, c->seat->peer.exporter, sizeof(want->exporter));
}

/* AUT-01: the credential of the finger that the text names, else the first. */
static int
choose(struct op_call *c, const struct account *a, struct str text,
    struct account_finger *out)
{
	struct account_finger second;
	struct assertion said;
	int err;

	*out = (struct account_finger){ .finger = a->finger };
	memcpy(out->pub, a->pub, sizeof(out->pub));
	if (assertion_parse(text, &said) != 0 || said.finger == a->finger)
		return 0;
	err = account_finger_get(c->db, str_of(a->match_id), NULL, &second);
	if (err == ERR_NOTFOUND)
		return 0;
	if (err == 0 && said.finger == second.finger)
		*out = second;
	return err;
}

int
fresh_assertion(struct op_call *c, struct str text, struct str sig,
    const struct account *a, const uint8_t act[SHA256_LEN],
    struct assertion *got)
{
	const struct seat_login *l = &c->seat->login;
	struct account_finger f;
	struct assertion want;
	int err;

	if (c->now_ms > l->wall_end || c->boot_ms > l->boot_end)
		return op_refuse(c, ERR_EXPIRED, "challenge");
	err = choose(c, a, text, &f);
	if (err != 0)
		return err;
	wanted(c, f.finger, &want);
	memcpy(want.act, act, sizeof(want.act));
	err = assertion_check(text, sig, f.pub, &want, got);
	if (err != 0)
		return op_refuse(c, err, "assertion");
	if (!str_eqz(got->uv, "finger+pin"))
		return op_refuse(c, ERR_AUTH, "uv");
	if (assertion_driver_is_synthetic(got->driver) && !c->cfg->synthetic)
		return op_refuse(c, ERR_AUTH, "driver");
	c->finger = got->finger;
	return 0;
}

/* ---- what the assertion has to be over ---------------------------------- */

static void
digest_pin_change(struct str match_id, const Mamori__PinChangeReq *req,
    uint8_t out[SHA256_LEN])
{
	struct act_pin d;
	struct buf text = BUF_INIT;

	crypt_sha256(STR_PB(req->pin_salt), d.salt);
	crypt_sha256(STR_PB(req->verifier), d.verifier);
	crypt_sha256(STR_PB(req->envelope), d.envelope);
	act_pin_text(&text, match_id, &d);
	crypt_sha256(buf_str(&text), out);
	buf_release(&text);
}

static int
digest_act(const struct op_call *c, const struct act_who *who,
    const Mamori__Request *env, const ProtobufCMessage *body,
    uint8_t out[SHA256_LEN])
{
	uint8_t digest[SHA256_LEN];
	struct buf text = BUF_INIT;
	int err;

	if (c->row->id == OP_pin_change) {
		digest_pin_change(who->match_id, (const void *)body, out);
		return 0;
	}
	crypt_sha256(STR_PB(env->body), digest);
	act_text(&text, c->row, who, body, digest);
	crypt_sha256(buf_str(&text), out);
	err = text.err;
	buf_release(&text);
	return err;
}

/* The log keeps the proof: a stranger can check it against the register. */
static void
record(struct op_call *c, const Mamori__Request *env,
    const struct assertion *got, const uint8_t act[SHA256_LEN])
{
	struct buf b = BUF_INIT;

	op_fact(c, "present", STR_FMT " " STR_FMT, STR_ARG(got->uv),
	    STR_ARG(got->driver));
	b64_put(&b, act, SHA256_LEN);
	op_fact(c, "act", STR_FMT, STR_ARG(buf_str(&b)));
	buf_clear(&b);
	b64_put(&b, env->assertion.data, env->assertion.len);
	buf_putc(&b, ' ');
	b64_put(&b, env->signature.data, env->signature.len);
	op_fact(c, "assertion", STR_FMT, STR_ARG(buf_str(&b)));
	buf_release(&b);
}

static int
check_announced(struct op_call *c, const Mamori__Request *env,
    const uint8_t act[SHA256_LEN])
{
	const struct seat_login *l = &c->seat->login;

	if (l->step != SEAT_SIGN || strcmp(l->purpose, "act") != 0 ||
	    env->assertion.len == 0)
		return op_refuse(c, ERR_MISSING, "assertion");
	if (l->op != c->row->id ||
	    (l->has_act && memcmp(l->act, act, SHA256_LEN) != 0))
		return op_refuse(c, ERR_AUTH, "act");
	return 0;
}

static int
check(struct op_call *c, const struct act_who *who, const Mamori__Request *env,
    const ProtobufCMessage *body)
{
	uint8_t act[SHA256_LEN];
	struct account a = { 0 };
	struct assertion got = { 0 };
	int err;

	err = digest_act(c, who, env, body, act);
	if (err == 0)
		err = check_announced(c, env, act);
	if (err == 0)
		err = account_get(c->db, str_of(c->seat->match_id), &a);
	if (err == 0 && a.locked)
		err = op_refuse(c, ERR_LOCKED, "match_id");
	if (err == 0)
		err = login_open(c, &a);
	if (err == 0)
		err = fresh_assertion(c, STR_PB(env->assertion),
		    STR_PB(env->signature), &a, act, &got);
	if (err == 0)
		err = account_present(
		    c->db, str_of(a.match_id), c->seat->login.counter);
	if (err == 0)
		record(c, env, &got, act);
	account_wipe(&a);
	return err;
}

int
fresh_check(struct op_call *c, const struct act_who *who,
    const Mamori__Request *env, const ProtobufCMessage *body)
{
	int err = check(c, who, env, body);

	seat_login_forget(c->seat);
	if (err == ERR_NOTFOUND)
		err = op_refuse(c, ERR_DENIED, "match_id");
	return err;
}

/* ---- an act begins ------------------------------------------------------ */

int
op_act_begin(
    struct op_call *c, const Mamori__ActBeginReq *req, Mamori__ActBeginAns *ans)
{
	struct seat_login *l = &c->seat->login;
	const struct op_row *row = NULL;
	struct account a;
	char name[33];
	int err;

	seat_login_forget(c->seat);
	if (str_copy(name, sizeof(name), STR_PB(req->op)) == 0)
		row = op_find_name(name);
	if (row == NULL || !row->fresh)
		return op_refuse(c, ERR_NOTFOUND, "op");
	err = op_allowed(row, c->seat->state, c->seat->rights);
	if (err != 0)
		return op_refuse(c, err, row->name);
	/* only a change of PIN learns its text at the sensor */
	if (req->act.len != (row->id == OP_pin_change ? 0 : SHA256_LEN))
		return op_refuse(c, ERR_SYNTAX, "act");
	err = account_get(c->db, str_of(c->seat->match_id), &a);
	if (err == 0 && !a.enrolled)
		err = op_refuse(c, ERR_DENIED, "match_id");
	if (err == 0) {
		ans->pin_salt = op_bytes(c, str_n(a.salt, sizeof(a.salt)));
		ans->log2_n = CRYPT_SCRYPT_DEFAULT.log2_n;
		ans->r = CRYPT_SCRYPT_DEFAULT.r;
		ans->p = CRYPT_SCRYPT_DEFAULT.p;
		l->step = SEAT_PIN;
		l->op = row->id;
		l->has_act = req->act.len == SHA256_LEN;
		if (l->has_act)
			memcpy(l->act, req->act.data, SHA256_LEN);
		memcpy(l->match_id, c->seat->match_id, sizeof(l->match_id));
		memcpy(l->purpose, "act", sizeof("act"));
	}
	account_wipe(&a);
	return err;
}
