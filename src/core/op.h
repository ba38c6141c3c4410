/*
 * The operation table: the protocol, in one list (DESIGN §3).
 *
 * From it come the enum, the dispatch of the store (server/op_*.c), the
 * permission check in session and store, the audit class and event code, the
 * message types, docs/protocol.md, the fuzz targets and the test that walks
 * every id in every state with every right.
 *
 * id       number on the wire; never reused
 * name     op_<name>() in the store; screens and scripts use it too
 * Type     proto messages <Type>Req and <Type>Ans
 * states   in which the connection may ask
 * right    the operator must hold
 * fresh    1: needs a fresh assertion over the act (PRM-20)
 * second   1: needs a second person
 * kind     class of the log leaf when the act is carried out
 *          (audit-log.md §3.3); a refusal is always `deny`
 * event    code of requirements.md (e), signed by the terminal
 */
#ifndef CORE_OP_H
#define CORE_OP_H

#include <stdbool.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "core/right.h"
#include "core/state.h"

#define S_LOGIN (IN(TERMINAL) | IN(LOCKED))
#define S_AFTER_HELLO                                                          \
	(IN(TERMINAL) | IN(IDENTIFIED) | IN(OPERATOR) | IN(LOCKED))

/* clang-format off */
#define OP_LIST(X)							\
/* id  name            Type            states         right  fresh second kind  event */ \
X(1,   hello,          Hello,          IN(NEW),       NONE,          0, 0, term,     "TERM_HELLO") \
X(2,   login_begin,    LoginBegin,     S_LOGIN,       NONE,          0, 0, term,     "AUTH_BEGIN") \
X(3,   login_pin,      LoginPin,       S_LOGIN,       NONE,          0, 0, term,     "AUTH_PIN") \
X(4,   login_finish,   LoginFinish,    S_LOGIN,       NONE,          0, 0, login,    "AUTH") \
X(5,   operator_select, OperatorSelect, IN(IDENTIFIED), NONE,        0, 0, login,    "OPERATOR_SELECT") \
X(6,   lock,           Lock,           IN(OPERATOR),  NONE,          0, 0, lock,     "IDLE_LOCK") \
X(7,   logoff,         Logoff,         IN(IDENTIFIED) | IN(OPERATOR) | IN(LOCKED), NONE, 0, 0, logout, "LOGOFF") \
X(8,   notices,        Notices,        IN(OPERATOR),  NONE,          0, 0, term,     "NOTICES_SHOWN") \
X(9,   term_event,     TermEvent,      S_AFTER_HELLO, NONE,          0, 0, term,     "TERM_EVENT") \
X(20,  person_search,  PersonSearch,   IN(OPERATOR),  PERSON_SEARCH, 0, 0, search,   "SEARCH") \
X(21,  person_open,    PersonOpen,     IN(OPERATOR),  PERSON_OPEN,   0, 0, disclose, "DETAIL_SHOWN") \
X(200, ctl_status,     CtlStatus,      IN(CTL),       NONE,          0, 0, term,     "CTL_STATUS") \
X(201, ctl_terminal_add, CtlTerminalAdd, IN(CTL),     NONE,          0, 0, update,   "TERM_ADD") \
X(202, ctl_terminal_list, CtlTerminalList, IN(CTL),   NONE,          0, 0, term,     "TERM_LIST") \
X(203, ctl_terminal_revoke, CtlTerminalRevoke, IN(CTL), NONE,        0, 0, update,   "TERM_REVOKE") \
X(204, ctl_operator_add, CtlOperatorAdd, IN(CTL),     NONE,          0, 0, update,   "USER_ADD") \
X(205, ctl_operator_grant, CtlOperatorGrant, IN(CTL), NONE,          0, 0, update,   "PRIV_CHANGE") \
X(206, ctl_operator_list, CtlOperatorList, IN(CTL),   NONE,          0, 0, term,     "USER_LIST") \
X(207, ctl_operator_unlock, CtlOperatorUnlock, IN(CTL), NONE,        0, 0, update,   "UNLOCK_ACC") \
X(208, ctl_enroll_begin, CtlEnrollBegin, IN(CTL),     NONE,          0, 0, update,   "BIO_ENROL_BEGIN") \
X(209, ctl_enroll_store, CtlEnrollStore, IN(CTL),     NONE,          0, 0, update,   "BIO_ENROL") \
X(210, ctl_import_begin, CtlImportBegin, IN(CTL),     NONE,          0, 0, update,   "IMPORT_BEGIN") \
X(211, ctl_import_rows, CtlImportRows, IN(CTL),       NONE,          0, 0, term,     "IMPORT_ROWS") \
X(212, ctl_import_commit, CtlImportCommit, IN(CTL),   NONE,          0, 0, update,   "BATCH_RUN") \
X(213, ctl_log_read,   CtlLogRead,     IN(CTL),       NONE,          0, 0, export,   "AUDIT_EXPORT")
/* clang-format on */

#define OP_ENUM(id, name, Type, st, right, fresh, second, kind, event)         \
	OP_##name = (id),
enum op { OP_LIST(OP_ENUM) OP_NONE = 0 };
#undef OP_ENUM

struct op_row {
	enum op id;
	const char *name;
	uint32_t states; /* IN(…) bits */
	enum right right;
	bool fresh;
	bool second;
	const char *kind;
	const char *event;
	const ProtobufCMessageDescriptor *req;
	const ProtobufCMessageDescriptor *ans;
};

/* The row of a number from the wire; NULL when there is none. */
const struct op_row *op_find(uint32_t id);

/* The row with that name; NULL. */
const struct op_row *op_find_name(const char *name);

/* All rows in table order. */
const struct op_row *op_table(size_t *count);

/*
 * May a connection in `state` whose operator holds `rights` ask for `row`?
 * 0, ERR_BADSTATE or ERR_DENIED.  Pure; called in the session process and again
 * in the store.  row == NULL gives ERR_PEER.
 */
int op_allowed(const struct op_row *row, enum state state, right_set rights);

#endif
