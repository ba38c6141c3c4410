/*
 * CSV after RFC 4180: quotes, line ends inside quotes, CRLF or LF, a UTF-8 BOM
 * at the start, one record at a time from a stream of chunks.
 */
#ifndef CORE_CSV_H
#define CORE_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

#define CSV_FIELDS 128	       /* most fields in a record */
#define CSV_RECORD (64 * 1024) /* most bytes in a record */

/* clang-format off */
#define CSV_FAULT_LIST(X)						\
X(NONE,   "")								\
X(QUOTE,  "a quotation mark stands inside an unquoted field")		\
X(AFTER,  "text follows a closing quotation mark")			\
X(OPEN,   "the quotation is not closed before the end of the file")	\
X(CR,     "a carriage return stands alone")				\
X(NUL,    "a NUL byte")							\
X(FIELDS, "too many fields in the record")				\
X(LENGTH, "the record is too long")
/* clang-format on */

#define CSV_FAULT_ENUM(name, text) CSV_FAULT_##name,
enum csv_fault { CSV_FAULT_LIST(CSV_FAULT_ENUM) CSV_FAULT_COUNT };
#undef CSV_FAULT_ENUM

const char *csv_fault_text(enum csv_fault f);

/*
 * One record: fields live until the function returns.  `line` is the line of
 * the file it starts on (from 1).  A value other than 0 stops and is what
 * csv_feed() returns.
 */
typedef int csv_record(
    void *ctx, uint64_t line, const struct str *fields, size_t n);

struct csv {
	csv_record *record;
	void *ctx;
	struct buf text; /* the record so far, unquoted */
	size_t start[CSV_FIELDS + 1];
	size_t n; /* fields finished */
	int state;
	uint8_t bom;	      /* bytes of the BOM seen, 3 = done */
	uint64_t line;	      /* line being read */
	uint64_t first;	      /* line the record started on */
	enum csv_fault fault; /* why feed or end gave ERR_SYNTAX … */
};

/* `c` needs csv_release(). */
void csv_init(struct csv *c, csv_record *record, void *ctx);
void csv_release(struct csv *c);

/*
 * Any number of bytes.  0, what `record` returned, ERR_SYNTAX, ERR_TOOLONG,
 * ERR_LIMIT or ERR_NOMEM with c->fault and c->line; after an error the reader
 * stays at it.
 */
int csv_feed(struct csv *c, struct str chunk)
    __attribute__((warn_unused_result));

/* The end of the file: a last record without line end is given too. */
int csv_end(struct csv *c) __attribute__((warn_unused_result));

/* Appends one field, quoted if needed. */
void csv_put(struct buf *b, struct str field);

/* Appends fields with commas and CRLF. */
void csv_put_record(struct buf *b, const struct str *fields, size_t n);

#endif
