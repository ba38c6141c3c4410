/*
 * CSV reader and writer (RFC 4180).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/csv.h"
#include "core/err.h"

struct seen {
	struct buf text; /* fields joined by |, records ended by line number */
};

static int
note(void *ctx, uint64_t line, const struct str *fields, size_t n)
{
	struct seen *s = ctx;
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&s->text, '|');
		buf_puts_str(&s->text, fields[i]);
	}
	buf_printf(&s->text, "@%u;", (unsigned)line);
	return 0;
}

/* Reads in pieces of `step` bytes; the error or 0. */
static int
read_all(struct str in, size_t step, struct buf *out, enum csv_fault *fault)
{
	struct seen seen = { .text = BUF_INIT };
	struct csv c;
	int err = 0;
	size_t n;

	csv_init(&c, note, &seen);
	while (in.n > 0 && err == 0) {
		n = in.n < step ? in.n : step;
		err = csv_feed(&c, str_n(in.p, n));
		in.p += n;
		in.n -= n;
	}
	if (err == 0)
		err = csv_end(&c);
	*fault = c.fault;
	buf_clear(out);
	buf_puts_str(out, buf_str(&seen.text));
	buf_release(&seen.text);
	csv_release(&c);
	return err;
}

static void
records_are_the_same_in_any_pieces(void **state)
{
	static const char *const rows[][2] = {
		{ "a,b\r\nc,d\r\n", "a|b@1;c|d@2;" },
		{ "a,b\nc,d", "a|b@1;c|d@2;" },
		{ "\xef\xbb\xbf"
		  "a,\n",
		    "a|@1;" },
		{ "\"a,\"\"b\"\"\r\nc\",d\ne\n", "a,\"b\"\r\nc|d@1;e@3;" },
		{ "\"\",\"\"\n", "|@1;" },
		{ "\n\na\n", "@1;@2;a@3;" },
		{ "", "" },
		{ "\xef\xbb", "\xef\xbb@1;" },
		{ ",", "|@1;" },
	};
	enum csv_fault fault;
	struct buf b = BUF_INIT;
	size_t step;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (step = 1; step < 20; step++) {
			assert_int_equal(
			    read_all(str_of(rows[i][0]), step, &b, &fault), 0);
			if (!str_eqz(buf_str(&b), rows[i][1]))
				fail_msg(
				    "row %zu: %.*s", i, STR_ARG(buf_str(&b)));
		}
	}
	buf_release(&b);
}

static void
what_two_readers_could_see_differently_is_refused(void **state)
{
	static const struct {
		struct str in;
		enum csv_fault fault;
	} rows[] = {
		{ { "a\"b\n", 4 }, CSV_FAULT_QUOTE },
		{ { "\"a\"b\n", 5 }, CSV_FAULT_AFTER },
		{ { "\"a\n", 3 }, CSV_FAULT_OPEN },
		{ { "a\rb\n", 4 }, CSV_FAULT_CR },
		{ { "a\r", 2 }, CSV_FAULT_CR },
		{ { "a\0b\n", 4 }, CSV_FAULT_NUL },
		{ { "\"a\0b\"\n", 6 }, CSV_FAULT_NUL },
	};
	enum csv_fault fault;
	struct buf b = BUF_INIT;
	size_t step;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (step = 1; step < 7; step++) {
			assert_int_equal(
			    read_all(rows[i].in, step, &b, &fault), ERR_SYNTAX);
			assert_int_equal(fault, rows[i].fault);
			assert_true(csv_fault_text(fault)[0] != '\0');
		}
	}
	buf_release(&b);
}

static void
fields_and_bytes_have_a_limit(void **state)
{
	enum csv_fault fault;
	struct buf in = BUF_INIT;
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < CSV_FIELDS; i++)
		buf_putc(&in, ',');
	assert_int_equal(read_all(buf_str(&in), 7, &b, &fault), ERR_LIMIT);
	assert_int_equal(fault, CSV_FAULT_FIELDS);
	buf_clear(&in);
	for (i = 0; i < CSV_RECORD + 1; i++)
		buf_putc(&in, 'x');
	assert_int_equal(read_all(buf_str(&in), 4096, &b, &fault), ERR_TOOLONG);
	buf_release(&in);
	buf_release(&b);
}

static void
what_is_written_is_read_back(void **state)
{
	static const struct str fields[] = { { "a", 1 }, { "", 0 },
		{ "x,\"y\"\r\nz", 8 }, { "山田　太郎", 15 } };
	enum csv_fault fault;
	struct buf out = BUF_INIT;
	struct buf b = BUF_INIT;

	(void)state;
	csv_put_record(&out, fields, 4);
	assert_int_equal(read_all(buf_str(&out), 3, &b, &fault), 0);
	assert_true(str_eqz(buf_str(&b), "a||x,\"y\"\r\nz|山田　太郎@1;"));
	buf_release(&out);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_the_same_in_any_pieces),
		cmocka_unit_test(
		    what_two_readers_could_see_differently_is_refused),
		cmocka_unit_test(fields_and_bytes_have_a_limit),
		cmocka_unit_test(what_is_written_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
