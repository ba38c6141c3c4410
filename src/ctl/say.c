/*
 * What goes wrong, said in one line: what, why, what to do.
 *
 * SECURITY: a line may quote an argument or a name from a file; control
 * characters are replaced before an administrator's terminal sees them.
 */
#include <stdio.h>

#include "core/err.h"
#include "ctl/ctl.h"

static void
say(const char *what, const char *why, const char *todo)
{
	char line[2048];

	(void)snprintf(
	    line, sizeof(line), "mamorictl: %s: %s: %s", what, why, todo);
	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	(void)fflush(stdout);
	fprintf(stderr, "%s\n", line);
}

int
ctl_fail(const char *what, const char *why, const char *todo)
{
	say(what, why, todo);
	return CTL_FAILED;
}

int
ctl_misuse(const char *what, const char *why, const char *todo)
{
	say(what, why, todo);
	return CTL_USAGE;
}

/* clang-format off */
static const struct {
	int err;
	const char *todo;
} todos[] = {
	/* error, what to do about it */
	{ ERR_NOMEM, "close other programs and try again" },
	{ ERR_IO, "check the disk, the path and its permissions" },
	{ ERR_NOTFOUND, "check the name; the list commands show what is there" },
	{ ERR_EXISTS, "choose another name" },
	{ ERR_DENIED, "ask somebody who may do it" },
	{ ERR_LOCKED, "mamorictl operator unlock" },
	{ ERR_EXPIRED, "check the period with mamorictl operator list" },
	{ ERR_CORRUPT, "stop, keep the files, restore a backup" },
	{ ERR_FORK, "stop, keep the files, tell the auditor" },
	{ ERR_BUSY, "wait a moment and try again" },
	{ ERR_TIMEOUT, "check that mamorid runs and try again" },
	{ ERR_NODEV, "plug the sensor in; see --sensor" },
	{ ERR_VERSION, "use programs of one version" },
	{ ERR_CLOCK, "set the clock" },
	{ 0, "see mamorictl --help and the manual" },
};
/* clang-format on */

int
ctl_fail_err(const char *what, int err, const char *todo)
{
	size_t i = 0;

	while (todos[i].err != 0 && todos[i].err != err)
		i++;
	say(what, err_text(err), todo != NULL ? todo : todos[i].todo);
	return CTL_FAILED;
}
