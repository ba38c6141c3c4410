/*
 * Every generated row is a good row of the residents' file, and the same seed
 * gives the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "core/gen.h"
#include "core/resident.h"
#include "core/text.h"

#define PEOPLE 4000

struct reader {
	struct csv csv;
	struct resident_header header;
	struct resident_row row;
	bool started;
	size_t rows;
	size_t people;
	size_t removed;
	size_t foreign;
	size_t marked;
	size_t moved;
	size_t special;
	size_t unknown;
	uint32_t history;
	char last[32];
	char (*numbers)[16];
};

static void
on_bad(void *ctx, struct str column, const char *reason)
{
	(void)ctx;
	print_error("%.*s: %s\n", STR_ARG(column), reason);
}

static void
count(struct reader *r)
{
	const struct str *v = r->row.v;
	char no[32];

	assert_int_equal(str_copy(no, sizeof(no), v[RESIDENT_resident_no]), 0);
	r->rows++;
	if (strcmp(no, r->last) != 0) {
		/* persons in order, history from 1 without gaps (REC-12) */
		assert_true(strcmp(no, r->last) > 0);
		assert_int_equal(r->row.history_no, 1);
		assert_true(r->people < PEOPLE);
		assert_int_equal(
		    str_copy(r->numbers[r->people], 16, v[RESIDENT_jumin_code]),
		    0);
		r->people++;
		r->foreign += r->row.foreign;
		r->marked += v[RESIDENT_protected].n > 0;
		r->special += text_is_special(v[RESIDENT_name]);
		r->unknown += r->row.birth_text.kind == DATE_TEXT_UNKNOWN;
	} else {
		assert_int_equal(r->row.history_no, r->history + 1);
		r->moved += r->row.history_no == 2;
	}
	r->removed += r->row.removed;
	r->history = r->row.history_no;
	memcpy(r->last, no, sizeof(no));
}

static int
on_record(void *ctx, uint64_t line, const struct str *fields, size_t n)
{
	struct reader *r = ctx;
	int err;

	if (!r->started) {
		r->started = true;
		return resident_header_parse(
		    &r->header, fields, n, on_bad, NULL);
	}
	err = resident_parse(&r->row, &r->header, fields, n, on_bad, NULL);
	if (err != 0)
		print_error("line %lu\n", (unsigned long)line);
	else
		count(r);
	return err;
}

static int
read_piece(void *ctx, struct str csv)
{
	struct reader *r = ctx;

	return csv_feed(&r->csv, csv);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
every_row_passes_the_check_of_the_import(void **state)
{
	struct gen_options o = {
		.seed = 7, .count = PEOPLE, .protected_permille = 20
	};
	struct reader r = { .rows = 0 };
	size_t i;

	(void)state;
	r.numbers = calloc(PEOPLE, sizeof(*r.numbers));
	assert_non_null(r.numbers);
	csv_init(&r.csv, on_record, &r);
	assert_int_equal(gen_residents(&o, read_piece, &r), 0);
	assert_int_equal(csv_end(&r.csv), 0);
	assert_int_equal(r.people, PEOPLE);
	/* 除票 about 6 %, history about a quarter, foreigners, marks */
	assert_in_range(r.removed, PEOPLE * 3 / 100, PEOPLE * 9 / 100);
	assert_in_range(r.moved, PEOPLE / 5, PEOPLE / 2);
	assert_in_range(r.foreign, PEOPLE / 200, PEOPLE / 20);
	assert_in_range(r.marked, PEOPLE / 100, PEOPLE * 3 / 100);
	assert_in_range(r.special, 1, PEOPLE / 20);
	qsort(r.numbers, PEOPLE, sizeof(*r.numbers), by_text);
	for (i = 1; i < PEOPLE; i++)
		assert_string_not_equal(r.numbers[i - 1], r.numbers[i]);
	free(r.numbers);
	csv_release(&r.csv);
	resident_row_release(&r.row);
}

static int
keep(void *ctx, struct str csv)
{
	struct buf *b = ctx;

	buf_puts_str(b, csv);
	return b->err;
}

static void
the_same_seed_gives_the_same_bytes(void **state)
{
	struct gen_options o = {
		.seed = 1, .count = 500, .protected_permille = 2
	};
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(gen_residents(&o, keep, &a), 0);
	assert_int_equal(gen_residents(&o, keep, &b), 0);
	assert_true(str_eq(buf_str(&a), buf_str(&b)));
	buf_clear(&b);
	o.seed = 2;
	assert_int_equal(gen_residents(&o, keep, &b), 0);
	assert_false(str_eq(buf_str(&a), buf_str(&b)));
	buf_release(&a);
	buf_release(&b);
}

/* FNV-1a over the bytes; to be set anew when tables or rules change. */
#define SEED_1_HASH UINT64_C(0x633d3a5f41f98b25)

static void
the_bytes_are_those_of_every_other_machine(void **state)
{
	struct gen_options o = { .seed = 1,
		.count = 500,
		.protected_permille = 2 };
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	assert_int_equal(gen_residents(&o, keep, &b), 0);
	for (i = 0; i < b.n; i++)
		hash = (hash ^ b.p[i]) * UINT64_C(0x100000001b3);
	buf_release(&b);
	if (hash != SEED_1_HASH)
		fail_msg("the hash is 0x%llx", (unsigned long long)hash);
}

static int
stop(void *ctx, struct str csv)
{
	(void)ctx;
	(void)csv;
	return ERR_IO;
}

static void
a_failing_sink_and_bad_options_are_errors(void **state)
{
	struct gen_options o = { .seed = 1, .count = 5 };

	(void)state;
	assert_int_equal(gen_residents(&o, stop, NULL), ERR_IO);
	o.protected_permille = 1001;
	assert_int_equal(gen_residents(&o, stop, NULL), ERR_RANGE);
	o = (struct gen_options){ .count = GEN_COUNT_MAX + 1 };
	assert_int_equal(gen_residents(&o, stop, NULL), ERR_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_passes_the_check_of_the_import),
		cmocka_unit_test(the_same_seed_gives_the_same_bytes),
		cmocka_unit_test(the_bytes_are_those_of_every_other_machine),
		cmocka_unit_test(a_failing_sink_and_bad_options_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
