/*
 * Reader of one SKK dictionary.
 *
 * SECURITY: the bytes come from a system package, yet every access is checked
 * against what is left; a damaged file gives no words, never a wrong access.
 * What a clerk looks up is nowhere kept.
 */
#include "client/skk.h"

#include <errno.h>
#include <string.h>

#include "core/err.h"

#define MARK "\n;; okuri-nasi entries."

/* What the first line may call the encoding; iconv's name. */
static const struct {
	const char *coding;
	const char *iconv;
} codings[] = {
	{ "coding: euc-jis-2004", "EUC-JISX0213" },
	{ "coding: euc-jp", "EUC-JP" },
	{ "coding: utf-8", "UTF-8" },
};

static const char *
find_coding(struct str line)
{
	size_t i;

	for (i = 0; i < sizeof(codings) / sizeof(codings[0]); i++)
		if (memmem(line.p, line.n, codings[i].coding,
			strlen(codings[i].coding)) != NULL)
			return codings[i].iconv;
	return NULL;
}

int
skk_init(struct skk *d, struct str bytes)
{
	struct str rest = bytes;
	struct str line;
	const char *coding;
	const char *mark;

	*d = (struct skk){ .entries = { NULL, 0 } };
	if (bytes.n > SKK_SIZE_MAX)
		return ERR_LIMIT;
	if (!str_cut(&rest, '\n', &line))
		return ERR_SYNTAX;
	coding = find_coding(line);
	mark = memmem(bytes.p, bytes.n, MARK, sizeof(MARK) - 1);
	if (coding == NULL || mark == NULL)
		return ERR_SYNTAX;
	rest = str_n(mark + 1, bytes.n - (size_t)(mark + 1 - bytes.p));
	(void)str_cut(&rest, '\n', &line);
	d->out = iconv_open("UTF-8", coding);
	if (d->out == (iconv_t)-1)
		goto fail;
	d->in = iconv_open(coding, "UTF-8");
	if (d->in == (iconv_t)-1) {
		iconv_close(d->out);
		goto fail;
	}
	d->entries = rest;
	return 0;
fail:
	*d = (struct skk){ .entries = { NULL, 0 } };
	return ERR_VERSION;
}

void
skk_release(struct skk *d)
{
	if (d->entries.p != NULL) {
		iconv_close(d->out);
		iconv_close(d->in);
	}
	*d = (struct skk){ .entries = { NULL, 0 } };
}

/* "key /words/": false for a comment or another line that is no entry. */
static bool
split(struct str line, struct str *key, struct str *words)
{
	const char *gap;

	if (line.n == 0 || line.p[0] == ';')
		return false;
	gap = memchr(line.p, ' ', line.n);
	if (gap == NULL)
		return false;
	*key = str_n(line.p, (size_t)(gap - line.p));
	*words = str_n(gap + 1, line.n - key->n - 1);
	return words->n > 1 && words->p[0] == '/';
}

bool
skk_entry(struct str *rest, struct str *key, struct str *words)
{
	struct str line;

	while (str_cut(rest, '\n', &line))
		if (split(line, key, words))
			return true;
	return false;
}

/* The line that byte `at` of s is in. */
static struct str
line_at(struct str s, size_t at)
{
	const char *before = at == 0 ? NULL : memrchr(s.p, '\n', at);
	size_t start = before == NULL ? 0 : (size_t)(before + 1 - s.p);
	const char *end = memchr(s.p + start, '\n', s.n - start);

	return str_n(s.p + start,
	    end == NULL ? s.n - start : (size_t)(end - s.p) - start);
}

/* Bytes compared as the dictionaries are sorted: unsigned, shorter first. */
bool
skk_find(const struct skk *d, struct str key, struct str *words)
{
	struct str part = d->entries;
	struct str line;
	struct str at;
	size_t past;
	int order;

	while (part.n > 0) {
		line = line_at(part, part.n / 2);
		past = (size_t)(line.p - part.p) + line.n;
		past += past < part.n; /* its end of line */
		order = 1;
		if (split(line, &at, words))
			order = str_cmp(key, at);
		if (order == 0)
			return true;
		if (order < 0)
			part.n = (size_t)(line.p - part.p);
		else
			part = str_n(part.p + past, part.n - past);
	}
	return false;
}

bool
skk_word(struct str *words, struct str *word)
{
	const char *note;

	while (str_cut(words, '/', word)) {
		if (word->n == 0 || word->p[0] == '(')
			continue;
		note = memchr(word->p, ';', word->n);
		if (note != NULL)
			word->n = (size_t)(note - word->p);
		if (word->n > 0)
			return true;
	}
	return false;
}

struct str
skk_key_of(const struct skk *d, struct str word)
{
	struct str key = { NULL, 0 };
	struct str words;

	if (!split(line_at(d->entries, (size_t)(word.p - d->entries.p)), &key,
		&words))
		key.n = 0;
	return key;
}

static int
convert(iconv_t cd, struct buf *out, struct str s)
{
	char piece[256];
	char *from = (char *)(uintptr_t)s.p; /* iconv only reads it */
	size_t left = s.n;
	char *to;
	size_t room;
	size_t done;

	(void)iconv(cd, NULL, NULL, NULL, NULL);
	while (left > 0) {
		to = piece;
		room = sizeof(piece);
		errno = 0;
		done = iconv(cd, &from, &left, &to, &room);
		if (done == (size_t)-1 && errno != E2BIG)
			return ERR_UTF8;
		buf_put(out, piece, sizeof(piece) - room);
	}
	return out->err;
}

int
skk_raw(const struct skk *d, struct buf *raw, struct str s)
{
	if (d->entries.p == NULL)
		return ERR_NOTFOUND;
	return convert(d->in, raw, s);
}

int
skk_utf8(const struct skk *d, struct buf *out, struct str raw)
{
	if (d->entries.p == NULL)
		return ERR_NOTFOUND;
	return convert(d->out, out, raw);
}
