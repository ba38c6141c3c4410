/*
 * What a driver of a sensor gives to mamori-bio.  One struct sensor_ops per
 * family (sensor_fprint.c: libfprint; sensor_vein.c: finger veins); the table
 * of them stands in main.c.
 *
 * Calls block and are made one after the other in one process with one
 * request.  While a call waits it must watch host->control_fd together with
 * its device, and ask host->cancelled() when that descriptor is readable:
 * true ends the call with ERR_CANCELLED.
 */
#ifndef AUTH_SENSOR_H
#define AUTH_SENSOR_H

#include "auth/bio.h"
#include "core/str.h"

#define SENSOR_TRIES	    3 /* retries for quality within one request */
#define SENSOR_TEMPLATE_MAX 24576

/* How a driver speaks to the request it works for. */
struct sensor_host {
	void *ctx;
	int control_fd;
	bool (*cancelled)(void *ctx);
	void (*finger)(void *ctx, unsigned flags); /* BIO_FINGER_… */
	void (*progress)(void *ctx, unsigned stage, unsigned stages);
	void (*guide)(void *ctx, enum bio_guide guide);
	/* grey, width*height <= BIOPROTO_IMAGE_MAX; wiped by the caller */
	void (*preview)(
	    void *ctx, unsigned width, unsigned height, const uint8_t *grey);
};

struct sensor_caps {
	const char *modality; /* "fingerprint", "vein" */
	char driver[65];      /* goes into the signed text */
	unsigned stages;      /* good samples an enrolment takes */
	bool preview;	      /* sends pictures */
	bool cancel;	      /* ends at once when cancelled */
};

struct sensor; /* defined by each driver for itself */

struct sensor_ops {
	/* The SPECs it takes; the text is matched as a prefix. */
	bool (*takes)(struct str spec);

	/*
	 * Finds and opens.  The host outlives the sensor.  ERR_NODEV, ERR_BUSY,
	 * ERR_RANGE (the SPEC is not possible), ERR_IO, ERR_CANCELLED.
	 */
	int (*open)(struct sensor **out, struct str spec,
	    const struct sensor_host *host);

	void (*caps)(const struct sensor *s, struct sensor_caps *out);

	/*
	 * Appends a template of the given finger to tpl (the caller wipes it).
	 * timeout_s counts per sample.  ERR_AUTH: the samples were refused and
	 * the last guide() said why.
	 */
	int (*enroll)(struct sensor *s, unsigned finger, unsigned timeout_s,
	    struct buf *tpl);

	/*
	 * 0 when the finger is that of the template, ERR_AUTH when not.  The
	 * template has been authenticated.  ERR_CORRUPT, ERR_NODEV (template
	 * of another kind of sensor, unplugged), ERR_TIMEOUT, ERR_LIMIT (hot),
	 * ERR_CANCELLED.
	 */
	int (*verify)(struct sensor *s, struct str tpl, unsigned finger,
	    unsigned timeout_s);

	/* Stops what still runs and releases the device; NULL is fine. */
	void (*close)(struct sensor *s);
};

extern const struct sensor_ops sensor_fprint;
extern const struct sensor_ops sensor_vein;
extern const struct sensor_ops sensor_vein_plugin;

#endif
