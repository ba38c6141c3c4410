/*
 * mamori-bio with libfprint's virtual_device (every error it knows), without
 * a sensor, and the release helper, which knows no virtual readers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/press.h"
#include "bio_rig.h"
#include "core/err.h"
#include "fpgen.h"

static struct bio_rig rig;
static const char *command; /* what the reader is told at each need */

static void
feed_command(struct bio_rig *r, unsigned n)
{
	(void)n;
	if (command != NULL)
		bio_rig_say(r, command);
}

static int
setup(void **state)
{
	(void)state;
	bio_rig_open(&rig, "device");
	rig.feed = feed_command;
	command = "SCAN finger-a";
	return 0;
}

static int
setup_enrolled(void **state)
{
	(void)setup(state);
	bio_rig_enroll(&rig);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	bio_rig_close(&rig);
	return 0;
}

static int
run_kind(enum bio_kind kind)
{
	const struct bio_request req = bio_rig_request(&rig, kind);

	return bio_rig_run(&rig, &req);
}

static void
a_scripted_finger_enrols_and_signs(void **state)
{
	(void)state;
	assert_string_equal(rig.driver, "virtual_device");
	assert_int_equal(run_kind(BIO_SIGN), 0);
	assert_int_equal(rig.signature.n, 64);
	command = "SCAN finger-b";
	assert_int_equal(run_kind(BIO_SIGN), ERR_AUTH);
	assert_int_equal(rig.signature.n, 0);
}

static void
each_error_of_a_reader_has_its_own_answer(void **state)
{
	static const struct {
		const char *say;
		int err;
	} cases[] = {
		{ "ERROR 0", ERR_IO },
		{ "ERROR 1", ERR_NODEV },
		{ "ERROR 4", ERR_BUSY },
		{ "ERROR 5", ERR_IO },
		{ "ERROR 6", ERR_CORRUPT },
		{ "ERROR 256", ERR_NODEV },
		{ "ERROR 257", ERR_LIMIT },
		{ "UNPLUG", ERR_NODEV },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		command = cases[i].say;
		assert_int_equal(run_kind(BIO_SIGN), cases[i].err);
		assert_int_equal(rig.signature.n, 0);
	}
}

static void
feed_retries(struct bio_rig *r, unsigned n)
{
	static const char *const retries[] = { "RETRY 1", "RETRY 2",
		"RETRY 3" };

	bio_rig_say(r, n < 3 ? retries[n] : "SCAN finger-a");
}

static void
three_retries_are_told_and_the_fourth_press_matches(void **state)
{
	(void)state;
	rig.feed = feed_retries;
	assert_int_equal(run_kind(BIO_SIGN), 0);
	assert_int_equal(rig.guides, 3);
	assert_int_equal(rig.guide, BIO_GUIDE_REMOVE);
}

static void
a_credential_of_another_reader_is_not_tried(void **state)
{
	(void)state;
	/* the envelope names virtual_device */
	snprintf(
	    rig.sensor, sizeof(rig.sensor), "virtual:image:%s", rig.socket);
	assert_int_equal(run_kind(BIO_SIGN), ERR_NODEV);
	assert_int_equal(rig.needed, 0);
}

static void
the_verifier_is_scrypt_of_the_pin(void **state)
{
	uint8_t want[32];

	(void)state;
	assert_int_equal(
	    crypt_scrypt(STR("13579024"), STR("0123456789abcdef"),
		(struct crypt_scrypt){ 10, 8, 1 }, want, sizeof(want)),
	    0);
	rig.sensor[0] = '\0'; /* no sensor is needed */
	assert_int_equal(run_kind(BIO_PIN), 0);
	assert_int_equal(rig.verifier.n, 32);
	assert_memory_equal(rig.verifier.p, want, 32);
}

static void
info_names_the_reader(void **state)
{
	(void)state;
	assert_int_equal(run_kind(BIO_INFO), 0);
	assert_string_equal(rig.driver, "virtual_device");
	assert_int_equal(rig.done.stages, 5);
}

static void
a_socket_path_that_libfprint_would_cut_is_refused(void **state)
{
	(void)state;
	snprintf(rig.sensor, sizeof(rig.sensor), "virtual:device:%0108d", 1);
	assert_int_equal(run_kind(BIO_INFO), ERR_RANGE);
}

static void
AUT_16_no_reader_is_told_as_such(void **state)
{
	(void)state;
	snprintf(rig.sensor, sizeof(rig.sensor), "fprint");
	assert_int_equal(run_kind(BIO_INFO), ERR_NODEV);
	snprintf(rig.sensor, sizeof(rig.sensor), "fprint:nosuch");
	assert_int_equal(run_kind(BIO_INFO), ERR_NODEV);
	snprintf(rig.sensor, sizeof(rig.sensor), "palm");
	assert_int_equal(run_kind(BIO_INFO), ERR_NODEV);
}

static void
the_release_helper_knows_no_virtual_reader(void **state)
{
	(void)state;
	bio_rig_helper(&rig, false);
	assert_int_equal(run_kind(BIO_INFO), ERR_NODEV);
	snprintf(rig.sensor, sizeof(rig.sensor), "fprint:virtual_device");
	assert_int_equal(run_kind(BIO_INFO), ERR_NODEV);
}

/* Runs the release helper with a variable that would plug in a reader. */
static int
selftest_with(const char *variable)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		(void)setenv(variable, rig.socket, 1);
		(void)dup2(STDERR_FILENO, STDOUT_FILENO);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(126);
		execl(rig.helper, rig.helper, "--selftest-sensor", "fprint",
		    (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
the_environment_plugs_in_nothing(void **state)
{
	(void)state;
	bio_rig_helper(&rig, false);
	assert_int_equal(selftest_with("FP_VIRTUAL_DEVICE"), 1);
	assert_int_equal(selftest_with("FP_VIRTUAL_IMAGE"), 1);
	assert_int_equal(access(rig.socket, F_OK), -1);
}

static void
a_missing_helper_is_an_error(void **state)
{
	(void)state;
	snprintf(rig.helper, sizeof(rig.helper), "/nonexistent/mamori-bio");
	assert_int_equal(run_kind(BIO_PIN), ERR_IO);
}

/* ---- mamori-press ---------------------------------------------------------
 */

static void
feed_by_press(struct bio_rig *r, unsigned n)
{
	char dir[sizeof(r->helper)];
	int status = -1;
	pid_t pid;
	char *cut;

	(void)n;
	snprintf(dir, sizeof(dir), "%s", r->helper);
	cut = strstr(dir, "/demo/");
	assert_non_null(cut);
	*cut = '\0';
	assert_int_equal(press_spawn(dir, press_socket(r->sensor), "clerk",
			     r->impression++, &pid),
	    0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
mamori_press_enrols_and_logs_in_a_demo_person(void **state)
{
	(void)state;
	snprintf(
	    rig.sensor, sizeof(rig.sensor), "virtual:image:%s", rig.socket);
	rig.feed = feed_by_press;
	bio_rig_enroll(&rig);
	assert_int_equal(rig.needed, 5);
	assert_int_equal(run_kind(BIO_SIGN), 0);
	assert_null(press_socket("fprint"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define FRESH(f)    cmocka_unit_test_setup_teardown(f, setup, teardown)
#define ENROLLED(f) cmocka_unit_test_setup_teardown(f, setup_enrolled, teardown)
		ENROLLED(a_scripted_finger_enrols_and_signs),
		ENROLLED(each_error_of_a_reader_has_its_own_answer),
		ENROLLED(three_retries_are_told_and_the_fourth_press_matches),
		ENROLLED(a_credential_of_another_reader_is_not_tried),
		FRESH(the_verifier_is_scrypt_of_the_pin),
		FRESH(info_names_the_reader),
		FRESH(a_socket_path_that_libfprint_would_cut_is_refused),
		FRESH(AUT_16_no_reader_is_told_as_such),
		FRESH(the_release_helper_knows_no_virtual_reader),
		FRESH(the_environment_plugs_in_nothing),
		FRESH(a_missing_helper_is_an_error),
		FRESH(mamori_press_enrols_and_logs_in_a_demo_person),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
