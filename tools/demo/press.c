/*
 * mamori-press: presses a synthetic finger on libfprint's virtual reader
 * (fingerprint.md §3.1, automatic finger reporting), or lays one on the vein
 * sensor that is a directory (press_vein.c).
 *
 * The supported way is one run per wanted picture, started when mamori-bio
 * says BIO_EV_FINGER "needed": libfprint loses what arrives when it does not
 * wait.  The program ends when libfprint has taken the bytes off the socket;
 * a second connection would throw away what the first has not delivered.
 * --enroll N, for use by hand, cannot see the reader's state and only leaves
 * time between the pictures.
 *
 * SECURITY: the demo's people exist so that their fingers can be pressed by
 * anybody; only a --synthetic site takes them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <linux/sockios.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "fpgen.h"
#include "press_vein.h"

#define CONNECT_MS 5000 /* the helper opens its reader after we start */
#define TAKEN_MS   10000
#define STEP_MS	   10
#define BETWEEN_MS 600 /* --enroll: ten times what a stage takes */

struct options {
	const char *socket;
	uint64_t finger;
	unsigned impression;
	unsigned count;
	bool garbage;
	struct press_view view; /* of a vein */
};

static const char usage[] =
    "usage: mamori-press [--impression K] [--enroll N] [--garbage] "
    "SOCKET FINGER\n"
    "       mamori-press [--impression K] [--enroll N] [--garbage] "
    "[--level L]\n"
    "                    [--kind K] [--shift MM] vein:PATH FINGER\n"
    "\n"
    "Sends a synthetic picture of FINGER (a number from 1, or clerk,\n"
    "reviewer, supervisor, stranger) to the virtual reader at SOCKET, or "
    "lays it\n"
    "as PATH/press-NNN.pgm before the vein sensor vein:dir:PATH.\n"
    "  --impression K  another press of the same finger; below 100 careful\n"
    "                  ones for enrolment, from 100 on log-ins (default 100)\n"
    "  --enroll N      N pictures, K and following, with pauses\n"
    "  --garbage       noise instead of a finger\n"
    "  --level L       how carefully a vein finger is laid down: easy (the\n"
    "                  default below 100), normal, real, hard\n"
    "  --kind K        what lies there: live, print, screen, empty\n"
    "  --shift MM      how far a vein finger is laid aside, in mm\n"
    "  --help, --version\n";

static int
fail(const char *what, const char *why, const char *todo)
{
	fprintf(stderr, "mamori-press: %s: %s: %s\n", what, why, todo);
	return 1;
}

static void
nap(unsigned ms)
{
	const struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* A connected socket, waiting for the reader to appear; -1 with errno. */
static int
dial(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = strlen(path);
	unsigned waited;
	int fd;

	if (n >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to.sun_path, path, n + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	for (waited = 0; waited < CONNECT_MS; waited += STEP_MS) {
		if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
			return fd;
		if (errno != ENOENT && errno != ECONNREFUSED && errno != EINTR)
			break;
		nap(STEP_MS);
	}
	close(fd);
	return -1;
}

static bool
send_all(int fd, const void *p, size_t n)
{
	const char *at = p;
	ssize_t k;

	while (n > 0) {
		k = send(fd, at, n, MSG_NOSIGNAL);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		at += k;
		n -= (size_t)k;
	}
	return true;
}

/* Until the other side has read everything, or is gone. */
static bool
wait_taken(int fd)
{
	struct pollfd p = { .fd = fd, .events = 0 };
	unsigned waited;
	int queued = 0;

	for (waited = 0; waited < TAKEN_MS; waited += STEP_MS) {
		if (ioctl(fd, SIOCOUTQ, &queued) != 0)
			return false;
		if (queued == 0)
			return true;
		if (poll(&p, 1, STEP_MS) > 0)
			return false;
	}
	return false;
}

static bool
press(int fd, const struct options *o, unsigned impression)
{
	static uint8_t picture[FPGEN_BYTES];
	const int32_t head[2] = { FPGEN_SIZE, FPGEN_SIZE };

	if (o->garbage)
		fpgen_noise(o->finger * 1000003 + impression, picture);
	else
		fpgen_press(o->finger, impression, picture);
	return send_all(fd, head, sizeof(head)) &&
	    send_all(fd, picture, sizeof(picture)) && wait_taken(fd);
}

/* A number from 0 to 1000000. */
static bool
number(const char *text, unsigned *out)
{
	char *end = NULL;
	unsigned long v;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return false;
	v = strtoul(text, &end, 10);
	*out = (unsigned)v;
	return *end == '\0' && v <= 1000000;
}

/* One option with a value; false when it or its value is none. */
static bool
option(struct options *o, const char *name, const char *value)
{
	if (strcmp(name, "--impression") == 0)
		return number(value, &o->impression);
	if (strcmp(name, "--enroll") == 0)
		return number(value, &o->count) && o->count > 0;
	return press_vein_option(&o->view, name, value);
}

/* 0, or the exit code 2. */
static int
parse(int argc, char **argv, struct options *o)
{
	const char *word[2] = { NULL, NULL };
	size_t words = 0;
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--garbage") == 0)
			o->garbage = true;
		else if (argv[i][0] != '-' && words < 2)
			word[words++] = argv[i];
		else if (argv[i][0] != '-' || i + 1 == argc ||
		    !option(o, argv[i], argv[i + 1]))
			return 2;
		else
			i++;
	}
	if (words != 2)
		return 2;
	o->socket = word[0];
	o->finger = fpgen_finger(word[1]);
	return 0;
}

static int
run_vein(const struct options *o, const char *dir)
{
	unsigned i;
	int rc = 0;

	for (i = 0; i < o->count && rc == 0; i++) {
		if (i > 0)
			nap(BETWEEN_MS);
		rc = press_vein(
		    dir, &o->view, o->finger, o->impression + i, o->garbage);
	}
	return rc == 0 ? 0
		       : fail(dir, strerror(rc),
			     "give the directory of --sensor vein:dir:PATH");
}

static int
run(const struct options *o)
{
	const char *dir = press_vein_dir(o->socket);
	unsigned i;
	int rc = 0;
	int fd;

	if (dir != NULL)
		return run_vein(o, dir);
	fd = dial(o->socket);
	if (fd < 0)
		return fail(o->socket, strerror(errno),
		    "start the terminal with --sensor virtual:image:SOCKET");
	for (i = 0; i < o->count && rc == 0; i++) {
		if (i > 0)
			nap(BETWEEN_MS);
		if (!press(fd, o, o->impression + i))
			rc = fail(o->socket, "the reader took no picture",
			    "press while it asks for a finger");
	}
	close(fd);
	return rc;
}

int
main(int argc, char **argv)
{
	struct options o = { .impression = FPGEN_PROBE, .count = 1 };

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("mamori-press " MAMORI_VERSION);
		return 0;
	}
	if (parse(argc, argv, &o) != 0) {
		fputs(usage, stderr);
		return 2;
	}
	if (o.finger == 0)
		return fail("finger", "neither a number nor a known name",
		    "use clerk, reviewer, supervisor, stranger or a number");
	return run(&o);
}
