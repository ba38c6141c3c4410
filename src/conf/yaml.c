/*
 * The schemas of our YAML files, for libcyaml.
 *
 * SECURITY: files are read by administrators' programs and by terminals, and
 * a file may have been put there by somebody else.  No aliases (so no
 * expansion), no tags that mean anything, flat schemas (so no recursion),
 * limits on every list and text, strict decimal numbers elsewhere (libcyaml
 * would take 010 as 8 and any word as true).
 */
#include "conf/yaml.h"

#include <cyaml/cyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/digest.h"
#include "conf/problem.h"
#include "core/err.h"
#include "core/wire.h"

/* clang-format off */
#define MUST(type, key) \
	CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER, \
	    struct type, key, 0, YAML_TEXT_MAX)
#define MAY(type, key) \
	CYAML_FIELD_STRING_PTR(#key, \
	    CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, \
	    struct type, key, 0, YAML_TEXT_MAX)

static const cyaml_schema_field_t site_fields[] = {
	MUST(yaml_site, origin),
	MUST(yaml_site, site_name),
	MUST(yaml_site, site_code),
	MAY(yaml_site, server_name),
	MAY(yaml_site, listen),
	MAY(yaml_site, synthetic),
	MAY(yaml_site, idle_seconds),
	MAY(yaml_site, list_limit),
	MAY(yaml_site, failures),
	MAY(yaml_site, challenge_seconds),
	MAY(yaml_site, pin_min),
	MAY(yaml_site, pin_days),
	MAY(yaml_site, sessions_per_process),
	MAY(yaml_site, max_connections),
	MAY(yaml_site, handshake_seconds),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t terminal_fields[] = {
	MUST(yaml_terminal, id),
	MUST(yaml_terminal, place),
	MUST(yaml_terminal, server),
	MUST(yaml_terminal, site_name),
	MUST(yaml_terminal, origin),
	MUST(yaml_terminal, log_vkey),
	MAY(yaml_terminal, sensor),
	MAY(yaml_terminal, language),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t field_fields[] = {
	MUST(yaml_field, id),
	MUST(yaml_field, label),
	MUST(yaml_field, kind),
	MUST(yaml_field, columns),
	MUST(yaml_field, max),
	MAY(yaml_field, required),
	MAY(yaml_field, master),
	MAY(yaml_field, help),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t field_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_field,
	    field_fields)
};

static const cyaml_schema_field_t form_fields[] = {
	MUST(yaml_form, id),
	MUST(yaml_form, title),
	MAY(yaml_form, help),
	CYAML_FIELD_SEQUENCE("fields", CYAML_FLAG_POINTER, struct yaml_form,
	    fields, &field_value, 1, YAML_FIELDS_MAX),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t entry_fields[] = {
	MUST(yaml_entry, code),
	MUST(yaml_entry, label),
	MAY(yaml_entry, label_en),
	MAY(yaml_entry, needs),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t entry_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_entry,
	    entry_fields)
};

static const cyaml_schema_field_t master_fields[] = {
	MUST(yaml_master, id),
	MUST(yaml_master, version),
	CYAML_FIELD_SEQUENCE("entries", CYAML_FLAG_POINTER,
	    struct yaml_master, entries, &entry_value, 1, YAML_ENTRIES_MAX),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t schemas[] = {
	[YAML_SITE] = { CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER,
	    struct yaml_site, site_fields) },
	[YAML_TERMINAL] = { CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER,
	    struct yaml_terminal, terminal_fields) },
	[YAML_FORM] = { CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER,
	    struct yaml_form, form_fields) },
	[YAML_MASTER] = { CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER,
	    struct yaml_master, master_fields) },
};

/* libcyaml's error, ours */
static const struct {
	cyaml_err_t cyaml;
	int err;
} errors[] = {
	{ CYAML_ERR_OOM, ERR_NOMEM },
	{ CYAML_ERR_MAPPING_FIELD_MISSING, ERR_MISSING },
	{ CYAML_ERR_STRING_LENGTH_MAX, ERR_TOOLONG },
	{ CYAML_ERR_SEQUENCE_ENTRIES_MAX, ERR_LIMIT },
	{ CYAML_ERR_SEQUENCE_ENTRIES_MIN, ERR_MISSING },
	{ CYAML_OK, ERR_SYNTAX },
};
/* clang-format on */

/* What libcyaml says, on one line. */
struct said {
	char text[400];
	size_t n;
};

static void __attribute__((format(printf, 3, 0)))
say(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
	struct said *s = ctx;
	char line[256];
	char *from = line;
	int n;

	n = vsnprintf(line, sizeof(line), fmt, args);
	if (level < CYAML_LOG_WARNING || n <= 0)
		return;
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(from, "Load: ", 6) == 0)
		from += 6;
	if (strcmp(from, "Backtrace:") == 0)
		return;
	from += strspn(from, " ");
	n = snprintf(s->text + s->n, sizeof(s->text) - s->n, "%s%s",
	    s->n > 0 ? ", " : "", from);
	if (n > 0)
		s->n += (size_t)n;
	if (s->n >= sizeof(s->text))
		s->n = sizeof(s->text) - 1;
}

/* realloc with a bound; a schema bounds how often it is called. */
static void *
take(void *ctx, void *p, size_t n)
{
	(void)ctx;
	if (n == 0) {
		free(p);
		return NULL;
	}
	return n > BUF_MAX ? NULL : realloc(p, n);
}

static cyaml_config_t
config(struct said *s)
{
	return (cyaml_config_t){
		.log_fn = say,
		.log_ctx = s,
		.log_level = CYAML_LOG_WARNING,
		.mem_fn = take,
		.flags = CYAML_CFG_NO_ALIAS,
	};
}

static bool
contains(struct str text, const char *what)
{
	return memmem(text.p, text.n, what, strlen(what)) != NULL;
}

/*
 * The bytes before a parser sees them: UTF-8, LF lines without other control
 * characters, one document, and no escape that makes a NUL, which would
 * silently end a text.
 */
static int
check_bytes(const char *name, struct str text)
{
	static const char *const nul[] = { "\\0", "\\x00", "\\u0000",
		"\\U00000000" };

	if (text.n == 0 || text.n > CONF_FILE_MAX) {
		conf_problem_set("%s: empty or too long", name);
		return text.n == 0 ? ERR_SYNTAX : ERR_TOOLONG;
	}
	if (!wire_text_ok(text, true)) {
		conf_problem_set("%s: not UTF-8 text, or a control character "
				 "(tab, CR) in it",
		    name);
		return ERR_UTF8;
	}
	for (size_t i = 0; i < sizeof(nul) / sizeof(nul[0]); i++) {
		if (!contains(text, nul[i]))
			continue;
		conf_problem_set("%s: an escaped NUL", name);
		return ERR_SYNTAX;
	}
	if (contains(text, "\n---") || contains(text, "\n...")) {
		conf_problem_set("%s: more than one document", name);
		return ERR_SYNTAX;
	}
	return 0;
}

int
yamldoc_load(enum yaml_kind kind, const char *name, struct str text, void **out)
{
	struct said said = { .n = 0 };
	cyaml_config_t cfg = config(&said);
	cyaml_err_t e;
	size_t i;
	int err;

	*out = NULL;
	err = check_bytes(name, text);
	if (err != 0)
		return err;
	e = cyaml_load_data(
	    (const uint8_t *)text.p, text.n, &cfg, &schemas[kind], out, NULL);
	if (e == CYAML_OK && *out != NULL)
		return 0;
	for (i = 0; errors[i].cyaml != CYAML_OK; i++)
		if (errors[i].cyaml == e)
			break;
	conf_problem_set("%s: %s%s%s", name, cyaml_strerror(e),
	    said.n > 0 ? ": " : "", said.text);
	*out = NULL;
	return errors[i].err;
}

void
yamldoc_free(enum yaml_kind kind, void *doc)
{
	struct said said = { .n = 0 };
	cyaml_config_t cfg = config(&said);

	if (doc != NULL)
		cyaml_free(&cfg, &schemas[kind], doc, 0);
}
