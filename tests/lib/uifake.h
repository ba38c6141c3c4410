/*
 * A port for tests of ui/: canned answers, a clock that stands still, forms
 * and masters read from the real files.
 */
#ifndef LIB_UIFAKE_H
#define LIB_UIFAKE_H

#include "ui/ui.h"

#define UIFAKE_FORMS   6
#define UIFAKE_MASTERS 4

struct uifake {
	struct ui_port port;
	struct ui_site site;
	struct ui_who who;
	int64_t wall;
	int64_t boot;
	struct form forms[UIFAKE_FORMS];
	struct master masters[UIFAKE_MASTERS];
	/* the call that waits for an answer (notices and lock apart) */
	enum op op;
	ui_done *done;
	void *arg;
	struct buf req; /* packed */
	ui_done *notices;
	void *notices_arg;
	unsigned locks, logoffs, calls;
	/* the log-in under way */
	ui_login_fn *login;
	void *login_arg;
	char purpose_of_login[16];
	char match_id[33];
	char pin[65];
	char chosen[33];
	ui_done *act_done; /* an act under way */
	char new_pin[65];
	unsigned cancels, presses;
	struct ui *ui;
	struct grid grid;
};

/* Everything set up; lang "ja" or "en"; the ui shows the waiting page. */
void uifake_open(struct uifake *f, const char *lang, int w, int h);
void uifake_close(struct uifake *f);

/* "F2 yamada Tab S551226": names of keys, else text typed letter by letter. */
void uifake_keys(struct uifake *f, const char *keys);

/* Draws and returns the rows; free(). */
char *uifake_screen(struct uifake *f);

/* True when the page shows the text. */
bool uifake_shows(struct uifake *f, const char *text);

/* Answers the waiting call; false when nothing waits. */
bool uifake_answer(struct uifake *f, const ProtobufCMessage *ans);
bool uifake_fail(struct uifake *f, int err, bool refused, const char *item);
void uifake_notices(struct uifake *f);

/* The server's answer to an act, after its finger. */
void uifake_acted(struct uifake *f, int err, const char *item);

/* Three accounts in the list: in use, locked, suspended. */
void uifake_accounts(struct uifake *f);

/* One event of the log-in. */
void uifake_step(struct uifake *f, enum ui_login_step step, int err, int tries);

/* From the waiting page to the menu as 山田花子 (O001). */
void uifake_log_in(struct uifake *f);

/* A list of n residents: the second is 支, the third 抑; and a record. */
void uifake_find(struct uifake *f, unsigned n);
void uifake_record(struct uifake *f, bool hidden);

/* 本人確認情報照会 and the last searches (uisearch.c). */
void uifake_jukinet(struct uifake *f, unsigned n, bool hidden);
void uifake_saved(struct uifake *f);

/* About that resident (uirecord.c): a foreign one who left, and the rest. */
void uifake_foreign(struct uifake *f);
void uifake_history(struct uifake *f);
void uifake_house(struct uifake *f, bool hidden);
void uifake_memos(struct uifake *f);
void uifake_number(struct uifake *f, const char *item, const char *digits);

/* Whatever the waiting call asked for; an empty answer when none is canned. */
void uifake_any(struct uifake *f, bool hidden);

#endif
