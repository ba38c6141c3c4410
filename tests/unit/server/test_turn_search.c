/*
 * Searching and inquiring through a whole in-process turn: reasons, budget,
 * saved conditions, 本人確認情報照会.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "audit/entry.h"
#include "core/codes.h"
#include "core/err.h"
#include "site_turn.h"

struct world {
	struct site s;
	struct site_term t;
	struct site_person clerk;
	struct site_person other;
};

static const struct site_resident people[] = {
	{ 1, 1, 1, "山田　花子", "ヤマダ　ハナコ", "1980-12-26", "100-0001",
	    "例示市神明一丁目2番3号", "" },
	{ 2, 1, 2, "山田　華", "ヤマダ　ハナ", "1980-12-26", "100-0002",
	    "例示市本町2番1号", "" },
	{ 3, 1, 3, "山田　桜", "ヤマダ　サクラ", "1980-12-26", "100-0009",
	    "例示市秘密町7番7号", "支" },
};

static void
let_in(struct world *w)
{
	assert_int_equal(
	    site_login(&w->t, &w->clerk, "login", "O001")->code, 0);
}

static int
setup(void **state)
{
	static struct world w;
	struct buf csv = BUF_INIT;
	size_t i;

	site_make(&w.s, true);
	site_terminal(&w.s, &w.t, "T01");
	site_person(&w.s, &w.clerk, "M001", "O001", "clerk");
	site_person(&w.s, &w.other, "M002", "O002", "clerk");
	site_row_start(&csv);
	for (i = 0; i < sizeof(people) / sizeof(people[0]); i++)
		site_row(&csv, &people[i]);
	buf_putc(&csv, '\0');
	assert_int_equal(site_import(&w.s, (const char *)csv.p, 3), 0);
	buf_release(&csv);
	let_in(&w);
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	site_person_free(&w->clerk);
	site_person_free(&w->other);
	site_term_free(&w->t);
	site_free(&w->s);
	return 0;
}

static bool
holds(struct str hay, const char *needle)
{
	return memmem(hay.p, hay.n, needle, strlen(needle)) != NULL;
}

static Mamori__PersonSearchReq
by_kana(const char *kana)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;

	req.kana = PB_BYTES(str_of(kana));
	req.birth = PB_BYTES(STR("1980-12-26"));
	req.purpose = PB_BYTES(STR("1"));
	return req;
}

static const struct site_answer *
search(struct world *w, const Mamori__PersonSearchReq *req)
{
	return site_ask(&w->t, OP_person_search, &req->base);
}

static void
SRC_15_a_reason_is_a_code_of_the_master(void **state)
{
	struct world *w = *state;
	Mamori__PersonSearchReq req = by_kana("ヤマダ");
	const struct site_answer *a;

	req.purpose = PB_BYTES(STR("Z"));
	a = search(w, &req);
	assert_int_equal(a->code, ERR_SYNTAX);
	assert_string_equal(a->item, "purpose");
	/* その他 needs the number of the application */
	req.purpose = PB_BYTES(STR("9"));
	a = search(w, &req);
	assert_int_equal(a->code, ERR_MISSING);
	assert_string_equal(a->item, "ref");
	req.ref = PB_BYTES(STR("R-77"));
	a = search(w, &req);
	assert_int_equal(a->code, 0);
	assert_true(str_eqz(body_get(a->log, "purpose"), "9"));
	assert_true(str_eqz(body_get(a->log, "ref"), "R-77"));
}

static void
without_masters_every_reason_is_refused(void **state)
{
	struct world *w = *state;
	Mamori__PersonSearchReq req = by_kana("ヤマダ");

	w->s.cfg.masters = NULL;
	assert_int_equal(site_reopen(&w->s), 0);
	assert_int_equal(site_connect(&w->t), 0);
	assert_int_equal(site_hello(&w->t)->code, 0);
	let_in(w);
	assert_int_equal(search(w, &req)->code, ERR_SYNTAX);
}

static void
a_search_over_its_budget_is_refused_and_logged(void **state)
{
	struct world *w = *state;
	Mamori__PersonSearchReq req = by_kana("ヤマダ");
	const struct site_answer *a;

	w->s.cfg.query_us = 1;
	assert_int_equal(site_reopen(&w->s), 0);
	assert_int_equal(site_connect(&w->t), 0);
	assert_int_equal(site_hello(&w->t)->code, 0);
	let_in(w);
	a = search(w, &req);
	assert_int_equal(a->code, ERR_LIMIT);
	assert_string_equal(a->item, "conditions");
	assert_int_equal(a->receipt, 0);
	assert_true(holds(a->log, "result deny ERR_LIMIT conditions"));
}

static void
SRC_03_an_item_without_data_is_a_condition(void **state)
{
	struct world *w = *state;
	Mamori__PersonSearchReq req = by_kana("ヤマダ");
	ProtobufCBinaryData blank = PB_BYTES(STR("birth"));
	const struct site_answer *a;

	req.blank = &blank;
	req.n_blank = 1;
	a = search(w, &req);
	assert_int_equal(a->code, ERR_SYNTAX);
	assert_string_equal(a->item, "birth");
	req.birth = (ProtobufCBinaryData){ 0 };
	a = search(w, &req);
	assert_int_equal(a->code, 0);
	assert_true(str_eqz(body_get(a->log, "hits"), "0"));
	assert_true(holds(a->log, "query blank=birth\n"));
	blank = PB_BYTES(STR("address")); /* nobody is without */
	assert_int_equal(search(w, &req)->code, ERR_SYNTAX);
}

static void
SRC_08_conditions_are_kept_for_the_person_who_searched(void **state)
{
	struct world *w = *state;
	Mamori__SearchSavedReq ask = MAMORI__SEARCH_SAVED_REQ__INIT;
	struct site_term t2;
	Mamori__PersonSearchReq req = by_kana("ヤマダ");
	Mamori__PersonSearchReq number = MAMORI__PERSON_SEARCH_REQ__INIT;
	const Mamori__SearchSavedAns *r;
	const struct site_answer *a;
	char kana[64];
	int i;

	assert_int_equal(search(w, &req)->code, 0);
	assert_int_equal(search(w, &req)->code, 0); /* once only */
	req = by_kana("ハナ");
	assert_int_equal(search(w, &req)->code, 0);
	/* numbers that are masked are not kept */
	number.my_number = PB_BYTES(STR("123456789018"));
	number.purpose = PB_BYTES(STR("1"));
	assert_int_equal(search(w, &number)->code, 0);
	a = site_ask(&w->t, OP_search_saved, &ask.base);
	assert_int_equal(a->code, 0);
	r = (const void *)a->msg;
	assert_int_equal(r->n_searches, 2);
	assert_true(str_eqz(STR_PB(r->searches[0]->conditions->kana), "ハナ"));
	assert_int_equal(r->searches[0]->conditions->purpose.len, 0);
	assert_true(
	    str_eqz(STR_PB(r->searches[1]->conditions->kana), "ヤマダ"));
	for (i = 0; i < 30; i++) {
		(void)snprintf(kana, sizeof(kana), "ヤマダ%d", i);
		req = by_kana(kana);
		assert_int_equal(search(w, &req)->code, 0);
	}
	r = (const void *)site_ask(&w->t, OP_search_saved, &ask.base)->msg;
	assert_int_equal(r->n_searches, 20);
	/* nobody else gets them */
	site_terminal(&w->s, &t2, "T02");
	assert_int_equal(site_login(&t2, &w->other, "login", "O002")->code, 0);
	a = site_ask(&t2, OP_search_saved, &ask.base);
	assert_int_equal(a->code, 0);
	assert_int_equal(
	    ((const Mamori__SearchSavedAns *)(const void *)a->msg)->n_searches,
	    0);
	site_term_free(&t2);
}

/* ---- 本人確認情報照会 ---------------------------------------------------- */

static Mamori__JukinetInquiryReq
inquiry(void)
{
	Mamori__JukinetInquiryReq req = MAMORI__JUKINET_INQUIRY_REQ__INIT;

	req.purpose = PB_BYTES(STR("1"));
	req.use = PB_BYTES(STR("2"));
	req.name = PB_BYTES(STR("山田花子"));
	req.birth = PB_BYTES(STR("1980-12-26"));
	return req;
}

static const struct site_answer *
inquire(struct world *w, const Mamori__JukinetInquiryReq *req)
{
	return site_ask(&w->t, OP_jukinet_inquiry, &req->base);
}

static const Mamori__JukinetInquiryAns *
answer(const struct site_answer *a)
{
	assert_int_equal(a->code, 0);
	assert_int_equal(a->receipt, 0);
	return (const void *)a->msg;
}

static void
INQ_01_the_answer_has_identification_data_only(void **state)
{
	static const char *const never[] = { "世帯主", "100-0001", "日本",
		"ヤマダ" };
	struct world *w = *state;
	Mamori__JukinetInquiryReq req = inquiry();
	const Mamori__JukinetInquiryAns *r;
	const struct site_answer *a;
	char household[17];
	size_t i;

	a = inquire(w, &req);
	r = answer(a);
	assert_int_equal(r->n_rows, 1);
	assert_true(str_eqz(STR_PB(r->rows[0]->name), "山田　花子"));
	assert_true(
	    str_eqz(STR_PB(r->rows[0]->address), "例示市神明一丁目2番3号"));
	assert_true(r->rows[0]->has_my_number);
	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_false(holds(a->body, never[i]));
	site_number(household, 1);
	assert_false(holds(a->body, "12000000"));
}

static void
INQ_02_an_affair_of_the_master_is_mandatory(void **state)
{
	struct world *w = *state;
	Mamori__JukinetInquiryReq req = inquiry();
	const struct site_answer *a;

	req.purpose = (ProtobufCBinaryData){ 0 };
	a = inquire(w, &req);
	assert_int_equal(a->code, ERR_MISSING);
	assert_string_equal(a->item, "purpose");
	req.purpose = PB_BYTES(STR("whatever"));
	assert_int_equal(inquire(w, &req)->code, ERR_SYNTAX);
	req.purpose = PB_BYTES(STR("9")); /* by ordinance: name the case */
	a = inquire(w, &req);
	assert_int_equal(a->code, ERR_MISSING);
	assert_string_equal(a->item, "ref");
	req.purpose = PB_BYTES(STR("1"));
	req.use = (ProtobufCBinaryData){ 0 };
	a = inquire(w, &req);
	assert_string_equal(a->item, "use");
	assert_true(holds(a->log, "JUKINET_NG"));
}

static void
INQ_03_each_route_finds_and_a_bad_digit_does_not_start(void **state)
{
	struct world *w = *state;
	Mamori__JukinetInquiryReq req = inquiry();
	char number[16];

	req.name = req.birth = (ProtobufCBinaryData){ 0 };
	(void)snprintf(number, sizeof(number), "%010u", 1000000002u);
	(void)snprintf(
	    number + 10, 3, "%d", code_jumin_digit(str_n(number, 10)));
	req.jumin_code = PB_BYTES(str_of(number));
	assert_int_equal(answer(inquire(w, &req))->n_rows, 1);
	req.jumin_code = PB_BYTES(STR("12345678901"));
	assert_int_equal(inquire(w, &req)->code, ERR_SYNTAX);
	req.jumin_code = (ProtobufCBinaryData){ 0 };
	req.my_number = PB_BYTES(STR("123456789010"));
	assert_int_equal(inquire(w, &req)->code, ERR_SYNTAX);
}

static void
INQ_04_INQ_11_two_items_besides_sex_and_no_address_listing(void **state)
{
	struct world *w = *state;
	Mamori__JukinetInquiryReq req = inquiry();
	const struct site_answer *a;

	req.birth = (ProtobufCBinaryData){ 0 };
	a = inquire(w, &req); /* I-13 */
	assert_int_equal(a->code, ERR_MISSING);
	assert_string_equal(a->item, "birth");
	req.sex = PB_BYTES(STR("2"));
	assert_int_equal(inquire(w, &req)->code, ERR_MISSING);
	req.address = PB_BYTES(STR("神明"));
	assert_int_equal(answer(inquire(w, &req))->n_rows, 1);
	req.name = (ProtobufCBinaryData){ 0 };
	a = inquire(w, &req);
	assert_int_equal(a->code, ERR_MISSING);
	assert_string_equal(a->item, "name");
	req.birth = PB_BYTES(STR("1980-12-26"));
	assert_int_equal(inquire(w, &req)->code, ERR_MISSING);
	/* the whole name, not a part of it */
	req = inquiry();
	req.name = PB_BYTES(STR("山田"));
	assert_int_equal(answer(inquire(w, &req))->n_rows, 0);
}

static void
INQ_05_the_log_has_what_a_resident_may_be_told(void **state)
{
	static const char *const lines[] = { "purpose 1\n", "query use=2\n",
		"method 都度照会\n", "use 2 ", "affair 1 住民基本台帳法",
		"number-affair 提供なし\n", "provider 例示市\n",
		"recipient 例示市 ", "items name former-surname", "when ",
		"ref R-5\n", "subject atena:" };
	struct world *w = *state;
	Mamori__JukinetInquiryReq req = inquiry();
	const struct site_answer *a;
	size_t i;

	req.ref = PB_BYTES(STR("R-5"));
	a = inquire(w, &req);
	(void)answer(a);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!holds(a->log, lines[i]))
			fail_msg(
			    "%s not in\n" STR_FMT, lines[i], STR_ARG(a->log));
	assert_true(str_eqz(body_get(a->log, "result"), "permit JUKINET_INQ"));
}

static void
INQ_09_changes_come_in_their_order(void **state)
{
	struct world *w = *state;
	Mamori__JukinetInquiryReq req = inquiry();
	const Mamori__JukinetInquiryAns *r;
	struct buf csv = BUF_INIT;
	char no[17];

	site_number(no, 30);
	buf_puts(&csv,
	    "resident_no,history_no,household_no,jumin_code,my_number,name,"
	    "name_kana,birth_date,birth_date_text,sex,postal_code,address,"
	    "relation,nationality,event,event_date,protected\r\n");
	buf_printf(&csv,
	    "%s,1,%s,12345678903,123456789018,順　次,ジュン　ジ,1990-01-01,"
	    "平成2年1月1日,男,,"
	    "例示市一町1番,世帯主,日本,出生,平成2年1月1日,\r\n",
	    no, no);
	buf_printf(&csv,
	    "%s,2,%s,12345678903,123456789018,順　次,ジュン　ジ,1990-01-01,"
	    "平成2年1月1日,男,,"
	    "例示市二町2番,世帯主,日本,転居,令和2年4月1日,\r\n",
	    no, no);
	buf_putc(&csv, '\0');
	assert_int_equal(site_import(&w->s, (const char *)csv.p, 2), 0);
	buf_release(&csv);
	req.name = PB_BYTES(STR("順次"));
	req.birth = PB_BYTES(STR("1990-01-01"));
	r = answer(inquire(w, &req));
	assert_int_equal(r->n_rows, 1);
	assert_int_equal(r->rows[0]->n_changes, 2);
	assert_true(str_eqz(STR_PB(r->rows[0]->changes[0]->event), "出生"));
	assert_true(str_eqz(
	    STR_PB(r->rows[0]->changes[1]->event_date), "令和2年4月1日"));
}

static void
INQ_10_nobody_is_an_answer_and_not_a_refusal(void **state)
{
	struct world *w = *state;
	Mamori__JukinetInquiryReq req = inquiry();
	const struct site_answer *a;

	req.birth = PB_BYTES(STR("1980-12-27"));
	a = inquire(w, &req);
	assert_int_equal(answer(a)->n_rows, 0);
	assert_true(str_eqz(body_get(a->log, "hits"), "0"));
	w->s.wall -= 3600000; /* the clock is in doubt: no answer, not nobody */
	a = inquire(w, &req);
	assert_int_equal(a->code, ERR_CLOCK);
}

static void
promise_3_an_inquiry_withholds_a_protected_address(void **state)
{
	struct world *w = *state;
	Mamori__JukinetInquiryReq req = inquiry();
	const Mamori__JukinetInquiryAns *r;
	const struct site_answer *a;

	req.name = PB_BYTES(STR("山田桜"));
	a = inquire(w, &req);
	r = answer(a);
	assert_int_equal(r->n_rows, 1);
	assert_true(r->rows[0]->hidden);
	assert_int_equal(r->rows[0]->address.len, 0);
	assert_false(holds(a->body, "秘密町"));
	assert_false(holds(a->body, "支"));
	assert_false(holds(a->log, "address"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(SRC_15_a_reason_is_a_code_of_the_master),
		T(without_masters_every_reason_is_refused),
		T(a_search_over_its_budget_is_refused_and_logged),
		T(SRC_03_an_item_without_data_is_a_condition),
		T(SRC_08_conditions_are_kept_for_the_person_who_searched),
		T(INQ_01_the_answer_has_identification_data_only),
		T(INQ_02_an_affair_of_the_master_is_mandatory),
		T(INQ_03_each_route_finds_and_a_bad_digit_does_not_start),
		T(INQ_04_INQ_11_two_items_besides_sex_and_no_address_listing),
		T(INQ_05_the_log_has_what_a_resident_may_be_told),
		T(INQ_09_changes_come_in_their_order),
		T(INQ_10_nobody_is_an_answer_and_not_a_refusal),
		T(promise_3_an_inquiry_withholds_a_protected_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
