/* Frames: what goes in comes out, and nothing else is taken (TRM-07). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "net/frame.h"

static void
a_frame_comes_out_as_it_went_in(void **state)
{
	struct frame in = { .op = 0x1234,
		.kind = FRAME_ANSWER,
		.call = 0xfedcba98,
		.payload = STR("hello") };
	struct frame out;
	struct buf b = BUF_INIT;
	size_t used;

	(void)state;
	frame_put(&b, &in);
	assert_int_equal(b.n, FRAME_HEAD + 5);
	assert_int_equal(frame_get(buf_str(&b), FRAME_MAX, &out, &used), 1);
	assert_int_equal(used, b.n);
	assert_int_equal(out.op, in.op);
	assert_int_equal(out.kind, in.kind);
	assert_int_equal(out.call, in.call);
	assert_true(str_eq(out.payload, in.payload));
	buf_release(&b);
}

static void
every_truncation_asks_for_more(void **state)
{
	struct frame in = { .op = 1, .call = 7, .payload = STR("0123456789") };
	struct frame out;
	struct buf b = BUF_INIT;
	size_t used;
	size_t n;

	(void)state;
	frame_put(&b, &in);
	for (n = 0; n < b.n; n++) {
		assert_int_equal(
		    frame_get(str_n(b.p, n), FRAME_MAX, &out, &used), 0);
		assert_int_equal(used, 0);
	}
	buf_release(&b);
}

static void
a_length_outside_the_limit_is_refused_at_once(void **state)
{
	static const struct {
		uint8_t head[4];
		size_t max;
		int want;
	} rows[] = {
		{ { 0, 0, 0, 7 }, FRAME_MAX, ERR_PEER },
		{ { 0, 0, 0, 8 }, FRAME_MAX, 0 },
		{ { 0xff, 0xff, 0xff, 0xff }, FRAME_MAX, ERR_PEER },
		{ { 0, 0x10, 0, 0 }, FRAME_MAX, ERR_PEER },
		{ { 0, 0x0f, 0xff, 0xfc }, FRAME_MAX, 0 },
		{ { 0, 0, 0x40, 0 }, FRAME_MAX_SMALL, ERR_PEER },
		{ { 0, 0, 0x3f, 0xfc }, FRAME_MAX_SMALL, 0 },
	};
	struct frame out;
	size_t used;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    frame_get(str_n(rows[i].head, 4), rows[i].max, &out, &used),
		    rows[i].want);
}

static void
an_unknown_kind_and_a_reserved_bit_are_refused(void **state)
{
	struct frame in = { .op = 1, .call = 7 };
	struct frame out;
	struct buf b = BUF_INIT;
	size_t used;

	(void)state;
	frame_put(&b, &in);
	b.p[6] = 2;
	assert_int_equal(
	    frame_get(buf_str(&b), FRAME_MAX, &out, &used), ERR_PEER);
	b.p[6] = 0;
	b.p[7] = 1;
	assert_int_equal(
	    frame_get(buf_str(&b), FRAME_MAX, &out, &used), ERR_PEER);
	buf_release(&b);
}

static void
two_frames_are_taken_one_by_one(void **state)
{
	struct frame in = { .op = 1, .call = 1, .payload = STR("a") };
	struct frame out;
	struct buf b = BUF_INIT;
	size_t used;

	(void)state;
	frame_put(&b, &in);
	in.call = 2;
	frame_put(&b, &in);
	assert_int_equal(frame_get(buf_str(&b), FRAME_MAX, &out, &used), 1);
	assert_int_equal(out.call, 1);
	buf_shift(&b, used);
	assert_int_equal(frame_get(buf_str(&b), FRAME_MAX, &out, &used), 1);
	assert_int_equal(out.call, 2);
	assert_int_equal(used, b.n);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_comes_out_as_it_went_in),
		cmocka_unit_test(every_truncation_asks_for_more),
		cmocka_unit_test(a_length_outside_the_limit_is_refused_at_once),
		cmocka_unit_test(
		    an_unknown_kind_and_a_reserved_bit_are_refused),
		cmocka_unit_test(two_frames_are_taken_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
