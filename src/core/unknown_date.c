/*
 * The 14 patterns of a date that is not known, as things to fill in.
 *
 * SECURITY: typed text goes through date_text_parse() before it is accepted,
 * so this file cannot make a date that the register would refuse.
 */
#include "core/unknown_date.h"

#include <string.h>

#include "core/era.h"
#include "core/err.h"
#include "core/text.h"
#include "core/utf8.h"

/* Y era and year, M month, D day, S season, P third of a month */
static const char *const patterns[UNKNOWN_DATES] = {
	"Y年頃",
	"Y年M月頃",
	"Y年M月D日頃",
	"推定Y年M月D日",
	"推定Y年M月",
	"Y年S",
	"Y年M月P",
	"Y年M月P頃",
	"年月日不詳",
	"Y年　月日不詳",
	"Y年M月　日不詳",
	"Y年M月D日からM月D日頃までの間",
	"Y年M月推定D日からD日までの間",
	"Y年M月D日頃からD日頃までの間",
};

static const char *const seasons[] = { "春", "夏", "秋", "冬", NULL };
static const char *const parts[] = { "上旬", "中旬", "下旬", NULL };

/* letter in a pattern, how the list shows the blank, choices, highest */
static const struct {
	char letter;
	const char *shape;
	const char *const *choices;
	uint64_t most;
} blanks_of[] = {
	[UNKNOWN_YEAR] = { 'Y', "〇〇", NULL, 0 },
	[UNKNOWN_MONTH] = { 'M', "〇〇", NULL, 12 },
	[UNKNOWN_DAY] = { 'D', "〇〇", NULL, 31 },
	[UNKNOWN_SEASON] = { 'S', "春", seasons, 0 },
	[UNKNOWN_PART] = { 'P', "上旬", parts, 0 },
};

#define BLANKS (sizeof(blanks_of) / sizeof(blanks_of[0]))

static const char *
pattern_at(int pattern)
{
	size_t i = (size_t)pattern - 1;

	if (i < UNKNOWN_DATES)
		return patterns[i];
	BUG("no such pattern of an unknown date");
}

/* True when c is a blank: which one. */
static bool
is_blank(char c, enum unknown_blank *blank)
{
	size_t i;

	for (i = 0; i < BLANKS; i++) {
		if (blanks_of[i].letter == c) {
			*blank = (enum unknown_blank)i;
			return true;
		}
	}
	return false;
}

void
unknown_date_shape(struct buf *out, int pattern)
{
	const char *p = pattern_at(pattern);
	enum unknown_blank blank;

	for (; *p != '\0'; p++) {
		if (is_blank(*p, &blank))
			buf_puts(out, blanks_of[blank].shape);
		else
			buf_putc(out, *p);
	}
}

size_t
unknown_date_blanks(int pattern, enum unknown_blank *blanks)
{
	const char *p = pattern_at(pattern);
	enum unknown_blank blank;
	size_t n = 0;

	for (; *p != '\0'; p++)
		if (is_blank(*p, &blank))
			blanks[n++] = blank;
	return n;
}

const char *const *
unknown_date_choices(enum unknown_blank blank)
{
	return blanks_of[blank].choices;
}

/* R8 → 令和8, S1 → 昭和元; 令和8 and 1980 as they are. */
static void
put_year(struct buf *out, struct str s)
{
	const struct era_row *rows;
	struct str rest = str_n(s.p, s.n);
	size_t n;
	size_t i;

	rows = era_table(&n);
	for (i = 0; i < n; i++) {
		if (s.n > 0 && (s.p[0] & ~0x20) == rows[i].letter) {
			rest = str_n(s.p + 1, s.n - 1);
			break;
		}
		if (str_starts(s, str_of(rows[i].name))) {
			rest.p += strlen(rows[i].name);
			rest.n -= strlen(rows[i].name);
			break;
		}
	}
	if (i < n)
		buf_puts(out, rows[i].name);
	while (i < n && rest.n > 1 && rest.p[0] == '0')
		rest = str_n(rest.p + 1, rest.n - 1);
	if (i < n && str_eqz(rest, "1"))
		buf_puts(out, "元");
	else
		buf_puts_str(out, rest);
}

/* A year is right when the first pattern with it is a date of that kind. */
static int
check_year(struct str year)
{
	struct buf text = BUF_INIT;
	struct date_text t;
	int err;

	buf_puts_str(&text, year);
	buf_puts(&text, "年頃");
	err = text.err;
	if (err == 0)
		err = date_text_parse(buf_str(&text), &t);
	if (err == 0 && (t.kind != DATE_TEXT_UNKNOWN || t.pattern != 1))
		err = ERR_SYNTAX;
	buf_release(&text);
	return err;
}

static int
put_number(struct buf *out, struct str s, uint64_t most)
{
	uint64_t v;
	int err;

	if (s.n == 2 && s.p[0] == '0')
		s = str_n(s.p + 1, 1);
	err = str_num(s, most, &v);
	if (err == 0 && v == 0)
		err = ERR_RANGE;
	if (err == 0)
		buf_puts_str(out, s);
	return err;
}

static int
put_choice(struct buf *out, struct str s, const char *const *choices)
{
	for (; *choices != NULL; choices++) {
		if (str_eqz(s, *choices)) {
			buf_puts_str(out, s);
			return 0;
		}
	}
	return ERR_SYNTAX;
}

static int
put_value(struct buf *out, enum unknown_blank blank, struct str value)
{
	struct buf text = BUF_INIT;
	size_t at = out->n;
	struct str s;
	int err;

	err = text_nfkc(&text, value);
	s = text_trim(buf_str(&text));
	if (err == 0 && s.n == 0) {
		err = ERR_MISSING;
	} else if (err == 0 && blank == UNKNOWN_YEAR) {
		put_year(out, s);
		err = out->err != 0
		    ? out->err
		    : check_year(str_n(out->p + at, out->n - at));
	} else if (err == 0 && blanks_of[blank].choices != NULL) {
		err = put_choice(out, s, blanks_of[blank].choices);
	} else if (err == 0) {
		err = put_number(out, s, blanks_of[blank].most);
	}
	buf_release(&text);
	return err;
}

int
unknown_date_fill(struct buf *out, int pattern, const struct str *values,
    size_t n, size_t *bad)
{
	const char *p = pattern_at(pattern);
	struct buf text = BUF_INIT;
	enum unknown_blank blank;
	struct date_text t;
	size_t i = 0;
	int err = 0;

	*bad = 0;
	for (; err == 0 && *p != '\0'; p++) {
		if (!is_blank(*p, &blank)) {
			buf_putc(&text, *p);
			continue;
		}
		*bad = i;
		err = i < n ? put_value(&text, blank, values[i]) : ERR_MISSING;
		i++;
	}
	if (err == 0 && i != n)
		err = ERR_SYNTAX;
	if (err == 0)
		err = text.err;
	/* what the register would not take is not made */
	if (err == 0)
		err = date_text_parse(buf_str(&text), &t);
	if (err == 0 && (t.kind != DATE_TEXT_UNKNOWN || t.pattern != pattern))
		err = ERR_SYNTAX;
	if (err == 0)
		buf_puts_str(out, buf_str(&text));
	buf_wipe(&text);
	return err != 0 ? err : out->err;
}
