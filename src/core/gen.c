/*
 * Writes drawn people as rows of the residents' file.
 *
 * SECURITY: makes test data only.  The numbers have valid check digits and
 * belong, as far as anybody can tell, to nobody; a site that holds them says
 * so on every screen (HelloAns.synthetic).
 */
#include "core/gen.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/codes.h"
#include "core/err.h"
#include "core/gen_row.h"

#define PIECE	     ((size_t)256 * 1024)
#define FIRST_PERSON INT64_C(100000001)
#define FIRST_HOUSE  INT64_C(500000001)

/* Steps through all bodies of 11 and 10 digits without repeating one. */
#define NUMBER_STEP UINT64_C(61803398879)
#define NUMBER_MOD  UINT64_C(100000000000)
#define CODE_STEP   UINT64_C(7320508077)
#define START_STEP  UINT64_C(0x9e3779b97f4a7c15)
#define CODE_MOD    UINT64_C(10000000000)
#define ITEMS_SEED  UINT64_C(0x4954454d53)

/* 個人番号 exist since this day (番号法 附則) */
static const struct date numbers_since = { 2015, 10, 5 };

static const char *const event_names[] = {
	[GEN_BORN] = "出生",
	[GEN_MOVED_IN] = "転入",
	[GEN_MOVED] = "転居",
	[GEN_MARRIED] = "婚姻",
	[GEN_DIED] = "死亡",
	[GEN_LEFT] = "転出",
};

/* Body digits and the check digit behind them. */
static void
set_code(struct gen *g, struct gen_row *d, enum resident_column col,
    uint64_t body, int digits, int (*check)(struct str))
{
	char z[24];
	int n = snprintf(z, sizeof(z), "%0*" PRIu64, digits, body);

	gen_begin(g, d, col);
	buf_put(&g->text, z, (size_t)n);
	buf_putc(&g->text, (char)('0' + check(str_n(z, (size_t)n))));
	gen_end(g, d, col);
}

/* Written once per person: the columns that no event changes. */
static void
set_numbers(struct gen *g, struct gen_row *d, bool with_number)
{
	uint64_t i = g->persons;

	set_code(
	    g, d, RESIDENT_resident_no, FIRST_PERSON + i, 9, code_atena_digit);
	set_code(g, d, RESIDENT_household_no, FIRST_HOUSE + g->houses, 9,
	    code_atena_digit);
	set_code(g, d, RESIDENT_jumin_code,
	    (i * CODE_STEP + g->code_at) % CODE_MOD, 10, code_jumin_digit);
	if (with_number)
		set_code(g, d, RESIDENT_my_number,
		    (i * NUMBER_STEP + g->number_at) % NUMBER_MOD, 11,
		    code_my_number_digit);
}

/* The few births of which the register does not know the day (REC-04). */
static void
put_unknown_birth(struct gen *g, const struct gen_person *p)
{
	struct buf *b = &g->text;
	int year = p->birth.y - 1925; /* 昭和 */
	int m = p->birth.m;

	switch (gen_below(&g->rng, 6)) {
	case 0:
		buf_printf(b, "昭和%d年頃", year);
		break;
	case 1:
		buf_printf(b, "昭和%d年　月日不詳", year);
		break;
	case 2:
		buf_printf(b, "昭和%d年%d月　日不詳", year, m);
		break;
	case 3:
		buf_printf(b, "推定昭和%d年%d月%d日", year, m, p->birth.d);
		break;
	case 4:
		buf_printf(b, "昭和%d年春", year);
		break;
	default:
		buf_puts(b, "年月日不詳");
		break;
	}
}

static void
set_birth(struct gen *g, struct gen_row *d, const struct gen_person *p)
{
	bool unknown = p->foreigner == NULL && p->birth.y > 1926 &&
	    p->birth.y < 1950 && gen_chance(&g->rng, 3);

	gen_begin(g, d, RESIDENT_birth_date);
	if (!unknown)
		date_put_iso(&g->text, p->birth);
	gen_end(g, d, RESIDENT_birth_date);
	gen_begin(g, d, RESIDENT_birth_date_text);
	if (unknown)
		put_unknown_birth(g, p);
	else if (p->foreigner != NULL)
		date_put_seireki(&g->text, p->birth);
	else
		date_put_wareki(
		    &g->text, p->birth, gen_chance(&g->rng, 500) ? 'T' : 0);
	gen_end(g, d, RESIDENT_birth_date_text);
}

static void
set_person(struct gen *g, struct gen_row *d, const struct gen_person *p)
{
	static const char *const marks[] = { "支", "支", "支", "支", "支", "抑",
		"抑", "抑", "仮", "仮" };
	const struct gen_foreigner *f = p->foreigner;

	set_birth(g, d, p);
	gen_set(g, d, RESIDENT_sex,
	    f != NULL	    ? f->sex
		: p->female ? "女"
			    : "男");
	gen_set(g, d, RESIDENT_relation, p->relation);
	gen_set(
	    g, d, RESIDENT_nationality, f != NULL ? f->nationality : "日本");
	if (f != NULL) {
		gen_set(g, d, RESIDENT_name, f->name);
		gen_set(g, d, RESIDENT_name_kana, f->kana);
		gen_set(g, d, RESIDENT_alias, f->alias);
	}
	if (gen_chance(&g->rng, g->o->protected_permille))
		gen_set(
		    g, d, RESIDENT_protected, marks[gen_below(&g->rng, 10)]);
}

static void
set_name(struct gen *g, struct gen_row *d, const struct gen_person *p,
    const struct gen_name *surname)
{
	gen_begin(g, d, RESIDENT_name);
	buf_puts(&g->text, surname->kanji);
	buf_puts(&g->text, "　");
	buf_puts(&g->text, p->given->kanji);
	gen_end(g, d, RESIDENT_name);
	gen_begin(g, d, RESIDENT_name_kana);
	buf_puts(&g->text, surname->kana);
	buf_puts(&g->text, "　");
	buf_puts(&g->text, p->given->kana);
	gen_end(g, d, RESIDENT_name_kana);
}

static void
set_event(
    struct gen *g, struct gen_row *d, const struct gen_event *e, size_t no)
{
	bool gone = e->kind == GEN_DIED || e->kind == GEN_LEFT;

	gen_begin(g, d, RESIDENT_history_no);
	buf_printf(&g->text, "%zu", no);
	gen_end(g, d, RESIDENT_history_no);
	gen_set(g, d, RESIDENT_postal_code, e->where.place->postal);
	gen_begin(g, d, RESIDENT_address);
	buf_printf(&g->text, "富山市%s%u番%u号", e->where.place->street,
	    e->where.block, e->where.house);
	if (e->where.room != 0)
		buf_printf(&g->text, "　%u号室", e->where.room);
	gen_end(g, d, RESIDENT_address);
	gen_set(g, d, RESIDENT_status, gone ? "除票" : "住民");
	gen_set(g, d, RESIDENT_event, event_names[e->kind]);
	gen_begin(g, d, RESIDENT_event_date);
	date_put_wareki(&g->text, e->when, 0);
	gen_end(g, d, RESIDENT_event_date);
}

static void
put_row(struct gen *g, const struct gen_row *d)
{
	struct str v[RESIDENT_COUNT];
	size_t i;

	if (g->text.err != 0) {
		g->out.err = g->text.err;
		return;
	}
	for (i = 0; i < RESIDENT_COUNT; i++)
		v[i] =
		    str_n(g->text.p + d->at[i][0], d->at[i][1] - d->at[i][0]);
	csv_put_record(&g->out, v, RESIDENT_COUNT);
}

static int
flush(struct gen *g)
{
	int err = g->out.err;

	if (err == 0 && g->out.n > 0)
		err = g->sink(g->ctx, buf_str(&g->out));
	buf_clear(&g->out);
	return err;
}

static int
put_person(struct gen *g, const struct gen_person *p,
    const struct gen_person *head, const struct gen_address *home)
{
	struct gen_event events[GEN_EVENTS_MAX];
	struct gen_row d = { { { 0, 0 } } };
	bool removed;
	size_t n = gen_draw_history(&g->rng, p, events, home, &removed);
	size_t i;

	buf_clear(&g->text);
	set_numbers(g, &d,
	    !removed || date_cmp(events[n - 1].when, numbers_since) >= 0);
	set_person(g, &d, p);
	gen_person_items(g, &d, p);
	for (i = 0; i < n; i++) {
		if (p->foreigner == NULL)
			set_name(g, &d, p, events[i].surname);
		set_event(g, &d, &events[i], i + 1);
		gen_event_items(g, &d, p, head, events, i);
		put_row(g, &d);
	}
	g->persons++;
	return g->out.n >= PIECE || g->out.err != 0 ? flush(g) : 0;
}

static int
put_household(struct gen *g)
{
	struct gen_person family[GEN_FAMILY_MAX];
	struct gen_address home = gen_draw_address(&g->rng);
	size_t n;
	size_t i;
	int err = 0;

	n = gen_draw_family(&g->rng, family);
	for (i = 0; i < n && g->persons < g->o->count && err == 0; i++) {
		g->member = (unsigned)i + 1;
		err = put_person(g, &family[i], &family[0], &home);
	}
	g->houses++;
	return err;
}

int
gen_residents(const struct gen_options *o, gen_sink *sink, void *ctx)
{
	struct gen g = { .o = o, .sink = sink, .ctx = ctx, .rng = o->seed };
	int err = 0;

	if (o->count > GEN_COUNT_MAX || o->protected_permille > 1000)
		return ERR_RANGE;
	g.items_rng = o->seed ^ ITEMS_SEED;
	g.code_at = (o->seed + 1) * START_STEP % CODE_MOD;
	g.number_at = (o->seed + 2) * START_STEP % NUMBER_MOD;
	resident_put_header(&g.out);
	while (err == 0 && g.persons < o->count)
		err = put_household(&g);
	if (err == 0)
		err = flush(&g);
	buf_release(&g.out);
	buf_release(&g.text);
	return err;
}
