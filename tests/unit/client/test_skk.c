/*
 * One SKK dictionary in memory, and the parts and readings of addresses: on
 * small dictionaries of our own, then how much of Debian's has a reading.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/dict.h"
#include "client/places.h"
#include "client/skk.h"
#include "core/err.h"

#define HEAD ";; -*- coding: utf-8 -*-\n"
#define NASI ";; okuri-nasi entries.\n"

static struct skk
of(const char *text)
{
	struct skk d;

	assert_int_equal(skk_init(&d, str_of(text)), 0);
	return d;
}

static void
every_entry_is_found_and_nothing_beside_it(void **state)
{
	static const char *const keys[] = { "a", "ab", "abc", "b", "ba", "c" };
	static const char *const others[] = { "", "0", "aa", "abcd", "bb",
		"bab", "d", "a " };
	struct skk d = of(HEAD NASI "a /1/\nab /2/\nabc /3/\nb /4/\nba /5/\n"
				    "c /6/\n");
	struct str words;
	struct str word;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_true(skk_find(&d, str_of(keys[i]), &words));
		assert_true(skk_word(&words, &word));
		assert_int_equal(word.p[0], '1' + (char)i);
		assert_true(str_eqz(skk_key_of(&d, word), keys[i]));
		assert_false(skk_word(&words, &word));
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(skk_find(&d, str_of(others[i]), &words));
	skk_release(&d);
}

static void
notes_and_programs_are_no_words(void **state)
{
	struct skk d = of(HEAD NASI
	    "k /a;note/(concat \"x\\057y\")/b//;only a note/c;n;m/\n");
	struct str words;
	struct str word;
	char seen[8] = "";
	size_t n = 0;

	(void)state;
	assert_true(skk_find(&d, STR("k"), &words));
	while (skk_word(&words, &word)) {
		assert_int_equal(word.n, 1);
		seen[n++] = word.p[0];
	}
	assert_string_equal(seen, "abc");
	skk_release(&d);
}

static void
entries_with_okurigana_are_skipped(void **state)
{
	struct skk d = of(HEAD ";; okuri-ari entries.\nu /x/\n" NASI "v /y/");
	struct str words;

	(void)state;
	assert_false(skk_find(&d, STR("u"), &words));
	assert_true(skk_find(&d, STR("v"), &words));
	skk_release(&d);
}

static void
what_is_no_dictionary_is_refused(void **state)
{
	static const char *const bad[] = { "", "\n", "hello\n", HEAD,
		(HEAD "a /b/\n"), (";; no coding\n" NASI "a /b/\n"),
		(";; coding: koi8-r\n" NASI) };
	struct skk d;
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(skk_init(&d, str_of(bad[i])), ERR_SYNTAX);
		assert_null(d.entries.p);
		assert_int_equal(skk_utf8(&d, &b, STR("a")), ERR_NOTFOUND);
		skk_release(&d);
	}
	assert_int_equal(skk_init(&d, str_n("x", SKK_SIZE_MAX + 1)), ERR_LIMIT);
}

static void
damaged_lines_give_no_words_and_no_wrong_access(void **state)
{
	struct skk d = of(HEAD NASI "noslash\na b\n\n \n/\n k/\nz /");
	static const char *const keys[] = { "", "a", "noslash", "z", " ", "/" };
	struct str words;
	struct str word;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (skk_find(&d, str_of(keys[i]), &words))
			assert_false(skk_word(&words, &word));
	skk_release(&d);
}

static void
both_encodings_go_there_and_back(void **state)
{
	static const char *const heads[] = { ";; coding: euc-jp\n" NASI,
		";; coding: euc-jis-2004\n" NASI, HEAD NASI };
	struct buf raw = BUF_INIT;
	struct buf text = BUF_INIT;
	struct skk d;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		d = of(heads[i]);
		buf_clear(&raw);
		buf_clear(&text);
		assert_int_equal(skk_raw(&d, &raw, STR("渡辺う゛ー")), 0);
		assert_int_equal(skk_utf8(&d, &text, buf_str(&raw)), 0);
		assert_true(str_eqz(buf_str(&text), "渡辺う゛ー"));
		if (i < 2) {
			assert_int_equal(
			    skk_raw(&d, &raw, STR("\xf0\x9f\x98\x80")),
			    ERR_UTF8);
			assert_int_equal(
			    skk_utf8(&d, &text, STR("\xa4")), ERR_UTF8);
		}
		skk_release(&d);
	}
	buf_release(&raw);
	buf_release(&text);
}

/* A UTF-8 text as a dictionary in EUC-JP. */
static struct skk
euc(const char *entries, struct buf *raw)
{
	struct skk conv = of(";; coding: euc-jp\n" NASI);
	struct skk d;

	buf_puts(raw, ";; coding: euc-jp\n" NASI);
	assert_int_equal(skk_raw(&conv, raw, str_of(entries)), 0);
	skk_release(&conv);
	assert_int_equal(skk_init(&d, buf_str(raw)), 0);
	return d;
}

static void
addresses_are_cut_into_their_parts(void **state)
{
	/* prefecture, 郡 or 政令市, municipality, rest; lengths in characters
	 */
	static const struct {
		const char *line;
		uint16_t part[4];
	} rows[] = {
		{ "1000000 /神奈川県横浜市中区/", { 0, 4, 7, 9 } },
		{ "1000001 /神奈川県横浜市中区日本大通/", { 0, 4, 7, 9 } },
		{ "1910000 /東京都日野市/", { 0, 3, 3, 6 } },
		{ "1910001 /東京都日野市神明/", { 0, 3, 3, 6 } },
		{ "5100000 /三重県四日市市/", { 0, 3, 3, 7 } },
		{ "5100001 /三重県四日市市市場町/", { 0, 3, 3, 7 } },
		{ "9300300 /富山県中新川郡上市町/", { 0, 3, 7, 10 } },
		{ "9300301 /富山県中新川郡上市町東町/", { 0, 3, 7, 10 } },
		{ "9630000 /福島県郡山市/", { 0, 3, 3, 6 } },
		{ "9630001 /福島県郡山市郡町/", { 0, 3, 3, 6 } },
		{ "9990001 /東京都利島村/", { 0, 3, 3, 6 } },
		{ "9990002 /北海道/", { 0, 3, 3, 3 } },
	};
	struct buf text = BUF_INIT;
	struct buf raw = BUF_INIT;
	struct skk none = { .entries = { NULL, 0 } };
	struct places *pl;
	struct place p;
	struct skk d;
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		buf_printf(&text, "%s\n", rows[i].line);
	buf_putc(&text, '\0');
	d = euc((const char *)text.p, &raw);
	pl = places_new(&d, &none);
	assert_non_null(pl);
	assert_int_equal(places_count(pl), sizeof(rows) / sizeof(rows[0]));
	for (i = 0; i < places_count(pl); i++) {
		p = places_at(pl, i);
		for (k = 0; k < 4; k++)
			if (p.part[k] != rows[i].part[k] * 2)
				fail_msg("%s: part %zu at %u", rows[i].line, k,
				    p.part[k] / 2u);
		assert_false(places_is_read(pl, i));
	}
	places_free(pl);
	skk_release(&d);
	buf_release(&raw);
	buf_release(&text);
}

static bool
load(const char *name, struct buf *b, struct skk *d)
{
	char path[128];
	char piece[65536];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), DICT_DIR "/%s", name);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_put(b, piece, n);
	fclose(f);
	return skk_init(d, buf_str(b)) == 0;
}

/* The last part of each address against its whole reading. */
static void
SRC_13_most_places_have_a_reading(void **state)
{
	struct buf zip_bytes = BUF_INIT;
	struct buf geo_bytes = BUF_INIT;
	struct skk zip;
	struct skk geo;
	struct places *pl;
	struct place p;
	size_t all[2] = { 0, 0 }; /* towns, municipalities */
	size_t read[2] = { 0, 0 };
	size_t i;
	bool muni;

	(void)state;
	if (!load("SKK-JISYO.zipcode", &zip_bytes, &zip) ||
	    !load("SKK-JISYO.geo", &geo_bytes, &geo))
		skip();
	pl = places_new(&zip, &geo);
	assert_non_null(pl);
	for (i = 0; i < places_count(pl); i++) {
		p = places_at(pl, i);
		muni = p.part[3] == p.text.n;
		all[muni]++;
		read[muni] += places_is_read(pl, i);
	}
	print_message("with a reading: %zu of %zu municipalities, "
		      "%zu of %zu towns\n",
	    read[1], all[1], read[0], all[0]);
	assert_in_range(all[1], 1700, 2000);
	assert_true(read[1] * 100 >= all[1] * 90);
	assert_true(read[0] * 100 >= all[0] * 80);
	places_free(pl);
	skk_release(&zip);
	skk_release(&geo);
	buf_release(&zip_bytes);
	buf_release(&geo_bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_is_found_and_nothing_beside_it),
		cmocka_unit_test(notes_and_programs_are_no_words),
		cmocka_unit_test(entries_with_okurigana_are_skipped),
		cmocka_unit_test(what_is_no_dictionary_is_refused),
		cmocka_unit_test(
		    damaged_lines_give_no_words_and_no_wrong_access),
		cmocka_unit_test(both_encodings_go_there_and_back),
		cmocka_unit_test(addresses_are_cut_into_their_parts),
		cmocka_unit_test(SRC_13_most_places_have_a_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
