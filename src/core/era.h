/*
 * Dates and eras (requirements.md App. D; terminal-ui.md §2.3).
 *
 * A date is a day of the Gregorian calendar plus the era it was written in:
 * 1912-07-30 is 明治45年7月30日 and 大正元年7月30日, and is shown as written
 * (trap 28).  Eras are rows of a table that a master can replace (REC-05).
 */
#ifndef CORE_ERA_H
#define CORE_ERA_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

struct date {
	int y;
	int m;
	int d;
};

/* A date as written: era is the letter of its row, 0 for 西暦. */
struct era_date {
	struct date date;
	char era;
};

struct era_row {
	char letter;	    /* 'R' */
	int code;	    /* 5: first digit of the 7-digit form */
	const char *name;   /* 令和 */
	const char *square; /* ㋿ or NULL */
	struct date first;
	struct date last; /* y = 9999 while it runs */
};

/*
 * Why a date was refused: each its own message (TRM-18).  The text is an
 * English message id that says the reason and what to do.
 */
/* clang-format off */
#define DATE_FAULT_LIST(X)						\
X(NONE,    "")								\
X(FORM,    "not a date; type it like R8.11.21, 20261121 or 5081121")	\
X(RANGE,   "no such day in the calendar; check month and day")		\
X(ERA,     "the era did not have that day; check era and year")	\
X(EARLY,   "before Meiji 6 (1873-01-01); the calendar was another one") \
X(NOERA,   "the era is missing; put M, T, S, H or R before the year")
/* clang-format on */

#define DATE_FAULT_ENUM(name, text) DATE_FAULT_##name,
enum date_fault { DATE_FAULT_LIST(DATE_FAULT_ENUM) DATE_FAULT_COUNT };
#undef DATE_FAULT_ENUM

/* The English message id; "" for NONE.  Never NULL. */
const char *date_fault_text(enum date_fault f);

/*
 * Reads every form of terminal-ui.md §2.3 after folding width, spaces and
 * case.  ERR_SYNTAX or ERR_RANGE with *fault (may be NULL) saying why.
 */
int date_parse(struct str s, struct era_date *out, enum date_fault *fault)
    __attribute__((warn_unused_result));

/* Strict YYYY-MM-DD of a real day, 0001–9999.  ERR_SYNTAX, ERR_RANGE. */
int date_get_iso(struct str s, struct date *out)
    __attribute__((warn_unused_result));
void date_put_iso(struct buf *b, struct date d);

/*
 * 令和8年11月21日, first year 元年.  `era` is the letter as written or 0 for
 * the later era of the day.  A day no era has is written as 西暦.
 */
void date_put_wareki(struct buf *b, struct date d, char era);

/* 2026年11月21日 */
void date_put_seireki(struct buf *b, struct date d);

/* （土） */
void date_put_weekday(struct buf *b, struct date d);

/*
 * The lawful form with weekday (REC-03): 西暦 for birth dates and end of stay
 * of foreign residents, else 和暦.
 */
void date_put_lawful(struct buf *b, const struct era_date *d, bool foreign);

bool date_is_valid(struct date d);
int date_cmp(struct date a, struct date b);
int date_month_days(int y, int m);
int date_weekday(struct date d); /* 0 = Sunday */

/* Days since 1970-01-01 and back. */
int64_t date_days(struct date d);
struct date date_of_days(int64_t days);

/* The day in Japan (UTC+9, no summer time) at a wall clock in ms. */
struct date date_today(int64_t wall_ms);

struct date date_add_days(struct date d, int64_t days);

/* Calendar months, the day clamped to the month's end. */
struct date date_add_months(struct date d, int months);

/* Period of a support measure: start + 1 year − 1 day (trap 14). */
struct date date_period_end(struct date start);

/* Alert and extension start here: end − 1 calendar month (trap 15). */
struct date date_period_alert(struct date end);

/*
 * A 生年月日 (or another date of REC-04) as it is stored: a date in 和暦 or
 * 西暦, a day that is not in the calendar (平成23年2月29日), or one of the 14
 * 不詳日 patterns.  *date is the day if there is one, {0,0,0} if not.
 */
enum date_text_kind {
	DATE_TEXT_WAREKI = 1, /* a day, written 和暦 */
	DATE_TEXT_SEIREKI,    /* a day, written 西暦 */
	DATE_TEXT_UNREAL,     /* day 1–31 that the month does not have */
	DATE_TEXT_UNKNOWN,    /* a 不詳日 pattern; `pattern` is 1–14 */
};

struct date_text {
	enum date_text_kind kind;
	int pattern;
	bool seireki; /* written 西暦 */
	struct era_date date;
};

/* ERR_SYNTAX when it is none of these. */
int date_text_parse(struct str s, struct date_text *out)
    __attribute__((warn_unused_result));

/*
 * Replaces the era table: rows in order, without gaps, each first day on or
 * one after the last day before it.  They must outlive all calls; NULL brings
 * the built-in table back.  ERR_RANGE leaves the old table.
 */
int era_set_table(const struct era_row *rows, size_t n);
const struct era_row *era_table(size_t *n);

#endif
