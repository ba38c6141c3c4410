/*
 * Writes JSON.
 *
 * SECURITY: every text goes through json_str(); what somebody put into a
 * name cannot end a string, add a key or drive a terminal.
 */
#include "ctl/json.h"

#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/utf8.h"

static void
before_value(struct json *j)
{
	if (j->keyed) {
		j->keyed = false;
		return;
	}
	/* a value in {} needs a key, and there is one top value */
	BUG_ON(j->depth > 0 && j->close[j->depth] == '}');
	BUG_ON(j->depth == 0 && j->more[0]);
	if (j->more[j->depth])
		buf_putc(&j->b, ',');
	j->more[j->depth] = true;
}

void
json_open(struct json *j, char kind)
{
	BUG_ON(j->depth == JSON_DEPTH || (kind != '{' && kind != '['));
	before_value(j);
	buf_putc(&j->b, kind);
	j->depth++;
	j->more[j->depth] = false;
	j->close[j->depth] = kind == '{' ? '}' : ']';
}

void
json_close(struct json *j)
{
	BUG_ON(j->depth == 0 || j->keyed);
	buf_putc(&j->b, j->close[j->depth]);
	j->depth--;
}

static void
put_text(struct json *j, struct str s)
{
	static const char escaped[] = "\"\\\b\f\n\r\t";
	static const char letter[] = "\"\\bfnrt";
	const char *at;
	int32_t cp;

	buf_putc(&j->b, '"');
	while ((cp = utf8_next(&s)) != -2) {
		at = cp > 0 && cp < 0x80 ? strchr(escaped, (char)cp) : NULL;
		if (cp == -1)
			utf8_put(&j->b, 0xfffd);
		else if (at != NULL)
			buf_printf(&j->b, "\\%c", letter[at - escaped]);
		else if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ||
		    cp == 0x2028 || cp == 0x2029)
			buf_printf(&j->b, "\\u%04x", (unsigned)cp);
		else
			utf8_put(&j->b, cp);
	}
	buf_putc(&j->b, '"');
}

void
json_key(struct json *j, const char *key)
{
	BUG_ON(j->depth == 0 || j->close[j->depth] != '}' || j->keyed);
	if (j->more[j->depth])
		buf_putc(&j->b, ',');
	j->more[j->depth] = true;
	put_text(j, str_of(key));
	buf_putc(&j->b, ':');
	j->keyed = true;
}

void
json_str(struct json *j, struct str s)
{
	before_value(j);
	put_text(j, s);
}

void
json_text(struct json *j, const char *z)
{
	json_str(j, str_of(z));
}

void
json_num(struct json *j, int64_t n)
{
	before_value(j);
	buf_printf(&j->b, "%lld", (long long)n);
}

void
json_unum(struct json *j, uint64_t n)
{
	before_value(j);
	buf_printf(&j->b, "%llu", (unsigned long long)n);
}

void
json_bool(struct json *j, bool v)
{
	before_value(j);
	buf_puts(&j->b, v ? "true" : "false");
}

void
json_null(struct json *j)
{
	before_value(j);
	buf_puts(&j->b, "null");
}

int
json_print(struct json *j)
{
	BUG_ON(j->depth != 0 || !j->more[0]);
	buf_putc(&j->b, '\n');
	if (j->b.err != 0)
		return j->b.err;
	if (fwrite(j->b.p, 1, j->b.n, stdout) != j->b.n || fflush(stdout) != 0)
		return ERR_IO;
	return 0;
}

void
json_pair(struct json *j, const char *key, struct str v)
{
	json_key(j, key);
	json_str(j, v);
}

void
json_pair_num(struct json *j, const char *key, uint64_t v)
{
	json_key(j, key);
	json_unum(j, v);
}

void
json_pair_bool(struct json *j, const char *key, bool v)
{
	json_key(j, key);
	json_bool(j, v);
}
