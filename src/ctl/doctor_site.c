/*
 * Is the site in order?
 *
 * SECURITY: the store is asked through its own way in, so the look is in the
 * log like every other one.
 */
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <fcntl.h>
#include <unistd.h>

#include "audit/note.h"
#include "conf/forms.h"
#include "conf/masters.h"
#include "conf/problem.h"
#include "conf/share.h"
#include "conf/site.h"
#include "core/err.h"
#include "ctl/ctl.h"
#include "ctl/doctor.h"
#include "mamori.pb-c.h"
#include "net/addr.h"
#include "net/pki.h"

#define RESTORE "restore it from the key backup"

/* clang-format off */
/* file, length, optional, may be empty, what to do */
static const struct doctor_file site_files[] = {
	{ SITE_CONF_FILE,   0, false, false, "restore it from the backup" },
	{ "log.vkey",       0, false, false, "restore it from the backup" },
	{ "keys/root.key",  ED25519_SEED, true, false, RESTORE },
	{ "keys/ca.key",    0, true, false, RESTORE },
	{ "keys/log.key",   ED25519_SEED, false, false, RESTORE },
	{ "keys/group.key", 32, false, false, RESTORE },
	{ "keys/kek",       0, false, true, RESTORE },
	{ "tls/ca.crt",     0, false, false, "restore it from the backup" },
	{ "tls/server.crt", 0, false, false, "restore it from the backup" },
	{ "tls/server.key", 0, false, false, RESTORE },
	{ "db/mamori.db",   0, false, false, "restore the last backup" },
};
/* clang-format on */

static void
check_conf(struct doctor *d, const char *dir, struct site_conf **out)
{
	struct addr a;

	if (site_conf_load(dir, out) != 0) {
		doctor_problem(d, SITE_CONF_FILE, conf_problem(),
		    "mend the file; see mamorid.yaml(5)");
		return;
	}
	if (addr_parse((*out)->listen, &a) != 0)
		doctor_problem(d, SITE_CONF_FILE,
		    "listen: not HOST:PORT in numbers",
		    "write it like 127.0.0.1:7443");
}

/* The key that signs the log is the one that everybody checks with. */
static void
check_log_key(struct doctor *d, const char *dir, const struct site_conf *c)
{
	char path[CTL_PATH];
	struct crypt_key *key = NULL;
	struct buf text = BUF_INIT;
	struct note_vkey vkey;
	uint8_t pub[ED25519_PUB];

	if (!ctl_path(path, dir, "log.vkey") || ctl_read(path, 512, &text) != 0)
		goto out;
	while (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	if (note_vkey_parse(buf_str(&text), &vkey) != 0) {
		doctor_problem(d, path, "not a verifier key",
		    "restore it from the backup");
		goto out;
	}
	if (strcmp(vkey.name, c->origin) != 0)
		doctor_problem(d, path, "its name is not the site's origin",
		    "restore mamorid.yaml and log.vkey together");
	if (!ctl_path(path, dir, "keys/log.key") ||
	    crypt_key_load(path, &key) != 0)
		goto out;
	crypt_key_pub(key, pub);
	if (memcmp(pub, vkey.pub, sizeof(pub)) != 0)
		doctor_problem(d, path, "does not belong to log.vkey", RESTORE);
out:
	crypt_key_free(key);
	buf_release(&text);
}

static void
check_share(struct doctor *d)
{
	char share[CTL_PATH];
	char path[CTL_PATH];
	struct forms *forms = NULL;
	struct masters *masters = NULL;

	if (conf_share_dir(share, sizeof(share)) != 0) {
		doctor_problem(d, "forms and masters", "not found",
		    "install Mamori again");
		return;
	}
	if (ctl_path(path, share, "forms") && forms_load(path, &forms) != 0)
		doctor_problem(d, path, conf_problem(), "install Mamori again");
	if (ctl_path(path, share, "masters") &&
	    masters_load(path, &masters) != 0)
		doctor_problem(d, path, conf_problem(), "install Mamori again");
	forms_free(forms);
	masters_free(masters);
}

static bool
lock_is_held(const char *dir)
{
	char path[CTL_PATH];
	bool held = false;
	int fd;

	if (!ctl_path(path, dir, "run/lock"))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	held = flock(fd, LOCK_EX | LOCK_NB) != 0;
	close(fd);
	return held;
}

static void
check_status(struct doctor *d, const Mamori__CtlStatusAns *s)
{
	char why[120];

	/* SD-9 */
	if (s->approvers < 2) {
		(void)snprintf(why, sizeof(why),
		    "%llu enrolled person(s) with the right to approve a "
		    "release",
		    (unsigned long long)s->approvers);
		doctor_problem(d, "approvers", why,
		    "grant reviewer or supervisor to at least two persons "
		    "and enrol them (SD-9)");
	}
	if (s->locked > 0) {
		(void)snprintf(why, sizeof(why), "%llu are locked",
		    (unsigned long long)s->locked);
		doctor_note(d, "accounts", why);
	}
	if (s->synthetic)
		doctor_note(
		    d, "site", "synthetic: no real person may be in it");
	(void)snprintf(why, sizeof(why),
	    "%llu entries, %llu residents, %llu terminals, %llu of %llu "
	    "accounts enrolled",
	    (unsigned long long)s->log_size, (unsigned long long)s->residents,
	    (unsigned long long)s->terminals, (unsigned long long)s->enrolled,
	    (unsigned long long)s->accounts);
	doctor_note(d, "store", why);
}

static void
check_store(struct doctor *d, const char *dir)
{
	Mamori__CtlStatusReq req = MAMORI__CTL_STATUS_REQ__INIT;
	const ProtobufCMessage *ans;
	struct link *link = NULL;
	bool held = lock_is_held(dir);
	int err;

	err = link_open(dir, false, &link);
	if (err == 0 && !link_is_server(link) && held) {
		link_close(link);
		doctor_problem(d, "mamorid",
		    "holds the lock but does not answer",
		    "restart it and keep its messages");
		return;
	}
	if (err == 0)
		err = link_ask(link, OP_ctl_status, &req.base, &ans);
	if (err != 0) {
		doctor_problem(d, "store", err_text(err),
		    "see mamorid's messages; restore the last backup if data "
		    "is damaged");
	} else {
		if (!link_is_server(link))
			doctor_note(
			    d, "mamorid", "does not run: no terminal can work");
		check_status(
		    d, (const Mamori__CtlStatusAns *)(const void *)ans);
	}
	link_close(link);
}

void
doctor_site(struct doctor *d, const char *dir)
{
	struct site_conf *c = NULL;

	if (!doctor_files(
		d, dir, site_files, sizeof(site_files) / sizeof(site_files[0])))
		return;
	check_conf(d, dir, &c);
	doctor_certificate(d, dir, "tls/server.crt", "tls/server.key",
	    "tls/ca.crt", "issue a new one where the CA's key is kept");
	doctor_disk(d, dir);
	check_share(d);
	if (c != NULL) {
		check_log_key(d, dir, c);
		check_store(d, dir);
	}
	site_conf_free(c);
}
