/* LINK: core */
/*
 * Blanks of the 14 patterns of unknown dates: what is filled is a date of
 * that pattern for date_text_parse(), and a refusal leaves nothing behind.
 */
#include <stdlib.h>

#include "core/era.h"
#include "core/unknown_date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str values[UNKNOWN_BLANKS_MAX];
	struct buf out = BUF_INIT;
	struct str rest;
	struct date_text t;
	size_t bad;
	size_t n = 0;
	int pattern;

	if (size == 0)
		return 0;
	pattern = data[0] % UNKNOWN_DATES + 1;
	rest = str_n(data + 1, size - 1);
	while (n < UNKNOWN_BLANKS_MAX && str_cut(&rest, '/', &values[n]))
		n++;
	if (unknown_date_fill(&out, pattern, values, n, &bad) != 0) {
		if (out.n != 0 || bad >= UNKNOWN_BLANKS_MAX)
			abort();
	} else if (date_text_parse(buf_str(&out), &t) != 0 ||
	    t.kind != DATE_TEXT_UNKNOWN || t.pattern != pattern) {
		abort();
	}
	buf_release(&out);
	return 0;
}
