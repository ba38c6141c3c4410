/* The loop: timers, descriptors, signals, and removal from inside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/fdpass.h"
#include "net/loop.h"
#include "net/proc.h"
#include "net/sysclock.h"

static int64_t fake_now;

static int64_t
fake(void *ctx)
{
	(void)ctx;
	return fake_now;
}

static const struct clock fake_clock = { fake, fake, NULL };

struct seen {
	struct loop *l;
	struct loop_timer *t;
	struct loop_timer *other;
	struct loop_watch *w;
	struct loop_watch *w2;
	int n;
	int signo;
};

static void
count(void *ctx)
{
	struct seen *s = ctx;

	s->n++;
}

static void
a_timer_runs_once_when_it_is_due(void **state)
{
	struct seen s = { 0 };

	(void)state;
	fake_now = 1000;
	s.l = loop_new(&fake_clock);
	s.t = loop_timer_new(s.l, count, &s);
	loop_timer_set(s.t, 50);
	fake_now = 1049;
	loop_turn(s.l, 0);
	assert_int_equal(s.n, 0);
	fake_now = 1050;
	loop_turn(s.l, 0);
	loop_turn(s.l, 0);
	assert_int_equal(s.n, 1);
	assert_false(loop_timer_running(s.t));
	loop_timer_set(s.t, INT64_MAX);
	loop_turn(s.l, 0);
	assert_int_equal(s.n, 1);
	loop_free(s.l);
}

static void
free_both(void *ctx)
{
	struct seen *s = ctx;

	s->n++;
	loop_timer_free(s->t);
	loop_timer_free(s->other);
	s->t = s->other = NULL;
}

static void
a_timer_may_free_itself_and_its_neighbour(void **state)
{
	struct seen s = { 0 };

	(void)state;
	fake_now = 0;
	s.l = loop_new(&fake_clock);
	s.t = loop_timer_new(s.l, free_both, &s);
	s.other = loop_timer_new(s.l, free_both, &s);
	loop_timer_set(s.t, 1);
	loop_timer_set(s.other, 1);
	fake_now = 5;
	loop_turn(s.l, 0);
	assert_int_equal(s.n, 1);
	loop_turn(s.l, 0);
	loop_free(s.l);
}

static void
unwatch_both(void *ctx, int fd, unsigned events)
{
	struct seen *s = ctx;

	(void)fd;
	assert_true((events & LOOP_READ) != 0);
	s->n++;
	loop_unwatch(s->w);
	loop_unwatch(s->w2);
	s->w = s->w2 = NULL;
}

static void
an_unwatched_descriptor_is_not_called_in_the_same_turn(void **state)
{
	struct seen s = { 0 };
	int a[2], b[2];

	(void)state;
	s.l = loop_new(sysclock());
	assert_int_equal(proc_pair(SOCK_STREAM, a), 0);
	assert_int_equal(proc_pair(SOCK_STREAM, b), 0);
	s.w = loop_watch(s.l, a[0], LOOP_READ, unwatch_both, &s);
	s.w2 = loop_watch(s.l, b[0], LOOP_READ, unwatch_both, &s);
	assert_int_equal(write(a[1], "x", 1), 1);
	assert_int_equal(write(b[1], "x", 1), 1);
	loop_turn(s.l, 1000);
	assert_int_equal(s.n, 1);
	loop_free(s.l);
	close(a[0]);
	close(a[1]);
	close(b[0]);
	close(b[1]);
}

static void
on_file(void *ctx, int fd, unsigned events)
{
	struct seen *s = ctx;

	(void)fd;
	(void)events;
	if (++s->n == 3)
		loop_unwatch(s->w);
}

static void
a_regular_file_is_always_ready(void **state)
{
	struct seen s = { 0 };
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int i;

	(void)state;
	assert_true(fd >= 0);
	s.l = loop_new(sysclock());
	s.w = loop_watch(s.l, fd, LOOP_READ, on_file, &s);
	assert_non_null(s.w);
	for (i = 0; i < 5; i++)
		loop_turn(s.l, 0);
	assert_int_equal(s.n, 3);
	loop_free(s.l);
	close(fd);
}

static void
on_signal(void *ctx, int signo)
{
	struct seen *s = ctx;

	s->signo = signo;
	loop_stop(s->l, 7);
}

static void
a_signal_arrives_in_the_loop(void **state)
{
	static const int set[] = { SIGUSR1 };
	struct seen s = { 0 };

	(void)state;
	s.l = loop_new(sysclock());
	assert_int_equal(loop_signals(s.l, set, 1, on_signal, &s), 0);
	raise(SIGUSR1);
	assert_int_equal(loop_run(s.l), 7);
	assert_int_equal(s.signo, SIGUSR1);
	loop_free(s.l);
}

static void
a_descriptor_travels_with_its_message(void **state)
{
	uint8_t msg[FDPASS_MAX];
	int pair[2], pipefd[2];
	int fd;
	char c = 0;
	size_t n;

	(void)state;
	assert_int_equal(proc_pair(SOCK_SEQPACKET, pair), 0);
	assert_int_equal(pipe2(pipefd, O_CLOEXEC), 0);
	assert_int_equal(fdpass_recv(pair[1], msg, &n, &fd), 0);
	assert_int_equal(fdpass_send(pair[0], STR("abc"), pipefd[1]), 0);
	assert_int_equal(fdpass_send(pair[0], STR("d"), -1), 0);
	assert_int_equal(fdpass_recv(pair[1], msg, &n, &fd), 1);
	assert_int_equal(n, 3);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "z", 1), 1);
	assert_int_equal(read(pipefd[0], &c, 1), 1);
	assert_int_equal(c, 'z');
	close(fd);
	assert_int_equal(fdpass_recv(pair[1], msg, &n, &fd), 1);
	assert_int_equal(fd, -1);
	close(pair[0]);
	assert_true(fdpass_recv(pair[1], msg, &n, &fd) < 0);
	close(pair[1]);
	close(pipefd[0]);
	close(pipefd[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_timer_runs_once_when_it_is_due),
		cmocka_unit_test(a_timer_may_free_itself_and_its_neighbour),
		cmocka_unit_test(
		    an_unwatched_descriptor_is_not_called_in_the_same_turn),
		cmocka_unit_test(a_regular_file_is_always_ready),
		cmocka_unit_test(a_signal_arrives_in_the_loop),
		cmocka_unit_test(a_descriptor_travels_with_its_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
