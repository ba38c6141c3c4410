/*
 * The YAML files of forms/: one file a form (core/form.h).
 */
#ifndef CONF_FORMS_H
#define CONF_FORMS_H

#include "conf/digest.h"
#include "core/form.h"

struct forms {
	size_t n;
	const struct form *form;    /* in order of file names */
	uint8_t digest[SHA256_LEN]; /* conf_digest() of the folder */
	struct forms_own *own;	    /* the loader's */
};

void forms_free(struct forms *f);

/*
 * All forms of a folder.  A file's name is its id + ".yaml"; ids are unique
 * within a form; kinds are those of core/form.h; columns 1..76, max 1..4096;
 * a choice names a master, nothing else does.  Errors as site_conf_load().
 */
int forms_load(const char *dir, struct forms **out)
    __attribute__((warn_unused_result));

/* The form with that id; NULL. */
const struct form *forms_find(const struct forms *f, const char *id);

#endif
