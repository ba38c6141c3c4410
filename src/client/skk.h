/*
 * One SKK dictionary in memory, read where it lies: the entries without
 * okurigana are sorted, so a reading is found by bisection and nothing is
 * indexed, copied or written (terminal-ui.md §2.4).
 *
 * "Raw" text is in the dictionary's own encoding (EUC-JP or EUC-JIS-2004),
 * where an ASCII byte never is part of another character.
 */
#ifndef CLIENT_SKK_H
#define CLIENT_SKK_H

#include <iconv.h>

#include "core/str.h"

/* Nothing larger is taken for a dictionary. */
#define SKK_SIZE_MAX ((size_t)64 << 20)

struct skk {
	struct str entries; /* "key /word;note/word/\n", sorted; borrowed */
	iconv_t out;	    /* raw to UTF-8 */
	iconv_t in;
};

/*
 * Reads the head of a dictionary.  `bytes` is borrowed until skk_release.
 * ERR_SYNTAX when it is none, ERR_LIMIT when too large, ERR_VERSION when the
 * C library does not know its encoding; *d is all zero then.
 */
int skk_init(struct skk *d, struct str bytes)
    __attribute__((warn_unused_result));
void skk_release(struct skk *d);

/* The words of a raw key, for skk_word; false when there is no such entry. */
bool skk_find(const struct skk *d, struct str key, struct str *words);

/* The next entry from *rest (at first d->entries) on; false at the end. */
bool skk_entry(struct str *rest, struct str *key, struct str *words);

/* The next word without its note; programs ("(concat …") are left out. */
bool skk_word(struct str *words, struct str *word);

/* The key of the entry that `word` (from skk_word) stands in. */
struct str skk_key_of(const struct skk *d, struct str word);

/* UTF-8 to raw and back; ERR_UTF8 for what the encoding does not have. */
int skk_raw(const struct skk *d, struct buf *raw, struct str s)
    __attribute__((warn_unused_result));
int skk_utf8(const struct skk *d, struct buf *out, struct str raw)
    __attribute__((warn_unused_result));

#endif
