/*
 * One file in a scratch folder of its own, in memory where there is /dev/shm,
 * removed when the fuzzer ends.
 */
#ifndef TESTS_FUZZ_CONF_H
#define TESTS_FUZZ_CONF_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"

static char fuzz_conf_dir[64];
static char fuzz_conf_last[128];

static void
fuzz_conf_end(void)
{
	(void)unlink(fuzz_conf_last);
	(void)rmdir(fuzz_conf_dir);
}

/* Makes `name` the only file; the folder. */
static const char *
fuzz_conf_file(const char *name, const uint8_t *data, size_t size)
{
	struct stat st;
	FILE *f;

	if (fuzz_conf_dir[0] == '\0') {
		(void)snprintf(fuzz_conf_dir, sizeof(fuzz_conf_dir),
		    "%s/mamori-fuzz-XXXXXX",
		    stat("/dev/shm", &st) == 0 ? "/dev/shm" : "/tmp");
		BUG_ON(mkdtemp(fuzz_conf_dir) == NULL);
		(void)atexit(fuzz_conf_end);
	} else {
		(void)unlink(fuzz_conf_last);
	}
	(void)snprintf(fuzz_conf_last, sizeof(fuzz_conf_last), "%s/%s",
	    fuzz_conf_dir, name);
	f = fopen(fuzz_conf_last, "we");
	BUG_ON(f == NULL);
	BUG_ON(size > 0 && fwrite(data, 1, size, f) != size);
	(void)fclose(f);
	return fuzz_conf_dir;
}

#endif
