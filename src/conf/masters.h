/*
 * The YAML files of masters/: code lists and wording of the law, versioned
 * (core/form.h).  A code is never reused.
 */
#ifndef CONF_MASTERS_H
#define CONF_MASTERS_H

#include "conf/digest.h"
#include "core/form.h"
#include "core/str.h"

struct masters {
	size_t n;
	const struct master *master; /* in order of file names */
	uint8_t digest[SHA256_LEN];  /* conf_digest() of the folder */
	struct masters_own *own;     /* the loader's */
};

void masters_free(struct masters *m);

/*
 * All masters of a folder.  A file's name is its id + ".yaml"; codes are
 * unique; label_en may be absent and is then the label; "needs: ref" asks for
 * a reception number beside the code.  Errors as
 * site_conf_load().
 */
int masters_load(const char *dir, struct masters **out)
    __attribute__((warn_unused_result));

/* The master with that id; NULL. */
const struct master *masters_find(const struct masters *m, const char *id);

/* The entry with that code; NULL. */
const struct master_entry *master_entry_find(
    const struct master *m, struct str code);

#endif
