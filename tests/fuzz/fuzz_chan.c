/* LINK: core net crypt server store auth audit conf */
/*
 * Messages from a session process that was taken over: what the store takes
 * serialises back to the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "server/chan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = str_n(data, n);
	struct buf out = BUF_INIT;
	struct chan_msg m;
	size_t used;

	while (chan_get(in, &m, &used) == 1) {
		buf_clear(&out);
		chan_put(&out, &m);
		if (out.n != used || memcmp(out.p, in.p, used) != 0)
			abort();
		in = str_n(in.p + used, in.n - used);
	}
	buf_release(&out);
	return 0;
}
