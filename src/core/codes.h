/*
 * Numbers with a check digit (requirements.md App. C).
 *
 * A valid digit is a guard against typing errors and never evidence of who
 * somebody is (App. C: 4 % of transpositions pass).  Numbers are text: leading
 * zeros count (trap 26).
 */
#ifndef CORE_CODES_H
#define CORE_CODES_H

#include "core/str.h"

#define CODE_MY_NUMBER 12 /* 個人番号 */
#define CODE_JUMIN     11 /* 住民票コード */
#define CODE_CITY      6  /* 全国地方公共団体コード */
#define CODE_ATENA_MIN 2  /* 宛名番号, 世帯番号: serial + digit */
#define CODE_ATENA_MAX 15

/*
 * Each folds full-width digits and removes spaces and hyphens, checks length
 * and digit, and writes the digits with a NUL.  ERR_SYNTAX: not that many
 * digits; ERR_RANGE: the check digit does not fit.  out is "" then.
 */
int code_my_number(struct str s, char out[CODE_MY_NUMBER + 1])
    __attribute__((warn_unused_result));
int code_jumin(struct str s, char out[CODE_JUMIN + 1])
    __attribute__((warn_unused_result));
int code_city(struct str s, char out[CODE_CITY + 1])
    __attribute__((warn_unused_result));
int code_atena(struct str s, char out[CODE_ATENA_MAX + 1])
    __attribute__((warn_unused_result));

/*
 * The check digit (0–9) of a body of ASCII digits: 11, 10, 5 and 1–14 long.
 * ERR_SYNTAX for anything else.
 */
int code_my_number_digit(struct str body);
int code_jumin_digit(struct str body);
int code_city_digit(struct str body);
int code_atena_digit(struct str body);

/* ********3214: all but the last four characters as stars (trap 38). */
void code_mask(struct buf *b, struct str number);

#endif
