/*
 * The terminal's memory of the log.
 *
 * SECURITY: the file is not trusted: the note in it is opened with the pinned
 * key, so a forged file can at most make the terminal remember less, and a
 * damaged one stops it rather than letting it start without memory.  It never
 * holds personal data (TRM-14).
 */
#include "client/head.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"

#define HEAD_FILE_MAX 8192

static int
read_file(const char *path, struct buf *out)
{
	char block[1024];
	ssize_t n;
	int fd;
	int rc = 0;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
	while ((n = read(fd, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || out->n + (size_t)n > HEAD_FILE_MAX) {
			rc = n < 0 ? ERR_IO : ERR_CORRUPT;
			break;
		}
		buf_put(out, block, (size_t)n);
	}
	close(fd);
	return rc != 0 ? rc : out->err;
}

static int
write_file(const char *path, struct str text, int flags)
{
	const char *p = text.p;
	size_t left = text.n;
	ssize_t n;
	int fd;
	int rc = 0;

	fd = open(
	    path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	if (fd < 0)
		return ERR_IO;
	while (left > 0) {
		n = write(fd, p, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = ERR_IO;
			break;
		}
		p += n;
		left -= (size_t)n;
	}
	if (rc == 0 && fdatasync(fd) != 0)
		rc = ERR_IO;
	if (close(fd) != 0)
		rc = ERR_IO;
	return rc;
}

static int
name_in(const struct head *h, const char *name, char out[600])
{
	int n;

	n = snprintf(out, 600, "%s/%s", h->path, name);
	return n < 0 || n >= 600 ? ERR_TOOLONG : 0;
}

/* "epoch 12" → 12 */
static int
number_line(struct str *rest, const char *name, uint64_t *out)
{
	struct str line;
	struct str word;

	if (!str_cut(rest, '\n', &line) || !str_cut(&line, ' ', &word) ||
	    !str_eqz(word, name))
		return ERR_CORRUPT;
	return str_num(line, INT64_MAX, out) == 0 ? 0 : ERR_CORRUPT;
}

static int
parse(struct head *h, struct str text)
{
	struct str line;
	int rc;

	if (!str_cut(&text, '\n', &line) || !str_eqz(line, "mamori-head/v1"))
		return ERR_CORRUPT;
	rc = number_line(&text, "epoch", &h->epoch);
	if (rc == 0)
		rc = number_line(&text, "next", &h->next_seq);
	if (rc != 0)
		return rc;
	if (!str_cut(&text, '\n', &line) || line.n != 0)
		return ERR_CORRUPT;
	if (text.n == 0)
		return 0;
	if (note_open(text, &h->state.key, &h->state.last) != 0)
		return ERR_CORRUPT;
	buf_puts_str(&h->note, text);
	return h->note.err;
}

int
head_load(struct head *h, const char *terminal_dir, struct str vkey)
{
	struct buf text = BUF_INIT;
	char path[600];
	int n;
	int rc;

	memset(h, 0, sizeof(*h));
	rc = note_vkey_parse(vkey, &h->state.key);
	if (rc != 0)
		return ERR_SYNTAX;
	n = snprintf(h->path, sizeof(h->path), "%s/state", terminal_dir);
	if (n < 0 || (size_t)n >= sizeof(h->path))
		return ERR_TOOLONG;
	if (mkdir(h->path, 0700) != 0 && errno != EEXIST)
		return ERR_IO;
	rc = name_in(h, "head", path);
	if (rc == 0)
		rc = read_file(path, &text);
	if (rc == 0)
		rc = parse(h, buf_str(&text));
	else if (rc == ERR_NOTFOUND)
		rc = 0;
	buf_release(&text);
	if (rc != 0)
		head_release(h);
	return rc;
}

void
head_release(struct head *h)
{
	buf_release(&h->note);
}

void
head_advance(struct head *h, const struct checkpoint *c, struct str note)
{
	h->state.last = *c;
	buf_clear(&h->note);
	buf_puts_str(&h->note, note);
	BUG_ON(h->note.err != 0); /* a terminal out of memory ends */
}

int
head_save(const struct head *h)
{
	struct buf text = BUF_INIT;
	char path[600];
	char tmp[600];
	int rc;

	buf_printf(&text,
	    "mamori-head/v1\nepoch %" PRIu64 "\nnext %" PRIu64 "\n\n", h->epoch,
	    h->next_seq);
	buf_puts_str(&text, buf_str(&h->note));
	rc = text.err;
	if (rc == 0)
		rc = name_in(h, "head", path);
	if (rc == 0)
		rc = name_in(h, "head.tmp", tmp);
	if (rc == 0)
		rc = write_file(tmp, buf_str(&text), O_TRUNC);
	if (rc == 0 && rename(tmp, path) != 0)
		rc = ERR_IO;
	buf_release(&text);
	return rc;
}

static int
keep_note(const struct head *h, const char *what, struct str note, int64_t ms)
{
	char name[64];
	char path[600];
	int rc;

	snprintf(name, sizeof(name), "%s-%" PRId64 ".note", what, ms);
	rc = name_in(h, name, path);
	return rc != 0 ? rc : write_file(path, note, O_EXCL);
}

int
head_evidence(const struct head *h, struct str seen, int64_t now_ms)
{
	int rc;

	rc = keep_note(h, "known", buf_str(&h->note), now_ms);
	if (rc == 0)
		rc = keep_note(h, "seen", seen, now_ms);
	return rc;
}
