/*
 * Deciding item by item.
 *
 * SECURITY: an item leaves the server only through decide(); a new item is
 * shown or withheld by its row in core/item.h and by nothing else.  The order
 * is fixed: the operator's groups first, because they do not depend on the
 * person, then protection, then masking.
 */
#include "server/record.h"

#include "core/codes.h"
#include "core/err.h"
#include "store/oper.h"

#define NOT_KEPT ((size_t)-1)

/* Where struct person has the columns that are not kept as items. */
static const size_t at[ITEM_FIRST_KEPT] = {
	[RESIDENT_resident_no] = offsetof(struct person, resident_no),
	[RESIDENT_history_no] = NOT_KEPT,
	[RESIDENT_household_no] = offsetof(struct person, household_no),
	[RESIDENT_jumin_code] = offsetof(struct person, jumin_code),
	[RESIDENT_my_number] = offsetof(struct person, my_number),
	[RESIDENT_name] = offsetof(struct person, name),
	[RESIDENT_name_kana] = offsetof(struct person, kana),
	[RESIDENT_alias] = offsetof(struct person, alias),
	[RESIDENT_birth_date] = offsetof(struct person, birth),
	[RESIDENT_birth_date_text] = offsetof(struct person, birth_text),
	[RESIDENT_sex] = offsetof(struct person, sex),
	[RESIDENT_postal_code] = offsetof(struct person, postal_code),
	[RESIDENT_address] = offsetof(struct person, address),
	[RESIDENT_relation] = offsetof(struct person, relation),
	[RESIDENT_nationality] = offsetof(struct person, nationality),
	[RESIDENT_status] = offsetof(struct person, status),
	[RESIDENT_event] = offsetof(struct person, event),
	[RESIDENT_event_date] = offsetof(struct person, event_date),
	[RESIDENT_protected] = offsetof(struct person, mark),
};

static int
operator_hide(struct op_call *c, unsigned *hide)
{
	struct oper o;
	int err;

	err = oper_get(c->db, str_of(c->seat->operator_id), &o);
	*hide = o.hide;
	return err == ERR_NOTFOUND ? ERR_DENIED : err;
}

int
record_find(
    struct op_call *c, ProtobufCBinaryData resident_no, struct record *r)
{
	char atena[CODE_ATENA_MAX + 1];
	int err;

	*r = (struct record){ .hidden = true };
	if (code_atena(STR_PB(resident_no), atena) != 0)
		return op_refuse(c, ERR_SYNTAX, "resident_no");
	err = person_get(c->db, str_of(atena), c->arena, &r->p);
	if (err == ERR_NOTFOUND)
		return op_refuse(c, err, "resident_no");
	if (err != 0)
		return err;
	r->hidden = person_is_protected(&r->p);
	r->foreign =
	    r->p.nationality.n != 0 && !str_eq(r->p.nationality, STR("日本"));
	r->removed = str_eq(r->p.status, STR("除票"));
	err = operator_hide(c, &r->hide);
	return err == 0 ? 0 : op_refuse(c, err, "operator_id");
}

int
record_open(struct op_call *c, ProtobufCBinaryData resident_no,
    ProtobufCBinaryData purpose, ProtobufCBinaryData ref, struct record *r)
{
	int err;

	*r = (struct record){ .hidden = true };
	err = op_purpose(c, purpose, ref);
	return err == 0 ? record_find(c, resident_no, r) : err;
}

/* The value as it would be shown. */
static struct str
value_of(struct op_call *c, const struct record *r, const struct person *row,
    const struct str v[RESIDENT_COUNT], struct str head, unsigned i)
{
	struct buf b = BUF_INIT;
	struct str s = { 0 };
	ProtobufCBinaryData copy;

	if (i == ITEM_head_name)
		return head;
	if (i == ITEM_resident_kind)
		return r->foreign ? STR("外国人住民") : STR("日本人住民");
	if (i < ITEM_FIRST_KEPT) {
		if (at[i] != NOT_KEPT)
			s = *(const struct str *)(const void *)((const char *)
								    row +
			    at[i]);
		return s;
	}
	if (i != RESIDENT_furigana ||
	    v[RESIDENT_furigana_status].n + v[i].n == 0)
		return v[i];
	/* REC-16: as a certificate would have it */
	item_furigana_put(&b, v[i], v[RESIDENT_furigana_status], r->foreign);
	copy = op_bytes(c, buf_str(&b));
	buf_release(&b);
	return STR_PB(copy);
}

/* Why an item may not be told. */
static enum record_withheld
decide(const struct record *r, const struct item_row *item, unsigned i)
{
	if ((r->hide & item->hide) != 0)
		return RECORD_NO_RIGHT;
	if (r->hidden && item->place)
		return RECORD_PROTECTED;
	if (i == RESIDENT_my_number || i == RESIDENT_jumin_code)
		return RECORD_MASKED;
	return RECORD_SHOWN;
}

static Mamori__RecordItem *
one_item(struct op_call *c, const struct item_row *item, struct str value,
    enum record_withheld withheld)
{
	Mamori__RecordItem *one = wire_alloc(c->arena, sizeof(*one));

	if (one == NULL)
		return NULL;
	mamori__record_item__init(one);
	one->number = item->number;
	one->withheld = (uint32_t)withheld;
	if (withheld == RECORD_SHOWN)
		one->value = PB_BYTES(value);
	return one;
}

/*
 * Is there anything to say of it?  What is withheld is said whether there is
 * a value or not, so that saying it tells nothing; a masked number is only
 * there when there is one.
 */
static bool
is_there(const struct record *r, const struct item_row *item, struct str value,
    enum record_withheld withheld)
{
	if (item->at == 0 || !item_concerns(item, r->foreign))
		return false;
	if ((item->who & ITEM_GONE) != 0 && !r->removed)
		return value.n != 0;
	return value.n != 0 || withheld == RECORD_PROTECTED ||
	    withheld == RECORD_NO_RIGHT;
}

int
record_items(struct op_call *c, struct record *r, const struct person *row,
    struct str head, Mamori__RecordItem ***items, size_t *n)
{
	const struct item_row *table = item_table();
	struct str v[RESIDENT_COUNT];
	enum record_withheld withheld;
	struct str value;
	unsigned i;

	*n = 0;
	*items = wire_alloc(c->arena, ITEM_COUNT * sizeof(**items));
	if (*items == NULL)
		return ERR_LIMIT;
	if (item_read(row->items, v) != 0)
		return ERR_CORRUPT;
	for (i = 0; i < ITEM_COUNT; i++) {
		value = value_of(c, r, row, v, head, i);
		withheld = decide(r, &table[i], i);
		if (!is_there(r, &table[i], value, withheld))
			continue;
		(*items)[*n] = one_item(c, &table[i], value, withheld);
		if ((*items)[*n] == NULL)
			return ERR_LIMIT;
		(*n)++;
		r->told[i] = r->told[i] || withheld == RECORD_SHOWN;
	}
	return 0;
}

void
record_told(struct op_call *c, const struct record *r)
{
	unsigned i;

	for (i = 0; i < ITEM_COUNT; i++)
		if (r->told[i])
			op_item(c, item_table()[i].token);
}
