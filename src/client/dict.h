/*
 * Entry help from the dictionaries of the system: kana to kanji, postal codes
 * both ways, addresses by the heads of their parts (SRC-13).
 *
 * The files are Debian's skkdic and skkdic-extra under /usr/share/skk.  They
 * are mapped and read where they lie; nothing is learned, nothing written.
 * What is missing is a feature less and one message, never an error.
 */
#ifndef CLIENT_DICT_H
#define CLIENT_DICT_H

#include "core/str.h"

#define DICT_DIR      "/usr/share/skk"
#define DICT_HITS_MAX 64

/* What the reading stands for: which dictionaries, in which order. */
enum dict_kind {
	DICT_WORD,    /* any word */
	DICT_PERSON,  /* 氏 or 名, then any word */
	DICT_PLACE,   /* place names, then any word */
	DICT_VARIANT, /* a kanji instead of a reading: related kanji */
	DICT_KINDS,
};

/* One candidate; an address has a postal code and parts. */
struct dict_hit {
	char postal[9]; /* "191-0024"; "" for a word */
	uint32_t at;	/* in the text of the hits */
	uint16_t n;
	uint16_t city; /* bytes before the municipality */
	uint16_t town; /* bytes before what follows it */
};

/* Hits in order; `total` counts also those beyond DICT_HITS_MAX. */
struct dict_hits {
	struct dict_hit hit[DICT_HITS_MAX];
	size_t n;
	size_t total;
	struct buf text;
};

struct dict;

/*
 * Maps what is in `dir` (NULL: DICT_DIR).  Always succeeds but for memory
 * (NULL); takes well under a millisecond, files are read when first used.
 */
void dict_free(struct dict *d);
struct dict *dict_open(const char *dir) __attribute__((warn_unused_result));

/*
 * The message for the operator when something is missing: an English msgid
 * that says which package to install; NULL when nothing is.
 */
const char *dict_notice(const struct dict *d);

/* True when there is any dictionary for this kind. */
bool dict_has(const struct dict *d, enum dict_kind kind);

/* True when postal codes, and when heads of addresses can be looked up. */
bool dict_has_postal(const struct dict *d);
bool dict_has_heads(const struct dict *d);

/*
 * Candidates for a reading in any kana, best dictionary first, each once.
 * An unknown reading gives no hits.  ERR_UTF8, ERR_NOMEM.  In all look-ups
 * `hits` must be initialised with zeros at first and may be used again.
 */
int dict_lookup(struct dict *d, enum dict_kind kind, struct str reading,
    struct dict_hits *hits) __attribute__((warn_unused_result));

/* Addresses of a postal code: 7 digits, full-width and hyphen allowed.
 * ERR_SYNTAX when it is no such number. */
int dict_postal(struct dict *d, struct str code, struct dict_hits *hits)
    __attribute__((warn_unused_result));

/*
 * The other way: codes of the longest known beginning of an address, which
 * must start with the prefecture (東京都日野市神明1-2).
 */
int dict_postal_of(struct dict *d, struct str address, struct dict_hits *hits)
    __attribute__((warn_unused_result));

/*
 * Addresses by heads of their parts: 「ト ヒ シ」 gives 東京都日野市神明.
 * Parts are prefecture, 郡 or 政令市, municipality, town; heads stand in that
 * order, any may be left out but the last, which belongs to the last part.
 * A place without a known reading is found by the reading of its known
 * beginning, or not at all.  Addresses that begin with `home` (the site's
 * prefecture and name; may be empty) come first.  ERR_SYNTAX when there is no
 * head, more than 4, or one that is no kana.
 */
int dict_heads(struct dict *d, struct str heads, struct str home,
    struct dict_hits *hits) __attribute__((warn_unused_result));

/*
 * The pick list by steps (SRC-13): below "" the 47 prefectures in their usual
 * order, below a prefecture its municipalities, below a municipality its
 * towns.  `skip` leaves out the first ones: pages of DICT_HITS_MAX.
 */
int dict_below(struct dict *d, struct str parent, size_t skip,
    struct dict_hits *hits) __attribute__((warn_unused_result));

/* The text of hit i; its parts; lives as long as the hits. */
struct str dict_text(const struct dict_hits *hits, size_t i);
struct str dict_prefecture(const struct dict_hits *hits, size_t i);
struct str dict_city(const struct dict_hits *hits, size_t i);
struct str dict_town(const struct dict_hits *hits, size_t i);

void dict_hits_release(struct dict_hits *hits);

#endif
