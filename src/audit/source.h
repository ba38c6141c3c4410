/*
 * Per-source order in a log: every node's (epoch, seq) without a gap
 * (audit-log.md §6), provable without any key.
 */
#ifndef AUDIT_SOURCE_H
#define AUDIT_SOURCE_H

#include "audit/entry.h"

struct source {
	char node[65];
	uint64_t epoch;
	uint64_t next;
};

/* Zeroed = empty. */
struct sources {
	struct source *list;
	size_t n;
	size_t cap;
};

/* Takes the next entry of its node; ERR_CORRUPT for a gap or a repeat. */
int sources_add(struct sources *s, const struct entry *e);
void sources_release(struct sources *s);

#endif
