/*
 * mamori-bio: the helper that owns the sensor, the matcher and the operator's
 * key.  One request on descriptor 3, one answer, exit; the model is OpenSSH's
 * ssh-sk-helper.
 *
 * SECURITY: the environment is dropped before libfprint is touched (its
 * FP_VIRTUAL_* variables replace the reader), no core, no ptrace by the same
 * user, no new privileges, no descriptor but 0 to 3.
 */
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "auth/bioproto.h"
#include "auth/job.h"
#include "auth/vein_selftest.h"
#include "core/err.h"

#define EXIT_USAGE 2

static const struct sensor_ops *const sensors[] = {
	&sensor_fprint,
	&sensor_vein,
	&sensor_vein_plugin,
	NULL,
};

static const char usage[] =
    "usage: mamori-bio              serve one request on descriptor 3\n"
    "       mamori-bio --peer USER --terminal T --sensor SPEC\n"
    "                               the same for another user (a unit)\n"
    "       mamori-bio --selftest-sensor SPEC\n"
    "       mamori-bio --selftest-vein DIR [--out OUT], see mamori-bio(8)\n"
    "       mamori-bio --help | --version\n"
    "\n"
    "Started by mamori and mamorictl, not by hand.  SPEC is a sensor as in\n"
    "'mamori --sensor': fprint (the first reader), fprint:DRIVER,\n"
    "vein:v4l2:/dev/videoN, vein:plugin:FILE"
#ifdef MAMORI_DEMO
    ",\nvirtual:image:SOCKET, virtual:device:SOCKET, vein:dir:PATH"
#endif
    ".\n";

static void
harden(void)
{
	const struct rlimit none = { 0, 0 };

	clearenv();
	/* best effort each: the helper is still right without them */
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#ifndef MAMORI_ASAN /* LeakSanitizer reads its own process with ptrace */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	(void)syscall(SYS_close_range, BIOPROTO_FD + 1, UINT_MAX, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(077); /* the socket of a virtual reader */
}

/* ---- --selftest-sensor ------------------------------------------------- */

static bool
never(void *ctx)
{
	(void)ctx;
	return false;
}

static int
selftest(const char *spec)
{
	const struct sensor_ops *ops = job_sensor(sensors, str_of(spec));
	struct sensor_host host = { .cancelled = never };
	struct sensor_caps caps;
	struct sensor *s = NULL;
	int quiet[2];
	int rc = ERR_NODEV;

	if (pipe2(quiet, O_CLOEXEC) != 0)
		return 1;
	host.control_fd = quiet[0];
	if (ops != NULL)
		rc = ops->open(&s, str_of(spec), &host);
	if (rc != 0) {
		fprintf(stderr,
		    "mamori-bio: sensor '%s': %s: check the cable and the "
		    "rights on the USB device\n",
		    spec, err_text(rc));
	} else {
		ops->caps(s, &caps);
		printf("driver %s\nmodality %s\nstages %u\n", caps.driver,
		    caps.modality, caps.stages);
		ops->close(s);
	}
	close(quiet[0]);
	close(quiet[1]);
	return rc == 0 ? 0 : 1;
}

/* ---- descriptor 3 ------------------------------------------------------ */

static bool
has_caller(void)
{
	socklen_t n = sizeof(int);
	int type = 0;

	return getsockopt(BIOPROTO_FD, SOL_SOCKET, SO_TYPE, &type, &n) == 0 &&
	    type == SOCK_SEQPACKET;
}

/* Whoever connected: without --peer only the helper's own user. */
static bool
is_peer(const char *user)
{
	const struct passwd *pw = NULL;
	struct ucred who = { 0 };
	socklen_t n = sizeof(who);
	uid_t want = getuid();

	if (user != NULL) {
		pw = getpwnam(user);
		if (pw == NULL)
			return false;
		want = pw->pw_uid;
	}
	return getsockopt(BIOPROTO_FD, SOL_SOCKET, SO_PEERCRED, &who, &n) ==
	    0 &&
	    who.uid == want;
}

/* --peer USER --terminal T --sensor SPEC: all three, for mamori-bio@.service */
static bool
unit_options(int argc, char **argv, struct job *job, const char **peer)
{
	if (argc != 7 || strcmp(argv[1], "--peer") != 0 ||
	    strcmp(argv[3], "--terminal") != 0 ||
	    strcmp(argv[5], "--sensor") != 0)
		return false;
	*peer = argv[2];
	job->only_dir = argv[4];
	job->only_sensor = argv[6];
	return true;
}

int
main(int argc, char **argv)
{
	struct job job = { .fd = BIOPROTO_FD, .sensors = sensors };
	const char *peer = NULL;

	harden();
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("mamori-bio " MAMORI_VERSION);
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "--selftest-sensor") == 0)
		return selftest(argv[2]);
	if (argc >= 2 && strcmp(argv[1], "--selftest-vein") == 0)
		return vein_selftest(argc - 1, argv + 1);
	if (argc != 1 && !unit_options(argc, argv, &job, &peer)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (!has_caller()) {
		fputs("mamori-bio: descriptor 3: it is no socket of mamori: "
		      "start mamori or mamorictl, they start this program\n",
		    stderr);
		return EXIT_USAGE;
	}
	if (!is_peer(peer)) {
		fputs("mamori-bio: descriptor 3: another user connected: check "
		      "--peer in mamori-bio@.service\n",
		    stderr);
		return 1;
	}
	return job_run(&job) == 0 ? 0 : 1;
}
