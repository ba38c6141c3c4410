/*
 * Entry help from the system's SKK dictionaries (SRC-13).  The tests of real
 * content skip where skkdic and skkdic-extra are not installed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/dict.h"
#include "core/err.h"

static struct dict *dict;
static struct dict_hits hits;

static int
open_system(void **state)
{
	(void)state;
	dict = dict_open(NULL);
	return dict == NULL ? -1 : 0;
}

static int
close_system(void **state)
{
	(void)state;
	dict_hits_release(&hits);
	dict_free(dict);
	return 0;
}

static void
need_system(void)
{
	if (dict_notice(dict) != NULL) {
		print_message("skipped: %s\n", dict_notice(dict));
		skip();
	}
}

/* Position of text among the hits, -1 when it is not there. */
static int
place_of(const char *text)
{
	size_t i;

	for (i = 0; i < hits.n; i++)
		if (str_eqz(dict_text(&hits, i), text))
			return (int)i;
	return -1;
}

static double
ms_since(const struct timespec *t)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - t->tv_sec) * 1e3 +
	    (double)(now.tv_nsec - t->tv_nsec) / 1e6;
}

static void
a_reading_gives_the_kanji_of_names(void **state)
{
	static const char *const rows[][2] = { { "わたなべ", "渡辺" },
		{ "ワタナベ", "渡邊" }, { "ﾜﾀﾅﾍﾞ", "渡部" },
		{ "さいとう", "斎藤" }, { "タロウ", "太郎" },
		{ "はなこ", "花子" }, { "すずき", "鈴木" },
		{ "たかはし", "高橋" }, { "こばやし", "小林" },
		{ "ケンイチ", "健一" }, { "みさき", "美咲" } };
	size_t i;

	(void)state;
	need_system();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    dict_lookup(dict, DICT_PERSON, str_of(rows[i][0]), &hits),
		    0);
		if (place_of(rows[i][1]) < 0)
			fail_msg("%s has no %s", rows[i][0], rows[i][1]);
	}
}

static void
frequent_names_are_among_the_first_candidates(void **state)
{
	/* reading, name: the most frequent 氏 */
	static const char *const rows[][2] = { { "さとう", "佐藤" },
		{ "すずき", "鈴木" }, { "たかはし", "高橋" },
		{ "たなか", "田中" }, { "いとう", "伊藤" },
		{ "わたなべ", "渡辺" }, { "やまもと", "山本" },
		{ "なかむら", "中村" }, { "こばやし", "小林" },
		{ "かとう", "加藤" }, { "よしだ", "吉田" },
		{ "やまだ", "山田" }, { "ささき", "佐々木" },
		{ "やまぐち", "山口" }, { "まつもと", "松本" },
		{ "いのうえ", "井上" }, { "きむら", "木村" },
		{ "はやし", "林" }, { "さいとう", "斎藤" },
		{ "しみず", "清水" } };
	size_t near = 0;
	size_t i;
	int at;

	(void)state;
	need_system();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    dict_lookup(dict, DICT_PERSON, str_of(rows[i][0]), &hits),
		    0);
		at = place_of(rows[i][1]);
		near += at >= 0 && at < 9;
		if (at < 0 || at >= 9)
			print_message(
			    "%s: %s at %d\n", rows[i][0], rows[i][1], at);
	}
	print_message("%zu of 20 on the first page\n", near);
	assert_in_range(near, 19, 20);
}

static void
candidates_come_once_and_without_notes(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	need_system();
	assert_int_equal(
	    dict_lookup(dict, DICT_PERSON, STR("いえまさ"), &hits), 0);
	assert_true(place_of("家政") >= 0);
	for (i = 0; i < hits.n; i++) {
		assert_null(
		    memchr(dict_text(&hits, i).p, ';', dict_text(&hits, i).n));
		for (k = 0; k < i; k++)
			assert_false(
			    str_eq(dict_text(&hits, i), dict_text(&hits, k)));
	}
}

static void
entries_with_okurigana_are_no_candidates(void **state)
{
	(void)state;
	need_system();
	assert_int_equal(dict_lookup(dict, DICT_WORD, STR("うごk"), &hits), 0);
	assert_int_equal(hits.n, 0);
}

static void
what_is_not_in_a_dictionary_gives_nothing(void **state)
{
	(void)state;
	need_system();
	assert_int_equal(
	    dict_lookup(dict, DICT_PERSON, STR("ぬぬぬぬ"), &hits), 0);
	assert_int_equal(hits.n, 0);
	assert_int_equal(dict_lookup(dict, DICT_PERSON, STR(""), &hits), 0);
	assert_int_equal(hits.n, 0);
	assert_int_equal(
	    dict_lookup(dict, DICT_PERSON, STR("\xf0\x9f\x98\x80"), &hits), 0);
	assert_int_equal(hits.n, 0);
	assert_int_equal(
	    dict_lookup(dict, DICT_PERSON, STR("\xe3\x81"), &hits), ERR_UTF8);
}

static void
places_and_variants_have_their_own_dictionaries(void **state)
{
	(void)state;
	need_system();
	assert_int_equal(
	    dict_lookup(dict, DICT_PLACE, STR("ひのし"), &hits), 0);
	assert_int_equal(place_of("日野市"), 0);
	assert_int_equal(
	    dict_lookup(dict, DICT_PLACE, STR("トヤマシ"), &hits), 0);
	assert_int_equal(place_of("富山市"), 0);
	assert_int_equal(dict_lookup(dict, DICT_VARIANT, STR("渕"), &hits), 0);
	assert_true(place_of("淵") >= 0);
}

static void
SRC_13_a_postal_code_gives_the_address(void **state)
{
	static const char *const ways[] = { "1910024", "191-0024",
		"１９１－００２４", "〒191-0024", " 191 0024 " };
	size_t i;

	(void)state;
	need_system();
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		assert_int_equal(dict_postal(dict, str_of(ways[i]), &hits), 0);
		assert_int_equal(hits.n, 1);
	}
	assert_true(str_eqz(dict_prefecture(&hits, 0), "東京都"));
	assert_true(str_eqz(dict_city(&hits, 0), "日野市"));
	assert_string_equal(hits.hit[0].postal, "191-0024");
	assert_int_equal(dict_postal(dict, STR("9999999"), &hits), 0);
	assert_int_equal(hits.n, 0);
	assert_int_equal(dict_postal(dict, STR("19100"), &hits), ERR_SYNTAX);
	assert_int_equal(dict_postal(dict, STR("19100245"), &hits), ERR_SYNTAX);
	assert_int_equal(dict_postal(dict, STR("191002a"), &hits), ERR_SYNTAX);
}

static void
SRC_13_an_address_gives_the_postal_code(void **state)
{
	static const char *const rows[][2] = {
		{ "東京都日野市神明1-2-3", "191-0016" },
		{ "東京都日野市神明", "191-0016" },
		{ "富山県富山市五福３１９０", "930-0887" },
		{ "東京都日野市どこでもない町9", "191-0000" },
		{ "神奈川県横浜市中区日本大通1", "231-0021" },
		{ "北海道虻田郡ニセコ町字曽我", "048-1522" },
		{ "埼玉県鶴ケ島市大字三ツ木1", "350-2217" },
		{ "埼玉県鶴ヶ島市三ツ木", "350-2217" },
	};
	size_t i;

	(void)state;
	need_system();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    dict_postal_of(dict, str_of(rows[i][0]), &hits), 0);
		if (hits.n == 0 || strcmp(hits.hit[0].postal, rows[i][1]) != 0)
			fail_msg("%s: %s", rows[i][0],
			    hits.n == 0 ? "nothing" : hits.hit[0].postal);
	}
	assert_int_equal(dict_postal_of(dict, STR("どこか"), &hits), 0);
	assert_int_equal(hits.n, 0);
	assert_int_equal(dict_postal_of(dict, STR(""), &hits), 0);
	assert_int_equal(hits.n, 0);
}

static void
SRC_13_heads_of_the_parts_give_the_address(void **state)
{
	static const char *const ways[] = { "ト ヒ シ", "と　ひ　し", "ﾄ ﾋ ｼ",
		"トウ ヒノ シン", "トウキョウト ヒノシ シンメイ", "ヒノ シン",
		"  ト ヒ シ " };
	size_t i;

	(void)state;
	need_system();
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		assert_int_equal(
		    dict_heads(dict, str_of(ways[i]), STR(""), &hits), 0);
		if (place_of("東京都日野市神明") < 0 &&
		    hits.total <= DICT_HITS_MAX)
			fail_msg("%s", ways[i]);
	}
	assert_int_equal(
	    dict_heads(dict, STR("トウ ヒノ シンメ"), STR(""), &hits), 0);
	assert_int_equal(place_of("東京都日野市神明"), 0);
	assert_string_equal(hits.hit[0].postal, "191-0016");
	assert_true(str_eqz(dict_town(&hits, 0), "神明"));
	/* 政令市 and ward, 郡 and town; the municipality alone */
	assert_int_equal(
	    dict_heads(dict, STR("カナ ヨコ ナカ ニホン"), STR(""), &hits), 0);
	assert_true(place_of("神奈川県横浜市中区日本大通") >= 0);
	assert_int_equal(
	    dict_heads(dict, STR("トヤマ トヤマ"), STR(""), &hits), 0);
	assert_true(place_of("富山県富山市") >= 0);
	/* the site's own addresses come first */
	assert_int_equal(
	    dict_heads(dict, STR("シン"), STR("富山県富山市"), &hits), 0);
	assert_true(str_eqz(dict_city(&hits, 0), "富山市"));
	assert_int_equal(hits.n, DICT_HITS_MAX);
	assert_true(hits.total > DICT_HITS_MAX);
	assert_int_equal(dict_heads(dict, STR(""), STR(""), &hits), ERR_SYNTAX);
	assert_int_equal(
	    dict_heads(dict, STR("ア イ ウ エ オ"), STR(""), &hits),
	    ERR_SYNTAX);
	assert_int_equal(
	    dict_heads(dict, STR("東 日"), STR(""), &hits), ERR_SYNTAX);
}

static void
SRC_13_addresses_are_picked_by_steps(void **state)
{
	size_t seen = 0;
	size_t skip;
	size_t i;

	(void)state;
	need_system();
	assert_int_equal(dict_below(dict, STR(""), 0, &hits), 0);
	assert_int_equal(hits.n, 47);
	assert_true(str_eqz(dict_text(&hits, 0), "北海道"));
	assert_true(str_eqz(dict_prefecture(&hits, 46), "沖縄県"));
	assert_true(str_eqz(dict_city(&hits, 46), ""));
	assert_int_equal(dict_below(dict, STR("富山県"), 0, &hits), 0);
	assert_int_equal(hits.total, 15);
	assert_true(place_of("富山県富山市") >= 0);
	assert_true(place_of("富山県中新川郡上市町") >= 0);
	/* pages: every town of the city once, none of another */
	for (skip = 0;; skip += DICT_HITS_MAX) {
		assert_int_equal(
		    dict_below(dict, STR("富山県富山市"), skip, &hits), 0);
		if (hits.n == 0)
			break;
		for (i = 0; i < hits.n; i++) {
			assert_true(str_eqz(dict_city(&hits, i), "富山市"));
			assert_true(dict_town(&hits, i).n > 0);
		}
		seen += hits.n;
	}
	assert_int_equal(seen, hits.total);
	assert_true(seen > DICT_HITS_MAX);
	assert_int_equal(dict_below(dict, STR("山"), 0, &hits), 0);
	assert_int_equal(hits.n, 0);
}

static void
help_is_there_before_anybody_waits(void **state)
{
	static const char *const asked[] = { "わたなべ", "たろう", "かわ" };
	struct timespec t;
	struct dict *d;
	double opened;
	double indexed;
	double looked;
	double headed;
	size_t i;

	(void)state;
	need_system();
	clock_gettime(CLOCK_MONOTONIC, &t);
	d = dict_open(NULL);
	opened = ms_since(&t);
	assert_non_null(d);
	clock_gettime(CLOCK_MONOTONIC, &t);
	assert_int_equal(dict_postal(d, STR("1910016"), &hits), 0);
	indexed = ms_since(&t);
	clock_gettime(CLOCK_MONOTONIC, &t);
	for (i = 0; i < 300; i++)
		assert_int_equal(
		    dict_lookup(d, DICT_PERSON, str_of(asked[i % 3]), &hits),
		    0);
	looked = ms_since(&t) / 300;
	clock_gettime(CLOCK_MONOTONIC, &t);
	assert_int_equal(dict_heads(d, STR("ト ヒ シ"), STR(""), &hits), 0);
	headed = ms_since(&t);
	print_message("open %.2f ms, index %.1f ms, reading %.3f ms, "
		      "heads %.1f ms\n",
	    opened, indexed, looked, headed);
	/* generous: sanitizers and a loaded machine */
	assert_true(opened + indexed < 2500);
	dict_free(d);
}

static void
without_dictionaries_help_is_absent_and_says_so_once(void **state)
{
	struct dict *d = dict_open("/nonexistent");

	(void)state;
	assert_non_null(d);
	assert_non_null(dict_notice(d));
	assert_false(dict_has(d, DICT_PERSON));
	assert_false(dict_has_postal(d));
	assert_false(dict_has_heads(d));
	assert_int_equal(
	    dict_lookup(d, DICT_PERSON, STR("わたなべ"), &hits), 0);
	assert_int_equal(hits.n, 0);
	assert_int_equal(dict_postal(d, STR("1910016"), &hits), 0);
	assert_int_equal(hits.n, 0);
	assert_int_equal(dict_postal_of(d, STR("東京都"), &hits), 0);
	assert_int_equal(dict_heads(d, STR("ト"), STR(""), &hits), 0);
	dict_free(d);
	dict_free(NULL);
}

static void
TRM_14_look_ups_leave_the_directory_as_it_was(void **state)
{
	char dir[] = "/tmp/mamori-dict-XXXXXX";
	struct dict *d;

	(void)state;
	assert_non_null(mkdtemp(dir));
	d = dict_open(dir);
	assert_int_equal(
	    dict_lookup(d, DICT_PERSON, STR("わたなべ"), &hits), 0);
	dict_free(d);
	assert_int_equal(rmdir(dir), 0); /* still empty */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reading_gives_the_kanji_of_names),
		cmocka_unit_test(frequent_names_are_among_the_first_candidates),
		cmocka_unit_test(candidates_come_once_and_without_notes),
		cmocka_unit_test(entries_with_okurigana_are_no_candidates),
		cmocka_unit_test(what_is_not_in_a_dictionary_gives_nothing),
		cmocka_unit_test(
		    places_and_variants_have_their_own_dictionaries),
		cmocka_unit_test(SRC_13_a_postal_code_gives_the_address),
		cmocka_unit_test(SRC_13_an_address_gives_the_postal_code),
		cmocka_unit_test(SRC_13_heads_of_the_parts_give_the_address),
		cmocka_unit_test(SRC_13_addresses_are_picked_by_steps),
		cmocka_unit_test(help_is_there_before_anybody_waits),
		cmocka_unit_test(
		    without_dictionaries_help_is_absent_and_says_so_once),
		cmocka_unit_test(TRM_14_look_ups_leave_the_directory_as_it_was),
	};

	return cmocka_run_group_tests(tests, open_system, close_system);
}
