/*
 * S/mamorid.yaml: what a site's server is called, where it listens and its
 * limits (DESIGN §9: paths, addresses and limits; what changes protection for
 * good is a two-person act in the database).  docs/man/mamorid.yaml.5
 * documents every key.
 */
#ifndef CONF_SITE_H
#define CONF_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "crypt/crypt.h"

#define SITE_CONF_FILE "mamorid.yaml"

/* clang-format off */
#define SITE_NUMBER_LIST(X)						\
/* key                   least  most   default                       */	\
X(idle_seconds,             10,    300,   180) /* TRM-11: at most 5 min */ \
X(list_limit,                1,    200,    50) /* rows of a result list */ \
X(failures,                  1,     10,     3) /* then locked: AUT-06   */ \
X(challenge_seconds,        10,    300,    60) /* DESIGN §8             */ \
X(pin_min,                   8,     64,     8) /* DESIGN §9             */ \
X(pin_days,                  1,   3650,   180) /* AUT-12: then a new one */ \
X(sessions_per_process,      1,   1024,     1) /* K of DESIGN §2        */ \
X(max_connections,           1,   4096,   256)				\
X(handshake_seconds,         1,     60,    10)
/* clang-format on */

struct site_conf {
	char origin[201];     /* name of the log (C2SP) */
	char site_name[129];  /* 例示市 */
	char site_code[7];    /* 団体コード, six digits with check digit */
	char server_name[65]; /* node of the log and CN; "mamorid" */
	char listen[64];      /* HOST:PORT, numeric; 127.0.0.1:7443 */
	bool synthetic;	      /* no real person in it: virtual sensors count */
#define SITE_NUMBER_FIELD(key, least, most, normal) uint32_t key;
	SITE_NUMBER_LIST(SITE_NUMBER_FIELD)
#undef SITE_NUMBER_FIELD
	uint8_t digest[SHA256_LEN]; /* of the file: logged at start */
};

void site_conf_free(struct site_conf *c);

/*
 * Reads dir/mamorid.yaml.  ERR_NOTFOUND, ERR_IO, ERR_SYNTAX (YAML, unknown
 * or repeated key), ERR_MISSING, ERR_RANGE, ERR_UTF8, ERR_TOOLONG,
 * ERR_NOMEM; conf_problem() of conf/problem.h then says what is wrong.
 */
int site_conf_load(const char *dir, struct site_conf **out)
    __attribute__((warn_unused_result));

/* Appends the file that site_conf_load() reads back to the same values. */
void site_conf_put(const struct site_conf *c, struct buf *out);

/* Defaults in every number and in listen and server_name, the rest empty. */
void site_conf_init(struct site_conf *c);

#endif
