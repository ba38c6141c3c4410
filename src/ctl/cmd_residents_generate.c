/*
 * mamorictl residents generate: invented residents as CSV on stdout
 * (mamori-residents(5)).
 *
 * SECURITY: reads nothing but its arguments and talks to no server; no row is
 * a real person.
 */
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/gen.h"
#include "ctl/ctl.h"

static int
write_out(void *ctx, struct str csv)
{
	return fwrite(csv.p, 1, csv.n, ctx) == csv.n ? 0 : ERR_IO;
}

/* 0 or CTL_USAGE after saying why. */
static int
number(const char *option, const char *text, uint64_t max, uint64_t *out)
{
	if (text == NULL || str_num(str_of(text), max, out) == 0)
		return 0;
	return ctl_misuse(option, "not a number in the range of this option",
	    "give digits only, without leading zeros");
}

int
cmd_residents_generate(int argc, char **argv)
{
	const char *count = NULL;
	const char *seed = NULL;
	const char *marked = NULL;
	const struct ctl_option options[] = {
		{ .name = "count", .must = true, .text = &count },
		{ .name = "seed", .must = true, .text = &seed },
		{ .name = "protected", .text = &marked },
	};
	struct gen_options o = { .count = 0 };
	uint64_t permille = GEN_PROTECTED_DEFAULT;
	int err;

	if (ctl_options(argc, argv, options,
		sizeof(options) / sizeof(options[0]), NULL, 0, 0) != 0 ||
	    number("--count", count, GEN_COUNT_MAX, &o.count) != 0 ||
	    number("--seed", seed, UINT64_MAX, &o.seed) != 0 ||
	    number("--protected", marked, 1000, &permille) != 0)
		return CTL_USAGE;
	o.protected_permille = (unsigned)permille;
	err = gen_residents(&o, write_out, stdout);
	if (err == 0 && fflush(stdout) != 0)
		err = ERR_IO;
	if (err != 0)
		return ctl_fail_err("residents generate", err,
		    "check that the output can be written");
	return CTL_OK;
}
