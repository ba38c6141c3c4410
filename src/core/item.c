/*
 * The table of items, and the form in which the store keeps them.
 *
 * SECURITY: `place` and `hide` of the table decide what leaves the server;
 * nothing else does.  Kept text is read back strictly: a damaged row is an
 * error, never half a record.
 */
#include "core/item.h"

#include "core/err.h"

#define NUMBER_MAX 999

#define WHO_J	   ITEM_J
#define WHO_F	   ITEM_F
#define WHO_ALL	   ITEM_ALL
#define WHO_GONE   (ITEM_ALL | ITEM_GONE)

#define ITEM_ROW(tok, no, mx, fl, mu, knd, wh, hd, pl, ord, wd, lb)            \
	{ .token = #tok,                                                       \
		.number = (no),                                                \
		.max = (mx),                                                   \
		.file = (fl),                                                  \
		.must = (mu),                                                  \
		.who = WHO_##wh,                                               \
		.hide = ITEM_HIDE_##hd,                                        \
		.place = (pl),                                                 \
		.at = (ord),                                                   \
		.wide = (wd),                                                  \
		.label = (lb) },

static const struct item_row rows[ITEM_COUNT] = { ITEM_LIST(ITEM_ROW)
	    ITEM_MADE_LIST(ITEM_ROW) };

static const char *const groups[ITEM_GROUP_COUNT] = {
#define ITEM_GROUP_TOKEN(name, token) token,
	ITEM_GROUP_LIST(ITEM_GROUP_TOKEN)
#undef ITEM_GROUP_TOKEN
};

const struct item_row *
item_table(void)
{
	return rows;
}

int
item_find(unsigned number, unsigned *out)
{
	unsigned i;

	*out = 0;
	for (i = 0; i < ITEM_COUNT; i++) {
		if (rows[i].number == number) {
			*out = i;
			return 0;
		}
	}
	return ERR_NOTFOUND;
}

size_t
item_screen(unsigned order[ITEM_COUNT])
{
	size_t n = 0;
	unsigned i;
	size_t k;

	for (i = 0; i < ITEM_COUNT; i++) {
		if (rows[i].at == 0)
			continue;
		for (k = n++; k > 0 && rows[order[k - 1]].at > rows[i].at; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	return n;
}

bool
item_concerns(const struct item_row *row, bool foreign)
{
	return (row->who & (foreign ? ITEM_F : ITEM_J)) != 0;
}

void
item_keep(struct buf *out, const struct str v[RESIDENT_COUNT])
{
	unsigned i;

	for (i = ITEM_FIRST_KEPT; i < RESIDENT_COUNT; i++)
		if (v[i].n != 0)
			buf_printf(out, "%u " STR_FMT "\n", rows[i].number,
			    STR_ARG(v[i]));
}

int
item_read(struct str kept, struct str v[RESIDENT_COUNT])
{
	struct str line;
	struct str number;
	uint64_t no;
	unsigned i;

	for (i = ITEM_FIRST_KEPT; i < RESIDENT_COUNT; i++)
		v[i] = STR("");
	if (kept.n != 0 && kept.p[kept.n - 1] != '\n')
		return ERR_CORRUPT;
	while (str_cut(&kept, '\n', &line)) {
		if (!str_cut(&line, ' ', &number) || line.n == 0 ||
		    str_num(number, NUMBER_MAX, &no) != 0 ||
		    item_find((unsigned)no, &i) != 0 || i < ITEM_FIRST_KEPT ||
		    i >= RESIDENT_COUNT || v[i].n != 0 || line.n > rows[i].max)
			return ERR_CORRUPT;
		v[i] = line;
	}
	return 0;
}

int
item_group_find(struct str token, unsigned *mask)
{
	unsigned g;

	*mask = 0;
	for (g = 0; g < ITEM_GROUP_COUNT; g++) {
		if (str_eqz(token, groups[g])) {
			*mask = 1u << g;
			return 0;
		}
	}
	return ERR_NOTFOUND;
}

const char *
item_group_token(enum item_group g)
{
	return (unsigned)g < ITEM_GROUP_COUNT ? groups[g] : "";
}

void
item_group_put(struct buf *b, unsigned mask)
{
	const char *sep = "";
	unsigned g;

	for (g = 0; g < ITEM_GROUP_COUNT; g++) {
		if ((mask & 1u << g) == 0)
			continue;
		buf_puts(b, sep);
		buf_puts(b, groups[g]);
		sep = " ";
	}
}

void
item_furigana_put(
    struct buf *b, struct str furigana, struct str status, bool foreign)
{
	static const char *const forms[][3] = {
		/* status, in front, behind */
		{ "氏のみ", "", "　【名空欄】" },
		{ "名のみ", "【氏空欄】　", "" },
		{ "公証済", "", "" },
	};
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]) && !foreign; i++) {
		if (!str_eqz(status, forms[i][0]) || furigana.n == 0)
			continue;
		buf_puts(b, forms[i][1]);
		buf_puts_str(b, furigana);
		buf_puts(b, forms[i][2]);
		return;
	}
	buf_puts(b, "********");
}
