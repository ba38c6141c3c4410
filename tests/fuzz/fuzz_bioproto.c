/* LINK: auth crypt core */
/* What a side of the helper's socket takes must encode back the same. */
#include <stdlib.h>

#include "auth/bioproto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct str msg = str_n(data, n);
	struct bioproto_request req;
	struct bio_event ev;
	struct buf out = BUF_INIT;

	if (bioproto_get_request(msg, &req) == 0 &&
	    (bioproto_put_request(&out, &req) != 0 ||
		!str_eq(buf_str(&out), msg)))
		abort();
	buf_clear(&out);
	if (bioproto_get_event(msg, &ev) == 0 &&
	    (bioproto_put_event(&out, &ev) != 0 || !str_eq(buf_str(&out), msg)))
		abort();
	buf_release(&out);
	(void)bioproto_is_cancel(msg);
	return 0;
}
