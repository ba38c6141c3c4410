/*
 * A scratch folder for a test, and files in it.
 */
#ifndef TESTS_CTL_TMP_H
#define TESTS_CTL_TMP_H

#include <stddef.h>

struct ctl_tmp {
	char dir[64];
};

/* Makes /tmp/mamori-test-XXXXXX. */
void ctl_tmp_make(struct ctl_tmp *t);

/* Removes it with all that is in it. */
void ctl_tmp_remove(struct ctl_tmp *t);

/* "dir/name" in a static buffer, good until the fourth next call. */
const char *ctl_tmp_path(const struct ctl_tmp *t, const char *name);

/* Writes (or replaces) a file; folders in `name` are made. */
void ctl_tmp_write(const struct ctl_tmp *t, const char *name, const char *text);
void ctl_tmp_write_n(
    const struct ctl_tmp *t, const char *name, const void *p, size_t n);

#endif
