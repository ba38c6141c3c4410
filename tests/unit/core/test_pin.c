/*
 * The rules of a PIN (AUT-12), and the text of an act.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/act.h"
#include "core/err.h"
#include "core/pin.h"
#include "core/wire.h"
#include "mamori.pb-c.h"

static void
AUT_12_short_repeated_and_running_pins_are_refused(void **state)
{
	static const struct {
		const char *pin;
		size_t least;
		int err;
	} cases[] = {
		{ "20261121", 8, 0 },
		{ "24681357", 8, 0 },
		{ "kX83-tango", 8, 0 },
		{ "2026112", 8, ERR_MISSING },
		{ "2026112", 4, ERR_MISSING }, /* no site goes below 8 */
		{ "20261121", 10, ERR_MISSING },
		{ "00000000", 8, ERR_RANGE },
		{ "12121212", 8, ERR_RANGE },
		{ "123123123", 8, ERR_RANGE },
		{ "abcdabcd", 8, ERR_RANGE },
		{ "12345678", 8, ERR_RANGE },
		{ "87654321", 8, ERR_RANGE },
		{ "78901234", 8, ERR_RANGE },
		{ "32109876", 8, ERR_RANGE },
		{ "abcdefgh", 8, ERR_RANGE },
		{ "2026 1121", 8, ERR_SYNTAX },
		{ "暗証番号", 8, ERR_SYNTAX },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (pin_check(str_of(cases[i].pin), cases[i].least) !=
		    cases[i].err)
			fail_msg("%s", cases[i].pin);
}

static void
the_text_of_an_act_is_what_is_read_and_binds_every_byte(void **state)
{
	static const char want[] =
	    "mamori-act/v1\n"
	    "op account_unlock\n"
	    "操作 利用停止の解除\n"
	    "操作者 M002 O002 山田花子\n"
	    "端末 T01 本庁1階\n"
	    "照合ID M001\n"
	    "理由 本人に確認済み\n"
	    "digest AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
	const struct act_who who = { .match_id = STR("M002"),
		.operator_id = STR("O002"),
		.operator_name = STR("山田花子"),
		.terminal = STR("T01"),
		.place = STR("本庁1階") };
	static const uint8_t zero[32];
	Mamori__AccountUnlockReq req = MAMORI__ACCOUNT_UNLOCK_REQ__INIT;
	struct buf b = BUF_INIT;

	(void)state;
	req.match_id = PB_BYTES(STR("M001"));
	req.reason = PB_BYTES(STR("本人に確認済み"));
	act_text(&b, op_find(OP_account_unlock), &who, &req.base, zero);
	assert_int_equal(b.n, sizeof(want) - 1);
	assert_memory_equal(b.p, want, sizeof(want) - 1);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    AUT_12_short_repeated_and_running_pins_are_refused),
		cmocka_unit_test(
		    the_text_of_an_act_is_what_is_read_and_binds_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
