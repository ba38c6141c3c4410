/*
 * The tty: a child of this program shows the names of the keys it got and a
 * few cells on a pseudo terminal; libvterm is the eye (terminal-ui.md §5).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/i18n.h"
#include "pty_term.h"
#include "ui/paint.h"
#include "ui/term.h"

#define WAIT 4000

/* ---- the child -------------------------------------------------------------
 */

static void
show(struct grid *g, struct buf *names)
{
	grid_clear(g);
	grid_fill(g, 0, 0, g->w, ROLE_header);
	grid_puts(g, 0, 1, 40, ROLE_header, "READY");
	grid_puts(g, 1, g->w - 3, 10, ROLE_text, "山田");
	grid_puts(g, 2, 0, 20, ROLE_mark, "葛\xf3\xa0\x84\x80城|");
	grid_puts(g, 3, 0, 40, ROLE_text, "x\033]0;evil\007y|");
	grid_rule(g, 4, 0, 10);
	grid_put(g, 6, 0, g->w, ROLE_text, buf_str(names));
	grid_cursor(g, 7, 3);
	paint_grid(g);
}

static int
child(void)
{
	struct pollfd p = { .events = POLLIN };
	struct buf names = BUF_INIT;
	struct term *t;
	struct grid g;
	struct key k = KEY(ESC);
	int w;
	int h;
	int rc = 0;

	if (i18n_init(NULL, "en") != 0 || term_open(&t) != 0)
		return 3;
	term_size(t, &w, &h);
	if (grid_init(&g, w, h) != 0)
		return 4;
	p.fd = term_fd(t);
	while (rc >= 0 && k.id != K_F9) {
		show(&g, &names);
		(void)poll(&p, 1, -1);
		while ((rc = term_read(t, &k)) == 1 && k.id != K_F9) {
			if (k.id == K_CTRL_L)
				buf_clear(&names);
			else
				key_format(&k, &names);
			buf_putc(&names, ',');
		}
	}
	term_close(t);
	grid_release(&g);
	buf_release(&names);
	return rc < 0 ? 5 : 0;
}

/* ---- the parent -------------------------------------------------------------
 */

static struct pty *
start(void)
{
	static char exe[] = "/proc/self/exe";
	static char arg[] = "child";
	static char *argv[] = { exe, arg, NULL };
	struct pty *p = pty_start(argv, 24, 80);

	assert_non_null(p);
	assert_true(pty_wait(p, "READY", WAIT));
	return p;
}

static void
assert_keys(const char *bytes, const char *names)
{
	struct pty *p = start();

	pty_send(p, bytes);
	if (!pty_wait(p, names, WAIT)) {
		pty_dump(p, stderr);
		fail_msg("no %s", names);
	}
	(void)pty_end(p);
}

static void
kanji_arrive_as_characters(void **state)
{
	(void)state;
	assert_keys("山𠮷a", "山,𠮷,a,");
}

static void
a_broken_byte_costs_one_replacement_and_no_key(void **state)
{
	(void)state;
	/* get_wch would swallow what follows (terminal-ui.md §1.2) */
	assert_keys("\xe5\xb1"
		    "abc\xff"
		    "d",
	    ",a,b,c,");
	assert_keys("\xff"
		    "abcd",
	    "a,b,c,d,");
}

static void
function_keys_have_their_names(void **state)
{
	(void)state;
	assert_keys("\033OP\033OQ\033[24~\033[A\033[Z\033[6~\t\r\177\025",
	    "F1,F2,F12,Up,BackTab,PgDn,Tab,Enter,Backspace,Ctrl-U,");
}

static void
escape_and_a_digit_are_a_function_key(void **state)
{
	(void)state;
	assert_keys("\033"
		    "2",
	    "Esc,F2,");
	assert_keys("\033"
		    "0",
	    "Esc,F10,");
}

static void
TRM_08_control_c_and_control_z_are_only_keys(void **state)
{
	(void)state;
	assert_keys("\003\032\034q", "Ctrl-C,Ctrl-Z,q,");
}

static void
a_paste_is_bracketed(void **state)
{
	(void)state;
	assert_keys("\033[200~a\rb\033[201~c", "Paste,a,Enter,b,PasteEnd,c,");
}

static void
the_japanese_keys_of_the_kiosk_arrive(void **state)
{
	(void)state;
	assert_keys("\033[9001~\033[9002~\033[9003~\033OM",
	    "Henkan,Muhenkan,Zenkaku,Enter,");
}

static void
cells_are_painted_and_data_cannot_drive_the_terminal(void **state)
{
	struct pty *p = start();
	const char *out;
	size_t n;

	(void)state;
	assert_true(pty_wait(p, "葛\xf3\xa0\x84\x80城|", WAIT));
	assert_true(pty_wait(p, "evil", WAIT));
	out = pty_output(p, &n);
	assert_null(memmem(out, n, "\033]0;evil", 8));
	/* the kanji that has no room at the margin is not there */
	assert_true(pty_wait(p, "山", WAIT));
	assert_false(pty_has(p, "田"));
	(void)pty_end(p);
}

static void
TRM_14_nothing_stays_on_the_screen_at_the_end(void **state)
{
	struct pty *p = start();
	const char *out;
	size_t n;
	int status = -1;

	(void)state;
	pty_key(p, "F9");
	assert_true(pty_wait_exit(p, WAIT, &status));
	out = pty_output(p, &n);
	assert_non_null(memmem(out, n, "\033[?1049l", 8));
	assert_non_null(memmem(out, n, "\033[3J", 4));
	assert_false(pty_has(p, "READY"));
	(void)pty_end(p);
}

static void
without_a_terminal_nothing_opens(void **state)
{
	struct term *t;

	(void)state;
	/* tests run with standard input from /dev/null */
	if (isatty(0))
		skip();
	assert_true(term_open(&t) < 0);
	assert_null(t);
	term_close(NULL);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kanji_arrive_as_characters),
		cmocka_unit_test(
		    a_broken_byte_costs_one_replacement_and_no_key),
		cmocka_unit_test(function_keys_have_their_names),
		cmocka_unit_test(escape_and_a_digit_are_a_function_key),
		cmocka_unit_test(TRM_08_control_c_and_control_z_are_only_keys),
		cmocka_unit_test(a_paste_is_bracketed),
		cmocka_unit_test(the_japanese_keys_of_the_kiosk_arrive),
		cmocka_unit_test(
		    cells_are_painted_and_data_cannot_drive_the_terminal),
		cmocka_unit_test(TRM_14_nothing_stays_on_the_screen_at_the_end),
		cmocka_unit_test(without_a_terminal_nothing_opens),
	};

	if (argc == 2 && strcmp(argv[1], "child") == 0)
		return child();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
