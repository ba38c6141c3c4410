/*
 * Rights, and the six templates they are copied from (PRM-01, PRM-02; matrix
 * (d) of requirements.md).  A person holds rights, never a role: a template
 * is only what `operator grant` starts from.
 */
#ifndef CORE_RIGHT_H
#define CORE_RIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/* One bit each; the bit number is stored, so rows are only added at the end. */
/* clang-format off */
#define T_CL 1u		/* clerk          職員（窓口） */
#define T_RS 2u		/* reviewer       支援措置責任者 */
#define T_SV 4u		/* supervisor     監督者 */
#define T_AD 8u		/* admin          システム管理者 */
#define T_AU 16u	/* auditor        監査担当 */
#define T_OT 32u	/* other-section  他課参照 */

#define RIGHT_LIST(X)							\
/* constant            token                 templates        row (d) */ \
X(PERSON_SEARCH,       "person.search",      T_CL|T_RS|T_SV|T_OT)  /* 2 */  \
X(PERSON_OPEN,         "person.open",        T_CL|T_RS|T_SV|T_OT)  /* 2 */  \
X(MEASURE_DETAIL,      "measure.detail",     T_RS)                 /* 4 */  \
X(PROTECTED_ADDRESS,   "protected.address",  T_RS|T_SV)            /* 5 */  \
X(NUMBER_UNMASK,       "number.unmask",      T_CL|T_RS|T_SV)       /* 6 */  \
X(JUKINET_INQUIRY,     "jukinet.inquiry",    T_CL|T_RS|T_SV)       /* 7 */  \
X(BULK_APPROVE,        "bulk.approve",       T_SV)                 /* 8 */  \
X(MEASURE_ACCEPT,      "measure.accept",     T_CL|T_RS|T_SV)       /* 9 */  \
X(MEASURE_CHECK,       "measure.check",      T_CL|T_RS|T_SV)       /* 10 */ \
X(MEASURE_START,       "measure.start",      T_RS|T_SV)            /* 11 */ \
X(MEASURE_END,         "measure.end",        T_RS|T_SV)            /* 12 */ \
X(MEASURE_EXTEND,      "measure.extend",     T_RS|T_SV)            /* 13 */ \
X(MEASURE_REOPEN,      "measure.reopen",     T_SV)                 /* 14 */ \
X(SUPPRESS_SET,        "suppress.set",       T_CL|T_RS|T_SV)       /* 15 */ \
X(SUPPRESS_LIFT,       "suppress.lift",      T_RS|T_SV)            /* 16 */ \
X(RELEASE_REQUEST,     "release.request",    T_CL|T_RS|T_SV)       /* 17 */ \
X(RELEASE_APPROVE,     "release.approve",    T_RS|T_SV)            /* 18 */ \
X(RELEASE_RETURN,      "release.return",     T_CL|T_RS|T_SV)       /* 19 */ \
X(RELEASE_LIST,        "release.list",       T_RS|T_SV|T_AU)       /* 20 */ \
X(CERT_ISSUE,          "cert.issue",         T_CL|T_RS|T_SV)       /* 21 */ \
X(MOVE_ENTER,          "move.enter",         T_CL|T_RS|T_SV)       /* 23 */ \
X(MOVE_DECIDE,         "move.decide",        T_SV)                 /* 24 */ \
X(CODE_ASSIGN,         "code.assign",        T_CL|T_SV)            /* 25 */ \
X(MEMO_WRITE,          "memo.write",         T_CL|T_RS|T_SV)       /* 26 */ \
X(OPERATOR_ADMIN,      "operator.admin",     T_AD)                 /* 27 */ \
X(OPERATOR_APPROVE,    "operator.approve",   T_SV)                 /* 27 */ \
X(BIO_ENROL,           "bio.enrol",          T_AD)                 /* 28 */ \
X(ACCOUNT_UNLOCK,      "account.unlock",     T_SV|T_AD)            /* 29 */ \
X(PARAM_CHANGE,        "param.change",       T_AD)                 /* 30 */ \
X(MASTER_CHANGE,       "master.change",      T_SV|T_AD)            /* 31 */ \
X(AUDIT_SEARCH,        "audit.search",       T_AU)                 /* 32 */ \
X(AUDIT_REPORT,        "audit.report",       T_AU)                 /* 33 */ \
X(AUDIT_PURGE,         "audit.purge",        T_AD)                 /* 35 */ \
X(SERVER_RUN,          "server.run",         T_AD)                 /* 36 */ \
X(DRILL,               "drill",              T_CL|T_RS|T_SV|T_AD)  /* 37 */ \
X(SELFCHECK,           "selfcheck",          T_SV|T_AD)            /* 38 */
/* clang-format on */

#define RIGHT_ENUM(name, token, templates) RIGHT_##name,
enum right {
	RIGHT_LIST(RIGHT_ENUM) RIGHT_COUNT,
	RIGHT_NONE, /* an operation that needs no right of a person */
};
#undef RIGHT_ENUM

typedef uint64_t right_set;
#define RIGHT_BIT(r) ((right_set)1 << (r))

/* "person.search"; "none" for RIGHT_NONE. */
const char *right_token(enum right r);

/* ERR_NOTFOUND when no right has that token. */
int right_find(struct str token, enum right *out);

/*
 * The rights a template is copied from: clerk reviewer supervisor admin
 * auditor other-section.  ERR_NOTFOUND for another name.
 */
int right_template(struct str name, right_set *out);

/* The six names, NULL-terminated. */
const char *const *right_template_names(void);

bool right_has(right_set set, enum right r);

/*
 * SD-5: an auditor's right beside any right that is not in the auditor's
 * template is refused with ERR_DENIED.  SD-4, PRM-19: so is an administrator's
 * beside any right that is not in the administrator's.
 */
int right_check_set(right_set set);

/* The tokens of a set, separated by a space, in table order. */
void right_put_set(struct buf *b, right_set set);

#endif
