/*
 * A log as a C2SP tlog-tiles directory: writing, and checking one as a
 * stranger would (audit-log.md §3.7, §12).
 */
#ifndef AUDIT_EXPORT_H
#define AUDIT_EXPORT_H

#include "audit/entry.h"
#include "audit/note.h"

/* Writer: entries are added in order, then the checkpoint closes it. */
struct export;
int export_open(const char *dir, struct export **out)
    __attribute__((warn_unused_result));
int export_add(struct export *x, struct str entry, struct str blob);
/* Writes partial tiles, key.vkey and, last, checkpoint. */
int export_close(struct export *x, struct str note, const struct note_vkey *k);
/* Leaves an unfinished directory without a checkpoint; x may be NULL. */
void export_free(struct export *x);

/* What verification found first. */
struct verify_result {
	uint64_t size;
	uint64_t sources;
	bool has_index;      /* index below is valid */
	uint64_t index;      /* first bad entry */
	char file[512];      /* else: file and offset */
	uint64_t offset;
	char what[256];      /* one English sentence */
};

struct verify_options {
	const char *vkey;       /* text of a vkey; NULL = dir/key.vkey */
	const char *since;      /* path of an older checkpoint; NULL */
	const char *kek_file;   /* "name hex" lines; decrypts every body; NULL */
	bool allow_missing_blobs;
};

/* 0 = all good, ERR_CORRUPT/ERR_FORK/ERR_CRYPTO/ERR_IO with *res filled. */
int verify_dir(const char *dir, const struct verify_options *opt,
    struct verify_result *res);

#endif
