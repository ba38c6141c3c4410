/*
 * Kana and romaji (terminal-ui.md §2.4).
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
#include "core/kana.h"
#include "core/romaji.h"
#include "core/utf8.h"

typedef void convert_fn(struct buf *, struct str);

static bool
gives(convert_fn *convert, const char *in, const char *want)
{
	struct buf b = BUF_INIT;
	bool ok;

	convert(&b, str_of(in));
	ok = str_eqz(buf_str(&b), want);
	buf_release(&b);
	return ok;
}

static void
kana_changes_script_and_width(void **state)
{
	(void)state;
	assert_true(gives(kana_to_katakana, "やまだ", "ヤマダ"));
	assert_true(gives(kana_to_katakana, "ﾔﾏﾀﾞ ﾊﾟﾝ", "ヤマダ パン"));
	assert_true(gives(kana_to_katakana, "ｳﾞｧ", "ヴァ"));
	assert_true(gives(kana_to_katakana, "か\u3099は\u309a", "ガパ"));
	assert_true(gives(kana_to_katakana, "ゔ漢A", "ヴ漢A"));
	assert_true(gives(kana_to_hiragana, "ヤマダ", "やまだ"));
	assert_true(gives(kana_to_hiragana, "ﾔﾏﾀﾞー", "やまだー"));
	assert_true(gives(kana_to_half, "ヤマダ　パン", "ﾔﾏﾀﾞ　ﾊﾟﾝ"));
	assert_true(gives(kana_to_half, "ヴ", "ｳﾞ"));
}

static void
every_katakana_survives_half_width(void **state)
{
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;
	struct buf c = BUF_INIT;
	int32_t cp;

	(void)state;
	for (cp = 0x30a1; cp <= 0x30f4; cp++) {
		buf_clear(&a);
		buf_clear(&b);
		buf_clear(&c);
		utf8_put(&a, cp);
		kana_to_half(&b, buf_str(&a));
		kana_to_katakana(&c, buf_str(&b));
		assert_true(str_eq(buf_str(&a), buf_str(&c)));
	}
	buf_release(&a);
	buf_release(&b);
	buf_release(&c);
}

static void
voiced_kana_lose_their_mark_and_small_ones_grow(void **state)
{
	static const char *const voiced =
	    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ";
	static const char *const plain =
	    "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホウ";
	struct str a = str_of(voiced);
	struct str b = str_of(plain);
	int32_t cp;

	(void)state;
	while ((cp = utf8_next(&a)) != -2)
		assert_int_equal(kana_unvoiced(cp), utf8_next(&b));
	b = str_of("ナニヌネノマミムメモアイウッァャ");
	while ((cp = utf8_next(&b)) != -2)
		assert_int_equal(kana_unvoiced(cp), cp);
	assert_int_equal(kana_large(0x30c3), 0x30c4);
	assert_int_equal(kana_large(0x3083), 0x3084);
	assert_int_equal(kana_large(0x30f6), 0x30b1);
	assert_int_equal(kana_large(0x30a2), 0x30a2);
}

static void
REC_17_a_reading_is_katakana_and_keeps_small_kana(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(kana_clean(&b, STR("やまだ きょうこ")), 0);
	assert_true(str_eqz(buf_str(&b), "ヤマダ　キョウコ"));
	assert_int_equal(kana_clean(&b, STR("山田")), ERR_UTF8);
	assert_int_equal(kana_clean(&b, STR("ヤマダ1")), ERR_UTF8);
	assert_int_equal(kana_clean(&b, STR("\xff")), ERR_UTF8);
	assert_true(str_eqz(buf_str(&b), "ヤマダ　キョウコ"));
	buf_release(&b);
}

static void
romaji_becomes_kana_as_typists_expect(void **state)
{
	static const char *const rows[][2] = { { "yamada", "ヤマダ" },
		{ "satou", "サトウ" }, { "shinichi", "シニチ" },
		{ "shin'ichi", "シンイチ" }, { "shinnichi", "シンイチ" },
		{ "kitte", "キッテ" }, { "gakkou", "ガッコウ" },
		{ "matcha", "マッチャ" }, { "kyouko", "キョウコ" },
		{ "kyoko", "キョコ" }, { "watanabe", "ワタナベ" },
		{ "kanda", "カンダ" }, { "kann", "カン" }, { "kan", "カン" },
		{ "si", "シ" }, { "tu", "ツ" }, { "hu", "フ" }, { "tsu", "ツ" },
		{ "fu", "フ" }, { "chi", "チ" }, { "xtu", "ッ" },
		{ "ltsu", "ッ" }, { "va", "ヴァ" }, { "vu", "ヴ" },
		{ "ra-men", "ラーメン" }, { "ja", "ジャ" }, { "dzu", "dズ" },
		{ "du", "ヅ" }, { "di", "ヂ" }, { "thi", "ティ" },
		{ "dhu", "デュ" }, { "wi", "ウィ" }, { "wyi", "ヰ" },
		{ "wo", "ヲ" }, { "YAMADA", "ヤマダ" }, { "k", "k" },
		{ "q1", "q1" }, { "sh", "sh" },
		{ "yamada tarou", "ヤマダ タロウ" }, { "漢ji", "漢ジ" } };
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&b);
		romaji_convert(&b, str_of(rows[i][0]), ROMAJI_KATAKANA);
		if (!str_eqz(buf_str(&b), rows[i][1]))
			fail_msg(
			    "%s gave %.*s", rows[i][0], STR_ARG(buf_str(&b)));
	}
	buf_clear(&b);
	romaji_convert(&b, STR("kyouto"), ROMAJI_HIRAGANA);
	assert_true(str_eqz(buf_str(&b), "きょうと"));
	buf_release(&b);
}

static void
pending_letters_can_be_seen_erased_and_forgotten(void **state)
{
	struct buf b = BUF_INIT;
	struct romaji r;

	(void)state;
	romaji_init(&r, ROMAJI_KATAKANA);
	romaji_put(&r, 'k', &b);
	romaji_put(&r, 'y', &b);
	assert_int_equal(b.n, 0);
	assert_true(str_eqz(romaji_pending(&r), "ky"));
	assert_true(romaji_erase(&r));
	romaji_put(&r, 'a', &b);
	assert_true(str_eqz(buf_str(&b), "カ"));
	assert_false(romaji_erase(&r));
	romaji_put(&r, 'n', &b);
	romaji_flush(&r, &b);
	assert_true(str_eqz(buf_str(&b), "カン"));
	romaji_put(&r, 's', &b);
	romaji_cancel(&r);
	assert_int_equal(romaji_pending(&r).n, 0);
	buf_release(&b);
}

static void
random_letters_never_overflow_or_stay(void **state)
{
	struct buf b = BUF_INIT;
	uint64_t rng = 1;
	struct romaji r;
	int i;

	(void)state;
	romaji_init(&r, ROMAJI_HIRAGANA);
	for (i = 0; i < 200000; i++) {
		rng = rng * UINT64_C(6364136223846793005) + 1442695040888963407;
		romaji_put(
		    &r, "abcdefghijklmnopqrstuvwxyz-'"[(rng >> 33) % 28], &b);
		assert_true(r.n <= 4);
		if (b.n > 4096)
			buf_clear(&b);
	}
	romaji_flush(&r, &b);
	assert_int_equal(r.n, 0);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kana_changes_script_and_width),
		cmocka_unit_test(every_katakana_survives_half_width),
		cmocka_unit_test(
		    voiced_kana_lose_their_mark_and_small_ones_grow),
		cmocka_unit_test(
		    REC_17_a_reading_is_katakana_and_keeps_small_kana),
		cmocka_unit_test(romaji_becomes_kana_as_typists_expect),
		cmocka_unit_test(
		    pending_letters_can_be_seen_erased_and_forgotten),
		cmocka_unit_test(random_letters_never_overflow_or_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
