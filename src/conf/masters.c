/*
 * Loads the masters of a folder.
 *
 * SECURITY: a code stands in the log for ever; a file in which a code stands
 * twice would make entries ambiguous and is refused.
 */
#include "conf/masters.h"

#include <stdlib.h>
#include <string.h>

#include "conf/check.h"
#include "conf/problem.h"
#include "conf/yaml.h"
#include "core/err.h"

struct masters_own {
	size_t n;
	struct yaml_master **doc;
	struct master *master;
	struct master_entry **entry;
};

void
masters_free(struct masters *m)
{
	struct masters_own *own;

	if (m == NULL)
		return;
	own = m->own;
	for (size_t i = 0; i < own->n; i++) {
		yamldoc_free(YAML_MASTER, own->doc[i]);
		free(own->entry[i]);
	}
	free(own->doc);
	free(own->entry);
	free(own->master);
	free(own);
	free(m);
}

static int
take_entry(const char *file, const struct yaml_entry *y, struct master_entry *e)
{
	struct conf_at at = { file, "entries: code" };
	int err;

	*e = (struct master_entry){ .code = y->code,
		.label = y->label,
		.label_en = y->label_en != NULL ? y->label_en : y->label };
	err = conf_id_ok(at, y->code, 16);
	at.key = y->code;
	if (err == 0)
		err = conf_text_ok(at, y->label, 1024);
	if (err == 0 && y->label_en != NULL)
		err = conf_text_ok(at, y->label_en, 1024);
	if (err == 0 && y->needs != NULL && strcmp(y->needs, "ref") != 0) {
		conf_problem_set("%s: %s: needs: %s is not ref", file, y->code,
		    y->needs);
		err = ERR_SYNTAX;
	}
	e->needs_ref = y->needs != NULL;
	return err;
}

static int
by_code(const void *a, const void *b)
{
	const struct master_entry *x = a;
	const struct master_entry *y = b;

	return strcmp(x->code, y->code);
}

/* Works on a sorted copy: lists may be long. */
static int
check_codes(const char *file, const struct master_entry *e, size_t n)
{
	struct master_entry *sorted = calloc(n, sizeof(*sorted));
	int err = 0;

	if (sorted == NULL)
		return ERR_NOMEM;
	memcpy(sorted, e, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_code);
	for (size_t i = 1; err == 0 && i < n; i++) {
		if (strcmp(sorted[i - 1].code, sorted[i].code) != 0)
			continue;
		conf_problem_set(
		    "%s: the code %s stands twice", file, sorted[i].code);
		err = ERR_EXISTS;
	}
	free(sorted);
	return err;
}

static int
take_master(const char *file, const struct yaml_master *y, struct master *m,
    struct master_entry **entry)
{
	struct conf_at at = { file, "version" };
	uint32_t version = 0;
	int err;

	err = conf_id_of_file(file, y->id);
	if (err == 0)
		err = conf_number(at, y->version, 1, 999999999, &version);
	if (err != 0)
		return err;
	*entry = calloc(y->entries_count, sizeof(**entry));
	if (*entry == NULL)
		return ERR_NOMEM;
	for (unsigned i = 0; err == 0 && i < y->entries_count; i++)
		err = take_entry(file, &y->entries[i], &(*entry)[i]);
	*m = (struct master){
		.id = y->id, .n = y->entries_count, .entries = *entry
	};
	return err != 0 ? err : check_codes(file, *entry, m->n);
}

static int
load_one(const char *dir, const char *file, struct masters_own *own)
{
	struct buf text = BUF_INIT;
	void *doc = NULL;
	size_t i = own->n;
	int err;

	err = conf_read(dir, file, &text);
	if (err == 0)
		err = yamldoc_load(YAML_MASTER, file, buf_str(&text), &doc);
	if (err == 0) {
		own->doc[i] = doc;
		own->n++;
		err = take_master(
		    file, own->doc[i], &own->master[i], &own->entry[i]);
	}
	buf_release(&text);
	return err;
}

static struct masters *
masters_new(size_t n)
{
	struct masters *m = calloc(1, sizeof(*m));
	struct masters_own *own = calloc(1, sizeof(*own));

	if (m == NULL || own == NULL) {
		free(m);
		free(own);
		return NULL;
	}
	m->own = own;
	own->doc = calloc(n, sizeof(struct yaml_master *));
	own->master = calloc(n, sizeof(struct master));
	own->entry = calloc(n, sizeof(struct master_entry *));
	if (own->doc != NULL && own->master != NULL && own->entry != NULL)
		return m;
	masters_free(m);
	return NULL;
}

int
masters_load(const char *dir, struct masters **out)
{
	struct conf_list *l = NULL;
	struct masters *m = NULL;
	int err;

	*out = NULL;
	err = conf_list(dir, ".yaml", &l);
	if (err != 0)
		return err;
	m = masters_new(l->n);
	if (m == NULL)
		err = ERR_NOMEM;
	for (size_t i = 0; err == 0 && i < l->n; i++)
		err = load_one(dir, l->name[i], m->own);
	if (err == 0)
		err = conf_digest(dir, ".yaml", m->digest);
	if (err == 0) {
		m->n = m->own->n;
		m->master = m->own->master;
		*out = m;
		m = NULL;
	}
	masters_free(m);
	conf_list_free(l);
	return err;
}

const struct master *
masters_find(const struct masters *m, const char *id)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->master[i].id, id) == 0)
			return &m->master[i];
	return NULL;
}

const struct master_entry *
master_entry_find(const struct master *m, struct str code)
{
	for (size_t i = 0; i < m->n; i++)
		if (str_eqz(code, m->entries[i].code))
			return &m->entries[i];
	return NULL;
}
