/*
 * What mamori-bio does for its one request: BIO_INFO, BIO_PIN, BIO_ENROLL,
 * BIO_SIGN or BIO_REPIN.  Knows the order of the steps, not the sensors: they
 * come in as a table, so everything but the drivers is linked and tested
 * without them.
 */
#ifndef AUTH_JOB_H
#define AUTH_JOB_H

#include "auth/sensor.h"

struct job {
	int fd;					 /* the caller */
	const struct sensor_ops *const *sensors; /* NULL-terminated */
	bool cancelled;
	/* what the unit allows a caller to name; NULL: anything */
	const char *only_dir;	 /* terminal_dir */
	const char *only_sensor; /* sensor */
};

/*
 * Reads the request from job->fd, works, sends events and BIO_EV_DONE.
 * Returns 0 when an answer was sent, else ERR_PEER (no request) or ERR_IO.
 */
int job_run(struct job *job);

/* The driver that takes the SPEC, or NULL. */
const struct sensor_ops *job_sensor(
    const struct sensor_ops *const *table, struct str spec);

#endif
