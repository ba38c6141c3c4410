/*
 * Entry, body and blob against audit-log.md §11 B, and what the parser
 * refuses.
 *
 * SECURITY: test code; not linked into any program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/entry.h"
#include "core/b64.h"
#include "core/err.h"

#define ORIGIN "audit.city.example.lg.jp/2026"

static const char body1[] = "audit-body/v1\n"
			    "event disclose\n"
			    "when 1782831600037\n"
			    "operator 100007\n"
			    "org 市民課\n"
			    "auth ic-card:4F1C001F\n"
			    "purpose counter-request\n"
			    "ref R8-000001\n"
			    "reason 住民票の写し交付\n"
			    "items basic4 address-history\n"
			    "subject atena:0654435747\n"
			    "result permit 1\n";

static const char entry1[] =
    "audit-entry/v1\n"
    "index 1\n"
    "time 1782831600037\n"
    "kind disclose\n"
    "source T0001.1.0\n"
    "class 7y\n"
    "kek 7y-2026-07\n"
    "nonce 7DW1wy0TRJc8rVsOYyCXof1mGW1CK739defV6t6mnTk=\n"
    "body 12 JT8PW38L9myh0U+BTSuxfsVTejOnJPfGphIuh4uOqVE=\n"
    "blob 288 lESEZnoL8+AzP+vIiPINjto15fL6lumeTrUG9VGTLXM=\n";

static void
hex(const char *text, uint8_t *out, size_t n)
{
	assert_int_equal(hex_get(str_of(text), out, n), 0);
}

static void
kek_of_vectors(uint8_t kek[32])
{
	hex("404142434445464748494a4b4c4d4e4f"
	    "505152535455565758595a5b5c5d5e5f",
	    kek, 32);
}

static void
vector_b_body_root_is_reproduced(void **state)
{
	uint8_t salt[32];
	uint8_t want[32];
	struct tree_hash root;
	uint64_t lines;

	(void)state;
	hex("1f8e2bae134a1eaffa239b64a5a02c8ccae8f443bf4bb65b9431419d9bb86859",
	    salt, 32);
	hex("253f0f5b7f0bf66ca1d14f814d2bb17ec5537a33a724f7c6a6122e878b8ea951",
	    want, 32);
	assert_int_equal(body_root(STR(body1), salt, &lines, &root), 0);
	assert_int_equal(lines, 12);
	assert_memory_equal(root.b, want, 32);
}

static void
vector_b_blob_is_reproduced_and_opens(void **state)
{
	uint8_t kek[32];
	uint8_t salt[32];
	uint8_t got_salt[32];
	uint8_t sha[32];
	struct buf blob = BUF_INIT;
	struct buf body = BUF_INIT;
	struct entry e;

	(void)state;
	kek_of_vectors(kek);
	hex("1f8e2bae134a1eaffa239b64a5a02c8ccae8f443bf4bb65b9431419d9bb86859",
	    salt, 32);
	assert_int_equal(entry_parse(STR(entry1), &e), 0);
	assert_int_equal(
	    blob_seal(kek, e.nonce, ORIGIN, salt, STR(body1), &blob), 0);
	assert_int_equal(blob.n, 288);
	crypt_sha256(buf_str(&blob), sha);
	assert_memory_equal(sha, e.blob_sha.b, 32);
	assert_int_equal(
	    blob_open(kek, e.nonce, ORIGIN, buf_str(&blob), got_salt, &body),
	    0);
	assert_memory_equal(got_salt, salt, 32);
	assert_true(str_eq(buf_str(&body), STR(body1)));
	buf_clear(&body);
	assert_int_equal(
	    blob_open(kek, e.nonce, "other", buf_str(&blob), got_salt, &body),
	    ERR_CRYPTO);
	blob.p[7] ^= 1;
	assert_int_equal(
	    blob_open(kek, e.nonce, ORIGIN, buf_str(&blob), got_salt, &body),
	    ERR_CRYPTO);
	buf_wipe(&body);
	buf_release(&blob);
}

static void
vector_b_blob_key_is_reproduced(void **state)
{
	uint8_t kek[32];
	uint8_t nonce[32];
	uint8_t key[32];
	uint8_t want[32];

	(void)state;
	kek_of_vectors(kek);
	hex("ec35b5c32d1344973cad5b0e632097a1fd66196d422bbdfd75e7d5eadea69d39",
	    nonce, 32);
	hex("08cb8dff351c32753680bcc7b969b91afc6bbdd1f85220e4927362910008d304",
	    want, 32);
	assert_int_equal(crypt_hkdf(str_n(kek, 32), str_n(nonce, 32),
			     STR("audit-blob/v1"), key, 32),
	    0);
	assert_memory_equal(key, want, 32);
}

static void
vector_b_entry_parses_and_serialises_to_the_same_bytes(void **state)
{
	struct buf out = BUF_INIT;
	struct tree_hash leaf = tree_leaf(STR(entry1));
	uint8_t want[32];
	struct entry e;

	(void)state;
	assert_int_equal(sizeof(entry1) - 1, 255);
	assert_int_equal(entry_parse(STR(entry1), &e), 0);
	assert_int_equal(e.index, 1);
	assert_int_equal(e.time_ms, 1782831600037);
	assert_true(str_eqz(e.kind, "disclose"));
	assert_true(str_eqz(e.node, "T0001"));
	assert_int_equal(e.epoch, 1);
	assert_int_equal(e.seq, 0);
	assert_int_equal(entry_put(&e, &out), 0);
	assert_true(str_eq(buf_str(&out), STR(entry1)));
	hex("5cc79b72b15391eee3f1ef49b3f25819fff6dfb1fc19c625516b9c42ea98f290",
	    want, 32);
	assert_memory_equal(leaf.b, want, 32);
	buf_release(&out);
}

static void
every_truncation_of_an_entry_is_refused(void **state)
{
	struct entry e;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(entry1) - 1; n++)
		assert_int_equal(entry_parse(str_n(entry1, n), &e), ERR_SYNTAX);
}

static void
an_entry_with_any_other_form_is_refused(void **state)
{
	static const struct {
		const char *was;
		const char *is;
	} row[] = {
		{ "index 1\n", "index 01\n" },
		{ "index 1\n", "index  1\n" },
		{ "index 1\n", "index +1\n" },
		{ "index 1\n", "index 9223372036854775808\n" },
		{ "index 1\n", "index 1\nindex 1\n" },
		{ "time 1782831600037\n", "time -1\n" },
		{ "kind disclose\n", "kind dis close\n" },
		{ "kind disclose\n", "kind \n" },
		{ "T0001.1.0", "T0001.1.0.0" },
		{ "T0001.1.0", "T0001.1" },
		{ "T0001.1.0", "T.0001.1.0" },
		{ "class 7y", "class 7年" },
		{ "kek 7y-2026-07", "kek none" },
		{ "mnTk=", "mnTl=" },
		{ "body 12 ", "body 0 " },
		{ "body 12 ", "body 257 " },
		{ "blob 288 ", "blob 0 " },
		{ "GTLXM=\n", "GTLXM=\npub a b\n" },
		{ "GTLXM=\n", "GTLXM=\n\n" },
		{ "audit-entry/v1", "audit-entry/v2" },
	};
	struct buf b = BUF_INIT;
	const char *at;
	struct entry e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		at = strstr(entry1, row[i].was);
		assert_non_null(at);
		buf_clear(&b);
		buf_put(&b, entry1, (size_t)(at - entry1));
		buf_puts(&b, row[i].is);
		buf_puts(&b, at + strlen(row[i].was));
		assert_int_equal(entry_parse(buf_str(&b), &e), ERR_SYNTAX);
	}
	buf_release(&b);
}

static void
public_lines_are_for_housekeeping_kinds_only(void **state)
{
	struct entry e = { .kind = STR("genesis"),
		.node = STR("srv"),
		.class_ = STR("perm") };
	struct buf out = BUF_INIT;
	struct buf blob = BUF_INIT;
	uint8_t salt[32];
	struct entry again;

	(void)state;
	e.pubs = 1;
	e.pub[0] = (struct entry_pub){ STR("site"), STR("131016 ミマモリ市") };
	assert_int_equal(
	    entry_make(&e, NULL, ORIGIN, str_n(NULL, 0), salt, &out, &blob), 0);
	assert_int_equal(blob.n, 0);
	assert_int_equal(entry_parse(buf_str(&out), &again), 0);
	assert_int_equal(again.pubs, 1);
	assert_true(str_eqz(again.pub[0].value, "131016 ミマモリ市"));
	assert_true(str_eqz(again.kek, "none"));
	e.kind = STR("disclose");
	assert_int_equal(entry_put(&e, &out), ERR_SYNTAX);
	buf_release(&out);
	buf_release(&blob);
}

static void
a_made_entry_opens_to_the_body_it_commits_to(void **state)
{
	struct entry e = { .index = 9,
		.time_ms = 77,
		.kind = STR("login"),
		.node = STR("T1"),
		.epoch = 2,
		.seq = 3,
		.class_ = STR("7y"),
		.kek = STR("7y-2026-07") };
	struct buf out = BUF_INIT;
	struct buf blob = BUF_INIT;
	struct buf body = BUF_INIT;
	struct tree_hash root;
	struct entry got;
	uint8_t salt[32];
	uint8_t salt2[32];
	uint8_t kek[32];
	uint64_t lines;

	(void)state;
	kek_of_vectors(kek);
	assert_int_equal(
	    entry_make(&e, kek, ORIGIN, STR(body1), salt, &out, &blob), 0);
	assert_int_equal(entry_parse(buf_str(&out), &got), 0);
	assert_int_equal(got.blob_len, blob.n);
	assert_int_equal(
	    blob_open(kek, got.nonce, ORIGIN, buf_str(&blob), salt2, &body), 0);
	assert_memory_equal(salt, salt2, 32);
	assert_int_equal(body_root(buf_str(&body), salt2, &lines, &root), 0);
	assert_memory_equal(root.b, got.body_root.b, 32);
	buf_release(&out);
	buf_release(&blob);
	buf_wipe(&body);
}

static void
a_body_of_another_form_has_no_root(void **state)
{
	static const char *const bad[] = { "", "\n", "audit-body/v1",
		"audit-body/v2\n", "event x\n", "audit-body/v1\nevent\n",
		"audit-body/v1\nevent \n", "audit-body/v1\n x\n",
		"audit-body/v1\n\n", "audit-body/v1\nevent a\tb\n",
		"audit-body/v1\nevent a\xc2\x85\n",
		"audit-body/v1\nevent a\xe2\x80\xa8\n",
		"audit-body/v1\nevent \xff\n", "audit-body/v1\nevent x" };
	struct buf b = BUF_INIT;
	uint8_t salt[32] = { 0 };
	struct tree_hash root;
	uint64_t lines;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    body_root(str_of(bad[i]), salt, &lines, &root), ERR_SYNTAX);
	buf_puts(&b, "audit-body/v1\n");
	for (i = 1; i < BODY_LINES_MAX; i++)
		body_put(&b, "subject", STR("atena:1"));
	assert_int_equal(body_root(buf_str(&b), salt, &lines, &root), 0);
	body_put(&b, "subject", STR("atena:1"));
	assert_int_equal(
	    body_root(buf_str(&b), salt, &lines, &root), ERR_LIMIT);
	buf_release(&b);
}

static void
body_lines_are_put_and_got(void **state)
{
	struct buf b = BUF_INIT;
	struct str rest;
	struct str name;
	struct str value;

	(void)state;
	buf_puts(&b, "audit-body/v1\n");
	body_put(&b, "event", STR("a\tb\r\nc"));
	body_put(&b, "reason", str_n(NULL, 0));
	body_put(&b, "subject", STR("atena:1"));
	body_put(&b, "subject", STR("atena:2"));
	assert_true(str_eqz(body_get(buf_str(&b), "event"), "a b  c"));
	assert_int_equal(body_get(buf_str(&b), "reason").n, 0);
	assert_true(str_eqz(body_get(buf_str(&b), "subject"), "atena:1"));
	rest = buf_str(&b);
	assert_true(body_next(&rest, &name, &value));
	assert_true(str_eqz(name, "audit-body/v1"));
	assert_int_equal(value.n, 0);
	assert_true(body_next(&rest, &name, &value));
	assert_true(body_next(&rest, &name, &value));
	assert_true(body_next(&rest, &name, &value));
	assert_true(str_eqz(value, "atena:2"));
	assert_false(body_next(&rest, &name, &value));
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vector_b_body_root_is_reproduced),
		cmocka_unit_test(vector_b_blob_is_reproduced_and_opens),
		cmocka_unit_test(vector_b_blob_key_is_reproduced),
		cmocka_unit_test(
		    vector_b_entry_parses_and_serialises_to_the_same_bytes),
		cmocka_unit_test(every_truncation_of_an_entry_is_refused),
		cmocka_unit_test(an_entry_with_any_other_form_is_refused),
		cmocka_unit_test(public_lines_are_for_housekeeping_kinds_only),
		cmocka_unit_test(a_made_entry_opens_to_the_body_it_commits_to),
		cmocka_unit_test(a_body_of_another_form_has_no_root),
		cmocka_unit_test(body_lines_are_put_and_got),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
