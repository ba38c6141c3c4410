/*
 * Promise 3 as a property: two databases that differ only in where protected
 * people live give the same bytes to any questions.
 *
 * SECURITY: compares the bytes of Answer.body and of the code and item, which
 * are all that a terminal learns of residents.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "site_turn.h"

#define PEOPLE	  60
#define QUESTIONS 800

struct world {
	struct site s;
	struct site_term t;
	struct site_person clerk;
};

static uint64_t seed = 20261121;
static unsigned shown; /* answers that had a person in them */

static unsigned
dice(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static const char *const towns[] = { "例示市神明", "例示市本町", "例示市旭町",
	"例示市潜町" };
static const char *const kana[] = { "ヤマダ　ハナ", "ヤマダ　タロウ",
	"スズキ　ハナ", "サトウ　ジロウ" };
static const char *const names[] = { "山田　華", "山田　太郎", "鈴木　華",
	"佐藤　次郎" };
static const char *const births[] = { "1980-12-26", "1975-01-02" };
static const char *const marks[] = { "", "支", "仮", "抑" };

/* A row with items that tell where somebody lives, all made from `home`. */
static void
put_row(struct buf *csv, const struct site_resident *r)
{
	site_row(csv, r);
	csv->n -= 2; /* CRLF */
	buf_printf(csv, ",%s棟,%s番地,%s,%s,令和2年4月%u日\r\n", r->address,
	    r->address, r->address, r->address,
	    1 + (unsigned)r->household % 28);
}

static void
put_header(struct buf *csv)
{
	site_row_start(csv);
	csv->n -= 2;
	buf_puts(csv,
	    ",building,honseki,previous_address,remarks,address_since\r\n");
}

/* Both files from the same dice, but hidden homes come from `other` too. */
static void
make_csv(struct buf *a, struct buf *b)
{
	char home[2][128];
	struct site_resident r;
	unsigned i;
	unsigned h;

	put_header(a);
	put_header(b);
	for (i = 1; i <= PEOPLE; i++) {
		const unsigned who = dice(4);
		const unsigned mark = dice(3) == 0 ? 1 + dice(3) : 0;
		const unsigned rows = 1 + dice(3);
		const char *birth = births[dice(2)];

		for (h = 1; h <= rows; h++) {
			(void)snprintf(home[0], 128, "%s%u番%u号",
			    towns[dice(4)], 1 + dice(3), 1 + dice(3));
			(void)snprintf(home[1], 128, "%s%u番%u号",
			    towns[dice(4)], 1 + dice(3), 1 + dice(3));
			r = (struct site_resident){ i, h, 1 + dice(20),
				names[who], kana[who], birth, "100-0001",
				home[0], marks[mark] };
			put_row(a, &r);
			if (mark != 0) {
				r.address = home[1];
				r.postal = "999-0009";
				r.household = 900 + dice(20);
			}
			put_row(b, &r);
		}
	}
	buf_putc(a, '\0');
	buf_putc(b, '\0');
}

static uint64_t
count_rows(const struct buf *csv)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < csv->n; i++)
		n += csv->p[i] == '\n';
	return n - 1;
}

static void
open_world(struct world *w, const struct buf *csv)
{
	site_make(&w->s, true);
	site_terminal(&w->s, &w->t, "T01");
	site_person(&w->s, &w->clerk, "M001", "O001", "clerk");
	assert_int_equal(
	    site_import(&w->s, (const char *)csv->p, count_rows(csv)), 0);
	assert_int_equal(
	    site_login(&w->t, &w->clerk, "login", "O001")->code, 0);
}

static void
close_world(struct world *w)
{
	site_person_free(&w->clerk);
	site_term_free(&w->t);
	site_free(&w->s);
}

static void
ask(struct world *w, enum op op, const ProtobufCMessage *req, struct buf *out)
{
	const struct site_answer *a = site_ask(&w->t, op, req);

	assert_true(a->got);
	assert_int_equal(a->receipt, 0);
	buf_clear(out);
	buf_printf(out, "%d %s\n", a->code, a->item);
	shown += memmem(a->log.p, a->log.n, "\nsubject ", 9) != NULL;
	buf_puts_str(out, a->body);
}

static void
compare(struct world *w, enum op op, const ProtobufCMessage *req)
{
	struct buf one = BUF_INIT;
	struct buf two = BUF_INIT;

	ask(&w[0], op, req, &one);
	ask(&w[1], op, req, &two);
	assert_int_equal(one.n, two.n);
	assert_memory_equal(one.p, two.p, one.n);
	buf_release(&one);
	buf_release(&two);
}

static ProtobufCBinaryData
pick(const char *const *of, unsigned n)
{
	const char *z = of[dice(n)];

	return (ProtobufCBinaryData){ strlen(z), (uint8_t *)(uintptr_t)z };
}

/* Every key that could tell where somebody lives, in any company. */
static void
ask_search(struct world *w, const char *no, const char *home)
{
	static const char *const blanks[] = { "building", "postal_code",
		"address_code", "birth", "kana", "relation", "my_number" };
	static const char *const postals[] = { "100-0001", "999-0009" };
	Mamori__PersonSearchReq find = MAMORI__PERSON_SEARCH_REQ__INIT;
	ProtobufCBinaryData blank;
	char household[17];

	find.purpose = PB_BYTES(STR("1"));
	site_number(household, dice(2) * 900 + dice(20));
	if (dice(4) == 0)
		find.resident_no = PB_BYTES(str_of(no));
	if (dice(2) == 0)
		find.kana = PB_BYTES(str_n(kana[dice(4)], 9));
	if (dice(2) == 0)
		find.name = PB_BYTES(str_n(names[dice(4)], 6));
	if (dice(3) == 0)
		find.birth = pick(births, 2);
	if (dice(2) == 0)
		find.address = PB_BYTES(str_of(home));
	if (dice(3) == 0)
		find.building = PB_BYTES(str_of(home));
	if (dice(4) == 0)
		find.postal_code = pick(postals, 2);
	if (dice(4) == 0)
		find.household_no = PB_BYTES(str_of(household));
	if (dice(6) == 0)
		find.sex = PB_BYTES(STR("2"));
	if (dice(6) == 0) {
		blank = pick(blanks, 7);
		find.blank = &blank;
		find.n_blank = 1;
	}
	find.exact = dice(8) == 0;
	compare(w, OP_person_search, &find.base);
}

static void
ask_inquiry(struct world *w, const char *home)
{
	Mamori__JukinetInquiryReq req = MAMORI__JUKINET_INQUIRY_REQ__INIT;

	req.purpose = PB_BYTES(STR("1"));
	req.use = PB_BYTES(STR("2"));
	req.name = pick(names, 4);
	if (dice(2) == 0)
		req.birth = pick(births, 2);
	if (dice(2) == 0)
		req.address = PB_BYTES(str_of(home));
	compare(w, OP_jukinet_inquiry, &req.base);
}

static void
question(struct world *w)
{
	Mamori__PersonOpenReq open = MAMORI__PERSON_OPEN_REQ__INIT;
	Mamori__PersonHouseReq house = MAMORI__PERSON_HOUSE_REQ__INIT;
	Mamori__PersonHistoryReq past = MAMORI__PERSON_HISTORY_REQ__INIT;
	Mamori__MemoListReq memos = MAMORI__MEMO_LIST_REQ__INIT;
	char home[128];
	char no[17];

	open.purpose = PB_BYTES(STR("1"));
	house.purpose = past.purpose = memos.purpose = open.purpose;
	site_number(no, 1 + dice(PEOPLE + 2));
	if (dice(2) == 0) {
		open.resident_no = PB_BYTES(str_of(no));
		house.resident_no = past.resident_no = open.resident_no;
		memos.resident_no = open.resident_no;
		compare(w, OP_person_open, &open.base);
		compare(w, OP_person_house, &house.base);
		compare(w, OP_person_history, &past.base);
		compare(w, OP_memo_list, &memos.base);
		return;
	}
	(void)snprintf(
	    home, sizeof(home), "%s%u番", towns[dice(4)], 1 + dice(3));
	if (dice(4) == 0)
		ask_inquiry(w, home);
	else
		ask_search(w, no, home);
}

static void
promise_3_worlds_that_differ_in_protected_homes_answer_alike(void **state)
{
	static struct world w[2];
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;
	int i;

	(void)state;
	make_csv(&a, &b);
	open_world(&w[0], &a);
	open_world(&w[1], &b);
	for (i = 0; i < QUESTIONS; i++)
		question(w);
	assert_true(shown > QUESTIONS / 2);
	close_world(&w[0]);
	close_world(&w[1]);
	buf_release(&a);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    promise_3_worlds_that_differ_in_protected_homes_answer_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
