/* LINK: core crypt audit */
/*
 * Bodies: a body with a root is one whose lines step through to the end, and
 * it survives sealing; a blob never opens by chance.
 *
 * SECURITY: test code; not linked into any program.
 */
#include <stdlib.h>

#include "audit/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t
count_lines(struct str body)
{
	struct str name;
	struct str value;
	uint64_t n = 0;

	while (body_next(&body, &name, &value))
		n++;
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t kek[32] = { 1 };
	static const uint8_t nonce[32] = { 2 };
	struct str in = str_n(data, size);
	struct buf blob = BUF_INIT;
	struct buf back = BUF_INIT;
	uint8_t salt[32] = { 3 };
	struct tree_hash root;
	uint64_t lines;

	(void)body_get(in, "subject");
	(void)count_lines(in);
	if (blob_open(kek, nonce, "o", in, salt, &back) == 0)
		abort();
	if (body_root(in, salt, &lines, &root) == 0) {
		if (lines != count_lines(in) ||
		    blob_seal(kek, nonce, "o", salt, in, &blob) != 0 ||
		    blob_open(kek, nonce, "o", buf_str(&blob), salt, &back) !=
			0 ||
		    !str_eq(buf_str(&back), in))
			abort();
	}
	buf_release(&blob);
	buf_wipe(&back);
	return 0;
}
