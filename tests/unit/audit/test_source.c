/*
 * Every source is gapless: exactly once, in order (audit-log.md §6).
 *
 * SECURITY: test code; not linked into any program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/source.h"
#include "core/err.h"

static int
add(struct sources *s, const char *node, uint64_t epoch, uint64_t seq)
{
	struct entry e = { .node = str_of(node), .epoch = epoch, .seq = seq };

	return sources_add(s, &e);
}

static void
sources_count_from_zero_without_a_gap(void **state)
{
	struct sources s = { 0 };

	(void)state;
	assert_int_equal(add(&s, "T1", 1, 0), 0);
	assert_int_equal(add(&s, "T2", 0, 0), 0);
	assert_int_equal(add(&s, "T1", 1, 1), 0);
	assert_int_equal(add(&s, "T1", 1, 3), ERR_CORRUPT);
	assert_int_equal(add(&s, "T1", 1, 1), ERR_CORRUPT);
	assert_int_equal(add(&s, "T3", 1, 1), ERR_CORRUPT);
	assert_int_equal(s.n, 2);
	sources_release(&s);
}

static void
a_new_epoch_starts_at_zero_and_never_goes_back(void **state)
{
	struct sources s = { 0 };

	(void)state;
	assert_int_equal(add(&s, "T1", 1, 0), 0);
	assert_int_equal(add(&s, "T1", 2, 1), ERR_CORRUPT);
	assert_int_equal(add(&s, "T1", 2, 0), 0);
	assert_int_equal(add(&s, "T1", 1, 1), ERR_CORRUPT);
	assert_int_equal(add(&s, "T1", 2, 1), 0);
	sources_release(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_count_from_zero_without_a_gap),
		cmocka_unit_test(
		    a_new_epoch_starts_at_zero_and_never_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
