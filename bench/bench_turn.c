/*
 * Look-ups per second of an in-process turn: 64 terminals, one person_open
 * each a turn, 100,000 residents.  Prints wall and CPU cost of a look-up, and
 * how much of it is the check of the terminal's signature.  Linked like a
 * test of layer server: tests/libtest.a and the archives of USES_server.
 *
 * SECURITY: a benchmark; keys are throw-away.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

#include "core/codes.h"
#include "core/gen.h"
#include "site_turn.h"

#define TERMINALS 64
#define ROUNDS	  150

static struct site site;
static struct site_term term[TERMINALS];
static struct site_person person[TERMINALS];
static uint64_t ticket;
static uint64_t rows;

static double
now(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
flush(struct buf *all)
{
	Mamori__CtlImportRowsReq req = MAMORI__CTL_IMPORT_ROWS_REQ__INIT;
	const Mamori__CtlImportRowsAns *ans;
	const struct site_answer *a;
	size_t i;

	req.ticket = ticket;
	req.csv = PB_BYTES(buf_str(all));
	req.first_line = 2;
	for (i = 0; i < all->n; i++)
		rows += all->p[i] == '\n';
	a = site_ctl(&site, OP_ctl_import_rows, &req.base);
	if (a->code != 0)
		return a->code;
	ans = (const void *)a->msg;
	if (ans->n_bad > 0)
		printf("line %llu: %.*s: %.*s\n",
		    (unsigned long long)ans->bad[0]->line,
		    STR_ARG(STR_PB(ans->bad[0]->column)),
		    STR_ARG(STR_PB(ans->bad[0]->reason)));
	buf_clear(all);
	return 0;
}

static int
load(void *ctx, struct str csv)
{
	struct buf *all = ctx;

	buf_puts_str(all, csv);
	return all->n < 400000 ? 0 : flush(all);
}

static void
fill(void)
{
	Mamori__CtlImportBeginReq begin = MAMORI__CTL_IMPORT_BEGIN_REQ__INIT;
	Mamori__CtlImportCommitReq commit = MAMORI__CTL_IMPORT_COMMIT_REQ__INIT;
	const struct gen_options o = { 7, 100000, GEN_PROTECTED_DEFAULT };
	const struct site_answer *a;
	struct buf all = BUF_INIT;
	uint8_t zero[32] = { 0 };

	begin.sha256 = PB_BYTES(str_n(zero, 32));
	begin.file = PB_BYTES(STR("bench"));
	a = site_ctl(&site, OP_ctl_import_begin, &begin.base);
	ticket =
	    ((const Mamori__CtlImportBeginAns *)(const void *)a->msg)->ticket;
	if (gen_residents(&o, load, &all) != 0 || flush(&all) != 0) {
		printf("import was refused\n");
		exit(1);
	}
	commit.ticket = ticket;
	commit.rows = rows - 1; /* the header */
	a = site_ctl(&site, OP_ctl_import_commit, &commit.base);
	printf("import of %llu rows: %d\n", (unsigned long long)rows, a->code);
	if (a->code != 0)
		exit(1);
	buf_release(&all);
}

static void
sink(void *ctx, uint64_t conn, uint16_t op, uint32_t call, enum state state,
    right_set rights, struct str payload, bool close)
{
	uint64_t *bytes = ctx;

	(void)conn;
	(void)op;
	(void)call;
	(void)state;
	(void)rights;
	(void)close;
	*bytes += payload.n;
}

/* 宛名番号 as core/gen.c gives them: nine digits from 100000001 on. */
static void
generated_number(char no[17], unsigned n)
{
	char body[16];

	(void)snprintf(body, sizeof(body), "%09u", 100000000u + n);
	(void)snprintf(no, 17, "%s%d", body, code_atena_digit(str_of(body)));
}

static void
ask(struct site_term *t, unsigned n)
{
	Mamori__PersonOpenReq req = MAMORI__PERSON_OPEN_REQ__INIT;
	uint8_t tsig[ED25519_SIG];
	struct buf body = BUF_INIT;
	struct buf lines = BUF_INIT;
	struct buf payload = BUF_INIT;
	Mamori__Request r;
	char no[17];

	generated_number(no, n);
	req.resident_no = PB_BYTES(str_of(no));
	req.purpose = PB_BYTES(STR("1"));
	site_sign(t, OP_person_open, &req.base, &r, &body, &lines, tsig);
	t->seq++;
	wire_pack(&payload, &r.base);
	if (turn_push(
		site.turn, t->conn, OP_person_open, n, buf_str(&payload)) != 0)
		abort();
	buf_release(&body);
	buf_release(&lines);
	buf_release(&payload);
}

static double
verify_cost(void)
{
	struct str msg = STR("0123456789012345678901234567890123456789");
	uint8_t pub[32];
	uint8_t sig[64];
	struct crypt_pub *p;
	double start;
	int i;

	crypt_key_pub(term[0].sign, pub);
	p = crypt_pub_new(pub);
	if (p == NULL || crypt_sign(term[0].sign, msg, sig) != 0)
		abort();
	start = now(CLOCK_PROCESS_CPUTIME_ID);
	for (i = 0; i < 2000; i++)
		if (crypt_verify(p, msg, str_n(sig, 64)) != 0)
			abort();
	crypt_pub_free(p);
	return (now(CLOCK_PROCESS_CPUTIME_ID) - start) / 2000;
}

int
main(void)
{
	uint64_t bytes = 0;
	double wall = 0;
	double cpu = 0;
	double verify;
	double t0;
	double c0;
	char id[16];
	char op[16];
	unsigned n = TERMINALS * ROUNDS;
	unsigned i;
	unsigned k;

	site_make(&site, true);
	for (i = 0; i < TERMINALS; i++) {
		(void)snprintf(id, sizeof(id), "T%02u", i + 1);
		site_terminal(&site, &term[i], id);
		(void)snprintf(id, sizeof(id), "M%03u", i + 1);
		(void)snprintf(op, sizeof(op), "O%03u", i + 1);
		site_person(&site, &person[i], id, op, "clerk");
		if (site_login(&term[i], &person[i], "login", op)->code != 0)
			abort();
	}
	fill();
	for (k = 0; k < ROUNDS; k++) {
		for (i = 0; i < TERMINALS; i++)
			ask(&term[i], 1 + (k * TERMINALS + i) * 7919 % 100000);
		t0 = now(CLOCK_MONOTONIC);
		c0 = now(CLOCK_PROCESS_CPUTIME_ID);
		if (turn_run(site.turn, sink, &bytes) != 0)
			abort();
		wall += now(CLOCK_MONOTONIC) - t0;
		cpu += now(CLOCK_PROCESS_CPUTIME_ID) - c0;
	}
	verify = verify_cost();
	printf(
	    "turn 64 open: %.0f/s wall, %.1f us cpu each, of which %.1f us"
	    " signature check; %.0f/s per core without it; %.0f bytes each\n",
	    n / wall, cpu / n * 1e6, verify * 1e6, 1 / (cpu / n - verify),
	    (double)bytes / n);
	site_free(&site);
	return 0;
}
