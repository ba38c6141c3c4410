/*
 * The look-up form (SRC-01 … SRC-15, (g) task 2).
 *
 * SECURITY: the reason for use is asked before the search runs (SRC-15); the
 * conditions are personal data, live in this view only and are overwritten
 * when it closes (SRC-08, TRM-14).
 */
#include <string.h>

#include "ui/formview.h"

struct search {
	struct view v;
	struct formview form;
	bool kept; /* ref and purpose are those of the last search */
};

static bool
has(const struct formview *f, const char *id)
{
	return formview_value(f, id).n > 0;
}

/*
 * The server asks for a number, or a name with the birth date; saying so here
 * spares a way.  False after saying what is missing.
 */
static bool
enough(struct search *s)
{
	struct formview *f = &s->form;

	if (has(f, "jumin_code") || has(f, "my_number") ||
	    has(f, "resident_no"))
		return true;
	if (!has(f, "kana") && !has(f, "name")) {
		formview_fault(f, &s->v, "kana",
		    N_("no condition is given; type a number, or kana or name "
		       "with the birth date"));
		return false;
	}
	if (!has(f, "birth")) {
		formview_fault(f, &s->v, "birth",
		    N_("a name needs the birth date beside it; type it"));
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

	if (a->err != 0) {
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
run(struct search *s)
{
	Mamori__PersonSearchReq req = MAMORI__PERSON_SEARCH_REQ__INIT;
	struct ui_reason *reason = ui_reason(s->v.ui);
	const struct formview *f = &s->form;

	if (!formview_check(&s->form, &s->v) || !enough(s))
		return;
	req.kana = PB_BYTES(formview_value(f, "kana"));
	req.birth = PB_BYTES(formview_value(f, "birth"));
	req.name = PB_BYTES(formview_value(f, "name"));
	req.address = PB_BYTES(formview_value(f, "address"));
	req.resident_no = PB_BYTES(formview_value(f, "resident_no"));
	req.jumin_code = PB_BYTES(formview_value(f, "jumin_code"));
	req.my_number = PB_BYTES(formview_value(f, "my_number"));
	req.purpose = PB_BYTES(formview_value(f, "purpose"));
	req.ref = PB_BYTES(formview_value(f, "ref"));
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

static bool
search_key(struct view *v, const struct key *k)
{
	struct search *s = (struct search *)v;
	size_t focus = s->form.focus; /* a choice moves on */

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
	return formview_actions(&((const struct search *)v)->form);
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
		   "stays for the same reception number only."),
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
