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
#define QUESTIONS 400

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

/* Both files from the same dice, but hidden homes come from `other` too. */
static void
make_csv(struct buf *a, struct buf *b)
{
	char home[2][128];
	struct site_resident r;
	unsigned i;
	unsigned h;

	site_row_start(a);
	site_row_start(b);
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
			site_row(a, &r);
			if (mark != 0) {
				r.address = home[1];
				r.postal = "999-0009";
				r.household = 900 + dice(20);
			}
			site_row(b, &r);
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

static void
question(struct world *w)
{
	Mamori__PersonSearchReq find = MAMORI__PERSON_SEARCH_REQ__INIT;
	Mamori__PersonOpenReq open = MAMORI__PERSON_OPEN_REQ__INIT;
	char home[128];
	char no[17];

	find.purpose = open.purpose = PB_BYTES(STR("1"));
	site_number(no, 1 + dice(PEOPLE + 2));
	if (dice(2) == 0) {
		open.resident_no = PB_BYTES(str_of(no));
		compare(w, OP_person_open, &open.base);
		return;
	}
	(void)snprintf(
	    home, sizeof(home), "%s%u番", towns[dice(4)], 1 + dice(3));
	if (dice(3) == 0)
		find.resident_no = PB_BYTES(str_of(no));
	if (dice(2) == 0)
		find.kana = PB_BYTES(str_n(kana[dice(4)], 9));
	if (dice(2) == 0)
		find.name = PB_BYTES(str_n(names[dice(4)], 6));
	if (dice(8) != 0)
		find.birth = PB_BYTES(str_of(births[dice(2)]));
	if (dice(2) == 0)
		find.address = PB_BYTES(str_of(home));
	compare(w, OP_person_search, &find.base);
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
