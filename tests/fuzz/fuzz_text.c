/* LINK: core */
/*
 * Text: clusters cover the input, clipping fits, what may be stored may be
 * stored again, and nothing that is drawn has a control or no width.
 */
#include "core/err.h"
#include "core/text.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_display(struct str s)
{
	struct buf b = BUF_INIT;
	struct str rest;
	int32_t cp;

	text_display(&b, s);
	rest = buf_str(&b);
	while ((cp = utf8_next(&rest)) != -2)
		BUG_ON(cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ||
		    text_cp_width(cp) < 0 || (cp >= 0x202a && cp <= 0x202e));
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = str_n(data, size);
	struct str rest = s;
	struct str cluster;
	struct buf b = BUF_INIT;
	struct buf c = BUF_INIT;
	size_t total = 0;
	unsigned columns = size > 0 ? data[0] : 0;
	int width;

	while (text_cluster_next(&rest, &cluster, &width)) {
		BUG_ON(cluster.n == 0 || width == 0);
		total += cluster.n;
	}
	BUG_ON(total != size);
	BUG_ON(text_width(text_clip(s, columns)) > columns);
	if (text_clean(&b, s) == 0) {
		BUG_ON(text_clean(&c, buf_str(&b)) != 0);
		BUG_ON(!str_eq(buf_str(&b), buf_str(&c)));
	} else {
		BUG_ON(b.n != 0);
	}
	check_display(s);
	buf_clear(&b);
	text_fold_digits(&b, s);
	(void)text_is_special(s);
	buf_release(&b);
	buf_release(&c);
	return 0;
}
