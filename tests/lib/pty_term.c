/*
 * forkpty + libvterm.
 */
#include "pty_term.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#define QUIET_MS 40

struct pty {
	int fd;
	pid_t pid;
	int rows, cols;
	VTerm *vt;
	VTermScreen *screen;
	char *out;
	size_t n, cap;
	unsigned keys;
	bool ended;
	int status;
};

static const struct {
	const char *name;
	const char *bytes;
} key_bytes[] = {
	{ "F1", "\033OP" },
	{ "F2", "\033OQ" },
	{ "F3", "\033OR" },
	{ "F4", "\033OS" },
	{ "F5", "\033[15~" },
	{ "F6", "\033[17~" },
	{ "F7", "\033[18~" },
	{ "F8", "\033[19~" },
	{ "F9", "\033[20~" },
	{ "F10", "\033[21~" },
	{ "F11", "\033[23~" },
	{ "F12", "\033[24~" },
	{ "Enter", "\r" },
	{ "Tab", "\t" },
	{ "Esc", "\033" },
	{ "Up", "\033OA" },
	{ "Down", "\033OB" },
	{ "Backspace", "\177" },
};

static long long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
reply(const char *s, size_t len, void *user)
{
	struct pty *p = user;

	if (write(p->fd, s, len) < 0 && errno != EIO)
		abort();
}

struct pty *
pty_start(char *const argv[], int rows, int cols)
{
	struct winsize ws = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)cols };
	struct pty *p = calloc(1, sizeof(*p));

	if (p == NULL)
		abort();
	p->rows = rows;
	p->cols = cols;
	p->pid = forkpty(&p->fd, NULL, NULL, &ws);
	if (p->pid < 0)
		abort();
	if (p->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LANG", "C.UTF-8", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		unsetenv("LANGUAGE");
		execv(argv[0], argv);
		_exit(127);
	}
	p->vt = vterm_new(rows, cols);
	vterm_set_utf8(p->vt, 1);
	vterm_output_set_callback(p->vt, reply, p);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
	return p;
}

static void
keep(struct pty *p, const char *s, size_t n)
{
	if (p->n + n > p->cap) {
		p->cap = (p->n + n) * 2;
		p->out = realloc(p->out, p->cap);
		if (p->out == NULL)
			abort();
	}
	memcpy(p->out + p->n, s, n);
	p->n += n;
}

/* Is anything to be read within ms? */
static bool
readable(const struct pty *p, int ms)
{
	struct pollfd pf = { .fd = p->fd, .events = POLLIN };

	return !p->ended && poll(&pf, 1, ms) > 0;
}

/* Takes what comes within ms; false at the end of the program. */
static bool
take(struct pty *p, int ms)
{
	char block[8192];
	ssize_t n;

	if (p->ended)
		return false;
	if (!readable(p, ms))
		return true;
	n = read(p->fd, block, sizeof(block));
	if (n <= 0) {
		p->ended = true;
		return false;
	}
	keep(p, block, (size_t)n);
	vterm_input_write(p->vt, block, (size_t)n);
	return true;
}

static size_t
put_utf8(char *dst, uint32_t c)
{
	if (c < 0x80) {
		dst[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		dst[0] = (char)(0xC0 | (c >> 6));
		dst[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		dst[0] = (char)(0xE0 | (c >> 12));
		dst[1] = (char)(0x80 | ((c >> 6) & 0x3F));
		dst[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	dst[0] = (char)(0xF0 | (c >> 18));
	dst[1] = (char)(0x80 | ((c >> 12) & 0x3F));
	dst[2] = (char)(0x80 | ((c >> 6) & 0x3F));
	dst[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/* One row; line must hold cols * 4 * VTERM_MAX_CHARS_PER_CELL + 1. */
static void
row_text(struct pty *p, int row, char *line)
{
	VTermScreenCell cell;
	size_t n = 0;
	int col = 0;
	int i;

	while (col < p->cols) {
		VTermPos pos = { .row = row, .col = col };

		if (!vterm_screen_get_cell(p->screen, pos, &cell))
			break;
		if (cell.chars[0] == 0)
			line[n++] = ' ';
		for (i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0;
		     i++)
			n += put_utf8(line + n, cell.chars[i]);
		col += cell.width > 1 ? cell.width : 1;
	}
	while (n > 0 && line[n - 1] == ' ')
		n--;
	line[n] = '\0';
}

static char *
row_new(const struct pty *p)
{
	char *line = malloc((size_t)p->cols * 4 * VTERM_MAX_CHARS_PER_CELL + 1);

	if (line == NULL)
		abort();
	return line;
}

bool
pty_has(struct pty *p, const char *text)
{
	char *line = row_new(p);
	bool found = false;
	int row;

	for (row = 0; row < p->rows && !found; row++) {
		row_text(p, row, line);
		found = strstr(line, text) != NULL;
	}
	free(line);
	return found;
}

static bool
wait_for(struct pty *p, const char *text, bool want, int ms)
{
	const long long end = now_ms() + ms;
	long long left;

	while (pty_has(p, text) != want) {
		left = end - now_ms();
		if (left <= 0 || !take(p, (int)left)) {
			fprintf(stderr, "%s \"%s\" in %d ms on:\n",
			    want ? "no" : "still", text, ms);
			pty_dump(p, stderr);
			return pty_has(p, text) == want;
		}
	}
	/* the rest of the same painting */
	while (readable(p, QUIET_MS) && take(p, 0))
		;
	return true;
}

bool
pty_wait(struct pty *p, const char *text, int ms)
{
	return wait_for(p, text, true, ms);
}

bool
pty_wait_gone(struct pty *p, const char *text, int ms)
{
	return wait_for(p, text, false, ms);
}

bool
pty_wait_exit(struct pty *p, int ms, int *status)
{
	const long long end = now_ms() + ms;
	int st;

	while (p->pid > 0 && waitpid(p->pid, &st, WNOHANG) == 0) {
		if (now_ms() >= end)
			return false;
		if (!take(p, 20))
			(void)poll(NULL, 0, 10);
	}
	if (p->pid > 0) {
		while (readable(p, 0) && take(p, 0))
			;
		p->pid = 0;
		p->status = WIFEXITED(st) ? WEXITSTATUS(st) : -WTERMSIG(st);
	}
	*status = p->status;
	return true;
}

int
pty_end(struct pty *p)
{
	int status = 0;

	if (p->pid > 0 && !pty_wait_exit(p, 0, &status)) {
		(void)kill(p->pid, SIGHUP);
		if (!pty_wait_exit(p, 5000, &status)) {
			(void)kill(p->pid, SIGKILL);
			(void)pty_wait_exit(p, 5000, &status);
		}
	}
	status = p->status;
	close(p->fd);
	vterm_free(p->vt);
	free(p->out);
	free(p);
	return status;
}

void
pty_send(struct pty *p, const char *bytes)
{
	size_t n = strlen(bytes);
	size_t i;

	for (i = 0; i < n; i++)
		if (((unsigned char)bytes[i] & 0xC0) != 0x80)
			p->keys++;
	if (write(p->fd, bytes, n) != (ssize_t)n)
		abort();
}

void
pty_key(struct pty *p, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(key_bytes) / sizeof(key_bytes[0]); i++)
		if (strcmp(key_bytes[i].name, name) == 0) {
			const char *b = key_bytes[i].bytes;

			p->keys++;
			if (write(p->fd, b, strlen(b)) < 0)
				abort();
			return;
		}
	abort();
}

void
pty_resize(struct pty *p, int rows, int cols)
{
	struct winsize ws = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)cols };

	p->rows = rows;
	p->cols = cols;
	vterm_set_size(p->vt, rows, cols);
	if (ioctl(p->fd, TIOCSWINSZ, &ws) != 0)
		abort();
}

void
pty_dump(struct pty *p, FILE *to)
{
	char *line = row_new(p);
	int row;

	for (row = 0; row < p->rows; row++) {
		row_text(p, row, line);
		fprintf(to, "# |%s\n", line);
	}
	free(line);
}

unsigned
pty_keys(const struct pty *p)
{
	return p->keys;
}

const char *
pty_output(const struct pty *p, size_t *n)
{
	*n = p->n;
	return p->out;
}

pid_t
pty_pid(const struct pty *p)
{
	return p->pid;
}
