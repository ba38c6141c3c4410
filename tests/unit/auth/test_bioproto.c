/*
 * The messages between the terminal and mamori-bio.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auth/bioproto.h"
#include "core/err.h"

static const uint8_t digest[32] = { 1, 2, 3 };

static struct bioproto_request
sample(enum bio_kind kind)
{
	return (struct bioproto_request){
		.kind = kind,
		.sensor = STR("fprint"),
		.terminal_dir = STR("/var/lib/mamori/T01"),
		.match_id = STR("M001"),
		.pin = STR("135790"),
		.pin_salt = STR("0123456789abcdef"),
		.share = str_n(digest, 32),
		.modality = STR("fingerprint"),
		.record_uuid = STR("0191e7a2"),
		.envelope = STR("sealed"),
		.purpose = STR("login"),
		.origin = STR("162019.example/log"),
		.terminal = STR("T01"),
		.challenge = str_n(digest, 32),
		.exporter = str_n(digest, 32),
		.act = str_n(digest, 32),
		.log2_n = 15,
		.r = 8,
		.p = 1,
		.timeout_s = 30,
		.finger = 7,
		.counter = UINT64_MAX,
	};
}

static void
each_kind_comes_back_with_its_own_fields(void **state)
{
	unsigned kind;

	(void)state;
	for (kind = BIO_INFO; kind <= BIO_SIGN; kind++) {
		struct bioproto_request in = sample((enum bio_kind)kind);
		struct bioproto_request out;
		struct buf msg = BUF_INIT;

		assert_int_equal(bioproto_put_request(&msg, &in), 0);
		assert_int_equal(bioproto_get_request(buf_str(&msg), &out), 0);
		assert_int_equal(out.kind, kind);
		assert_int_equal(out.pin.n, kind == BIO_INFO ? 0 : 6);
		assert_int_equal(out.envelope.n, kind == BIO_SIGN ? 6 : 0);
		assert_int_equal(out.sensor.n, kind == BIO_PIN ? 0 : 6);
		assert_int_equal(out.finger, kind == BIO_ENROLL ? 7 : 0);
		buf_release(&msg);
	}
}

static void
every_truncated_request_is_refused(void **state)
{
	struct bioproto_request in = sample(BIO_SIGN);
	struct bioproto_request out;
	struct buf msg = BUF_INIT;
	size_t n;

	(void)state;
	assert_int_equal(bioproto_put_request(&msg, &in), 0);
	for (n = 0; n < msg.n; n++)
		assert_int_equal(
		    bioproto_get_request(str_n(msg.p, n), &out), ERR_SYNTAX);
	buf_putc(&msg, '\0');
	assert_int_equal(bioproto_get_request(buf_str(&msg), &out), ERR_SYNTAX);
	buf_release(&msg);
}

static void
a_field_out_of_its_limits_is_not_sent(void **state)
{
	struct bioproto_request r[6];
	struct buf msg = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++)
		r[i] = sample(i < 4 ? BIO_SIGN : BIO_ENROLL);
	r[0].share.n = 31;
	r[1].match_id.n = 0;
	r[2].timeout_s = BIOPROTO_TIMEOUT_MAX + 1;
	r[3].terminal = str_n("T\0001", 3);
	r[4].log2_n = 18;
	r[5].finger = 0;
	for (i = 0; i < 6; i++)
		assert_int_equal(bioproto_put_request(&msg, &r[i]), ERR_RANGE);
	buf_release(&msg);
}

static struct bio_event
done_event(void)
{
	return (struct bio_event){ .kind = BIO_EV_DONE,
		.driver = "uru4000",
		.finger = 7,
		.assertion = STR("text"),
		.signature = str_n("0123456789012345678901234567890123456789"
				   "012345678901234567890123",
		    64) };
}

static void
an_event_comes_back(void **state)
{
	static const uint8_t grey[6] = { 1, 2, 3, 4, 5, 6 };
	const struct bio_event in[] = {
		{ .kind = BIO_EV_READY, .driver = "uru4000", .stages = 5 },
		{ .kind = BIO_EV_FINGER, .flags = 3 },
		{ .kind = BIO_EV_PROGRESS, .stage = 2, .stages = 5 },
		{ .kind = BIO_EV_GUIDE, .guide = BIO_GUIDE_OTHER },
		{ .kind = BIO_EV_PREVIEW,
		    .width = 3,
		    .height = 2,
		    .image = str_n(grey, 6) },
		{ .kind = BIO_EV_DONE, .err = ERR_LIMIT },
		done_event(),
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
		struct bio_event out;
		struct buf msg = BUF_INIT;

		assert_int_equal(bioproto_put_event(&msg, &in[i]), 0);
		assert_int_equal(bioproto_get_event(buf_str(&msg), &out), 0);
		assert_int_equal(out.kind, in[i].kind);
		assert_int_equal(out.err, in[i].err);
		assert_int_equal(out.flags, in[i].flags);
		assert_int_equal(out.stage, in[i].stage);
		assert_int_equal(out.guide, in[i].guide);
		assert_string_equal(out.driver, in[i].driver);
		assert_true(str_eq(out.image, in[i].image));
		assert_true(str_eq(out.assertion, in[i].assertion));
		assert_true(str_eq(out.signature, in[i].signature));
		buf_release(&msg);
	}
}

static void
an_event_that_contradicts_itself_is_refused(void **state)
{
	struct bio_event ev[6];
	struct buf msg = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++)
		ev[i] = done_event();
	ev[0].err = ERR_AUTH; /* a signature without a match */
	ev[1].kind = BIO_EV_FINGER;
	ev[2].signature.n = 63;
	ev[3].image = STR("x");
	ev[4].stage = 6;
	ev[5].err = -999;
	for (i = 0; i < 6; i++)
		assert_int_equal(bioproto_put_event(&msg, &ev[i]), ERR_RANGE);
	buf_release(&msg);
}

static void
every_truncated_event_is_refused(void **state)
{
	const struct bio_event in = done_event();
	struct bio_event out;
	struct buf msg = BUF_INIT;
	size_t n;

	(void)state;
	assert_int_equal(bioproto_put_event(&msg, &in), 0);
	for (n = 0; n < msg.n; n++)
		assert_int_equal(
		    bioproto_get_event(str_n(msg.p, n), &out), ERR_SYNTAX);
	buf_putc(&msg, '\0');
	assert_int_equal(bioproto_get_event(buf_str(&msg), &out), ERR_SYNTAX);
	buf_release(&msg);
}

static void
only_a_cancel_is_a_cancel(void **state)
{
	struct buf msg = BUF_INIT;

	(void)state;
	bioproto_put_cancel(&msg);
	assert_true(bioproto_is_cancel(buf_str(&msg)));
	assert_false(bioproto_is_cancel(str_n(msg.p, 1)));
	buf_putc(&msg, 'x');
	assert_false(bioproto_is_cancel(buf_str(&msg)));
	buf_release(&msg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_comes_back_with_its_own_fields),
		cmocka_unit_test(every_truncated_request_is_refused),
		cmocka_unit_test(a_field_out_of_its_limits_is_not_sent),
		cmocka_unit_test(an_event_comes_back),
		cmocka_unit_test(an_event_that_contradicts_itself_is_refused),
		cmocka_unit_test(every_truncated_event_is_refused),
		cmocka_unit_test(only_a_cancel_is_a_cancel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
