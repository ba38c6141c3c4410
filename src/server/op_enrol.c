/*
 * Enrolment: salt, share and number of a credential are made here, what the
 * helper sealed is stored (AUT-13, DESIGN §5, §8).
 *
 * SECURITY: two ways lead here.  At a terminal an administrator starts it, a
 * supervisor agrees, both with a fresh assertion, and the person gives finger
 * and PIN while that administrator is there; nobody starts or approves his
 * own (SD-6).  On the control socket the first two administrators of a site
 * are enrolled, and the people of a synthetic one.
 */
#include "server/life.h"

#include <string.h>

#include "auth/assertion.h"
#include "core/err.h"
#include "store/account.h"
#include "store/oper.h"
#include "store/register.h"
#include "store/terminal.h"

/* From the approval of a supervisor's side to the last sample. */
#define ENROL_MS INT64_C(1800000)

/* What a helper made. */
struct parts {
	struct str pub;
	struct str verifier;
	struct str envelope;
	struct str driver;
	unsigned finger;
};

/* RFC 9562 version 4. */
static void
uuid_make(char out[37])
{
	uint8_t raw[16];
	struct buf b = BUF_INIT;
	size_t i;

	crypt_random(raw, sizeof(raw));
	raw[6] = (uint8_t)((raw[6] & 0x0f) | 0x40);
	raw[8] = (uint8_t)((raw[8] & 0x3f) | 0x80);
	for (i = 0; i < sizeof(raw); i++)
		buf_printf(&b, "%s%02x",
		    i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", raw[i]);
	(void)str_copy(out, 37, buf_str(&b));
	buf_release(&b);
}

static int
check_terminal(struct op_call *c, struct str id)
{
	struct terminal t;
	int err;

	err = terminal_by_id(c->db, id, &t);
	if (err == 0 && t.revoked_ms != 0)
		err = ERR_DENIED;
	return err == 0 ? 0 : op_refuse(c, err, "terminal");
}

static int
note_enrols(void *ctx, const struct oper *o)
{
	bool *enrols = ctx;

	*enrols = *enrols || right_has(o->rights, RIGHT_BIO_ENROL);
	return 0;
}

/*
 * A site with real people begins with two administrators enrolled here; all
 * others are enrolled at a terminal, by two of them (AUT-13, DESIGN §5).
 */
static int
check_first_two(struct op_call *c, struct str match_id)
{
	uint64_t have = 0;
	bool enrols = false;
	int err;

	if (c->cfg->synthetic)
		return 0;
	err = oper_each(c->db, match_id, note_enrols, &enrols);
	if (err == 0 && !enrols)
		return op_refuse(c, ERR_DENIED, "template");
	if (err == 0)
		err = oper_count(c->db, RIGHT_BIO_ENROL, &have);
	if (err == 0 && have >= 2)
		return op_refuse(c, ERR_DENIED, "match_id");
	return err;
}

static int
check_modality(struct op_call *c, struct str modality)
{
	if (str_eqz(modality, "fingerprint") || str_eqz(modality, "vein"))
		return 0;
	return op_refuse(c, ERR_RANGE, "modality");
}

/* Only a person who is here and stays can be enrolled. */
static int
check_person(struct op_call *c, struct str match_id)
{
	struct account a;
	int err;

	err = account_get(c->db, match_id, &a);
	if (err == 0 && a.deleted)
		err = ERR_NOTFOUND;
	account_wipe(&a);
	return err == ERR_NOTFOUND ? op_refuse(c, err, "match_id") : err;
}

/* A person's two fingers, and which of them an enrolment leaves alone. */
struct fingers {
	struct account a;
	struct account_finger second;
	enum { STAYS_NONE, STAYS_FIRST, STAYS_SECOND } stays;
};

/*
 * AUT-01: a finger of another number comes beside the one that is there; each
 * is replaced by its own number.  The only one, or another kind of reader,
 * begins anew.
 */
static int
fingers_get(struct op_call *c, struct str match_id, struct str modality,
    unsigned finger, struct fingers *f)
{
	int err;

	*f = (struct fingers){ .stays = STAYS_NONE };
	if (finger > 10)
		return op_refuse(c, ERR_RANGE, "finger");
	err = account_get(c->db, match_id, &f->a);
	if (err != 0 || !f->a.enrolled || finger == 0 ||
	    !str_eqz(modality, f->a.modality))
		return err;
	err = account_finger_get(c->db, match_id, c->arena, &f->second);
	if (err == ERR_NOTFOUND) {
		f->stays = finger == f->a.finger ? STAYS_NONE : STAYS_FIRST;
		return 0;
	}
	if (err != 0)
		return err;
	if (finger != f->a.finger && finger != f->second.finger)
		return op_refuse(c, ERR_LIMIT, "finger");
	f->stays = finger == f->a.finger ? STAYS_SECOND : STAYS_FIRST;
	return 0;
}

/* `same`: whose salt and share are used again, or NULL. */
static int
begin(struct op_call *c, struct str match_id, struct str terminal,
    struct str modality, const struct account *same, struct account_enrol *e)
{
	int err;

	err = check_modality(c, modality);
	if (err != 0)
		return err;
	crypt_random(e->salt, sizeof(e->salt));
	crypt_random(e->share, sizeof(e->share));
	if (same != NULL) {
		memcpy(e->salt, same->salt, sizeof(e->salt));
		memcpy(e->share, same->share, sizeof(e->share));
	}
	uuid_make(e->uuid);
	e->started_ms = c->now_ms;
	life_by(c->seat, e->started_by);
	err = str_copy(e->terminal, sizeof(e->terminal), terminal);
	if (err == 0)
		err = str_copy(e->modality, sizeof(e->modality), modality);
	return err != 0 ? err : account_enrol_begin(c->db, match_id, e);
}

static int
check_credential(
    struct op_call *c, const struct parts *req, struct account_credential *cred)
{
	struct crypt_pub *pub;

	if (req->pub.n != sizeof(cred->pub))
		return op_refuse(c, ERR_SYNTAX, "public_key");
	if (req->verifier.n != 32)
		return op_refuse(c, ERR_SYNTAX, "verifier");
	if (req->envelope.n == 0 || req->driver.n == 0)
		return op_refuse(c, ERR_MISSING, "envelope");
	if (req->finger < 1 || req->finger > 10)
		return op_refuse(c, ERR_RANGE, "finger");
	memcpy(cred->pub, req->pub.p, sizeof(cred->pub));
	pub = crypt_pub_new(cred->pub);
	if (pub == NULL)
		return op_refuse(c, ERR_CRYPTO, "public_key");
	crypt_pub_free(pub);
	crypt_sha256(req->verifier, cred->verifier);
	cred->envelope = req->envelope;
	cred->driver = req->driver;
	cred->finger = req->finger;
	if (assertion_driver_is_synthetic(cred->driver) && !c->cfg->synthetic)
		return op_refuse(c, ERR_DENIED, "driver");
	return 0;
}

static int
add_register(struct op_call *c, struct str match_id,
    const struct account_enrol *e, const struct parts *p)
{
	return register_add(c->db,
	    &(struct register_row){ .match_id = match_id,
		.uuid = str_of(e->uuid),
		.modality = str_of(e->modality),
		.driver = p->driver,
		.finger = p->finger,
		.terminal = str_of(e->terminal),
		.enrolled_ms = c->now_ms,
		.enrolled_by = str_of(e->started_by),
		.approved_by = str_of(e->approved_by) });
}

/* The credential of before is destroyed, the new one is in the register. */
static int
store(struct op_call *c, struct str match_id, const struct account_enrol *e,
    const struct parts *p)
{
	struct account_credential cred = { 0 };
	char by[65];
	int err;

	life_by(c->seat, by);
	err = check_credential(c, p, &cred);
	if (err == 0)
		err = register_close(
		    c->db, match_id, c->now_ms, str_of(by), STR("再登録"));
	if (err == 0)
		err = account_enrol_store(c->db, match_id, e, &cred, c->now_ms);
	if (err == 0)
		err = add_register(c, match_id, e, p);
	explicit_bzero(&cred, sizeof(cred));
	return err;
}

/* The finger that stays was opened by the same PIN, at such a reader. */
static int
check_beside(struct op_call *c, const struct fingers *f,
    const struct account_enrol *e, const struct account_credential *cred)
{
	const char *driver =
	    f->stays == STAYS_FIRST ? f->a.driver : f->second.driver;

	/* the PIN was changed since the enrolment began */
	if (memcmp(e->salt, f->a.salt, sizeof(e->salt)) != 0)
		return op_refuse(c, ERR_BADSTATE, "match_id");
	if (!crypt_equal(str_n(cred->verifier, sizeof(cred->verifier)),
		str_n(f->a.verifier, sizeof(f->a.verifier))))
		return op_refuse(c, ERR_AUTH, "verifier");
	if (!str_eqz(cred->driver, driver))
		return op_refuse(c, ERR_DENIED, "driver");
	return 0;
}

/* AUT-01: beside the finger that stays; PIN, counter, failures stay too. */
static int
store_beside(struct op_call *c, struct str match_id, const struct fingers *f,
    const struct account_enrol *e, const struct parts *p)
{
	const bool first = f->stays == STAYS_SECOND;
	struct account_credential cred = { 0 };
	struct account_finger put = { .finger = p->finger };
	char by[65];
	int err;

	life_by(c->seat, by);
	err = check_credential(c, p, &cred);
	if (err == 0)
		err = check_beside(c, f, e, &cred);
	if (err == 0)
		err = str_copy(put.driver, sizeof(put.driver), p->driver);
	if (err != 0)
		return err;
	memcpy(put.pub, cred.pub, sizeof(put.pub));
	memcpy(put.uuid, e->uuid, sizeof(put.uuid));
	put.envelope = p->envelope;
	err = register_close_one(c->db,
	    str_of(first ? f->a.uuid : f->second.uuid), c->now_ms, str_of(by),
	    STR("再登録"));
	if (err == 0)
		err = (first ? account_finger_first : account_finger_put)(
		    c->db, match_id, &put, c->now_ms);
	if (err == 0)
		err = account_enrol_end(c->db, match_id);
	if (err == 0)
		err = add_register(c, match_id, e, p);
	op_fact(c, "fingers", "%u %u", p->finger,
	    first ? f->second.finger : f->a.finger);
	return err;
}

/* ---- on the control socket ---------------------------------------------- */

/* The helper opens it and makes sure that the new finger is another one. */
static int
give_existing(struct op_call *c, struct str match_id, const struct fingers *f,
    Mamori__CtlEnrollBeginAns *ans)
{
	struct str envelope = f->second.envelope;
	int err = 0;

	if (f->stays == STAYS_NONE)
		return 0;
	if (f->stays == STAYS_FIRST)
		err = account_envelope(c->db, match_id, c->arena, &envelope);
	ans->existing = PB_BYTES(envelope);
	return err;
}

int
op_ctl_enroll_begin(struct op_call *c, const Mamori__CtlEnrollBeginReq *req,
    Mamori__CtlEnrollBeginAns *ans)
{
	struct account_enrol e = { .finger = req->finger };
	struct fingers f = { .stays = STAYS_NONE };
	int err;

	err = check_person(c, STR_PB(req->match_id));
	if (err == 0)
		err = check_terminal(c, STR_PB(req->terminal));
	if (err == 0)
		err = check_first_two(c, STR_PB(req->match_id));
	if (err == 0)
		err = fingers_get(c, STR_PB(req->match_id),
		    STR_PB(req->modality), req->finger, &f);
	if (err == 0)
		err = begin(c, STR_PB(req->match_id), STR_PB(req->terminal),
		    STR_PB(req->modality), f.stays == STAYS_NONE ? NULL : &f.a,
		    &e);
	if (err == 0)
		err = give_existing(c, STR_PB(req->match_id), &f, ans);
	account_wipe(&f.a);
	if (err != 0)
		return err;
	ans->share = op_bytes(c, str_n(e.share, sizeof(e.share)));
	ans->pin_salt = op_bytes(c, str_n(e.salt, sizeof(e.salt)));
	ans->log2_n = CRYPT_SCRYPT_DEFAULT.log2_n;
	ans->r = CRYPT_SCRYPT_DEFAULT.r;
	ans->p = CRYPT_SCRYPT_DEFAULT.p;
	ans->record_uuid = op_text(c, e.uuid);
	explicit_bzero(&e, sizeof(e));
	return 0;
}

int
op_ctl_enroll_store(struct op_call *c, const Mamori__CtlEnrollStoreReq *req,
    Mamori__CtlEnrollStoreAns *ans)
{
	const struct parts p = { STR_PB(req->public_key), STR_PB(req->verifier),
		STR_PB(req->envelope), STR_PB(req->driver), req->finger };
	struct account_enrol e;
	struct fingers f = { .stays = STAYS_NONE };
	int err;

	(void)ans;
	err = account_enrol_get(c->db, STR_PB(req->match_id), &e);
	if (err == ERR_NOTFOUND)
		return op_refuse(c, ERR_BADSTATE, "match_id");
	if (err == 0 &&
	    (!str_eqz(STR_PB(req->record_uuid), e.uuid) ||
		!str_eqz(STR_PB(req->terminal), e.terminal) ||
		!str_eqz(STR_PB(req->modality), e.modality)))
		err = op_refuse(c, ERR_BADSTATE, "record_uuid");
	if (err == 0)
		err = check_terminal(c, STR_PB(req->terminal));
	if (err == 0)
		err = check_first_two(c, STR_PB(req->match_id));
	if (err == 0 && e.finger != 0 && e.finger != req->finger)
		err = op_refuse(c, ERR_BADSTATE, "finger");
	if (err == 0)
		err = fingers_get(c, STR_PB(req->match_id),
		    STR_PB(req->modality), e.finger, &f);
	if (err == 0 && f.stays != STAYS_NONE)
		err = store_beside(c, STR_PB(req->match_id), &f, &e, &p);
	else if (err == 0)
		err = store(c, STR_PB(req->match_id), &e, &p);
	account_wipe(&f.a);
	explicit_bzero(&e, sizeof(e));
	return err;
}

/* ---- at a terminal (AUT-13) --------------------------------------------- */

int
op_enrol_start(struct op_call *c, const Mamori__EnrolStartReq *req,
    Mamori__EnrolStartAns *ans)
{
	struct account_enrol e = { .finger = req->finger };
	int err;

	(void)ans;
	err = life_not_self(c, STR_PB(req->match_id));
	if (err == 0)
		err = check_person(c, STR_PB(req->match_id));
	if (err == 0 && (req->finger < 1 || req->finger > 10))
		err = op_refuse(c, ERR_RANGE, "finger");
	if (err == 0)
		err = begin(c, STR_PB(req->match_id), str_of(c->seat->terminal),
		    STR_PB(req->modality), NULL, &e);
	explicit_bzero(&e, sizeof(e));
	return err;
}

/* An enrolment that somebody started at a terminal, not long ago. */
static int
pending(struct op_call *c, struct str match_id, struct account_enrol *e)
{
	int err;

	err = account_enrol_get(c->db, match_id, e);
	if (err == ERR_NOTFOUND)
		return op_refuse(c, err, "match_id");
	if (err == 0 && c->now_ms - e->started_ms > ENROL_MS)
		return op_refuse(c, ERR_EXPIRED, "match_id");
	return err;
}

int
op_enrol_approve(struct op_call *c, const Mamori__EnrolApproveReq *req,
    Mamori__EnrolApproveAns *ans)
{
	struct account_enrol e;
	int err;

	(void)ans;
	err = pending(c, STR_PB(req->match_id), &e);
	if (err == 0)
		err = life_not_self(c, STR_PB(req->match_id));
	if (err == 0) /* SD-6: nor what he started himself */
		err = life_not_self(c, str_of(e.started_by));
	if (err == 0 && !str_eqz(STR_PB(req->terminal), e.terminal))
		err = op_refuse(c, ERR_NOTFOUND, "terminal");
	if (err == 0)
		err = account_enrol_approve(
		    c->db, STR_PB(req->match_id), str_of(c->seat->match_id));
	if (err == 0)
		op_fact(c, "started-by", "%s", e.started_by);
	explicit_bzero(&e, sizeof(e));
	return err;
}

/* Approved, and here, and with the administrator who started it. */
static int
approved(struct op_call *c, struct str match_id, struct account_enrol *e)
{
	int err;

	err = pending(c, match_id, e);
	if (err != 0)
		return err;
	if (strcmp(e->started_by, c->seat->match_id) != 0)
		return op_refuse(c, ERR_DENIED, "match_id");
	if (strcmp(e->terminal, c->seat->terminal) != 0)
		return op_refuse(c, ERR_DENIED, "terminal");
	if (e->approved_by[0] == '\0')
		return op_refuse(c, ERR_BADSTATE, "approval");
	op_fact(c, "approved-by", "%s", e->approved_by);
	return 0;
}

int
op_enrol_take(struct op_call *c, const Mamori__EnrolTakeReq *req,
    Mamori__EnrolTakeAns *ans)
{
	struct account_enrol e;
	int err;

	err = approved(c, STR_PB(req->match_id), &e);
	if (err == 0) {
		ans->share = op_bytes(c, str_n(e.share, sizeof(e.share)));
		ans->pin_salt = op_bytes(c, str_n(e.salt, sizeof(e.salt)));
		ans->log2_n = CRYPT_SCRYPT_DEFAULT.log2_n;
		ans->r = CRYPT_SCRYPT_DEFAULT.r;
		ans->p = CRYPT_SCRYPT_DEFAULT.p;
		ans->record_uuid = op_text(c, e.uuid);
		ans->modality = op_text(c, e.modality);
		ans->finger = e.finger;
	}
	explicit_bzero(&e, sizeof(e));
	return err;
}

int
op_enrol_put(
    struct op_call *c, const Mamori__EnrolPutReq *req, Mamori__EnrolPutAns *ans)
{
	struct parts p = { STR_PB(req->public_key), STR_PB(req->verifier),
		STR_PB(req->envelope), STR_PB(req->driver), 0 };
	struct account_enrol e;
	int err;

	(void)ans;
	err = approved(c, STR_PB(req->match_id), &e);
	if (err == 0 && !str_eqz(STR_PB(req->record_uuid), e.uuid))
		err = op_refuse(c, ERR_BADSTATE, "record_uuid");
	p.finger = e.finger;
	if (err == 0)
		err = store(c, STR_PB(req->match_id), &e, &p);
	explicit_bzero(&e, sizeof(e));
	return err;
}
