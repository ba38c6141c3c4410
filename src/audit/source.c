/*
 * Per-source order in a log.
 *
 * SECURITY: a dropped event of a terminal leaves a gap here even when the
 * tree was rebuilt and signed again.
 */
#include "audit/source.h"

#include <stdlib.h>

#include "core/err.h"

static struct source *
find(const struct sources *s, struct str node)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (str_eqz(node, s->list[i].node))
			return &s->list[i];
	return NULL;
}

static int
append(struct sources *s, const struct entry *e)
{
	struct source *list;
	size_t cap;

	if (e->seq != 0)
		return ERR_CORRUPT;
	if (s->n == s->cap) {
		cap = s->cap * 2 + 16;
		list = reallocarray(s->list, cap, sizeof(*list));
		if (list == NULL)
			return ERR_NOMEM;
		s->list = list;
		s->cap = cap;
	}
	BUG_ON(s->list == NULL);
	list = &s->list[s->n++];
	list->epoch = e->epoch;
	list->next = 1;
	return str_copy(list->node, sizeof(list->node), e->node);
}

int
sources_add(struct sources *s, const struct entry *e)
{
	struct source *at = find(s, e->node);

	if (at == NULL)
		return append(s, e);
	if (e->epoch == at->epoch) {
		if (e->seq != at->next)
			return ERR_CORRUPT;
		at->next++;
		return 0;
	}
	if (e->epoch < at->epoch || e->seq != 0)
		return ERR_CORRUPT;
	at->epoch = e->epoch;
	at->next = 1;
	return 0;
}

void
sources_release(struct sources *s)
{
	free(s->list);
	*s = (struct sources){ 0 };
}
