/* LINK: auth crypt core */
/* No envelope of the fuzzer's may open; the header parser reads them all. */
#include <stdlib.h>

#include "auth/cred.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const uint8_t zero[32];
	const struct cred_keys keys = { STR("135790"), str_n(zero, 32),
		str_n(zero, 32) };
	struct cred_header h;
	struct cred c;

	if (cred_header_parse(str_n(data, n), &h) != 0)
		return 0;
	if (h.head.n + 4 + h.sealed.n != n)
		abort();
	/* scrypt at 2^17 would leave no time for anything else */
	if (h.scrypt.log2_n > 10 || h.scrypt.p > 1)
		return 0;
	if (cred_open(str_n(data, n), STR("M001"), &keys, &c) == 0)
		abort();
	return 0;
}
