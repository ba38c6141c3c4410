/* LINK: auth crypt core */
/*
 * FVT1 templates and PGM images from a hostile credential or directory.  What
 * parses must serialise back to the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "auth/pgm.h"
#include "auth/vein_tpl.h"
#include "core/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct vein_tpl t;
	struct buf b = BUF_INIT;
	struct pgm g;

	if (vein_tpl_parse(str_n(data, n), &t) == 0) {
		BUG_ON(vein_tpl_put(&t, &b) != 0);
		BUG_ON(b.n != n || memcmp(b.p, data, n) != 0);
	}
	buf_release(&b);
	if (pgm_parse(str_n(data, n), &g) == 0)
		pgm_release(&g);
	return 0;
}
