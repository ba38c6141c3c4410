/*
 * T/terminal.yaml: who this terminal is and whom it talks to (TRM-01,
 * TRM-06).  Written by `mamorictl terminal add`, read by mamori.
 */
#ifndef CONF_TERMINAL_H
#define CONF_TERMINAL_H

#include "core/str.h"

#define TERMINAL_CONF_FILE "terminal.yaml"

struct terminal_conf {
	char id[33];	 /* T01 */
	char place[129]; /* 入力場所, for the status line (TRM-16) */
	char server[64]; /* HOST:PORT, numeric */
	char site_name[129];
	char origin[201];   /* name of the log */
	char log_vkey[321]; /* text of note_vkey_put, without line end */
	char sensor[129];   /* SPEC of DESIGN §5; "fprint" when absent */
	char language[3];   /* "ja" (when absent) or "en" */
};

void terminal_conf_free(struct terminal_conf *c);

/* Reads dir/terminal.yaml; errors as site_conf_load(). */
int terminal_conf_load(const char *dir, struct terminal_conf **out)
    __attribute__((warn_unused_result));

/* Appends the file that terminal_conf_load() reads back. */
void terminal_conf_put(const struct terminal_conf *c, struct buf *out);

#endif
