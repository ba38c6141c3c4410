/*
 * Variant kanji that names have, and the form they are searched under
 * (SRC-06).  The rows are made from data/fold.tsv at build time, so nothing is
 * read at run time; how the table is built stands in tools/mkfold.
 *
 * SECURITY: constant data; used for search keys and the picker of variants
 * only, never for stored text and never to tell who somebody is.
 */
#include "core/namekey.h"

#include <stdlib.h>

struct fold_row {
	int32_t from;
	int32_t to;
};

/* variant, form searched under; sorted by variant */
static const struct fold_row folds[] = {
#include "fold_table.inc"
};

/* to be raised with every change of the rules in namekey.c */
#define RULES 1

#define FOLDS (sizeof(folds) / sizeof(folds[0]))

static int
by_from(const void *key, const void *row)
{
	const int32_t *cp = key;
	const struct fold_row *r = row;

	return *cp < r->from ? -1 : *cp > r->from;
}

int32_t
namekey_fold(int32_t cp)
{
	const struct fold_row *row;

	row = bsearch(&cp, folds, FOLDS, sizeof(folds[0]), by_from);
	return row != NULL ? row->to : cp;
}

/*
 * A scan of 12,000 rows takes some microseconds and happens once for a key
 * that a person presses; an index by canonical form would be 25 kB more.
 */
size_t
namekey_variants(int32_t cp, int32_t *out, size_t max)
{
	int32_t form = namekey_fold(cp);
	size_t found = 0;
	size_t i;

	if (form != cp) {
		if (max > 0)
			out[0] = form;
		found = 1;
	}
	for (i = 0; i < FOLDS; i++) {
		if (folds[i].to != form || folds[i].from == cp)
			continue;
		if (found < max)
			out[found] = folds[i].from;
		found++;
	}
	return found;
}

/* FNV-1a over rules and rows: some 50 microseconds, asked once at start. */
uint32_t
namekey_version(void)
{
	uint32_t h = 2166136261u ^ RULES;
	size_t i;

	for (i = 0; i < FOLDS; i++) {
		h = (h ^ (uint32_t)folds[i].from) * 16777619u;
		h = (h ^ (uint32_t)folds[i].to) * 16777619u;
	}
	return h;
}

size_t
namekey_fold_count(void)
{
	return FOLDS;
}

int32_t
namekey_fold_at(size_t i)
{
	return i < FOLDS ? folds[i].from : 0;
}
