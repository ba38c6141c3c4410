/*
 * mamori-bio behind a socket, as systemd runs it with Accept=yes: another
 * user's helper, which serves one caller, one directory and one reader
 * (DESIGN §2).  The listener here is a child that does what systemd does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/bioproto.h"
#include "bio_rig.h"
#include "core/err.h"

static struct bio_rig rig;
static pid_t listener;

static int
setup(void **state)
{
	(void)state;
	bio_rig_open(&rig, "image");
	return 0;
}

static int
teardown(void **state)
{
	char path[128];

	(void)state;
	if (listener > 0) {
		kill(listener, SIGKILL);
		waitpid(listener, NULL, 0);
		listener = 0;
	}
	snprintf(path, sizeof(path), "%s/bio.sock", rig.dir);
	unlink(path);
	bio_rig_close(&rig);
	return 0;
}

_Noreturn static void
accept_and_exec(int fd, const char *peer, const char *dir)
{
	int c = accept(fd, NULL, NULL);

	if (c < 0 || dup2(c, BIOPROTO_FD) < 0)
		_exit(126);
	/* not the new socket's own close-on-exec: it has none */
	execl(rig.helper, "mamori-bio", "--peer", peer, "--terminal", dir,
	    "--sensor", "fprint", (char *)NULL);
	_exit(127);
}

/* Puts a socket in the place of rig.helper. */
static void
listen_for(const char *peer, const char *dir)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/bio.sock", rig.dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(fd, 1), 0);
	bio_rig_helper(&rig, false);
	listener = fork();
	assert_true(listener >= 0);
	if (listener == 0)
		accept_and_exec(fd, peer, dir);
	close(fd);
	snprintf(rig.helper, sizeof(rig.helper), "%s", sa.sun_path);
}

static const char *
me(void)
{
	const struct passwd *pw = getpwuid(getuid());

	assert_non_null(pw);
	return pw->pw_name;
}

static int
ask(enum bio_kind kind)
{
	const struct bio_request req = bio_rig_request(&rig, kind);

	return bio_rig_run(&rig, &req);
}

static void
the_helper_behind_a_socket_answers(void **state)
{
	(void)state;
	listen_for(me(), rig.dir);
	assert_int_equal(ask(BIO_PIN), 0);
	assert_int_equal(rig.verifier.n, 32);
}

static void
another_user_gets_nothing(void **state)
{
	const char *other = getuid() == 0 ? "nobody" : "root";

	(void)state;
	listen_for(other, rig.dir);
	assert_int_equal(ask(BIO_PIN), ERR_IO);
	assert_int_equal(rig.verifier.n, 0);
}

static void
an_unknown_user_is_nobody(void **state)
{
	(void)state;
	listen_for("no-such-user-here", rig.dir);
	assert_int_equal(ask(BIO_PIN), ERR_IO);
}

static void
a_caller_cannot_name_another_directory(void **state)
{
	(void)state;
	listen_for(me(), "/elsewhere");
	snprintf(rig.sensor, sizeof(rig.sensor), "fprint");
	assert_int_equal(ask(BIO_ENROLL), ERR_DENIED);
}

static void
a_caller_cannot_name_another_reader(void **state)
{
	(void)state;
	listen_for(me(), rig.dir);
	snprintf(rig.sensor, sizeof(rig.sensor), "vein:plugin:/tmp/evil.so");
	assert_int_equal(ask(BIO_INFO), ERR_DENIED);
}

static void
a_socket_without_a_listener_is_an_error(void **state)
{
	const struct bio_request req = bio_rig_request(&rig, BIO_PIN);
	struct bio *b = NULL;

	(void)state;
	listen_for(me(), rig.dir);
	kill(listener, SIGKILL);
	waitpid(listener, NULL, 0);
	listener = 0;
	assert_int_equal(bio_start(&b, rig.helper, &req), ERR_IO);
	assert_null(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(the_helper_behind_a_socket_answers),
		T(another_user_gets_nothing),
		T(an_unknown_user_is_nobody),
		T(a_caller_cannot_name_another_directory),
		T(a_caller_cannot_name_another_reader),
		T(a_socket_without_a_listener_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
