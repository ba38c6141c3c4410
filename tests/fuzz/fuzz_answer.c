/* LINK: client ui net auth audit crypt conf core */
/*
 * Answers as the client gets them, of every operation: without the log's key
 * none is proven, and nothing but a code comes out of an unproven one.
 *
 * SECURITY: test code; not linked into any program.
 */
#include <stdlib.h>
#include <string.h>

#include "client/proof.h"
#include "core/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[ED25519_SEED] = { 7 };
	static struct receipt_state state;
	static struct wire_arena arena;
	struct proof_ask ask = { .want = { .node = STR("T01"),
				     .epoch = 1,
				     .lines = STR("event search\n") } };
	struct proof p;
	const struct op_row *ops;
	size_t n;

	if (arena.p == NULL) {
		struct crypt_key *key = crypt_key_from_seed(seed);
		uint8_t pub[ED25519_PUB];

		BUG_ON(key == NULL || wire_arena_init(&arena, 1 << 20) != 0);
		crypt_key_pub(key, pub);
		BUG_ON(note_vkey_make("fuzz/2026", pub, &state.key) != 0);
		crypt_key_free(key);
	}
	if (size < 1)
		return 0;
	ops = op_table(&n);
	ask.row = &ops[data[0] % n];
	ask.want.seq = size;
	wire_arena_reset(&arena);
	if (proof_check(&state, &ask, str_n(data + 1, size - 1), &arena, &p) ==
	    0) {
		BUG_ON(p.proven);
		BUG_ON(p.ans != NULL || p.code == 0);
	}
	return 0;
}
