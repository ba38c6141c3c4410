/*
 * Finding and reading residents.
 *
 * SECURITY: the one rule about protection that lives here is the neutral
 * address condition, because it decides who is found: a guess at a protected
 * address changes neither list nor count (DESIGN promise 3, decision D5).
 */
#include "store/person.h"

#include <string.h>

#include "core/err.h"
#include "core/namekey.h"

#define COLUMNS(t)                                                             \
	t ".resident_no," t ".history_no," t ".household_no," t                \
	  ".jumin_code," t ".my_number," t ".name," t ".kana," t ".alias," t   \
	  ".birth," t ".birth_text," t ".sex," t ".postal_code," t             \
	  ".address," t ".relation," t ".nationality," t ".status," t          \
	  ".event," t ".event_date," t ".mark"

/* the condition on names, the rank of the match, and the order of the list */
#define MATCH                                                                  \
	" GROUP BY k.resident_no"                                              \
	" HAVING (?2='' OR max(instr(k.kana_key,?2))>0)"                       \
	" AND (?3='' OR max(instr(k.name_key,?3))>0)"                          \
	" ORDER BY rank, p.kana, p.resident_no"
#define RANK                                                                   \
	",min(CASE WHEN instr(k.kana_key,?2)=0 OR instr(k.name_key,?3)=0"      \
	" THEN 9 WHEN (?2='' OR k.kana_key=?2) AND (?3='' OR k.name_key=?3)"   \
	" THEN 0 ELSE 2 END + 1 - k.present) AS rank"
#define FROM " FROM person_key k JOIN person p ON p.resident_no=k.resident_no"

bool
person_is_protected(const struct person *p)
{
	return p->mark.n != 0;
}

static int
keep(struct wire_arena *a, struct str s, struct str *out)
{
	char *p;

	*out = (struct str){ 0 };
	if (s.n == 0)
		return 0;
	p = wire_alloc(a, s.n);
	if (p == NULL)
		return ERR_LIMIT;
	memcpy(p, s.p, s.n);
	*out = str_n(p, s.n);
	return 0;
}

static int
row_get(struct db_query *q, struct wire_arena *a, struct person *p)
{
	struct str *const to[] = { &p->resident_no, NULL, &p->household_no,
		&p->jumin_code, &p->my_number, &p->name, &p->kana, &p->alias,
		&p->birth, &p->birth_text, &p->sex, &p->postal_code,
		&p->address, &p->relation, &p->nationality, &p->status,
		&p->event, &p->event_date, &p->mark };
	int err = 0;
	int i;

	p->history_no = (uint32_t)db_int(q, 1);
	for (i = 0; i < (int)(sizeof(to) / sizeof(to[0])) && err == 0; i++)
		if (to[i] != NULL)
			err = keep(a, db_text(q, i), to[i]);
	return err;
}

int
person_get(struct db *db, struct str resident_no, struct wire_arena *a,
    struct person *out)
{
	struct db_query *q;
	int err;

	*out = (struct person){ 0 };
	q = db_query(db,
	    "SELECT " COLUMNS("p") " FROM person p"
				   " WHERE p.resident_no=?");
	db_bind_text(q, resident_no);
	err = db_one(q);
	if (err == 0)
		err = row_get(q, a, out);
	db_done(q);
	return err;
}

int
person_history(struct db *db, struct str resident_no, size_t max,
    struct wire_arena *a, struct person **rows, size_t *n)
{
	struct db_query *q;
	int rc;

	*n = 0;
	*rows = wire_alloc(a, max * sizeof(**rows));
	if (*rows == NULL)
		return ERR_LIMIT;
	q = db_query(db,
	    "SELECT " COLUMNS("p") " FROM past p"
				   " WHERE p.resident_no=?"
				   " ORDER BY p.history_no DESC");
	db_bind_text(q, resident_no);
	while (*n < max && (rc = db_step(q)) != 0) {
		if (rc == 1)
			rc = row_get(q, a, &(*rows)[*n]);
		if (rc != 0) {
			db_done(q);
			return rc;
		}
		(*n)++;
	}
	db_done(q);
	return 0;
}

int
person_count(struct db *db, uint64_t *out)
{
	struct db_query *q;
	int err;

	q = db_query(db, "SELECT count(*) FROM person");
	err = db_one(q);
	*out = err == 0 ? (uint64_t)db_int(q, 0) : 0;
	db_done(q);
	return err;
}

/* ---- search ------------------------------------------------------------- */

struct search {
	struct db *db;
	const struct person_query *q;
	size_t limit;
	struct wire_arena *a;
	struct person_hit *hits;
	size_t n;
	struct buf kana;
	struct buf name;
	struct buf address;
	struct buf scratch;
	bool by_number;
	struct str resident_no; /* by_number: whose it is */
};

static bool
contains(struct str hay, struct str needle)
{
	return needle.n == 0 ||
	    (hay.n >= needle.n &&
		memmem(hay.p, hay.n, needle.p, needle.n) != NULL);
}

static int
address_has(struct search *s, struct str address, bool *yes)
{
	int err;

	buf_clear(&s->scratch);
	err = namekey_address(&s->scratch, address);
	if (err == 0)
		err = s->scratch.err;
	*yes = err == 0 && contains(buf_str(&s->scratch), buf_str(&s->address));
	return err;
}

/* Present and past addresses (SRC-02); neutral for protected people. */
static int
address_fits(struct search *s, const struct person *p, bool *yes)
{
	struct db_query *q;
	int rc;

	*yes = true;
	if (s->address.n == 0 || person_is_protected(p))
		return 0;
	*yes = false;
	q = db_query(s->db, "SELECT address FROM past WHERE resident_no=?");
	db_bind_text(q, p->resident_no);
	while (!*yes && (rc = db_step(q)) != 0) {
		if (rc == 1)
			rc = address_has(s, db_text(q, 0), yes);
		if (rc != 0) {
			db_done(q);
			return rc;
		}
	}
	db_done(q);
	return 0;
}

static const char *
matched_by(const struct search *s, int64_t rank)
{
	static const char *const names[] = { "name", "past-name", "name-part",
		"past-name-part" };

	if (s->by_number)
		return "number";
	if (rank >= 0 && rank < 4)
		return names[rank];
	return "names"; /* one condition fits one name, the other another */
}

static int
collect(struct search *s, struct db_query *q)
{
	struct person_hit hit;
	bool fits;
	int rc;

	while (s->n <= s->limit && (rc = db_step(q)) != 0) {
		if (rc < 0)
			return rc;
		hit = (struct person_hit){ 0 };
		rc = row_get(q, s->a, &hit.p);
		if (rc == 0)
			rc = address_fits(s, &hit.p, &fits);
		if (rc != 0)
			return rc;
		if (!fits)
			continue;
		hit.matched_by = matched_by(s, db_int(q, 19));
		s->hits[s->n++] = hit;
	}
	return 0;
}

static int
run(struct search *s)
{
	struct db_query *q;
	int err;

	if (s->by_number)
		q = db_query(s->db,
		    "SELECT " COLUMNS("p") RANK FROM
		    " WHERE k.resident_no=?1 AND (?4='' OR p.birth=?4)" MATCH);
	else
		q = db_query(s->db,
		    "SELECT " COLUMNS("p") RANK FROM " WHERE k.birth=?1" MATCH);
	db_bind_text(q, s->by_number ? s->resident_no : s->q->birth);
	db_bind_text(q, buf_str(&s->kana));
	db_bind_text(q, buf_str(&s->name));
	if (s->by_number)
		db_bind_text(q, s->q->birth);
	err = collect(s, q);
	db_done(q);
	return err;
}

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
	int err;

	err = owner(s, "SELECT resident_no FROM person WHERE jumin_code=?",
	    s->q->jumin_code);
	if (err == 0)
		err = owner(s,
		    "SELECT resident_no FROM person"
		    " WHERE my_number=?",
		    s->q->my_number);
	if (err == 0)
		err = owner(s,
		    "SELECT resident_no FROM person"
		    " WHERE resident_no=?",
		    s->q->resident_no);
	return err;
}

/* Keys of the conditions; one that has no key cannot be searched for. */
static int
make_keys(struct search *s, const char **bad)
{
	const struct {
		const char *name;
		struct str value;
		struct buf *key;
		int (*make)(struct buf *, struct str);
	} keys[] = {
		{ "kana", s->q->kana, &s->kana, namekey_kana },
		{ "name", s->q->name, &s->name, namekey_name },
		{ "address", s->q->address, &s->address, namekey_address },
	};
	size_t i;
	int err;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].value.n == 0)
			continue;
		*bad = keys[i].name;
		err = keys[i].make(keys[i].key, keys[i].value);
		if (err == 0)
			err = keys[i].key->err;
		if (err == 0 && keys[i].key->n == 0)
			err = ERR_SYNTAX;
		if (err != 0)
			return err;
	}
	*bad = NULL;
	return 0;
}

int
person_search(struct db *db, const struct person_query *q, size_t limit,
    struct wire_arena *a, struct person_hit **hits, size_t *n, const char **bad)
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
	if (err == ERR_NOTFOUND)
		err = 0; /* nobody has that number */
	else if (err == 0 && !s.by_number && q->birth.n == 0)
		err = ERR_MISSING;
	else if (err == 0)
		err = run(&s);
	*n = s.n;
	buf_wipe(&s.kana);
	buf_wipe(&s.name);
	buf_wipe(&s.address);
	buf_wipe(&s.scratch);
	return err;
}
