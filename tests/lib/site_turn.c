/*
 * A site in a temporary folder, driven in one process.
 *
 * SECURITY: for tests only; keys lie in memory and under /tmp and go with
 * the test.
 */
#include "site_turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/assertion.h"
#include "core/act.h"
#include "core/codes.h"
#include "core/era.h"
#include "core/err.h"

/* the last answer and what it points into */
static struct site_answer last;
static struct wire_arena last_arena;
static struct buf last_payload;

static int64_t
wall(void *ctx)
{
	return ((struct site *)ctx)->wall;
}

static int64_t
boot(void *ctx)
{
	return ((struct site *)ctx)->boot;
}

static int
sign(void *ctx, const struct checkpoint *next,
    const struct tree_proof *consistency, uint8_t sig[ED25519_SIG])
{
	struct site *s = ctx;

	if (s->sign_fails)
		return ERR_CRYPTO;
	return signer_sign(&s->signer, next, consistency, sig);
}

static void
make_keys(struct site *s)
{
	static const uint8_t seed[ED25519_SEED] = { 7 };
	struct checkpoint none = { .size = 0 };
	struct crypt_key *key = crypt_key_from_seed(seed);
	uint8_t pub[ED25519_PUB];

	assert_non_null(key);
	crypt_key_pub(key, pub);
	assert_int_equal(note_vkey_make("test.example/2026", pub, &s->vkey), 0);
	assert_int_equal(signer_init(&s->signer, s->vkey.name, key, &none), 0);
}

void
site_make(struct site *s, bool synthetic)
{
	char path[128];

	*s = (struct site){ .wall = SITE_T0, .boot = 1000000, .next_conn = 1 };
	s->clock = (struct clock){ wall, boot, s };
	(void)snprintf(s->dir, sizeof(s->dir), "/tmp/mamori-site-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	(void)snprintf(path, sizeof(path), "%s/db", s->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/keys", s->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	make_keys(s);
	assert_int_equal(masters_load("masters", &s->masters), 0);
	s->cfg = (struct turn_config){ .site_dir = s->dir,
		.clock = &s->clock,
		.vkey = &s->vkey,
		.sign = sign,
		.sign_ctx = s,
		.create = true,
		.site_name = "例示市",
		.site_code = "162019",
		.synthetic = synthetic,
		.idle_seconds = 300,
		.list_limit = 50,
		.failures = 3,
		.query_us = 10000000, /* tests of the budget set their own */
		.masters = s->masters,
		.challenge_seconds = 60 };
	assert_int_equal(site_reopen(s), 0);
}

int
site_reopen(struct site *s)
{
	const struct turn_peer peer = { .ctl = true, .uid = 1000 };
	int err;

	turn_close(s->turn);
	s->turn = NULL;
	err = turn_open(&s->turn, &s->cfg);
	if (err != 0)
		return err;
	s->signer.last = *turn_head(s->turn);
	s->ctl = s->next_conn++;
	return turn_conn_open(s->turn, s->ctl, &peer);
}

void
site_free(struct site *s)
{
	static const char *const files[] = { "db/mamori.db", "db/mamori.db-wal",
		"db/mamori.db-shm", "keys/kek", "db", "keys", "" };
	char path[128];
	size_t i;

	turn_close(s->turn);
	masters_free(s->masters);
	signer_release(&s->signer);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", s->dir, files[i]);
		(void)remove(path);
	}
	wire_arena_release(&last_arena);
	buf_release(&last_payload);
}

/* ---- answers ------------------------------------------------------------ */

static void
take(void *ctx, uint64_t conn, uint16_t op, uint32_t call, enum state state,
    right_set rights, struct str payload, bool close)
{
	struct site *s = ctx;

	(void)conn;
	(void)op;
	(void)call;
	s->answers++;
	buf_clear(&last_payload);
	buf_puts_str(&last_payload, payload);
	last.got = true;
	last.state = state;
	last.rights = rights;
	last.close = close;
}

int
site_run(struct site *s)
{
	return turn_run(s->turn, take, s);
}

static void
forget_last(void)
{
	if (last_arena.p == NULL)
		assert_int_equal(wire_arena_init(&last_arena, 8 << 20), 0);
	wire_arena_reset(&last_arena);
	last = (struct site_answer){ 0 };
}

static const Mamori__Answer *
unpack_last(const struct op_row *row)
{
	const Mamori__Answer *a;
	ProtobufCMessage *m;

	assert_int_equal(wire_unpack(&mamori__answer__descriptor,
			     buf_str(&last_payload), &last_arena, &m),
	    0);
	a = (const void *)m;
	last.code = a->code;
	assert_int_equal(
	    str_copy(last.item, sizeof(last.item), STR_PB(a->item)), 0);
	assert_non_null(a->receipt);
	last.log = STR_PB(a->receipt->body);
	last.entry = STR_PB(a->receipt->entry);
	last.body = STR_PB(a->body);
	if (a->code == 0 && row != NULL) {
		assert_int_equal(
		    wire_unpack(row->ans, STR_PB(a->body), &last_arena, &m), 0);
		last.msg = m;
	}
	return a;
}

const struct site_answer *
site_ctl(struct site *s, enum op op, const ProtobufCMessage *req)
{
	Mamori__Request r = MAMORI__REQUEST__INIT;
	struct buf body = BUF_INIT;
	struct buf payload = BUF_INIT;

	forget_last();
	wire_pack(&body, req);
	r.body = PB_BYTES(buf_str(&body));
	wire_pack(&payload, &r.base);
	assert_int_equal(
	    turn_push(s->turn, s->ctl, (uint16_t)op, 1, buf_str(&payload)), 0);
	assert_int_equal(site_run(s), 0);
	assert_true(last.got);
	(void)unpack_last(op_find(op));
	buf_release(&body);
	buf_release(&payload);
	return &last;
}

const struct site_answer *
site_last(void)
{
	return &last;
}

/* ---- terminals ---------------------------------------------------------- */

void
site_terminal(struct site *s, struct site_term *t, const char *id)
{
	Mamori__CtlTerminalAddReq req = MAMORI__CTL_TERMINAL_ADD_REQ__INIT;
	uint8_t seed[ED25519_SEED];
	uint8_t pub[ED25519_PUB];

	*t = (struct site_term){ .site = s };
	t->seen.key = s->vkey;
	(void)snprintf(t->id, sizeof(t->id), "%s", id);
	(void)snprintf(t->place, sizeof(t->place), "本庁1階");
	crypt_random(seed, sizeof(seed));
	crypt_random(t->cert, sizeof(t->cert));
	t->sign = crypt_key_from_seed(seed);
	crypt_key_pub(t->sign, pub);
	req.id = PB_BYTES(str_of(t->id));
	req.place = PB_BYTES(str_of(t->place));
	req.cert_sha256 = PB_BYTES(str_n(t->cert, 32));
	req.sign_pub = PB_BYTES(str_n(pub, 32));
	assert_int_equal(site_ctl(s, OP_ctl_terminal_add, &req.base)->code, 0);
	assert_int_equal(site_connect(t), 0);
	assert_int_equal(site_hello(t)->code, 0);
}

int
site_connect(struct site_term *t)
{
	struct turn_peer peer = { .addr = "192.0.2.1:5000" };

	t->conn = t->site->next_conn++;
	crypt_random(t->exporter, sizeof(t->exporter));
	memcpy(peer.cert_sha256, t->cert, 32);
	memcpy(peer.exporter, t->exporter, 32);
	t->match_id[0] = t->operator_id[0] = t->operator_name[0] = '\0';
	t->org[0] = t->template_name[0] = t->auth[0] = t->session[0] = '\0';
	return turn_conn_open(t->site->turn, t->conn, &peer);
}

void
site_disconnect(struct site_term *t)
{
	turn_conn_close(t->site->turn, t->conn, "line lost");
}

void
site_term_free(struct site_term *t)
{
	crypt_key_free(t->sign);
}

const struct site_answer *
site_hello(struct site_term *t)
{
	static uint8_t zero[32];
	Mamori__HelloReq req = MAMORI__HELLO_REQ__INIT;
	const Mamori__HelloAns *ans;

	req.protocol = 1;
	req.version = PB_BYTES(STR("test"));
	req.forms_digest = PB_BYTES(str_n(zero, 32));
	req.masters_digest = PB_BYTES(str_n(zero, 32));
	req.epoch = (uint32_t)t->epoch;
	req.next_seq = t->seq;
	(void)site_ask(t, OP_hello, &req.base);
	if (last.code == 0) {
		ans = (const void *)last.msg;
		t->epoch = ans->epoch;
		t->seq = ans->next_seq;
	}
	return &last;
}

void
site_sign(struct site_term *t, enum op op, const ProtobufCMessage *req,
    Mamori__Request *out, struct buf *body, struct buf *lines,
    uint8_t tsig[ED25519_SIG])
{
	const struct act_who who = { str_of(t->match_id),
		str_of(t->operator_id), str_of(t->operator_name),
		str_of(t->org), str_of(t->template_name), str_of(t->auth),
		str_of(t->session), str_of(t->id), str_of(t->place) };
	struct buf text = BUF_INIT;

	mamori__request__init(out);
	wire_pack(body, req);
	out->epoch = (uint32_t)t->epoch;
	out->seq = t->seq;
	out->when_ms = t->site->wall;
	out->known_size = t->seen.last.size;
	out->body = PB_BYTES(buf_str(body));
	act_lines(lines, op_find(op), out->when_ms, &who, req);
	act_signed(&text, buf_str(lines));
	assert_int_equal(crypt_sign(t->sign, buf_str(&text), tsig), 0);
	out->tsig = PB_BYTES(str_n(tsig, ED25519_SIG));
	buf_release(&text);
}

/* Rules 1-5 of the terminal; a good receipt moves its memory on. */
static void
check_receipt(struct site_term *t, enum op op, const Mamori__Request *req,
    struct str lines, const Mamori__Answer *a)
{
	struct receipt_seen seen;
	struct receipt_want want = { .node = str_of(t->id),
		.epoch = req->epoch,
		.seq = req->seq,
		.lines = lines,
		.tsig = STR_PB(req->tsig),
		.kind = a->code == 0 ? op_find(op)->kind : "deny" };

	if (op == OP_hello)
		want.node = (struct str){ 0 };
	last.receipt = receipt_check(a->receipt, &t->seen, &want, &seen);
	if (last.receipt != 0)
		return;
	last.index = seen.index;
	t->seen.last = seen.head;
	if (op != OP_hello)
		t->seq++;
}

const struct site_answer *
site_ask_raw(struct site_term *t, enum op op, const Mamori__Request *req,
    struct str lines)
{
	struct buf payload = BUF_INIT;
	const Mamori__Answer *a;

	forget_last();
	wire_pack(&payload, &req->base);
	assert_int_equal(turn_push(t->site->turn, t->conn, (uint16_t)op, 1,
			     buf_str(&payload)),
	    0);
	buf_release(&payload);
	if (site_run(t->site) != 0 || !last.got)
		return &last;
	a = unpack_last(op_find(op));
	check_receipt(t, op, req, lines, a);
	return &last;
}

const struct site_answer *
site_ask(struct site_term *t, enum op op, const ProtobufCMessage *req)
{
	uint8_t tsig[ED25519_SIG];
	struct buf body = BUF_INIT;
	struct buf lines = BUF_INIT;
	Mamori__Request r;

	site_sign(t, op, req, &r, &body, &lines, tsig);
	(void)site_ask_raw(t, op, &r, buf_str(&lines));
	buf_release(&body);
	buf_release(&lines);
	return &last;
}

/* ---- people ------------------------------------------------------------- */

static void
enrol(struct site *s, struct site_person *p)
{
	Mamori__CtlEnrollBeginReq begin = MAMORI__CTL_ENROLL_BEGIN_REQ__INIT;
	Mamori__CtlEnrollStoreReq store = MAMORI__CTL_ENROLL_STORE_REQ__INIT;
	const Mamori__CtlEnrollBeginAns *ans;
	uint8_t pub[ED25519_PUB];
	char uuid[37];

	begin.match_id = PB_BYTES(str_of(p->match_id));
	begin.terminal = PB_BYTES(STR("T01"));
	begin.modality = PB_BYTES(STR("fingerprint"));
	assert_int_equal(
	    site_ctl(s, OP_ctl_enroll_begin, &begin.base)->code, 0);
	ans = (const void *)last.msg;
	assert_int_equal(
	    str_copy(uuid, sizeof(uuid), STR_PB(ans->record_uuid)), 0);
	crypt_key_pub(p->key, pub);
	store.match_id = begin.match_id;
	store.terminal = begin.terminal;
	store.modality = begin.modality;
	store.record_uuid = PB_BYTES(str_of(uuid));
	store.driver = PB_BYTES(STR("virtual_image"));
	store.finger = p->finger;
	store.public_key = PB_BYTES(str_n(pub, 32));
	store.envelope = PB_BYTES(STR("sealed"));
	store.verifier = PB_BYTES(str_n(p->verifier, 32));
	assert_int_equal(
	    site_ctl(s, OP_ctl_enroll_store, &store.base)->code, 0);
}

void
site_person(struct site *s, struct site_person *p, const char *match_id,
    const char *operator_id, const char *template_name)
{
	Mamori__CtlOperatorAddReq add = MAMORI__CTL_OPERATOR_ADD_REQ__INIT;
	Mamori__CtlOperatorGrantReq grant =
	    MAMORI__CTL_OPERATOR_GRANT_REQ__INIT;
	uint8_t seed[ED25519_SEED];

	*p = (struct site_person){ .finger = 2 };
	(void)snprintf(p->match_id, sizeof(p->match_id), "%s", match_id);
	crypt_random(seed, sizeof(seed));
	crypt_random(p->verifier, sizeof(p->verifier));
	p->key = crypt_key_from_seed(seed);
	add.match_id = PB_BYTES(str_of(p->match_id));
	add.name = PB_BYTES(STR("山田花子"));
	add.dept = PB_BYTES(STR("住民課"));
	add.from = PB_BYTES(STR("2026-04-01"));
	add.until = PB_BYTES(STR("2027-03-31"));
	assert_int_equal(site_ctl(s, OP_ctl_operator_add, &add.base)->code, 0);
	grant.match_id = add.match_id;
	grant.operator_id = PB_BYTES(str_of(operator_id));
	grant.template_ = PB_BYTES(str_of(template_name));
	assert_int_equal(
	    site_ctl(s, OP_ctl_operator_grant, &grant.base)->code, 0);
	enrol(s, p);
}

void
site_person_free(struct site_person *p)
{
	crypt_key_free(p->key);
}

/* ---- log-in ------------------------------------------------------------- */

const struct site_answer *
site_begin(struct site_term *t, const char *match_id, const char *purpose)
{
	Mamori__LoginBeginReq req = MAMORI__LOGIN_BEGIN_REQ__INIT;

	req.match_id = PB_BYTES(str_of(match_id));
	req.purpose = PB_BYTES(str_of(purpose));
	return site_ask(t, OP_login_begin, &req.base);
}

const struct site_answer *
site_pin(struct site_term *t, const uint8_t verifier[32])
{
	Mamori__LoginPinReq req = MAMORI__LOGIN_PIN_REQ__INIT;

	req.verifier = PB_BYTES(str_n(verifier, 32));
	return site_ask(t, OP_login_pin, &req.base);
}

void
site_assert(struct site_term *as, const struct site_person *p,
    const char *purpose, const struct site_answer *pin, struct buf *text,
    uint8_t sig[ED25519_SIG])
{
	const Mamori__LoginPinAns *ans = (const void *)pin->msg;
	struct assertion a = { .purpose = str_of(purpose),
		.site = str_of(as->site->vkey.name),
		.terminal = str_of(as->id),
		.match_id = str_of(p->match_id),
		.uv = STR("finger+pin"),
		.driver = STR("virtual_image"),
		.finger = p->finger,
		.counter = ans->counter };
	struct buf act = BUF_INIT;

	assert_int_equal(ans->challenge.len, 32);
	memcpy(a.challenge, ans->challenge.data, 32);
	memcpy(a.exporter, as->exporter, 32);
	act_login_text(&act, a.purpose, a.match_id);
	crypt_sha256(buf_str(&act), a.act);
	buf_release(&act);
	assert_int_equal(assertion_put(&a, text), 0);
	assert_int_equal(crypt_sign(p->key, buf_str(text), sig), 0);
}

const struct site_answer *
site_finish(
    struct site_term *t, struct str text, const uint8_t sig[ED25519_SIG])
{
	Mamori__LoginFinishReq req = MAMORI__LOGIN_FINISH_REQ__INIT;
	const Mamori__LoginFinishAns *ans;

	req.assertion = PB_BYTES(text);
	req.signature = PB_BYTES(str_n(sig, ED25519_SIG));
	(void)site_ask(t, OP_login_finish, &req.base);
	if (last.code != 0)
		return &last;
	ans = (const void *)last.msg;
	(void)str_copy(t->operator_name, 257, STR_PB(ans->name));
	(void)str_copy(t->org, 129, STR_PB(ans->dept));
	(void)str_copy(t->auth, 129, STR_PB(ans->auth));
	(void)str_copy(t->session, 33, STR_PB(ans->session));
	return &last;
}

const struct site_answer *
site_login(struct site_term *t, const struct site_person *p,
    const char *purpose, const char *operator_id)
{
	Mamori__OperatorSelectReq req = MAMORI__OPERATOR_SELECT_REQ__INIT;
	const Mamori__OperatorSelectAns *ans;
	uint8_t sig[ED25519_SIG];
	struct buf text = BUF_INIT;

	if (site_begin(t, p->match_id, purpose)->code != 0 ||
	    site_pin(t, p->verifier)->code != 0)
		return &last;
	site_assert(t, p, purpose, &last, &text, sig);
	(void)site_finish(t, buf_str(&text), sig);
	buf_release(&text);
	if (last.code != 0)
		return &last;
	memcpy(t->match_id, p->match_id, sizeof(t->match_id));
	if (operator_id == NULL)
		return &last;
	req.operator_id = PB_BYTES(str_of(operator_id));
	(void)site_ask(t, OP_operator_select, &req.base);
	if (last.code == 0) {
		ans = (const void *)last.msg;
		(void)str_copy(t->operator_id, 33, STR_PB(ans->operator_id));
		(void)str_copy(t->template_name, 33, STR_PB(ans->template_));
	}
	return &last;
}
