/* LINK: client ui net auth audit crypt conf core */
/*
 * Any bytes as the file of `mamori --script`: it is taken with a screen of a
 * possible size, or refused.
 *
 * SECURITY: test code; not linked into any program.
 */
#include <stdio.h>

#include "client/script.h"
#include "core/err.h"
#include "fuzz_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script *s = NULL;
	char path[128];
	int w = 0;
	int h = 0;

	(void)snprintf(path, sizeof(path), "%s/script",
	    fuzz_conf_file("script", data, size));
	if (script_load(path, &s) == 0) {
		script_size(s, &w, &h);
		BUG_ON(w < 1 || h < 1 || w > 1000 || h > 1000);
	} else {
		BUG_ON(s != NULL);
	}
	script_free(s);
	return 0;
}
