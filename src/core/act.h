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
 * The text of an act that needs the person anew: what the screen shows before
 * the finger and what the assertion is over (DESIGN §1, promise 8).  LF lines:
 *
 *	mamori-act/v1
 *	op account_unlock
 *	操作 利用停止の解除
 *	操作者 M001 O001 山田花子
 *	端末 T01 本庁1階
 *	照合ID M002
 *	理由 本人に確認済み
 *	digest <base64 of the SHA-256 of the packed request>
 *
 * One text for every language: what is signed is what is read.  body_sha256
 * is of the packed request, so fields that are no text count too.
 */
void act_text(struct buf *out, const struct op_row *row,
    const struct act_who *who, const ProtobufCMessage *req,
    const uint8_t body_sha256[32]);

/*
 * The text of a change of one's own PIN, made where the new envelope is:
 * digests of salt, verifier and envelope.
 */
struct act_pin {
	uint8_t salt[32]; /* SHA-256 each */
	uint8_t verifier[32];
	uint8_t envelope[32];
};
void act_pin_text(
    struct buf *out, struct str match_id, const struct act_pin *digests);

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
