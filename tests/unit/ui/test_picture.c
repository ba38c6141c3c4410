/*
 * What the sensor sees, on the page of log-in: shown in characters whose
 * width is certain, and only while the finger is awaited (AUT-16).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/err.h"
#include "ui/picture.h"
#include "uifake.h"

#define W 94
#define H 60

/* A bright band with its edges drawn in, as sensor_vein.c sends it. */
static void
finger(uint8_t img[W * H])
{
	unsigned x, y;

	for (y = 0; y < H; y++)
		for (x = 0; x < W; x++) {
			img[y * W + x] = y < 15 || y > 45 ? 10 : 120;
			if (y > 28 && y < 33)
				img[y * W + x] = 60;
			if (y == 15 || y == 45)
				img[y * W + x] = 255;
		}
}

static void
the_outline_and_the_shades_of_a_finger_are_drawn(void **state)
{
	static uint8_t img[W * H];
	struct picture p = { 0 };
	struct grid g = { 0 };
	struct buf b = BUF_INIT;

	(void)state;
	finger(img);
	assert_int_equal(grid_init(&g, 80, 24), 0);
	picture_set(&p, W, H, str_n(img, sizeof(img)));
	assert_true(p.on);
	picture_draw(&p, &g, 5, 40);
	grid_row(&g, 5 + 15 * PICTURE_H / H, &b);
	assert_int_equal(b.n, 40 + PICTURE_W);
	assert_memory_equal(b.p + 40, "##############################", 30);
	buf_release(&b);
	grid_row(&g, 5, &b);
	assert_int_equal(b.n, 0); /* the dark around it */
	buf_release(&b);
	grid_release(&g);
}

static void
only_ascii_is_used_because_half_blocks_have_no_certain_width(void **state)
{
	static uint8_t img[256];
	struct picture p = { 0 };
	unsigned i;
	int x, y;

	(void)state;
	for (i = 0; i < sizeof(img); i++)
		img[i] = (uint8_t)i;
	picture_set(&p, 16, 16, str_n(img, sizeof(img)));
	for (y = 0; y < PICTURE_H; y++)
		for (x = 0; x < PICTURE_W; x++)
			assert_true(
			    p.shade[y][x] >= ' ' && p.shade[y][x] <= '~');
}

static void
a_size_that_does_not_fit_the_bytes_shows_nothing(void **state)
{
	static uint8_t img[16];
	struct picture p = { .on = true };

	(void)state;
	picture_set(&p, 4, 5, str_n(img, sizeof(img)));
	assert_false(p.on);
	picture_set(&p, 0, 0, str_n(img, 0));
	assert_false(p.on);
	picture_set(&p, UINT32_MAX, UINT32_MAX, str_n(img, 1));
	assert_false(p.on);
	picture_set(&p, 1, 1, str_n(img, 1)); /* smaller than the page's */
	assert_true(p.on);
}

static void
nothing_is_left_after_it_was_wiped(void **state)
{
	static const struct picture none;
	static uint8_t img[W * H];
	struct picture p = { 0 };

	(void)state;
	finger(img);
	picture_set(&p, W, H, str_n(img, sizeof(img)));
	picture_wipe(&p);
	assert_memory_equal(&p, &none, sizeof(p));
}

/* ---- on the pages -------------------------------------------------------- */

#define EDGE "######"

static void
show(struct uifake *f)
{
	static uint8_t img[W * H];
	const struct ui_login_event ev = { .step = UI_LOGIN_PREVIEW,
		.tries_left = -1,
		.width = W,
		.height = H,
		.grey = str_n(img, sizeof(img)) };

	finger(img);
	f->login(f->login_arg, &ev);
}

static void
await_finger(struct uifake *f, const char *lang)
{
	uifake_open(f, lang, 80, 24);
	ui_link(f->ui, UI_LINK_UP, 0);
	uifake_keys(f, "M001 Enter 12345678 Enter");
	uifake_step(f, UI_LOGIN_PLACE, 0, -1);
	uifake_step(f, UI_LOGIN_GUIDE, 0, -1);
}

static void
the_picture_stands_beside_the_words_that_say_what_to_do(void **state)
{
	struct uifake f;

	(void)state;
	await_finger(&f, "en");
	assert_false(uifake_shows(&f, EDGE));
	show(&f);
	assert_true(uifake_shows(&f, EDGE));
	assert_true(uifake_shows(&f, "dry the finger"));
	assert_true(uifake_shows(&f, "s left)"));
	assert_true(uifake_shows(&f, "Match ID"));
	uifake_close(&f);
}

static void
the_picture_is_gone_as_soon_as_the_finger_is_no_longer_awaited(void **state)
{
	static const struct {
		enum ui_login_step step;
		int err;
	} ends[] = {
		{ UI_LOGIN_SIGNING, 0 },
		{ UI_LOGIN_FAILED, ERR_AUTH },
		{ UI_LOGIN_FAILED, ERR_NODEV },
		{ UI_LOGIN_DONE, 0 },
	};
	struct uifake f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		await_finger(&f, "ja");
		show(&f);
		assert_true(uifake_shows(&f, EDGE));
		uifake_step(&f, ends[i].step, ends[i].err, 2);
		assert_false(uifake_shows(&f, EDGE));
		uifake_close(&f);
	}
	await_finger(&f, "ja");
	show(&f);
	uifake_keys(&f, "F3");
	assert_false(uifake_shows(&f, EDGE));
	uifake_close(&f);
}

static void
a_picture_that_comes_too_late_is_not_shown(void **state)
{
	struct uifake f;

	(void)state;
	await_finger(&f, "en");
	uifake_step(&f, UI_LOGIN_SIGNING, 0, -1);
	show(&f);
	assert_false(uifake_shows(&f, EDGE));
	uifake_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_outline_and_the_shades_of_a_finger_are_drawn),
		cmocka_unit_test(
		    only_ascii_is_used_because_half_blocks_have_no_certain_width),
		cmocka_unit_test(
		    a_size_that_does_not_fit_the_bytes_shows_nothing),
		cmocka_unit_test(nothing_is_left_after_it_was_wiped),
		cmocka_unit_test(
		    the_picture_stands_beside_the_words_that_say_what_to_do),
		cmocka_unit_test(
		    the_picture_is_gone_as_soon_as_the_finger_is_no_longer_awaited),
		cmocka_unit_test(a_picture_that_comes_too_late_is_not_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
