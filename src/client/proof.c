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

static bool
open_covered(const ProtobufCMessage *m, const struct receipt_seen *seen)
{
	const Mamori__PersonOpenAns *a = (const void *)m;

	return receipt_has_subject(seen, STR_PB(a->resident_no)) &&
	    text_item(seen, "name", &a->name) &&
	    text_item(seen, "kana", &a->kana) &&
	    text_item(seen, "alias", &a->alias) &&
	    text_item(seen, "birth", &a->birth_text) &&
	    text_item(seen, "sex", &a->sex) &&
	    text_item(seen, "relation", &a->relation) &&
	    text_item(seen, "nationality", &a->nationality) &&
	    text_item(seen, "status", &a->status) &&
	    text_item(seen, "mark", &a->mark) &&
	    text_item(seen, "address", &a->address) &&
	    text_item(seen, "postal", &a->postal_code) &&
	    text_item(seen, "household", &a->household_no) &&
	    (a->n_history == 0 || receipt_has_item(seen, "history"));
}

/* Answers with data of residents; a new one belongs here. */
static const struct {
	enum op op;
	bool (*covered)(
	    const ProtobufCMessage *m, const struct receipt_seen *seen);
} covers[] = {
	{ OP_person_search, search_covered },
	{ OP_person_open, open_covered },
};

int
proof_covers(const struct op_row *row, const ProtobufCMessage *ans,
    const struct receipt_seen *seen)
{
	size_t i;

	for (i = 0; i < sizeof(covers) / sizeof(covers[0]); i++)
		if (covers[i].op == row->id)
			return covers[i].covered(ans, seen) ? 0 : ERR_CRYPTO;
	return 0;
}
