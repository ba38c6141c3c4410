/*
 * Bucket keys from a file, for opening bodies under supervision
 * (audit-log.md §10): lines "name SP 64 hex digits LF".
 */
#ifndef AUDIT_KEKS_H
#define AUDIT_KEKS_H

#include <stdint.h>

#include "core/str.h"

struct kek_row {
	char name[65];
	uint8_t key[32];
};

/* Zeroed = empty. */
struct keks {
	struct kek_row *list;
	size_t n;
};

/* ERR_NOTFOUND, ERR_IO, ERR_SYNTAX (also for a name that stands twice). */
int keks_load(struct keks *k, const char *path);
/* The key of that name or NULL. */
const uint8_t *keks_find(const struct keks *k, struct str name);
/* Wipes and frees. */
void keks_release(struct keks *k);

#endif
