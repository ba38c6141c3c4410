/*
 * Keys of the bodies of log entries: one a month and retention class
 * (audit-log.md §9, §10), in the file S/keys/kek as lines `name hex64`.
 */
#ifndef STORE_KEK_H
#define STORE_KEK_H

#include <stdint.h>

#include "core/str.h"

#define KEK_NAME 16 /* "7y-2026-11" and NUL */

struct kek {
	char path[512];
	char name[KEK_NAME]; /* of the key below; "" before the first use */
	uint8_t key[32];
};

/* Remembers where the file is; reads nothing yet. ERR_TOOLONG. */
int kek_init(struct kek *k, const char *path);
void kek_wipe(struct kek *k);

/*
 * Makes k->name and k->key those of class 7y and the month in Japan (UTC+9)
 * of now_ms.  A month without a key gets one, which is on disk (fsync of file
 * and folder) before this returns.  ERR_IO, ERR_CORRUPT.
 */
int kek_for(struct kek *k, int64_t now_ms) __attribute__((warn_unused_result));

#endif
