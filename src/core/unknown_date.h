/*
 * Entry help for dates that are not known: the 14 patterns of STD1.0 §1.1.8
 * (REC-04, App. D) with blanks to fill.  `?` in a birth field lists them.
 *
 * What is filled is a text that date_text_parse() (core/era.h) takes; an
 * internal date beside it is the caller's matter.
 */
#ifndef CORE_UNKNOWN_DATE_H
#define CORE_UNKNOWN_DATE_H

#include "core/str.h"

#define UNKNOWN_DATES	   14
#define UNKNOWN_BLANKS_MAX 5

/* What a blank takes. */
enum unknown_blank {
	UNKNOWN_YEAR,	/* R8 令和8 S元 1980: an era and year, or 西暦 */
	UNKNOWN_MONTH,	/* 1–12 */
	UNKNOWN_DAY,	/* 1–31; the calendar is not asked (REC-04) */
	UNKNOWN_SEASON, /* 春 夏 秋 冬 */
	UNKNOWN_PART,	/* 上旬 中旬 下旬 */
};

/*
 * The pattern as a line of the list: 〇〇年〇〇月頃.  BUG unless
 * 1 <= pattern <= 14.
 */
void unknown_date_shape(struct buf *out, int pattern);

/* Its blanks in order into blanks[UNKNOWN_BLANKS_MAX]; how many. */
size_t unknown_date_blanks(int pattern, enum unknown_blank *blanks);

/* What may be picked for a blank, NULL at the end; NULL for a number. */
const char *const *unknown_date_choices(enum unknown_blank blank);

/*
 * Appends the pattern with `n` values in its blanks, digits half-width, era
 * in full, first year 元.  ERR_SYNTAX or ERR_RANGE with *bad the first blank
 * that is wrong (ERR_MISSING when it is empty); out is unchanged then.
 */
int unknown_date_fill(struct buf *out, int pattern, const struct str *values,
    size_t n, size_t *bad) __attribute__((warn_unused_result));

#endif
