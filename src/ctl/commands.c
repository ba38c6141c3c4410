/*
 * The table of commands, and finding one.
 *
 * SECURITY: see main.c.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "ctl/ctl.h"

/* clang-format off */
/* group, verb, function, options, what it does */
const struct command ctl_commands[] = {
	{ "site", "init", cmd_site_init,
	  "--dir S --name NAME --code CODE [--synthetic]\n"
	  "    [--listen HOST:PORT] [--origin NAME]",
	  "make a site: keys, CA, certificate, database, configuration" },
	{ "terminal", "add", cmd_terminal_add,
	  "--dir S --id T01 --place PLACE --out T [--server HOST:PORT]\n"
	  "    [--sensor SPEC] [--json]",
	  "register a terminal; T gets its key, certificate and CA" },
	{ "terminal", "list", cmd_terminal_list, "--dir S [--json]",
	  "list the registered terminals" },
	{ "terminal", "revoke", cmd_terminal_revoke,
	  "--dir S --id T01 --reason TEXT",
	  "shut a terminal out for good" },
	{ "operator", "add", cmd_operator_add,
	  "--dir S --match-id M001 --name NAME --dept DEPT\n"
	  "    --from YYYY-MM-DD --until YYYY-MM-DD",
	  "register a person" },
	{ "operator", "grant", cmd_operator_grant,
	  "--dir S --operator-id O001 --match-id M001\n"
	  "    --template clerk|reviewer|supervisor|admin|auditor|other-section\n"
	  "    [--add RIGHT]... [--remove RIGHT]... [--hide GROUP]...\n"
	  "    [--at YYYY-MM-DD] [--json]",
	  "copy a template's rights to a person's operator id" },
	{ "operator", "list", cmd_operator_list, "--dir S [--json]",
	  "list persons, their operator ids and rights" },
	{ "operator", "unlock", cmd_operator_unlock,
	  "--dir S --match-id M001 --reason TEXT",
	  "let a person with too many failures in again" },
	{ "operator", "suspend", cmd_operator_suspend,
	  "--dir S --match-id M001 --reason TEXT [--at YYYY-MM-DD]",
	  "close an account for a while, now or on a day" },
	{ "operator", "resume", cmd_operator_resume,
	  "--dir S --match-id M001 --reason TEXT [--at YYYY-MM-DD]",
	  "open a suspended account again, now or on a day" },
	{ "operator", "delete", cmd_operator_delete,
	  "--dir S --match-id M001 --reason TEXT [--at YYYY-MM-DD]",
	  "destroy a person's credential and close the account for good" },
	{ "operator", "reset-pin", cmd_operator_reset_pin,
	  "--dir S --match-id M001 --reason TEXT",
	  "destroy a credential whose PIN is lost; the person enrols again" },
	{ "operator", "register", cmd_operator_register, "--dir S [--json]",
	  "print the register of credentials (照合情報認証管理簿)" },
	{ "operator", "changes", cmd_operator_changes, "--dir S [--json]",
	  "list changes of accounts that were set in advance" },
	{ "enroll", NULL, cmd_enroll,
	  "--dir S --terminal T --match-id M001 --modality fingerprint\n"
	  "    --sensor SPEC [--finger 1..10] [--press FINGER] [--json]",
	  "record a person's finger and PIN" },
	{ "residents", "generate", cmd_residents_generate,
	  "--count N --seed K [--protected PERMILLE]",
	  "print synthetic residents as CSV" },
	{ "residents", "import", cmd_residents_import,
	  "--dir S [--json] FILE",
	  "import residents: all or nothing, every bad line named" },
	{ "log", "export", cmd_log_export, "--dir S --out L [--json]",
	  "write the log as a C2SP tlog-tiles directory" },
	{ "log", "verify", cmd_log_verify,
	  "[--key VKEY|FILE] [--kek FILE] [--since CHECKPOINT]\n"
	  "    [--json] L",
	  "check an exported log as a stranger would" },
	{ "doctor", NULL, cmd_doctor, "[--dir S] [--terminal T] [--json]",
	  "say what is wrong and how to mend it" },
	{ NULL, NULL, NULL, NULL, NULL },
};
/* clang-format on */

static void
print_name(const struct command *c, FILE *f)
{
	fprintf(f, "mamorictl %s%s%s", c->group, c->verb != NULL ? " " : "",
	    c->verb != NULL ? c->verb : "");
}

static void
print_all(FILE *f)
{
	char name[64];

	fputs("usage: mamorictl COMMAND [OPTIONS]\n\n", f);
	for (const struct command *c = ctl_commands; c->group != NULL; c++) {
		(void)snprintf(name, sizeof(name), "%s %s", c->group,
		    c->verb != NULL ? c->verb : "");
		fprintf(f, "  %-20s %s\n", name, c->help);
	}
	fputs(
	    "\nmamorictl COMMAND --help says more; so does mamorictl(8).\n", f);
}

static int
print_help(const struct command *c)
{
	fputs("usage: ", stdout);
	print_name(c, stdout);
	printf(" %s\n\n%s\n", c->usage, c->help);
	return CTL_OK;
}

/* Does one of the words before "--" ask for it? */
static bool
asks(int argc, char **argv, const char *option)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], option) == 0)
			return true;
	return false;
}

static const struct command *
find(int argc, char **argv, int *words)
{
	for (const struct command *c = ctl_commands; c->group != NULL; c++) {
		if (argc < 2 || strcmp(argv[1], c->group) != 0)
			continue;
		*words = 1;
		if (c->verb == NULL)
			return c;
		*words = 2;
		if (argc > 2 && strcmp(argv[2], c->verb) == 0)
			return c;
	}
	return NULL;
}

int
ctl_main(int argc, char **argv)
{
	const struct command *c;
	int words = 0;

	(void)setlocale(LC_ALL, "");
	if (asks(argc, argv, "--version")) {
		puts("mamorictl " MAMORI_VERSION);
		return CTL_OK;
	}
	c = find(argc, argv, &words);
	if (c == NULL && asks(argc, argv, "--help")) {
		print_all(stdout);
		return CTL_OK;
	}
	if (argc < 2) {
		print_all(stderr);
		return CTL_USAGE;
	}
	if (c == NULL)
		return ctl_misuse(argv[words == 2 && argc > 2 ? 2 : 1],
		    "no such command", "see mamorictl --help");
	if (asks(argc, argv, "--help"))
		return print_help(c);
	return c->run(argc - words, argv + words);
}
