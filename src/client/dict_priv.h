/*
 * Private to dict.c and dict_address.c: the open dictionaries.
 */
#ifndef CLIENT_DICT_PRIV_H
#define CLIENT_DICT_PRIV_H

#include "client/dict.h"
#include "client/places.h"
#include "client/skk.h"

enum dict_file {
	FILE_L,
	FILE_JINMEI,
	FILE_GEO,
	FILE_FULLNAME,
	FILE_ZIP,
	FILE_ITAIJI,
	FILE_ITAIJI3,
	FILES,
};

struct dict {
	struct skk skk[FILES]; /* all zero: missing */
	struct str map[FILES];
	struct places *places; /* made when first needed */
};

bool dict_have(const struct dict *d, enum dict_file f);

/* Empties the hits of the look-up before. */
void dict_start(struct dict_hits *h);

/*
 * What the dictionaries call a reading: hiragana, ゔ as う゛, no spaces.
 * ERR_UTF8, ERR_NOMEM.
 */
int dict_spell(struct buf *out, struct str s)
    __attribute__((warn_unused_result));

#endif
