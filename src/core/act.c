/*
 * Builds the request lines of the log from any request message.
 *
 * SECURITY: only fields that the schema marks as text are copied, so a
 * secret or key can never reach the log through here; numbers of persons are
 * cut to four digits.
 */
#include "core/act.h"

#include <inttypes.h>
#include <string.h>

#include "core/wire.h"
#include "core/wire_text.h"

static const struct {
	enum op op;
	const char *screen;
} screens[] = {
	{ OP_hello, "起動" },
	{ OP_login_begin, "ログイン" },
	{ OP_login_pin, "ログイン" },
	{ OP_login_finish, "ログイン" },
	{ OP_operator_select, "操作者ID選択" },
	{ OP_lock, "離席ロック" },
	{ OP_logoff, "ログオフ" },
	{ OP_notices, "お知らせ" },
	{ OP_term_event, "端末" },
	{ OP_person_search, "住民検索" },
	{ OP_person_open, "住民票照会" },
	{ OP_search_saved, "検索履歴" },
	{ OP_jukinet_inquiry, "本人確認情報照会" },
	{ OP_person_history, "異動履歴照会" },
	{ OP_person_house, "世帯照会" },
	{ OP_person_unmask, "番号表示" },
	{ OP_memo_list, "メモ" },
	{ OP_memo_add, "メモ" },
	{ OP_act_begin, "本人の確認" },
	{ OP_pin_change, "暗証番号の変更" },
	{ OP_account_list, "利用者の管理" },
	{ OP_account_unlock, "利用停止の解除" },
	{ OP_account_suspend, "利用の休止" },
	{ OP_account_resume, "利用の再開" },
	{ OP_pin_reset, "暗証番号の初期化" },
	{ OP_enrol_start, "照合情報の登録の開始" },
	{ OP_enrol_approve, "照合情報の登録の承認" },
	{ OP_enrol_take, "照合情報の登録" },
	{ OP_enrol_put, "照合情報の登録" },
};

const char *
act_screen(enum op op)
{
	size_t i;

	for (i = 0; i < sizeof(screens) / sizeof(screens[0]); i++)
		if (screens[i].op == op)
			return screens[i].screen;
	return "mamorictl";
}

static void
put_line(struct buf *out, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	buf_puts(out, name);
	buf_putc(out, ' ');
	buf_puts_str(out, value);
	buf_putc(out, '\n');
}

static bool
is_number_of_person(const char *field)
{
	return strcmp(field, "my_number") == 0 ||
	    strcmp(field, "jumin_code") == 0;
}

/* purpose and ref have lines of their own, before the queries */
static bool
is_own_line(const struct op_row *row, const char *field)
{
	if (strcmp(row->kind, "search") != 0 &&
	    strcmp(row->kind, "disclose") != 0)
		return false;
	return strcmp(field, "purpose") == 0 || strcmp(field, "ref") == 0;
}

static struct str
field_text(const ProtobufCMessage *req, const char *name)
{
	const ProtobufCFieldDescriptor *f;
	const ProtobufCBinaryData *b;

	f = protobuf_c_message_descriptor_get_field_by_name(req->descriptor,
	    name);
	if (f == NULL || f->type != PROTOBUF_C_TYPE_BYTES ||
	    f->label == PROTOBUF_C_LABEL_REPEATED)
		return str_n(NULL, 0);
	b = (const void *)((const uint8_t *)req + f->offset);
	return STR_PB(*b);
}

static void
put_query(struct buf *out, const char *field, struct str value)
{
	if (value.n == 0)
		return;
	buf_printf(out, "query %s=", field);
	if (is_number_of_person(field) && value.n > 4) {
		buf_puts(out, "****");
		value.p += value.n - 4;
		value.n = 4;
	}
	buf_puts_str(out, value);
	buf_putc(out, '\n');
}

static void
put_text_field(struct buf *out, const ProtobufCMessage *req,
    const ProtobufCFieldDescriptor *f)
{
	const uint8_t *base = (const uint8_t *)req;
	const ProtobufCBinaryData *b;
	size_t count = 1;
	size_t i;

	b = (const void *)(base + f->offset);
	if (f->label == PROTOBUF_C_LABEL_REPEATED) {
		memcpy(&count, base + f->quantifier_offset, sizeof(count));
		memcpy(&b, base + f->offset, sizeof(b));
	}
	for (i = 0; i < count; i++)
		put_query(out, f->name, STR_PB(b[i]));
}

static void
put_number_field(struct buf *out, const ProtobufCMessage *req,
    const ProtobufCFieldDescriptor *f)
{
	const uint8_t *at = (const uint8_t *)req + f->offset;
	uint32_t v32;
	uint64_t v64;

	if (f->label == PROTOBUF_C_LABEL_REPEATED)
		return;
	if (f->type == PROTOBUF_C_TYPE_UINT32) {
		memcpy(&v32, at, sizeof(v32));
		if (v32 != 0)
			buf_printf(out, "query %s=%" PRIu32 "\n", f->name,
			    v32);
	} else if (f->type == PROTOBUF_C_TYPE_UINT64) {
		memcpy(&v64, at, sizeof(v64));
		if (v64 != 0)
			buf_printf(out, "query %s=%" PRIu64 "\n", f->name,
			    v64);
	}
}

void
act_lines(struct buf *out, const struct op_row *row, int64_t when_ms,
    const struct act_who *who, const ProtobufCMessage *req)
{
	const ProtobufCMessageDescriptor *d = req->descriptor;
	unsigned i;

	put_line(out, "event", str_of(row->event));
	buf_printf(out, "when %" PRId64 "\n", when_ms);
	put_line(out, "match-id", who->match_id);
	put_line(out, "operator", who->operator_id);
	put_line(out, "operator-name", who->operator_name);
	put_line(out, "org", who->org);
	put_line(out, "template", who->template_name);
	put_line(out, "auth", who->auth);
	put_line(out, "session", who->session);
	put_line(out, "terminal", who->terminal);
	put_line(out, "place", who->place);
	put_line(out, "screen", str_of(act_screen(row->id)));
	put_line(out, "function", str_of(row->name));
	if (is_own_line(row, "purpose")) {
		put_line(out, "purpose", field_text(req, "purpose"));
		put_line(out, "ref", field_text(req, "ref"));
	}
	for (i = 0; i < d->n_fields; i++) {
		if (is_own_line(row, d->fields[i].name))
			continue;
		if (d->fields[i].type != PROTOBUF_C_TYPE_BYTES)
			put_number_field(out, req, &d->fields[i]);
		else if (wire_is_text(d->name, d->fields[i].name))
			put_text_field(out, req, &d->fields[i]);
	}
}

void
act_signed(struct buf *out, struct str lines)
{
	buf_puts(out, "audit-request/v1\n");
	buf_puts_str(out, lines);
}

void
act_login_text(struct buf *out, struct str purpose, struct str match_id)
{
	buf_puts(out, "mamori-act/v1\nop ");
	buf_puts_str(out, purpose);
	buf_puts(out, "\nmatch-id ");
	buf_puts_str(out, match_id);
	buf_putc(out, '\n');
}
