/*
 * Drives mamori-bio as its real callers do: bio_start(), poll, bio_read().
 *
 * SECURITY: tests only; the directory is private (0700) and removed.
 */
#include "bio_rig.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/err.h"
#include "fpgen.h"

/* ---- set-up ------------------------------------------------------------- */

/* $BUILD, or the build directory this test program lies in. */
static void
build_dir(char *out, size_t cap)
{
	const char *env = getenv("BUILD");
	char *at;
	ssize_t n;

	if (env != NULL && env[0] != '\0') {
		snprintf(out, cap, "%s", env);
		return;
	}
	n = readlink("/proc/self/exe", out, cap - 1);
	assert_true(n > 0);
	out[n] = '\0';
	at = strstr(out, "/tests/");
	assert_non_null(at);
	*at = '\0';
}

void
bio_rig_helper(struct bio_rig *rig, bool demo)
{
	char build[PATH_MAX / 2];
	char *full;

	build_dir(build, sizeof(build));
	full = realpath(build, NULL);
	assert_non_null(full);
	snprintf(rig->helper, sizeof(rig->helper), "%s/%smamori-bio", full,
	    demo ? "demo/" : "");
	free(full);
	assert_int_equal(access(rig->helper, X_OK), 0);
}

static void
write_group_key(const struct bio_rig *rig)
{
	uint8_t key[32];
	char path[128];
	int fd;

	crypt_random(key, sizeof(key));
	snprintf(path, sizeof(path), "%s/bio", rig->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/bio/group.key", rig->dir);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, key, sizeof(key)), sizeof(key));
	close(fd);
}

void
bio_rig_open(struct bio_rig *rig, const char *kind)
{
	memset(rig, 0, sizeof(*rig));
	rig->line = -1;
	snprintf(rig->dir, sizeof(rig->dir), "/tmp/mamori-bio-XXXXXX");
	assert_non_null(mkdtemp(rig->dir));
	write_group_key(rig);
	snprintf(rig->socket, sizeof(rig->socket), "%s/reader", rig->dir);
	snprintf(rig->sensor, sizeof(rig->sensor), "virtual:%s:%s", kind,
	    rig->socket);
	bio_rig_helper(rig, true);
	crypt_random(rig->share, sizeof(rig->share));
	memcpy(rig->pin.p, "13579024", 8);
	rig->pin.n = 8;
	rig->feed = bio_rig_feed_finger;
	rig->finger = (unsigned)fpgen_finger("clerk");
	rig->other = (unsigned)fpgen_finger("stranger");
}

static void
forget(struct bio_rig *rig)
{
	buf_release(&rig->verifier);
	buf_release(&rig->public_key);
	buf_release(&rig->assertion);
	buf_release(&rig->signature);
}

void
bio_rig_close(struct bio_rig *rig)
{
	char path[128];

	forget(rig);
	buf_release(&rig->envelope);
	if (rig->line >= 0)
		close(rig->line);
	(void)unlink(rig->socket);
	snprintf(path, sizeof(path), "%s/bio/group.key", rig->dir);
	(void)unlink(path);
	snprintf(path, sizeof(path), "%s/bio", rig->dir);
	(void)rmdir(path);
	assert_int_equal(rmdir(rig->dir), 0);
}

struct bio_request
bio_rig_request(struct bio_rig *rig, enum bio_kind kind)
{
	static const char salt[] = "0123456789abcdef";
	static const uint8_t digest[3][32] = { { 1 }, { 2 }, { 3 } };

	return (struct bio_request){
		.kind = kind,
		.sensor = rig->sensor,
		.terminal_dir = rig->dir,
		.match_id = STR("M001"),
		.pin = &rig->pin,
		.pin_salt = str_of(salt),
		.scrypt = { 10, 8, 1 }, /* the cheapest allowed */
		.share = str_n(rig->share, sizeof(rig->share)),
		.timeout_s = 20,
		.modality = STR("fingerprint"),
		.finger = 7,
		.record_uuid = STR("0191e7a2-0000-7000-8000-000000000001"),
		.envelope = buf_str(&rig->envelope),
		.purpose = STR("login"),
		.origin = STR("162019.example/log"),
		.terminal = STR("T01"),
		.counter = 42,
		.challenge = str_n(digest[0], 32),
		.exporter = str_n(digest[1], 32),
		.act = str_n(digest[2], 32),
	};
}

/* ---- the reader ---------------------------------------------------------- */

static int
dial(const struct bio_rig *rig)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", rig->socket);
	assert_int_equal(
	    connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void
line_send(struct bio_rig *rig, const void *p, size_t n)
{
	if (rig->line < 0)
		rig->line = dial(rig);
	assert_int_equal(send(rig->line, p, n, MSG_NOSIGNAL), (ssize_t)n);
}

void
bio_rig_words(struct bio_rig *rig, int a, int b)
{
	const int32_t words[2] = { a, b };

	line_send(rig, words, sizeof(words));
}

static void
send_picture(struct bio_rig *rig, const uint8_t picture[FPGEN_BYTES])
{
	bio_rig_words(rig, FPGEN_SIZE, FPGEN_SIZE);
	line_send(rig, picture, FPGEN_BYTES);
}

void
bio_rig_feed_finger(struct bio_rig *rig, unsigned n)
{
	uint8_t picture[FPGEN_BYTES];

	(void)n;
	fpgen_press(rig->finger, rig->impression++, picture);
	send_picture(rig, picture);
}

void
bio_rig_feed_noise(struct bio_rig *rig, unsigned n)
{
	uint8_t picture[FPGEN_BYTES];

	fpgen_noise(n + 1, picture);
	send_picture(rig, picture);
}

void
bio_rig_feed_mixed(struct bio_rig *rig, unsigned n)
{
	uint8_t picture[FPGEN_BYTES];

	fpgen_press(
	    n % 2 ? rig->other : rig->finger, rig->impression++, picture);
	send_picture(rig, picture);
}

void
bio_rig_feed_nothing(struct bio_rig *rig, unsigned n)
{
	(void)rig;
	(void)n;
}

void
bio_rig_say(struct bio_rig *rig, const char *command)
{
	int fd = dial(rig);

	assert_int_equal(send(fd, command, strlen(command), MSG_NOSIGNAL),
	    (ssize_t)strlen(command));
	close(fd);
}

/* ---- running --------------------------------------------------------------
 */

/* The only child of a test program is the helper. */
static void
kill_helper(void)
{
	char path[64];
	FILE *f;
	int pid = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	f = fopen(path, "re");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	fclose(f);
	assert_true(pid > 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
}

static void
at_need(struct bio_rig *rig, struct bio *b)
{
	if (rig->cancel_at_need)
		bio_cancel(b);
	else if (rig->kill_at_need)
		kill_helper();
	else
		rig->feed(rig, rig->needed);
	rig->needed++;
}

static void
seen(struct bio_rig *rig, struct bio *b, const struct bio_event *ev)
{
	switch (ev->kind) {
	case BIO_EV_READY:
		memcpy(rig->driver, ev->driver, sizeof(rig->driver));
		break;
	case BIO_EV_FINGER:
		if (ev->flags == 1)
			at_need(rig, b);
		break;
	case BIO_EV_PROGRESS:
		rig->progress = ev->stage;
		break;
	case BIO_EV_GUIDE:
		rig->guides++;
		rig->guide = ev->guide;
		break;
	case BIO_EV_PREVIEW:
		rig->previews += ev->width == 80 && ev->height == 80;
		break;
	case BIO_EV_DONE:
		rig->done = *ev;
		buf_puts_str(&rig->verifier, ev->verifier);
		buf_puts_str(&rig->public_key, ev->public_key);
		buf_puts_str(&rig->assertion, ev->assertion);
		buf_puts_str(&rig->signature, ev->signature);
		if (ev->envelope.n > 0) {
			buf_release(&rig->envelope);
			buf_puts_str(&rig->envelope, ev->envelope);
		}
		break;
	}
}

int
bio_rig_run(struct bio_rig *rig, const struct bio_request *req)
{
	struct bio_event ev;
	struct bio *b;
	bool done = false;

	forget(rig);
	rig->needed = 0;
	rig->progress = 0;
	rig->guides = 0;
	rig->guide = BIO_GUIDE_NONE;
	memset(rig->driver, 0, sizeof(rig->driver));
	memset(&rig->done, 0, sizeof(rig->done));
	if (rig->line >= 0)
		close(rig->line);
	rig->line = -1;
	assert_int_equal(bio_start(&b, rig->helper, req), 0);
	while (!done) {
		struct pollfd p = { .fd = bio_fd(b), .events = POLLIN };

		(void)poll(&p, 1, bio_deadline_ms(b));
		if (bio_deadline_ms(b) == 0)
			bio_overdue(b);
		while (bio_read(b, &ev) == 1) {
			done = ev.kind == BIO_EV_DONE;
			seen(rig, b, &ev);
		}
	}
	assert_int_equal(bio_read(b, &ev), 0);
	bio_free(b);
	return rig->done.err;
}

void
bio_rig_enroll(struct bio_rig *rig)
{
	struct bio_request req = bio_rig_request(rig, BIO_ENROLL);

	rig->impression = 0;
	assert_int_equal(bio_rig_run(rig, &req), 0);
	rig->impression = FPGEN_PROBE;
}
