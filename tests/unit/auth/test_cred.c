/*
 * mamori-cred/v1: opens with exactly its PIN, share, group key and 照合ID.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/cred.h"
#include "core/err.h"

static const struct crypt_scrypt cheap = { 10, 8, 1 };
static const uint8_t group[32] = { 1, 2, 3 };
static const uint8_t share[32] = { 4, 5, 6 };
static struct buf envelope;

static struct cred_keys
keys(void)
{
	return (struct cred_keys){ STR("135790"), str_n(group, 32),
		str_n(share, 32) };
}

static struct cred
sample(void)
{
	return (struct cred){ .match_id = STR("M001"),
		.modality = STR("fingerprint"),
		.driver = STR("uru4000"),
		.uuid = STR("0191e7a2"),
		.finger = 7,
		.tpl = STR("FP3 not really"),
		.seed = { 8, 9 } };
}

static int
seal(void **state)
{
	const struct cred_keys k = keys();
	const struct cred c = sample();

	(void)state;
	return cred_seal(&c, &k, cheap, &envelope);
}

static int
drop(void **state)
{
	(void)state;
	buf_release(&envelope);
	return 0;
}

static void
what_was_sealed_comes_out(void **state)
{
	const struct cred_keys k = keys();
	const struct cred want = sample();
	struct cred got;

	(void)state;
	assert_int_equal(
	    cred_open(buf_str(&envelope), STR("M001"), &k, &got), 0);
	assert_true(str_eq(got.match_id, want.match_id));
	assert_true(str_eq(got.modality, want.modality));
	assert_true(str_eq(got.driver, want.driver));
	assert_true(str_eq(got.uuid, want.uuid));
	assert_true(str_eq(got.tpl, want.tpl));
	assert_int_equal(got.finger, 7);
	assert_memory_equal(got.seed, want.seed, sizeof(want.seed));
	cred_wipe(&got);
}

static void
the_header_is_readable_without_a_key(void **state)
{
	struct cred_header h;

	(void)state;
	assert_int_equal(cred_header_parse(buf_str(&envelope), &h), 0);
	assert_true(str_eqz(h.driver, "uru4000"));
	assert_true(str_eqz(h.modality, "fingerprint"));
	assert_int_equal(h.scrypt.log2_n, 10);
}

static void
two_envelopes_of_one_credential_differ(void **state)
{
	struct buf first = envelope;

	(void)state;
	envelope = BUF_INIT;
	assert_int_equal(seal(NULL), 0);
	assert_false(str_eq(buf_str(&first), buf_str(&envelope)));
	buf_release(&first);
}

static int
open_with(struct cred_keys k, struct str match_id)
{
	struct cred c;

	return cred_open(buf_str(&envelope), match_id, &k, &c);
}

static void
AUT_02_every_part_of_the_key_is_needed(void **state)
{
	uint8_t wrong[32] = { 0 };
	struct cred_keys k = keys();

	(void)state;
	k.pin = STR("135791");
	assert_int_equal(open_with(k, STR("M001")), ERR_CRYPTO);
	k = keys();
	k.group = str_n(wrong, 32);
	assert_int_equal(open_with(k, STR("M001")), ERR_CRYPTO);
	k = keys();
	k.share = str_n(wrong, 32);
	assert_int_equal(open_with(k, STR("M001")), ERR_CRYPTO);
	assert_int_equal(open_with(keys(), STR("M002")), ERR_CRYPTO);
	k.share = str_n(share, 31);
	assert_int_equal(open_with(k, STR("M001")), ERR_RANGE);
}

static void
every_flipped_byte_is_refused(void **state)
{
	const struct cred_keys k = keys();
	struct cred c;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < envelope.n; i++) {
		if (i == 15)
			continue; /* log2_n: tested below, it costs time */
		envelope.p[i] ^= 0x01;
		rc = cred_open(buf_str(&envelope), STR("M001"), &k, &c);
		envelope.p[i] ^= 0x01;
		assert_true(rc == ERR_CRYPTO || rc == ERR_SYNTAX);
		assert_null(c.plain.p);
	}
}

static void
every_truncation_is_refused(void **state)
{
	struct cred_header h;
	size_t n;

	(void)state;
	for (n = 0; n < envelope.n; n++)
		assert_int_equal(
		    cred_header_parse(str_n(envelope.p, n), &h), ERR_SYNTAX);
	buf_putc(&envelope, 'x');
	assert_int_equal(cred_header_parse(buf_str(&envelope), &h), ERR_SYNTAX);
	envelope.n--;
}

static void
an_envelope_cannot_ask_for_all_the_memory(void **state)
{
	struct cred_header h;

	(void)state;
	envelope.p[15] = CRED_LOG2_N_MAX + 1;
	assert_int_equal(cred_header_parse(buf_str(&envelope), &h), ERR_SYNTAX);
	envelope.p[15] = 10;
	assert_int_equal(cred_header_parse(buf_str(&envelope), &h), 0);
}

static void
what_has_no_place_is_not_sealed(void **state)
{
	const struct cred_keys k = keys();
	struct buf out = BUF_INIT;
	struct cred c = sample();

	(void)state;
	c.finger = 11;
	assert_int_equal(cred_seal(&c, &k, cheap, &out), ERR_RANGE);
	c = sample();
	c.tpl.n = 0;
	assert_int_equal(cred_seal(&c, &k, cheap, &out), ERR_RANGE);
	c = sample();
	c.match_id = str_n("M\0001", 3);
	assert_int_equal(cred_seal(&c, &k, cheap, &out), ERR_RANGE);
	assert_int_equal(out.n, 0);
}

static void
a_group_key_must_be_private_and_whole(void **state)
{
	char dir[] = "/tmp/mamori-cred-XXXXXX";
	char sub[64];
	char path[96];
	uint8_t got[CRED_GROUP];
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(sub, sizeof(sub), "%s/bio", dir);
	snprintf(path, sizeof(path), "%s/group.key", sub);
	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(cred_group_key(dir, got), ERR_IO);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(group, 1, 32, f), 32);
	fclose(f);
	assert_int_equal(chmod(path, 0604), 0);
	assert_int_equal(cred_group_key(dir, got), ERR_CORRUPT);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(cred_group_key(dir, got), 0);
	assert_memory_equal(got, group, 32);
	assert_int_equal(truncate(path, 31), 0);
	assert_int_equal(cred_group_key(dir, got), ERR_CORRUPT);
	unlink(path);
	rmdir(sub);
	rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_comes_out),
		cmocka_unit_test(the_header_is_readable_without_a_key),
		cmocka_unit_test(two_envelopes_of_one_credential_differ),
		cmocka_unit_test(AUT_02_every_part_of_the_key_is_needed),
		cmocka_unit_test(every_flipped_byte_is_refused),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(an_envelope_cannot_ask_for_all_the_memory),
		cmocka_unit_test(what_has_no_place_is_not_sealed),
		cmocka_unit_test(a_group_key_must_be_private_and_whole),
	};

	return cmocka_run_group_tests(tests, seal, drop);
}
