/*
 * Enlarged characters with their code (SRC-12).  What needs a font skips
 * where fonts-ipamj-mincho (or any font) is not installed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/glyph.h"

static struct glyphs *fonts;

static int
open_fonts(void **state)
{
	(void)state;
	fonts = glyph_open(NULL, 0);
	return fonts == NULL ? -1 : 0;
}

static int
close_fonts(void **state)
{
	(void)state;
	glyph_close(fonts);
	return 0;
}

static void
need_registers(void)
{
	if (glyph_notice(fonts) != NULL) {
		print_message("skipped: %s\n", glyph_notice(fonts));
		skip();
	}
}

static unsigned
difference(const struct glyph *a, const struct glyph *b)
{
	unsigned n = 0;
	unsigned x;
	unsigned y;

	for (y = 0; y < a->px; y++)
		for (x = 0; x < a->px; x++)
			n += (a->grey[y][x] >= 96) != (b->grey[y][x] >= 96);
	return n;
}

static void
SRC_12_registered_forms_are_told_apart(void **state)
{
	/* one and two dots; forms of 邉; forms of 葛 */
	static const char *const pairs[][2] = {
		{ "辻\U000e0102", "辻\U000e0103" },
		{ "邉\U000e0110", "邉\U000e0113" },
		{ "葛\U000e0102", "葛\U000e0103" },
		{ "吉", "𠮷" },
		{ "高", "髙" },
		{ "崎", "﨑" },
	};
	struct glyph a;
	struct glyph b;
	size_t i;

	(void)state;
	need_registers();
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		assert_int_equal(
		    glyph_render(fonts, str_of(pairs[i][0]), 48, &a), 0);
		assert_int_equal(
		    glyph_render(fonts, str_of(pairs[i][1]), 48, &b), 0);
		assert_true(a.exact && b.exact);
		if (difference(&a, &b) < 10)
			fail_msg(
			    "%s and %s look alike", pairs[i][0], pairs[i][1]);
	}
}

static void
SRC_12_a_form_no_font_has_is_said_to_be_inexact(void **state)
{
	struct glyph base;
	struct glyph g;

	(void)state;
	need_registers();
	assert_int_equal(glyph_render(fonts, STR("辻"), 32, &base), 0);
	assert_true(base.exact);
	assert_int_equal(glyph_render(fonts, STR("辻\U000e01ef"), 32, &g), 0);
	assert_false(g.exact);
	assert_int_equal(difference(&base, &g), 0);
	/* outside every font: the panel shows 〓 and the code */
	assert_int_equal(
	    glyph_render(fonts, STR("\U00100000"), 32, &g), ERR_NOTFOUND);
	assert_false(g.exact);
}

static void
every_row_is_as_wide_as_the_drawing(void **state)
{
	static const unsigned sizes[] = { 16, 17, 32, 48, 63, 64 };
	struct buf row = BUF_INIT;
	struct glyph g;
	struct str rest;
	int32_t cp;
	size_t i;
	unsigned style;
	unsigned r;
	unsigned drawn;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (glyph_render(fonts, STR("邊"), sizes[i], &g) != 0)
			skip();
		for (style = 0; style < 2; style++) {
			drawn = 0;
			for (r = 0; r < glyph_rows(&g, style); r++) {
				buf_clear(&row);
				glyph_row(&g, style, r, &row);
				rest = buf_str(&row);
				assert_int_equal(
				    text_width(rest), glyph_columns(&g, style));
				while ((cp = utf8_next(&rest)) != -2) {
					assert_true((cp >= ' ' && cp < 127) ||
					    (cp > 0x2800 && cp < 0x2900));
					drawn += cp != ' ';
				}
			}
			assert_true(drawn > 20);
		}
	}
	buf_release(&row);
}

static void
a_drawing_fits_its_square_at_every_size(void **state)
{
	static const char *const texts[] = { "鷹", "g", "ー", "が", "か\u3099",
		"Å", "﨑", "㈱" };
	struct glyph g;
	struct glyph h;
	unsigned px;
	size_t i;

	(void)state;
	for (px = GLYPH_PX_MIN; px <= GLYPH_PX_MAX; px += 7)
		for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			if (glyph_render(fonts, str_of(texts[i]), px, &g) != 0)
				skip();
	/* a voiced mark that follows is drawn on its kana */
	assert_int_equal(glyph_render(fonts, STR("が"), 32, &g), 0);
	assert_int_equal(glyph_render(fonts, STR("か\u3099"), 32, &h), 0);
	assert_true(h.exact);
	assert_int_equal(difference(&g, &h), 0);
}

static void
wrong_input_draws_nothing(void **state)
{
	struct glyph g;

	(void)state;
	assert_int_equal(
	    glyph_render(fonts, STR("山"), GLYPH_PX_MAX + 1, &g), ERR_RANGE);
	assert_int_equal(glyph_render(fonts, STR("山"), 0, &g), ERR_RANGE);
	if (glyph_render(fonts, STR("山"), 32, &g) == ERR_NODEV)
		skip();
	assert_int_equal(glyph_render(fonts, STR("\xe5"), 32, &g), ERR_UTF8);
	assert_int_equal(glyph_render(fonts, STR("山\xff"), 32, &g), ERR_UTF8);
	assert_int_equal(glyph_render(fonts, STR(""), 32, &g), ERR_UTF8);
}

static void
without_a_font_the_panel_says_so(void **state)
{
	static const struct glyph_font none[] = {
		{ "/nonexistent.ttf", 0, "none" },
		{ "/etc/passwd", 0, "no font" },
	};
	struct glyphs *gs = glyph_open(none, 2);
	struct glyph g;

	(void)state;
	assert_non_null(gs);
	assert_non_null(glyph_notice(gs));
	assert_int_equal(glyph_render(gs, STR("山"), 32, &g), ERR_NODEV);
	glyph_close(gs);
	glyph_close(NULL);
}

static void
SRC_12_the_code_line_names_every_part(void **state)
{
	static const char *const rows[][2] = { { "葛\U000e0100",
						   "U+845B VS17 (U+E0100)" },
		{ "𠮷", "U+20BB7" }, { "か\u3099", "U+304B U+3099" },
		{ "\ufe00", "VS1 (U+FE00)" }, { "A", "U+0041" },
		{ "\ue000", "U+E000" }, { "\xff", "<FF>" }, { "", "" } };
	struct buf out = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&out);
		text_codes(&out, str_of(rows[i][0]));
		assert_true(str_eqz(buf_str(&out), rows[i][1]));
	}
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SRC_12_registered_forms_are_told_apart),
		cmocka_unit_test(
		    SRC_12_a_form_no_font_has_is_said_to_be_inexact),
		cmocka_unit_test(every_row_is_as_wide_as_the_drawing),
		cmocka_unit_test(a_drawing_fits_its_square_at_every_size),
		cmocka_unit_test(wrong_input_draws_nothing),
		cmocka_unit_test(without_a_font_the_panel_says_so),
		cmocka_unit_test(SRC_12_the_code_line_names_every_part),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
