/*
 * How quick the terminal feels, and what its processes weigh: start → first
 * paint, key → paint, bytes per key, RSS.  Prints Markdown rows.
 *
 *	BUILD=build build/bench/screen
 *
 * SECURITY: runs against a synthetic city that it makes and removes.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "city.h"

#define STARTS 20
#define KEYS 1000

struct term {
	int fd;
	pid_t pid;
	size_t bytes;
	char tail[65536]; /* what it wrote, the newest part */
	size_t n;
};

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
cmp_double(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;

	return (*x > *y) - (*x < *y);
}

static void
term_start(struct term *t, const struct city *c)
{
	struct winsize ws = { .ws_row = 24, .ws_col = 80 };
	const char *argv[16];
	int n = 0;

	memset(t, 0, sizeof(*t));
	city_mamori(c, argv, NULL, NULL);
	while (argv[n] != NULL)
		n++;
	argv[n++] = "--lang";
	argv[n++] = "en";
	argv[n] = NULL;
	t->pid = forkpty(&t->fd, NULL, NULL, &ws);
	if (t->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (t->pid < 0) {
		perror("forkpty");
		exit(1);
	}
}

/* Reads what is there within ms; false when nothing came. */
static bool
term_read(struct term *t, int ms)
{
	struct pollfd p = { .fd = t->fd, .events = POLLIN };
	ssize_t got;

	if (poll(&p, 1, ms) <= 0)
		return false;
	if (t->n > sizeof(t->tail) / 2) {
		memmove(t->tail, t->tail + t->n - 1024, 1024);
		t->n = 1024;
	}
	got = read(t->fd, t->tail + t->n, sizeof(t->tail) - t->n - 1);
	if (got <= 0)
		return false;
	t->bytes += (size_t)got;
	t->n += (size_t)got;
	t->tail[t->n] = '\0';
	return true;
}

static bool
term_wait(struct term *t, const char *text, double ms)
{
	double until = now_ms() + ms;

	while (memmem(t->tail, t->n, text, strlen(text)) == NULL) {
		if (now_ms() > until)
			return false;
		term_read(t, 50);
	}
	return true;
}

static void
term_end(struct term *t)
{
	close(t->fd);
	kill(t->pid, SIGTERM);
	waitpid(t->pid, NULL, 0);
}

static void
row(const char *what, double *v, size_t n, const char *unit)
{
	qsort(v, n, sizeof(v[0]), cmp_double);
	printf("| %s | %.2f | %.2f | %.2f | %s |\n", what, v[n / 2],
	    v[n * 99 / 100], v[n - 1], unit);
}

static void
measure_start(const struct city *c)
{
	double first[STARTS];
	double login[STARTS];
	struct term t;
	double t0;
	int i;

	for (i = 0; i < STARTS; i++) {
		t0 = now_ms();
		term_start(&t, c);
		while (!term_read(&t, 5000))
			;
		while (t.n < 200)
			term_read(&t, 1000);
		first[i] = now_ms() - t0;
		if (!term_wait(&t, "Match ID", 10000)) {
			fprintf(stderr, "bench: no log-in screen\n");
			exit(1);
		}
		login[i] = now_ms() - t0;
		term_end(&t);
	}
	row("start → first paint", first, STARTS, "ms");
	row("start → log-in screen (TLS, hello, receipt checked)", login,
	    STARTS, "ms");
}

static void
measure_keys(struct term *t)
{
	static double lat[KEYS];
	static double bytes[KEYS];
	size_t before;
	double t0;
	int i;

	while (term_read(t, 300))
		;
	for (i = 0; i < KEYS; i++) {
		before = t->bytes;
		t0 = now_ms();
		if (write(t->fd, i % 2 ? "\177" : "M", 1) != 1)
			exit(1);
		while (!term_read(t, 2000))
			;
		lat[i] = now_ms() - t0;
		while (term_read(t, 3))
			;
		bytes[i] = (double)(t->bytes - before);
	}
	row("key → first byte of paint", lat, KEYS, "ms");
	row("bytes per key", bytes, KEYS, "bytes");
}

static long
rss_kb(pid_t pid)
{
	char path[64];
	char line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "VmRSS: %ld", &kb) == 1)
			break;
	fclose(f);
	return kb;
}

static pid_t
parent_of(pid_t pid)
{
	char path[64];
	char line[512];
	char *at;
	int ppid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) != NULL &&
	    (at = strrchr(line, ')')) != NULL)
		sscanf(at + 1, " %*c %d", &ppid);
	fclose(f);
	return ppid;
}

static void
print_children(pid_t parent)
{
	char path[300];
	char cmd[256];
	struct dirent *e;
	DIR *d = opendir("/proc");
	size_t n;
	size_t i;
	pid_t pid;
	FILE *f;

	while (d != NULL && (e = readdir(d)) != NULL) {
		pid = (pid_t)strtol(e->d_name, NULL, 10);
		if (pid <= 0 || parent_of(pid) != parent)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
		f = fopen(path, "re");
		n = f == NULL ? 0 : fread(cmd, 1, sizeof(cmd) - 1, f);
		if (f != NULL)
			fclose(f);
		for (i = 0; i + 1 < n; i++)
			if (cmd[i] == '\0')
				cmd[i] = ' ';
		cmd[n] = '\0';
		printf("| %s | %.1f |\n",
		    strstr(cmd, "--role") != NULL ? strstr(cmd, "--role") + 7 :
						    "child",
		    (double)rss_kb(pid) / 1024);
	}
	if (d != NULL)
		closedir(d);
}

int
main(void)
{
	struct city c;
	struct term t;

	if (!city_open(&c) || !city_start(&c)) {
		fprintf(stderr, "bench: the synthetic city did not start\n");
		return 1;
	}
	printf("| what | median | p99 | max | |\n|---|---|---|---|---|\n");
	measure_start(&c);
	term_start(&t, &c);
	if (!term_wait(&t, "Match ID", 10000))
		return 1;
	measure_keys(&t);
	printf("\n| process | RSS MB |\n|---|---|\n| mamori | %.1f |\n"
	       "| mamorid (parent) | %.1f |\n",
	    (double)rss_kb(t.pid) / 1024, (double)rss_kb(c.server) / 1024);
	print_children(c.server);
	term_end(&t);
	city_close(&c);
	return 0;
}
