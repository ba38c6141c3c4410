/*
 * Cells: the only thing views draw into.
 *
 * SECURITY: text passes text_display() on its way in, so no cell ever holds a
 * control or bidi character whatever a peer sent; cells are overwritten when
 * they are cleared, so that locked data is gone from memory too (TRM-14).
 */
#include "ui/grid.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/text.h"

#define GRID_SIDE_MAX 500

static const char role_letters[ROLE_COUNT] = {
#define ROLE_LETTER(name, letter, what) [ROLE_##name] = (letter),
	ROLE_LIST(ROLE_LETTER)
#undef ROLE_LETTER
};

static struct cell *
at(struct grid *g, int y, int x)
{
	return &g->cells[(size_t)y * (size_t)g->w + (size_t)x];
}

static void
blank(struct cell *c, enum role role)
{
	memset(c, 0, sizeof(*c));
	c->t[0] = ' ';
	c->n = 1;
	c->w = 1;
	c->role = (uint8_t)role;
}

int
grid_init(struct grid *g, int w, int h)
{
	memset(g, 0, sizeof(*g));
	if (w < 1 || h < 1 || w > GRID_SIDE_MAX || h > GRID_SIDE_MAX)
		return ERR_RANGE;
	g->cells = calloc((size_t)w * (size_t)h, sizeof(*g->cells));
	if (g->cells == NULL)
		return ERR_NOMEM;
	g->w = w;
	g->h = h;
	grid_clear(g);
	return 0;
}

void
grid_release(struct grid *g)
{
	if (g->cells != NULL)
		explicit_bzero(
		    g->cells, (size_t)g->w * (size_t)g->h * sizeof(*g->cells));
	free(g->cells);
	memset(g, 0, sizeof(*g));
}

void
grid_clear(struct grid *g)
{
	size_t n = (size_t)g->w * (size_t)g->h;
	size_t i;

	for (i = 0; i < n; i++)
		blank(&g->cells[i], ROLE_text);
	g->cur_y = -1;
	g->cur_x = -1;
}

int
grid_resize(struct grid *g, int w, int h)
{
	grid_release(g);
	return grid_init(g, w, h);
}

/*
 * The cell is about to be overwritten: the other half of a wide cluster that
 * it belongs to must not stay behind.
 */
static void
break_wide(struct grid *g, int y, int x)
{
	struct cell *c = at(g, y, x);

	if (c->w == 0 && x > 0)
		blank(at(g, y, x - 1), (enum role)at(g, y, x - 1)->role);
	if (c->w == 2 && x + 1 < g->w)
		blank(at(g, y, x + 1), (enum role)c->role);
}

static void
put_cluster(struct grid *g, int y, int x, int w, enum role role, struct str s)
{
	struct cell *c;
	int i;

	for (i = 0; i < w; i++) {
		break_wide(g, y, x + i);
		blank(at(g, y, x + i), role);
	}
	c = at(g, y, x);
	memcpy(c->t, s.p, s.n);
	c->n = (uint8_t)s.n;
	c->w = (uint8_t)w;
	if (w == 2)
		at(g, y, x + 1)->w = 0;
}

static int
put_clean(struct grid *g, int y, int x, int cols, enum role role, struct str s)
{
	struct str cluster;
	int used = 0;
	int w;

	while (used < cols && text_cluster_next(&s, &cluster, &w)) {
		if (w < 0 || cluster.n > CELL_BYTES) {
			cluster = STR(TEXT_GETA);
			w = 2;
		}
		if (w == 0)
			continue;
		if (used + w > cols)
			break;
		if (y >= 0 && y < g->h && x + used >= 0) {
			if (x + used + w <= g->w)
				put_cluster(g, y, x + used, w, role, cluster);
			else if (x + used < g->w)
				grid_fill(g, y, x + used, w, role);
		}
		used += w;
	}
	return used;
}

int
grid_put(struct grid *g, int y, int x, int cols, enum role role, struct str s)
{
	struct buf b = BUF_INIT;
	int used = 0;

	text_display(&b, s);
	if (b.err == 0 && b.n > 0)
		used = put_clean(g, y, x, cols, role, buf_str(&b));
	buf_wipe(&b);
	return used;
}

int
grid_puts(struct grid *g, int y, int x, int cols, enum role role, const char *s)
{
	return grid_put(g, y, x, cols, role, str_of(s));
}

void
grid_fill(struct grid *g, int y, int x, int cols, enum role role)
{
	int i;

	if (y < 0 || y >= g->h)
		return;
	for (i = x < 0 ? -x : 0; i < cols && x + i < g->w; i++) {
		break_wide(g, y, x + i);
		blank(at(g, y, x + i), role);
	}
}

void
grid_rule(struct grid *g, int y, int x, int cols)
{
	int i;

	grid_fill(g, y, x, cols, ROLE_rule);
	for (i = 0; i < cols && y >= 0 && y < g->h; i++) {
		if (x + i >= 0 && x + i < g->w)
			at(g, y, x + i)->t[0] = '-';
	}
}

void
grid_role(struct grid *g, int y, int x, int cols, enum role role)
{
	int i;

	for (i = 0; i < cols && y >= 0 && y < g->h; i++) {
		if (x + i >= 0 && x + i < g->w)
			at(g, y, x + i)->role = (uint8_t)role;
	}
}

void
grid_cursor(struct grid *g, int y, int x)
{
	g->cur_y = y >= 0 && y < g->h ? y : -1;
	g->cur_x = x < 0 ? 0 : x >= g->w ? g->w - 1 : x;
}

const struct cell *
grid_at(const struct grid *g, int y, int x)
{
	if (y < 0 || y >= g->h || x < 0 || x >= g->w)
		return NULL;
	return &g->cells[(size_t)y * (size_t)g->w + (size_t)x];
}

void
grid_row(const struct grid *g, int y, struct buf *out)
{
	const struct cell *c;
	int last = -1;
	int x;

	for (x = 0; x < g->w; x++) {
		c = grid_at(g, y, x);
		if (c == NULL)
			return;
		if (c->n != 1 || c->t[0] != ' ')
			last = x;
	}
	for (x = 0; x <= last; x++) {
		c = grid_at(g, y, x);
		if (c->w != 0)
			buf_put(out, c->t, c->n);
	}
}

void
grid_dump(const struct grid *g, struct buf *out)
{
	int y;

	for (y = 0; y < g->h; y++) {
		grid_row(g, y, out);
		buf_putc(out, '\n');
	}
}

void
grid_dump_roles(const struct grid *g, struct buf *out)
{
	char line[GRID_SIDE_MAX];
	int y;
	int x;
	int n;

	for (y = 0; y < g->h; y++) {
		for (x = 0, n = 0; x < g->w; x++) {
			line[x] = role_letters[grid_at(g, y, x)->role];
			if (line[x] != ' ')
				n = x + 1;
		}
		buf_put(out, line, (size_t)n);
		buf_putc(out, '\n');
	}
}

bool
grid_has(const struct grid *g, struct str text)
{
	struct buf b = BUF_INIT;
	bool found;

	grid_dump(g, &b);
	found = text.n == 0 ||
	    (b.n > 0 && memmem(b.p, b.n, text.p, text.n) != NULL);
	buf_wipe(&b);
	return found;
}
