/*
 * Where vein images come from: a camera, a vendor's provider, files.
 */
#ifndef AUTH_VEIN_SOURCE_H
#define AUTH_VEIN_SOURCE_H

#include "auth/sensor.h"
#include "auth/vein.h"

struct vein_source; /* defined by each source for itself */

struct vein_source_ops {
	const char *prefix; /* of the SPEC; the rest names the device */
	const char *driver; /* goes into the signed text */
	/*
	 * A camera that runs: two like frames are needed (motion), and the
	 * finger must be seen lifted between samples.
	 */
	bool live;

	/* ERR_NODEV, ERR_BUSY, ERR_RANGE, ERR_IO. */
	int (*open)(struct vein_source **out, struct str device);

	/*
	 * One 376x240 image at 6.4 px/mm.  Waits at most timeout_ms while it
	 * watches the host's control descriptor.  ERR_TIMEOUT, ERR_CANCELLED,
	 * ERR_NODEV (unplugged), ERR_IO, ERR_CORRUPT (a frame that cannot be).
	 */
	int (*frame)(struct vein_source *s, const struct sensor_host *host,
	    unsigned timeout_ms, uint8_t img[VEIN_W * VEIN_H]);

	/* Told the mean grey inside the finger, aims at 110; may be NULL. */
	void (*expose)(struct vein_source *s, double mean);

	/*
	 * Switches the light under the finger; the next frame but one shows
	 * it.  NULL: the device has none that can be switched.
	 */
	int (*light)(struct vein_source *s, bool on);

	void (*close)(struct vein_source *s);
};

extern const struct vein_source_ops vein_source_v4l2;
#ifdef MAMORI_DEMO
extern const struct vein_source_ops vein_source_dir;
#endif

/*
 * A random sequence of light and dark, compared with what the camera sees
 * (reference/vein.md §8): a replayed video, a virtual camera or daylight do
 * not follow it.  *doubt is advice.  Needs ops->light; the light is on
 * afterwards.  img is overwritten.  Errors as of frame() and light().
 */
int vein_challenge(const struct vein_source_ops *ops, struct vein_source *s,
    const struct sensor_host *host, unsigned timeout_ms,
    uint8_t img[VEIN_W * VEIN_H], bool *doubt);

/*
 * Waits for fd (POLLIN) or the host's control descriptor.  0 ready,
 * ERR_TIMEOUT, ERR_CANCELLED, ERR_NODEV (hang-up), ERR_IO.  fd -1: only waits.
 */
int vein_wait(int fd, const struct sensor_host *host, unsigned timeout_ms);

#endif
