/*
 * Cells and the editor: what goes wrong with kanji elsewhere must not here
 * (terminal-ui.md §1.2, §1.3).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "core/utf8.h"
#include "ui/edit.h"

static void
type(struct edit *e, const char *text)
{
	struct str s = str_of(text);
	struct key k;
	int32_t cp;

	while ((cp = utf8_next(&s)) >= 0) {
		k = KEY_CHAR(cp);
		(void)edit_key(e, &k);
	}
}

static void
press(struct edit *e, enum key_id id)
{
	struct key k = { .id = id };

	(void)edit_key(e, &k);
}

static void
assert_text(const struct edit *e, const char *want)
{
	char got[EDIT_BYTES + 1];

	assert_int_equal(str_copy(got, sizeof(got), edit_text(e)), 0);
	assert_string_equal(got, want);
}

static void
assert_row(const struct grid *g, int y, const char *want)
{
	struct buf b = BUF_INIT;

	grid_row(g, y, &b);
	buf_putc(&b, '\0');
	assert_string_equal((const char *)b.p, want);
	buf_release(&b);
}

static void
a_kanji_that_does_not_fit_at_the_edge_is_left_out(void **state)
{
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 5, 1), 0);
	assert_int_equal(grid_puts(&g, 0, 0, 5, ROLE_text, "山田太郎"), 4);
	assert_row(&g, 0, "山田");
	grid_clear(&g);
	/* beyond the grid it becomes a blank, not half a kanji */
	assert_int_equal(grid_puts(&g, 0, 4, 8, ROLE_text, "山"), 2);
	assert_row(&g, 0, "");
	grid_release(&g);
}

static void
writing_over_half_a_kanji_blanks_the_other_half(void **state)
{
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 10, 1), 0);
	grid_puts(&g, 0, 0, 10, ROLE_text, "渡邊太");
	grid_puts(&g, 0, 3, 1, ROLE_text, "x");
	assert_row(&g, 0, "渡 x太");
	grid_puts(&g, 0, 4, 1, ROLE_text, "y");
	assert_row(&g, 0, "渡 xy");
	grid_release(&g);
}

static void
selectors_and_marks_stay_with_their_base(void **state)
{
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 10, 1), 0);
	grid_puts(
	    &g, 0, 0, 10, ROLE_text, "葛\xf3\xa0\x84\x80城か\xe3\x82\x99");
	assert_int_equal(grid_at(&g, 0, 0)->w, 2);
	assert_int_equal(grid_at(&g, 0, 0)->n, 7);
	assert_true(grid_has(&g, STR("葛\xf3\xa0\x84\x80城")));
	assert_int_equal(grid_at(&g, 0, 4)->w, 2);
	grid_release(&g);
}

static void
control_and_bidi_characters_never_reach_a_cell(void **state)
{
	struct grid g;
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	assert_int_equal(grid_init(&g, 30, 1), 0);
	grid_puts(&g, 0, 0, 30, ROLE_text,
	    "a\033]52;c;x\007\xc2\x9b"
	    "b\xe2\x80\xae"
	    "c\xff");
	grid_dump(&g, &b);
	for (i = 0; i + 1 < b.n; i++)
		assert_true(b.p[i] >= 0x20 && b.p[i] != 0x7f);
	assert_null(memmem(b.p, b.n, "\xe2\x80\xae", 3));
	assert_null(memmem(b.p, b.n, "\xc2\x9b", 2));
	buf_release(&b);
	grid_release(&g);
}

static void
a_cleared_grid_holds_nothing_of_what_it_showed(void **state)
{
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 20, 2), 0);
	grid_puts(&g, 0, 0, 20, ROLE_text, "SECRETNAME");
	grid_clear(&g);
	assert_null(memmem(g.cells, 40 * sizeof(*g.cells), "S", 1));
	grid_release(&g);
}

static void
romaji_becomes_katakana_while_typing(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 200, EDIT_KATAKANA);
	type(&e, "shinnichi");
	assert_text(&e, "シンイチ");
	press(&e, K_CTRL_U);
	type(&e, "yamada tarou");
	assert_text(&e, "ヤマダ　タロウ");
	press(&e, K_CTRL_U);
	type(&e, "ken");
	assert_text(&e, "ケ");
	(void)edit_settle(&e);
	assert_text(&e, "ケン");
}

static void
what_waits_for_a_vowel_is_shown_and_can_be_taken_back(void **state)
{
	struct edit e;
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 20, 1), 0);
	edit_init(&e, 200, EDIT_KATAKANA);
	type(&e, "yamady");
	edit_draw(&e, &g, 0, 0, 20, true);
	assert_row(&g, 0, "ヤマdy");
	assert_int_equal(grid_at(&g, 0, 4)->role, ROLE_pending);
	assert_int_equal(g.cur_x, 6);
	press(&e, K_BACKSPACE);
	type(&e, "a");
	assert_text(&e, "ヤマダ");
	grid_release(&g);
}

static void
backspace_takes_a_whole_cluster(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 200, EDIT_DIRECT);
	assert_true(edit_set(&e, STR("葛\xf3\xa0\x84\x80城")));
	press(&e, K_LEFT);
	press(&e, K_BACKSPACE);
	assert_text(&e, "城");
	press(&e, K_DELETE);
	assert_text(&e, "");
	press(&e, K_BACKSPACE);
	press(&e, K_DELETE);
	assert_text(&e, "");
}

static void
a_dakuten_typed_alone_joins_the_kana_before_it(void **state)
{
	struct edit e;
	struct key mark = KEY_CHAR(0x3099);

	(void)state;
	edit_init(&e, 200, EDIT_DIRECT);
	assert_int_equal(edit_key(&e, &mark), EDIT_REFUSED);
	type(&e, "か");
	assert_int_equal(edit_key(&e, &mark), EDIT_CHANGED);
	press(&e, K_BACKSPACE);
	assert_text(&e, "");
}

static void
what_does_not_fit_is_refused_and_nothing_is_lost(void **state)
{
	struct edit e;
	struct key k = KEY_CHAR(0x4e00);

	(void)state;
	edit_init(&e, 10, EDIT_DIRECT);
	type(&e, "山田太");
	assert_int_equal(edit_key(&e, &k), EDIT_FULL);
	assert_text(&e, "山田太");
	type(&e, "a");
	assert_text(&e, "山田太a");
	k = KEY_CHAR('b');
	assert_int_equal(edit_key(&e, &k), EDIT_FULL);
}

static void
the_value_scrolls_in_a_field_that_is_too_narrow(void **state)
{
	struct edit e;
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 20, 1), 0);
	edit_init(&e, 200, EDIT_DIRECT);
	type(&e, "a一二三四五");
	edit_draw(&e, &g, 0, 0, 9, true);
	assert_row(&g, 0, "二三四五");
	assert_int_equal(g.cur_x, 8);
	press(&e, K_HOME);
	edit_draw(&e, &g, 0, 0, 9, true);
	assert_row(&g, 0, "a一二三四");
	assert_int_equal(g.cur_x, 0);
	grid_release(&g);
}

static void
a_paste_is_text_and_never_a_command(void **state)
{
	struct edit e;
	static const int32_t pasted[] = { 0x5c71, '\n', '\t', 27, 'k', 'a',
		0x85, 0x202e, 0x7f };
	struct key k;
	size_t i;

	(void)state;
	edit_init(&e, 200, EDIT_KATAKANA);
	for (i = 0; i < sizeof(pasted) / sizeof(pasted[0]); i++) {
		k = KEY_CHAR(pasted[i]);
		k.pasted = true;
		(void)edit_key(&e, &k);
	}
	assert_text(&e, "山ka");
}

static void
full_width_digits_become_ascii_in_number_fields(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 20, EDIT_DIRECT);
	e.ascii_only = true;
	type(&e, "１２3-４あ");
	assert_text(&e, "123-4");
}

static void
a_pin_is_stars_on_the_screen_and_gone_when_cleared(void **state)
{
	struct edit e;
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 20, 1), 0);
	edit_init(&e, 64, EDIT_DIRECT);
	e.secret = true;
	type(&e, "hunter２");
	assert_text(&e, "hunter2");
	edit_draw(&e, &g, 0, 0, 12, true);
	assert_row(&g, 0, "*******");
	edit_clear(&e);
	assert_null(memmem(e.text, sizeof(e.text), "hunter", 6));
	grid_release(&g);
}

static void
every_key_has_a_name_that_is_read_back(void **state)
{
	struct buf b = BUF_INIT;
	struct key k;
	int i;

	(void)state;
	for (i = K_CHAR + 1; i < K_COUNT; i++) {
		k = (struct key){ .id = (enum key_id)i };
		buf_clear(&b);
		key_format(&k, &b);
		assert_int_equal(key_parse(buf_str(&b), &k), 0);
		assert_int_equal(k.id, i);
	}
	assert_int_equal(key_parse(STR("Alt-2"), &k), 0);
	assert_int_equal(k.id, K_F2);
	assert_int_equal(key_parse(STR("Alt-0"), &k), 0);
	assert_int_equal(k.id, K_F10);
	assert_int_equal(key_parse(STR("あ"), &k), 0);
	assert_int_equal(k.cp, 0x3042);
	assert_int_equal(key_parse(STR("Nothing"), &k), ERR_SYNTAX);
	assert_int_equal(key_parse(STR(""), &k), ERR_SYNTAX);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_kanji_that_does_not_fit_at_the_edge_is_left_out),
		cmocka_unit_test(
		    writing_over_half_a_kanji_blanks_the_other_half),
		cmocka_unit_test(selectors_and_marks_stay_with_their_base),
		cmocka_unit_test(
		    control_and_bidi_characters_never_reach_a_cell),
		cmocka_unit_test(
		    a_cleared_grid_holds_nothing_of_what_it_showed),
		cmocka_unit_test(romaji_becomes_katakana_while_typing),
		cmocka_unit_test(
		    what_waits_for_a_vowel_is_shown_and_can_be_taken_back),
		cmocka_unit_test(backspace_takes_a_whole_cluster),
		cmocka_unit_test(
		    a_dakuten_typed_alone_joins_the_kana_before_it),
		cmocka_unit_test(
		    what_does_not_fit_is_refused_and_nothing_is_lost),
		cmocka_unit_test(
		    the_value_scrolls_in_a_field_that_is_too_narrow),
		cmocka_unit_test(a_paste_is_text_and_never_a_command),
		cmocka_unit_test(
		    full_width_digits_become_ascii_in_number_fields),
		cmocka_unit_test(
		    a_pin_is_stars_on_the_screen_and_gone_when_cleared),
		cmocka_unit_test(every_key_has_a_name_that_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
