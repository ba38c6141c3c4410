/*
 * The search: which index leads to the candidates.
 *
 * SECURITY: the indexes only propose; every candidate is held against its own
 * rows (search_fit.c), where a place decides nothing about a protected person
 * (DESIGN promise 3, decision D5).
 */
#include "store/search_impl.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/utf8.h"

#define KEY_ROW(name, kind, blank) { #name, SEARCH_##kind, blank },
static const struct {
	const char *name;
	enum search_kind kind;
	bool blank;
} keys[SEARCH_KEYS] = { SEARCH_KEY_LIST(KEY_ROW) };
#undef KEY_ROW

const char *
search_key_name(enum search_key k)
{
	return keys[k].name;
}

enum search_kind
search_key_kind(enum search_key k)
{
	return keys[k].kind;
}

int
search_key_blank(struct str name, enum search_key *out)
{
	int k;

	for (k = 0; k < SEARCH_KEYS; k++) {
		if (keys[k].blank && str_eqz(name, keys[k].name)) {
			*out = (enum search_key)k;
			return 0;
		}
	}
	return ERR_NOTFOUND;
}

static bool
asked(const struct search_query *q, enum search_key k)
{
	return q->v[k].n > 0 || q->blank[k];
}

/* Is anything of this kind asked for?  NUMBER: a number, not its absence. */
static bool
has_kind(const struct search_query *q, enum search_kind kind)
{
	int k;

	for (k = 0; k < SEARCH_KEYS; k++)
		if (keys[k].kind == kind &&
		    (q->v[k].n > 0 || (q->blank[k] && kind != SEARCH_NUMBER)))
			return true;
	return false;
}

int
search_enough(const struct search_query *q, const char **item)
{
	*item = NULL;
	if (has_kind(q, SEARCH_NUMBER) || q->v[SEARCH_household_no].n > 0)
		return 0;
	if (!has_kind(q, SEARCH_NAME))
		*item = "name";
	else if (!has_kind(q, SEARCH_BIRTH) && !has_kind(q, SEARCH_PLACE))
		*item = "birth";
	return *item == NULL ? 0 : ERR_MISSING;
}

const char *
search_hit_word(const struct search_hit *h)
{
	static const char *const words[][2] = {
		[NAMEKEY_EXACT_WHOLE] = { "name", "past-name" },
		[NAMEKEY_EXACT_PART] = { "name-part", "past-name-part" },
		[NAMEKEY_FOLD_WHOLE] = { "variant", "past-variant" },
		[NAMEKEY_FOLD_PART] = { "variant-part", "past-variant-part" },
		[NAMEKEY_KANA_WHOLE] = { "kana", "past-kana" },
		[NAMEKEY_KANA_PART] = { "kana-part", "past-kana-part" },
		[NAMEKEY_NONE] = { "names", "names" },
	};

	return h->by_number ? "number" : words[h->rank][h->past];
}

/* ---- candidates --------------------------------------------------------- */

static int
keep(struct wire_arena *a, struct str s, struct str *out)
{
	char *p = wire_alloc(a, s.n + 1);

	*out = (struct str){ 0 };
	if (p == NULL)
		return ERR_LIMIT;
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	*out = str_n(p, s.n);
	return 0;
}

static bool
already(const struct search *s, struct str no)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (str_eq(s->hits[i].p.resident_no, no))
			return true;
	return false;
}

static int
consider(struct search *s, struct str no)
{
	struct search_hit *h = &s->hits[s->n];
	struct fit f;
	bool yes;
	int err;

	if (already(s, no))
		return 0;
	err = search_fits(s, no, &f, &yes);
	if (err != 0 || !yes)
		return err;
	*h = (struct search_hit){ .rank = f.both,
		.past = f.now > f.both,
		.by_number = s->by_number };
	err = keep(s->a, no, &h->p.resident_no);
	if (err == 0)
		s->n++;
	return err;
}

/* Everybody a statement names, until there are too many. */
static int
collect(struct search *s, struct db_query *q)
{
	int rc = 0;

	while (s->n <= s->limit && (rc = db_step(q)) == 1) {
		rc = consider(s, db_text(q, 0));
		if (rc != 0)
			break;
	}
	db_done(q);
	return rc < 0 ? rc : 0;
}

static int
by_birth(struct search *s)
{
	struct db_query *q;

	q = db_query(s->db,
	    "SELECT resident_no FROM find_name WHERE birth=?1"
	    " AND (?2='' OR instr(kana_key,?2)>0)"
	    " AND (?2<>'' OR ?3='' OR instr(name_key,?3)>0)");
	db_bind_text(q, s->q->v[SEARCH_birth]);
	db_bind_text(q, buf_str(&s->kana));
	db_bind_text(q, buf_str(&s->name));
	return collect(s, q);
}

static int
by_exact(struct search *s)
{
	bool kana = s->kana.n > 0;
	struct db_query *q;

	if (kana)
		q = db_query(s->db,
		    "SELECT resident_no FROM find_name WHERE kana_key=?");
	else
		q = db_query(s->db,
		    "SELECT resident_no FROM find_name WHERE name_key=?");
	db_bind_text(q, buf_str(kana ? &s->kana : &s->name));
	return collect(s, q);
}

#define RARE_CHARS 8

/*
 * The part of an address key that few share: what stands behind the city,
 * which all share, and no more of it than pays.  A part of the key finds
 * more, never less.
 */
static struct str
rare_part(struct str key)
{
	struct str rest = key;
	struct str out = key;
	unsigned n = 0;
	int32_t cp;

	while ((cp = utf8_next(&rest)) > 0 && (cp < '0' || cp > '9'))
		if (cp == 0x5e02 /* 市 */ || cp == 0x533a /* 区 */ ||
		    cp == 0x90e1 /* 郡 */)
			out = rest;
	for (rest = out; n < RARE_CHARS && rest.n > 0; n++)
		(void)utf8_next(&rest);
	out.n -= rest.n;
	return n >= 2 ? out : key; /* nothing behind it: the whole */
}

/* Three letters at a time where the index has them: fewer words to compare. */
static void
add_phrase(struct search *s, const char *column, const struct buf *key)
{
	bool place = strcmp(column, "place") == 0;
	struct str part = place ? rare_part(buf_str(key)) : buf_str(key);
	unsigned n = strcmp(column, "name") == 0 ? 2 : 3;

	buf_clear(&s->scratch);
	search_grams(&s->scratch, part, n);
	if (s->scratch.n == 0 && n == 3)
		search_grams(&s->scratch, part, n = 2);
	if (s->scratch.n == 0) /* one character has no bigram */
		return;
	if (s->match.n > 0)
		buf_puts(&s->match, " AND ");
	buf_printf(&s->match, "%s%s : (\"", column, n == 3 ? "3" : "");
	buf_puts_str(&s->match, buf_str(&s->scratch));
	buf_puts(&s->match, place ? "\" OR " SEARCH_ANYWHERE ")" : "\")");
}

/*
 * Only parts of names are asked for: then the index itself knows whether
 * they are too many to list, and nobody has to be looked at.
 */
static bool
only_names(const struct search_query *q)
{
	int k;

	for (k = 0; k < SEARCH_KEYS; k++)
		if (asked(q, (enum search_key)k) && keys[k].kind != SEARCH_NAME)
			return false;
	return !q->exact && !q->whole && !q->blank[SEARCH_name] &&
	    !q->blank[SEARCH_kana];
}

static int
too_many(struct search *s, bool *yes)
{
	struct db_query *q;
	int err;

	q = db_query(s->db,
	    "SELECT count(*) FROM (SELECT 1 FROM find_gram"
	    " WHERE find_gram MATCH ? LIMIT ?)");
	db_bind_text(q, buf_str(&s->match));
	db_bind_int(q, (int64_t)s->limit + 1);
	err = db_one(q);
	*yes = err == 0 && (size_t)db_int(q, 0) > s->limit;
	db_done(q);
	return err;
}

static int
by_grams(struct search *s)
{
	struct db_query *q;
	bool yes = false;
	int err = s->match.err;

	/* one letter beside a longer part is not in the expression */
	if (err == 0 && only_names(s->q) && (s->kana.n == 0 || s->name.n == 0))
		err = too_many(s, &yes);
	if (err != 0)
		return err;
	if (yes) {
		s->n = s->limit + 1;
		return 0;
	}
	q = db_query(s->db,
	    "SELECT i.resident_no FROM find_gram g CROSS JOIN find_id i"
	    " ON i.id=g.rowid WHERE find_gram MATCH ?");
	db_bind_text(q, buf_str(&s->match));
	return collect(s, q);
}

/*
 * The members of a household; beside a name also the protected people of
 * that name, whatever household they are of.
 */
static int
by_household(struct search *s)
{
	struct db_query *q;
	int err;

	q = db_query(s->db,
	    "SELECT resident_no FROM person WHERE household_no=?"
	    " AND mark='' ORDER BY resident_no");
	db_bind_text(q, s->q->v[SEARCH_household_no]);
	err = collect(s, q);
	if (err != 0 || s->kana.n + s->name.n == 0)
		return err;
	buf_puts(&s->match, s->match.n > 0 ? " AND " : "");
	buf_puts(&s->match, "place : " SEARCH_ANYWHERE);
	return by_grams(s);
}

static int
candidates(struct search *s)
{
	const struct search_query *q = s->q;

	if (s->by_number)
		return consider(s, s->resident_no);
	if (asked(q, SEARCH_birth))
		return by_birth(s);
	if ((q->exact || q->whole) && s->kana.n + s->name.n > 0)
		return by_exact(s);
	add_phrase(s, "kana", &s->kana);
	add_phrase(s, "name", &s->name);
	if (q->v[SEARCH_household_no].n > 0)
		return by_household(s);
	add_phrase(s, "place", &s->address);
	add_phrase(s, "place", &s->building);
	if (s->match.n == 0)
		return ERR_LIMIT; /* nothing narrow enough leads anywhere */
	return by_grams(s);
}

/* ---- numbers ------------------------------------------------------------ */

/* Whose number is it?  All numbers given must be of one person. */
static int
owner(struct search *s, const char *sql, struct str number)
{
	struct db_query *q;
	struct str no;
	int err;

	if (number.n == 0)
		return 0;
	q = db_query(s->db, sql);
	db_bind_text(q, number);
	err = db_one(q);
	if (err == 0)
		err = keep(s->a, db_text(q, 0), &no);
	db_done(q);
	if (err != 0)
		return err;
	if (s->by_number && !str_eq(no, s->resident_no))
		return ERR_NOTFOUND;
	s->by_number = true;
	s->resident_no = no;
	return 0;
}

static int
owners(struct search *s)
{
	const struct str *v = s->q->v;
	int err;

	err = owner(s, "SELECT resident_no FROM person WHERE jumin_code=?",
	    v[SEARCH_jumin_code]);
	if (err == 0)
		err =
		    owner(s, "SELECT resident_no FROM person WHERE my_number=?",
			v[SEARCH_my_number]);
	if (err == 0)
		err = owner(s,
		    "SELECT resident_no FROM person WHERE resident_no=?",
		    v[SEARCH_resident_no]);
	if (err == 0)
		err = owner(s, "SELECT resident_no FROM find_no WHERE number=?",
		    v[SEARCH_card_no]);
	return err;
}

/* ---- the whole ---------------------------------------------------------- */

/* Keys of the conditions; one that has no key cannot be searched for. */
static int
make_keys(struct search *s, const char **bad)
{
	const struct {
		enum search_key k;
		struct buf *key;
		int (*make)(struct buf *, struct str);
	} made[] = {
		{ SEARCH_kana, &s->kana, namekey_kana },
		{ SEARCH_name, &s->name, namekey_name },
		{ SEARCH_address, &s->address, namekey_address },
		{ SEARCH_building, &s->building, namekey_address },
	};
	size_t i;
	int err;

	for (i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		if (s->q->v[made[i].k].n == 0)
			continue;
		*bad = keys[made[i].k].name;
		err = made[i].make(made[i].key, s->q->v[made[i].k]);
		if (err == 0)
			err = made[i].key->err;
		if (err == 0 && made[i].key->n == 0)
			err = ERR_SYNTAX;
		if (err != 0)
			return err;
	}
	*bad = NULL;
	return 0;
}

static int
by_nearness(const void *a, const void *b)
{
	const struct search_hit *x = a;
	const struct search_hit *y = b;
	int d = (int)x->rank * 2 + x->past - (int)y->rank * 2 - y->past;

	if (d == 0)
		d = str_cmp(x->p.kana, y->p.kana);
	if (d == 0)
		d = str_cmp(x->p.resident_no, y->p.resident_no);
	return d;
}

static int
fill(struct search *s)
{
	size_t i;
	int err;

	for (i = 0; i < s->n; i++) {
		err = person_get(
		    s->db, s->hits[i].p.resident_no, s->a, &s->hits[i].p);
		if (err != 0)
			return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
	}
	if (s->n > 1)
		qsort(s->hits, s->n, sizeof(*s->hits), by_nearness);
	return 0;
}

static void
wipe(struct search *s)
{
	struct buf *const all[] = { &s->kana, &s->name, &s->address,
		&s->building, &s->match, &s->scratch, &s->row.text };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_wipe(all[i]);
}

int
search_run(struct db *db, const struct search_query *q, size_t limit,
    struct wire_arena *a, struct search_hit **hits, size_t *n, const char **bad)
{
	struct search s = { .db = db, .q = q, .limit = limit, .a = a };
	int err;

	*n = 0;
	*bad = NULL;
	*hits = wire_alloc(a, (limit + 1) * sizeof(**hits));
	if (*hits == NULL)
		return ERR_LIMIT;
	s.hits = *hits;
	err = make_keys(&s, bad);
	if (err == 0)
		err = owners(&s);
	if (err == 0)
		err = candidates(&s);
	if (err == ERR_NOTFOUND)
		err = 0; /* nobody has that number */
	if (err == 0 && s.n <= limit)
		err = fill(&s);
	*n = err == 0 ? s.n : 0;
	wipe(&s);
	return err;
}
