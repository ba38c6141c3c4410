/*
 * F8 and F11: entry help in the look-up form (SRC-12, SRC-13), over a fake
 * port with canned dictionaries.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "ui/glyph.h"
#include "uifake.h"

static const struct canned {
	enum ui_help what;
	const char *typed;
	const char *text;
	const char *beside;
} canned[] = {
	{ UI_HELP_PERSON, "やまだ", "山田", "" },
	{ UI_HELP_PERSON, "やまだ", "山多", "" },
	{ UI_HELP_PERSON, "たろう", "太郎", "" },
	{ UI_HELP_PLACE, "ひの", "日野", "" },
	{ UI_HELP_POSTAL, "1910024", "東京都日野市万願寺", "191-0024" },
	{ UI_HELP_HEADS, "と　ひ　し", "東京都日野市神明", "191-0016" },
	{ UI_HELP_PERSON, "あ", "亜", "" },
	{ UI_HELP_PERSON, "あ", "阿", "" },
	{ UI_HELP_PERSON, "あ", "安", "" },
	{ UI_HELP_PERSON, "あ", "吾", "" },
	{ UI_HELP_PERSON, "あ", "足", "" },
	{ UI_HELP_PERSON, "あ", "有", "" },
	{ UI_HELP_PERSON, "あ", "明", "" },
	{ UI_HELP_PERSON, "あ", "愛", "" },
	{ UI_HELP_PERSON, "あ", "会", "" },
	{ UI_HELP_PERSON, "あ", "彩", "" },
};

static bool
has(void *ctx, enum ui_help what)
{
	(void)ctx;
	(void)what;
	return true;
}

static int
look(void *ctx, enum ui_help what, struct str typed, ui_help_fn *fn, void *arg)
{
	size_t i;

	(void)ctx;
	for (i = 0; i < sizeof(canned) / sizeof(canned[0]); i++) {
		if (canned[i].what == what && str_eqz(typed, canned[i].typed))
			fn(arg, str_of(canned[i].text),
			    str_of(canned[i].beside));
	}
	return 0;
}

static void
open_form(struct uifake *f, bool help)
{
	uifake_open(f, "ja", 80, 24);
	if (help) {
		f->port.helps = has;
		f->port.help = look;
	}
	uifake_log_in(f);
	uifake_keys(f, "F2");
}

static void
to_name(struct uifake *f)
{
	uifake_keys(f, "Tab Tab Tab Tab");
}

static void
SRC_13_a_reading_becomes_kanji_and_fills_the_furigana(void **state)
{
	struct uifake f;

	(void)state;
	open_form(&f, true);
	assert_false(uifake_shows(&f, "F8"));
	to_name(&f);
	assert_true(uifake_shows(&f, "変換"));
	uifake_keys(&f, "yamada F8");
	assert_true(uifake_shows(&f, "山多"));
	uifake_keys(&f, "1");
	assert_true(uifake_shows(&f, "山田"));
	assert_false(uifake_shows(&f, "山多"));
	assert_true(uifake_shows(&f, "ヤマダ"));
	uifake_keys(&f, "tarou Henkan Enter");
	assert_true(uifake_shows(&f, "山田太郎"));
	assert_true(uifake_shows(&f, "ヤマダ　タロウ"));
	uifake_close(&f);
}

static void
a_furigana_that_was_typed_stays(void **state)
{
	struct uifake f;

	(void)state;
	open_form(&f, true);
	uifake_keys(&f, "sato");
	to_name(&f);
	uifake_keys(&f, "yamada F8 1");
	assert_true(uifake_shows(&f, "サト"));
	assert_false(uifake_shows(&f, "ヤマダ"));
	uifake_close(&f);
}

static void
SRC_13_postal_code_and_heads_become_an_address(void **state)
{
	struct uifake f;

	(void)state;
	open_form(&f, true);
	to_name(&f);
	uifake_keys(&f, "Tab 191-0024 F8");
	assert_true(uifake_shows(&f, "万願寺"));
	uifake_keys(&f, "Enter");
	assert_true(uifake_shows(&f, "東京都日野市万願寺"));
	uifake_keys(&f, "Ctrl-U to Space hi Space si F8");
	assert_true(uifake_shows(&f, "191-0016"));
	uifake_keys(&f, "F3");
	assert_false(uifake_shows(&f, "191-0016"));
	uifake_keys(&f, "F8 1");
	assert_true(uifake_shows(&f, "東京都日野市神明"));
	uifake_keys(&f, "hino F8 1");
	assert_true(uifake_shows(&f, "東京都日野市神明日野"));
	uifake_close(&f);
}

static void
more_than_nine_candidates_are_paged(void **state)
{
	struct uifake f;

	(void)state;
	open_form(&f, true);
	to_name(&f);
	uifake_keys(&f, "a F8");
	assert_true(uifake_shows(&f, "会"));
	assert_false(uifake_shows(&f, "彩"));
	uifake_keys(&f, "F8");
	assert_true(uifake_shows(&f, "彩"));
	uifake_keys(&f, "2");
	assert_true(uifake_shows(&f, "彩"));
	uifake_keys(&f, "F7 F7 1");
	assert_true(uifake_shows(&f, "彩"));
	uifake_close(&f);
}

static void
a_kanji_before_the_cursor_gives_its_other_forms(void **state)
{
	struct uifake f;

	(void)state;
	open_form(&f, true);
	to_name(&f);
	uifake_keys(&f, "辺 F8");
	assert_true(uifake_shows(&f, "邊"));
	assert_true(uifake_shows(&f, "邉"));
	uifake_keys(&f, "1");
	assert_false(uifake_shows(&f, "変換候補"));
	uifake_close(&f);
}

static void
nothing_found_is_said_and_changes_nothing(void **state)
{
	struct uifake f;

	(void)state;
	open_form(&f, true);
	to_name(&f);
	uifake_keys(&f, "F8");
	assert_true(uifake_shows(&f, "先に読みを入力"));
	uifake_keys(&f, "nunu F8");
	assert_true(uifake_shows(&f, "この読みの候補はありません"));
	assert_true(uifake_shows(&f, "ぬぬ"));
	uifake_close(&f);
}

static void
without_dictionaries_F8_is_no_key(void **state)
{
	struct uifake f;

	(void)state;
	open_form(&f, false);
	to_name(&f);
	assert_false(uifake_shows(&f, "変換"));
	uifake_keys(&f, "yamada F8");
	assert_true(uifake_shows(&f, "やまだ"));
	assert_false(uifake_shows(&f, "ヤマダ"));
	assert_false(uifake_shows(&f, "変換候補"));
	uifake_close(&f);
}

static bool
has_none(void *ctx, enum ui_help what)
{
	(void)ctx;
	(void)what;
	return false;
}

static const char *
missing(void *ctx)
{
	(void)ctx;
	return "No entry help: install the packages skkdic and skkdic-extra";
}

static void
dictionaries_that_are_missing_are_named_when_asked_for(void **state)
{
	struct uifake f;

	(void)state;
	open_form(&f, true);
	f.port.helps = has_none;
	f.port.help_notice = missing;
	to_name(&f);
	assert_false(uifake_shows(&f, "F8変換"));
	uifake_keys(&f, "yamada F8");
	assert_true(uifake_shows(&f, "skkdic-extra を導入してください"));
	uifake_close(&f);
}

static struct glyphs *opened;

static struct glyphs *
opened_fonts(void *ctx)
{
	(void)ctx;
	return opened;
}

static void
SRC_12_the_character_is_enlarged_or_the_panel_says_why_not(void **state)
{
	struct uifake f;
	struct glyph g;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	opened = glyph_open(NULL, 0);
	assert_non_null(opened);
	f.port.glyphs = opened_fonts;
	uifake_log_in(&f);
	uifake_keys(&f, "F2 yamada Tab S551226 Tab 1 F10");
	uifake_find(&f, 3);
	uifake_keys(&f, "F11");
	assert_true(uifake_shows(&f, "U+"));
	if (glyph_render(opened, str_of("田"), 48, &g) == 0)
		assert_true(uifake_shows(&f, "字形です"));
	else
		assert_true(uifake_shows(&f, "フォントがありません"));
	uifake_keys(&f, "Down Right Left Left Up F3");
	assert_false(uifake_shows(&f, "U+"));
	uifake_close(&f);
	glyph_close(opened);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    SRC_13_a_reading_becomes_kanji_and_fills_the_furigana),
		cmocka_unit_test(a_furigana_that_was_typed_stays),
		cmocka_unit_test(
		    SRC_13_postal_code_and_heads_become_an_address),
		cmocka_unit_test(more_than_nine_candidates_are_paged),
		cmocka_unit_test(
		    a_kanji_before_the_cursor_gives_its_other_forms),
		cmocka_unit_test(nothing_found_is_said_and_changes_nothing),
		cmocka_unit_test(
		    dictionaries_that_are_missing_are_named_when_asked_for),
		cmocka_unit_test(without_dictionaries_F8_is_no_key),
		cmocka_unit_test(
		    SRC_12_the_character_is_enlarged_or_the_panel_says_why_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
