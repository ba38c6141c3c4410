/* LINK: core crypt audit */
/*
 * Receipts from a server that holds the log key but may send anything else:
 * the checkpoint is signed here for a log with this one entry, so that the
 * checks behind the signature are reached too.
 *
 * SECURITY: test code; not linked into any program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/receipt.h"
#include "core/wire.h"

#define ORIGIN "fuzz/2026"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
resign(Mamori__Receipt *r, struct note_vkey *k, struct buf *note)
{
	struct checkpoint c = { .origin = ORIGIN, .size = 1 };
	static const uint8_t seed[ED25519_SEED] = { 9 };
	static struct crypt_key *key;
	uint8_t pub[ED25519_PUB];

	if (key == NULL)
		key = crypt_key_from_seed(seed);
	if (key == NULL)
		abort();
	crypt_key_pub(key, pub);
	c.root = tree_leaf(STR_PB(r->entry));
	if (note_vkey_make(ORIGIN, pub, k) != 0 ||
	    note_sign(&c, k, key, note) != 0)
		abort();
	r->checkpoint = PB_BYTES(buf_str(note));
	r->old_size = 0;
}

static void
check(const Mamori__Receipt *r, const struct receipt_state *state)
{
	struct receipt_want want = { .node = STR("T0001"),
		.epoch = 1,
		.lines = STR("event disclose\n") };
	struct receipt_seen seen;

	if (receipt_check(r, state, &want, &seen) == 0) {
		if (seen.body.n != r->body.len || seen.index >= seen.head.size)
			abort();
		(void)receipt_has_subject(&seen, STR("1"));
		(void)receipt_has_item(&seen, "basic4");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wire_arena arena;
	struct receipt_state state = { .last = { .size = 0 } };
	struct buf note = BUF_INIT;
	ProtobufCMessage *m;
	Mamori__Receipt *r;

	if (arena.p == NULL && wire_arena_init(&arena, 1 << 20) != 0)
		abort();
	wire_arena_reset(&arena);
	if (wire_unpack(&mamori__receipt__descriptor, str_n(data, size), &arena,
		&m) != 0)
		return 0;
	r = (Mamori__Receipt *)m;
	check(r, &state);
	resign(r, &state.key, &note);
	check(r, &state);
	buf_release(&note);
	return 0;
}
