/*
 * The files of a folder in order, and the digest by which terminal and server
 * know that they use the same forms and masters (DESIGN §9).
 */
#ifndef CONF_DIGEST_H
#define CONF_DIGEST_H

#include "core/str.h"
#include "crypt/crypt.h"

/* Most YAML files in forms/ or masters/. */
#define CONF_FILES_MAX 256

/* Longest file that is read. */
#define CONF_FILE_MAX ((size_t)256 << 10)

/*
 * SHA-256 over all files of `dir` that end in `suffix`, sorted by name: for
 * each the name, NUL, the length as 8 bytes, the content.  ERR_NOTFOUND (no
 * folder, no such file), ERR_IO, ERR_LIMIT, ERR_TOOLONG; conf_problem() says
 * more.
 */
int conf_digest(const char *dir, const char *suffix, uint8_t out[SHA256_LEN])
    __attribute__((warn_unused_result));

/* Names in memcmp order; free with conf_list_free(). */
struct conf_list {
	size_t n;
	char *name[CONF_FILES_MAX];
};

int conf_list(const char *dir, const char *suffix, struct conf_list **out)
    __attribute__((warn_unused_result));
void conf_list_free(struct conf_list *l);

/*
 * Appends a regular file of at most CONF_FILE_MAX bytes.  ERR_NOTFOUND,
 * ERR_IO, ERR_TOOLONG, ERR_NOMEM.
 */
int conf_read(const char *dir, const char *name, struct buf *out)
    __attribute__((warn_unused_result));

#endif
