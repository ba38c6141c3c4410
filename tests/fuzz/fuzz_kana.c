/* LINK: core */
/*
 * Kana, romaji and search keys: no crash, bounded pending text, and a key of
 * a key is the key.
 */
#include "core/err.h"
#include "core/kana.h"
#include "core/namekey.h"
#include "core/romaji.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
stable(int (*key)(struct buf *, struct str), struct str s)
{
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;

	if (key(&a, s) == 0) {
		BUG_ON(key(&b, buf_str(&a)) != 0);
		BUG_ON(
		    key == namekey_name && !str_eq(buf_str(&a), buf_str(&b)));
	}
	buf_release(&a);
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = str_n(data, size);
	struct buf b = BUF_INIT;
	struct buf c = BUF_INIT;

	kana_to_katakana(&b, s);
	kana_to_katakana(&c, buf_str(&b));
	BUG_ON(b.n < c.n);
	kana_to_hiragana(&b, s);
	kana_to_half(&b, s);
	romaji_convert(&b, s, ROMAJI_KATAKANA);
	buf_clear(&b);
	if (kana_clean(&b, s) != 0)
		BUG_ON(b.n != 0);
	stable(namekey_kana, s);
	stable(namekey_name, s);
	stable(namekey_address, s);
	buf_release(&b);
	buf_release(&c);
	return 0;
}
