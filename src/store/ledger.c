/*
 * Appending to the log, and proving from it.
 *
 * SECURITY: indexes and sequence numbers are assigned here and nowhere else;
 * the tree grows only by ledger_add(), in the transaction that also carries
 * the act, and the head that is signed is the head that is committed.
 */
#include "store/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"

#define CACHE_SLOTS 8192 /* tree nodes kept in memory; a power of two */
#define RECHECK	    1000 /* leaves hashed again at the start (§4.3) */

struct slot {
	uint64_t index1; /* dense number + 1; 0 empty */
	struct tree_hash h;
};

struct ledger {
	struct db *db;
	struct kek *kek;
	struct note_vkey vkey;
	struct crypt_pub *pub;
	struct tree_edge edge;	/* with what this turn added */
	struct checkpoint head; /* committed */
	struct buf note;	/* of head */
	struct checkpoint sealed;
	struct buf sealed_note;
	int64_t last_ms;
	struct buf blob; /* scratch */
	struct slot cache[CACHE_SLOTS];
};

/* ---- tree nodes --------------------------------------------------------- */

static void
cache_put(struct ledger *l, uint64_t index, const struct tree_hash *h)
{
	struct slot *s = &l->cache[index & (CACHE_SLOTS - 1)];

	s->index1 = index + 1;
	s->h = *h;
}

static int
node_get(void *ctx, uint64_t index, struct tree_hash *out)
{
	struct ledger *l = ctx;
	struct slot *s = &l->cache[index & (CACHE_SLOTS - 1)];
	struct db_query *q;
	int err;

	if (s->index1 == index + 1) {
		*out = s->h;
		return 0;
	}
	q = db_query(l->db, "SELECT h FROM hash WHERE i=?");
	db_bind_int(q, (int64_t)index);
	err = db_one(q);
	if (err == 0)
		err = db_blob(q, 0, out->b, sizeof(out->b));
	db_done(q);
	if (err == ERR_NOTFOUND)
		err = ERR_CORRUPT;
	if (err == 0)
		cache_put(l, index, out);
	return err;
}

static int
insert_node(struct ledger *l, uint64_t index, const struct tree_hash *h)
{
	struct db_query *q;

	q = db_query(l->db, "INSERT INTO hash(i,h) VALUES(?,?)");
	db_bind_int(q, (int64_t)index);
	db_bind_blob(q, h->b, sizeof(h->b));
	cache_put(l, index, h);
	return db_run(q);
}

/* ---- opening ------------------------------------------------------------ */

static int
load_head(struct ledger *l)
{
	struct db_query *q;
	struct tree_hash root;
	uint64_t size;
	int err;

	q = db_query(l->db, "SELECT size,root,note FROM head WHERE one=1");
	err = db_one(q);
	if (err != 0)
		return err; /* ERR_NOTFOUND: a new log */
	size = (uint64_t)db_int(q, 0);
	err = db_blob(q, 1, root.b, sizeof(root.b));
	buf_puts_str(&l->note, db_text(q, 2));
	db_done(q);
	if (err == 0)
		err = l->note.err;
	if (err == 0)
		err = note_open(buf_str(&l->note), &l->vkey, &l->head);
	if (err != 0)
		return err;
	if (size == 0 || l->head.size != size ||
	    memcmp(l->head.root.b, root.b, sizeof(root.b)) != 0)
		return ERR_CORRUPT;
	return 0;
}

/* One stored leaf against its hash; *last gets the time of the newest. */
static int
recheck_leaf(struct ledger *l, struct db_query *q, int64_t *last)
{
	struct str text = db_text(q, 1);
	uint64_t index = (uint64_t)db_int(q, 0);
	struct tree_hash want;
	struct tree_hash got;
	struct entry e;
	int err;

	err = node_get(l, tree_index(0, index), &want);
	if (err != 0)
		return err;
	got = tree_leaf(text);
	if (memcmp(got.b, want.b, sizeof(got.b)) != 0)
		return ERR_CORRUPT;
	if (entry_parse(text, &e) != 0 || e.index != index)
		return ERR_CORRUPT;
	if (e.time_ms > *last)
		*last = e.time_ms;
	return 0;
}

static int
recheck(struct ledger *l)
{
	uint64_t from = l->head.size > RECHECK ? l->head.size - RECHECK : 0;
	uint64_t count = 0;
	struct db_query *q;
	int rc;

	q = db_query(l->db,
	    "SELECT idx,entry FROM leaf WHERE idx>=?"
	    " ORDER BY idx");
	db_bind_int(q, (int64_t)from);
	while ((rc = db_step(q)) == 1) {
		rc = recheck_leaf(l, q, &l->last_ms);
		if (rc != 0) {
			db_done(q);
			return rc;
		}
		count++;
	}
	if (rc != 0)
		return rc;
	return count == l->head.size - from ? 0 : ERR_CORRUPT;
}

static int
check_edge(struct ledger *l)
{
	struct tree_hash root;
	int err;

	err = tree_edge_load(&l->edge, l->head.size, node_get, l);
	if (err != 0)
		return err;
	root = tree_edge_root(&l->edge);
	if (memcmp(root.b, l->head.root.b, sizeof(root.b)) != 0)
		return ERR_CORRUPT;
	return recheck(l);
}

/* No head: then nothing else of a log may be there either. */
static int
check_empty(struct ledger *l)
{
	struct db_query *q;
	int rc;

	q = db_query(l->db,
	    "SELECT 1 FROM leaf UNION ALL SELECT 1 FROM hash"
	    " LIMIT 1");
	rc = db_step(q);
	db_done(q);
	if (rc != 0)
		return rc < 0 ? rc : ERR_CORRUPT;
	return str_copy(
	    l->head.origin, sizeof(l->head.origin), str_of(l->vkey.name));
}

int
ledger_open(struct ledger **out, struct db *db, struct kek *kek,
    const struct note_vkey *vkey)
{
	struct ledger *l;
	int err;

	*out = NULL;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return ERR_NOMEM;
	l->db = db;
	l->kek = kek;
	l->vkey = *vkey;
	l->pub = crypt_pub_new(vkey->pub);
	err = l->pub == NULL ? ERR_CRYPTO : load_head(l);
	if (err == 0)
		err = check_edge(l);
	else if (err == ERR_NOTFOUND)
		err = check_empty(l);
	if (err != 0) {
		ledger_close(l);
		return err;
	}
	*out = l;
	return 0;
}

void
ledger_close(struct ledger *l)
{
	if (l == NULL)
		return;
	crypt_pub_free(l->pub);
	buf_release(&l->note);
	buf_release(&l->sealed_note);
	buf_release(&l->blob);
	free(l);
}

const struct checkpoint *
ledger_head(const struct ledger *l)
{
	return &l->head;
}

struct str
ledger_note(const struct ledger *l)
{
	return buf_str(&l->note);
}

const char *
ledger_origin(const struct ledger *l)
{
	return l->vkey.name;
}

int64_t
ledger_last_ms(const struct ledger *l)
{
	return l->last_ms;
}

/* ---- sources ------------------------------------------------------------ */

int
ledger_node_get(
    struct ledger *l, struct str node, uint64_t *epoch, uint64_t *next)
{
	struct db_query *q;
	int err;

	*epoch = 0;
	*next = 0;
	q = db_query(l->db, "SELECT epoch,next FROM node WHERE node=?");
	db_bind_text(q, node);
	err = db_one(q);
	if (err == 0) {
		*epoch = (uint64_t)db_int(q, 0);
		*next = (uint64_t)db_int(q, 1);
	}
	db_done(q);
	return err;
}

static int
node_store(struct ledger *l, struct str node, uint64_t epoch, uint64_t next,
    const uint8_t digest[32])
{
	struct db_query *q;

	q = db_query(l->db,
	    "INSERT INTO node(node,epoch,next,last)"
	    " VALUES(?,?,?,?) ON CONFLICT(node) DO UPDATE SET"
	    " epoch=excluded.epoch,next=excluded.next,"
	    " last=excluded.last");
	db_bind_text(q, node);
	db_bind_int(q, (int64_t)epoch);
	db_bind_int(q, (int64_t)next);
	db_bind_blob(q, digest, 32);
	return db_run(q);
}

int
ledger_node_put(struct ledger *l, struct str node, uint64_t epoch)
{
	static const uint8_t none[32];

	return node_store(l, node, epoch, 0, none);
}

/* The numbers of the entry: as asked, or the next of the source. */
static int
take_number(struct ledger *l, const struct ledger_act *act, struct entry *e)
{
	uint64_t epoch;
	uint64_t next;
	int err;

	err = ledger_node_get(l, act->node, &epoch, &next);
	if (err == ERR_NOTFOUND) {
		epoch = 1;
		next = 0;
		err = 0;
	}
	if (err != 0)
		return err;
	if (act->epoch != 0 && (act->epoch != epoch || act->seq != next))
		return ERR_BADSTATE;
	e->node = act->node;
	e->epoch = epoch;
	e->seq = next;
	return node_store(l, act->node, epoch, next + 1, act->digest);
}

/* ---- appending ---------------------------------------------------------- */

static int
insert_leaf(struct ledger *l, uint64_t index, struct str entry, struct str blob)
{
	struct db_query *q;

	q = db_query(l->db, "INSERT INTO leaf(idx,entry,blob) VALUES(?,?,?)");
	db_bind_int(q, (int64_t)index);
	db_bind_blob(q, entry.p, entry.n);
	if (blob.n == 0)
		db_bind_null(q);
	else
		db_bind_blob(q, blob.p, blob.n);
	return db_run(q);
}

static int
insert_source(struct ledger *l, const struct entry *e, const uint8_t digest[32])
{
	struct db_query *q;

	q = db_query(l->db,
	    "INSERT INTO src(node,epoch,seq,idx,digest)"
	    " VALUES(?,?,?,?,?)");
	db_bind_text(q, e->node);
	db_bind_int(q, (int64_t)e->epoch);
	db_bind_int(q, (int64_t)e->seq);
	db_bind_int(q, (int64_t)e->index);
	db_bind_blob(q, digest, 32);
	return db_run(q);
}

static int
grow(struct ledger *l, struct str entry)
{
	struct tree_hash leaf = tree_leaf(entry);
	struct tree_hash again = tree_leaf(entry);
	struct tree_hash nodes[64];
	uint64_t first;
	unsigned count;
	unsigned i;
	int err = 0;

	if (memcmp(leaf.b, again.b, sizeof(leaf.b)) != 0)
		BUG("a leaf hash differs when computed twice");
	tree_edge_add(&l->edge, &leaf, &first, nodes, &count);
	for (i = 0; i < count && err == 0; i++)
		err = insert_node(l, first + i, &nodes[i]);
	return err;
}

/* Serialises and encrypts; fills made->entry, made->salt and l->blob. */
static int
make_entry(struct ledger *l, const struct ledger_act *act, struct entry *e,
    struct ledger_made *made)
{
	const uint8_t *key = NULL;
	int err;

	e->index = l->edge.size;
	e->time_ms = act->now_ms > l->last_ms ? act->now_ms : l->last_ms;
	e->kind = act->kind;
	e->class_ = act->body.n == 0 ? STR("perm") : STR("7y");
	e->kek = STR("none");
	e->pubs = act->pubs;
	memcpy(e->pub, act->pub, sizeof(e->pub));
	if (act->body.n != 0) {
		err = kek_for(l->kek, e->time_ms);
		if (err != 0)
			return err;
		key = l->kek->key;
		e->kek = str_of(l->kek->name);
	}
	buf_clear(&l->blob);
	err = entry_make(e, key, l->vkey.name, act->body, made->salt,
	    &made->entry, &l->blob);
	if (err == 0 && made->entry.err != 0)
		err = made->entry.err;
	return err == 0 ? l->blob.err : err;
}

int
ledger_add(
    struct ledger *l, const struct ledger_act *act, struct ledger_made *made)
{
	struct entry e = { 0 };
	int err;

	*made = (struct ledger_made){ 0 };
	err = take_number(l, act, &e);
	if (err == 0)
		err = make_entry(l, act, &e, made);
	if (err == 0)
		err = insert_leaf(
		    l, e.index, buf_str(&made->entry), buf_str(&l->blob));
	if (err == 0)
		err = insert_source(l, &e, act->digest);
	if (err == 0)
		err = grow(l, buf_str(&made->entry));
	if (err != 0) {
		ledger_made_release(made);
		return err;
	}
	made->index = e.index;
	l->last_ms = e.time_ms;
	return 0;
}

void
ledger_made_release(struct ledger_made *m)
{
	buf_release(&m->entry);
	explicit_bzero(m->salt, sizeof(m->salt));
}

/* ---- the head ----------------------------------------------------------- */

bool
ledger_grew(const struct ledger *l)
{
	return l->edge.size > l->head.size;
}

static int
store_head(struct ledger *l)
{
	struct db_query *q;

	q = db_query(l->db,
	    "INSERT INTO head(one,size,root,note)"
	    " VALUES(1,?,?,?) ON CONFLICT(one) DO UPDATE SET"
	    " size=excluded.size,root=excluded.root,"
	    " note=excluded.note WHERE size=?");
	db_bind_int(q, (int64_t)l->sealed.size);
	db_bind_blob(q, l->sealed.root.b, sizeof(l->sealed.root.b));
	db_bind_blob(q, l->sealed_note.p, l->sealed_note.n);
	db_bind_int(q, (int64_t)l->head.size);
	return db_run(q);
}

/* Signed by the one who holds the key; believed only after a check. */
static int
sign_sealed(struct ledger *l, ledger_sign *sign, void *ctx)
{
	struct tree_proof proof = { 0 };
	uint8_t sig[ED25519_SIG];
	struct buf text = BUF_INIT;
	int err = 0;

	if (l->head.size > 0)
		err = tree_consistency(
		    l->head.size, l->sealed.size, node_get, l, &proof);
	if (err == 0)
		err = sign(ctx, &l->sealed, &proof, sig);
	if (err != 0)
		return err;
	note_text(&l->sealed, &text);
	err = text.err != 0
	    ? text.err
	    : crypt_verify(l->pub, buf_str(&text), str_n(sig, sizeof(sig)));
	buf_release(&text);
	if (err != 0)
		return err;
	buf_clear(&l->sealed_note);
	note_assemble(&l->sealed, &l->vkey, sig, &l->sealed_note);
	return l->sealed_note.err;
}

int
ledger_seal(struct ledger *l, ledger_sign *sign, void *ctx)
{
	int err;

	if (!ledger_grew(l))
		return 0;
	l->sealed = l->head;
	l->sealed.size = l->edge.size;
	l->sealed.root = tree_edge_root(&l->edge);
	err = sign_sealed(l, sign, ctx);
	if (err == 0)
		err = store_head(l);
	if (err == 0 && db_changes(l->db) != 1)
		err = ERR_CORRUPT; /* another writer moved the head */
	return err;
}

void
ledger_committed(struct ledger *l)
{
	struct buf old = l->note;

	if (l->sealed.size <= l->head.size)
		return;
	l->head = l->sealed;
	l->note = l->sealed_note;
	l->sealed_note = old;
}

int
ledger_inclusion(struct ledger *l, uint64_t index, struct tree_proof *out)
{
	return tree_inclusion(index, l->head.size, node_get, l, out);
}

int
ledger_consistency(struct ledger *l, uint64_t old, struct tree_proof *out)
{
	return tree_consistency(old, l->head.size, node_get, l, out);
}

int
ledger_read(
    struct ledger *l, uint64_t index, struct buf *entry, struct buf *blob)
{
	struct db_query *q;
	int err;

	if (index >= l->head.size)
		return ERR_NOTFOUND;
	q = db_query(l->db, "SELECT entry,blob FROM leaf WHERE idx=?");
	db_bind_int(q, (int64_t)index);
	err = db_one(q);
	if (err == 0) {
		buf_puts_str(entry, db_text(q, 0));
		buf_puts_str(blob, db_text(q, 1));
		err = entry->err != 0 ? entry->err : blob->err;
	}
	db_done(q);
	return err;
}
