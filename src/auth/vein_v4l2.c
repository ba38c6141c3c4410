/*
 * vein:v4l2:/dev/videoN — a near-infrared camera (reference/vein.md §2).
 * Not proven on hardware: the machine it was written on has no camera.
 *
 * SECURITY: the device answers what it likes.  Format, size and stride are
 * read back and checked before a frame is touched, buffers are bounded by
 * what was mapped, and their contents are wiped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/videodev2.h>

#include "auth/v4l2_io.h"
#include "auth/vein_source.h"
#include "core/err.h"

#define BUFFERS	 4
#define WARM_UP	 5 /* first frames are thrown away */
#define ROUNDS	 5 /* of the exposure loop, then it stays */
#define AIM	 110.0
#define SIDE_MAX 4096u
#define BAD_MOST 200u /* frames thrown away in a row: the camera is broken */

struct map {
	void *p;
	size_t n;
};

struct vein_source {
	int fd;
	bool streaming;
	unsigned warm;
	unsigned rounds;
	int32_t exposure;
	uint32_t fourcc;
	uint32_t width;
	uint32_t height;
	uint32_t stride;
	unsigned buffers;
	struct map map[BUFFERS];
};

/* formats in order of preference, with the bytes per pixel and the shift that
 * brings the value down to eight bits */
static const struct format {
	uint32_t fourcc;
	unsigned bytes;
	unsigned shift;
} formats[] = {
	{ V4L2_PIX_FMT_GREY, 1, 0 },
	{ V4L2_PIX_FMT_Y10, 2, 2 },
	{ V4L2_PIX_FMT_Y12, 2, 4 },
	{ V4L2_PIX_FMT_Y16, 2, 8 },
	{ V4L2_PIX_FMT_YUYV, 2, 0 },
};

static int
sys_open(const char *path)
{
	return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static int
sys_ioctl(int fd, unsigned long request, void *arg)
{
	int rc;

	do
		rc = ioctl(fd, request, arg);
	while (rc < 0 && errno == EINTR);
	return rc;
}

static void *
sys_map(size_t length, int fd, long offset)
{
	void *p =
	    mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);

	return p == MAP_FAILED ? NULL : p;
}

static const struct v4l2_io system_io = { .open = sys_open,
	.close = close,
	.ioctl = sys_ioctl,
	.map = sys_map,
	.unmap = munmap };
static const struct v4l2_io *io = &system_io;

void
v4l2_set_io(const struct v4l2_io *table)
{
	io = table == NULL ? &system_io : table;
}

static int
map_errno(void)
{
	switch (errno) {
	case ENODEV:
	case ENOENT:
	case ENXIO:
	case EIO:
		return ERR_NODEV;
	case EBUSY:
		return ERR_BUSY;
	case ENOMEM:
		return ERR_NOMEM;
	default:
		return ERR_IO;
	}
}

static const struct format *
format_find(uint32_t fourcc)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].fourcc == fourcc)
			return &formats[i];
	return NULL;
}

static void
v4l2_close(struct vein_source *s)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	unsigned i;

	if (s->streaming)
		io->ioctl(s->fd, VIDIOC_STREAMOFF, &type);
	for (i = 0; i < s->buffers; i++) {
		if (s->map[i].p == NULL)
			continue;
		explicit_bzero(s->map[i].p, s->map[i].n);
		io->unmap(s->map[i].p, s->map[i].n);
	}
	if (s->fd >= 0)
		io->close(s->fd);
	free(s);
}

static int
check_capability(struct vein_source *s)
{
	struct v4l2_capability cap;
	uint32_t need = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
	uint32_t have;

	memset(&cap, 0, sizeof(cap));
	if (io->ioctl(s->fd, VIDIOC_QUERYCAP, &cap) < 0)
		return map_errno();
	have = cap.capabilities & V4L2_CAP_DEVICE_CAPS ? cap.device_caps
						       : cap.capabilities;
	return (have & need) == need ? 0 : ERR_NODEV;
}

/* Takes the first format the camera really gives, as read back. */
static int
choose_format(struct vein_source *s)
{
	struct v4l2_format f;
	const struct format *got;
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		memset(&f, 0, sizeof(f));
		f.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
		f.fmt.pix.width = 2 * VEIN_W;
		f.fmt.pix.height = 2 * VEIN_H;
		f.fmt.pix.pixelformat = formats[i].fourcc;
		f.fmt.pix.field = V4L2_FIELD_NONE;
		if (io->ioctl(s->fd, VIDIOC_S_FMT, &f) < 0) {
			if (errno == EINVAL)
				continue;
			return map_errno();
		}
		got = format_find(f.fmt.pix.pixelformat);
		if (got == NULL)
			continue;
		if (f.fmt.pix.width < VEIN_W || f.fmt.pix.height < VEIN_H ||
		    f.fmt.pix.width > SIDE_MAX || f.fmt.pix.height > SIDE_MAX ||
		    f.fmt.pix.bytesperline < f.fmt.pix.width * got->bytes ||
		    f.fmt.pix.bytesperline > SIDE_MAX * 8)
			continue;
		s->fourcc = got->fourcc;
		s->width = f.fmt.pix.width;
		s->height = f.fmt.pix.height;
		s->stride = f.fmt.pix.bytesperline;
		return 0;
	}
	return ERR_RANGE;
}

/* Sets a control; one that the camera does not have is no error. */
static void
set_control(struct vein_source *s, uint32_t id, int32_t value)
{
	struct v4l2_control c = { .id = id, .value = value };

	io->ioctl(s->fd, VIDIOC_S_CTRL, &c);
}

static void
fix_exposure(struct vein_source *s)
{
	struct v4l2_control c = { .id = V4L2_CID_EXPOSURE_ABSOLUTE };

	set_control(s, V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_MANUAL);
	set_control(s, V4L2_CID_AUTOGAIN, 0);
	if (io->ioctl(s->fd, VIDIOC_G_CTRL, &c) == 0)
		s->exposure = c.value;
}

static int
queue(struct vein_source *s, unsigned index)
{
	struct v4l2_buffer b;

	memset(&b, 0, sizeof(b));
	b.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	b.memory = V4L2_MEMORY_MMAP;
	b.index = index;
	return io->ioctl(s->fd, VIDIOC_QBUF, &b) < 0 ? map_errno() : 0;
}

static int
map_buffer(struct vein_source *s, unsigned i)
{
	struct v4l2_buffer b;

	memset(&b, 0, sizeof(b));
	b.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	b.memory = V4L2_MEMORY_MMAP;
	b.index = i;
	if (io->ioctl(s->fd, VIDIOC_QUERYBUF, &b) < 0)
		return map_errno();
	if (b.length < (size_t)s->stride * s->height)
		return ERR_RANGE;
	s->map[i].p = io->map(b.length, s->fd, (long)b.m.offset);
	if (s->map[i].p == NULL)
		return ERR_NOMEM;
	s->map[i].n = b.length;
	return queue(s, i);
}

static int
start_stream(struct vein_source *s)
{
	struct v4l2_requestbuffers r;
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	unsigned i;
	int err;

	memset(&r, 0, sizeof(r));
	r.count = BUFFERS;
	r.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	r.memory = V4L2_MEMORY_MMAP;
	if (io->ioctl(s->fd, VIDIOC_REQBUFS, &r) < 0)
		return map_errno();
	if (r.count < 2)
		return ERR_NOMEM;
	s->buffers = r.count < BUFFERS ? r.count : BUFFERS;
	for (i = 0; i < s->buffers; i++) {
		err = map_buffer(s, i);
		if (err != 0)
			return err;
	}
	if (io->ioctl(s->fd, VIDIOC_STREAMON, &type) < 0)
		return map_errno();
	s->streaming = true;
	return 0;
}

static int
v4l2_open(struct vein_source **out, struct str device)
{
	struct vein_source *s;
	char path[256];
	int err;

	*out = NULL;
	if (str_copy(path, sizeof(path), device) != 0 || path[0] != '/')
		return ERR_RANGE;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ERR_NOMEM;
	s->fd = io->open(path);
	err = s->fd < 0 ? map_errno() : check_capability(s);
	if (err == 0)
		err = choose_format(s);
	if (err == 0) {
		fix_exposure(s);
		err = start_stream(s);
	}
	if (err != 0) {
		v4l2_close(s);
		return err;
	}
	*out = s;
	return 0;
}

static unsigned
pixel(const struct vein_source *s, const struct format *f, const uint8_t *row,
    uint32_t x)
{
	const uint8_t *p = row + (size_t)x * f->bytes;

	if (f->bytes == 1 || s->fourcc == V4L2_PIX_FMT_YUYV)
		return p[0];
	return ((unsigned)p[1] << 8 | p[0]) >> f->shift & 0xff;
}

/*
 * Area average of the middle of the camera's picture, in the proportions of
 * 376x240, down to that size.  The scale of 6.4 px/mm is that of a camera that
 * sees 58.75 mm there; it is checked once with a ruler (docs/bio.md).
 */
static void
resample(const struct vein_source *s, const uint8_t *p, uint8_t *img)
{
	const struct format *f = format_find(s->fourcc);
	bool tall = s->width * VEIN_H < s->height * VEIN_W;
	uint32_t w = tall ? s->width : s->height * VEIN_W / VEIN_H;
	uint32_t h = tall ? s->width * VEIN_H / VEIN_W : s->height;
	uint32_t left = (s->width - w) / 2;
	uint32_t top = (s->height - h) / 2;
	uint32_t x, y, i, j;

	for (y = 0; y < VEIN_H; y++) {
		uint32_t y0 = top + y * h / VEIN_H;
		uint32_t y1 = top + (y + 1) * h / VEIN_H;

		for (x = 0; x < VEIN_W; x++) {
			uint32_t x0 = left + x * w / VEIN_W;
			uint32_t x1 = left + (x + 1) * w / VEIN_W;
			unsigned sum = 0;
			unsigned n = 0;

			for (j = y0; j < y1; j++)
				for (i = x0; i < x1; i++, n++)
					sum += pixel(
					    s, f, p + (size_t)j * s->stride, i);
			img[y * VEIN_W + x] = (uint8_t)(n > 0 ? sum / n : 0);
		}
	}
}

/* One buffer from the camera: 1 good, 0 to be thrown away, or an error. */
static int
dequeue(struct vein_source *s, uint8_t *img)
{
	struct v4l2_buffer b;
	int good;
	int err;

	memset(&b, 0, sizeof(b));
	b.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	b.memory = V4L2_MEMORY_MMAP;
	if (io->ioctl(s->fd, VIDIOC_DQBUF, &b) < 0)
		return errno == EAGAIN ? 0 : map_errno();
	if (b.index >= s->buffers)
		return ERR_CORRUPT;
	good = (b.flags & V4L2_BUF_FLAG_ERROR) == 0 &&
	    b.bytesused >= (size_t)s->stride * s->height &&
	    s->warm++ >= WARM_UP;
	if (good)
		resample(s, s->map[b.index].p, img);
	err = queue(s, b.index);
	return err != 0 ? err : good;
}

static int
v4l2_frame(struct vein_source *s, const struct sensor_host *host,
    unsigned timeout_ms, uint8_t img[VEIN_W * VEIN_H])
{
	unsigned bad;
	int got;
	int err;

	for (bad = 0; bad < BAD_MOST; bad++) {
		err = vein_wait(
		    s->fd, host, timeout_ms < 2000 ? timeout_ms : 2000);
		if (err != 0)
			return err == ERR_TIMEOUT && timeout_ms > 2000
			    ? ERR_NODEV
			    : err;
		got = dequeue(s, img);
		if (got != 0)
			return got < 0 ? got : 0;
	}
	return ERR_NODEV;
}

static void
v4l2_expose(struct vein_source *s, double mean)
{
	double k = mean > 1 ? AIM / mean : 2;

	if (s->exposure <= 0 || s->rounds >= ROUNDS ||
	    (mean >= 90 && mean <= 130))
		return;
	k = k < 0.5 ? 0.5 : k > 2 ? 2 : k;
	s->exposure = (int32_t)(s->exposure * k);
	s->rounds++;
	set_control(s, V4L2_CID_EXPOSURE_ABSOLUTE, s->exposure);
}

const struct vein_source_ops vein_source_v4l2 = {
	.prefix = "vein:v4l2:",
	.driver = "vein:v4l2",
	.live = true,
	.open = v4l2_open,
	.frame = v4l2_frame,
	.expose = v4l2_expose,
	.close = v4l2_close,
};
