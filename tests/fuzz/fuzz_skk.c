/* LINK: core */
/*
 * A damaged SKK dictionary and look-ups in it: every word lies inside the
 * dictionary, parts of addresses are in order, and nothing is read beside it.
 */
#include <stdlib.h>
#include <string.h>

#include "client/places.c"
#include "client/skk.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
inside(struct str whole, struct str part)
{
	if (part.p < whole.p || part.p + part.n > whole.p + whole.n)
		abort();
}

static void
seen(void *arg, size_t i)
{
	const struct places *pl = arg;
	struct place p = places_at(pl, i);

	if (p.part[0] > p.part[1] || p.part[1] > p.part[2] ||
	    p.part[2] > p.part[3] || p.part[3] > p.text.n)
		abort();
}

static void
all_places(const struct skk *d, struct str first)
{
	struct places *pl = places_new(d, d);
	struct str heads[2] = { first, str_n("\xa4\xb7", 2) };
	size_t i;

	if (pl == NULL)
		return;
	for (i = 0; i < places_count(pl) && i < 100; i++) {
		seen(pl, i);
		places_find(pl, places_at(pl, i).text, seen, pl);
		(void)places_is_read(pl, i);
	}
	places_heads(pl, heads, 2, seen, pl);
	places_below(pl, first, seen, pl);
	places_free(pl);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] =
	    ";; coding: euc-jp\n;; okuri-nasi entries.\n";
	struct buf text = BUF_INIT;
	struct buf out = BUF_INIT;
	struct str rest;
	struct str key;
	struct str first = { "", 0 };
	struct str words;
	struct str word;
	struct skk d;

	/* an odd first byte: the head is the input's own */
	if (size == 0)
		return 0;
	if ((data[0] & 1) == 0)
		buf_put(&text, head, sizeof(head) - 1);
	buf_put(&text, data + 1, size - 1);
	if (skk_init(&d, buf_str(&text)) == 0) {
		rest = d.entries;
		while (skk_entry(&rest, &key, &words)) {
			first = key;
			inside(d.entries, words);
			while (skk_word(&words, &word)) {
				inside(d.entries, word);
				inside(d.entries, skk_key_of(&d, word));
				buf_clear(&out);
				(void)skk_utf8(&d, &out, word);
			}
			if (skk_find(&d, key, &words))
				inside(d.entries, words);
		}
		all_places(&d, first);
		skk_release(&d);
	}
	buf_release(&out);
	buf_release(&text);
	return 0;
}
