/*
 * F11: the characters of a name with their codes, the one with the focus
 * enlarged in its registered shape, its other forms beside it (SRC-12).
 *
 * SECURITY: holds a name and its drawing; both are wiped when it closes.
 */
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/namekey.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/glyph.h"
#include "ui/view.h"

#define CODES_MAX 64
#define ROWS	  10
#define PX	  48
#define FORMS	  8
#define ALL_FORMS 32
#define BOX_H	  18
#define GLYPH_X	  40

struct codes {
	struct view v;
	char name[513];
	size_t n;
	size_t row;
	size_t form; /* 0: as registered; else an other form of it */
	struct str cluster[CODES_MAX];
	int32_t forms[FORMS];
	size_t n_forms;
	char other[8]; /* the form that is shown */
	struct glyph glyph;
	int err; /* of the drawing */
};

static struct str
shown(const struct codes *c)
{
	return c->form == 0 ? c->cluster[c->row] : str_of(c->other);
}

/* Its other forms; radicals are no part of a name. */
static void
find_forms(struct codes *c, int32_t cp)
{
	int32_t all[ALL_FORMS];
	size_t n = namekey_variants(cp, all, ALL_FORMS);
	size_t i;

	c->n_forms = 0;
	for (i = 0; i < n && i < ALL_FORMS && c->n_forms < FORMS; i++) {
		if (text_is_han(all[i]))
			c->forms[c->n_forms++] = all[i];
	}
}

/* Draws what the focus is on. */
static void
look(struct codes *c)
{
	const struct ui_port *p = ui_port(c->v.ui);
	struct glyphs *gs = p->glyphs != NULL ? p->glyphs(p->ctx) : NULL;
	struct str rest = c->cluster[c->row];
	int32_t cp = utf8_next(&rest);
	size_t n;

	find_forms(c, cp);
	explicit_bzero(c->other, sizeof(c->other));
	if (c->form > c->n_forms)
		c->form = 0;
	if (c->form > 0) {
		n = utf8_encode(c->forms[c->form - 1], c->other);
		c->other[n] = '\0';
	}
	explicit_bzero(&c->glyph, sizeof(c->glyph));
	c->err =
	    gs == NULL ? ERR_NODEV : glyph_render(gs, shown(c), PX, &c->glyph);
}

static bool
codes_key(struct view *v, const struct key *k)
{
	struct codes *c = (struct codes *)v;

	if (k->id == K_F3 || k->id == K_ESC || k->id == K_ENTER ||
	    k->id == K_F11) {
		view_close(v);
		return true;
	}
	if (c->n == 0)
		return k->id != K_F1;
	if (k->id == K_DOWN || k->id == K_TAB) {
		c->row = (c->row + 1) % c->n;
		c->form = 0;
		look(c);
	} else if (k->id == K_UP || k->id == K_BACKTAB) {
		c->row = (c->row + c->n - 1) % c->n;
		c->form = 0;
		look(c);
	} else if (k->id == K_RIGHT) {
		c->form = (c->form + 1) % (c->n_forms + 1);
		look(c);
	} else if (k->id == K_LEFT) {
		c->form = (c->form + c->n_forms) % (c->n_forms + 1);
		look(c);
	}
	return k->id != K_F1;
}

/* What is drawn, or why nothing is.  Never exact unless it is. */
static const char *
verdict(const struct codes *c)
{
	if (c->err == ERR_NODEV)
		return _("No font to enlarge characters with: install the "
			 "package fonts-ipamj-mincho");
	if (c->err != 0)
		return _("No font has this character; go by its code.");
	if (c->form > 0)
		return _("Another form, not the registered one.");
	if (!c->glyph.exact)
		return _("Basic form: the registered shape is in no font.");
	return _("The registered shape.");
}

static void
draw_glyph(const struct codes *c, struct grid *g, int y, int x)
{
	struct buf b = BUF_INIT;
	unsigned i;

	text_codes(&b, shown(c));
	grid_put(g, y, x, 28, text_is_special(shown(c)) ? ROLE_mark : ROLE_dim,
	    buf_str(&b));
	for (i = 0; c->err == 0 && i < glyph_rows(&c->glyph, GLYPH_BRAILLE);
	     i++) {
		buf_clear(&b);
		glyph_row(&c->glyph, GLYPH_BRAILLE, i, &b);
		grid_put(g, y + 1 + (int)i, x,
		    (int)glyph_columns(&c->glyph, GLYPH_BRAILLE), ROLE_text,
		    buf_str(&b));
	}
	buf_wipe(&b);
}

static void
draw_forms(const struct codes *c, struct grid *g, int y, int x)
{
	char one[8];
	size_t i;
	size_t n;

	if (c->n_forms == 0)
		return;
	grid_puts(g, y, x, 16, ROLE_label, _("Other forms"));
	for (i = 0; i < c->n_forms; i++) {
		n = utf8_encode(c->forms[i], one);
		grid_put(g, y, x + 17 + (int)i * 3, 2,
		    c->form == i + 1 ? ROLE_focus : ROLE_text, str_n(one, n));
	}
}

static void
codes_draw(struct view *v, struct grid *g)
{
	const struct codes *c = (const struct codes *)v;
	size_t first = c->row >= ROWS ? c->row - ROWS + 1 : 0;
	struct buf b = BUF_INIT;
	size_t i;
	int y;
	int x;

	view_box(g, 72, BOX_H, &y, &x);
	grid_puts(g, y, x, 36, ROLE_title, _("Character codes"));
	for (i = first; i < c->n && i < first + ROWS; i++) {
		enum role role = i == c->row ? ROLE_focus : ROLE_text;
		int row = y + 2 + (int)(i - first);

		grid_fill(g, row, x, 37, role);
		grid_put(g, row, x + 1, 4, role, c->cluster[i]);
		buf_clear(&b);
		text_codes(&b, c->cluster[i]);
		if (i != c->row)
			role = text_is_special(c->cluster[i]) ? ROLE_mark
							      : ROLE_dim;
		grid_put(g, row, x + 6, 30, role, buf_str(&b));
		if (i == c->row)
			grid_cursor(g, row, x + 1);
	}
	buf_wipe(&b);
	if (c->n == 0)
		return;
	draw_glyph(c, g, y, x + GLYPH_X);
	draw_forms(c, g, y + ROWS + 3, x);
	(void)view_paragraph(g, y + ROWS + 4, x, 68, ROLE_echo, verdict(c));
}

static void
codes_close(struct view *v)
{
	struct codes *c = (struct codes *)v;

	explicit_bzero(c->name, sizeof(c->name));
	explicit_bzero(c->other, sizeof(c->other));
	explicit_bzero(c->forms, sizeof(c->forms));
	explicit_bzero(&c->glyph, sizeof(c->glyph));
}

static const enum action codes_actions[] = { ACT_help, ACT_close, ACT_COUNT };

static const struct view_ops codes_ops = {
	.title = N_("Character codes"),
	.help = N_("Every character of the name with its code points. Up and "
		   "down choose the one that is enlarged, left and right its "
		   "other forms. What may look different on paper stands out. "
		   "F3 closes."),
	.flags = VIEW_POPUP,
	.actions = codes_actions,
	.key = codes_key,
	.draw = codes_draw,
	.close = codes_close,
};

struct view *
scr_codes_new(struct ui *ui, struct str name)
{
	struct codes *c = view_new(sizeof(*c), ui, &codes_ops);
	struct str rest;
	int w;

	(void)str_copy(c->name, sizeof(c->name), name);
	rest = str_of(c->name);
	while (
	    c->n < CODES_MAX && text_cluster_next(&rest, &c->cluster[c->n], &w))
		c->n++;
	if (c->n > 0)
		look(c);
	return &c->v;
}
