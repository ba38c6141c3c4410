/*
 * How near a name is to what was asked: the order of a result list (SRC-05,
 * SRC-06).
 *
 * SECURITY: keys are personal data and are wiped.  A rank sorts a list that a
 * person reads; it never decides who somebody is.
 */
#include "core/namekey.h"

#include <string.h>

#include "core/err.h"
#include "core/utf8.h"

typedef int make_key(struct buf *, struct str);

static bool
is_space(int32_t cp)
{
	return cp == ' ' || cp == 0x3000 || cp == '\t';
}

/* The text itself without spaces: the key of an exact match. */
static int
exact_key(struct buf *out, struct str s)
{
	int32_t cp;

	while ((cp = utf8_next(&s)) != -2) {
		if (cp == -1)
			return ERR_UTF8;
		if (!is_space(cp))
			utf8_put(out, cp);
	}
	return out->err;
}

/* *fit: 0 the whole, 1 a part, 2 neither. */
static int
compare(make_key *key, struct str asked, struct str found, int *fit)
{
	struct buf a = BUF_INIT;
	struct buf f = BUF_INIT;
	int err;

	*fit = 2;
	err = key(&a, asked);
	if (err == 0)
		err = key(&f, found);
	if (err == 0 && a.n > 0 && a.n <= f.n &&
	    memmem(f.p, f.n, a.p, a.n) != NULL)
		*fit = a.n < f.n ? 1 : 0;
	buf_wipe(&a);
	buf_wipe(&f);
	return err;
}

/* The best rank of one item by its ways of comparing, nearest first. */
static int
rank_item(struct str asked, struct str found, make_key *key,
    enum namekey_rank loose, enum namekey_rank *rank)
{
	int fit;
	int err;

	err = compare(exact_key, asked, found, &fit);
	*rank = NAMEKEY_EXACT_WHOLE + (unsigned)fit;
	if (err != 0 || fit < 2)
		return err;
	err = compare(key, asked, found, &fit);
	*rank = fit < 2 ? loose + (unsigned)fit : NAMEKEY_NONE;
	return err;
}

int
namekey_rank(const struct namekey_pair *asked, const struct namekey_pair *found,
    enum namekey_rank *rank)
{
	enum namekey_rank name = NAMEKEY_EXACT_WHOLE;
	enum namekey_rank kana = NAMEKEY_EXACT_WHOLE;
	int err = 0;

	*rank = NAMEKEY_NONE;
	if (asked->name.n == 0 && asked->kana.n == 0)
		return 0;
	if (asked->name.n > 0)
		err = rank_item(asked->name, found->name, namekey_name,
		    NAMEKEY_FOLD_WHOLE, &name);
	if (err == 0 && asked->kana.n > 0)
		err = rank_item(asked->kana, found->kana, namekey_kana,
		    NAMEKEY_KANA_WHOLE, &kana);
	if (err != 0)
		return err;
	*rank = name > kana ? name : kana;
	return 0;
}

struct str
namekey_given(struct str s)
{
	struct str rest = s;
	int32_t cp;

	while ((cp = utf8_next(&rest)) != -2)
		if (is_space(cp))
			break;
	while (rest.n > 0) {
		s = rest;
		if (!is_space(utf8_next(&s)))
			break;
		rest = s;
	}
	return rest;
}
