/*
 * mamorictl doctor: says in one line each what is wrong and how to mend it.
 *
 * SECURITY: changes nothing.
 */
#include <stdio.h>

#include "core/err.h"
#include "ctl/ctl.h"
#include "ctl/doctor.h"

int
cmd_doctor(int argc, char **argv)
{
	struct doctor d = { .problems = 0 };
	const char *dir = NULL;
	const char *terminal = NULL;
	const struct ctl_option options[] = {
		{ .name = "dir", .text = &dir },
		{ .name = "terminal", .text = &terminal },
		{ .name = "json", .flag = &d.as_json },
	};
	int rc;

	rc = ctl_options(argc, argv, options, 3, NULL, 0, 0);
	if (rc != 0)
		return rc;
	if (dir == NULL && terminal == NULL)
		return ctl_misuse("doctor", "neither --dir nor --terminal",
		    "say what to look at");
	json_open(&d.j, '[');
	if (dir != NULL)
		doctor_site(&d, dir);
	if (terminal != NULL)
		doctor_terminal(&d, terminal, dir);
	json_close(&d.j);
	if (d.as_json)
		(void)json_print(&d.j);
	else if (d.problems == 0)
		puts("nothing is wrong");
	else
		printf(
		    "%u problem%s\n", d.problems, d.problems == 1 ? "" : "s");
	buf_release(&d.j.b);
	return d.problems == 0 ? CTL_OK : CTL_FAILED;
}
