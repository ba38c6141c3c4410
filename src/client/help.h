/*
 * The dictionaries and fonts of the terminal behind struct ui_port.
 */
#ifndef CLIENT_HELP_H
#define CLIENT_HELP_H

#include "core/str.h"
#include "ui/port.h"

struct help;

/*
 * Nothing is read before the first question; `home` is what addresses near
 * here begin with (may be empty).  NULL when memory is short.
 */
void help_free(struct help *h);
struct help *help_new(const char *dict_dir, struct str home)
    __attribute__((warn_unused_result));

/* As the members of struct ui_port. */
bool help_has(struct help *h, enum ui_help what);
int help_look(struct help *h, enum ui_help what, struct str typed,
    ui_help_fn *fn, void *arg) __attribute__((warn_unused_result));
const char *help_notice(struct help *h);
struct glyphs *help_glyphs(struct help *h);

#endif
