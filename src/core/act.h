/*
 * The lines of a request as they stand in the log (audit-log.md §3.2, from
 * `event` to the last line before `tsig`).
 *
 * Terminal and server build them with this one function from the same
 * message: the terminal signs them, the server compares.  So the server
 * cannot invent a request, and the terminal cannot have another one logged
 * than the one it asks for.
 */
#ifndef CORE_ACT_H
#define CORE_ACT_H

#include "core/op.h"
#include "core/str.h"

/*
 * Who asks, as both ends know it.  Empty slices leave their line out: before
 * log-in only terminal and place are set.
 */
struct act_who {
	struct str match_id;
	struct str operator_id;
	struct str operator_name;
	struct str org;
	struct str template_name;
	struct str auth; /* "fingerprint:virtual_image finger+pin" */
	struct str session;
	struct str terminal;
	struct str place;
};

/*
 * Appends the request lines, each with its LF.  Text fields of `req` become
 * `query name=value` lines, `purpose` and `ref` their own; 個人番号 and
 * 住民票コード are reduced to their last four digits (trap 38); fields that
 * are not text (secrets, keys, digests) are left out.
 */
void act_lines(struct buf *out, const struct op_row *row, int64_t when_ms,
    const struct act_who *who, const ProtobufCMessage *req);

/* 画面名 of an operation, as it is logged ((e) 12). Never NULL. */
const char *act_screen(enum op op);

/*
 * The bytes a terminal signs for a request: "audit-request/v1" LF + lines.
 */
void act_signed(struct buf *out, struct str lines);

/*
 * The text whose SHA-256 is the "act" of an assertion for log-in and unlock:
 * "mamori-act/v1" LF "op login" LF "match-id M001" LF (DESIGN §8).
 */
void act_login_text(struct buf *out, struct str purpose, struct str match_id);

#endif
