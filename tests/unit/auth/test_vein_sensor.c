/*
 * The vein driver on a camera that is a table of functions: every error of
 * every call, frames of a live finger, a stranger's, bad frames, unplugging
 * (AUT-16).  And the seat for vendors, with a provider of our own.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/videodev2.h>

#include <cmocka.h>

#include "auth/sensor.h"
#include "auth/v4l2_io.h"
#include "core/err.h"
#include "fvsyn.h"

#define FRAME_W 752u
#define FRAME_H 480u
#define TALL	42u /* rows that a 4:3 camera sees above and below */

/* ---- a camera made of functions ---- */

static struct {
	int calls;	/* ioctl and map calls so far */
	int fail_at;	/* this one fails … */
	int fail_errno; /* … so */
	int fds;	/* open descriptors */
	int maps;	/* mapped buffers */
	uint8_t *buffer[4];
	unsigned next;
	unsigned frames; /* frames given so far */
	unsigned lifts;
	unsigned away; /* frames for which the finger stays lifted */
	/* what stands before the camera at frame n; NULL finger: nothing */
	uint64_t (*finger)(unsigned frame);
	uint32_t fourcc;
	uint32_t bytesused;
	uint32_t bad_index;
	bool flag_error;
	int fd;
	unsigned tall; /* rows above and below the picture */
} cam;

static int
fails(void)
{
	if (cam.calls++ != cam.fail_at)
		return 0;
	errno = cam.fail_errno;
	return 1;
}

static int
cam_open(const char *path)
{
	if (strcmp(path, "/dev/video9") != 0) {
		errno = ENOENT;
		return -1;
	}
	cam.fds++;
	cam.fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	return cam.fd;
}

static int
cam_close(int fd)
{
	cam.fds--;
	return close(fd);
}

static void
draw_frame(uint8_t *out)
{
	static uint8_t img[FVSYN_W * FVSYN_H];
	static uint64_t drawn = UINT64_MAX;
	struct fvsyn_view view = { .level = FVSYN_EASY };
	uint64_t who = cam.finger == NULL ? 0 : cam.finger(cam.frames);
	uint32_t x, y;

	view.kind = who == 0 ? FVSYN_EMPTY : FVSYN_LIVE;
	if (who != drawn)
		fvsyn_draw(who & 0xffff, who >> 16, &view, img);
	drawn = who;
	for (y = 0; y < FRAME_H; y++)
		for (x = 0; x < FRAME_W; x++)
			out[(y + cam.tall) * FRAME_W + x] =
			    img[y / 2 * FVSYN_W + x / 2];
	cam.frames++;
}

static int
cam_format(struct v4l2_format *f)
{
	if (cam.fourcc != 0 && f->fmt.pix.pixelformat != cam.fourcc) {
		errno = EINVAL;
		return -1;
	}
	f->fmt.pix.width = FRAME_W;
	f->fmt.pix.height = FRAME_H + 2 * cam.tall;
	f->fmt.pix.bytesperline = FRAME_W;
	return 0;
}

static int
cam_dequeue(struct v4l2_buffer *b)
{
	b->index = cam.bad_index != 0 ? cam.bad_index : cam.next;
	b->bytesused = FRAME_W * (FRAME_H + 2 * cam.tall);
	if (cam.bytesused != 0)
		b->bytesused = cam.bytesused;
	b->flags = cam.flag_error ? V4L2_BUF_FLAG_ERROR : 0;
	draw_frame(cam.buffer[cam.next]);
	cam.next = (cam.next + 1) % 4;
	return 0;
}

static int
cam_ioctl(int fd, unsigned long request, void *arg)
{
	struct v4l2_capability *cap = arg;
	struct v4l2_requestbuffers *req = arg;
	struct v4l2_buffer *buf = arg;

	(void)fd;
	if (fails())
		return -1;
	switch (request) {
	case VIDIOC_QUERYCAP:
		cap->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
		return 0;
	case VIDIOC_S_FMT:
		return cam_format(arg);
	case VIDIOC_REQBUFS:
		req->count = 4;
		return 0;
	case VIDIOC_QUERYBUF:
		buf->length = FRAME_W * (FRAME_H + 2 * cam.tall);
		buf->m.offset = buf->index;
		return 0;
	case VIDIOC_DQBUF:
		return cam_dequeue(arg);
	default:
		return 0;
	}
}

static void *
cam_map(size_t length, int fd, long offset)
{
	(void)fd;
	if (fails())
		return NULL;
	cam.maps++;
	cam.buffer[offset] = calloc(1, length);
	return cam.buffer[offset];
}

static int
cam_unmap(void *p, size_t length)
{
	(void)length;
	cam.maps--;
	free(p);
	return 0;
}

static const struct v4l2_io camera = { cam_open, cam_close, cam_ioctl, cam_map,
	cam_unmap };

/* ---- the request around the driver ---- */

static struct {
	int control[2];
	bool cancel;
	unsigned stages;
	unsigned previews;
	unsigned guides[16];
} told;

static bool
host_cancelled(void *ctx)
{
	(void)ctx;
	return told.cancel;
}

static void
host_finger(void *ctx, unsigned flags)
{
	(void)ctx;
	(void)flags;
}

static void
host_progress(void *ctx, unsigned stage, unsigned stages)
{
	(void)ctx;
	(void)stages;
	told.stages = stage;
}

static void
host_guide(void *ctx, enum bio_guide guide)
{
	(void)ctx;
	told.guides[guide & 15]++;
}

static void
host_preview(void *ctx, unsigned w, unsigned h, const uint8_t *grey)
{
	(void)ctx;
	(void)grey;
	assert_true(w * h <= 65536);
	told.previews++;
}

static struct sensor_host host = { .cancelled = host_cancelled,
	.finger = host_finger,
	.progress = host_progress,
	.guide = host_guide,
	.preview = host_preview };

static int
setup(void **state)
{
	(void)state;
	memset(&cam, 0, sizeof(cam));
	memset(&told, 0, sizeof(told));
	cam.fail_at = -1;
	assert_int_equal(pipe(told.control), 0);
	host.control_fd = told.control[0];
	v4l2_set_io(&camera);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	v4l2_set_io(NULL);
	close(told.control[0]);
	close(told.control[1]);
	assert_int_equal(cam.fds, 0);
	assert_int_equal(cam.maps, 0);
	return 0;
}

static int
open_camera(struct sensor **s)
{
	return sensor_vein.open(s, STR("vein:v4l2:/dev/video9"), &host);
}

/* Finger 5, lifted for a while when asked to, laid on a little differently. */
static uint64_t
finger_five(unsigned frame)
{
	if (told.guides[BIO_GUIDE_REMOVE] > cam.lifts) {
		cam.lifts++;
		cam.away = 60;
	}
	(void)frame;
	if (cam.away > 0) {
		cam.away--;
		usleep(10000);
		return 0;
	}
	return 5 | (uint64_t)cam.lifts << 16;
}

static uint64_t
finger_six(unsigned frame)
{
	(void)frame;
	return 6;
}

static uint64_t
another_each_frame(unsigned frame)
{
	return 20 + frame;
}

static void
an_enrolled_finger_is_known_again_and_a_stranger_is_not(void **state)
{
	struct buf tpl = BUF_INIT;
	struct sensor *s;

	(void)state;
	cam.finger = finger_five;
	assert_int_equal(open_camera(&s), 0);
	assert_int_equal(sensor_vein.enroll(s, 7, 20, &tpl), 0);
	assert_int_equal(told.stages, 3);
	assert_true(told.previews > 0);
	sensor_vein.close(s);
	cam.lifts = 9;
	told.guides[BIO_GUIDE_REMOVE] = 0;
	assert_int_equal(open_camera(&s), 0);
	assert_int_equal(sensor_vein.verify(s, buf_str(&tpl), 7, 20), 0);
	sensor_vein.close(s);
	cam.finger = finger_six;
	assert_int_equal(open_camera(&s), 0);
	assert_int_equal(sensor_vein.verify(s, buf_str(&tpl), 7, 20), ERR_AUTH);
	/* the template of another finger of the same person is not this one */
	assert_int_equal(
	    sensor_vein.verify(s, buf_str(&tpl), 8, 20), ERR_CORRUPT);
	sensor_vein.close(s);
	buf_release(&tpl);
}

/* Squeezed into the proportions, the finger would be another one. */
static void
a_camera_of_other_proportions_sees_the_same_finger(void **state)
{
	struct buf tpl = BUF_INIT;
	struct sensor *s;

	(void)state;
	cam.finger = finger_five;
	assert_int_equal(open_camera(&s), 0);
	assert_int_equal(sensor_vein.enroll(s, 7, 20, &tpl), 0);
	sensor_vein.close(s);
	told.guides[BIO_GUIDE_REMOVE] = 0;
	cam.lifts = 9;
	cam.tall = TALL;
	assert_int_equal(open_camera(&s), 0);
	assert_int_equal(sensor_vein.verify(s, buf_str(&tpl), 7, 20), 0);
	sensor_vein.close(s);
	buf_release(&tpl);
}

static void
every_error_of_every_call_is_reported_and_leaks_nothing(void **state)
{
	static const int errnos[] = { EIO, ENODEV, EBUSY, ENOMEM, EPERM };
	struct sensor *s;
	size_t e;
	int n;
	int err;

	(void)state;
	for (e = 0; e < sizeof(errnos) / sizeof(errnos[0]); e++) {
		for (n = 0; n < 24; n++) {
			cam.calls = 0;
			cam.fail_at = n;
			cam.fail_errno = errnos[e];
			err = open_camera(&s);
			if (err == 0)
				sensor_vein.close(s);
			else
				assert_null(s);
			assert_int_equal(cam.fds, 0);
			assert_int_equal(cam.maps, 0);
		}
	}
}

static void
a_missing_device_is_no_device(void **state)
{
	struct sensor *s;

	(void)state;
	assert_int_equal(
	    sensor_vein.open(&s, STR("vein:v4l2:/dev/video3"), &host),
	    ERR_NODEV);
	assert_int_equal(
	    sensor_vein.open(&s, STR("vein:v4l2:video9"), &host), ERR_RANGE);
}

static void
a_camera_of_an_unknown_format_is_refused(void **state)
{
	struct sensor *s;

	(void)state;
	cam.fourcc = V4L2_PIX_FMT_MJPEG;
	assert_int_equal(open_camera(&s), ERR_RANGE);
}

static void
an_empty_rest_times_out(void **state)
{
	struct buf tpl = BUF_INIT;
	struct sensor *s;

	(void)state;
	assert_int_equal(open_camera(&s), 0);
	assert_int_equal(sensor_vein.enroll(s, 7, 1, &tpl), ERR_TIMEOUT);
	sensor_vein.close(s);
	buf_release(&tpl);
}

static void
a_finger_that_moves_is_told_to_hold_still(void **state)
{
	struct buf tpl = BUF_INIT;
	struct sensor *s;

	(void)state;
	cam.finger = another_each_frame;
	assert_int_equal(open_camera(&s), 0);
	assert_int_equal(sensor_vein.enroll(s, 7, 1, &tpl), ERR_TIMEOUT);
	assert_true(told.guides[BIO_GUIDE_HOLD] > 0);
	sensor_vein.close(s);
	buf_release(&tpl);
}

static void
cancelling_ends_the_wait(void **state)
{
	struct buf tpl = BUF_INIT;
	struct sensor *s;

	(void)state;
	assert_int_equal(open_camera(&s), 0);
	told.cancel = true;
	assert_int_equal(write(told.control[1], "x", 1), 1);
	assert_int_equal(sensor_vein.enroll(s, 7, 5, &tpl), ERR_CANCELLED);
	sensor_vein.close(s);
	buf_release(&tpl);
}

static void
unplugging_is_no_device(void **state)
{
	struct buf tpl = BUF_INIT;
	struct sensor *s;

	(void)state;
	assert_int_equal(open_camera(&s), 0);
	cam.fail_at = cam.calls + 2;
	cam.fail_errno = ENODEV;
	assert_int_equal(sensor_vein.enroll(s, 7, 5, &tpl), ERR_NODEV);
	sensor_vein.close(s);
	buf_release(&tpl);
}

static void
a_buffer_number_that_was_never_given_is_garbage(void **state)
{
	struct buf tpl = BUF_INIT;
	struct sensor *s;

	(void)state;
	assert_int_equal(open_camera(&s), 0);
	cam.bad_index = 77;
	/* a broken camera, not a damaged template */
	assert_int_equal(sensor_vein.enroll(s, 7, 5, &tpl), ERR_NODEV);
	sensor_vein.close(s);
	buf_release(&tpl);
}

static void
a_camera_that_gives_only_broken_frames_is_given_up(void **state)
{
	struct buf tpl = BUF_INIT;
	struct sensor *s;

	(void)state;
	assert_int_equal(open_camera(&s), 0);
	cam.flag_error = true;
	assert_int_equal(sensor_vein.enroll(s, 7, 5, &tpl), ERR_NODEV);
	cam.flag_error = false;
	cam.bytesused = 17;
	assert_int_equal(sensor_vein.enroll(s, 7, 5, &tpl), ERR_NODEV);
	sensor_vein.close(s);
	buf_release(&tpl);
}

/* ---- the seat for vendors ---- */

static int
open_plugin(struct sensor **s, const char *file)
{
	char cwd[256];
	char spec[512];

	assert_non_null(getcwd(cwd, sizeof(cwd)));
	snprintf(spec, sizeof(spec), "vein:plugin:%s%s%s",
	    file[0] == '/' ? "" : cwd, file[0] == '/' ? "" : "/", file);
	return sensor_vein_plugin.open(s, str_of(spec), &host);
}

static const char *
sample_provider(void)
{
	static char path[512];
	const char *build = getenv("BUILD");

	snprintf(path, sizeof(path), "%s/tests/lib/provider.so",
	    build == NULL ? "build" : build);
	return path;
}

static void
a_provider_enrols_and_verifies_through_its_table(void **state)
{
	struct buf tpl = BUF_INIT;
	struct sensor_caps caps;
	struct sensor *s;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(open_plugin(&s, sample_provider()), 0);
	sensor_vein_plugin.caps(s, &caps);
	assert_string_equal(caps.driver, "vein:plugin:Sample-Palm-1-0");
	assert_string_equal(caps.modality, "vein");
	assert_int_equal(sensor_vein_plugin.enroll(s, 7, 5, &tpl), 0);
	assert_int_equal(sensor_vein_plugin.verify(s, buf_str(&tpl), 7, 5), 0);
	/* the sample provider tells fingers apart by their subtype */
	assert_int_equal(
	    sensor_vein_plugin.verify(s, buf_str(&tpl), 2, 5), ERR_AUTH);
	tpl.p[0] ^= 1;
	assert_int_equal(
	    sensor_vein_plugin.verify(s, buf_str(&tpl), 7, 5), ERR_CORRUPT);
	sensor_vein_plugin.close(s);
	buf_release(&tpl);
}

static void
a_library_that_is_no_provider_or_not_there_is_refused(void **state)
{
	struct sensor *s;

	(void)state;
	assert_int_equal(open_plugin(&s, "/nowhere/x.so"), ERR_NODEV);
	assert_int_equal(open_plugin(&s, "/etc/passwd"), ERR_NODEV);
	assert_int_equal(
	    sensor_vein_plugin.open(&s, STR("vein:plugin:relative.so"), &host),
	    ERR_RANGE);
}

static void
a_library_that_others_can_write_is_not_loaded(void **state)
{
	char path[] = "/tmp/mamori-provider-XXXXXX";
	struct sensor *s;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, 0666), 0);
	close(fd);
	assert_int_equal(open_plugin(&s, path), ERR_DENIED);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(an_enrolled_finger_is_known_again_and_a_stranger_is_not),
		TEST(a_camera_of_other_proportions_sees_the_same_finger),
		TEST(every_error_of_every_call_is_reported_and_leaks_nothing),
		TEST(a_missing_device_is_no_device),
		TEST(a_camera_of_an_unknown_format_is_refused),
		TEST(an_empty_rest_times_out),
		TEST(a_finger_that_moves_is_told_to_hold_still),
		TEST(cancelling_ends_the_wait),
		TEST(unplugging_is_no_device),
		TEST(a_buffer_number_that_was_never_given_is_garbage),
		TEST(a_camera_that_gives_only_broken_frames_is_given_up),
		TEST(a_provider_enrols_and_verifies_through_its_table),
		TEST(a_library_that_is_no_provider_or_not_there_is_refused),
		TEST(a_library_that_others_can_write_is_not_loaded),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
