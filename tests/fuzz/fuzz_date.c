/* LINK: core */
/*
 * Dates: what is read is a real day, and its written form is read as the same
 * day.
 */
#include "core/era.h"
#include "core/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = str_n(data, size);
	struct buf b = BUF_INIT;
	struct era_date d;
	struct era_date again;
	struct date_text t;
	struct date iso;
	enum date_fault fault;

	if (date_parse(s, &d, &fault) == 0) {
		BUG_ON(fault != DATE_FAULT_NONE || !date_is_valid(d.date));
		if (d.era != '\0')
			date_put_wareki(&b, d.date, d.era);
		else
			date_put_seireki(&b, d.date);
		BUG_ON(date_parse(buf_str(&b), &again, NULL) != 0);
		BUG_ON(date_cmp(d.date, again.date) != 0 || d.era != again.era);
		BUG_ON(date_text_parse(buf_str(&b), &t) != 0);
	} else {
		BUG_ON(fault == DATE_FAULT_NONE);
	}
	if (date_text_parse(s, &t) == 0)
		BUG_ON(t.kind == 0 || t.pattern > 14);
	if (date_get_iso(s, &iso) == 0)
		BUG_ON(date_cmp(date_of_days(date_days(iso)), iso) != 0);
	buf_release(&b);
	return 0;
}
