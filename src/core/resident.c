/*
 * The columns of the residents' file and the check of a row.
 *
 * SECURITY: files come from other systems; a value that is not what its
 * column says is refused by name, never repaired by guess.  Rows hold
 * personal data: resident_row_release() wipes.
 */
#include "core/resident.h"

#include <string.h>

#include "core/err.h"
#include "core/resident_check.h"
#include "core/text.h"

static check_value *const checks[RESIDENT_COUNT] = {
#define ITEM_CHECK(tok, no, mx, fl, mu, knd, wh, hd, pl, ord, wd, lb)          \
	[RESIDENT_##tok] = check_##knd,
	ITEM_LIST(ITEM_CHECK)
#undef ITEM_CHECK
};

int
resident_column_find(struct str name, enum resident_column *out)
{
	unsigned i;

	*out = RESIDENT_resident_no;
	for (i = 0; i < RESIDENT_COUNT; i++) {
		if (str_eqz(name, item_table()[i].token)) {
			*out = (enum resident_column)i;
			return 0;
		}
	}
	return ERR_NOTFOUND;
}

void
resident_row_release(struct resident_row *row)
{
	buf_wipe(&row->text);
	*row = (struct resident_row){ .history_no = 0 };
}

static void
report(struct check *c, struct str column, const char *reason)
{
	c->failed = true;
	if (c->bad != NULL)
		c->bad(c->ctx, column, reason);
}

/* Checks one field and notes where its value went. */
static void
take(struct check *c, unsigned column, struct str s, size_t at[2])
{
	const struct item_row *col = &item_table()[column];
	const char *reason = NULL;

	at[0] = c->row->text.n;
	s = text_trim(s);
	if (s.n > 0)
		reason = s.n > col->max * 3 ? "too long" : checks[column](c, s);
	else if (col->must == 1)
		reason = "must not be empty";
	at[1] = c->row->text.n;
	if (reason == NULL && at[1] - at[0] > col->max)
		reason = "too long";
	if (reason != NULL)
		report(c, str_of(col->token), reason);
}

/* What belongs to which class of 法30条の45 (REC-02, REC-07). */
static const struct {
	enum resident_column column;
	const char *class;
} class_items[] = {
	{ RESIDENT_residence_status, "中長期在留者" },
	{ RESIDENT_residence_period, "中長期在留者" },
	{ RESIDENT_residence_until, "中長期在留者" },
	{ RESIDENT_residence_card, "中長期在留者" },
	{ RESIDENT_special_card, "特別永住者" },
	{ RESIDENT_landing_period, "一時庇護許可者" },
	{ RESIDENT_stay_period, "仮滞在許可者" },
};

static void
report_item(struct check *c, unsigned column, const char *reason)
{
	report(c, str_of(item_table()[column].token), reason);
}

/* 永住者 and 高度専門職2号 stay without an end. */
static bool
has_no_end(const struct resident_row *row)
{
	return str_eqz(row->v[RESIDENT_residence_status], "永住者") ||
	    str_eqz(row->v[RESIDENT_residence_status], "高度専門職2号");
}

static void
check_class_items(struct check *c, const bool *seen)
{
	const struct resident_row *row = c->row;
	struct str class = row->v[RESIDENT_class_30_45];
	enum resident_column col;
	bool mine;
	size_t i;

	for (i = 0; i < sizeof(class_items) / sizeof(class_items[0]); i++) {
		col = class_items[i].column;
		mine = str_eqz(class, class_items[i].class);
		if (row->v[col].n != 0 && !mine)
			report_item(c, col,
			    "does not belong to the class of class_30_45");
		else if (row->v[col].n == 0 && mine && seen[col] &&
		    !(has_no_end(row) && col != RESIDENT_residence_card))
			report_item(c, col,
			    "must not be empty for this class_30_45 (REC-07)");
	}
}

/* 旧氏 is for Japanese, 通称 for foreign residents, and so on. */
static void
check_whom(struct check *c, const bool *seen)
{
	const struct resident_row *row = c->row;
	const struct item_row *item = item_table();
	unsigned i;

	for (i = 0; i < RESIDENT_COUNT; i++) {
		if (!item_concerns(&item[i], row->foreign)) {
			if (row->v[i].n != 0)
				report_item(c, i,
				    row->foreign
					? "is for Japanese residents only"
					: "is for foreign residents only");
		} else if (item[i].must == 2 && seen[i] && row->v[i].n == 0) {
			report_item(c, i, "must not be empty (REC-07)");
		}
	}
}

/* REC-16: what is certified must be there, and nothing else. */
static void
check_furigana(struct check *c)
{
	struct str reading = c->row->v[RESIDENT_furigana];
	struct str status = c->row->v[RESIDENT_furigana_status];
	bool none = status.n == 0 || str_eqz(status, "未公証");
	bool both =
	    reading.n > 3 && memmem(reading.p, reading.n, "　", 3) != NULL;

	if (none != (reading.n == 0))
		report(c, STR("furigana"),
		    none ? "must be empty while it is not certified (REC-16)"
			 : "must not be empty when it is certified (REC-16)");
	else if (!none && both != str_eqz(status, "公証済"))
		report(c, STR("furigana"),
		    "氏 and 名 with U+3000 between them for 公証済, one of "
		    "them "
		    "otherwise (REC-16)");
}

/* REC-04: only births, deaths and disappearances may have an unknown day. */
static void
check_event_day(struct check *c)
{
	static const char *const events[] = { "出生", "死亡", "失踪" };
	struct str event = c->row->v[RESIDENT_event];
	struct date_text t;
	size_t i;

	if (c->row->v[RESIDENT_event_date].n == 0)
		return;
	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (str_starts(event, str_of(events[i])))
			return;
	if (date_text_parse(c->row->v[RESIDENT_event_date], &t) != 0 ||
	    t.kind != DATE_TEXT_WAREKI)
		report(c, STR("event_date"),
		    "not a calendar date; only 出生, 死亡 and 失踪 may be "
		    "unknown (REC-04)");
}

/* Rules between columns: REC-03, REC-07 and the two forms of a birth date. */
static void
check_row(struct check *c, const bool *seen)
{
	const struct resident_row *row = c->row;
	const struct date_text *t = &row->birth_text;

	if (t->kind != 0 && t->pattern != 9 && t->seireki != row->foreign)
		report(c, STR("birth_date_text"),
		    row->foreign ? "a foreign resident's date of birth is in "
				   "西暦 (REC-03)"
				 : "a Japanese resident's date of birth is in "
				   "和暦 (REC-03)");
	if ((t->kind == DATE_TEXT_WAREKI || t->kind == DATE_TEXT_SEIREKI) &&
	    date_cmp(t->date.date, row->birth) != 0)
		report(c, STR("birth_date"),
		    "not the same day as birth_date_text");
	if (row->v[RESIDENT_jumin_code].n == 0 && !row->removed)
		report(c, STR("jumin_code"),
		    "must not be empty unless status is 除票 (REC-07)");
	check_whom(c, seen);
	check_class_items(c, seen);
	check_furigana(c);
	check_event_day(c);
}

int
resident_parse(struct resident_row *row, const struct resident_header *h,
    const struct str *fields, size_t n, resident_bad *bad, void *ctx)
{
	struct check c = { .row = row, .bad = bad, .ctx = ctx };
	size_t at[RESIDENT_COUNT][2] = { { 0, 0 } };
	bool seen[RESIDENT_COUNT] = { false };
	unsigned i;

	buf_clear(&row->text);
	*row = (struct resident_row){ .history_no = 1, .text = row->text };
	for (i = 0; i < RESIDENT_COUNT; i++)
		row->v[i] = STR("");
	if (n != h->n) {
		report(&c, STR(""),
		    "the number of fields is not that of the header");
		return ERR_SYNTAX;
	}
	for (i = 0; i < n; i++) {
		take(&c, (unsigned)h->column[i], fields[i], at[h->column[i]]);
		seen[h->column[i]] = true;
	}
	if (row->text.err != 0)
		return row->text.err;
	for (i = 0; i < RESIDENT_COUNT; i++)
		if (seen[i])
			row->v[i] =
			    str_n(row->text.p == NULL ? (const uint8_t *)""
						      : row->text.p + at[i][0],
				at[i][1] - at[i][0]);
	if (!c.failed)
		check_row(&c, seen);
	return c.failed ? ERR_SYNTAX : 0;
}

int
resident_header_parse(struct resident_header *h, const struct str *fields,
    size_t n, resident_bad *bad, void *ctx)
{
	struct check c = { .bad = bad, .ctx = ctx };
	bool seen[RESIDENT_COUNT] = { false };
	enum resident_column col;
	struct str name;
	unsigned i;

	*h = (struct resident_header){ .n = 0 };
	for (i = 0; i < n; i++) {
		name = text_trim(fields[i]);
		if (resident_column_find(name, &col) != 0) {
			report(&c, name,
			    "no such column; see "
			    "mamori-residents(5)");
		} else if (seen[col]) {
			report(&c, name, "the column is there twice");
		} else {
			seen[col] = true;
			h->column[h->n++] = (int)col;
		}
	}
	for (i = 0; i < RESIDENT_COUNT; i++)
		if (item_table()[i].file && !seen[i])
			report(&c, str_of(item_table()[i].token),
			    "the column is missing");
	return c.failed ? ERR_SYNTAX : 0;
}

void
resident_header_all(struct resident_header *h)
{
	int i;

	h->n = RESIDENT_COUNT;
	for (i = 0; i < RESIDENT_COUNT; i++)
		h->column[i] = i;
}

void
resident_put_header(struct buf *csv)
{
	struct str names[RESIDENT_COUNT];
	unsigned i;

	for (i = 0; i < RESIDENT_COUNT; i++)
		names[i] = str_of(item_table()[i].token);
	csv_put_record(csv, names, RESIDENT_COUNT);
}

void
resident_put(struct buf *csv, const struct resident_row *row)
{
	csv_put_record(csv, row->v, RESIDENT_COUNT);
}
