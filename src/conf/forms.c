/*
 * Loads the forms of a folder.
 *
 * SECURITY: forms decide what is typed, not what the server accepts; the
 * server checks every field again.  Their digest is compared at hello.
 */
#include "conf/forms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/check.h"
#include "conf/problem.h"
#include "conf/yaml.h"
#include "core/err.h"

#define FORM_COLUMNS_MAX 76
#define FORM_VALUE_MAX	 4096

struct forms_own {
	size_t n;
	struct yaml_form **doc;
	struct form *form;
	struct form_field **field;
};

#define KIND_NAME(name, what) [FIELD_##name] = #name,
static const char *const kinds[FIELD_KIND_COUNT] = { FIELD_KIND_LIST(
    KIND_NAME) };
#undef KIND_NAME

void
forms_free(struct forms *f)
{
	struct forms_own *own;

	if (f == NULL)
		return;
	own = f->own;
	for (size_t i = 0; i < own->n; i++) {
		yamldoc_free(YAML_FORM, own->doc[i]);
		free(own->field[i]);
	}
	free(own->doc);
	free(own->field);
	free(own->form);
	free(own);
	free(f);
}

static int
take_kind(struct conf_at at, const char *v, enum field_kind *out)
{
	for (int k = 0; k < FIELD_KIND_COUNT; k++) {
		if (strcmp(v, kinds[k]) == 0) {
			*out = (enum field_kind)k;
			return 0;
		}
	}
	conf_problem_set(
	    "%s: %s: %.40s is no kind of field", at.file, at.key, v);
	return ERR_RANGE;
}

static int
take_field(const char *file, const struct yaml_field *y, struct form_field *f)
{
	struct conf_at at = { file, "fields: id" };
	uint32_t columns = 0;
	uint32_t max = 0;
	int err;

	*f = (struct form_field){ .id = y->id,
		.label = y->label,
		.help = y->help != NULL ? y->help : "",
		.master = y->master };
	err = conf_id_ok(at, y->id, 64);
	at.key = y->id;
	if (err == 0)
		err = conf_text_ok(at, y->label, 128);
	if (err == 0 && y->help != NULL)
		err = conf_text_ok(at, y->help, 1024);
	if (err == 0)
		err = take_kind(at, y->kind, &f->kind);
	if (err == 0)
		err =
		    conf_number(at, y->columns, 1, FORM_COLUMNS_MAX, &columns);
	if (err == 0)
		err = conf_number(at, y->max, 1, FORM_VALUE_MAX, &max);
	if (err == 0)
		err = conf_bool(at, y->required, &f->required);
	if (err == 0 && y->master != NULL)
		err = conf_id_ok(at, y->master, 64);
	if (err == 0 && (f->kind == FIELD_choice) != (y->master != NULL)) {
		conf_problem_set("%s: %s: a choice needs a master, and only "
				 "a choice has one",
		    file, y->id);
		err = ERR_SYNTAX;
	}
	f->columns = columns;
	f->max = max;
	return err;
}

static int
take_fields(const char *file, const struct yaml_form *y, struct form_field *f)
{
	int err;

	for (unsigned i = 0; i < y->fields_count; i++) {
		err = take_field(file, &y->fields[i], &f[i]);
		if (err != 0)
			return err;
		for (unsigned j = 0; j < i; j++) {
			if (strcmp(f[j].id, f[i].id) != 0)
				continue;
			conf_problem_set(
			    "%s: %s: the field stands twice", file, f[i].id);
			return ERR_EXISTS;
		}
	}
	return 0;
}

static int
take_form(const char *file, const struct yaml_form *y, struct form *form,
    struct form_field **field)
{
	struct conf_at at = { file, "title" };
	int err;

	err = conf_id_of_file(file, y->id);
	if (err == 0)
		err = conf_text_ok(at, y->title, 128);
	at.key = "help";
	if (err == 0 && y->help != NULL)
		err = conf_text_ok(at, y->help, YAML_TEXT_MAX);
	if (err != 0)
		return err;
	*field = calloc(y->fields_count, sizeof(**field));
	if (*field == NULL)
		return ERR_NOMEM;
	*form = (struct form){ .id = y->id,
		.title = y->title,
		.help = y->help != NULL ? y->help : "",
		.n = y->fields_count,
		.fields = *field };
	return take_fields(file, y, *field);
}

static int
load_one(const char *dir, const char *file, struct forms_own *own)
{
	struct buf text = BUF_INIT;
	void *doc = NULL;
	size_t i = own->n;
	int err;

	err = conf_read(dir, file, &text);
	if (err == 0)
		err = yamldoc_load(YAML_FORM, file, buf_str(&text), &doc);
	if (err == 0) {
		own->doc[i] = doc;
		own->n++;
		err =
		    take_form(file, own->doc[i], &own->form[i], &own->field[i]);
	}
	buf_release(&text);
	return err;
}

static struct forms *
forms_new(size_t n)
{
	struct forms *f = calloc(1, sizeof(*f));
	struct forms_own *own = calloc(1, sizeof(*own));

	if (f == NULL || own == NULL) {
		free(f);
		free(own);
		return NULL;
	}
	f->own = own;
	own->doc = calloc(n, sizeof(struct yaml_form *));
	own->form = calloc(n, sizeof(struct form));
	own->field = calloc(n, sizeof(struct form_field *));
	if (own->doc != NULL && own->form != NULL && own->field != NULL)
		return f;
	forms_free(f);
	return NULL;
}

int
forms_load(const char *dir, struct forms **out)
{
	struct conf_list *l = NULL;
	struct forms *f = NULL;
	int err;

	*out = NULL;
	err = conf_list(dir, ".yaml", &l);
	if (err != 0)
		return err;
	f = forms_new(l->n);
	if (f == NULL)
		err = ERR_NOMEM;
	/* names are sorted, and a name is an id */
	for (size_t i = 0; err == 0 && i < l->n; i++)
		err = load_one(dir, l->name[i], f->own);
	if (err == 0)
		err = conf_digest(dir, ".yaml", f->digest);
	if (err == 0) {
		f->n = f->own->n;
		f->form = f->own->form;
		*out = f;
		f = NULL;
	}
	forms_free(f);
	conf_list_free(l);
	return err;
}

const struct form *
forms_find(const struct forms *f, const char *id)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->form[i].id, id) == 0)
			return &f->form[i];
	return NULL;
}
