/*
 * Does a person fit what is asked for?
 *
 * SECURITY: whether a condition about a place decides is settled in one
 * function, place_fits(): for a protected person it never does (DESIGN
 * promise 3, decision D5).
 */
#include "store/search_impl.h"

#include <string.h>

#include "core/err.h"

static bool
contains(struct str hay, struct str needle)
{
	return needle.n == 0 ||
	    (hay.n >= needle.n &&
		memmem(hay.p, hay.n, needle.p, needle.n) != NULL);
}

static int
place_has(struct search *s, struct str place, const struct buf *key, bool *yes)
{
	int err;

	if (*yes || key->n == 0)
		return 0;
	buf_clear(&s->scratch);
	err = namekey_address(&s->scratch, place);
	if (err == 0)
		err = s->scratch.err;
	*yes = err == 0 && contains(buf_str(&s->scratch), buf_str(key));
	return err;
}

static int
rank_one(struct str name, struct str kana, const struct namekey_pair *found,
    enum namekey_rank *best, enum namekey_rank *rank)
{
	const struct namekey_pair pair = { name, kana };
	int err = 0;

	*rank = NAMEKEY_EXACT_WHOLE;
	if (name.n + kana.n > 0)
		err = namekey_rank(&pair, found, rank);
	if (err == 0 && *rank < *best)
		*best = *rank;
	return err;
}

static int
rank_names(struct search *s, struct fit *f, bool present)
{
	const struct str none = { 0 };
	enum namekey_rank kana;
	enum namekey_rank name;
	size_t i;
	int err = 0;

	for (i = 0; i < s->row.names && err == 0; i++) {
		err = rank_one(none, s->q->v[SEARCH_kana], &s->row.name[i],
		    &f->kana, &kana);
		if (err == 0)
			err = rank_one(s->q->v[SEARCH_name], none,
			    &s->row.name[i], &f->name, &name);
		if (err != 0)
			return err;
		if (kana < name)
			kana = name; /* the worse of the two */
		if (kana < f->both)
			f->both = kana;
		if (present && kana < f->now)
			f->now = kana;
	}
	return err;
}

static int
look_at_row(struct search *s, struct fit *f, bool present)
{
	const struct search_query *q = s->q;
	const struct search_row *r = &s->row;
	int err;

	f->birth = f->birth || str_eq(r->birth, q->v[SEARCH_birth]);
	f->postal_code =
	    f->postal_code || str_eq(r->postal_code, q->v[SEARCH_postal_code]);
	f->address_code = f->address_code ||
	    str_eq(r->address_code, q->v[SEARCH_address_code]);
	f->household_no = f->household_no ||
	    str_eq(r->household_no, q->v[SEARCH_household_no]);
	err = rank_names(s, f, present);
	if (err == 0)
		err = place_has(s, r->address, &s->address, &f->address);
	if (err == 0)
		err = place_has(s, r->building, &s->building, &f->building);
	return err;
}

/* What only the present row decides: filters, and items without data. */
static bool
present_fits(const struct search *s)
{
	const struct search_row *r = &s->row;
	const struct str value[SEARCH_KEYS] = {
		[SEARCH_jumin_code] = r->jumin_code,
		[SEARCH_my_number] = r->my_number,
		[SEARCH_card_no] = r->card[0].n > 0 ? r->card[0] : r->card[1],
		[SEARCH_kana] = r->name[0].kana,
		[SEARCH_name] = r->name[0].name,
		[SEARCH_birth] = r->birth,
		[SEARCH_building] = r->building,
		[SEARCH_postal_code] = r->postal_code,
		[SEARCH_address_code] = r->address_code,
		[SEARCH_sex] = r->sex,
		[SEARCH_relation] = r->relation,
		[SEARCH_removed_reason] = r->removed_reason,
	};
	int k;

	for (k = 0; k < SEARCH_KEYS; k++) {
		if (s->q->blank[k] && value[k].n > 0 &&
		    (search_key_kind((enum search_key)k) != SEARCH_PLACE ||
			r->mark.n == 0))
			return false;
		if (search_key_kind((enum search_key)k) == SEARCH_FILTER &&
		    s->q->v[k].n > 0 && !contains(value[k], s->q->v[k]))
			return false;
	}
	return true;
}

/* Conditions about a place say nothing about a protected person. */
static bool
place_fits(const struct search *s, const struct fit *f)
{
	const struct str *v = s->q->v;

	if (f->hidden)
		return true;
	return (v[SEARCH_address].n == 0 || f->address) &&
	    (v[SEARCH_building].n == 0 || f->building) &&
	    (v[SEARCH_postal_code].n == 0 || f->postal_code) &&
	    (v[SEARCH_address_code].n == 0 || f->address_code) &&
	    (v[SEARCH_household_no].n == 0 || f->household_no);
}

static bool
name_fits(const struct search *s, const struct fit *f)
{
	const struct str *v = s->q->v;

	if (s->q->exact && v[SEARCH_kana].n + v[SEARCH_name].n > 0)
		return f->both == NAMEKEY_EXACT_WHOLE;
	if (s->q->whole && v[SEARCH_kana].n + v[SEARCH_name].n > 0)
		return f->both == NAMEKEY_EXACT_WHOLE ||
		    f->both == NAMEKEY_FOLD_WHOLE ||
		    f->both == NAMEKEY_KANA_WHOLE;
	return (v[SEARCH_kana].n == 0 || f->kana < NAMEKEY_NONE) &&
	    (v[SEARCH_name].n == 0 || f->name < NAMEKEY_NONE);
}

int
search_fits(struct search *s, struct str no, struct fit *f, bool *yes)
{
	struct db_query *q = search_rows(s->db, no);
	bool present = true;
	bool ok = false;
	int rc;

	*yes = false;
	*f = (struct fit){ .kana = NAMEKEY_NONE,
		.name = NAMEKEY_NONE,
		.both = NAMEKEY_NONE,
		.now = NAMEKEY_NONE };
	while ((rc = db_step(q)) == 1) {
		rc = search_row_get(q, &s->row);
		if (rc == 0 && present) {
			f->hidden = s->row.mark.n > 0;
			ok = present_fits(s);
		}
		if (rc == 0)
			rc = look_at_row(s, f, present);
		if (rc != 0 || !ok)
			break;
		present = false;
	}
	db_done(q);
	*yes = rc == 0 && ok && name_fits(s, f) && place_fits(s, f) &&
	    (s->q->v[SEARCH_birth].n == 0 || f->birth);
	return rc < 0 ? rc : 0;
}
