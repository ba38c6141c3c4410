/*
 * Reads the options of a command from its table.
 *
 * SECURITY: an unknown option, a missing value and an option that stands
 * twice are refused; nothing is guessed.
 */
#include <string.h>

#include "ctl/ctl.h"

static const struct ctl_option *
find(const struct ctl_option *o, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eqz(name, o[i].name))
			return &o[i];
	return NULL;
}

static int
take_value(const char *arg, const struct ctl_option *o, const char *value)
{
	if (o->many != NULL) {
		if (o->many->n == CTL_MANY)
			return ctl_misuse(arg, "too often", "leave some out");
		o->many->v[o->many->n++] = value;
		return 0;
	}
	if (*o->text != NULL)
		return ctl_misuse(arg, "stands twice", "leave one out");
	*o->text = value;
	return 0;
}

/* *i is left on the last argument that belongs to the option. */
static int
take_option(int argc, char **argv, int *i, const struct ctl_option *o, size_t n)
{
	const char *arg = argv[*i];
	const char *eq = strchr(arg, '=');
	struct str name = str_of(arg + 2);
	const struct ctl_option *opt;

	if (eq != NULL)
		name.n = (size_t)(eq - arg - 2);
	opt = find(o, n, name);
	if (opt == NULL)
		return ctl_misuse(arg, "no such option", "see --help");
	if (opt->flag != NULL) {
		if (eq != NULL)
			return ctl_misuse(
			    arg, "takes no value", "leave the value out");
		*opt->flag = true;
		return 0;
	}
	if (eq == NULL && *i + 1 >= argc)
		return ctl_misuse(
		    arg, "the value is missing", "write it behind the option");
	return take_value(arg, opt, eq != NULL ? eq + 1 : argv[++*i]);
}

static int
check_must(const struct ctl_option *o, size_t n)
{
	char name[64];

	for (size_t i = 0; i < n; i++) {
		if (!o[i].must || (o[i].text != NULL && *o[i].text != NULL))
			continue;
		name[0] = '-';
		name[1] = '-';
		(void)str_copy(name + 2, sizeof(name) - 2, str_of(o[i].name));
		return ctl_misuse(name, "missing", "see --help");
	}
	return 0;
}

int
ctl_options(int argc, char **argv, const struct ctl_option *o, size_t n,
    const char **rest, size_t least, size_t most)
{
	bool only_rest = false;
	size_t r = 0;
	int rc;

	for (int i = 1; i < argc; i++) {
		if (!only_rest && strcmp(argv[i], "--") == 0) {
			only_rest = true;
		} else if (!only_rest && argv[i][0] == '-' &&
		    argv[i][1] != '\0') {
			if (argv[i][1] != '-')
				return ctl_misuse(
				    argv[i], "no such option", "see --help");
			rc = take_option(argc, argv, &i, o, n);
			if (rc != 0)
				return rc;
		} else if (r == most) {
			return ctl_misuse(
			    argv[i], "one argument too many", "see --help");
		} else {
			rest[r++] = argv[i];
		}
	}
	if (r < least)
		return ctl_misuse(
		    argv[0], "an argument is missing", "see --help");
	return check_must(o, n);
}
