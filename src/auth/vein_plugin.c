/*
 * vein:plugin:FILE — a vendor's library behind the sensor interface
 * (vein_provider.h).  A template is "BPT1", owner, id, length (big endian)
 * and the provider's opaque bytes.
 *
 * SECURITY: the library runs with everything this process may do, so only an
 * absolute path is loaded, a regular file that root (or this user, in the
 * demo build) owns and nobody else can write.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "auth/sensor.h"
#include "auth/vein_provider.h"
#include "auth/vein_tpl.h"
#include "core/err.h"

#define PREFIX	     "vein:plugin:"
#define MAX_FMR	     214748u /* 1e-4 as N / (2^31 - 1) */
#define SAMPLES_MOST 8
#define BIR_MAX	     16384

struct sensor {
	void *library;
	const struct bp_provider *bp;
	struct bp_session *session;
	const struct sensor_host *host;
	struct bp_host bp_host;
	bool cancelled;
	bool inited;
};

static const struct {
	int status;
	int err;
	enum bio_guide guide;
} codes[] = {
	{ BP_E_NODEV, ERR_NODEV, BIO_GUIDE_NONE },
	{ BP_E_BUSY, ERR_BUSY, BIO_GUIDE_NONE },
	{ BP_E_IO, ERR_IO, BIO_GUIDE_NONE },
	{ BP_E_TIMEOUT, ERR_TIMEOUT, BIO_GUIDE_NONE },
	{ BP_E_CANCELLED, ERR_CANCELLED, BIO_GUIDE_NONE },
	{ BP_E_NOMEM, ERR_NOMEM, BIO_GUIDE_NONE },
	{ BP_E_FORMAT, ERR_CORRUPT, BIO_GUIDE_NONE },
	{ BP_E_LICENCE, ERR_NODEV, BIO_GUIDE_NONE },
	{ BP_AGAIN_QUALITY, ERR_BUSY, BIO_GUIDE_POOR },
	{ BP_AGAIN_DARK, ERR_BUSY, BIO_GUIDE_POOR },
	{ BP_AGAIN_BRIGHT, ERR_BUSY, BIO_GUIDE_POOR },
	{ BP_AGAIN_MISPLACED, ERR_BUSY, BIO_GUIDE_CENTER },
	{ BP_AGAIN_NEAR, ERR_BUSY, BIO_GUIDE_CENTER },
	{ BP_AGAIN_FAR, ERR_BUSY, BIO_GUIDE_CENTER },
	{ BP_AGAIN_MOVED, ERR_BUSY, BIO_GUIDE_HOLD },
	{ BP_AGAIN_INCONSISTENT, ERR_BUSY, BIO_GUIDE_OTHER },
};

static int
code_err(int status)
{
	size_t i;

	if (status == BP_OK)
		return 0;
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].status == status)
			return codes[i].err;
	return ERR_IO;
}

static enum bio_guide
code_guide(int status)
{
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].status == status)
			return codes[i].guide;
	return BIO_GUIDE_AGAIN;
}

static bool
plugin_takes(struct str spec)
{
	return str_starts(spec, STR(PREFIX));
}

static int
on_progress(void *ctx, const struct bp_progress *p)
{
	struct sensor *s = ctx;

	s->host->finger(s->host->ctx, p->present ? 3 : 1);
	if (p->guidance > 0)
		s->host->guide(s->host->ctx, code_guide(p->guidance));
	if (p->preview != NULL && p->width > 0 && p->width <= 256 &&
	    p->height > 0 && p->height <= 256)
		s->host->preview(s->host->ctx, p->width, p->height, p->preview);
	if (s->host->cancelled(s->host->ctx))
		s->cancelled = true;
	return s->cancelled;
}

/* The helper's log must not become a way out for a template. */
static void
on_log(void *ctx, const char *text)
{
	(void)ctx;
	(void)text;
}

/* A file that only its owner, whom we trust, can change. */
static int
check_file(const char *path)
{
	struct stat st;

	if (path[0] != '/')
		return ERR_RANGE;
	if (lstat(path, &st) != 0)
		return ERR_NODEV;
	if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return ERR_DENIED;
#ifdef MAMORI_DEMO
	return st.st_uid == 0 || st.st_uid == geteuid() ? 0 : ERR_DENIED;
#else
	return st.st_uid == 0 ? 0 : ERR_DENIED;
#endif
}

static bool
table_ok(const struct bp_provider *bp)
{
	return bp != NULL && bp->abi == BP_ABI &&
	    bp->size >= sizeof(struct bp_provider) && bp->product != NULL &&
	    bp->modality != NULL && bp->samples >= 1 &&
	    bp->samples <= SAMPLES_MOST && bp->init != NULL &&
	    bp->fini != NULL && bp->open != NULL && bp->close != NULL &&
	    bp->capture != NULL && bp->create_template != NULL &&
	    bp->verify != NULL && bp->bir_free != NULL;
}

static void
plugin_close(struct sensor *s)
{
	if (s == NULL)
		return;
	if (s->session != NULL)
		s->bp->close(s->session);
	if (s->inited)
		s->bp->fini();
	if (s->library != NULL)
		dlclose(s->library);
	free(s);
}

static int
load(struct sensor *s, const char *path)
{
	bp_provider_get_fn *get = NULL;
	int err = check_file(path);

	if (err != 0)
		return err;
	s->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (s->library == NULL)
		return ERR_NODEV;
	*(void **)&get = dlsym(s->library, "bp_provider_get");
	if (get == NULL)
		return ERR_VERSION;
	s->bp = get(BP_ABI);
	if (!table_ok(s->bp))
		return ERR_VERSION;
	err = code_err(s->bp->init(&s->bp_host));
	if (err != 0)
		return err;
	s->inited = true;
	return code_err(s->bp->open(&s->session));
}

static int
plugin_open(
    struct sensor **out, struct str spec, const struct sensor_host *host)
{
	const size_t skip = sizeof(PREFIX) - 1;
	struct sensor *s;
	char path[1024];
	int err;

	*out = NULL;
	if (str_copy(path, sizeof(path), str_n(spec.p + skip, spec.n - skip)) !=
	    0)
		return ERR_RANGE;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ERR_NOMEM;
	s->host = host;
	s->bp_host = (struct bp_host){
		.ctx = s, .progress = on_progress, .log = on_log
	};
	err = load(s, path);
	if (err != 0) {
		plugin_close(s);
		return err;
	}
	*out = s;
	return 0;
}

static void
plugin_caps(const struct sensor *s, struct sensor_caps *out)
{
	struct buf name = BUF_INIT;
	const char *p;

	*out = (struct sensor_caps){ .modality =
					 "vein", /* of a finger or a palm */
		.stages = s->bp->samples,
		.preview = true,
		.cancel = true };
	buf_puts(&name, "vein:plugin:");
	/* the name goes into a signed line: one plain word */
	for (p = s->bp->product; *p != '\0' && name.n < 60; p++)
		buf_putc(&name,
		    (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			    (*p >= '0' && *p <= '9')
			? *p
			: '-');
	str_copy(out->driver, sizeof(out->driver), buf_str(&name));
	buf_release(&name);
}

/* Captures until the provider is content or the time is over. */
static int
capture(struct sensor *s, int purpose, unsigned finger, unsigned timeout_s,
    struct bp_bir *out)
{
	unsigned tries;
	int status = BP_E_TIMEOUT;

	*out = (struct bp_bir){ 0 };
	s->host->finger(s->host->ctx, 1);
	for (tries = 0; tries <= SENSOR_TRIES; tries++) {
		status = s->bp->capture(s->session, purpose,
		    vein_subtype(finger), timeout_s * 1000, out);
		if (s->cancelled)
			return ERR_CANCELLED;
		if (status <= 0)
			break;
		s->host->guide(s->host->ctx, code_guide(status));
	}
	if (status != BP_OK)
		return status > 0 ? ERR_AUTH : code_err(status);
	return out->p != NULL && out->n > 0 && out->n <= BIR_MAX ? 0
								 : ERR_CORRUPT;
}

static int
pack(const struct bp_bir *b, struct buf *tpl)
{
	if (b->p == NULL || b->n == 0 || b->n > BIR_MAX)
		return ERR_CORRUPT;
	buf_puts(tpl, "BPT1");
	buf_put_be16(tpl, b->format_owner);
	buf_put_be16(tpl, b->format_id);
	buf_put_be32(tpl, (uint32_t)b->n);
	buf_put(tpl, b->p, b->n);
	return tpl->err;
}

static int
unpack(struct str tpl, struct bp_bir *out)
{
	struct rd r = rd_of(tpl);
	struct str bytes;

	if (!str_eqz(rd_bytes(&r, 4), "BPT1"))
		return ERR_CORRUPT;
	out->format_owner = rd_be16(&r);
	out->format_id = rd_be16(&r);
	bytes = rd_bytes(&r, rd_be32(&r));
	if (rd_end(&r) != 0 || bytes.n == 0 || bytes.n > BIR_MAX)
		return ERR_CORRUPT;
	out->n = bytes.n;
	out->p = (uint8_t *)(uintptr_t)bytes.p;
	return 0;
}

static int
plugin_enroll(
    struct sensor *s, unsigned finger, unsigned timeout_s, struct buf *tpl)
{
	struct bp_bir sample[SAMPLES_MOST] = { { 0 } };
	struct bp_bir result = { 0 };
	unsigned n = 0;
	unsigned i;
	int status;
	int err = 0;

	while (err == 0 && n < s->bp->samples) {
		err = capture(s, BP_ENROL, finger, timeout_s, &sample[n]);
		if (err == 0) {
			n++;
			s->host->progress(s->host->ctx, n, s->bp->samples);
		}
	}
	if (err == 0) {
		status = s->bp->create_template(s->session, sample, n, &result);
		if (status > 0)
			s->host->guide(s->host->ctx, code_guide(status));
		err = status > 0 ? ERR_AUTH : code_err(status);
	}
	if (err == 0)
		err = pack(&result, tpl);
	for (i = 0; i < SAMPLES_MOST; i++)
		if (sample[i].p != NULL)
			s->bp->bir_free(&sample[i]);
	if (result.p != NULL)
		s->bp->bir_free(&result);
	return err;
}

static int
plugin_verify(
    struct sensor *s, struct str tpl, unsigned finger, unsigned timeout_s)
{
	struct bp_bir ref = { 0 };
	struct bp_bir probe = { 0 };
	int match = 0;
	int err = unpack(tpl, &ref);

	if (err == 0)
		err = capture(s, BP_VERIFY, finger, timeout_s, &probe);
	if (err == 0 &&
	    (probe.format_owner != ref.format_owner ||
		probe.format_id != ref.format_id))
		err = ERR_NODEV;
	if (err == 0)
		err = code_err(
		    s->bp->verify(s->session, &probe, &ref, MAX_FMR, &match));
	if (err == 0 && match != 1)
		err = ERR_AUTH;
	if (probe.p != NULL)
		s->bp->bir_free(&probe);
	s->host->finger(s->host->ctx, 0);
	return err;
}

const struct sensor_ops sensor_vein_plugin = {
	.takes = plugin_takes,
	.open = plugin_open,
	.caps = plugin_caps,
	.enroll = plugin_enroll,
	.verify = plugin_verify,
	.close = plugin_close,
};
