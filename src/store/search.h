/*
 * Searching residents (SRC-01 to SRC-05, SRC-10, SRC-14), and the index that
 * makes it fast.
 *
 * The index is a second copy of what `past` says, as keys: find_name has one
 * row for each name a person has or had, find_gram the bigrams of names,
 * readings and addresses, find_no the numbers of cards.  It holds nothing of
 * where a protected person lives: their place is the one word every place
 * condition finds (DESIGN promise 3, decision D5).
 */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include "core/namekey.h"
#include "core/wire.h"
#include "store/db.h"
#include "store/person.h"

/*
 * The conditions (SRC-01).  kind says what a condition can do:
 *   NUMBER  finds one person by itself
 *   NAME    氏名, 旧氏, 通称 or a reading; part of it, present and past
 *   BIRTH   the day
 *   PLACE   present and past; neutral for protected people
 *   FILTER  only narrows what others found
 * blank: 1: may be searched for as "no data" (SRC-03)
 */
/* clang-format off */
#define SEARCH_KEY_LIST(X)						\
/* name           kind    blank */					\
X(jumin_code,     NUMBER, 1)						\
X(my_number,      NUMBER, 1)						\
X(resident_no,    NUMBER, 0)						\
X(card_no,        NUMBER, 1)	/* 在留カード, 特別永住者証明書 */	\
X(kana,           NAME,   1)						\
X(name,           NAME,   1)						\
X(birth,          BIRTH,  1)						\
X(address,        PLACE,  0)						\
X(building,       PLACE,  1)						\
X(postal_code,    PLACE,  1)						\
X(address_code,   PLACE,  1)						\
X(household_no,   PLACE,  0)						\
X(sex,            FILTER, 1)						\
X(relation,       FILTER, 1)						\
X(removed_reason, FILTER, 1)
/* clang-format on */

#define SEARCH_KEY_ENUM(name, kind, blank) SEARCH_##name,
enum search_key { SEARCH_KEY_LIST(SEARCH_KEY_ENUM) SEARCH_KEYS };
#undef SEARCH_KEY_ENUM

enum search_kind {
	SEARCH_NUMBER,
	SEARCH_NAME,
	SEARCH_BIRTH,
	SEARCH_PLACE,
	SEARCH_FILTER
};

/* Name of a condition, and what it can do. */
const char *search_key_name(enum search_key k);
enum search_kind search_key_kind(enum search_key k);
/* The condition that may be asked for as "no data"; ERR_NOTFOUND. */
int search_key_blank(struct str name, enum search_key *out);

/* An empty slice is no condition; numbers are normalised, dates are ISO. */
struct search_query {
	struct str v[SEARCH_KEYS];
	bool blank[SEARCH_KEYS]; /* the item has no data (SRC-03) */
	bool exact;		 /* 完全一致: names as they are written */
	bool whole;		 /* whole names only, variants too */
};

/*
 * Are these conditions enough (SRC-15, decision D8)?  A number of the
 * person; or the household number alone; or a name together with the birth
 * date or a place.  0, or ERR_MISSING and in *item which is missing.
 */
int search_enough(const struct search_query *q, const char **item);

struct search_hit {
	struct person p;
	enum namekey_rank rank;
	bool past;	/* only a name of the past fits */
	bool by_number; /* nothing was asked about the name */
};

/* name, name-part, variant, …, past-name, number: for list and log. */
const char *search_hit_word(const struct search_hit *h);

/*
 * At most `limit` people, nearest first (exact, then variant kanji, then
 * reading; then by kana and number).  When there are more, *n is limit + 1
 * and nobody is in `hits` (SRC-14).  ERR_SYNTAX: the condition `*bad` has
 * nothing to search for.  ERR_TIMEOUT: the budget of db_budget() is over.
 */
int search_run(struct db *db, const struct search_query *q, size_t limit,
    struct wire_arena *a, struct search_hit **hits, size_t *n, const char **bad)
    __attribute__((warn_unused_result));

/* ---- the index ---------------------------------------------------------- */

/*
 * Takes a person out of the index, and puts one in, as `past` and `person`
 * stand.  Whoever changes a row of either calls drop before and add after,
 * in one transaction.  Dropping somebody who is not there is fine.
 */
int search_drop(struct db *db, struct str resident_no)
    __attribute__((warn_unused_result));
int search_add(struct db *db, struct str resident_no)
    __attribute__((warn_unused_result));

/*
 * Builds the index anew when it was made with other keys than this program's
 * (another table of variants), and after the migration that brought it.
 */
int search_ready(struct db *db) __attribute__((warn_unused_result));

/* ---- parts the two files share ------------------------------------------ */

/* What of a row of `past` is searched in. */
struct search_row {
	struct str birth;
	struct str address;
	struct str building;
	struct str postal_code;
	struct str address_code;
	struct str household_no;
	struct str sex;
	struct str relation;
	struct str mark;
	struct str removed_reason;
	struct str card[2];
	struct str jumin_code;
	struct str my_number;
	struct namekey_pair name[4]; /* 氏名, 通称, 漢字氏名, 旧氏 */
	size_t names;
	struct buf text; /* former name with the given name */
};

/* The rows of a person, present one first; then search_row_get() each. */
struct db_query *search_rows(struct db *db, struct str resident_no);
int search_row_get(struct db_query *q, struct search_row *row);

/*
 * The pieces of n (2 or 3) characters of a key as words of the index; keys
 * are apart by LF.
 */
void search_grams(struct buf *out, struct str key, unsigned n);

/* The word that stands for the place of a protected person. */
#define SEARCH_ANYWHERE "zz"

#endif
