/*
 * A copy of a column that lives as long as the arena.  Inside store/ only.
 */
#ifndef STORE_KEEP_H
#define STORE_KEEP_H

#include <string.h>

#include "core/err.h"
#include "core/wire.h"
#include "store/db.h"

/* ERR_LIMIT when the arena is full; an empty text is the empty slice. */
static inline int
keep_text(struct wire_arena *a, struct str s, struct str *out)
{
	char *p;

	*out = (struct str){ 0 };
	if (s.n == 0)
		return 0;
	p = wire_alloc(a, s.n);
	if (p == NULL)
		return ERR_LIMIT;
	memcpy(p, s.p, s.n);
	*out = str_n(p, s.n);
	return 0;
}

#endif
