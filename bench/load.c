/*
 * Load: N terminals in a closed loop of look-ups by 宛名番号 against a real
 * mamorid, every receipt verified (issue 2, acceptance 6).
 *
 *	load [--residents N] [--seconds S] [--per-process K] [--rounds R]
 *	    [--json]
 *
 * Prints verified look-ups a second, p50 and p99 for 1, 8 and 64 connections,
 * the resident memory of each process of the server, and the memory of all of
 * them together with shared pages counted once.  From the second round on
 * all 64 are connected and those that are not asked for are idle.
 *
 * SECURITY: makes a synthetic site of its own and removes it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client_site.h"
#include "core/err.h"
#include "net/sysclock.h"

#define MOST	64
#define SAMPLES ((size_t)4 << 20)
#define WARM_MS 500
#define NUMBERS 512

static const unsigned steps[] = { 1, 8, 64 };

struct load {
	struct client_site site;
	struct loop *loop;
	struct client_term *t[MOST];
	struct client_person people[MOST];
	char dirs[MOST][192];
	int64_t began[MOST]; /* µs */
	unsigned count;
	unsigned residents;
	int64_t measure_from;
	int64_t until;
	unsigned running;
	uint32_t *us;
	size_t n;
	unsigned errors;
	uint32_t seed;
	char number[NUMBERS][17];
};

static int64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void ask(struct load *l, unsigned i);

static void
answered(void *ctx, struct client_term *t, const struct client_result *r)
{
	struct load *l = ctx;
	int64_t now = now_us();
	unsigned i;

	for (i = 0; i < l->count && l->t[i] != t; i++)
		;
	if (r->err != 0 || r->code != 0 || !r->proven)
		l->errors++;
	else if (l->began[i] >= l->measure_from && l->n < SAMPLES)
		l->us[l->n++] = (uint32_t)(now - l->began[i]);
	if (now < l->until && r->err == 0)
		ask(l, i);
	else
		l->running--;
}

static void
ask(struct load *l, unsigned i)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;

	l->seed = l->seed * 1664525u + 1013904223u;
	req.resident_no =
	    PB_BYTES(str_of(l->number[(l->seed >> 16) % NUMBERS]));
	req.purpose = PB_BYTES(STR("1"));
	l->began[i] = now_us();
	if (client_begin(l->t[i], OP_person_search, &req.base, answered, l) !=
	    0) {
		l->errors++;
		l->running--;
	}
}

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
report(struct load *l, unsigned connections, double seconds, bool json)
{
	double p50, p99;

	qsort(l->us, l->n, sizeof(*l->us), by_value);
	p50 = l->n == 0 ? 0 : l->us[l->n / 2] / 1000.0;
	p99 = l->n == 0 ? 0 : l->us[l->n * 99 / 100] / 1000.0;
	printf(json
		? "{\"connections\":%u,\"lookups_per_s\":%.0f,"
		  "\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"errors\":%u}\n"
		: "connections %2u  verified look-ups/s %6.0f  p50 %.2f ms  "
		  "p99 %.2f ms  errors %u\n",
	    connections, (double)l->n / seconds, p50, p99, l->errors);
	fflush(stdout);
}

static int
connect_all(struct load *l, unsigned n)
{
	int err;

	for (; l->count < n; l->count++) {
		err = client_open(
		    &l->t[l->count], l->loop, l->dirs[l->count], l->site.addr);
		if (err == 0)
			err = client_hello(l->t[l->count]);
		if (err == 0)
			err =
			    client_login(l->t[l->count], &l->people[l->count]);
		if (err != 0) {
			fprintf(stderr,
			    "load: terminal %u: %s: see the server's "
			    "log\n",
			    l->count, err_name(err));
			return err;
		}
	}
	return 0;
}

static int
step(struct load *l, unsigned n, unsigned seconds, bool json)
{
	unsigned i;
	int err = connect_all(l, n);

	if (err != 0)
		return err;
	l->n = 0;
	l->errors = 0;
	l->measure_from = now_us() + WARM_MS * 1000;
	l->until = l->measure_from + (int64_t)seconds * 1000000;
	l->running = n;
	for (i = 0; i < n; i++)
		ask(l, i);
	while (l->running > 0)
		loop_turn(l->loop, 1000);
	report(l, n, seconds, json);
	return l->errors == 0 ? 0 : ERR_PEER;
}

static int
make(struct load *l, unsigned residents, unsigned per_process)
{
	char id[16], m[16], o[16];
	unsigned i;

	fprintf(stderr, "load: making a site of %u residents\n", residents);
	if (client_site_make(&l->site, residents) != 0 ||
	    client_site_conf(&l->site, per_process, 256, 10) != 0 ||
	    client_site_start(&l->site) < 0)
		return ERR_IO;
	for (i = 0; i < MOST; i++) {
		snprintf(id, sizeof(id), "T%02u", i + 1);
		snprintf(m, sizeof(m), "M%03u", i + 1);
		snprintf(o, sizeof(o), "O%03u", i + 1);
		if (client_site_terminal(&l->site, id, l->dirs[i]) != 0 ||
		    client_site_person(
			&l->site, id, m, o, "clerk", &l->people[i]) != 0)
			return ERR_IO;
	}
	for (i = 0; i < NUMBERS; i++)
		if (client_site_resident(
			&l->site, i * 7 % residents, l->number[i]) != 0)
			return ERR_IO;
	return 0;
}

/* ---- memory ---- */

/* "Rss:" or "Pss:" (its share of what it shares) in KiB; 0 when it is gone. */
static unsigned long
memory_of(const char *pid, const char *what)
{
	char path[300];
	char line[256];
	unsigned long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/smaps_rollup", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, what, strlen(what)) == 0)
			kb = strtoul(line + strlen(what), NULL, 10);
	fclose(f);
	return kb;
}

/* The role of a process of our site; NULL when it is none. */
static const char *
role_of(const struct load *l, const char *pid)
{
	static char line[4096];
	char path[300];
	ssize_t n, i;
	char *at;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0)
		return NULL;
	line[n] = '\0';
	for (i = 0; i < n - 1; i++)
		if (line[i] == '\0')
			line[i] = ' ';
	if (strstr(line, l->site.dir) == NULL ||
	    strstr(line, "mamorid") == NULL)
		return NULL;
	at = strstr(line, "--role ");
	return at == NULL ? "parent" : at + 7;
}

static void
report_memory(const struct load *l, bool json)
{
	static const char *const roles[] = { "parent", "store", "signer",
		"session" };
	unsigned long kib[4] = { 0 };
	unsigned long pss = 0;
	unsigned count[4] = { 0 };
	struct dirent *e;
	const char *role;
	DIR *d = opendir("/proc");
	size_t i;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		role = role_of(l, e->d_name);
		for (i = 0; i < 4 && role != NULL; i++)
			if (strncmp(role, roles[i], strlen(roles[i])) == 0) {
				kib[i] += memory_of(e->d_name, "Rss:");
				pss += memory_of(e->d_name, "Pss:");
				count[i]++;
				break;
			}
	}
	if (d != NULL)
		closedir(d);
	for (i = 0; i < 4; i++)
		printf(json ? "{\"process\":\"%s\",\"count\":%u,"
			      "\"rss_kib_each\":%lu}\n"
			    : "process %-8s x %-3u RSS %lu KiB each\n",
		    roles[i], count[i], count[i] == 0 ? 0 : kib[i] / count[i]);
	printf(json ? "{\"server_pss_kib\":%lu}\n"
		    : "all of the server    PSS %lu KiB\n",
	    pss);
}

/* ---- main ---- */

struct choice {
	unsigned residents;
	unsigned seconds;
	unsigned per_process;
	unsigned rounds;
	bool json;
};

static int
parse(int argc, char **argv, struct choice *c)
{
	static const struct option options[] = {
		{ "residents", required_argument, NULL, 'r' },
		{ "seconds", required_argument, NULL, 's' },
		{ "per-process", required_argument, NULL, 'k' },
		{ "rounds", required_argument, NULL, 'n' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	uint64_t v = 1;
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == '?' ||
		    (o != 'j' &&
			(str_num(str_of(optarg), 10000000, &v) != 0 || v == 0)))
			return 2;
		if (o == 'r')
			c->residents = (unsigned)v;
		else if (o == 's')
			c->seconds = (unsigned)v;
		else if (o == 'k')
			c->per_process = (unsigned)v;
		else if (o == 'n')
			c->rounds = (unsigned)v;
		else
			c->json = true;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	static struct load l;
	struct choice c = {
		.residents = 100000, .seconds = 5, .per_process = 1, .rounds = 1
	};
	const size_t n = sizeof(steps) / sizeof(steps[0]);
	size_t i;
	int err;

	if (parse(argc, argv, &c) != 0) {
		fprintf(stderr,
		    "load: wrong option: --residents N --seconds S "
		    "--per-process K --rounds R --json\n");
		return 2;
	}
	l.us = calloc(SAMPLES, sizeof(*l.us));
	l.loop = loop_new(sysclock());
	l.seed = 1;
	if (l.us == NULL || l.loop == NULL)
		return 1;
	err = make(&l, c.residents, c.per_process);
	if (err != 0)
		fprintf(stderr, "load: the site cannot be made: see %s/log\n",
		    l.site.root);
	for (i = 0; i < n * c.rounds && err == 0; i++)
		err = step(&l, steps[i % n], c.seconds, c.json);
	if (err == 0)
		report_memory(&l, c.json);
	for (i = 0; i < l.count; i++)
		client_free(l.t[i]);
	client_site_free(&l.site);
	loop_free(l.loop);
	free(l.us);
	return err == 0 ? 0 : 1;
}
