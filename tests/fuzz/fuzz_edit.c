/* LINK: ui core */
/*
 * The editor: any keys, pasted or typed, in any mode; the limits hold and the
 * cursor stays between clusters.
 */
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/utf8.h"
#include "ui/edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct edit *e, struct grid *g)
{
	struct str head = str_n(e->text, e->cursor);
	struct str rest = edit_text(e);

	if (e->n > e->max_bytes || e->cursor > e->n || e->scroll > e->n)
		abort();
	while (utf8_next(&rest) >= 0)
		continue;
	if (rest.n != 0)
		abort();
	while (utf8_next(&head) >= 0)
		continue;
	if (head.n != 0)
		abort();
	edit_draw(e, g, 0, 3, 9, true);
	if (g->cur_x < 0 || g->cur_x >= g->w)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct edit e;
	struct grid g;
	struct str rest;
	struct key k;
	int32_t cp;

	if (size < 2 || grid_init(&g, 14, 1) != 0)
		return 0;
	edit_init(&e, data[0], (enum edit_mode)(data[1] % 3));
	e.ascii_only = (data[1] & 0x10) != 0;
	e.secret = (data[1] & 0x20) != 0;
	rest = str_n(data + 2, size - 2);
	while (rest.n > 0) {
		cp = utf8_next(&rest);
		if (cp >= 0xe000 && cp < 0xe000 + K_COUNT)
			k = (struct key){ .id = (enum key_id)(cp - 0xe000) };
		else
			k = KEY_CHAR(cp < 0 ? 0xfffd : cp);
		k.pasted = (data[1] & 0x40) != 0;
		if (k.id == K_F7)
			edit_toggle(&e, EDIT_HIRAGANA);
		else
			(void)edit_key(&e, &k);
		check(&e, &g);
	}
	(void)edit_settle(&e);
	check(&e, &g);
	edit_clear(&e);
	grid_release(&g);
	return 0;
}
