/*
 * One log entry: the public leaf (audit-log.md §3.1), the confidential body
 * beside it (§3.2) and its encryption (§3.4).
 */
#ifndef AUDIT_ENTRY_H
#define AUDIT_ENTRY_H

#include "audit/tree.h"

#define ENTRY_MAX 65535
#define BODY_LINES_MAX 256
#define BODY_LINE_MAX 4096
#define BODY_MAX 60000
#define ENTRY_PUB_MAX 16

/* Token 1*64 of A-Z a-z 0-9 - _ as a slice; checked by put and parse. */
struct entry_pub {
	struct str key;
	struct str value;
};

struct entry {
	uint64_t index;
	int64_t time_ms;
	struct str kind;   /* token of §3.3 */
	struct str node;   /* source: node.epoch.seq */
	uint64_t epoch;
	uint64_t seq;
	struct str class_; /* 7y | 150y | perm */
	struct str kek;    /* bucket name, "none" without blob */
	uint8_t nonce[32];
	uint64_t body_lines;
	struct tree_hash body_root;
	uint64_t blob_len;
	struct tree_hash blob_sha;
	size_t pubs;
	struct entry_pub pub[ENTRY_PUB_MAX];
};

/* Serialises; ERR_SYNTAX for a value that the format does not allow. */
int entry_put(const struct entry *e, struct buf *out);

/*
 * Parses; slices point into `text`.  What does not serialise back to the same
 * bytes is ERR_SYNTAX.
 */
int entry_parse(struct str text, struct entry *out);

/*
 * Root of the body tree: `body` is the whole text with "audit-body/v1" LF
 * first, every line with LF.  *lines gets their number. ERR_SYNTAX, ERR_LIMIT.
 */
int body_root(struct str body, const uint8_t salt[32], uint64_t *lines,
    struct tree_hash *root);

/* First value of a line `name`, or an empty slice. */
struct str body_get(struct str body, const char *name);

/*
 * Steps through lines: *rest starts as the body; each call gives name and
 * value. False at the end.
 */
bool body_next(struct str *rest, struct str *name, struct str *value);

/* Appends "name value LF", TAB/CR/LF in value become SP; empty: nothing. */
void body_put(struct buf *b, const char *name, struct str value);

/* blob = seal(salt || body) under the bucket key. */
int blob_seal(const uint8_t kek[32], const uint8_t nonce[32],
    const char *origin, const uint8_t salt[32], struct str body,
    struct buf *out);
int blob_open(const uint8_t kek[32], const uint8_t nonce[32],
    const char *origin, struct str blob, uint8_t salt[32], struct buf *body);

/*
 * All of §4.2 for one entry: fresh nonce and salt, body root, blob, leaf
 * bytes.  `e` has index, time_ms, kind, source, class_, kek set; the rest is
 * filled.  kek_key NULL: no body, no blob.
 */
int entry_make(struct entry *e, const uint8_t *kek_key, const char *origin,
    struct str body, uint8_t salt[32], struct buf *entry_out,
    struct buf *blob_out);

#endif
