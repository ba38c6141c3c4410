/* LINK: core */
/*
 * CSV and rows of residents: reading in one piece and byte by byte gives the
 * same, and a good row that is written is good again.
 */
#include "core/csv.h"
#include "core/err.h"
#include "core/resident.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	struct buf out;
	struct resident_header header;
	struct resident_row row;
	bool started;
};

static int
again(void *ctx, uint64_t line, const struct str *fields, size_t n)
{
	struct resident_row row = { .history_no = 0 };
	struct resident_header h;

	(void)ctx;
	(void)line;
	resident_header_all(&h);
	BUG_ON(resident_parse(&row, &h, fields, n, NULL, NULL) != 0);
	resident_row_release(&row);
	return 0;
}

static void
check_row(struct seen *s, const struct str *fields, size_t n)
{
	struct buf text = BUF_INIT;
	struct csv c;

	if (resident_parse(&s->row, &s->header, fields, n, NULL, NULL) != 0)
		return;
	resident_put(&text, &s->row);
	csv_init(&c, again, NULL);
	BUG_ON(csv_feed(&c, buf_str(&text)) != 0 || csv_end(&c) != 0);
	csv_release(&c);
	buf_release(&text);
}

static int
note(void *ctx, uint64_t line, const struct str *fields, size_t n)
{
	struct seen *s = ctx;

	csv_put_record(&s->out, fields, n);
	buf_printf(&s->out, "%u\n", (unsigned)line);
	if (!s->started)
		resident_header_all(&s->header);
	s->started = true;
	check_row(s, fields, n);
	return 0;
}

static int
read_all(struct str s, size_t step, struct buf *out)
{
	struct seen seen = { .started = false };
	struct csv c;
	int err = 0;
	size_t n;

	csv_init(&c, note, &seen);
	while (s.n > 0 && err == 0) {
		n = s.n < step ? s.n : step;
		err = csv_feed(&c, str_n(s.p, n));
		s.p += n;
		s.n -= n;
	}
	if (err == 0)
		err = csv_end(&c);
	buf_puts_str(out, buf_str(&seen.out));
	csv_release(&c);
	buf_release(&seen.out);
	resident_row_release(&seen.row);
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;
	int err;

	err = read_all(str_n(data, size), SIZE_MAX, &a);
	BUG_ON(err != read_all(str_n(data, size), 1, &b));
	BUG_ON(!str_eq(buf_str(&a), buf_str(&b)));
	buf_release(&a);
	buf_release(&b);
	return 0;
}
