/*
 * Full rows of the residents' file for tests of the record.
 */
#ifndef TESTS_SITE_RECORD_H
#define TESTS_SITE_RECORD_H

#include <stddef.h>

#include "core/str.h"

/* The first columns of a row come from serial, history and household. */
#define SITE_RECORD_HEADER                                                     \
	"resident_no,history_no,household_no,jumin_code,my_number,"            \
	"name,name_kana,birth_date,birth_date_text,sex,postal_code,address,"   \
	"relation,nationality,status,event,event_date,protected,alias,"        \
	"former_surname,furigana,furigana_status,honseki,koseki_head,"         \
	"resident_since,address_since,previous_address,voter,removed_reason,"  \
	"removed_on,moved_to,foreign_since,class_30_45,residence_status,"      \
	"residence_period,residence_until,residence_card\r\n"

struct site_record {
	unsigned n; /* serial: numbers come from it, with check digits */
	unsigned history;
	unsigned household;
	const char *rest; /* the columns from name on */
};

extern const struct site_record site_records[];
extern const size_t site_records_n;

/* Appends one row. */
void site_record_put(struct buf *csv, unsigned n, unsigned history,
    unsigned household, const char *rest);

#endif
