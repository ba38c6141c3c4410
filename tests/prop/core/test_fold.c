/*
 * Search keys over random names (SRC-05, SRC-06): a key is its own key, a
 * variant never changes it, and ranks agree with keys.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "core/namekey.h"
#include "core/utf8.h"

#define ROUNDS 20000

/* a fixed sequence: the same names in every run */
static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* One to six characters: variants, kanji, kana, spaces, selectors. */
static void
random_name(struct buf *out, uint32_t *seed)
{
	size_t n = 1 + next(seed) % 6;
	int32_t cp;

	buf_clear(out);
	while (n-- > 0) {
		switch (next(seed) % 6) {
		case 0:
			cp = 0x4e00 + (int32_t)(next(seed) % 0x5200);
			break;
		case 1:
			cp = 0x3041 + (int32_t)(next(seed) % 0xbe);
			break;
		case 2:
			cp = 0x3000;
			break;
		case 3:
			cp = 0x20000 + (int32_t)(next(seed) % 0xa000);
			break;
		default:
			cp = namekey_fold_at(next(seed) % namekey_fold_count());
		}
		utf8_put(out, cp);
		if (next(seed) % 8 == 0 && cp > 0x4e00)
			utf8_put(out, 0xe0100 + (int32_t)(next(seed) % 16));
	}
}

static void
a_key_is_its_own_key(void **state)
{
	struct buf name = BUF_INIT;
	struct buf once = BUF_INIT;
	struct buf twice = BUF_INIT;
	uint32_t seed = 1;
	int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		random_name(&name, &seed);
		buf_clear(&once);
		buf_clear(&twice);
		assert_int_equal(namekey_name(&once, buf_str(&name)), 0);
		assert_int_equal(namekey_name(&twice, buf_str(&once)), 0);
		if (!str_eq(buf_str(&once), buf_str(&twice)))
			fail_msg(STR_FMT ": " STR_FMT " then " STR_FMT,
			    STR_ARG(buf_str(&name)), STR_ARG(buf_str(&once)),
			    STR_ARG(buf_str(&twice)));
	}
	buf_release(&name);
	buf_release(&once);
	buf_release(&twice);
}

static void
any_variant_of_a_character_has_the_same_key(void **state)
{
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;
	struct buf key_a = BUF_INIT;
	struct buf key_b = BUF_INIT;
	int32_t forms[64];
	int32_t cp;
	size_t n;
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < namekey_fold_count(); i += 37) {
		cp = namekey_fold_at(i);
		n = namekey_variants(cp, forms, 64);
		assert_in_range(n, 1, 64);
		for (k = 0; k < n; k++) {
			buf_clear(&a);
			buf_clear(&b);
			buf_clear(&key_a);
			buf_clear(&key_b);
			utf8_put(&a, cp);
			utf8_put(&b, forms[k]);
			assert_int_equal(namekey_name(&key_a, buf_str(&a)), 0);
			assert_int_equal(namekey_name(&key_b, buf_str(&b)), 0);
			if (!str_eq(buf_str(&key_a), buf_str(&key_b)))
				fail_msg(STR_FMT " and " STR_FMT,
				    STR_ARG(buf_str(&a)), STR_ARG(buf_str(&b)));
		}
	}
	buf_release(&a);
	buf_release(&b);
	buf_release(&key_a);
	buf_release(&key_b);
}

static void
a_rank_agrees_with_the_keys(void **state)
{
	struct buf one = BUF_INIT;
	struct buf two = BUF_INIT;
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;
	struct namekey_pair asked = { .kana = { "", 0 } };
	struct namekey_pair found = { .kana = { "", 0 } };
	enum namekey_rank rank;
	uint32_t seed = 7;
	int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		random_name(&one, &seed);
		random_name(&two, &seed);
		buf_clear(&a);
		buf_clear(&b);
		assert_int_equal(namekey_name(&a, buf_str(&one)), 0);
		assert_int_equal(namekey_name(&b, buf_str(&two)), 0);
		asked.name = buf_str(&one);
		found.name = buf_str(&two);
		assert_int_equal(namekey_rank(&asked, &found, &rank), 0);
		if (rank == NAMEKEY_FOLD_WHOLE)
			assert_true(str_eq(buf_str(&a), buf_str(&b)));
		if (rank == NAMEKEY_NONE && a.n > 0)
			assert_false(str_eq(buf_str(&a), buf_str(&b)));
		assert_int_equal(namekey_rank(&asked, &asked, &rank), 0);
		assert_true(rank == NAMEKEY_EXACT_WHOLE || a.n == 0);
	}
	buf_release(&one);
	buf_release(&two);
	buf_release(&a);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_its_own_key),
		cmocka_unit_test(any_variant_of_a_character_has_the_same_key),
		cmocka_unit_test(a_rank_agrees_with_the_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
