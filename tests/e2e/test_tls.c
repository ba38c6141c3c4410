/*
 * A real mamorid and everything in TLS that it must not speak: each attempt
 * ends in a TERM_REJECT with its reason, and the counter goes on working
 * (TRM-01, TRM-03, TRM-07, AUD-10).  The stranger is the openssl program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_log.h"
#include "net/sysclock.h"

static struct client_site site, other;
static struct client_person clerk;
static char t1[192], foreign[192];

/* Runs a shell line; $A address, $T terminal, $S site, $F foreign, $R root. */
static int
shell(const char *line)
{
	int status = system(line); /* a constant of this file */

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
make_site(void **state)
{
	(void)state;
	assert_int_equal(client_site_make(&site, 5), 0);
	assert_int_equal(client_site_conf(&site, 1, 64, 2), 0);
	assert_true(client_site_start(&site) >= 0);
	assert_int_equal(client_site_terminal(&site, "T01", t1), 0);
	assert_int_equal(
	    client_site_person(&site, "T01", "M001", "O001", "clerk", &clerk),
	    0);
	assert_int_equal(client_site_make(&other, 0), 0);
	assert_int_equal(client_site_terminal(&other, "T01", foreign), 0);
	setenv("A", site.addr, 1);
	setenv("T", t1, 1);
	setenv("S", site.dir, 1);
	setenv("F", foreign, 1);
	setenv("R", site.root, 1);
	return 0;
}

static int
free_site(void **state)
{
	(void)state;
	client_site_free(&site);
	client_site_free(&other);
	return 0;
}

static bool
logged(uint64_t from, const char *reason)
{
	int64_t until = clock_boot(sysclock()) + 6000;

	do {
		if (client_log_count(&site, from, "TERM_REJECT", reason) > 0)
			return true;
		poll(NULL, 0, 50);
	} while (clock_boot(sysclock()) < until);
	return false;
}

/*
 * What every refusal must leave behind it: an entry, and a working counter.
 * Strangers get 20 entries a minute: a new server begins a new count.
 */
static void
still_works(void)
{
	static unsigned refusals;
	struct client_term *t = NULL;

	if (++refusals % 15 == 0) {
		assert_int_equal(client_site_stop(&site), 0);
		assert_true(client_site_start(&site) >= 0);
		setenv("A", site.addr, 1);
	}
	assert_int_equal(client_open(&t, NULL, t1, site.addr), 0);
	assert_int_equal(client_hello(t), 0);
	client_free(t);
}

static void
refused(const char *line, const char *reason)
{
	uint64_t from = client_log_size(&site);

	shell(line);
	assert_true(logged(from, reason));
	still_works();
}

#define CLIENT                                                                 \
	"timeout 8 openssl s_client -connect $A -CAfile $T/ca.crt "            \
	"< /dev/null > $R/out 2>&1 "
#define OURS "-cert $T/terminal.crt -key $T/terminal.key "
#define ALPN "-alpn mamori/1 "

/* ---- versions and protocol ---- */

static void
TRM_03_old_versions_are_refused(void **state)
{
	(void)state;
	refused(CLIENT OURS ALPN "-tls1 -cipher ALL:@SECLEVEL=0", "version");
	refused(CLIENT OURS ALPN "-tls1_1 -cipher ALL:@SECLEVEL=0", "version");
	refused(CLIENT OURS ALPN "-tls1_2", "version");
}

static void
TRM_05_another_protocol_is_refused(void **state)
{
	(void)state;
	refused(CLIENT OURS "-tls1_3 -alpn h2,http/1.1", "protocol");
	refused(CLIENT OURS "-tls1_3 -alpn mamori/2", "protocol");
}

/* A client that names no protocol must not get further than one that lies. */
static void
TRM_05_no_protocol_is_refused(void **state)
{
	(void)state;
	refused(CLIENT OURS "-tls1_3", "protocol");
}

static void
TRM_03_other_groups_ciphers_and_signatures_are_refused(void **state)
{
	(void)state;
	refused(CLIENT OURS ALPN "-tls1_3 -groups P-256", NULL);
	refused(CLIENT OURS ALPN
	    "-tls1_3 -ciphersuites TLS_AES_128_CCM_8_SHA256",
	    "cipher");
	refused(CLIENT OURS ALPN "-tls1_3 -sigalgs RSA-PSS+SHA256", NULL);
}

/* ---- certificates ---- */

static void
TRM_03_rsa_and_p256_certificates_are_refused(void **state)
{
	(void)state;
	assert_int_equal(
	    shell("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=T01 "
		  "-keyout $R/rsa.key -out $R/rsa.crt 2> /dev/null"),
	    0);
	assert_int_equal(
	    shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:"
		  "P-256 -nodes -subj /CN=T01 -keyout $R/ec.key "
		  "-out $R/ec.crt 2> /dev/null"),
	    0);
	refused(CLIENT ALPN "-tls1_3 -cert $R/rsa.crt -key $R/rsa.key", NULL);
	refused(CLIENT ALPN "-tls1_3 -cert $R/ec.crt -key $R/ec.key", NULL);
}

static void
TRM_03_a_foreign_ca_is_refused(void **state)
{
	(void)state;
	refused(CLIENT ALPN
	    "-tls1_3 -cert $F/terminal.crt -key $F/terminal.key",
	    "unknown-ca");
}

static void
TRM_01_the_servers_own_certificate_is_no_terminal(void **state)
{
	(void)state;
	refused(CLIENT ALPN
	    "-tls1_3 -cert $S/tls/server.crt -key $S/tls/server.key",
	    "purpose");
}

/* One that the CA did sign, but whose time is over. */
static void
TRM_03_an_expired_certificate_is_refused(void **state)
{
	(void)state;
	assert_int_equal(
	    shell("cd $R && openssl genpkey -algorithm ed25519 -out old.key && "
		  "openssl req -new -key old.key -subj /CN=T01 -out old.csr && "
		  "printf 'keyUsage=critical,digitalSignature\\n"
		  "extendedKeyUsage=clientAuth\\n"
		  "basicConstraints=critical,CA:false\\n' > old.ext && "
		  "mkdir -p ca && : > ca/index && echo 7777 > ca/serial && "
		  "printf '[ca]\\ndefault_ca=c\\n[c]\\ndatabase=ca/index\\n"
		  "unique_subject=no\\n"
		  "serial=ca/serial\\nnew_certs_dir=ca\\npolicy=p\\n"
		  "default_md=default\\n[p]\\ncommonName=supplied\\n' > ca.cnf "
		  "&& "
		  "openssl ca -batch -config ca.cnf -cert $T/ca.crt "
		  "-keyfile $S/keys/ca.key -in old.csr -out old.crt "
		  "-startdate 20200101000000Z -enddate 20200201000000Z "
		  "-extfile old.ext -notext > ca.log 2>&1"),
	    0);
	refused(
	    CLIENT ALPN "-tls1_3 -cert $R/old.crt -key $R/old.key", "expired");
}

/* The CA's word alone is not enough: the store does not know it. */
static void
TRM_01_a_certificate_that_is_not_registered_is_refused(void **state)
{
	(void)state;
	assert_int_equal(
	    shell("cd $R && openssl ca -batch -config ca.cnf -cert $T/ca.crt "
		  "-keyfile $S/keys/ca.key -in old.csr -out new.crt "
		  "-days 10 -extfile old.ext -notext > ca.log 2>&1"),
	    0);
	refused(CLIENT ALPN "-tls1_3 -cert $R/new.crt -key $R/old.key", NULL);
}

/* ---- what a good terminal gets ---- */

static void
TRM_04_no_ticket_no_early_data_no_compression(void **state)
{
	(void)state;
	shell("timeout 8 openssl s_client -connect $A -CAfile $T/ca.crt "
	      "-tls1_3 " OURS ALPN "-ign_eof -msg < /dev/null > $R/out 2>&1");
	assert_int_equal(
	    shell("grep -q 'Cipher is TLS_AES_256_GCM' $R/out"), 0);
	assert_int_equal(shell("grep -q 'Verify return code: 0' $R/out"), 0);
	assert_int_equal(shell("grep -q 'ALPN protocol: mamori/1' $R/out"), 0);
	assert_int_not_equal(shell("grep -q NewSessionTicket $R/out"), 0);
	assert_int_equal(shell("grep -q 'Early data was not sent' $R/out"), 0);
	assert_int_equal(shell("grep -q 'Compression: NONE' $R/out"), 0);
}

/* ---- records ---- */

static int
dial(void)
{
	struct addr a;
	int fd;

	assert_int_equal(addr_parse(site.addr, &a), 0);
	fd = socket(a.ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (void *)&a.ss, a.len), 0);
	return fd;
}

/* Is the connection ended within six seconds, with little said? */
static void
ended(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t buf[4096];
	size_t n = 0;
	ssize_t k = 1;

	while (k > 0 && n < sizeof(buf)) {
		assert_int_equal(poll(&p, 1, 6000), 1);
		k = read(fd, buf, sizeof(buf));
		n += k > 0 ? (size_t)k : 0;
	}
	assert_true(n < 64);
	close(fd);
}

static void
sent(const uint8_t *p, size_t n, unsigned times)
{
	uint64_t from = client_log_size(&site);
	int fd = dial();
	unsigned i;

	for (i = 0; i < times; i++)
		if (send(fd, p, n, MSG_NOSIGNAL) < 0)
			break;
	ended(fd);
	assert_true(logged(from, NULL));
	still_works();
}

static void
TRM_07_a_huge_hello_is_cut(void **state)
{
	static uint8_t record[5 + 16384] = { 22, 3, 1, 0x40, 0, 1, 0xff, 0xff,
		0xff };

	(void)state;
	sent(record, sizeof(record), 64);
}

static void
TRM_07_a_hello_in_crumbs_is_cut(void **state)
{
	static const uint8_t crumb[6] = { 22, 3, 1, 0, 1, 1 };

	(void)state;
	sent(crumb, sizeof(crumb), 1); /* and then silence */
	sent(crumb, sizeof(crumb), 2000);
}

static void
TRM_07_empty_records_are_cut(void **state)
{
	static const uint8_t empty[5] = { 22, 3, 1, 0, 0 };

	(void)state;
	sent(empty, sizeof(empty), 2000);
}

static void
TRM_07_an_alert_or_data_instead_of_a_hello_is_refused(void **state)
{
	static const uint8_t alert[7] = { 21, 3, 3, 0, 2, 2, 40 };
	static const uint8_t warning[7] = { 21, 3, 3, 0, 2, 1, 0 };
	static const uint8_t data[9] = { 23, 3, 3, 0, 4, 1, 2, 3, 4 };
	static const uint8_t ccs[6] = { 20, 3, 3, 0, 1, 1 };

	(void)state;
	sent(alert, sizeof(alert), 1);
	sent(warning, sizeof(warning), 500);
	sent(data, sizeof(data), 1);
	sent(ccs, sizeof(ccs), 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(TRM_03_old_versions_are_refused),
		cmocka_unit_test(TRM_05_another_protocol_is_refused),
		cmocka_unit_test(TRM_05_no_protocol_is_refused),
		cmocka_unit_test(
		    TRM_03_other_groups_ciphers_and_signatures_are_refused),
		cmocka_unit_test(TRM_03_rsa_and_p256_certificates_are_refused),
		cmocka_unit_test(TRM_03_a_foreign_ca_is_refused),
		cmocka_unit_test(
		    TRM_01_the_servers_own_certificate_is_no_terminal),
		cmocka_unit_test(TRM_03_an_expired_certificate_is_refused),
		cmocka_unit_test(
		    TRM_01_a_certificate_that_is_not_registered_is_refused),
		cmocka_unit_test(TRM_04_no_ticket_no_early_data_no_compression),
		cmocka_unit_test(TRM_07_a_huge_hello_is_cut),
		cmocka_unit_test(TRM_07_a_hello_in_crumbs_is_cut),
		cmocka_unit_test(TRM_07_empty_records_are_cut),
		cmocka_unit_test(
		    TRM_07_an_alert_or_data_instead_of_a_hello_is_refused),
	};

	return cmocka_run_group_tests(tests, make_site, free_site);
}
