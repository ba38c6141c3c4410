/*
 * Dates as the registers write them: days, days that never were, and the 14
 * patterns of a date that is not known (STD1.0 §1.1.8, App. D, REC-04).
 *
 * SECURITY: as era_parse.c.
 */
#include "core/era_fold.h"

#include "core/err.h"

/*
 * The patterns in order.  Y stands for era, year and 年 (or 西暦); M for
 * number and 月; D for number and 日; the rest are signs.
 */
/* clang-format off */
static const char *const patterns[14] = {
	"Y\7",                     /* 令和○○年頃 */
	"YM\7",                    /* 令和○○年○月頃 */
	"YMD\7",                   /* 令和○○年〇月〇日頃 */
	"\10YMD",                  /* 推定令和○○年○月○日 */
	"\10YM",                   /* 推定令和○○年○月 */
	"Y\5",                     /* 令和○○年春 */
	"YM\6",                    /* 令和○○年○月上旬 */
	"YM\6\7",                  /* 令和○○年○月中旬頃 */
	"\1\2\3\13",               /* 年月日不詳 */
	"Y\2\3\13",                /* 令和○○年 月日不詳 */
	"YM\3\13",                 /* 令和○○年○○月 日不詳 */
	"YMD\11MD\7\12",           /* 令和○○年○○月○日から○○月○日頃までの間 */
	"YM\10D\11D\12",           /* 令和○○年○○月推定○日から○日までの間 */
	"YMD\7\11D\7\12",          /* 令和○○年○○月○日頃から○日頃までの間 */
};
/* clang-format on */

_Static_assert(SIGN_ABOUT == 7 && SIGN_GUESS == 8 && SIGN_FROM == 9 &&
	SIGN_SPAN == 10 && SIGN_UNKNOWN == 11,
    "patterns[] spells these");

/* Era and year, or 西暦 of four digits, and 年. */
static bool
take_year(struct era_folded *f, struct date_text *t)
{
	const struct era_row *row = era_by_letter(era_peek(f));
	size_t digits = 0;
	int year = 1;

	if (row != NULL)
		f->at++;
	else
		(void)era_take(f, SIGN_AD);
	if (row == NULL || !era_take(f, SIGN_FIRST)) {
		if (!era_number(f, 4, &year, &digits))
			return false;
	}
	if (row == NULL ? digits != 4 : digits > 2)
		return false;
	if (year < 1 || (row != NULL && year > row->last.y - row->first.y + 1))
		return false;
	t->seireki = row == NULL;
	t->date.era = row == NULL ? '\0' : row->letter;
	t->date.date.y = row == NULL ? year : row->first.y + year - 1;
	return era_take(f, SIGN_YEAR);
}

static bool
take_unit(struct era_folded *f, int most, char sign, int *value)
{
	size_t digits;

	return era_number(f, 2, value, &digits) && *value >= 1 &&
	    *value <= most && era_take(f, sign);
}

static bool
match(struct era_folded f, const char *pattern, struct date_text *t)
{
	bool ok = true;

	for (; ok && *pattern != '\0'; pattern++) {
		if (*pattern == 'Y')
			ok = take_year(&f, t);
		else if (*pattern == 'M')
			ok = take_unit(&f, 12, SIGN_MONTH, &t->date.date.m);
		else if (*pattern == 'D')
			ok = take_unit(&f, 31, SIGN_DAY, &t->date.date.d);
		else
			ok = era_take(&f, *pattern);
	}
	return ok && f.at == f.n;
}

/* A full 年月日: real, or one that the calendar does not have. */
static int
whole_day(struct date_text *t)
{
	const struct era_row *row = era_by_letter(t->date.era);
	struct date d = t->date.date;

	t->kind = t->seireki ? DATE_TEXT_SEIREKI : DATE_TEXT_WAREKI;
	if (d.y < 1873 || !date_is_valid(d)) {
		t->kind = DATE_TEXT_UNREAL;
		t->date.date = (struct date){ 0, 0, 0 };
		return 0;
	}
	if (row != NULL &&
	    (date_cmp(d, row->first) < 0 || date_cmp(d, row->last) > 0))
		return ERR_SYNTAX;
	return 0;
}

int
date_text_parse(struct str s, struct date_text *out)
{
	struct era_folded f;
	int i;

	*out = (struct date_text){ .pattern = 0 };
	if (era_fold(s, &f) != 0)
		return ERR_SYNTAX;
	if (match(f, "YMD", out))
		return whole_day(out);
	for (i = 0; i < 14; i++) {
		*out = (struct date_text){ .pattern = 0 };
		if (!match(f, patterns[i], out))
			continue;
		out->kind = DATE_TEXT_UNKNOWN;
		out->pattern = i + 1;
		out->date.date = (struct date){ 0, 0, 0 };
		return 0;
	}
	*out = (struct date_text){ .pattern = 0 };
	return ERR_SYNTAX;
}
