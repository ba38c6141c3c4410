/*
 * Small named values of a site, in the database.
 */
#ifndef STORE_PARAM_H
#define STORE_PARAM_H

#include "store/db.h"

/* ERR_NOTFOUND; ERR_CORRUPT when it has not n bytes. */
int param_get(struct db *db, const char *name, void *out, size_t n)
    __attribute__((warn_unused_result));

int param_put(struct db *db, const char *name, const void *value, size_t n)
    __attribute__((warn_unused_result));

/* n random bytes that are made once and kept: a secret of the site. */
int param_secret(struct db *db, const char *name, void *out, size_t n)
    __attribute__((warn_unused_result));

#endif
