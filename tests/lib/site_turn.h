/*
 * A temporary site with an in-process store turn: injected clock, signer in
 * the same process, terminals and people whose keys are in software.
 */
#ifndef TESTS_SITE_TURN_H
#define TESTS_SITE_TURN_H

#include "audit/receipt.h"
#include "audit/signer.h"
#include "core/wire.h"
#include "mamori.pb-c.h"
#include "server/turn.h"

#define SITE_T0 INT64_C(1795231934000) /* 2026-11-21 */

struct site {
	char dir[64];
	struct clock clock;
	int64_t wall;
	int64_t boot;
	struct signer signer;
	struct note_vkey vkey;
	struct turn_config cfg;
	struct masters *masters; /* the real ones */
	struct turn *turn;
	uint64_t next_conn;
	uint64_t ctl; /* connection of the administrator */
	bool sign_fails;
	unsigned answers; /* handed out so far */
};

/* A person with a software credential. */
struct site_person {
	char match_id[33];
	struct crypt_key *key;
	uint8_t verifier[32]; /* stands for scrypt(PIN) */
	unsigned finger;
};

struct site_term {
	struct site *site;
	char id[33];
	char place[64];
	struct crypt_key *sign;
	uint8_t cert[32];
	uint64_t conn;
	uint8_t exporter[32];
	uint64_t epoch;
	uint64_t seq;
	struct receipt_state seen;
	/* who sits here, as the terminal knows it */
	char match_id[33];
	char operator_id[33];
	char operator_name[257];
	char org[129];
	char template_name[33];
	char auth[129];
	char session[33];
};

/* The last answer of site_ask(); valid until the next one. */
struct site_answer {
	bool got;
	int code;
	char item[65];
	enum state state;
	right_set rights;
	bool close;
	const ProtobufCMessage *msg; /* of the operation, code 0 */
	struct str body;             /* its bytes */
	struct str log;              /* body of the log entry */
	struct str entry;
	uint64_t index;
	int receipt; /* what receipt_check() said */
};

/* Makes folders, keys, database; opens the turn. Fails the test. */
void site_make(struct site *s, bool synthetic);
/* Closes the turn (as a crash would) and opens it again; its result. */
int site_reopen(struct site *s);
void site_free(struct site *s);
/* Runs what waits. */
int site_run(struct site *s);

/* One request of the administrator. */
const struct site_answer *site_ctl(struct site *s, enum op op,
    const ProtobufCMessage *req);

/* Registers a terminal; opens its connection; hello. */
void site_terminal(struct site *s, struct site_term *t, const char *id);
int site_connect(struct site_term *t);
void site_disconnect(struct site_term *t);
const struct site_answer *site_hello(struct site_term *t);
void site_term_free(struct site_term *t);

/* One signed request; site_ask_raw() takes a finished Request. */
const struct site_answer *site_ask(struct site_term *t, enum op op,
    const ProtobufCMessage *req);
const struct site_answer *site_ask_raw(struct site_term *t, enum op op,
    const Mamori__Request *req, struct str lines);
/* Builds the request; body and tsig are malloc'ed into the buffers. */
void site_sign(struct site_term *t, enum op op, const ProtobufCMessage *req,
    Mamori__Request *out, struct buf *body, struct buf *lines,
    uint8_t tsig[ED25519_SIG]);

/* Adds 照合ID and operator id (same suffix) with a template; enrols. */
void site_person(struct site *s, struct site_person *p, const char *match_id,
    const char *operator_id, const char *template_name);
void site_person_free(struct site_person *p);

/* Steps of a log-in. */
const struct site_answer *site_begin(struct site_term *t, const char *match_id,
    const char *purpose);
const struct site_answer *site_pin(struct site_term *t,
    const uint8_t verifier[32]);
/* Signs what the PIN answer `pin` released, as terminal `as`. */
void site_assert(struct site_term *as, const struct site_person *p,
    const char *purpose, const struct site_answer *pin, struct buf *text,
    uint8_t sig[ED25519_SIG]);
const struct site_answer *site_finish(struct site_term *t, struct str text,
    const uint8_t sig[ED25519_SIG]);
/* All three, and the choice of a duty (NULL: none). The last answer. */
const struct site_answer *site_login(struct site_term *t,
    const struct site_person *p, const char *purpose, const char *operator_id);

/*
 * An act that needs the person anew: act_begin, PIN, assertion over the text
 * of the act, the request.  site_act_step() stops before the request and
 * leaves assertion and signature.
 */
const struct site_answer *site_act(struct site_term *t,
    const struct site_person *p, enum op op, const ProtobufCMessage *req);
const struct site_answer *site_act_step(struct site_term *t,
    const struct site_person *p, enum op op, const ProtobufCMessage *req,
    struct buf *text, uint8_t sig[ED25519_SIG]);
const struct site_answer *site_act_ask(struct site_term *t, enum op op,
    const ProtobufCMessage *req, struct str text,
    const uint8_t sig[ED25519_SIG]);

/* One resident of the site's test CSV; site_row_start() writes its header. */
struct site_resident {
	unsigned n; /* serial: numbers come from it, with check digits */
	unsigned history_no;
	unsigned household;
	const char *name;
	const char *kana;
	const char *birth; /* ISO */
	const char *postal;
	const char *address;
	const char *mark;
};
void site_row_start(struct buf *csv);
void site_row(struct buf *csv, const struct site_resident *r);
/* 宛名番号 of serial n. */
void site_number(char out[17], unsigned n);

/* Imports CSV text with a header line; 0 or the code. */
int site_import(struct site *s, const char *csv, uint64_t rows);

/* The answer to the request before; until the next one. */
const struct site_answer *site_last(void);

#endif
