/*
 * 本人確認情報照会 ((g) task 11, INQ-01 … INQ-10): the form, and the answer:
 * one person a page with the changes in order.
 *
 * SECURITY: the answer has no household, relation, domicile or mark, and
 * numbers stay masked until M asks for one, which is an act of its own in the
 * log (PRM-12).  "Nobody" and "no answer" are never shown alike (INQ-10).
 */
#include <stddef.h>
#include <string.h>

#include "core/err.h"
#include "ui/formview.h"

struct inquiry {
	struct view v;
	struct formview form;
};

/* Fields and where their values go in the request. */
#define PART(name)                                                             \
	{                                                                      \
#name, offsetof(Mamori__JukinetInquiryReq, name)               \
	}
static const struct {
	const char *id;
	size_t at;
} parts[] = { PART(purpose), PART(use), PART(jumin_code), PART(my_number),
	PART(name), PART(birth), PART(address), PART(sex), PART(ref) };
#undef PART

static bool
has(const struct formview *f, const char *id)
{
	return formview_value(f, id).n > 0;
}

/* INQ-04, as the server checks it again. */
static bool
enough(struct inquiry *q)
{
	struct formview *f = &q->form;

	if (has(f, "jumin_code") || has(f, "my_number"))
		return true;
	if (!has(f, "name")) {
		formview_fault(f, &q->v, "jumin_code",
		    N_("nothing to ask with; type a number, or the name with "
		       "the birth date or the address"));
		return false;
	}
	if (!has(f, "birth") && !has(f, "address")) {
		formview_fault(f, &q->v, "birth",
		    N_("a name alone is refused; type the birth date or the "
		       "address too"));
		return false;
	}
	return true;
}

static void
found(void *arg, const struct ui_answer *a)
{
	struct inquiry *q = arg;
	const Mamori__JukinetInquiryAns *ans =
	    (const Mamori__JukinetInquiryAns *)a->ans;

	if (a->refused && a->err == ERR_LIMIT) {
		view_say(&q->v, ROLE_warn, "%s",
		    _("The search takes too long. Narrow the conditions: add "
		      "the birth date or the address."));
	} else if (a->err != 0) {
		view_say_answer(&q->v, a);
	} else if (ans->over_limit) {
		/* TRANSLATORS: most rows a list may have */
		view_say(&q->v, ROLE_warn,
		    _("More than %u residents fit. Narrow the conditions: add "
		      "the birth date or the address."),
		    ans->limit);
	} else if (ans->n_rows == 0) {
		view_say(&q->v, ROLE_warn, "%s",
		    _("Nobody fits (0 found). The inquiry was answered and "
		      "recorded."));
	} else {
		view_push_over(&q->v,
		    scr_jukinet_result_new(
			q->v.ui, ans, formview_value(&q->form, "ref")));
	}
}

static void
run(struct inquiry *q)
{
	Mamori__JukinetInquiryReq req = MAMORI__JUKINET_INQUIRY_REQ__INIT;
	size_t i;

	if (!formview_check(&q->form, &q->v) || !enough(q))
		return;
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		*(ProtobufCBinaryData *)(void *)((char *)&req + parts[i].at) =
		    PB_BYTES(formview_value(&q->form, parts[i].id));
	view_hush(&q->v);
	view_call(&q->v, OP_jukinet_inquiry, &req.base, found);
}

static bool
inquiry_key(struct view *v, const struct key *k)
{
	struct inquiry *q = (struct inquiry *)v;

	switch (formview_key(&q->form, v, k)) {
	case FORM_SUBMIT:
		run(q);
		return true;
	case FORM_CHANGED:
	case FORM_USED:
		return true;
	default:
		return false;
	}
}

static void
inquiry_draw(struct view *v, struct grid *g)
{
	struct inquiry *q = (struct inquiry *)v;

	view_heading(g, BODY_Y + 1,
	    _("A number, or the name with the birth date or the address"));
	formview_draw(&q->form, g, BODY_Y + 3, body_end(g) - BODY_Y - 4, true);
}

static void
inquiry_close(struct view *v)
{
	formview_wipe(&((struct inquiry *)v)->form);
}

static const enum action *
inquiry_actions_now(const struct view *v)
{
	return formview_actions(&((const struct inquiry *)v)->form);
}

static const char *
inquiry_help(const struct view *v)
{
	return formview_help(&((const struct inquiry *)v)->form);
}

static const struct view_ops inquiry_ops = {
	.title = N_("Inquiry of identification data"),
	.help = N_("Choose the affair and the ground, type a number or the "
		   "name with the birth date or the address, then F10. Check "
		   "digits are verified when a field is left. Each inquiry is "
		   "recorded and can be disclosed to the person."),
	.key = inquiry_key,
	.draw = inquiry_draw,
	.close = inquiry_close,
	.actions_now = inquiry_actions_now,
	.item_help = inquiry_help,
};

struct view *
scr_jukinet_new(struct ui *ui)
{
	const struct ui_port *port = ui_port(ui);
	struct inquiry *q = view_new(sizeof(*q), ui, &inquiry_ops);

	if (formview_init(&q->form, port, port->form(port->ctx, "jukinet"),
		N_("[ F10 Inquire ]")) != 0)
		view_say(&q->v, ROLE_error, "%s",
		    _("The form files are missing. Call the administrator."));
	return &q->v;
}

/* ---- the answer ---------------------------------------------------------- */

#define NUMBERS 13
#define UNMASK_PURPOSE                                                         \
	"6" /* 本人確認・照会への回答, of masters/purpose.yaml      \
	     */

struct result {
	struct view v;
	struct wire_arena arena;
	const Mamori__JukinetInquiryAns *ans;
	size_t row;
	char ref[UI_REF];
	char my_number[NUMBERS]; /* of the row shown, after M */
};

static void
mask(struct result *r)
{
	explicit_bzero(r->my_number, sizeof(r->my_number));
}

static void
unmasked(void *arg, const struct ui_answer *a)
{
	struct result *r = arg;
	const Mamori__PersonUnmaskAns *ans =
	    (const Mamori__PersonUnmaskAns *)a->ans;

	if (a->err != 0)
		view_say_answer(&r->v, a);
	else if (str_copy(r->my_number, sizeof(r->my_number),
		     STR_PB(ans->value)) != 0)
		mask(r);
	ui_touch(r->v.ui);
}

/* M: the individual number in clear, an act of its own (PRM-12). */
static void
unmask(struct result *r)
{
	Mamori__PersonUnmaskReq req = MAMORI__PERSON_UNMASK_REQ__INIT;
	const Mamori__JukinetRow *row = r->ans->rows[r->row];

	if (r->my_number[0] != '\0') {
		mask(r);
		ui_touch(r->v.ui);
		return;
	}
	if (!row->has_my_number)
		return;
	req.resident_no = row->resident_no;
	req.item = PB_BYTES(STR("my_number"));
	req.purpose = PB_BYTES(STR(UNMASK_PURPOSE));
	req.ref = PB_BYTES(str_of(r->ref));
	view_hush(&r->v);
	view_call(&r->v, OP_person_unmask, &req.base, unmasked);
}

static bool
result_key(struct view *v, const struct key *k)
{
	struct result *r = (struct result *)v;
	size_t n = r->ans == NULL ? 0 : r->ans->n_rows;
	size_t before = r->row;

	if (n == 0)
		return false;
	if (k->id == K_DOWN || k->id == K_F8 || k->id == K_PGDN)
		r->row = (r->row + 1) % n;
	else if (k->id == K_UP || k->id == K_F7 || k->id == K_PGUP)
		r->row = (r->row + n - 1) % n;
	else if (k->id == K_CHAR && (k->cp == 'm' || k->cp == 'M'))
		unmask(r);
	else
		return false;
	if (r->row != before)
		mask(r);
	return true;
}

static int
draw_changes(const Mamori__JukinetRow *p, struct grid *g, int y)
{
	struct buf b = BUF_INIT;
	size_t room = y + 1 < body_end(g) ? (size_t)(body_end(g) - y - 1) : 0;
	size_t first = p->n_changes > room ? p->n_changes - room : 0;
	size_t i;

	grid_puts(
	    g, y++, 2, g->w - 4, ROLE_title, _("Changes, the oldest first"));
	for (i = first; i < p->n_changes; i++) {
		buf_clear(&b);
		buf_printf(&b, "%2zu  ", i + 1);
		buf_puts_str(&b, STR_PB(p->changes[i]->event_date));
		grid_put(g, y, 2, 30, ROLE_text, buf_str(&b));
		grid_put(g, y++, 33, g->w - 35, ROLE_text,
		    STR_PB(p->changes[i]->event));
	}
	buf_release(&b);
	return y;
}

static void
result_draw(struct view *v, struct grid *g)
{
	const struct result *r = (const struct result *)v;
	const Mamori__JukinetRow *p;
	struct buf b = BUF_INIT;
	int y = BODY_Y;

	if (r->ans == NULL || r->ans->n_rows == 0)
		return;
	p = r->ans->rows[r->row];
	/* TRANSLATORS: which of how many persons */
	buf_printf(&b, _("%zu of %zu"), r->row + 1, r->ans->n_rows);
	grid_put(g, y, 1, g->w - 2, ROLE_title, buf_str(&b));
	buf_release(&b);
	y = view_pair(g, y + 2, _("Name"), ROLE_text, STR_PB(p->name));
	y = view_pair(
	    g, y, _("Former surname"), ROLE_text, STR_PB(p->former_surname));
	y = view_pair(g, y, _("Alias"), ROLE_text, STR_PB(p->alias));
	y = view_pair(g, y, _("Birth date"), ROLE_text, STR_PB(p->birth_text));
	y = view_pair(g, y, _("Sex"), ROLE_text, STR_PB(p->sex));
	if (p->hidden)
		y = view_pair(g, y, _("Address"), ROLE_mark,
		    str_of(_("(withheld; ask the person in charge)")));
	else
		y = view_pair(
		    g, y, _("Address"), ROLE_text, STR_PB(p->address));
	y = view_pair(g, y, _("Individual number"), ROLE_text,
	    str_of(!p->has_my_number	      ? ""
		    : r->my_number[0] != '\0' ? r->my_number
					      : _("************  M shows it")));
	y = view_pair(g, y, _("Resident record code"), ROLE_text,
	    str_of(p->has_jumin_code ? "***********" : ""));
	(void)draw_changes(p, g, y + 1);
	grid_cursor(g, BODY_Y, 1);
}

static void
result_close(struct view *v)
{
	struct result *r = (struct result *)v;

	mask(r);
	explicit_bzero(r->ref, sizeof(r->ref));
	wire_arena_release(&r->arena);
}

/* What M showed does not stay under a box or a lock. */
static void
result_covered(struct view *v)
{
	mask((struct result *)v);
}

static const enum action result_actions[] = { ACT_help, ACT_search, ACT_back,
	ACT_prev, ACT_next, ACT_lock, ACT_COUNT };

static const struct view_ops result_ops = {
	.title = N_("Identification data"),
	.help = N_("This is all that the inquiry gives. F7 and F8 turn to the "
		   "person before and after. M shows the individual number and "
		   "hides it again; showing it is recorded. F3 goes back."),
	.flags = VIEW_PERSONAL,
	.actions = result_actions,
	.key = result_key,
	.draw = result_draw,
	.close = result_close,
	.covered = result_covered,
};

struct view *
scr_jukinet_result_new(
    struct ui *ui, const Mamori__JukinetInquiryAns *ans, struct str ref)
{
	struct result *r = view_new(sizeof(*r), ui, &result_ops);

	r->ans =
	    (const Mamori__JukinetInquiryAns *)view_keep(&r->arena, &ans->base);
	if (r->ans == NULL)
		view_say(&r->v, ROLE_error, "%s",
		    _("The list is too big. Narrow the conditions."));
	(void)str_copy(r->ref, sizeof(r->ref), ref);
	return &r->v;
}
