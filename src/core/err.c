/*
 * The error list as text.
 *
 * SECURITY: messages are constants; nothing of a request is repeated here.
 */
#include "core/err.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
	int err;
	const char *name;
	const char *text;
} errs[] = {
#define ERR_ROW(name, no, text) { (no), "ERR_" #name, (text) },
	ERR_LIST(ERR_ROW)
#undef ERR_ROW
};

const char *
err_name(int err)
{
	size_t i;

	if (err == 0)
		return "OK";
	for (i = 0; i < sizeof(errs) / sizeof(errs[0]); i++)
		if (errs[i].err == err)
			return errs[i].name;
	return "ERR_?";
}

const char *
err_text(int err)
{
	size_t i;

	for (i = 0; i < sizeof(errs) / sizeof(errs[0]); i++)
		if (errs[i].err == err)
			return errs[i].text;
	return "";
}

_Bool
err_is_known(int err)
{
	size_t i;

	if (err == 0)
		return 1;
	for (i = 0; i < sizeof(errs) / sizeof(errs[0]); i++)
		if (errs[i].err == err)
			return 1;
	return 0;
}

void
bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "mamori: internal error: %s:%d: %s\n", file, line,
	    what);
	abort();
}
