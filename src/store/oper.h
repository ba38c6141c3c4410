/*
 * 操作者ID: sets of rights for a duty, each held by one 照合ID (AUT-04).
 */
#ifndef STORE_OPER_H
#define STORE_OPER_H

#include "core/right.h"
#include "store/db.h"

struct oper {
	char operator_id[33];
	char match_id[33];
	char template_name[33]; /* what the rights were copied from */
	right_set rights;
	unsigned hide; /* groups of items not shown (PRM-07) */
};

/* ERR_NOTFOUND. */
int oper_get(struct db *db, struct str operator_id, struct oper *out)
    __attribute__((warn_unused_result));

/* New, or other rights for the same holder; ERR_EXISTS: held by another. */
int oper_put(struct db *db, const struct oper *o)
    __attribute__((warn_unused_result));

/* Those of one person, by id; stops at what is not 0. */
typedef int oper_fn(void *ctx, const struct oper *o);
int oper_each(struct db *db, struct str match_id, oper_fn *fn, void *ctx)
    __attribute__((warn_unused_result));

/* Persons with their operator ids, for the list of `operator list`. */
struct oper_listed {
	struct oper oper; /* operator_id "" when the person has none */
	struct str name;
	struct str dept;
	struct str from;
	struct str until;
	struct str modality;
	bool locked;
	unsigned failures;
	bool suspended;
	bool deleted;
};
typedef int oper_list_fn(void *ctx, const struct oper_listed *o);
int oper_list(struct db *db, oper_list_fn *fn, void *ctx)
    __attribute__((warn_unused_result));

/* How many enrolled persons hold a right. */
int oper_count(struct db *db, enum right r, uint64_t *out)
    __attribute__((warn_unused_result));

#endif
