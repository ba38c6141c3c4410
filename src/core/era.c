/*
 * The calendar, the era table and the written forms of a date.
 *
 * SECURITY: pure arithmetic on years 1 to 9999; nothing asks a clock.
 */
#include "core/era.h"

#include "core/err.h"

#define DAY_MS	INT64_C(86400000)
#define JST_MS	INT64_C(32400000)
#define OPEN_Y	9999
#define ERA_MAX 32

/* clang-format off */
/* the built-in era master (App. D); days that belong to two eras are in both */
static const struct era_row builtin[] = {
	{ 'M', 1, "明治", "㍾", { 1868,  1, 25 }, { 1912,  7, 30 } },
	{ 'T', 2, "大正", "㍽", { 1912,  7, 30 }, { 1926, 12, 25 } },
	{ 'S', 3, "昭和", "㍼", { 1926, 12, 25 }, { 1989,  1,  7 } },
	{ 'H', 4, "平成", "㍻", { 1989,  1,  8 }, { 2019,  4, 30 } },
	{ 'R', 5, "令和", "㋿", { 2019,  5,  1 }, { OPEN_Y, 12, 31 } },
};

static const char *const faults[DATE_FAULT_COUNT] = {
#define DATE_FAULT_TEXT(name, text) [DATE_FAULT_##name] = (text),
	DATE_FAULT_LIST(DATE_FAULT_TEXT)
#undef DATE_FAULT_TEXT
};
/* clang-format on */

static const char *const weekdays[7] = { "日", "月", "火", "水", "木", "金",
	"土" };

static const struct era_row *eras = builtin;
static size_t era_count = sizeof(builtin) / sizeof(builtin[0]);

const char *
date_fault_text(enum date_fault f)
{
	return (unsigned)f < DATE_FAULT_COUNT ? faults[f] : "";
}

const struct era_row *
era_table(size_t *n)
{
	*n = era_count;
	return eras;
}

static bool
row_is_good(const struct era_row *row)
{
	return row->letter >= 'A' && row->letter <= 'Z' && row->code >= 1 &&
	    row->code <= 9 && row->name != NULL && row->name[0] != '\0' &&
	    date_is_valid(row->first) && date_is_valid(row->last) &&
	    date_cmp(row->first, row->last) <= 0;
}

int
era_set_table(const struct era_row *rows, size_t n)
{
	int64_t gap;
	size_t i;

	if (rows == NULL) {
		eras = builtin;
		era_count = sizeof(builtin) / sizeof(builtin[0]);
		return 0;
	}
	if (n == 0 || n > ERA_MAX)
		return ERR_RANGE;
	for (i = 0; i < n; i++) {
		if (!row_is_good(&rows[i]))
			return ERR_RANGE;
		if (i == 0)
			continue;
		gap = date_days(rows[i].first) - date_days(rows[i - 1].last);
		if (gap != 0 && gap != 1)
			return ERR_RANGE;
	}
	eras = rows;
	era_count = n;
	return 0;
}

int
date_month_days(int y, int m)
{
	static const int days[13] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };

	if (m < 1 || m > 12)
		return 0;
	if (m == 2 && ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0))
		return 29;
	return days[m];
}

bool
date_is_valid(struct date d)
{
	return d.y >= 1 && d.y <= OPEN_Y && d.d >= 1 &&
	    d.d <= date_month_days(d.y, d.m);
}

int
date_cmp(struct date a, struct date b)
{
	if (a.y != b.y)
		return a.y < b.y ? -1 : 1;
	if (a.m != b.m)
		return a.m < b.m ? -1 : 1;
	return a.d < b.d ? -1 : a.d > b.d;
}

/* Years begin in March, so that the leap day is the last (H. Hinnant). */
int64_t
date_days(struct date d)
{
	int64_t y = d.m <= 2 ? d.y - 1 : d.y;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (d.m + (d.m > 2 ? -3 : 9)) + 2) / 5 + d.d - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

struct date
date_of_days(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	struct date d;

	d.d = (int)(doy - (153 * mp + 2) / 5 + 1);
	d.m = (int)(mp < 10 ? mp + 3 : mp - 9);
	d.y = (int)(yoe + era * 400 + (d.m <= 2));
	return d;
}

int
date_weekday(struct date d)
{
	int64_t w = (date_days(d) + 4) % 7;

	return (int)(w < 0 ? w + 7 : w);
}

struct date
date_today(int64_t wall_ms)
{
	int64_t ms = wall_ms + JST_MS;
	int64_t days = ms / DAY_MS;

	if (ms % DAY_MS < 0)
		days--;
	return date_of_days(days);
}

struct date
date_add_days(struct date d, int64_t days)
{
	return date_of_days(date_days(d) + days);
}

struct date
date_add_months(struct date d, int months)
{
	int at = d.y * 12 + d.m - 1 + months;
	int most;

	d.y = at / 12;
	d.m = at % 12 + 1;
	most = date_month_days(d.y, d.m);
	if (d.d > most)
		d.d = most;
	return d;
}

struct date
date_period_end(struct date start)
{
	struct date same = date_add_months(start, 12);

	/* no such day in that year: the month's last day (民法143条2項) */
	return same.d != start.d ? same : date_add_days(same, -1);
}

struct date
date_period_alert(struct date end)
{
	return date_add_months(end, -1);
}

int
date_get_iso(struct str s, struct date *out)
{
	struct date d = { 0, 0, 0 };
	size_t i;
	int v;

	*out = d;
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
		return ERR_SYNTAX;
	for (i = 0; i < 10; i++) {
		if (i == 4 || i == 7)
			continue;
		if (s.p[i] < '0' || s.p[i] > '9')
			return ERR_SYNTAX;
		v = s.p[i] - '0';
		if (i < 4)
			d.y = d.y * 10 + v;
		else if (i < 7)
			d.m = d.m * 10 + v;
		else
			d.d = d.d * 10 + v;
	}
	if (!date_is_valid(d))
		return ERR_RANGE;
	*out = d;
	return 0;
}

void
date_put_iso(struct buf *b, struct date d)
{
	buf_printf(b, "%04d-%02d-%02d", d.y, d.m, d.d);
}

/* The row `d` is written in: `letter` if it had that day, else the last. */
static const struct era_row *
row_of(struct date d, char letter)
{
	const struct era_row *found = NULL;
	size_t i;

	for (i = 0; i < era_count; i++) {
		if (date_cmp(d, eras[i].first) < 0 ||
		    date_cmp(d, eras[i].last) > 0)
			continue;
		found = &eras[i];
		if (found->letter == letter)
			break;
	}
	return found;
}

void
date_put_wareki(struct buf *b, struct date d, char era)
{
	const struct era_row *row = row_of(d, era);
	int year;

	if (row == NULL) {
		date_put_seireki(b, d);
		return;
	}
	year = d.y - row->first.y + 1;
	buf_puts(b, row->name);
	if (year == 1)
		buf_puts(b, "元");
	else
		buf_printf(b, "%d", year);
	buf_printf(b, "年%d月%d日", d.m, d.d);
}

void
date_put_seireki(struct buf *b, struct date d)
{
	buf_printf(b, "%d年%d月%d日", d.y, d.m, d.d);
}

void
date_put_weekday(struct buf *b, struct date d)
{
	buf_printf(b, "（%s）", weekdays[date_weekday(d)]);
}

void
date_put_lawful(struct buf *b, const struct era_date *d, bool foreign)
{
	if (foreign)
		date_put_seireki(b, d->date);
	else
		date_put_wareki(b, d->date, d->era);
	date_put_weekday(b, d->date);
}
