/* LINK: conf crypt core */
/*
 * Any bytes as a master: every entry can be found by its code, or an error.
 *
 * SECURITY: test code.
 */
#include <stdlib.h>

#include "conf/masters.h"
#include "core/err.h"
#include "fuzz_conf.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct masters *m = NULL;

	if (masters_load(fuzz_conf_file("purpose.yaml", data, size), &m) != 0) {
		BUG_ON(m != NULL);
		return 0;
	}
	for (size_t i = 0; i < m->master[0].n; i++) {
		const struct master_entry *e = &m->master[0].entries[i];

		BUG_ON(master_entry_find(&m->master[0], str_of(e->code)) != e);
		BUG_ON(e->label_en == NULL);
	}
	masters_free(m);
	return 0;
}
