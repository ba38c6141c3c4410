/*
 * The raw terminal: see client_term.h.
 *
 * SECURITY: a test tool; its operator key is a file's worth of bytes and no
 * finger is needed, which only a synthetic site accepts.
 */
#include "client_term.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/assertion.h"
#include "conf/digest.h"
#include "conf/terminal.h"
#include "core/err.h"
#include "net/sysclock.h"

#define ANSWER_MS 20000
#define DRIVER	  "virtual_image"

static void
path_in(char out[512], const char *dir, const char *name)
{
	int n = snprintf(out, 512, "%s/%s", dir, name);

	BUG_ON(n < 0 || n >= 512);
}

static void
on_up(void *ctx, struct calls *c)
{
	struct client_term *t = ctx;

	(void)c;
	t->up = true;
}

static void
on_down(void *ctx, struct calls *c, int err, const char *reason)
{
	struct client_term *t = ctx;

	(void)c;
	t->down = true;
	t->down_err = err == 0 ? ERR_IO : err;
	snprintf(t->down_reason, sizeof(t->down_reason), "%s", reason);
}

static const struct calls_handler handler = { on_up, on_down };

/* ---- opening ---- */

static int
load(struct client_term *t, const char *dir)
{
	struct terminal_conf *conf = NULL;
	char cert[512], key[512], ca[512], sign[512];
	struct tls_files files = { cert, key, ca };
	int err = terminal_conf_load(dir, &conf);

	if (err != 0)
		return err;
	path_in(cert, dir, "terminal.crt");
	path_in(key, dir, "terminal.key");
	path_in(ca, dir, "ca.crt");
	path_in(sign, dir, "sign.key");
	snprintf(t->id, sizeof(t->id), "%s", conf->id);
	snprintf(t->origin, sizeof(t->origin), "%s", conf->origin);
	err = note_vkey_parse(str_of(conf->log_vkey), &t->log.key);
	if (err == 0)
		err = crypt_key_load(sign, &t->sign);
	if (err == 0)
		err = tls_ctx_client(&files, &t->tls);
	if (err == 0)
		err = wire_arena_init(&t->arena, (size_t)4 << 20);
	terminal_conf_free(conf);
	return err;
}

int
client_open(struct client_term **out, struct loop *loop, const char *dir,
    const char *addr)
{
	struct client_term *t = calloc(1, sizeof(*t));
	struct addr at;
	int err;

	*out = NULL;
	if (t == NULL)
		return ERR_NOMEM;
	t->own_loop = loop == NULL;
	t->loop = loop == NULL ? loop_new(sysclock()) : loop;
	err = load(t, dir);
	if (err == 0)
		err = addr_parse(addr, &at);
	if (err == 0)
		err =
		    calls_connect(t->loop, &at, t->tls, &handler, t, &t->calls);
	if (err != 0) {
		client_free(t);
		return err;
	}
	*out = t;
	while (!t->up && !t->down)
		loop_turn(t->loop, 1000);
	return t->up ? 0 : t->down_err;
}

void
client_free(struct client_term *t)
{
	if (t == NULL)
		return;
	t->done = NULL;
	calls_free(t->calls);
	if (t->own_loop)
		loop_free(t->loop);
	tls_ctx_free(t->tls);
	crypt_key_free(t->sign);
	wire_arena_release(&t->arena);
	buf_release(&t->lines);
	buf_release(&t->assertion);
	free(t);
}

/* ---- one request ---- */

static struct act_who
who(const struct client_term *t)
{
	return (struct act_who){
		.match_id = str_of(t->match_id),
		.operator_id = str_of(t->operator_id),
		.operator_name = str_of(t->name),
		.org = str_of(t->dept),
		.template_name = str_of(t->template_name),
		.auth = str_of(t->auth),
		.session = str_of(t->session),
		.terminal = str_of(t->id),
		.place = str_of(t->place),
	};
}

static void
check_receipt(struct client_term *t, const Mamori__Answer *a)
{
	struct receipt_want want = { .kind =
					 a->code == 0 ? t->row->kind : "deny" };
	struct receipt_seen seen;
	int err;

	if (a->receipt == NULL)
		return;
	t->last.receipt = true;
	/* hello has no number yet (decision D4) */
	if (t->row->id != OP_hello) {
		want.node = str_of(t->id);
		want.epoch = t->epoch;
		want.seq = t->seq;
	}
	want.lines = buf_str(&t->lines);
	want.tsig = str_n(t->tsig, sizeof(t->tsig));
	err = receipt_check(a->receipt, &t->log, &want, &seen);
	if (err != 0) {
		t->last.err = err;
		return;
	}
	t->last.proven = true;
	t->last.index = seen.index;
	crypt_sha256(STR_PB(a->receipt->entry), t->last.leaf);
	t->log.last = seen.head;
	if (t->row->id != OP_hello)
		t->seq++;
}

static void
take_answer(struct client_term *t, struct str payload)
{
	ProtobufCMessage *m = NULL;
	const Mamori__Answer *a;
	int err =
	    wire_unpack(&mamori__answer__descriptor, payload, &t->arena, &m);

	if (err != 0) {
		t->last.err = err;
		return;
	}
	a = (const void *)m;
	t->last.code = a->code;
	check_receipt(t, a);
	if (t->last.err != 0 || a->code != 0)
		return;
	if (!t->last.proven) {
		t->last.err = ERR_CRYPTO; /* an answer without its entry */
		return;
	}
	t->last.err = wire_unpack(t->row->ans, STR_PB(a->body), &t->arena, &m);
	t->last.ans = m;
}

static void
answered(void *ctx, int err, struct str payload)
{
	struct client_term *t = ctx;
	client_done *done = t->done;

	t->last.err = err;
	if (err == 0)
		take_answer(t, payload);
	t->done = NULL;
	if (done != NULL)
		done(t->ctx, t, &t->last);
}

int
client_begin(struct client_term *t, enum op op, const ProtobufCMessage *req,
    client_done *done, void *ctx)
{
	Mamori__Request r = MAMORI__REQUEST__INIT;
	struct act_who me = who(t);
	struct buf body = BUF_INIT;
	struct buf text = BUF_INIT;
	struct buf out = BUF_INIT;
	int err;

	wire_arena_reset(&t->arena);
	memset(&t->last, 0, sizeof(t->last));
	t->row = op_find((uint32_t)op);
	r.epoch = (uint32_t)t->epoch;
	r.seq = t->seq;
	r.when_ms = clock_wall(sysclock());
	r.known_size = t->log.last.size;
	wire_pack(&body, req);
	r.body = PB_BYTES(buf_str(&body));
	buf_clear(&t->lines);
	act_lines(&t->lines, t->row, r.when_ms, &me, req);
	act_signed(&text, buf_str(&t->lines));
	err = crypt_sign(t->sign, buf_str(&text), t->tsig);
	r.tsig.data = t->tsig;
	r.tsig.len = sizeof(t->tsig);
	wire_pack(&out, &r.base);
	t->done = done;
	t->ctx = ctx;
	if (err == 0)
		err = call_send(t->calls, (uint16_t)op, buf_str(&out),
		    ANSWER_MS, answered, t);
	buf_release(&body);
	buf_release(&text);
	buf_release(&out);
	return err;
}

static void
arrived(void *ctx, struct client_term *t, const struct client_result *r)
{
	bool *flag = ctx;

	(void)t;
	(void)r;
	*flag = true;
}

int
client_ask(struct client_term *t, enum op op, const ProtobufCMessage *req)
{
	bool flag = false;
	int err = client_begin(t, op, req, arrived, &flag);

	if (err != 0) {
		t->last.err = err;
		return err;
	}
	while (!flag)
		loop_turn(t->loop, 1000);
	return t->last.err != 0 ? t->last.err : t->last.code;
}

/* ---- hello and log-in ---- */

static void
keep(char *dst, size_t cap, ProtobufCBinaryData v)
{
	if (str_copy(dst, cap, STR_PB(v)) != 0)
		dst[0] = '\0';
}

/* Of the folder beside $BUILD, as the server under test has it. */
static int
share_digest(const char *name, uint8_t out[32])
{
	const char *build = getenv("BUILD");
	char path[512];

	if (build == NULL || *build == '\0')
		build = "build";
	snprintf(path, sizeof(path), "%s/../%s", build, name);
	return conf_digest(path, ".yaml", out);
}

int
client_hello(struct client_term *t)
{
	Mamori__HelloReq req = MAMORI__HELLO_REQ__INIT;
	const Mamori__HelloAns *ans;
	uint8_t forms[32];
	uint8_t masters[32];
	int err = share_digest("forms", forms);

	if (err == 0)
		err = share_digest("masters", masters);
	if (err != 0)
		return err;
	req.forms_digest = PB_BYTES(str_n(forms, sizeof(forms)));
	req.masters_digest = PB_BYTES(str_n(masters, sizeof(masters)));
	t->place[0] = '\0'; /* known from its answer only */
	req.protocol = 1;
	req.version = PB_BYTES(STR("client_term"));
	err = client_ask(t, OP_hello, &req.base);
	if (err != 0)
		return err;
	ans = (const void *)t->last.ans;
	t->epoch = ans->epoch;
	t->seq = ans->next_seq;
	keep(t->place, sizeof(t->place), ans->place);
	return 0;
}

int
client_challenge(struct client_term *t, const struct client_person *p,
    const char *purpose, uint8_t challenge[32], uint64_t *counter)
{
	Mamori__LoginBeginReq begin = MAMORI__LOGIN_BEGIN_REQ__INIT;
	Mamori__LoginPinReq pin = MAMORI__LOGIN_PIN_REQ__INIT;
	const Mamori__LoginBeginAns *salt;
	const Mamori__LoginPinAns *ans;
	struct crypt_scrypt par;
	uint8_t verifier[32];
	int err;

	begin.match_id = PB_BYTES(str_of(p->match_id));
	begin.purpose = PB_BYTES(str_of(purpose));
	err = client_ask(t, OP_login_begin, &begin.base);
	if (err != 0)
		return err;
	salt = (const void *)t->last.ans;
	par = (struct crypt_scrypt){ salt->log2_n, salt->r, salt->p };
	err = crypt_scrypt(str_of(p->pin), STR_PB(salt->pin_salt), par,
	    verifier, sizeof(verifier));
	if (err != 0)
		return err;
	pin.verifier = PB_BYTES(str_n(verifier, sizeof(verifier)));
	err = client_ask(t, OP_login_pin, &pin.base);
	if (err != 0)
		return err;
	ans = (const void *)t->last.ans;
	if (ans->challenge.len != 32)
		return ERR_PEER;
	memcpy(challenge, ans->challenge.data, 32);
	*counter = ans->counter;
	return 0;
}

void
client_assert(struct client_term *t, const struct client_person *p,
    const char *purpose, const uint8_t challenge[32], uint64_t counter)
{
	struct crypt_key *key = crypt_key_from_seed(p->seed);
	struct assertion a = { .purpose = str_of(purpose),
		.site = str_of(t->origin),
		.terminal = str_of(t->id),
		.match_id = str_of(p->match_id),
		.uv = STR("finger+pin"),
		.driver = STR(DRIVER),
		.finger = 1,
		.counter = counter };
	struct buf act = BUF_INIT;

	memcpy(a.challenge, challenge, 32);
	act_login_text(&act, str_of(purpose), str_of(p->match_id));
	crypt_sha256(buf_str(&act), a.act);
	buf_clear(&t->assertion);
	if (calls_exporter(t->calls, a.exporter) != 0 ||
	    assertion_put(&a, &t->assertion) != 0 ||
	    crypt_sign(key, buf_str(&t->assertion), t->signature) != 0)
		BUG("an assertion cannot be made");
	buf_release(&act);
	crypt_key_free(key);
}

int
client_finish(struct client_term *t, const struct client_person *p)
{
	Mamori__LoginFinishReq req = MAMORI__LOGIN_FINISH_REQ__INIT;
	const Mamori__LoginFinishAns *ans;
	int err;

	req.assertion = PB_BYTES(buf_str(&t->assertion));
	req.signature = PB_BYTES(str_n(t->signature, sizeof(t->signature)));
	err = client_ask(t, OP_login_finish, &req.base);
	if (err != 0)
		return err;
	ans = (const void *)t->last.ans;
	snprintf(t->match_id, sizeof(t->match_id), "%s", p->match_id);
	keep(t->name, sizeof(t->name), ans->name);
	keep(t->dept, sizeof(t->dept), ans->dept);
	keep(t->auth, sizeof(t->auth), ans->auth);
	keep(t->session, sizeof(t->session), ans->session);
	return 0;
}

int
client_login(struct client_term *t, const struct client_person *p)
{
	Mamori__OperatorSelectReq req = MAMORI__OPERATOR_SELECT_REQ__INIT;
	const Mamori__OperatorSelectAns *ans;
	uint8_t challenge[32];
	uint64_t counter = 0;
	int err = client_challenge(t, p, "login", challenge, &counter);

	if (err != 0)
		return err;
	client_assert(t, p, "login", challenge, counter);
	err = client_finish(t, p);
	if (err != 0)
		return err;
	req.operator_id = PB_BYTES(str_of(p->operator_id));
	err = client_ask(t, OP_operator_select, &req.base);
	if (err != 0)
		return err;
	ans = (const void *)t->last.ans;
	snprintf(t->operator_id, sizeof(t->operator_id), "%s", p->operator_id);
	keep(t->template_name, sizeof(t->template_name), ans->template_);
	return 0;
}
