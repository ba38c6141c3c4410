/* LINK: core */
/*
 * The log lines of every request: each begins with a word of the table and
 * nobody's number is in them.
 */
#include <string.h>

#include "core/act.h"
#include "core/err.h"
#include "core/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct str lines)
{
	static const char *const words[] = { "event ", "when ", "match-id ",
		"terminal ", "screen ", "function ", "purpose ", "ref ",
		"query " };
	struct str line;
	size_t i;

	while (str_cut(&lines, '\n', &line)) {
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (str_starts(line, str_of(words[i])))
				break;
		BUG_ON(i == sizeof(words) / sizeof(words[0]));
		if (str_starts(line, STR("query my_number=")))
			BUG_ON(line.n > strlen("query my_number=****1234"));
		if (str_starts(line, STR("query jumin_code=")))
			BUG_ON(line.n > strlen("query jumin_code=****1234"));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct act_who who = { .match_id = STR("M001"), .terminal = STR("T") };
	struct buf lines = BUF_INIT;
	struct wire_arena a;
	ProtobufCMessage *m;
	const struct op_row *ops;
	size_t n;

	if (size < 1 || wire_arena_init(&a, 1 << 20) != 0)
		return 0;
	ops = op_table(&n);
	if (wire_unpack(
		ops[data[0] % n].req, str_n(data + 1, size - 1), &a, &m) == 0) {
		act_lines(&lines, &ops[data[0] % n], 1, &who, m);
		check(buf_str(&lines));
	}
	buf_release(&lines);
	wire_arena_release(&a);
	return 0;
}
