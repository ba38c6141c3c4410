/*
 * The items of a resident's record (requirements.md App. F, REC-01, REC-02):
 * one table from which come the columns of the residents' file and their
 * checks, what the store keeps, what an answer has, the order on the screen,
 * the names in the log, and which item tells where somebody lives.
 *
 * number   stored and on the wire; never reused
 * max      bytes
 * file     1: the file must have the column
 * must     0 may be blank; 1 never; 2 not for those whom it concerns, when
 *          the file has the column (REC-07)
 * kind     what the value is: check_<kind>() in resident_check.c
 * who      whom it concerns
 * hide     group of PRM-07 that an operator may not see
 * place    1: could tell where a protected person lives (DESIGN promise 3)
 * at       order on the screen; 0: not listed
 * wide     1: a row of its own
 */
#ifndef CORE_ITEM_H
#define CORE_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/i18n.h"
#include "core/str.h"

#define ITEM_J	  1u /* Japanese */
#define ITEM_F	  2u /* foreign residents */
#define ITEM_ALL  3u
#define ITEM_GONE 4u /* 除票, or when there is something to say */

/* Groups of items that an operator id may be kept from (PRM-07, PRM-09). */
/* clang-format off */
#define ITEM_GROUP_LIST(X)						\
/* constant    token        what                                    */	\
X(KOSEKI,     "koseki")    /* 戸籍の表示 */				\
X(MY_NUMBER,  "my-number") /* 個人番号 */				\
X(JUMIN_CODE, "jumin-code") /* 住民票コード */				\
X(RESIDENCE,  "residence") /* 在留資格等 */				\
X(INSURANCE,  "insurance") /* 国保, 後期, 介護, 年金, 児童手当 */	\
X(ELECTION,   "election")  /* 選挙人名簿, 成年被後見人 */		\
X(REMARKS,    "remarks")   /* 備考, メモ */
/* clang-format on */

#define ITEM_GROUP_ENUM(name, token) ITEM_HIDE_BIT_##name,
enum item_group { ITEM_GROUP_LIST(ITEM_GROUP_ENUM) ITEM_GROUP_COUNT };
#undef ITEM_GROUP_ENUM
#define ITEM_HIDE_NONE 0u
#define ITEM_GROUP_MASK(name, token)                                           \
	ITEM_HIDE_##name = 1 << ITEM_HIDE_BIT_##name,
enum item_hide { ITEM_GROUP_LIST(ITEM_GROUP_MASK) };
#undef ITEM_GROUP_MASK

/* clang-format off */
/* Columns of the file.  The first nineteen are columns of the store too. */
#define ITEM_LIST(X)							\
/* token           number max file must kind      who hide       place at wide label */ \
X(resident_no,         1,  16, 1, 1, atena,       ALL, NONE,       0, 240, 0, N_("Addressee number")) \
X(history_no,          2,   9, 0, 0, history,     ALL, NONE,       0,   0, 0, N_("History number")) \
X(household_no,        3,  16, 1, 1, atena,       ALL, NONE,       1, 250, 0, N_("Household number")) \
X(jumin_code,          4,  11, 1, 0, jumin,       ALL, JUMIN_CODE, 0, 330, 0, N_("Resident record code")) \
X(my_number,           5,  12, 1, 0, my_number,   ALL, MY_NUMBER,  0, 320, 0, N_("Individual number")) \
X(name,                6, 512, 1, 0, text,        ALL, NONE,       0,   0, 0, N_("Name")) \
X(name_kana,           7, 512, 1, 0, kana,        ALL, NONE,       0,  10, 0, N_("Kana")) \
X(alias,               8, 512, 0, 0, text,        F,   NONE,       0,  60, 0, N_("Alias")) \
X(birth_date,          9,  10, 1, 0, birth,       ALL, NONE,       0,   0, 0, N_("Birth date (calendar)")) \
X(birth_date_text,    10, 128, 1, 1, birth_text,  ALL, NONE,       0, 110, 0, N_("Birth date")) \
X(sex,                11,  16, 1, 0, sex,         ALL, NONE,       0, 120, 0, N_("Sex")) \
X(postal_code,        12,   8, 1, 0, postal,      ALL, NONE,       1, 150, 0, N_("Postal code")) \
X(address,            13,1024, 1, 1, text,        ALL, NONE,       1, 130, 1, N_("Address")) \
X(relation,           14,  64, 1, 0, relation,    ALL, NONE,       0, 230, 0, N_("Relation")) \
X(nationality,        15,  64, 1, 0, nationality, ALL, NONE,       0, 410, 0, N_("Nationality")) \
X(status,             16,  32, 0, 0, status,      ALL, NONE,       0, 400, 0, N_("State")) \
X(event,              17,  64, 0, 0, text,        ALL, NONE,       0, 420, 0, N_("Event")) \
X(event_date,         18, 128, 0, 0, anyday,      ALL, NONE,       0, 430, 0, N_("Event date")) \
X(protected,          19,   8, 1, 0, mark,        ALL, NONE,       0,   0, 0, N_("Mark")) \
X(kana_checked,       20,  16, 0, 0, checked,     ALL, NONE,       0,  15, 0, N_("Kana checked")) \
X(furigana,           21, 512, 0, 0, reading,     J,   NONE,       0,  20, 0, N_("Certified reading")) \
X(furigana_status,    22,  32, 0, 0, certified,   J,   NONE,       0,  25, 0, N_("Certification")) \
X(former_surname,     23, 256, 0, 0, text,        J,   NONE,       0,  30, 0, N_("Former surname")) \
X(former_furigana,    24, 256, 0, 0, reading,     J,   NONE,       0,  35, 0, N_("Reading of it")) \
X(name_kanji,         25, 512, 0, 0, text,        F,   NONE,       0,  50, 0, N_("Name in kanji")) \
X(alias_kana,         26, 512, 0, 0, kana,        F,   NONE,       0,  65, 0, N_("Kana of alias")) \
X(alias_on,           27,  64, 0, 0, day,         F,   NONE,       0,  70, 0, N_("Alias recorded on")) \
X(alias_on_city,      28, 128, 0, 0, text,        F,   NONE,       1,  75, 0, N_("Recorded by")) \
X(alias_off,          29,  64, 0, 0, day,         F,   NONE,       0,  80, 0, N_("Alias deleted on")) \
X(alias_off_city,     30, 128, 0, 0, text,        F,   NONE,       1,  85, 0, N_("Deleted by")) \
X(building,           31, 512, 0, 0, text,        ALL, NONE,       1, 140, 1, N_("Building")) \
X(address_code,       32,  16, 0, 0, digits,      ALL, NONE,       1, 155, 0, N_("Address code")) \
X(address_since,      33, 128, 0, 2, anyday,      ALL, NONE,       1, 160, 0, N_("Address since")) \
X(notified_on,        34,  64, 0, 0, day,         ALL, NONE,       1, 165, 0, N_("Notified on")) \
X(previous_address,   35,1024, 0, 0, text,        ALL, NONE,       1, 170, 1, N_("Address before")) \
X(honseki,            36,1024, 0, 2, text,        J,   KOSEKI,     1, 300, 1, N_("Registered domicile")) \
X(koseki_head,        37, 512, 0, 2, text,        J,   KOSEKI,     1, 310, 0, N_("Head of register")) \
X(resident_since,     38, 128, 0, 2, anyday,      J,   NONE,       0, 180, 0, N_("Resident since")) \
X(foreign_since,      39, 128, 0, 2, anyday,      F,   NONE,       0, 185, 0, N_("Foreign since")) \
X(class_30_45,        40,  64, 0, 2, class,       F,   RESIDENCE,  0, 440, 1, N_("Class (Art. 30-45)")) \
X(residence_status,   41, 128, 0, 0, text,        F,   RESIDENCE,  0, 441, 0, N_("Residence status")) \
X(residence_period,   42,  64, 0, 0, text,        F,   RESIDENCE,  0, 442, 0, N_("Period of stay")) \
X(residence_until,    43,  64, 0, 0, seireki,     F,   RESIDENCE,  0, 443, 0, N_("Stay ends on")) \
X(residence_card,     44,  16, 0, 0, card,        F,   RESIDENCE,  0, 444, 0, N_("Residence card")) \
X(special_card,       45,  16, 0, 0, card,        F,   RESIDENCE,  0, 445, 0, N_("Permanent card")) \
X(landing_period,     46,  64, 0, 0, text,        F,   RESIDENCE,  0, 446, 0, N_("Landing period")) \
X(stay_period,        47,  64, 0, 0, text,        F,   RESIDENCE,  0, 447, 0, N_("Provisional stay")) \
X(voter,              48,  16, 0, 0, yes_no,      J,   ELECTION,   0, 500, 0, N_("Voters' list")) \
X(ward,               49,  16, 0, 0, yes_no,      ALL, ELECTION,   0, 505, 0, N_("Adult ward")) \
X(insurance_nhi,      50,  16, 0, 0, yes_no,      ALL, INSURANCE,  0, 510, 0, N_("Health insurance")) \
X(insurance_old,      51,  16, 0, 0, yes_no,      ALL, INSURANCE,  0, 515, 0, N_("Elderly medical")) \
X(insurance_care,     52,  16, 0, 0, yes_no,      ALL, INSURANCE,  0, 520, 0, N_("Care insurance")) \
X(pension,            53,  32, 0, 0, pension,     ALL, INSURANCE,  0, 525, 0, N_("National pension")) \
X(child_allowance,    54,  16, 0, 0, yes_no,      ALL, INSURANCE,  0, 530, 0, N_("Child allowance")) \
X(card_state,         55,  32, 0, 0, card_state,  ALL, NONE,       0, 540, 0, N_("Number card")) \
X(cert_serial,        56,  64, 0, 0, token,       ALL, NONE,       0, 545, 0, N_("Cert. serial")) \
X(sort_no,            57,   4, 0, 0, digits,      ALL, NONE,       0, 550, 0, N_("Household order")) \
X(processed_on,       58,  64, 0, 0, day,         ALL, NONE,       0, 555, 0, N_("Processed on")) \
X(remarks,            59,1024, 0, 0, text,        ALL, REMARKS,    1, 560, 1, N_("Remarks")) \
X(removed_reason,     60,  64, 0, 0, text,        GONE, NONE,      0, 600, 0, N_("Reason of removal")) \
X(removed_on,         61, 128, 0, 0, anyday,      GONE, NONE,      0, 605, 0, N_("Removed on")) \
X(moved_to_planned,   62,1024, 0, 0, text,        GONE, NONE,      1, 610, 1, N_("Moves to (planned)")) \
X(moved_to,           63,1024, 0, 0, text,        GONE, NONE,      1, 620, 1, N_("Moved to (confirmed)")) \
X(moved_out_on,       64,  64, 0, 0, day,         GONE, NONE,      1, 630, 0, N_("Moved out on")) \
X(move_notice_on,     65,  64, 0, 0, day,         GONE, NONE,      1, 635, 0, N_("Move-in notice on")) \
X(last_registered,    66,1024, 0, 0, text,        GONE, NONE,      1, 640, 1, N_("Last registered at"))

/* Made from other records when a record is shown. */
#define ITEM_MADE_LIST(X)						\
X(head_name,         901, 512, 0, 0, text,        ALL, NONE,       1, 220, 0, N_("Head of household"))	\
X(resident_kind,     902,  32, 0, 0, text,        ALL, NONE,       0, 405, 0, N_("Kind of resident"))
/* clang-format on */

#define ITEM_ENUM(token, ...) RESIDENT_##token,
enum resident_column { ITEM_LIST(ITEM_ENUM) RESIDENT_COUNT };
#define ITEM_MADE_ENUM(token, ...) ITEM_##token,
enum item_made {
	ITEM_BEFORE_MADE = RESIDENT_COUNT - 1,
	ITEM_MADE_LIST(ITEM_MADE_ENUM) ITEM_COUNT
};
#undef ITEM_ENUM
#undef ITEM_MADE_ENUM

/* The first column that the store keeps in its table of items. */
#define ITEM_FIRST_KEPT RESIDENT_kana_checked

struct item_row {
	const char *token;
	unsigned number;
	size_t max;
	bool file;
	unsigned must;
	unsigned who;
	unsigned hide;
	bool place;
	unsigned at;
	bool wide;
	const char *label; /* English message id */
};

/* ITEM_COUNT rows; the first RESIDENT_COUNT are the columns of the file. */
const struct item_row *item_table(void);

/* The index of a number; ERR_NOTFOUND. */
int item_find(unsigned number, unsigned *out);

/* The indexes of the items that a screen lists, in its order; how many. */
size_t item_screen(unsigned order[ITEM_COUNT]);

/* Does the item concern such a person?  GONE is left to the value. */
bool item_concerns(const struct item_row *row, bool foreign);

/*
 * Items as the store keeps them: lines "number value".  Only columns from
 * ITEM_FIRST_KEPT on that are not empty are written.  Reading refuses, with
 * ERR_CORRUPT, what is no such line, an unknown number and one that is there
 * twice; values point into `kept`.
 */
void item_keep(struct buf *out, const struct str v[RESIDENT_COUNT]);
int item_read(struct str kept, struct str v[RESIDENT_COUNT])
    __attribute__((warn_unused_result));

/* Groups from their tokens and back, separated by spaces. ERR_NOTFOUND. */
int item_group_find(struct str token, unsigned *mask);
const char *item_group_token(enum item_group g);
void item_group_put(struct buf *b, unsigned mask);

/*
 * 氏名の振り仮名 as a certificate has it (REC-16): ******** when it is not
 * certified and for foreign residents, 【氏空欄】 or 【名空欄】 for the half
 * that is not there.
 */
void item_furigana_put(
    struct buf *b, struct str furigana, struct str status, bool foreign);

#endif
