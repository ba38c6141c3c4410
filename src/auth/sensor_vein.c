/*
 * The vein driver of mamori-bio: frames through the quality gate, three good
 * samples for a template, the mean of three scores for a decision
 * (reference/vein.md §3.6, §3.7).
 *
 * SECURITY: images and templates exist only in this process and are wiped;
 * a frame that fails the gate is never compared; a template of another
 * configuration or of another finger is refused before matching.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/sensor.h"
#include "auth/vein_quality.h"
#include "auth/vein_source.h"
#include "auth/vein_tpl.h"
#include "core/err.h"

#define ENROLL_MOST   5 /* samples taken when the first three disagree */
#define VERIFY_FRAMES 3 /* best of, counted as one attempt */
#define PREVIEW_STEP  4
#define PREVIEW_W     (VEIN_W / PREVIEW_STEP)
#define PREVIEW_H     (VEIN_H / PREVIEW_STEP)
#define BAD_FRAMES    3	  /* in a row: the source is broken */
#define LIFT_MS	      300 /* no finger for so long: lifted */

struct sensor {
	const struct vein_source_ops *ops;
	struct vein_source *source;
	const struct sensor_host *host;
	struct vein_work *work;
	struct vein_region region;
	struct vein_quality quality;
	enum bio_guide told;
	uint8_t img[VEIN_W * VEIN_H];
	uint8_t canvas[VEIN_CANVAS];
	uint8_t canvas_mask[VEIN_CANVAS];
	uint8_t before[VEIN_CANVAS];
	uint8_t before_mask[VEIN_CANVAS];
	uint8_t bin[VEIN_W * VEIN_H];
	uint8_t preview[PREVIEW_W * PREVIEW_H];
};

static const struct vein_source_ops *const sources[] = {
	&vein_source_v4l2,
#ifdef MAMORI_DEMO
	&vein_source_dir,
#endif
};

static const struct vein_source_ops *
source_for(struct str spec, struct str *device)
{
	struct str prefix;
	size_t i;

	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		prefix = str_of(sources[i]->prefix);
		if (!str_starts(spec, prefix))
			continue;
		*device = str_n(spec.p + prefix.n, spec.n - prefix.n);
		return sources[i];
	}
	return NULL;
}

static bool
vein_takes(struct str spec)
{
	struct str device;

	return source_for(spec, &device) != NULL;
}

static void
vein_close(struct sensor *s)
{
	if (s == NULL)
		return;
	if (s->source != NULL)
		s->ops->close(s->source);
	vein_work_free(s->work);
	explicit_bzero(s, sizeof(*s));
	free(s);
}

static int
vein_open(struct sensor **out, struct str spec, const struct sensor_host *host)
{
	struct sensor *s;
	struct str device;
	int err = ERR_NOMEM;

	*out = NULL;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ERR_NOMEM;
	s->host = host;
	s->ops = source_for(spec, &device);
	s->work = vein_work_new();
	if (s->ops == NULL)
		err = ERR_RANGE;
	else if (s->work != NULL)
		err = s->ops->open(&s->source, device);
	if (err != 0) {
		vein_close(s);
		return err;
	}
	*out = s;
	return 0;
}

static void
vein_caps(const struct sensor *s, struct sensor_caps *out)
{
	*out = (struct sensor_caps){ .modality = "vein",
		.stages = VEIN_SAMPLES,
		.preview = true,
		.cancel = true };
	str_copy(out->driver, sizeof(out->driver), str_of(s->ops->driver));
}

/* A quarter-size picture with the finger's edges drawn in. */
static void
send_preview(struct sensor *s)
{
	unsigned x;
	unsigned y;

	for (y = 0; y < PREVIEW_H; y++) {
		for (x = 0; x < PREVIEW_W; x++) {
			uint8_t v = s->img[y * PREVIEW_STEP * VEIN_W +
			    x * PREVIEW_STEP];

			/* 255 is the outline */
			s->preview[y * PREVIEW_W + x] = v == 255 ? 254 : v;
		}
	}
	for (x = 0; s->region.found && x < PREVIEW_W; x++) {
		unsigned at = x * PREVIEW_STEP;

		if (s->region.lower[at] < s->region.upper[at])
			continue;
		s->preview[(unsigned)s->region.upper[at] / PREVIEW_STEP *
			PREVIEW_W +
		    x] = 255;
		s->preview[(unsigned)s->region.lower[at] / PREVIEW_STEP *
			PREVIEW_W +
		    x] = 255;
	}
	s->host->preview(s->host->ctx, PREVIEW_W, PREVIEW_H, s->preview);
	explicit_bzero(s->preview, sizeof(s->preview));
}

/* Says what to change, once per change of mind. */
static void
tell(struct sensor *s, enum bio_guide guide)
{
	if (guide == s->told)
		return;
	s->told = guide;
	if (guide != BIO_GUIDE_NONE)
		s->host->guide(s->host->ctx, guide);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * A frame that can be.  A source that breaks is, to the person, a sensor that
 * is not there: ERR_CORRUPT would speak of the template, ERR_IO of the line.
 */
static int
next_frame(struct sensor *s, int64_t until)
{
	unsigned bad;
	int64_t left;
	int err;

	for (bad = 0; bad < BAD_FRAMES; bad++) {
		left = until - now_ms();
		if (left <= 0)
			return ERR_TIMEOUT;
		err = s->ops->frame(s->source, s->host, (unsigned)left, s->img);
		if (err == ERR_IO)
			return ERR_NODEV;
		if (err != ERR_CORRUPT)
			return err;
		tell(s, BIO_GUIDE_AGAIN);
		if (!s->ops->live)
			s->host->finger(s->host->ctx, BIO_FINGER_NEEDED);
	}
	return ERR_NODEV;
}

/* One frame through the pipeline; quality.flags says how good it is. */
static int
take_frame(struct sensor *s, int64_t until, struct vein_bits *bits)
{
	int err = next_frame(s, until);

	if (err != 0)
		return err;
	vein_extract(s->work, s->img, &s->region, s->canvas, s->canvas_mask,
	    s->bin, bits);
	vein_quality(s->work, &s->region, s->canvas, s->canvas_mask, s->bin,
	    &s->quality);
	if (s->ops->expose != NULL && s->region.found)
		s->ops->expose(s->source, s->quality.mean);
	send_preview(s);
	return 0;
}

/* Did the finger hold still since the frame before?  A file has no motion. */
static bool
is_still(struct sensor *s, bool *seen)
{
	bool still = !s->ops->live ||
	    (*seen &&
		!vein_moved(
		    s->before, s->before_mask, s->canvas, s->canvas_mask));

	memcpy(s->before, s->canvas, sizeof(s->before));
	memcpy(s->before_mask, s->canvas_mask, sizeof(s->before_mask));
	*seen = true;
	return still;
}

/* Something lies there; the doubt is advice (§8): it is logged, no more. */
static void
tell_present(struct sensor *s)
{
	unsigned flags = BIO_FINGER_NEEDED | BIO_FINGER_PRESENT;

	if (s->quality.flags & VEIN_FLAG(NO_FINGER))
		return;
	if (s->quality.attack_hint)
		flags |= BIO_FINGER_DOUBT;
	s->host->finger(s->host->ctx, flags);
}

/* Where the light can be switched: does the picture follow it? */
static int
challenge(struct sensor *s, int64_t until)
{
	int64_t left = until - now_ms();
	bool doubt = false;
	int err;

	if (s->ops->light == NULL)
		return 0;
	if (left <= 0)
		return ERR_TIMEOUT;
	err = vein_challenge(
	    s->ops, s->source, s->host, (unsigned)left, s->img, &doubt);
	if (err == 0 && doubt)
		s->host->finger(s->host->ctx, BIO_FINGER_ALL);
	return err == ERR_IO || err == ERR_CORRUPT ? ERR_NODEV : err;
}

/* Tells why the gate refused a frame; a file must be laid down once more. */
static void
refused(struct sensor *s, bool *seen)
{
	bool empty = (s->quality.flags & VEIN_FLAG(NO_FINGER)) != 0;

	if (empty)
		*seen = false;
	if (!empty || !s->ops->live)
		tell(s, vein_guide(s->quality.flags));
	if (!s->ops->live)
		s->host->finger(s->host->ctx, BIO_FINGER_NEEDED);
}

/* Frames until one is good; guides the person meanwhile. */
static int
good_sample(struct sensor *s, int64_t until, struct vein_bits *bits)
{
	bool seen = false;
	int err;

	s->host->finger(s->host->ctx, BIO_FINGER_NEEDED);
	for (;;) {
		err = take_frame(s, until, bits);
		if (err != 0)
			return err;
		tell_present(s);
		if (s->quality.flags != 0) {
			refused(s, &seen);
			continue;
		}
		if (is_still(s, &seen))
			break;
		tell(s, BIO_GUIDE_HOLD);
	}
	s->told = BIO_GUIDE_NONE;
	return challenge(s, until);
}

/* Before the next sample a camera must have seen the finger go. */
static int
wait_lifted(struct sensor *s, int64_t until)
{
	struct vein_bits bits;
	int64_t away = 0;
	int err = 0;

	if (!s->ops->live)
		return 0;
	tell(s, BIO_GUIDE_REMOVE);
	while (err == 0 && (away == 0 || now_ms() - away < LIFT_MS)) {
		err = take_frame(s, until, &bits);
		if (s->region.found)
			away = 0;
		else if (away == 0)
			away = now_ms();
	}
	explicit_bzero(&bits, sizeof(bits));
	return err;
}

static int
collect(struct sensor *s, unsigned timeout_s, struct vein_bits *samples,
    struct vein_tpl *t)
{
	unsigned odd = 0;
	unsigned n = 0;
	int64_t until;
	int err;

	t->quality = 100;
	while (n < ENROLL_MOST) {
		until = now_ms() + (int64_t)timeout_s * 1000;
		err = good_sample(s, until, &samples[n]);
		if (err != 0)
			return err;
		if (s->quality.score < t->quality)
			t->quality = s->quality.score;
		n++;
		if (n >= VEIN_SAMPLES) {
			err = vein_tpl_enroll(t, samples, n, &odd);
			if (err != ERR_AUTH)
				return err;
			tell(s, BIO_GUIDE_OTHER);
		} else {
			s->host->progress(s->host->ctx, n, VEIN_SAMPLES);
		}
		err = wait_lifted(s, until);
		if (err != 0)
			return err;
	}
	return ERR_AUTH;
}

static int
vein_enroll(
    struct sensor *s, unsigned finger, unsigned timeout_s, struct buf *tpl)
{
	struct vein_bits *samples = calloc(ENROLL_MOST, sizeof(*samples));
	struct vein_tpl *t = calloc(1, sizeof(*t));
	struct timespec now;
	int err = ERR_NOMEM;

	if (samples == NULL || t == NULL)
		goto out;
	err = collect(s, timeout_s, samples, t);
	if (err != 0)
		goto out;
	clock_gettime(CLOCK_REALTIME, &now);
	t->created_ms = (int64_t)now.tv_sec * 1000;
	t->modality = 1;
	t->subtype = vein_subtype(finger);
	err = vein_tpl_put(t, tpl);
	if (err == 0)
		s->host->progress(s->host->ctx, VEIN_SAMPLES, VEIN_SAMPLES);
out:
	if (samples != NULL)
		explicit_bzero(samples, ENROLL_MOST * sizeof(*samples));
	if (t != NULL)
		explicit_bzero(t, sizeof(*t));
	free(samples);
	free(t);
	return err;
}

static int
vein_verify(
    struct sensor *s, struct str tpl, unsigned finger, unsigned timeout_s)
{
	struct vein_tpl *t = calloc(1, sizeof(*t));
	struct vein_bits probe;
	int64_t until = now_ms() + (int64_t)timeout_s * 1000;
	double best = 0;
	double score;
	unsigned i;
	int err;

	if (t == NULL)
		return ERR_NOMEM;
	err = vein_tpl_parse(tpl, t);
	if (err == 0 && t->subtype != vein_subtype(finger))
		err = ERR_CORRUPT;
	for (i = 0; err == 0 && i < (s->ops->live ? VERIFY_FRAMES : 1); i++) {
		err = good_sample(s, until, &probe);
		if (err != 0)
			break;
		score = vein_tpl_score(t, &probe);
		if (score > best)
			best = score;
		if (best >= VEIN_THRESHOLD)
			break;
	}
	if (err == 0 && best < VEIN_THRESHOLD)
		err = ERR_AUTH;
	s->host->finger(s->host->ctx, 0);
	explicit_bzero(&probe, sizeof(probe));
	explicit_bzero(t, sizeof(*t));
	free(t);
	return err;
}

int
vein_wait(int fd, const struct sensor_host *host, unsigned timeout_ms)
{
	struct pollfd p[2] = { { .fd = host->control_fd, .events = POLLIN },
		{ .fd = fd, .events = POLLIN } };
	int64_t until = now_ms() + timeout_ms;
	int64_t left;
	int n;

	for (;;) {
		left = until - now_ms();
		n = poll(p, 2, left < 0 ? 0 : (int)left);
		if (n < 0 && errno != EINTR)
			return ERR_IO;
		if (n > 0 && p[0].revents != 0 && host->cancelled(host->ctx))
			return ERR_CANCELLED;
		if (n > 0 && p[1].revents & POLLIN)
			return 0;
		if (n > 0 && p[1].revents & (POLLERR | POLLHUP | POLLNVAL))
			return ERR_NODEV;
		if (n == 0 && left <= 0)
			return ERR_TIMEOUT;
	}
}

const struct sensor_ops sensor_vein = {
	.takes = vein_takes,
	.open = vein_open,
	.caps = vein_caps,
	.enroll = vein_enroll,
	.verify = vein_verify,
	.close = vein_close,
};
