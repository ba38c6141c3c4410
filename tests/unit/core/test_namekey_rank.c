/*
 * The order of a result list (exact, variant, kana) and the table of variant
 * kanji behind it and behind the picker.
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
#include "core/namekey.h"
#include "core/text.h"
#include "core/utf8.h"

static enum namekey_rank
rank_of(const char *name, const char *kana)
{
	static const struct namekey_pair found = { { "渡邊　太郎", 15 },
		{ "ワタナベ　タロウ", 24 } };
	struct namekey_pair asked = { str_of(name), str_of(kana) };
	enum namekey_rank rank;

	assert_int_equal(namekey_rank(&asked, &found, &rank), 0);
	return rank;
}

static void
SRC_06_exact_comes_before_variant_before_kana(void **state)
{
	(void)state;
	assert_int_equal(rank_of("渡邊太郎", ""), NAMEKEY_EXACT_WHOLE);
	assert_int_equal(rank_of("渡邊 太郎", ""), NAMEKEY_EXACT_WHOLE);
	assert_int_equal(rank_of("渡邊", ""), NAMEKEY_EXACT_PART);
	assert_int_equal(rank_of("渡辺太郎", ""), NAMEKEY_FOLD_WHOLE);
	assert_int_equal(rank_of("渡邉", ""), NAMEKEY_FOLD_PART);
	assert_int_equal(rank_of("", "わたなべ"), NAMEKEY_KANA_PART);
	assert_int_equal(rank_of("", "ワタナヘタロオ"), NAMEKEY_KANA_WHOLE);
	assert_int_equal(rank_of("", "ワタナベ"), NAMEKEY_EXACT_PART);
	assert_int_equal(rank_of("斎藤", ""), NAMEKEY_NONE);
	assert_true(NAMEKEY_EXACT_PART < NAMEKEY_FOLD_WHOLE &&
	    NAMEKEY_FOLD_PART < NAMEKEY_KANA_WHOLE &&
	    NAMEKEY_KANA_PART < NAMEKEY_NONE);
}

static void
both_items_must_fit_and_nothing_asked_fits_nobody(void **state)
{
	(void)state;
	assert_int_equal(rank_of("渡邊", "ワタナヘ"), NAMEKEY_KANA_PART);
	assert_int_equal(rank_of("渡邊", "サイトウ"), NAMEKEY_NONE);
	assert_int_equal(rank_of("", ""), NAMEKEY_NONE);
	assert_int_equal(rank_of("", "ー"), NAMEKEY_NONE);
}

static void
malformed_bytes_have_no_rank(void **state)
{
	struct namekey_pair good = { STR("山"), STR("ヤマ") };
	struct namekey_pair bad = { STR("\xe5\xb1"), STR("") };
	enum namekey_rank rank;

	(void)state;
	assert_int_equal(namekey_rank(&bad, &good, &rank), ERR_UTF8);
	assert_int_equal(namekey_rank(&good, &bad, &rank), ERR_UTF8);
	assert_int_equal(rank, NAMEKEY_NONE);
}

static void
SRC_05_the_given_name_alone_can_be_searched(void **state)
{
	(void)state;
	assert_true(str_eqz(namekey_given(STR("山田　太郎")), "太郎"));
	assert_true(str_eqz(namekey_given(STR("山田  太郎")), "太郎"));
	assert_true(
	    str_eqz(namekey_given(STR("SMITH JOHN PAUL")), "JOHN PAUL"));
	assert_true(str_eqz(namekey_given(STR("山田太郎")), ""));
	assert_true(str_eqz(namekey_given(STR("山田　")), ""));
}

static void
SRC_06_the_standard_s_examples_fold(void **state)
{
	static const struct {
		int32_t form;
		int32_t variants[4];
	} rows[] = {
		{ 0x8fba, { 0x908a, 0x8fb9, 0x9089, 0 } }, /* 辺 邊边邉 */
		{ 0x6d5c, { 0x6ff1, 0x6ff5, 0x6ee8, 0 } }, /* 浜 濱濵滨 */
		{ 0x85e4, { 0x4568, 0x7c58, 0x7c50, 0 } }, /* 藤 䕨籘籐 */
		{ 0x658e, { 0x6589, 0x9f4a, 0x9f4b, 0 } }, /* 斎 斉齊齋 */
		{ 0x5409, { 0x20bb7, 0 } },		   /* 吉 𠮷 */
		{ 0x5d0e, { 0xfa11, 0x5d5c, 0x7895, 0 } }, /* 崎 﨑嵜碕 */
	};
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(namekey_fold(rows[i].form), rows[i].form);
		for (k = 0; k < 4 && rows[i].variants[k] != 0; k++)
			assert_int_equal(
			    namekey_fold(rows[i].variants[k]), rows[i].form);
	}
}

static void
kanji_that_only_look_alike_or_mean_alike_stay_apart(void **state)
{
	static const char *const pairs = "坂阪崎埼佑祐広弘原源享亨州洲井丼幸倖"
					 "畑畠丘岡脩修恵慧智知土士未末聖星"
					 "凌稜葦芦嶺峰";
	struct str rest = str_of(pairs);
	int32_t a;
	int32_t b;

	(void)state;
	while ((a = utf8_next(&rest)) != -2) {
		b = utf8_next(&rest);
		assert_int_not_equal(namekey_fold(a), namekey_fold(b));
	}
}

static void
every_row_is_sorted_folds_once_and_is_a_kanji(void **state)
{
	size_t n = namekey_fold_count();
	int32_t from;
	int32_t to;
	size_t i;

	(void)state;
	assert_in_range(n, 10000, 20000);
	for (i = 0; i < n; i++) {
		from = namekey_fold_at(i);
		to = namekey_fold(from);
		if (i > 0)
			assert_true(namekey_fold_at(i - 1) < from);
		assert_int_not_equal(to, from);
		assert_true(text_is_han(to) || to < 0x4e00);
		/* a form that is searched under is searched under itself */
		if (namekey_fold(to) != to)
			fail_msg("U+%04X goes on from U+%04X", (unsigned)from,
			    (unsigned)to);
	}
	assert_int_equal(namekey_fold_at(n), 0);
	assert_int_not_equal(namekey_version(), 0);
	assert_int_equal(namekey_version(), namekey_version());
}

static void
the_picker_lists_every_other_form_once(void **state)
{
	int32_t v[64];
	size_t n;
	size_t i;

	(void)state;
	n = namekey_variants(0x9089 /* 邉 */, v, 64);
	assert_in_range(n, 10, 20);
	assert_int_equal(v[0], 0x8fba);
	for (i = 0; i < n; i++) {
		assert_int_not_equal(v[i], 0x9089);
		assert_int_equal(namekey_fold(v[i]), 0x8fba);
		if (i > 1)
			assert_true(v[i - 1] < v[i]);
	}
	assert_int_equal(namekey_variants(0x9089, v, 1), n);
	assert_int_equal(namekey_variants(0x8fba, NULL, 0), n);
	assert_int_equal(namekey_variants(0x3042 /* あ */, v, 64), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SRC_06_exact_comes_before_variant_before_kana),
		cmocka_unit_test(
		    both_items_must_fit_and_nothing_asked_fits_nobody),
		cmocka_unit_test(malformed_bytes_have_no_rank),
		cmocka_unit_test(SRC_05_the_given_name_alone_can_be_searched),
		cmocka_unit_test(SRC_06_the_standard_s_examples_fold),
		cmocka_unit_test(
		    kanji_that_only_look_alike_or_mean_alike_stay_apart),
		cmocka_unit_test(every_row_is_sorted_folds_once_and_is_a_kanji),
		cmocka_unit_test(the_picker_lists_every_other_form_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
