/*
 * Every sentence of the product: translated, drawable, of certain width, and
 * short enough for its place (terminal-ui.md §7 items 4 and 5).
 *
 * The sources are read for _("…") and N_("…"), the forms for their labels, so
 * that no message can be forgotten.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/era.h"
#include "core/err.h"
#include "core/i18n.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/key.h"
#include "uifake.h"

static char *
slurp(const char *path)
{
	struct buf b = BUF_INIT;
	char chunk[4096];
	char *out;
	size_t n;
	FILE *fp = fopen(path, "r");

	assert_non_null(fp);
	while ((n = fread(chunk, 1, sizeof(chunk), fp)) > 0)
		buf_put(&b, chunk, n);
	fclose(fp);
	out = str_dup(buf_str(&b));
	assert_non_null(out);
	buf_release(&b);
	return out;
}

/* One C string literal at *p (after its quote) appended to b. */
static const char *
literal(const char *p, struct buf *b)
{
	while (*p != '"' && *p != '\0') {
		if (*p == '\\' && p[1] == 'n') {
			buf_putc(b, '\n');
			p += 2;
		} else if (*p == '\\') {
			buf_putc(b, p[1]);
			p += 2;
		} else {
			buf_putc(b, *p++);
		}
	}
	return *p == '"' ? p + 1 : p;
}

/* Calls `each` with every message id of a C file. */
static void
scan_source(const char *text, void (*each)(const char *msgid))
{
	struct buf b = BUF_INIT;
	const char *p = text;
	const char *q;

	while ((p = strstr(p, "_(")) != NULL) {
		q = p + 2;
		p = q;
		buf_clear(&b);
		for (;;) {
			q += strspn(q, " \t\n\\");
			if (*q != '"')
				break;
			q = literal(q + 1, &b);
		}
		if (b.n > 0 && *q == ')') {
			buf_putc(&b, '\0');
			each((const char *)b.p);
		}
	}
	buf_release(&b);
}

static void
scan_folder(const char *folder, void (*each)(const char *msgid))
{
	struct dirent *e;
	char path[600];
	char *text;
	size_t n;
	DIR *d = opendir(folder);

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		n = strlen(e->d_name);
		if (n < 3 || e->d_name[n - 2] != '.' ||
		    (e->d_name[n - 1] != 'c' && e->d_name[n - 1] != 'h'))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		text = slurp(path);
		scan_source(text, each);
		free(text);
	}
	closedir(d);
}

static unsigned seen;

/* Japanese differs from English unless it is only a format. */
static void
is_translated(const char *msgid)
{
	const char *ja = dgettext(I18N_DOMAIN, msgid);

	seen++;
	if (strcmp(ja, msgid) == 0 && strcmp(msgid, "%s (%d)") != 0 &&
	    strcmp(msgid, "No.") != 0)
		fail_msg("po/ja.po has no translation of \"%s\"", msgid);
}

static void
every_message_has_a_japanese_translation(void **state)
{
	static const char *const errs[] = {
#define ERR_TEXT(name, no, text) text,
		ERR_LIST(ERR_TEXT)
#undef ERR_TEXT
	};
	struct uifake f;
	size_t i;
	size_t j;

	(void)state;
	uifake_open(&f, "ja", 80, 24);
	seen = 0;
	scan_folder("src/ui", is_translated);
	scan_folder("src/client", is_translated);
	assert_true(seen > 150);
	for (i = 0; i < sizeof(errs) / sizeof(errs[0]); i++)
		is_translated(errs[i]);
	for (i = 1; i < DATE_FAULT_COUNT; i++)
		is_translated(date_fault_text((enum date_fault)i));
	for (i = 0; i < UIFAKE_FORMS; i++) {
		is_translated(f.forms[i].title);
		is_translated(f.forms[i].help);
		for (j = 0; j < f.forms[i].n; j++) {
			is_translated(f.forms[i].fields[j].label);
			is_translated(f.forms[i].fields[j].help);
		}
	}
	uifake_close(&f);
}

/*
 * East Asian "ambiguous" characters that a text might want; terminals in
 * Japan draw some of them two columns wide.
 */
static bool
ambiguous(int32_t cp)
{
	return (cp >= 0x2010 && cp <= 0x2027) || cp == 0x203b || cp == 0x00b0 ||
	    cp == 0x00d7 || cp == 0x00a7 || cp == 0x00f7 || cp == 0x00b1 ||
	    (cp >= 0x2190 && cp <= 0x21ff) || (cp >= 0x2200 && cp <= 0x22ff) ||
	    (cp >= 0x2460 && cp <= 0x24ff) || (cp >= 0x2500 && cp <= 0x26ff) ||
	    (cp >= 0x0370 && cp <= 0x04ff) || (cp >= 0x2100 && cp <= 0x218f) ||
	    cp == 0x2032 || cp == 0x2033;
}

static void
assert_drawable(const char *where, const char *text)
{
	struct str s = str_of(text);
	int32_t cp;

	while ((cp = utf8_next(&s)) != -2) {
		if (cp == '\n')
			continue;
		if (cp < 0x20 || text_cp_width(cp) < 1 || ambiguous(cp))
			fail_msg(
			    "%s: U+%04X in: %s", where, (unsigned)cp, text);
	}
}

static void
no_message_has_a_character_of_uncertain_width(void **state)
{
	static const char *const files[] = { "po/ja.po", "po/en.po",
		"masters/purpose.yaml", "forms/person_search.yaml" };
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		text = slurp(files[i]);
		/* comments may say what they like */
		assert_drawable(files[i],
		    files[i][0] == 'p' ? text : strstr(text, "\nid:") + 1);
		free(text);
	}
}

/* Key lines fit into 80 columns in both languages: see the golden pages. */
static void
labels_fit_into_their_columns(void **state)
{
	static const char *const langs[] = { "ja", "en" };
	struct uifake f;
	const char *text;
	size_t l;
	size_t i;
	size_t j;

	(void)state;
	for (l = 0; l < 2; l++) {
		uifake_open(&f, langs[l], 80, 24);
		for (i = 0; i < UIFAKE_FORMS; i++) {
			for (j = 0; j < f.forms[i].n; j++) {
				text = i18n_text(f.forms[i].fields[j].label);
				assert_in_range(
				    text_width(str_of(text)), 1, 20);
				text = i18n_text(f.forms[i].fields[j].help);
				assert_in_range(
				    text_width(str_of(text)), 1, 150);
			}
		}
		for (i = 0; i < ACT_COUNT; i++) {
			text = i18n_text(action_row((enum action)i)->label);
			assert_in_range(text_width(str_of(text)), 1, 12);
			text = i18n_text(action_row((enum action)i)->help);
			assert_in_range(text_width(str_of(text)), 1, 48);
		}
		for (i = 0; i < f.masters[0].n; i++) {
			assert_in_range(
			    text_width(str_of(f.masters[0].entries[i].label)), 1,
			    38);
			assert_in_range(
			    text_width(str_of(f.masters[0].entries[i].label_en)),
			    1, 38);
		}
		uifake_close(&f);
	}
}

static void
an_unknown_language_is_refused(void **state)
{
	(void)state;
	assert_int_equal(i18n_language("fr"), ERR_RANGE);
	assert_int_equal(i18n_language("en"), 0);
	assert_string_equal(i18n_current(), "en");
	assert_string_equal(_("Search"), "Search");
	assert_int_equal(i18n_language("ja"), 0);
	assert_string_equal(_("Search"), "検索");
	assert_string_equal(i18n_text(""), "");
	assert_string_equal(i18n_text(NULL), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_has_a_japanese_translation),
		cmocka_unit_test(no_message_has_a_character_of_uncertain_width),
		cmocka_unit_test(labels_fit_into_their_columns),
		cmocka_unit_test(an_unknown_language_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
