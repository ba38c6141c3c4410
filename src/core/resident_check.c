/*
 * The check of each kind of value in the residents' file.
 *
 * SECURITY: files come from other systems; a value that is not what its
 * column says is refused by name, never repaired by guess.  Names keep their
 * code points (trap 32).
 */
#include "core/resident_check.h"

#include <string.h>

#include "core/codes.h"
#include "core/err.h"
#include "core/kana.h"
#include "core/text.h"

#define HISTORY_MAX    999999
#define RELATION_PARTS 4
#define MEIJI_FIRST    1873 /* before: another calendar */

/* the first part of a relation may be any, a later one too (REC-09) */
static const char *const relations[] = { "世帯主", "夫", "妻", "夫（未届）",
	"妻（未届）", "子", "子（子の夫）", "子（子の妻）", "父", "母", "兄",
	"姉", "弟", "妹", "縁故者", "同居人" };

static const char *const sexes[] = { "男", "女", NULL };
static const char *const statuses[] = { "住民", "除票", NULL };
static const char *const marks[] = { "仮", "支", "抑", NULL };
static const char *const yes_nos[] = { "有", "無", NULL };
static const char *const checkeds[] = { "確認済", "未確認", NULL };
static const char *const certifieds[] = { "未公証", "氏のみ", "名のみ",
	"公証済", NULL };
static const char *const pensions[] = { "第1号", "第2号", "第3号", "任意加入",
	"受給者", "無", NULL };
static const char *const card_states[] = { "未申請", "申請中", "交付済", "返納",
	"失効", NULL };
static const char *const classes[] = { "中長期在留者", "特別永住者",
	"一時庇護許可者", "仮滞在許可者", "経過滞在者（出生）",
	"経過滞在者（国籍喪失）", NULL };

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

int
resident_relation_rank(struct str s)
{
	static const struct {
		const char *const words[7];
		int alone; /* rank of the word */
		int first; /* rank when more parts follow */
	} ranks[] = {
		{ { "世帯主" }, 0, 30 },
		{ { "夫", "妻", "夫（未届）", "妻（未届）" }, 1, 30 },
		{ { "子", "子（子の夫）", "子（子の妻）" }, 2, 10 },
		{ { "父", "母" }, 20, 30 },
		{ { "兄", "姉", "弟", "妹" }, 21, 30 },
		{ { "縁故者" }, 31, 31 },
		{ { "同居人" }, 32, 32 },
	};
	static const char *const parents[] = { "父", "母", NULL };
	size_t n = part_length(s);
	struct str part = str_n(s.p, n);
	struct str rest = { 0 };
	size_t i;

	if (n < s.n)
		rest = str_n(s.p + n + 3, s.n - n - 3);
	if (is_one_of(part, parents) && is_one_of(rest, parents))
		return 22; /* grandparents */
	for (i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++)
		if (is_one_of(part, ranks[i].words))
			return rest.n == 0 ? ranks[i].alone : ranks[i].first;
	return 33;
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

const char *
check_atena(struct check *c, struct str s)
{
	char out[CODE_ATENA_MAX + 1];
	int err = code_atena(s, out);

	buf_puts(&c->row->text, out);
	return code_reason(err);
}

const char *
check_jumin(struct check *c, struct str s)
{
	char out[CODE_JUMIN + 1];
	int err = code_jumin(s, out);

	buf_puts(&c->row->text, out);
	explicit_bzero(out, sizeof(out));
	return code_reason(err);
}

const char *
check_my_number(struct check *c, struct str s)
{
	char out[CODE_MY_NUMBER + 1];
	int err = code_my_number(s, out);

	buf_puts(&c->row->text, out);
	explicit_bzero(out, sizeof(out));
	return code_reason(err);
}

const char *
check_history(struct check *c, struct str s)
{
	uint64_t v;

	if (str_num(s, HISTORY_MAX, &v) != 0 || v == 0)
		return "not a number from 1 to 999999 without leading zeros";
	c->row->history_no = (uint32_t)v;
	buf_puts_str(&c->row->text, s);
	return NULL;
}

const char *
check_text(struct check *c, struct str s)
{
	return text_clean(&c->row->text, s) == 0
	    ? NULL
	    : "has characters that may not be stored (controls, format "
	      "characters, a selector without kanji, bytes that are not UTF-8)";
}

const char *
check_kana(struct check *c, struct str s)
{
	return kana_clean(&c->row->text, s) == 0
	    ? NULL
	    : "not katakana; letters of a foreign name and spaces are allowed";
}

const char *
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

const char *
check_birth_text(struct check *c, struct str s)
{
	return check_written(c, s, &c->row->birth_text);
}

/*
 * A day in 和暦 (REC-03).  YYYY-MM-DD and short forms are spelled out; text is
 * taken as written.  `unknown`: a day that the calendar does not have and the
 * 14 不詳 forms are taken too (REC-04).
 */
static const char *
put_wareki(struct check *c, struct str s, bool unknown)
{
	struct era_date d = { .era = '\0' };
	struct date_text t;

	if (date_get_iso(s, &d.date) != 0) {
		if (date_text_parse(s, &t) == 0) {
			if (t.seireki)
				return "write it in 和暦 (REC-03)";
			if (t.kind != DATE_TEXT_WAREKI && !unknown)
				return "not a calendar date (REC-04)";
			return check_text(c, s);
		}
		if (date_parse(s, &d, NULL) != 0)
			return "not a date as the register writes it "
			       "(令和2年4月1日 or 2020-04-01)";
	}
	if (d.date.y < MEIJI_FIRST)
		return "before 明治; the calendar was another one";
	date_put_wareki(&c->row->text, d.date, d.era);
	return NULL;
}

const char *
check_anyday(struct check *c, struct str s)
{
	return put_wareki(c, s, true);
}

const char *
check_day(struct check *c, struct str s)
{
	return put_wareki(c, s, false);
}

/* 在留期間の満了の日: 西暦 and never 和暦 (REC-03). */
const char *
check_seireki(struct check *c, struct str s)
{
	struct date_text t;
	struct era_date d = { .era = '\0' };

	if (date_get_iso(s, &d.date) == 0) {
		date_put_seireki(&c->row->text, d.date);
		return NULL;
	}
	if (date_text_parse(s, &t) == 0 && t.kind == DATE_TEXT_SEIREKI)
		return check_text(c, s);
	return "not a calendar date in 西暦 (REC-03): 2027年3月31日 or "
	       "2027-03-31";
}

static const char *
put_word(
    struct check *c, struct str s, const char *const *list, const char *reason)
{
	if (!is_one_of(s, list))
		return reason;
	buf_puts_str(&c->row->text, s);
	return NULL;
}

const char *
check_sex(struct check *c, struct str s)
{
	return put_word(c, s, sexes, "neither 男 nor 女 nor empty");
}

const char *
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

const char *
check_relation(struct check *c, struct str s)
{
	if (!resident_relation_ok(s))
		return "not in the list of relations (REC-09): 世帯主, 妻, 子, "
		       "子の妻, 縁故者, 同居人 …";
	buf_puts_str(&c->row->text, s);
	return NULL;
}

const char *
check_nationality(struct check *c, struct str s)
{
	c->row->foreign = !str_eq(s, STR("日本"));
	return check_text(c, s);
}

const char *
check_status(struct check *c, struct str s)
{
	c->row->removed = str_eq(s, STR("除票"));
	return put_word(c, s, statuses, "neither 住民 nor 除票 nor empty");
}

const char *
check_mark(struct check *c, struct str s)
{
	return put_word(c, s, marks, "neither 仮 nor 支 nor 抑 nor empty");
}

const char *
check_yes_no(struct check *c, struct str s)
{
	return put_word(c, s, yes_nos, "neither 有 nor 無 nor empty");
}

const char *
check_checked(struct check *c, struct str s)
{
	return put_word(c, s, checkeds, "neither 確認済 nor 未確認 nor empty");
}

const char *
check_certified(struct check *c, struct str s)
{
	return put_word(c, s, certifieds,
	    "none of 未公証, 氏のみ, 名のみ, 公証済 (REC-16)");
}

const char *
check_pension(struct check *c, struct str s)
{
	return put_word(c, s, pensions,
	    "none of 第1号, 第2号, 第3号, 任意加入, 受給者, 無");
}

const char *
check_card_state(struct check *c, struct str s)
{
	return put_word(
	    c, s, card_states, "none of 未申請, 申請中, 交付済, 返納, 失効");
}

const char *
check_class(struct check *c, struct str s)
{
	return put_word(c, s, classes,
	    "none of 中長期在留者, 特別永住者, 一時庇護許可者, 仮滞在許可者, "
	    "経過滞在者（出生）, 経過滞在者（国籍喪失）");
}

/* A reading that is certified: katakana, no Latin letters (REC-16, REC-17). */
const char *
check_reading(struct check *c, struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((s.p[i] >= 'A' && s.p[i] <= 'Z') ||
		    (s.p[i] >= 'a' && s.p[i] <= 'z'))
			return "not katakana";
	return kana_clean(&c->row->text, s) == 0 ? NULL : "not katakana";
}

static bool
is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static bool
is_capital(char ch)
{
	return ch >= 'A' && ch <= 'Z';
}

static bool
is_alnum(char ch)
{
	return is_digit(ch) || is_capital(ch) || (ch >= 'a' && ch <= 'z');
}

/* Appends s with ASCII digits; the slice is what was appended. */
static struct str
put_folded(struct check *c, struct str s)
{
	size_t at = c->row->text.n;

	text_fold_digits(&c->row->text, s);
	return str_n(c->row->text.p + at, c->row->text.n - at);
}

static bool
all_are(struct str s, bool (*is)(char ch))
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!is(s.p[i]))
			return false;
	return true;
}

const char *
check_digits(struct check *c, struct str s)
{
	return all_are(put_folded(c, s), is_digit) ? NULL : "digits only";
}

const char *
check_token(struct check *c, struct str s)
{
	return all_are(put_folded(c, s), is_alnum)
	    ? NULL
	    : "ASCII letters and digits only";
}

/* 在留カード, 特別永住者証明書: AB12345678CD. */
const char *
check_card(struct check *c, struct str s)
{
	s = put_folded(c, s);
	if (s.n == 12 && all_are(str_n(s.p, 2), is_capital) &&
	    all_are(str_n(s.p + 2, 8), is_digit) &&
	    all_are(str_n(s.p + 10, 2), is_capital))
		return NULL;
	return "not two letters, eight digits, two letters";
}
