/*
 * What the search's own files share, and nobody else includes.
 */
#ifndef STORE_SEARCH_IMPL_H
#define STORE_SEARCH_IMPL_H

#include "store/search.h"

struct search {
	struct db *db;
	const struct search_query *q;
	size_t limit;
	struct wire_arena *a;
	struct search_hit *hits;
	size_t n;
	struct buf kana;
	struct buf name;
	struct buf address;
	struct buf building;
	struct buf match; /* expression of find_gram */
	struct buf scratch;
	struct search_row row;
	bool by_number;
	struct str resident_no; /* by_number: whose it is */
};

/* How a person's rows answer to the conditions. */
struct fit {
	bool hidden;
	bool birth;
	bool address;
	bool building;
	bool postal_code;
	bool address_code;
	bool household_no;
	enum namekey_rank kana; /* best of all names */
	enum namekey_rank name;
	enum namekey_rank both; /* best of one and the same name */
	enum namekey_rank now;	/* the same, of the present row */
};

/* Does the person fit all conditions?  Reads all rows of the history. */
int search_fits(struct search *s, struct str no, struct fit *f, bool *yes)
    __attribute__((warn_unused_result));

#endif
