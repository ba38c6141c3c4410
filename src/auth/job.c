/*
 * One request of mamori-bio from start to end.
 *
 * SECURITY: the order is the policy.  The envelope is opened, so PIN, share,
 * group key and 照合ID are proved, before a driver sees the template; the
 * operator's key signs only after the driver said yes to the finger and nobody
 * cancelled.  The text that is signed is made here from the request, the
 * driver's own name and the credential.  Everything secret is wiped before the
 * answer leaves.
 */
#include "auth/job.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "auth/assertion.h"
#include "auth/bioproto.h"
#include "auth/cred.h"
#include "core/act.h"
#include "core/err.h"
#include "core/pin.h"

#define REQUEST_WAIT_MS 5000

/* The results of a job; wiped at its end. */
struct result {
	uint8_t verifier[32];
	size_t verifier_n;
	uint8_t pub[ED25519_PUB];
	size_t pub_n;
	uint8_t sig[ED25519_SIG];
	size_t sig_n;
	struct buf envelope;
	struct buf assertion;
	struct sensor_caps caps;
	unsigned finger;
};

struct work {
	struct job *job;
	const struct bioproto_request *req;
	const struct sensor_ops *ops;
	struct sensor *sensor;
	struct sensor_host host;
	struct result res;
};

/* ---- talking ----------------------------------------------------------- */

static int
send_event(const struct job *job, const struct bio_event *ev)
{
	struct buf msg = BUF_INIT;
	ssize_t n = -1;
	int rc;

	rc = bioproto_put_event(&msg, ev);
	if (rc == 0) {
		do {
			n = send(job->fd, msg.p, msg.n, MSG_NOSIGNAL);
		} while (n < 0 && errno == EINTR);
		rc = n == (ssize_t)msg.n ? 0 : ERR_IO;
	}
	buf_wipe(&msg);
	return rc;
}

static void
tell_finger(void *ctx, unsigned flags)
{
	const struct work *w = ctx;

	(void)send_event(w->job,
	    &(struct bio_event){
		.kind = BIO_EV_FINGER, .flags = flags & BIO_FINGER_ALL });
}

static void
tell_progress(void *ctx, unsigned stage, unsigned stages)
{
	const struct work *w = ctx;

	(void)send_event(w->job,
	    &(struct bio_event){
		.kind = BIO_EV_PROGRESS, .stage = stage, .stages = stages });
}

static void
tell_guide(void *ctx, enum bio_guide guide)
{
	const struct work *w = ctx;

	(void)send_event(w->job,
	    &(struct bio_event){ .kind = BIO_EV_GUIDE, .guide = guide });
}

static void
tell_preview(void *ctx, unsigned width, unsigned height, const uint8_t *grey)
{
	const struct work *w = ctx;

	(void)send_event(w->job,
	    &(struct bio_event){ .kind = BIO_EV_PREVIEW,
		.width = width,
		.height = height,
		.image = str_n(grey, (size_t)width * height) });
}

/* Anything on the line but silence ends the job: a cancel, an end, nonsense. */
static bool
is_cancelled(void *ctx)
{
	struct work *w = ctx;
	struct pollfd p = { .fd = w->job->fd, .events = POLLIN };

	if (poll(&p, 1, 0) > 0)
		w->job->cancelled = true;
	return w->job->cancelled;
}

static ssize_t
read_request(const struct job *job, uint8_t *to)
{
	struct pollfd p = { .fd = job->fd, .events = POLLIN };
	ssize_t n;

	if (poll(&p, 1, REQUEST_WAIT_MS) != 1)
		return -1;
	do {
		n = recv(job->fd, to, BIOPROTO_MAX, MSG_TRUNC);
	} while (n < 0 && errno == EINTR);
	return n > BIOPROTO_MAX ? -1 : n;
}

/* ---- steps ------------------------------------------------------------- */

const struct sensor_ops *
job_sensor(const struct sensor_ops *const *table, struct str spec)
{
	for (; *table != NULL; table++)
		if ((*table)->takes(spec))
			return *table;
	return NULL;
}

static int
open_sensor(struct work *w)
{
	int rc;

	w->ops = job_sensor(w->job->sensors, w->req->sensor);
	if (w->ops == NULL)
		return ERR_NODEV;
	rc = w->ops->open(&w->sensor, w->req->sensor, &w->host);
	if (rc != 0)
		return rc;
	w->ops->caps(w->sensor, &w->res.caps);
	return 0;
}

static int
tell_ready(struct work *w)
{
	struct bio_event ev = { .kind = BIO_EV_READY,
		.stages = w->res.caps.stages };

	memcpy(ev.driver, w->res.caps.driver, sizeof(ev.driver));
	return send_event(w->job, &ev);
}

static int
make_verifier(struct work *w, struct str pin)
{
	const struct bioproto_request *r = w->req;
	const struct crypt_scrypt par = { (uint32_t)r->log2_n, (uint32_t)r->r,
		(uint32_t)r->p };
	int rc;

	rc = crypt_scrypt(
	    pin, r->pin_salt, par, w->res.verifier, sizeof(w->res.verifier));
	if (rc == 0)
		w->res.verifier_n = sizeof(w->res.verifier);
	return rc;
}

static int
group_key(const struct bioproto_request *r, uint8_t out[CRED_GROUP])
{
	char *dir = str_dup(r->terminal_dir);
	int rc;

	if (dir == NULL)
		return ERR_NOMEM;
	rc = cred_group_key(dir, out);
	free(dir);
	return rc;
}

static int
do_info(struct work *w)
{
	int rc = open_sensor(w);

	return rc != 0 ? rc : tell_ready(w);
}

static int
do_pin(struct work *w)
{
	return make_verifier(w, w->req->pin);
}

/* A new key for this finger, sealed with PIN, group key and share. */
static int
seal_new(struct work *w, const struct buf *tpl)
{
	const struct bioproto_request *r = w->req;
	uint8_t group[CRED_GROUP] = { 0 };
	const struct cred_keys keys = { r->pin, str_n(group, sizeof(group)),
		r->share };
	struct crypt_key *key = NULL;
	struct cred c = { .match_id = r->match_id,
		.modality = r->modality,
		.driver = str_of(w->res.caps.driver),
		.uuid = r->record_uuid,
		.finger = (unsigned)r->finger,
		.tpl = buf_str(tpl) };
	int rc;

	rc = group_key(r, group);
	if (rc != 0)
		goto out;
	crypt_random(c.seed, sizeof(c.seed));
	key = crypt_key_from_seed(c.seed);
	rc = key == NULL ? ERR_CRYPTO
			 : cred_seal(&c, &keys,
			       (struct crypt_scrypt){ (uint32_t)r->log2_n,
				   (uint32_t)r->r, (uint32_t)r->p },
			       &w->res.envelope);
	if (rc != 0)
		goto out;
	crypt_key_pub(key, w->res.pub);
	w->res.pub_n = sizeof(w->res.pub);
	w->res.finger = c.finger;
out:
	crypt_key_free(key);
	explicit_bzero(group, sizeof(group));
	explicit_bzero(c.seed, sizeof(c.seed));
	return rc;
}

/* Another kind of reader cannot read this template. */
static bool
is_same_reader(const struct work *w, const struct cred *c)
{
	return str_eqz(c->modality, w->res.caps.modality) &&
	    str_eqz(c->driver, w->res.caps.driver);
}

/* AUT-01: the person's other finger is another one, whatever its number. */
static int
check_other(struct work *w, const struct cred *other)
{
	int rc;

	rc = w->ops->verify(
	    w->sensor, other->tpl, other->finger, (unsigned)w->req->timeout_s);
	if (rc == 0)
		return ERR_EXISTS;
	return rc == ERR_AUTH ? 0 : rc;
}

/* `other` is the person's credential that stays, or NULL. */
static int
enroll(struct work *w, const struct cred *other)
{
	const struct bioproto_request *r = w->req;
	struct buf tpl = BUF_INIT;
	int rc;

	if (other != NULL && other->finger == r->finger)
		return ERR_EXISTS;
	rc = open_sensor(w);
	if (rc != 0)
		return rc;
	if (!str_eqz(r->modality, w->res.caps.modality) ||
	    (other != NULL && !is_same_reader(w, other)))
		return ERR_NODEV;
	rc = tell_ready(w);
	if (rc == 0)
		rc = w->ops->enroll(w->sensor, (unsigned)r->finger,
		    (unsigned)r->timeout_s, &tpl);
	if (rc == 0 && other != NULL)
		rc = check_other(w, other);
	if (rc == 0 && is_cancelled(w))
		rc = ERR_CANCELLED;
	if (rc == 0)
		rc = make_verifier(w, r->pin);
	if (rc == 0)
		rc = seal_new(w, &tpl);
	buf_wipe(&tpl);
	return rc;
}

static int
sign(struct work *w, const struct cred *c, const uint8_t act[32])
{
	const struct bioproto_request *r = w->req;
	struct assertion a = { .purpose = r->purpose,
		.site = r->origin,
		.terminal = r->terminal,
		.match_id = r->match_id,
		.uv = STR("finger+pin"),
		.driver = str_of(w->res.caps.driver),
		.finger = c->finger,
		.counter = r->counter };
	struct crypt_key *key;
	int rc;

	memcpy(a.challenge, r->challenge.p, sizeof(a.challenge));
	memcpy(a.exporter, r->exporter.p, sizeof(a.exporter));
	memcpy(a.act, act, sizeof(a.act));
	rc = assertion_put(&a, &w->res.assertion);
	if (rc != 0)
		return rc;
	key = crypt_key_from_seed(c->seed);
	if (key == NULL)
		return ERR_CRYPTO;
	rc = crypt_sign(key, buf_str(&w->res.assertion), w->res.sig);
	crypt_key_free(key);
	if (rc != 0)
		return rc;
	w->res.sig_n = sizeof(w->res.sig);
	w->res.finger = c->finger;
	return 0;
}

static int
match(struct work *w, const struct cred *c)
{
	int rc;

	rc = open_sensor(w);
	if (rc != 0)
		return rc;
	if (!is_same_reader(w, c))
		return ERR_NODEV;
	rc = tell_ready(w);
	if (rc == 0)
		rc = w->ops->verify(
		    w->sensor, c->tpl, c->finger, (unsigned)w->req->timeout_s);
	if (rc == 0 && is_cancelled(w))
		rc = ERR_CANCELLED;
	return rc;
}

static int
match_and_sign(struct work *w, const struct cred *c)
{
	int rc = match(w, c);

	return rc != 0 ? rc : sign(w, c, (const uint8_t *)w->req->act.p);
}

/* The text of the change is known only now: it names the new envelope. */
static int
sign_repin(struct work *w, const struct cred *c)
{
	struct act_pin d;
	struct buf text = BUF_INIT;
	uint8_t act[SHA256_LEN];
	int rc;

	crypt_sha256(w->req->pin_salt, d.salt);
	crypt_sha256(str_n(w->res.verifier, w->res.verifier_n), d.verifier);
	crypt_sha256(buf_str(&w->res.envelope), d.envelope);
	act_pin_text(&text, c->match_id, &d);
	rc = text.err;
	if (rc == 0) {
		crypt_sha256(buf_str(&text), act);
		rc = sign(w, c, act);
	}
	buf_release(&text);
	return rc;
}

/* The same key and template under the new PIN (AUT-12). */
static int
match_and_seal(struct work *w, const struct cred *c)
{
	const struct bioproto_request *r = w->req;
	const struct crypt_scrypt par = { (uint32_t)r->log2_n, (uint32_t)r->r,
		(uint32_t)r->p };
	uint8_t group[CRED_GROUP] = { 0 };
	const struct cred_keys keys = { r->new_pin, str_n(group, sizeof(group)),
		r->share };
	int rc;

	if (pin_check(r->new_pin, 0) != 0)
		return ERR_RANGE;
	if (str_eq(r->new_pin, r->pin))
		return ERR_EXISTS;
	rc = match(w, c);
	if (rc == 0)
		rc = group_key(r, group);
	if (rc == 0)
		rc = cred_seal(c, &keys, par, &w->res.envelope);
	if (rc == 0)
		rc = make_verifier(w, r->new_pin);
	explicit_bzero(group, sizeof(group));
	return rc != 0 ? rc : sign_repin(w, c);
}

/* Opens the credential, then does `then` with it. */
static int
with_credential(struct work *w, struct str envelope,
    int (*then)(struct work *w, const struct cred *c))
{
	const struct bioproto_request *r = w->req;
	uint8_t group[CRED_GROUP] = { 0 };
	const struct cred_keys keys = { r->pin, str_n(group, sizeof(group)),
		r->share };
	struct cred c = { 0 };
	int rc;

	(void)mlock(&c, sizeof(c));
	rc = group_key(r, group);
	if (rc == 0)
		rc = cred_open(envelope, r->match_id, &keys, &c);
	explicit_bzero(group, sizeof(group));
	if (rc == ERR_SYNTAX || rc == ERR_CORRUPT)
		rc = ERR_CRYPTO; /* to the person it is the same: unusable */
	if (rc == 0)
		rc = then(w, &c);
	cred_wipe(&c);
	return rc;
}

static int
do_enroll(struct work *w)
{
	const struct bioproto_request *r = w->req;

	if (pin_check(r->pin, 0) != 0) /* AUT-12 */
		return ERR_RANGE;
	if (r->existing.n > 0)
		return with_credential(w, r->existing, enroll);
	return enroll(w, NULL);
}

static int
do_sign(struct work *w)
{
	return with_credential(w, w->req->envelope, match_and_sign);
}

static int
do_repin(struct work *w)
{
	return with_credential(w, w->req->envelope, match_and_seal);
}

static int (*const steps[])(struct work *) = {
	[BIO_INFO] = do_info,
	[BIO_PIN] = do_pin,
	[BIO_ENROLL] = do_enroll,
	[BIO_SIGN] = do_sign,
	[BIO_REPIN] = do_repin,
};

/* ---- the whole --------------------------------------------------------- */

static int
tell_done(struct work *w, int err)
{
	struct result *res = &w->res;
	struct bio_event ev = { .kind = BIO_EV_DONE, .err = err };

	memcpy(ev.driver, res->caps.driver, sizeof(ev.driver));
	if (err == 0) {
		ev.verifier = str_n(res->verifier, res->verifier_n);
		ev.envelope = buf_str(&res->envelope);
		ev.public_key = str_n(res->pub, res->pub_n);
		ev.assertion = buf_str(&res->assertion);
		ev.signature = str_n(res->sig, res->sig_n);
		ev.stages = res->caps.stages;
		ev.finger = res->finger;
	}
	return send_event(w->job, &ev);
}

/*
 * A helper of another user than its caller serves one directory and one
 * reader: a caller gone bad shall not have it read files or load a driver
 * of the caller's choice.
 */
static bool
is_allowed(const struct job *job, const struct bioproto_request *req)
{
	if (req->kind == BIO_PIN) /* touches neither */
		return true;
	if (job->only_sensor != NULL && !str_eqz(req->sensor, job->only_sensor))
		return false;
	return job->only_dir == NULL || req->kind == BIO_INFO ||
	    str_eqz(req->terminal_dir, job->only_dir);
}

static int
serve(struct job *job, const struct bioproto_request *req)
{
	struct work w = { .job = job, .req = req };
	int rc;

	w.host = (struct sensor_host){
		.ctx = &w,
		.control_fd = job->fd,
		.cancelled = is_cancelled,
		.finger = tell_finger,
		.progress = tell_progress,
		.guide = tell_guide,
		.preview = tell_preview,
	};
	rc = is_allowed(job, req) ? steps[req->kind](&w) : ERR_DENIED;
	/* before the answer: the next helper finds the reader free */
	if (w.sensor != NULL)
		w.ops->close(w.sensor);
	rc = tell_done(&w, rc);
	buf_wipe(&w.res.envelope);
	buf_wipe(&w.res.assertion);
	explicit_bzero(&w.res, sizeof(w.res));
	return rc;
}

int
job_run(struct job *job)
{
	struct bioproto_request req;
	uint8_t *in;
	ssize_t n;
	int rc = ERR_PEER;

	in = calloc(1, BIOPROTO_MAX);
	if (in == NULL)
		return ERR_NOMEM;
	(void)mlock(in, BIOPROTO_MAX); /* it has the PIN */
	n = read_request(job, in);
	if (n > 0 && bioproto_get_request(str_n(in, (size_t)n), &req) == 0)
		rc = serve(job, &req);
	explicit_bzero(&req, sizeof(req));
	explicit_bzero(in, BIOPROTO_MAX);
	(void)munlock(in, BIOPROTO_MAX);
	free(in);
	return rc;
}
