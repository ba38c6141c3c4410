/*
 * Width, clusters, storing and drawing of text (trap 33).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <locale.h>
#include <wchar.h>

#include "core/err.h"
#include "core/text.h"

static void
widths_are_those_of_the_c_library(void **state)
{
	int32_t cp;
	int want;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	if (wcwidth(0x6f22) != 2 || wcwidth(0x31350) != -1) {
		print_message("another C library: not compared\n");
		setlocale(LC_CTYPE, "C");
		return;
	}
	for (cp = 1; cp < 0x110000; cp++) {
		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		want = wcwidth((wchar_t)cp);
		if (text_cp_width(cp) != want)
			fail_msg("U+%04X: %d, not %d", (unsigned)cp,
			    text_cp_width(cp), want);
	}
	setlocale(LC_CTYPE, "C");
	/* the locale of the process does not matter */
	assert_int_equal(text_cp_width(0x6f22), 2);
}

static void
names_have_the_width_of_their_clusters(void **state)
{
	(void)state;
	assert_int_equal(text_width(STR("山田　太郎")), 10);
	assert_int_equal(text_width(STR("ﾔﾏﾀﾞ")), 4);
	assert_int_equal(text_width(STR("𠮷田")), 4);
	assert_int_equal(text_width(STR("葛\U000e0100城")), 4);
	assert_int_equal(text_width(STR("か\u3099")), 2);
	assert_int_equal(text_width(STR("○※→①")), 4);
	assert_int_equal(text_width(STR("abc")), 3);
	assert_int_equal(text_width(STR("")), 0);
	/* what cannot be drawn counts as 〓 */
	assert_int_equal(text_width(STR("\U00031350")), 2);
	assert_int_equal(text_width(STR("\xff")), 2);
}

static void
a_cluster_is_a_base_with_its_marks(void **state)
{
	struct str rest = STR("葛\U000e0100城a\u0301\u0301\u0301\u0301\u0301");
	struct str c;
	int w;

	(void)state;
	assert_true(text_cluster_next(&rest, &c, &w));
	assert_int_equal(c.n, 7);
	assert_int_equal(w, 2);
	assert_true(text_cluster_next(&rest, &c, &w));
	assert_int_equal(c.n, 3);
	assert_true(text_cluster_next(&rest, &c, &w));
	assert_int_equal(c.n, 9); /* five code points at most */
	assert_int_equal(w, 1);
	assert_true(text_cluster_next(&rest, &c, &w));
	assert_int_equal(w, -1); /* a mark without base */
	assert_false(text_cluster_next(&rest, &c, &w));
	assert_int_equal(text_clusters(STR("葛\U000e0100城")), 2);
}

static void
clipping_never_cuts_a_cluster(void **state)
{
	struct str s = STR("葛\U000e0100城太郎");

	(void)state;
	assert_int_equal(text_clip(s, 0).n, 0);
	assert_int_equal(text_clip(s, 1).n, 0);
	assert_int_equal(text_clip(s, 2).n, 7);
	assert_int_equal(text_clip(s, 3).n, 7);
	assert_int_equal(text_clip(s, 4).n, 10);
	assert_int_equal(text_clip(s, 100).n, s.n);
}

static bool
stored_as(const char *in, const char *want)
{
	struct buf b = BUF_INIT;
	int err = text_clean(&b, str_of(in));
	bool ok = want == NULL ? err == ERR_UTF8 && b.n == 0
			       : err == 0 && str_eqz(buf_str(&b), want);

	buf_release(&b);
	return ok;
}

static void
stored_text_keeps_its_code_points(void **state)
{
	static const char *const kept[] = { "渡邉", "𠮷田", "\ufa11", "\ufa19",
		"\ufa10", "\uf929", "\ufa1b", "葛\U000e0100", "ﾔﾏﾀﾞ", "㈱", "①",
		"～〜", "ＳＭＩＴＨ", "O'BRIEN", "a\u0301", "\ue000" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (!stored_as(kept[i], kept[i]))
			fail_msg("%s changed", kept[i]);
	assert_true(stored_as("　山田　太郎 \t", "山田　太郎"));
	assert_true(stored_as("か\u3099は\u309aウ\u3099", "がぱヴ"));
	assert_true(stored_as("", ""));
	assert_true(stored_as("　", ""));
}

static void
what_could_deceive_is_not_stored(void **state)
{
	static const char *const bad[] = { "a\u202eb", "a\u200bb", "a\u200db",
		"\ufeffa", "a\u2066b", "a\u2028b", "a\x01", "a\x1b[0m", "a\nb",
		"a\xc2\x9b", "\xff", "\xe3\x81", "a\U000e0100", "か\U000e0100",
		"\U000e0100", "葛\ufe00", "a\U000e0041b", "\ufdd0",
		"\U0001ffff", "葛\U000e0100\U000e0101", "a\u00ad" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!stored_as(bad[i], NULL))
			fail_msg("text %zu was taken", i);
}

static void
nothing_that_drives_a_terminal_is_drawn(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	text_display(&b,
	    STR("a\x1b[31mb\u202ec\n\x7f\xc2\x9b"
		"d"));
	assert_true(str_eqz(buf_str(&b), "a[31mbcd"));
	buf_clear(&b);
	text_display(&b, STR("\xff\ue000\U00031350葛\U000e0100"));
	assert_true(str_eqz(buf_str(&b), "〓〓〓葛\U000e0100"));
	assert_int_equal(text_width(buf_str(&b)), 8);
	buf_release(&b);
}

static void
digits_are_folded_and_special_names_are_known(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	text_fold_digits(&b, STR("９３０－０００１"));
	assert_true(str_eqz(buf_str(&b), "930-0001"));
	buf_release(&b);
	assert_true(text_is_special(STR("葛\U000e0100城")));
	assert_true(text_is_special(STR("\ue001")));
	assert_true(text_is_special(STR("\ufa11")));
	assert_false(text_is_special(STR("𠮷田")));
	assert_false(text_is_special(STR("渡辺　A")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths_are_those_of_the_c_library),
		cmocka_unit_test(names_have_the_width_of_their_clusters),
		cmocka_unit_test(a_cluster_is_a_base_with_its_marks),
		cmocka_unit_test(clipping_never_cuts_a_cluster),
		cmocka_unit_test(stored_text_keeps_its_code_points),
		cmocka_unit_test(what_could_deceive_is_not_stored),
		cmocka_unit_test(nothing_that_drives_a_terminal_is_drawn),
		cmocka_unit_test(digits_are_folded_and_special_names_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
