/*
 * The record of a resident through a whole in-process turn: items, history,
 * household, memos, numbers, and what an operator may not see.
 *
 * SECURITY: promise 3 and PRM-07 on single cases; over random worlds in
 * tests/prop/server/test_two_worlds.c.
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
#include "core/resident.h"
#include "site_record.h"
#include "site_turn.h"

struct world {
	struct site s;
	struct site_term t;
	struct site_person clerk;
	struct site_person other;
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
	site_person(&w.s, &w.other, "M002", "O002", "other-section");
	buf_puts(&csv, SITE_RECORD_HEADER);
	for (i = 0; i < site_records_n; i++)
		site_record_put(&csv, site_records[i].n,
		    site_records[i].history, site_records[i].household,
		    site_records[i].rest);
	buf_putc(&csv, '\0');
	assert_int_equal(
	    site_import(&w.s, (const char *)csv.p, site_records_n), 0);
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

/* ---- questions ---------------------------------------------------------- */

static const struct site_answer *
ask_open(struct world *w, unsigned n)
{
	Mamori__PersonOpenReq req = MAMORI__PERSON_OPEN_REQ__INIT;
	char no[17];

	site_number(no, n);
	req.resident_no = PB_BYTES(str_of(no));
	req.purpose = PB_BYTES(STR("1"));
	return site_ask(&w->t, OP_person_open, &req.base);
}

static const struct site_answer *
ask_house(struct world *w, unsigned n)
{
	Mamori__PersonHouseReq req = MAMORI__PERSON_HOUSE_REQ__INIT;
	char no[17];

	site_number(no, n);
	req.resident_no = PB_BYTES(str_of(no));
	req.purpose = PB_BYTES(STR("1"));
	return site_ask(&w->t, OP_person_house, &req.base);
}

static const struct site_answer *
ask_history(struct world *w, unsigned n)
{
	Mamori__PersonHistoryReq req = MAMORI__PERSON_HISTORY_REQ__INIT;
	char no[17];

	site_number(no, n);
	req.resident_no = PB_BYTES(str_of(no));
	req.purpose = PB_BYTES(STR("1"));
	return site_ask(&w->t, OP_person_history, &req.base);
}

static const struct site_answer *
ask_number(struct world *w, unsigned n, const char *item)
{
	Mamori__PersonUnmaskReq req = MAMORI__PERSON_UNMASK_REQ__INIT;
	char no[17];

	site_number(no, n);
	req.resident_no = PB_BYTES(str_of(no));
	req.item = PB_BYTES(str_of(item));
	req.purpose = PB_BYTES(STR("1"));
	return site_ask(&w->t, OP_person_unmask, &req.base);
}

static const struct site_answer *
ask_memos(struct world *w, unsigned n)
{
	Mamori__MemoListReq req = MAMORI__MEMO_LIST_REQ__INIT;
	char no[17];

	site_number(no, n);
	req.resident_no = PB_BYTES(str_of(no));
	req.purpose = PB_BYTES(STR("1"));
	return site_ask(&w->t, OP_memo_list, &req.base);
}

static const struct site_answer *
add_memo(struct world *w, unsigned n, const char *text)
{
	Mamori__MemoAddReq req = MAMORI__MEMO_ADD_REQ__INIT;
	char no[17];

	site_number(no, n);
	req.resident_no = PB_BYTES(str_of(no));
	req.text = PB_BYTES(str_of(text));
	return site_ask(&w->t, OP_memo_add, &req.base);
}

static const Mamori__RecordItem *
item_of(Mamori__RecordItem *const *items, size_t n, unsigned item)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (items[i]->number == item_table()[item].number)
			return items[i];
	return NULL;
}

static void
expect(const struct site_answer *a, unsigned item, unsigned withheld,
    const char *value)
{
	const Mamori__PersonOpenAns *p;
	const Mamori__RecordItem *r;

	assert_int_equal(a->code, 0);
	assert_int_equal(a->receipt, 0);
	p = (const void *)a->msg;
	r = item_of(p->items, p->n_items, item);
	if (value == NULL && withheld == 0) {
		assert_null(r);
		return;
	}
	assert_non_null(r);
	assert_int_equal(r->withheld, withheld);
	assert_true(str_eqz(STR_PB(r->value), withheld == 0 ? value : ""));
}

/* ---- tests -------------------------------------------------------------- */

static void
REC_01_a_japanese_record_has_its_items(void **state)
{
	const struct site_answer *a = ask_open(*state, 1);

	expect(a, RESIDENT_former_surname, 0, "田中");
	expect(a, RESIDENT_birth_date_text, 0, "昭和55年12月26日");
	expect(a, RESIDENT_honseki, 0, "例示県例示市2番");
	expect(a, RESIDENT_koseki_head, 0, "山田　太郎");
	expect(a, RESIDENT_resident_since, 0, "令和2年4月1日");
	expect(a, RESIDENT_address_since, 0, "令和4年5月6日");
	expect(a, RESIDENT_previous_address, 0, "例示市前町9番");
	expect(a, RESIDENT_voter, 0, "有");
	expect(a, RESIDENT_my_number, 3, NULL);
	expect(a, RESIDENT_jumin_code, 3, NULL);
	expect(a, ITEM_head_name, 0, "山田　花子");
	expect(a, ITEM_resident_kind, 0, "日本人住民");
	expect(a, RESIDENT_alias, 0, NULL);
	expect(a, RESIDENT_class_30_45, 0, NULL);
	assert_true(holds(a->log, " honseki koseki_head resident_since"));
	expect(ask_open(*state, 3), RESIDENT_removed_reason, 0, "転出");
	expect(ask_open(*state, 3), RESIDENT_moved_to, 0, "例示県遠町5番");
}

static void
REC_02_a_foreign_record_has_its_items(void **state)
{
	const struct site_answer *a = ask_open(*state, 5);

	expect(a, RESIDENT_alias, 0, "安田　安");
	expect(a, RESIDENT_foreign_since, 0, "令和2年4月1日");
	expect(a, RESIDENT_class_30_45, 0, "中長期在留者");
	expect(a, RESIDENT_residence_status, 0, "留学");
	expect(a, RESIDENT_residence_until, 0, "2027年3月31日");
	expect(a, RESIDENT_residence_card, 0, "AB12345678CD");
	expect(a, ITEM_resident_kind, 0, "外国人住民");
	expect(a, RESIDENT_honseki, 0, NULL);
}

static void
REC_16_the_record_shows_what_a_certificate_would(void **state)
{
	expect(ask_open(*state, 1), RESIDENT_furigana, 0, "ヤマダ　ハナコ");
	expect(ask_open(*state, 1), RESIDENT_name_kana, 0, "ヤマダ　ハナコ");
	expect(ask_open(*state, 2), RESIDENT_furigana, 0, "********");
	expect(ask_open(*state, 2), RESIDENT_furigana_status, 0, "未公証");
	expect(ask_open(*state, 2), RESIDENT_name_kana, 0, "ヤマダ　サクラ");
}

static void
REC_12_the_history_has_one_full_row_per_change(void **state)
{
	const struct site_answer *a = ask_history(*state, 1);
	const Mamori__PersonHistoryAns *h;
	const Mamori__RecordItem *r;

	assert_int_equal(a->code, 0);
	assert_int_equal(a->receipt, 0);
	h = (const void *)a->msg;
	assert_int_equal(h->n_rows, 2);
	assert_int_equal(h->rows[0]->history_no, 2);
	assert_int_equal(h->rows[1]->history_no, 1);
	assert_true(str_eqz(STR_PB(h->rows[1]->name), "田中　花子"));
	r = item_of(h->rows[1]->items, h->rows[1]->n_items, RESIDENT_address);
	assert_true(str_eqz(STR_PB(r->value), "例示市神明1番"));
	r = item_of(h->rows[1]->items, h->rows[1]->n_items, RESIDENT_furigana);
	assert_true(str_eqz(STR_PB(r->value), "タナカ　【名空欄】"));
	assert_true(holds(a->log, " history"));
	a = ask_history(*state, 4);
	h = (const void *)a->msg;
	assert_true(h->hidden);
	assert_false(holds(a->body, "秘密市"));
	assert_false(holds(a->body, "本町"));
}

static void
SRC_10_the_household_has_its_removed_members_in_order(void **state)
{
	static const char *const order[] = { "山田　花子", "山田　桜",
		"山田　太郎" };
	const struct site_answer *a = ask_house(*state, 2);
	const Mamori__PersonHouseAns *h;
	size_t i;

	assert_int_equal(a->code, 0);
	assert_int_equal(a->receipt, 0);
	h = (const void *)a->msg;
	assert_int_equal(h->n_members, 3);
	for (i = 0; i < 3; i++)
		assert_true(str_eqz(STR_PB(h->members[i]->name), order[i]));
	assert_true(str_eqz(STR_PB(h->members[2]->status), "除票"));
	assert_true(str_eqz(body_get(a->log, "hits"), "3"));
	assert_true(holds(a->log, "subject atena:0000036 household\n") ||
	    holds(a->log, " household\n"));
}

static void
promise_3_a_household_does_not_tell_of_its_protected_member(void **state)
{
	struct world *w = *state;
	const struct site_answer *a = ask_house(w, 1);
	const Mamori__PersonHouseAns *h;

	assert_false(holds(a->body, "夏"));
	assert_false(holds(a->body, "ナツ"));
	a = ask_house(w, 4);
	assert_int_equal(a->code, 0);
	h = (const void *)a->msg;
	assert_true(h->hidden);
	assert_int_equal(h->n_members, 0);
	assert_int_equal(h->household_no.len, 0);
	assert_false(holds(a->body, "花子"));
	assert_int_equal(add_memo(w, 4, "例示市本町2番に電話")->code, 0);
	a = ask_memos(w, 4);
	assert_int_equal(a->code, 0);
	assert_false(holds(a->body, "本町"));
	a = ask_open(w, 4);
	expect(a, RESIDENT_honseki, 1, NULL);
	expect(a, RESIDENT_koseki_head, 1, NULL);
	expect(a, RESIDENT_previous_address, 1, NULL);
	expect(a, RESIDENT_household_no, 1, NULL);
	expect(a, ITEM_head_name, 1, NULL);
	assert_false(holds(a->body, "秘"));
}

static void
REC_10_a_household_may_have_no_head(void **state)
{
	const struct site_answer *a = ask_house(*state, 5);
	const Mamori__PersonHouseAns *h = (const void *)a->msg;

	assert_int_equal(a->code, 0);
	assert_int_equal(h->n_members, 1);
	expect(ask_open(*state, 5), ITEM_head_name, 0, NULL);
}

static void
grant(struct world *w, const char *hide)
{
	Mamori__CtlOperatorGrantReq req = MAMORI__CTL_OPERATOR_GRANT_REQ__INIT;
	ProtobufCBinaryData list[1] = { PB_BYTES(str_of(hide)) };

	req.operator_id = PB_BYTES(STR("O001"));
	req.match_id = PB_BYTES(STR("M001"));
	req.template_ = PB_BYTES(STR("clerk"));
	req.n_hide = hide[0] != '\0';
	req.hide = list;
	assert_int_equal(
	    site_ctl(&w->s, OP_ctl_operator_grant, &req.base)->code,
	    strcmp(hide, "all") == 0 ? ERR_NOTFOUND : 0);
}

static void
PRM_07_a_hidden_group_is_absent_on_every_page_and_says_so(void **state)
{
	static const struct {
		const char *group;
		unsigned who;
		unsigned item;
		const char *secret;
	} rows[] = {
		{ "koseki", 1, RESIDENT_honseki, "例示県例示市" },
		{ "koseki", 1, RESIDENT_koseki_head, "例示県例示市" },
		{ "residence", 5, RESIDENT_residence_status, "留学" },
		{ "residence", 5, RESIDENT_residence_card, "AB12345678CD" },
		{ "my-number", 1, RESIDENT_my_number, "no such bytes" },
		{ "jumin-code", 1, RESIDENT_jumin_code, "no such bytes" },
		{ "election", 1, RESIDENT_voter, "no such bytes" },
	};
	struct world *w = *state;
	const struct site_answer *a;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		grant(w, rows[i].group);
		a = ask_open(w, rows[i].who);
		expect(a, rows[i].item, 2, NULL);
		assert_false(holds(a->body, rows[i].secret));
		assert_false(holds(a->log, item_table()[rows[i].item].token));
		a = ask_history(w, rows[i].who);
		assert_int_equal(a->code, 0);
		assert_false(holds(a->body, rows[i].secret));
	}
	grant(w, "all");
	grant(w, "");
	expect(ask_open(w, 1), RESIDENT_honseki, 0, "例示県例示市2番");
}

static void
PRM_09_numbers_and_memos_are_refused_to_whom_they_are_hidden(void **state)
{
	struct world *w = *state;

	grant(w, "my-number");
	assert_int_equal(ask_number(w, 1, "my_number")->code, ERR_DENIED);
	assert_int_equal(ask_number(w, 1, "jumin_code")->code, 0);
	grant(w, "remarks");
	assert_int_equal(ask_memos(w, 1)->code, ERR_DENIED);
	assert_int_equal(add_memo(w, 1, "x")->code, ERR_DENIED);
	assert_int_equal(ask_number(w, 1, "my_number")->code, 0);
}

static void
PRM_12_a_number_is_unmasked_by_its_own_event(void **state)
{
	struct world *w = *state;
	const Mamori__PersonUnmaskAns *u;
	const struct site_answer *a;
	char my[16];

	(void)snprintf(my, sizeof(my), "%011u", 2000000001u);
	(void)snprintf(my + 11, 3, "%d", code_my_number_digit(str_n(my, 11)));
	a = ask_open(w, 1);
	assert_false(holds(a->body, my));
	a = ask_history(w, 1);
	assert_false(holds(a->body, my));
	a = ask_number(w, 1, "my_number");
	assert_int_equal(a->code, 0);
	assert_int_equal(a->receipt, 0);
	u = (const void *)a->msg;
	assert_true(str_eqz(STR_PB(u->value), my));
	assert_true(str_eqz(body_get(a->log, "result"), "permit UNMASK_MYNO"));
	assert_true(str_eqz(body_get(a->log, "items"), "my_number"));
	assert_true(str_eqz(body_get(a->log, "purpose"), "1"));
	assert_false(holds(a->log, my));
	a = ask_number(w, 1, "jumin_code");
	assert_true(str_eqz(body_get(a->log, "result"), "permit UNMASK_JCODE"));
	assert_int_equal(ask_number(w, 1, "name")->code, ERR_RANGE);
	assert_int_equal(ask_number(w, 77, "my_number")->code, ERR_NOTFOUND);
}

static void
PRM_12_without_the_right_no_number_is_unmasked(void **state)
{
	struct world *w = *state;
	Mamori__LogoffReq off = MAMORI__LOGOFF_REQ__INIT;

	off.cause = PB_BYTES(STR("key"));
	assert_int_equal(site_ask(&w->t, OP_logoff, &off.base)->code, 0);
	w->t.match_id[0] = w->t.operator_id[0] = '\0';
	w->t.operator_name[0] = w->t.org[0] = w->t.auth[0] = '\0';
	w->t.template_name[0] = w->t.session[0] = '\0';
	assert_int_equal(
	    site_login(&w->t, &w->other, "login", "O002")->code, 0);
	assert_int_equal(ask_open(w, 1)->code, 0);
	assert_int_equal(ask_number(w, 1, "my_number")->code, ERR_DENIED);
	assert_int_equal(add_memo(w, 1, "x")->code, ERR_DENIED);
}

static void
PRM_11_nothing_is_told_without_a_reason(void **state)
{
	static const enum op ops[] = { OP_person_history, OP_person_house,
		OP_memo_list };
	struct world *w = *state;
	Mamori__PersonHistoryReq h = MAMORI__PERSON_HISTORY_REQ__INIT;
	Mamori__PersonHouseReq s = MAMORI__PERSON_HOUSE_REQ__INIT;
	Mamori__MemoListReq m = MAMORI__MEMO_LIST_REQ__INIT;
	const ProtobufCMessage *reqs[] = { &h.base, &s.base, &m.base };
	const struct site_answer *a;
	char no[17];
	size_t i;

	site_number(no, 1);
	h.resident_no = s.resident_no = m.resident_no = PB_BYTES(str_of(no));
	for (i = 0; i < 3; i++) {
		a = site_ask(&w->t, ops[i], reqs[i]);
		assert_int_equal(a->code, ERR_MISSING);
		assert_string_equal(a->item, "purpose");
	}
}

static void
REC_13_memos_keep_author_and_time_and_all_that_was_written(void **state)
{
	struct world *w = *state;
	const Mamori__MemoListAns *m;
	const struct site_answer *a;

	assert_int_equal(add_memo(w, 1, "一件目")->code, 0);
	w->s.wall += 60000;
	w->s.boot += 60000;
	assert_int_equal(add_memo(w, 1, "二件目")->code, 0);
	assert_int_equal(add_memo(w, 1, " ")->code, ERR_MISSING);
	assert_int_equal(add_memo(w, 1, "a\u202eb")->code, ERR_SYNTAX);
	assert_int_equal(add_memo(w, 77, "x")->code, ERR_NOTFOUND);
	a = ask_memos(w, 1);
	assert_int_equal(a->code, 0);
	assert_int_equal(a->receipt, 0);
	m = (const void *)a->msg;
	assert_int_equal(m->total, 2);
	assert_int_equal(m->n_memos, 2);
	assert_true(str_eqz(STR_PB(m->memos[0]->text), "二件目"));
	assert_true(str_eqz(STR_PB(m->memos[0]->operator_id), "O001"));
	assert_true(m->memos[0]->name.len > 0);
	assert_int_equal(m->memos[0]->at_ms, w->s.wall);
	assert_int_equal(m->memos[1]->at_ms, w->s.wall - 60000);
	/* none of another person, and another import keeps them */
	a = ask_memos(w, 2);
	m = (const void *)a->msg;
	assert_int_equal(m->n_memos, 0);
}

static void
REC_14_one_search_finds_removed_residents_too(void **state)
{
	struct world *w = *state;
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	const Mamori__PersonSearchAns *r;
	const struct site_answer *a;

	req.kana = PB_BYTES(STR("ヤマダ　タロウ"));
	req.birth = PB_BYTES(STR("1978-01-02"));
	req.purpose = PB_BYTES(STR("1"));
	a = site_ask(&w->t, OP_person_search, &req.base);
	assert_int_equal(a->code, 0);
	r = (const void *)a->msg;
	assert_int_equal(r->n_rows, 1);
	assert_true(str_eqz(STR_PB(r->rows[0]->status), "除票"));
}

static int
import_two(struct world *w, const char *one, const char *two)
{
	struct buf csv = BUF_INIT;
	int err;

	buf_puts(&csv, SITE_RECORD_HEADER);
	site_record_put(&csv, 50, 1, 9, one);
	site_record_put(&csv, 50, 2, 9, two);
	buf_putc(&csv, '\0');
	err = site_import(&w->s, (const char *)csv.p, 2);
	buf_release(&csv);
	return err;
}

/* clang-format off */
#define FOREIGN \
	"AN,アン,1990-02-28,1990年2月28日,女,100-0003,例示市,世帯主," \
	"ベトナム,住民,転入,令和2年4月1日,,"
#define FOREIGN_END \
	",,,,,,,令和2年4月1日,,,,,,令和2年4月1日,中長期在留者,留学,2年," \
	"2027-03-31,AB12345678CD"
#define JAPANESE \
	"田中　花子,タナカ　ハナコ,1980-12-26,昭和55年12月26日,女," \
	"100-0001,例示市神明1番,世帯主,日本,住民,転入,令和2年4月1日,,,"
#define JAPANESE_END \
	",,,例示県例示市1番,田中　一郎,令和2年4月1日,令和2年4月1日," \
	"例示市前町9番,有,,,,,,,,,"
/* clang-format on */

static void
REC_08_an_alias_is_recorded_and_deleted_but_never_changed(void **state)
{
	assert_int_equal(import_two(*state, FOREIGN "安田　安" FOREIGN_END,
			     FOREIGN "安井　安" FOREIGN_END),
	    ERR_SYNTAX);
	assert_int_equal(import_two(*state, FOREIGN "安田　安" FOREIGN_END,
			     FOREIGN FOREIGN_END),
	    0);
	assert_int_equal(import_two(*state, FOREIGN FOREIGN_END,
			     FOREIGN "安井　安" FOREIGN_END),
	    0);
	/* 旧氏 may change */
	assert_int_equal(import_two(*state, JAPANESE "山田" JAPANESE_END,
			     JAPANESE "鈴木" JAPANESE_END),
	    0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(REC_01_a_japanese_record_has_its_items),
		T(REC_02_a_foreign_record_has_its_items),
		T(REC_16_the_record_shows_what_a_certificate_would),
		T(REC_12_the_history_has_one_full_row_per_change),
		T(SRC_10_the_household_has_its_removed_members_in_order),
		T(promise_3_a_household_does_not_tell_of_its_protected_member),
		T(REC_10_a_household_may_have_no_head),
		T(PRM_07_a_hidden_group_is_absent_on_every_page_and_says_so),
		T(PRM_09_numbers_and_memos_are_refused_to_whom_they_are_hidden),
		T(PRM_12_a_number_is_unmasked_by_its_own_event),
		T(PRM_12_without_the_right_no_number_is_unmasked),
		T(PRM_11_nothing_is_told_without_a_reason),
		T(REC_13_memos_keep_author_and_time_and_all_that_was_written),
		T(REC_14_one_search_finds_removed_residents_too),
		T(REC_08_an_alias_is_recorded_and_deleted_but_never_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
