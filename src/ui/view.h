/*
 * Views: one page each, kept on a stack.  Inside ui/ only.
 *
 * The view on top gets the keys.  Handlers change the model and call
 * ui_touch(); nothing draws but draw(), once a turn (STYLE 12).
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "core/i18n.h"
#include "core/wire.h"
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/port.h"
#include "ui/ui.h"

struct view;

enum view_flag {
	VIEW_POPUP = 1,	   /* drawn over the page below */
	VIEW_PERSONAL = 2, /* shows residents: dropped when the link breaks */
	VIEW_COVER = 4,	   /* hides what is below: waiting and lock page */
	VIEW_PLAIN = 8,	   /* before log-in: F2 and F12 mean nothing (TRM-02) */
};

struct view_ops {
	const char *title; /* message id of the process name (TRM-09) */
	const char *help;  /* message id: a few sentences (TRM-10) */
	unsigned flags;
	const enum action *actions; /* key line, ends with ACT_COUNT */
	/* True when the key was used. */
	bool (*key)(struct view *v, const struct key *k);
	/* Rows 1 … h-3 of the grid belong to the page. */
	void (*draw)(struct view *v, struct grid *g);
	/* ms until it wants to be called again; -1 never.  May be NULL. */
	int (*tick)(struct view *v);
	/* Wipes what it holds; the struct is freed by the stack. NULL if none.
	 */
	void (*close)(struct view *v);
	/* Actions that change with the state; NULL: the table's. */
	const enum action *(*actions_now)(const struct view *v);
	/* Help of the item with the focus; NULL or "" when there is none. */
	const char *(*item_help)(const struct view *v);
	/* Something was put over the page; NULL if it does not care. */
	void (*covered)(struct view *v);
};

#define VIEW_SAY 768

/* The first member of every view. */
struct view {
	const struct view_ops *ops;
	struct ui *ui;
	struct view *below;
	char say[VIEW_SAY]; /* message line, in the user's language */
	enum role say_role;
	bool busy;     /* an answer is awaited: keys other than F3, F12 wait */
	ui_done *done; /* who gets it */
	bool loading;  /* an answer is awaited that no key waits for */
};

/* Zeroed memory for a view; allocation failure ends the program. */
void *view_new(size_t size, struct ui *ui, const struct view_ops *ops);

/* On top of everything.  The stack owns the view from now on. */
void view_push(struct view *v);

/* Directly above `under`, below whatever covers it (an answer that comes while
 * the screen is locked). */
void view_push_over(struct view *under, struct view *v);

/* Closes this view, wherever it is. */
void view_close(struct view *v);

/* Closes everything and makes v the bottom; NULL closes only. */
void view_reset(struct ui *ui, struct view *v);

/* The one message line of the view. */
void view_say(struct view *v, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void view_hush(struct view *v);

/*
 * Asks the server.  busy is set until the answer came; `done` gets the view
 * as arg.  The answer to a view that was closed is forgotten.
 */
void view_call(
    struct view *v, enum op op, const ProtobufCMessage *req, ui_done *done);

/*
 * A copy of an answer that outlives its callback, in `a`; NULL when it is too
 * big.  wire_arena_release() overwrites it.
 */
const ProtobufCMessage *view_keep(
    struct wire_arena *a, const ProtobufCMessage *m);

/* Stops waiting for the answer. */
void view_cancel(struct view *v);

/* What to say about a failed answer: reason and what to do (ERR-03). */
void view_say_answer(struct view *v, const struct ui_answer *a);

/* Body rows of a grid: BODY_Y … body_end() - 1. */
#define BODY_Y 2
int body_end(const struct grid *g);

/* Heading at row y. */
void view_heading(struct grid *g, int y, const char *text);

/* Label and value on one row; returns the row after a wrapped value. */
int view_pair(
    struct grid *g, int y, const char *label, enum role role, struct str value);

/*
 * Blank rows in the middle for a popup, between two rules; gives the first
 * inner row and the column for w columns of text.
 */
void view_box(struct grid *g, int w, int h, int *y, int *x);

/* Header, messages and key line around the page of `v` (frame.c). */
void frame_draw(struct ui *ui, struct view *v, struct grid *g);

/* Paragraph of translated text, wrapped; returns the row after it. */
int view_paragraph(
    struct grid *g, int y, int x, int cols, enum role role, const char *text);

/* ---- the pages ------------------------------------------------------------
 */
struct view *scr_wait_new(struct ui *ui, enum ui_link link, int err);
struct view *scr_login_new(struct ui *ui);
struct view *scr_lock_new(struct ui *ui, bool again);
struct view *scr_ask_new(
    struct ui *ui, const char *question, void (*yes)(struct ui *ui));
struct view *scr_menu_new(struct ui *ui);
struct view *scr_search_new(struct ui *ui);
/* The last searches; `take` gets one, run: to be carried out at once. */
typedef void scr_saved_take(
    struct view *owner, const Mamori__PersonSearchReq *req, bool run);
struct view *scr_saved_new(struct view *owner,
    const Mamori__SearchSavedAns *ans, scr_saved_take *take);
struct view *scr_jukinet_new(struct ui *ui);
struct view *scr_jukinet_result_new(struct ui *ui,
    const Mamori__JukinetInquiryAns *ans, struct str ref);
struct view *scr_list_new(struct ui *ui, const Mamori__PersonSearchAns *ans,
    struct str purpose, struct str ref);
struct view *scr_record_new(struct ui *ui, const Mamori__PersonOpenAns *ans,
    struct str purpose, struct str ref);
struct view *scr_history_new(
    struct ui *ui, const Mamori__PersonHistoryAns *ans);
struct view *scr_house_new(struct ui *ui, const Mamori__PersonHouseAns *ans,
    struct str purpose, struct str ref);
struct view *scr_memo_new(struct ui *ui, const Mamori__MemoListAns *ans,
    struct str purpose, struct str ref);
/*
 * The exact text of an act, then PIN and finger over it; `done` gets the
 * server's answer before the page closes.  The owner stays below it.
 */
typedef void act_done(struct view *owner, const struct ui_answer *a);
struct view *scr_act_new(struct view *owner, enum op op,
    const ProtobufCMessage *req, act_done *done);

/* One's own PIN; forced: before any duty, ends with log-off (AUT-12). */
struct view *scr_pin_new(struct ui *ui, bool forced);
struct view *scr_accounts_new(struct ui *ui);

struct view *scr_help_new(struct ui *ui, const struct view *about);
struct view *scr_codes_new(struct ui *ui, struct str name);

/*
 * 【支】 【仮】 【抑】 for a list, 【支援措置】 … for a record; "" without a
 * mark. Words, never colour alone (SRC-09).
 */
const char *mark_word(struct str mark);
const char *mark_full(struct str mark);

/* What stands in the place of an address that was not sent. */
const char *mark_instead(struct str mark);

/* ---- what pages may do with the whole ------------------------------------ */
const struct ui_port *ui_port(const struct ui *ui);
void ui_touch(struct ui *ui);

/* F12 or idle: covers everything, tells the server. */
void ui_lock(struct ui *ui, const char *cause);

/* The same person came back to a locked terminal. */
void ui_unlocked(struct ui *ui);

/* Somebody logged in; remembers who for the way back. */
void ui_logged_in(struct ui *ui);

/* Ends the session and forgets the drafts. */
void ui_log_off(struct ui *ui);
void ui_ask_log_off(struct ui *ui);

/* F2: the look-up form, the one that is open if there is one. */
void ui_search(struct ui *ui);
void ui_ask_quit(struct ui *ui);

/* Who worked here before the lock or the loss of the link. */
const char *ui_match_id(const struct ui *ui);
const char *ui_operator_id(const struct ui *ui);

/* Milliseconds of idle time left; -1 when nothing would be locked. */
int ui_idle_left(const struct ui *ui);

/* 受付番号 and 利用事由 of the last search ((g) task 2). */
#define UI_REF	   65
#define UI_PURPOSE 17
struct ui_reason {
	char ref[UI_REF];
	char purpose[UI_PURPOSE];
};
struct ui_reason *ui_reason(struct ui *ui);

#endif
