/*
 * Replays directives against the running client.
 *
 * SECURITY: a script can do what a keyboard can and no more: PIN and finger
 * are asked for as ever.  `dump` writes a screen to disk, so it is refused
 * where the people are real (TRM-14).
 */
#include "client/script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "core/utf8.h"

#define SCRIPT_MAX ((size_t)1 << 20)
#define LINES_MAX  10000
#define MS_MAX	   600000

/* clang-format off */
#define VERB_LIST(X)							\
/* constant  word                arguments: n number, t text */		\
X(SIZE,      "size",             "nn")					\
X(KEY,       "key",              "t")					\
X(TEXT,      "text",             "t")					\
X(PRESS,     "press",            "t")					\
X(WAIT,      "wait",             "tn")					\
X(EXPECT,    "expect",           "nnt")					\
X(ABSENT,    "absent",           "t")					\
X(DUMP,      "dump",             "t")					\
X(IDLE,      "sleep-until-idle", "n")
/* clang-format on */

#define VERB_ENUM(name, word, args) VERB_##name,
enum verb { VERB_LIST(VERB_ENUM) VERB_COUNT };
#undef VERB_ENUM

static const struct {
	const char *word;
	const char *args;
} verbs[] = {
#define VERB_ROW(name, word, args) { word, args },
	VERB_LIST(VERB_ROW)
};

struct directive {
	enum verb verb;
	unsigned line;
	int64_t num[2];
	char *text;
};

struct script {
	struct buf file;
	size_t n;
	size_t at;
	struct directive *d;
	int64_t deadline; /* of the waiting directive; 0 none */
	int w, h;
};

/* ---- reading ----------------------------------------------------------------
 */

static int
read_all(const char *path, struct buf *out)
{
	char block[4096];
	ssize_t n;
	int fd = STDIN_FILENO;
	int rc = 0;

	if (strcmp(path, "-") != 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	while ((n = read(fd, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || out->n + (size_t)n > SCRIPT_MAX) {
			rc = ERR_IO;
			break;
		}
		buf_put(out, block, (size_t)n);
	}
	if (fd != STDIN_FILENO)
		close(fd);
	return rc != 0 ? rc : out->err;
}

static int
number(struct str word, int64_t *out)
{
	uint64_t v;

	if (str_num(word, MS_MAX, &v) != 0)
		return ERR_SYNTAX;
	*out = (int64_t)v;
	return 0;
}

/* "TEXT MS": the last word is the number. */
static int
text_then_number(struct str rest, struct directive *d)
{
	size_t i = rest.n;

	while (i > 0 && rest.p[i - 1] != ' ')
		i--;
	if (i < 2 || number(str_n(rest.p + i, rest.n - i), &d->num[0]) != 0)
		return ERR_SYNTAX;
	d->text = str_dup(str_n(rest.p, i - 1));
	return d->text == NULL ? ERR_NOMEM : 0;
}

static int
arguments(struct str rest, struct directive *d)
{
	const char *a = verbs[d->verb].args;
	struct str word;
	unsigned nums = 0;

	if (strcmp(a, "tn") == 0)
		return text_then_number(rest, d);
	for (; *a == 'n'; a++)
		if (!str_cut(&rest, ' ', &word) ||
		    number(word, &d->num[nums++]) != 0)
			return ERR_SYNTAX;
	if (*a == '\0')
		return rest.n == 0 ? 0 : ERR_SYNTAX;
	if (rest.n == 0)
		return ERR_SYNTAX;
	d->text = str_dup(rest);
	return d->text == NULL ? ERR_NOMEM : 0;
}

static int
parse_line(struct str line, struct directive *d)
{
	struct key k;
	struct str word;
	int i;

	if (!str_cut(&line, ' ', &word))
		return ERR_SYNTAX;
	for (i = 0; i < VERB_COUNT; i++)
		if (str_eqz(word, verbs[i].word))
			break;
	if (i == VERB_COUNT)
		return ERR_SYNTAX;
	d->verb = (enum verb)i;
	if (arguments(line, d) != 0)
		return ERR_SYNTAX;
	if (d->verb == VERB_KEY)
		return key_parse(str_of(d->text), &k);
	if (d->verb == VERB_EXPECT && (d->num[0] < 1 || d->num[1] < 1))
		return ERR_SYNTAX;
	return 0;
}

static int
parse(struct script *s)
{
	struct str rest = buf_str(&s->file);
	struct str line;
	unsigned no = 0;

	while (str_cut(&rest, '\n', &line)) {
		struct directive *d = &s->d[s->n];

		no++;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (s->n == LINES_MAX)
			return ERR_LIMIT;
		d->line = no;
		s->n++;
		if (parse_line(line, d) != 0) {
			fprintf(stderr,
			    "mamori: script: line %u: not understood: see "
			    "mamori(1), SCRIPTS\n",
			    no);
			return ERR_SYNTAX;
		}
		if (d->verb == VERB_SIZE) {
			s->w = (int)d->num[0];
			s->h = (int)d->num[1];
		}
	}
	return 0;
}

int
script_load(const char *path, struct script **out)
{
	struct script *s;
	int rc = ERR_NOMEM;

	*out = NULL;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ERR_NOMEM;
	s->w = 80;
	s->h = 24;
	s->d = calloc(LINES_MAX, sizeof(*s->d));
	if (s->d != NULL)
		rc = read_all(path, &s->file);
	if (rc == 0)
		rc = parse(s);
	if (rc != 0) {
		script_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

void
script_free(struct script *s)
{
	size_t i;

	if (s == NULL)
		return;
	/* a script holds a PIN that is typed */
	for (i = 0; i < s->n; i++)
		if (s->d[i].text != NULL) {
			explicit_bzero(s->d[i].text, strlen(s->d[i].text));
			free(s->d[i].text);
		}
	buf_wipe(&s->file);
	free(s->d);
	free(s);
}

void
script_size(const struct script *s, int *w, int *h)
{
	*w = s->w;
	*h = s->h;
}

/* ---- running
 * ------------------------------------------------------------------ */

static enum script_result
fail(const struct script *s, const char *why, const struct grid *g)
{
	const struct directive *d = &s->d[s->at];
	struct buf screen = BUF_INIT;

	grid_dump(g, &screen);
	fprintf(stderr, "mamori: script: line %u: %s %s: %s\n%.*s", d->line,
	    verbs[d->verb].word, d->text == NULL ? "" : d->text, why,
	    STR_ARG(buf_str(&screen)));
	buf_wipe(&screen);
	return SCRIPT_FAILED;
}

static bool
stands_at(const struct grid *g, int y, int x, struct str text)
{
	size_t done = 0;

	while (done < text.n) {
		const struct cell *c = grid_at(g, y, x++);

		if (c == NULL || c->n > text.n - done)
			return false;
		if (c->w == 0)
			continue;
		if (c->n == 0 ? text.p[done] != ' '
			      : memcmp(c->t, text.p + done, c->n) != 0)
			return false;
		done += c->n == 0 ? 1 : c->n;
	}
	return true;
}

static enum script_result
run_text(struct ui *ui, const char *text)
{
	struct str rest = str_of(text);
	int32_t cp;

	while ((cp = utf8_next(&rest)) != -2) {
		const struct key k = KEY_CHAR(cp < 0 ? 0xFFFD : cp);

		ui_key(ui, &k);
	}
	return SCRIPT_RUN;
}

static enum script_result
run_key(struct ui *ui, const char *name)
{
	struct key k;

	BUG_ON(key_parse(str_of(name), &k) != 0); /* parsed at loading */
	ui_key(ui, &k);
	return SCRIPT_RUN;
}

static enum script_result
run_dump(const struct script *s, struct app *app, const char *path,
    const struct grid *g)
{
	const struct ui_port *port = app_port(app);
	struct buf screen = BUF_INIT;
	FILE *f;
	bool ok;

	if (!port->site(port->ctx)->synthetic)
		return fail(s, "refused: the people of this site are real", g);
	f = fopen(path, "we");
	if (f == NULL)
		return fail(s, "cannot be written", g);
	grid_dump(g, &screen);
	ok = fwrite(screen.p, 1, screen.n, f) == screen.n;
	ok = fclose(f) == 0 && ok;
	buf_wipe(&screen);
	return ok ? SCRIPT_RUN : fail(s, "cannot be written", g);
}

/* Waits for a condition until its time is over. */
static enum script_result
await(struct script *s, bool reached, int64_t ms, const struct grid *g,
    int64_t now, int64_t *wait_ms)
{
	if (reached) {
		s->deadline = 0;
		return SCRIPT_RUN;
	}
	if (s->deadline == 0)
		s->deadline = now + ms;
	if (now >= s->deadline)
		return fail(s, "did not come in time", g);
	*wait_ms = s->deadline - now;
	return SCRIPT_WAIT;
}

static enum script_result
run_one(struct script *s, struct app *app, struct ui *ui, const struct grid *g,
    int64_t now, int64_t *wait_ms)
{
	const struct directive *d = &s->d[s->at];

	switch (d->verb) {
	case VERB_KEY:
		return run_key(ui, d->text);
	case VERB_TEXT:
		return run_text(ui, d->text);
	case VERB_PRESS:
		if (app_press(app, d->text) != 0)
			return fail(s, "no finger can be placed here", g);
		return SCRIPT_RUN;
	case VERB_WAIT:
		return await(s, grid_has(g, str_of(d->text)), d->num[0], g, now,
		    wait_ms);
	case VERB_EXPECT:
		if (!stands_at(g, (int)d->num[0] - 1, (int)d->num[1] - 1,
			str_of(d->text)))
			return fail(s, "does not stand there", g);
		return SCRIPT_RUN;
	case VERB_ABSENT:
		if (grid_has(g, str_of(d->text)))
			return fail(s, "stands on the screen", g);
		return SCRIPT_RUN;
	case VERB_DUMP:
		return run_dump(s, app, d->text, g);
	case VERB_IDLE:
		return await(s, ui_is_idle(ui) && app_is_idle(app), d->num[0],
		    g, now, wait_ms);
	case VERB_SIZE:
	case VERB_COUNT:
		break;
	}
	return SCRIPT_RUN;
}

enum script_result
script_step(struct script *s, struct app *app, struct ui *ui,
    const struct grid *g, int64_t now_ms, int64_t *wait_ms)
{
	enum script_result r;

	*wait_ms = -1;
	if (s->at == s->n)
		return SCRIPT_DONE;
	r = run_one(s, app, ui, g, now_ms, wait_ms);
	if (r == SCRIPT_RUN)
		s->at++;
	return r;
}
