/*
 * A streaming CSV reader and a writer.
 *
 * SECURITY: files come from other systems.  A record has at most CSV_FIELDS
 * fields and CSV_RECORD bytes; what RFC 4180 leaves open (a quotation mark in
 * the middle, a lone CR) is refused, so that no two readers can see different
 * fields.  UTF-8 is checked by whoever knows the column.
 */
#include "core/csv.h"

#include <string.h>

#include "core/err.h"

enum csv_state {
	CSV_FIELD_START,
	CSV_PLAIN,
	CSV_QUOTED,
	CSV_QUOTE_END, /* behind a mark: another one, or the end */
	CSV_CR,	       /* only LF may follow */
	CSV_STOPPED,
};

static const char *const faults[CSV_FAULT_COUNT] = {
#define CSV_FAULT_TEXT(name, text) [CSV_FAULT_##name] = (text),
	CSV_FAULT_LIST(CSV_FAULT_TEXT)
#undef CSV_FAULT_TEXT
};

static const char bom[3] = { '\xef', '\xbb', '\xbf' };

const char *
csv_fault_text(enum csv_fault f)
{
	return (unsigned)f < CSV_FAULT_COUNT ? faults[f] : "";
}

void
csv_init(struct csv *c, csv_record *record, void *ctx)
{
	*c =
	    (struct csv){ .record = record, .ctx = ctx, .line = 1, .first = 1 };
}

void
csv_release(struct csv *c)
{
	buf_wipe(&c->text);
	c->state = CSV_STOPPED;
}

static int
fault(struct csv *c, enum csv_fault why)
{
	c->fault = why;
	c->state = CSV_STOPPED;
	if (why == CSV_FAULT_LENGTH)
		return ERR_TOOLONG;
	return why == CSV_FAULT_FIELDS ? ERR_LIMIT : ERR_SYNTAX;
}

static int
end_field(struct csv *c)
{
	if (c->n == CSV_FIELDS)
		return fault(c, CSV_FAULT_FIELDS);
	c->n++;
	c->start[c->n] = c->text.n;
	c->state = CSV_FIELD_START;
	return 0;
}

static int
end_record(struct csv *c)
{
	struct str fields[CSV_FIELDS];
	const char *base;
	size_t i;
	int err;

	err = end_field(c);
	if (err != 0)
		return err;
	/* the buffer is NULL while all fields were empty */
	base = c->text.p == NULL ? "" : (const char *)c->text.p;
	for (i = 0; i < c->n; i++)
		fields[i] =
		    str_n(base + c->start[i], c->start[i + 1] - c->start[i]);
	err = c->record(c->ctx, c->first, fields, c->n);
	buf_clear(&c->text);
	c->n = 0;
	c->start[0] = 0;
	if (err != 0)
		c->state = CSV_STOPPED;
	return err;
}

static int
put(struct csv *c, char ch)
{
	if (c->text.n == CSV_RECORD)
		return fault(c, CSV_FAULT_LENGTH);
	buf_putc(&c->text, ch);
	return c->text.err;
}

/* A character outside of quotation marks. */
static int
plain(struct csv *c, char ch)
{
	int err;

	switch (ch) {
	case ',':
		return end_field(c);
	case '\r':
		c->state = CSV_CR;
		return 0;
	case '\n':
		err = end_record(c);
		c->line++;
		c->first = c->line;
		return err;
	case '"':
		if (c->state == CSV_PLAIN)
			return fault(c, CSV_FAULT_QUOTE);
		if (c->state == CSV_QUOTE_END) {
			c->state = CSV_QUOTED;
			return put(c, ch);
		}
		c->state = CSV_QUOTED;
		return 0;
	default:
		if (c->state == CSV_QUOTE_END)
			return fault(c, CSV_FAULT_AFTER);
		c->state = CSV_PLAIN;
		return put(c, ch);
	}
}

static int
step(struct csv *c, char ch)
{
	if (ch == '\0')
		return fault(c, CSV_FAULT_NUL);
	if (c->state == CSV_CR && ch != '\n')
		return fault(c, CSV_FAULT_CR);
	if (c->state != CSV_QUOTED)
		return plain(c, ch);
	if (ch == '"') {
		c->state = CSV_QUOTE_END;
		return 0;
	}
	if (ch == '\n')
		c->line++;
	return put(c, ch);
}

/*
 * Takes ordinary bytes in one piece: most of a file.  Returns how many.
 */
static size_t
run(struct csv *c, struct str chunk)
{
	size_t i = 0;

	if (c->state != CSV_PLAIN && c->state != CSV_FIELD_START)
		return 0;
	while (i < chunk.n && chunk.p[i] != ',' && chunk.p[i] != '"' &&
	    chunk.p[i] != '\r' && chunk.p[i] != '\n' && chunk.p[i] != '\0')
		i++;
	if (i == 0 || i > CSV_RECORD - c->text.n)
		return 0;
	buf_put(&c->text, chunk.p, i);
	c->state = CSV_PLAIN;
	return i;
}

/* The next byte while it may still be the BOM; true when it was taken. */
static bool
skip_bom(struct csv *c, char ch, int *err)
{
	uint8_t seen = c->bom;
	uint8_t i;

	if (seen == sizeof(bom))
		return false;
	if (ch == bom[seen]) {
		c->bom++;
		return true;
	}
	c->bom = sizeof(bom);
	for (i = 0; i < seen && *err == 0; i++)
		*err = step(c, bom[i]); /* NOLINT: bom is a constant */
	return false;
}

int
csv_feed(struct csv *c, struct str chunk)
{
	int err = 0;
	size_t n;

	if (c->state == CSV_STOPPED)
		return c->fault != CSV_FAULT_NONE ? fault(c, c->fault)
						  : ERR_BADSTATE;
	while (chunk.n > 0 && err == 0) {
		n = 1;
		if (!skip_bom(c, chunk.p[0], &err) && err == 0) {
			n = run(c, chunk);
			if (n == 0) {
				err = step(c, chunk.p[0]);
				n = 1;
			}
		}
		chunk.p += n;
		chunk.n -= n;
		if (err == 0)
			err = c->text.err;
	}
	if (err != 0)
		c->state = CSV_STOPPED;
	return err;
}

int
csv_end(struct csv *c)
{
	uint8_t i;
	int err = 0;

	if (c->state == CSV_STOPPED)
		return c->fault != CSV_FAULT_NONE ? fault(c, c->fault)
						  : ERR_BADSTATE;
	for (i = 0; c->bom < sizeof(bom) && i < c->bom && err == 0; i++)
		err = step(c, bom[i]);
	if (err != 0)
		return err;
	if (c->state == CSV_QUOTED)
		return fault(c, CSV_FAULT_OPEN);
	if (c->state == CSV_CR)
		return fault(c, CSV_FAULT_CR);
	if (c->state == CSV_FIELD_START && c->n == 0) {
		c->state = CSV_STOPPED;
		return 0;
	}
	err = end_record(c);
	c->state = CSV_STOPPED;
	return err;
}

void
csv_put(struct buf *b, struct str field)
{
	bool quote = false;
	size_t i;

	for (i = 0; i < field.n && !quote; i++)
		quote = field.p[i] == ',' || field.p[i] == '"' ||
		    field.p[i] == '\r' || field.p[i] == '\n';
	if (!quote) {
		buf_puts_str(b, field);
		return;
	}
	buf_putc(b, '"');
	for (i = 0; i < field.n; i++) {
		if (field.p[i] == '"')
			buf_putc(b, '"');
		buf_putc(b, field.p[i]);
	}
	buf_putc(b, '"');
}

void
csv_put_record(struct buf *b, const struct str *fields, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		csv_put(b, fields[i]);
	}
	buf_puts(b, "\r\n");
}
