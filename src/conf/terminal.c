/*
 * Reads and writes T/terminal.yaml.
 *
 * SECURITY: the file names the log's verifier key, which the terminal pins:
 * a terminal whose file somebody else can write believes another log.
 * doctor checks the owner and mode.
 */
#include "conf/terminal.h"

#include <stdlib.h>
#include <string.h>

#include "conf/check.h"
#include "conf/digest.h"
#include "conf/problem.h"
#include "conf/yaml.h"
#include "core/err.h"

void
terminal_conf_free(struct terminal_conf *c)
{
	free(c);
}

static int
take(const struct yaml_terminal *y, struct terminal_conf *c)
{
	const struct conf_want texts[] = {
		/* clang-format off */
		{ "id", y->id, c->id, sizeof(c->id), true },
		{ "place", y->place, c->place, sizeof(c->place), true },
		{ "server", y->server, c->server, sizeof(c->server), true },
		{ "site_name", y->site_name, c->site_name,
		    sizeof(c->site_name), true },
		{ "origin", y->origin, c->origin, sizeof(c->origin), true },
		{ "log_vkey", y->log_vkey, c->log_vkey, sizeof(c->log_vkey),
		    true },
		{ "sensor", y->sensor, c->sensor, sizeof(c->sensor), false },
		{ "language", y->language, c->language,
		    sizeof(c->language), false },
		/* clang-format on */
	};
	int err = conf_texts(
	    TERMINAL_CONF_FILE, texts, sizeof(texts) / sizeof(texts[0]));

	if (err == 0)
		err = conf_id_ok((struct conf_at){ TERMINAL_CONF_FILE, "id" },
		    c->id, sizeof(c->id) - 1);
	if (err == 0 && strcmp(c->language, "ja") != 0 &&
	    strcmp(c->language, "en") != 0) {
		conf_problem_set(
		    "%s: language: neither ja nor en", TERMINAL_CONF_FILE);
		err = ERR_RANGE;
	}
	return err;
}

int
terminal_conf_load(const char *dir, struct terminal_conf **out)
{
	struct terminal_conf *c = NULL;
	struct buf text = BUF_INIT;
	void *doc = NULL;
	int err;

	*out = NULL;
	err = conf_read(dir, TERMINAL_CONF_FILE, &text);
	if (err == 0)
		err = yamldoc_load(
		    YAML_TERMINAL, TERMINAL_CONF_FILE, buf_str(&text), &doc);
	if (err != 0)
		goto out;
	c = malloc(sizeof(*c));
	if (c == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	*c = (struct terminal_conf){ .sensor = "fprint", .language = "ja" };
	err = take(doc, c);
	if (err == 0) {
		*out = c;
		c = NULL;
	}
out:
	terminal_conf_free(c);
	yamldoc_free(YAML_TERMINAL, doc);
	buf_release(&text);
	return err;
}

void
terminal_conf_put(const struct terminal_conf *c, struct buf *out)
{
	buf_puts(out, "# Written by mamorictl terminal add.\n");
	conf_put(out, "id", c->id);
	conf_put(out, "place", c->place);
	conf_put(out, "server", c->server);
	conf_put(out, "site_name", c->site_name);
	conf_put(out, "origin", c->origin);
	conf_put(out, "log_vkey", c->log_vkey);
	conf_put(out, "sensor", c->sensor);
	conf_put(out, "language", c->language);
}
