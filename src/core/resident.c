/*
 * The columns of the residents' file and the check of a row.
 *
 * SECURITY: files come from other systems; a value that is not what its
 * column says is refused by name, never repaired by guess.  Names keep their
 * code points (trap 32).  Rows hold personal data: resident_row_release()
 * wipes.
 */
#include "core/resident.h"

#include <string.h>

#include "core/codes.h"
#include "core/err.h"
#include "core/kana.h"
#include "core/text.h"

#define HISTORY_MAX    999999
#define RELATION_PARTS 4

struct check {
	struct resident_row *row;
	resident_bad *bad;
	void *ctx;
	bool failed;
};

/* Writes the value to row->text, or returns the reason. */
typedef const char *check_value(struct check *c, struct str s);

static const struct resident_column_row columns[RESIDENT_COUNT] = {
#define RESIDENT_ROW(nm, mx, header, empty)                                    \
	[RESIDENT_##nm] = { .name = #nm,                                       \
		.max = (mx),                                                   \
		.mandatory = (header),                                         \
		.blank = (empty) },
	RESIDENT_LIST(RESIDENT_ROW)
#undef RESIDENT_ROW
};

/* the first part of a relation may be any, a later one too (REC-09) */
static const char *const relations[] = { "世帯主", "夫", "妻", "夫（未届）",
	"妻（未届）", "子", "子（子の夫）", "子（子の妻）", "父", "母", "兄",
	"姉", "弟", "妹", "縁故者", "同居人" };

static const char *const sexes[] = { "男", "女", NULL };
static const char *const statuses[] = { "住民", "除票", NULL };
static const char *const marks[] = { "仮", "支", "抑", NULL };

const struct resident_column_row *
resident_columns(void)
{
	return columns;
}

int
resident_column_find(struct str name, enum resident_column *out)
{
	unsigned i;

	*out = RESIDENT_resident_no;
	for (i = 0; i < RESIDENT_COUNT; i++) {
		if (str_eqz(name, columns[i].name)) {
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

static bool
is_one_of(struct str s, const char *const *list)
{
	for (; *list != NULL; list++)
		if (str_eqz(s, *list))
			return true;
	return false;
}

static bool
is_relation_part(struct str s)
{
	size_t i;

	for (i = 0; i < sizeof(relations) / sizeof(relations[0]); i++)
		if (str_eqz(s, relations[i]))
			return true;
	return false;
}

/*
 * Bytes of the part before the next の that joins parts: one inside of full-
 * width parentheses (子（子の妻）) does not.
 */
static size_t
part_length(struct str s)
{
	bool inside = false;
	size_t i;

	for (i = 0; i + 3 <= s.n; i++) {
		if (str_starts(str_n(s.p + i, s.n - i), STR("（")))
			inside = true;
		else if (str_starts(str_n(s.p + i, s.n - i), STR("）")))
			inside = false;
		else if (!inside &&
		    str_starts(str_n(s.p + i, s.n - i), STR("の")))
			return i;
	}
	return s.n;
}

bool
resident_relation_ok(struct str s)
{
	size_t parts = 0;
	size_t n;

	while (parts++ < RELATION_PARTS) {
		n = part_length(s);
		if (!is_relation_part(str_n(s.p, n)))
			return false;
		if (n == s.n)
			return true;
		s.p += n + 3;
		s.n -= n + 3;
	}
	return false;
}

static const char *
code_reason(int err)
{
	if (err == 0)
		return NULL;
	return err == ERR_RANGE
	    ? "the check digit does not fit; compare with the document"
	    : "wrong number of digits; digits only";
}

static const char *
check_atena(struct check *c, struct str s)
{
	char out[CODE_ATENA_MAX + 1];
	int err = code_atena(s, out);

	buf_puts(&c->row->text, out);
	return code_reason(err);
}

static const char *
check_jumin(struct check *c, struct str s)
{
	char out[CODE_JUMIN + 1];
	int err = code_jumin(s, out);

	buf_puts(&c->row->text, out);
	explicit_bzero(out, sizeof(out));
	return code_reason(err);
}

static const char *
check_my_number(struct check *c, struct str s)
{
	char out[CODE_MY_NUMBER + 1];
	int err = code_my_number(s, out);

	buf_puts(&c->row->text, out);
	explicit_bzero(out, sizeof(out));
	return code_reason(err);
}

static const char *
check_history(struct check *c, struct str s)
{
	uint64_t v;

	if (str_num(s, HISTORY_MAX, &v) != 0 || v == 0)
		return "not a number from 1 to 999999 without leading zeros";
	c->row->history_no = (uint32_t)v;
	buf_puts_str(&c->row->text, s);
	return NULL;
}

static const char *
check_text(struct check *c, struct str s)
{
	return text_clean(&c->row->text, s) == 0
	    ? NULL
	    : "has characters that may not be stored (controls, format "
	      "characters, a selector without kanji, bytes that are not UTF-8)";
}

static const char *
check_kana(struct check *c, struct str s)
{
	return kana_clean(&c->row->text, s) == 0
	    ? NULL
	    : "not katakana; letters of a foreign name and spaces are allowed";
}

static const char *
check_birth(struct check *c, struct str s)
{
	if (date_get_iso(s, &c->row->birth) != 0)
		return "not a calendar date YYYY-MM-DD; leave it empty if it "
		       "is not known";
	buf_puts_str(&c->row->text, s);
	return NULL;
}

/*
 * A date as the register writes it.  A short form (S55.12.26) is spelled out;
 * anything of REC-04 stays as written.
 */
static const char *
check_written(struct check *c, struct str s, struct date_text *t)
{
	struct era_date d;

	if (date_text_parse(s, t) == 0)
		return check_text(c, s);
	if (date_parse(s, &d, NULL) != 0)
		return "not a date as the register writes it "
		       "(昭和55年12月26日, "
		       "1980年12月26日, or a 不詳 form)";
	t->date = d;
	t->seireki = d.era == '\0';
	t->kind = t->seireki ? DATE_TEXT_SEIREKI : DATE_TEXT_WAREKI;
	if (t->seireki)
		date_put_seireki(&c->row->text, d.date);
	else
		date_put_wareki(&c->row->text, d.date, d.era);
	return NULL;
}

static const char *
check_birth_text(struct check *c, struct str s)
{
	return check_written(c, s, &c->row->birth_text);
}

/* 異動年月日: ISO, or as 生年月日 because 出生 and 死亡 may be unknown. */
static const char *
check_event_date(struct check *c, struct str s)
{
	struct date_text t;
	struct date d;

	if (date_get_iso(s, &d) != 0)
		return check_written(c, s, &t);
	buf_puts_str(&c->row->text, s);
	return NULL;
}

static const char *
check_sex(struct check *c, struct str s)
{
	if (!is_one_of(s, sexes))
		return "neither 男 nor 女 nor empty";
	buf_puts_str(&c->row->text, s);
	return NULL;
}

static const char *
check_postal(struct check *c, struct str s)
{
	struct buf folded = BUF_INIT;
	bool ok;
	size_t i;

	text_fold_digits(&folded, s);
	if (folded.n == 8 && folded.p[3] == '-') {
		for (i = 3; i < 7; i++)
			folded.p[i] = folded.p[i + 1];
		folded.n = 7;
	}
	ok = folded.n == 7;
	for (i = 0; i < folded.n && ok; i++)
		ok = folded.p[i] >= '0' && folded.p[i] <= '9';
	if (ok) {
		buf_put(&c->row->text, folded.p, 3);
		buf_putc(&c->row->text, '-');
		buf_put(&c->row->text, folded.p + 3, 4);
	}
	buf_release(&folded);
	return ok ? NULL : "not seven digits";
}

static const char *
check_relation(struct check *c, struct str s)
{
	if (!resident_relation_ok(s))
		return "not in the list of relations (REC-09): 世帯主, 妻, 子, "
		       "子の妻, 縁故者, 同居人 …";
	buf_puts_str(&c->row->text, s);
	return NULL;
}

static const char *
check_nationality(struct check *c, struct str s)
{
	c->row->foreign = !str_eq(s, STR("日本"));
	return check_text(c, s);
}

static const char *
check_status(struct check *c, struct str s)
{
	if (!is_one_of(s, statuses))
		return "neither 住民 nor 除票 nor empty";
	c->row->removed = str_eq(s, STR("除票"));
	buf_puts_str(&c->row->text, s);
	return NULL;
}

static const char *
check_mark(struct check *c, struct str s)
{
	if (!is_one_of(s, marks))
		return "neither 仮 nor 支 nor 抑 nor empty";
	buf_puts_str(&c->row->text, s);
	return NULL;
}

static check_value *const checks[RESIDENT_COUNT] = {
	[RESIDENT_resident_no] = check_atena,
	[RESIDENT_history_no] = check_history,
	[RESIDENT_household_no] = check_atena,
	[RESIDENT_jumin_code] = check_jumin,
	[RESIDENT_my_number] = check_my_number,
	[RESIDENT_name] = check_text,
	[RESIDENT_name_kana] = check_kana,
	[RESIDENT_alias] = check_text,
	[RESIDENT_birth_date] = check_birth,
	[RESIDENT_birth_date_text] = check_birth_text,
	[RESIDENT_sex] = check_sex,
	[RESIDENT_postal_code] = check_postal,
	[RESIDENT_address] = check_text,
	[RESIDENT_relation] = check_relation,
	[RESIDENT_nationality] = check_nationality,
	[RESIDENT_status] = check_status,
	[RESIDENT_event] = check_text,
	[RESIDENT_event_date] = check_event_date,
	[RESIDENT_protected] = check_mark,
};

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
	const struct resident_column_row *col = &columns[column];
	const char *reason = NULL;

	at[0] = c->row->text.n;
	s = text_trim(s);
	if (s.n > 0)
		reason = s.n > col->max * 3 ? "too long" : checks[column](c, s);
	else if (!col->blank)
		reason = "must not be empty";
	at[1] = c->row->text.n;
	if (reason == NULL && at[1] - at[0] > col->max)
		reason = "too long";
	if (reason != NULL)
		report(c, str_of(col->name), reason);
}

/* Rules between columns: REC-03, REC-07 and the two forms of a birth date. */
static void
check_row(struct check *c)
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
		check_row(&c);
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
		if (columns[i].mandatory && !seen[i])
			report(&c, str_of(columns[i].name),
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
		names[i] = str_of(columns[i].name);
	csv_put_record(csv, names, RESIDENT_COUNT);
}

void
resident_put(struct buf *csv, const struct resident_row *row)
{
	csv_put_record(csv, row->v, RESIDENT_COUNT);
}
