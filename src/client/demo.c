/*
 * Presses a finger of the demonstration through demo/mamori-press.
 *
 * SECURITY: it makes a picture appear on a virtual sensor and can do no more;
 * matching stays with mamori-bio, and only a synthetic site accepts it.
 */
#include "client/demo.h"

#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/press.h"
#include "conf/digest.h"
#include "conf/share.h"
#include "core/err.h"
#include "core/wire.h"

struct demo {
	struct loop *loop;
	const char *socket;
	char dir[4096];
	char exercise[160];
	unsigned impression;
	pid_t pid; /* of the press under way; 0 none */
	int pidfd;
	struct loop_watch *watch;
};

/* Whom the demonstration enrolled with which finger (tools/demo-run). */
static const struct {
	const char *match_id;
	const char *finger;
} enrolled[] = {
	{ "M001", "clerk" },
	{ "M002", "reviewer" },
	{ "M003", "supervisor" },
};

static const char *
finger_of(const char *match_id)
{
	size_t i;

	for (i = 0; i < sizeof(enrolled) / sizeof(enrolled[0]); i++)
		if (strcmp(enrolled[i].match_id, match_id) == 0)
			return enrolled[i].finger;
	return "stranger";
}

static void
read_exercise(struct demo *d, const char *terminal_dir)
{
	struct buf text = BUF_INIT;
	struct str rest;
	struct str line;

	if (conf_read(terminal_dir, "exercise", &text) == 0) {
		rest = buf_str(&text);
		if (!str_cut(&rest, '\n', &line) ||
		    !wire_text_ok(line, false) ||
		    str_copy(d->exercise, sizeof(d->exercise), line) != 0)
			d->exercise[0] = '\0';
	}
	buf_release(&text);
}

struct demo *
demo_new(struct loop *loop, const char *sensor, const char *terminal_dir)
{
	struct demo *d;

	if (press_socket(sensor) == NULL)
		return NULL;
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return NULL;
	d->loop = loop;
	d->socket = press_socket(sensor);
	d->impression = PRESS_PROBE;
	d->pidfd = -1;
	if (conf_exe_dir(d->dir, sizeof(d->dir)) != 0) {
		free(d);
		return NULL;
	}
	read_exercise(d, terminal_dir);
	return d;
}

const char *
demo_exercise(const struct demo *d)
{
	return d->exercise[0] == '\0' ? NULL : d->exercise;
}

static void
reap(struct demo *d)
{
	loop_unwatch(d->watch);
	d->watch = NULL;
	if (d->pidfd >= 0)
		close(d->pidfd);
	d->pidfd = -1;
	if (d->pid > 0)
		(void)waitpid(d->pid, NULL, 0);
	d->pid = 0;
}

static void
ended(void *ctx, int fd, unsigned events)
{
	(void)fd;
	(void)events;
	reap(ctx);
}

void
demo_free(struct demo *d)
{
	if (d == NULL)
		return;
	reap(d); /* gives up by itself after 5 s at most */
	free(d);
}

int
demo_press(struct demo *d, const char *finger, const char *match_id)
{
	int rc;

	if (d->pid > 0)
		return ERR_BUSY;
	if (strcmp(finger, "own") == 0)
		finger = finger_of(match_id);
	rc = press_spawn(d->dir, d->socket, finger, d->impression++, &d->pid);
	if (rc != 0) {
		d->pid = 0;
		return rc;
	}
	d->pidfd = pidfd_open(d->pid, 0);
	if (d->pidfd >= 0)
		d->watch = loop_watch(d->loop, d->pidfd, LOOP_READ, ended, d);
	if (d->watch == NULL)
		reap(d);
	return 0;
}

bool
demo_is_idle(const struct demo *d)
{
	return d->pid <= 0;
}
