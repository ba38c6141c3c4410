/*
 * The index of the search: made from `past`, never read as data.
 *
 * SECURITY: keys are personal data.  No place of a protected person goes in:
 * a stolen index or a measured answer tells nothing about it.
 */
#include "store/search.h"

#include <string.h>

#include "core/err.h"
#include "core/item.h"
#include "core/log.h"
#include "core/utf8.h"
#include "store/param.h"

#define KEYS_PARAM "search-keys"

/* ---- rows of the past --------------------------------------------------- */

struct db_query *
search_rows(struct db *db, struct str resident_no)
{
	struct db_query *q;

	q = db_query(db,
	    "SELECT name,kana,alias,birth,address,postal_code,household_no,"
	    "sex,relation,mark,coalesce(jumin_code,''),coalesce(my_number,''),"
	    "items FROM past WHERE resident_no=? ORDER BY history_no DESC");
	db_bind_text(q, resident_no);
	return q;
}

static void
add_name(struct search_row *row, struct str name, struct str kana)
{
	if (name.n == 0 && kana.n == 0 && row->names > 0)
		return;
	row->name[row->names++] = (struct namekey_pair){ name, kana };
}

/* 旧氏 with the 名 behind it, as it would be written. */
static int
add_former(struct search_row *row, const struct str v[RESIDENT_COUNT])
{
	struct str given = namekey_given(row->name[0].name);
	struct str reading = namekey_given(row->name[0].kana);
	size_t cut;

	if (v[RESIDENT_former_surname].n == 0)
		return 0;
	buf_clear(&row->text);
	buf_puts_str(&row->text, v[RESIDENT_former_surname]);
	buf_puts(&row->text, "　");
	buf_puts_str(&row->text, given);
	cut = row->text.n;
	buf_puts_str(&row->text, v[RESIDENT_former_furigana]);
	buf_puts(&row->text, "　");
	buf_puts_str(&row->text, reading);
	if (row->text.err != 0)
		return row->text.err;
	add_name(row, str_n((const char *)row->text.p, cut),
	    v[RESIDENT_former_furigana].n == 0
		? row->name[0].kana
		: str_n((const char *)row->text.p + cut, row->text.n - cut));
	return 0;
}

int
search_row_get(struct db_query *q, struct search_row *row)
{
	struct str v[RESIDENT_COUNT] = { 0 };
	struct str *const to[] = { &row->birth, &row->address,
		&row->postal_code, &row->household_no, &row->sex,
		&row->relation, &row->mark, &row->jumin_code, &row->my_number };
	struct buf text = row->text;
	size_t i;
	int err;

	*row = (struct search_row){ .text = text };
	for (i = 0; i < sizeof(to) / sizeof(to[0]); i++)
		*to[i] = db_text(q, 3 + (int)i);
	err = item_read(db_text(q, 12), v);
	if (err != 0)
		return err;
	row->building = v[RESIDENT_building];
	row->address_code = v[RESIDENT_address_code];
	row->removed_reason = v[RESIDENT_removed_reason];
	row->card[0] = v[RESIDENT_residence_card];
	row->card[1] = v[RESIDENT_special_card];
	add_name(row, db_text(q, 0), db_text(q, 1));
	if (db_text(q, 2).n > 0)
		add_name(row, db_text(q, 2),
		    v[RESIDENT_alias_kana].n > 0 ? v[RESIDENT_alias_kana]
						 : db_text(q, 1));
	if (v[RESIDENT_name_kanji].n > 0)
		add_name(row, v[RESIDENT_name_kanji], db_text(q, 1));
	return add_former(row, v);
}

/* ---- words -------------------------------------------------------------- */

void
search_grams(struct buf *out, struct str key, unsigned n)
{
	int32_t last[3] = { 0 }; /* the newest is [0] */
	unsigned run = 0;
	int32_t cp;

	while ((cp = utf8_next(&key)) != -2) {
		last[2] = last[1];
		last[1] = last[0];
		last[0] = cp;
		run = cp == '\n' ? 0 : run + 1;
		if (cp == '\n')
			buf_puts(out, "x "); /* no phrase goes across */
		if (run < n)
			continue;
		if (n == 3)
			buf_printf(out, "%xv", (unsigned)last[2]);
		buf_printf(out, "%xv%x ", (unsigned)last[1], (unsigned)last[0]);
	}
}

/* The number of a row of the index: the number and how it is written. */
static int64_t
row_id(struct str resident_no)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < resident_no.n && i < 16; i++)
		v = v * 10 + (uint64_t)(resident_no.p[i] & 0x0f);
	return (int64_t)(v % UINT64_C(100000000000000000) * 32 +
	    resident_no.n % 32);
}

struct doc {
	struct db *db;
	struct str resident_no;
	struct search_row row;
	bool drop;
	bool hidden;
	struct buf kana; /* keys, each with its LF */
	struct buf name;
	struct buf place;
	struct buf key[2];
	struct buf grams[5]; /* as the columns of find_gram */
};

static void
doc_release(struct doc *d)
{
	size_t i;

	buf_wipe(&d->row.text);
	buf_wipe(&d->kana);
	buf_wipe(&d->name);
	buf_wipe(&d->place);
	for (i = 0; i < 2; i++)
		buf_wipe(&d->key[i]);
	for (i = 0; i < 5; i++)
		buf_wipe(&d->grams[i]);
}

static void
keep_key(struct buf *keys, const struct buf *key)
{
	if (key->n == 0 ||
	    (keys->n > 0 && memmem(keys->p, keys->n, key->p, key->n) != NULL))
		return;
	buf_puts_str(keys, buf_str(key));
	buf_putc(keys, '\n');
}

static int
make(struct buf *out, struct str s, int (*key)(struct buf *, struct str))
{
	int err;

	buf_clear(out);
	err = s.n == 0 ? 0 : key(out, s);
	return err != 0 ? err : out->err;
}

static int
write_name(struct doc *d)
{
	struct db_query *q;

	if (d->drop)
		q = db_query(d->db,
		    "DELETE FROM find_name WHERE birth=? AND kana_key=?"
		    " AND name_key=? AND resident_no=?");
	else
		q = db_query(d->db,
		    "INSERT OR IGNORE INTO find_name(birth,kana_key,name_key,"
		    "resident_no) VALUES(?,?,?,?)");
	db_bind_text(q, d->row.birth);
	db_bind_text(q, buf_str(&d->key[0]));
	db_bind_text(q, buf_str(&d->key[1]));
	db_bind_text(q, d->resident_no);
	return db_run(q);
}

static int
write_card(struct doc *d, struct str card)
{
	struct db_query *q;

	if (card.n == 0)
		return 0;
	if (d->drop)
		q = db_query(d->db,
		    "DELETE FROM find_no WHERE number=? AND resident_no=?");
	else
		q = db_query(d->db,
		    "INSERT OR IGNORE INTO find_no(number,resident_no)"
		    " VALUES(?,?)");
	db_bind_text(q, card);
	db_bind_text(q, d->resident_no);
	return db_run(q);
}

static int
doc_names(struct doc *d)
{
	size_t i;
	int err = 0;

	for (i = 0; i < d->row.names && err == 0; i++) {
		err = make(&d->key[0], d->row.name[i].kana, namekey_kana);
		if (err == 0)
			err =
			    make(&d->key[1], d->row.name[i].name, namekey_name);
		if (err == 0)
			err = write_name(d);
		keep_key(&d->kana, &d->key[0]);
		keep_key(&d->name, &d->key[1]);
	}
	return err;
}

static int
doc_row(struct doc *d, bool present)
{
	int err;

	if (present)
		d->hidden = d->row.mark.n != 0;
	err = doc_names(d);
	if (err == 0)
		err = write_card(d, d->row.card[0]);
	if (err == 0)
		err = write_card(d, d->row.card[1]);
	if (err == 0 && !d->hidden) {
		err = make(&d->key[0], d->row.address, namekey_address);
		keep_key(&d->place, &d->key[0]);
	}
	if (err == 0 && !d->hidden) {
		err = make(&d->key[0], d->row.building, namekey_address);
		keep_key(&d->place, &d->key[0]);
	}
	return err;
}

static int
write_doc(struct doc *d)
{
	struct db_query *q;
	size_t i;

	search_grams(&d->grams[0], buf_str(&d->kana), 2);
	search_grams(&d->grams[1], buf_str(&d->name), 2);
	search_grams(&d->grams[3], buf_str(&d->kana), 3);
	if (d->hidden) {
		buf_puts(&d->grams[2], SEARCH_ANYWHERE);
		buf_puts(&d->grams[4], SEARCH_ANYWHERE);
	} else {
		search_grams(&d->grams[2], buf_str(&d->place), 2);
		search_grams(&d->grams[4], buf_str(&d->place), 3);
	}
	if (d->drop)
		q = db_query(d->db,
		    "INSERT INTO find_gram(find_gram,rowid,kana,name,place,"
		    "kana3,place3) VALUES('delete',?,?,?,?,?,?)");
	else
		q = db_query(d->db,
		    "INSERT INTO find_gram(rowid,kana,name,place,kana3,"
		    "place3) VALUES(?,?,?,?,?,?)");
	db_bind_int(q, row_id(d->resident_no));
	for (i = 0; i < 5; i++) {
		if (d->grams[i].err != 0)
			return d->grams[i].err;
		db_bind_text(q, buf_str(&d->grams[i]));
	}
	return db_run(q);
}

/* find_id leads from a row of find_gram back to the person. */
static int
write_id(struct doc *d)
{
	struct db_query *q;

	if (d->drop)
		q = db_query(d->db, "DELETE FROM find_id WHERE id=?");
	else
		q = db_query(
		    d->db, "INSERT INTO find_id(id,resident_no) VALUES(?,?)");
	db_bind_int(q, row_id(d->resident_no));
	if (!d->drop)
		db_bind_text(q, d->resident_no);
	return db_run(q);
}

static int
change(struct db *db, struct str resident_no, bool drop)
{
	struct doc d = { .db = db, .resident_no = resident_no, .drop = drop };
	struct db_query *q = search_rows(db, resident_no);
	bool present = true;
	int rc;

	while ((rc = db_step(q)) == 1) {
		rc = search_row_get(q, &d.row);
		if (rc == 0)
			rc = doc_row(&d, present);
		if (rc != 0)
			break;
		present = false;
	}
	db_done(q);
	if (rc == 0 && !present)
		rc = write_doc(&d);
	if (rc == 0 && !present)
		rc = write_id(&d);
	doc_release(&d);
	return rc;
}

static int
is_in(struct db *db, struct str resident_no, bool *yes)
{
	struct db_query *q = db_query(db, "SELECT 1 FROM find_id WHERE id=?");
	int err;

	db_bind_int(q, row_id(resident_no));
	err = db_one(q);
	*yes = err == 0;
	db_done(q);
	return err == ERR_NOTFOUND ? 0 : err;
}

int
search_drop(struct db *db, struct str resident_no)
{
	bool yes;
	int err = is_in(db, resident_no, &yes);

	return err != 0 || !yes ? err : change(db, resident_no, true);
}

int
search_add(struct db *db, struct str resident_no)
{
	return change(db, resident_no, false);
}

/* ---- is it made with the keys of this program? -------------------------- */

static uint64_t
mix(uint64_t h, const void *p, size_t n)
{
	const uint8_t *b = p;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ b[i]) * UINT64_C(1099511628211);
	return h;
}

/* Names and readings in which every rule of a key shows. */
static const char *const samples[] = { "ヴァイオリン　ヂズヲヰヱー－ッャュョワ",
	"ハヒフヘホバビブベボパピプペポコウノオオトー",
	"渡邊髙﨑辻󠄀・齋藤",
	"例示市　二十三丁目１２番地の３-４号　ＡＢｃ" };

static uint64_t
fingerprint(void)
{
	uint64_t h = UINT64_C(14695981039346656037);
	struct buf b = BUF_INIT;
	struct str s;
	int32_t cp;
	size_t i;

	for (i = 0; i < namekey_fold_count(); i++) {
		cp = namekey_fold_at(i);
		h = mix(h, &cp, sizeof(cp));
		cp = namekey_fold(cp);
		h = mix(h, &cp, sizeof(cp));
	}
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		s = str_of(samples[i]);
		if (namekey_kana(&b, s) != 0 || namekey_name(&b, s) != 0 ||
		    namekey_address(&b, s) != 0)
			break;
	}
	h = mix(h, b.p, b.n);
	buf_release(&b);
	return h;
}

static int
rebuild(struct db *db)
{
	struct db_query *q;
	struct buf no = BUF_INIT;
	int rc;

	rc = db_exec(db,
	    "INSERT INTO find_gram(find_gram) VALUES('delete-all');"
	    "DELETE FROM find_id; DELETE FROM find_name; DELETE FROM find_no;");
	if (rc != 0)
		return rc;
	q = db_query(db, "SELECT resident_no FROM person ORDER BY resident_no");
	while ((rc = db_step(q)) == 1) {
		buf_clear(&no);
		buf_puts_str(&no, db_text(q, 0));
		rc = no.err != 0 ? no.err : search_add(db, buf_str(&no));
		if (rc != 0)
			break;
	}
	db_done(q);
	buf_wipe(&no);
	return rc;
}

int
search_ready(struct db *db)
{
	uint64_t want = fingerprint();
	uint64_t have = 0;
	int err;

	err = param_get(db, KEYS_PARAM, &have, sizeof(have));
	if (err != 0 && err != ERR_NOTFOUND)
		return err;
	if (err == 0 && have == want)
		return 0;
	log_info("search", "the index of the search is being built");
	err = db_begin(db);
	if (err == 0)
		err = rebuild(db);
	if (err == 0)
		err = param_put(db, KEYS_PARAM, &want, sizeof(want));
	if (err == 0)
		err = db_commit(db);
	if (err != 0)
		db_rollback(db);
	return err;
}
