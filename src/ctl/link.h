/*
 * Asking the store (docs/decisions.md D2): through S/run/ctl.sock when mamorid
 * runs, else through `mamorid --store-only`, which takes the same lock and runs
 * the same code.
 */
#ifndef CTL_LINK_H
#define CTL_LINK_H

#include <stdbool.h>

#include "core/op.h"
#include "core/str.h"

struct link;

/*
 * Connects, or starts mamorid beside this program.  create: a new database
 * (site init).  0, ERR_NOTFOUND (no such site, no mamorid), ERR_IO,
 * ERR_NOMEM.
 */
int link_open(const char *dir, bool create, struct link **out)
    __attribute__((warn_unused_result));

/* Ends the store that was started and waits for it; NULL is fine. */
void link_close(struct link *l);

/*
 * One request, one answer, blocking.  0 and the answer's message, which lives
 * until the next link_ask(); a refusal (Answer.code, item in link_item());
 * ERR_IO when the store is gone, ERR_PEER, ERR_TIMEOUT after ten minutes.
 */
int link_ask(struct link *l, enum op op, const ProtobufCMessage *req,
    const ProtobufCMessage **ans) __attribute__((warn_unused_result));

/* What the last refusal was about; "" when it does not say. */
const char *link_item(const struct link *l);

/* True when a mamorid answered, false when the store was started for us. */
bool link_is_server(const struct link *l);

#endif
