/*
 * Rows of the operation table and the one permission check.
 *
 * SECURITY: this is the gate that every request passes twice.  An id that is
 * not in the table, a state that is not in the row and a right that is not
 * held are refused; nothing else is asked.
 */
#include "core/op.h"

#include <string.h>

#include "core/err.h"
#include "mamori.pb-c.h"
#include "op_desc.h"

static const struct op_row ops[] = {
#define OP_ROW(no, nm, Type, st, rt, fr, sec, kd, ev)                          \
	{ .id = OP_##nm,                                                       \
		.name = #nm,                                                   \
		.states = (st),                                                \
		.right = RIGHT_##rt,                                           \
		.fresh = (fr),                                                 \
		.second = (sec),                                               \
		.kind = #kd,                                                   \
		.event = (ev),                                                 \
		.req = OP_DESC_REQ_##Type,                                     \
		.ans = OP_DESC_ANS_##Type },
	OP_LIST(OP_ROW)
#undef OP_ROW
};

const struct op_row *
op_find(uint32_t id)
{
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if ((uint32_t)ops[i].id == id)
			return &ops[i];
	return NULL;
}

const struct op_row *
op_find_name(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strcmp(ops[i].name, name) == 0)
			return &ops[i];
	return NULL;
}

const struct op_row *
op_table(size_t *count)
{
	*count = sizeof(ops) / sizeof(ops[0]);
	return ops;
}

int
op_allowed(const struct op_row *row, enum state state, right_set rights)
{
	if (row == NULL)
		return ERR_PEER;
	if ((unsigned)state >= STATE_COUNT || (row->states & 1u << state) == 0)
		return ERR_BADSTATE;
	return right_has(rights, row->right) ? 0 : ERR_DENIED;
}
