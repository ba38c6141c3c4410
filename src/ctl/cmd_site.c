/*
 * mamorictl site init: everything a site needs to start.
 *
 *	S/mamorid.yaml  S/log.vkey
 *	S/keys/  root.key ca.key log.key group.key kek
 *	S/tls/   ca.crt server.crt server.key
 *	S/db/    S/run/
 *
 * SECURITY: S is 0700 and every file in it 0600; keys are made here from the
 * system's random bytes and are never printed.  When a step fails, all that
 * was made is removed again: there is no half a site.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/note.h"
#include "conf/site.h"
#include "core/codes.h"
#include "core/era.h"
#include "core/err.h"
#include "ctl/ctl.h"
#include "mamori.pb-c.h"
#include "net/addr.h"
#include "net/pki.h"
#include "net/tls.h"

struct site_args {
	const char *dir;
	const char *name;
	const char *code;
	const char *listen;
	const char *origin;
	bool synthetic;
};

/* 0, or CTL_FAILED after saying what could not be made. */
static int
made(const char *path, int err)
{
	return err == 0 ? 0 : ctl_fail_err(path, err, NULL);
}

/* Of today in Japan: April to March. */
static int
fiscal_year(void)
{
	struct date today = date_today(ctl_now_ms());

	return today.m >= 4 ? today.y : today.y - 1;
}

static int
fill_conf(const struct site_args *a, struct site_conf *c)
{
	char code[CODE_CITY + 1];
	struct note_vkey key;
	struct addr addr;
	uint8_t zero[ED25519_PUB] = { 0 };

	site_conf_init(c);
	c->synthetic = a->synthetic;
	if (code_city(str_of(a->code), code) != 0)
		return ctl_fail(a->code,
		    "not a code of six digits with a valid check digit",
		    "look the 全国地方公共団体コード up");
	(void)str_copy(c->site_code, sizeof(c->site_code), str_of(code));
	if (a->name[0] == '\0' ||
	    str_copy(c->site_name, sizeof(c->site_name), str_of(a->name)) != 0)
		return ctl_fail("--name", "empty or too long",
		    "give the name of the municipality");
	if (a->listen != NULL &&
	    (addr_parse(a->listen, &addr) != 0 ||
		str_copy(c->listen, sizeof(c->listen), str_of(a->listen)) != 0))
		return ctl_fail(a->listen, "not HOST:PORT in numbers",
		    "write it like 127.0.0.1:7443");
	if (a->origin == NULL)
		(void)snprintf(c->origin, sizeof(c->origin),
		    a->synthetic ? "mamori.%s.example/%d"
				 : "juki-audit.%s.lg.jp/%d",
		    code, fiscal_year());
	else if (str_copy(c->origin, sizeof(c->origin), str_of(a->origin)) != 0)
		return ctl_fail("--origin", "too long", "at most 200 bytes");
	if (note_vkey_make(c->origin, zero, &key) != 0)
		return ctl_fail(c->origin, "not a name that a log can have",
		    "no spaces and no plus signs");
	return 0;
}

static int
make_folders(const char *dir)
{
	static const char *const names[] = { "db", "run", "keys", "tls" };
	char path[CTL_PATH];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!ctl_path(path, dir, names[i]) || mkdir(path, 0700) != 0)
			return ctl_fail_err(path, ERR_IO, NULL);
	return 0;
}

static int
make_seed(const char *dir, const char *name, uint8_t pub[ED25519_PUB])
{
	struct crypt_key *key = NULL;
	char path[CTL_PATH];
	int err;

	if (!ctl_path(path, dir, name))
		return ctl_fail_err(dir, ERR_TOOLONG, NULL);
	err = crypt_key_create(path, &key);
	if (err == 0 && pub != NULL)
		crypt_key_pub(key, pub);
	crypt_key_free(key);
	return made(path, err);
}

static int
make_file(const char *dir, const char *name, struct str text)
{
	char path[CTL_PATH];

	if (!ctl_path(path, dir, name))
		return ctl_fail_err(dir, ERR_TOOLONG, NULL);
	return made(path, ctl_write_new(path, text, 0600));
}

static int
make_log_key(const char *dir, const struct site_conf *c)
{
	uint8_t pub[ED25519_PUB];
	struct note_vkey vkey;
	struct buf text = BUF_INIT;
	int rc;

	rc = make_seed(dir, "keys/log.key", pub);
	if (rc == 0)
		rc = made("log.vkey", note_vkey_make(c->origin, pub, &vkey));
	if (rc == 0) {
		note_vkey_put(&vkey, &text);
		buf_putc(&text, '\n');
		rc = make_file(dir, "log.vkey", buf_str(&text));
	}
	buf_release(&text);
	return rc;
}

static int
make_keys(const char *dir, const struct site_conf *c)
{
	uint8_t group[32];
	int rc;

	rc = make_seed(dir, "keys/root.key", NULL);
	if (rc == 0)
		rc = make_log_key(dir, c);
	crypt_random(group, sizeof(group));
	if (rc == 0)
		rc = make_file(
		    dir, "keys/group.key", str_n(group, sizeof(group)));
	explicit_bzero(group, sizeof(group));
	/* the store adds a key a month (store/kek.h) */
	if (rc == 0)
		rc = make_file(dir, "keys/kek", STR(""));
	return rc;
}

static int
make_certificates(const char *dir, const struct site_conf *c)
{
	char ca_cert[CTL_PATH];
	char ca_key[CTL_PATH];
	char cert[CTL_PATH];
	char key[CTL_PATH];
	char name[40];
	struct pki_files ca = { ca_cert, ca_key };
	struct pki_files to = { cert, key };
	struct pki_spec spec = { name, ctl_now_ms() / 1000, PKI_CA_DAYS };
	int err;

	if (!ctl_path(ca_cert, dir, "tls/ca.crt") ||
	    !ctl_path(ca_key, dir, "keys/ca.key") ||
	    !ctl_path(cert, dir, "tls/server.crt") ||
	    !ctl_path(key, dir, "tls/server.key"))
		return ctl_fail_err(dir, ERR_TOOLONG, NULL);
	(void)snprintf(name, sizeof(name), "Mamori-CA-%s", c->site_code);
	err = pki_ca_create(&ca, &spec);
	if (err != 0)
		return made(ca_cert, err);
	spec = (struct pki_spec){ TLS_SERVER_NAME, spec.now, PKI_CERT_DAYS };
	return made(cert, pki_issue(&ca, PKI_SERVER, &spec, &to, NULL));
}

static int
make_conf(const char *dir, const struct site_conf *c)
{
	struct buf text = BUF_INIT;
	int rc;

	site_conf_put(c, &text);
	rc = text.err != 0 ? made(SITE_CONF_FILE, text.err)
			   : make_file(dir, SITE_CONF_FILE, buf_str(&text));
	buf_release(&text);
	return rc;
}

/* The store makes the database and the first entry of the log. */
static int
make_database(const char *dir)
{
	Mamori__CtlStatusReq req = MAMORI__CTL_STATUS_REQ__INIT;
	const ProtobufCMessage *ans;
	struct link *link = NULL;
	int err;
	int rc;

	err = link_open(dir, true, &link);
	if (err == ERR_NOTFOUND)
		return ctl_fail("mamorid", "not beside mamorictl",
		    "install the programs together");
	if (err != 0)
		return ctl_fail_err("mamorid", err, NULL);
	rc = ctl_ask(link, OP_ctl_status, &req.base, "database", &ans);
	link_close(link);
	return rc;
}

static int
make_site(const struct site_args *a, const struct site_conf *c)
{
	int rc = make_folders(a->dir);

	if (rc == 0)
		rc = make_keys(a->dir, c);
	if (rc == 0)
		rc = make_certificates(a->dir, c);
	if (rc == 0)
		rc = make_conf(a->dir, c);
	if (rc == 0)
		rc = make_database(a->dir);
	if (rc == 0 && ctl_sync_dir(a->dir) != 0)
		rc = ctl_fail_err(a->dir, ERR_IO, NULL);
	return rc;
}

int
cmd_site_init(int argc, char **argv)
{
	struct site_args a = { .dir = NULL };
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &a.dir },
		{ .name = "name", .must = true, .text = &a.name },
		{ .name = "code", .must = true, .text = &a.code },
		{ .name = "listen", .text = &a.listen },
		{ .name = "origin", .text = &a.origin },
		{ .name = "synthetic", .flag = &a.synthetic },
	};
	struct site_conf c;
	bool fresh = false;
	int err;
	int rc;

	rc = ctl_options(argc, argv, options,
	    sizeof(options) / sizeof(options[0]), NULL, 0, 0);
	if (rc == 0)
		rc = fill_conf(&a, &c);
	if (rc != 0)
		return rc;
	err = ctl_fresh_dir(a.dir, &fresh);
	if (err == ERR_EXISTS)
		return ctl_fail(a.dir, "the directory is not empty",
		    "choose another one; a site is never overwritten");
	if (err != 0)
		return ctl_fail_err(a.dir, err, NULL);
	rc = make_site(&a, &c);
	if (rc != 0) {
		ctl_remove_tree(a.dir, fresh);
		return rc;
	}
	printf("site %s %s in %s, log %s\n", c.site_code, c.site_name, a.dir,
	    c.origin);
	return CTL_OK;
}
