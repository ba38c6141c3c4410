/*
 * The store process: bytes in, one turn, bytes out.
 *
 * Streams: a socketpair per session process (server/chan.h), administrators
 * on S/run/ctl.sock (net/frame.h), the signer, the parent.  All that waits
 * is read and pushed, then one turn commits it, then the answers leave.
 *
 * SECURITY: a turn that fails ends the process with nothing handed out; the
 * parent then ends everything (closed, not open).  A session process can name
 * only its own connections.
 */
#include "server/store.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conf/digest.h"
#include "conf/masters.h"
#include "conf/problem.h"
#include "conf/share.h"
#include "core/err.h"
#include "core/log.h"
#include "core/wire.h"
#include "mamori.pb-c.h"
#include "net/fdpass.h"
#include "net/proc.h"
#include "net/sysclock.h"
#include "server/roles.h"
#include "server/sandbox.h"
#include "server/signer_wire.h"
#include "store/db.h"

#define WAL_BYTES ((off_t)8 << 20) /* then a checkpoint process runs */
#define WAL_TURNS 256		   /* how often the size is looked at */

/* ---- the signer ---- */

static int
ask_signer(struct store *s, uint8_t kind, const struct checkpoint *c,
    const struct tree_proof *proof, uint8_t sig[ED25519_SIG])
{
	uint8_t answer[4 + ED25519_SIG] = { 0 };
	struct buf q = BUF_INIT;
	struct rd r = rd_of(str_n(answer, sizeof(answer)));
	unsigned n = proof == NULL ? 0 : proof->n;
	unsigned i;
	int err;

	buf_put_be32(&q, SIGNER_FIXED + n * SHA256_LEN);
	buf_putc(&q, (char)kind);
	buf_put_be64(&q, c->size);
	buf_put(&q, c->root.b, SHA256_LEN);
	for (i = 0; i < n; i++)
		buf_put(&q, proof->h[i].b, SHA256_LEN);
	err = q.err;
	if (err == 0)
		err = signer_io(s->signer_fd, q.p, q.n, true);
	buf_release(&q);
	if (err == 0)
		err = signer_io(s->signer_fd, answer, sizeof(answer), false);
	if (err != 0)
		return err;
	if (rd_be32(&r) != 0)
		return ERR_FORK;
	memcpy(sig, answer + 4, ED25519_SIG);
	return 0;
}

/*
 * The signer learns the committed head before its first signature.  During
 * turn_open() nothing was committed yet: the log is being created.
 */
static int
introduce(struct store *s)
{
	struct checkpoint empty = { .root = tree_empty() };
	uint8_t unused[ED25519_SIG];
	int err;

	if (s->introduced)
		return 0;
	err = ask_signer(s, SIGNER_INIT,
	    s->turn == NULL ? &empty : turn_head(s->turn), NULL, unused);
	s->introduced = err == 0;
	return err;
}

static int
sign(void *ctx, const struct checkpoint *next,
    const struct tree_proof *consistency, uint8_t sig[ED25519_SIG])
{
	struct store *s = ctx;
	int err = introduce(s);

	return err != 0 ? err
			: ask_signer(s, SIGNER_SIGN, next, consistency, sig);
}

/* ---- opening ---- */

static int
load_vkey(const char *dir, struct note_vkey *out)
{
	struct buf b = BUF_INIT;
	struct str text;
	int err = conf_read(dir, "log.vkey", &b);

	text = buf_str(&b);
	while (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	if (err == 0)
		err = note_vkey_parse(text, out);
	buf_release(&b);
	return err;
}

static int
load_forms(struct store *s, struct turn_config *c)
{
	char share[SERVER_PATH];
	char path[SERVER_PATH];
	int err = conf_share_dir(share, sizeof(share));

	if (err != 0)
		return err;
	server_path(path, share, "forms");
	err = conf_digest(path, ".yaml", c->forms_digest);
	if (err != 0)
		return err;
	server_path(path, share, "masters");
	err = masters_load(path, &s->masters);
	if (err != 0) {
		log_error("store", "%s", conf_problem());
		return err;
	}
	c->masters = s->masters;
	memcpy(c->masters_digest, s->masters->digest, SHA256_LEN);
	return 0;
}

static int
open_turn(struct store *s, const struct server_args *args,
    const struct site_conf *conf)
{
	struct turn_config c = {
		.site_dir = args->dir,
		.clock = sysclock(),
		.vkey = &s->vkey,
		.sign = sign,
		.sign_ctx = s,
		.create = args->create,
		.site_name = conf->site_name,
		.site_code = conf->site_code,
		.synthetic = conf->synthetic,
		.idle_seconds = conf->idle_seconds,
		.list_limit = conf->list_limit,
		.failures = conf->failures,
		.challenge_seconds = conf->challenge_seconds,
		.pin_min = conf->pin_min,
		.pin_days = conf->pin_days,
	};
	int err = load_vkey(args->dir, &s->vkey);

	if (err != 0) {
		log_error("store", "log.vkey: %s", err_name(err));
		return err;
	}
	err = load_forms(s, &c);
	if (err != 0) {
		log_error("store", "forms and masters: %s", err_name(err));
		return err;
	}
	err = turn_open(&s->turn, &c);
	if (err == 0)
		err = introduce(s);
	if (err != 0)
		log_error("store", "opening: %s", err_name(err));
	return err;
}

/* ---- the turn ---- */

/* WAL checkpoints run in a process of their own (DESIGN §2). */
static void
maybe_checkpoint(struct store *s)
{
	char path[SERVER_PATH];
	struct stat st;

	if (++s->turns % WAL_TURNS != 0)
		return;
	if (s->checkpointer > 0 && waitpid(s->checkpointer, NULL, WNOHANG) == 0)
		return;
	s->checkpointer = 0;
	server_path(path, s->args->dir, "db/mamori.db-wal");
	if (stat(path, &st) != 0 || st.st_size < WAL_BYTES)
		return;
	if (server_spawn("checkpoint", s->args, NULL, 0, &s->checkpointer) != 0)
		log_warn("store", "no checkpoint process: %s", strerror(errno));
}

static void
run_turn(struct store *s)
{
	int err;

	if (!turn_has_work(s->turn))
		return;
	err = turn_run(s->turn, store_answer, s);
	if (err != 0) {
		log_error("store", "turn failed: %s: closed", err_name(err));
		_exit(1);
	}
	maybe_checkpoint(s);
}

static void
before_sleep(void *ctx)
{
	struct store *s = ctx;

	run_turn(s);
	store_flush(s);
	if (turn_has_work(s->turn))
		loop_again(s->loop);
}

/* Everything ends in order: each connection, then the server itself. */
static void
stop(struct store *s, const char *event)
{
	size_t i;

	for (i = 0; i < PEERS_MAX; i++)
		if (s->peers.slot[i] != NULL)
			store_drop_peer(s, s->peers.slot[i], "stop");
	turn_event(s->turn, 0, event, 0, "");
	while (turn_has_work(s->turn))
		run_turn(s);
	loop_stop(s->loop, 0);
}

/* ---- the parent ---- */

static void
on_control(void *ctx, int fd, unsigned events)
{
	struct store *s = ctx;
	uint8_t msg[FDPASS_MAX];
	char detail[FDPASS_MAX];
	size_t n;
	int passed;
	int rc;

	(void)events;
	while ((rc = fdpass_recv(fd, msg, &n, &passed)) > 0) {
		if (msg[0] == CTL_PEER && passed >= 0) {
			store_add_peer(s, passed, false, 0);
			continue;
		}
		if (passed >= 0)
			close(passed);
		if (msg[0] == CTL_STOP) {
			stop(s, "SERVER_STOP");
			return;
		}
		if (msg[0] == CTL_REJECT &&
		    str_copy(detail, sizeof(detail), str_n(msg + 1, n - 1)) ==
			0)
			turn_event(
			    s->turn, 0, "TERM_REJECT", ERR_LIMIT, detail);
	}
	if (rc < 0)
		_exit(1); /* the parent is gone */
}

static void
on_ctl_sock(void *ctx, int fd, unsigned events)
{
	struct store *s = ctx;
	struct ucred who;
	socklen_t n = sizeof(who);
	int c = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (c < 0)
		return;
	if (getsockopt(c, SOL_SOCKET, SO_PEERCRED, &who, &n) != 0) {
		close(c);
		return;
	}
	store_add_peer(s, c, true, who.uid);
}

static int
begin(struct store *s, const struct server_args *args,
    const struct site_conf *conf, int signer_fd)
{
	int err;

	s->args = args;
	s->signer_fd = signer_fd;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);  /* Ctrl-C goes to the group: the parent */
	signal(SIGTERM, SIG_IGN); /* decides, and says so on the control */
	s->loop = loop_new(sysclock());
	if (s->loop == NULL)
		return ERR_NOMEM;
	err = open_turn(s, args, conf);
	if (err == 0)
		loop_before_sleep(s->loop, before_sleep, s);
	return err;
}

static void
finish(struct store *s)
{
	turn_close(s->turn);
	masters_free(s->masters);
	loop_free(s->loop);
	if (s->checkpointer > 0)
		waitpid(s->checkpointer, NULL, 0);
	free(s);
}

int
store_main(const struct server_args *args, const struct site_conf *conf)
{
	struct store *s = calloc(1, sizeof(*s));
	struct loop_watch *control = NULL;
	struct loop_watch *ctl = NULL;
	char run[SERVER_PATH];
	uint8_t ready = CTL_READY;
	int listener = -1;
	int rc = 1;

	if (s == NULL || sandbox_common(0) != 0)
		goto out;
	if (begin(s, args, conf, FD_SIGNER) != 0)
		goto out;
	turn_event(s->turn, 0, "SERVER_START", 0, MAMORI_VERSION);
	run_turn(s);
	server_path(run, args->dir, "run");
	listener = proc_unix_listen(run, "ctl.sock");
	if (listener < 0) {
		log_error("store", "run/ctl.sock: %s", strerror(errno));
		goto out;
	}
	control = loop_watch(s->loop, FD_CONTROL, LOOP_READ, on_control, s);
	ctl = loop_watch(s->loop, listener, LOOP_READ, on_ctl_sock, s);
	if (control == NULL || ctl == NULL)
		goto out;
	if (fdpass_send(FD_CONTROL, str_n(&ready, 1), -1) == 0)
		rc = loop_run(s->loop);
out:
	loop_unwatch(control);
	loop_unwatch(ctl);
	if (listener >= 0)
		close(listener);
	if (s != NULL)
		finish(s);
	return rc == 0 ? 0 : 1;
}

/* ---- --store-only: mamorictl while no server runs ---- */

int
store_only_main(const struct server_args *args, const struct site_conf *conf)
{
	struct store *s = calloc(1, sizeof(*s));
	struct proc_fd fd = { .to = FD_ASKER };
	int pair[2] = { -1, -1 };
	int signer = 0;
	int lock = server_lock(args->dir);
	int rc = 1;

	if (lock < 0) {
		log_error("store", "run/lock: %s: a server runs on this site",
		    err_name(lock));
		free(s);
		return 1;
	}
	if (s == NULL || sandbox_common(0) != 0 ||
	    proc_pair(SOCK_STREAM, pair) != 0)
		goto out;
	fd.from = pair[1];
	if (server_spawn("signer", args, &fd, 1, &signer) != 0)
		goto out;
	close(pair[1]);
	pair[1] = -1;
	if (begin(s, args, conf, pair[0]) != 0)
		goto out;
	s->only = store_add_peer(s, dup(FD_CONTROL), true, getuid());
	if (s->only != NULL)
		rc = loop_run(s->loop);
out:
	if (s != NULL)
		finish(s);
	if (pair[0] >= 0)
		close(pair[0]);
	if (pair[1] >= 0)
		close(pair[1]);
	if (signer > 0)
		waitpid(signer, NULL, 0);
	close(lock);
	return rc == 0 ? 0 : 1;
}

int
checkpoint_main(const struct server_args *args, const struct site_conf *conf)
{
	char path[SERVER_PATH];
	int err;

	(void)conf;
	server_path(path, args->dir, "db/mamori.db");
	err = db_wal_checkpoint(path);
	if (err != 0 && err != ERR_BUSY)
		log_warn("store", "WAL checkpoint: %s", err_name(err));
	return err == 0 || err == ERR_BUSY ? 0 : 1;
}
