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
#define S_HERE	(IN(IDENTIFIED) | IN(OPERATOR))
#define S_PIN	(S_LOGIN | S_HERE)
#define S_AFTER_HELLO                                                          \
	(IN(TERMINAL) | IN(IDENTIFIED) | IN(OPERATOR) | IN(LOCKED))

/* clang-format off */
#define OP_LIST(X)							\
/* id  name            Type            states         right  fresh second kind  event */ \
X(1,   hello,          Hello,          IN(NEW),       NONE,          0, 0, term,     "TERM_HELLO") \
X(2,   login_begin,    LoginBegin,     S_LOGIN,       NONE,          0, 0, term,     "AUTH_BEGIN") \
X(3,   login_pin,      LoginPin,       S_PIN,         NONE,          0, 0, term,     "AUTH_PIN") \
X(4,   login_finish,   LoginFinish,    S_LOGIN,       NONE,          0, 0, login,    "AUTH") \
X(5,   operator_select, OperatorSelect, IN(IDENTIFIED), NONE,        0, 0, login,    "OPERATOR_SELECT") \
X(6,   lock,           Lock,           IN(OPERATOR),  NONE,          0, 0, lock,     "IDLE_LOCK") \
X(7,   logoff,         Logoff,         IN(IDENTIFIED) | IN(OPERATOR) | IN(LOCKED), NONE, 0, 0, logout, "LOGOFF") \
X(8,   notices,        Notices,        IN(OPERATOR),  NONE,          0, 0, term,     "NOTICES_SHOWN") \
X(9,   term_event,     TermEvent,      S_AFTER_HELLO, NONE,          0, 0, term,     "TERM_EVENT") \
X(20,  person_search,  PersonSearch,   IN(OPERATOR),  PERSON_SEARCH, 0, 0, search,   "SEARCH") \
X(21,  person_open,    PersonOpen,     IN(OPERATOR),  PERSON_OPEN,   0, 0, disclose, "DETAIL_SHOWN") \
X(22,  person_history, PersonHistory,  IN(OPERATOR),  PERSON_OPEN,   0, 0, disclose, "HISTORY_SHOWN") \
X(23,  person_house,   PersonHouse,    IN(OPERATOR),  PERSON_OPEN,   0, 0, disclose, "HOUSEHOLD_SHOWN") \
X(24,  person_unmask,  PersonUnmask,   IN(OPERATOR),  NUMBER_UNMASK, 0, 0, disclose, "UNMASK") \
X(25,  memo_list,      MemoList,       IN(OPERATOR),  PERSON_OPEN,   0, 0, disclose, "MEMO_SHOWN") \
X(26,  memo_add,       MemoAdd,        IN(OPERATOR),  MEMO_WRITE,    0, 0, update,   "MEMO_ADD") \
X(40,  act_begin,      ActBegin,       S_HERE,        NONE,          0, 0, term,     "ACT_BEGIN") \
X(41,  pin_change,     PinChange,      S_HERE,        NONE,          1, 0, update,   "PIN_CHANGE") \
X(42,  account_list,   AccountList,    IN(OPERATOR),  ACCOUNT_UNLOCK, 0, 0, term,    "USER_LIST") \
X(43,  account_unlock, AccountUnlock,  IN(OPERATOR),  ACCOUNT_UNLOCK, 1, 0, update,  "UNLOCK_ACC") \
X(44,  account_suspend, AccountSuspend, IN(OPERATOR), OPERATOR_ADMIN, 1, 0, update,  "USER_SUSPEND") \
X(45,  account_resume, AccountResume,  IN(OPERATOR),  OPERATOR_ADMIN, 1, 0, update,  "USER_RESUME") \
X(46,  pin_reset,      PinReset,       IN(OPERATOR),  OPERATOR_ADMIN, 1, 0, update,  "PIN_RESET") \
X(47,  enrol_start,    EnrolStart,     IN(OPERATOR),  BIO_ENROL,     1, 0, update,   "BIO_ENROL_BEGIN") \
X(48,  enrol_approve,  EnrolApprove,   IN(OPERATOR),  OPERATOR_APPROVE, 1, 1, update, "BIO_ENROL_APPROVE") \
X(49,  enrol_take,     EnrolTake,      IN(OPERATOR),  BIO_ENROL,     0, 0, term,     "BIO_ENROL_TAKE") \
X(50,  enrol_put,      EnrolPut,       IN(OPERATOR),  BIO_ENROL,     0, 0, update,   "BIO_ENROL") \
X(220, ctl_operator_suspend, CtlOperatorSuspend, IN(CTL), NONE,      0, 0, update,   "USER_SUSPEND") \
X(221, ctl_operator_resume, CtlOperatorResume, IN(CTL), NONE,        0, 0, update,   "USER_RESUME") \
X(222, ctl_operator_delete, CtlOperatorDelete, IN(CTL), NONE,        0, 0, update,   "USER_DELETE") \
X(223, ctl_operator_reset_pin, CtlOperatorResetPin, IN(CTL), NONE,   0, 0, update,   "PIN_RESET") \
X(224, ctl_operator_register, CtlOperatorRegister, IN(CTL), NONE,    0, 0, term,     "BIO_REGISTER") \
X(225, ctl_operator_changes, CtlOperatorChanges, IN(CTL), NONE,      0, 0, term,     "USER_CHANGES") \
X(70,  search_saved,   SearchSaved,    IN(OPERATOR),  PERSON_SEARCH, 0, 0, search,   "SEARCH_SAVED") \
X(71,  jukinet_inquiry, JukinetInquiry, IN(OPERATOR), JUKINET_INQUIRY, 0, 0, search, "JUKINET_INQ") \
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
