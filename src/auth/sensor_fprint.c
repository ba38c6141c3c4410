/*
 * Fingerprint readers through libfprint; with sensor_fprint_*.c the only place
 * that knows GLib.
 *
 * Everything runs on the default main context with the asynchronous API; the
 * control socket is one of its sources, so a cancel arrives while an operation
 * waits (fingerprint.md §7).
 *
 * SECURITY: libfprint compares on this host and its virtual drivers are
 * switched on by environment variables, so only the drivers of
 * sensor_fprint_driver.c are let in, and virtual ones only in the demo build.
 * The yes of match_cb counts only while nobody has cancelled.  Pictures are
 * overwritten as soon as they have been looked at and never leave this file
 * (AUT-03).
 */
#include "auth/sensor_fprint.h"

#include <stdlib.h>
#include <string.h>

#include <fprint.h>
#include <glib-unix.h>

#include "core/err.h"

#define OPEN_SECONDS 5
#define LEAVE_MS     1000 /* for an operation that was told to stop */

struct sensor {
	const struct sensor_host *host;
	FpContext *context;
	FpDevice *dev; /* borrowed from context */
	GCancellable *cancel;
	guint control;
	guint timer;
	guint timeout_s;
	bool open;
	bool busy;    /* an operation has not finished */
	bool ended;   /* what run() waits for */
	bool decided; /* match_cb spoke */
	bool quiet;   /* enough samples: no finger is needed any more */
	bool again;   /* the operation ended for quality: arm again */
	int stop;     /* why it was cancelled, ERR_*; 0 not */
	int result;
	FpPrint *print; /* enrolled */
	unsigned retries;
	struct fprint_samples samples; /* of this enrolment */
};

/* ---- waiting ----------------------------------------------------------- */

static void
stop(struct sensor *s, int why)
{
	if (s->stop == 0)
		s->stop = why;
	if (s->cancel != NULL)
		g_cancellable_cancel(s->cancel);
}

static gboolean
on_control(gint fd, GIOCondition cond, gpointer arg)
{
	struct sensor *s = arg;

	(void)fd;
	(void)cond;
	if (!s->host->cancelled(s->host->ctx))
		return G_SOURCE_CONTINUE;
	s->control = 0;
	stop(s, ERR_CANCELLED);
	return G_SOURCE_REMOVE;
}

static gboolean
on_timer(gpointer arg)
{
	struct sensor *s = arg;

	s->timer = 0;
	stop(s, ERR_TIMEOUT);
	return G_SOURCE_REMOVE;
}

static void
timer_stop(struct sensor *s)
{
	if (s->timer != 0)
		g_source_remove(s->timer);
	s->timer = 0;
}

static void
timer_start(struct sensor *s, guint seconds)
{
	timer_stop(s);
	s->timer = g_timeout_add_seconds(seconds, on_timer, s);
}

/* Before an operation: a fresh cancellable; false when already stopped. */
static bool
begin(struct sensor *s)
{
	gboolean removed = FALSE;

	if (s->open)
		g_object_get(s->dev, "removed", &removed, NULL);
	if (removed && s->stop == 0)
		s->stop = ERR_NODEV;
	if (s->stop != 0)
		return false;
	g_clear_object(&s->cancel);
	s->cancel = g_cancellable_new();
	s->busy = true;
	s->ended = false;
	s->decided = false;
	s->quiet = false;
	s->again = false;
	s->result = ERR_IO;
	return true;
}

static void
run(struct sensor *s)
{
	while (!s->ended)
		g_main_context_iteration(NULL, TRUE);
}

static void
end(struct sensor *s, int result)
{
	s->busy = false;
	s->ended = true;
	if (!s->decided)
		s->result = result;
}

static int
error_of(const struct sensor *s, const GError *e)
{
	if (s->stop != 0)
		return s->stop;
	if (e == NULL)
		return ERR_IO;
	if (g_error_matches(e, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return ERR_CANCELLED;
	if (e->domain != FP_DEVICE_ERROR)
		return ERR_IO;
	switch (e->code) {
	case FP_DEVICE_ERROR_REMOVED:
	case FP_DEVICE_ERROR_NOT_SUPPORTED:
	case FP_DEVICE_ERROR_NOT_OPEN:
		return ERR_NODEV;
	case FP_DEVICE_ERROR_TOO_HOT:
		return ERR_LIMIT;
	case FP_DEVICE_ERROR_BUSY:
	case FP_DEVICE_ERROR_ALREADY_OPEN:
		return ERR_BUSY;
	case FP_DEVICE_ERROR_DATA_INVALID:
	case FP_DEVICE_ERROR_DATA_NOT_FOUND:
		return ERR_CORRUPT;
	case FP_DEVICE_ERROR_DATA_FULL:
	case FP_DEVICE_ERROR_DATA_DUPLICATE:
		return ERR_EXISTS;
	default:
		return ERR_IO;
	}
}

static enum bio_guide
guide_of(const GError *e)
{
	switch (e->code) {
	case FP_DEVICE_RETRY_TOO_SHORT:
		return BIO_GUIDE_TOO_SHORT;
	case FP_DEVICE_RETRY_CENTER_FINGER:
		return BIO_GUIDE_CENTER;
	case FP_DEVICE_RETRY_REMOVE_FINGER:
		return BIO_GUIDE_REMOVE;
	case 4: /* TOO_FAST, from libfprint 1.94.9 on */
		return BIO_GUIDE_TOO_FAST;
	default:
		return BIO_GUIDE_AGAIN;
	}
}

/* ---- open and close ---------------------------------------------------- */

static void
on_opened(GObject *dev, GAsyncResult *res, gpointer arg)
{
	struct sensor *s = arg;
	GError *e = NULL;

	s->open = fp_device_open_finish(FP_DEVICE(dev), res, &e);
	end(s, s->open ? 0 : error_of(s, e));
	g_clear_error(&e);
}

static void
on_closed(GObject *dev, GAsyncResult *res, gpointer arg)
{
	/* a removed device says so here and is closed all the same */
	(void)fp_device_close_finish(FP_DEVICE(dev), res, NULL);
	end(arg, 0);
}

static void
on_finger(GObject *dev, GParamSpec *spec, gpointer arg)
{
	struct sensor *s = arg;
	guint status = fp_device_get_finger_status(FP_DEVICE(dev));

	(void)spec;
	/* a sample that was refused: the operation is about to end */
	if (!s->again && s->stop == 0)
		s->host->finger(s->host->ctx, status & (s->quiet ? 2u : 3u));
}

static void
on_removed(GObject *dev, GParamSpec *spec, gpointer arg)
{
	(void)dev;
	(void)spec;
	stop(arg, ERR_NODEV);
}

static gboolean
on_leave(gpointer arg)
{
	*(bool *)arg = true;
	return G_SOURCE_REMOVE;
}

/* Lets a cancelled operation finish; one that does not is left to exit(). */
static bool
leave(struct sensor *s)
{
	bool late = false;
	guint t;

	if (!s->busy)
		return true;
	g_cancellable_cancel(s->cancel);
	t = g_timeout_add(LEAVE_MS, on_leave, &late);
	while (s->busy && !late)
		g_main_context_iteration(NULL, TRUE);
	if (!late)
		g_source_remove(t);
	return !s->busy;
}

static void
fprint_close(struct sensor *s)
{
	if (s == NULL)
		return;
	timer_stop(s);
	if (s->control != 0)
		g_source_remove(s->control);
	/* with an operation that hangs, nothing may be freed under it */
	if (!leave(s))
		return;
	if (s->dev != NULL)
		g_signal_handlers_disconnect_by_data(s->dev, s);
	if (s->open) {
		s->ended = false;
		fp_device_close(s->dev, NULL, on_closed, s);
		run(s);
	}
	g_clear_object(&s->print);
	g_clear_object(&s->cancel);
	g_clear_object(&s->context);
	explicit_bzero(s, sizeof(*s));
	free(s);
}

static int
fprint_open(
    struct sensor **out, struct str spec, const struct sensor_host *host)
{
	struct sensor *s;
	int rc;

	*out = NULL;
	rc = fprint_allow(spec);
	if (rc != 0)
		return rc;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ERR_NOMEM;
	s->host = host;
	s->context = fp_context_new();
	s->dev = fprint_choose(s->context);
	rc = ERR_NODEV;
	if (s->dev == NULL)
		goto out;
	s->control = g_unix_fd_add(
	    host->control_fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_control, s);
	g_signal_connect(
	    s->dev, "notify::finger-status", G_CALLBACK(on_finger), s);
	g_signal_connect(s->dev, "notify::removed", G_CALLBACK(on_removed), s);
	(void)begin(s);
	timer_start(s, OPEN_SECONDS);
	fp_device_open(s->dev, s->cancel, on_opened, s);
	run(s);
	timer_stop(s);
	rc = s->result;
out:
	if (rc == 0) {
		*out = s;
		return 0;
	}
	fprint_close(s);
	return rc;
}

static void
fprint_caps(const struct sensor *s, struct sensor_caps *out)
{
	*out = (struct sensor_caps){
		.modality = "fingerprint",
		.stages = (unsigned)fp_device_get_nr_enroll_stages(s->dev),
		.cancel = true,
	};
	(void)str_copy(out->driver, sizeof(out->driver),
	    str_of(fp_device_get_driver(s->dev)));
}

/* ---- enrolment --------------------------------------------------------- */

static gboolean
on_refused(gpointer arg)
{
	g_cancellable_cancel(arg);
	return G_SOURCE_REMOVE;
}

/* libfprint cannot drop one sample, so the enrolment starts again. */
static void
refuse(struct sensor *s)
{
	s->again = true;
	g_idle_add_full(G_PRIORITY_DEFAULT, on_refused, g_object_ref(s->cancel),
	    g_object_unref);
}

static void
on_progress(FpDevice *dev, gint stage, FpPrint *print, gpointer arg, GError *e)
{
	struct sensor *s = arg;
	enum bio_guide guide;

	if (s->again || s->stop != 0) {
		fprint_wipe(print);
		return;
	}
	timer_start(s, s->timeout_s);
	if (e != NULL) {
		s->host->guide(s->host->ctx, guide_of(e));
		/* every stage may be repeated SENSOR_TRIES times */
		if (++s->retries > SENSOR_TRIES * FPRINT_SAMPLES)
			refuse(s);
		return;
	}
	fprint_preview(s->host, print);
	guide = fprint_judge(&s->samples, print);
	fprint_wipe(print);
	if (guide != BIO_GUIDE_NONE) {
		s->host->guide(s->host->ctx, guide);
		refuse(s);
		return;
	}
	s->quiet = stage >= fp_device_get_nr_enroll_stages(dev);
	s->host->progress(s->host->ctx, (unsigned)stage,
	    (unsigned)fp_device_get_nr_enroll_stages(dev));
}

static void
on_enrolled(GObject *dev, GAsyncResult *res, gpointer arg)
{
	struct sensor *s = arg;
	GError *e = NULL;

	g_clear_object(&s->print);
	s->print = fp_device_enroll_finish(FP_DEVICE(dev), res, &e);
	/* a cancel that came too late is still a cancel */
	if (s->print != NULL && s->stop == 0 && !s->again)
		end(s, 0);
	else
		end(s, error_of(s, e));
	g_clear_error(&e);
}

static int
enroll_once(struct sensor *s, unsigned finger)
{
	FpPrint *tpl;

	explicit_bzero(&s->samples, sizeof(s->samples));
	s->retries = 0;
	if (!begin(s))
		return s->stop;
	timer_start(s, s->timeout_s);
	tpl = fp_print_new(s->dev);
	fp_print_set_finger(tpl, (FpFinger)finger);
	fp_device_enroll(
	    s->dev, tpl, s->cancel, on_progress, s, NULL, on_enrolled, s);
	run(s);
	timer_stop(s);
	return s->result;
}

static int
fprint_enroll(
    struct sensor *s, unsigned finger, unsigned timeout_s, struct buf *tpl)
{
	guchar *raw = NULL;
	gsize n = 0;
	unsigned i;
	int rc = ERR_AUTH;

	s->timeout_s = timeout_s;
	for (i = 0; i < SENSOR_TRIES; i++) {
		rc = enroll_once(s, finger);
		if (!s->again || s->stop != 0)
			break;
		rc = ERR_AUTH;
	}
	explicit_bzero(&s->samples, sizeof(s->samples));
	if (rc != 0)
		return rc;
	if (!fp_print_serialize(s->print, &raw, &n, NULL))
		return ERR_IO;
	buf_put(tpl, raw, n);
	explicit_bzero(raw, n);
	g_free(raw);
	return n > SENSOR_TEMPLATE_MAX ? ERR_TOOLONG : tpl->err;
}

/* ---- 1:1 comparison ---------------------------------------------------- */

static void
on_match(FpDevice *dev, FpPrint *match, FpPrint *scan, gpointer arg, GError *e)
{
	struct sensor *s = arg;

	(void)dev;
	fprint_preview(s->host, scan);
	fprint_wipe(scan);
	if (s->stop != 0 || g_cancellable_is_cancelled(s->cancel))
		return;
	if (e != NULL) {
		s->again = e->domain == FP_DEVICE_RETRY;
		s->host->guide(s->host->ctx, guide_of(e));
		return;
	}
	/* the operation itself ends only when the finger is lifted */
	s->result = match != NULL ? 0 : ERR_AUTH;
	s->decided = true;
	s->quiet = true;
	s->ended = true;
}

static void
on_verified(GObject *dev, GAsyncResult *res, gpointer arg)
{
	struct sensor *s = arg;
	gboolean match = FALSE;
	FpPrint *scan = NULL;
	GError *e = NULL;

	/* the answer was taken, or not taken, in on_match() */
	(void)fp_device_verify_finish(FP_DEVICE(dev), res, &match, &scan, &e);
	if (e != NULL && e->domain == FP_DEVICE_RETRY)
		s->again = true;
	end(s, error_of(s, e));
	fprint_wipe(scan);
	g_clear_object(&scan);
	g_clear_error(&e);
}

static int
load(struct sensor *s, struct str tpl, FpPrint **out)
{
	FpPrint *print;

	*out = NULL;
	/* shorter ones abort the process (fingerprint.md §4) */
	if (tpl.n <= 8 || tpl.n > SENSOR_TEMPLATE_MAX)
		return ERR_CORRUPT;
	print = fp_print_deserialize((const guchar *)tpl.p, tpl.n, NULL);
	if (print == NULL)
		return ERR_CORRUPT;
	/* verify itself does not look (§9.5) */
	if (!fp_print_compatible(print, s->dev)) {
		g_object_unref(print);
		return ERR_NODEV;
	}
	*out = print;
	return 0;
}

static int
fprint_verify(
    struct sensor *s, struct str tpl, unsigned finger, unsigned timeout_s)
{
	FpPrint *print;
	unsigned i;
	int rc;

	rc = load(s, tpl, &print);
	if (rc != 0)
		return rc;
	if (fp_print_get_finger(print) != (FpFinger)finger) {
		g_object_unref(print);
		return ERR_CORRUPT;
	}
	/* one timer over all tries: the reader is armed no longer than asked */
	timer_start(s, timeout_s);
	for (i = 0; i <= SENSOR_TRIES; i++) {
		rc = s->stop;
		if (!begin(s))
			break;
		fp_device_verify(s->dev, print, s->cancel, on_match, s, NULL,
		    on_verified, s);
		run(s);
		rc = s->result;
		if (!s->again || s->stop != 0)
			break;
		rc = ERR_AUTH;
	}
	timer_stop(s);
	g_object_unref(print);
	return s->stop != 0 ? s->stop : rc;
}

const struct sensor_ops sensor_fprint = {
	.takes = fprint_takes,
	.open = fprint_open,
	.caps = fprint_caps,
	.enroll = fprint_enroll,
	.verify = fprint_verify,
	.close = fprint_close,
};
