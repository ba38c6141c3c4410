/* LINK: core */
/*
 * Every message of the operation table from hostile bytes: what is taken packs
 * to bytes that are taken again.
 */
#include <stdlib.h>

#include "core/err.h"
#include "core/op.h"
#include "core/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const ProtobufCMessageDescriptor *desc;
	struct buf again = BUF_INIT;
	struct wire_arena a;
	ProtobufCMessage *m;
	const struct op_row *ops;
	size_t n;

	if (size < 2 || wire_arena_init(&a, 1 << 20) != 0)
		return 0;
	ops = op_table(&n);
	desc = data[1] & 1 ? ops[data[0] % n].ans : ops[data[0] % n].req;
	if (wire_unpack(desc, str_n(data + 2, size - 2), &a, &m) == 0) {
		wire_pack(&again, m);
		wire_arena_reset(&a);
		BUG_ON(wire_unpack(desc, buf_str(&again), &a, &m) != 0);
	} else {
		BUG_ON(m != NULL);
	}
	buf_release(&again);
	wire_arena_release(&a);
	return 0;
}
