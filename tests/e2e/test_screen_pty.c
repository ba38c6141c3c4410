/*
 * A person at the counter: keys through a pseudo terminal at 80x24, the screen
 * read back by libvterm.  Real server, real finger pictures (TRM-08, TRM-11,
 * TRM-14, TRM-19, (g) tasks 1, 2 and 12).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "city.h"
#include "pty_term.h"

#define SLOW 20000 /* a finger or a connection */
#define FAST 5000

static struct city city;
static struct pty *open_pty; /* of the running test */

static struct pty *
sit_down(const char *lang)
{
	const char *argv[16];
	int n = 0;

	city_mamori(&city, argv, NULL, NULL);
	while (argv[n] != NULL)
		n++;
	argv[n++] = "--lang";
	argv[n++] = lang;
	argv[n] = NULL;
	open_pty = pty_start((char *const *)(uintptr_t)argv, 24, 80);
	return open_pty;
}

static void
pin_and_finger(struct pty *p, const char *key)
{
	pty_send(p, CITY_PIN "\r");
	assert_true(pty_wait(p, "Place your registered finger", SLOW));
	pty_key(p, key);
}

static void
log_in(struct pty *p)
{
	assert_true(pty_wait(p, "Match ID", SLOW));
	pty_send(p, "M001\r");
	pin_and_finger(p, "F5");
	assert_true(pty_wait(p, "Menu and notices", SLOW));
	assert_true(pty_wait_gone(p, "Being fetched", FAST));
}

static void
open_record(struct pty *p)
{
	pty_key(p, "F2");
	assert_true(pty_wait(p, "Find a resident", FAST));
	pty_send(p, PLANT_ROMAJI "\r" PLANT_BIRTH "\r1");
	pty_key(p, "F10");
	assert_true(pty_wait(p, PLANT_NAME, FAST));
	assert_true(pty_wait(p, "Residents found", FAST));
	pty_key(p, "Enter");
	assert_true(pty_wait(p, "Resident record  ", FAST));
	assert_true(pty_wait(p, PLANT_ADDRESS, FAST));
}

/* From wherever we are: one page back at a time, until the menu. */
static void
log_off(struct pty *p)
{
	static const struct {
		const char *here;
		const char *below;
	} pages[] = {
		{ "Resident record  ", "Residents found" },
		{ "Residents found", "Reason for use" },
		{ "Reason for use", "Menu and notices" },
	};
	size_t i;

	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (pty_has(p, pages[i].here)) {
			pty_key(p, "F3");
			assert_true(pty_wait(p, pages[i].below, FAST));
		}
	assert_true(pty_wait(p, "Menu and notices", FAST));
	pty_send(p, "0");
	assert_true(pty_wait(p, "Log off and end the work", FAST));
	pty_send(p, "y");
	assert_true(pty_wait(p, "Match ID", FAST));
}

static void
leave(struct pty *p)
{
	int status = -1;

	pty_key(p, "F3");
	assert_true(pty_wait(p, "End the program?", FAST));
	pty_send(p, "y");
	assert_true(pty_wait_exit(p, FAST, &status));
	assert_int_equal(status, 0);
}

static void
a_strangers_finger_is_refused_and_the_right_one_is_let_in(void **state)
{
	struct pty *p = sit_down("en");

	(void)state;
	assert_true(pty_wait(p, "Match ID", SLOW));
	/* TRM-02: nothing is reachable before */
	pty_key(p, "F2");
	pty_key(p, "F12");
	assert_true(pty_has(p, "Match ID"));
	pty_send(p, "M001\r");
	pin_and_finger(p, "F6");
	assert_true(pty_wait(p, "The finger does not match", SLOW));
	pin_and_finger(p, "F5");
	assert_true(pty_wait(p, "Menu and notices", SLOW));
	log_off(p);
	leave(p);
}

static void
the_morning_takes_few_keys(void **state)
{
	struct pty *p = sit_down("en");
	unsigned in;

	(void)state;
	log_in(p);
	in = pty_keys(p);
	/* id, Enter, PIN, Enter, finger */
	assert_in_range(in, 1, 4 + 1 + 8 + 1 + 1);
	open_record(p);
	/* F2, reading, Enter, date, Enter, purpose, F10, Enter */
	assert_int_equal(
	    pty_keys(p) - in, strlen(PLANT_ROMAJI) + strlen(PLANT_BIRTH) + 6);
	log_off(p);
	leave(p);
}

static void
TRM_11_a_lock_clears_the_screen_and_the_same_person_finds_the_draft(
    void **state)
{
	struct pty *p = sit_down("en");

	(void)state;
	log_in(p);
	pty_key(p, "F2");
	assert_true(pty_wait(p, "Find a resident", FAST));
	pty_send(p, PLANT_ROMAJI "\r");
	assert_true(pty_wait(p, PLANT_KANA, FAST));
	pty_key(p, "F12");
	assert_true(pty_wait(p, "Locked for M001", FAST));
	assert_false(pty_has(p, PLANT_KANA));
	pin_and_finger(p, "F6");
	assert_true(pty_wait(p, "The finger does not match", SLOW));
	assert_false(pty_has(p, PLANT_KANA));
	pin_and_finger(p, "F5");
	assert_true(pty_wait(p, PLANT_KANA, SLOW));
	log_off(p);
	leave(p);
}

static void
TRM_19_a_dead_server_blanks_the_record_and_its_return_asks_for_the_finger(
    void **state)
{
	struct pty *p = sit_down("en");

	(void)state;
	log_in(p);
	open_record(p);
	city_kill(&city);
	assert_true(pty_wait(p, "No connection to the server", SLOW));
	assert_false(pty_has(p, PLANT_NAME));
	assert_false(pty_has(p, PLANT_ADDRESS));
	assert_true(city_start(&city));
	assert_true(pty_wait(p, "The connection is back", SLOW));
	assert_false(pty_has(p, PLANT_NAME));
	pin_and_finger(p, "F5");
	/* the form with its draft; records are asked for again */
	assert_true(pty_wait(p, PLANT_KANA, SLOW));
	assert_false(pty_has(p, PLANT_ADDRESS));
	log_off(p);
	leave(p);
}

static void
broken_utf8_and_resizing_lose_nothing(void **state)
{
	struct pty *p = sit_down("en");

	(void)state;
	log_in(p);
	pty_key(p, "F2");
	assert_true(pty_wait(p, "Find a resident", FAST));
	pty_send(p, PLANT_ROMAJI);
	pty_send(p, "\xE3\x81");
	pty_send(p, "\xFF\xC0\x80");
	assert_true(pty_wait(p, PLANT_KANA, FAST));
	pty_resize(p, 10, 40);
	assert_true(pty_wait(p, "too small", FAST));
	pty_resize(p, 36, 112);
	assert_true(pty_wait(p, "Find a resident", FAST));
	assert_true(pty_has(p, PLANT_KANA));
	pty_resize(p, 24, 80);
	assert_true(pty_wait(p, PLANT_KANA, FAST));
	log_off(p);
	leave(p);
}

static void
TRM_14_a_hang_up_leaves_an_empty_screen(void **state)
{
	struct pty *p = sit_down("en");
	const char *out;
	size_t n;
	int status = -1;

	(void)state;
	log_in(p);
	open_record(p);
	kill(pty_pid(p), SIGTERM);
	assert_true(pty_wait_exit(p, FAST, &status));
	assert_int_equal(status, 0);
	assert_false(pty_has(p, PLANT_NAME));
	/* the scrollback too */
	out = pty_output(p, &n);
	assert_non_null(memmem(out, n, "\033[3J", 4));
}

static void
japanese_is_the_default_language(void **state)
{
	struct pty *p = sit_down("ja");

	(void)state;
	assert_true(pty_wait(p, "照合ＩＤ", SLOW));
	assert_true(pty_has(p, "例示市") || pty_has(p, "T01"));
	pty_key(p, "F3");
	open_pty = NULL;
	assert_int_equal(pty_end(p), 0); /* the line hangs up */
}

/* A test that failed must not leave somebody logged in for the next one. */
static int
stand_up(void **state)
{
	(void)state;
	if (open_pty != NULL)
		(void)pty_end(open_pty);
	open_pty = NULL;
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	return city_open(&city) && city_start(&city) ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	city_close(&city);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
		    a_strangers_finger_is_refused_and_the_right_one_is_let_in,
		    stand_up),
		cmocka_unit_test_teardown(the_morning_takes_few_keys, stand_up),
		cmocka_unit_test_teardown(
		    TRM_11_a_lock_clears_the_screen_and_the_same_person_finds_the_draft,
		    stand_up),
		cmocka_unit_test_teardown(
		    TRM_19_a_dead_server_blanks_the_record_and_its_return_asks_for_the_finger,
		    stand_up),
		cmocka_unit_test_teardown(
		    broken_utf8_and_resizing_lose_nothing, stand_up),
		cmocka_unit_test_teardown(
		    TRM_14_a_hang_up_leaves_an_empty_screen, stand_up),
		cmocka_unit_test_teardown(
		    japanese_is_the_default_language, stand_up),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
