/*
 * Search keys: each equality and inequality of App. E and SRC-05.
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

typedef int key_fn(struct buf *, struct str);

static bool
same(key_fn *key, const char *a, const char *b)
{
	struct buf x = BUF_INIT;
	struct buf y = BUF_INIT;
	bool equal;

	assert_int_equal(key(&x, str_of(a)), 0);
	assert_int_equal(key(&y, str_of(b)), 0);
	equal = str_eq(buf_str(&x), buf_str(&y));
	buf_release(&x);
	buf_release(&y);
	return equal;
}

static void
SRC_05_readings_that_may_be_the_same_have_one_key(void **state)
{
	static const char *const pairs[][2] = { { "コウノ", "コオノ" },
		{ "ユーコ", "ユコ" }, { "キッカ", "キツカ" },
		{ "キョウコ", "キヨウコ" }, { "カヲル", "カオル" },
		{ "ヴィオラ", "ビオラ" }, { "ビオラ", "ヒオラ" },
		{ "ヂ", "ジ" }, { "ズ", "ヅ" }, { "ワ", "ハ" },
		{ "ヴァ", "バ" }, { "ヴィ", "ビ" }, { "ヴ", "ブ" },
		{ "オ", "ヲ" }, { "ヒ", "ピ" }, { "ガ", "カ" },
		{ "ミヅキ", "ミツキ" }, { "ヤマダ タロウ", "ヤマダタロウ" },
		{ "ヤマダ　タロウ", "ヤマダタロウ" }, { "やまだ", "ヤマダ" },
		{ "ﾔﾏﾀﾞ", "ヤマダ" }, { "ア―イ", "ア-イ" },
		{ "ア－イ", "アーイ" }, { "ア‐イ", "アｰイ" },
		{ "シャ", "シヤ" }, { "シュ", "シユ" }, { "ショ", "シヨ" },
		{ "スミス・ジョン", "スミスジョン" },
		{ "ツ゛カ", "ヅカ" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (!same(namekey_kana, pairs[i][0], pairs[i][1]))
			fail_msg(
			    "%s differs from %s", pairs[i][0], pairs[i][1]);
}

static void
SRC_05_hyphens_and_spaces_of_every_width_are_alike(void **state)
{
	/* ー ― － ‐ ｰ - of the standard, and their relatives */
	static const char *const hyphens[] = { "ー", "―", "－", "‐", "ｰ", "-",
		"−", "–", "—" };
	static const char *const spaces[] = { " ", "　", "" };
	char a[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hyphens) / sizeof(hyphens[0]); i++) {
		snprintf(a, sizeof(a), "マリ%sアン", hyphens[i]);
		assert_true(same(namekey_kana, a, "マリーアン"));
		assert_true(same(namekey_kana, a, "マリアン"));
		assert_true(same(namekey_name, a, "マリーアン"));
	}
	for (i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		snprintf(a, sizeof(a), "山田%s太郎", spaces[i]);
		assert_true(same(namekey_name, a, "山田太郎"));
	}
}

static void
SRC_05_every_voiced_and_small_kana_has_the_key_of_its_plain_one(void **state)
{
	static const char *const voiced = "ガカギキグクゲケゴコザサジシズスゼセ"
					  "ゾソダタヂチヅツデテドトバハビヒブフ"
					  "ベヘボホパハピヒプフペヘポホ";
	static const char *const small = "ァアィイゥウェエォオッツャヤュユョヨ"
					 "ヮワヵカヶケ";
	const char *p;
	char a[4] = "";
	char b[4] = "";

	(void)state;
	for (p = voiced; *p != '\0'; p += 6) {
		memcpy(a, p, 3);
		memcpy(b, p + 3, 3);
		if (!same(namekey_kana, a, b))
			fail_msg("%s differs from %s", a, b);
	}
	for (p = small; *p != '\0'; p += 6) {
		memcpy(a, p, 3);
		memcpy(b, p + 3, 3);
		if (!same(namekey_kana, a, b))
			fail_msg("%s differs from %s", a, b);
	}
}

static void
SRC_05_readings_that_differ_keep_two_keys(void **state)
{
	static const char *const pairs[][2] = { { "ユウコ", "ユコ" },
		{ "コウノ", "コノ" }, { "サトウ", "カトウ" },
		{ "ヤマダ", "ヤマタニ" }, { "アキ", "イキ" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_false(same(namekey_kana, pairs[i][0], pairs[i][1]));
}

static void
SRC_06_variant_kanji_are_found_under_one_form(void **state)
{
	static const char *const pairs[][2] = { { "渡邊", "渡辺" },
		{ "渡邉", "渡辺" }, { "髙橋", "高橋" }, { "山﨑", "山崎" },
		{ "𠮷田", "吉田" }, { "濵田", "浜田" }, { "齋藤", "斉藤" },
		{ "斎藤", "齊藤" }, { "澤田", "沢田" },
		{ "葛\U000e0100城", "葛城" }, { "渡邉\U000e0102", "渡辺" },
		{ "山田　太郎", "山田太郎" },
		{ "ＳＭＩＴＨ John", "smithjohn" }, { "桧山", "檜山" },
		{ "関", "關" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (!same(namekey_name, pairs[i][0], pairs[i][1]))
			fail_msg(
			    "%s differs from %s", pairs[i][0], pairs[i][1]);
	/* different names stay different */
	assert_false(same(namekey_name, "佐藤", "加藤"));
	assert_false(same(namekey_name, "坂本", "阪本"));
	assert_false(same(namekey_name, "川崎", "川埼"));
}

static void
addresses_are_found_in_every_way_to_write_them(void **state)
{
	static const char *const pairs[][2] = {
		{ "富山市総曲輪三丁目2番1号", "富山市総曲輪3-2-1" },
		{ "総曲輪３丁目２番１号", "総曲輪3ー2ー1" },
		{ "五福八番二十号", "五福8-20" },
		{ "二口町四丁目3番地", "二口町4-3" },
		{ "五福10の2", "五福10-2" },
		{ "桜町1番2号　101号室", "桜町1-2 101号室" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (!same(namekey_address, pairs[i][0], pairs[i][1]))
			fail_msg(
			    "%s differs from %s", pairs[i][0], pairs[i][1]);
	assert_false(same(namekey_address, "五福8-20", "五福82-0"));
	assert_false(same(namekey_address, "二口町", "2口町"));
}

static void
malformed_bytes_have_no_key(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_not_equal(namekey_kana(&b, STR("\xe3\x82")), 0);
	assert_int_not_equal(namekey_name(&b, STR("\xff")), 0);
	assert_int_equal(b.n, 0);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    SRC_05_readings_that_may_be_the_same_have_one_key),
		cmocka_unit_test(SRC_05_readings_that_differ_keep_two_keys),
		cmocka_unit_test(
		    SRC_05_hyphens_and_spaces_of_every_width_are_alike),
		cmocka_unit_test(
		    SRC_05_every_voiced_and_small_kana_has_the_key_of_its_plain_one),
		cmocka_unit_test(SRC_06_variant_kanji_are_found_under_one_form),
		cmocka_unit_test(
		    addresses_are_found_in_every_way_to_write_them),
		cmocka_unit_test(malformed_bytes_have_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
