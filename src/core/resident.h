/*
 * A row of the residents' file: one per history entry (REC-12), key
 * resident_no + history_no; the highest history_no is the present one.
 *
 * docs/man/mamori-residents.5 documents every column; core/item.h is the table
 * that import, generator, store, screen and manual agree on.
 */
#ifndef CORE_RESIDENT_H
#define CORE_RESIDENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/csv.h"
#include "core/era.h"
#include "core/item.h"
#include "core/str.h"

/* ERR_NOTFOUND for a name that is no column. */
int resident_column_find(struct str name, enum resident_column *out);

/*
 * One row, checked and normalised; values point into `text` and live until the
 * next resident_parse() into the same row.  Start with { 0 }.
 */
struct resident_row {
	struct str v[RESIDENT_COUNT];
	uint32_t history_no;	     /* 1 when the file has none */
	struct date birth;	     /* {0,0,0}: not known */
	struct date_text birth_text; /* what kind of date it is */
	bool foreign; /* nationality is neither 日本 nor empty */
	bool removed; /* 除票 */
	struct buf text;
};

void resident_row_release(struct resident_row *row);

/* Which column stands in which field of the file. */
struct resident_header {
	size_t n;
	int column[RESIDENT_COUNT]; /* enum resident_column of field i */
};

/*
 * Called once for every bad column: its name, and an English message id that
 * says the reason and what to do.  `column` may be a name from the file.
 */
typedef void resident_bad(void *ctx, struct str column, const char *reason);

/*
 * The header line: any order; unknown, repeated and missing mandatory columns
 * are reported and refused with ERR_SYNTAX.
 */
int resident_header_parse(struct resident_header *h, const struct str *fields,
    size_t n, resident_bad *bad, void *ctx) __attribute__((warn_unused_result));

/* The header of all columns in table order. */
void resident_header_all(struct resident_header *h);

/*
 * One record.  Every bad column is reported, then ERR_SYNTAX.  Values are
 * folded where a form allows it (digits to ASCII, kana to full-width
 * katakana, postal code to NNN-NNNN); names and addresses keep their code
 * points.
 */
int resident_parse(struct resident_row *row, const struct resident_header *h,
    const struct str *fields, size_t n, resident_bad *bad, void *ctx)
    __attribute__((warn_unused_result));

/* The header line and a row, all columns, CRLF. */
void resident_put_header(struct buf *csv);
void resident_put(struct buf *csv, const struct resident_row *row);

/* 続柄 of REC-09: 世帯主, 妻, 子の子, 妻（未届）, 縁故者 …; at most four parts.
 */
bool resident_relation_ok(struct str s);

/*
 * Where a member of a household stands in its list (App. F-5): head, spouse,
 * children; the children's families; parents, brothers and sisters,
 * grandparents; relatives, 縁故者, 同居人.  Smaller comes first.
 */
int resident_relation_rank(struct str relation);

#endif
