/*
 * 照合情報認証管理簿 (AUT-11): whose finger was registered when and by whom,
 * which operator ids it opened, when and why it was destroyed.  Rows are
 * closed, never removed.
 */
#ifndef STORE_REGISTER_H
#define STORE_REGISTER_H

#include "store/db.h"

struct register_row {
	struct str match_id;
	struct str name;
	struct str dept;
	struct str operators; /* "O001 O002"; set when the row is closed */
	struct str uuid;
	struct str modality;
	struct str driver;
	unsigned finger;
	struct str terminal;
	int64_t enrolled_ms;
	struct str enrolled_by;
	struct str approved_by;
	int64_t deleted_ms; /* 0: in use */
	struct str deleted_by;
	struct str cause;
};

/* A credential came into use; name and dept are taken from the account. */
int register_add(struct db *db, const struct register_row *r)
    __attribute__((warn_unused_result));

/* What this person has in use is over. */
int register_close(struct db *db, struct str match_id, int64_t now_ms,
    struct str by, struct str cause) __attribute__((warn_unused_result));

/* One credential of several is over. */
int register_close_one(struct db *db, struct str uuid, int64_t now_ms,
    struct str by, struct str cause) __attribute__((warn_unused_result));

/* All rows in order; operators of open rows are those of now. */
typedef int register_fn(void *ctx, const struct register_row *r);
int register_each(struct db *db, register_fn *fn, void *ctx)
    __attribute__((warn_unused_result));

#endif
