/* LINK: core crypt audit */
/*
 * The parser of leaf entries: what it takes serialises to the same bytes.
 *
 * SECURITY: test code; not linked into any program.
 */
#include <stdlib.h>

#include "audit/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT;
	struct entry e;

	if (entry_parse(str_n(data, size), &e) == 0 &&
	    (entry_put(&e, &out) != 0 ||
		!str_eq(buf_str(&out), str_n(data, size))))
		abort();
	buf_release(&out);
	return 0;
}
