/*
 * Enlarged characters.  The only user of FreeType.
 *
 * SECURITY: fonts are system files; the text that chooses a glyph is data of
 * residents, so indices and bitmap sizes are checked, and nothing is cached by
 * name.  Nothing is written.
 */
#include "ui/glyph.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ft2build.h>
#include FT_FREETYPE_H

#include "core/err.h"
#include "core/i18n.h"
#include "core/kana.h"
#include "core/text.h"
#include "core/utf8.h"

#define FONTS_MAX 8
#define INK	  96 /* of 255: from here on a point is set */

/* in order of trust: the first has the selectors of the registers */
/* clang-format off */
static const struct glyph_font builtin[] = {
	{ "/usr/share/fonts/truetype/ipamj/ipamjm.ttf", 0, "IPAmj Mincho" },
	{ "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 0,
	    "Noto Serif CJK" },
	{ "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 0,
	    "Noto Sans CJK" },
	{ "/usr/share/fonts/opentype/ipaexfont-mincho/ipaexm.ttf", 0,
	    "IPAex Mincho" },
	{ "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf", 0,
	    "IPA Gothic" },
	{ "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf", 0,
	    "DejaVu Sans Mono" },
};
/* clang-format on */

struct open_font {
	FT_Face face;
	const char *name;
};

struct glyphs {
	FT_Library lib;
	struct open_font fonts[FONTS_MAX];
	size_t n;
	bool registered; /* a font knows the selectors of the registers */
};

/* 葛 with VS19 is in the collection Moji_Joho only. */
static bool
knows_registers(FT_Face face)
{
	return FT_Face_GetCharVariantIndex(face, 0x845b, 0xe0102) != 0;
}

struct glyphs *
glyph_open(const struct glyph_font *fonts, size_t n)
{
	struct glyphs *gs = calloc(1, sizeof(*gs));
	struct open_font *f;
	size_t i;

	if (gs == NULL)
		return NULL;
	if (FT_Init_FreeType(&gs->lib) != 0) {
		free(gs);
		return NULL;
	}
	if (fonts == NULL) {
		fonts = builtin;
		n = sizeof(builtin) / sizeof(builtin[0]);
	}
	for (i = 0; i < n && gs->n < FONTS_MAX; i++) {
		f = &gs->fonts[gs->n];
		if (FT_New_Face(gs->lib, fonts[i].path, (FT_Long)fonts[i].face,
			&f->face) != 0)
			continue;
		f->name = fonts[i].name;
		gs->registered |= knows_registers(f->face);
		gs->n++;
	}
	return gs;
}

void
glyph_close(struct glyphs *gs)
{
	size_t i;

	if (gs == NULL)
		return;
	for (i = 0; i < gs->n; i++)
		FT_Done_Face(gs->fonts[i].face);
	FT_Done_FreeType(gs->lib);
	free(gs);
}

const char *
glyph_notice(const struct glyphs *gs)
{
	if (gs->n == 0)
		return N_("No font to enlarge characters with: install the "
			  "package fonts-ipamj-mincho");
	if (!gs->registered)
		return N_("Variants of kanji are shown in their basic form: "
			  "install the package fonts-ipamj-mincho");
	return NULL;
}

/* Base, its selector (0: none) and whether there is more than that. */
struct parts {
	FT_ULong base;
	FT_ULong vs;
	bool more;
};

static int
take_apart(struct str cluster, struct parts *p)
{
	int32_t cp = utf8_next(&cluster);
	int32_t one;

	*p = (struct parts){ .vs = 0 };
	if (cp < 0)
		return ERR_UTF8;
	p->base = (FT_ULong)cp;
	while ((cp = utf8_next(&cluster)) != -2) {
		if (cp == -1)
			return ERR_UTF8;
		one = kana_compose((int32_t)p->base, cp);
		if (one != 0)
			p->base = (FT_ULong)one;
		else if (text_is_vs(cp) && p->vs == 0)
			p->vs = (FT_ULong)cp;
		else
			p->more = true;
	}
	return 0;
}

/* The first font with the shape, base and selector before base alone. */
static FT_UInt
find(const struct glyphs *gs, const struct parts *p, struct open_font *font,
    bool *exact)
{
	FT_UInt index;
	size_t i;

	for (i = 0; i < gs->n && p->vs != 0; i++) {
		index = FT_Face_GetCharVariantIndex(
		    gs->fonts[i].face, p->base, p->vs);
		*font = gs->fonts[i];
		*exact = !p->more;
		if (index != 0)
			return index;
	}
	for (i = 0; i < gs->n; i++) {
		index = FT_Get_Char_Index(gs->fonts[i].face, p->base);
		*font = gs->fonts[i];
		*exact = p->vs == 0 && !p->more;
		if (index != 0)
			return index;
	}
	return 0;
}

/* Kanji fonts put the base line at 88 % of the square. */
static void
copy(struct glyph *g, const FT_GlyphSlot slot)
{
	const FT_Bitmap *bm = &slot->bitmap;
	int top = (int)(g->px * 88 / 100) - slot->bitmap_top;
	unsigned row;
	unsigned col;
	int x;
	int y;

	if (bm->pixel_mode != FT_PIXEL_MODE_GRAY || bm->pitch <= 0)
		return;
	for (row = 0; row < bm->rows && row < GLYPH_PX_MAX * 2; row++) {
		y = top + (int)row;
		for (col = 0; col < bm->width && col < GLYPH_PX_MAX * 2;
		     col++) {
			x = slot->bitmap_left + (int)col;
			if (x >= 0 && y >= 0 && (unsigned)x < g->px &&
			    (unsigned)y < g->px)
				g->grey[y][x] =
				    bm->buffer[row * (unsigned)bm->pitch + col];
		}
	}
}

int
glyph_render(
    struct glyphs *gs, struct str cluster, unsigned px, struct glyph *g)
{
	struct open_font font = { NULL, NULL };
	struct parts p;
	FT_UInt index;
	int err;

	*g = (struct glyph){ .px = px, .font = "" };
	if (px < GLYPH_PX_MIN || px > GLYPH_PX_MAX)
		return ERR_RANGE;
	if (gs->n == 0)
		return ERR_NODEV;
	err = take_apart(cluster, &p);
	if (err != 0)
		return err;
	index = find(gs, &p, &font, &g->exact);
	if (index == 0) {
		g->exact = false;
		return ERR_NOTFOUND;
	}
	g->font = font.name;
	if (FT_Set_Pixel_Sizes(font.face, 0, px) != 0 ||
	    FT_Load_Glyph(font.face, index,
		FT_LOAD_NO_BITMAP | FT_LOAD_NO_HINTING) != 0 ||
	    FT_Render_Glyph(font.face->glyph, FT_RENDER_MODE_NORMAL) != 0)
		return ERR_NOTFOUND;
	copy(g, font.face->glyph);
	return 0;
}

unsigned
glyph_columns(const struct glyph *g, enum glyph_style style)
{
	return style == GLYPH_BRAILLE ? (g->px + 1) / 2 : g->px;
}

unsigned
glyph_rows(const struct glyph *g, enum glyph_style style)
{
	return style == GLYPH_BRAILLE ? (g->px + 3) / 4 : (g->px + 1) / 2;
}

static bool
ink(const struct glyph *g, unsigned x, unsigned y)
{
	return x < g->px && y < g->px && g->grey[y][x] >= INK;
}

/* U+2800 and the bits of its eight points; an empty cell is a space. */
static void
braille(const struct glyph *g, unsigned x, unsigned y, struct buf *out)
{
	static const uint8_t bits[4][2] = { { 0x01, 0x08 }, { 0x02, 0x10 },
		{ 0x04, 0x20 }, { 0x40, 0x80 } };
	int32_t cell = 0;
	unsigned i;

	for (i = 0; i < 8; i++)
		if (ink(g, x + i % 2, y + i / 2))
			cell |= bits[i / 2][i % 2];
	if (cell == 0)
		buf_putc(out, ' ');
	else
		utf8_put(out, 0x2800 + cell);
}

void
glyph_row(const struct glyph *g, enum glyph_style style, unsigned row,
    struct buf *out)
{
	static const char half[2][2] = { { ' ', '.' }, { '\'', '#' } };
	unsigned columns = glyph_columns(g, style);
	unsigned x;

	for (x = 0; x < columns; x++) {
		if (style == GLYPH_BRAILLE)
			braille(g, x * 2, row * 4, out);
		else
			buf_putc(out,
			    half[ink(g, x, row * 2)][ink(g, x, row * 2 + 1)]);
	}
}
