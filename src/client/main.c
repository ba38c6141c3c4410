/*
 * mamori: the operator terminal (DESIGN §2, §5).
 *
 * SECURITY: no core dump, no ptrace, no signal from the keyboard; names of
 * files come from the command line and the kernel, never from the
 * environment.  Only the registered server is spoken to (TRM-06).
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/bio.h"
#include "client/run.h"
#include "conf/forms.h"
#include "conf/masters.h"
#include "conf/problem.h"
#include "conf/share.h"
#include "conf/terminal.h"
#include "core/err.h"
#include "core/i18n.h"
#include "net/logfile.h"
#include "net/sysclock.h"

struct options {
	const char *terminal;
	const char *server;
	const char *sensor;
	const char *script;
	const char *lang;
};

/* All that is loaded before the screen opens. */
struct setup {
	struct terminal_conf *conf;
	struct forms *forms;
	struct masters *masters;
	struct script *script;
	struct loop *loop;
	struct app *app;
	char helper[4096];
};

static const char usage_text[] =
    "usage: mamori --terminal T [--server ADDR] [--sensor SPEC]\n"
    "              [--script FILE] [--lang ja|en]\n"
    "       mamori --help | --version\n"
    "\n"
    "The operator terminal.  T is the folder that `mamorictl terminal add`\n"
    "made.  SPEC: fprint, fprint:DRIVER, vein:v4l2:DEVICE, vein:plugin:FILE;\n"
    "in the demo also virtual:image:SOCKET, vein:dir:PATH.  See mamori(1).\n";

static int
complain(const char *what, const char *why, const char *todo)
{
	fprintf(stderr, "mamori: %s: %s: %s\n", what, why, todo);
	return 1;
}

static int
wrong_usage(const char *what)
{
	fprintf(stderr, "mamori: %s: wrong usage: see mamori --help\n", what);
	return 2;
}

/* -1: go on; otherwise the exit status. */
static int
parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "terminal", required_argument, NULL, 't' },
		{ "server", required_argument, NULL, 's' },
		{ "sensor", required_argument, NULL, 'b' },
		{ "script", required_argument, NULL, 'f' },
		{ "lang", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 't':
			o->terminal = optarg;
			break;
		case 's':
			o->server = optarg;
			break;
		case 'b':
			o->sensor = optarg;
			break;
		case 'f':
			o->script = optarg;
			break;
		case 'l':
			o->lang = optarg;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		case 'v':
			puts("mamori " MAMORI_VERSION);
			return 0;
		default:
			return wrong_usage(argv[optind - 1]);
		}
	if (optind < argc)
		return wrong_usage(argv[optind]);
	if (o->terminal == NULL)
		return wrong_usage("--terminal is missing");
	if (o->lang != NULL && strcmp(o->lang, "ja") != 0 &&
	    strcmp(o->lang, "en") != 0)
		return wrong_usage("--lang takes ja or en");
	return -1;
}

static void
harden(void)
{
	static const int keyboard[] = { SIGTSTP, SIGINT, SIGQUIT, SIGPIPE };
	const struct rlimit none = { 0, 0 };
	size_t i;

	umask(077);
	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef MAMORI_ASAN /* the leak checker must be able to look */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	for (i = 0; i < sizeof(keyboard) / sizeof(keyboard[0]); i++)
		signal(keyboard[i], SIG_IGN);
}

static int
start_language(const struct options *o, const struct terminal_conf *conf)
{
	char exe[4096];
	char dir[4096];
	const char *beside = NULL;
	ssize_t n;

	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n > 0) {
		exe[n] = '\0';
		beside = i18n_dir_beside(exe, dir, sizeof(dir));
	}
	if (i18n_init(beside, o->lang != NULL ? o->lang : conf->language) != 0)
		return complain("locale", "it cannot show kanji",
		    "install the locale ja_JP.UTF-8 or C.UTF-8");
	return 0;
}

static int
load_files(const struct options *o, struct setup *s)
{
	char share[4096];
	char dir[4200];

	if (terminal_conf_load(o->terminal, &s->conf) != 0)
		return complain(o->terminal, conf_problem(),
		    "make it with mamorictl terminal add, or name another "
		    "folder");
	if (conf_share_dir(share, sizeof(share)) != 0)
		return complain(
		    "forms, masters", "not found", "install the program again");
	snprintf(dir, sizeof(dir), "%s/forms", share);
	if (forms_load(dir, &s->forms) != 0)
		return complain(dir, conf_problem(), "install the forms again");
	snprintf(dir, sizeof(dir), "%s/masters", share);
	if (masters_load(dir, &s->masters) != 0)
		return complain(
		    dir, conf_problem(), "install the masters again");
	return 0;
}

static const struct form *
find_form(void *data, const char *id)
{
	const struct setup *s = data;

	return forms_find(s->forms, id);
}

static const struct master *
find_master(void *data, const char *id)
{
	const struct setup *s = data;

	return masters_find(s->masters, id);
}

static int
make_app(const struct options *o, struct setup *s)
{
	struct app_config cfg = {
		.loop = s->loop,
		.clock = sysclock(),
		.terminal_dir = o->terminal,
		.terminal = s->conf->id,
		.place = s->conf->place,
		.site_name = s->conf->site_name,
		.origin = s->conf->origin,
		.vkey = s->conf->log_vkey,
		.sensor = o->sensor != NULL ? o->sensor : s->conf->sensor,
		.helper = s->helper,
		.data = s,
		.form = find_form,
		.master = find_master,
	};
	const char *server = o->server != NULL ? o->server : s->conf->server;
	const char *what;
	int rc;

	if (addr_parse(server, &cfg.server) != 0)
		return complain(
		    server, "not an address", "write it as 192.0.2.1:7443");
	if (bio_helper_path(cfg.sensor, s->helper, sizeof(s->helper)) != 0)
		return complain(cfg.sensor, "no helper for this sensor",
		    "install mamori-bio beside mamori, or name another "
		    "sensor");
	memcpy(cfg.forms_digest, s->forms->digest, SHA256_LEN);
	memcpy(cfg.masters_digest, s->masters->digest, SHA256_LEN);
	rc = app_new(&s->app, &cfg, &what);
	if (rc == 0)
		return 0;
	fprintf(stderr,
	    "mamori: %s/%s: %s: check the folder, or register the terminal "
	    "again\n",
	    o->terminal, what, err_text(rc));
	return 1;
}

static void
start_log(const struct options *o)
{
	/* on a screen, messages would stand between the lines */
	if (o->script != NULL)
		logfile_stderr("mamori", LOG_WARN);
	else if (!isatty(STDERR_FILENO))
		logfile_stderr("mamori", LOG_INFO);
}

static int
terminal_main(const struct options *o, struct setup *s)
{
	int rc;

	rc = load_files(o, s);
	if (rc == 0)
		rc = start_language(o, s->conf);
	if (rc == 0 && o->script != NULL &&
	    script_load(o->script, &s->script) != 0)
		rc = complain(o->script, "cannot be used as a script",
		    "see mamori(1), SCRIPTS");
	if (rc != 0)
		return rc;
	s->loop = loop_new(sysclock());
	if (s->loop == NULL)
		return complain("loop", "the system refuses", "see dmesg");
	rc = make_app(o, s);
	return rc != 0 ? rc : run(s->loop, s->app, s->script);
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct setup s = { 0 };
	int rc;

	rc = parse_options(argc, argv, &o);
	if (rc >= 0)
		return rc;
	harden();
	start_log(&o);
	rc = terminal_main(&o, &s);
	app_free(s.app);
	loop_free(s.loop);
	script_free(s.script);
	forms_free(s.forms);
	masters_free(s.masters);
	terminal_conf_free(s.conf);
	return rc;
}
