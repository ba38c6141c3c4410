/*
 * The text of an act, as it is shown and as it is signed.
 *
 * SECURITY: what the person reads is what the key signs.  Each value stands on
 * a line of its own and cannot hold a line end (the schema refuses control
 * characters); the digest binds what is not text.
 */
#include "core/act.h"

#include <inttypes.h>
#include <string.h>

#include "core/b64.h"
#include "core/wire.h"
#include "core/wire_text.h"

/* What a field is called in an act; others keep their name. */
static const struct {
	const char *field;
	const char *label;
} labels[] = {
	{ "match_id", "照合ID" },
	{ "operator_id", "操作者ID" },
	{ "reason", "理由" },
	{ "when", "実施日" },
	{ "terminal", "対象の端末" },
	{ "modality", "照合の種類" },
	{ "finger", "指" },
	{ "resident_no", "宛名番号" },
	{ "purpose", "利用事由" },
	{ "ref", "受付番号" },
};

static const char *
label_of(const char *field)
{
	size_t i;

	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i].field, field) == 0)
			return labels[i].label;
	return field;
}

static void
put_texts(struct buf *out, const ProtobufCMessage *req,
    const ProtobufCFieldDescriptor *f)
{
	const uint8_t *base = (const uint8_t *)req;
	const ProtobufCBinaryData *b = (const void *)(base + f->offset);
	size_t count = 1;
	size_t i;

	if (f->label == PROTOBUF_C_LABEL_REPEATED) {
		memcpy(&count, base + f->quantifier_offset, sizeof(count));
		memcpy(&b, base + f->offset, sizeof(b));
	}
	for (i = 0; i < count; i++)
		if (b[i].len > 0)
			buf_printf(out, "%s " STR_FMT "\n", label_of(f->name),
			    STR_ARG(STR_PB(b[i])));
}

static void
put_number(struct buf *out, const ProtobufCMessage *req,
    const ProtobufCFieldDescriptor *f)
{
	const uint8_t *at = (const uint8_t *)req + f->offset;
	uint32_t small = 0;
	uint64_t n = 0;

	if (f->label == PROTOBUF_C_LABEL_REPEATED)
		return;
	if (f->type == PROTOBUF_C_TYPE_UINT32) {
		memcpy(&small, at, sizeof(small));
		n = small;
	} else if (f->type == PROTOBUF_C_TYPE_UINT64) {
		memcpy(&n, at, sizeof(n));
	}
	if (n != 0)
		buf_printf(out, "%s %" PRIu64 "\n", label_of(f->name), n);
}

static void
put_digest(struct buf *out, const char *name, const uint8_t digest[32])
{
	buf_printf(out, "%s ", name);
	b64_put(out, digest, 32);
	buf_putc(out, '\n');
}

void
act_text(struct buf *out, const struct op_row *row, const struct act_who *who,
    const ProtobufCMessage *req, const uint8_t body_sha256[32])
{
	const ProtobufCMessageDescriptor *d = req->descriptor;
	unsigned i;

	buf_printf(out, "mamori-act/v1\nop %s\n操作 %s\n", row->name,
	    act_screen(row->id));
	buf_printf(out, "操作者 " STR_FMT " " STR_FMT " " STR_FMT "\n",
	    STR_ARG(who->match_id), STR_ARG(who->operator_id),
	    STR_ARG(who->operator_name));
	buf_printf(out, "端末 " STR_FMT " " STR_FMT "\n",
	    STR_ARG(who->terminal), STR_ARG(who->place));
	for (i = 0; i < d->n_fields; i++) {
		if (d->fields[i].type != PROTOBUF_C_TYPE_BYTES)
			put_number(out, req, &d->fields[i]);
		else if (wire_is_text(d->name, d->fields[i].name))
			put_texts(out, req, &d->fields[i]);
	}
	put_digest(out, "digest", body_sha256);
}

void
act_pin_text(
    struct buf *out, struct str match_id, const struct act_pin *digests)
{
	buf_printf(out,
	    "mamori-act/v1\nop pin_change\n操作 暗証番号の変更\n"
	    "照合ID " STR_FMT "\n",
	    STR_ARG(match_id));
	put_digest(out, "salt", digests->salt);
	put_digest(out, "verifier", digests->verifier);
	put_digest(out, "envelope", digests->envelope);
}
