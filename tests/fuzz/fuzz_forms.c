/* LINK: conf crypt core */
/*
 * Any bytes as a form: a form comes out that keeps the limits, or an error.
 *
 * SECURITY: test code.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/forms.h"
#include "core/err.h"
#include "fuzz_conf.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct forms *f = NULL;

	if (forms_load(fuzz_conf_file("login.yaml", data, size), &f) != 0) {
		BUG_ON(f != NULL);
		return 0;
	}
	for (size_t i = 0; i < f->form[0].n; i++) {
		const struct form_field *field = &f->form[0].fields[i];

		BUG_ON(field->kind >= FIELD_KIND_COUNT);
		BUG_ON(field->columns < 1 || field->columns > 76);
		BUG_ON(field->max < 1 || field->max > 4096);
		BUG_ON(strlen(field->label) > 128 || field->help == NULL);
	}
	forms_free(f);
	return 0;
}
