/*
 * What every command of mamorictl uses: its row in the table, its options,
 * its way of saying what went wrong.
 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/op.h"
#include "core/str.h"
#include "core/wire.h"
#include "ctl/link.h"

#define CTL_OK	   0
#define CTL_FAILED 1 /* a failed check or a refusal */
#define CTL_USAGE  2
#define CTL_PATH   4096

/* argv[0] is the last word of the command. */
typedef int command_fn(int argc, char **argv);

struct command {
	const char *group;
	const char *verb; /* NULL: the group alone is the command */
	command_fn *run;
	const char *usage; /* options only */
	const char *help;  /* one line */
};

/* Ends with a row whose group is NULL. */
extern const struct command ctl_commands[];

/* One row for each command of the table. */
command_fn cmd_site_init;
command_fn cmd_terminal_add;
command_fn cmd_terminal_list;
command_fn cmd_terminal_revoke;
command_fn cmd_operator_add;
command_fn cmd_operator_grant;
command_fn cmd_operator_list;
command_fn cmd_operator_unlock;
command_fn cmd_operator_suspend;
command_fn cmd_operator_resume;
command_fn cmd_operator_delete;
command_fn cmd_operator_reset_pin;
command_fn cmd_operator_register;
command_fn cmd_operator_changes;
command_fn cmd_enroll;
command_fn cmd_residents_generate;
command_fn cmd_residents_import;
command_fn cmd_log_export;
command_fn cmd_log_verify;
command_fn cmd_doctor;

/*
 * Finds and runs the command of argv; --help and --version anywhere.  The
 * exit code.
 */
int ctl_main(int argc, char **argv);

/* ---- options ---- */

#define CTL_MANY 64

struct ctl_many {
	size_t n;
	const char *v[CTL_MANY];
};

/* Exactly one of text, flag and many is set. */
struct ctl_option {
	const char *name; /* without -- */
	bool must;
	const char **text;
	bool *flag;
	struct ctl_many *many; /* may stand several times */
};

/*
 * Reads --name value, --name=value and --name; `rest` gets what is no option,
 * at least `least` and at most `most`.  0 or CTL_USAGE after saying why.
 */
int ctl_options(int argc, char **argv, const struct ctl_option *o, size_t n,
    const char **rest, size_t least, size_t most)
    __attribute__((warn_unused_result));

/* What commands about one named thing, and lists, take. */
struct ctl_named {
	const char *dir;
	const char *id;
	const char *reason;
	bool json;
};

/* ---- saying what is wrong ---- */

/* "mamorictl: what: why: todo" on stderr; CTL_FAILED or CTL_USAGE. */
int ctl_fail(const char *what, const char *why, const char *todo);
int ctl_misuse(const char *what, const char *why, const char *todo);

/* The same for an ERR_* of ours; todo may be NULL for a general one. */
int ctl_fail_err(const char *what, int err, const char *todo);

/* ---- the store ---- */

/* link_open() that says why it failed; 0 or CTL_FAILED. */
int ctl_open(const char *dir, struct link **out)
    __attribute__((warn_unused_result));

/* link_ask() that says why; `what` is the thing the request is about. */
int ctl_ask(struct link *l, enum op op, const ProtobufCMessage *req,
    const char *what, const ProtobufCMessage **ans)
    __attribute__((warn_unused_result));

struct json;

/* Puts the rows of an answer into j, or prints them when json is false. */
typedef void ctl_rows_fn(
    struct json *j, bool json, const ProtobufCMessage *ans);

/* A whole command of --dir and --json that asks once and shows the rows. */
int ctl_show(int argc, char **argv, enum op op, const ProtobufCMessage *req,
    ctl_rows_fn *rows);

/* ---- small things ---- */

/* "dir/name"; false when it does not fit. */
bool ctl_path(char out[CTL_PATH], const char *dir, const char *name);

/* 1..32 letters, digits, - and _ (照合ID, 操作者ID, terminal). */
bool ctl_id_ok(const char *id);

/* A new file, flushed to the disk; ERR_EXISTS, ERR_IO. */
int ctl_write_new(const char *path, struct str text, mode_t mode)
    __attribute__((warn_unused_result));

/* A whole file of at most max bytes; ERR_NOTFOUND, ERR_IO, ERR_TOOLONG. */
int ctl_read(const char *path, size_t max, struct buf *out)
    __attribute__((warn_unused_result));

/*
 * Makes `dir` (0700), or takes an empty one.  *made says which.  ERR_EXISTS
 * when there is something in it.
 */
int ctl_fresh_dir(const char *dir, bool *made)
    __attribute__((warn_unused_result));

/* Takes back what ctl_fresh_dir() gave: the content, the folder if made. */
void ctl_remove_tree(const char *dir, bool made);

/* fsync of a folder, so that new names in it stay. */
int ctl_sync_dir(const char *dir) __attribute__((warn_unused_result));

/* Wall clock. */
int64_t ctl_now_ms(void);

/* Appends 2026-11-21 09:30:05 of Japan; "-" for 0. */
void ctl_put_time(struct buf *b, int64_t ms);

/* A column and its tab; "-" where there is nothing. */
void ctl_put_column(struct buf *b, struct str s);

/* A protobuf-c bytes field over a C string. */
#define CTL_PB(z) PB_BYTES(str_of(z))

#endif
