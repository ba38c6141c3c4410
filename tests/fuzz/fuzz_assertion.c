/* LINK: auth crypt core */
/* What the parser takes must serialise back to the same bytes. */
#include <stdlib.h>

#include "auth/assertion.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct str text = str_n(data, n);
	struct buf out = BUF_INIT;
	struct assertion a;

	if (assertion_parse(text, &a) != 0)
		return 0;
	if (assertion_put(&a, &out) != 0 || !str_eq(buf_str(&out), text))
		abort();
	buf_release(&out);
	return 0;
}
