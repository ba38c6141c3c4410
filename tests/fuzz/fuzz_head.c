/* LINK: client ui net auth audit crypt conf core */
/*
 * Any bytes as T/state/head: without the log's key nothing of it is believed
 * but "nothing seen yet".
 *
 * SECURITY: test code; not linked into any program.
 */
#include <string.h>

#include "client/head.h"
#include "core/err.h"
#include "fuzz_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct buf vtext;

static void
make_key(void)
{
	static const uint8_t seed[ED25519_SEED] = { 7 };
	struct crypt_key *key = crypt_key_from_seed(seed);
	struct note_vkey vkey;
	uint8_t pub[ED25519_PUB];

	BUG_ON(key == NULL);
	crypt_key_pub(key, pub);
	BUG_ON(note_vkey_make("log.example/2026", pub, &vkey) != 0);
	note_vkey_put(&vkey, &vtext);
	crypt_key_free(key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char dir[64];
	static char path[96];
	struct head h;
	FILE *f;
	int rc;

	if (vtext.n == 0) {
		make_key();
		/* the folder of T, with state/ in it */
		(void)snprintf(
		    dir, sizeof(dir), "%s", fuzz_conf_file("x", data, 0));
		(void)snprintf(path, sizeof(path), "%s/state", dir);
		BUG_ON(mkdir(path, 0700) != 0);
		(void)snprintf(path, sizeof(path), "%s/state/head", dir);
	}
	f = fopen(path, "we");
	BUG_ON(f == NULL || fwrite(data, 1, size, f) != size);
	(void)fclose(f);
	rc = head_load(&h, dir, buf_str(&vtext));
	if (rc == 0)
		BUG_ON(h.state.last.size != 0 && h.note.n == 0);
	head_release(&h);
	return 0;
}
