/*
 * YAML by schema into plain strings (the only file that includes libcyaml is
 * yaml.c).  Everything that needs judging, numbers and booleans included,
 * arrives as text: site.c, terminal.c, forms.c and masters.c judge it.
 *
 * The functions are called yamldoc_: libyaml exports yaml_doc_free() and its
 * kind, and a function of ours with such a name would take their place.
 */
#ifndef CONF_YAML_H
#define CONF_YAML_H

#include "core/str.h"

#define YAML_TEXT_MAX	 4096
#define YAML_FIELDS_MAX	 64
#define YAML_ENTRIES_MAX 4096

/* An absent key is NULL. */
struct yaml_site {
	char *origin;
	char *site_name;
	char *site_code;
	char *server_name;
	char *listen;
	char *synthetic;
	char *idle_seconds;
	char *list_limit;
	char *failures;
	char *challenge_seconds;
	char *pin_min;
	char *pin_days;
	char *sessions_per_process;
	char *max_connections;
	char *handshake_seconds;
};

struct yaml_terminal {
	char *id;
	char *place;
	char *server;
	char *site_name;
	char *origin;
	char *log_vkey;
	char *sensor;
	char *language;
};

struct yaml_field {
	char *id;
	char *label;
	char *kind;
	char *columns;
	char *max;
	char *required;
	char *master;
	char *help;
};

struct yaml_form {
	char *id;
	char *title;
	char *help;
	struct yaml_field *fields;
	unsigned fields_count;
};

struct yaml_entry {
	char *code;
	char *label;
	char *label_en;
	char *needs;
};

struct yaml_master {
	char *id;
	char *version;
	struct yaml_entry *entries;
	unsigned entries_count;
};

enum yaml_kind { YAML_SITE, YAML_TERMINAL, YAML_FORM, YAML_MASTER };

/*
 * One document of `text`.  Aliases, a second document, unknown and repeated
 * keys, a missing mandatory key, text with control characters or longer than
 * YAML_TEXT_MAX are refused: ERR_SYNTAX, ERR_MISSING, ERR_TOOLONG, ERR_UTF8,
 * ERR_LIMIT, ERR_NOMEM; `name` stands in conf_problem().  *out is a struct
 * yaml_… of that kind.
 */
int yamldoc_load(enum yaml_kind kind, const char *name, struct str text,
    void **out) __attribute__((warn_unused_result));

/* NULL is fine. */
void yamldoc_free(enum yaml_kind kind, void *doc);

#endif
