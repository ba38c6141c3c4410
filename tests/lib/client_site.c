/*
 * A temporary site with a real server: see client_site.h.
 *
 * SECURITY: everything is under a directory of mode 0700 that is removed; no
 * shell is involved.
 */
#include "client_site.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conf/site.h"
#include "core/err.h"
#include "net/proc.h"
#include "net/sysclock.h"

#define ARGS_MAX 24
#define READY_MS 20000

const char *
client_build(void)
{
	const char *b = getenv("BUILD");

	return b == NULL || *b == '\0' ? "build" : b;
}

/* fork+exec; out: its stdout, -1 = root/log. */
static pid_t
start(const struct client_site *s, const char *program,
    const char *const argv[], int out)
{
	char path[512];
	char log[256];
	pid_t pid;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", client_build(), program);
	snprintf(log, sizeof(log), "%s/log", s->root);
	pid = fork();
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, STDERR_FILENO);
	dup2(out >= 0 ? out : fd, STDOUT_FILENO);
	execv(path, (char *const *)(uintptr_t)argv);
	_exit(127);
}

static int
wait_exit(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
client_run(const struct client_site *s, const char *program, ...)
{
	const char *argv[ARGS_MAX + 2] = { program };
	va_list ap;
	pid_t pid;
	unsigned n = 1;

	va_start(ap, program);
	while (n <= ARGS_MAX && (argv[n] = va_arg(ap, const char *)) != NULL)
		n++;
	va_end(ap);
	pid = start(s, program, argv, -1);
	return pid < 0 ? -1 : wait_exit(pid);
}

/* ---- the site ---- */

static int
residents(const struct client_site *s, unsigned count)
{
	char csv[256];
	char number[16];
	const char *argv[] = { "mamorictl", "residents", "generate", "--count",
		number, "--seed", "7", NULL };
	pid_t pid;
	int fd;

	snprintf(csv, sizeof(csv), "%s/R.csv", s->root);
	snprintf(number, sizeof(number), "%u", count);
	fd = open(csv, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	pid = start(s, "mamorictl", argv, fd);
	close(fd);
	if (pid < 0 || wait_exit(pid) != 0)
		return -1;
	return client_run(
	    s, "mamorictl", "residents", "import", "--dir", s->dir, csv, NULL);
}

int
client_site_make(struct client_site *s, unsigned count)
{
	*s = (struct client_site){ .out = -1 };
	snprintf(s->root, sizeof(s->root), "/tmp/mamori-site-XXXXXX");
	if (mkdtemp(s->root) == NULL)
		return -1;
	snprintf(s->dir, sizeof(s->dir), "%s/S", s->root);
	if (client_run(s, "mamorictl", "site", "init", "--dir", s->dir,
		"--name", "例示市", "--code", "162019", "--synthetic",
		NULL) != 0)
		return -1;
	return count == 0 ? 0 : residents(s, count);
}

int
client_site_conf(const struct client_site *s, unsigned per_process,
    unsigned connections, unsigned handshake_seconds)
{
	struct site_conf *c = NULL;
	struct buf b = BUF_INIT;
	char path[256];
	FILE *f;
	int err = site_conf_load(s->dir, &c);

	if (err != 0)
		return err;
	c->sessions_per_process = per_process;
	c->max_connections = connections;
	c->handshake_seconds = handshake_seconds;
	site_conf_put(c, &b);
	site_conf_free(c);
	snprintf(path, sizeof(path), "%s/" SITE_CONF_FILE, s->dir);
	f = fopen(path, "w");
	if (f == NULL || fwrite(b.p, 1, b.n, f) != b.n)
		err = ERR_IO;
	if (f != NULL && fclose(f) != 0)
		err = ERR_IO;
	buf_release(&b);
	return err;
}

/* ---- the server ---- */

static int
read_ready(struct client_site *s, int64_t until)
{
	static const char begin[] = "mamorid: listening on ";
	struct pollfd p = { .fd = s->out, .events = POLLIN };
	char line[128];
	size_t n = 0;
	int64_t left;

	while (n < sizeof(line) - 1) {
		left = until - clock_boot(sysclock());
		if (left <= 0 || poll(&p, 1, (int)left) <= 0 ||
		    read(s->out, line + n, 1) != 1)
			return -1;
		if (line[n] == '\n')
			break;
		n++;
	}
	line[n] = '\0';
	if (strncmp(line, begin, sizeof(begin) - 1) != 0)
		return -1;
	return str_copy(
	    s->addr, sizeof(s->addr), str_of(line + sizeof(begin) - 1));
}

long
client_site_start(struct client_site *s)
{
	const char *argv[] = { "mamorid", "--dir", s->dir, "--listen",
		"127.0.0.1:0", NULL };
	int64_t t0 = clock_boot(sysclock());
	int fds[2];

	if (s->addr[0] != '\0')
		argv[4] = s->addr; /* again on the same port */
	if (pipe2(fds, O_CLOEXEC) != 0)
		return -1;
	if (s->out >= 0)
		close(s->out);
	s->out = fds[0];
	s->server = start(s, "mamorid", argv, fds[1]);
	close(fds[1]);
	if (s->server < 0 || read_ready(s, t0 + READY_MS) != 0)
		return -1;
	return (long)(clock_boot(sysclock()) - t0);
}

int
client_site_stop(struct client_site *s)
{
	int rc;

	if (s->server <= 0)
		return -1;
	kill(s->server, SIGTERM);
	rc = wait_exit(s->server);
	s->server = 0;
	return rc;
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void
client_site_free(struct client_site *s)
{
	if (s->server > 0)
		client_site_stop(s);
	if (s->out >= 0)
		close(s->out);
	if (s->root[0] != '\0' && getenv("MAMORI_KEEP") == NULL)
		nftw(s->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	*s = (struct client_site){ .out = -1 };
}

int
client_site_terminal(const struct client_site *s, const char *id, char dir[192])
{
	snprintf(dir, 192, "%s/%s", s->root, id);
	return client_run(s, "mamorictl", "terminal", "add", "--dir", s->dir,
	    "--id", id, "--place", "本庁1階", "--out", dir, NULL);
}

/* ---- the control socket ---- */

static int
read_frame(int fd, struct buf *in, struct frame *f)
{
	uint8_t chunk[65536];
	size_t used;
	ssize_t n;
	int rc;

	while ((rc = frame_get(buf_str(in), FRAME_MAX, f, &used)) == 0) {
		n = read(fd, chunk, sizeof(chunk));
		if (n <= 0)
			return ERR_IO;
		buf_put(in, chunk, (size_t)n);
	}
	return rc < 0 ? rc : 0;
}

static int
unwrap(struct str payload, struct buf *out)
{
	struct wire_arena a = { 0 };
	ProtobufCMessage *m = NULL;
	const Mamori__Answer *ans;
	int err = wire_arena_init(&a, (size_t)8 << 20);

	if (err == 0)
		err = wire_unpack(&mamori__answer__descriptor, payload, &a, &m);
	if (err == 0) {
		ans = (const void *)m;
		err = ans->code;
		buf_puts_str(out, STR_PB(ans->body));
	}
	wire_arena_release(&a);
	return err;
}

int
client_ctl(const struct client_site *s, enum op op, const ProtobufCMessage *req,
    struct buf *out)
{
	Mamori__Request r = MAMORI__REQUEST__INIT;
	struct frame f = { .op = (uint16_t)op, .call = 1 };
	struct buf body = BUF_INIT;
	struct buf packed = BUF_INIT;
	struct buf bytes = BUF_INIT;
	char run[192];
	int err = ERR_IO;
	int fd;

	snprintf(run, sizeof(run), "%s/run", s->dir);
	fd = proc_unix_connect(run, "ctl.sock");
	if (fd < 0)
		return fd;
	wire_pack(&body, req);
	r.body = PB_BYTES(buf_str(&body));
	r.when_ms = clock_wall(sysclock());
	wire_pack(&packed, &r.base);
	f.payload = buf_str(&packed);
	frame_put(&bytes, &f);
	if (write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n) {
		buf_clear(&bytes);
		err = read_frame(fd, &bytes, &f);
	}
	if (err == 0)
		err = unwrap(f.payload, out);
	close(fd);
	buf_release(&body);
	buf_release(&packed);
	buf_release(&bytes);
	return err;
}

/* ---- people ---- */

static int
enroll(const struct client_site *s, const char *terminal,
    const struct client_person *p)
{
	Mamori__CtlEnrollBeginReq begin = MAMORI__CTL_ENROLL_BEGIN_REQ__INIT;
	Mamori__CtlEnrollStoreReq store = MAMORI__CTL_ENROLL_STORE_REQ__INIT;
	const Mamori__CtlEnrollBeginAns *ans;
	struct crypt_key *key = crypt_key_from_seed(p->seed);
	struct wire_arena a = { 0 };
	ProtobufCMessage *m = NULL;
	struct buf out = BUF_INIT;
	uint8_t verifier[32] = { 0 };
	uint8_t pub[ED25519_PUB] = { 0 };
	int err = wire_arena_init(&a, 65536);

	crypt_key_pub(key, pub);
	crypt_key_free(key);
	begin.match_id = PB_BYTES(str_of(p->match_id));
	begin.terminal = PB_BYTES(str_of(terminal));
	begin.modality = PB_BYTES(STR("fingerprint"));
	if (err == 0)
		err = client_ctl(s, OP_ctl_enroll_begin, &begin.base, &out);
	if (err == 0)
		err = wire_unpack(&mamori__ctl_enroll_begin_ans__descriptor,
		    buf_str(&out), &a, &m);
	if (err != 0)
		goto out;
	ans = (const void *)m;
	err = crypt_scrypt(str_of(p->pin), STR_PB(ans->pin_salt),
	    (struct crypt_scrypt){ ans->log2_n, ans->r, ans->p }, verifier,
	    sizeof(verifier));
	store.match_id = begin.match_id;
	store.terminal = begin.terminal;
	store.modality = begin.modality;
	store.record_uuid = ans->record_uuid;
	store.driver = PB_BYTES(STR("virtual_image"));
	store.finger = 1;
	store.public_key = PB_BYTES(str_n(pub, sizeof(pub)));
	store.envelope = PB_BYTES(STR("no envelope: the key is in software"));
	store.verifier = PB_BYTES(str_n(verifier, sizeof(verifier)));
	buf_clear(&out);
	if (err == 0)
		err = client_ctl(s, OP_ctl_enroll_store, &store.base, &out);
out:
	wire_arena_release(&a);
	buf_release(&out);
	return err;
}

int
client_site_person(const struct client_site *s, const char *terminal,
    const char *match_id, const char *operator_id, const char *template,
    struct client_person *out)
{
	Mamori__CtlOperatorAddReq add = MAMORI__CTL_OPERATOR_ADD_REQ__INIT;
	Mamori__CtlOperatorGrantReq grant =
	    MAMORI__CTL_OPERATOR_GRANT_REQ__INIT;
	struct buf b = BUF_INIT;
	int err;

	*out = (struct client_person){ .pin = "24681357" };
	snprintf(out->match_id, sizeof(out->match_id), "%s", match_id);
	snprintf(out->operator_id, sizeof(out->operator_id), "%s", operator_id);
	crypt_random(out->seed, sizeof(out->seed));
	add.match_id = PB_BYTES(str_of(match_id));
	add.name = PB_BYTES(STR("試験花子"));
	add.dept = PB_BYTES(STR("住民課"));
	add.from = PB_BYTES(STR("2020-04-01"));
	add.until = PB_BYTES(STR("2099-03-31"));
	grant.operator_id = PB_BYTES(str_of(operator_id));
	grant.match_id = add.match_id;
	grant.template_ = PB_BYTES(str_of(template));
	err = client_ctl(s, OP_ctl_operator_add, &add.base, &b);
	if (err == 0)
		err = client_ctl(s, OP_ctl_operator_grant, &grant.base, &b);
	if (err == 0)
		err = enroll(s, terminal, out);
	buf_release(&b);
	return err;
}

/* ---- the log ---- */

int
client_site_verify(
    const struct client_site *s, const char *name, uint64_t *size)
{
	char dir[256];
	char kek[256];
	char path[300];
	char line[256];
	FILE *f;
	unsigned n = 0;

	*size = 0;
	snprintf(dir, sizeof(dir), "%s/%s", s->root, name);
	snprintf(kek, sizeof(kek), "%s/keys/kek", s->dir);
	if (client_run(s, "mamorictl", "log", "export", "--dir", s->dir,
		"--out", dir, NULL) != 0 ||
	    client_run(
		s, "mamorictl", "log", "verify", dir, "--kek", kek, NULL) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/checkpoint", dir);
	f = fopen(path, "r");
	if (f == NULL)
		return -1;
	while (n < 2 && fgets(line, sizeof(line), f) != NULL)
		n++;
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	return n == 2 && str_num(str_of(line), UINT64_MAX, size) == 0 ? 0 : -1;
}

int
client_site_resident(const struct client_site *s, unsigned n, char out[17])
{
	char path[256];
	char line[8192];
	struct str rest;
	struct str cell;
	unsigned column = 0;
	unsigned i;
	FILE *f;
	int err = ERR_NOTFOUND;

	snprintf(path, sizeof(path), "%s/R.csv", s->root);
	f = fopen(path, "r");
	if (f == NULL)
		return ERR_IO;
	if (fgets(line, sizeof(line), f) != NULL) {
		rest = str_of(line);
		while (
		    str_cut(&rest, ',', &cell) && !str_eqz(cell, "resident_no"))
			column++;
		for (i = 0; i <= n; i++)
			if (fgets(line, sizeof(line), f) == NULL)
				goto out;
		rest = str_of(line);
		for (i = 0; i <= column; i++)
			if (!str_cut(&rest, ',', &cell))
				goto out;
		err = str_copy(out, 17, cell);
	}
out:
	fclose(f);
	return err;
}
