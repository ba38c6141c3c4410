/*
 * Rights as a table.
 *
 * SECURITY: a right that is not in the set is not held; there is no
 * super-user and no order between rights (PRM-02).
 */
#include "core/right.h"

#include "core/err.h"

#define TEMPLATE_COUNT 6

static const struct {
	const char *token;
	unsigned templates;
} rights[RIGHT_COUNT] = {
#define RIGHT_ROW(name, token, templates) { (token), (templates) },
	RIGHT_LIST(RIGHT_ROW)
#undef RIGHT_ROW
};

/* bit n of T_* is the n-th name */
static const char *const template_names[TEMPLATE_COUNT + 1] = { "clerk",
	"reviewer", "supervisor", "admin", "auditor", "other-section", NULL };

const char *
right_token(enum right r)
{
	return (unsigned)r < RIGHT_COUNT ? rights[r].token : "none";
}

int
right_find(struct str token, enum right *out)
{
	unsigned r;

	*out = RIGHT_NONE;
	for (r = 0; r < RIGHT_COUNT; r++) {
		if (str_eqz(token, rights[r].token)) {
			*out = (enum right)r;
			return 0;
		}
	}
	return ERR_NOTFOUND;
}

int
right_template(struct str name, right_set *out)
{
	unsigned t;
	unsigned r;

	*out = 0;
	for (t = 0; t < TEMPLATE_COUNT; t++)
		if (str_eqz(name, template_names[t]))
			break;
	if (t == TEMPLATE_COUNT)
		return ERR_NOTFOUND;
	for (r = 0; r < RIGHT_COUNT; r++)
		if (rights[r].templates & 1u << t)
			*out |= RIGHT_BIT(r);
	return 0;
}

const char *const *
right_template_names(void)
{
	return template_names;
}

bool
right_has(right_set set, enum right r)
{
	if (r == RIGHT_NONE)
		return true;
	return (unsigned)r < RIGHT_COUNT && (set & RIGHT_BIT(r)) != 0;
}

/* All rights that a template gives, by its T_* bit. */
static right_set
rights_of(unsigned template)
{
	right_set set = 0;
	unsigned r;

	for (r = 0; r < RIGHT_COUNT; r++)
		if (rights[r].templates & template)
			set |= RIGHT_BIT(r);
	return set;
}

int
right_check_set(right_set set)
{
	right_set audit = RIGHT_BIT(RIGHT_AUDIT_SEARCH) |
	    RIGHT_BIT(RIGHT_AUDIT_REPORT);
	right_set admin = RIGHT_BIT(RIGHT_OPERATOR_ADMIN) |
	    RIGHT_BIT(RIGHT_BIO_ENROL) | RIGHT_BIT(RIGHT_PARAM_CHANGE) |
	    RIGHT_BIT(RIGHT_AUDIT_PURGE) | RIGHT_BIT(RIGHT_SERVER_RUN);

	if ((set & audit) != 0 && (set & ~rights_of(T_AU)) != 0)
		return ERR_DENIED;
	if ((set & admin) != 0 && (set & ~rights_of(T_AD)) != 0)
		return ERR_DENIED;
	return 0;
}

void
right_put_set(struct buf *b, right_set set)
{
	const char *sep = "";
	unsigned r;

	for (r = 0; r < RIGHT_COUNT; r++) {
		if ((set & RIGHT_BIT(r)) == 0)
			continue;
		buf_puts(b, sep);
		buf_puts(b, rights[r].token);
		sep = " ";
	}
}
