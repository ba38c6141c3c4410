/*
 * The cryptography against the vectors of its standards: FIPS 180-4, RFC
 * 5869, RFC 7914, the GCM specification, RFC 8032.
 *
 * SECURITY: test code with published keys; not linked into any program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/b64.h"
#include "core/err.h"
#include "crypt/crypt.h"

/* Decodes hex into a fresh buffer. */
static struct buf
hex(const char *text)
{
	struct buf b = BUF_INIT;
	size_t n = strlen(text) / 2;
	uint8_t *p = calloc(1, n + 1);

	assert_non_null(p);
	assert_int_equal(hex_get(str_of(text), p, n), 0);
	buf_put(&b, p, n);
	free(p);
	return b;
}

static void
expect_hex(const void *p, size_t n, const char *want)
{
	struct buf b = BUF_INIT;

	hex_put(&b, p, n);
	assert_true(str_eqz(buf_str(&b), want));
	buf_release(&b);
}

static void
sha256_gives_the_fips_180_4_examples(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} row[] = {
		{ "",
		    "e3b0c44298fc1c149afbf4c8996fb924"
		    "27ae41e4649b934ca495991b7852b855" },
		{ "abc",
		    "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		    "248d6a61d20638b8e5c026930c3e6039"
		    "a33ce45964ff2167f6ecedd419db06c1" },
	};
	uint8_t out[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		crypt_sha256(str_of(row[i].text), out);
		expect_hex(out, 32, row[i].want);
	}
}

static void
sha256_in_parts_is_that_of_the_whole(void **state)
{
	struct crypt_sha256 *h = crypt_sha256_new();
	uint8_t whole[32];
	uint8_t parts[32];

	(void)state;
	assert_non_null(h);
	crypt_sha256(STR("one two three"), whole);
	crypt_sha256_3(STR("one "), STR("two "), STR("three"), parts);
	assert_memory_equal(whole, parts, 32);
	crypt_sha256_add(h, STR("one two"));
	crypt_sha256_add(h, str_n(NULL, 0));
	crypt_sha256_add(h, STR(" three"));
	crypt_sha256_end(h, parts);
	assert_memory_equal(whole, parts, 32);
}

static void
hkdf_gives_the_rfc_5869_cases(void **state)
{
	struct buf ikm = hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
	struct buf salt = hex("000102030405060708090a0b0c");
	struct buf info = hex("f0f1f2f3f4f5f6f7f8f9");
	uint8_t out[42];

	(void)state;
	assert_int_equal(crypt_hkdf(buf_str(&ikm), buf_str(&salt),
			     buf_str(&info), out, sizeof(out)),
	    0);
	expect_hex(out, sizeof(out),
	    "3cb25f25faacd57a90434f64d0362f2a"
	    "2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
	/* case 3: no salt, no info */
	assert_int_equal(crypt_hkdf(buf_str(&ikm), str_n(NULL, 0),
			     str_n(NULL, 0), out, sizeof(out)),
	    0);
	expect_hex(out, sizeof(out),
	    "8da4e775a563c18f715f802a063c5a31"
	    "b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
	buf_release(&ikm);
	buf_release(&salt);
	buf_release(&info);
}

static void
scrypt_gives_an_rfc_7914_vector_and_keeps_its_limits(void **state)
{
	struct crypt_scrypt par = { .log2_n = 14, .r = 8, .p = 1 };
	uint8_t out[64];

	(void)state;
	assert_int_equal(crypt_scrypt(STR("pleaseletmein"),
			     STR("SodiumChloride"), par, out, 64),
	    0);
	expect_hex(out, 64,
	    "7023bdcb3afd7348461c06cd81fd38eb"
	    "fda8fbba904f8e3ea9b543f6545da1f2"
	    "d5432955613f0fcf62d49705242a9af9"
	    "e61e85dc0d651e40dfcf017b45575887");
	par.log2_n = 21;
	assert_int_equal(
	    crypt_scrypt(STR("a"), STR("b"), par, out, 64), ERR_RANGE);
	par.log2_n = 9;
	assert_int_equal(
	    crypt_scrypt(STR("a"), STR("b"), par, out, 64), ERR_RANGE);
	par = (struct crypt_scrypt){ 14, 9, 1 };
	assert_int_equal(
	    crypt_scrypt(STR("a"), STR("b"), par, out, 64), ERR_RANGE);
	par = (struct crypt_scrypt){ 14, 8, 0 };
	assert_int_equal(
	    crypt_scrypt(STR("a"), STR("b"), par, out, 64), ERR_RANGE);
}

/* Test case 16 of the GCM specification: AES-256 with additional data. */
static void
gcm_gives_test_case_16_of_its_specification(void **state)
{
	struct buf key = hex("feffe9928665731c6d6a8f9467308308"
			     "feffe9928665731c6d6a8f9467308308");
	struct buf iv = hex("cafebabefacedbaddecaf888");
	struct buf aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
	struct buf text = hex("d9313225f88406e5a55909c5aff5269a"
			      "86a7a9531534f7da2e4c303d8a318a72"
			      "1c3c0c95956809532fcf0e2449a6b525"
			      "b16aedf5aa0de657ba637b39");
	struct buf out = BUF_INIT;
	struct buf back = BUF_INIT;

	(void)state;
	assert_int_equal(
	    crypt_seal(key.p, iv.p, buf_str(&aad), buf_str(&text), &out), 0);
	expect_hex(out.p, out.n,
	    "522dc1f099567d07f47f37a32a84427d"
	    "643a8cdcbfe5c0c97598a2bd2555d1aa"
	    "8cb08e48590dbb3da7b08b1056828838"
	    "c5f61e6393ba7a0abcc9f662"
	    "76fc6ece0f4e1768cddf8853bb2d551b");
	assert_int_equal(
	    crypt_open(key.p, iv.p, buf_str(&aad), buf_str(&out), &back), 0);
	assert_true(str_eq(buf_str(&back), buf_str(&text)));
	buf_release(&key);
	buf_release(&iv);
	buf_release(&aad);
	buf_release(&text);
	buf_release(&out);
	buf_wipe(&back);
}

static void
every_flipped_bit_and_truncation_of_a_sealed_text_is_refused(void **state)
{
	uint8_t key[32] = { 1 };
	uint8_t iv[GCM_NONCE] = { 2 };
	struct buf out = BUF_INIT;
	struct buf back = BUF_INIT;
	size_t i;

	(void)state;
	assert_int_equal(crypt_seal(key, iv, STR("aad"), STR("text"), &out), 0);
	for (i = 0; i < out.n * 8; i++) {
		out.p[i / 8] ^= (uint8_t)(1U << i % 8);
		assert_int_equal(
		    crypt_open(key, iv, STR("aad"), buf_str(&out), &back),
		    ERR_CRYPTO);
		out.p[i / 8] ^= (uint8_t)(1U << i % 8);
	}
	for (i = 0; i < out.n; i++)
		assert_int_equal(
		    crypt_open(key, iv, STR("aad"), str_n(out.p, i), &back),
		    ERR_CRYPTO);
	assert_int_equal(
	    crypt_open(key, iv, STR("aae"), buf_str(&out), &back), ERR_CRYPTO);
	assert_int_equal(back.n, 0);
	buf_release(&out);
	buf_release(&back);
}

static void
ed25519_gives_the_rfc_8032_vectors(void **state)
{
	static const struct {
		const char *seed;
		const char *pub;
		const char *msg;
		const char *sig;
	} row[] = {
		{ "9d61b19deffd5a60ba844af492ec2cc4"
		  "4449c5697b326919703bac031cae7f60",
		    "d75a980182b10ab7d54bfed3c964073a"
		    "0ee172f3daa62325af021a68f707511a",
		    "",
		    "e5564300c360ac729086e2cc806e828a"
		    "84877f1eb8e5d974d873e06522490155"
		    "5fb8821590a33bacc61e39701cf9b46b"
		    "d25bf5f0595bbe24655141438e7a100b" },
		{ "4ccd089b28ff96da9db6c346ec114e0f"
		  "5b8a319f35aba624da8cf6ed4fb8a6fb",
		    "3d4017c3e843895a92b70aa74d1b7ebc"
		    "9c982ccf2ec4968cc0cd55f12af4660c",
		    "72",
		    "92a009a9f0d4cab8720e820b5f642540"
		    "a2b27b5416503f8fb3762223ebdb69da"
		    "085ac1e43e15996e458f3613d0f11d8c"
		    "387b2eaeb4302aeeb00d291612bb0c00" },
	};
	struct crypt_key *k;
	struct crypt_pub *p;
	struct buf seed;
	struct buf msg;
	uint8_t pub[32];
	uint8_t sig[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		seed = hex(row[i].seed);
		msg = hex(row[i].msg);
		k = crypt_key_from_seed(seed.p);
		assert_non_null(k);
		crypt_key_pub(k, pub);
		expect_hex(pub, 32, row[i].pub);
		assert_int_equal(crypt_sign(k, buf_str(&msg), sig), 0);
		expect_hex(sig, 64, row[i].sig);
		p = crypt_pub_new(pub);
		assert_non_null(p);
		assert_int_equal(
		    crypt_verify(p, buf_str(&msg), str_n(sig, 64)), 0);
		crypt_pub_free(p);
		crypt_key_free(k);
		buf_release(&seed);
		buf_release(&msg);
	}
}

static void
a_changed_signature_message_or_key_is_refused(void **state)
{
	uint8_t seed[32] = { 5 };
	struct crypt_key *k = crypt_key_from_seed(seed);
	uint8_t pub[32];
	uint8_t sig[64];
	size_t i;

	(void)state;
	assert_non_null(k);
	crypt_key_pub(k, pub);
	assert_int_equal(crypt_sign(k, STR("message"), sig), 0);
	assert_int_equal(
	    crypt_verify_raw(pub, STR("message"), str_n(sig, 64)), 0);
	for (i = 0; i < 64; i++) {
		sig[i] ^= 4;
		assert_int_equal(
		    crypt_verify_raw(pub, STR("message"), str_n(sig, 64)),
		    ERR_CRYPTO);
		sig[i] ^= 4;
	}
	assert_int_equal(
	    crypt_verify_raw(pub, STR("massage"), str_n(sig, 64)), ERR_CRYPTO);
	assert_int_equal(
	    crypt_verify_raw(pub, STR("message"), str_n(sig, 63)), ERR_CRYPTO);
	pub[0] ^= 1;
	assert_int_equal(
	    crypt_verify_raw(pub, STR("message"), str_n(sig, 64)), ERR_CRYPTO);
	crypt_key_free(k);
}

static void
key_files_are_private_made_once_and_exactly_32_bytes(void **state)
{
	char dir[] = "/tmp/mamori-crypt-XXXXXX";
	struct crypt_key *a = NULL;
	struct crypt_key *b = NULL;
	uint8_t pub_a[32];
	uint8_t pub_b[32];
	struct stat st;
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/key", dir);
	assert_int_equal(crypt_key_load(path, &b), ERR_IO);
	assert_int_equal(crypt_key_create(path, &a), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 32);
	assert_int_equal(crypt_key_create(path, &b), ERR_EXISTS);
	assert_null(b);
	assert_int_equal(crypt_key_load(path, &b), 0);
	crypt_key_pub(a, pub_a);
	crypt_key_pub(b, pub_b);
	assert_memory_equal(pub_a, pub_b, 32);
	crypt_key_free(a);
	crypt_key_free(b);
	assert_int_equal(truncate(path, 31), 0);
	assert_int_equal(crypt_key_load(path, &b), ERR_CORRUPT);
	assert_int_equal(truncate(path, 33), 0);
	assert_int_equal(crypt_key_load(path, &b), ERR_CORRUPT);
	unlink(path);
	rmdir(dir);
}

static void
bytes_are_compared_whole_and_random_ones_differ(void **state)
{
	uint8_t a[32];
	uint8_t b[32];

	(void)state;
	assert_true(crypt_equal(STR("abc"), STR("abc")));
	assert_false(crypt_equal(STR("abc"), STR("abd")));
	assert_false(crypt_equal(STR("abc"), STR("ab")));
	crypt_random(a, sizeof(a));
	crypt_random(b, sizeof(b));
	assert_false(crypt_equal(str_n(a, 32), str_n(b, 32)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_gives_the_fips_180_4_examples),
		cmocka_unit_test(sha256_in_parts_is_that_of_the_whole),
		cmocka_unit_test(hkdf_gives_the_rfc_5869_cases),
		cmocka_unit_test(
		    scrypt_gives_an_rfc_7914_vector_and_keeps_its_limits),
		cmocka_unit_test(gcm_gives_test_case_16_of_its_specification),
		cmocka_unit_test(
		    every_flipped_bit_and_truncation_of_a_sealed_text_is_refused),
		cmocka_unit_test(ed25519_gives_the_rfc_8032_vectors),
		cmocka_unit_test(a_changed_signature_message_or_key_is_refused),
		cmocka_unit_test(
		    key_files_are_private_made_once_and_exactly_32_bytes),
		cmocka_unit_test(
		    bytes_are_compared_whole_and_random_ones_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
