/*
 * Deterministic logs in the full format for tests: the same size always gives
 * the same bytes.  Folders live under $TMPDIR or /tmp.
 */
#ifndef TESTS_AUDIT_LOG_H
#define TESTS_AUDIT_LOG_H

#include "audit/entry.h"
#include "audit/note.h"

#define AUDIT_LOG_ORIGIN "audit.city.example.lg.jp/2026"

/* One entry of the log: leaf, blob, and what is inside the blob. */
struct audit_log_entry {
	struct buf entry;
	struct buf blob;
	struct buf body;
	uint8_t salt[32];
};

/* Entry i: 0 is the genesis without body, the rest disclosures of 8 sources. */
void audit_log_entry(uint64_t i, struct audit_log_entry *out);
void audit_log_entry_release(struct audit_log_entry *e);

/* The key of audit-log.md §11 (seed 00 01 .. 1f) and its vkey. */
struct crypt_key *audit_log_key(struct note_vkey *k);
/* The bucket key 7y-2026-07 of audit-log.md §11. */
void audit_log_kek(uint8_t kek[32]);

/* Writes the log of that size to a new folder. */
void audit_log_export(const char *dir, uint64_t size);
/* The same with leaves "0", "1", … and no blobs; not for verify_dir(). */
void audit_log_export_tiny(const char *dir, uint64_t size);
/* Writes the file of the bucket key. */
void audit_log_write_kek(const char *path);

/* A new empty folder (malloc'ed name), and its removal with all in it. */
char *audit_log_tmpdir(void);
void audit_log_rmdir(char *dir);
/* dir + "/" + name, malloc'ed. */
char *audit_log_join(const char *dir, const char *name);

#endif
