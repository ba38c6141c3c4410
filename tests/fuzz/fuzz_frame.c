/* LINK: core net crypt */
/*
 * Frames from a hostile peer: what is taken serialises back to the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "net/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = str_n(data, n);
	struct buf out = BUF_INIT;
	struct frame f;
	size_t used;

	while (frame_get(in, FRAME_MAX_SMALL, &f, &used) == 1) {
		buf_clear(&out);
		frame_put(&out, &f);
		if (out.n != used || memcmp(out.p, in.p, used) != 0)
			abort();
		in = str_n(in.p + used, in.n - used);
	}
	buf_release(&out);
	return 0;
}
