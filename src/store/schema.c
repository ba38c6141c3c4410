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

/*
 * Accounts over the years: suspended, deleted, changed on a day that was set
 * in advance (AUT-10), the age of a PIN (AUT-12), and 照合情報認証管理簿
 * (AUT-11).
 */
static const char account_tables[] =
"ALTER TABLE account ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE account ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE account ADD COLUMN pin_set INTEGER NOT NULL DEFAULT 0;"
"UPDATE account SET pin_set=enrolled;"
"ALTER TABLE enrol ADD COLUMN finger INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE enrol ADD COLUMN started INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE enrol ADD COLUMN started_by TEXT NOT NULL DEFAULT '';"
"ALTER TABLE enrol ADD COLUMN approved_by TEXT NOT NULL DEFAULT '';"
"CREATE TABLE change(n INTEGER PRIMARY KEY, day TEXT NOT NULL,"
"  match_id TEXT NOT NULL REFERENCES account(match_id),"
"  kind TEXT NOT NULL, reason TEXT NOT NULL, ordered_by TEXT NOT NULL,"
"  ordered INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0) STRICT;"
"CREATE INDEX change_due ON change(done, day);"
"CREATE TABLE register(n INTEGER PRIMARY KEY, match_id TEXT NOT NULL,"
"  name TEXT NOT NULL, dept TEXT NOT NULL,"
"  operators TEXT NOT NULL DEFAULT '', uuid TEXT NOT NULL,"
"  modality TEXT NOT NULL, driver TEXT NOT NULL, finger INTEGER NOT NULL,"
"  terminal TEXT NOT NULL, enrolled INTEGER NOT NULL,"
"  enrolled_by TEXT NOT NULL, approved_by TEXT NOT NULL,"
"  deleted INTEGER NOT NULL DEFAULT 0, deleted_by TEXT NOT NULL DEFAULT '',"
"  cause TEXT NOT NULL DEFAULT '') STRICT;"
"CREATE INDEX register_match ON register(match_id, deleted);"
"INSERT INTO register(match_id,name,dept,uuid,modality,driver,finger,"
"  terminal,enrolled,enrolled_by,approved_by) SELECT match_id,name,dept,"
"  uuid,modality,driver,finger,'',enrolled,'','' FROM account"
"  WHERE enrolled<>0;";

/*
 * The items of App. F (core/item.h), one text per row of the history; what an
 * operator id may not see (PRM-07); memos, which are never changed (REC-13);
 * and the way from a household to its members.
 */
static const char record_tables[] =
"ALTER TABLE past ADD COLUMN items TEXT NOT NULL DEFAULT '';"
"ALTER TABLE stage ADD COLUMN items TEXT NOT NULL DEFAULT '';"
"ALTER TABLE oper ADD COLUMN hide INTEGER NOT NULL DEFAULT 0;"
"CREATE TABLE memo(n INTEGER PRIMARY KEY, resident_no TEXT NOT NULL,"
"  at INTEGER NOT NULL, operator_id TEXT NOT NULL, name TEXT NOT NULL,"
"  dept TEXT NOT NULL, text TEXT NOT NULL) STRICT;"
"CREATE INDEX memo_person ON memo(resident_no, n);"
"CREATE INDEX person_household ON person(household_no);";

/*
 * The index of the search (store/search.h), filled by search_ready(), and
 * the conditions an operator searched with (SRC-08).
 */
static const char search_tables[] =
"DROP TABLE person_key;"
"ALTER TABLE stage DROP COLUMN kana_key;"
"ALTER TABLE stage DROP COLUMN name_key;"
"ALTER TABLE stage DROP COLUMN alias_key;"
"CREATE TABLE find_name(birth TEXT NOT NULL, kana_key TEXT NOT NULL,"
"  name_key TEXT NOT NULL, resident_no TEXT NOT NULL,"
"  PRIMARY KEY(birth,kana_key,name_key,resident_no))"
"  STRICT, WITHOUT ROWID;"
"CREATE INDEX find_kana ON find_name(kana_key, birth);"
"CREATE INDEX find_kanji ON find_name(name_key, birth);"
"CREATE TABLE find_no(number TEXT NOT NULL, resident_no TEXT NOT NULL,"
"  PRIMARY KEY(number,resident_no)) STRICT, WITHOUT ROWID;"
"CREATE TABLE find_id(id INTEGER PRIMARY KEY, resident_no TEXT NOT NULL)"
"  STRICT;"
"CREATE VIRTUAL TABLE find_gram USING fts5(kana, name, place, kana3,"
"  place3, content='', columnsize=0, tokenize='ascii');"
"CREATE TABLE saved(n INTEGER PRIMARY KEY, match_id TEXT NOT NULL,"
"  at INTEGER NOT NULL, conditions BLOB NOT NULL) STRICT;"
"CREATE INDEX saved_match ON saved(match_id, n);";

/* Rights that change on a day set in advance (AUT-10). */
static const char change_tables[] =
"ALTER TABLE change ADD COLUMN operator_id TEXT NOT NULL DEFAULT '';"
"ALTER TABLE change ADD COLUMN template TEXT NOT NULL DEFAULT '';"
"ALTER TABLE change ADD COLUMN rights INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE change ADD COLUMN hide INTEGER NOT NULL DEFAULT 0;";

/*
 * A person's second finger (AUT-01): PIN, salt, share, counter and failures
 * are those of the account.
 */
static const char finger_tables[] =
"CREATE TABLE finger(match_id TEXT NOT NULL PRIMARY KEY"
"  REFERENCES account(match_id), envelope BLOB NOT NULL,"
"  pub BLOB NOT NULL CHECK(length(pub)=32), uuid TEXT NOT NULL,"
"  driver TEXT NOT NULL, finger INTEGER NOT NULL,"
"  enrolled INTEGER NOT NULL) STRICT;";
/* clang-format on */

/* step n brings version n to n + 1; parts end with NULL */
static const char *const first[] = { log_tables, who_tables, person_tables,
	NULL };
static const char *const second[] = { account_tables, NULL };
static const char *const third[] = { record_tables, NULL };
static const char *const fourth[] = { search_tables, NULL };

static const char *const fifth[] = { change_tables, NULL };
static const char *const sixth[] = { finger_tables, NULL };

static const char *const *const steps[] = { first, second, third, fourth, fifth,
	sixth };

const char *
schema_step(int version, unsigned part)
{
	if (version < 0 || (size_t)version >= sizeof(steps) / sizeof(steps[0]))
		return NULL;
	return steps[version][part];
}
