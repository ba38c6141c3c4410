/*
 * Laying out the items of a record.
 *
 * SECURITY: shows what the server sent and nothing else; what was withheld
 * stands there with the reason in its place.
 */
#include "ui/items.h"

#include "core/text.h"

#define LABEL_X	 2
#define LABEL_W	 18
#define VALUE_X	 21
#define WIDE_MAX 3 /* rows of a wide value */

/* Where the next item goes. */
struct flow {
	struct grid *g;
	size_t page; /* the one that is drawn */
	size_t at;   /* the one that is being filled */
	int top;
	int y;
	bool right; /* the left half of row y is taken */
};

static const Mamori__RecordItem *
find(Mamori__RecordItem *const *list, size_t n, unsigned number)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i]->number == number)
			return list[i];
	return NULL;
}

/* 1234 5678 9018 */
static void
put_number(struct buf *b, const char *digits)
{
	size_t i;

	for (i = 0; digits[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			buf_putc(b, ' ');
		buf_putc(b, digits[i]);
	}
}

/* What stands in the place of a value, and how it looks. */
static enum role
put_value(const struct items *it, unsigned i, const Mamori__RecordItem *r,
    struct buf *b)
{
	const struct item_row *row = &item_table()[i];

	if (it->number != NULL && it->number_at == i) {
		put_number(b, it->number);
		return ROLE_warn;
	}
	if (r == NULL) {
		buf_puts(b, i == ITEM_head_name ? _("(none shown)") : "-");
		return ROLE_dim;
	}
	switch (r->withheld) {
	case 0:
		buf_puts_str(b, STR_PB(r->value));
		return ROLE_text;
	case 1:
		buf_puts(
		    b, row->wide ? mark_instead(it->mark) : _("(withheld)"));
		return ROLE_mark;
	case 2:
		buf_puts(b, _("(no right to see)"));
		return ROLE_dim;
	default:
		buf_puts(b, "************");
		return ROLE_dim;
	}
}

/* From here on a new page when h rows do not fit. */
static void
make_room(struct flow *f, int h)
{
	if (f->y + h <= body_end(f->g))
		return;
	f->at++;
	f->y = f->top;
}

static void
end_row(struct flow *f)
{
	if (f->right)
		f->y++;
	f->right = false;
}

static void
draw_label(
    const struct flow *f, int x, int cols, const char *label, bool changed)
{
	if (changed)
		grid_puts(f->g, f->y, x - 1, 1, ROLE_mark, "*");
	grid_puts(f->g, f->y, x, cols, ROLE_label, label);
}

static void
put_wide(struct flow *f, const char *label, bool changed, enum role role,
    struct str value)
{
	int lw = (int)text_width(str_of(label));
	int cols;
	int h;
	struct str part;
	int i;

	end_row(f);
	/* a long label takes room from its value */
	lw = lw > LABEL_W ? lw - LABEL_W : 0;
	cols = f->g->w - VALUE_X - 1 - lw;
	h = ((int)text_width(value) + cols - 1) / cols;
	h = h < 1 ? 1 : h > WIDE_MAX ? WIDE_MAX : h;
	make_room(f, h);
	if (f->at == f->page) {
		draw_label(f, LABEL_X, LABEL_W + lw, label, changed);
		for (i = 0; i < h; i++) {
			part = text_clip(value, (unsigned)cols);
			grid_put(
			    f->g, f->y + i, VALUE_X + lw, cols, role, part);
			value.p += part.n;
			value.n -= part.n;
		}
	}
	f->y += h;
}

static void
put_half(struct flow *f, const char *label, bool changed, enum role role,
    struct str value)
{
	int half = f->g->w / 2;
	int x = f->right ? half + 1 : LABEL_X;

	if (!f->right)
		make_room(f, 1);
	if (f->at == f->page) {
		draw_label(f, x, LABEL_W, label, changed);
		grid_put(f->g, f->y, x + VALUE_X - LABEL_X, half - VALUE_X - 1,
		    role, value);
	}
	if (f->right)
		f->y++;
	f->right = !f->right;
}

size_t
items_draw(const struct items *it, struct grid *g, int y, size_t page)
{
	struct flow f = { .g = g, .page = page, .top = y, .y = y };
	const struct item_row *table = item_table();
	const Mamori__RecordItem *r;
	unsigned order[ITEM_COUNT];
	size_t n = item_screen(order);
	struct buf b = BUF_INIT;
	const char *label;
	enum role role;
	bool wide;
	size_t k;

	for (k = 0; k < n; k++) {
		const struct item_row *row = &table[order[k]];

		r = find(it->list, it->n, row->number);
		if (!item_concerns(row, it->foreign) ||
		    (r == NULL && (row->who & ITEM_GONE) != 0) ||
		    (it->history && order[k] == ITEM_head_name))
			continue;
		buf_clear(&b);
		role = put_value(it, order[k], r, &b);
		label = i18n_text(row->label);
		wide = row->wide ||
		    (int)text_width(buf_str(&b)) > g->w / 2 - VALUE_X - 1 ||
		    text_width(str_of(label)) > LABEL_W;
		(wide ? put_wide : put_half)(
		    &f, label, it->changed[order[k]], role, buf_str(&b));
	}
	buf_wipe(&b);
	return f.at + 1;
}

void
items_compare(
    struct items *it, Mamori__RecordItem *const *before, size_t n_before)
{
	const struct item_row *table = item_table();
	const Mamori__RecordItem *a;
	const Mamori__RecordItem *b;
	struct str none = { 0 };
	unsigned i;

	for (i = 0; i < ITEM_COUNT; i++) {
		a = find(it->list, it->n, table[i].number);
		b = find(before, n_before, table[i].number);
		it->changed[i] = !str_eq(a == NULL ? none : STR_PB(a->value),
		    b == NULL ? none : STR_PB(b->value));
	}
}
