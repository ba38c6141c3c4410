/*
 * The queue of the store and the transaction around a turn.
 *
 * SECURITY: answers are built only after COMMIT returned, from what was
 * committed.  Any failure after the first statement leaves nothing to hand
 * out and ends the process: closed, not open (DESIGN promise 1 and 2).
 */
#include "server/turn_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "store/search.h"
#include "store/terminal.h"

/* ---- work --------------------------------------------------------------- */

struct work *
turn_work_new(enum work_kind kind, uint64_t conn)
{
	struct work *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->kind = kind;
	w->conn = conn;
	return w;
}

void
turn_work_free(struct work *w)
{
	if (w == NULL)
		return;
	if (w->payload != NULL)
		explicit_bzero(w->payload, w->len);
	free(w->payload);
	buf_wipe(&w->answer);
	buf_wipe(&w->text);
	ledger_made_release(&w->made);
	free(w);
}

void
turn_enqueue(struct turn *t, struct work *w)
{
	w->next = NULL;
	if (t->last == NULL)
		t->first = w;
	else
		t->last->next = w;
	t->last = w;
	t->waiting++;
}

static struct work *
dequeue(struct turn *t)
{
	struct work *w = t->first;

	if (w == NULL)
		return NULL;
	t->first = w->next;
	if (t->first == NULL)
		t->last = NULL;
	t->waiting--;
	w->next = NULL;
	return w;
}

static void
free_list(struct work *w)
{
	struct work *next;

	for (; w != NULL; w = next) {
		next = w->next;
		turn_work_free(w);
	}
}

/* ---- opening ------------------------------------------------------------ */

static int
site_path(char out[512], const char *dir, const char *name)
{
	int n = snprintf(out, 512, "%s/%s", dir, name);

	return n < 0 || n >= 512 ? ERR_TOOLONG : 0;
}

/* The first entry of a log says whose it is (audit-log.md §3.5). */
static int
genesis(struct turn *t)
{
	struct ledger_act act = { .kind = STR("genesis"),
		.node = STR("srv"),
		.now_ms = clock_wall(t->cfg.clock) };
	struct ledger_made made = { 0 };
	struct buf vkey = BUF_INIT;
	int err;

	note_vkey_put(t->cfg.vkey, &vkey);
	act.pub[0] = (struct entry_pub){ STR("vkey"), buf_str(&vkey) };
	act.pub[1] =
	    (struct entry_pub){ STR("site"), str_of(t->cfg.site_code) };
	act.pubs = 2;
	err = vkey.err != 0 ? vkey.err : db_begin(t->db);
	if (err == 0)
		err = ledger_add(t->ledger, &act, &made);
	if (err == 0)
		err = ledger_seal(t->ledger, t->cfg.sign, t->cfg.sign_ctx);
	if (err == 0)
		err = db_commit(t->db);
	if (err == 0)
		ledger_committed(t->ledger);
	else
		db_rollback(t->db);
	ledger_made_release(&made);
	buf_release(&vkey);
	return err;
}

static int
open_parts(struct turn *t)
{
	char path[512];
	int err;

	err = site_path(path, t->cfg.site_dir, "keys/kek");
	if (err == 0)
		err = kek_init(&t->kek, path);
	if (err == 0)
		err = site_path(path, t->cfg.site_dir, "db/mamori.db");
	if (err == 0)
		err = db_open(&t->db, path, t->cfg.create);
	if (err == 0)
		err = search_ready(t->db);
	if (err == 0)
		err = wire_arena_init(&t->arena, TURN_ARENA);
	if (err == 0)
		err = ledger_open(&t->ledger, t->db, &t->kek, t->cfg.vkey);
	if (err == 0 && ledger_head(t->ledger)->size == 0)
		err = t->cfg.create ? genesis(t) : ERR_CORRUPT;
	return err;
}

int
turn_open(struct turn **out, const struct turn_config *cfg)
{
	struct turn *t;
	int err;

	*out = NULL;
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return ERR_NOMEM;
	t->cfg = *cfg;
	err = open_parts(t);
	if (err != 0) {
		turn_close(t);
		return err;
	}
	t->drift = clock_wall(cfg->clock) - clock_boot(cfg->clock);
	*out = t;
	return 0;
}

void
turn_close(struct turn *t)
{
	if (t == NULL)
		return;
	free_list(t->first);
	seat_clear(&t->seats);
	import_release(&t->import);
	ledger_close(t->ledger);
	wire_arena_release(&t->arena);
	db_close(t->db);
	kek_wipe(&t->kek);
	free(t);
}

const struct checkpoint *
turn_head(const struct turn *t)
{
	return ledger_head(t->ledger);
}

/* ---- connections and events --------------------------------------------- */

static int
known_terminal(
    struct turn *t, const struct turn_peer *peer, struct terminal *out)
{
	int err;

	err = terminal_by_cert(t->db, peer->cert_sha256, out);
	if (err != 0)
		return err == ERR_NOTFOUND ? ERR_DENIED : err;
	if (out->revoked_ms != 0)
		return ERR_DENIED;
	return 0;
}

static int
seat_terminal(struct seat *s, const struct terminal *term)
{
	uint8_t hash[SHA256_LEN];

	s->sign = crypt_pub_new(term->sign);
	if (s->sign == NULL)
		return ERR_CRYPTO;
	crypt_sha256(str_n(term->sign, sizeof(term->sign)), hash);
	(void)snprintf(s->key_id, sizeof(s->key_id), "%02x%02x%02x%02x",
	    hash[0], hash[1], hash[2], hash[3]);
	(void)str_copy(s->terminal, sizeof(s->terminal), str_of(term->id));
	(void)str_copy(s->place, sizeof(s->place), str_of(term->place));
	return 0;
}

/* Text of a peer, for a line of the log: ASCII, nothing that moves. */
static void
safe_text(char out[201], const char *in)
{
	size_t i;

	for (i = 0; i < 200 && in[i] != '\0'; i++)
		out[i] = in[i] >= 0x20 && in[i] < 0x7f ? in[i] : '?';
	out[i] = '\0';
}

/* A code of the event catalogue: at most 32 bytes. */
static void
token(char out[33], const char *in)
{
	size_t i;

	for (i = 0; i < 32 && in[i] != '\0'; i++)
		out[i] = in[i];
	out[i] = '\0';
}

int
turn_conn_open(struct turn *t, uint64_t conn, const struct turn_peer *peer)
{
	struct terminal term = { 0 };
	struct seat *s;
	int err;

	if (!peer->ctl) {
		err = known_terminal(t, peer, &term);
		if (err != 0) {
			turn_event(t, 0, "TERM_REJECT", err, peer->addr);
			return err;
		}
	}
	err = seat_add(&t->seats, conn, peer, &s);
	if (err != 0)
		return err;
	s->active_boot = clock_boot(t->cfg.clock);
	if (!peer->ctl)
		err = seat_terminal(s, &term);
	if (err != 0)
		seat_remove(&t->seats, s);
	return err;
}

void
turn_conn_close(struct turn *t, uint64_t conn, const char *cause)
{
	struct seat *s = seat_find(&t->seats, conn);
	struct work *w;

	if (s == NULL)
		return;
	s->gone = true;
	w = turn_work_new(WORK_CLOSE, conn);
	if (w == NULL) {
		t->dead = ERR_NOMEM; /* an end that cannot be logged */
		return;
	}
	token(w->event, "LOGOFF");
	safe_text(w->detail, cause);
	turn_enqueue(t, w);
}

/*
 * True when this one is only counted.  Strangers have a count of their own,
 * so that nobody outside can drown what a registered terminal does.
 */
static bool
flooded(struct turn *t, bool stranger, unsigned *lost)
{
	struct turn_flood *f = stranger ? &t->strangers : &t->ours;
	int64_t now = clock_boot(t->cfg.clock);

	*lost = 0;
	if (now - f->boot >= 60000 || f->logged == 0) {
		*lost = f->lost;
		*f = (struct turn_flood){ .boot = now };
	}
	if (f->logged >= TURN_EVENTS) {
		f->lost++;
		return true;
	}
	f->logged++;
	return false;
}

void
turn_event(struct turn *t, uint64_t conn, const char *event, int err,
    const char *detail)
{
	char with[256];
	struct seat *s;
	struct work *w;
	unsigned lost = 0;

	if (err != 0 && flooded(t, seat_find(&t->seats, conn) == NULL, &lost))
		return;
	w = turn_work_new(WORK_EVENT, conn);
	if (w == NULL) {
		t->dead = ERR_NOMEM;
		return;
	}
	(void)snprintf(with, sizeof(with),
	    lost > 0 ? "%.180s (+%u not logged)" : "%.180s", detail, lost);
	safe_text(w->detail, with);
	token(w->event, event);
	w->err = err;
	s = seat_find(&t->seats, conn);
	if (s != NULL)
		(void)str_copy(
		    w->terminal, sizeof(w->terminal), str_of(s->terminal));
	turn_enqueue(t, w);
}

/* ---- a turn ------------------------------------------------------------- */

int
turn_push(struct turn *t, uint64_t conn, uint16_t op, uint32_t call,
    struct str payload)
{
	struct seat *s = seat_find(&t->seats, conn);
	struct work *w;

	if (s == NULL || s->gone)
		return ERR_NOTFOUND;
	if (s->queued >= TURN_QUEUE)
		return ERR_BUSY;
	w = turn_work_new(WORK_REQUEST, conn);
	if (w == NULL)
		return ERR_NOMEM;
	w->op = op;
	w->call = call;
	w->payload = malloc(payload.n + 1);
	if (w->payload == NULL) {
		turn_work_free(w);
		return ERR_NOMEM;
	}
	if (payload.n > 0)
		memcpy(w->payload, payload.p, payload.n);
	w->len = payload.n;
	s->queued++;
	turn_enqueue(t, w);
	return 0;
}

bool
turn_has_work(const struct turn *t)
{
	return t->first != NULL || t->dead != 0;
}

/* The clock of this turn, and whether it can be believed (DESIGN §6). */
static void
look_at_clock(struct turn *t)
{
	int64_t drift;

	t->now_ms = clock_wall(t->cfg.clock);
	t->boot_ms = clock_boot(t->cfg.clock);
	drift = t->now_ms - t->boot_ms - t->drift;
	t->doubtful = t->now_ms + 2000 < ledger_last_ms(t->ledger) ||
	    drift > 5000 || drift < -5000;
}

static int
run_one(struct turn *t, struct work *w)
{
	struct seat *s = seat_find(&t->seats, w->conn);
	int err;

	if (w->kind == WORK_REQUEST) {
		BUG_ON(s == NULL); /* its WORK_CLOSE comes after it */
		s->queued--;
		return turn_request(t, w);
	}
	err = turn_log_event(t, w);
	if (w->kind == WORK_CLOSE && s != NULL)
		seat_remove(&t->seats, s);
	return err;
}

/* Everything that waits, up to TURN_MAX; *done is what was run. */
static int
run_all(struct turn *t, struct work **done)
{
	struct work **end = done;
	struct work *w;
	unsigned n;
	int err = turn_changes(t);

	for (n = 0; n < TURN_MAX && err == 0; n++) {
		w = dequeue(t);
		if (w == NULL)
			break;
		*end = w;
		end = &w->next;
		err = run_one(t, w);
		if (err == 0)
			err = db_failed(t->db);
	}
	if (err == 0)
		err = ledger_seal(t->ledger, t->cfg.sign, t->cfg.sign_ctx);
	if (err == 0)
		err = db_commit(t->db);
	return err;
}

/* All answers are packed before the first one leaves. */
static int
pack_all(struct turn *t, struct work *done, struct buf *packed)
{
	struct work *w;
	size_t i = 0;
	int err = 0;

	for (w = done; w != NULL && err == 0; w = w->next)
		if (w->kind == WORK_REQUEST)
			err = turn_answer_pack(t, w, &packed[i++]);
	return err;
}

static void
hand_out(struct work *done, struct buf *packed, turn_answer *answer, void *ctx)
{
	struct work *w;
	size_t i = 0;

	for (w = done; w != NULL; w = w->next)
		if (w->kind == WORK_REQUEST)
			answer(ctx, w->conn, w->op, w->call, w->state,
			    w->rights, buf_str(&packed[i++]), w->close);
}

int
turn_run(struct turn *t, turn_answer *answer, void *ctx)
{
	struct buf packed[TURN_MAX] = { 0 };
	struct work *done = NULL;
	size_t i;
	int err;

	if (t->dead != 0)
		return t->dead;
	if (t->first == NULL)
		return 0;
	look_at_clock(t);
	err = db_begin(t->db);
	if (err == 0)
		err = run_all(t, &done);
	if (err == 0) {
		ledger_committed(t->ledger);
		err = pack_all(t, done, packed);
	}
	if (err == 0)
		hand_out(done, packed, answer, ctx);
	else
		db_rollback(t->db);
	t->dead = err;
	wire_arena_reset(&t->arena);
	free_list(done);
	for (i = 0; i < TURN_MAX; i++)
		buf_wipe(&packed[i]);
	return err;
}
