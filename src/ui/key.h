/*
 * Keys by name, and the actions they mean.
 *
 * A key is a code point or one of a closed list of named keys.  Names are
 * what scripts write ("F2", "BackTab", "Ctrl-U", "あ").
 */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/* clang-format off */
#define KEY_LIST(X)							\
X(F1, "F1") X(F2, "F2") X(F3, "F3") X(F4, "F4") X(F5, "F5") X(F6, "F6")	\
X(F7, "F7") X(F8, "F8") X(F9, "F9") X(F10, "F10") X(F11, "F11")		\
X(F12, "F12")								\
X(ENTER, "Enter") X(TAB, "Tab") X(BACKTAB, "BackTab") X(ESC, "Esc")	\
X(UP, "Up") X(DOWN, "Down") X(LEFT, "Left") X(RIGHT, "Right")		\
X(HOME, "Home") X(END, "End") X(PGUP, "PgUp") X(PGDN, "PgDn")		\
X(BACKSPACE, "Backspace") X(DELETE, "Delete") X(CTRL_U, "Ctrl-U")	\
X(CTRL_C, "Ctrl-C") X(CTRL_Z, "Ctrl-Z") X(CTRL_L, "Ctrl-L")		\
X(PASTE, "Paste") X(PASTE_END, "PasteEnd")				\
X(HENKAN, "Henkan") X(MUHENKAN, "Muhenkan") X(ZENKAKU, "Zenkaku")	\
X(KANA, "Kana")
/* clang-format on */

#define KEY_ENUM(id, name) K_##id,
enum key_id { K_CHAR, KEY_LIST(KEY_ENUM) K_COUNT };
#undef KEY_ENUM

struct key {
	enum key_id id;
	int32_t cp;  /* of K_CHAR */
	bool pasted; /* came between Paste and PasteEnd; set by ui_key() */
};

#define KEY(name)   ((struct key){ .id = K_##name })
#define KEY_CHAR(c) ((struct key){ .id = K_CHAR, .cp = (c) })

/*
 * A key from its name: one of the list (letters in any case), "Alt-1" …
 * "Alt-9", "Alt-0" for F10, "Space", or exactly one character.  ERR_SYNTAX.
 */
int key_parse(struct str name, struct key *out);

/* The name, for the key line and messages. */
void key_format(const struct key *k, struct buf *out);

/*
 * What keys mean.  The key line at the bottom of a page is made from the
 * actions of the view on top, in this order.
 */
/* clang-format off */
#define ACTION_LIST(X)							\
/* id        key    label on the key line   what help says          */	\
X(help,      F1,    N_("Help"),      N_("explains this page"))		\
X(search,    F2,    N_("Search"),    N_("opens the look-up form"))	\
X(back,      F3,    N_("Back"),      N_("leaves this page"))		\
X(choices,   F4,    N_("List"),      N_("shows the choices of a field")) \
X(refresh,   F5,    N_("Refresh"),   N_("shows the page again"))	\
X(saved,     F5,    N_("History"),   N_("shows your last searches"))	\
X(prev,      F7,    N_("Previous"),  N_("page before"))			\
X(next,      F8,    N_("Next"),      N_("page after"))			\
X(mode,      F7,    N_("Kana/ABC"),  N_("switches between kana and letters")) \
X(convert,   F8,    N_("Kanji"),     N_("reading to kanji, postal code to address")) \
X(go,        F10,   N_("Confirm"),   N_("carries out what the page says")) \
X(glyph,     F11,   N_("Codes"),     N_("shows the character codes of the name")) \
X(open,      ENTER, N_("Open"),      N_("opens the line with the focus")) \
X(choose,    ENTER, N_("Choose"),    N_("takes the line with the focus")) \
X(close,     F3,    N_("Close"),     N_("closes this box"))		\
X(logoff,    F3,    N_("Log off"),   N_("ends the session"))		\
X(quit,      F3,    N_("End"),       N_("ends the program"))		\
X(stop,      F3,    N_("Stop"),      N_("stops what is under way"))	\
X(yes,       F10,   N_("Yes"),       N_("does it"))			\
X(no,        ENTER, N_("No"),        N_("does nothing and goes back"))	\
X(lock,      F12,   N_("Lock"),      N_("clears the screen until you return"))
/* clang-format on */

#define ACTION_ENUM(id, key, label, help) ACT_##id,
enum action { ACTION_LIST(ACTION_ENUM) ACT_COUNT };
#undef ACTION_ENUM

struct action_row {
	enum key_id key;
	const char *label; /* message ids */
	const char *help;
};

/* The row of an action. */
const struct action_row *action_row(enum action a);

/* "F10" of an action. */
const char *action_key_name(enum action a);

#endif
