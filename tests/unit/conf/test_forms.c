/*
 * Forms, masters, their digest, and the ones that come with the program.
 *
 * SECURITY: test code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conf/forms.h"
#include "conf/masters.h"
#include "conf/problem.h"
#include "conf/share.h"
#include "core/err.h"
#include "ctl_tmp.h"

#define FIELD "  - {id: a, label: A, kind: text, columns: 10, max: 40}\n"
#define FORM  "id: f\ntitle: F\nfields:\n" FIELD

static struct ctl_tmp tmp;

static int
setup(void **state)
{
	(void)state;
	ctl_tmp_make(&tmp);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	ctl_tmp_remove(&tmp);
	return 0;
}

static void
form_refused(const char *text, int err)
{
	struct forms *f = NULL;
	int got;

	ctl_tmp_write(&tmp, "f.yaml", text);
	got = forms_load(tmp.dir, &f);
	if (got != err)
		fail_msg("%s: %s: %s", text, err_name(got), conf_problem());
	assert_null(f);
}

static void
master_refused(const char *text, int err)
{
	struct masters *m = NULL;
	int got;

	ctl_tmp_write(&tmp, "m.yaml", text);
	got = masters_load(tmp.dir, &m);
	if (got != err)
		fail_msg("%s: %s: %s", text, err_name(got), conf_problem());
	assert_null(m);
}

static void
a_form_is_what_its_file_says(void **state)
{
	struct forms *f;
	const struct form *form;

	(void)state;
	ctl_tmp_write(&tmp, "f.yaml",
	    "id: f\ntitle: F\nhelp: H\nfields:\n"
	    "  - id: p\n    label: P\n    kind: choice\n    columns: 2\n"
	    "    max: 16\n    required: true\n    master: purpose\n" FIELD);
	assert_int_equal(forms_load(tmp.dir, &f), 0);
	form = forms_find(f, "f");
	assert_non_null(form);
	assert_null(forms_find(f, "g"));
	assert_int_equal(form->n, 2);
	assert_int_equal(form->fields[0].kind, FIELD_choice);
	assert_string_equal(form->fields[0].master, "purpose");
	assert_true(form->fields[0].required);
	assert_int_equal(form->fields[1].max, 40);
	assert_false(form->fields[1].required);
	assert_string_equal(form->fields[1].help, "");
	forms_free(f);
}

static void
a_form_with_anything_odd_is_refused(void **state)
{
	(void)state;
	form_refused("id: g\ntitle: F\nfields:\n" FIELD, ERR_SYNTAX);
	form_refused("id: f\ntitle: F\nfields: []\n", ERR_MISSING);
	form_refused("id: f\ntitle: F\n", ERR_MISSING);
	form_refused("id: f\ntitle: ''\nfields:\n" FIELD, ERR_MISSING);
	form_refused(FORM FIELD, ERR_EXISTS);
	form_refused(FORM "colour: red\n", ERR_SYNTAX);
	form_refused("id: f\ntitle: F\nfields:\n"
		     "  - {id: a, label: A, kind: txt, columns: 1, max: 4}\n",
	    ERR_RANGE);
	form_refused("id: f\ntitle: F\nfields:\n"
		     "  - {id: a, label: A, kind: text, columns: 77, max: 4}\n",
	    ERR_RANGE);
	form_refused("id: f\ntitle: F\nfields:\n"
		     "  - {id: a, label: A, kind: text, columns: 1, "
		     "max: 4097}\n",
	    ERR_RANGE);
	form_refused("id: f\ntitle: F\nfields:\n"
		     "  - {id: a, label: A, kind: choice, columns: 1, "
		     "max: 4}\n",
	    ERR_SYNTAX);
	form_refused("id: f\ntitle: F\nfields:\n"
		     "  - {id: a, label: A, kind: text, columns: 1, max: 4, "
		     "master: m}\n",
	    ERR_SYNTAX);
}

static void
a_master_keeps_order_and_codes(void **state)
{
	struct masters *m;
	const struct master *one;
	const struct master_entry *e;

	(void)state;
	ctl_tmp_write(&tmp, "m.yaml",
	    "id: m\nversion: 1\nentries:\n"
	    "  - {code: '02', label: 甲, label_en: A}\n"
	    "  - {code: '1', label: 乙, needs: ref}\n");
	assert_int_equal(masters_load(tmp.dir, &m), 0);
	one = masters_find(m, "m");
	assert_non_null(one);
	assert_int_equal(one->n, 2);
	assert_string_equal(one->entries[0].code, "02");
	e = master_entry_find(one, STR("1"));
	assert_non_null(e);
	assert_string_equal(e->label_en, "乙");
	assert_true(e->needs_ref);
	assert_false(one->entries[0].needs_ref);
	assert_null(master_entry_find(one, STR("2")));
	masters_free(m);
}

static void
a_master_with_anything_odd_is_refused(void **state)
{
	(void)state;
	master_refused("id: m\nversion: 1\nentries:\n"
		       "  - {code: a, label: x}\n  - {code: b, label: x}\n"
		       "  - {code: a, label: y}\n",
	    ERR_EXISTS);
	master_refused("id: m\nversion: 1\nentries:\n"
		       "  - {code: a, label: x, needs: money}\n",
	    ERR_SYNTAX);
	master_refused("id: m\nversion: 0\nentries:\n"
		       "  - {code: a, label: x}\n",
	    ERR_RANGE);
	master_refused("id: n\nversion: 1\nentries:\n"
		       "  - {code: a, label: x}\n",
	    ERR_SYNTAX);
	master_refused("id: m\nversion: 1\nentries:\n"
		       "  - {code: 'a b', label: x}\n",
	    ERR_SYNTAX);
	master_refused(
	    "id: m\nversion: 1\nentries:\n  - {code: a}\n", ERR_MISSING);
}

static void
the_digest_sees_names_content_and_borders(void **state)
{
	uint8_t a[SHA256_LEN];
	uint8_t b[SHA256_LEN];

	(void)state;
	ctl_tmp_write(&tmp, "d/1.yaml", "xy");
	ctl_tmp_write(&tmp, "d/2.yaml", "z");
	assert_int_equal(conf_digest(ctl_tmp_path(&tmp, "d"), ".yaml", a), 0);
	ctl_tmp_write(&tmp, "d/note.txt", "not a form");
	assert_int_equal(conf_digest(ctl_tmp_path(&tmp, "d"), ".yaml", b), 0);
	assert_memory_equal(a, b, sizeof(a));
	ctl_tmp_write(&tmp, "d/1.yaml", "x");
	ctl_tmp_write(&tmp, "d/2.yaml", "yz");
	assert_int_equal(conf_digest(ctl_tmp_path(&tmp, "d"), ".yaml", b), 0);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_int_equal(
	    conf_digest(ctl_tmp_path(&tmp, "none"), ".yaml", b), ERR_NOTFOUND);
}

static void
the_forms_and_masters_of_the_program_load(void **state)
{
	char share[512];
	char path[600];
	struct forms *f = NULL;
	struct masters *m = NULL;
	const struct form_field *field;

	(void)state;
	if (conf_share_dir(share, sizeof(share)) != 0)
		skip(); /* a build directory far from its source */
	(void)snprintf(path, sizeof(path), "%s/forms", share);
	if (forms_load(path, &f) != 0)
		fail_msg("%s", conf_problem());
	(void)snprintf(path, sizeof(path), "%s/masters", share);
	if (masters_load(path, &m) != 0)
		fail_msg("%s", conf_problem());
	/* a choice without its master could not be made */
	for (size_t i = 0; i < f->n; i++) {
		for (size_t k = 0; k < f->form[i].n; k++) {
			field = &f->form[i].fields[k];
			if (field->master != NULL)
				assert_non_null(masters_find(m, field->master));
		}
	}
	forms_free(f);
	masters_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_form_is_what_its_file_says, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_form_with_anything_odd_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_master_keeps_order_and_codes, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_master_with_anything_odd_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    the_digest_sees_names_content_and_borders, setup, teardown),
		cmocka_unit_test(the_forms_and_masters_of_the_program_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
