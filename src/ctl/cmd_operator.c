/*
 * mamorictl operator add|grant|list|unlock (AUT-04, AUT-08, AUT-10, PRM-01,
 * PRM-02).
 *
 * SECURITY: what is refused here is refused again by the store; here it only
 * gets a better sentence.
 */
#include <stdio.h>
#include <string.h>

#include "core/era.h"
#include "core/err.h"
#include "core/item.h"
#include "core/right.h"
#include "ctl/ctl.h"
#include "ctl/json.h"
#include "mamori.pb-c.h"

/* A list field of the message needs an array of slices. */
struct tokens {
	ProtobufCBinaryData v[CTL_MANY];
};

static int
check_id(const char *option, const char *id)
{
	if (ctl_id_ok(id))
		return 0;
	return ctl_fail(
	    option, "not an id", "1 to 32 letters, digits, - and _");
}

static int
check_period(const char *from, const char *until)
{
	struct date a;
	struct date b;

	if (date_get_iso(str_of(from), &a) != 0)
		return ctl_fail(from, "not a date", "write it YYYY-MM-DD");
	if (date_get_iso(str_of(until), &b) != 0)
		return ctl_fail(until, "not a date", "write it YYYY-MM-DD");
	if (date_cmp(a, b) > 0)
		return ctl_fail("--until", "before --from",
		    "an account's period begins before it ends (AUT-10)");
	return 0;
}

/* A name is what a person is called: more than blanks (AUT-08). */
static bool
is_blank(const char *s)
{
	struct str rest = str_of(s);

	while (rest.n > 0) {
		if (str_starts(rest, STR("\xe3\x80\x80"))) {
			rest.p += 3;
			rest.n -= 3;
		} else if (rest.p[0] == ' ') {
			rest.p++;
			rest.n--;
		} else {
			return false;
		}
	}
	return true;
}

struct person {
	const char *dir;
	const char *id;
	const char *name;
	const char *dept;
	const char *from;
	const char *until;
};

int
cmd_operator_add(int argc, char **argv)
{
	Mamori__CtlOperatorAddReq req = MAMORI__CTL_OPERATOR_ADD_REQ__INIT;
	const ProtobufCMessage *ans;
	struct person p = { .dir = NULL };
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &p.dir },
		{ .name = "match-id", .must = true, .text = &p.id },
		{ .name = "name", .must = true, .text = &p.name },
		{ .name = "dept", .must = true, .text = &p.dept },
		{ .name = "from", .must = true, .text = &p.from },
		{ .name = "until", .must = true, .text = &p.until },
	};
	struct link *link = NULL;
	int rc;

	rc = ctl_options(argc, argv, options,
	    sizeof(options) / sizeof(options[0]), NULL, 0, 0);
	if (rc == 0)
		rc = check_id("--match-id", p.id);
	if (rc == 0 && is_blank(p.name))
		rc = ctl_fail("--name", "empty",
		    "an account belongs to a named person (AUT-08)");
	if (rc == 0 && is_blank(p.dept))
		rc = ctl_fail("--dept", "empty", "name the section (AUT-10)");
	if (rc == 0)
		rc = check_period(p.from, p.until);
	if (rc != 0)
		return rc;
	req.match_id = CTL_PB(p.id);
	req.name = CTL_PB(p.name);
	req.dept = CTL_PB(p.dept);
	req.from = CTL_PB(p.from);
	req.until = CTL_PB(p.until);
	rc = ctl_open(p.dir, &link);
	if (rc == 0)
		rc = ctl_ask(link, OP_ctl_operator_add, &req.base, p.id, &ans);
	link_close(link);
	if (rc == 0)
		printf("%s %s, %s, %s to %s\n", p.id, p.name, p.dept, p.from,
		    p.until);
	return rc;
}

struct grant {
	const char *dir;
	const char *operator_id;
	const char *match_id;
	const char *template_name;
	struct ctl_many add;
	struct ctl_many remove;
	struct ctl_many hide;
	const char *when; /* a day to come, or NULL */
	bool json;
};

static int
check_rights(const struct ctl_many *list, right_set *set, bool add)
{
	enum right r;

	for (size_t i = 0; i < list->n; i++) {
		if (right_find(str_of(list->v[i]), &r) != 0)
			return ctl_fail(list->v[i], "no such right",
			    "see 'Rights' in mamorictl(8)");
		*set = add ? *set | RIGHT_BIT(r) : *set & ~RIGHT_BIT(r);
	}
	return 0;
}

static int
check_groups(const struct ctl_many *list)
{
	unsigned mask;

	for (size_t i = 0; i < list->n; i++)
		if (item_group_find(str_of(list->v[i]), &mask) != 0)
			return ctl_fail(list->v[i], "no such group of items",
			    "see --hide in mamorictl(8)");
	return 0;
}

static int
check_grant(const struct grant *g)
{
	right_set set = 0;
	int rc = check_id("--operator-id", g->operator_id);

	if (rc == 0)
		rc = check_id("--match-id", g->match_id);
	if (rc == 0 && strcmp(g->operator_id, g->match_id) == 0)
		rc = ctl_fail(g->operator_id, "the operator id is the match id",
		    "give the duty an id of its own (AUT-04)");
	if (rc == 0 && right_template(str_of(g->template_name), &set) != 0)
		rc = ctl_fail(g->template_name, "no such template",
		    "clerk, reviewer, supervisor, admin, auditor or "
		    "other-section");
	if (rc == 0)
		rc = check_rights(&g->add, &set, true);
	if (rc == 0)
		rc = check_rights(&g->remove, &set, false);
	if (rc == 0)
		rc = check_groups(&g->hide);
	if (rc == 0 && right_check_set(set) != 0)
		rc = ctl_fail(g->operator_id,
		    "these rights may not be in one hand",
		    "give them to two persons (SD-4, SD-5)");
	return rc;
}

static void
put_rights_json(struct json *j, const ProtobufCBinaryData *r, size_t n)
{
	json_key(j, "rights");
	json_open(j, '[');
	for (size_t i = 0; i < n; i++)
		json_str(j, STR_PB(r[i]));
	json_close(j);
}

static int
tell_grant(const struct grant *g, const Mamori__CtlOperatorGrantAns *ans)
{
	struct json j = { 0 };
	int err = 0;

	if (g->json) {
		json_open(&j, '{');
		json_pair(&j, "operator_id", str_of(g->operator_id));
		json_pair(&j, "match_id", str_of(g->match_id));
		json_pair(&j, "template", str_of(g->template_name));
		put_rights_json(&j, ans->rights, ans->n_rights);
		json_pair(&j, "hide", STR_PB(ans->hide));
		json_close(&j);
		err = json_print(&j);
	} else {
		printf("%s of %s:", g->operator_id, g->match_id);
		for (size_t i = 0; i < ans->n_rights; i++)
			printf(" " STR_FMT, STR_ARG(STR_PB(ans->rights[i])));
		if (ans->hide.len != 0)
			printf("; not shown: " STR_FMT,
			    STR_ARG(STR_PB(ans->hide)));
		puts("");
	}
	buf_release(&j.b);
	return err == 0 ? CTL_OK : ctl_fail_err("stdout", err, NULL);
}

static void
put_tokens(const struct ctl_many *list, struct tokens *to)
{
	for (size_t i = 0; i < list->n; i++)
		to->v[i] = CTL_PB(list->v[i]);
}

int
cmd_operator_grant(int argc, char **argv)
{
	Mamori__CtlOperatorGrantReq req = MAMORI__CTL_OPERATOR_GRANT_REQ__INIT;
	const ProtobufCMessage *ans;
	struct grant g = { .dir = NULL };
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &g.dir },
		{ .name = "operator-id", .must = true, .text = &g.operator_id },
		{ .name = "match-id", .must = true, .text = &g.match_id },
		{ .name = "template", .must = true, .text = &g.template_name },
		{ .name = "add", .many = &g.add },
		{ .name = "remove", .many = &g.remove },
		{ .name = "hide", .many = &g.hide },
		{ .name = "at", .text = &g.when },
		{ .name = "json", .flag = &g.json },
	};
	struct tokens add;
	struct tokens remove;
	struct tokens hide;
	struct link *link = NULL;
	int rc;

	rc = ctl_options(argc, argv, options,
	    sizeof(options) / sizeof(options[0]), NULL, 0, 0);
	if (rc == 0)
		rc = check_grant(&g);
	if (rc != 0)
		return rc;
	put_tokens(&g.add, &add);
	put_tokens(&g.remove, &remove);
	put_tokens(&g.hide, &hide);
	req.operator_id = CTL_PB(g.operator_id);
	req.match_id = CTL_PB(g.match_id);
	req.template_ = CTL_PB(g.template_name);
	req.n_add = g.add.n;
	req.add = add.v;
	req.n_remove = g.remove.n;
	req.remove = remove.v;
	req.when = CTL_PB(g.when);
	req.n_hide = g.hide.n;
	req.hide = hide.v;
	rc = ctl_open(g.dir, &link);
	if (rc == 0)
		rc = ctl_ask(link, OP_ctl_operator_grant, &req.base,
		    g.operator_id, &ans);
	if (rc == 0)
		rc = tell_grant(
		    &g, (const Mamori__CtlOperatorGrantAns *)(const void *)ans);
	link_close(link);
	return rc;
}

static void
list_json(struct json *j, const Mamori__CtlOperator *o)
{
	json_open(j, '{');
	json_pair(j, "match_id", STR_PB(o->match_id));
	json_pair(j, "operator_id", STR_PB(o->operator_id));
	json_pair(j, "name", STR_PB(o->name));
	json_pair(j, "dept", STR_PB(o->dept));
	json_pair(j, "from", STR_PB(o->from));
	json_pair(j, "until", STR_PB(o->until));
	json_pair(j, "template", STR_PB(o->template_));
	put_rights_json(j, o->rights, o->n_rights);
	json_pair(j, "hide", STR_PB(o->hide));
	json_pair(j, "modality", STR_PB(o->modality));
	json_pair_bool(j, "locked", o->locked != 0);
	json_pair_num(j, "failures", o->failures);
	json_pair_bool(j, "suspended", o->suspended != 0);
	json_pair_bool(j, "deleted", o->deleted != 0);
	json_close(j);
}

static void
list_text(const Mamori__CtlOperator *o)
{
	struct buf b = BUF_INIT;

	ctl_put_column(&b, STR_PB(o->match_id));
	ctl_put_column(&b, STR_PB(o->operator_id));
	ctl_put_column(&b, STR_PB(o->template_));
	ctl_put_column(&b, STR_PB(o->name));
	ctl_put_column(&b, STR_PB(o->dept));
	ctl_put_column(&b, STR_PB(o->from));
	ctl_put_column(&b, STR_PB(o->until));
	ctl_put_column(&b,
	    o->modality.len > 0 ? STR_PB(o->modality) : STR("not enrolled"));
	buf_puts(&b,
	    o->deleted	       ? "deleted"
		: o->suspended ? "suspended"
		: o->locked    ? "locked"
			       : "open");
	printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
	buf_release(&b);
}

static void
show_list(struct json *j, bool json, const ProtobufCMessage *ans)
{
	const Mamori__CtlOperatorListAns *list =
	    (const Mamori__CtlOperatorListAns *)(const void *)ans;

	for (size_t i = 0; i < list->n_operators; i++) {
		if (json)
			list_json(j, list->operators[i]);
		else
			list_text(list->operators[i]);
	}
}

int
cmd_operator_list(int argc, char **argv)
{
	Mamori__CtlOperatorListReq req = MAMORI__CTL_OPERATOR_LIST_REQ__INIT;

	return ctl_show(argc, argv, OP_ctl_operator_list, &req.base, show_list);
}

int
cmd_operator_unlock(int argc, char **argv)
{
	Mamori__CtlOperatorUnlockReq req =
	    MAMORI__CTL_OPERATOR_UNLOCK_REQ__INIT;
	const ProtobufCMessage *ans;
	struct ctl_named n = { .dir = NULL };
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &n.dir },
		{ .name = "match-id", .must = true, .text = &n.id },
		{ .name = "reason", .must = true, .text = &n.reason },
	};
	struct link *link = NULL;
	int rc;

	rc = ctl_options(argc, argv, options, 3, NULL, 0, 0);
	if (rc == 0)
		rc = check_id("--match-id", n.id);
	if (rc == 0 && is_blank(n.reason))
		rc = ctl_fail("--reason", "empty", "say why (it is logged)");
	if (rc != 0)
		return rc;
	req.match_id = CTL_PB(n.id);
	req.reason = CTL_PB(n.reason);
	rc = ctl_open(n.dir, &link);
	if (rc == 0)
		rc = ctl_ask(
		    link, OP_ctl_operator_unlock, &req.base, n.id, &ans);
	link_close(link);
	if (rc == 0)
		printf("%s may log in again\n", n.id);
	return rc;
}
