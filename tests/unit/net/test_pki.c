/*
 * Certificates: what they say, who signed them, what is never overwritten.
 *
 * SECURITY: test code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/err.h"
#include "ctl_tmp.h"
#include "net/pki.h"

#define NOW INT64_C(1795230000)

struct site {
	struct ctl_tmp tmp;
	char ca_cert[512];
	char ca_key[512];
	char cert[512];
	char key[512];
	struct pki_files ca;
	struct pki_files leaf;
};

static struct site s;

static int
setup(void **state)
{
	struct pki_spec spec = { "Test-CA", NOW, PKI_CA_DAYS };

	(void)state;
	ctl_tmp_make(&s.tmp);
	(void)snprintf(s.ca_cert, sizeof(s.ca_cert), "%s/ca.crt", s.tmp.dir);
	(void)snprintf(s.ca_key, sizeof(s.ca_key), "%s/ca.key", s.tmp.dir);
	(void)snprintf(s.cert, sizeof(s.cert), "%s/x.crt", s.tmp.dir);
	(void)snprintf(s.key, sizeof(s.key), "%s/x.key", s.tmp.dir);
	s.ca = (struct pki_files){ s.ca_cert, s.ca_key };
	s.leaf = (struct pki_files){ s.cert, s.key };
	return pki_ca_create(&s.ca, &spec);
}

static int
teardown(void **state)
{
	(void)state;
	ctl_tmp_remove(&s.tmp);
	return 0;
}

static void
a_certificate_says_who_and_until_when(void **state)
{
	struct pki_spec spec = { "T01", NOW, PKI_CERT_DAYS };
	struct pki_cert made;
	struct pki_cert read;

	(void)state;
	assert_int_equal(
	    pki_issue(&s.ca, PKI_TERMINAL, &spec, &s.leaf, &made), 0);
	assert_int_equal(pki_read(s.cert, &read), 0);
	assert_string_equal(read.name, "T01");
	assert_true(read.not_after == NOW + PKI_CERT_DAYS * INT64_C(86400));
	assert_true(read.not_before == NOW - 3600);
	assert_memory_equal(made.sha256, read.sha256, SHA256_LEN);
	assert_int_equal(pki_check(&s.leaf, s.ca_cert), 0);
}

static void
files_are_for_the_owner_only(void **state)
{
	struct pki_spec spec = { "mamorid", NOW, PKI_CERT_DAYS };
	const char *const paths[] = { s.ca_cert, s.ca_key, s.cert, s.key };
	struct stat st;

	(void)state;
	assert_int_equal(pki_issue(&s.ca, PKI_SERVER, &spec, &s.leaf, NULL), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(stat(paths[i], &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static void
nothing_is_overwritten_and_nothing_half_is_left(void **state)
{
	struct pki_spec spec = { "T01", NOW, PKI_CERT_DAYS };

	(void)state;
	assert_int_equal(pki_ca_create(&s.ca, &spec), ERR_EXISTS);
	ctl_tmp_write(&s.tmp, "x.crt", "mine");
	assert_int_equal(
	    pki_issue(&s.ca, PKI_TERMINAL, &spec, &s.leaf, NULL), ERR_EXISTS);
	assert_int_equal(access(s.key, F_OK), -1);
}

/* TRM-03: only this site's CA */
static void
another_ca_did_not_sign_it(void **state)
{
	struct pki_spec spec = { "Test-CA", NOW, PKI_CA_DAYS };
	char cert[512];
	char key[512];
	struct pki_files other = { cert, key };

	(void)state;
	(void)snprintf(cert, sizeof(cert), "%s/o.crt", s.tmp.dir);
	(void)snprintf(key, sizeof(key), "%s/o.key", s.tmp.dir);
	/* the same name, another key */
	assert_int_equal(pki_ca_create(&other, &spec), 0);
	spec.name = "T01";
	assert_int_equal(
	    pki_issue(&s.ca, PKI_TERMINAL, &spec, &s.leaf, NULL), 0);
	assert_int_equal(pki_check(&s.leaf, s.ca_cert), 0);
	assert_int_equal(pki_check(&s.leaf, other.cert), ERR_CRYPTO);
}

static void
a_key_of_another_certificate_is_noticed(void **state)
{
	struct pki_spec spec = { "T01", NOW, PKI_CERT_DAYS };
	struct pki_files mixed = { s.cert, s.ca_key };

	(void)state;
	assert_int_equal(
	    pki_issue(&s.ca, PKI_TERMINAL, &spec, &s.leaf, NULL), 0);
	assert_int_equal(pki_check(&mixed, s.ca_cert), ERR_CRYPTO);
}

static void
no_two_certificates_are_the_same(void **state)
{
	struct pki_spec spec = { "T01", NOW, PKI_CERT_DAYS };
	struct pki_cert a;
	struct pki_cert b;

	(void)state;
	assert_int_equal(pki_issue(&s.ca, PKI_TERMINAL, &spec, &s.leaf, &a), 0);
	assert_int_equal(unlink(s.cert), 0);
	assert_int_equal(unlink(s.key), 0);
	assert_int_equal(pki_issue(&s.ca, PKI_TERMINAL, &spec, &s.leaf, &b), 0);
	assert_memory_not_equal(a.sha256, b.sha256, SHA256_LEN);
}

static void
odd_names_and_damaged_files_are_refused(void **state)
{
	struct pki_spec spec = { "T 01", NOW, PKI_CERT_DAYS };
	struct pki_cert c;

	(void)state;
	assert_int_equal(
	    pki_issue(&s.ca, PKI_TERMINAL, &spec, &s.leaf, NULL), ERR_RANGE);
	spec.name = "";
	assert_int_equal(
	    pki_issue(&s.ca, PKI_TERMINAL, &spec, &s.leaf, NULL), ERR_RANGE);
	assert_int_equal(pki_read(s.cert, &c), ERR_NOTFOUND);
	ctl_tmp_write(&s.tmp, "x.crt",
	    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
	assert_int_equal(pki_read(s.cert, &c), ERR_CORRUPT);
	spec.name = "T01";
	ctl_tmp_write(&s.tmp, "ca.key", "no key");
	assert_int_equal(
	    pki_issue(&s.ca, PKI_TERMINAL, &spec, &s.leaf, NULL), ERR_CORRUPT);
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(a_certificate_says_who_and_until_when),
		EACH(files_are_for_the_owner_only),
		EACH(nothing_is_overwritten_and_nothing_half_is_left),
		EACH(another_ca_did_not_sign_it),
		EACH(a_key_of_another_certificate_is_noticed),
		EACH(no_two_certificates_are_the_same),
		EACH(odd_names_and_damaged_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
