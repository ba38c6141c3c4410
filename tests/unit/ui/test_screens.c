/*
 * Every page as a golden dump (tests/screens/<page>.<lang>.<size>.txt), in
 * both languages and two sizes.  UPDATE_GOLDEN=1 writes them anew.
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
#include "uifake.h"

static void
page_connecting(struct uifake *f)
{
	(void)f;
}

static void
page_server_away(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "F2 yamada");
	ui_link(f->ui, UI_LINK_DOWN, ERR_IO);
}

static void
page_refused_terminal(struct uifake *f)
{
	ui_link(f->ui, UI_LINK_REFUSED, ERR_DENIED);
}

static void
page_login(struct uifake *f)
{
	ui_link(f->ui, UI_LINK_UP, 0);
	uifake_keys(f, "M001 Enter 1234");
}

static void
page_finger(struct uifake *f)
{
	ui_link(f->ui, UI_LINK_UP, 0);
	uifake_keys(f, "M001 Enter 12345678 Enter");
	uifake_step(f, UI_LOGIN_PLACE, 0, -1);
	uifake_step(f, UI_LOGIN_GUIDE, 0, -1);
}

static void
page_wrong_finger(struct uifake *f)
{
	page_finger(f);
	uifake_step(f, UI_LOGIN_FAILED, ERR_AUTH, 2);
}

static void
page_duties(struct uifake *f)
{
	page_finger(f);
	uifake_step(f, UI_LOGIN_CHOOSE, 0, 2);
}

static void
page_menu(struct uifake *f)
{
	uifake_log_in(f);
}

static void
page_menu_failures(struct uifake *f)
{
	uifake_log_in(f);
	f->who.failures_before = 1000; /* too long for a line */
	uifake_keys(f, "F5");
}

static void
page_search(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "F2 yamadak Tab S551226 Tab 1");
}

static void
page_search_fault(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "F2 yamada Tab H310501 F10");
}

static void
page_choices(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "F2 Tab Tab F4 Down");
}

static void
search(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "F2 yamada Tab S551226 Tab 1 F10");
}

static void
page_nobody(struct uifake *f)
{
	search(f);
	uifake_find(f, 0);
}

static void
page_denied(struct uifake *f)
{
	search(f);
	(void)uifake_fail(f, ERR_DENIED, true, "purpose");
}

static void
page_no_answer(struct uifake *f)
{
	search(f);
	(void)uifake_fail(f, ERR_TIMEOUT, false, "");
}

static void
page_list(struct uifake *f)
{
	search(f);
	uifake_find(f, 30);
	uifake_keys(f, "Down");
}

static void
page_record(struct uifake *f)
{
	page_list(f);
	uifake_keys(f, "Enter");
	uifake_record(f, false);
}

static void
page_protected(struct uifake *f)
{
	page_list(f);
	uifake_keys(f, "Enter");
	uifake_record(f, true);
}

static void
page_history(struct uifake *f)
{
	page_record(f);
	uifake_keys(f, "r");
	uifake_history(f);
}

static void
page_record2(struct uifake *f)
{
	page_record(f);
	uifake_keys(f, "F8");
}

static void
page_number(struct uifake *f)
{
	page_record(f);
	uifake_keys(f, "m");
	uifake_number(f, "my_number", "123456789018");
}

static void
page_foreign(struct uifake *f)
{
	page_list(f);
	uifake_keys(f, "Enter");
	uifake_foreign(f);
}

static void
page_foreign2(struct uifake *f)
{
	page_foreign(f);
	uifake_keys(f, "F8");
}

static void
page_house(struct uifake *f)
{
	page_record(f);
	uifake_keys(f, "s");
	uifake_house(f, false);
}

static void
page_house_hidden(struct uifake *f)
{
	page_protected(f);
	uifake_keys(f, "s");
	uifake_house(f, true);
}

static void
page_memos(struct uifake *f)
{
	page_record(f);
	uifake_keys(f, "n");
	uifake_memos(f);
}

static void
page_memo_new(struct uifake *f)
{
	page_memos(f);
	uifake_keys(f, "n F7 memo");
}

static void
page_codes(struct uifake *f)
{
	page_record(f);
	uifake_keys(f, "F11");
}

static void
page_lock(struct uifake *f)
{
	page_record(f);
	uifake_keys(f, "F12");
}

static void
page_logoff(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "F3");
}

static void
page_help(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "F2 F1");
}

static void
page_idle_warning(struct uifake *f)
{
	uifake_log_in(f);
	f->boot += 258000;
	(void)ui_tick(f->ui);
}

static void
page_accounts(struct uifake *f)
{
	uifake_log_in(f);
	f->who.rights |= RIGHT_BIT(RIGHT_ACCOUNT_UNLOCK);
	uifake_keys(f, "6");
	uifake_accounts(f);
	uifake_keys(f, "Down");
}

static void
page_account_reason(struct uifake *f)
{
	page_accounts(f);
	uifake_keys(f, "1 kakunin");
}

static void
page_act(struct uifake *f)
{
	page_account_reason(f);
	uifake_keys(f, "F10 12345678");
}

static void
page_pin(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "7 20261121 Tab 12345678 Tab 12345678 Enter");
}

static void
page_pin_old(struct uifake *f)
{
	page_finger(f);
	uifake_step(f, UI_LOGIN_REPIN, 0, -1);
}

static void
page_search_saved(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "F2 F5");
	uifake_saved(f);
}

static void
page_search_blank(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "F2 yamada Tab = Tab 1");
}

static void
page_jukinet(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "8 1 2 12345678903 Tab");
}

static void
page_jukinet_answer(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "8 1 2 12345678903 F10");
	uifake_jukinet(f, 2, false);
}

static void
page_jukinet_withheld(struct uifake *f)
{
	uifake_log_in(f);
	uifake_keys(f, "8 1 2 12345678903 F10");
	uifake_jukinet(f, 1, true);
}

static const struct {
	const char *name;
	void (*make)(struct uifake *f);
} pages[] = {
	{ "accounts", page_accounts },
	{ "account_reason", page_account_reason },
	{ "act", page_act },
	{ "pin", page_pin },
	{ "pin_old", page_pin_old },
	{ "connecting", page_connecting },
	{ "server_away", page_server_away },
	{ "refused_terminal", page_refused_terminal },
	{ "login", page_login },
	{ "finger", page_finger },
	{ "wrong_finger", page_wrong_finger },
	{ "duties", page_duties },
	{ "menu", page_menu },
	{ "menu_failures", page_menu_failures },
	{ "search", page_search },
	{ "search_fault", page_search_fault },
	{ "search_saved", page_search_saved },
	{ "search_blank", page_search_blank },
	{ "jukinet", page_jukinet },
	{ "jukinet_answer", page_jukinet_answer },
	{ "jukinet_withheld", page_jukinet_withheld },
	{ "choices", page_choices },
	{ "nobody", page_nobody },
	{ "denied", page_denied },
	{ "no_answer", page_no_answer },
	{ "list", page_list },
	{ "record", page_record },
	{ "protected", page_protected },
	{ "record2", page_record2 },
	{ "foreign", page_foreign },
	{ "foreign2", page_foreign2 },
	{ "number", page_number },
	{ "history", page_history },
	{ "house", page_house },
	{ "house_hidden", page_house_hidden },
	{ "memos", page_memos },
	{ "memo_new", page_memo_new },
	{ "codes", page_codes },
	{ "lock", page_lock },
	{ "logoff", page_logoff },
	{ "help", page_help },
	{ "idle_warning", page_idle_warning },
};

#define PAGES (sizeof(pages) / sizeof(pages[0]))

static char *
slurp(const char *path)
{
	struct buf b = BUF_INIT;
	char chunk[4096];
	char *out;
	size_t n;
	FILE *fp = fopen(path, "r");

	if (fp == NULL)
		return NULL;
	while ((n = fread(chunk, 1, sizeof(chunk), fp)) > 0)
		buf_put(&b, chunk, n);
	fclose(fp);
	out = str_dup(buf_str(&b));
	buf_release(&b);
	return out;
}

/* The rows, the roles beside them as a second plane, and the cursor. */
static char *
dump(struct uifake *f)
{
	struct buf b = BUF_INIT;
	char *out;

	ui_draw(f->ui, &f->grid);
	grid_dump(&f->grid, &b);
	buf_printf(
	    &b, "---- roles; cursor %d,%d\n", f->grid.cur_y, f->grid.cur_x);
	grid_dump_roles(&f->grid, &b);
	out = str_dup(buf_str(&b));
	buf_release(&b);
	return out;
}

static void
compare(const char *name, const char *lang, int w, int h,
    void (*make)(struct uifake *f))
{
	struct uifake f;
	char path[128];
	char *want;
	char *got;
	FILE *fp;

	uifake_open(&f, lang, w, h);
	make(&f);
	got = dump(&f);
	uifake_close(&f);
	(void)snprintf(path, sizeof(path), "tests/screens/%s.%s.%dx%d.txt",
	    name, lang, w, h);
	if (getenv("UPDATE_GOLDEN") != NULL) {
		fp = fopen(path, "w");
		assert_non_null(fp);
		fputs(got, fp);
		fclose(fp);
	}
	want = slurp(path);
	if (want == NULL || strcmp(want, got) != 0)
		fail_msg("%s differs; the page is now\n%s", path, got);
	free(want);
	free(got);
}

static void
every_page_looks_as_it_did_in_japanese(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PAGES; i++)
		compare(pages[i].name, "ja", 80, 24, pages[i].make);
}

static void
every_page_looks_as_it_did_in_english(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PAGES; i++)
		compare(pages[i].name, "en", 80, 24, pages[i].make);
}

static void
a_larger_screen_is_used(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PAGES; i++)
		compare(pages[i].name, "ja", 112, 30, pages[i].make);
}

static void
a_window_that_is_too_small_says_so_and_loses_nothing(void **state)
{
	struct uifake f;

	(void)state;
	uifake_open(&f, "ja", 60, 20);
	page_search(&f);
	assert_true(uifake_shows(&f, "画面が小さすぎます"));
	assert_false(uifake_shows(&f, "ヤマダ"));
	assert_int_equal(grid_resize(&f.grid, 80, 24), 0);
	assert_true(uifake_shows(&f, "ヤマダ"));
	uifake_close(&f);
}

/* The cursor is where the focus is: readers and input methods follow it. */
static void
every_page_has_its_cursor_on_the_screen(void **state)
{
	struct uifake f;
	size_t i;

	(void)state;
	for (i = 0; i < PAGES; i++) {
		uifake_open(&f, "ja", 80, 24);
		pages[i].make(&f);
		ui_draw(f.ui, &f.grid);
		if (f.grid.cur_y < 0)
			fail_msg("no cursor on %s", pages[i].name);
		uifake_close(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_looks_as_it_did_in_japanese),
		cmocka_unit_test(every_page_looks_as_it_did_in_english),
		cmocka_unit_test(a_larger_screen_is_used),
		cmocka_unit_test(
		    a_window_that_is_too_small_says_so_and_loses_nothing),
		cmocka_unit_test(every_page_has_its_cursor_on_the_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
