/* LINK: ui core */
/*
 * Key names of scripts: what is read is written the same and read again.
 */
#include <stdlib.h>
#include <string.h>

#include "ui/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = BUF_INIT;
	struct key k;
	struct key again;

	if (key_parse(str_n(data, size), &k) != 0)
		return 0;
	key_format(&k, &b);
	if (b.err != 0 || key_parse(buf_str(&b), &again) != 0 ||
	    again.id != k.id || again.cp != k.cp)
		abort();
	buf_release(&b);
	return 0;
}
