/*
 * Private to era_parse.c and era_text.c: a typed date folded to one byte per
 * sign, so that the parsers see no width, case, space or era name.
 */
#ifndef CORE_ERA_FOLD_H
#define CORE_ERA_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/era.h"
#include "core/str.h"

#define ERA_FOLD_MAX 48

/* Signs beside digits, era letters and the separators . / - */
enum era_sign {
	SIGN_YEAR = 1, /* 年 */
	SIGN_MONTH,    /* 月 */
	SIGN_DAY,      /* 日 */
	SIGN_FIRST,    /* 元 */
	SIGN_SEASON,   /* 春夏秋冬 */
	SIGN_PART,     /* 上旬 中旬 下旬 */
	SIGN_ABOUT,    /* 頃 */
	SIGN_GUESS,    /* 推定 */
	SIGN_FROM,     /* から */
	SIGN_SPAN,     /* までの間 */
	SIGN_UNKNOWN,  /* 不詳 */
	SIGN_AD,       /* 西暦 */
};

struct era_folded {
	char p[ERA_FOLD_MAX];
	size_t n;
	size_t at; /* reading position */
};

/* ERR_SYNTAX for a character that stands in no date; ERR_TOOLONG. */
int era_fold(struct str s, struct era_folded *out);

/* The next sign; 0 at the end. */
char era_peek(const struct era_folded *f);

/* Steps over `sign` if it is next. */
bool era_take(struct era_folded *f, char sign);

/* A number of at most `most` digits; false when there is none or more. */
bool era_number(struct era_folded *f, size_t most, int *value, size_t *digits);

/* The row of a letter or of a 7-digit code; NULL. */
const struct era_row *era_by_letter(char letter);
const struct era_row *era_by_code(int code);

#endif
