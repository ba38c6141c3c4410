/*
 * mamorictl terminal add|list|revoke (TRM-01, TRM-16).
 *
 * SECURITY: the terminal's keys are made here and exist in T only; the store
 * learns the fingerprint of the certificate and the public half of the
 * signing key.  A terminal that the store refused leaves nothing behind.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "conf/problem.h"
#include "conf/site.h"
#include "conf/terminal.h"
#include "core/err.h"
#include "ctl/ctl.h"
#include "ctl/json.h"
#include "mamori.pb-c.h"
#include "net/addr.h"
#include "net/pki.h"

struct terminal_args {
	const char *dir;
	const char *id;
	const char *place;
	const char *out;
	const char *server;
	const char *sensor;
	bool json;
};

/* What registration needs of a new terminal. */
struct terminal_new {
	struct pki_cert cert;
	uint8_t sign_pub[ED25519_PUB];
};

static int
copy_file(const struct terminal_args *a, const char *from, const char *to)
{
	char path[CTL_PATH];
	struct buf text = BUF_INIT;
	int err;

	if (!ctl_path(path, a->dir, from))
		return ctl_fail_err(from, ERR_TOOLONG, NULL);
	err = ctl_read(path, 65536, &text);
	if (err == 0 && !ctl_path(path, a->out, to))
		err = ERR_TOOLONG;
	if (err == 0)
		err = ctl_write_new(path, buf_str(&text), 0600);
	buf_wipe(&text);
	return err == 0 ? 0 : ctl_fail_err(path, err, NULL);
}

static int
make_keys(const struct terminal_args *a, struct terminal_new *t)
{
	char ca_cert[CTL_PATH];
	char ca_key[CTL_PATH];
	char cert[CTL_PATH];
	char key[CTL_PATH];
	char sign[CTL_PATH];
	struct pki_files ca = { ca_cert, ca_key };
	struct pki_files to = { cert, key };
	struct pki_spec spec = { a->id, ctl_now_ms() / 1000, PKI_CERT_DAYS };
	struct crypt_key *k = NULL;
	int err;

	if (!ctl_path(ca_cert, a->dir, "tls/ca.crt") ||
	    !ctl_path(ca_key, a->dir, "keys/ca.key") ||
	    !ctl_path(cert, a->out, "terminal.crt") ||
	    !ctl_path(key, a->out, "terminal.key") ||
	    !ctl_path(sign, a->out, "sign.key"))
		return ctl_fail_err(a->out, ERR_TOOLONG, NULL);
	err = pki_issue(&ca, PKI_TERMINAL, &spec, &to, &t->cert);
	if (err == ERR_NOTFOUND)
		return ctl_fail(ca_key, "the CA's key is not here",
		    "run this where the CA is kept");
	if (err != 0)
		return ctl_fail_err(cert, err, NULL);
	err = crypt_key_create(sign, &k);
	if (err != 0)
		return ctl_fail_err(sign, err, NULL);
	crypt_key_pub(k, t->sign_pub);
	crypt_key_free(k);
	return 0;
}

static int
read_vkey(const char *dir, char out[321])
{
	char path[CTL_PATH];
	struct buf text = BUF_INIT;
	struct str line;
	int err;

	if (!ctl_path(path, dir, "log.vkey"))
		return ctl_fail_err(dir, ERR_TOOLONG, NULL);
	err = ctl_read(path, 512, &text);
	line = buf_str(&text);
	while (line.n > 0 && line.p[line.n - 1] == '\n')
		line.n--;
	if (err == 0)
		err = str_copy(out, 321, line);
	buf_release(&text);
	return err == 0 ? 0 : ctl_fail_err(path, err, NULL);
}

static int
make_conf(const struct terminal_args *a, const struct site_conf *site)
{
	struct terminal_conf c = { .language = "ja" };
	struct buf text = BUF_INIT;
	char path[CTL_PATH];
	int err;

	(void)str_copy(c.id, sizeof(c.id), str_of(a->id));
	(void)str_copy(
	    c.site_name, sizeof(c.site_name), str_of(site->site_name));
	(void)str_copy(c.origin, sizeof(c.origin), str_of(site->origin));
	if (str_copy(c.place, sizeof(c.place), str_of(a->place)) != 0 ||
	    str_copy(c.server, sizeof(c.server),
		str_of(a->server != NULL ? a->server : site->listen)) != 0 ||
	    str_copy(c.sensor, sizeof(c.sensor),
		str_of(a->sensor != NULL ? a->sensor : "fprint")) != 0)
		return ctl_fail(a->id, "a value is too long", "shorten it");
	if (read_vkey(a->dir, c.log_vkey) != 0)
		return CTL_FAILED;
	terminal_conf_put(&c, &text);
	err = text.err;
	if (err == 0 && !ctl_path(path, a->out, TERMINAL_CONF_FILE))
		err = ERR_TOOLONG;
	if (err == 0)
		err = ctl_write_new(path, buf_str(&text), 0600);
	buf_release(&text);
	return err == 0 ? 0 : ctl_fail_err(a->out, err, NULL);
}

static int
make_folders(const char *out)
{
	static const char *const names[] = { "bio", "state" };
	char path[CTL_PATH];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!ctl_path(path, out, names[i]) || mkdir(path, 0700) != 0)
			return ctl_fail_err(out, ERR_IO, NULL);
	return 0;
}

/* All of T; then it is read back as mamori will read it. */
static int
make_terminal(const struct terminal_args *a, const struct site_conf *site,
    struct terminal_new *t)
{
	struct terminal_conf *check = NULL;
	int rc = make_folders(a->out);

	if (rc == 0)
		rc = make_keys(a, t);
	if (rc == 0)
		rc = copy_file(a, "tls/ca.crt", "ca.crt");
	if (rc == 0)
		rc = copy_file(a, "keys/group.key", "bio/group.key");
	if (rc == 0)
		rc = make_conf(a, site);
	if (rc == 0 && terminal_conf_load(a->out, &check) != 0)
		rc = ctl_fail(a->id, conf_problem(), "mend the value");
	terminal_conf_free(check);
	if (rc == 0 && ctl_sync_dir(a->out) != 0)
		rc = ctl_fail_err(a->out, ERR_IO, NULL);
	return rc;
}

static int
register_terminal(const struct terminal_args *a, const struct terminal_new *t)
{
	Mamori__CtlTerminalAddReq req = MAMORI__CTL_TERMINAL_ADD_REQ__INIT;
	const ProtobufCMessage *ans;
	struct link *link = NULL;
	int rc;

	req.id = CTL_PB(a->id);
	req.place = CTL_PB(a->place);
	req.cert_sha256 =
	    PB_BYTES(str_n(t->cert.sha256, sizeof(t->cert.sha256)));
	req.sign_pub = PB_BYTES(str_n(t->sign_pub, sizeof(t->sign_pub)));
	req.not_after = t->cert.not_after;
	rc = ctl_open(a->dir, &link);
	if (rc == 0)
		rc = ctl_ask(link, OP_ctl_terminal_add, &req.base, a->id, &ans);
	link_close(link);
	return rc;
}

static void
put_hex(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_printf(b, "%02x", (unsigned char)s.p[i]);
}

static int
tell_added(const struct terminal_args *a, const struct terminal_new *t)
{
	struct buf hex = BUF_INIT;
	struct buf until = BUF_INIT;
	struct json j = { 0 };
	int err = 0;

	put_hex(&hex, str_n(t->cert.sha256, sizeof(t->cert.sha256)));
	ctl_put_time(&until, t->cert.not_after * 1000);
	if (a->json) {
		json_open(&j, '{');
		json_pair(&j, "id", str_of(a->id));
		json_pair(&j, "place", str_of(a->place));
		json_pair(&j, "dir", str_of(a->out));
		json_pair(&j, "cert_sha256", buf_str(&hex));
		json_pair(&j, "not_after", buf_str(&until));
		json_close(&j);
		err = json_print(&j);
	} else {
		printf("terminal %s (%s) in %s, certificate until " STR_FMT
		       "\n",
		    a->id, a->place, a->out, STR_ARG(buf_str(&until)));
	}
	buf_release(&j.b);
	buf_release(&hex);
	buf_release(&until);
	return err == 0 ? CTL_OK : ctl_fail_err("stdout", err, NULL);
}

static int
check_add(const struct terminal_args *a)
{
	struct addr addr;

	if (!ctl_id_ok(a->id))
		return ctl_fail(a->id, "not an id of a terminal",
		    "1 to 32 letters, digits, - and _");
	if (a->place[0] == '\0')
		return ctl_fail(
		    "--place", "empty", "say where the terminal stands");
	if (a->server != NULL && addr_parse(a->server, &addr) != 0)
		return ctl_fail(a->server, "not HOST:PORT in numbers",
		    "write it like 127.0.0.1:7443");
	return 0;
}

int
cmd_terminal_add(int argc, char **argv)
{
	struct terminal_args a = { .dir = NULL };
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &a.dir },
		{ .name = "id", .must = true, .text = &a.id },
		{ .name = "place", .must = true, .text = &a.place },
		{ .name = "out", .must = true, .text = &a.out },
		{ .name = "server", .text = &a.server },
		{ .name = "sensor", .text = &a.sensor },
		{ .name = "json", .flag = &a.json },
	};
	struct site_conf *site = NULL;
	struct terminal_new t = { .cert = { .not_after = 0 } };
	bool fresh = false;
	int err;
	int rc;

	rc = ctl_options(argc, argv, options,
	    sizeof(options) / sizeof(options[0]), NULL, 0, 0);
	if (rc == 0)
		rc = check_add(&a);
	if (rc != 0)
		return rc;
	if (site_conf_load(a.dir, &site) != 0)
		return ctl_fail(a.dir, conf_problem(),
		    "give the directory that 'mamorictl site init' made");
	err = ctl_fresh_dir(a.out, &fresh);
	if (err == ERR_EXISTS)
		rc = ctl_fail(
		    a.out, "the directory is not empty", "choose another one");
	else if (err != 0)
		rc = ctl_fail_err(a.out, err, NULL);
	if (rc == 0) {
		rc = make_terminal(&a, site, &t);
		if (rc == 0)
			rc = register_terminal(&a, &t);
		if (rc != 0)
			ctl_remove_tree(a.out, fresh);
	}
	site_conf_free(site);
	return rc != 0 ? rc : tell_added(&a, &t);
}

static void
list_json(struct json *j, const Mamori__CtlTerminal *t)
{
	struct buf hex = BUF_INIT;

	put_hex(&hex, STR_PB(t->cert_sha256));
	json_open(j, '{');
	json_pair(j, "id", STR_PB(t->id));
	json_pair(j, "place", STR_PB(t->place));
	json_pair_num(j, "added_ms", (uint64_t)t->added_ms);
	json_pair_bool(j, "revoked", t->revoked_ms != 0);
	json_pair_num(j, "revoked_ms", (uint64_t)t->revoked_ms);
	json_pair_num(j, "not_after", (uint64_t)t->not_after);
	json_pair(j, "cert_sha256", buf_str(&hex));
	json_close(j);
	buf_release(&hex);
}

static void
list_text(const Mamori__CtlTerminal *t)
{
	struct buf b = BUF_INIT;

	buf_puts_str(&b, STR_PB(t->id));
	buf_putc(&b, '\t');
	buf_puts_str(&b, STR_PB(t->place));
	buf_puts(&b, t->revoked_ms != 0 ? "\trevoked " : "\tadded ");
	ctl_put_time(&b, t->revoked_ms != 0 ? t->revoked_ms : t->added_ms);
	buf_puts(&b, "\tcertificate until ");
	ctl_put_time(&b, t->not_after * 1000);
	printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
	buf_release(&b);
}

static void
show_list(struct json *j, bool json, const ProtobufCMessage *ans)
{
	const Mamori__CtlTerminalListAns *list =
	    (const Mamori__CtlTerminalListAns *)(const void *)ans;

	for (size_t i = 0; i < list->n_terminals; i++) {
		if (json)
			list_json(j, list->terminals[i]);
		else
			list_text(list->terminals[i]);
	}
}

int
cmd_terminal_list(int argc, char **argv)
{
	Mamori__CtlTerminalListReq req = MAMORI__CTL_TERMINAL_LIST_REQ__INIT;

	return ctl_show(argc, argv, OP_ctl_terminal_list, &req.base, show_list);
}

int
cmd_terminal_revoke(int argc, char **argv)
{
	Mamori__CtlTerminalRevokeReq req =
	    MAMORI__CTL_TERMINAL_REVOKE_REQ__INIT;
	const ProtobufCMessage *ans;
	struct ctl_named n = { .dir = NULL };
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &n.dir },
		{ .name = "id", .must = true, .text = &n.id },
		{ .name = "reason", .must = true, .text = &n.reason },
	};
	struct link *link = NULL;
	int rc;

	rc = ctl_options(argc, argv, options, 3, NULL, 0, 0);
	if (rc != 0)
		return rc;
	if (!ctl_id_ok(n.id) || n.reason[0] == '\0')
		return ctl_fail(n.id, "not an id, or no reason was given",
		    "see mamorictl terminal list");
	req.id = CTL_PB(n.id);
	req.reason = CTL_PB(n.reason);
	rc = ctl_open(n.dir, &link);
	if (rc == 0)
		rc = ctl_ask(
		    link, OP_ctl_terminal_revoke, &req.base, n.id, &ans);
	link_close(link);
	if (rc == 0)
		printf("terminal %s is shut out\n", n.id);
	return rc;
}
