/*
 * The tables as SQL text, one step per version.
 *
 * SECURITY: the log's tables take appends in order of their key only
 * (audit-log.md §4.1); no secret index stands beside them.  Keys of persons
 * are sealed by their PIN before they come here; the table holds what a thief
 * of the database still has to grind through scrypt.
 */
#include "store/schema.h"

#include <stddef.h>

/* clang-format off */
static const char log_tables[] =
"CREATE TABLE leaf(idx INTEGER PRIMARY KEY, entry BLOB NOT NULL, blob BLOB)"
"  STRICT;"
"CREATE TABLE hash(i INTEGER PRIMARY KEY, h BLOB NOT NULL"
"  CHECK(length(h)=32)) STRICT;"
"CREATE TABLE src(node TEXT NOT NULL, epoch INTEGER NOT NULL,"
"  seq INTEGER NOT NULL, idx INTEGER NOT NULL, digest BLOB NOT NULL,"
"  PRIMARY KEY(node,epoch,seq)) STRICT, WITHOUT ROWID;"
"CREATE TABLE node(node TEXT NOT NULL PRIMARY KEY, epoch INTEGER NOT NULL,"
"  next INTEGER NOT NULL, last BLOB NOT NULL) STRICT, WITHOUT ROWID;"
"CREATE TABLE head(one INTEGER PRIMARY KEY CHECK(one=1),"
"  size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL) STRICT;";

static const char who_tables[] =
"CREATE TABLE param(name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL)"
"  STRICT, WITHOUT ROWID;"
"CREATE TABLE terminal(id TEXT NOT NULL PRIMARY KEY, place TEXT NOT NULL,"
"  cert BLOB NOT NULL UNIQUE CHECK(length(cert)=32),"
"  sign BLOB NOT NULL CHECK(length(sign)=32), added INTEGER NOT NULL,"
"  revoked INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',"
"  not_after INTEGER NOT NULL) STRICT;"
"CREATE TABLE account(match_id TEXT NOT NULL PRIMARY KEY,"
"  name TEXT NOT NULL, dept TEXT NOT NULL, start TEXT NOT NULL,"
"  until TEXT NOT NULL, added INTEGER NOT NULL,"
"  salt BLOB, verifier BLOB, share BLOB, envelope BLOB, pub BLOB,"
"  uuid TEXT NOT NULL DEFAULT '', modality TEXT NOT NULL DEFAULT '',"
"  driver TEXT NOT NULL DEFAULT '', finger INTEGER NOT NULL DEFAULT 0,"
"  counter INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,"
"  locked INTEGER NOT NULL DEFAULT 0, enrolled INTEGER NOT NULL DEFAULT 0,"
"  login INTEGER NOT NULL DEFAULT 0, login_terminal TEXT NOT NULL DEFAULT '')"
"  STRICT;"
"CREATE TABLE enrol(match_id TEXT NOT NULL PRIMARY KEY,"
"  terminal TEXT NOT NULL, modality TEXT NOT NULL, salt BLOB NOT NULL,"
"  share BLOB NOT NULL, uuid TEXT NOT NULL) STRICT;"
"CREATE TABLE stranger(n INTEGER PRIMARY KEY,"
"  match_id TEXT NOT NULL UNIQUE, failures INTEGER NOT NULL) STRICT;"
"CREATE TABLE oper(operator_id TEXT NOT NULL PRIMARY KEY,"
"  match_id TEXT NOT NULL REFERENCES account(match_id),"
"  template TEXT NOT NULL, rights INTEGER NOT NULL) STRICT;"
"CREATE INDEX oper_match ON oper(match_id, operator_id);";

/*
 * stage has the columns of past; a commit copies.  name_key holds one row for
 * each name a person has or had (SRC-02).
 */
static const char person_tables[] =
"CREATE TABLE person(resident_no TEXT NOT NULL PRIMARY KEY,"
"  history_no INTEGER NOT NULL, household_no TEXT NOT NULL,"
"  jumin_code TEXT UNIQUE, my_number TEXT UNIQUE, name TEXT NOT NULL,"
"  kana TEXT NOT NULL, alias TEXT NOT NULL, birth TEXT NOT NULL,"
"  birth_text TEXT NOT NULL, sex TEXT NOT NULL, postal_code TEXT NOT NULL,"
"  address TEXT NOT NULL, relation TEXT NOT NULL,"
"  nationality TEXT NOT NULL, status TEXT NOT NULL, event TEXT NOT NULL,"
"  event_date TEXT NOT NULL, mark TEXT NOT NULL) STRICT;"
"CREATE TABLE past(resident_no TEXT NOT NULL, history_no INTEGER NOT NULL,"
"  household_no TEXT NOT NULL, jumin_code TEXT, my_number TEXT,"
"  name TEXT NOT NULL, kana TEXT NOT NULL, alias TEXT NOT NULL,"
"  birth TEXT NOT NULL, birth_text TEXT NOT NULL, sex TEXT NOT NULL,"
"  postal_code TEXT NOT NULL, address TEXT NOT NULL,"
"  relation TEXT NOT NULL, nationality TEXT NOT NULL,"
"  status TEXT NOT NULL, event TEXT NOT NULL, event_date TEXT NOT NULL,"
"  mark TEXT NOT NULL, PRIMARY KEY(resident_no,history_no))"
"  STRICT, WITHOUT ROWID;"
"CREATE TABLE person_key(birth TEXT NOT NULL, kana_key TEXT NOT NULL,"
"  name_key TEXT NOT NULL, resident_no TEXT NOT NULL,"
"  present INTEGER NOT NULL) STRICT;"
"CREATE INDEX key_birth ON person_key(birth, kana_key);"
"CREATE INDEX key_kana ON person_key(kana_key, birth);"
"CREATE INDEX key_name ON person_key(name_key, birth);"
"CREATE INDEX key_no ON person_key(resident_no);"
"CREATE TABLE stage(ticket INTEGER NOT NULL, line INTEGER NOT NULL,"
"  kana_key TEXT NOT NULL, name_key TEXT NOT NULL, alias_key TEXT NOT NULL,"
"  resident_no TEXT NOT NULL, history_no INTEGER NOT NULL,"
"  household_no TEXT NOT NULL, jumin_code TEXT, my_number TEXT,"
"  name TEXT NOT NULL, kana TEXT NOT NULL, alias TEXT NOT NULL,"
"  birth TEXT NOT NULL, birth_text TEXT NOT NULL, sex TEXT NOT NULL,"
"  postal_code TEXT NOT NULL, address TEXT NOT NULL,"
"  relation TEXT NOT NULL, nationality TEXT NOT NULL,"
"  status TEXT NOT NULL, event TEXT NOT NULL, event_date TEXT NOT NULL,"
"  mark TEXT NOT NULL, UNIQUE(resident_no,history_no)) STRICT;"
"CREATE INDEX stage_jumin ON stage(jumin_code);"
"CREATE INDEX stage_my ON stage(my_number);";
/* clang-format on */

/* step n brings version n to n + 1; parts end with NULL */
static const char *const first[] = { log_tables, who_tables, person_tables,
	NULL };

const char *
schema_step(int version, unsigned part)
{
	return version == 0 ? first[part] : NULL;
}
