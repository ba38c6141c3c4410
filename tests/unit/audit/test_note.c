/*
 * Checkpoints: the published bytes (audit-log.md §11) and what is refused.
 *
 * SECURITY: test code; not linked into any program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "audit_log.h"
#include "core/b64.h"
#include "core/err.h"

#define TEXT3                                                                  \
	"audit.city.example.lg.jp/2026\n3\n"                                   \
	"X5vTPyq2PxdV9kG2SPggO0jfuaPTgDaHISQwioQ810A=\n"
#define LOG3                                                                   \
	"\xe2\x80\x94 audit.city.example.lg.jp/2026 "                          \
	"uI5GHrR70Ua7DeojaKYIq+AzrIsv9W5bjkMhw+Hpy8eZtrVtY0EQ6rU9ISHWgk0gqQq1" \
	"rnRY/o3daPjro5IN/urrnAI=\n"
#define WITNESS3                                                               \
	"\xe2\x80\x94 witness.audit-office.example.lg.jp/w1 "                  \
	"lfcpWAAAAABqQ+gAvh9Vcd7X1vwHIekooYVTR8VSAnGaKs2LBovIOpLaO+HXPYAUIvVD" \
	"dLdlfy8wAjbt7ShdP7zTS0yQMrE8NHr5CA==\n"
#define VKEY                                                                   \
	"audit.city.example.lg.jp/2026+b88e461e+"                              \
	"AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"

static int
open_text(const char *text)
{
	struct note_vkey k;
	struct checkpoint c;

	assert_int_equal(note_vkey_parse(STR(VKEY), &k), 0);
	return note_open(str_of(text), &k, &c);
}

static void
vector_b_checkpoint_is_signed_to_the_same_bytes(void **state)
{
	struct checkpoint c = { .origin = AUDIT_LOG_ORIGIN, .size = 3 };
	struct buf out = BUF_INIT;
	struct note_vkey k;
	struct crypt_key *key = audit_log_key(&k);
	size_t n;

	(void)state;
	assert_int_equal(b64_get(STR("X5vTPyq2PxdV9kG2SPggO0jfuaPTgDaHISQwioQ8"
				     "10A="),
			     c.root.b, 32, &n),
	    0);
	assert_int_equal(note_sign(&c, &k, key, &out), 0);
	assert_true(str_eqz(buf_str(&out), TEXT3 "\n" LOG3));
	crypt_key_free(key);
	buf_release(&out);
}

static void
the_verifier_key_is_the_published_one_and_parses_back(void **state)
{
	struct buf out = BUF_INIT;
	struct note_vkey again;
	struct note_vkey k;

	(void)state;
	crypt_key_free(audit_log_key(&k));
	note_vkey_put(&k, &out);
	assert_true(str_eqz(buf_str(&out), VKEY));
	assert_int_equal(note_vkey_parse(buf_str(&out), &again), 0);
	assert_memory_equal(again.pub, k.pub, 32);
	assert_string_equal(again.name, k.name);
	buf_release(&out);
}

static void
every_other_verifier_key_text_is_refused(void **state)
{
	static const char *const bad[] = { "", "a", "a+b", "a+b88e461e+",
		VKEY "\n", VKEY "=", " " VKEY,
		"audit.city.example.lg.jp/2027+b88e461e+"
		"AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
		"audit.city.example.lg.jp/2026+b88e461f+"
		"AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
		"audit.city.example.lg.jp/2026+B88E461E+"
		"AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
		"witness.audit-office.example.lg.jp/w1+95f72958+"
		"BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X" };
	static const char *const names[] = { "", "a b", "a+b", "市", "a\n" };
	uint8_t pub[32] = { 0 };
	struct note_vkey k;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    note_vkey_parse(str_of(bad[i]), &k), ERR_SYNTAX);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(note_vkey_make(names[i], pub, &k), ERR_SYNTAX);
}

static void
unknown_signatures_are_ignored_when_they_are_well_formed(void **state)
{
	(void)state;
	assert_int_equal(open_text(TEXT3 "\n" LOG3), 0);
	assert_int_equal(open_text(TEXT3 "\n" LOG3 WITNESS3), 0);
	assert_int_equal(open_text(TEXT3 "\n" WITNESS3 LOG3), 0);
	assert_int_equal(open_text(TEXT3 "\n" LOG3 "\xe2\x80\x94 市 "
					 "AAAAAAA=\n"),
	    0);
	assert_int_equal(open_text(TEXT3 "\n" WITNESS3), ERR_CRYPTO);
}

static void
unknown_signatures_that_do_not_parse_refuse_the_note(void **state)
{
	static const char *const bad[] = {
		"x\n",					 /* no dash */
		"- a AAAAAAA=\n",			 /* another dash */
		"\xe2\x80\x94 a\n",			 /* no signature */
		"\xe2\x80\x94 a \n",			 /* an empty one */
		"\xe2\x80\x94 a AAAAAA==\n",		 /* four bytes */
		"\xe2\x80\x94 a AAAAAAB=\n",		 /* not canonical */
		"\xe2\x80\x94 a+b AAAAAAA=\n",		 /* plus in the name */
		"\xe2\x80\x94 a\xe3\x80\x80 AAAAAAA=\n", /* U+3000 */
		"\xe2\x80\x94 a\xc2\xa0 AAAAAAA=\n",	 /* U+00A0 */
		"\xe2\x80\x94 \xff AAAAAAA=\n",		 /* not UTF-8 */
		"\xe2\x80\x94  AAAAAAA=\n",		 /* no name */
		"\xe2\x80\x94 a AAAAAAA=",		 /* no line end */
		"\n",					 /* an empty line */
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buf_clear(&b);
		buf_puts(&b, TEXT3 "\n" LOG3);
		buf_puts(&b, bad[i]);
		buf_putc(&b, '\0');
		assert_int_equal(open_text((const char *)b.p), ERR_SYNTAX);
	}
	buf_release(&b);
}

static void
a_bad_signature_of_our_key_refuses_the_note_beside_a_good_one(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_puts(&b, TEXT3 "\n" LOG3 LOG3);
	buf_putc(&b, '\0');
	assert_int_equal(open_text((const char *)b.p), 0);
	b.p[b.n - 12] ^= 1;
	assert_int_equal(open_text((const char *)b.p), ERR_CRYPTO);
	buf_release(&b);
}

static void
a_hundred_signature_lines_are_the_limit_of_size(void **state)
{
	struct buf b = BUF_INIT;
	unsigned i;

	(void)state;
	buf_puts(&b, TEXT3 "\n" LOG3);
	for (i = 0; i < 99; i++)
		buf_puts(&b, "\xe2\x80\x94 a AAAAAAA=\n");
	buf_putc(&b, '\0');
	assert_int_equal(open_text((const char *)b.p), 0);
	b.n--;
	buf_puts(&b, "\xe2\x80\x94 a AAAAAAA=\n");
	buf_putc(&b, '\0');
	assert_true(b.n <= NOTE_MAX);
	assert_int_equal(open_text((const char *)b.p), ERR_SYNTAX);
	buf_release(&b);
}

static void
texts_of_another_form_are_refused_before_any_signature(void **state)
{
	static const char *const bad[] = {
		"",
		"\n",
		"a b\n3\nX5vTPyq2PxdV9kG2SPggO0jfuaPTgDaHISQwioQ810A=\n\n",
		"a\n03\nX5vTPyq2PxdV9kG2SPggO0jfuaPTgDaHISQwioQ810A=\n\n",
		"a\n0\nX5vTPyq2PxdV9kG2SPggO0jfuaPTgDaHISQwioQ810A=\n\n",
		"a\n-3\nX5vTPyq2PxdV9kG2SPggO0jfuaPTgDaHISQwioQ810A=\n\n",
		"a\n3\nX5vTPyq2PxdV9kG2SPggO0jfuaPTgDaHISQwioQ810B=\n\n",
		"a\n3\nX5vTPyq2PxdV9kG2SPggO0jfuaPTgDaHISQwioQ8\n\n",
		"a\n3\nX5vTPyq2PxdV9kG2SPggO0jfuaPTgDaHISQwioQ810A=\next\n\n",
		"a\n3\nX5vTPyq2PxdV9kG2SPggO0jfuaPTgDaHISQwioQ810A=\n",
		"a\n3\nX5vTPyq2PxdV9kG2SPggO0jfuaPTgDaHISQwioQ810A=\n\n",
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buf_clear(&b);
		buf_puts(&b, bad[i]);
		if (i + 1 < sizeof(bad) / sizeof(bad[0]))
			buf_puts(&b, LOG3);
		buf_putc(&b, '\0');
		assert_int_equal(open_text((const char *)b.p), ERR_SYNTAX);
	}
	buf_release(&b);
}

static void
every_flipped_bit_and_truncation_is_refused(void **state)
{
	struct note_vkey k;
	struct checkpoint c;
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	assert_int_equal(note_vkey_parse(STR(VKEY), &k), 0);
	buf_puts(&b, TEXT3 "\n" LOG3);
	for (i = 0; i < b.n * 8; i++) {
		b.p[i / 8] ^= (uint8_t)(1U << i % 8);
		assert_int_not_equal(note_open(buf_str(&b), &k, &c), 0);
		assert_int_equal(c.size, 0);
		b.p[i / 8] ^= (uint8_t)(1U << i % 8);
	}
	for (i = 0; i < b.n; i++)
		assert_int_not_equal(note_open(str_n(b.p, i), &k, &c), 0);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    vector_b_checkpoint_is_signed_to_the_same_bytes),
		cmocka_unit_test(
		    the_verifier_key_is_the_published_one_and_parses_back),
		cmocka_unit_test(every_other_verifier_key_text_is_refused),
		cmocka_unit_test(
		    unknown_signatures_are_ignored_when_they_are_well_formed),
		cmocka_unit_test(
		    unknown_signatures_that_do_not_parse_refuse_the_note),
		cmocka_unit_test(
		    a_bad_signature_of_our_key_refuses_the_note_beside_a_good_one),
		cmocka_unit_test(
		    a_hundred_signature_lines_are_the_limit_of_size),
		cmocka_unit_test(
		    texts_of_another_form_are_refused_before_any_signature),
		cmocka_unit_test(every_flipped_bit_and_truncation_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
