/*
 * Entry help in a field: what stands before the cursor, looked up, and the
 * list to choose from.
 *
 * SECURITY: readings and candidates are parts of a resident's name: they stay
 * in memory, nothing is learned, and the list is wiped when it closes.  What
 * is taken passes the same cleaning and limits as typed text.
 */
#include "ui/assist.h"

#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/kana.h"
#include "core/namekey.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/field.h"

#define HITS	 64
#define PAGE	 9
#define POSTAL	 7
#define VARIANTS 32

struct hit {
	size_t at;
	size_t n;
	char beside[16];
};

struct assist {
	struct view v;
	struct view *owner; /* directly below, outlives this box */
	struct formview *form;
	struct form_item *item;
	size_t from; /* what is replaced */
	size_t to;
	bool reading; /* it is one: フリガナ may take it */
	size_t row;
	size_t n;
	struct hit hit[HITS];
	struct buf text;
};

/* field → dictionaries of its readings; others take any word */
static enum ui_help
help_of(const struct form_item *it)
{
	if (strcmp(it->def->id, "name") == 0)
		return UI_HELP_PERSON;
	if (strcmp(it->def->id, "address") == 0 ||
	    strcmp(it->def->id, "building") == 0)
		return UI_HELP_PLACE;
	return UI_HELP_WORD;
}

bool
assist_knows(const struct formview *f, const struct form_item *it)
{
	return it->def->kind == FIELD_text && f->port->help != NULL &&
	    f->port->helps != NULL;
}

bool
assist_here(const struct formview *f, const struct form_item *it)
{
	return assist_knows(f, it) && f->port->helps(f->port->ctx, help_of(it));
}

/* ---- what stands there --------------------------------------------------- */

static bool
is_kana(int32_t cp)
{
	return (cp >= 0x3041 && cp <= 0x3096) ||
	    (cp >= 0x30a1 && cp <= 0x30fa) || cp == 0x30fc ||
	    (cp >= 0xff66 && cp <= 0xff9f);
}

static bool
is_space(int32_t cp)
{
	return cp == ' ' || cp == 0x3000;
}

/* Start of the kana that end at the cursor; the cursor when there are none. */
static size_t
reading_start(const struct edit *e)
{
	struct str rest = str_n(e->text, e->cursor);
	size_t start = 0;

	while (rest.n > 0) {
		if (!is_kana(utf8_next(&rest)))
			start = e->cursor - rest.n;
	}
	return start;
}

/* Kana in groups: at least two, or one in spaces. */
static bool
is_heads(struct str s)
{
	bool space = false;
	bool kana = false;
	int32_t cp;

	while (s.n > 0) {
		cp = utf8_next(&s);
		if (is_space(cp))
			space = true;
		else if (is_kana(cp))
			kana = true;
		else
			return false;
	}
	return space && kana;
}

/* Seven digits, whatever stands for the hyphen: in kana mode it is ー. */
static bool
is_postal(struct str s, char out[POSTAL + 1])
{
	size_t n = 0;
	int32_t cp;

	while (s.n > 0) {
		cp = utf8_next(&s);
		if (cp >= 0xff10 && cp <= 0xff19)
			cp -= 0xff10 - '0';
		if (cp >= '0' && cp <= '9') {
			if (n == POSTAL)
				return false;
			out[n++] = (char)cp;
		} else if (n != 3 ||
		    (cp != '-' && cp != 0x30fc && cp != 0x2212 &&
			cp != 0x2010 && cp != 0xff0d)) {
			return false;
		}
	}
	out[n] = '\0';
	return n == POSTAL;
}

/* ---- candidates ---------------------------------------------------------- */

static void
add(void *arg, struct str text, struct str beside)
{
	struct assist *a = arg;
	struct hit *h;

	if (a->n == HITS)
		return;
	h = &a->hit[a->n];
	h->at = a->text.n;
	h->n = text.n;
	buf_puts_str(&a->text, text);
	if (a->text.err != 0 ||
	    str_copy(h->beside, sizeof(h->beside), beside) != 0)
		return;
	a->n++;
}

static struct str
hit_text(const struct assist *a, size_t i)
{
	return str_n((const char *)a->text.p + a->hit[i].at, a->hit[i].n);
}

static void
look(struct assist *a, enum ui_help what, struct str typed)
{
	const struct ui_port *p = a->form->port;

	if (p->helps(p->ctx, what) && p->help(p->ctx, what, typed, add, a) != 0)
		a->n = 0;
}

/* Other forms of the kanji before the cursor: 崎 → 﨑. */
static void
look_variants(struct assist *a)
{
	struct str rest = str_n(a->item->edit.text, a->to);
	int32_t forms[VARIANTS];
	struct buf b = BUF_INIT;
	size_t start = 0;
	int32_t cp = 0;
	size_t n;
	size_t i;

	while (rest.n > 0) {
		start = a->to - rest.n;
		cp = utf8_next(&rest);
	}
	if (!text_is_han(cp))
		return;
	a->from = start;
	n = namekey_variants(cp, forms, VARIANTS);
	for (i = 0; i < n && i < VARIANTS; i++) {
		if (!text_is_han(forms[i]))
			continue; /* a radical is no part of a name */
		buf_clear(&b);
		utf8_put(&b, forms[i]);
		add(a, buf_str(&b), str_of(""));
	}
	buf_wipe(&b);
}

static void
find(struct assist *a)
{
	const struct edit *e = &a->item->edit;
	struct str all = text_trim(edit_text(e));
	char postal[POSTAL + 1];
	size_t start = reading_start(e);

	a->to = e->cursor;
	if (strcmp(a->item->def->id, "address") == 0) {
		if (is_postal(all, postal))
			look(a, UI_HELP_POSTAL, str_of(postal));
		else if (is_heads(edit_text(e)))
			look(a, UI_HELP_HEADS, all);
		if (a->n > 0) {
			a->to = e->n;
			return;
		}
	}
	a->from = start;
	if (start < e->cursor) {
		a->reading = true;
		look(a, help_of(a->item),
		    str_n(e->text + start, e->cursor - start));
	} else if (e->cursor > 0) {
		look_variants(a);
	}
}

/* ---- taking one ---------------------------------------------------------- */

/*
 * フリガナ takes the reading when it is empty, or goes on with what was put
 * there for the 氏 before the 名.  What the clerk typed stays.
 */
static void
fill_kana(struct formview *f, struct str reading, bool first)
{
	struct form_item *it = formview_item(f, "kana");
	struct buf b = BUF_INIT;
	struct str old;

	if (it == NULL || it->def->kind != FIELD_kana || it->blank)
		return;
	old = edit_text(&it->edit);
	if (old.n != 0 && old.n != f->kana_filled)
		return;
	if (old.n != 0 && !first) {
		buf_puts_str(&b, old);
		buf_puts(&b, "\xe3\x80\x80");
	}
	if (kana_clean(&b, reading) == 0 && b.err == 0 &&
	    edit_set(&it->edit, buf_str(&b))) {
		it->wrong = field_check(it) != NULL;
		f->kana_filled = edit_text(&it->edit).n;
	}
	buf_wipe(&b);
}

static void
take(struct assist *a)
{
	struct edit *e = &a->item->edit;
	struct view *owner = a->owner;
	struct buf reading = BUF_INIT;
	bool first = text_trim(str_n(e->text, a->from)).n == 0;

	buf_put(&reading, e->text + a->from, a->to - a->from);
	if (!edit_replace(e, a->from, a->to, hit_text(a, a->row))) {
		view_say(owner, ROLE_error, _("%s: %s"),
		    i18n_text(a->item->def->label),
		    _("the field is full; delete something first"));
	} else {
		a->item->wrong = false;
		a->item->blank = false;
		a->item->echo[0] = '\0';
		view_hush(owner);
		if (a->reading && strcmp(a->item->def->id, "name") == 0)
			fill_kana(a->form, buf_str(&reading), first);
	}
	buf_wipe(&reading);
	view_close(&a->v);
}

static bool
assist_key(struct view *v, const struct key *k)
{
	struct assist *a = (struct assist *)v;
	size_t page = a->row - a->row % PAGE;
	size_t i;

	if (k->id == K_UP || k->id == K_BACKTAB) {
		a->row = (a->row + a->n - 1) % a->n;
	} else if (k->id == K_DOWN || k->id == K_TAB) {
		a->row = (a->row + 1) % a->n;
	} else if (k->id == K_F8 || k->id == K_HENKAN || k->id == K_PGDN ||
	    (k->id == K_CHAR && k->cp == ' ')) {
		a->row = page + PAGE < a->n ? page + PAGE : 0;
	} else if (k->id == K_F7 || k->id == K_PGUP) {
		a->row = page >= PAGE ? page - PAGE : (a->n - 1) / PAGE * PAGE;
	} else if (k->id == K_ENTER || k->id == K_F10) {
		take(a);
	} else if (k->id == K_F3 || k->id == K_ESC) {
		view_close(v);
	} else if (k->id == K_CHAR && k->cp >= '1' && k->cp <= '9') {
		i = page + (size_t)(k->cp - '1');
		if (i < a->n) {
			a->row = i;
			take(a);
		}
	}
	return k->id != K_F1;
}

static void
assist_draw(struct view *v, struct grid *g)
{
	const struct assist *a = (const struct assist *)v;
	size_t page = a->row - a->row % PAGE;
	char text[160];
	size_t i;
	int y;
	int x;

	view_box(g, 64, PAGE + 4, &y, &x);
	/* TRANSLATORS: item, place in the list, number of entries */
	(void)snprintf(text, sizeof(text), _("%s (%zu of %zu)"),
	    i18n_text(a->item->def->label), a->row + 1, a->n);
	grid_puts(g, y, x, 60, ROLE_title, text);
	for (i = page; i < a->n && i < page + PAGE; i++) {
		enum role role = i == a->row ? ROLE_focus : ROLE_text;
		int row = y + 2 + (int)(i - page);

		grid_fill(g, row, x, 60, role);
		(void)snprintf(text, sizeof(text), "%zu", i - page + 1);
		grid_puts(g, row, x + 1, 2, role, text);
		grid_put(g, row, x + 4, 46, role, hit_text(a, i));
		grid_puts(g, row, x + 51, 9, role, a->hit[i].beside);
		if (i == a->row)
			grid_cursor(g, row, x + 1);
	}
}

static void
assist_close(struct view *v)
{
	struct assist *a = (struct assist *)v;

	buf_wipe(&a->text);
}

static const enum action assist_actions[] = { ACT_help, ACT_close, ACT_prev,
	ACT_next, ACT_choose, ACT_COUNT };

static const struct view_ops assist_ops = {
	.title = N_("Candidates"),
	.help = N_("The digit in front or Enter takes a line. F8 shows the "
		   "next lines, F3 leaves the text as it is. Nothing is "
		   "learned or kept."),
	.flags = VIEW_POPUP,
	.actions = assist_actions,
	.key = assist_key,
	.draw = assist_draw,
	.close = assist_close,
};

static void
say_none(struct view *owner, const struct formview *f, bool empty)
{
	const struct ui_port *p = f->port;
	const char *notice =
	    p->help_notice != NULL ? p->help_notice(p->ctx) : NULL;

	if (empty)
		view_say(owner, ROLE_echo,
		    _("Type the reading first, then F8 shows kanji."));
	else if (notice != NULL)
		view_say(owner, ROLE_echo, "%s", i18n_text(notice));
	else
		view_say(owner, ROLE_echo,
		    _("Nothing was found for this reading; try a shorter or "
		      "another one."));
}

void
assist_open(struct view *owner, struct formview *f, struct form_item *it)
{
	struct assist *a = view_new(sizeof(*a), owner->ui, &assist_ops);

	(void)edit_settle(&it->edit);
	a->owner = owner;
	a->form = f;
	a->item = it;
	find(a);
	view_push(&a->v);
	if (a->n == 0) {
		view_close(&a->v);
		say_none(owner, f, it->edit.cursor == 0 && assist_here(f, it));
	} else {
		view_hush(owner);
	}
}
