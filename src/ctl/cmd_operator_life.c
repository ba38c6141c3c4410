/*
 * mamorictl operator suspend|resume|delete|reset-pin|register|changes (AUT-10,
 * AUT-11, AUT-12).
 *
 * SECURITY: what is refused here is refused again by the store.  The register
 * has names and days, nothing of a finger.
 */
#include <stdio.h>
#include <string.h>

#include "core/era.h"
#include "core/err.h"
#include "ctl/ctl.h"
#include "ctl/json.h"
#include "mamori.pb-c.h"

struct order {
	const char *dir;
	const char *id;
	const char *reason;
	const char *when;
};

static int
read_order(int argc, char **argv, struct order *o, bool days)
{
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &o->dir },
		{ .name = "match-id", .must = true, .text = &o->id },
		{ .name = "reason", .must = true, .text = &o->reason },
		{ .name = "at", .text = &o->when },
	};
	struct date day;
	int rc;

	rc = ctl_options(argc, argv, options, days ? 4 : 3, NULL, 0, 0);
	if (rc == 0 && !ctl_id_ok(o->id))
		rc = ctl_fail("--match-id", "not an id",
		    "1 to 32 letters, digits, - and _");
	if (rc == 0 && o->reason[strspn(o->reason, " ")] == '\0')
		rc = ctl_fail("--reason", "empty", "say why (it is logged)");
	if (rc == 0 && o->when != NULL &&
	    date_get_iso(str_of(o->when), &day) != 0)
		rc = ctl_fail(o->when, "not a date", "write it YYYY-MM-DD");
	return rc;
}

static int
send_order(const struct order *o, enum op op, const ProtobufCMessage *req,
    const char *done)
{
	const ProtobufCMessage *ans;
	struct link *link = NULL;
	int rc;

	rc = ctl_open(o->dir, &link);
	if (rc == 0)
		rc = ctl_ask(link, op, req, o->id, &ans);
	link_close(link);
	if (rc == 0 && o->when != NULL)
		printf("%s %s on %s\n", o->id, done, o->when);
	else if (rc == 0)
		printf("%s %s\n", o->id, done);
	return rc;
}

int
cmd_operator_suspend(int argc, char **argv)
{
	Mamori__CtlOperatorSuspendReq req =
	    MAMORI__CTL_OPERATOR_SUSPEND_REQ__INIT;
	struct order o = { .dir = NULL };
	int rc = read_order(argc, argv, &o, true);

	if (rc != 0)
		return rc;
	req.match_id = CTL_PB(o.id);
	req.reason = CTL_PB(o.reason);
	req.when = CTL_PB(o.when);
	return send_order(
	    &o, OP_ctl_operator_suspend, &req.base, "is suspended");
}

int
cmd_operator_resume(int argc, char **argv)
{
	Mamori__CtlOperatorResumeReq req =
	    MAMORI__CTL_OPERATOR_RESUME_REQ__INIT;
	struct order o = { .dir = NULL };
	int rc = read_order(argc, argv, &o, true);

	if (rc != 0)
		return rc;
	req.match_id = CTL_PB(o.id);
	req.reason = CTL_PB(o.reason);
	req.when = CTL_PB(o.when);
	return send_order(
	    &o, OP_ctl_operator_resume, &req.base, "may log in again");
}

int
cmd_operator_delete(int argc, char **argv)
{
	Mamori__CtlOperatorDeleteReq req =
	    MAMORI__CTL_OPERATOR_DELETE_REQ__INIT;
	struct order o = { .dir = NULL };
	int rc = read_order(argc, argv, &o, true);

	if (rc != 0)
		return rc;
	req.match_id = CTL_PB(o.id);
	req.reason = CTL_PB(o.reason);
	req.when = CTL_PB(o.when);
	return send_order(&o, OP_ctl_operator_delete, &req.base, "is deleted");
}

int
cmd_operator_reset_pin(int argc, char **argv)
{
	Mamori__CtlOperatorResetPinReq req =
	    MAMORI__CTL_OPERATOR_RESET_PIN_REQ__INIT;
	struct order o = { .dir = NULL };
	int rc = read_order(argc, argv, &o, false);

	if (rc != 0)
		return rc;
	req.match_id = CTL_PB(o.id);
	req.reason = CTL_PB(o.reason);
	return send_order(
	    &o, OP_ctl_operator_reset_pin, &req.base, "must be enrolled again");
}

/* ---- lists --------------------------------------------------------------- */

static void
pair_time(struct json *j, const char *name, int64_t ms)
{
	struct buf b = BUF_INIT;

	if (ms != 0)
		ctl_put_time(&b, ms);
	json_pair(j, name, buf_str(&b));
	buf_release(&b);
}

static void
register_json(struct json *j, const Mamori__CtlRegisterRow *r)
{
	json_open(j, '{');
	json_pair(j, "match_id", STR_PB(r->match_id));
	json_pair(j, "name", STR_PB(r->name));
	json_pair(j, "dept", STR_PB(r->dept));
	json_pair(j, "operators", STR_PB(r->operators));
	json_pair(j, "uuid", STR_PB(r->uuid));
	json_pair(j, "modality", STR_PB(r->modality));
	json_pair(j, "driver", STR_PB(r->driver));
	json_pair_num(j, "finger", r->finger);
	json_pair(j, "terminal", STR_PB(r->terminal));
	pair_time(j, "registered", r->enrolled_ms);
	json_pair(j, "registered_by", STR_PB(r->enrolled_by));
	json_pair(j, "approved_by", STR_PB(r->approved_by));
	pair_time(j, "deleted", r->deleted_ms);
	json_pair(j, "deleted_by", STR_PB(r->deleted_by));
	json_pair(j, "cause", STR_PB(r->cause));
	json_close(j);
}

static void
register_text(const Mamori__CtlRegisterRow *r)
{
	struct buf b = BUF_INIT;

	ctl_put_column(&b, STR_PB(r->match_id));
	ctl_put_column(&b, STR_PB(r->name));
	ctl_put_column(&b, STR_PB(r->operators));
	ctl_put_column(&b, STR_PB(r->modality));
	ctl_put_time(&b, r->enrolled_ms);
	buf_putc(&b, '\t');
	ctl_put_column(&b, STR_PB(r->enrolled_by));
	ctl_put_column(&b, STR_PB(r->approved_by));
	ctl_put_time(&b, r->deleted_ms);
	buf_putc(&b, '\t');
	ctl_put_column(&b, STR_PB(r->deleted_by));
	buf_puts_str(&b, STR_PB(r->cause));
	printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
	buf_release(&b);
}

static void
show_register(struct json *j, bool json, const ProtobufCMessage *ans)
{
	const Mamori__CtlOperatorRegisterAns *list = (const void *)ans;

	for (size_t i = 0; i < list->n_rows; i++) {
		if (json)
			register_json(j, list->rows[i]);
		else
			register_text(list->rows[i]);
	}
}

static void
change_json(struct json *j, const Mamori__CtlChangeRow *c)
{
	json_open(j, '{');
	json_pair(j, "day", STR_PB(c->day));
	json_pair(j, "match_id", STR_PB(c->match_id));
	json_pair(j, "kind", STR_PB(c->kind));
	json_pair(j, "reason", STR_PB(c->reason));
	json_pair(j, "ordered_by", STR_PB(c->ordered_by));
	pair_time(j, "done", c->done_ms);
	json_close(j);
}

static void
change_text(const Mamori__CtlChangeRow *c)
{
	struct buf b = BUF_INIT;

	ctl_put_column(&b, STR_PB(c->day));
	ctl_put_column(&b, STR_PB(c->match_id));
	ctl_put_column(&b, STR_PB(c->kind));
	ctl_put_column(&b, STR_PB(c->ordered_by));
	ctl_put_time(&b, c->done_ms);
	buf_putc(&b, '\t');
	buf_puts_str(&b, STR_PB(c->reason));
	printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
	buf_release(&b);
}

static void
show_changes(struct json *j, bool json, const ProtobufCMessage *ans)
{
	const Mamori__CtlOperatorChangesAns *list = (const void *)ans;

	for (size_t i = 0; i < list->n_changes; i++) {
		if (json)
			change_json(j, list->changes[i]);
		else
			change_text(list->changes[i]);
	}
}

int
cmd_operator_register(int argc, char **argv)
{
	Mamori__CtlOperatorRegisterReq req =
	    MAMORI__CTL_OPERATOR_REGISTER_REQ__INIT;

	return ctl_show(
	    argc, argv, OP_ctl_operator_register, &req.base, show_register);
}

int
cmd_operator_changes(int argc, char **argv)
{
	Mamori__CtlOperatorChangesReq req =
	    MAMORI__CTL_OPERATOR_CHANGES_REQ__INIT;

	return ctl_show(
	    argc, argv, OP_ctl_operator_changes, &req.base, show_changes);
}
