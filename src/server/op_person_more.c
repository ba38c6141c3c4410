/*
 * Unmasking a number (PRM-12), and メモ (REC-13).
 *
 * SECURITY: a number leaves the server for one person at a time, with a
 * reason, under an event of its own.  A memo may say where somebody lives, so
 * those of protected people are withheld like an address.
 */
#include "server/record.h"

#include "core/err.h"
#include "core/text.h"
#include "store/memo.h"

/* ---- numbers ------------------------------------------------------------ */

static const struct {
	const char *item;
	enum resident_column column;
	size_t at;
	const char *event;
} numbers[] = {
	{ "my_number", RESIDENT_my_number, offsetof(struct person, my_number),
	    "UNMASK_MYNO" },
	{ "jumin_code", RESIDENT_jumin_code,
	    offsetof(struct person, jumin_code), "UNMASK_JCODE" },
};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

int
op_person_unmask(struct op_call *c, const Mamori__PersonUnmaskReq *req,
    Mamori__PersonUnmaskAns *ans)
{
	const struct str *value;
	struct record r;
	size_t i = 0;
	int err;

	while (i < NUMBERS && !str_eqz(STR_PB(req->item), numbers[i].item))
		i++;
	if (i == NUMBERS)
		return op_refuse(c, ERR_RANGE, "item");
	op_event(c, numbers[i].event);
	err = record_open(c, req->resident_no, req->purpose, req->ref, &r);
	if (err != 0)
		return err;
	if ((r.hide & item_table()[numbers[i].column].hide) != 0)
		return op_refuse(c, ERR_DENIED, numbers[i].item);
	value = (const void *)((const char *)&r.p + numbers[i].at);
	if (value->n == 0)
		return op_refuse(c, ERR_NOTFOUND, numbers[i].item);
	op_hits(c, 1);
	op_subject(c, r.p.resident_no, "number", r.p.mark);
	op_item(c, numbers[i].item);
	ans->resident_no = PB_BYTES(r.p.resident_no);
	ans->item = req->item;
	ans->value = PB_BYTES(*value);
	return 0;
}

/* ---- memos -------------------------------------------------------------- */

static Mamori__Memo *
memo_row(struct op_call *c, const struct memo *m)
{
	Mamori__Memo *one = wire_alloc(c->arena, sizeof(*one));

	if (one == NULL)
		return NULL;
	mamori__memo__init(one);
	one->at_ms = m->at_ms;
	one->operator_id = PB_BYTES(m->operator_id);
	one->name = PB_BYTES(m->name);
	one->dept = PB_BYTES(m->dept);
	one->text = PB_BYTES(m->text);
	return one;
}

static int
fill_memos(struct op_call *c, struct str resident_no, Mamori__MemoListAns *ans)
{
	struct memo *memos;
	size_t n;
	size_t i;
	int err;

	err = memo_list(c->db, resident_no, c->arena, &memos, &n, &ans->total);
	if (err != 0)
		return err;
	ans->memos = wire_alloc(c->arena, (n + 1) * sizeof(*ans->memos));
	if (ans->memos == NULL)
		return ERR_LIMIT;
	for (i = 0; i < n; i++) {
		ans->memos[i] = memo_row(c, &memos[i]);
		if (ans->memos[i] == NULL)
			return ERR_LIMIT;
	}
	ans->n_memos = n;
	return 0;
}

int
op_memo_list(
    struct op_call *c, const Mamori__MemoListReq *req, Mamori__MemoListAns *ans)
{
	struct record r;
	int err;

	err = record_open(c, req->resident_no, req->purpose, req->ref, &r);
	if (err != 0)
		return err;
	if ((r.hide & ITEM_HIDE_REMARKS) != 0)
		return op_refuse(c, ERR_DENIED, "memo");
	op_subject(c, r.p.resident_no, "memo", r.p.mark);
	ans->resident_no = PB_BYTES(r.p.resident_no);
	ans->mark = PB_BYTES(r.p.mark);
	ans->hidden = r.hidden;
	op_item(c, "protected");
	if (r.hidden)
		return 0;
	op_item(c, "memo");
	return fill_memos(c, r.p.resident_no, ans);
}

int
op_memo_add(
    struct op_call *c, const Mamori__MemoAddReq *req, Mamori__MemoAddAns *ans)
{
	struct memo m = { .at_ms = c->now_ms,
		.operator_id = str_of(c->seat->operator_id),
		.name = str_of(c->seat->operator_name),
		.dept = str_of(c->seat->org) };
	struct buf text = BUF_INIT;
	struct record r;
	int err;

	(void)ans;
	err = record_find(c, req->resident_no, &r);
	if (err != 0)
		return err;
	if ((r.hide & ITEM_HIDE_REMARKS) != 0)
		return op_refuse(c, ERR_DENIED, "memo");
	if (text_clean(&text, STR_PB(req->text)) != 0)
		err = op_refuse(c, ERR_SYNTAX, "text");
	else if (text.n == 0)
		err = op_refuse(c, ERR_MISSING, "text");
	m.text = buf_str(&text);
	if (err == 0) {
		op_subject(c, r.p.resident_no, "memo", r.p.mark);
		err = memo_add(c->db, r.p.resident_no, &m);
	}
	buf_wipe(&text);
	return err;
}
