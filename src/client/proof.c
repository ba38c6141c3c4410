/*
 * Unwraps an answer and holds it against its log entry.
 *
 * SECURITY: the server is not trusted to have logged what it sends: what is
 * not in the entry is not shown (DESIGN promise 1; audit-log.md §5 rule 6:
 * what you see is what was logged).  Without a receipt only a bare refusal is
 * taken, and it says nothing: no body, no item.
 */
#include "client/proof.h"

#include <string.h>

#include "core/err.h"
#include "core/item.h"

int
proof_check(const struct receipt_state *state, struct proof_ask *ask,
    struct str payload, struct wire_arena *a, struct proof *out)
{
	ProtobufCMessage *msg;
	const Mamori__Answer *ans;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = wire_unpack(&mamori__answer__descriptor, payload, a, &msg);
	if (rc != 0)
		return ERR_PEER;
	ans = (const void *)msg;
	if (!err_is_known(ans->code))
		return ERR_PEER;
	if (ans->receipt == NULL && ans->code != 0 && ans->body.len == 0) {
		/* not let through to the store: a code and nothing else */
		out->code = ans->code;
		return 0;
	}
	if (ans->receipt == NULL)
		return ERR_CRYPTO;
	out->note = STR_PB(ans->receipt->checkpoint);
	ask->want.kind = ans->code == 0 ? ask->row->kind : "deny";
	rc = receipt_check(ans->receipt, state, &ask->want, &out->seen);
	if (rc != 0)
		return rc == ERR_FORK ? ERR_FORK : ERR_CRYPTO;
	out->proven = true;
	out->code = ans->code;
	out->item = STR_PB(ans->item);
	if (ans->code != 0)
		return 0;
	rc = wire_unpack(ask->row->ans, STR_PB(ans->body), a, &msg);
	if (rc != 0)
		return ERR_PEER;
	out->ans = msg;
	return 0;
}

/* ---- rule 6 -------------------------------------------------------------- */

static bool
text_item(const struct receipt_seen *seen, const char *item,
    const ProtobufCBinaryData *value)
{
	return value->len == 0 || receipt_has_item(seen, item);
}

static bool
row_covered(const Mamori__PersonRow *r, const struct receipt_seen *seen)
{
	return receipt_has_subject(seen, STR_PB(r->resident_no)) &&
	    text_item(seen, "name", &r->name) &&
	    text_item(seen, "kana", &r->kana) &&
	    text_item(seen, "birth", &r->birth_text) &&
	    text_item(seen, "sex", &r->sex) &&
	    text_item(seen, "address", &r->address) &&
	    text_item(seen, "status", &r->status) &&
	    text_item(seen, "mark", &r->mark);
}

static bool
search_covered(const ProtobufCMessage *m, const struct receipt_seen *seen)
{
	const Mamori__PersonSearchAns *a = (const void *)m;
	size_t i;

	for (i = 0; i < a->n_rows; i++)
		if (!row_covered(a->rows[i], seen))
			return false;
	return true;
}

/* Every item with a value stands in the entry under its token. */
static bool
items_covered(
    Mamori__RecordItem *const *items, size_t n, const struct receipt_seen *seen)
{
	unsigned at;
	size_t i;

	for (i = 0; i < n; i++) {
		if (item_find(items[i]->number, &at) != 0)
			return false;
		if (!text_item(seen, item_table()[at].token, &items[i]->value))
			return false;
	}
	return true;
}

static bool
open_covered(const ProtobufCMessage *m, const struct receipt_seen *seen)
{
	const Mamori__PersonOpenAns *a = (const void *)m;

	return receipt_has_subject(seen, STR_PB(a->resident_no)) &&
	    text_item(seen, "name", &a->name) &&
	    text_item(seen, "name_kana", &a->kana) &&
	    text_item(seen, "protected", &a->mark) &&
	    items_covered(a->items, a->n_items, seen);
}

static bool
history_covered(const ProtobufCMessage *m, const struct receipt_seen *seen)
{
	const Mamori__PersonHistoryAns *a = (const void *)m;
	size_t i;

	if (!receipt_has_subject(seen, STR_PB(a->resident_no)) ||
	    !text_item(seen, "protected", &a->mark))
		return false;
	for (i = 0; i < a->n_rows; i++)
		if (!text_item(seen, "name", &a->rows[i]->name) ||
		    !text_item(seen, "event", &a->rows[i]->event) ||
		    !text_item(seen, "event_date", &a->rows[i]->event_date) ||
		    !items_covered(
			a->rows[i]->items, a->rows[i]->n_items, seen))
			return false;
	return true;
}

static bool
member_covered(const Mamori__HouseMember *h, const struct receipt_seen *seen)
{
	return receipt_has_subject(seen, STR_PB(h->resident_no)) &&
	    text_item(seen, "name", &h->name) &&
	    text_item(seen, "name_kana", &h->kana) &&
	    text_item(seen, "birth_date_text", &h->birth_text) &&
	    text_item(seen, "sex", &h->sex) &&
	    text_item(seen, "relation", &h->relation) &&
	    text_item(seen, "status", &h->status) &&
	    text_item(seen, "event", &h->event) &&
	    text_item(seen, "event_date", &h->event_date);
}

static bool
house_covered(const ProtobufCMessage *m, const struct receipt_seen *seen)
{
	const Mamori__PersonHouseAns *a = (const void *)m;
	size_t i;

	if (!text_item(seen, "household_no", &a->household_no) ||
	    !text_item(seen, "protected", &a->mark))
		return false;
	for (i = 0; i < a->n_members; i++)
		if (!member_covered(a->members[i], seen))
			return false;
	return true;
}

static bool
unmask_covered(const ProtobufCMessage *m, const struct receipt_seen *seen)
{
	const Mamori__PersonUnmaskAns *a = (const void *)m;
	char item[17];

	return receipt_has_subject(seen, STR_PB(a->resident_no)) &&
	    str_copy(item, sizeof(item), STR_PB(a->item)) == 0 &&
	    text_item(seen, item, &a->value);
}

static bool
memo_covered(const ProtobufCMessage *m, const struct receipt_seen *seen)
{
	const Mamori__MemoListAns *a = (const void *)m;

	return receipt_has_subject(seen, STR_PB(a->resident_no)) &&
	    text_item(seen, "protected", &a->mark) &&
	    (a->n_memos == 0 || receipt_has_item(seen, "memo"));
}

static bool
jukinet_covered(const ProtobufCMessage *m, const struct receipt_seen *seen)
{
	const Mamori__JukinetInquiryAns *a = (const void *)m;
	const Mamori__JukinetRow *r;
	size_t i;

	for (i = 0; i < a->n_rows; i++) {
		r = a->rows[i];
		if (!receipt_has_subject(seen, STR_PB(r->resident_no)) ||
		    !text_item(seen, "name", &r->name) ||
		    !text_item(seen, "former-surname", &r->former_surname) ||
		    !text_item(seen, "alias", &r->alias) ||
		    !text_item(seen, "birth", &r->birth_text) ||
		    !text_item(seen, "sex", &r->sex) ||
		    !text_item(seen, "address", &r->address) ||
		    (r->n_changes > 0 && !receipt_has_item(seen, "changes")))
			return false;
	}
	return true;
}

/* Answers with data of residents; a new one belongs here. */
static const struct {
	enum op op;
	bool (*covered)(
	    const ProtobufCMessage *m, const struct receipt_seen *seen);
} covers[] = {
	{ OP_person_search, search_covered },
	{ OP_jukinet_inquiry, jukinet_covered },
	{ OP_person_open, open_covered },
	{ OP_person_history, history_covered },
	{ OP_person_house, house_covered },
	{ OP_person_unmask, unmask_covered },
	{ OP_memo_list, memo_covered },
};

/* kinds of entries whose answers hold residents' data (audit-log.md §3.3) */
static const char *const telling[] = { "search", "disclose", "print",
	"export" };

int
proof_covers(const struct op_row *row, const ProtobufCMessage *ans,
    const struct receipt_seen *seen)
{
	size_t i;

	for (i = 0; i < sizeof(covers) / sizeof(covers[0]); i++)
		if (covers[i].op == row->id)
			return covers[i].covered(ans, seen) ? 0 : ERR_CRYPTO;
	/* an answer about residents that nobody can check is not shown */
	for (i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
		if (strcmp(row->kind, telling[i]) == 0)
			return ERR_CRYPTO;
	return 0;
}
