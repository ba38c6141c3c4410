/* LINK: ui core */
/*
 * Any bytes as a name on the screen: clipped, never half a cluster, nothing
 * that could drive a terminal; the cells add up to the width.
 */
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/utf8.h"
#include "ui/grid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_cell(const struct grid *g, int x)
{
	const struct cell *c = grid_at(g, 0, x);
	const struct cell *next = grid_at(g, 0, x + 1);
	struct str rest = str_n(c->t, c->n);
	int32_t cp;

	if (c->w == 2 && (next == NULL || next->w != 0))
		abort();
	if (c->w == 0 && (x == 0 || grid_at(g, 0, x - 1)->w != 2))
		abort();
	while ((cp = utf8_next(&rest)) != -2) {
		if (c->w != 0 &&
		    (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ||
			(cp >= 0x202a && cp <= 0x202e)))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct grid g;
	size_t half;
	int x;

	if (size < 4 || grid_init(&g, 1 + data[0] % 40, 1) != 0)
		return 0;
	half = (size - 4) / 2;
	grid_put(&g, 0, data[1] % 48 - 4, data[2] % 48, ROLE_text,
	    str_n(data + 4, half));
	grid_put(&g, 0, data[3] % 48 - 4, data[2] % 48, ROLE_focus,
	    str_n(data + 4 + half, size - 4 - half));
	grid_fill(&g, 0, data[3] % 40, 3, ROLE_field);
	for (x = 0; x < g.w; x++)
		check_cell(&g, x);
	grid_release(&g);
	return 0;
}
