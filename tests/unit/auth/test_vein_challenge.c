/*
 * The light challenge on a source made of functions: a lit finger follows it,
 * a replay, daylight and a dead sensor do not (reference/vein.md §8).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/vein_source.h"
#include "core/err.h"

struct vein_source {
	bool on;
	bool seen; /* the light one frame ago: cameras are late */
	unsigned frames;
	unsigned switches;
	uint8_t (*grey)(const struct vein_source *s);
	unsigned fail_at; /* frame, from 1; 0 never */
	int fail_err;
};

static int
fake_light(struct vein_source *s, bool on)
{
	s->on = on;
	s->switches++;
	return 0;
}

static int
fake_frame(struct vein_source *s, const struct sensor_host *host,
    unsigned timeout_ms, uint8_t img[VEIN_W * VEIN_H])
{
	(void)host;
	(void)timeout_ms;
	if (++s->frames == s->fail_at)
		return s->fail_err;
	memset(img, s->grey(s), (size_t)VEIN_W * VEIN_H);
	s->seen = s->on;
	return 0;
}

static const struct vein_source_ops ops = {
	.frame = fake_frame,
	.light = fake_light,
};

static uint8_t
lit_finger(const struct vein_source *s)
{
	return s->seen ? (uint8_t)(100 + s->frames % 3)
		       : (uint8_t)(4 + s->frames % 3);
}

static uint8_t
replay(const struct vein_source *s)
{
	return (uint8_t)(100 + s->frames % 7);
}

static uint8_t
replay_that_blinks(const struct vein_source *s)
{
	return s->frames / 2 % 2 == 0 ? 100 : 5;
}

static uint8_t
daylight(const struct vein_source *s)
{
	return s->seen ? 140 : 60;
}

static uint8_t
black(const struct vein_source *s)
{
	(void)s;
	return 0;
}

static int
run(struct vein_source *s, bool *doubt)
{
	static uint8_t img[VEIN_W * VEIN_H];
	int err = vein_challenge(&ops, s, NULL, 1000, img, doubt);
	size_t i;

	assert_true(s->on);
	for (i = 0; i < sizeof(img); i++)
		assert_int_equal(img[i], 0);
	return err;
}

static void
a_finger_over_the_light_follows_it(void **state)
{
	bool doubt;
	int i;

	(void)state;
	for (i = 0; i < 50; i++) {
		struct vein_source s = { .grey = lit_finger };

		assert_int_equal(run(&s, &doubt), 0);
		assert_false(doubt);
		assert_int_equal(s.switches, 9);
	}
}

static void
what_does_not_follow_the_light_is_doubted(void **state)
{
	uint8_t (*const others[])(
	    const struct vein_source *) = { replay, daylight, black };
	bool doubt;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct vein_source s = { .grey = others[i] };

		assert_int_equal(run(&s, &doubt), 0);
		assert_true(doubt);
	}
}

/* 182 sequences are possible: a guess fits one time in 182. */
static void
a_replay_that_blinks_cannot_know_the_sequence(void **state)
{
	unsigned doubts = 0;
	bool doubt;
	int i;

	(void)state;
	for (i = 0; i < 200; i++) {
		struct vein_source s = { .grey = replay_that_blinks };

		assert_int_equal(run(&s, &doubt), 0);
		doubts += doubt;
	}
	assert_true(doubts >= 190);
}

static void
an_error_ends_it_and_the_light_is_on_again(void **state)
{
	bool doubt;
	unsigned at;

	(void)state;
	for (at = 1; at <= 16; at++) {
		struct vein_source s = { .grey = lit_finger,
			.fail_at = at,
			.fail_err = ERR_CANCELLED };

		assert_int_equal(run(&s, &doubt), ERR_CANCELLED);
		assert_false(doubt);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_finger_over_the_light_follows_it),
		cmocka_unit_test(what_does_not_follow_the_light_is_doubted),
		cmocka_unit_test(a_replay_that_blinks_cannot_know_the_sequence),
		cmocka_unit_test(an_error_ends_it_and_the_light_is_on_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
