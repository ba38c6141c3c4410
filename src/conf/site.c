/*
 * Reads and writes S/mamorid.yaml.
 *
 * SECURITY: numbers are limits of protection (idle time, failures); each has
 * a range within which every value is safe, so the file cannot switch a
 * protection off.
 */
#include "conf/site.h"

#include <stdlib.h>
#include <string.h>

#include "conf/check.h"
#include "conf/digest.h"
#include "conf/problem.h"
#include "conf/yaml.h"
#include "core/codes.h"
#include "core/err.h"

void
site_conf_free(struct site_conf *c)
{
	free(c);
}

void
site_conf_init(struct site_conf *c)
{
	*c = (struct site_conf){ .server_name = "mamorid",
		.listen = "127.0.0.1:7443",
#define SITE_DEFAULT(key, least, most, normal) .key = (normal),
		SITE_NUMBER_LIST(SITE_DEFAULT)
#undef SITE_DEFAULT
	};
}

static int
refuse(const char *key, const char *why, int err)
{
	conf_problem_set("%s: %s: %s", SITE_CONF_FILE, key, why);
	return err;
}

/* A C2SP key name: no space, no plus sign; we keep it to ASCII. */
static int
check_origin(const char *origin)
{
	for (const char *p = origin; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == '+')
			return refuse("origin",
			    "only ASCII without spaces and plus signs",
			    ERR_SYNTAX);
	return 0;
}

static int
check_code(const char *code)
{
	char digits[CODE_CITY + 1];

	if (code_city(str_of(code), digits) != 0 || strcmp(digits, code) != 0)
		return refuse("site_code",
		    "not a code of six digits with a valid check digit",
		    ERR_RANGE);
	return 0;
}

static int
take_texts(const struct yaml_site *y, struct site_conf *c)
{
	const struct conf_want texts[] = {
		/* clang-format off */
		{ "origin", y->origin, c->origin, sizeof(c->origin), true },
		{ "site_name", y->site_name, c->site_name,
		    sizeof(c->site_name), true },
		{ "site_code", y->site_code, c->site_code,
		    sizeof(c->site_code), true },
		{ "server_name", y->server_name, c->server_name,
		    sizeof(c->server_name), false },
		{ "listen", y->listen, c->listen, sizeof(c->listen), false },
		/* clang-format on */
	};
	int err =
	    conf_texts(SITE_CONF_FILE, texts, sizeof(texts) / sizeof(texts[0]));

	if (err == 0)
		err = conf_id_ok(
		    (struct conf_at){ SITE_CONF_FILE, "server_name" },
		    c->server_name, sizeof(c->server_name) - 1);
	if (err == 0)
		err = check_origin(c->origin);
	return err != 0 ? err : check_code(c->site_code);
}

static int
take_numbers(const struct yaml_site *y, struct site_conf *c)
{
	int err = 0;

#define SITE_TAKE(key, least, most, normal)                                    \
	if (err == 0 && y->key != NULL)                                        \
		err = conf_number((struct conf_at){ SITE_CONF_FILE, #key },    \
		    y->key, (least), (most), &c->key);
	SITE_NUMBER_LIST(SITE_TAKE)
#undef SITE_TAKE
	return err;
}

int
site_conf_load(const char *dir, struct site_conf **out)
{
	struct site_conf *c = NULL;
	struct buf text = BUF_INIT;
	void *doc = NULL;
	struct yaml_site *y;
	int err;

	*out = NULL;
	err = conf_read(dir, SITE_CONF_FILE, &text);
	if (err != 0)
		goto out;
	err = yamldoc_load(YAML_SITE, SITE_CONF_FILE, buf_str(&text), &doc);
	if (err != 0)
		goto out;
	y = doc;
	c = calloc(1, sizeof(*c));
	if (c == NULL) {
		err = ERR_NOMEM;
		goto out;
	}
	site_conf_init(c);
	crypt_sha256(buf_str(&text), c->digest);
	err = take_texts(y, c);
	if (err == 0)
		err = conf_bool((struct conf_at){ SITE_CONF_FILE, "synthetic" },
		    y->synthetic, &c->synthetic);
	if (err == 0)
		err = take_numbers(y, c);
	if (err == 0) {
		*out = c;
		c = NULL;
	}
out:
	site_conf_free(c);
	yamldoc_free(YAML_SITE, doc);
	buf_release(&text);
	return err;
}

void
site_conf_put(const struct site_conf *c, struct buf *out)
{
	buf_puts(out, "# What each key means: man 5 mamorid.yaml\n");
	conf_put(out, "origin", c->origin);
	conf_put(out, "site_name", c->site_name);
	conf_put(out, "site_code", c->site_code);
	conf_put(out, "server_name", c->server_name);
	conf_put(out, "listen", c->listen);
	buf_printf(out, "synthetic: %s\n", c->synthetic ? "true" : "false");
#define SITE_PUT(key, least, most, normal)                                     \
	buf_printf(out, "%s: %u\n", #key, c->key);
	SITE_NUMBER_LIST(SITE_PUT)
#undef SITE_PUT
}
