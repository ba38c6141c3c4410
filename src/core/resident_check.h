/*
 * Private to resident*.c: the check of each kind of value.
 */
#ifndef CORE_RESIDENT_CHECK_H
#define CORE_RESIDENT_CHECK_H

#include "core/resident.h"

struct check {
	struct resident_row *row;
	resident_bad *bad;
	void *ctx;
	bool failed;
};

/*
 * Appends the value as it is stored to row->text and gives NULL, or gives the
 * reason why it is refused.
 */
typedef const char *check_value(struct check *c, struct str s);

check_value check_anyday, check_atena, check_birth, check_birth_text,
    check_card, check_card_state, check_certified, check_checked, check_class,
    check_day, check_digits, check_history, check_jumin, check_kana, check_mark,
    check_my_number, check_nationality, check_pension, check_postal,
    check_reading, check_relation, check_seireki, check_sex, check_status,
    check_text, check_token, check_yes_no;

#endif
