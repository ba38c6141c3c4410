/*
 * Acts with a fresh assertion, and residents, for a site in one process.
 *
 * SECURITY: for tests only.
 */
#include "site_turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "auth/assertion.h"
#include "core/act.h"
#include "core/codes.h"
#include "core/era.h"
#include "core/err.h"

/* ---- acts --------------------------------------------------------------- */

static void
act_digest(struct site_term *t, const struct site_person *p, enum op op,
    const ProtobufCMessage *req, uint8_t out[32])
{
	const struct act_who who = { .match_id = str_of(t->match_id),
		.operator_id = str_of(t->operator_id),
		.operator_name = str_of(t->operator_name),
		.terminal = str_of(t->id),
		.place = str_of(t->place) };
	const Mamori__PinChangeReq *pin = (const void *)req;
	struct act_pin d;
	struct buf body = BUF_INIT;
	struct buf text = BUF_INIT;
	uint8_t digest[32];

	if (op == OP_pin_change) {
		crypt_sha256(STR_PB(pin->pin_salt), d.salt);
		crypt_sha256(STR_PB(pin->verifier), d.verifier);
		crypt_sha256(STR_PB(pin->envelope), d.envelope);
		act_pin_text(&text, str_of(p->match_id), &d);
	} else {
		wire_pack(&body, req);
		crypt_sha256(buf_str(&body), digest);
		act_text(&text, op_find(op), &who, req, digest);
	}
	crypt_sha256(buf_str(&text), out);
	buf_release(&body);
	buf_release(&text);
}

const struct site_answer *
site_act_step(struct site_term *t, const struct site_person *p, enum op op,
    const ProtobufCMessage *req, struct buf *text, uint8_t sig[ED25519_SIG])
{
	Mamori__ActBeginReq begin = MAMORI__ACT_BEGIN_REQ__INIT;
	const Mamori__LoginPinAns *pin;
	struct assertion a = { .purpose = STR("act"),
		.site = str_of(t->site->vkey.name),
		.terminal = str_of(t->id),
		.match_id = str_of(p->match_id),
		.uv = STR("finger+pin"),
		.driver = STR("virtual_image"),
		.finger = p->finger };

	act_digest(t, p, op, req, a.act);
	begin.op = PB_BYTES(str_of(op_find(op)->name));
	if (op != OP_pin_change)
		begin.act = PB_BYTES(str_n(a.act, 32));
	if (site_ask(t, OP_act_begin, &begin.base)->code != 0 ||
	    site_pin(t, p->verifier)->code != 0)
		return site_last();
	pin = (const void *)site_last()->msg;
	a.counter = pin->counter;
	memcpy(a.challenge, pin->challenge.data, 32);
	memcpy(a.exporter, t->exporter, 32);
	assert_int_equal(assertion_put(&a, text), 0);
	assert_int_equal(crypt_sign(p->key, buf_str(text), sig), 0);
	return site_last();
}

const struct site_answer *
site_act_ask(struct site_term *t, enum op op, const ProtobufCMessage *req,
    struct str text, const uint8_t sig[ED25519_SIG])
{
	uint8_t tsig[ED25519_SIG];
	struct buf body = BUF_INIT;
	struct buf lines = BUF_INIT;
	Mamori__Request r;

	site_sign(t, op, req, &r, &body, &lines, tsig);
	r.assertion = PB_BYTES(text);
	r.signature = PB_BYTES(str_n(sig, ED25519_SIG));
	(void)site_ask_raw(t, op, &r, buf_str(&lines));
	buf_release(&body);
	buf_release(&lines);
	return site_last();
}

const struct site_answer *
site_act(struct site_term *t, const struct site_person *p, enum op op,
    const ProtobufCMessage *req)
{
	uint8_t sig[ED25519_SIG];
	struct buf text = BUF_INIT;

	if (site_act_step(t, p, op, req, &text, sig)->code == 0)
		(void)site_act_ask(t, op, req, buf_str(&text), sig);
	buf_release(&text);
	return site_last();
}

/* ---- residents ---------------------------------------------------------- */

void
site_number(char out[17], unsigned n)
{
	char body[16];

	(void)snprintf(body, sizeof(body), "%06u", n);
	(void)snprintf(out, 17, "%s%d", body, code_atena_digit(str_of(body)));
}

void
site_row_start(struct buf *csv)
{
	buf_puts(csv,
	    "resident_no,history_no,household_no,jumin_code,"
	    "my_number,name,name_kana,birth_date,birth_date_text,"
	    "sex,postal_code,address,relation,nationality,"
	    "protected\r\n");
}

void
site_row(struct buf *csv, const struct site_resident *r)
{
	char no[17];
	char household[17];
	char jumin[16];
	char my[16];
	struct date d;

	site_number(no, r->n);
	site_number(household, r->household);
	(void)snprintf(jumin, sizeof(jumin), "%010u", 1000000000u + r->n);
	(void)snprintf(my, sizeof(my), "%011u", 2000000000u + r->n);
	assert_int_equal(date_get_iso(str_of(r->birth), &d), 0);
	buf_printf(csv, "%s,%u,%s,%s%d,%s%d,%s,%s,%s,", no, r->history_no,
	    household, jumin, code_jumin_digit(str_of(jumin)), my,
	    code_my_number_digit(str_of(my)), r->name, r->kana, r->birth);
	date_put_wareki(csv, d, 0);
	buf_printf(csv, ",女,%s,%s,世帯主,日本,%s\r\n", r->postal, r->address,
	    r->mark);
	assert_int_equal(csv->err, 0);
}

int
site_import(struct site *s, const char *csv, uint64_t rows)
{
	Mamori__CtlImportBeginReq begin = MAMORI__CTL_IMPORT_BEGIN_REQ__INIT;
	Mamori__CtlImportRowsReq load = MAMORI__CTL_IMPORT_ROWS_REQ__INIT;
	Mamori__CtlImportCommitReq commit = MAMORI__CTL_IMPORT_COMMIT_REQ__INIT;
	static uint8_t zero[32];

	begin.file = PB_BYTES(STR("R.csv"));
	begin.sha256 = PB_BYTES(str_n(zero, 32));
	if (site_ctl(s, OP_ctl_import_begin, &begin.base)->code != 0)
		return site_last()->code;
	load.ticket =
	    ((const Mamori__CtlImportBeginAns *)(const void *)site_last()->msg)->ticket;
	load.csv = PB_BYTES(str_of(csv));
	load.first_line = 1;
	if (site_ctl(s, OP_ctl_import_rows, &load.base)->code != 0)
		return site_last()->code;
	commit.ticket = load.ticket;
	commit.rows = rows;
	return site_ctl(s, OP_ctl_import_commit, &commit.base)->code;
}
