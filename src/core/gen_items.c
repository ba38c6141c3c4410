/*
 * Draws the items of App. F for invented people: plausible, nobody's.
 *
 * SECURITY: makes test data only.
 */
#include "core/gen_row.h"

/* 外国人住民 exist in the register since this day (住民基本台帳法 改正) */
static const struct date foreign_register = { 2012, 7, 9 };

void
gen_begin(struct gen *g, struct gen_row *d, enum resident_column col)
{
	d->at[col][0] = g->text.n;
}

void
gen_end(struct gen *g, struct gen_row *d, enum resident_column col)
{
	d->at[col][1] = g->text.n;
}

void
gen_set(
    struct gen *g, struct gen_row *d, enum resident_column col, const char *z)
{
	gen_begin(g, d, col);
	buf_puts(&g->text, z);
	gen_end(g, d, col);
}

static void
set_date(
    struct gen *g, struct gen_row *d, enum resident_column col, struct date day)
{
	gen_begin(g, d, col);
	date_put_wareki(&g->text, day, 0);
	gen_end(g, d, col);
}

static void
yes_no(struct gen *g, struct gen_row *d, enum resident_column col, bool yes)
{
	gen_set(g, d, col, yes ? "有" : "無");
}

static bool
chance(struct gen *g, unsigned permille)
{
	return gen_chance(&g->items_rng, permille);
}

static unsigned
below(struct gen *g, unsigned n)
{
	return gen_below(&g->items_rng, n);
}

static const char *
pension_of(struct gen *g, int age)
{
	static const char *const kinds[] = { "第1号", "第2号", "第2号",
		"第3号" };

	if (age >= 65)
		return "受給者";
	return age >= 20 && age < 60 ? kinds[below(g, 4)] : "無";
}

static void
set_card(struct gen *g, struct gen_row *d)
{
	unsigned dice = below(g, 100);

	gen_set(g, d, RESIDENT_card_state,
	    dice < 76	    ? "交付済"
		: dice < 80 ? "申請中"
			    : "未申請");
	if (dice >= 76)
		return;
	gen_begin(g, d, RESIDENT_cert_serial);
	buf_printf(
	    &g->text, "%08X%08X", below(g, 1u << 31), below(g, 1u << 31));
	gen_end(g, d, RESIDENT_cert_serial);
}

static void
set_card_number(struct gen *g, struct gen_row *d, enum resident_column col)
{
	struct buf *b = &g->text;

	gen_begin(g, d, col);
	buf_printf(b, "%c%c%08u%c%c", 'A' + (int)below(g, 26),
	    'A' + (int)below(g, 26), below(g, 100000000),
	    'A' + (int)below(g, 26), 'A' + (int)below(g, 26));
	gen_end(g, d, col);
}

/* 法30条の45 */
static void
set_residence(struct gen *g, struct gen_row *d, const struct gen_person *p)
{
	static const struct {
		const char *status;
		const char *period;
		int months;
	} stays[] = {
		{ "永住者", "", 0 },
		{ "技能実習1号ロ", "1年", 12 },
		{ "特定技能1号", "1年", 12 },
		{ "技術・人文知識・国際業務", "3年", 36 },
		{ "留学", "2年", 24 },
		{ "日本人の配偶者等", "3年", 36 },
		{ "定住者", "5年", 60 },
	};
	unsigned k = below(g, sizeof(stays) / sizeof(stays[0]));
	struct date until = { 2026, 11, 2 };

	if (str_starts(str_of(p->foreigner->nationality), STR("韓国")) &&
	    chance(g, 600)) {
		gen_set(g, d, RESIDENT_class_30_45, "特別永住者");
		set_card_number(g, d, RESIDENT_special_card);
		return;
	}
	gen_set(g, d, RESIDENT_class_30_45, "中長期在留者");
	gen_set(g, d, RESIDENT_residence_status, stays[k].status);
	gen_set(g, d, RESIDENT_residence_period, stays[k].period);
	set_card_number(g, d, RESIDENT_residence_card);
	if (stays[k].months == 0)
		return;
	until = date_add_days(until, below(g, (unsigned)stays[k].months * 30));
	gen_begin(g, d, RESIDENT_residence_until);
	date_put_seireki(&g->text, until);
	gen_end(g, d, RESIDENT_residence_until);
}

void
gen_person_items(struct gen *g, struct gen_row *d, const struct gen_person *p)
{
	bool foreign = p->foreigner != NULL;
	int age = p->age;

	gen_set(
	    g, d, RESIDENT_kana_checked, chance(g, 900) ? "確認済" : "未確認");
	yes_no(g, d, RESIDENT_ward, age >= 70 && chance(g, 6));
	yes_no(g, d, RESIDENT_insurance_nhi, age < 75 && chance(g, 230));
	yes_no(g, d, RESIDENT_insurance_old, age >= 75);
	yes_no(g, d, RESIDENT_insurance_care, age >= 65);
	gen_set(g, d, RESIDENT_pension, pension_of(g, age));
	yes_no(g, d, RESIDENT_child_allowance,
	    age >= 24 && age < 52 && chance(g, 350));
	set_card(g, d);
	gen_begin(g, d, RESIDENT_sort_no);
	buf_printf(&g->text, "%u", g->member);
	gen_end(g, d, RESIDENT_sort_no);
	if (foreign)
		set_residence(g, d, p);
	else
		yes_no(g, d, RESIDENT_voter, age >= 18);
}

/* ---- what events change ------------------------------------------------- */

static const char *const towns[] = { "石川県金沢市", "新潟県新潟市中央区",
	"東京都世田谷区", "愛知県名古屋市千種区", "大阪府大阪市北区",
	"岐阜県高山市" };

static void
set_place(struct gen *g, struct gen_row *d, enum resident_column col)
{
	gen_begin(g, d, col);
	buf_printf(&g->text, "%s例示町%u番地",
	    towns[below(g, sizeof(towns) / sizeof(towns[0]))],
	    1 + below(g, 99));
	gen_end(g, d, col);
}

static void
set_koseki(struct gen *g, struct gen_row *d, const struct gen_name *surname,
    const struct gen_person *head, const struct gen_place *place)
{
	gen_begin(g, d, RESIDENT_honseki);
	buf_printf(
	    &g->text, "富山県富山市%s%u番地", place->street, 1 + below(g, 99));
	gen_end(g, d, RESIDENT_honseki);
	gen_begin(g, d, RESIDENT_koseki_head);
	buf_printf(&g->text, "%s　%s", surname->kanji, head->given->kanji);
	gen_end(g, d, RESIDENT_koseki_head);
}

/* REC-16: two thirds are certified, the halves are rare. */
static void
set_furigana(struct gen *g, struct gen_row *d, const struct gen_name *surname,
    const struct gen_name *given)
{
	static const char *const statuses[] = { "公証済", "氏のみ", "名のみ",
		"未公証" };
	unsigned dice = below(g, 100);
	unsigned k = dice < 64 ? 0 : dice < 66 ? 1 : dice < 68 ? 2 : 3;

	gen_set(g, d, RESIDENT_furigana_status, statuses[k]);
	gen_begin(g, d, RESIDENT_furigana);
	if (k == 0 || k == 1)
		buf_puts(&g->text, surname->kana);
	if (k == 0)
		buf_puts(&g->text, "　");
	if (k == 0 || k == 2)
		buf_puts(&g->text, given->kana);
	gen_end(g, d, RESIDENT_furigana);
}

static void
set_japanese(struct gen *g, struct gen_row *d, const struct gen_person *p,
    const struct gen_person *head, const struct gen_event *events, size_t i)
{
	const struct gen_event *e = &events[i];

	set_date(g, d, RESIDENT_resident_since, events[0].when);
	if (i == 0 || e->kind == GEN_MARRIED) {
		set_koseki(g, d, e->surname, head, e->where.place);
		set_furigana(g, d, e->surname, p->given);
	}
	if (e->kind == GEN_MARRIED && p->maiden != e->surname &&
	    chance(g, 60)) {
		gen_set(g, d, RESIDENT_former_surname, p->maiden->kanji);
		gen_set(g, d, RESIDENT_former_furigana, p->maiden->kana);
	}
}

static void
set_foreign(struct gen *g, struct gen_row *d, const struct gen_person *p,
    const struct gen_event *events)
{
	struct date since = events[0].when;

	if (date_cmp(since, foreign_register) < 0)
		since = foreign_register;
	set_date(g, d, RESIDENT_foreign_since, since);
	if (p->foreigner->alias[0] == '\0')
		return;
	set_date(g, d, RESIDENT_alias_on, since);
	gen_set(g, d, RESIDENT_alias_on_city, "富山県富山市");
}

static void
set_removed(struct gen *g, struct gen_row *d, const struct gen_event *e)
{
	gen_set(g, d, RESIDENT_removed_reason,
	    e->kind == GEN_DIED ? "死亡" : "転出");
	set_date(g, d, RESIDENT_removed_on, e->when);
	if (e->kind == GEN_DIED)
		return;
	set_place(g, d, RESIDENT_moved_to_planned);
	d->at[RESIDENT_moved_to][0] = d->at[RESIDENT_moved_to_planned][0];
	d->at[RESIDENT_moved_to][1] = d->at[RESIDENT_moved_to_planned][1];
	set_date(g, d, RESIDENT_moved_out_on, e->when);
	set_date(g, d, RESIDENT_move_notice_on, date_add_days(e->when, 9));
}

void
gen_event_items(struct gen *g, struct gen_row *d, const struct gen_person *p,
    const struct gen_person *head, const struct gen_event *events, size_t i)
{
	const struct gen_event *e = &events[i];

	set_date(g, d, RESIDENT_notified_on, e->when);
	set_date(g, d, RESIDENT_processed_on, e->when);
	if (i == 0 || e->kind == GEN_MOVED) {
		set_date(g, d, RESIDENT_address_since, e->when);
		gen_begin(g, d, RESIDENT_address_code);
		buf_printf(&g->text, "16201%06u", 1000 + e->where.block * 10);
		gen_end(g, d, RESIDENT_address_code);
	}
	if (e->kind == GEN_MOVED_IN)
		set_place(g, d, RESIDENT_previous_address);
	if (p->foreigner == NULL)
		set_japanese(g, d, p, head, events, i);
	else
		set_foreign(g, d, p, events);
	if (e->kind == GEN_DIED || e->kind == GEN_LEFT)
		set_removed(g, d, e);
}
