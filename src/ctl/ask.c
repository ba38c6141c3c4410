/*
 * Asking the store, with an error a person can act on.
 *
 * SECURITY: a refusal is told with the store's own reason and item, never
 * with more than it said.
 */
#include <stdio.h>

#include "core/err.h"
#include "ctl/ctl.h"
#include "ctl/json.h"

int
ctl_open(const char *dir, struct link **out)
{
	int err = link_open(dir, false, out);

	if (err == 0)
		return 0;
	if (err == ERR_NOTFOUND)
		return ctl_fail(dir,
		    "no site of Mamori, or no mamorid beside "
		    "mamorictl",
		    "give the directory that 'mamorictl site init' made");
	return ctl_fail_err(dir, err, NULL);
}

int
ctl_ask(struct link *l, enum op op, const ProtobufCMessage *req,
    const char *what, const ProtobufCMessage **ans)
{
	char about[512];
	int err = link_ask(l, op, req, ans);

	if (err == 0)
		return 0;
	if (err == ERR_IO && link_item(l)[0] == '\0')
		return ctl_fail(what, "the store went away without an answer",
		    "see the messages above, then mamorictl doctor");
	if (link_item(l)[0] == '\0')
		return ctl_fail_err(what, err, NULL);
	(void)snprintf(about, sizeof(about), "%s: %s", what, link_item(l));
	return ctl_fail_err(about, err, NULL);
}

int
ctl_show(int argc, char **argv, enum op op, const ProtobufCMessage *req,
    ctl_rows_fn *rows)
{
	const ProtobufCMessage *ans;
	struct ctl_named n = { .dir = NULL };
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &n.dir },
		{ .name = "json", .flag = &n.json },
	};
	struct link *link = NULL;
	struct json j = { 0 };
	int rc;

	rc = ctl_options(argc, argv, options, 2, NULL, 0, 0);
	if (rc == 0)
		rc = ctl_open(n.dir, &link);
	if (rc == 0)
		rc = ctl_ask(link, op, req, n.dir, &ans);
	if (rc == 0) {
		json_open(&j, '[');
		rows(&j, n.json, ans);
		json_close(&j);
		if (n.json && json_print(&j) != 0)
			rc = ctl_fail_err("stdout", ERR_IO, NULL);
	}
	buf_release(&j.b);
	link_close(link);
	return rc;
}
