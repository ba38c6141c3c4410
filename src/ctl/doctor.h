/*
 * mamorictl doctor: what its checks of a site and of a terminal share.
 */
#ifndef CTL_DOCTOR_H
#define CTL_DOCTOR_H

#include <stddef.h>

#include "ctl/json.h"

struct doctor {
	struct json j; /* an open list of findings */
	bool as_json;
	unsigned problems;
};

/* Something is wrong: one line "what: why: what to do". */
void doctor_problem(
    struct doctor *d, const char *what, const char *why, const char *todo);

/* Worth knowing, but nothing is wrong. */
void doctor_note(struct doctor *d, const char *what, const char *why);

/* A file that must be there. */
struct doctor_file {
	const char *name; /* below the directory */
	size_t bytes;	  /* exactly so long; 0: any length but 0 */
	bool optional;
	bool may_be_empty;
	const char *todo; /* when it is missing or damaged */
};

/*
 * The directory and its files: there, of the directory's owner, closed to
 * others.  False when the directory itself is missing.
 */
bool doctor_files(
    struct doctor *d, const char *dir, const struct doctor_file *f, size_t n);

/* Certificate, key and CA fit, and how long they are still good. */
void doctor_certificate(struct doctor *d, const char *dir, const char *cert,
    const char *key, const char *ca, const char *todo);

/* Room on the disk under dir. */
void doctor_disk(struct doctor *d, const char *dir);

/* All checks of S and of T; `site` may be NULL for T. */
void doctor_site(struct doctor *d, const char *dir);
void doctor_terminal(struct doctor *d, const char *dir, const char *site);

#endif
