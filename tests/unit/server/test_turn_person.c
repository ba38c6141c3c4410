/*
 * Searching and opening residents through a whole in-process turn.
 *
 * SECURITY: tests promise 3 of DESIGN.md on single cases; the property test
 * over random worlds is tests/prop/server/test_two_worlds.c.
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
};

static const struct site_resident people[] = {
	{ 1, 1, 1, "山田　花子", "ヤマダ　ハナコ", "1980-12-26", "100-0001",
	    "例示市神明一丁目2番3号", "" },
	{ 2, 1, 2, "山田　華", "ヤマダ　ハナ", "1980-12-26", "100-0002",
	    "例示市本町2番1号", "" },
	{ 3, 1, 3, "鈴木　桜", "スズキ　サクラ", "1980-12-26", "100-0003",
	    "例示市旧町9番9号", "" },
	{ 3, 2, 3, "山田　桜", "ヤマダ　サクラ", "1980-12-26", "100-0009",
	    "例示市秘密町7番7号", "支" },
};

static int
setup(void **state)
{
	static struct world w;
	struct buf csv = BUF_INIT;
	size_t i;

	site_make(&w.s, true);
	site_terminal(&w.s, &w.t, "T01");
	site_person(&w.s, &w.clerk, "M001", "O001", "clerk");
	site_row_start(&csv);
	for (i = 0; i < sizeof(people) / sizeof(people[0]); i++)
		site_row(&csv, &people[i]);
	buf_putc(&csv, '\0');
	assert_int_equal(site_import(&w.s, (const char *)csv.p, 4), 0);
	buf_release(&csv);
	assert_int_equal(site_login(&w.t, &w.clerk, "login", "O001")->code, 0);
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	site_person_free(&w->clerk);
	site_term_free(&w->t);
	site_free(&w->s);
	return 0;
}

struct ask {
	const char *name;
	const char *kana;
	const char *birth;
	const char *address;
	const char *number;
	const char *my;
	const char *purpose;
};

static const struct site_answer *
search(struct world *w, const struct ask *q)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;

	req.name = PB_BYTES(str_of(q->name));
	req.kana = PB_BYTES(str_of(q->kana));
	req.birth = PB_BYTES(str_of(q->birth));
	req.address = PB_BYTES(str_of(q->address));
	req.resident_no = PB_BYTES(str_of(q->number));
	req.my_number = PB_BYTES(str_of(q->my));
	req.purpose = PB_BYTES(str_of(q->purpose));
	return site_ask(&w->t, OP_person_search, &req.base);
}

static const Mamori__PersonSearchAns *
rows(const struct site_answer *a)
{
	assert_int_equal(a->code, 0);
	assert_int_equal(a->receipt, 0);
	return (const void *)a->msg;
}

static bool
holds(struct str hay, const char *needle)
{
	return memmem(hay.p, hay.n, needle, strlen(needle)) != NULL;
}

static void
SRC_16_everyone_on_the_list_is_in_the_log(void **state)
{
	struct world *w = *state;
	const struct site_answer *a;
	const Mamori__PersonSearchAns *r;

	a = search(w,
	    &(struct ask){
		.kana = "ﾔﾏﾀﾞ", .birth = "1980-12-26", .purpose = "1" });
	r = rows(a);
	assert_int_equal(r->n_rows, 3);
	assert_true(str_eqz(body_get(a->log, "hits"), "3"));
	assert_true(holds(a->log, "subject atena:000001"));
	assert_true(holds(a->log, "subject atena:000002"));
	assert_true(holds(a->log, "subject atena:000003"));
	assert_true(holds(a->log, " list 支\n"));
	assert_true(holds(a->log, "items name kana birth sex"));
	assert_false(holds(a->log, "山田　花子"));
}

static void
exact_matches_come_first_then_kana_order(void **state)
{
	struct world *w = *state;
	const Mamori__PersonSearchAns *r;

	r = rows(search(w,
	    &(struct ask){
		.kana = "ヤマダハナ", .birth = "1980-12-26", .purpose = "1" }));
	assert_int_equal(r->n_rows, 2);
	assert_true(str_eqz(STR_PB(r->rows[0]->kana), "ヤマダ　ハナ"));
	assert_true(str_eqz(STR_PB(r->rows[0]->matched_by), "name"));
	assert_true(str_eqz(STR_PB(r->rows[1]->matched_by), "name-part"));
}

static void
SRC_02_a_former_name_finds_the_person(void **state)
{
	struct world *w = *state;
	const Mamori__PersonSearchAns *r;

	r = rows(search(w,
	    &(struct ask){
		.name = "鈴木桜", .birth = "1980-12-26", .purpose = "1" }));
	assert_int_equal(r->n_rows, 1);
	assert_true(str_eqz(STR_PB(r->rows[0]->name), "山田　桜"));
	assert_true(str_eqz(STR_PB(r->rows[0]->matched_by), "past-name"));
}

static void
promise_3_no_byte_of_a_protected_address_is_in_list_or_record(void **state)
{
	struct world *w = *state;
	Mamori__PersonOpenReq req = MAMORI__PERSON_OPEN_REQ__INIT;
	static const char *const secrets[] = { "秘密町", "旧町", "100-0009",
		"100-0003" };
	const Mamori__PersonOpenAns *p;
	const Mamori__PersonSearchAns *r;
	const struct site_answer *a;
	char no[17];
	char household[17];
	size_t i;

	site_number(no, 3);
	site_number(household, 3);
	a = search(w, &(struct ask){ .number = no, .purpose = "1" });
	r = rows(a);
	assert_int_equal(r->n_rows, 1);
	assert_true(r->rows[0]->hidden);
	assert_int_equal(r->rows[0]->address.len, 0);
	assert_true(str_eqz(STR_PB(r->rows[0]->mark), "支"));
	for (i = 0; i < 4; i++)
		assert_false(holds(a->body, secrets[i]));
	req.resident_no = PB_BYTES(str_of(no));
	req.purpose = PB_BYTES(STR("1"));
	a = site_ask(&w->t, OP_person_open, &req.base);
	assert_int_equal(a->code, 0);
	p = (const void *)a->msg;
	assert_true(p->hidden);
	for (i = 0; i < 4; i++)
		assert_false(holds(a->body, secrets[i]));
	assert_true(holds(a->log, "detail 支\n"));
	assert_false(holds(a->log, "address"));
}

static void
an_open_record_shows_and_logs_its_fields(void **state)
{
	struct world *w = *state;
	Mamori__PersonOpenReq req = MAMORI__PERSON_OPEN_REQ__INIT;
	const Mamori__PersonOpenAns *p;
	const struct site_answer *a;
	char no[17];

	site_number(no, 1);
	req.resident_no = PB_BYTES(str_of(no));
	assert_int_equal(
	    site_ask(&w->t, OP_person_open, &req.base)->code, ERR_MISSING);
	req.purpose = PB_BYTES(STR("1"));
	a = site_ask(&w->t, OP_person_open, &req.base);
	assert_int_equal(a->code, 0);
	p = (const void *)a->msg;
	assert_true(p->n_items > 0);
	assert_true(holds(a->body, "例示市神明一丁目2番3号"));
	assert_true(holds(a->body, "昭和55年12月26日"));
	assert_true(holds(a->log, "household_no "));
	assert_true(holds(a->log, " postal_code address relation"));
}

static void
D5_an_address_condition_filters_others_but_not_the_protected(void **state)
{
	struct world *w = *state;
	const Mamori__PersonSearchAns *r;

	r = rows(search(w,
	    &(struct ask){ .kana = "ヤマダ",
		.birth = "1980-12-26",
		.address = "神明1-2",
		.purpose = "1" }));
	assert_int_equal(r->n_rows, 2); /* 花子, and 桜 whatever it says */
	r = rows(search(w,
	    &(struct ask){ .kana = "ヤマダ",
		.birth = "1980-12-26",
		.address = "nowhere",
		.purpose = "1" }));
	assert_int_equal(r->n_rows, 1);
	assert_true(str_eqz(STR_PB(r->rows[0]->mark), "支"));
}

static void
SRC_14_over_the_limit_nobody_is_listed(void **state)
{
	struct world *w = *state;
	const Mamori__PersonSearchAns *r;
	const struct site_answer *a;

	w->s.cfg.list_limit = 2;
	assert_int_equal(site_reopen(&w->s), 0);
	assert_int_equal(site_connect(&w->t), 0);
	assert_int_equal(site_hello(&w->t)->code, 0);
	assert_int_equal(
	    site_login(&w->t, &w->clerk, "login", "O001")->code, 0);
	a = search(w,
	    &(struct ask){
		.kana = "ヤマダ", .birth = "1980-12-26", .purpose = "1" });
	r = rows(a);
	assert_true(r->over_limit);
	assert_int_equal(r->n_rows, 0);
	assert_false(holds(a->log, "subject"));
	assert_true(
	    str_eqz(body_get(a->log, "result"), "permit SEARCH_OVER_LIMIT"));
}

static void
SRC_15_conditions_that_do_not_suffice_are_refused_by_name(void **state)
{
	static const struct {
		struct ask q;
		int code;
		const char *item;
	} cases[] = {
		{ { .kana = "ヤマダ", .birth = "1980-12-26" }, ERR_MISSING,
		    "purpose" },
		{ { .kana = "ヤマダ", .purpose = "1" }, ERR_MISSING, "birth" },
		{ { .birth = "1980-12-26", .purpose = "1" }, ERR_MISSING,
		    "name" },
		{ { .kana = "ー", .birth = "1980-12-26", .purpose = "1" },
		    ERR_SYNTAX, "kana" },
		{ { .kana = "ヤ", .birth = "1980-02-30", .purpose = "1" },
		    ERR_SYNTAX, "birth" },
		{ { .number = "0000012", .purpose = "1" }, ERR_SYNTAX,
		    "resident_no" },
		{ { .my = "123456789012", .purpose = "1" }, ERR_SYNTAX,
		    "my_number" },
	};
	struct world *w = *state;
	const struct site_answer *a;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		a = search(w, &cases[i].q);
		assert_int_equal(a->code, cases[i].code);
		assert_string_equal(a->item, cases[i].item);
		assert_int_equal(a->receipt, 0);
	}
}

static void
trap_38_the_log_has_only_the_end_of_a_number(void **state)
{
	struct world *w = *state;
	const struct site_answer *a;
	char my[16];

	(void)snprintf(my, sizeof(my), "%011u", 2000000001u);
	(void)snprintf(my + 11, 3, "%d", code_my_number_digit(str_n(my, 11)));
	a = search(w, &(struct ask){ .my = my, .purpose = "1" });
	assert_int_equal(rows(a)->n_rows, 1);
	assert_false(holds(a->log, my));
	assert_true(holds(a->log, "query my_number=****"));
}

static void
an_import_with_one_bad_line_takes_nothing(void **state)
{
	struct world *w = *state;
	struct buf csv = BUF_INIT;
	struct site_resident r = people[0];
	Mamori__CtlStatusReq st = MAMORI__CTL_STATUS_REQ__INIT;
	const struct site_answer *a;

	site_row_start(&csv);
	r.n = 10;
	site_row(&csv, &r);
	r.n = 11;
	r.address = "";
	site_row(&csv, &r);
	buf_putc(&csv, '\0');
	assert_int_equal(
	    site_import(&w->s, (const char *)csv.p, 2), ERR_SYNTAX);
	buf_release(&csv);
	a = site_ctl(&w->s, OP_ctl_status, &st.base);
	assert_int_equal(
	    ((const Mamori__CtlStatusAns *)(const void *)a->msg)->residents, 3);
}

static void
an_import_again_replaces_and_keeps_the_count(void **state)
{
	struct world *w = *state;
	struct buf csv = BUF_INIT;
	Mamori__CtlStatusReq st = MAMORI__CTL_STATUS_REQ__INIT;
	const Mamori__PersonSearchAns *r;
	const struct site_answer *a;
	struct site_resident moved = people[0];
	char no[17];

	moved.address = "例示市新町1番1号";
	site_row_start(&csv);
	site_row(&csv, &moved);
	buf_putc(&csv, '\0');
	assert_int_equal(site_import(&w->s, (const char *)csv.p, 1), 0);
	buf_release(&csv);
	a = site_ctl(&w->s, OP_ctl_status, &st.base);
	assert_int_equal(
	    ((const Mamori__CtlStatusAns *)(const void *)a->msg)->residents, 3);
	site_number(no, 1);
	r = rows(search(w, &(struct ask){ .number = no, .purpose = "1" }));
	assert_true(str_eqz(STR_PB(r->rows[0]->address), moved.address));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(SRC_16_everyone_on_the_list_is_in_the_log),
		T(exact_matches_come_first_then_kana_order),
		T(SRC_02_a_former_name_finds_the_person),
		T(promise_3_no_byte_of_a_protected_address_is_in_list_or_record),
		T(an_open_record_shows_and_logs_its_fields),
		T(D5_an_address_condition_filters_others_but_not_the_protected),
		T(SRC_14_over_the_limit_nobody_is_listed),
		T(SRC_15_conditions_that_do_not_suffice_are_refused_by_name),
		T(trap_38_the_log_has_only_the_end_of_a_number),
		T(an_import_with_one_bad_line_takes_nothing),
		T(an_import_again_replaces_and_keeps_the_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
