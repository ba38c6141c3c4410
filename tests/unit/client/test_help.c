/*
 * Entry help over the dictionaries of the system (SRC-13): read where they
 * lie, nothing written.  Without the packages only the notice is tested.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/help.h"
#include "core/err.h"

struct seen {
	const char *want;
	const char *beside;
	bool found;
	size_t n;
};

static void
see(void *arg, struct str text, struct str beside)
{
	struct seen *s = arg;

	s->n++;
	if (str_eqz(text, s->want) &&
	    (s->beside == NULL || str_eqz(beside, s->beside)))
		s->found = true;
}

static const struct row {
	enum ui_help what;
	const char *typed;
	const char *want;
	const char *beside;
} rows[] = {
	{ UI_HELP_PERSON, "わたなべ", "渡辺", NULL },
	{ UI_HELP_PERSON, "サイトウ", "斎藤", NULL },
	{ UI_HELP_PLACE, "ひの", "日野", NULL },
	{ UI_HELP_WORD, "つま", "妻", NULL },
	{ UI_HELP_POSTAL, "1910016", "東京都日野市神明", "191-0016" },
	{ UI_HELP_HEADS, "ト ヒ シ", "東京都日野市神明", "191-0016" },
	{ UI_HELP_HEADS, "と　ひ　し", "東京都日野市神明", "191-0016" },
};

static void
ask_all(struct help *h)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct seen s = { .want = rows[i].want,
			.beside = rows[i].beside };

		if (!help_has(h, rows[i].what))
			continue;
		assert_int_equal(
		    help_look(h, rows[i].what, str_of(rows[i].typed), see, &s),
		    0);
		if (!s.found)
			fail_msg("%s gives no %s", rows[i].typed, rows[i].want);
	}
}

static void
SRC_13_readings_codes_and_heads_find_their_kanji(void **state)
{
	struct help *h = help_new(NULL, str_of(""));

	(void)state;
	assert_non_null(h);
	ask_all(h);
	help_free(h);
}

static void
without_dictionaries_the_notice_names_the_packages(void **state)
{
	struct help *h = help_new("/nonexistent", str_of(""));
	enum ui_help i;

	(void)state;
	assert_non_null(h);
	for (i = UI_HELP_WORD; i <= UI_HELP_HEADS; i++)
		assert_false(help_has(h, i));
	assert_non_null(strstr(help_notice(h), "skkdic"));
	help_free(h);
}

/* rmdir() succeeds on an empty directory only. */
static void
nothing_is_written_at_home_or_beside_the_dictionaries(void **state)
{
	char home[] = "/tmp/mamori-help-XXXXXX";
	char was[] = "/";
	struct stat dict[2];
	struct help *h;
	int there;

	(void)state;
	assert_non_null(mkdtemp(home));
	assert_int_equal(setenv("HOME", home, 1), 0);
	assert_int_equal(chdir(home), 0);
	there = stat("/usr/share/skk/SKK-JISYO.L", &dict[0]);
	h = help_new(NULL, str_of(""));
	assert_non_null(h);
	ask_all(h);
	(void)help_glyphs(h);
	help_free(h);
	if (there == 0) {
		assert_int_equal(
		    stat("/usr/share/skk/SKK-JISYO.L", &dict[1]), 0);
		assert_int_equal(
		    dict[0].st_mtim.tv_sec, dict[1].st_mtim.tv_sec);
		assert_int_equal(dict[0].st_size, dict[1].st_size);
	}
	assert_int_equal(chdir(was), 0);
	assert_int_equal(rmdir(home), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    SRC_13_readings_codes_and_heads_find_their_kanji),
		cmocka_unit_test(
		    without_dictionaries_the_notice_names_the_packages),
		cmocka_unit_test(
		    nothing_is_written_at_home_or_beside_the_dictionaries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
