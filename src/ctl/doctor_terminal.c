/*
 * Is the terminal in order?
 *
 * SECURITY: run as the terminal's user; asks mamori-bio only whether a sensor
 * is there, never for a finger.
 */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/note.h"
#include "auth/bio.h"
#include "conf/problem.h"
#include "conf/terminal.h"
#include "core/err.h"
#include "ctl/ctl.h"
#include "ctl/doctor.h"
#include "mamori.pb-c.h"
#include "net/addr.h"
#include "net/pki.h"

#define AGAIN	   "register the terminal again: mamorictl terminal add"
#define CONNECT_MS 2000

/* clang-format off */
/* file, length, optional, may be empty, what to do */
static const struct doctor_file terminal_files[] = {
	{ TERMINAL_CONF_FILE, 0, false, false, AGAIN },
	{ "ca.crt",           0, false, false, AGAIN },
	{ "terminal.crt",     0, false, false, AGAIN },
	{ "terminal.key",     0, false, false, AGAIN },
	{ "sign.key",         ED25519_SEED, false, false, AGAIN },
	{ "bio/group.key",    32, false, false, AGAIN },
};
/* clang-format on */

/* Does anything accept a connection there? */
static int
try_connect(const struct addr *a)
{
	struct pollfd p = { .events = POLLOUT };
	socklen_t n = sizeof(int);
	int failed = 0;

	p.fd = socket(
	    a->ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p.fd < 0)
		return ERR_IO;
	if (connect(p.fd, (const struct sockaddr *)&a->ss, a->len) != 0) {
		if (errno != EINPROGRESS || poll(&p, 1, CONNECT_MS) != 1 ||
		    getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &failed, &n) != 0)
			failed = ETIMEDOUT;
	}
	close(p.fd);
	return failed == 0 ? 0 : ERR_IO;
}

static void
check_server(struct doctor *d, const char *server)
{
	struct addr a;

	if (addr_parse(server, &a) != 0)
		doctor_problem(d, server, "not HOST:PORT in numbers",
		    "mend 'server' in terminal.yaml");
	else if (try_connect(&a) != 0)
		doctor_problem(d, server, "the server cannot be reached",
		    "start mamorid, check the network and the address");
}

static void
check_key(struct doctor *d, const struct terminal_conf *c)
{
	struct note_vkey vkey;

	if (note_vkey_parse(str_of(c->log_vkey), &vkey) != 0)
		doctor_problem(d, TERMINAL_CONF_FILE,
		    "log_vkey: not a verifier key", AGAIN);
	else if (strcmp(vkey.name, c->origin) != 0)
		doctor_problem(d, TERMINAL_CONF_FILE,
		    "log_vkey: its name is not the origin", AGAIN);
}

static void
check_state(struct doctor *d, const char *dir)
{
	char path[CTL_PATH];

	if (ctl_path(path, dir, "state") && access(path, W_OK | X_OK) != 0)
		doctor_problem(d, path, strerror(errno),
		    "make the folder and give it to the terminal's user");
}

static void
check_screen(struct doctor *d)
{
	struct winsize w;

	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		doctor_note(d, "locale",
		    "not UTF-8 in this shell; mamori takes C.UTF-8 itself");
	if (!isatty(STDOUT_FILENO))
		return;
	if (getenv("TERM") == NULL)
		doctor_problem(d, "TERM", "not set",
		    "set it to the type of this terminal");
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col != 0 &&
	    (w.ws_col < 80 || w.ws_row < 24))
		doctor_problem(d, "screen", "smaller than 80 x 24",
		    "make the window larger or the letters smaller");
}

/* Runs BIO_INFO to its end. */
static int
ask_sensor(const char *helper, const struct terminal_conf *c, const char *dir,
    char driver[65])
{
	struct bio_request req = { .kind = BIO_INFO,
		.sensor = c->sensor,
		.terminal_dir = dir,
		.timeout_s = 5 };
	struct pollfd p = { .events = POLLIN };
	struct bio_event ev = { .err = 0 };
	struct bio *bio = NULL;
	bool done = false;
	int ms;
	int err;

	driver[0] = '\0';
	err = bio_start(&bio, helper, &req);
	if (err != 0)
		return err;
	p.fd = bio_fd(bio);
	while (!done) {
		while (!done && bio_read(bio, &ev) == 1) {
			done = ev.kind == BIO_EV_DONE;
			if (ev.kind == BIO_EV_READY)
				(void)str_copy(driver, 65, str_of(ev.driver));
		}
		ms = bio_deadline_ms(bio);
		if (!done && (ms <= 0 || poll(&p, 1, ms) == 0))
			bio_overdue(bio);
	}
	err = ev.err;
	bio_free(bio);
	return err;
}

static void
check_sensor(struct doctor *d, const struct terminal_conf *c, const char *dir)
{
	char helper[CTL_PATH];
	char driver[65];
	int err;

	if (bio_helper_path(c->sensor, helper, sizeof(helper)) != 0 ||
	    access(helper, X_OK) != 0) {
		doctor_problem(d, "mamori-bio", "not installed",
		    "install the programs together; virtual sensors need the "
		    "demo build");
		return;
	}
	err = ask_sensor(helper, c, dir, driver);
	if (err != 0)
		doctor_problem(d, c->sensor, err_text(err),
		    "plug the sensor in, check its permissions and 'sensor' "
		    "in terminal.yaml");
	else
		doctor_note(d, "sensor", driver);
}

/* Does the site know this certificate, and was it not revoked? */
static void
check_registered(struct doctor *d, const char *dir, const char *site,
    const struct terminal_conf *c)
{
	Mamori__CtlTerminalListReq req = MAMORI__CTL_TERMINAL_LIST_REQ__INIT;
	const Mamori__CtlTerminalListAns *list;
	const ProtobufCMessage *ans;
	struct link *link = NULL;
	struct pki_cert cert;
	char path[CTL_PATH];
	const char *why = "the site does not know this certificate";

	if (!ctl_path(path, dir, "terminal.crt") ||
	    pki_read(path, &cert) != 0 || link_open(site, false, &link) != 0)
		return;
	if (link_ask(link, OP_ctl_terminal_list, &req.base, &ans) != 0) {
		link_close(link);
		return;
	}
	list = (const Mamori__CtlTerminalListAns *)(const void *)ans;
	for (size_t i = 0; i < list->n_terminals; i++) {
		if (!str_eq(STR_PB(list->terminals[i]->cert_sha256),
			str_n(cert.sha256, sizeof(cert.sha256))))
			continue;
		why = list->terminals[i]->revoked_ms != 0
		    ? "the terminal was revoked"
		    : NULL;
	}
	if (why != NULL)
		doctor_problem(d, c->id, why, AGAIN);
	link_close(link);
}

void
doctor_terminal(struct doctor *d, const char *dir, const char *site)
{
	struct terminal_conf *c = NULL;

	if (!doctor_files(d, dir, terminal_files,
		sizeof(terminal_files) / sizeof(terminal_files[0])))
		return;
	doctor_certificate(
	    d, dir, "terminal.crt", "terminal.key", "ca.crt", AGAIN);
	check_state(d, dir);
	check_screen(d);
	doctor_disk(d, dir);
	if (terminal_conf_load(dir, &c) != 0) {
		doctor_problem(d, TERMINAL_CONF_FILE, conf_problem(), AGAIN);
		return;
	}
	check_key(d, c);
	check_server(d, c->server);
	check_sensor(d, c, dir);
	if (site != NULL)
		check_registered(d, dir, site, c);
	terminal_conf_free(c);
}
