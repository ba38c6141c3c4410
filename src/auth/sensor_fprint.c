/*
 * Fingerprint readers through libfprint: the only file that knows GLib.
 *
 * Everything runs on the default main context with the asynchronous API; the
 * control socket is one of its sources, so a cancel arrives while an operation
 * waits (fingerprint.md §7).
 *
 * SECURITY: libfprint compares on this host and its virtual drivers are
 * switched on by environment variables, so only drivers of the table below are
 * let in, and virtual ones only in the demo build.  The yes of match_cb counts
 * only while nobody has cancelled.  Pictures are overwritten as soon as they
 * have been looked at and never leave this file (AUT-03).
 */
#include "auth/sensor.h"

#include <stdlib.h>
#include <string.h>

#include <fprint.h>
#include <glib-unix.h>

#include "auth/minutiae.h"
#include "core/err.h"

#define OPEN_SECONDS 5
#define LEAVE_MS 1000 /* for an operation that was told to stop */
#define STAGES_MAX 16
#define SOCKET_PATH_MAX 107

/*
 * Readers whose decision is worth something: matching in the chip, or on the
 * host with libfprint's full threshold of 40.  Drivers with 9 to 30 let 2 to
 * 25 % of strangers in (fingerprint.md §5) and are left out.
 */
static const char *const real_drivers[] = {
	"uru4000",
	"aes2501",
	"aes2550",
	"etes603",
	"vcom5s",
	"goodixmoc",
	"synaptics",
	"elanmoc",
	"fpcmoc",
};

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
	bool again;   /* the operation ended for quality: arm again */
	int stop;     /* why it was cancelled, ERR_*; 0 not */
	int result;
	FpPrint *print;     /* enrolled */
	unsigned taken;     /* samples of this enrolment */
	unsigned retries;
	struct minutiae sample[STAGES_MAX];
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
		s->host->finger(s->host->ctx, status & 3u);
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

static bool
takes(struct str spec)
{
	return str_eqz(spec, "fprint") || str_starts(spec, STR("fprint:"))
#ifdef MAMORI_DEMO
	    || str_starts(spec, STR("virtual:image:")) ||
	    str_starts(spec, STR("virtual:device:"))
#endif
	    ;
}

static bool
is_real(struct str driver)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(real_drivers); i++)
		if (str_eqz(driver, real_drivers[i]))
			return true;
	return false;
}

/* Which drivers libfprint may load; both names of the variable (§1). */
static void
allow(const char *list)
{
	g_setenv("FP_DRIVERS_WHITELIST", list, TRUE);
	g_setenv("FP_DRIVERS_ALLOWLIST", list, TRUE);
}

static int
allow_real(struct str driver)
{
	GString *all;
	size_t i;

	if (driver.n > 0 && !is_real(driver))
		return ERR_NODEV;
	all = g_string_new(NULL);
	for (i = 0; i < G_N_ELEMENTS(real_drivers); i++) {
		if (driver.n > 0 && !str_eqz(driver, real_drivers[i]))
			continue;
		if (all->len > 0)
			g_string_append_c(all, ':');
		g_string_append(all, real_drivers[i]);
	}
	allow(all->str);
	g_string_free(all, TRUE);
	return 0;
}

#ifdef MAMORI_DEMO
static const struct {
	const char *prefix;
	const char *variable;
	const char *driver;
} virtuals[] = {
	{ "virtual:image:", "FP_VIRTUAL_IMAGE", "virtual_image" },
	{ "virtual:device:", "FP_VIRTUAL_DEVICE", "virtual_device" },
};

static int
allow_virtual(struct str spec)
{
	char path[SOCKET_PATH_MAX + 1];
	size_t skip;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(virtuals); i++) {
		if (!str_starts(spec, str_of(virtuals[i].prefix)))
			continue;
		skip = strlen(virtuals[i].prefix);
		/* a longer path would be cut and bound elsewhere (§1) */
		if (spec.n == skip ||
		    str_copy(path, sizeof(path),
			str_n(spec.p + skip, spec.n - skip)) != 0)
			return ERR_RANGE;
		allow(virtuals[i].driver);
		g_setenv(virtuals[i].variable, path, TRUE);
		return 0;
	}
	return ERR_NODEV;
}
#endif

static int
allow_spec(struct str spec)
{
	struct str word;

	if (str_eqz(spec, "fprint"))
		return allow_real((struct str){ 0 });
	if (str_starts(spec, STR("fprint:"))) {
		str_cut(&spec, ':', &word);
		return spec.n == 0 ? ERR_RANGE : allow_real(spec);
	}
#ifdef MAMORI_DEMO
	return allow_virtual(spec);
#else
	return ERR_NODEV;
#endif
}

/* The first device that the allow list let in, looked at once more. */
static FpDevice *
choose(FpContext *context)
{
	GPtrArray *all = fp_context_get_devices(context);
	guint i;

	for (i = 0; all != NULL && i < all->len; i++) {
		FpDevice *dev = g_ptr_array_index(all, i);
		const char *driver = fp_device_get_driver(dev);

#ifdef MAMORI_DEMO
		if (g_str_has_prefix(driver, "virtual_"))
			return dev;
#endif
		if (is_real(str_of(driver)))
			return dev;
	}
	return NULL;
}

static int
fprint_open(struct sensor **out, struct str spec,
    const struct sensor_host *host)
{
	struct sensor *s;
	int rc;

	*out = NULL;
	rc = allow_spec(spec);
	if (rc != 0)
		return rc;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ERR_NOMEM;
	s->host = host;
	s->context = fp_context_new();
	s->dev = choose(s->context);
	rc = ERR_NODEV;
	if (s->dev == NULL)
		goto out;
	s->control = g_unix_fd_add(host->control_fd,
	    G_IO_IN | G_IO_HUP | G_IO_ERR, on_control, s);
	g_signal_connect(s->dev, "notify::finger-status", G_CALLBACK(on_finger),
	    s);
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

/* ---- samples ----------------------------------------------------------- */

/* Overwrites the picture of a print: nobody needs it any more (AUT-03). */
static void
wipe_image(FpPrint *print)
{
	FpImage *image = print == NULL ? NULL : fp_print_get_image(print);
	const guchar *data;
	gsize n = 0;

	if (image == NULL)
		return;
	data = fp_image_get_data(image, &n);
	explicit_bzero((void *)(uintptr_t)data, n);
}

/* The last scan in the serialised print; false when it is none of NBIS. */
static bool
read_minutiae(GVariant *v, struct minutiae *out)
{
	GVariant *boxed = g_variant_get_child_value(v, 9);
	GVariant *data = g_variant_get_variant(boxed);
	GVariant *scans = NULL;
	GVariant *scan = NULL;
	const gint32 *axis[3] = { NULL };
	gsize n[3] = { 0 };
	GVariant *list[3] = { NULL };
	gsize i;
	bool ok = false;

	if (!g_variant_is_of_type(data, G_VARIANT_TYPE("(a(aiaiai))")))
		goto out;
	scans = g_variant_get_child_value(data, 0);
	if (g_variant_n_children(scans) == 0)
		goto out;
	scan = g_variant_get_child_value(scans,
	    g_variant_n_children(scans) - 1);
	for (i = 0; i < 3; i++) {
		list[i] = g_variant_get_child_value(scan, i);
		axis[i] = g_variant_get_fixed_array(list[i], &n[i],
		    sizeof(gint32));
	}
	if (n[0] != n[1] || n[0] != n[2])
		goto out;
	for (i = 0; i < n[0] && i < MINUTIAE_MAX; i++)
		out->p[i] = (struct minutia){ GINT32_FROM_LE(axis[0][i]),
			GINT32_FROM_LE(axis[1][i]),
			GINT32_FROM_LE(axis[2][i]) };
	out->n = i;
	ok = true;
out:
	for (i = 0; i < 3; i++)
		if (list[i] != NULL)
			g_variant_unref(list[i]);
	if (scan != NULL)
		g_variant_unref(scan);
	if (scans != NULL)
		g_variant_unref(scans);
	g_variant_unref(data);
	g_variant_unref(boxed);
	return ok;
}

/*
 * libfprint shows the places of minutiae but not their directions; its own
 * serialised form has both (fingerprint.md §4).  Only ever fed with what
 * libfprint wrote a moment before.
 */
static bool
minutiae_of(FpPrint *print, struct minutiae *out)
{
	guchar *raw = NULL;
	guchar *copy;
	gsize n = 0;
	GVariant *v;
	bool ok;

	out->n = 0;
	if (!fp_print_serialize(print, &raw, &n, NULL) || n <= 3)
		return false;
	copy = g_memdup2(raw + 3, n - 3); /* GVariant wants alignment */
	explicit_bzero(raw, n);
	g_free(raw);
	v = g_variant_new_from_data(G_VARIANT_TYPE("(issbymsmsia{sv}v)"), copy,
	    n - 3, FALSE, NULL, NULL);
	g_variant_ref_sink(v);
	ok = read_minutiae(v, out);
	g_variant_unref(v);
	explicit_bzero(copy, n - 3);
	g_free(copy);
	return ok;
}

/* What is wrong with a sample of an enrolment; BIO_GUIDE_NONE when nothing. */
static enum bio_guide
judge(struct sensor *s, FpPrint *print)
{
	FpImage *image = fp_print_get_image(print);
	GPtrArray *points;
	struct minutiae m;
	unsigned i;

	/* matched in the chip: the chip judges */
	if (image == NULL || !minutiae_of(print, &m))
		return BIO_GUIDE_NONE;
	points = fp_image_get_minutiae(image);
	if (points == NULL ||
	    !minutiae_plausible(points->len, fp_image_get_width(image),
		fp_image_get_height(image)))
		return BIO_GUIDE_POOR;
	if (s->taken == STAGES_MAX)
		return BIO_GUIDE_AGAIN;
	for (i = 0; i < s->taken; i++)
		if (minutiae_same_finger(&s->sample[i], &m))
			break;
	if (s->taken > 0 && i == s->taken)
		return BIO_GUIDE_OTHER;
	s->sample[s->taken++] = m;
	return BIO_GUIDE_NONE;
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
	g_idle_add_full(G_PRIORITY_DEFAULT, on_refused,
	    g_object_ref(s->cancel), g_object_unref);
}

static void
on_progress(FpDevice *dev, gint stage, FpPrint *print, gpointer arg, GError *e)
{
	struct sensor *s = arg;
	enum bio_guide guide;

	if (s->again || s->stop != 0) {
		wipe_image(print);
		return;
	}
	timer_start(s, s->timeout_s);
	if (e != NULL) {
		s->host->guide(s->host->ctx, guide_of(e));
		/* every stage may be repeated SENSOR_TRIES times */
		if (++s->retries > SENSOR_TRIES * STAGES_MAX)
			refuse(s);
		return;
	}
	guide = judge(s, print);
	wipe_image(print);
	if (guide != BIO_GUIDE_NONE) {
		s->host->guide(s->host->ctx, guide);
		refuse(s);
		return;
	}
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

	s->taken = 0;
	s->retries = 0;
	if (!begin(s))
		return s->stop;
	timer_start(s, s->timeout_s);
	tpl = fp_print_new(s->dev);
	fp_print_set_finger(tpl, (FpFinger)finger);
	fp_device_enroll(s->dev, tpl, s->cancel, on_progress, s, NULL,
	    on_enrolled, s);
	run(s);
	timer_stop(s);
	return s->result;
}

static int
fprint_enroll(struct sensor *s, unsigned finger, unsigned timeout_s,
    struct buf *tpl)
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
	explicit_bzero(s->sample, sizeof(s->sample));
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
	wipe_image(scan);
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
	wipe_image(scan);
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
fprint_verify(struct sensor *s, struct str tpl, unsigned finger,
    unsigned timeout_s)
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
	.takes = takes,
	.open = fprint_open,
	.caps = fprint_caps,
	.enroll = fprint_enroll,
	.verify = fprint_verify,
	.close = fprint_close,
};
