/*
 * The tty through curses: bytes in, keys out.
 *
 * SECURITY: raw mode, so that ^C, ^Z and ^\ are keys and no shell behind the
 * terminal is reachable (TRM-08).  Bytes are decoded here and not by
 * get_wch(), which swallows keys after a malformed byte (terminal-ui.md
 * §1.2).  The alternate screen is used and the scrollback is erased at the
 * end: nothing of a resident stays readable (TRM-14).
 */
#include "ui/term.h"

#include <curses.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "core/err.h"
#include "core/utf8.h"
#include "ui/paint.h"

/* Codes above the extended keys of terminfo. */
enum {
	CODE_PASTE = 5000,
	CODE_PASTE_END,
	CODE_HENKAN,
	CODE_MUHENKAN,
	CODE_ZENKAKU,
	CODE_KANA,
};

#define ESC_SECONDS 2

struct term {
	SCREEN *screen;
	int w, h;
	unsigned char part[4]; /* a UTF-8 sequence under way */
	size_t n;
	bool esc;      /* the last key was Esc: Esc n and Alt-n are Fn */
	time_t esc_at; /* only for a moment: later, a digit is a digit */
};

/* clang-format off */
static const struct { const char *seq; int code; } sequences[] = {
	{ "\033[200~",  CODE_PASTE },
	{ "\033[201~",  CODE_PASTE_END },
	{ "\033OM",     KEY_ENTER }, /* of the keypad */
	/* cursor keys of terminals that stay out of application mode */
	{ "\033[A",     KEY_UP },
	{ "\033[B",     KEY_DOWN },
	{ "\033[C",     KEY_RIGHT },
	{ "\033[D",     KEY_LEFT },
	{ "\033[H",     KEY_HOME },
	{ "\033[F",     KEY_END },
	{ "\033[9001~", CODE_HENKAN },
	{ "\033[9002~", CODE_MUHENKAN },
	{ "\033[9003~", CODE_ZENKAKU },
	{ "\033[9004~", CODE_KANA },
};

static const struct { int code; enum key_id id; } codes[] = {
	{ KEY_ENTER, K_ENTER },       { KEY_UP, K_UP },
	{ KEY_DOWN, K_DOWN },         { KEY_LEFT, K_LEFT },
	{ KEY_RIGHT, K_RIGHT },       { KEY_HOME, K_HOME },
	{ KEY_END, K_END },           { KEY_PPAGE, K_PGUP },
	{ KEY_NPAGE, K_PGDN },        { KEY_BACKSPACE, K_BACKSPACE },
	{ KEY_DC, K_DELETE },         { KEY_BTAB, K_BACKTAB },
	{ CODE_PASTE, K_PASTE },      { CODE_PASTE_END, K_PASTE_END },
	{ CODE_HENKAN, K_HENKAN },    { CODE_MUHENKAN, K_MUHENKAN },
	{ CODE_ZENKAKU, K_ZENKAKU },  { CODE_KANA, K_KANA },
};

static const struct { int byte; enum key_id id; } controls[] = {
	{ '\r', K_ENTER },      { '\n', K_ENTER },
	{ '\t', K_TAB },        { 0x7f, K_BACKSPACE },
	{ 0x08, K_BACKSPACE },  { 0x15, K_CTRL_U },
	{ 0x03, K_CTRL_C },     { 0x1a, K_CTRL_Z },
	{ 0x0c, K_CTRL_L },
};
/* clang-format on */

/* Can it put text anywhere?  "dumb" cannot. */
static bool
has_screen(void)
{
	static char cup[] = "cup"; /* not const: ncurses writes it so */
	const char *seq = tigetstr(cup);

	/* (char *)-1: it is no string at all */
	return seq != NULL && (intptr_t)seq != -1 && seq[0] != '\0';
}

int
term_open(struct term **out)
{
	struct term *t;
	size_t i;

	*out = NULL;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return ERR_NODEV;
	if (wcwidth(0x6F22) != 2)
		return ERR_UTF8;
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return ERR_NOMEM;
	set_escdelay(25);
	t->screen = newterm(NULL, stdout, stdin);
	if (t->screen == NULL) {
		free(t);
		return ERR_NOTFOUND; /* TERM is unknown */
	}
	(void)set_term(t->screen);
	if (!has_screen()) {
		endwin();
		delscreen(t->screen);
		free(t);
		return ERR_NOTFOUND;
	}
	raw();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	for (i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		define_key(sequences[i].seq, sequences[i].code);
	paint_init();
	fputs("\033[?2004h", stdout);
	fflush(stdout);
	term_resized(t);
	*out = t;
	return 0;
}

void
term_close(struct term *t)
{
	if (t == NULL)
		return;
	erase();
	refresh();
	fputs("\033[?2004l", stdout);
	fputs("\033[3J", stdout);
	fflush(stdout);
	endwin();
	delscreen(t->screen);
	free(t);
}

int
term_fd(const struct term *t)
{
	(void)t;
	return STDIN_FILENO;
}

static struct key
of_code(int c)
{
	size_t i;

	if (c >= KEY_F(1) && c <= KEY_F(12))
		return (
		    struct key){ .id = (enum key_id)(K_F1 + (c - KEY_F(1))) };
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].code == c)
			return (struct key){ .id = codes[i].id };
	}
	return KEY_CHAR(0); /* a key without a meaning here */
}

static struct key
of_control(int c)
{
	size_t i;

	for (i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		if (controls[i].byte == c)
			return (struct key){ .id = controls[i].id };
	}
	return KEY_CHAR(0);
}

/*
 * One byte of text.  True when *k is a whole character; U+FFFD for a broken
 * sequence, so that no key is ever lost.
 */
static bool
take_byte(struct term *t, unsigned char c, struct key *k)
{
	/* first bytes of 2, 3 and 4 byte sequences, and the first of none */
	static const unsigned char lead[4] = { 0xc2, 0xe0, 0xf0, 0xf5 };
	struct str s;
	size_t need;
	int32_t cp;

	if (t->n > 0 && (c & 0xc0) != 0x80) {
		/* the sequence broke off: its replacement, then this byte */
		t->n = 0;
		*k = KEY_CHAR(0xfffd);
		ungetch(c);
		return true;
	}
	t->part[t->n++] = c;
	for (need = 1; need < 4 && t->part[0] >= lead[need - 1]; need++)
		continue;
	if (t->part[0] >= lead[3])
		need = 1;
	if (t->n < need)
		return false;
	s = str_n(t->part, t->n);
	cp = utf8_next(&s);
	*k = KEY_CHAR(cp < 0 || s.n != 0 ? 0xfffd : cp);
	t->n = 0;
	return true;
}

static time_t
seconds(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Esc 1 … Esc 9, Esc 0 and Alt-n are F1 … F10 ((g) conventions). */
static bool
after_escape(struct term *t, int c, struct key *k)
{
	t->esc = false;
	if (seconds() - t->esc_at > ESC_SECONDS)
		return false;
	if (c >= '1' && c <= '9') {
		*k = (struct key){ .id = (enum key_id)(K_F1 + (c - '1')) };
		return true;
	}
	if (c == '0') {
		*k = KEY(F10);
		return true;
	}
	return false;
}

static bool
of_byte(struct term *t, int c, struct key *k)
{
	if (t->n == 0 && c == 27) {
		*k = KEY(ESC);
		return true;
	}
	if (t->n == 0 && (c < 0x20 || c == 0x7f)) {
		*k = of_control(c);
		return true;
	}
	return take_byte(t, (unsigned char)c, k);
}

/* True when the terminal has hung up: reading would give nothing for ever. */
static bool
hung_up(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR)) != 0 &&
	    (p.revents & POLLIN) == 0;
}

int
term_read(struct term *t, struct key *k)
{
	int c;

	while ((c = wgetch(stdscr)) != ERR) {
		if (c == KEY_RESIZE)
			continue;
		if (t->esc && after_escape(t, c, k))
			return 1;
		if (c > 0xff)
			*k = of_code(c);
		else if (!of_byte(t, c, k))
			continue;
		if (k->id == K_CHAR && k->cp == 0)
			continue;
		t->esc = k->id == K_ESC;
		t->esc_at = t->esc ? seconds() : 0;
		return 1;
	}
	return hung_up() ? ERR_IO : 0;
}

void
term_resized(struct term *t)
{
	struct winsize ws;

	t->w = COLS;
	t->h = LINES;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0 &&
	    ws.ws_row > 0) {
		t->w = ws.ws_col;
		t->h = ws.ws_row;
		resizeterm(t->h, t->w);
	}
	clearok(curscr, TRUE);
}

void
term_size(const struct term *t, int *w, int *h)
{
	*w = t->w;
	*h = t->h;
}

void
term_redraw(struct term *t)
{
	(void)t;
	clearok(curscr, TRUE);
}

void
term_bell(struct term *t)
{
	(void)t;
	beep();
}
