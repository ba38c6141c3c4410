/*
 * The one-line editor.
 *
 * SECURITY: what is typed is a stranger's bytes as much as what a peer sends:
 * controls never enter the value, the limit is checked before every insert,
 * and a secret's bytes are overwritten when the field is cleared.
 */
#include "ui/edit.h"

#include <string.h>

#include "core/err.h"
#include "core/text.h"
#include "core/utf8.h"

void
edit_init(struct edit *e, size_t max_bytes, enum edit_mode mode)
{
	memset(e, 0, sizeof(*e));
	e->max_bytes = max_bytes < EDIT_BYTES ? max_bytes : EDIT_BYTES;
	e->mode = mode;
	romaji_init(&e->romaji,
	    mode == EDIT_HIRAGANA ? ROMAJI_HIRAGANA : ROMAJI_KATAKANA);
}

void
edit_clear(struct edit *e)
{
	explicit_bzero(e->text, sizeof(e->text));
	e->n = 0;
	e->cursor = 0;
	e->scroll = 0;
	romaji_cancel(&e->romaji);
}

struct str
edit_text(const struct edit *e)
{
	return str_n(e->text, e->n);
}

/* Length of the cluster that starts at `at`; 0 at the end. */
static size_t
cluster_at(const struct edit *e, size_t at)
{
	struct str rest = str_n(e->text + at, e->n - at);
	struct str cluster;
	int w;

	return text_cluster_next(&rest, &cluster, &w) ? cluster.n : 0;
}

/* Length of the cluster that ends at `at`; 0 at the start. */
static size_t
cluster_before(const struct edit *e, size_t at)
{
	size_t pos = 0;
	size_t len = 0;

	while (pos < at && (len = cluster_at(e, pos)) > 0) {
		if (pos + len >= at)
			return at - pos;
		pos += len;
	}
	return 0;
}

static void
cut(struct edit *e, size_t from, size_t n)
{
	memmove(e->text + from, e->text + from + n, e->n - from - n);
	explicit_bzero(e->text + e->n - n, n);
	e->n -= n;
}

static enum edit_did
insert(struct edit *e, struct str s)
{
	if (s.n > e->max_bytes - e->n)
		return EDIT_FULL;
	memmove(
	    e->text + e->cursor + s.n, e->text + e->cursor, e->n - e->cursor);
	memcpy(e->text + e->cursor, s.p, s.n);
	e->n += s.n;
	e->cursor += s.n;
	return EDIT_CHANGED;
}

static bool
is_id_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/* One code point as text: folded for ASCII fields, cleaned for others. */
static enum edit_did
insert_cp(struct edit *e, int32_t cp)
{
	struct buf b = BUF_INIT;
	enum edit_did did = EDIT_REFUSED;
	int w = text_cp_width(cp);

	if (cp >= 0xff01 && cp <= 0xff5e && (e->ascii_only || e->secret))
		cp -= 0xfee0;
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xfffd || w < 0)
		return EDIT_REFUSED;
	if (e->secret && (cp > 0x7e || cp == ' '))
		return EDIT_REFUSED;
	if (e->ascii_only && (cp > 0x7e || !is_id_char((char)cp)))
		return EDIT_REFUSED;
	/* A mark needs a base to its left. */
	if (w == 0 && e->cursor == 0)
		return EDIT_REFUSED;
	if (cp >= 0x200b && cp <= 0x206f)
		return EDIT_REFUSED;
	utf8_put(&b, cp);
	if (b.err == 0)
		did = insert(e, buf_str(&b));
	buf_wipe(&b);
	return did;
}

static enum edit_did
insert_romaji(struct edit *e, int32_t cp)
{
	struct buf out = BUF_INIT;
	struct romaji before = e->romaji;
	enum edit_did did = EDIT_CHANGED;

	romaji_put(&e->romaji, cp, &out);
	if (out.err != 0)
		did = EDIT_REFUSED;
	else if (out.n + romaji_pending(&e->romaji).n > e->max_bytes - e->n)
		did = EDIT_FULL;
	else if (out.n > 0)
		did = insert(e, buf_str(&out));
	if (did != EDIT_CHANGED)
		e->romaji = before;
	buf_release(&out);
	return did;
}

enum edit_did
edit_settle(struct edit *e)
{
	struct buf out = BUF_INIT;
	enum edit_did did = EDIT_MOVED;

	romaji_flush(&e->romaji, &out);
	if (out.n > 0)
		did = insert(e, buf_str(&out));
	buf_release(&out);
	return did;
}

bool
edit_set(struct edit *e, struct str text)
{
	struct buf b = BUF_INIT;
	bool ok;

	ok = text_clean(&b, text) == 0 && b.n <= e->max_bytes;
	if (ok) {
		edit_clear(e);
		if (b.n > 0)
			(void)insert(e, buf_str(&b));
	}
	buf_wipe(&b);
	return ok;
}

bool
edit_replace(struct edit *e, size_t from, size_t to, struct str text)
{
	struct buf b = BUF_INIT;
	bool ok;

	BUG_ON(from > to || to > e->n);
	ok = text_clean(&b, text) == 0 && b.err == 0 &&
	    e->n - (to - from) + b.n <= e->max_bytes;
	if (ok) {
		cut(e, from, to - from);
		e->cursor = from;
		if (b.n > 0)
			(void)insert(e, buf_str(&b));
		if (e->scroll > from)
			e->scroll = 0;
	}
	buf_wipe(&b);
	return ok;
}

static bool
is_letter(int32_t cp)
{
	return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
}

static enum edit_did
type(struct edit *e, const struct key *k)
{
	bool pending = romaji_pending(&e->romaji).n > 0;
	bool kana = e->mode != EDIT_DIRECT && !k->pasted && !e->secret &&
	    !e->ascii_only;

	if (k->pasted && k->cp < 0x20)
		return EDIT_MOVED; /* a pasted newline must not submit */
	if (kana &&
	    (is_letter(k->cp) || k->cp == '-' || k->cp == '\'' ||
		k->cp == ',' || k->cp == '.' || pending))
		return insert_romaji(e, k->cp);
	if (kana && k->cp == ' ')
		return insert_cp(e, 0x3000); /* between 氏 and 名 */
	return insert_cp(e, k->cp);
}

static enum edit_did
erase_back(struct edit *e)
{
	size_t n;

	if (romaji_erase(&e->romaji))
		return EDIT_CHANGED;
	n = cluster_before(e, e->cursor);
	if (n == 0)
		return EDIT_MOVED;
	e->cursor -= n;
	cut(e, e->cursor, n);
	return EDIT_CHANGED;
}

static enum edit_did
move_or_cut(struct edit *e, enum key_id id)
{
	size_t n;

	(void)edit_settle(e);
	switch (id) {
	case K_LEFT:
		e->cursor -= cluster_before(e, e->cursor);
		return EDIT_MOVED;
	case K_RIGHT:
		e->cursor += cluster_at(e, e->cursor);
		return EDIT_MOVED;
	case K_HOME:
		e->cursor = 0;
		return EDIT_MOVED;
	case K_END:
		e->cursor = e->n;
		return EDIT_MOVED;
	case K_DELETE:
		n = cluster_at(e, e->cursor);
		cut(e, e->cursor, n);
		return n > 0 ? EDIT_CHANGED : EDIT_MOVED;
	default:
		return EDIT_NOT_MINE;
	}
}

enum edit_did
edit_key(struct edit *e, const struct key *k)
{
	switch (k->id) {
	case K_CHAR:
		return type(e, k);
	case K_BACKSPACE:
		return erase_back(e);
	case K_CTRL_U:
		edit_clear(e);
		return EDIT_CHANGED;
	case K_ESC:
		if (romaji_pending(&e->romaji).n == 0)
			return EDIT_NOT_MINE;
		romaji_cancel(&e->romaji);
		return EDIT_CHANGED;
	case K_LEFT:
	case K_RIGHT:
	case K_HOME:
	case K_END:
	case K_DELETE:
		return move_or_cut(e, k->id);
	default:
		return EDIT_NOT_MINE;
	}
}

void
edit_toggle(struct edit *e, enum edit_mode kana)
{
	(void)edit_settle(e);
	e->mode = e->mode == EDIT_DIRECT ? kana : EDIT_DIRECT;
}

static int
columns(const struct edit *e, size_t from, size_t to)
{
	if (e->secret)
		return (int)(to - from);
	return (int)text_width(str_n(e->text + from, to - from));
}

/* Moves the scroll so that the cursor and what is pending are visible. */
static void
reveal(struct edit *e, int cols)
{
	int need = (int)romaji_pending(&e->romaji).n + 1;
	size_t step;

	if (e->scroll > e->cursor)
		e->scroll = e->cursor;
	while (e->scroll < e->cursor &&
	    columns(e, e->scroll, e->cursor) + need > cols) {
		step = cluster_at(e, e->scroll);
		if (step == 0)
			break;
		e->scroll += step;
	}
	if (e->scroll > e->n)
		e->scroll = e->n;
}

void
edit_draw(struct edit *e, struct grid *g, int y, int x, int cols, bool focus)
{
	enum role role = focus ? ROLE_focus : ROLE_field;
	struct str pending = romaji_pending(&e->romaji);
	int used;
	size_t i;

	/* one column more than the value: the cursor stands behind it */
	reveal(e, cols);
	grid_fill(g, y, x, cols, role);
	if (e->secret) {
		for (i = 0; i < e->n && (int)i < cols; i++)
			grid_puts(g, y, x + (int)i, 1, role, "*");
		used = (int)(e->cursor < (size_t)cols ? e->cursor
						      : (size_t)cols - 1);
	} else {
		used = columns(e, e->scroll, e->cursor);
		grid_put(g, y, x, used, role,
		    str_n(e->text + e->scroll, e->cursor - e->scroll));
		used += grid_put(
		    g, y, x + used, cols - used, ROLE_pending, pending);
		grid_put(g, y, x + used, cols - used, role,
		    str_n(e->text + e->cursor, e->n - e->cursor));
	}
	if (focus)
		grid_cursor(g, y, x + (used < cols ? used : cols - 1));
}
