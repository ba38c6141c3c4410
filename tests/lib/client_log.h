/* Reading a running site's log in clear, as its administrator could. */
#ifndef TESTS_CLIENT_LOG_H
#define TESTS_CLIENT_LOG_H

#include "client_site.h"

/* Called for each entry; body is empty when it has none. */
typedef void client_log_fn(
    void *ctx, uint64_t index, struct str entry, struct str body);

/*
 * Reads entries from `from` to the end of now through S/run/ctl.sock and
 * decrypts them with S/keys/kek.  *size: where the next reading begins.
 */
int client_log_read(const struct client_site *s, uint64_t from, uint64_t *size,
    client_log_fn *fn, void *ctx);

/* Entries from `from` whose body has all of the (up to) two texts. */
int client_log_count(const struct client_site *s, uint64_t from,
    const char *one, const char *two);

/* The size of now. */
uint64_t client_log_size(const struct client_site *s);

#endif
