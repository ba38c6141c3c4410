/*
 * Changes of accounts whose day has come (AUT-10): made at the start of the
 * first turn of that day, each with its own entry.
 *
 * SECURITY: with a clock in doubt nothing is changed; the log-ins of that
 * turn are refused as well.
 */
#include "server/life.h"
#include "server/turn_impl.h"

#include <string.h>

#include "core/era.h"
#include "core/err.h"
#include "store/account.h"
#include "store/change.h"

static void
put_lines(struct buf *b, const struct turn *t, const struct change *ch,
    const char *event)
{
	body_put(b, "event", str_of(event));
	buf_printf(b, "when %lld\n", (long long)t->now_ms);
	buf_printf(
	    b, "query match_id=%s\nquery day=%s\n", ch->match_id, ch->day);
	if (ch->oper.operator_id[0] != '\0') {
		buf_printf(
		    b, "query operator_id=%s\nafter ", ch->oper.operator_id);
		right_put_set(b, ch->oper.rights);
		buf_putc(b, '\n');
	}
	body_put(b, "ordered-by", str_of(ch->ordered_by));
	body_put(b, "reason", str_of(ch->reason));
}

static int
log_change(struct turn *t, const struct change *ch, const char *event, int code)
{
	struct work *w = turn_work_new(WORK_EVENT, 0);
	struct buf lines = BUF_INIT;
	struct turn_entry e = { .node = STR("srv"),
		.kind = code == 0 ? STR("update") : STR("deny"),
		.code = code,
		.item = "match_id",
		.event = event };
	int err;

	if (w == NULL)
		return ERR_NOMEM;
	put_lines(&lines, t, ch, event);
	e.lines = buf_str(&lines);
	crypt_sha256(e.lines, e.digest);
	err = lines.err != 0 ? lines.err : turn_log(t, w, &e);
	buf_wipe(&lines);
	turn_work_free(w);
	return err;
}

static int
grant(struct turn *t, const struct change *ch)
{
	struct account a;
	int err;

	err = account_get(t->db, str_of(ch->match_id), &a);
	if (err == 0 && a.deleted)
		err = ERR_NOTFOUND;
	account_wipe(&a);
	if (err == 0)
		err = oper_put(t->db, &ch->oper);
	if (err == 0)
		life_renew(&t->seats, &ch->oper);
	return err;
}

static int
live(struct turn *t, const struct change *ch, enum life what)
{
	const struct life_order o = { .db = t->db,
		.seats = &t->seats,
		.now_ms = t->now_ms,
		.what = what,
		.match_id = str_of(ch->match_id),
		.by = str_of(ch->ordered_by),
		.reason = str_of(ch->reason) };

	return life_apply(&o);
}

static int
make_change(struct turn *t, const struct change *ch)
{
	const bool grants = strcmp(ch->kind, "grant") == 0;
	const int what = life_find(ch->kind);
	int code;
	int err;

	if (!grants && what < 0)
		return ERR_CORRUPT;
	code = grants ? grant(t, ch) : live(t, ch, (enum life)what);
	/* already so, taken, or deleted meanwhile: said in the log, no end */
	if (code != 0 && code != ERR_NOTFOUND && code != ERR_BADSTATE &&
	    code != ERR_EXISTS)
		return code;
	err = log_change(
	    t, ch, grants ? "PRIV_CHANGE" : life_event((enum life)what), code);
	return err != 0 ? err : change_done(t->db, ch->n, t->now_ms);
}

int
turn_changes(struct turn *t)
{
	struct date today = date_today(t->now_ms);
	struct buf day = BUF_INIT;
	struct change ch;
	int err = 0;

	if (t->doubtful || date_cmp(today, t->changed) == 0)
		return 0;
	date_put_iso(&day, today);
	while (err == 0) {
		err = change_due(t->db, buf_str(&day), &ch);
		if (err == 0)
			err = make_change(t, &ch);
	}
	buf_release(&day);
	if (err != ERR_NOTFOUND)
		return err;
	t->changed = today;
	return 0;
}
