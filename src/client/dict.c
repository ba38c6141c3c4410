/*
 * The set of dictionaries behind entry help, and the look-ups in them.
 *
 * SECURITY: readings and addresses that a clerk types are personal data: they
 * are compared, wiped and kept nowhere; no file is opened for writing.  The
 * files are only read; they belong to system packages and are never part of
 * Mamori (their licence is the GPL or the public domain).
 */
#include "client/dict_priv.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/i18n.h"
#include "core/kana.h"
#include "core/utf8.h"

static const char *const file_names[FILES] = {
	[FILE_L] = "SKK-JISYO.L",
	[FILE_JINMEI] = "SKK-JISYO.jinmei",
	[FILE_GEO] = "SKK-JISYO.geo",
	[FILE_FULLNAME] = "SKK-JISYO.fullname",
	[FILE_ZIP] = "SKK-JISYO.zipcode",
	[FILE_ITAIJI] = "SKK-JISYO.itaiji",
	[FILE_ITAIJI3] = "SKK-JISYO.itaiji.JIS3_4",
};

/* where a reading of each kind is looked up, best first; FILES ends a row */
static const enum dict_file order[DICT_KINDS][4] = {
	[DICT_WORD] = { FILE_L, FILE_JINMEI, FILE_GEO, FILES },
	[DICT_PERSON] = { FILE_JINMEI, FILE_L, FILE_FULLNAME, FILES },
	[DICT_PLACE] = { FILE_GEO, FILE_L, FILES, FILES },
	[DICT_VARIANT] = { FILE_ITAIJI, FILE_ITAIJI3, FILES, FILES },
};

static struct str
map_file(const char *dir, const char *name)
{
	struct buf path = BUF_INIT;
	struct str out = { NULL, 0 };
	struct stat st;
	void *p;
	int fd = -1;

	buf_printf(&path, "%s/%s", dir, name);
	buf_putc(&path, '\0');
	if (path.err == 0)
		fd = open((const char *)path.p, O_RDONLY | O_CLOEXEC);
	buf_release(&path);
	if (fd < 0)
		return out;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    (size_t)st.st_size <= SKK_SIZE_MAX) {
		p = mmap(
		    NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (p != MAP_FAILED)
			out = str_n(p, (size_t)st.st_size);
	}
	close(fd);
	return out;
}

static void
unmap(struct str map)
{
	if (map.p != NULL)
		munmap((void *)(uintptr_t)map.p, map.n);
}

struct dict *
dict_open(const char *dir)
{
	struct dict *d = calloc(1, sizeof(*d));
	size_t i;

	if (d == NULL)
		return NULL;
	for (i = 0; i < FILES; i++) {
		d->map[i] =
		    map_file(dir != NULL ? dir : DICT_DIR, file_names[i]);
		if (d->map[i].p != NULL &&
		    skk_init(&d->skk[i], d->map[i]) != 0) {
			unmap(d->map[i]);
			d->map[i] = str_n(NULL, 0);
		}
	}
	return d;
}

void
dict_free(struct dict *d)
{
	size_t i;

	if (d == NULL)
		return;
	places_free(d->places);
	for (i = 0; i < FILES; i++) {
		skk_release(&d->skk[i]);
		unmap(d->map[i]);
	}
	free(d);
}

bool
dict_have(const struct dict *d, enum dict_file f)
{
	return d->skk[f].entries.p != NULL;
}

const char *
dict_notice(const struct dict *d)
{
	bool words = dict_have(d, FILE_L);
	bool extra = dict_have(d, FILE_JINMEI) && dict_have(d, FILE_GEO) &&
	    dict_have(d, FILE_ZIP);

	if (!words && !extra)
		return N_("No entry help: install the packages skkdic and "
			  "skkdic-extra");
	if (!words)
		return N_("Kanji are suggested for names and places only: "
			  "install the package skkdic");
	if (!extra)
		return N_("No help with names, places and postal codes: "
			  "install the package skkdic-extra");
	return NULL;
}

bool
dict_has(const struct dict *d, enum dict_kind kind)
{
	size_t i;

	for (i = 0; i < 4 && order[kind][i] != FILES; i++)
		if (dict_have(d, order[kind][i]))
			return true;
	return false;
}

bool
dict_has_postal(const struct dict *d)
{
	return dict_have(d, FILE_ZIP);
}

bool
dict_has_heads(const struct dict *d)
{
	return dict_have(d, FILE_ZIP) && dict_have(d, FILE_GEO);
}

/* ---- hits ---------------------------------------------------------------- */

void
dict_start(struct dict_hits *h)
{
	h->n = 0;
	h->total = 0;
	buf_clear(&h->text);
}

struct str
dict_text(const struct dict_hits *hits, size_t i)
{
	const struct dict_hit *hit = &hits->hit[i];

	BUG_ON(i >= hits->n);
	return str_n(hits->text.p + hit->at, hit->n);
}

struct str
dict_prefecture(const struct dict_hits *hits, size_t i)
{
	return str_n(dict_text(hits, i).p, hits->hit[i].city);
}

struct str
dict_city(const struct dict_hits *hits, size_t i)
{
	return str_n(dict_text(hits, i).p + hits->hit[i].city,
	    (size_t)(hits->hit[i].town - hits->hit[i].city));
}

struct str
dict_town(const struct dict_hits *hits, size_t i)
{
	struct str text = dict_text(hits, i);

	return str_n(text.p + hits->hit[i].town, text.n - hits->hit[i].town);
}

void
dict_hits_release(struct dict_hits *hits)
{
	buf_wipe(&hits->text);
	*hits = (struct dict_hits){ .n = 0 };
}

/* A word once; what its encoding cannot say is left out. */
static void
add_word(struct dict_hits *h, const struct skk *skk, struct str raw)
{
	size_t at = h->text.n;
	struct str text;
	size_t i;

	if (h->n == DICT_HITS_MAX) {
		h->total++;
		return;
	}
	if (skk_utf8(skk, &h->text, raw) != 0 || h->text.n - at > UINT16_MAX) {
		h->text.n = at;
		return;
	}
	text = str_n(h->text.p + at, h->text.n - at);
	for (i = 0; i < h->n; i++) {
		if (str_eq(dict_text(h, i), text)) {
			h->text.n = at;
			return;
		}
	}
	h->hit[h->n++] =
	    (struct dict_hit){ .at = (uint32_t)at, .n = (uint16_t)text.n };
	h->total++;
}

/* ---- words -----------------------------------------------------------------
 */

int
dict_spell(struct buf *out, struct str s)
{
	struct buf kana = BUF_INIT;
	struct str rest;
	int32_t cp;
	int err = 0;

	/* conversion would hide a malformed byte as U+FFFD */
	rest = s;
	while (err == 0 && (cp = utf8_next(&rest)) != -2)
		err = cp == -1 ? ERR_UTF8 : 0;
	kana_to_hiragana(&kana, s);
	rest = buf_str(&kana);
	while (err == 0 && (cp = utf8_next(&rest)) != -2) {
		if (cp == 0x3094)
			buf_puts(out, "う゛");
		else if (cp != ' ' && cp != 0x3000)
			utf8_put(out, cp);
	}
	if (err == 0)
		err = kana.err != 0 ? kana.err : out->err;
	buf_wipe(&kana);
	return err;
}

static int
look_up(const struct skk *skk, struct str key, struct dict_hits *h)
{
	struct buf raw = BUF_INIT;
	struct str words;
	struct str word;
	int err;

	err = skk_raw(skk, &raw, key);
	if (err == 0 && skk_find(skk, buf_str(&raw), &words))
		while (skk_word(&words, &word))
			add_word(h, skk, word);
	buf_wipe(&raw);
	/* a key that the encoding does not have is in no entry */
	return err == ERR_UTF8 ? 0 : err;
}

int
dict_lookup(struct dict *d, enum dict_kind kind, struct str reading,
    struct dict_hits *hits)
{
	struct buf key = BUF_INIT;
	size_t i;
	int err;

	dict_start(hits);
	if (kind == DICT_VARIANT) {
		buf_puts_str(&key, reading);
		err = key.err;
	} else {
		err = dict_spell(&key, reading);
	}
	for (i = 0; err == 0 && i < 4 && order[kind][i] != FILES; i++)
		if (dict_have(d, order[kind][i]))
			err = look_up(
			    &d->skk[order[kind][i]], buf_str(&key), hits);
	buf_wipe(&key);
	return err != 0 ? err : hits->text.err;
}
