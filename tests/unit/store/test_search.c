/*
 * The search through the real index: every equivalence of SRC-05 and every
 * key of SRC-01 finds the person it should, and nobody else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/codes.h"
#include "core/err.h"
#include "store/import.h"
#include "store/param.h"
#include "store/search.h"

struct world {
	char path[64];
	struct db *db;
	struct wire_arena arena;
	struct search_hit *hits;
	size_t n;
	const char *bad;
};

static const char header[] =
    "resident_no,history_no,household_no,jumin_code,my_number,name,name_kana,"
    "alias,alias_kana,birth_date,birth_date_text,sex,postal_code,address,"
    "building,address_code,relation,nationality,former_surname,"
    "special_card,removed_reason,protected,class_30_45\r\n";

/* serial, history and the rest of the columns from name to mark */
struct row {
	unsigned n;
	unsigned history;
	unsigned household;
	const char *rest;
};

/* clang-format off */
static const struct row people[] = {
	{ 1, 1, 1, "山田　太郎,ヤマダ　タロウ,,,1980-12-26,昭和55年12月26日,男,100-0001,例示市神明一丁目2番3号,神明荘101,16201001,世帯主,日本,,,," },
	{ 2, 1, 2, "河野　優子,コウノ　ユウコ,,,1975-01-02,昭和50年1月2日,女,100-0002,例示市本町2番1号,,,妻,日本,佐藤,,," },
	{ 3, 1, 3, "鈴木　桜,スズキ　サクラ,,,1980-12-26,昭和55年12月26日,女,100-0003,例示市旧町9番9号,,,世帯主,日本,,,," },
	{ 3, 2, 3, "山田　桜,ヤマダ　サクラ,,,1980-12-26,昭和55年12月26日,女,100-0009,例示市秘密町7番7号,隠荘707,16201009,世帯主,日本,,,,支" },
	{ 4, 1, 4, "ＳＭＩＴＨ　ＪＯＨＮ,スミス　ジョン,山田　城,ヤマダ　ジョウ,1990-02-03,1990年2月3日,男,100-0004,例示市旭町3番,,,世帯主,米国,,AB12345678CD,," },
	{ 5, 1, 5, "渡邊　薫,ワタナベ　カヲル,,,,昭和25年　月日不詳,女,100-0005,例示市神明一丁目2番9号,,,世帯主,日本,,,," },
	{ 6, 1, 5, "渡辺　薫,ワタナベ　カオル,,,1980-12-26,昭和55年12月26日,女,100-0005,例示市神明一丁目2番9号,,,子,日本,,,," },
	{ 7, 1, 7, "木塚　恭子,キヅカ　キョウコ,,,1960-05-05,昭和35年5月5日,女,,例示市本町5番5号,,,世帯主,日本,,,転出,"  },
};
/* clang-format on */

#define PEOPLE (sizeof(people) / sizeof(people[0]))

static void
number(char out[17], unsigned n)
{
	int digits = snprintf(out, 17, "%06u", n);

	(void)snprintf(out + digits, 4, "%d",
	    code_atena_digit(str_n(out, (size_t)digits)));
}

static void
put_row(struct buf *csv, const struct row *r)
{
	char no[17];
	char household[17];
	char jumin[16];
	char my[16];

	number(no, r->n);
	number(household, r->household);
	(void)snprintf(jumin, sizeof(jumin), "%010u", 1000000000u + r->n);
	(void)snprintf(my, sizeof(my), "%011u", 2000000000u + r->n);
	buf_printf(csv, "%s,%u,%s,%s%d,%s%d,%s,%s\r\n", no, r->history,
	    household, jumin, code_jumin_digit(str_of(jumin)), my,
	    code_my_number_digit(str_of(my)), r->rest,
	    strstr(r->rest, "AB1234") != NULL ? "特別永住者" : "");
}

static void
bad_line(void *ctx, uint64_t line, struct str column, const char *reason)
{
	(void)ctx;
	fail_msg("line %u, " STR_FMT ": %s", (unsigned)line, STR_ARG(column),
	    reason);
}

static void
take(struct world *w, const struct row *rows, size_t n)
{
	struct import im = { 0 };
	struct buf csv = BUF_INIT;
	const char *item;
	size_t i;

	buf_puts(&csv, header);
	for (i = 0; i < n; i++)
		put_row(&csv, &rows[i]);
	assert_int_equal(db_begin(w->db), 0);
	assert_int_equal(import_begin(&im, w->db, STR("r.csv")), 0);
	assert_int_equal(import_rows(&im, w->db, im.ticket, buf_str(&csv), 1,
			     bad_line, NULL),
	    0);
	assert_int_equal(import_commit(&im, w->db, im.ticket, n, &item), 0);
	assert_int_equal(db_commit(w->db), 0);
	import_release(&im);
	buf_release(&csv);
}

static int
setup(void **state)
{
	static struct world w;

	w = (struct world){ .path = "/tmp/mamori-search-XXXXXX" };
	close(mkstemp(w.path));
	(void)unlink(w.path);
	assert_int_equal(db_open(&w.db, w.path, true), 0);
	assert_int_equal(search_ready(w.db), 0);
	assert_int_equal(wire_arena_init(&w.arena, 1 << 20), 0);
	take(&w, people, PEOPLE);
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	char path[80];

	db_close(w->db);
	wire_arena_release(&w->arena);
	(void)unlink(w->path);
	(void)snprintf(path, sizeof(path), "%s-wal", w->path);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s-shm", w->path);
	(void)unlink(path);
	return 0;
}

static int
find(struct world *w, const struct search_query *q)
{
	wire_arena_reset(&w->arena);
	return search_run(w->db, q, 50, &w->arena, &w->hits, &w->n, &w->bad);
}

/* The serials found, in order: "1 3". */
static const char *
found(struct world *w, const struct search_query *q)
{
	static char out[128];
	char no[17];
	size_t used = 0;
	size_t i;
	unsigned n;

	assert_int_equal(find(w, q), 0);
	out[0] = '\0';
	for (i = 0; i < w->n; i++) {
		for (n = 1; n < 100; n++) {
			number(no, n);
			if (str_eqz(w->hits[i].p.resident_no, no))
				break;
		}
		used += (size_t)snprintf(
		    out + used, sizeof(out) - used, used > 0 ? " %u" : "%u", n);
	}
	return out;
}

static struct search_query
ask(enum search_key k, const char *v)
{
	struct search_query q = { 0 };

	q.v[k] = str_of(v);
	return q;
}

static struct search_query and
    (struct search_query q, enum search_key k, const char *v)
{
	q.v[k] = str_of(v);
	return q;
}

#define FOUND(want, ...)                                                       \
	do {                                                                   \
		struct search_query q_ = __VA_ARGS__;                          \
		assert_string_equal(found(w, &q_), want);                      \
	} while (0)

static void
SRC_01_every_name_finds_its_person(void **state)
{
	struct world *w = *state;

	FOUND(
	    "1", and(ask(SEARCH_name, "山田太郎"), SEARCH_birth, "1980-12-26"));
	FOUND("1",
	    and(ask(SEARCH_kana, "ヤマダタロウ"), SEARCH_birth, "1980-12-26"));
	/* 通称 and its reading */
	FOUND("4", and(ask(SEARCH_name, "山田城"), SEARCH_birth, "1990-02-03"));
	FOUND(
	    "4", and(ask(SEARCH_kana, "ヤマダジョウ"), SEARCH_address, "旭町"));
	FOUND("4", and(ask(SEARCH_name, "smith"), SEARCH_address, "旭町"));
	/* 旧氏, with and without the given name */
	FOUND("2", and(ask(SEARCH_name, "佐藤"), SEARCH_birth, "1975-01-02"));
	FOUND("2", and(ask(SEARCH_name, "佐藤優子"), SEARCH_address, "本町"));
}

static void
SRC_01_every_number_finds_its_person(void **state)
{
	struct world *w = *state;
	char text[17];

	number(text, 7);
	FOUND("7", ask(SEARCH_resident_no, text));
	(void)snprintf(text, sizeof(text), "%010u", 1000000002u);
	(void)snprintf(text + 10, 2, "%d", code_jumin_digit(str_n(text, 10)));
	FOUND("2", ask(SEARCH_jumin_code, text));
	(void)snprintf(text, sizeof(text), "%011u", 2000000003u);
	(void)snprintf(
	    text + 11, 2, "%d", code_my_number_digit(str_n(text, 11)));
	FOUND("3", ask(SEARCH_my_number, text));
	FOUND("4", ask(SEARCH_card_no, "AB12345678CD"));
	FOUND("", ask(SEARCH_card_no, "AB12345678CE"));
	number(text, 5);
	FOUND("6 5", ask(SEARCH_household_no, text));
}

static void
SRC_01_conditions_narrow(void **state)
{
	struct world *w = *state;
	const struct search_query q =
	    and(ask(SEARCH_kana, "ワタナベ"), SEARCH_address, "神明1-2-9");

	FOUND("6 5", q);
	FOUND("6", and(q, SEARCH_relation, "子"));
	FOUND("", and(q, SEARCH_sex, "男"));
	FOUND("6 5", and(q, SEARCH_sex, "女"));
	FOUND("6 5", and(q, SEARCH_postal_code, "100-0005"));
	FOUND("", and(q, SEARCH_postal_code, "100-0001"));
	FOUND("7",
	    and(and(ask(SEARCH_kana, "キヅカ"), SEARCH_birth, "1960-05-05"),
		SEARCH_removed_reason, "転出"));
	/* besides him the protected one, whatever is said about a place */
	FOUND(
	    "3 1", and(ask(SEARCH_kana, "ヤマダ"), SEARCH_building, "神明荘"));
	FOUND("3 1",
	    and(ask(SEARCH_kana, "ヤマダ"), SEARCH_address_code, "16201001"));
}

static void
SRC_02_names_and_addresses_of_the_past_find_too(void **state)
{
	struct world *w = *state;
	static const struct row moved[] = {
		{ 1, 1, 1,
		    "山田　太郎,ヤマダ　タロウ,,,1980-12-26,"
		    "昭和55年12月26日,男,100-0001,例示市神明一丁目2番3号,"
		    ",,世帯主,日本,,,," },
		{ 1, 2, 1,
		    "山田　太郎,ヤマダ　タロウ,,,1980-12-26,"
		    "昭和55年12月26日,男,100-0007,例示市新町8番8号,"
		    ",,世帯主,日本,,,," },
	};

	FOUND("3", and(ask(SEARCH_name, "鈴木桜"), SEARCH_birth, "1980-12-26"));
	assert_true(w->hits[0].past);
	assert_string_equal(search_hit_word(&w->hits[0]), "past-name");
	take(w, moved, 2);
	FOUND("3 1", and(ask(SEARCH_name, "山田"), SEARCH_address, "新町8-8"));
	FOUND(
	    "3 1", and(ask(SEARCH_name, "山田"), SEARCH_address, "神明1-2-3"));
	FOUND("3", and(ask(SEARCH_name, "山田"), SEARCH_address, "本町"));
	/* across: the reading of now, the name of then */
	FOUND("3",
	    and(and(ask(SEARCH_name, "鈴木"), SEARCH_kana, "ヤマダ"),
		SEARCH_birth, "1980-12-26"));
}

static void
SRC_03_parts_and_items_without_data_find(void **state)
{
	struct world *w = *state;
	struct search_query q = ask(SEARCH_kana, "ワタナベ");

	q.blank[SEARCH_birth] = true;
	FOUND("5", q);
	q = and(ask(SEARCH_kana, "キズカ"), SEARCH_address, "本町");
	q.blank[SEARCH_postal_code] = true;
	FOUND("7", q);
	q = and(ask(SEARCH_kana, "コウノ"), SEARCH_address, "本町");
	q.blank[SEARCH_postal_code] = true;
	FOUND("", q);
	/* any part of a name or an address */
	FOUND("7", and(ask(SEARCH_kana, "ョウコ"), SEARCH_address, "5番5号"));
	FOUND("7", and(ask(SEARCH_name, "恭"), SEARCH_birth, "1960-05-05"));
	FOUND("7", and(ask(SEARCH_name, "恭"), SEARCH_address, "本町5"));
}

static void
SRC_05_each_equivalence_finds(void **state)
{
	/* as it is stored, as it is asked for; App. E */
	static const struct {
		const char *stored;
		const char *asked;
		bool same;
	} pairs[] = {
		{ "コウノ", "コオノ", true },
		{ "ユーコ", "ユコ", true },
		{ "キッカ", "キツカ", true },
		{ "キョウコ", "キヨウコ", true },
		{ "カヲル", "カオル", true },
		{ "ヴィオラ", "ビオラ", true },
		{ "ヴィオラ", "ヒオラ", true },
		{ "ヴァン", "バン", true },
		{ "ヴ", "ブ", true },
		{ "チヂワ", "チジハ", true },
		{ "ヅダ", "ズタ", true },
		{ "ヒロ", "ピロ", true },
		{ "シャチョ", "シヤチヨ", true },
		{ "シュウ", "シユウ", true },
		{ "ヤマダ　タロウ", "ヤマダタロウ", true },
		{ "ヤマダ　タロウ", "ヤマダ タロウ", true },
		{ "ハナコ　ー", "ハナコ", true },
		{ "ミーナ", "ミ‐ナ", true },
		{ "ミーナ", "ミｰナ", true },
		{ "ミーナ", "ミ－ナ", true },
		{ "ミーナ", "ミ-ナ", true },
		{ "ミーナ", "ミ―ナ", true },
		{ "ﾀﾅｶ", "タナカ", true },
		{ "ガク", "ｶﾞｸ", true },
		{ "ユウコ", "ユコ", false },
		{ "コウノ", "コノ", false },
	};
	struct world *w = *state;
	char rest[256];
	struct row r = { 20, 1, 20, rest };
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		(void)snprintf(rest, sizeof(rest),
		    "試　験,%s,,,1955-03-03,昭和30年3月3日,男,,例示市試験町1番,"
		    ",,"
		    "世帯主,日本,,,,",
		    pairs[i].stored);
		take(w, &r, 1);
		FOUND(pairs[i].same ? "20" : "",
		    and(ask(SEARCH_kana, pairs[i].asked), SEARCH_birth,
			"1955-03-03"));
		FOUND(pairs[i].same ? "20" : "",
		    and(ask(SEARCH_kana, pairs[i].asked), SEARCH_address,
			"試験町"));
	}
}

static void
SRC_05_the_given_name_alone_finds(void **state)
{
	struct world *w = *state;

	FOUND("1", and(ask(SEARCH_kana, "タロウ"), SEARCH_birth, "1980-12-26"));
	FOUND("1", and(ask(SEARCH_name, "太郎"), SEARCH_address, "神明"));
}

static void
SRC_06_exact_comes_first_then_variants_then_readings(void **state)
{
	struct world *w = *state;

	FOUND("5 6", and(ask(SEARCH_name, "渡邊薫"), SEARCH_address, "神明"));
	assert_int_equal(w->hits[0].rank, NAMEKEY_EXACT_WHOLE);
	assert_int_equal(w->hits[1].rank, NAMEKEY_FOLD_WHOLE);
	FOUND("6 5", and(ask(SEARCH_name, "渡辺薫"), SEARCH_address, "神明"));
	FOUND("5 6",
	    and(ask(SEARCH_kana, "ワタナベカヲル"), SEARCH_address, "神明"));
}

static void
an_exact_search_takes_names_as_they_are_written(void **state)
{
	struct world *w = *state;
	struct search_query q =
	    and(ask(SEARCH_name, "渡辺薫"), SEARCH_address, "神明");

	q.exact = true;
	FOUND("6", q);
	q.v[SEARCH_name] = STR("渡辺");
	FOUND("", q);
	q = and(ask(SEARCH_kana, "ワタナベカオル"), SEARCH_birth, "1980-12-26");
	q.exact = true;
	FOUND("6", q);
}

static void
promise_3_no_place_finds_or_misses_a_protected_person(void **state)
{
	static const struct {
		enum search_key k;
		const char *right;
	} places[] = {
		{ SEARCH_address, "秘密町" },
		{ SEARCH_building, "隠荘" },
		{ SEARCH_postal_code, "100-0009" },
		{ SEARCH_address_code, "16201009" },
		{ SEARCH_household_no, "" },
	};
	struct world *w = *state;
	struct search_query q;
	char household[17];
	char wrong[17];
	size_t i;

	number(household, 3);
	number(wrong, 4444);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		q = and(ask(SEARCH_kana, "サクラ"), places[i].k,
		    places[i].right[0] != '\0' ? places[i].right : household);
		FOUND("3", q);
		q.v[places[i].k] = str_of(wrong);
		FOUND("3", q);
		q = and(ask(SEARCH_kana, "タロウ"), places[i].k,
		    places[i].right[0] != '\0' ? places[i].right : household);
		FOUND("", q);
	}
	/* the household number alone never leads to her */
	FOUND("", ask(SEARCH_household_no, household));
}

static void
a_mark_that_is_set_takes_the_place_out_of_the_index(void **state)
{
	struct world *w = *state;
	static const struct row marked = { 1, 1, 1,
		"山田　太郎,ヤマダ　タロウ,,,1980-12-26,昭和55年12月26日,男,"
		"100-0001,例示市神明一丁目2番3号,神明荘101,16201001,世帯主,"
		"日本,"
		",,,仮" };

	FOUND("1", and(ask(SEARCH_kana, "タロウ"), SEARCH_address, "神明1"));
	FOUND("", and(ask(SEARCH_kana, "タロウ"), SEARCH_address, "本町"));
	take(w, &marked, 1);
	FOUND("1", and(ask(SEARCH_kana, "タロウ"), SEARCH_address, "本町"));
	FOUND("1", and(ask(SEARCH_kana, "タロウ"), SEARCH_address, "神明1"));
}

static void
SRC_15_what_is_enough_is_decided_in_one_place(void **state)
{
	static const struct {
		enum search_key k[2];
		bool blank;
		const char *missing;
	} cases[] = {
		{ { SEARCH_jumin_code, SEARCH_jumin_code }, false, NULL },
		{ { SEARCH_card_no, SEARCH_card_no }, false, NULL },
		{ { SEARCH_household_no, SEARCH_household_no }, false, NULL },
		{ { SEARCH_kana, SEARCH_birth }, false, NULL },
		{ { SEARCH_name, SEARCH_address }, false, NULL },
		{ { SEARCH_name, SEARCH_building }, false, NULL },
		{ { SEARCH_kana, SEARCH_kana }, false, "birth" },
		{ { SEARCH_kana, SEARCH_name }, false, "birth" },
		{ { SEARCH_name, SEARCH_sex }, false, "birth" },
		{ { SEARCH_name, SEARCH_relation }, false, "birth" },
		{ { SEARCH_birth, SEARCH_address }, false, "name" },
		{ { SEARCH_address, SEARCH_address }, false, "name" },
		{ { SEARCH_my_number, SEARCH_my_number }, true, "name" },
		{ { SEARCH_name, SEARCH_birth }, true, NULL },
	};
	const char *item;
	size_t i;
	int j;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct search_query q = { 0 };

		for (j = 0; j < 2; j++) {
			if (cases[i].blank)
				q.blank[cases[i].k[j]] = true;
			else
				q.v[cases[i].k[j]] = STR("x");
		}
		assert_int_equal(search_enough(&q, &item),
		    cases[i].missing == NULL ? 0 : ERR_MISSING);
		if (cases[i].missing != NULL)
			assert_string_equal(item, cases[i].missing);
	}
}

static void
SRC_14_more_than_the_limit_is_a_number_and_no_list(void **state)
{
	struct world *w = *state;
	struct search_query q = ask(SEARCH_birth, "1980-12-26");

	q.v[SEARCH_kana] = STR("マ");
	wire_arena_reset(&w->arena);
	assert_int_equal(
	    search_run(w->db, &q, 1, &w->arena, &w->hits, &w->n, &w->bad), 0);
	assert_int_equal(w->n, 2);
}

static void
a_condition_without_a_key_is_named(void **state)
{
	struct world *w = *state;
	struct search_query q =
	    and(ask(SEARCH_kana, "ー"), SEARCH_birth, "1980-12-26");

	assert_int_equal(find(w, &q), ERR_SYNTAX);
	assert_string_equal(w->bad, "kana");
	/* one letter of a name and nothing that narrows */
	q = and(ask(SEARCH_kana, "ヤ"), SEARCH_postal_code, "100-0001");
	assert_int_equal(find(w, &q), ERR_LIMIT);
	assert_null(w->bad);
}

static void
a_query_over_its_budget_ends_and_the_transaction_goes_on(void **state)
{
	struct world *w = *state;
	struct search_query q =
	    and(ask(SEARCH_kana, "ヤマダ"), SEARCH_address, "例示市");

	assert_int_equal(db_begin(w->db), 0);
	assert_int_equal(param_put(w->db, "mark", "x", 1), 0);
	db_budget(w->db, 1);
	assert_int_equal(find(w, &q), ERR_TIMEOUT);
	db_budget(w->db, 0);
	assert_int_equal(db_failed(w->db), 0);
	FOUND("4 3 1", q);
	assert_int_equal(db_commit(w->db), 0);
}

static void
an_index_of_other_keys_is_built_anew(void **state)
{
	struct world *w = *state;
	const uint64_t other = 1;

	assert_int_equal(db_begin(w->db), 0);
	assert_int_equal(
	    param_put(w->db, "search-keys", &other, sizeof(other)), 0);
	assert_int_equal(db_exec(w->db, "DELETE FROM find_name"), 0);
	assert_int_equal(db_commit(w->db), 0);
	FOUND(
	    "", and(ask(SEARCH_name, "山田太郎"), SEARCH_birth, "1980-12-26"));
	assert_int_equal(search_ready(w->db), 0);
	FOUND(
	    "1", and(ask(SEARCH_name, "山田太郎"), SEARCH_birth, "1980-12-26"));
	FOUND("1", and(ask(SEARCH_name, "太郎"), SEARCH_address, "神明"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(SRC_01_every_name_finds_its_person),
		T(SRC_01_every_number_finds_its_person),
		T(SRC_01_conditions_narrow),
		T(SRC_02_names_and_addresses_of_the_past_find_too),
		T(SRC_03_parts_and_items_without_data_find),
		T(SRC_05_each_equivalence_finds),
		T(SRC_05_the_given_name_alone_finds),
		T(SRC_06_exact_comes_first_then_variants_then_readings),
		T(an_exact_search_takes_names_as_they_are_written),
		T(promise_3_no_place_finds_or_misses_a_protected_person),
		T(a_mark_that_is_set_takes_the_place_out_of_the_index),
		T(SRC_15_what_is_enough_is_decided_in_one_place),
		T(SRC_14_more_than_the_limit_is_a_number_and_no_list),
		T(a_condition_without_a_key_is_named),
		T(a_query_over_its_budget_ends_and_the_transaction_goes_on),
		T(an_index_of_other_keys_is_built_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
