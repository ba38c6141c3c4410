/*
 * The lines of a request: numbers masked, secrets absent (trap 38, AUD).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/act.h"
#include "core/wire.h"
#include "mamori.pb-c.h"

static const struct act_who who = {
	.match_id = { "M001", 4 },
	.operator_id = { "G0001", 5 },
	.terminal = { "T1", 2 },
	.place = { "窓口1", 7 },
};

static bool
has(const struct buf *b, const char *z)
{
	size_t n = strlen(z);

	return n <= b->n && memmem(b->p, b->n, z, n) != NULL;
}

static void
trap_38_numbers_are_cut_to_four_digits(void **state)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	struct buf b = BUF_INIT;

	(void)state;
	req.my_number = PB_BYTES(STR("983205673214"));
	req.jumin_code = PB_BYTES(STR("12345678903"));
	req.kana = PB_BYTES(STR("ヤマダ"));
	req.purpose = PB_BYTES(STR("01"));
	req.ref = PB_BYTES(STR("R-7"));
	act_lines(
	    &b, op_find(OP_person_search), 1700000000000, &who, &req.base);
	assert_true(has(&b, "query my_number=****3214\n"));
	assert_true(has(&b, "query jumin_code=****8903\n"));
	assert_false(has(&b, "98320567"));
	assert_false(has(&b, "1234567"));
	assert_true(has(&b, "query kana=ヤマダ\n"));
	assert_true(has(&b, "purpose 01\n"));
	assert_true(has(&b, "ref R-7\n"));
	assert_false(has(&b, "query purpose"));
	assert_true(has(&b, "event SEARCH\nwhen 1700000000000\n"));
	assert_true(has(&b, "match-id M001\noperator G0001\n"));
	assert_true(has(&b, "screen 住民検索\nfunction person_search\n"));
	buf_release(&b);
}

static void
every_text_line_of_a_number_has_its_line_cut(void **state)
{
	static const char *const fields[] = { "my_number", "jumin_code" };
	const ProtobufCFieldDescriptor *f;
	const struct op_row *ops;
	size_t n;
	size_t i;
	size_t k;
	size_t seen = 0;

	/* no request has a person's number under another name */
	(void)state;
	ops = op_table(&n);
	for (i = 0; i < n; i++) {
		for (k = 0; k < ops[i].req->n_fields; k++) {
			f = &ops[i].req->fields[k];
			seen += strcmp(f->name, fields[0]) == 0 ||
			    strcmp(f->name, fields[1]) == 0;
			assert_null(strstr(f->name, "mynumber"));
			assert_null(strstr(f->name, "juminhyo"));
		}
	}
	assert_int_equal(seen, 4); /* search and 本人確認情報照会 */
}

static void
secrets_and_keys_are_not_in_the_lines(void **state)
{
	Mamori__LoginPinReq pin = MAMORI__LOGIN_PIN_REQ__INIT;
	Mamori__CtlEnrollStoreReq store = MAMORI__CTL_ENROLL_STORE_REQ__INIT;
	struct buf b = BUF_INIT;

	(void)state;
	pin.verifier = PB_BYTES(STR("SECRET-SECRET-SECRET-SECRET-1234"));
	act_lines(&b, op_find(OP_login_pin), 1, &who, &pin.base);
	assert_false(has(&b, "SECRET"));
	assert_false(has(&b, "verifier"));
	buf_clear(&b);
	store.match_id = PB_BYTES(STR("M001"));
	store.envelope = PB_BYTES(STR("SECRET"));
	store.verifier = PB_BYTES(STR("SECRET"));
	store.public_key = PB_BYTES(STR("SECRET"));
	act_lines(&b, op_find(OP_ctl_enroll_store), 1, &who, &store.base);
	assert_false(has(&b, "SECRET"));
	assert_true(has(&b, "query match_id=M001\n"));
	buf_release(&b);
}

static void
empty_values_leave_no_line(void **state)
{
	Mamori__NoticesReq req = MAMORI__NOTICES_REQ__INIT;
	struct act_who nobody = { .terminal = { "T1", 2 } };
	struct buf b = BUF_INIT;

	(void)state;
	act_lines(&b, op_find(OP_notices), 5, &nobody, &req.base);
	assert_true(str_eqz(buf_str(&b),
	    "event NOTICES_SHOWN\nwhen 5\n"
	    "terminal T1\nscreen お知らせ\nfunction notices\n"));
	buf_release(&b);
}

static void
what_is_signed_says_what_it_is(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	act_signed(&b, STR("event X\n"));
	assert_true(str_eqz(buf_str(&b), "audit-request/v1\nevent X\n"));
	buf_clear(&b);
	act_login_text(&b, STR("login"), STR("M001"));
	assert_true(
	    str_eqz(buf_str(&b), "mamori-act/v1\nop login\nmatch-id M001\n"));
	assert_string_equal(act_screen(OP_ctl_status), "mamorictl");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trap_38_numbers_are_cut_to_four_digits),
		cmocka_unit_test(every_text_line_of_a_number_has_its_line_cut),
		cmocka_unit_test(secrets_and_keys_are_not_in_the_lines),
		cmocka_unit_test(empty_values_leave_no_line),
		cmocka_unit_test(what_is_signed_says_what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
