/*
 * Asks for a PIN.
 *
 * SECURITY: no echo, signals restore the terminal's mode, what was typed is
 * in the caller's locked secret and in no other place.
 */
#include "ctl/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "core/err.h"
#include "core/pin.h"
#include "crypt/crypt.h"
#include "ctl/ctl.h"

const char *
pin_fault(struct str pin, size_t least)
{
	switch (pin_check(pin, least)) {
	case 0:
		return NULL;
	case ERR_MISSING:
		return "too short";
	case ERR_TOOLONG:
		return "too long";
	case ERR_SYNTAX:
		return "a character that is not printable ASCII";
	default:
		return "too easy to guess";
	}
}

/* One line without its end; ERR_CANCELLED at the end of input. */
static int
read_line(int fd, struct secret *out)
{
	ssize_t n;
	char c = '\0';
	int err = 0;

	out->n = 0;
	for (;;) {
		n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR) {
			err = ERR_CANCELLED;
			break;
		}
		if (n <= 0 && out->n == 0)
			err = ERR_CANCELLED;
		if (n <= 0 || c == '\n' || c == '\r')
			break;
		if (out->n == sizeof(out->p)) {
			err = ERR_TOOLONG;
			break;
		}
		out->p[out->n++] = (uint8_t)c;
	}
	explicit_bzero(&c, sizeof(c));
	return err;
}

/* Signals that would leave the tty without echo only end the reading. */
static void
on_signal(int signo)
{
	(void)signo;
}

static int
read_hidden(int tty, const char *prompt, struct secret *out)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction old[4];
	struct sigaction act = { .sa_handler = on_signal };
	struct termios before;
	struct termios quiet;
	int err;

	if (tcgetattr(tty, &before) != 0)
		return ERR_IO;
	for (size_t i = 0; i < 4; i++)
		(void)sigaction(signals[i], &act, &old[i]);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	if (tcsetattr(tty, TCSAFLUSH, &quiet) != 0) {
		err = ERR_IO;
	} else {
		dprintf(tty, "%s", prompt);
		err = read_line(tty, out);
		dprintf(tty, "\n");
		(void)tcsetattr(tty, TCSAFLUSH, &before);
	}
	for (size_t i = 0; i < 4; i++)
		(void)sigaction(signals[i], &old[i], NULL);
	return err;
}

static int
read_twice(struct secret *pin)
{
	struct secret again;
	int tty;
	int err;

	tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty < 0)
		return ERR_IO;
	err = read_hidden(tty, "PIN: ", pin);
	if (err == 0)
		err = read_hidden(tty, "PIN again: ", &again);
	if (err == 0 &&
	    !crypt_equal(str_n(pin->p, pin->n), str_n(again.p, again.n)))
		err = ERR_AUTH;
	secret_wipe(&again);
	close(tty);
	return err;
}

int
pin_ask(struct secret *pin, size_t least)
{
	char todo[80];
	const char *fault;
	int err;
	int rc = 0;

	err = isatty(STDIN_FILENO) ? read_twice(pin)
				   : read_line(STDIN_FILENO, pin);
	if (err == ERR_AUTH)
		rc = ctl_fail("PIN", "the two are not the same", "try again");
	else if (err == ERR_CANCELLED)
		rc = ctl_fail(
		    "PIN", "none was given", "type it, or hand it in on stdin");
	else if (err != 0)
		rc = ctl_fail_err("PIN", err, NULL);
	if (rc == 0) {
		fault = pin_fault(str_n(pin->p, pin->n), least);
		(void)snprintf(todo, sizeof(todo),
		    "choose %zu to %d letters, digits and signs", least,
		    PIN_LONGEST);
		if (fault != NULL)
			rc = ctl_fail("PIN", fault, todo);
	}
	if (rc != 0)
		secret_wipe(pin);
	return rc;
}
