/*
 * Deterministic logs for tests.
 *
 * SECURITY: test code with published keys; not linked into any program.
 */
#include "audit_log.h"

#include <fts.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/export.h"
#include "core/b64.h"
#include "core/err.h"

void
audit_log_kek(uint8_t kek[32])
{
	unsigned i;

	for (i = 0; i < 32; i++)
		kek[i] = (uint8_t)(0x40 + i);
}

struct crypt_key *
audit_log_key(struct note_vkey *k)
{
	uint8_t seed[ED25519_SEED];
	uint8_t pub[ED25519_PUB];
	struct crypt_key *key;
	unsigned i;

	for (i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)i;
	key = crypt_key_from_seed(seed);
	BUG_ON(key == NULL);
	crypt_key_pub(key, pub);
	BUG_ON(note_vkey_make(AUDIT_LOG_ORIGIN, pub, k) != 0);
	return key;
}

/* SHA-256(name || BE64(i)) */
static void
derive(const char *name, uint64_t i, uint8_t out[32])
{
	struct buf be = BUF_INIT;

	buf_put_be64(&be, i);
	crypt_sha256_3(str_of(name), buf_str(&be), str_n(NULL, 0), out);
	buf_release(&be);
}

static void
fill_body(uint64_t i, struct buf *b)
{
	buf_puts(b, "audit-body/v1\nevent disclose\n");
	buf_printf(b, "when %" PRIu64 "\n", UINT64_C(1782831600000) + 37 * i);
	buf_printf(b, "operator %06" PRIu64 "\n", 100000 + i % 97);
	buf_puts(b, "org 市民課\nitems basic4 address-history\n");
	buf_printf(b, "subject atena:%010" PRIu64 "\n", i * 7919);
	buf_puts(b, "result permit 1\n");
}

void
audit_log_entry(uint64_t i, struct audit_log_entry *out)
{
	struct entry e = { .index = i,
		.kind = STR("disclose"),
		.class_ = STR("7y"),
		.kek = STR("7y-2026-07") };
	uint8_t kek[32];
	char node[16];

	memset(out, 0, sizeof(*out));
	e.time_ms = INT64_C(1782831600000) + 37 * (int64_t)i;
	derive("nonce", i, e.nonce);
	derive("salt", i, out->salt);
	if (i == 0) {
		e.kind = STR("genesis");
		e.node = STR("srv");
		e.class_ = STR("perm");
		e.kek = STR("none");
		e.body_root = tree_empty();
		e.blob_sha = tree_empty();
		e.pubs = 1;
		e.pub[0] = (struct entry_pub){ STR("site"), STR("example") };
		BUG_ON(entry_put(&e, &out->entry) != 0);
		return;
	}
	snprintf(node, sizeof(node), "T%04u", (unsigned)(i % 8 + 1));
	e.node = str_of(node);
	e.epoch = 1;
	e.seq = i % 8 == 0 ? i / 8 - 1 : i / 8;
	fill_body(i, &out->body);
	audit_log_kek(kek);
	BUG_ON(body_root(buf_str(&out->body), out->salt, &e.body_lines,
		   &e.body_root) != 0);
	BUG_ON(blob_seal(kek, e.nonce, AUDIT_LOG_ORIGIN, out->salt,
		   buf_str(&out->body), &out->blob) != 0);
	e.blob_len = out->blob.n;
	crypt_sha256(buf_str(&out->blob), e.blob_sha.b);
	BUG_ON(entry_put(&e, &out->entry) != 0);
}

void
audit_log_entry_release(struct audit_log_entry *e)
{
	buf_release(&e->entry);
	buf_release(&e->blob);
	buf_release(&e->body);
}

static void
close_export(struct export *x, uint64_t size, const struct tree_edge *edge)
{
	struct buf note = BUF_INIT;
	struct checkpoint c = { .size = size };
	struct note_vkey k;
	struct crypt_key *key = audit_log_key(&k);

	snprintf(c.origin, sizeof(c.origin), "%s", AUDIT_LOG_ORIGIN);
	c.root = tree_edge_root(edge);
	BUG_ON(note_sign(&c, &k, key, &note) != 0);
	BUG_ON(export_close(x, buf_str(&note), &k) != 0);
	export_free(x);
	crypt_key_free(key);
	buf_release(&note);
}

static void
add(struct export *x, struct tree_edge *edge, struct str entry, struct str blob)
{
	struct tree_hash leaf = tree_leaf(entry);
	struct tree_hash nodes[64];
	uint64_t first;
	unsigned count;

	tree_edge_add(edge, &leaf, &first, nodes, &count);
	BUG_ON(export_add(x, entry, blob) != 0);
}

void
audit_log_export(const char *dir, uint64_t size)
{
	struct tree_edge edge = { 0 };
	struct audit_log_entry e;
	struct export *x;
	uint64_t i;

	BUG_ON(export_open(dir, &x) != 0);
	for (i = 0; i < size; i++) {
		audit_log_entry(i, &e);
		add(x, &edge, buf_str(&e.entry), buf_str(&e.blob));
		audit_log_entry_release(&e);
	}
	close_export(x, size, &edge);
}

void
audit_log_export_tiny(const char *dir, uint64_t size)
{
	struct tree_edge edge = { 0 };
	struct export *x;
	char text[24];
	uint64_t i;

	BUG_ON(export_open(dir, &x) != 0);
	for (i = 0; i < size; i++) {
		snprintf(text, sizeof(text), "%" PRIu64, i);
		add(x, &edge, str_of(text), str_n(NULL, 0));
	}
	close_export(x, size, &edge);
}

void
audit_log_write_kek(const char *path)
{
	struct buf b = BUF_INIT;
	uint8_t kek[32];
	FILE *f = fopen(path, "we");

	BUG_ON(f == NULL);
	audit_log_kek(kek);
	buf_puts(&b, "7y-2026-07 ");
	hex_put(&b, kek, sizeof(kek));
	buf_putc(&b, '\n');
	BUG_ON(fwrite(b.p, 1, b.n, f) != b.n);
	BUG_ON(fclose(f) != 0);
	buf_release(&b);
}

char *
audit_log_join(const char *dir, const char *name)
{
	char *path = NULL;

	BUG_ON(asprintf(&path, "%s/%s", dir, name) < 0);
	return path;
}

char *
audit_log_tmpdir(void)
{
	const char *base = getenv("TMPDIR");
	char *dir =
	    audit_log_join(base != NULL ? base : "/tmp", "mamori-audit-XXXXXX");

	BUG_ON(mkdtemp(dir) == NULL);
	return dir;
}

void
audit_log_rmdir(char *dir)
{
	char *roots[2] = { dir, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *f;

	BUG_ON(fts == NULL);
	while ((f = fts_read(fts)) != NULL)
		if (f->fts_info != FTS_D)
			(void)remove(f->fts_accpath);
	fts_close(fts);
	free(dir);
}
