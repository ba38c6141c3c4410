/*
 * Messages: every limit of the schema is enforced after unpacking.
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
#include "core/wire.h"
#include "mamori.pb-c.h"

#define ARENA 65536

static const ProtobufCMessageDescriptor *const search =
    &mamori__person_search_req__descriptor;

/* Packs a search and unpacks it again; the result of unpacking. */
static int
round_trip(const Mamori__PersonSearchReq *req, struct wire_arena *a,
    ProtobufCMessage **out)
{
	struct buf b = BUF_INIT;
	int err;

	wire_pack(&b, &req->base);
	assert_int_equal(b.err, 0);
	err = wire_unpack(search, buf_str(&b), a, out);
	buf_release(&b);
	return err;
}

static void
a_good_message_comes_back(void **state)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	const Mamori__PersonSearchReq *back;
	struct wire_arena a;
	ProtobufCMessage *m;

	(void)state;
	assert_int_equal(wire_arena_init(&a, ARENA), 0);
	req.name = PB_BYTES(STR("渡邉\U000e0102　太郎"));
	req.purpose = PB_BYTES(STR("01"));
	assert_int_equal(round_trip(&req, &a, &m), 0);
	back = (const Mamori__PersonSearchReq *)(const void *)m;
	assert_true(str_eqz(STR_PB(back->name), "渡邉\U000e0102　太郎"));
	assert_true(str_eqz(STR_PB(back->purpose), "01"));
	assert_int_equal(back->kana.len, 0);
	wire_arena_release(&a);
}

static void
a_text_longer_than_its_maximum_is_refused(void **state)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	char text[513];
	struct wire_arena a;
	ProtobufCMessage *m;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(wire_arena_init(&a, ARENA), 0);
	req.name = PB_BYTES(str_n(text, 512));
	assert_int_equal(round_trip(&req, &a, &m), 0);
	req.name = PB_BYTES(str_n(text, 513));
	assert_int_equal(round_trip(&req, &a, &m), ERR_TOOLONG);
	assert_null(m);
	req.name = PB_BYTES(STR("a"));
	req.my_number = PB_BYTES(STR("1234567890123"));
	assert_int_equal(round_trip(&req, &a, &m), ERR_TOOLONG);
	assert_int_equal(wire_check(&req.base), ERR_TOOLONG);
	wire_arena_release(&a);
}

static void
text_that_is_not_clean_is_refused(void **state)
{
	static const struct str bad[] = { { "\xff", 1 }, { "\xe3\x81", 2 },
		{ "a\0b", 3 }, { "a\nb", 3 }, { "\x1b[0m", 4 },
		{ "\xc2\x85", 2 }, { "\xed\xa0\x80", 3 }, { "\xe2\x80\xa8", 3 },
		{ "\xef\xbf\xbe", 3 } };
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	struct wire_arena a;
	ProtobufCMessage *m;
	size_t i;

	(void)state;
	assert_int_equal(wire_arena_init(&a, ARENA), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		req.address = PB_BYTES(bad[i]);
		if (round_trip(&req, &a, &m) != ERR_UTF8)
			fail_msg("text %zu was taken", i);
		assert_null(m);
	}
	wire_arena_release(&a);
}

static void
unknown_fields_are_refused(void **state)
{
	/* field 99, wire type 0 and 2 */
	static const struct str bad[] = { { "\x98\x06\x01", 3 },
		{ "\x9a\x06\x01x", 4 } };
	struct wire_arena a;
	ProtobufCMessage *m;
	size_t i;

	(void)state;
	assert_int_equal(wire_arena_init(&a, ARENA), 0);
	for (i = 0; i < 2; i++) {
		assert_int_equal(wire_unpack(search, bad[i], &a, &m), ERR_PEER);
		assert_null(m);
	}
	wire_arena_release(&a);
}

/*
 * Cut between two fields a message is a shorter message; anywhere else it is
 * refused.  So no cut may give the fields that were cut off.
 */
static void
every_truncation_is_refused_or_lacks_the_rest(void **state)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	const Mamori__PersonSearchReq *back;
	struct wire_arena a;
	struct buf b = BUF_INIT;
	ProtobufCMessage *m;
	size_t taken = 0;
	size_t n;

	(void)state;
	assert_int_equal(wire_arena_init(&a, ARENA), 0);
	req.name = PB_BYTES(STR("山田　太郎"));
	req.kana = PB_BYTES(STR("ヤマダ"));
	req.ref = PB_BYTES(STR("123"));
	wire_pack(&b, &req.base);
	for (n = 0; n < b.n; n++) {
		wire_arena_reset(&a);
		if (wire_unpack(search, str_n(b.p, n), &a, &m) != 0)
			continue;
		taken++;
		back = (const Mamori__PersonSearchReq *)(const void *)m;
		assert_int_equal(back->ref.len, 0);
	}
	assert_int_equal(taken, 3); /* nothing, name, name and kana */
	wire_arena_release(&a);
	buf_release(&b);
}

static void
lists_have_a_most_number_of_rows(void **state)
{
	Mamori__OperatorSelectAns ans = MAMORI__OPERATOR_SELECT_ANS__INIT;
	ProtobufCBinaryData rights[65];
	size_t i;

	(void)state;
	for (i = 0; i < 65; i++)
		rights[i] = PB_BYTES(STR("drill"));
	ans.rights = rights;
	ans.n_rights = 64;
	assert_int_equal(wire_check(&ans.base), 0);
	ans.n_rights = 65;
	assert_int_equal(wire_check(&ans.base), ERR_LIMIT);
	ans.n_rights = 2;
	rights[1] = PB_BYTES(STR("a\x01"));
	assert_int_equal(wire_check(&ans.base), ERR_UTF8);
}

static void
inner_messages_are_checked_too(void **state)
{
	Mamori__NoticesAns ans = MAMORI__NOTICES_ANS__INIT;
	Mamori__Notice notice = MAMORI__NOTICE__INIT;
	Mamori__Notice *list[1] = { &notice };

	(void)state;
	ans.notices = list;
	ans.n_notices = 1;
	notice.text = PB_BYTES(STR("仮支援 1件"));
	assert_int_equal(wire_check(&ans.base), 0);
	notice.text = PB_BYTES(STR("\xff"));
	assert_int_equal(wire_check(&ans.base), ERR_UTF8);
}

static void
the_arena_is_a_limit_and_is_zeroed(void **state)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	struct wire_arena a;
	ProtobufCMessage *m;
	size_t i;

	(void)state;
	assert_int_equal(wire_arena_init(&a, 64), 0);
	req.name = PB_BYTES(STR("a name that does not fit into the arena "
				"because the arena has sixty-four bytes only"));
	assert_int_not_equal(round_trip(&req, &a, &m), 0);
	assert_null(m);
	assert_null(wire_alloc(&a, SIZE_MAX));
	assert_null(wire_alloc(&a, 65));
	wire_arena_reset(&a);
	memset(wire_alloc(&a, 64), 'x', 64);
	wire_arena_reset(&a);
	for (i = 0; i < 64; i++)
		assert_int_equal(a.p[i], 0);
	wire_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_message_comes_back),
		cmocka_unit_test(a_text_longer_than_its_maximum_is_refused),
		cmocka_unit_test(text_that_is_not_clean_is_refused),
		cmocka_unit_test(unknown_fields_are_refused),
		cmocka_unit_test(every_truncation_is_refused_or_lacks_the_rest),
		cmocka_unit_test(lists_have_a_most_number_of_rows),
		cmocka_unit_test(inner_messages_are_checked_too),
		cmocka_unit_test(the_arena_is_a_limit_and_is_zeroed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
