/*
 * Kinds of fields: how they start and what they accept.
 *
 * SECURITY: these checks help the person who types; the server checks every
 * value again against its own tables.
 */
#include "ui/field.h"

#include <string.h>

#include "core/codes.h"
#include "core/era.h"
#include "core/err.h"
#include "core/kana.h"
#include "core/text.h"

#define BAD_LONG N_("the value is too long; shorten it")

static const char *
keep(struct form_item *it, struct str value)
{
	if (value.n > it->def->max ||
	    str_copy(it->value, sizeof(it->value), value) != 0)
		return BAD_LONG;
	return NULL;
}

static const char *
check_text(struct form_item *it, struct str s)
{
	struct buf b = BUF_INIT;
	const char *fault = N_("a character is not allowed here; delete it");

	if (text_clean(&b, s) == 0 && b.err == 0)
		fault = keep(it, buf_str(&b));
	buf_wipe(&b);
	return fault;
}

static const char *
check_kana(struct form_item *it, struct str s)
{
	struct buf b = BUF_INIT;
	const char *fault =
	    N_("not a reading; type katakana, hiragana or romaji");

	if (kana_clean(&b, text_trim(s)) == 0 && b.err == 0) {
		fault = keep(it, buf_str(&b));
		if (fault == NULL)
			(void)edit_set(&it->edit, buf_str(&b));
	}
	buf_wipe(&b);
	return fault;
}

static const char *
check_digits(struct form_item *it, struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return N_("only digits are possible here");
	}
	return keep(it, s);
}

/* A number with a check digit; the reader's error says which of both. */
static const char *
check_code(
    struct form_item *it, int err, const char *digits, const char *length_fault)
{
	if (err == ERR_SYNTAX)
		return length_fault;
	if (err != 0)
		return N_("the check digit does not fit; compare the number "
			  "with the paper");
	(void)edit_set(&it->edit, str_of(digits));
	return keep(it, str_of(digits));
}

static const char *
check_jumin(struct form_item *it, struct str s)
{
	char out[CODE_JUMIN + 1];
	int err = code_jumin(s, out);

	return check_code(
	    it, err, out, N_("the code has 11 digits; count them again"));
}

static const char *
check_mynumber(struct form_item *it, struct str s)
{
	char out[CODE_MY_NUMBER + 1];
	int err = code_my_number(s, out);

	return check_code(
	    it, err, out, N_("the number has 12 digits; count them again"));
}

static const char *
check_atena(struct form_item *it, struct str s)
{
	char out[CODE_ATENA_MAX + 1];
	int err = code_atena(s, out);

	return check_code(it, err, out,
	    N_("the number has 2 to 15 digits; count them again"));
}

static const char *
check_date(struct form_item *it, struct str s)
{
	struct buf b = BUF_INIT;
	enum date_fault why = DATE_FAULT_FORM;
	struct era_date d;
	const char *fault = NULL;

	if (date_parse(s, &d, &why) != 0)
		return date_fault_text(why);
	date_put_iso(&b, d.date);
	fault = keep(it, buf_str(&b));
	buf_clear(&b);
	date_put_lawful(&b, &d, d.era == 0);
	if (fault == NULL && str_copy(it->echo, FORM_ECHO, buf_str(&b)) != 0)
		fault = BAD_LONG;
	buf_wipe(&b);
	return fault;
}

static const char *
check_choice(struct form_item *it, struct str s)
{
	(void)s;
	if (it->choice == NO_CHOICE)
		return NULL;
	return keep(it, str_of(it->master->entries[it->choice].code));
}

static const char *
check_id(struct form_item *it, struct str s)
{
	return keep(it, s);
}

static const char *
check_pin(struct form_item *it, struct str s)
{
	if (s.n > it->def->max || s.n > SECRET_MAX)
		return BAD_LONG;
	return NULL; /* stays in the editor: value is never a copy of it */
}

/* kind → check, how typing starts, kana mode of F7, ASCII only */
/* clang-format off */
static const struct kind_row {
	const char *(*check)(struct form_item *it, struct str s);
	enum edit_mode mode;
	enum edit_mode kana; /* EDIT_DIRECT: F7 does nothing */
	bool ascii;
	bool secret;
} kinds[FIELD_KIND_COUNT] = {
	[FIELD_text]     = { .check = check_text, .mode = EDIT_HIRAGANA,
			     .kana = EDIT_HIRAGANA },
	[FIELD_kana]     = { .check = check_kana, .mode = EDIT_KATAKANA,
			     .kana = EDIT_KATAKANA },
	[FIELD_digits]   = { .check = check_digits, .ascii = true },
	[FIELD_jumin]    = { .check = check_jumin, .ascii = true },
	[FIELD_mynumber] = { .check = check_mynumber, .ascii = true },
	[FIELD_atena]    = { .check = check_atena, .ascii = true },
	[FIELD_date]     = { .check = check_date, .kana = EDIT_DIRECT },
	[FIELD_choice]   = { .check = check_choice },
	[FIELD_id]       = { .check = check_id, .ascii = true },
	[FIELD_pin]      = { .check = check_pin, .secret = true },
};
/* clang-format on */

const char *
field_check(struct form_item *it)
{
	struct str s;

	(void)edit_settle(&it->edit);
	explicit_bzero(it->value, sizeof(it->value));
	it->echo[0] = '\0';
	s = edit_text(&it->edit);
	if (s.n == 0 && it->def->kind != FIELD_choice)
		return NULL;
	return kinds[it->def->kind].check(it, s);
}

void
field_start(struct form_item *it)
{
	const struct kind_row *row = &kinds[it->def->kind];
	size_t room = it->def->max;

	/* A date is typed in more ways than it is sent. */
	if (it->def->kind == FIELD_date)
		room = 64;
	/* Digits may be pasted with spaces and hyphens. */
	if (row->ascii)
		room = room * 2;
	edit_init(&it->edit, room, row->mode);
	it->edit.ascii_only = row->ascii;
	it->edit.secret = row->secret;
	it->choice = NO_CHOICE;
}

bool
field_has_kana(const struct form_item *it)
{
	return kinds[it->def->kind].kana != EDIT_DIRECT;
}

enum edit_mode
field_kana(const struct form_item *it)
{
	return kinds[it->def->kind].kana;
}
