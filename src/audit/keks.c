/*
 * Bucket keys from a file.
 *
 * SECURITY: keys are wiped from every buffer they passed through.
 */
#include "audit/keks.h"

#include <stdlib.h>
#include <string.h>

#include "audit/tiles.h"
#include "core/b64.h"
#include "core/err.h"

static int
add_line(struct keks *k, struct str line)
{
	struct kek_row *row = &k->list[k->n];
	struct str name;

	if (!str_cut(&line, ' ', &name) || name.n == 0 ||
	    keks_find(k, name) != NULL)
		return ERR_SYNTAX;
	if (str_copy(row->name, sizeof(row->name), name) != 0 ||
	    hex_get(line, row->key, sizeof(row->key)) != 0)
		return ERR_SYNTAX;
	k->n++;
	return 0;
}

static int
parse(struct keks *k, struct str text)
{
	struct str line;
	size_t lines = 0;
	size_t i;
	int err = 0;

	for (i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	k->list = calloc(lines + 1, sizeof(*k->list));
	if (k->list == NULL)
		return ERR_NOMEM;
	while (err == 0 && str_cut(&text, '\n', &line))
		err = add_line(k, line);
	return err;
}

int
keks_load(struct keks *k, const char *path)
{
	struct buf text = { .max = 1 << 20 };
	int err;

	*k = (struct keks){ 0 };
	err = tile_read(path[0] == '/' ? "" : ".", path, &text);
	if (err == 0)
		err = parse(k, buf_str(&text));
	if (err != 0)
		keks_release(k);
	buf_wipe(&text);
	return err;
}

const uint8_t *
keks_find(const struct keks *k, struct str name)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (str_eqz(name, k->list[i].name))
			return k->list[i].key;
	return NULL;
}

void
keks_release(struct keks *k)
{
	if (k->list != NULL)
		explicit_bzero(k->list, k->n * sizeof(*k->list));
	free(k->list);
	*k = (struct keks){ 0 };
}
