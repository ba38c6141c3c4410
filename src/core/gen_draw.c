/*
 * Draws households, people and their history from a seed.
 *
 * SECURITY: makes test data only.
 */
#include "core/gen_draw.h"

#define FOREIGN	     30	 /* households per mille */
#define VARIANT	     25	 /* names per mille */
#define LEFT	     60	 /* persons per mille with 除票 */
#define MORE_HISTORY 260 /* persons per mille with a move or a new name */

/* The day all ages are counted to, so that a seed means the same for ever. */
static const struct date gen_today = { 2026, 11, 1 };

/* splitmix64 */
static uint64_t
draw(uint64_t *rng)
{
	uint64_t z;

	*rng += UINT64_C(0x9e3779b97f4a7c15);
	z = *rng;
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* 0 … n−1 */
unsigned
gen_below(uint64_t *rng, size_t n)
{
	return (unsigned)(((draw(rng) >> 32) * n) >> 32);
}

bool
gen_chance(uint64_t *rng, unsigned permille)
{
	return gen_below(rng, 1000) < permille;
}

static int
between(uint64_t *rng, int low, int high)
{
	return low + (int)gen_below(rng, (size_t)(high - low + 1));
}

static const struct gen_name *
draw_surname(uint64_t *rng)
{
	uint64_t r;

	if (gen_chance(rng, VARIANT))
		return &gen_variants[gen_below(rng, gen_variants_count)];
	/* the square makes the first names of the table common */
	r = draw(rng) >> 32;
	r = (r * r) >> 32;
	return &gen_surnames[(r * gen_surnames_count) >> 32];
}

static const struct gen_name *
draw_given(uint64_t *rng, bool female, int age)
{
	bool old = age > 51;

	if (female)
		return old
		    ? &gen_women_old[gen_below(rng, gen_women_old_count)]
		    : &gen_women_new[gen_below(rng, gen_women_new_count)];
	return old ? &gen_men_old[gen_below(rng, gen_men_old_count)]
		   : &gen_men_new[gen_below(rng, gen_men_new_count)];
}

struct gen_address
gen_draw_address(uint64_t *rng)
{
	struct gen_address a;

	a.place = &gen_places[gen_below(rng, gen_places_count)];
	a.block = 1 + gen_below(rng, 30);
	a.house = 1 + gen_below(rng, 25);
	a.room = gen_chance(rng, 350)
	    ? 101 + 100 * gen_below(rng, 9) + gen_below(rng, 8)
	    : 0;
	return a;
}

static struct gen_person
draw_person(uint64_t *rng, const struct gen_name *surname, bool female, int age,
    const char *relation)
{
	struct gen_person p = { .surname = surname,
		.maiden = surname,
		.relation = relation,
		.female = female,
		.age = age < 0 ? 0 : age };

	p.given = draw_given(rng, female, p.age);
	p.birth = date_add_days(gen_today,
	    -(int64_t)p.age * 365 - p.age / 4 - 1 -
		(int64_t)gen_below(rng, 364));
	return p;
}

static size_t
add_children(uint64_t *rng, struct gen_person *family, size_t n, int parent)
{
	static const char *const rel[] = { "子" };
	size_t want = 1 + gen_below(rng, 3);
	int age;

	while (want-- > 0 && n < GEN_FAMILY_MAX) {
		age = parent - between(rng, 22, 38);
		if (age < 0 || (age > 35 && !gen_chance(rng, 300)))
			continue;
		family[n] = draw_person(
		    rng, family[0].surname, gen_chance(rng, 490), age, rel[0]);
		n++;
	}
	return n;
}

static size_t
add_spouse(uint64_t *rng, struct gen_person *family, size_t n)
{
	struct gen_person *head = &family[0];
	bool unregistered = gen_chance(rng, 20);
	int age = head->age + between(rng, -6, 4);

	if (age < 18)
		age = 18;
	family[n] = draw_person(rng, head->surname, !head->female, age,
	    head->female ? (unregistered ? "夫（未届）" : "夫")
			 : (unregistered ? "妻（未届）" : "妻"));
	if (unregistered)
		family[n].surname = draw_surname(rng);
	family[n].maiden = unregistered ? family[n].surname : draw_surname(rng);
	return n + 1;
}

/* The three generations: parents of the head. */
static size_t
add_parents(uint64_t *rng, struct gen_person *family, size_t n)
{
	int age = family[0].age + between(rng, 22, 34);
	size_t i;

	for (i = 0; i < 2 && n < GEN_FAMILY_MAX; i++) {
		if (age > 103 || gen_chance(rng, 350))
			continue;
		family[n] = draw_person(
		    rng, family[0].surname, i == 1, age, i == 1 ? "母" : "父");
		family[n].maiden = draw_surname(rng);
		n++;
		age -= between(rng, 0, 4);
	}
	return n;
}

/* Sisters, brothers, the child's family, lodgers. */
static size_t
add_others(uint64_t *rng, struct gen_person *family, size_t n)
{
	static const struct {
		const char *relation;
		int younger;
		bool female;
		bool same_name;
	} rows[] = {
		{ "姉", -3, true, true },
		{ "妹", 4, true, true },
		{ "兄", -2, false, true },
		{ "弟", 3, false, true },
		{ "子の妻", 26, true, true },
		{ "子の子", 52, false, true },
		{ "妻の母", -24, true, false },
		{ "縁故者", 10, false, false },
		{ "同居人", 2, true, false },
	};
	size_t i = gen_below(rng, sizeof(rows) / sizeof(rows[0]));
	int age = family[0].age - rows[i].younger;

	if (age < 0 || age > 103)
		return n;
	family[n] = draw_person(rng,
	    rows[i].same_name ? family[0].surname : draw_surname(rng),
	    rows[i].female, age, rows[i].relation);
	return n + 1;
}

static size_t
draw_japanese(uint64_t *rng, struct gen_person *family)
{
	unsigned kind = gen_below(rng, 100);
	bool single = kind < 38;
	bool parent_alone = kind >= 83 && kind < 92;
	int age = single ? between(rng, 19, 96) : between(rng, 24, 84);
	size_t n = 1;

	family[0] = draw_person(rng, draw_surname(rng),
	    gen_chance(rng, single || parent_alone ? 550 : 150), age, "世帯主");
	if (single)
		return n;
	if (!parent_alone && kind < 98)
		n = add_spouse(rng, family, n);
	if (kind >= 58 && kind < 98)
		n = add_children(rng, family, n, age < 70 ? age : 60);
	if (kind >= 92 && kind < 98)
		n = add_parents(rng, family, n);
	if (kind >= 98)
		n = add_others(rng, family, n);
	return n;
}

static size_t
draw_foreign(uint64_t *rng, struct gen_person *family)
{
	size_t n = gen_chance(rng, 300) ? 2 : 1;
	size_t i;

	for (i = 0; i < n; i++) {
		family[i] = draw_person(rng, &gen_surnames[0], false,
		    between(rng, 18, 62), i == 0 ? "世帯主" : "同居人");
		family[i].foreigner =
		    &gen_foreigners[gen_below(rng, gen_foreigners_count)];
	}
	return n;
}

static struct date
draw_day(uint64_t *rng, struct date from, struct date until)
{
	int64_t days = date_days(until) - date_days(from);

	if (days <= 0)
		return until;
	return date_add_days(from, 1 + gen_below(rng, (size_t)days));
}

/* A day, and the days of the events before it in order. */
size_t
gen_draw_history(uint64_t *rng, const struct gen_person *p, struct gen_event *e,
    const struct gen_address *home, bool *removed)
{
	struct date since =
	    date_add_days(gen_today, -(int64_t)gen_below(rng, 12000) - 60);
	size_t n = 1;
	size_t i;

	*removed = gen_chance(rng, LEFT) && p->age >= 18;
	e[0].kind = GEN_MOVED_IN;
	e[0].when = since;
	if (date_cmp(since, p->birth) <= 0 ||
	    (p->foreigner == NULL && p->age < 50 && gen_chance(rng, 450))) {
		e[0].kind = GEN_BORN;
		e[0].when = p->birth;
	}
	if (p->maiden != p->surname && p->age >= 20 && gen_chance(rng, 250))
		e[n++].kind = GEN_MARRIED;
	while (n < GEN_EVENTS_MAX - 1 && gen_chance(rng, MORE_HISTORY))
		e[n++].kind = GEN_MOVED;
	if (*removed)
		e[n++].kind =
		    p->age >= 65 && gen_chance(rng, 700) ? GEN_DIED : GEN_LEFT;
	for (i = 1; i < n; i++) {
		since = e[i - 1].when;
		if (e[i].kind == GEN_MARRIED &&
		    date_cmp(since, date_add_months(p->birth, 240)) < 0)
			since = date_add_months(p->birth, 240);
		e[i].when = draw_day(rng, since, gen_today);
	}
	e[n - 1].where = *home;
	e[n - 1].surname = p->surname;
	for (i = n - 1; i-- > 0;) {
		e[i].where = e[i + 1].kind == GEN_MOVED ? gen_draw_address(rng)
							: e[i + 1].where;
		e[i].surname =
		    e[i + 1].kind == GEN_MARRIED ? p->maiden : e[i + 1].surname;
	}
	return n;
}

size_t
gen_draw_family(uint64_t *rng, struct gen_person *family)
{
	return gen_chance(rng, FOREIGN) ? draw_foreign(rng, family)
					: draw_japanese(rng, family);
}
