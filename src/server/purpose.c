/*
 * Codes of masters/ that a request names, above all the reason for use.
 *
 * SECURITY: without a loaded master every code is refused: unknown is locked.
 */
#include "server/ops.h"

#include "conf/masters.h"
#include "core/err.h"
#include "core/text.h"

int
op_code(struct op_call *c, const char *item, const char *master,
    ProtobufCBinaryData code, const struct master_entry **out)
{
	const struct master *m;

	*out = NULL;
	if (code.len == 0)
		return op_refuse(c, ERR_MISSING, item);
	m = c->cfg->masters == NULL ? NULL
				    : masters_find(c->cfg->masters, master);
	if (m != NULL)
		*out = master_entry_find(m, STR_PB(code));
	return *out == NULL ? op_refuse(c, ERR_SYNTAX, item) : 0;
}

int
op_sex(struct op_call *c, ProtobufCBinaryData code, struct str *out)
{
	const struct master_entry *e = NULL;
	int err;

	*out = (struct str){ 0 };
	if (code.len == 0)
		return 0;
	err = op_code(c, "sex", "sex", code, &e);
	if (err == 0 && e != NULL)
		*out = str_of(e->label);
	return err;
}

int
op_purpose(
    struct op_call *c, ProtobufCBinaryData purpose, ProtobufCBinaryData ref)
{
	const struct master_entry *e = NULL;
	int err = op_code(c, "purpose", "purpose", purpose, &e);

	if (err == 0 && e != NULL && e->needs_ref && text_trim(STR_PB(ref)).n == 0)
		err = op_refuse(c, ERR_MISSING, "ref");
	return err;
}
