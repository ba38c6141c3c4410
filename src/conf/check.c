/*
 * Judges single values of configuration files.
 *
 * SECURITY: a value that is not exactly what its key allows stops the
 * program; there is no "closest" value and nothing fails open.
 */
#include "conf/check.h"

#include <string.h>

#include "conf/problem.h"
#include "core/err.h"
#include "core/wire.h"

int
conf_text_ok(struct conf_at at, const char *v, size_t max)
{
	if (v == NULL || v[0] == '\0') {
		conf_problem_set("%s: %s: missing or empty", at.file, at.key);
		return ERR_MISSING;
	}
	if (strlen(v) > max) {
		conf_problem_set(
		    "%s: %s: longer than %zu bytes", at.file, at.key, max);
		return ERR_TOOLONG;
	}
	if (!wire_text_ok(str_of(v), false)) {
		conf_problem_set(
		    "%s: %s: a character that is not allowed", at.file, at.key);
		return ERR_UTF8;
	}
	return 0;
}

int
conf_text(struct conf_at at, const char *v, char *dst, size_t cap)
{
	int err = conf_text_ok(at, v, cap - 1);

	dst[0] = '\0';
	return err != 0 ? err : str_copy(dst, cap, str_of(v));
}

int
conf_id_ok(struct conf_at at, const char *v, size_t max)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_";
	int err = conf_text_ok(at, v, max);

	if (err == 0 && v[strspn(v, allowed)] != '\0') {
		conf_problem_set(
		    "%s: %s: only letters, digits, - and _", at.file, at.key);
		err = ERR_SYNTAX;
	}
	return err;
}

int
conf_id_of_file(const char *file, const char *id)
{
	size_t n = strlen(file) - strlen(".yaml");
	int err = conf_id_ok((struct conf_at){ file, "id" }, id, 64);

	if (err == 0 && !str_eqz(str_n(file, n), id)) {
		conf_problem_set(
		    "%s: id: %s is not the name of the file", file, id);
		err = ERR_SYNTAX;
	}
	return err;
}

int
conf_texts(const char *file, const struct conf_want *want, size_t n)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < n; i++)
		if (want[i].v != NULL || want[i].must)
			err = conf_text((struct conf_at){ file, want[i].key },
			    want[i].v, want[i].dst, want[i].cap);
	return err;
}

int
conf_number(struct conf_at at, const char *v, uint32_t least, uint32_t most,
    uint32_t *out)
{
	uint64_t n = 0;

	if (v == NULL) {
		conf_problem_set("%s: %s: missing", at.file, at.key);
		return ERR_MISSING;
	}
	if (str_num(str_of(v), most, &n) != 0 || n < least) {
		conf_problem_set("%s: %s: %.40s is not a number within "
				 "%u..%u",
		    at.file, at.key, v, least, most);
		return ERR_RANGE;
	}
	*out = (uint32_t)n;
	return 0;
}

int
conf_bool(struct conf_at at, const char *v, bool *out)
{
	if (v == NULL)
		return 0;
	if (strcmp(v, "true") == 0) {
		*out = true;
		return 0;
	}
	if (strcmp(v, "false") == 0) {
		*out = false;
		return 0;
	}
	conf_problem_set(
	    "%s: %s: %.40s is neither true nor false", at.file, at.key, v);
	return ERR_SYNTAX;
}

void
conf_put(struct buf *out, const char *key, const char *value)
{
	buf_printf(out, "%s: '", key);
	for (const char *p = value; *p != '\0'; p++) {
		if (*p == '\'')
			buf_putc(out, '\'');
		buf_putc(out, *p);
	}
	buf_puts(out, "'\n");
}
