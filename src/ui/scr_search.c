/*
 * The look-up form (SRC-01 … SRC-15, (g) task 2).
 *
 * SECURITY: the reason for use is asked before the search runs (SRC-15); the
 * conditions are personal data, live in this view only and are overwritten
 * when it closes (SRC-08, TRM-14).
 */
#include <stddef.h>
#include <string.h>

#include "core/err.h"
#include "ui/formview.h"

struct search {
	struct view v;
	struct formview form;
	bool kept; /* ref and purpose are those of the last search */
};

/*
 * Fields and where their values go in the request.  blank: "=" in the empty
 * field asks for people without the item (SRC-03).
 */
#define PART(name, blank)                                                      \
	{                                                                      \
#name, offsetof(Mamori__PersonSearchReq, name), blank          \
	}
static const struct part {
	const char *id;
	size_t at;
	bool blank;
} parts[] = { PART(kana, true), PART(birth, true), PART(name, true),
	PART(address, false), PART(sex, true), PART(resident_no, false),
	PART(jumin_code, true), PART(my_number, true),
	PART(household_no, false), PART(card_no, true), PART(building, true),
	PART(postal_code, true), PART(address_code, true), PART(relation, true),
	PART(removed_reason, true), PART(purpose, false), PART(ref, false) };
#undef PART

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static ProtobufCBinaryData *
part_of(Mamori__PersonSearchReq *req, const struct part *p)
{
	return (ProtobufCBinaryData *)(void *)((char *)req + p->at);
}

/* Is one of these asked for?  The list ends with NULL. */
static bool
has_any(struct formview *f, const char *const *ids)
{
	const struct form_item *it;

	for (; *ids != NULL; ids++) {
		it = formview_item(f, *ids);
		if (it != NULL && (it->blank || it->value[0] != '\0'))
			return true;
	}
	return false;
}

/* What the server asks for (decision D8); saying it here spares a way. */
static bool
enough(struct search *s)
{
	static const char *const numbers[] = { "resident_no", "jumin_code",
		"my_number", "card_no", "household_no", NULL };
	static const char *const names[] = { "kana", "name", NULL };
	static const char *const others[] = { "birth", "address", "building",
		"postal_code", "address_code", NULL };
	struct formview *f = &s->form;
	const char *const *id;

	for (id = numbers; *id != NULL; id++)
		if (formview_value(f, *id).n > 0)
			return true;
	if (!has_any(f, names)) {
		formview_fault(f, &s->v, "kana",
		    N_("no condition is given; type a number, or kana or name "
		       "with the birth date or the address"));
		return false;
	}
	if (!has_any(f, others)) {
		formview_fault(f, &s->v, "birth",
		    N_("a name needs the birth date or the address beside it; "
		       "type one of them"));
		return false;
	}
	return true;
}

/* The item a refusal is about gets the focus. */
static void
focus_item(struct formview *f, struct str id)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (str_eqz(id, f->item[i].def->id))
			f->focus = i;
	}
}

static void
found(void *arg, const struct ui_answer *a)
{
	struct search *s = arg;
	const Mamori__PersonSearchAns *ans =
	    (const Mamori__PersonSearchAns *)a->ans;

	if (a->refused && a->err == ERR_LIMIT) {
		view_say(&s->v, ROLE_warn, "%s",
		    _("The search takes too long. Narrow the conditions: add "
		      "the birth date or the address."));
	} else if (a->err != 0) {
		view_say_answer(&s->v, a);
		if (a->refused)
			focus_item(&s->form, a->item);
	} else if (ans->over_limit) {
		/* TRANSLATORS: most rows a list may have */
		view_say(&s->v, ROLE_warn,
		    _("More than %u residents fit. Narrow the conditions: add "
		      "the birth date or the address."),
		    ans->limit);
	} else if (ans->n_rows == 0) {
		view_say(&s->v, ROLE_warn, "%s",
		    _("No such resident (0 found). The search was recorded. "
		      "Check the conditions."));
	} else {
		view_push_over(&s->v,
		    scr_list_new(s->v.ui, ans,
			formview_value(&s->form, "purpose"),
			formview_value(&s->form, "ref")));
	}
}

static void
fill(struct search *s, Mamori__PersonSearchReq *req,
    ProtobufCBinaryData blank[PARTS])
{
	struct form_item *it;
	size_t i;

	req->blank = blank;
	for (i = 0; i < PARTS; i++) {
		*part_of(req, &parts[i]) =
		    PB_BYTES(formview_value(&s->form, parts[i].id));
		it = formview_item(&s->form, parts[i].id);
		if (it != NULL && it->blank)
			blank[req->n_blank++] = PB_BYTES(str_of(parts[i].id));
	}
}

static void
run(struct search *s)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	ProtobufCBinaryData blank[PARTS];
	struct ui_reason *reason = ui_reason(s->v.ui);
	const struct formview *f = &s->form;

	if (!formview_check(&s->form, &s->v) || !enough(s))
		return;
	fill(s, &req, blank);
	(void)str_copy(reason->purpose, sizeof(reason->purpose),
	    formview_value(f, "purpose"));
	(void)str_copy(
	    reason->ref, sizeof(reason->ref), formview_value(f, "ref"));
	view_hush(&s->v);
	view_call(&s->v, OP_person_search, &req.base, found);
}

/* Another 受付番号 is another case: its reason is asked anew. */
static void
forget_reason(struct search *s, size_t changed)
{
	struct form_item *ref = formview_item(&s->form, "ref");
	struct form_item *purpose = formview_item(&s->form, "purpose");

	if (!s->kept || ref == NULL || purpose == NULL ||
	    changed != (size_t)(ref - s->form.item))
		return;
	s->kept = false;
	purpose->choice = NO_CHOICE;
	purpose->value[0] = '\0';
}

/* "=" in an empty field: people without this item (SRC-03). */
static bool
blank_key(struct search *s, const struct key *k)
{
	struct formview *f = &s->form;
	struct form_item *it;
	size_t i;

	if (f->focus >= f->n || (k->id != K_CHAR && k->id != K_BACKSPACE))
		return false;
	it = &f->item[f->focus];
	if (it->blank) { /* whatever is typed now is a value again */
		it->blank = false;
		return k->id == K_BACKSPACE || k->cp == '=';
	}
	if (k->cp != '=' || k->id != K_CHAR || k->pasted ||
	    it->choice != NO_CHOICE || edit_text(&it->edit).n > 0)
		return false;
	for (i = 0; i < PARTS; i++)
		if (parts[i].blank && strcmp(parts[i].id, it->def->id) == 0)
			it->blank = true;
	return it->blank;
}

/* ---- the last searches (SRC-08) ------------------------------------------ */

static void
take_saved(struct view *v, const Mamori__PersonSearchReq *req, bool now)
{
	struct search *s = (struct search *)v;
	Mamori__PersonSearchReq copy = *req;
	struct form_item *it;
	size_t i;
	size_t b;

	for (i = 0; i < PARTS; i++) {
		if (strcmp(parts[i].id, "purpose") == 0 ||
		    strcmp(parts[i].id, "ref") == 0)
			continue;
		formview_set(
		    &s->form, parts[i].id, STR_PB(*part_of(&copy, &parts[i])));
		it = formview_item(&s->form, parts[i].id);
		if (it == NULL)
			continue;
		it->blank = false;
		for (b = 0; b < req->n_blank; b++)
			it->blank = it->blank ||
			    str_eqz(STR_PB(req->blank[b]), parts[i].id);
	}
	if (now)
		run(s);
}

static void
saved(void *arg, const struct ui_answer *a)
{
	struct search *s = arg;

	if (a->err != 0)
		view_say_answer(&s->v, a);
	else
		view_push_over(&s->v,
		    scr_saved_new(&s->v, (const Mamori__SearchSavedAns *)a->ans,
			take_saved));
}

static void
ask_saved(struct search *s)
{
	Mamori__SearchSavedReq req = MAMORI__SEARCH_SAVED_REQ__INIT;

	view_hush(&s->v);
	view_call(&s->v, OP_search_saved, &req.base, saved);
}

static bool
search_key(struct view *v, const struct key *k)
{
	struct search *s = (struct search *)v;
	size_t focus = s->form.focus; /* a choice moves on */

	if (k->id == K_F5) {
		ask_saved(s);
		return true;
	}
	if (blank_key(s, k)) {
		ui_touch(v->ui);
		return true;
	}
	switch (formview_key(&s->form, v, k)) {
	case FORM_SUBMIT:
		run(s);
		return true;
	case FORM_CHANGED:
		forget_reason(s, focus);
		return true;
	case FORM_USED:
		return true;
	default:
		return false;
	}
}

static void
search_draw(struct view *v, struct grid *g)
{
	struct search *s = (struct search *)v;

	view_heading(g, BODY_Y + 1,
	    _("Type the conditions; what is left empty does not count"));
	formview_draw(&s->form, g, BODY_Y + 3, body_end(g) - BODY_Y - 4, true);
}

static void
search_close(struct view *v)
{
	formview_wipe(&((struct search *)v)->form);
}

static const enum action *
search_actions_now(const struct view *v)
{
	static enum action with[16];
	const enum action *of =
	    formview_actions(&((const struct search *)v)->form);
	size_t n = 0;

	for (; *of != ACT_COUNT && n < 14; of++) {
		if (*of == ACT_go)
			with[n++] = ACT_saved;
		with[n++] = *of;
	}
	with[n] = ACT_COUNT;
	return with;
}

static const char *
search_help(const struct view *v)
{
	return formview_help(&((const struct search *)v)->form);
}

static const struct view_ops search_ops = {
	.title = N_("Find a resident"),
	.help = N_("Enter or Tab goes to the next field, F10 searches from "
		   "every field. Kana is typed as romaji; F7 switches to "
		   "letters. Dates: S551226 or 19801226. The reason for use "
		   "is required; a digit chooses it, F4 shows the list. It "
		   "stays for the same reception number only. The sign = in "
		   "an empty field finds people without that item. F5 shows "
		   "your last searches."),
	.key = search_key,
	.draw = search_draw,
	.close = search_close,
	.actions_now = search_actions_now,
	.item_help = search_help,
};

struct view *
scr_search_new(struct ui *ui)
{
	const struct ui_port *port = ui_port(ui);
	struct search *s = view_new(sizeof(*s), ui, &search_ops);
	const struct ui_reason *reason = ui_reason(ui);

	if (formview_init(&s->form, port,
		port->form(port->ctx, "person_search"),
		N_("[ F10 Search ]")) != 0) {
		view_say(&s->v, ROLE_error, "%s",
		    _("The form files are missing. Call the administrator."));
		return &s->v;
	}
	if (reason->ref[0] != '\0') {
		formview_set(&s->form, "ref", str_of(reason->ref));
		formview_set(&s->form, "purpose", str_of(reason->purpose));
		s->kept = true;
	}
	return &s->v;
}
