/*
 * Checks a receipt (audit-log.md §5, rules 1 to 6).
 *
 * SECURITY: this stands between the server and the screen.  Whatever the
 * server sent, nothing passes that was not logged, in a log that grew from
 * the one this terminal saw last, with the very request it made.
 */
#include "audit/receipt.h"

#include <string.h>

#include "core/b64.h"
#include "core/err.h"

#define SALT_LEN 32

static int
get_proof(size_t n, const ProtobufCBinaryData *list, struct tree_proof *out)
{
	size_t i;

	out->n = 0;
	if (n > TREE_PROOF_MAX)
		return ERR_SYNTAX;
	for (i = 0; i < n; i++) {
		if (list[i].len != sizeof(out->h[i].b))
			return ERR_SYNTAX;
		memcpy(out->h[i].b, list[i].data, sizeof(out->h[i].b));
	}
	out->n = (unsigned)n;
	return 0;
}

/* Rules 1 and 2: our key, and grown from what we saw last. */
static int
check_head(const Mamori__Receipt *r, const struct receipt_state *state,
    struct checkpoint *head)
{
	struct tree_proof proof;
	int err;

	err = note_open(STR_PB(r->checkpoint), &state->key, head);
	if (err != 0)
		return err;
	if (head->size < state->last.size)
		return ERR_FORK;
	if (r->old_size != state->last.size)
		return ERR_SYNTAX;
	err = get_proof(r->n_consistency, r->consistency, &proof);
	if (err != 0)
		return err;
	return tree_verify_consistency(state->last.size, head->size,
		   &state->last.root, &head->root, &proof) == 0
	    ? 0
	    : ERR_FORK;
}

/* Rule 3: the entry is in that log. */
static int
check_inclusion(
    const Mamori__Receipt *r, const struct checkpoint *head, struct entry *e)
{
	struct tree_proof proof;
	struct tree_hash leaf;
	int err;

	err = entry_parse(STR_PB(r->entry), e);
	if (err == 0)
		err = get_proof(r->n_proof, r->proof, &proof);
	if (err != 0)
		return err;
	leaf = tree_leaf(STR_PB(r->entry));
	return tree_verify_inclusion(
	    e->index, head->size, &leaf, &proof, &head->root);
}

/* Rule 4: it is about the request we made. */
static int
check_source(const struct entry *e, const struct receipt_want *want)
{
	if (want->node.n != 0 &&
	    (!str_eq(e->node, want->node) || e->epoch != want->epoch ||
		e->seq != want->seq))
		return ERR_CRYPTO;
	if (want->kind != NULL && !str_eqz(e->kind, want->kind))
		return ERR_CRYPTO;
	return 0;
}

/* Rule 5, first half: the body is the one that was logged. */
static int
check_body(const Mamori__Receipt *r, const struct entry *e)
{
	struct tree_hash root;
	uint64_t lines;
	int err;

	if (r->salt.len != SALT_LEN)
		return ERR_SYNTAX;
	err = body_root(STR_PB(r->body), r->salt.data, &lines, &root);
	if (err != 0)
		return err == ERR_LIMIT ? ERR_SYNTAX : err;
	if (lines != e->body_lines ||
	    memcmp(root.b, e->body_root.b, sizeof(root.b)) != 0)
		return ERR_CRYPTO;
	return 0;
}

/* Steps over `prefix`; false when the text does not start with it. */
static bool
skip(struct str *text, struct str prefix)
{
	if (!str_starts(*text, prefix))
		return false;
	text->p += prefix.n;
	text->n -= prefix.n;
	return true;
}

/* Rule 5, second half: our lines, verbatim and first, then our signature. */
static int
check_request(struct str body, const struct receipt_want *want)
{
	uint8_t sig[ED25519_SIG];
	uint8_t id[4];
	struct str line;
	struct str hex;
	size_t n;

	if (want->lines.n == 0)
		return 0;
	if (!skip(&body, STR("audit-body/v1\n")) || !skip(&body, want->lines))
		return ERR_CRYPTO;
	if (want->tsig.n == 0)
		return 0;
	if (!skip(&body, STR("tsig ")) || !str_cut(&body, '\n', &line) ||
	    !str_cut(&line, ' ', &hex) || hex_get(hex, id, sizeof(id)) != 0)
		return ERR_CRYPTO;
	if (b64_get(line, sig, sizeof(sig), &n) != 0 ||
	    !str_eq(str_n(sig, n), want->tsig))
		return ERR_CRYPTO;
	return 0;
}

int
receipt_check(const Mamori__Receipt *r, const struct receipt_state *state,
    const struct receipt_want *want, struct receipt_seen *seen)
{
	struct checkpoint head;
	struct entry e;
	int err;

	memset(seen, 0, sizeof(*seen));
	err = check_head(r, state, &head);
	if (err == 0)
		err = check_inclusion(r, &head, &e);
	if (err == 0)
		err = check_source(&e, want);
	if (err == 0)
		err = check_body(r, &e);
	if (err == 0)
		err = check_request(STR_PB(r->body), want);
	if (err != 0)
		return err;
	seen->index = e.index;
	seen->time_ms = e.time_ms;
	seen->body = STR_PB(r->body);
	seen->head = head;
	return 0;
}

bool
receipt_has_subject(const struct receipt_seen *seen, struct str no)
{
	struct str rest = seen->body;
	struct str name;
	struct str value;
	struct str id;

	while (no.n != 0 && body_next(&rest, &name, &value)) {
		if (!str_eqz(name, "subject") || !str_cut(&value, ' ', &id))
			continue;
		if (skip(&id, STR("atena:")) && str_eq(id, no))
			return true;
	}
	return false;
}

bool
receipt_has_item(const struct receipt_seen *seen, const char *item)
{
	struct str items = body_get(seen->body, "items");
	struct str word;

	while (str_cut(&items, ' ', &word))
		if (word.n != 0 && str_eqz(word, item))
			return true;
	return false;
}
