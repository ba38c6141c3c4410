/*
 * The city comes from tools/demo-run, so the tests try what `make demo` does.
 */
#include "city.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define COLUMNS 128

static bool
shell(const char *fmt, const char *a, const char *b, const char *c)
{
	char cmd[4096];
	int n;
	int rc;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	n = snprintf(cmd, sizeof(cmd), fmt, a, b, c);
#pragma GCC diagnostic pop
	if (n < 0 || (size_t)n >= sizeof(cmd))
		return false;
	rc = system(cmd);
	if (rc != 0)
		fprintf(stderr, "# failed (%d): %s\n", rc, cmd);
	return rc == 0;
}

/* ---- the planted resident --------------------------------------------------
 */

static size_t
split(char *line, char *v[COLUMNS])
{
	size_t n = 0;

	v[n++] = line;
	for (; *line != '\0'; line++)
		if (*line == ',' && n < COLUMNS) {
			*line = '\0';
			v[n++] = line + 1;
		}
	return n;
}

static const struct {
	const char *column;
	const char *value;
} plant[] = {
	{ "name", PLANT_NAME },
	{ "name_kana", "ミナモト　ノリコ" },
	{ "alias", "" },
	{ "birth_date", "1980-12-26" },
	{ "birth_date_text", PLANT_BIRTH_TEXT },
	{ "address", PLANT_ADDRESS },
	{ "nationality", "日本" },
};

static const char *
value_of(char *const names[], char *const v[], size_t n, const char *column)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(names[i], column) == 0)
			return v[i];
	return "";
}

static bool
is_plain(char *const names[], char *const v[], size_t n)
{
	return value_of(names, v, n, "protected")[0] == '\0' &&
	    strcmp(value_of(names, v, n, "nationality"), "日本") == 0 &&
	    strstr(value_of(names, v, n, "status"), "除") == NULL;
}

/* Is `no` the key of exactly one row?  A person with a history has more. */
static bool
is_single(const char *csv, const char *no)
{
	char key[40];
	const char *p;

	snprintf(key, sizeof(key), "\n%s,", no);
	p = strstr(csv, key);
	return p != NULL && strstr(p + 1, key) == NULL;
}

static void
put_planted(FILE *to, char *const names[], char *v[], size_t n)
{
	size_t i;
	size_t k;

	for (k = 0; k < sizeof(plant) / sizeof(plant[0]); k++)
		for (i = 0; i < n; i++)
			if (strcmp(names[i], plant[k].column) == 0)
				v[i] = (char *)(uintptr_t)plant[k].value;
	for (i = 0; i < n; i++)
		fprintf(to, "%s%s", i == 0 ? "" : ",", v[i]);
	fputc('\n', to);
}

static char *
slurp(const char *path, size_t *n)
{
	struct stat st;
	char *text;
	FILE *f = fopen(path, "re");

	if (f == NULL || fstat(fileno(f), &st) != 0)
		return NULL;
	text = malloc((size_t)st.st_size + 1);
	if (text == NULL)
		abort();
	*n = fread(text, 1, (size_t)st.st_size, f);
	text[*n] = '\0';
	fclose(f);
	return text;
}

/* from: a generated file; to: the same with the 100th plain person replaced. */
static bool
plant_into(const char *from, const char *to)
{
	char head[4096];
	char *names[COLUMNS];
	char *v[COLUMNS];
	char *line;
	char *rest;
	size_t n;
	size_t plain = 0;
	char *csv = slurp(from, &n);
	char *copy = csv == NULL ? NULL : strdup(csv);
	FILE *out = fopen(to, "we");
	bool done = false;
	size_t cols;

	if (csv == NULL || copy == NULL || out == NULL)
		return false;
	rest = copy;
	line = strsep(&rest, "\n");
	line[strcspn(line, "\r")] = '\0';
	fprintf(out, "%s\n", line);
	snprintf(head, sizeof(head), "%s", line);
	cols = split(head, names);
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		char mine[4096];

		line[strcspn(line, "\r")] = '\0';
		snprintf(mine, sizeof(mine), "%s", line);
		if (!done && strchr(line, '"') == NULL &&
		    split(mine, v) == cols && is_plain(names, v, cols) &&
		    is_single(csv, v[0]) && ++plain == 100) {
			put_planted(out, names, v, cols);
			done = true;
		} else {
			fprintf(out, "%s\n", line);
		}
	}
	free(csv);
	free(copy);
	return fclose(out) == 0 && done;
}

/* ---- the template
 * ------------------------------------------------------------- */

/* The city is made again when the programs that made it are newer. */
static bool
is_fresh(const struct city *c, const char *done)
{
	static const char *const programs[] = { "mamorid", "mamorictl",
		"demo/mamori-bio" };
	char path[700];
	struct stat made;
	struct stat st;
	size_t i;

	if (stat(done, &made) != 0)
		return false;
	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", c->build, programs[i]);
		if (stat(path, &st) != 0 || st.st_mtime > made.st_mtime)
			return false;
	}
	return true;
}

static bool
make_template(const struct city *c, const char *base)
{
	char gen[700];
	char csv[700];
	char done[700];

	snprintf(gen, sizeof(gen), "%s/generated.csv", base);
	snprintf(csv, sizeof(csv), "%s/residents.csv", base);
	snprintf(done, sizeof(done), "%s/city/complete", base);
	if (is_fresh(c, done))
		return true;
	if (!shell("rm -rf '%s/city' && '%s/mamorictl' residents generate "
		   "--count 2000 --seed 5 > '%s'",
		base, c->build, gen) ||
	    !plant_into(gen, csv))
		return false;
	return shell("BUILD='%s' DEMO_DIR='%s/city' DEMO_CSV='%s' "
		     "tools/demo-run --city-only >&2",
	    c->build, base, csv);
}

/* Reads the numbers of the planted resident from the file. */
static bool
read_plant(struct city *c, const char *base)
{
	char path[700];
	char *names[COLUMNS];
	char *v[COLUMNS];
	char *line;
	char *rest;
	size_t n;
	size_t cols = 0;
	char *csv;

	snprintf(path, sizeof(path), "%s/residents.csv", base);
	csv = slurp(path, &n);
	if (csv == NULL)
		return false;
	rest = csv;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (cols == 0) {
			cols = split(line, names);
		} else if (strstr(line, PLANT_ADDRESS) != NULL &&
		    split(line, v) == cols) {
			snprintf(c->number, sizeof(c->number), "%s",
			    value_of(names, v, cols, "resident_no"));
			snprintf(c->my_number, sizeof(c->my_number), "%s",
			    value_of(names, v, cols, "my_number"));
		}
	}
	free(csv);
	return c->number[0] != '\0';
}

bool
city_open(struct city *c)
{
	const char *build = getenv("BUILD");
	char base[600];
	char lock[700];
	char tmp[] = "/tmp/mamori-city-XXXXXX";
	char *real;
	bool ok;
	int fd;

	memset(c, 0, sizeof(*c));
	real = realpath(build == NULL ? "build" : build, NULL);
	if (real == NULL || strlen(real) >= sizeof(c->build)) {
		free(real);
		return false;
	}
	snprintf(c->build, sizeof(c->build), "%s", real);
	free(real);
	snprintf(base, sizeof(base), "%s/e2e-city", c->build);
	if (mkdir(base, 0700) != 0 && errno != EEXIST)
		return false;
	snprintf(lock, sizeof(lock), "%s/lock", base);
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		return false;
	ok = make_template(c, base) && read_plant(c, base);
	close(fd);
	if (!ok || mkdtemp(tmp) == NULL)
		return false;
	snprintf(c->dir, sizeof(c->dir), "%s", tmp);
	snprintf(c->site, sizeof(c->site), "%s/S", tmp);
	snprintf(c->terminal, sizeof(c->terminal), "%s/T01", tmp);
	snprintf(c->sensor, sizeof(c->sensor), "virtual:image:%s/finger", tmp);
	/* the page's hint has the PIN: a real terminal has no such file */
	return shell(
		   "cp -a '%s/city/S' '%s/city/T01' '%s'/", base, base, tmp) &&
	    shell("rm -f '%s/T01/exercise'%s%s", tmp, "", "");
}

/* ---- its server
 * ------------------------------------------------------------------ */

static bool
pick_port(struct city *c)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	ok = fd >= 0 && bind(fd, (void *)&sin, sizeof(sin)) == 0 &&
	    getsockname(fd, (void *)&sin, &len) == 0;
	if (fd >= 0)
		close(fd);
	snprintf(c->addr, sizeof(c->addr), "127.0.0.1:%u",
	    (unsigned)ntohs(sin.sin_port));
	return ok;
}

static void
exec_server(const struct city *c, int out)
{
	char program[600];
	char log[400];
	int err;

	snprintf(program, sizeof(program), "%s/mamorid", c->build);
	snprintf(log, sizeof(log), "%s/mamorid.log", c->dir);
	err = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(out, 1);
	if (err >= 0)
		dup2(err, 2);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	execl(program, program, "--dir", c->site, "--listen", c->addr,
	    (char *)NULL);
	_exit(127);
}

bool
city_start(struct city *c)
{
	struct pollfd pf = { .events = POLLIN };
	char line[256];
	ssize_t n;
	int p[2];

	/* the same address when it comes back */
	if (c->addr[0] == '\0' && !pick_port(c))
		return false;
	if (pipe2(p, O_CLOEXEC) != 0)
		return false;
	c->server = fork();
	if (c->server == 0)
		exec_server(c, p[1]);
	close(p[1]);
	pf.fd = p[0];
	n = poll(&pf, 1, 20000) == 1 ? read(p[0], line, sizeof(line) - 1) : -1;
	close(p[0]);
	if (n > 0)
		return true;
	fprintf(stderr, "# mamorid did not start\n");
	city_stop(c);
	return false;
}

static void
end_server(struct city *c, int sig)
{
	int i;

	if (c->server <= 0)
		return;
	if (sig == SIGKILL)
		(void)kill(-c->server, sig);
	else
		(void)kill(c->server, sig);
	for (i = 0; i < 100; i++) {
		if (waitpid(c->server, NULL, WNOHANG) != 0)
			break;
		(void)poll(NULL, 0, 50);
	}
	if (i == 100) {
		(void)kill(-c->server, SIGKILL);
		(void)waitpid(c->server, NULL, 0);
	}
	c->server = 0;
}

void
city_kill(struct city *c)
{
	end_server(c, SIGKILL);
}

void
city_stop(struct city *c)
{
	end_server(c, SIGTERM);
}

void
city_close(struct city *c)
{
	city_stop(c);
	if (c->dir[0] != '\0' && getenv("KEEP") == NULL)
		(void)shell("rm -rf '%s'%s%s", c->dir, "", "");
}

void
city_mamori(const struct city *c, const char *argv[16], const char *server,
    const char *script)
{
	static char program[600];
	int n = 0;

	snprintf(program, sizeof(program), "%s/mamori", c->build);
	argv[n++] = program;
	argv[n++] = "--terminal";
	argv[n++] = c->terminal;
	argv[n++] = "--server";
	argv[n++] = server != NULL ? server : c->addr;
	argv[n++] = "--sensor";
	argv[n++] = c->sensor;
	if (script != NULL) {
		argv[n++] = "--script";
		argv[n++] = script;
	}
	argv[n] = NULL;
}

/* ---- looking for bytes
 * -------------------------------------------------------------- */

static bool
file_has(const char *path, const char *needle, size_t n)
{
	size_t len;
	char *text = slurp(path, &len);
	bool found;

	if (text == NULL)
		return false;
	found = memmem(text, len, needle, n) != NULL;
	free(text);
	return found;
}

bool
city_scan(const char *dir, const char *needle, size_t n, char found[512])
{
	DIR *d = opendir(dir);
	struct dirent *e;
	struct stat st;
	bool hit = false;
	char path[512];

	while (d != NULL && !hit && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) >=
			(int)sizeof(path) ||
		    lstat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode)) {
			hit = city_scan(path, needle, n, found);
		} else if (S_ISREG(st.st_mode) && file_has(path, needle, n)) {
			snprintf(found, 512, "%s", path);
			hit = true;
		}
	}
	if (d != NULL)
		closedir(d);
	return hit;
}
