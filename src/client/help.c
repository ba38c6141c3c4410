/*
 * Entry help for the screens: dict.h for words and addresses, glyph.h for
 * shapes, both opened when first asked for.
 *
 * SECURITY: what is looked up is personal data: it is neither logged nor
 * written, and candidates are wiped after every question.
 */
#include "client/help.h"

#include <stdlib.h>
#include <string.h>

#include "client/dict.h"
#include "core/err.h"
#include "ui/glyph.h"

struct help {
	struct dict *dict;
	struct glyphs *glyphs;
	bool looked; /* for fonts */
	char home[257];
	struct dict_hits hits;
};

struct help *
help_new(const char *dict_dir, struct str home)
{
	struct help *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	(void)str_copy(h->home, sizeof(h->home), home);
	h->dict = dict_open(dict_dir);
	if (h->dict == NULL) {
		help_free(h);
		return NULL;
	}
	return h;
}

void
help_free(struct help *h)
{
	if (h == NULL)
		return;
	dict_hits_release(&h->hits);
	dict_free(h->dict);
	glyph_close(h->glyphs);
	explicit_bzero(h, sizeof(*h));
	free(h);
}

bool
help_has(struct help *h, enum ui_help what)
{
	switch (what) {
	case UI_HELP_PERSON:
		return dict_has(h->dict, DICT_PERSON);
	case UI_HELP_PLACE:
		return dict_has(h->dict, DICT_PLACE);
	case UI_HELP_POSTAL:
		return dict_has_postal(h->dict);
	case UI_HELP_HEADS:
		return dict_has_heads(h->dict);
	case UI_HELP_WORD:
	default:
		return dict_has(h->dict, DICT_WORD);
	}
}

int
help_look(struct help *h, enum ui_help what, struct str typed, ui_help_fn *fn,
    void *arg)
{
	size_t i;
	int rc;

	switch (what) {
	case UI_HELP_PERSON:
		rc = dict_lookup(h->dict, DICT_PERSON, typed, &h->hits);
		break;
	case UI_HELP_PLACE:
		rc = dict_lookup(h->dict, DICT_PLACE, typed, &h->hits);
		break;
	case UI_HELP_POSTAL:
		rc = dict_postal(h->dict, typed, &h->hits);
		break;
	case UI_HELP_HEADS:
		rc = dict_heads(h->dict, typed, str_of(h->home), &h->hits);
		break;
	case UI_HELP_WORD:
	default:
		rc = dict_lookup(h->dict, DICT_WORD, typed, &h->hits);
		break;
	}
	for (i = 0; rc == 0 && i < h->hits.n; i++)
		fn(arg, dict_text(&h->hits, i), str_of(h->hits.hit[i].postal));
	dict_hits_release(&h->hits);
	return rc;
}

const char *
help_notice(struct help *h)
{
	return dict_notice(h->dict);
}

struct glyphs *
help_glyphs(struct help *h)
{
	if (!h->looked)
		h->glyphs = glyph_open(NULL, 0);
	h->looked = true;
	return h->glyphs;
}
