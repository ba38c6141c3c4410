/*
 * Reads a typed date.
 *
 * SECURITY: input of any bytes; at most ERA_FOLD_MAX signs are kept, numbers
 * have at most eight digits, nothing is guessed: a year without era is an
 * error of its own.
 */
#include "core/era_fold.h"

#include "core/err.h"
#include "core/utf8.h"

#define LUNAR_BEFORE 1873

/* words to signs; longer words first where one begins another */
static const struct {
	const char *word;
	char sign;
} words[] = {
	{ "年", SIGN_YEAR },
	{ "月", SIGN_MONTH },
	{ "日", SIGN_DAY },
	{ "元", SIGN_FIRST },
	{ "春", SIGN_SEASON },
	{ "夏", SIGN_SEASON },
	{ "秋", SIGN_SEASON },
	{ "冬", SIGN_SEASON },
	{ "上旬", SIGN_PART },
	{ "中旬", SIGN_PART },
	{ "下旬", SIGN_PART },
	{ "頃", SIGN_ABOUT },
	{ "推定", SIGN_GUESS },
	{ "から", SIGN_FROM },
	{ "までの間", SIGN_SPAN },
	{ "不詳", SIGN_UNKNOWN },
	{ "西暦", SIGN_AD },
	{ "・", '.' },
	{ "･", '.' },
	{ "。", '.' },
	{ "−", '-' },
	{ "‐", '-' },
	{ "ー", '-' },
	{ "　", ' ' },
};

const struct era_row *
era_by_letter(char letter)
{
	const struct era_row *rows;
	size_t n;
	size_t i;

	rows = era_table(&n);
	for (i = 0; i < n; i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

const struct era_row *
era_by_code(int code)
{
	const struct era_row *rows;
	size_t n;
	size_t i;

	rows = era_table(&n);
	for (i = 0; i < n; i++)
		if (rows[i].code == code)
			return &rows[i];
	return NULL;
}

static bool
skip(struct str *rest, const char *word)
{
	struct str w = str_of(word);

	if (w.n == 0 || !str_starts(*rest, w))
		return false;
	rest->p += w.n;
	rest->n -= w.n;
	return true;
}

/* The sign of the word that comes next, 0 when none does. */
static char
fold_word(struct str *rest)
{
	const struct era_row *rows;
	size_t n;
	size_t i;

	rows = era_table(&n);
	for (i = 0; i < n; i++) {
		if (skip(rest, rows[i].name))
			return rows[i].letter;
		if (rows[i].square != NULL && skip(rest, rows[i].square))
			return rows[i].letter;
	}
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (skip(rest, words[i].word))
			return words[i].sign;
	return 0;
}

/* An ASCII character or its full-width form; 0 when it stands in no date. */
static char
fold_ascii(struct str *rest)
{
	int32_t cp = utf8_next(rest);

	if (cp >= 0xff01 && cp <= 0xff5e)
		cp -= 0xfee0;
	if (cp >= 'a' && cp <= 'z')
		cp -= 'a' - 'A';
	if ((cp >= '0' && cp <= '9') || cp == '.' || cp == '/' || cp == '-' ||
	    cp == ' ')
		return (char)cp;
	if (cp >= 'A' && cp <= 'Z' && era_by_letter((char)cp) != NULL)
		return (char)cp;
	return 0;
}

int
era_fold(struct str s, struct era_folded *out)
{
	char sign;

	*out = (struct era_folded){ .n = 0 };
	while (s.n > 0) {
		sign = fold_word(&s);
		if (sign == 0)
			sign = fold_ascii(&s);
		if (sign == 0)
			return ERR_SYNTAX;
		if (sign == ' ')
			continue;
		if (out->n == sizeof(out->p))
			return ERR_TOOLONG;
		out->p[out->n++] = sign;
	}
	return 0;
}

char
era_peek(const struct era_folded *f)
{
	return f->at < f->n ? f->p[f->at] : '\0';
}

bool
era_take(struct era_folded *f, char sign)
{
	if (era_peek(f) != sign || sign == '\0')
		return false;
	f->at++;
	return true;
}

bool
era_number(struct era_folded *f, size_t most, int *value, size_t *digits)
{
	int v = 0;
	size_t n = 0;

	while (era_peek(f) >= '0' && era_peek(f) <= '9' && n <= most) {
		v = v * 10 + (era_peek(f) - '0');
		f->at++;
		n++;
	}
	*value = v;
	*digits = n;
	return n > 0 && n <= most;
}

static int
refuse(enum date_fault *fault, enum date_fault why)
{
	*fault = why;
	return why == DATE_FAULT_FORM || why == DATE_FAULT_NOERA ? ERR_SYNTAX
								 : ERR_RANGE;
}

/* Checks year, month and day in `row` (NULL: 西暦) and makes the date. */
static int
finish(const struct era_row *row, struct date d, struct era_date *out,
    enum date_fault *fault)
{
	int year = d.y;

	if (row != NULL)
		d.y += row->first.y - 1;
	if (d.y < 1 || d.y > 9999 || !date_is_valid(d))
		return refuse(fault, DATE_FAULT_RANGE);
	if (d.y < LUNAR_BEFORE)
		return refuse(fault, DATE_FAULT_EARLY);
	if (row != NULL &&
	    (year < 1 || date_cmp(d, row->first) < 0 ||
		date_cmp(d, row->last) > 0))
		return refuse(fault, DATE_FAULT_ERA);
	out->date = d;
	out->era = row == NULL ? '\0' : row->letter;
	return 0;
}

/* 081121 with era, 20261121, 5081121 */
static int
compact(const struct era_row *row, int v, size_t digits, bool ad,
    struct era_date *out, enum date_fault *fault)
{
	struct date d = { v / 10000, v / 100 % 100, v % 100 };

	if (row == NULL && digits == 7 && !ad) {
		row = era_by_code(v / 1000000);
		if (row == NULL)
			return refuse(fault, DATE_FAULT_FORM);
		d.y %= 100;
		return finish(row, d, out, fault);
	}
	if (row == NULL && digits == 6)
		return refuse(fault, DATE_FAULT_NOERA);
	if (digits != (row == NULL ? 8u : 6u))
		return refuse(fault, DATE_FAULT_FORM);
	return finish(row, d, out, fault);
}

/* Month and day behind the year: 年…月…日 or the same separator twice. */
static bool
take_month_day(struct era_folded *f, struct date *d)
{
	char sep = era_peek(f);
	size_t n;

	if (sep != SIGN_YEAR && sep != '.' && sep != '/' && sep != '-')
		return false;
	f->at++;
	if (!era_number(f, 2, &d->m, &n) ||
	    !era_take(f, sep == SIGN_YEAR ? SIGN_MONTH : sep))
		return false;
	if (!era_number(f, 2, &d->d, &n))
		return false;
	if (sep == SIGN_YEAR && !era_take(f, SIGN_DAY))
		return false;
	return f->at == f->n;
}

static int
parse(struct era_folded *f, struct era_date *out, enum date_fault *fault)
{
	const struct era_row *row = NULL;
	struct date d = { 0, 0, 0 };
	size_t digits = 0;
	bool ad = era_take(f, SIGN_AD);

	if (!ad)
		row = era_by_letter(era_peek(f));
	if (row != NULL)
		f->at++;
	if (row != NULL && era_take(f, SIGN_FIRST))
		d.y = 1;
	else if (!era_number(f, 8, &d.y, &digits))
		return refuse(fault, DATE_FAULT_FORM);
	if (f->at == f->n && digits > 0)
		return compact(row, d.y, digits, ad, out, fault);
	if (digits > 4 || !take_month_day(f, &d))
		return refuse(fault, DATE_FAULT_FORM);
	if (row == NULL && digits <= 2 && !ad)
		return refuse(fault, DATE_FAULT_NOERA);
	if ((row == NULL && digits != 4) || (row != NULL && digits > 2))
		return refuse(fault, DATE_FAULT_FORM);
	return finish(row, d, out, fault);
}

int
date_parse(struct str s, struct era_date *out, enum date_fault *fault)
{
	enum date_fault unused;
	struct era_folded f;

	if (fault == NULL)
		fault = &unused;
	*fault = DATE_FAULT_NONE;
	*out = (struct era_date){ .era = '\0' };
	if (era_fold(s, &f) != 0)
		return refuse(fault, DATE_FAULT_FORM);
	return parse(&f, out, fault);
}
