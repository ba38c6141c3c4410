/* LINK: core crypt audit */
/*
 * Notes and verifier keys: nothing opens but what the key has signed.
 *
 * SECURITY: test code; not linked into any program.
 */
#include <stdlib.h>

#include "audit/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char vkey[] =
	    "audit.city.example.lg.jp/2026+b88e461e+"
	    "AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
	struct buf out = BUF_INIT;
	struct checkpoint c;
	struct note_vkey k;

	if (note_vkey_parse(str_n(data, size), &k) == 0) {
		note_vkey_put(&k, &out);
		if (!str_eq(buf_str(&out), str_n(data, size)))
			abort();
	}
	buf_clear(&out);
	if (note_vkey_parse(STR(vkey), &k) != 0)
		abort();
	if (note_open(str_n(data, size), &k, &c) == 0) {
		note_text(&c, &out);
		if (!str_starts(str_n(data, size), buf_str(&out)))
			abort();
	}
	buf_release(&out);
	return 0;
}
