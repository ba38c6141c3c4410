/*
 * Check digits.
 *
 * SECURITY: personal numbers pass through here on the stack; callers wipe
 * what they keep.  Each formula stands in one function (App. C says which
 * texts were seen).
 */
#include "core/codes.h"

#include <string.h>

#include "core/err.h"
#include "core/utf8.h"

#define CITY_BODY 5

/*
 * Sum of digit × weight modulo 11; from the right the weights are 2, 3, … 7
 * and then 2 again.  ERR_SYNTAX when a character is no digit.
 */
static int
sum_mod11(struct str body)
{
	int sum = 0;
	size_t i;

	for (i = 0; i < body.n; i++) {
		char c = body.p[body.n - 1 - i];

		if (c < '0' || c > '9')
			return ERR_SYNTAX;
		sum += (c - '0') * (int)(i % 6 + 2);
	}
	return sum % 11;
}

/* 11 − r, and 0 for r ≤ 1 */
static int
digit_low_zero(struct str body, size_t least, size_t most)
{
	int r;

	if (body.n < least || body.n > most)
		return ERR_SYNTAX;
	r = sum_mod11(body);
	if (r < 0)
		return r;
	return r <= 1 ? 0 : 11 - r;
}

/* 総務省令第85号(平成26年)第5条 */
int
code_my_number_digit(struct str body)
{
	return digit_low_zero(body, CODE_MY_NUMBER - 1, CODE_MY_NUMBER - 1);
}

/* 平成14年総務省告示第436号, as implementers publish it */
int
code_jumin_digit(struct str body)
{
	return digit_low_zero(body, CODE_JUMIN - 1, CODE_JUMIN - 1);
}

/*
 * M11W2–7 (STD1.0 §1.1.13): remainder 0 gives 0.  The text says nothing of
 * remainder 1, which would give 10; it gives 0 here.
 */
int
code_atena_digit(struct str body)
{
	return digit_low_zero(body, CODE_ATENA_MIN - 1, CODE_ATENA_MAX - 1);
}

/* Weights 6 5 4 3 2; the last digit of 11 − r, so r = 0 → 1 and r = 1 → 0. */
int
code_city_digit(struct str body)
{
	int r;

	if (body.n != CITY_BODY)
		return ERR_SYNTAX;
	r = sum_mod11(body);
	return r < 0 ? r : (11 - r) % 10;
}

/* The digits of s without spaces and hyphens; ERR_SYNTAX. */
static int
fold(struct str s, char *out, size_t least, size_t most)
{
	size_t n = 0;
	int32_t cp;

	while ((cp = utf8_next(&s)) != -2) {
		if (cp == ' ' || cp == 0x3000 || cp == '-' || cp == 0xff0d ||
		    cp == 0x2212)
			continue;
		if (cp >= 0xff10 && cp <= 0xff19)
			cp = cp - 0xff10 + '0';
		if (cp < '0' || cp > '9' || n == most) {
			explicit_bzero(out, most + 1);
			return ERR_SYNTAX;
		}
		out[n++] = (char)cp;
	}
	out[n] = '\0';
	if (n >= least)
		return 0;
	explicit_bzero(out, most + 1);
	return ERR_SYNTAX;
}

static int
check(struct str s, char *out, size_t least, size_t most,
    int (*digit)(struct str))
{
	size_t n;
	int err;

	out[0] = '\0';
	err = fold(s, out, least, most);
	if (err != 0)
		return err;
	n = strlen(out);
	if (digit(str_n(out, n - 1)) == out[n - 1] - '0')
		return 0;
	explicit_bzero(out, most + 1);
	return ERR_RANGE;
}

int
code_my_number(struct str s, char out[CODE_MY_NUMBER + 1])
{
	return check(
	    s, out, CODE_MY_NUMBER, CODE_MY_NUMBER, code_my_number_digit);
}

int
code_jumin(struct str s, char out[CODE_JUMIN + 1])
{
	return check(s, out, CODE_JUMIN, CODE_JUMIN, code_jumin_digit);
}

int
code_city(struct str s, char out[CODE_CITY + 1])
{
	return check(s, out, CODE_CITY, CODE_CITY, code_city_digit);
}

int
code_atena(struct str s, char out[CODE_ATENA_MAX + 1])
{
	return check(s, out, CODE_ATENA_MIN, CODE_ATENA_MAX, code_atena_digit);
}

void
code_mask(struct buf *b, struct str number)
{
	size_t i;

	for (i = 0; i < number.n; i++)
		buf_putc(b, i + 4 < number.n ? '*' : number.p[i]);
}
