/*
 * Items of a record on a page: two columns, wide ones on rows of their own,
 * in the order of core/item.h.  Inside ui/ only.
 */
#ifndef UI_ITEMS_H
#define UI_ITEMS_H

#include "core/item.h"
#include "ui/view.h"

struct items {
	Mamori__RecordItem *const *list;
	size_t n;
	bool foreign;
	bool history;		  /* has no head of the household */
	struct str mark;	  /* of the person */
	bool changed[ITEM_COUNT]; /* marked with an asterisk */
	unsigned number_at;	  /* the unmasked item, and its digits */
	const char *number;	  /* NULL: none */
};

/* Draws page `page` from row y to the end; how many pages there are. */
size_t items_draw(const struct items *it, struct grid *g, int y, size_t page);

/* Marks what is not alike in two rows of a history. */
void items_compare(
    struct items *it, Mamori__RecordItem *const *before, size_t n_before);

#endif
