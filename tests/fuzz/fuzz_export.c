/* LINK: core crypt audit */
/*
 * A log folder in which one file is changed as the input says: byte 0 = file,
 * bytes 1-2 = offset, the rest overwrites what stands there (and may make the
 * file longer).  Only the unchanged folder verifies.
 *
 * SECURITY: test code; not linked into any program.
 */
#include "../lib/audit_log.c"

#include "audit/tiles.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = { "tile/entries/000.p/5", "blob/000.p/5",
	"tile/0/000.p/5", "checkpoint", "key.vkey" };
#define FILES (sizeof(files) / sizeof(files[0]))

static char *dir;
static char *kek;
static struct buf was[FILES];

static void
remove_all(void)
{
	char *tmp = strdup(dir);

	if (tmp == NULL)
		return;
	*strrchr(tmp, '/') = '\0';
	audit_log_rmdir(tmp);
}

static void
prepare(void)
{
	char *tmp = audit_log_tmpdir();
	size_t i;

	dir = audit_log_join(tmp, "log");
	kek = audit_log_join(tmp, "kek");
	audit_log_export(dir, 5);
	audit_log_write_kek(kek);
	for (i = 0; i < FILES; i++)
		BUG_ON(tile_read(dir, files[i], &was[i]) != 0);
	free(tmp);
	atexit(remove_all);
}

static void
store(size_t i, const struct buf *b)
{
	char *path = audit_log_join(dir, files[i]);
	FILE *f = fopen(path, "we");

	BUG_ON(f == NULL || fwrite(b->p, 1, b->n, f) != b->n);
	BUG_ON(fclose(f) != 0);
	free(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct verify_options opt = { .vkey = NULL };
	struct verify_result res;
	struct buf b = BUF_INIT;
	size_t at;
	size_t i;
	bool same;

	if (size < 4)
		return 0;
	if (dir == NULL)
		prepare();
	opt.kek_file = kek;
	i = data[0] % FILES;
	at = ((size_t)data[1] << 8 | data[2]) % (was[i].n + 1);
	data += 3;
	size -= 3;
	buf_put(&b, was[i].p, at);
	buf_put(&b, data, size);
	if (b.n < was[i].n)
		buf_put(&b, was[i].p + b.n, was[i].n - b.n);
	same = str_eq(buf_str(&b), buf_str(&was[i]));
	store(i, &b);
	if ((verify_dir(dir, &opt, &res) == 0) != same)
		abort();
	if (!same && res.what[0] == '\0')
		abort();
	store(i, &was[i]);
	buf_release(&b);
	return 0;
}
