/*
 * mamorid: the server (DESIGN §2).
 *
 * SECURITY: the options --role and --store-only are between programs of ours;
 * whoever can start this program with a site's directory readable can do no
 * more with them than with the directory itself.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/problem.h"
#include "core/err.h"
#include "net/addr.h"
#include "net/logfile.h"
#include "server/roles.h"

enum {
	OPT_DIR = 1,
	OPT_LISTEN,
	OPT_CHECK,
	OPT_HELP,
	OPT_VERSION,
	OPT_ROLE,
	OPT_STORE_ONLY,
	OPT_CREATE,
	OPT_DEBUG
};

/* clang-format off */
static const struct option options[] = {
	{ "dir",          required_argument, NULL, OPT_DIR },
	{ "listen",       required_argument, NULL, OPT_LISTEN },
	{ "check-config", no_argument,       NULL, OPT_CHECK },
	{ "debug",        no_argument,       NULL, OPT_DEBUG },
	{ "help",         no_argument,       NULL, OPT_HELP },
	{ "version",      no_argument,       NULL, OPT_VERSION },
	{ "role",         required_argument, NULL, OPT_ROLE },
	{ "store-only",   no_argument,       NULL, OPT_STORE_ONLY },
	{ "create",       no_argument,       NULL, OPT_CREATE },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
"usage: mamorid --dir S [--listen HOST:PORT] [--check-config] [--debug]\n"
"\n"
"The server of a Mamori site.  Runs in the foreground, logs to stderr and\n"
"prints 'mamorid: listening on ADDR' on stdout when it is ready.\n"
"\n"
"  --dir S             the site, made by 'mamorictl site init'\n"
"  --listen HOST:PORT  numeric address instead of the configured one;\n"
"                      port 0 takes a free one\n"
"  --check-config      read the configuration, say what is wrong, exit\n"
"  --debug             more diagnostics\n"
"  --help, --version\n";

/* the processes; the name is also what diagnostics begin with */
static const struct role {
	const char *name;
	const char *program;
	int (*main)(const struct server_args *, const struct site_conf *);
} roles[] = {
	{ "parent",     "mamorid",             parent_main },
	{ "store",      "mamorid[store]",      store_main },
	{ "store-only", "mamorid[store-only]", store_only_main },
	{ "session",    "mamorid[session]",    session_main },
	{ "signer",     "mamorid[signer]",     signer_main },
	{ "checkpoint", "mamorid[checkpoint]", checkpoint_main },
};
/* clang-format on */

struct choice {
	struct server_args args;
	const char *role;
	bool check;
	enum log_level level;
};

static int
bad_usage(const char *what, const char *why)
{
	fprintf(stderr, "mamorid: %s: %s: see mamorid --help\n", what, why);
	return 2;
}

/* -1: go on; else the exit code. */
static int
parse(int argc, char **argv, struct choice *c)
{
	struct addr a;
	int o;

	opterr = 0;
	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (o) {
		case OPT_DIR:
			c->args.dir = optarg;
			break;
		case OPT_LISTEN:
			c->args.listen = optarg;
			break;
		case OPT_CHECK:
			c->check = true;
			break;
		case OPT_DEBUG:
			c->level = LOG_DEBUG;
			break;
		case OPT_ROLE:
			c->role = optarg;
			break;
		case OPT_STORE_ONLY:
			c->role = "store-only";
			break;
		case OPT_CREATE:
			c->args.create = true;
			break;
		case OPT_HELP:
			fputs(usage, stdout);
			return 0;
		case OPT_VERSION:
			puts("mamorid " MAMORI_VERSION);
			return 0;
		default:
			return bad_usage(argv[optind - 1],
			    "unknown option or missing value");
		}
	}
	if (optind < argc)
		return bad_usage(argv[optind], "no such argument");
	if (c->args.dir == NULL)
		return bad_usage("--dir", "missing");
	if (c->args.listen != NULL && addr_parse(c->args.listen, &a) != 0)
		return bad_usage(c->args.listen, "not HOST:PORT in numbers");
	return -1;
}

static const struct role *
find_role(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(roles[i].name, name) == 0)
			return &roles[i];
	return NULL;
}

int
main(int argc, char **argv)
{
	struct choice c = { .role = "parent", .level = LOG_INFO };
	struct site_conf *conf = NULL;
	const struct role *role;
	int rc = parse(argc, argv, &c);

	if (rc >= 0)
		return rc;
	role = find_role(c.role);
	if (role == NULL)
		return bad_usage("--role", "unknown");
	logfile_stderr(role->program, c.level);
	if (site_conf_load(c.args.dir, &conf) != 0) {
		fprintf(stderr,
		    "mamorid: %s: %s: make the site with 'mamorictl site init' "
		    "or mend the file\n",
		    c.args.dir, conf_problem());
		return 1;
	}
	if (c.check) {
		puts("mamorid: configuration is good");
		rc = 0;
	} else {
		rc = role->main(&c.args, conf);
	}
	site_conf_free(conf);
	return rc;
}
