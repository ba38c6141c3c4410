/* LINK: conf crypt core */
/*
 * Any bytes as mamorid.yaml and as terminal.yaml: what is taken keeps its
 * limits and is read back from what is written.
 *
 * SECURITY: test code.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/site.h"
#include "conf/terminal.h"
#include "core/err.h"
#include "fuzz_conf.h"

static void
site(const uint8_t *data, size_t size)
{
	struct site_conf *a = NULL;
	struct site_conf *b = NULL;
	struct buf text = BUF_INIT;

	if (site_conf_load(fuzz_conf_file(SITE_CONF_FILE, data, size), &a) !=
	    0) {
		BUG_ON(a != NULL);
		return;
	}
	BUG_ON(a->idle_seconds == 0 || a->idle_seconds > 300);
	BUG_ON(a->failures == 0 || a->failures > 10);
	site_conf_put(a, &text);
	BUG_ON(site_conf_load(
		   fuzz_conf_file(SITE_CONF_FILE, text.p, text.n), &b) != 0);
	BUG_ON(strcmp(a->site_name, b->site_name) != 0);
	BUG_ON(a->synthetic != b->synthetic);
	buf_release(&text);
	site_conf_free(a);
	site_conf_free(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct terminal_conf *t = NULL;

	site(data, size);
	if (terminal_conf_load(
		fuzz_conf_file(TERMINAL_CONF_FILE, data, size), &t) == 0)
		BUG_ON(t->id[0] == '\0');
	terminal_conf_free(t);
	return 0;
}
